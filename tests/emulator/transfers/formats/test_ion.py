"""Amazon Ion as text."""

from io import BytesIO

import pytest

from thermodynamo.transfers.formats import ion
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import LINE_BYTES_MAX, Lines, Unreadable

pytest.importorskip("amazon.ion", reason="amazon.ion has no wheel for this Python")

EXAMPLE = b"""
$ion_1_0
[
  {
    Item:{
      Authors:$dynamodb_SS::["Author1","Author2"],
      Dimensions:"8.5 x 11.0 x 1.5",
      ISBN:"333-3333333333",
      Id:103.,
      InPublication:false,
      PageCount:6d2,
      Price:2d3,
      ProductCategory:"Book",
      Title:"Book 103 Title"
    }
  },
  {
    Item:{
      Authors:$dynamodb_SS::["Author1","Author2"],
      Id:104.
    }
  }
]
"""


def entries(text: bytes) -> list[Entry]:
    return list(ion.read(Lines(BytesIO(text))))


def items(text: bytes) -> list[object]:
    found = entries(text)
    assert [each.problem for each in found if each.problem] == []
    return [each.attributes for each in found if each.attributes is not None]


def test_the_example_of_the_developer_guide() -> None:
    """Developer guide, Amazon S3 import formats for DynamoDB: formatted on several lines, and a list."""
    first, second = items(EXAMPLE)
    assert first == {
        "Authors": {"SS": ["Author1", "Author2"]},
        "Dimensions": {"S": "8.5 x 11.0 x 1.5"},
        "ISBN": {"S": "333-3333333333"},
        "Id": {"N": "103"},
        "InPublication": {"BOOL": False},
        "PageCount": {"N": "6E+2"},
        "Price": {"N": "2E+3"},
        "ProductCategory": {"S": "Book"},
        "Title": {"S": "Book 103 Title"},
    }
    assert second == {"Authors": {"SS": ["Author1", "Author2"]}, "Id": {"N": "104"}}


def test_a_value_of_each_type() -> None:
    [found] = items(
        b'$ion_1_0 {Item:{s:"x",n:1.5,i:7.,b:{{aGk=}},t:true,z:null,zi:null.int,l:["x",{a:[]}],'
        b"ns:$dynamodb_NS::[1.,2d1],bs:$dynamodb_BS::[{{aGk=}}]}}"
    )
    assert found == {
        "s": {"S": "x"},
        "n": {"N": "1.5"},
        "i": {"N": "7"},
        "b": {"B": "aGk="},
        "t": {"BOOL": True},
        "z": {"NULL": True},
        "zi": {"NULL": True},
        "l": {"L": [{"S": "x"}, {"M": {"a": {"L": []}}}]},
        "ns": {"NS": ["1", "2E+1"]},
        "bs": {"BS": ["aGk="]},
    }


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (b"7", "Ion's int stands for no type of DynamoDB; a number is a decimal, such as 7. for 7"),
        (b"$dynamodb_NS::[7]", "Ion's int stands for no type of DynamoDB; a number is a decimal, such as 7. for 7"),
        (b"1e0", "Ion's float stands for no type of DynamoDB"),
        (b"2026-01-01T", "Ion's timestamp stands for no type of DynamoDB"),
        (b"symbol", "Ion's symbol stands for no type of DynamoDB"),
        (b"(1 2)", "Ion's sexp stands for no type of DynamoDB"),
        (b'{{"clob"}}', "Ion's clob stands for no type of DynamoDB"),
        (b'$dynamodb_SS::"x"', "$dynamodb_SS stands before a string, not before a list"),
        (b'$dynamodb_NS::["x"]', "a member of a NS is a S"),
        (b"$dynamodb_SS::[[]]", "a member of a SS is a L"),
    ],
)
def test_what_stands_for_no_attribute_value_is_one_error(value: bytes, problem: str) -> None:
    bad, good = entries(b"$ion_1_0 {Item:{a:%b}}\n$ion_1_0 {Item:{}}" % value)
    assert bad == Entry(1, problem=problem)
    assert good == Entry(2, {})


@pytest.mark.parametrize("text", [b"7", b"{}", b"{Item:7}", b'"Item"'])
def test_a_value_without_an_item_is_one_error(text: bytes) -> None:
    bad, good = entries(text + b"\n{Item:{}}")
    assert bad == Entry(1, problem="the value is no struct with the member Item")
    assert good == Entry(2, {})


@pytest.mark.parametrize("text", [b"{Item:{a:]}}", b"{Item:{a:1.", b"\xff\xfe", b"{Item:{a:{{?}}}}"])
def test_what_is_no_ion_ends_the_file(text: bytes) -> None:
    found = entries(b"{Item:{}}\n" + text + b"\n\n")
    assert found[0] == Entry(1, {})
    assert found[1].line == 2 and found[1].problem and found[1].is_last
    assert len(found) == 2


def test_brackets_in_texts_do_not_count() -> None:
    assert items(b'{Item:{a:"}]\\"",b:{{aGk=}}, // {{{\n \'c]\':"["}}\n{Item:{}}') == [
        {"a": {"S": '}]"'}, "b": {"B": "aGk="}, "c]": {"S": "["}},
        {},
    ]


def test_binary_ion_is_refused_with_its_name() -> None:
    [found] = entries(ion.BINARY_MARK + b"\x0f")
    assert found.problem == "the file is binary Ion; items are read from lines of Ion text" and found.is_last


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{Item:{a:" + b"[" * 200 + b"]" * 200 + b"}}", b"[\n" * 5_000])
def test_values_that_nest_too_deep_are_not_given_to_the_reader(text: bytes) -> None:
    with pytest.raises(Unreadable, match="nests deeper"):
        entries(text)


def test_a_value_of_many_lines_is_bounded() -> None:
    line = b" " * (LINE_BYTES_MAX // 4) + b"\n"
    with pytest.raises(Unreadable, match="longer than"):
        entries(b"[\n" + 5 * line)
