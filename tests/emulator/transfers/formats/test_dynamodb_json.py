"""Lines of DynamoDB JSON."""

from io import BytesIO

import pytest

from thermodynamo.transfers.formats import dynamodb_json
from thermodynamo.transfers.formats.entry import Entry
from thermodynamo.transfers.formats.lines import LINE_BYTES_MAX, Lines, Unreadable


def entries(*lines: bytes) -> list[Entry]:
    return list(dynamodb_json.read(Lines(BytesIO(b"\n".join(lines)))))


def test_the_example_of_the_developer_guide() -> None:
    """Developer guide, Amazon S3 import formats for DynamoDB."""
    line = (
        b'{"Item": {"Authors": {"SS": ["Author1", "Author2"]}, "Dimensions": {"S": "8.5 x 11.0 x 1.5"}, "ISBN": {"S": '
        b'"333-3333333333"}, "Id": {"N": "103"}, "InPublication": {"BOOL": false}, "PageCount": {"N": "600"}, "Price": '
        b'{"N": "2000"}, "ProductCategory": {"S": "Book"}, "Title": {"S": "Book 103 Title"}}}'
    )
    [found] = entries(line)
    assert found.line == 1
    assert found.attributes == {
        "Authors": {"SS": ["Author1", "Author2"]},
        "Dimensions": {"S": "8.5 x 11.0 x 1.5"},
        "ISBN": {"S": "333-3333333333"},
        "Id": {"N": "103"},
        "InPublication": {"BOOL": False},
        "PageCount": {"N": "600"},
        "Price": {"N": "2000"},
        "ProductCategory": {"S": "Book"},
        "Title": {"S": "Book 103 Title"},
    }


def test_a_line_that_is_no_json_ends_the_file() -> None:
    """ack-api-quirks, DDB-IMPORT-013: of ten lines, the sixth being garbage, five were imported."""
    good = [b'{"Item": {"id": {"N": "%d"}}}' % number for number in range(10)]
    good[5] = b"garbage"
    found = entries(*good)
    assert len(found) == 6
    assert (found[5].line, found[5].attributes, found[5].is_last) == (6, None, True)
    assert found[5].problem is not None and found[5].problem.startswith("the line is no JSON")


@pytest.mark.parametrize("line", [b"[]", b"7", b"null", b'{"Keys": {}}', b'{"Item": 7}', b'{"Item": null}'])
def test_a_line_without_an_item_is_one_error(line: bytes) -> None:
    bad, good = entries(line, b'{"Item": {}}')
    assert bad.problem == 'the line is no JSON object with the member "Item"' and not bad.is_last
    assert good == Entry(2, {})


@pytest.mark.parametrize("value", [b'{"S": 7}', b'"text"', b'{"L": {}}', b'{"B": "?"}', b'{"SS": [1]}'])
def test_a_value_of_a_wrong_type_is_one_error(value: bytes) -> None:
    bad, good = entries(b'{"Item": {"id": %b}}' % value, b'{"Item": {}}')
    assert bad.attributes is None and bad.problem and not bad.is_last
    assert good == Entry(2, {})


def test_blank_lines_and_other_ends_of_lines() -> None:
    found = entries(b'\xef\xbb\xbf{"Item": {}}\r', b"", b"  \r", b'{"Item": {}}')
    assert found == [Entry(1, {}), Entry(2), Entry(3), Entry(4, {})]


def test_a_line_beyond_the_longest_is_not_held_in_memory() -> None:
    with pytest.raises(Unreadable, match="longer than"):
        entries(b"x" * (LINE_BYTES_MAX + 1))


@pytest.mark.parametrize("levels", [1_000, 100_000])
def test_values_that_nest_too_deep_to_be_read_end_the_file(levels: int) -> None:
    [found] = entries(b'{"Item": {"a": ' + b'{"L": [' * levels + b"]}" * levels + b"}}")
    assert found.problem and found.is_last
