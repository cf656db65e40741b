"""What the registry holds for each operation: its two functions, and its checks compiled from the service model."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from thermodynamo.api import errors, model
from thermodynamo.api.namespace import Namespace

ENVELOPED = frozenset({"PutItem", "UpdateItem"})
"""The operations whose own rules are worded as detected validation errors; see `errors.enveloped`."""


class Operation:
    """An operation by its API name. `validate` makes of the request what `execute` takes.

    The first request of an operation imports its module, named as the operation in snake case, and compiles its
    checks: doing so for all of them would double the time to the first answer.
    """

    __slots__ = ("check", "execute", "name", "validate")

    package = "thermodynamo.api.operations"
    """Where the modules of operations of this kind are."""
    is_dynamodb = True
    """Whether faults may befall it: their errors are DynamoDB's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.validate: Callable[[dict[str, Any]], Any] = _not_loaded
        self.execute: Callable[[Namespace, Any], dict[str, Any] | bytes] = _not_loaded
        self.check: Callable[[Any], None] = self._load_and_check
        """Raises SerializationException for types and ValidationException for the constraints of the model."""

    @property
    def module_name(self) -> str:
        return f"{self.package}." + re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()

    def restate(self, error: errors.ApiError) -> errors.ApiError:
        """An error of `validate` as this operation words it."""
        return errors.enveloped(error) if self.name in ENVELOPED else error

    def compile(self) -> Callable[[Any], None]:
        """The two checks of the service model in one."""
        check_types, check_constraints = model.compile(self.name)

        def check(request: Any) -> None:
            check_types(request)
            check_constraints(request)

        return check

    def _load_and_check(self, request: Any) -> None:
        module = import_module(self.module_name)
        check = self.compile()
        self.validate = module.validate
        self.execute = module.execute
        self.check = check
        check(request)


def _not_loaded(*_: Any) -> Any:
    raise AssertionError("check comes first")
