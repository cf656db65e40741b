"""Where events go, and what counts as a failed invocation."""

import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from thermodynamo.triggers.targets import HandlerTarget, InvocationFailed, UrlTarget


@pytest.mark.parametrize("reply", [b"", b"no HTTP\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"])
def test_a_reply_that_is_none_is_a_failed_invocation(reply: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65_536)
                connection.sendall(reply)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65_536):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        with pytest.raises(InvocationFailed):
            UrlTarget(f"http://127.0.0.1:{listener.getsockname()[1]}/", 5.0).invoke({"Records": []})
        thread.join()


@pytest.fixture
def target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], HandlerTarget]]:
    """A target of the function `f` in a module with this text."""
    monkeypatch.chdir(tmp_path)
    made = []

    def make(text: str) -> HandlerTarget:
        Path("written.py").write_text(text, encoding="utf-8")
        made.append(HandlerTarget("t", "written:f", 30.0))
        return made[-1]

    yield make
    for each in made:
        each.close()


def test_an_import_that_takes_long_can_be_given_up(target: Callable[[str], HandlerTarget]) -> None:
    hanging = target("open('begun', 'w').close()\nimport time\ntime.sleep(600)\n")
    failures: list[InvocationFailed] = []

    def check() -> None:
        try:
            hanging.check()
        except InvocationFailed as failure:
            failures.append(failure)

    thread = threading.Thread(target=check)
    thread.start()
    while not Path("begun").exists():
        time.sleep(0.01)
    (worker,) = hanging.all
    hanging.give_up_preparing()
    thread.join(20)
    assert not thread.is_alive() and worker.process.returncode == -signal.SIGKILL
    assert len(failures) == 1 and not hanging.all


def test_a_worker_in_use_outlives_what_is_given_up(target: Callable[[str], HandlerTarget]) -> None:
    working = target("def f(event, context):\n    return event\n")
    working.check()
    working.give_up_preparing()
    assert working.invoke({"Records": []}) == {"Records": []}


def test_a_module_that_ends_its_process_is_told_of_with_its_status(target: Callable[[str], HandlerTarget]) -> None:
    with pytest.raises(InvocationFailed, match=r"ended with 3$"):
        target("raise SystemExit(3)\n").check()


def test_a_worker_whose_trigger_was_killed_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "written.py").write_text("import sys\nsys.stdin.readline()\ndef f(event, context): pass\n", "utf-8")
    worker = subprocess.Popen(
        [sys.executable, "-m", "thermodynamo.triggers.worker", "written:f"],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdout is not None
    worker.stdout.close()
    worker.stdout = None
    assert worker.communicate(b"go on\n", 30)[1] == b"" and worker.returncode == 0


def test_a_url_that_nobody_serves_is_told_of_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(InvocationFailed, match=r"/: Connection refused$"):
        UrlTarget(f"http://127.0.0.1:{port}/", 5.0).invoke({"Records": []})
