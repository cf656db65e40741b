"""The vocabulary of the architecture: DynamoDB's nouns, no synonyms, no module named after nothing."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tests.tidy.source import EVERYTHING, PACKAGES, Source, report, sources

BANNED_MODULES = re.compile(r"(^|_)(helpers?|utils?|commons?|bases?|managers?)($|_)")
BANNED_NAMES = re.compile(r"(?:^|_)(rows?|columns?|fields?|documents?(?!_?paths?))(?:_|$)")
BANNED_PROSE = re.compile(r"\b(rows?|columns?|documents?(?! paths?\b))\b", re.IGNORECASE)
# The service's own texts and the reserved words are quoted there.
QUOTING = ("emulator/thermodynamo/api/messages/", "emulator/thermodynamo/api/expressions/reserved.py")


def snake(name: str) -> str:
    """DocumentPath -> document_path, so that classes and functions are read alike."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def defined_names(file: Source) -> Iterator[tuple[int, str]]:
    """(line, name) of what the file itself names: modules it imports keep their own names."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def prose(file: Source) -> Iterator[tuple[int, str]]:
    """(line, text) of comments and docstrings."""
    for token in tokenize.generate_tokens(io.StringIO(file.text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            for offset, line in enumerate((ast.get_docstring(node, clean=False) or "").splitlines()):
                yield node.body[0].lineno + offset, line


def test_no_module_is_called_helpers_or_its_like() -> None:
    wrong = [
        file.name
        for file in sources(*EVERYTHING)
        if any(BANNED_MODULES.search(part.removesuffix(".py")) for part in file.name.split("/"))
    ]
    assert not wrong, report(wrong)


def test_names_use_the_words_of_the_architecture() -> None:
    wrong = [
        f"{file.name}:{line} names something {name}"
        for file in sources(*PACKAGES)
        if not file.name.startswith(QUOTING)
        for line, name in defined_names(file)
        if BANNED_NAMES.search(snake(name))
    ]
    assert not wrong, report(wrong)


def test_comments_and_docstrings_use_the_words_of_the_architecture() -> None:
    wrong = [
        f"{file.name}:{line} {text.strip()}"
        for file in sources(*PACKAGES)
        if not file.name.startswith(QUOTING)
        for line, text in prose(file)
        if BANNED_PROSE.search(text)
    ]
    assert not wrong, report(wrong)


def test_the_patterns_find_what_they_should() -> None:
    assert BANNED_NAMES.search(snake("RowCount")) and BANNED_NAMES.search("field_names")
    assert not BANNED_NAMES.search(snake("DocumentPath")) and not BANNED_NAMES.search("throw")
    assert BANNED_PROSE.search("the document itself") and not BANNED_PROSE.search("a document path")
    assert BANNED_MODULES.search("key_helpers") and not BANNED_MODULES.search("database")


def test_no_message_is_defined_twice() -> None:
    """The texts share one namespace, so a second definition would silently win."""
    owners: dict[str, str] = {}
    wrong = []
    for file in sources("emulator"):
        if file.name.startswith("emulator/thermodynamo/api/messages/") and not file.name.endswith("__init__.py"):
            for node in file.tree.body:
                names = (
                    [target.id for target in node.targets if isinstance(target, ast.Name)]
                    if isinstance(node, ast.Assign)
                    else []
                )
                names += [node.name] if isinstance(node, ast.FunctionDef) else []
                wrong += [f"{name} is in {owners[name]} and in {file.name}" for name in names if name in owners]
                owners.update(dict.fromkeys(names, file.name))
    assert owners
    assert not wrong, report(wrong)
