"""Events in brief are the events, and a write that takes the short way does what one that is planned does."""

from pathlib import Path
from random import Random
from typing import Any

import orjson
import pytest

from tests.foresight.recorded import Recorded, truth
from thermodynamo.foresight.replays.exact import ExactReplay
from thermodynamo.foresight.replays.outcome import Outcome
from thermodynamo.foresight.replays.target import Target
from thermodynamo.foresight.traces.batch import Batch, Forms
from thermodynamo.foresight.traces.event import Event
from thermodynamo.foresight.traces.trace_reader import Trace
from thermodynamo.settings.config import Config
from thermodynamo_storage.values import keys

pytest.importorskip("duckdb")

BEGIN_US = 1_767_225_600_000_000
SETTINGS: dict[str, Any] = {"partition_write_units_max": 40, "partition_read_units_max": 90, "split_after_seconds": "2"}


class Colliding(Trace):
    """A trace in which all forms have one number, unless they are salted."""

    def _execute(self, sql: str) -> Any:
        return super()._execute(sql.replace("hash(0,", "0 * hash(0,"))


def recorded(path: Path) -> Path:
    """A recording of requests of several forms."""
    world = Recorded(path)
    world.create("orders")
    for number in range(30):
        key = {"pk": {"S": f"c{number % 7}"}}
        world.call("PutItem", {"TableName": "orders", "Item": {**key, "n": {"N": str(number)}}})
        world.call("GetItem", {"TableName": "orders", "Key": key, "ConsistentRead": number % 2 == 0})
        world.call("DescribeTable", {"TableName": "orders"})
        world.pass_seconds(0.1)
    world.recording.close()
    return path


@pytest.mark.parametrize("kind", [Trace, Colliding])
@pytest.mark.parametrize("name", ["run.parquet", "run.jsonl"])
def test_events_in_brief_are_the_events(name: str, kind: type[Trace], tmp_path: Path) -> None:
    trace = kind(recorded(tmp_path / name))
    events = [Event(*each) for some in trace.events() for each in some]
    assert [batch.forms.event(each) for batch in trace.batches() for each in batch.events] == events
    assert len({form.kind for form in trace.forms.values()}) > 3
    forms = Forms(trace.forms)
    briefs = [each for some in trace.briefs() for each in some]
    assert [forms.brief(event) for event in events] == briefs
    other = events[-1]._replace(table_name="others")
    assert forms.event(forms.brief(other)) == other and forms.brief(other)[2] not in trace.forms


def accesses(random: Random, count: int) -> list[Event]:
    """Reads, writes and deletions of a few keys, some of items that were there before, at more than is served."""
    table = {
        "TableName": "orders",
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    }
    place = "000000000000", "us-east-1"
    made = [Event(BEGIN_US, 0, "call", "DynamoDB_20120810.CreateTable", *place, detail=orjson.dumps(table).decode())]
    sizes = (0, 100, 100, 1_024, 1_025, 5_000)
    for number in range(1, count + 1):
        key = keys.item_key(keys.part("S", f"k{int(random.paretovariate(0.8)) % 200}"))
        at = BEGIN_US + number * 2_500
        if random.random() < 0.3:
            made.append(
                Event(at, number, "read", "GetItem", *place, "orders", None, key, half_units=random.choice((1, 2)))
            )
            continue
        old_size = random.choice((None, None, 3_000))
        made.append(Event(at, number, "write", "PutItem", *place, "orders", None, key, random.choice(sizes), old_size))
    return made


def replayed(events: list[Event]) -> ExactReplay:
    forms = Forms()
    replay = ExactReplay(Config(**SETTINGS), Outcome())
    replay.run([Batch([forms.brief(event) for event in events], forms)])
    return replay


def test_a_write_that_is_not_planned_does_what_one_does_that_is(monkeypatch: pytest.MonkeyPatch) -> None:
    events = accesses(Random(5), 6_000)
    short = replayed(events)
    write = Target.write

    def planned(target: Target, *given: Any) -> None:
        target.is_indexed = True
        write(target, *given)

    monkeypatch.setattr(Target, "write", planned)
    long = replayed(events)
    met, found = truth(long.service), truth(short.service)
    assert met["count"] > 500 and met["keyspaces"]["orders", None]["splits"]
    assert found["keyspaces"] == met["keyspaces"] and found["refusals"] == met["refusals"]
    ((place, mine),), theirs = short.outcome.keyspaces.items(), long.outcome.keyspaces
    for name in ("seconds", "refused", "refused_keys", "busiest_keys", "splits", "size_bytes", "item_count"):
        assert getattr(mine, name) == getattr(theirs[place], name), name
    assert mine.heat.cells == theirs[place].heat.cells
    short.database.check()
