"""A unit test lies where what it tests lies: tests/emulator/api/test_arn.py tests api/arn.py of the emulator.

What is tested through several modules, or as a whole, stands in the other folders of tests.
"""

from pathlib import Path

from tests.tidy.source import ROOT, report

MIRRORED = {
    "tests/emulator": ROOT / "emulator" / "thermodynamo",
    "tests/storage": ROOT / "storage" / "thermodynamo_storage",
}


def is_mirrored(path: Path, code: Path) -> bool:
    """Whether a module or a package lies at the path of a test, given from the root of the mirrored tests."""
    tested = code / path.parent / path.stem.removeprefix("test_")
    return tested.with_suffix(".py").is_file() or tested.is_dir()


def test_each_unit_test_lies_beside_the_path_of_its_module() -> None:
    paths = [(folder, path) for folder in MIRRORED for path in sorted((ROOT / folder).rglob("test_*.py"))]
    wrong = [
        f"{path.relative_to(ROOT).as_posix()} mirrors no module"
        for folder, path in paths
        if not is_mirrored(path.relative_to(ROOT / folder), MIRRORED[folder])
    ]
    assert paths
    assert not wrong, report(wrong)


def test_the_rule_finds_what_it_should() -> None:
    code = MIRRORED["tests/emulator"]
    assert is_mirrored(Path("api/test_arn.py"), code) and is_mirrored(Path("api/test_operations.py"), code)
    assert not is_mirrored(Path("test_arn.py"), code)
