"""A vector index holds the items that have a vector, whatever happens to them, and copies keep what they had."""

import random
from collections.abc import Iterator

import pytest

from thermodynamo_storage.changes.commit import Change, Commit, VectorChange
from thermodynamo_storage.followers import vector_index
from thermodynamo_storage.followers.vector_index import VectorIndex, code, vector_of
from thermodynamo_storage.partitions.partition import Partition
from thermodynamo_storage.values import keys, long_images
from thermodynamo_storage.values.errors import (
    IndexKeyEmpty,
    IndexKeyMismatch,
    IndexKeyTooLarge,
    VectorMismatch,
    VectorOverflow,
    VectorSizeMismatch,
)
from thermodynamo_storage.values.item import Attributes, AttributeValue, Item, encode, item_size
from thermodynamo_storage.values.long_images import Images, image
from thermodynamo_storage.values.long_items import finished
from thermodynamo_storage.values.schema import KeyAttribute, KeySchema, Projection, VectorIndexSchema

KEYS = KeySchema((KeyAttribute("id", "S"),))
SCHEMA = VectorIndexSchema(
    "vec", "v", 2, "COSINE", Projection("ALL"), KeyAttribute("kind", "S"), (KeyAttribute("year", "N"),)
)
WHOLE = VectorIndexSchema("vec", "v", 2, "COSINE", Projection("INCLUDE", ("title",)))


def numbers(*given: str) -> AttributeValue:
    return {"L": [{"N": number} for number in given]}


def attributes_of(id: str, kind: str | None = "a", year: str | None = None, vector: bool = True) -> Attributes:
    item: Attributes = {"id": {"S": id}}
    if vector:
        item["v"] = numbers(str(len(id)), "1")
    if kind is not None:
        item["kind"] = {"S": kind}
    if year is not None:
        item["year"] = {"N": year}
    return item


def item_of(attributes: Attributes) -> Item:
    return encode(attributes, item_size(attributes))


def write(index: VectorIndex, key: bytes, new: Item | None, now: float = 0.0) -> None:
    change = Change("table", (index,), Partition(0, b"", None), key, None, new)
    index.take(change, Commit(1, now, [change]))


def written_bytes(index: VectorIndex, before: Attributes | None, after: Attributes | None) -> int:
    """What a write sends to the index, by what the guide says and by nothing that the index remembers."""

    def entry_bytes(attributes: Attributes | None) -> int:
        entry = index.entry(attributes) if attributes is not None else None
        return 4 * index.schema.dimensions + item_size(index.others(attributes or {})) if entry is not None else 0

    old, new = entry_bytes(before), entry_bytes(after)
    if old and new and before is not None and after is not None:
        is_alike = index.others(before) == index.others(after) and before["v"] == after["v"]
        return 0 if is_alike else new
    return new or old


def sent_bytes(index: VectorIndex, before: Attributes | None, after: Attributes | None) -> int:
    """What the index says that a write of the item "x" sends to it, at once and in steps."""
    old, new = (item_of(each) if each is not None else None for each in (before, after))
    change = index.change(b"x", old, new, after)
    in_steps = finished(index.change_in_steps(b"x", Images(image(old), image(new))))
    assert change.sent_bytes == in_steps.sent_bytes
    return change.sent_bytes


def held(index: VectorIndex) -> dict[bytes, tuple[bytes, Item, list[float]]]:
    """Each item by its key: its group, the item, its vector."""
    return {
        key: (place, group.items[position], group.matrix.vector(position).tolist())
        for place, group in index.groups.items()
        for position, key in enumerate(group.keys)
    }


def test_an_item_lies_in_the_group_of_its_partition_key() -> None:
    index = VectorIndex(SCHEMA, KEYS)
    item = item_of(attributes_of("x", "a"))
    write(index, b"x", item)
    assert held(index) == {b"x": (keys.part("S", "a"), item, [1, 1])}
    moved = item_of(attributes_of("x", "b"))
    write(index, b"x", moved)
    assert held(index) == {b"x": (keys.part("S", "b"), moved, [1, 1])}
    for without in (attributes_of("x", None), attributes_of("x", vector=False)):
        write(index, b"x", moved)
        write(index, b"x", item_of(without))
        assert held(index) == {}
    write(index, b"x", moved)
    write(index, b"x", None)
    assert held(index) == {} and index.places == {}


@pytest.mark.parametrize(
    ("attributes", "error"),
    [
        ({"v": {"S": "no list"}}, VectorMismatch),
        ({"v": {"NS": ["1", "2"]}}, VectorMismatch),
        ({"v": {"L": [{"N": "1"}, {"L": []}]}}, VectorMismatch),
        ({"v": numbers("1")}, VectorSizeMismatch),
        ({"v": numbers("1", "2", "3")}, VectorSizeMismatch),
        ({"v": numbers("1", "-4E38")}, VectorOverflow),
        ({"v": numbers("1", "2"), "kind": {"N": "1"}}, IndexKeyMismatch),
        ({"kind": {"S": ""}}, IndexKeyEmpty),
        ({"kind": {"S": "k" * 2049}}, IndexKeyTooLarge),
        ({"year": {"S": "1999"}}, IndexKeyMismatch),
    ],
)
def test_what_cannot_be_indexed_is_refused(attributes: Attributes, error: type[Exception]) -> None:
    index = VectorIndex(SCHEMA, KEYS)
    with pytest.raises(error):
        index.change(b"x", None, item_of(attributes), attributes)
    with pytest.raises(error):
        index.look(attributes)
    with pytest.raises(error):
        finished(index.change_in_steps(b"x", Images(None, image(item_of(attributes)))))
    index.transition = "DELETING"
    assert index.change(b"x", None, item_of(attributes), attributes) == VectorChange(None, 0)
    write(index, b"x", item_of(attributes))
    assert held(index) == {}


def test_an_element_is_named_by_its_place() -> None:
    with pytest.raises(VectorMismatch) as refused:
        VectorIndex(SCHEMA, KEYS).entry({"v": {"L": [{"N": "1"}, {"BOOL": True}]}})
    assert (refused.value.parameter, refused.value.expected, refused.value.actual) == ("v[1]", "N", "BOOL")
    with pytest.raises(VectorOverflow) as overflow:
        VectorIndex(SCHEMA, KEYS).entry({"v": numbers("1E39", "1")})
    assert (overflow.value.parameter, overflow.value.value) == ("v[0]", "1E39")


def test_the_largest_number_of_32_bits_is_none_too_many() -> None:
    assert vector_of(["3.4028234663852886E38", "1E-50"]).tolist() == [3.4028234663852886e38, 0.0]


def test_codes_tell_values_apart_by_what_they_are() -> None:
    index = VectorIndex(SCHEMA, KEYS)
    entries = [index.entry(attributes_of("x", year=year)) for year in ("1999", "1999", "2000", None)]
    codes = [entry.codes for entry in entries if entry is not None]
    assert codes == [(code(keys.part("N", "1999")),)] * 2 + [(code(keys.part("N", "2000")),), (0,)]
    assert index.codes_of({"kind": b"", "year": keys.part("N", "2000")}) == [(0, codes[2][0])]


def test_it_stores_what_it_projects_and_the_vector_as_32_bits() -> None:
    attributes = {"id": {"S": "x"}, "title": {"S": "abc"}, "note": {"S": "n" * 100}, "v": numbers("1", "2")}
    index = VectorIndex(WHOLE, KEYS)
    write(index, b"x", item_of(attributes))
    assert index.size_bytes == 2 * 4 + len("id") + 1 + len("title") + 3
    other = VectorIndex(WHOLE, KEYS)
    assert sent_bytes(other, None, attributes) == index.size_bytes == sent_bytes(index, attributes, None)
    assert sent_bytes(index, attributes, {**attributes, "note": {"S": "m"}}) == 0
    assert sent_bytes(index, attributes, {**attributes, "title": {"S": "b"}}) == index.size_bytes - 2
    assert sent_bytes(index, attributes, {**attributes, "v": numbers("1", "3")}) == index.size_bytes
    assert sent_bytes(other, {"id": {"S": "x"}}, {"id": {"S": "x"}, "title": {"S": "b"}}) == 0
    everything = VectorIndex(SCHEMA, KEYS)
    given = attributes_of("x", year="1999")
    expected = 2 * 4 + item_size({name: value for name, value in given.items() if name != "v"})
    assert sent_bytes(everything, None, given) == expected


def test_changes_become_visible_after_the_delay_and_in_their_order() -> None:
    index = VectorIndex(WHOLE, KEYS)
    delays: Iterator[float] = iter([5.0, 1.0, 0.0])
    index.delay = lambda: next(delays)
    one, two = item_of(attributes_of("one")), item_of(attributes_of("two"))
    write(index, b"k", one, now=10)
    write(index, b"k", two, now=11)
    index.take_stored(b"other", one, 11)
    assert not index.catch_up(14.9) and held(index) == {}
    assert index.catch_up(15, changes_max=1)
    assert held(index)[b"k"][1] == one
    assert not index.catch_up(15)
    assert held(index)[b"k"][1] == two and held(index)[b"other"][1] == one


@pytest.mark.parametrize("schema", [SCHEMA, WHOLE])
def test_it_is_what_a_dict_would_be_through_writes_and_copies(schema: VectorIndexSchema) -> None:
    chance = random.Random(11)
    index, model = VectorIndex(schema, KEYS), dict[bytes, Attributes]()
    kept: list[tuple[VectorIndex, dict[bytes, Attributes]]] = []
    for step in range(2_000):
        key = b"%d" % chance.randrange(60)
        if chance.random() < 0.25:
            model.pop(key, None)
            write(index, key, None)
        else:
            kind = chance.choice(["a", "b", None])
            attributes = attributes_of("x" * chance.randrange(1, 9), kind, vector=chance.random() < 0.8)
            model[key] = attributes
            write(index, key, item_of(attributes))
        if step % 200 == 0:
            kept.append((index.copy(), dict(model)))
            index, kept[-1] = (kept[-1][0], (index, dict(model))) if chance.random() < 0.5 else (index, kept[-1])
    for each, expected in [*kept, (index, model)]:
        each.check()
        indexed = {
            key: attributes
            for key, attributes in expected.items()
            if "v" in attributes and (schema is WHOLE or "kind" in attributes)
        }
        found = held(each)
        assert {key: item for key, (_, item, _) in found.items()} == {
            key: item_of(attributes) for key, attributes in indexed.items()
        }
        assert all(vector == [len(indexed[key]["id"]["S"]), 1] for key, (_, _, vector) in found.items())


@pytest.mark.parametrize("schema", [SCHEMA, WHOLE])
@pytest.mark.parametrize("lag", [None, 5.0])
@pytest.mark.parametrize("planned", ["by no one", "at once", "in steps"])
def test_what_it_has_taken_is_what_each_write_was_metered_with(
    schema: VectorIndexSchema, lag: float | None, planned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_images, "MEASURED_BYTES_MAX", 0)
    index, chance = VectorIndex(schema, KEYS), random.Random(1)
    index.delay = (lambda: lag) if lag is not None else None
    stored: dict[str, Attributes] = {}
    expected = 0
    for number in range(600):
        id = chance.choice("abc")
        old, new = stored.get(id), None
        if chance.random() < 0.8:
            new = attributes_of(id, chance.choice(("a", "b", None)), chance.choice(("1", "2")), chance.random() < 0.9)
            new |= {"title": {"S": chance.choice(("x", "yy"))}, "note": {"S": chance.choice(("m", "n"))}}
            if "v" in new and chance.random() < 0.5:
                new["v"] = numbers(chance.choice(("2", "2.0000000001")), "1")
        expected += written_bytes(index, old, new)
        change = Change(
            "table",
            (index,),
            Partition(0, b"", None),
            id.encode(),
            item_of(old) if old is not None else None,
            item_of(new) if new is not None else None,
        )
        if planned == "at once":
            change.vectors = {"vec": index.change(change.key, change.old, change.new, new)}
        elif planned == "in steps":
            images = Images(image(change.old), image(change.new))
            change.vectors = {"vec": finished(index.change_in_steps(change.key, images))}
        index.take(change, Commit(number + 1, float(number), [change]))
        assert index.taken_bytes == expected
        stored = {key: each for key, each in {**stored, id: new}.items() if each is not None}


def test_an_index_of_everything_reads_and_measures_no_item_of_a_write_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(given: object) -> None:
        raise AssertionError("the sizes of items are known, and whether they are the same is seen in their bytes")

    index = VectorIndex(SCHEMA, KEYS)
    first = attributes_of("x")
    images = [first, {**first, "note": {"S": "n"}}, {"note": {"S": "n"}, **first}, {**first, "note": {"S": "mm"}}]
    old, expected = None, 0
    for number, attributes in enumerate(images):
        expected += written_bytes(index, images[number - 1] if number else None, attributes)
        with monkeypatch.context() as patched:
            for name in ("decode", "item_size"):
                patched.setattr(vector_index, name, refuse)
            new = item_of(attributes)
            vectors = {"vec": index.change(b"x", old, new, attributes)}
            change = Change("table", (index,), Partition(0, b"", None), b"x", old, new, vectors=vectors)
            index.take(change, Commit(number + 1, 0.0, [change]))
        assert index.taken_bytes == expected
        old = new
    assert held(index)[b"x"][1] == old
    index.check()
