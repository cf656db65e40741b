"""A call without HTTP: all that happens to a request once it is read and its caller is known.

The service looks at a request in this order: types, constraints, the operation's own rules, then the tables. Every
error that can come of it is caught in the one `except` of `perform`.
"""

import logging
from collections.abc import Callable
from typing import Any

import orjson

from thermodynamo.api import errors, messages
from thermodynamo.api.caller import Caller
from thermodynamo.api.client_retries import Headers
from thermodynamo.api.errors import ApiError
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.operations import Operation
from thermodynamo.api.request_counts import Counted
from thermodynamo_storage.capacity.refusals import Throttled
from thermodynamo_storage.tables.table import Table
from thermodynamo_storage.values.errors import JournalStalled, StorageError

Perform = Callable[[Namespace, Operation, Any, Caller, float, Headers], bytes]
"""What stands in for `perform` takes and gives what it does."""

log = logging.getLogger("thermodynamo")


def perform(
    namespace: Namespace, operation: Operation, request: Any, caller: Caller, now: float, headers: Headers = ()
) -> bytes:
    """The JSON of the reply to a request, given as any JSON value. Raises ApiError alone; either is counted.

    The request may be changed, and belongs to the operation from here on. Everything in it happens at `now`, in
    seconds of the epoch. `headers` say which attempt at which of the client's calls this is; see `client_retries`.
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
        # Whether `caller` may do this is asked here, before the request has touched any table.
        namespace.throttles.operation = operation.name
        if namespace.due:
            namespace.database.carry_out_splits(now)
        result = operation.execute(namespace, checked, now)
        reply = result if type(result) is bytes else orjson.dumps(result)
        counts.succeed(namespace.stopwatch() - started)
        if namespace.throttled_calls:
            namespace.client_retries.pass_limits(headers, now)
        return reply
    except Exception as failure:
        raise _refusal(namespace, operation, failure, now, headers) from None


def refuse(
    namespace: Namespace, error: ApiError, now: float, headers: Headers, refusing: Counted | None = None
) -> ApiError:
    """The error, which is counted; `refusing` is the one table that throttled the request, if only one did."""
    throttling = namespace.counts.fail(error, refusing)
    if throttling:
        tables = [each for each in throttling if isinstance(each, Table)]
        namespace.client_retries.throttle(headers, namespace.counts.operation, tables, now)
    elif namespace.throttled_calls:
        namespace.client_retries.pass_limits(headers, now)
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
        if error.status >= 500 and not isinstance(failure, JournalStalled):
            log.error("%s met an error of storage that has no answer", operation.name, exc_info=failure)
        if isinstance(failure, Throttled) and operation.facts.unprocessed is None:
            refusing = namespace.tables.get(failure.refusal.table_name)
    else:
        log.error("%s failed; the request is answered with an internal error", operation.name, exc_info=failure)
        error = errors.internal_server_error(messages.INTERNAL_FAILURE)
    return refuse(namespace, error, now, headers, refusing)
