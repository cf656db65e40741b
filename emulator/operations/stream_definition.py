"""StreamSpecification: whether a table has a stream, and of which view type.

Streams are not built yet: a request that enables one is refused, so that nobody waits for records that never come.
"""

from typing import Any

from emulator import errors, messages


def check(request: dict[str, Any]) -> None:
    """Refuses a specification that contradicts itself, and for now every one that enables a stream."""
    given = request.get("StreamSpecification")
    if given is None:
        return
    if not given["StreamEnabled"]:
        if "StreamViewType" in given:
            raise errors.validation(messages.STREAM_DISABLED_WITH_VIEW)
        return
    if "StreamViewType" not in given:
        raise errors.validation(messages.STREAM_ENABLED_WITHOUT_VIEW)
    raise errors.validation(messages.NOT_BUILT.format("StreamSpecification with StreamEnabled true"))


def check_update(request: dict[str, Any], table_name: str) -> None:
    """Refuses to disable the stream of a table that has none."""
    if "StreamSpecification" in request:
        raise errors.validation(messages.STREAM_ALREADY_DISABLED.format(table_name))
