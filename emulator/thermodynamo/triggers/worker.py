"""The worker process: calls one Python handler with events that come in a line each, and answers in a line each.

    python -m thermodynamo.triggers.worker module:function

An event line is `{"event", "request_id", "function_name", "deadline"}`; the answer is `{"result"}` or `{"error":
{"errorType", "errorMessage", "stackTrace"}}`. Answers go out on the descriptor that was standard output when the
process began; what the handler prints goes to standard error, so that it cannot be mistaken for an answer.
"""

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO


@dataclass(frozen=True, slots=True)
class Context:
    """What handlers use of Lambda's context object."""

    function_name: str
    aws_request_id: str
    deadline: float
    """In seconds of the epoch."""
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 128

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.time()) * 1000))


def load(handler: str) -> Callable[[Any, Context], Any]:
    """The callable that `module:function` names; modules are found from the current directory on."""
    module_name, _, function_name = handler.partition(":")
    if os.getcwd() not in sys.path:
        sys.path.insert(0, os.getcwd())
    function: Any = importlib.import_module(module_name)
    for name in function_name.split("."):
        function = getattr(function, name)
    if not callable(function):
        raise TypeError(f"{handler} cannot be called")
    found: Callable[[Any, Context], Any] = function
    return found


def answer(function: Callable[[Any, Context], Any], request: dict[str, Any]) -> dict[str, Any]:
    """What the handler returns for an event, or how it failed."""
    context = Context(request["function_name"], request["request_id"], request["deadline"])
    try:
        result = function(request["event"], context)
        json.dumps(result)
        return {"result": result}
    except Exception as error:
        return {"error": describe(error)}


def describe(error: BaseException) -> dict[str, Any]:
    return {
        "errorType": type(error).__name__,
        "errorMessage": str(error),
        "stackTrace": traceback.format_tb(error.__traceback__),
    }


def main() -> int:
    """Serves until standard input ends, or what it answers is not read."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    try:
        function = load(sys.argv[1])
    except Exception as error:
        _write(answers, {"error": describe(error)})
        return 1
    _write(answers, {"result": "ready"})
    for line in sys.stdin:
        _write(answers, answer(function, json.loads(line)))
    return 0


def _write(answers: TextIO, value: dict[str, Any]) -> None:
    """Writes a line. A trigger that was killed reads none, and then there is nothing left to do."""
    try:
        answers.write(json.dumps(value) + "\n")
    except BrokenPipeError:
        os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
