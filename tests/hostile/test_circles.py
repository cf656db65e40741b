"""Circles of references: no request leaves one that holds its frames, however it ends.

Full collections of garbage are put off while requests come, so what a circle holds stays until they pause: with an item
of 190,000 values, 40 MB for each refused write of it.
"""

import gc
from pathlib import Path
from types import FrameType

import pytest

from tests.golden.running import play
from tests.golden.script import parse
from tests.golden.wire import Reply
from tests.hostile.test_drafts import FILES, leave_no_room
from tests.replay.test_golden_scripts import GOLDEN, InProcess
from thermodynamo.api import slices
from thermodynamo.server.application import Application
from thermodynamo.settings.config import resolve


class Direct(InProcess):
    """Asks the data plane without an event loop, which makes circles of its own."""

    def send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
        if (method, path) != ("POST", "/"):
            return super().send(method, path, headers, body)
        lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
        status, head, reply = slices.finish(self.application.data_plane.reply(lines, b"", body))
        shown = [line.split(": ", 1) for line in head.decode().splitlines()]
        return Reply(status, {name.lower(): value for name, value in shown}, reply)


def frames_left() -> list[str]:
    """The functions whose frames are garbage that reference counts do not free."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return [each.f_code.co_qualname for each in gc.garbage if isinstance(each, FrameType)]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


@pytest.mark.parametrize("has_room", [True, False], ids=["in one piece", "drafted"])
@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(GOLDEN)) for path in FILES])
def test_no_request_of_a_golden_script_leaves_a_circle(
    path: Path, has_room: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not has_room:
        leave_no_room(monkeypatch)
    cases = parse(path)
    wire = Direct(Application(resolve(cases[0].settings, {})))
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for number in range(len(cases)):
            account = f"{number + 1:012d}"
            play(parse(path, account)[number], wire, account, str(path), [])
        assert frames_left() == []
    finally:
        gc.enable()
        gc.unfreeze()
