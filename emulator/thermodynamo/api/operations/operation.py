"""What the registry holds for each operation: its two functions, its facts, its checks compiled from the model."""

import re
from collections.abc import Callable
from importlib import import_module
from typing import Any, Literal

from thermodynamo.api import errors, model
from thermodynamo.api.namespace import Namespace
from thermodynamo.api.slices import Slices
from thermodynamo_storage.values.dataclass import dataclass

Wording = Literal["earlier", "current", "enveloped"]
"""How an operation words its own rules and refused attribute values; see `Operation.restate`."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What others need to know of an operation. Its module states it as `FACTS`."""

    is_read: bool
    """Whether it changes nothing. An operation on PartiQL statements says False: each statement has its own kind."""
    is_single_write: bool = False
    """Whether it writes one item, or may do so; see `errors.throttled`."""
    wording: Wording = "earlier"
    unprocessed: str | None = None
    """The member of the reply that hands back what a batch left undone; None for an operation that is no batch."""


class Operation:
    """An operation by its API name. `validate` makes of the request what `execute` takes.

    The first request of an operation imports its module, named as the operation in snake case in the folder of its
    family, and compiles its checks: doing so for all of them would double the time to the first answer.
    """

    __slots__ = ("_facts", "asked_as", "check", "execute", "family", "name", "validate")

    package = "thermodynamo.api.operations"
    """Where the folders of the families are."""
    is_dynamodb = True
    """Whether faults may befall it: their errors are DynamoDB's."""

    def __init__(self, name: str, family: str) -> None:
        self.name = name
        self.asked_as = name
        """What policies know it as."""
        self.family = family
        self._facts: Facts | None = None
        self.validate: Callable[[dict[str, Any]], Any] = _not_loaded
        self.execute: Callable[[Namespace, Any, float], dict[str, Any] | bytes | Slices[bytes]] = _not_loaded
        """Carries out a checked request at a time, in seconds of the epoch; returns the reply, bytes being JSON.

        Where writing the reply takes long, it returns the slices that do so.
        """
        self.check: Callable[[Any], None] = self._load_and_check
        """Raises SerializationException for types and ValidationException for the constraints of the model."""

    @property
    def module_name(self) -> str:
        module = re.sub(r"(?<!^)(?=[A-Z])", "_", self.name).lower()
        return f"{self.package}.{self.family}.{module}"

    @property
    def facts(self) -> Facts:
        """Imports the operation's module where no request has done so."""
        return self._facts or self._load()

    def restate(self, error: errors.ApiError) -> errors.ApiError:
        """An error of `validate` as this operation words it.

        By October 2026 the service had moved six operations on items to new words for attribute values, and three of
        them to the envelope. Scan, BatchWriteItem, transactions and statements keep the earlier words.
        """
        wording = self.facts.wording
        if wording == "enveloped":
            return errors.enveloped(error)
        return error if wording == "current" else errors.worded_earlier(error)

    def compile(self) -> Callable[[Any], None]:
        """The two checks of the service model in one."""
        return model.compile_whole(self.name)

    def _load(self) -> Facts:
        module = import_module(self.module_name)
        check = self.compile()
        facts: Facts = module.FACTS
        self.validate = module.validate
        self.execute = module.execute
        self.check = check
        self._facts = facts
        return facts

    def _load_and_check(self, request: Any) -> None:
        self._load()
        self.check(request)


def _not_loaded(*_: Any) -> Any:
    raise AssertionError("check comes first")
