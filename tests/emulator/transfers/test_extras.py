"""What the absence of a package says."""

import sys

import pytest

from thermodynamo.transfers import extras
from thermodynamo.transfers.extras import MissingExtra


def test_a_package_that_is_there_is_given() -> None:
    assert extras.load("json", "zstd").loads("1") == 1


def test_a_missing_package_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(MissingExtra, match=r"zstandard is not installed: pip install 'thermodynamo\[zstd\]'$"):
        extras.load("zstandard", "zstd")


def test_ion_on_a_python_without_a_wheel_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "amazon.ion.simpleion", None)
    monkeypatch.setattr(sys, "version_info", (3, 14, 0))
    with pytest.raises(MissingExtra, match=r"amazon\.ion is not installed.*no wheel for this Python"):
        extras.load("amazon.ion.simpleion", "ion")
