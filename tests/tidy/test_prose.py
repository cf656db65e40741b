"""Prose that a reader understands without the sentence above it."""

import ast
import re

from tests.tidy.source import EVERYTHING, PACKAGES, ROOT, report, sources
from tests.tidy.test_words import prose

VAGUE = re.compile(r"\b(whoever|nobody|somebody)\b", re.IGNORECASE)
"""A caller, a client or a user has a name."""
MEANINGLESS_ONCE_MOVED = re.compile(r"The same\b")


def test_comments_and_docstrings_name_who_does_something() -> None:
    wrong = [
        f"{file.name}:{line} {text.strip()}"
        for file in sources(*PACKAGES)
        for line, text in prose(file)
        if VAGUE.search(text)
    ]
    assert not wrong, report(wrong)


def test_the_docs_name_who_does_something() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    wrong = [
        f"{page.relative_to(ROOT).as_posix()}:{number} {line.strip()}"
        for page in pages
        for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1)
        if VAGUE.search(line)
    ]
    assert not wrong, report(wrong)


def test_no_docstring_leans_on_the_one_above_it() -> None:
    wrong = [
        f"{file.name}:{node.lineno} {node.value.value.splitlines()[0]}"
        for file in sources(*EVERYTHING)
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if MEANINGLESS_ONCE_MOVED.match(node.value.value)
    ]
    assert not wrong, report(wrong)


def test_the_patterns_find_what_they_should() -> None:
    assert VAGUE.search("Nobody answers") and MEANINGLESS_ONCE_MOVED.match("The same for writes.")
    assert not MEANINGLESS_ONCE_MOVED.match("At the same time")
