"""Faults for the requests of a service in this process: the rules of `/_admin/faults` without HTTP."""

from typing import Any

from thermodynamo.faults.plan import Fault
from thermodynamo.faults.rule import FaultError
from thermodynamo.testing.shared_service import SharedService

__all__ = ["FaultError", "LocalFaults"]


class LocalFaults:
    """The rules in force."""

    def __init__(self, shared: SharedService) -> None:
        self.shared = shared

    def add(self, **rule: Any) -> int:
        """Makes a rule of its members, as in `add(operation="PutItem", error="ThrottlingException", count=2)`.

        Returns the rule's id. Raises FaultError, which says what a rule can be.
        """
        with self.shared.lock:
            try:
                return self.shared.service.faults.add_all([rule])[0].id
            except FaultError as refusal:
                raise FaultError(f"{refusal}: {refusal.hint}", refusal.hint) from None

    def rules(self) -> list[dict[str, Any]]:
        """The rules as they were given, each with its `id` and with how often it has `fired`."""
        with self.shared.lock:
            return [fault.describe() for fault in self.shared.service.faults.faults.values()]

    def fired(self, id: int) -> int:
        """How often a rule has fired. Raises KeyError where there is no such rule."""
        with self.shared.lock:
            fault: Fault = self.shared.service.faults.faults[id]
            return fault.fired

    def clear(self) -> None:
        """Removes all rules."""
        with self.shared.lock:
            self.shared.service.faults.remove()
