import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from thermodynamo import seeds
from thermodynamo.seeds.seed import SeedError

DEFINITION = {
    "TableName": "Music",
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
}


def written(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_items_are_in_the_json_of_exports_of_the_api_or_plain(tmp_path: Path) -> None:
    path = written(
        tmp_path / "Music.jsonl",
        '{"Item": {"id": {"S": "a"}, "n": {"N": "1.50"}}}',
        "",
        '{"id": {"S": "b"}, "m": {"M": {"x": {"NULL": true}}}}',
        '{"id": "c", "n": 1.50, "big": 123456789012345678901234567890, "l": [1, null, true, {"x": "y"}]}',
    )
    items = list(seeds.load(path).items())
    assert [(item.table_name, item.item) for item in items] == [
        ("Music", {"id": {"S": "a"}, "n": {"N": "1.50"}}),
        ("Music", {"id": {"S": "b"}, "m": {"M": {"x": {"NULL": True}}}}),
        (
            "Music",
            {
                "id": {"S": "c"},
                "n": {"N": "1.50"},
                "big": {"N": "123456789012345678901234567890"},
                "l": {"L": [{"N": "1"}, {"NULL": True}, {"BOOL": True}, {"M": {"x": {"S": "y"}}}]},
            },
        ),
    ]
    assert [str(item.place) for item in items] == [f"{path}, line {number}" for number in (1, 3, 4)]


def test_a_definition_says_whose_items_follow(tmp_path: Path) -> None:
    other = json.dumps({**DEFINITION, "TableName": "Other"})
    path = written(tmp_path / "dump.jsonl", json.dumps(DEFINITION), '{"id": "a"}', other, '{"id": "b"}')
    seed = seeds.load(path)
    assert [definition.table_name for definition in seed.definitions] == ["Music", "Other"]
    assert seed.definitions[0].time_to_live == {"AttributeName": "ttl", "Enabled": True}
    assert "TimeToLiveSpecification" not in seed.definitions[0].request
    assert [(item.table_name, item.item["id"]["S"]) for item in seed.items()] == [("Music", "a"), ("Other", "b")]


def test_a_compressed_file_and_one_named_json_are_read(tmp_path: Path) -> None:
    (tmp_path / "Music.json.gz").write_bytes(gzip.compress(b'{"id": "a"}\n{"id": "b"}\n'))
    assert [item.table_name for item in seeds.load(tmp_path / "Music.json.gz").items()] == ["Music", "Music"]
    path = written(tmp_path / "Songs.json", '{"Item": {"id": {"S": "a"}}}', '{"Item": {"id": {"S": "b"}}}')
    assert [item.table_name for item in seeds.load(path).items()] == ["Songs", "Songs"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": ', "this is no JSON"),
        ("[1]", "a line is an item"),
        ('{"id": {"S": "a"}, "n": 5}', "n is no attribute value"),
        ('{"Item": {"id": "a"}}', "id is no attribute value"),
        ('{"Metadata": {"WriteTimestampMicros": {"N": "1"}}, "Keys": {"id": {"S": "a"}}}', "incremental export"),
        ("[" * 100_000, "nested too deeply"),
        ("\x00", "this is no JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    path = written(tmp_path / "Music.jsonl", '{"id": "a"}', line)
    with pytest.raises(SeedError, match=rf"Music.jsonl, line 2: .*{reason}"):
        list(seeds.load(path).items())


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b'{"id": "a"}' * 99)[:-20]], ids=["text", "cut"])
def test_what_is_no_gzip_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "Music.jsonl.gz"
    path.write_bytes(content)
    with pytest.raises(SeedError, match="no file of gzip"):
        list(seeds.load(path).items())


def test_text_that_is_no_utf_8_is_named(tmp_path: Path) -> None:
    path = tmp_path / "Music.jsonl"
    path.write_bytes(b'{"id": "a"}\n{"id": "\xff"}\n')
    with pytest.raises(SeedError, match=r"line 2: this is no text in UTF-8"):
        list(seeds.load(path).items())


def test_nothing_is_read_twice_differently(tmp_path: Path) -> None:
    seed = seeds.load(written(tmp_path / "Music.jsonl", '{"id": "a"}'))
    first: list[Any] = [item.item for item in seed.items()]
    assert first == [item.item for item in seed.items()]
