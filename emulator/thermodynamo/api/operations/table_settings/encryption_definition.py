"""SSESpecification: which key encrypts a table at rest. Nothing is encrypted here; DescribeTable reports the choice."""

from typing import Any, cast

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo_storage.facets.jobs import Job
from thermodynamo_storage.values.schema import TableSchema

AWS_MANAGED_KEY = "alias/aws/dynamodb"


def check(request: dict[str, Any]) -> dict[str, Any] | None:
    """SSESpecification, where given. Raises ValidationException where its members contradict each other.

    Source: ack-api-quirks, DDB-TABLE-031 and 036, October 2026.
    """
    given: dict[str, Any] | None = request.get("SSESpecification")
    if given is None:
        return None
    if given.get("Enabled") is False:
        for member in ("SSEType", "KMSMasterKeyId"):
            if member in given:
                raise errors.validation(messages.ENCRYPTION_NOT_ENABLED.format(member))
    # KMS is the only supported type (API reference, SSESpecification); AES256 survives in the enumeration.
    if given.get("SSEType", "KMS") != "KMS":
        raise errors.validation(messages.ENCRYPTION_TYPE.format(given["SSEType"]))
    if "KMSMasterKeyId" in given and "SSEType" not in given:
        raise errors.validation(messages.ENCRYPTION_TYPE_REQUIRED)
    return given


def is_enabled(given: dict[str, Any] | None) -> bool:
    """Whether a specification asks for a key of KMS; a type alone does (ack-api-quirks, DDB-TABLE-044)."""
    return given is not None and (given.get("Enabled", False) or "SSEType" in given)


def key_arn(namespace: Namespace, given: dict[str, Any] | None) -> str | None:
    """The ARN of the key that a specification asks for; None for the key that AWS owns."""
    if given is None or not is_enabled(given):
        return None
    return namespace.encryption_key_arn(given.get("KMSMasterKeyId", AWS_MANAGED_KEY))


def of_schema(schema: TableSchema) -> dict[str, Any] | None:
    """The specification that a table has."""
    return cast("dict[str, Any] | None", schema.settings.get("SSESpecification"))


def refuse_unchanged(namespace: Namespace, schema: TableSchema, given: dict[str, Any]) -> None:
    """Refuses what changes nothing: only the key's own ARN, or to disable what is disabled, is known for that.

    An alias, a key id or no key at all encrypts the table anew, with the key it has already (ack-api-quirks,
    DDB-TABLE-082 and 141, October 2026).
    """
    current = of_schema(schema)
    if not is_enabled(given):
        if not is_enabled(current):
            raise errors.validation(messages.ENCRYPTED_BY_DEFAULT)
    elif "KMSMasterKeyId" in given and given["KMSMasterKeyId"] == key_arn(namespace, current):
        raise errors.validation(messages.ENCRYPTED_WITH_KEY)


def describe(namespace: Namespace, given: dict[str, Any] | None, job: Job | None, now: float) -> dict[str, Any] | None:
    """SSEDescription; None for the key that AWS owns, which is what a disabled specification means.

    While the encryption is changing, the old key is shown first, then the new one; the key that AWS owns is shown by
    the status alone (ack-api-quirks, DDB-TABLE-140 and 371, October 2026).
    """
    if job is None:
        key = key_arn(namespace, given)
        return {"KMSMasterKeyArn": key, "SSEType": "KMS", "Status": "ENABLED"} if key is not None else None
    key = key_arn(namespace, dict(job.encryption or {}) if job.is_running(now) and job.is_key_shown(now) else given)
    return {"Status": "UPDATING"} if key is None else {"KMSMasterKeyArn": key, "SSEType": "KMS", "Status": "UPDATING"}
