"""What vector indexes need besides the standard library: numpy, which takes a tenth of a second to import.

A thread imports it where the first table with a vector index is to be made, and other requests have their turns.
"""

import sys
from contextlib import suppress
from importlib import import_module
from threading import Thread

from thermodynamo.api.operations.items.draft import Steps, Undrafted
from thermodynamo_storage.followers import vector_indexes

MODULE = "thermodynamo_storage.followers.vector_index"
TURN_SECONDS = 0.001
"""How long the thread is waited for between two turns of other requests."""


class Loading:
    """The import of the modules of vector indexes: work before a request is carried out."""

    def work(self) -> Steps:
        thread = Thread(target=_load, name="vector modules")
        thread.start()
        while thread.is_alive():
            thread.join(TURN_SECONDS)
            yield


def require() -> None:
    """Raises Undrafted where vector indexes could be made, and the modules for that are not imported."""
    if MODULE not in sys.modules and vector_indexes.are_available():
        raise Undrafted([Loading()])


def _load() -> None:
    with suppress(ImportError):  # The request that needs the module says so.
        import_module(MODULE)
