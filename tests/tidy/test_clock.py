"""The time of a request is read in one place and handed on: storage and the API take `now` and read no clock."""

import ast

from tests.tidy.source import PACKAGES, Source, report, sources

REQUEST_READERS = (
    "emulator/thermodynamo/service.py",
    "emulator/thermodynamo/server/data_plane.py",
)
"""Where a request begins: its time is read there, and handed to `api.call.perform`."""
OTHER_READERS = (
    "emulator/thermodynamo/upkeep.py",
    "emulator/thermodynamo/server/delivering.py",
    "emulator/thermodynamo/admin/",
    "emulator/thermodynamo/server/background.py",
    "emulator/thermodynamo/data_folder.py",
    "emulator/thermodynamo/testing/",
    "emulator/thermodynamo/seeds/service_soil.py",
)
"""What is no request of the API: the work between requests, reports on the emulator, seeds, and tests of others."""


def reads_clock(node: ast.AST) -> bool:
    """`clock.now`, or `now` of whatever attribute is named clock."""
    if not isinstance(node, ast.Attribute) or node.attr != "now":
        return False
    owner = node.value
    named = owner.id if isinstance(owner, ast.Name) else owner.attr if isinstance(owner, ast.Attribute) else ""
    return named.endswith("clock")


def readings(file: Source) -> list[str]:
    return [
        f"{file.name}:{node.lineno} reads a clock: {ast.unparse(node)}"
        for node in ast.walk(file.tree)
        if isinstance(node, ast.expr) and reads_clock(node)
    ]


def test_a_clock_is_read_where_a_request_begins() -> None:
    files = [file for file in sources(*PACKAGES) if not file.name.startswith((*REQUEST_READERS, *OTHER_READERS))]
    wrong = [reading for file in files for reading in readings(file)]
    assert not wrong, report(wrong)


def test_the_readers_are_listed_because_they_read() -> None:
    for name in (*REQUEST_READERS, *OTHER_READERS):
        assert any(readings(file) for file in sources(name)), name


def test_no_part_of_the_api_keeps_a_clock() -> None:
    wrong = [
        f"{file.name}:{line} imports {name}"
        for file in sources("storage", "emulator/thermodynamo/api")
        for line, name in file.imports()
        if name.startswith("thermodynamo.settings.clock")
    ]
    assert not wrong, report(wrong)
