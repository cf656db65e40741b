"""Traces and sources at URLs that fsspec reaches, compressed, and damaged: what is read, and what is said."""

import gzip
import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.foresight.test_scenarios import ON_DEMAND, START, hot_writes, orders, outcome_of, scenario, trace_of
from thermodynamo.commands.foresight import foresee
from thermodynamo.commands.traces import trace
from thermodynamo.foresight.runs.engines import Kept, Local
from thermodynamo.foresight.runs.simulation import simulate_in_aggregate
from thermodynamo.foresight.traces import location
from thermodynamo.foresight.traces.location import Url
from thermodynamo.foresight.traces.trace_error import MissingExtra, TraceError
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.foresight.traces.trace_writer import TraceWriter

pytest.importorskip("duckdb")
fsspec = pytest.importorskip("fsspec")
LINES = f"ts,op,user,bytes\n{START},get,a,5000\n{START + 1},set,b,100\n"
MAP = ["--map", "time=ts", "operation=op", "key=user", "size=bytes", "--set", "table=orders"]


@pytest.fixture
def memory() -> Iterator[str]:
    """A URL of a folder that is in memory."""
    yield "memory://bucket"
    fsspec.filesystem("memory").rm("/bucket", recursive=True)


def write(url: str, content: bytes) -> None:
    with fsspec.open(url, "wb") as file:
        file.write(content)


def test_sources_and_traces_may_be_at_urls(memory: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(f"{memory}/in/run.csv.gz", gzip.compress(LINES.encode()))
    assert trace.main(["convert", f"{memory}/in/run.csv.gz", f"{memory}/run.parquet", *MAP]) == 0
    assert "memory://bucket/run.parquet: 2 accesses" in capsys.readouterr().out
    (tmp_path / "s.toml").write_text('[[scenario]]\nname = "s"\n[[scenario.tables]]\ntable = "orders"\nkey = "pk"\n')
    for method in ("exact", "aggregate"):
        arguments = [f"{memory}/run.parquet", "--scenarios", str(tmp_path / "s.toml"), "--method", method]
        assert foresee.main([*arguments, "--json"]) == 0
        (table,) = json.loads(capsys.readouterr().out)["scenarios"][0]["tables"]
        assert (table["read_units"], table["write_units"]) == (1.0, 1.0)
    assert trace.main(["anonymise", f"{memory}/run.parquet", f"{memory}/out/a.jsonl", "--salt", "s"]) == 0
    assert Trace(location.of(f"{memory}/out/a.jsonl")).summary().accesses == 2
    assert trace.main(["convert", f"{memory}/none.csv", f"{memory}/x.parquet", *MAP]) == 1
    assert "there is no file memory://bucket/none.csv" in capsys.readouterr().err


def test_a_folder_of_records_may_be_at_a_url(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        change = {"ApproximateCreationDateTime": START, "Keys": {"pk": {"S": f"{number}"}}}
        record = {"eventName": "INSERT", "dynamodb": change, "tableName": "orders"}
        write(f"{memory}/in/{number}.json", json.dumps({"Records": [record]}, indent=1).encode())
    assert trace.main(["convert", f"{memory}/in", f"{memory}/t.jsonl", "--streams"]) == 0
    assert "3 accesses" in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_lines_may_be_compressed(tmp_path: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    zstandard = pytest.importorskip("zstandard")
    compress = gzip.compress if suffix == ".gz" else zstandard.ZstdCompressor().compress
    (tmp_path / f"run.csv{suffix}").write_bytes(compress(LINES.encode()))
    assert trace.main(["convert", str(tmp_path / f"run.csv{suffix}"), str(tmp_path / "t.jsonl"), *MAP]) == 0
    record = {"eventName": "INSERT", "dynamodb": {"ApproximateCreationDateTime": START, "Keys": {"pk": {"S": "a"}}}}
    text = json.dumps({"Records": [record]}, indent=1)
    (tmp_path / f"r.json{suffix}").write_bytes(compress(text.encode()))
    place = [str(tmp_path / f"r.json{suffix}"), str(tmp_path / "u.jsonl")]
    assert trace.main(["convert", *place, "--streams", "--set", "table=t"]) == 0
    (tmp_path / f"run.csv{suffix}").write_bytes(compress(LINES.encode())[:-9])
    status = trace.main(["convert", str(tmp_path / f"run.csv{suffix}"), str(tmp_path / "v.jsonl"), *MAP])
    assert status == 1 and "cannot be read" in capsys.readouterr().err
    (tmp_path / f"run.csv{suffix}").write_bytes(b"no such thing")
    assert trace.main(["convert", str(tmp_path / f"run.csv{suffix}"), str(tmp_path / "v.jsonl"), *MAP]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_compressed_trace_is_read_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    made = trace_of(tmp_path, hot_writes(4_000))
    with open(str(made.path), "rb") as plain, gzip.open(tmp_path / "t.jsonl.gz", "wb") as file:
        shutil.copyfileobj(plain, file)
    found = outcome_of(Trace(tmp_path / "t.jsonl.gz"), tables=[ON_DEMAND])
    assert orders(found).refused == {"TableWriteKeyRangeThroughputExceeded": 2_000}
    with TraceWriter(tmp_path / "t.parquet") as writer:
        writer.write(hot_writes(50_000))
    content = bytearray((tmp_path / "t.parquet").read_bytes())
    content[200:9_000] = bytes(8_800)
    (tmp_path / "t.parquet").write_bytes(content)
    with pytest.raises(TraceError, match=r"t\.parquet cannot be read"):
        outcome_of(Trace(tmp_path / "t.parquet"), tables=[ON_DEMAND])
    (tmp_path / "t.parquet").write_bytes(b"PAR1")
    with pytest.raises(TraceError, match=r"t\.parquet cannot be read"):
        Trace(tmp_path / "t.parquet")


def test_kept_slices_are_of_what_the_file_was(memory: str, tmp_path: Path) -> None:
    """Slices are kept for a URL, too, and made again when what is there has another size."""
    found = []
    for count in (10, 20):
        with TraceWriter(tmp_path / "t.parquet") as writer:
            writer.write(hot_writes(count))
        url = Url(f"{memory}/t.parquet")
        url.put(tmp_path / "t.parquet")
        made = Trace(url)
        planned = scenario(tables=[ON_DEMAND])
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)
        outcome = simulate_in_aggregate(made, planned, made.summary(), Kept(Local(1), work), work)
        found.append(orders(outcome).write_half_units)
    assert found == [20, 40] and len(list(work.glob("*.slice"))) == 2


def test_a_url_has_the_parts_of_a_path() -> None:
    url = location.of("s3://bucket/a/run.jsonl.gz?anon=true&endpoint_url=http://127.0.0.1:1")
    assert isinstance(url, Url) and (url.name, url.suffix, url.protocol) == ("run.jsonl.gz", ".gz", "s3")
    assert url.suffixes == [".jsonl", ".gz"] and url.plain == "s3://bucket/a/run.jsonl.gz"
    assert location.of("file:///a/b.csv") == Path("/a/b.csv") and location.of("a/b.csv") == Path("a/b.csv")


def test_what_cannot_be_reached_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TraceError, match=r"nothing://x/t\.parquet cannot be reached: Protocol not known"):
        Trace(location.of("nothing://x/t.parquet"))
    monkeypatch.setitem(sys.modules, "s3fs", None)
    with pytest.raises(TraceError, match=r"s3://b/t\.parquet needs a package: "):
        Trace(location.of("s3://b/t.parquet"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"fsspec is not installed: pip install 'thermodynamo\[s3\]'"):
        Trace(location.of("s3://b/t.parquet"))
