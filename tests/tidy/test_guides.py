"""The pages for those who change the code: what they say of it is so."""

import ast
import re
import textwrap

from tests.tidy.source import PACKAGES, ROOT, report, sources
from tests.tidy.test_packages import is_folder

ARCHITECTURE = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
WALK_THROUGH = (ROOT / "docs/add-an-operation.md").read_text(encoding="utf-8")
SHOWN = re.compile(r"`((?:emulator|storage)/[\w/]+\.py)`[^`]*?:\n\n```python\n(.*?)```", re.DOTALL)
"""A module and a block of code that is shown of it."""
NAMED = re.compile(r"`([\w/]+/\w+\.py)`")
ROOTS = ("storage/thermodynamo_storage", "emulator/thermodynamo")


def missing(block: str, text: str) -> list[str]:
    """The statements of a block that are not in a text, at whatever depth."""
    statements = [ast.get_source_segment(block, node, padded=True) or "" for node in ast.parse(block).body]
    return [each for each in statements if each not in text and textwrap.indent(each, "    ") not in text]


def test_code_in_the_walk_through_is_the_code() -> None:
    shown = SHOWN.findall(WALK_THROUGH)
    assert len(shown) == WALK_THROUGH.count("```python")
    wrong = [
        f"{path}: {each}" for path, block in shown for each in missing(block, (ROOT / path).read_text(encoding="utf-8"))
    ]
    assert not wrong, report(wrong)


def test_each_module_that_is_named_is_there() -> None:
    paths = ["/" + file.name for file in sources(*PACKAGES, "tests")]
    named = NAMED.findall(ARCHITECTURE + WALK_THROUGH)
    wrong = [name for name in named if not any(path.endswith("/" + name) for path in paths)]
    assert not wrong, report(wrong)


def test_the_tree_has_every_floor() -> None:
    for root in ROOTS:
        lines = re.search(rf"^{root}/.*\n((?:  .*\n)+)", ARCHITECTURE, re.MULTILINE)
        assert lines is not None
        told = [line.split()[0] for line in lines[1].splitlines()]
        folders = [f"{each.name}/" for each in (ROOT / root).iterdir() if is_folder(each)]
        modules = [each.name for each in (ROOT / root).glob("*.py") if each.name != "__init__.py"]
        assert sorted(told) == sorted(folders + modules)


def test_each_folder_of_tests_is_told_of() -> None:
    told = re.findall(r"`tests/(\w+)`", ARCHITECTURE.partition("## What is tested how")[2])
    assert sorted(told) == sorted(each.name for each in (ROOT / "tests").iterdir() if is_folder(each))


def test_a_statement_that_is_not_there_is_found() -> None:
    text = "class A:\n    def b(self) -> None:\n        pass\n"
    assert not missing("def b(self) -> None:\n    pass\n", text)
    assert missing("def b(self) -> None:\n    pass\n\nc = 1\n", text) == ["c = 1"]
