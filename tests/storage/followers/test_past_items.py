"""What a table held at a second of the past, and what has changed between two, beside a plain model."""

from hypothesis import given
from hypothesis import strategies as st

from tests.storage.tables.test_point_in_time import NOW, World
from thermodynamo_storage.followers.past_items import PastChanges, PastItems

KEYS = ("a", "b", "c")
WRITES = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(KEYS), st.none() | st.integers(0, 9).map(str)), max_size=30
)
Model = dict[str, str]


def read(past: PastItems) -> Model:
    while past.step():
        pass
    found = list(past.items())
    assert [key for key, _ in found] == sorted(key for key, _ in found)
    return dict(map(World.read, (item for _, item in found)))


def changes(past: PastChanges) -> dict[str, tuple[str | None, str | None, float]]:
    while past.step():
        pass
    found = {}
    for key, old, new, written_at in past.changes():
        name = next(name for name in KEYS if World.key(name) == key)
        before, after = (World.read(image)[1] if image is not None else None for image in (old, new))
        found[name] = (before, after, written_at - NOW)
    return found


@given(WRITES)
def test_every_second_is_found_again(writes: list[tuple[int, str, str | None]]) -> None:
    world = World()
    model: Model = {}
    seconds: dict[int, Model] = {0: {}}
    written: list[tuple[float, str]] = []
    second = 0
    for waited, key, value in writes:
        for later in range(second + 1, second + waited + 1):
            seconds[later] = dict(model)
        second += waited
        world.write(key, value, NOW + second + 0.25)
        if value is not None or key in model:
            written.append((second + 0.25, key))
        model = {**model, key: value} if value is not None else {each: model[each] for each in model if each != key}
    seconds[second + 1] = model
    asked = {each: world.items_at(NOW + each) for each in seconds}
    between = {
        (start, end): world.changes_between(NOW + start, NOW + end)
        for start in range(0, second + 1, 2)
        for end in range(start + 1, second + 2, 3)
    }
    world.write("a", "later", NOW + second + 2)
    world.check()
    assert {each: read(past) for each, past in asked.items()} == seconds
    for (start, end), past in between.items():
        times = {key: at for at, key in written if start <= at < end}
        expected = {key: (seconds[start].get(key), seconds[end].get(key), at) for key, at in times.items()}
        assert changes(past) == expected


def test_an_item_that_came_and_went_between_is_among_the_changes() -> None:
    world = World()
    world.write("a", "1", NOW + 1)
    world.write("a", None, NOW + 2)
    assert changes(world.changes_between(NOW + 1, NOW + 3)) == {"a": (None, None, 2.0)}


def test_the_first_second_belongs_to_the_changes_and_the_last_does_not() -> None:
    world = World()
    for second in (1, 2):
        world.write("a", str(second), NOW + second)
    assert changes(world.changes_between(NOW + 1, NOW + 2)) == {"a": (None, "1", 1.0)}
    assert read(world.items_at(NOW + 2)) == {"a": "1"}
