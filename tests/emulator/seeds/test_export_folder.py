"""A folder in the layout of the developer guide, S3DataExport.Output."""

import base64
import gzip
import hashlib
import json
import sys
from pathlib import Path

import pytest

from thermodynamo import seeds
from thermodynamo.seeds.seed import SeedError

EXPORT = "AWSDynamoDB/01693685827463-2d8752fd"


def exported(folder: Path, **summary: str) -> Path:
    """An export of two data files, one of them empty."""
    export = folder / EXPORT
    (export / "data").mkdir(parents=True)
    entries = []
    for name, items in (("one", [{"id": {"S": "a"}}, {"id": {"S": "b"}}]), ("two", [])):
        content = gzip.compress("".join(json.dumps({"Item": item}) + "\n" for item in items).encode())
        (export / "data" / f"{name}.json.gz").write_bytes(content)
        checksum = base64.b64encode(hashlib.md5(content).digest()).decode()
        key = f"prefix/{EXPORT}/data/{name}.json.gz"
        entries.append({"itemCount": len(items), "md5Checksum": checksum, "etag": "x-1", "dataFileS3Key": key})
    (export / "manifest-files.json").write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/ProductCatalog"
    given = {"version": "2020-06-30", "tableArn": arn, "outputFormat": "DYNAMODB_JSON", "itemCount": 2, **summary}
    (export / "manifest-summary.json").write_text(json.dumps(given))
    return export


@pytest.mark.parametrize("place", ["", "AWSDynamoDB", EXPORT])
def test_the_items_are_those_of_the_table(tmp_path: Path, place: str) -> None:
    exported(tmp_path)
    items = list(seeds.load(tmp_path / place).items())
    assert [(item.table_name, item.item["id"]["S"]) for item in items] == [
        ("ProductCatalog", "a"),
        ("ProductCatalog", "b"),
    ]
    assert "data/one.json.gz, line 2" in str(items[1].place)


def test_another_table_may_be_named(tmp_path: Path) -> None:
    exported(tmp_path)
    assert {item.table_name for item in seeds.load(f"Music={tmp_path}").items()} == {"Music"}


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="amazon.ion has no wheel for Python 3.14 yet")
def test_an_export_in_ion_is_read(tmp_path: Path) -> None:
    export = exported(tmp_path, outputFormat="ION")
    lines = b'$ion_1_0 {Item:{id:"a",n:1.50,s:$dynamodb_SS::["x"]}}\n$ion_1_0 {Item:{id:"b"}}\n'
    (export / "data" / "one.ion.gz").write_bytes(gzip.compress(lines))
    entry = {"itemCount": 2, "dataFileS3Key": "data/one.ion.gz"}
    (export / "manifest-files.json").write_text(json.dumps(entry))
    items = [item.item for item in seeds.load(tmp_path).items()]
    assert items == [{"id": {"S": "a"}, "n": {"N": "1.50"}, "s": {"SS": ["x"]}}, {"id": {"S": "b"}}]


def test_an_export_that_is_not_whole_is_refused(tmp_path: Path) -> None:
    export = exported(tmp_path)
    manifest = export / "manifest-files.json"
    whole = manifest.read_text()
    manifest.write_text(whole.replace('"itemCount": 2', '"itemCount": 3'))
    with pytest.raises(SeedError, match=r"data/one.json.gz: this has 2 items, and manifest-files.json says 3"):
        list(seeds.load(tmp_path).items())
    manifest.write_text(whole)
    (export / "data" / "two.json.gz").write_bytes(gzip.compress(b'{"Item": {}}'))
    with pytest.raises(SeedError, match=r"manifest-files.json, line 2: data/two.json.gz has another MD5 sum"):
        seeds.load(tmp_path)
    (export / "data" / "two.json.gz").unlink()
    with pytest.raises(SeedError, match=r"manifest-files.json, line 2: data/two.json.gz is not there"):
        seeds.load(tmp_path)
    manifest.write_text("{}\n")
    with pytest.raises(SeedError, match=r"manifest-files.json, line 1: this names no data file"):
        seeds.load(tmp_path)


def test_what_is_no_full_export_in_dynamodb_json_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="it has no manifest-summary"):
        seeds.load(tmp_path)
    exported(tmp_path / "1", exportType="INCREMENTAL_EXPORT")
    with pytest.raises(SeedError, match="incremental export"):
        seeds.load(tmp_path / "1")
    exported(tmp_path / "2", outputFormat="CSV")
    with pytest.raises(SeedError, match="this export is in CSV"):
        seeds.load(tmp_path / "2")
    with pytest.raises(SeedError, match="there are several exports"):
        seeds.load(tmp_path)
