"""ListStreams: the streams of a namespace or of one table, those of the last day's deleted tables too."""

from typing import Any

from thermodynamo.api import arn, errors, messages
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations.operation import Facts
from thermodynamo_storage.values.dataclass import dataclass

FACTS = Facts(is_read=True)

PAGE_STREAMS_MAX = 100


@dataclass(slots=True)
class ListStreams:
    """A checked request. `start_arn` need not be that of a stream that exists: the page begins after it."""

    table_name: str | None
    start_arn: str
    limit: int


def validate(request: dict[str, Any]) -> ListStreams:
    start_arn = request.get("ExclusiveStartStreamArn", "")
    if start_arn and arn.parse_stream(start_arn) is None:
        raise errors.validation(messages.STREAM_ARN_INVALID)
    return ListStreams(request.get("TableName"), start_arn, request.get("Limit", PAGE_STREAMS_MAX))


def execute(namespace: Namespace, request: ListStreams, now: float) -> dict[str, Any]:
    namespace.settled_names(now)
    streams = {
        str(namespace.stream_arn(stream)): stream
        for stream in namespace.database.streams((namespace.account, namespace.region), now)
        if request.table_name in (None, stream.table_name)
    }
    arns = sorted(each for each in streams if each > request.start_arn)
    page = arns[: request.limit]
    reply: dict[str, Any] = {
        "Streams": [
            {"StreamArn": each, "StreamLabel": streams[each].label, "TableName": streams[each].table_name}
            for each in page
        ]
    }
    if len(arns) > len(page):
        reply["LastEvaluatedStreamArn"] = page[-1]
    return reply
