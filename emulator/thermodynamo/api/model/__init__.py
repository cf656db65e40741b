"""The published service model, compiled to the first two stages of validation.

`compile(operation)` gives an operation's type check and its constraint check. Run them in that order, before anything
else looks at the request: the type check also removes null members, and the rest of the code relies on it.

service                     the published models, read from botocore's packaged JSON
overrides                   where the service is known to differ from them
serialization, acceptance   the type check, and its quick half
constraints, stops          the aggregated message of what a request breaks; what is reported alone
plain_requests              the quick halves of both checks in one
json_pieces                 JSON of megabytes, read in pieces
rendering                   how the service prints values in that message
"""

from collections.abc import Callable
from typing import Any

from thermodynamo.api.model import constraints, plain_requests, serialization
from thermodynamo.api.model.service import Service, autoscaling, dynamodb, streams

__all__ = ["autoscaling", "compile", "compile_whole", "is_published", "operations"]


def compile(
    operation: str, service: Service | None = None
) -> tuple[Callable[[Any], None], Callable[[dict[str, Any]], None]]:
    """(check_types, check_constraints) of an operation; KeyError if no model has it.

    It is one of DynamoDB or of its streams where no service is given.
    """
    service = service or service_of(operation)
    return serialization.compile_check(service, operation), constraints.compile_check(service, operation)


def compile_whole(operation: str) -> Callable[[Any], None]:
    """Both checks of an operation in one, which looks at a request that is plainly good only once."""
    check_types, check_constraints = compile(operation)
    is_plainly_good = plain_requests.acceptor(service_of(operation), operation)

    def check(request: Any) -> None:
        if not is_plainly_good(request):
            check_types(request)
            check_constraints(request)

    return check


def operations() -> list[str]:
    """The names of every operation that the models of DynamoDB and its streams publish."""
    return [*dynamodb().inputs, *streams().inputs]


def is_published(target: str) -> bool:
    """Whether a target header, such as `DynamoDB_20120810.CreateBackup`, names an operation of either model."""
    prefix, _, name = target.partition(".")
    return any(prefix == service.target_prefix and name in service.inputs for service in (dynamodb(), streams()))


def service_of(operation: str) -> Service:
    """The model that publishes an operation of DynamoDB or of its streams."""
    return dynamodb() if operation in dynamodb().inputs else streams()
