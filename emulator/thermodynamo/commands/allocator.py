"""What the server asks of the C library's allocator: that memory of large items goes back when they are deleted.

glibc takes large blocks from the system one by one and gives them back when they are freed. But with the first such
block freed it raises the bound from which blocks are large, up to 32 MB, and from then on items of 100 to 400 KB lie
among small ones: of 1,000 such items that came with 4,000 small ones and were deleted, 204 of 308 MB were kept. With a
fixed bound it is 41 of 287 MB. That costs 0.3 ms of processor time for an item's put and delete together.
"""

import contextlib
import ctypes
import os
import sys
from collections.abc import Mapping

MMAP_THRESHOLD = -3
"""glibc's M_MMAP_THRESHOLD (malloc.h)."""
LARGE_BYTES = 128 * 1024
"""glibc's own bound at the start."""
OWN_SETTINGS = ("MALLOC_MMAP_THRESHOLD_", "GLIBC_TUNABLES")
"""The variables by which glibc is told otherwise: where one is set, it stands."""


def settle(environment: Mapping[str, str] = os.environ) -> bool:
    """Fixes the bound from which blocks go back to the system; False where that is not glibc's, or set by the user."""
    if not sys.platform.startswith("linux") or any(name in environment for name in OWN_SETTINGS):
        return False
    with contextlib.suppress(AttributeError, OSError):
        library = ctypes.CDLL(None)
        library.gnu_get_libc_version  # noqa: B018 - Only glibc has it; others have a mallopt that does nothing.
        return bool(library.mallopt(MMAP_THRESHOLD, LARGE_BYTES))
    return False
