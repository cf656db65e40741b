import gzip
from pathlib import Path

import pytest

from thermodynamo import seeds
from thermodynamo.seeds.seed import SeedError


def test_the_first_line_names_the_attributes_and_keys_have_the_types_of_the_table(tmp_path: Path) -> None:
    path = tmp_path / "Songs.csv"
    path.write_text('id,title,note\n1,"a, ""b""",\n\n2,"two\nlines",x\n')
    items = list(seeds.load(path).items())
    assert [item.typed({"id": "N"}) for item in items] == [
        {"id": {"N": "1"}, "title": {"S": 'a, "b"'}},
        {"id": {"N": "2"}, "title": {"S": "two\nlines"}, "note": {"S": "x"}},
    ]
    assert {item.table_name for item in items} == {"Songs"}
    assert [str(item.place) for item in items] == [f"{path}, line 2", f"{path}, line 4"]


def test_another_table_may_be_named_before_the_path(tmp_path: Path) -> None:
    path = tmp_path / "songs.csv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfid\r\n1\r\n"))
    (item,) = seeds.load(f"Music={path}").items()
    assert (item.table_name, item.typed({})) == ("Music", {"id": {"S": "1"}})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "line 1: there is no line that names the attributes"),
        (b"a,a\n1,2\n", "line 1: attribute a is named twice"),
        (b"a,\n1,2\n", "line 1: an attribute has no name"),
        (b"a,b\n1,2\n1\n", "line 3: this line has 1 values, the first 2 names"),
        (b'a,b\n1,"2\n', "line 2: this is no CSV"),
        (b"a,b\n1,\xff\n", "this is no text in UTF-8"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "Songs.csv"
    path.write_bytes(content)
    with pytest.raises(SeedError, match=reason):
        list(seeds.load(path).items())
