"""The project's source as the tidy tests read it: files, syntax trees, imports and functions, without importing any."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("storage", "emulator")
EVERYTHING = ("storage", "emulator", "tests", "bench")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path from the root of the repository, such as storage/thermodynamo_storage/values/keys.py."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def package(self) -> str:
        """The package that its relative imports start from, such as thermodynamo.api.operations."""
        return self.module if self.path.name == "__init__.py" else self.module.rpartition(".")[0]

    @property
    def module(self) -> str:
        """Its dotted name, such as thermodynamo.api.errors: the two folders of code are source roots."""
        parts = list(self.path.relative_to(ROOT).with_suffix("").parts)
        if parts[0] in PACKAGES:
            del parts[0]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    def functions(self) -> Iterator[Function]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, Function):
                yield node

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, dotted name) of everything imported: `from a import b` gives `a.b`, as b may be a module."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node.lineno, alias.name
            elif isinstance(node, ast.ImportFrom):
                origin = self._origin(node)
                for alias in node.names:
                    yield node.lineno, f"{origin}.{alias.name}"

    def _origin(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        parents = parts[: len(parts) - node.level + 1]
        return ".".join([*parents, node.module] if node.module else parents)


def sources(*folders: str) -> list[Source]:
    """Every Python file under the folders (or the files themselves), in order of their names."""
    found: list[Path] = []
    for folder in folders:
        place = ROOT / folder
        found += [place] if place.is_file() else sorted(place.rglob("*.py"))
    return [source(path) for path in found]


@cache
def source(path: Path) -> Source:
    """Each file is read and parsed once for all tidy tests."""
    return Source(path)


def imported(files: list[Source]) -> dict[str, set[str]]:
    """The modules among the files that each of them imports, wherever the import stands: for types alone, too."""
    modules = {file.module for file in files}

    def module_of(name: str) -> str:
        while name and name not in modules:
            name = name.rpartition(".")[0]
        return name

    return {file.module: {module_of(name) for _, name in file.imports()} - {"", file.module} for file in files}


def within(name: str, modules: tuple[str, ...]) -> bool:
    """Whether a dotted name is one of the modules or inside one."""
    return any(name == module or name.startswith(module + ".") for module in modules)


def report(violations: list[str]) -> str:
    """What a failed tidy test prints."""
    return "\n" + "\n".join(violations)
