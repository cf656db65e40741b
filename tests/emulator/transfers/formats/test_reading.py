"""Entries of streams in any format and compression. What is not whole says so."""

import gzip
from collections.abc import Callable
from io import BytesIO

import pytest
import zstandard

from thermodynamo.transfers.formats.compression import Compression
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.reading import Layout, Reading

LINE = b'{"Item": {"id": {"S": "1"}}}\n'
ITEM = {"id": {"S": "1"}}
COMPRESSED: dict[str, Callable[[bytes], bytes]] = {"GZIP": gzip.compress, "ZSTD": zstandard.compress, "NONE": bytes}


def entries(data: bytes, compression: Compression, format: str = "DYNAMODB_JSON") -> list[Entry]:
    return list(Reading(BytesIO(data), Layout(format, compression)))  # type: ignore[arg-type]


@pytest.mark.parametrize("compression", list(COMPRESSED))
def test_a_file_is_read_whole(compression: Compression) -> None:
    data = COMPRESSED[compression](LINE * 3)
    reading = Reading(BytesIO(data), Layout("DYNAMODB_JSON", compression))
    assert list(reading) == [Entry(number, ITEM) for number in (1, 2, 3)]
    assert reading.size_bytes == len(LINE) * 3


@pytest.mark.parametrize("compression", list(COMPRESSED))
def test_an_empty_object_has_no_items(compression: Compression) -> None:
    assert entries(b"", compression) == []


@pytest.mark.parametrize("compression", ["GZIP", "ZSTD"])
def test_a_file_of_several_parts(compression: Compression) -> None:
    data = COMPRESSED[compression](LINE)
    assert [entry.attributes for entry in entries(data * 3, compression)] == [ITEM] * 3


@pytest.mark.parametrize("compression", ["GZIP", "ZSTD"])
def test_a_file_that_is_not_compressed_is_one_error(compression: Compression) -> None:
    [found] = entries(LINE * 5, compression)
    assert found.is_last and found.problem is not None and compression in found.problem


@pytest.mark.parametrize("compression", ["GZIP", "ZSTD"])
def test_a_file_that_is_cut_short_says_so(compression: Compression) -> None:
    for left in (1, 3, 8):
        found = entries(COMPRESSED[compression](LINE * 2000)[:-left], compression)
        assert found[-1].is_last and found[-1].problem is not None and compression in found[-1].problem


@pytest.mark.parametrize("compression", ["GZIP", "ZSTD"])
@pytest.mark.parametrize("filling", [b"\0", b" "])
def test_a_small_file_that_grows_without_end_is_not_held_in_memory(compression: Compression, filling: bytes) -> None:
    [found] = entries(COMPRESSED[compression](filling * 50_000_000), compression)
    assert found.is_last and found.problem is not None and "longer than" in found.problem


def test_a_window_that_would_take_too_much_memory_is_refused() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=30, enable_ldm=True)
    compressor = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    data = compressor.compress(LINE) + compressor.flush()
    [found] = entries(data, "ZSTD")
    assert found.is_last and found.problem is not None and "memory" in found.problem


def test_compressed_files_of_the_other_formats() -> None:
    assert entries(gzip.compress(b"id\n1\n"), "GZIP", "CSV")[1] == Entry(2, ITEM)
    pytest.importorskip("amazon.ion", reason="amazon.ion has no wheel for this Python")
    assert entries(gzip.compress(b'$ion_1_0 {Item:{id:"1"}}\n'), "GZIP", "ION") == [Entry(1, ITEM)]
