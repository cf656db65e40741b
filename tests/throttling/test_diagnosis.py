"""The diagnosis of `/_admin/heat`: each word where its load is, and nowhere else."""

import random

import pytest

from tests.throttling.world import World
from thermodynamo.admin.reports import diagnosis, heat, heat_text, insights, keyspaces
from thermodynamo.api.slices import finish
from thermodynamo_storage.partitions import split_points
from thermodynamo_storage.values import keys

NAMES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "status")]


def diagnose(world: World) -> diagnosis.Diagnosis:
    return diagnose_all(world)[0]


def diagnose_all(world: World) -> list[diagnosis.Diagnosis]:
    """Of the table, then of its indexes."""
    return [
        finish(diagnosis.diagnose(place.keyspace, heat.throttled_indexes(place, world.now), world.now))
        for place in keyspaces.of_table(world.table)
    ]


def key_of_partition(world: World, number: int) -> str:
    """A partition key of the partition in this place."""
    names = (f"key{each}" for each in range(10_000))
    wanted = world.table.keyspace.partitions[number]
    return next(name for name in names if world.table.keyspace.locate(keys.item_key(keys.part("S", name))) is wanted)


def test_load_on_one_partition_after_the_other_is_rolling() -> None:
    """As when a file that is sorted by partition key is loaded."""
    world = World()
    world.create(sort_key=True)
    for second in range(40):
        name = key_of_partition(world, second // 10)
        for number in range(30):
            world.put(name, f"{second}/{number}", size_bytes=10_000)
        world.pass_seconds(1)
    assert diagnose(world).word == "rolling"


@pytest.mark.parametrize("size_bytes", [10_000, 390_000])
def test_two_partitions_that_share_a_random_load_are_not_rolling(size_bytes: int) -> None:
    """One of them has more than half in every stretch, now this one and now that one."""
    world = World()
    world.create(units=(6_000, 2_000))
    chance = random.Random(4)
    for _ in range(60):
        for _ in range(1_500 * 1_024 // size_bytes):
            world.put(f"k{chance.randrange(10**6)}", size_bytes=size_bytes)
        world.pass_seconds(1)
    assert diagnose(world).word == "even"


def test_load_that_goes_from_one_of_two_partitions_to_the_other_is_rolling() -> None:
    world = World()
    world.create(units=(6_000, 2_000), sort_key=True)
    for second in range(60):
        name = key_of_partition(world, second // 10 % 2)
        for number in range(30):
            world.put(name, f"{second}/{number}", size_bytes=10_000)
        world.pass_seconds(1)
    assert diagnose(world).word == "rolling"


def test_what_was_hot_before_a_split_is_not_forgotten() -> None:
    """Its last minute is still that of the table: in the rates, in the diagnosis, in Contributor Insights."""
    world = World(split_after_seconds=10)
    world.create(sort_key=True)
    for second in range(12):
        for number in range(120):
            world.put("the one", f"{(second * 120 + number) * 7_919 % 10_000}", size_bytes=10_000)
        world.pass_seconds(1)
        if world.table.keyspace.closed:
            break
    world.pass_seconds(1)
    assert len(world.table.keyspace.partitions) == 5
    place = next(keyspaces.of_table(world.table))
    assert finish(heat.describe(place, world.clock))["units_per_second"]["write"]["60"] >= 10_000 / 60
    assert diagnose(world).word == "hot range"
    rules = finish(insights.report(place, world.now))["rules"]
    assert rules["PKT"] == [{"key": {"pk": {"S": "the one"}}, "ThrottleCount": 200}]
    assert 3 * 10_000 <= rules["PKC"][0]["ConsumedThroughputUnits"] <= 1.1 * 3 * 11_200


def test_sparse_load_is_not_rolling_though_every_request_leads_its_seconds() -> None:
    world = World()
    world.create()
    chance = random.Random(5)
    for _ in range(30):
        world.put(f"k{chance.randrange(100_000)}")
        world.pass_seconds(4)
    assert diagnose(world).word == "even"


def test_an_even_load_that_is_refused_is_told_what_to_do_about_its_limit() -> None:
    world = World()
    world.create(units=(10, 10))
    for _ in range(310):
        for number in range(20):
            world.put(f"k{number}")
        world.pass_seconds(1)
    found = diagnose(world)
    assert found.word == "even" and "provision more" in found.advice
    world.pass_seconds(61)
    assert diagnose(world).word == "idle"


def test_a_load_that_is_refused_altogether_is_not_idle() -> None:
    world = World()
    world.create(OnDemandThroughput={"MaxWriteRequestUnits": 1})
    world.table.keyspace.admission.refresh(world.now)
    world.table.keyspace.admission.writes.bucket.set_tokens(-1_000, world.now)
    world.put("k")
    world.pass_seconds(1)
    found = diagnose(world)
    assert found.word == "even" and "configured maximum" in found.advice


def test_an_index_that_refuses_is_named_however_much_else_is_refused_since() -> None:
    world = World()
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
    }
    world.create(units=(1, 1_000), GlobalSecondaryIndexes=[index], AttributeDefinitions=NAMES)
    world.put("large", status={"S": "new" + "w" * 2_000}, size_bytes=5_000)
    world.table.indexes["byStatus"].keyspace.admission.writes.bucket.set_tokens(0, world.now)
    world.put("k", status={"S": "new"})
    world.get("k")
    world.table.keyspace.admission.reads.bucket.set_tokens(0, world.now)
    assert {world.get("k") for _ in range(1_100)} == {"TableReadProvisionedThroughputExceeded"}
    world.pass_seconds(1)
    assert [found.word for found in diagnose_all(world)] == ["throttled index", "throttled index"]
    assert "byStatus" in diagnose(world).advice
    world.pass_seconds(61)
    assert [found.word for found in diagnose_all(world)] == ["idle", "idle"]


def test_a_table_without_units_is_not_said_to_be_held_up_by_its_index() -> None:
    """Both have run out of units; without a buffer, what the index would have refused is counted as well."""
    world = World()
    index = {
        "IndexName": "byStatus",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "KEYS_ONLY"},
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    world.create(units=(5, 5), GlobalSecondaryIndexes=[index], AttributeDefinitions=NAMES)
    for number in range(1_600):
        world.put(f"k{number}", status={"S": f"s{number}"})
        world.pass_seconds(0.002)
    world.pass_seconds(1)
    found = diagnose(world)
    assert found.word == "even" and "provision more" in found.advice
    assert found.advice.endswith("Indexes refuse writes as well: byStatus.")
    assert diagnose_all(world)[1].word == "throttled index"


@pytest.mark.parametrize("is_whole", [False, True], ids=["the second of now", "a second that is over"])
def test_a_hot_key_is_one_on_a_clock_that_stands_still(is_whole: bool) -> None:
    world = World()
    world.create()
    for _ in range(30):
        world.put("poll", size_bytes=80_000)
    world.pass_seconds(is_whole)
    assert diagnose(world).word == "hot key"


def test_where_nothing_is_metered_no_load_is_not_what_is_said() -> None:
    world = World(capacity="off")
    world.create()
    world.put("poll", size_bytes=80_000)
    found = diagnose(world)
    assert found.word == "unmetered" and "--capacity off" in found.advice
    described = [finish(heat.describe(place, world.clock)) for place in keyspaces.of_table(world.table)]
    assert "units a second" not in finish(heat_text.report({"tables": described}))


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (["an item"], "hot key"),
        ([f"item {number}" for number in range(30)], "hot range"),
    ],
    ids=["one item", "one collection"],
)
def test_what_one_of_many_partitions_refuses_is_what_ails_the_table(pattern: list[str], word: str) -> None:
    """It has an eighth of the load, but it is what is refused; to raise the even load slowly would not help."""
    world = World()
    world.create(units=(1, 40_000), sort_key=True)
    everywhere = [key_of_partition(world, number) for number in range(40)]
    for second in range(5):
        for name in everywhere:
            for number in range(5):
                world.put(name, f"{second}/{number}", size_bytes=50 * 1_024)
        for number in range(30):
            world.put("the one", pattern[number % len(pattern)], size_bytes=50 * 1_024)
        world.pass_seconds(1)
    assert set(world.table.keyspace.admission.refused) == {"TableWriteKeyRangeThroughputExceeded"}
    found = diagnose(world)
    assert found.word == word and "more than" in found.advice


def test_a_hot_key_in_each_partition_is_no_even_load() -> None:
    world = World()
    world.create()
    names = [key_of_partition(world, number) for number in range(4)]
    for _ in range(5):
        for number in range(120):
            world.put(names[number % 4], size_bytes=50 * 1_024)
        world.pass_seconds(1)
    assert diagnose(world).word == "hot key"


def test_partitions_that_are_full_alike_are_an_even_load() -> None:
    world = World()
    world.create()
    for _ in range(5):
        for number in range(500):
            world.put(f"k{number}", size_bytes=10 * 1_024)
        world.pass_seconds(1)
    found = diagnose(world)
    assert found.word == "even" and "WarmThroughput" in found.advice


def test_a_hot_range_that_was_not_split_is_not_said_to_be_split_soon() -> None:
    world = World(split_after_seconds=5)
    world.create(sort_key=True)
    advices = []
    for second in range(8):
        for number in range(30):
            world.put("the one", f"{second:03}/{number:03}", size_bytes=50 * 1_024)
        world.pass_seconds(1)
        advices.append(diagnose(world).advice)
    assert "it will be split" in advices[0]
    assert advices[-1].endswith(
        ", and it was not split: keys rise or fall steadily: one side of any split would get all of the next ones."
    )


def test_a_timeline_has_the_units_and_refusals_of_each_second_before_and_after_a_split() -> None:
    world = World()
    world.create()
    hot, other = key_of_partition(world, 1), key_of_partition(world, 3)
    for _ in range(120):
        world.put(hot, size_bytes=10_000)
    for _ in range(3):
        world.get(other)
    world.pass_seconds(1)
    world.put(hot)
    world.pass_seconds(1)
    table = world.table
    database = world.service.database
    partition = table.keyspace.partitions[1]
    at = split_points.by_range(partition, False)
    database.split(table.keyspace, partition, at, "manual", world.now)
    world.put(hot)
    world.pass_seconds(1)
    timeline = finish(heat.timeline(next(keyspaces.of_table(table)), 4, world.now))
    assert timeline["until"] - timeline["from"] == 4
    found = {each["id"]: (each["read"], each["write"], each["throttles"]) for each in timeline["partitions"]}
    still, refused = [0, 0, 0, 0], [0, 20, 0, 0]
    written = table.keyspace.locate(keys.item_key(keys.part("S", hot))).id
    assert found == {
        0: (still, still, still),
        written: (still, [0, 1_000, 10, 1], refused),
        {4: 5, 5: 4}[written]: (still, [0, 1_000, 10, 0], refused),
        2: (still, still, still),
        3: ([0, 3, 0, 0], still, still),
    }


def test_insights_may_be_off_by_what_the_least_certain_count_is() -> None:
    """Many keys of one partition: of those that were forgotten, the next one may have been any."""
    world = World()
    world.create()
    names = (f"k{number}" for number in range(10_000))
    place = world.table.keyspace.partitions[0]
    held = [name for name in names if world.table.keyspace.locate(keys.item_key(keys.part("S", name))) is place]
    world.get(key_of_partition(world, 1))
    for name in held[:400]:
        world.get(name)
    world.pass_seconds(1)
    report = finish(insights.report(next(keyspaces.of_table(world.table)), world.now))
    assert report["error_units"] > 0
