"""Where events go: a Python handler in worker processes, or a URL."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from typing import Any, Protocol
from uuid import uuid4

from thermodynamo.triggers.trigger import Trigger

STOP_SECONDS = 2.0
IMPORT_SECONDS = 30.0


class InvocationFailed(Exception):
    """The handler raised, timed out, died, or answered with an error status. `error` is as Lambda reports it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.error = {"errorType": kind, "errorMessage": message}


class Target(Protocol):
    """Something that takes an event and may return a response. Raises InvocationFailed. Safe from several threads."""

    def check(self) -> None:
        """Raises InvocationFailed for a target that can never be invoked."""

    def invoke(self, event: dict[str, Any]) -> Any: ...

    def give_up_preparing(self) -> None:
        """Ends what is not ready to be invoked. Invocations in progress go on."""

    def close(self) -> None: ...


class UrlTarget:
    """Sends each event by POST; the response is the body of a 2xx reply, as JSON where it is JSON."""

    def __init__(self, url: str, timeout_seconds: float) -> None:
        self.url = url
        self.timeout_seconds = timeout_seconds

    def check(self) -> None:
        """A URL can always be invoked: a server that is not there yet may come."""

    def invoke(self, event: dict[str, Any]) -> Any:
        request = urllib.request.Request(self.url, json.dumps(event).encode(), {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=self.timeout_seconds) as reply:
                body = reply.read()
        except urllib.error.HTTPError as error:
            raise InvocationFailed("HTTPError", f"{self.url} answered {error.code}") from None
        except (OSError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            text = getattr(reason, "strerror", None) or reason
            raise InvocationFailed(type(error).__name__, f"{self.url}: {text}") from None
        try:
            return json.loads(body)
        except ValueError:
            return None

    def give_up_preparing(self) -> None:
        """There is nothing to prepare."""

    def close(self) -> None:
        """Holds nothing."""


class Worker:
    """One worker process. A worker that failed to answer in time is killed and not used again."""

    def __init__(self, handler: str) -> None:
        self.handler = handler
        self.is_ready = False
        self.process = subprocess.Popen(
            [sys.executable, "-m", "thermodynamo.triggers.worker", handler],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the trigger, which lets invocations in progress end.
        )
        self.answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        threading.Thread(target=self._listen, daemon=True).start()

    def prepare(self) -> None:
        """Waits until the handler is imported. Raises InvocationFailed where it cannot be."""
        ready = self._answer(IMPORT_SECONDS, "import")
        if "error" in ready:
            self.stop()
            error = ready["error"]
            raise InvocationFailed(error["errorType"], f"{self.handler} cannot be imported: {error['errorMessage']}")
        self.is_ready = True

    def call(self, request: dict[str, Any], timeout_seconds: float) -> dict[str, Any]:
        """The answer to one event. Raises InvocationFailed when the process dies or takes too long."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(json.dumps(request) + "\n")
            self.process.stdin.flush()
        except OSError as error:
            self.stop()
            raise InvocationFailed("Runtime.ExitError", f"the worker process has ended: {error}") from None
        return self._answer(timeout_seconds, "task")

    def stop(self) -> None:
        """Ends the process and those that its handler began."""
        if self.process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.answers.put(line)
        self.answers.put("")

    def _answer(self, timeout_seconds: float, what: str) -> dict[str, Any]:
        try:
            line = self.answers.get(timeout=timeout_seconds)
        except queue.Empty:
            self.stop()
            raise InvocationFailed("Sandbox.Timedout", f"{what} timed out after {timeout_seconds:g} seconds") from None
        if not line:
            with suppress(subprocess.TimeoutExpired):  # Its output ends before it does, and its status comes last.
                self.process.wait(STOP_SECONDS)
            self.stop()
            raise InvocationFailed("Runtime.ExitError", f"the worker process ended with {self.process.returncode}")
        answer: dict[str, Any] = json.loads(line)
        return answer


class HandlerTarget:
    """Calls a Python handler in worker processes: as many as are busy at once, each used again and again."""

    def __init__(self, name: str, handler: str, timeout_seconds: float) -> None:
        self.name = name
        self.handler = handler
        self.timeout_seconds = timeout_seconds
        self.idle: list[Worker] = []
        self.all: set[Worker] = set()
        self.lock = threading.RLock()  # A second signal closes it in the middle of anything.

    def check(self) -> None:
        """Imports the handler. One that breaks later, while it is being written, is a failed invocation."""
        worker = self._worker()
        with self.lock:
            self.idle.append(worker)

    def _worker(self) -> Worker:
        with self.lock:
            worker = self.idle.pop() if self.idle else None
        if worker is None:
            worker = Worker(self.handler)
            with self.lock:
                self.all.add(worker)
            try:
                worker.prepare()
            except InvocationFailed:
                with self.lock:
                    self.all.discard(worker)
                raise
        return worker

    def invoke(self, event: dict[str, Any]) -> Any:
        worker = self._worker()
        try:
            request = {
                "event": event,
                "request_id": str(uuid4()),
                "function_name": self.name,
                "deadline": time.time() + self.timeout_seconds,
            }
            answer = worker.call(request, self.timeout_seconds)
        except InvocationFailed:
            with self.lock:
                self.all.discard(worker)
            raise
        with self.lock:
            self.idle.append(worker)
        if "error" in answer:
            raise InvocationFailed(answer["error"]["errorType"], answer["error"]["errorMessage"])
        return answer["result"]

    def give_up_preparing(self) -> None:
        with self.lock:
            workers = [worker for worker in self.all if not worker.is_ready]
        for worker in workers:
            worker.stop()

    def close(self) -> None:
        with self.lock:
            workers, self.all, self.idle = self.all, set(), []
        for worker in workers:
            worker.stop()


def target_of(trigger: Trigger) -> Target:
    if trigger.url is not None:
        return UrlTarget(trigger.url, trigger.timeout_seconds)
    assert trigger.handler is not None
    return HandlerTarget(trigger.name, trigger.handler, trigger.timeout_seconds)
