"""Whether an ARN can be that of a stream for a table: of Kinesis, and of the table's region and account.

No ARN is refused when a destination is enabled; one that cannot be used makes it ENABLE_FAILED, with a description
that depends on what is wrong (ack-api-quirks, DDB-TABLE-318, October 2026).
"""

from thermodynamo.api import messages


def failure(stream_arn: str, region: str, account: str) -> str | None:
    """Why the destination cannot be enabled; None for the ARN of a stream."""
    parts = stream_arn.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn":
        return messages.STREAM_NOT_PERMITTED
    _, _, service, stream_region, stream_account, _ = parts
    if stream_region != region:
        return messages.STREAM_OF_OTHER_REGION
    # A stream of Firehose is reported as that of another account is.
    if stream_account != account or service == "firehose":
        return messages.STREAM_NOT_ACTIVE
    if service != "kinesis" or stream_name(stream_arn) is None:
        return messages.STREAM_NOT_PERMITTED
    return None


def stream_name(stream_arn: str) -> str | None:
    """The name in the ARN of a stream; None where it is the ARN of something else, such as a consumer."""
    kind, _, name = stream_arn.rpartition(":")[2].partition("/")
    return name if kind == "stream" and name and "/" not in name else None
