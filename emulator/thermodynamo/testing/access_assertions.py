"""What a test asserts of policies, in this process and of a server: who may, who may not, and who was denied."""

from collections.abc import Mapping
from typing import Any

from thermodynamo.access.explanation import Explanation
from thermodynamo.testing import assertions


class AccessAssertions:
    """The assertions of a DynamoDB with callers. What they look at is its own."""

    def assert_allowed(self, caller: str, operation: str, request: Mapping[str, Any]) -> None:
        """The policies let a caller of the access file send a request, which is not sent.

        Raises AssertionError, which has what each statement says of it; ConfigError.
        """
        __tracebackhide__ = True
        assertions.allowed(self._explain(caller, operation, request), caller, operation)

    def assert_denied(self, caller: str, operation: str, request: Mapping[str, Any]) -> None:
        """The policies do not let a caller send a request, which is not sent. Raises as `assert_allowed` does."""
        __tracebackhide__ = True
        assertions.denied(self._explain(caller, operation, request), caller, operation)

    def assert_nothing_denied(self) -> None:
        """No request was denied, or with `access="observe"` would have been. Raises AssertionError, ConfigError."""
        __tracebackhide__ = True
        assertions.nothing_denied(self._denied())

    def _explain(self, caller: str, operation: str, request: Mapping[str, Any]) -> Explanation:
        """Whether a caller may send a request, and which statements say so. Raises AssertionError, ConfigError."""
        raise NotImplementedError

    def _denied(self) -> list[str]:
        """A line for each kind of request that was, or would have been, denied. Raises ConfigError."""
        raise NotImplementedError
