"""SSESpecification: which key encrypts a table at rest. Nothing is encrypted here; DescribeTable reports the choice."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace

AWS_MANAGED_KEY = "alias/aws/dynamodb"


def check(request: dict[str, Any]) -> dict[str, Any] | None:
    """SSESpecification, where given. Raises ValidationException where its members contradict each other."""
    given: dict[str, Any] | None = request.get("SSESpecification")
    if given is None:
        return None
    # KMS is the only supported type (API reference, SSESpecification); AES256 survives in the enumeration.
    if given.get("SSEType", "KMS") != "KMS":
        raise errors.validation(messages.ENCRYPTION_TYPE.format(given["SSEType"]))
    for member in ("SSEType", "KMSMasterKeyId"):
        if member in given and not given.get("Enabled", False):
            raise errors.validation(messages.ENCRYPTION_NOT_ENABLED.format(member))
    return given


def describe(namespace: Namespace, given: dict[str, Any] | None) -> dict[str, Any] | None:
    """SSEDescription; None for the key that AWS owns, which is what a disabled specification means."""
    if given is None or not given.get("Enabled", False):
        return None
    key = given.get("KMSMasterKeyId", AWS_MANAGED_KEY)
    return {"KMSMasterKeyArn": namespace.encryption_key_arn(key), "SSEType": "KMS", "Status": "ENABLED"}
