"""The published service model, compiled to the first two stages of validation.

`compile(operation)` gives an operation's type check and its constraint check. Run them in that order, before anything
else looks at the request: the type check also removes null members, and the rest of the code relies on it.

service         the published models, read from botocore's packaged JSON
overrides       where the service is known to differ from them
serialization   the type check; `acceptance` is its quick half
constraints     the aggregated message of what a request breaks
json_pieces     JSON of megabytes, read in pieces
rendering       how the service prints values in that message
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api.model import constraints, serialization
from thermodynamo.api.model.service import Service, autoscaling, dynamodb, streams

__all__ = ["autoscaling", "compile", "is_published", "operations"]


def compile(
    operation: str, service: Service | None = None
) -> tuple[Callable[[Any], None], Callable[[dict[str, Any]], None]]:
    """(check_types, check_constraints) of an operation; KeyError if no model has it.

    It is one of DynamoDB or of its streams where no service is given.
    """
    service = service or _service_of(operation)
    return serialization.compile_check(service, operation), constraints.compile_check(service, operation)


def operations() -> list[str]:
    """The names of every operation that the models of DynamoDB and its streams publish."""
    return [*dynamodb().inputs, *streams().inputs]


def is_published(target: str) -> bool:
    """Whether a target header, such as `DynamoDB_20120810.CreateBackup`, names an operation of either model."""
    prefix, _, name = target.partition(".")
    return any(prefix == service.target_prefix and name in service.inputs for service in (dynamodb(), streams()))


def _service_of(operation: str) -> Service:
    return dynamodb() if operation in dynamodb().inputs else streams()
