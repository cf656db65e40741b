"""The size of an updated item, which is reckoned from the attributes that the update names."""

import pytest

from thermodynamo.api.errors import ApiError
from thermodynamo.api.expressions import update
from thermodynamo.api.operations.items.item_update import Images, ItemUpdate
from thermodynamo_storage.values.item import Attributes, decode, encode, item_size

KEY = {"a": {"S": "x"}}
ITEM: Attributes = {
    **KEY,
    "n": {"N": "-12.5"},
    "é": {"S": "ü"},
    "m": {"M": {"b": {"L": [{"N": "1"}, {"BOOL": True}]}}},
    "s": {"SS": ["p", "q"]},
}
VALUES: Attributes = {":n": {"N": "100"}, ":s": {"SS": ["p"]}, ":t": {"S": "longer than before"}}


def images(text: str, values: Attributes) -> Images:
    return Images(ItemUpdate(KEY, update.compile(text, {"#e": "é"}), values, None))


@pytest.mark.parametrize(
    "text",
    [
        "SET n = n + :n",
        "SET n = :t, #e = :n",
        "SET added = :t, m.b[0] = :t, m.c = :n",
        "SET m.b[7] = :t REMOVE m.b[0], n",
        "REMOVE #e, m.b, gone",
        "ADD n :n, s :s, hits :n",
        "DELETE s :s",
        "SET m = m",
    ],
)
def test_an_updated_item_has_the_size_of_its_attributes(text: str) -> None:
    for old in (ITEM, KEY):
        try:
            new = images(text, VALUES).build(encode(old, item_size(old)))
        except ApiError:
            assert old is KEY, "a path or an operand of the update is missing there"
            continue
        assert new is not None
        assert new[1] == item_size(decode(new))


def test_a_created_item_has_the_size_of_its_attributes_with_its_key() -> None:
    new = images("SET #e = :t ADD n :n", VALUES).build(None)
    assert new is not None
    assert decode(new).keys() == {"a", "é", "n"}
    assert new[1] == item_size(decode(new))


def test_what_an_update_takes_away_makes_room_for_what_it_adds() -> None:
    old: Attributes = {**KEY, "former": {"S": "x" * 300_000}}
    values: Attributes = {":v": {"S": "y" * 300_000}}
    new = images("SET big = :v REMOVE former", values).build(encode(old, item_size(old)))
    assert new is not None
    assert new[1] == 2 + 3 + 300_000
    with pytest.raises(ApiError, match="size"):
        images("SET big = :v", values).build(encode(old, item_size(old)))
