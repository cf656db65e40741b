"""A call without HTTP: all that happens to a request once it is read and its caller is known.

The service looks at a request in this order: types, constraints, the operation's own rules, then the tables. Every
error that can come of it is caught in the one `except` of `perform`.
"""

import itertools
import logging
from collections.abc import Callable
from typing import Any

import orjson

from thermodynamo.api import errors, messages, slices
from thermodynamo.api.caller import Caller
from thermodynamo.api.client_retries import Headers, attempt_of
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.api.operations.items.draft import Draft, Undrafted
from thermodynamo.api.request_counts import Counted, Request
from thermodynamo.api.slices import Slices
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import JournalStalled, ReplicaIsolated, StorageError

Reply = bytes | Slices[bytes]
"""The JSON of a reply, or the slices that make it. They raise ApiError alone."""
Perform = Callable[[Namespace, Operation, Any, Caller, float, Headers], Reply]
"""What stands in for `perform` takes and gives what it does."""

SERVER_FAILURES = 500
"""Statuses from here on are of failures that clients try again."""
DRAFTED_MAX = 16
"""How often a request drafts what has changed meanwhile, until it lets no other come between."""

log = logging.getLogger("thermodynamo")


def perform(
    namespace: Namespace, operation: Operation, request: Any, caller: Caller, now: float, headers: Headers = ()
) -> Reply:
    """The JSON of the reply to a request, given as any JSON value. Raises ApiError alone; either is counted.

    The request may be changed, and belongs to the operation from here on. Everything in it happens at `now`, in
    seconds of the epoch, and has happened when this returns: slices that are left only write the reply. But a write of
    a large item is drafted in slices, and happens in the last of them, at the time sent in. `headers` say which attempt
    at which of the client's calls this is; see `client_retries`.
    """
    started = namespace.stopwatch()
    counts = namespace.counts
    counts.operation = operation.name
    try:
        operation.check(request)
        try:
            checked = operation.validate(request)
        except ApiError as error:
            raise operation.restate(error) from None
        if caller.permission is not None:
            caller.permission(namespace, operation.asked_as, request, checked, now)
        namespace.throttles.operation = operation.name
        if namespace.due:
            namespace.database.carry_out_splits(now)
        result = operation.execute(namespace, checked, now)
        if namespace.throttled_calls:
            namespace.client_retries.pass_limits(headers, now)
        if not isinstance(result, bytes):
            if not isinstance(result, dict):
                return _finish(namespace, operation, result, counts.set_aside(), started, now)
            result = orjson.dumps(result)
        counts.succeed(namespace.stopwatch() - started)
        return result
    except Undrafted as undrafted:
        counts.set_aside()
        return _draft(namespace, operation, checked, undrafted, started, now, headers)
    except Exception as failure:
        raise _refusal(namespace, operation, failure, now, headers) from None


def complete(reply: Reply) -> bytes:
    """The whole reply, here and now."""
    return slices.finish(reply)


def _finish(
    namespace: Namespace, operation: Operation, left: Slices[bytes], request: Request, started: float, now: float
) -> Slices[bytes]:
    """The slices that are left of a request that was set aside; it is counted after the last."""
    try:
        reply = yield from left
    except Exception as failure:
        namespace.counts.resume(request)
        raise _refusal(namespace, operation, failure, now, ()) from None
    namespace.counts.resume(request)
    namespace.counts.succeed(namespace.stopwatch() - started)
    return reply


def _draft(
    namespace: Namespace,
    operation: Operation,
    checked: Any,
    undrafted: Undrafted,
    started: float,
    now: float,
    headers: Headers,
) -> Slices[bytes]:
    """The slices of a request whose writes are drafted before it is carried out in one piece, at the time by then.

    It begins again where an item was written meanwhile, at last in one piece. Other work than drafts is done alike.
    """
    drafts: dict[tuple[Table, bytes], Draft] = {}
    for number in itertools.count(1):
        for each in undrafted.works:
            if number < DRAFTED_MAX:
                yield from each.work()
            else:
                slices.finish(each.work())
            if isinstance(each, Draft):
                drafts[each.table, each.key] = each
        if number < DRAFTED_MAX:
            now = (yield) or now
        namespace.counts.operation = namespace.throttles.operation = operation.name
        namespace.drafts.update(drafts)
        try:
            if undrafted.permit is not None:
                undrafted.permit(now)
            if namespace.due:
                namespace.database.carry_out_splits(now)
            result = operation.execute(namespace, checked, now)
            if namespace.throttled_calls:
                namespace.client_retries.pass_limits(headers, now)
        except Undrafted as again:
            namespace.counts.set_aside()
            undrafted = errors.without_frames(again)
        except Exception as failure:
            raise _refusal(namespace, operation, failure, now, headers) from None
        else:
            break
        finally:
            namespace.drafts.clear()
    if not isinstance(result, (bytes, dict)):
        return (yield from _finish(namespace, operation, result, namespace.counts.set_aside(), started, now))
    namespace.counts.succeed(namespace.stopwatch() - started)
    return result if isinstance(result, bytes) else orjson.dumps(result)


def refuse(
    namespace: Namespace, error: ApiError, now: float, headers: Headers, refusing: Counted | None = None
) -> ApiError:
    """The error, which is counted; `refusing` is the one table that throttled the request, if only one did."""
    throttling = namespace.counts.fail(error, refusing)
    if throttling:
        tables = [each for each in throttling if isinstance(each, Table)]
        namespace.client_retries.throttle(headers, namespace.counts.operation, tables, now)
    elif namespace.throttled_calls:
        retries = namespace.client_retries
        (retries.fail if error.status >= SERVER_FAILURES else retries.pass_limits)(headers, now)
    return error


def _refusal(namespace: Namespace, operation: Operation, failure: Exception, now: float, headers: Headers) -> ApiError:
    """The error that answers a request which failed; it is counted.

    A throttled request counts for the table that refused it, and a batch for all of its tables: all refused it.
    """
    refusing = None
    if isinstance(failure, ApiError):
        error = failure
    elif isinstance(failure, StorageError):
        error = errors.from_storage(failure, operation.facts.is_single_write, namespace.by_guide)
        if error.status >= 500 and not isinstance(failure, (JournalStalled, ReplicaIsolated)):
            log.error("%s met an error of storage that has no answer", operation.name, exc_info=failure)
        if isinstance(failure, Throttled):
            namespace.throttles.note_attempt(failure.refusal, attempt_of(headers))
            if operation.facts.unprocessed is None:
                refusing = namespace.tables.get(failure.refusal.table_name)
    else:
        log.error("%s failed; the request is answered with an internal error", operation.name, exc_info=failure)
        error = errors.internal_server_error(messages.INTERNAL_FAILURE)
    return refuse(namespace, error, now, headers, refusing)
