"""CSV."""

from io import BytesIO
from typing import Any

import pytest

from thermodynamo.transfers.formats import separated
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import LINE_BYTES_MAX, Lines, Unreadable

MIXED = b"""PK,SK,EntityType,Name,Email,OrderDate,Amount,ProductName,Quantity
USER#1,PROFILE,User,Alice,alice@example.com,,,,
USER#1,ORDER#2024-01-15,Order,,,2024-01-15,99.99,,
PRODUCT#101,METADATA,Product,,,,,Laptop,50
"""


def entries(text: bytes, **how: Any) -> list[Entry]:
    return list(separated.read(Lines(BytesIO(text)), **how))


def items(text: bytes, **how: Any) -> list[object]:
    found = entries(text, **how)
    assert [each.problem for each in found if each.problem] == []
    return [each.attributes for each in found if each.attributes is not None]


def test_items_of_several_kinds() -> None:
    """Developer guide, Amazon S3 import formats for DynamoDB: an empty value is no attribute."""
    assert items(MIXED) == [
        {
            "PK": {"S": "USER#1"},
            "SK": {"S": "PROFILE"},
            "EntityType": {"S": "User"},
            "Name": {"S": "Alice"},
            "Email": {"S": "alice@example.com"},
        },
        {
            "PK": {"S": "USER#1"},
            "SK": {"S": "ORDER#2024-01-15"},
            "EntityType": {"S": "Order"},
            "OrderDate": {"S": "2024-01-15"},
            "Amount": {"S": "99.99"},
        },
        {
            "PK": {"S": "PRODUCT#101"},
            "SK": {"S": "METADATA"},
            "EntityType": {"S": "Product"},
            "ProductName": {"S": "Laptop"},
            "Quantity": {"S": "50"},
        },
    ]


def test_quotes_as_the_developer_guide_has_them() -> None:
    assert items(b'id,value\n"""123""","Women\'s Full ""Length"" Dress"\n') == [
        {"id": {"S": '"123"'}, "value": {"S": 'Women\'s Full "Length" Dress'}}
    ]
    names, bad, good = entries(b'id,value\n"123",Women\'s Full "Length" Dress\n1,2\n')
    assert names == Entry(1)
    assert bad == Entry(2, problem="value 2 has a double quote that is not escaped")
    assert good == Entry(3, {"id": {"S": "1"}, "value": {"S": "2"}})


def test_keys_have_the_types_of_their_definitions() -> None:
    assert items(b"id,rank,picture\n1,2,aGk=\n", kinds={"id": "N", "picture": "B"}) == [
        {"id": {"N": "1"}, "rank": {"S": "2"}, "picture": {"B": "aGk="}}
    ]
    _, bad, good = entries(b"id\n?\naGk=\n", kinds={"id": "B"})
    assert bad.problem and not bad.is_last
    assert good == Entry(3, {"id": {"B": "aGk="}})


def test_names_that_are_given_make_the_first_line_an_item() -> None:
    assert items(b"1;a\n2;b", delimiter=";", names=["id", "value"]) == [
        {"id": {"S": "1"}, "value": {"S": "a"}},
        {"id": {"S": "2"}, "value": {"S": "b"}},
    ]


@pytest.mark.parametrize("delimiter", [",", ";", ":", "|", "\t", " "])
def test_every_delimiter_that_the_api_model_allows(delimiter: str) -> None:
    text = f'id{delimiter}value\n1{delimiter}"a{delimiter}b"'.encode()
    assert items(text, delimiter=delimiter) == [{"id": {"S": "1"}, "value": {"S": f"a{delimiter}b"}}]


def test_a_line_with_another_number_of_values_is_one_error() -> None:
    _, bad, worse, good = entries(b"id,value\n1\n1,2,3\n4,5")
    assert bad == Entry(2, problem="the line has 1 values for 2 names")
    assert worse == Entry(3, problem="the line has 3 values for 2 names")
    assert good.attributes == {"id": {"S": "4"}, "value": {"S": "5"}}


def test_a_line_may_end_within_quotes() -> None:
    assert items(b'id,value\r\n1,"a\r\nb"\r\n2,c\r\n') == [
        {"id": {"S": "1"}, "value": {"S": "a\nb"}},
        {"id": {"S": "2"}, "value": {"S": "c"}},
    ]


def test_a_quote_that_is_never_closed_is_bounded() -> None:
    _, bad = entries(b'id\n"abc\nd\n')
    assert bad.line == 2 and bad.problem
    with pytest.raises(Unreadable, match="longer than"):
        entries(b'id\n"' + (b"x" * (LINE_BYTES_MAX // 4) + b"\n") * 5)


def test_what_is_no_utf_8_ends_the_file() -> None:
    assert entries(b"id\n\xff\n1")[1:] == [Entry(2, problem="the line is no UTF-8", is_last=True)]


def test_names_that_cannot_be_read_end_the_file() -> None:
    [found] = entries(b'id,a"b\n1,2\n')
    assert found.is_last and found.problem == "value 2 has a double quote that is not escaped"
