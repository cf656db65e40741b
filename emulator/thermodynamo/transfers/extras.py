"""The packages that not every installation has: how one is imported, and what its absence says."""

import sys
from importlib import import_module
from typing import Any

NO_ION_FROM = (3, 14)
"""The first Python that amazon.ion 0.15 has no wheel for; to build it takes CMake and a C compiler."""


class MissingExtra(Exception):
    """A package is not installed; the text says what to install."""


def load(module: str, extra: str) -> Any:
    """The module, which comes with an extra of this package. Raises MissingExtra."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0] if extra != "ion" else "amazon.ion"
        text = f"{package} is not installed: pip install 'thermodynamo[{extra}]'"
        if extra == "ion" and sys.version_info[:2] >= NO_ION_FROM:
            text += ". It has no wheel for this Python yet, so that the installation needs CMake and a C compiler"
        raise MissingExtra(text) from error
