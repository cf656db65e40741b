"""What update expressions weigh; tests/golden/items/update_weight.txt has the bounds as recorded."""

import pytest

from thermodynamo.api.expressions import update

VALUES = {":v": {"S": "12345"}, ":n": {"N": "100"}}


@pytest.mark.parametrize(
    ("text", "weight_bytes"),
    [
        ("REMOVE a", 3 + 2),
        ("REMOVE é", 3 + 3),
        ("REMOVE a.b[12].c", 3 + 2 + 3 + 2 + 3 + 3 + 3 + 2),
        ("REMOVE a.b, a.c", 3 + 2 * (2 + 3 + 2)),
        ("SET a = :v", 3 + 2 + 18 + 5),
        ("SET #n.b = :v", 3 + 5 + 3 + 2 + 18 + 5),
        ("SET a = b.c", 3 + 2 + 19 + 2 * 15),
        ("SET a = b[10]", 3 + 2 + 19 + 15 + 16),
        ("SET a = #n", 3 + 2 + 19 + 14 + 4),
        ("SET a = :n + :n", 3 + 2 + 7 + 15 + 8 + 2 * (11 + 2)),
        ("SET a = if_not_exists(b, :v)", 3 + 2 + 7 + 15 + 13 + 12 + 15 + 11 + 5),
        ("ADD a :n", 3 + 2 + 18 + 2),
        ("DELETE a :v", 3 + 2),
    ],
)
def test_weight(text: str, weight_bytes: int) -> None:
    names = {"#n": "name"} if "#n" in text else None
    if "é" in text:
        text, names = text.replace("é", "#e"), {"#e": "é"}
    weight = update.compile(text, names).weight
    assert weight is not None
    assert weight.with_values(VALUES) == weight_bytes
