"""The allocator's bound: that it is set where it can be, left where the user has one, and what it is for."""

import ctypes
import subprocess
import sys

import pytest

from thermodynamo.commands import allocator

FREED = """
import re, sys
from thermodynamo.commands import allocator
if sys.argv[1] == "settled":
    assert allocator.settle({})
bytearray(400_000)
kept, large = [], []
for number in range(1_000):
    large.append(bytes(bytearray(100_000 + 290 * number)))
    kept += [bytes(bytearray(300)) for _ in range(20)]
held = sum(map(len, large))
large.clear()
with open("/proc/self/status") as status:
    print(held, int(re.search(r"VmRSS:\\s+(\\d+)", status.read())[1]) * 1024)
"""


def is_glibc() -> bool:
    return sys.platform.startswith("linux") and hasattr(ctypes.CDLL(None), "gnu_get_libc_version")


def test_a_bound_of_the_user_stands() -> None:
    for name in allocator.OWN_SETTINGS:
        assert not allocator.settle({name: "x"})


@pytest.mark.skipif(not is_glibc(), reason="it is glibc's setting")
def test_what_large_blocks_among_small_ones_took_goes_back() -> None:
    after = {}
    for how in ("settled", "as it is"):
        done = subprocess.run([sys.executable, "-c", FREED, how], capture_output=True, text=True, check=True)
        held, after[how] = map(int, done.stdout.split())
    assert after["settled"] < held / 4
    assert after["settled"] < after["as it is"]
