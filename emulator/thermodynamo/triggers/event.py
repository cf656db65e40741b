"""Stream records as a Lambda function gets them (Lambda developer guide, with-ddb)."""

from typing import Any

Record = dict[str, Any]


def lambda_record(record: Record, stream_arn: str) -> Record:
    """A record of GetRecords in Lambda's shape: with the stream's ARN, and the identity's members in lower case."""
    shaped = {**record, "eventSourceARN": stream_arn}
    identity = record.get("userIdentity")
    if identity is not None:
        shaped["userIdentity"] = {"principalId": identity.get("PrincipalId"), "type": identity.get("Type")}
    return shaped


def sequence_number(record: Record) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def created_at(record: Record) -> float:
    return float(record["dynamodb"]["ApproximateCreationDateTime"])


def item_key(record: Record) -> str:
    """What is equal for the records of one item, and only for those."""
    return repr(sorted(record["dynamodb"]["Keys"].items()))
