"""DescribeStream: a stream's state and its shards, with who is whose parent."""

from typing import Any

from thermodynamo.api import errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo.api.operations.tables import table_description
from thermodynamo_storage.followers.shard import Shard
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

PAGE_SHARDS_MAX = 100


@dataclass(slots=True)
class DescribeStream:
    """A checked request. `parent_id` asks for the children of a shard only."""

    arn: str
    start_id: str | None
    limit: int
    parent_id: str | None


def validate(request: dict[str, Any]) -> DescribeStream:
    shard_filter = request.get("ShardFilter")
    if shard_filter is not None and not {"Type", "ShardId"} <= shard_filter.keys():
        raise errors.validation(messages.SHARD_FILTER_INCOMPLETE)
    return DescribeStream(
        request["StreamArn"],
        request.get("ExclusiveStartShardId"),
        request.get("Limit", PAGE_SHARDS_MAX),
        shard_filter["ShardId"] if shard_filter is not None else None,
    )


def execute(namespace: Namespace, request: DescribeStream, now: float) -> dict[str, Any]:
    stream = namespace.stream(request.arn, now)
    shards = stream.shards_after(request.start_id)
    if request.parent_id is not None:
        shards = [shard for shard in shards if shard.parent_id == request.parent_id]
    page = shards[: request.limit]
    described: dict[str, Any] = {
        "CreationRequestDateTime": round(stream.created_at, 3),
        "KeySchema": table_description.key_schema(stream.key_schema),
        "Shards": [describe(shard) for shard in page],
        "StreamArn": request.arn,
        "StreamLabel": stream.label,
        "StreamStatus": stream.status(now),
        "StreamViewType": stream.view_type,
        "TableName": stream.table_name,
    }
    if len(shards) > len(page):
        described["LastEvaluatedShardId"] = page[-1].id
    return {"StreamDescription": described}


def describe(shard: Shard) -> dict[str, Any]:
    """A shard; an open one has no ending sequence number."""
    numbers = {"StartingSequenceNumber": str(shard.start)}
    if shard.end is not None:
        numbers["EndingSequenceNumber"] = str(shard.end)
    described: dict[str, Any] = {"SequenceNumberRange": numbers, "ShardId": shard.id}
    if shard.parent_id is not None:
        described["ParentShardId"] = shard.parent_id
    return described
