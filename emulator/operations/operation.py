"""What the registry holds for each operation: its two functions, and its checks compiled from the service model."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

from emulator import errors, model
from emulator.engine import Engine

ENVELOPED = frozenset({"PutItem", "UpdateItem"})
"""The operations whose own rules are worded as detected validation errors; see `errors.enveloped`."""


class Operation:
    """An operation by its API name. `validate` makes of the request what `execute` takes."""

    __slots__ = ("check", "execute", "name", "validate")

    def __init__(self, name: str, module: ModuleType) -> None:
        self.name = name
        self.validate: Callable[[dict[str, Any]], Any] = module.validate
        self.execute: Callable[[Engine, Any], dict[str, Any] | bytes] = module.execute
        self.check: Callable[[Any], None] = self._compile_and_check
        """Raises SerializationException for types and ValidationException for the constraints of the model."""

    def restate(self, error: errors.ApiError) -> errors.ApiError:
        """An error of `validate` as this operation words it."""
        return errors.enveloped(error) if self.name in ENVELOPED else error

    def _compile_and_check(self, request: Any) -> None:
        """The first request of an operation compiles its checks: compiling them all would delay the start."""
        check_types, check_constraints = model.compile(self.name)

        def check(request: Any) -> None:
            check_types(request)
            check_constraints(request)

        self.check = check
        check(request)
