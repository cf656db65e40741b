"""SSESpecification: which key encrypts a table at rest. Nothing is encrypted here; DescribeTable reports the choice."""

from typing import Any
from uuid import UUID, uuid5

from emulator import arn, errors, messages
from emulator.engine import Engine

_KEY_IDS = UUID("0f6a3a52-5f2c-5d0b-8f5e-3c1f0c8f7a55")
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


def describe(engine: Engine, given: dict[str, Any] | None) -> dict[str, Any] | None:
    """SSEDescription; None for the key that AWS owns, which is what a disabled specification means."""
    if given is None or not given.get("Enabled", False):
        return None
    key = given.get("KMSMasterKeyId", AWS_MANAGED_KEY)
    if not arn.is_arn(key):
        id = uuid5(_KEY_IDS, f"{engine.account}/{engine.region}/{key}") if key.startswith("alias/") else key
        key = f"arn:aws:kms:{engine.region}:{engine.account}:key/{id}"
    return {"KMSMasterKeyArn": key, "SSEType": "KMS", "Status": "ENABLED"}
