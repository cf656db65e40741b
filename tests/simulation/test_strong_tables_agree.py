"""A strongly consistent global table of three regions, or of two and a witness, whose regions are cut off and joined.

A region takes writes and strongly consistent reads as long as it reaches another member in both directions, and each
such read finds the last write of all regions. A write is refused while one of its item is under way from elsewhere.
`every_database_replays` (conftest.py) replays each of them.
"""

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from thermodynamo.api.caller import Caller
from thermodynamo.api.errors import ApiError
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.tables.definition import LinkSet

REGIONS = ("us-east-1", "us-east-2", "us-west-2")
PAIRS = [(one, other) for one in REGIONS for other in REGIONS if one != other]
LAG_SECONDS = 2.0
regions = st.sampled_from(REGIONS)
keys = st.sampled_from(("a", "b"))


class StrongTable(RuleBasedStateMachine):
    """The model is the last accepted write of each key, with its region and time, and the ways that are cut."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.model: dict[str, dict[str, Any] | None] = {}
        self.written: dict[tuple[str, str], float] = {}
        """When a key was last written in a region."""
        self.cuts: set[tuple[str, str]] = set()

    @initialize(has_lag=st.booleans(), has_witness=st.booleans())
    def begin(self, has_lag: bool, has_witness: bool) -> None:
        self.lag_seconds = LAG_SECONDS if has_lag else 0.0
        self.service = Service(Config(clock="virtual", replica_lag=str(self.lag_seconds)))
        self.members = REGIONS[:2] if has_witness else REGIONS
        self.call(
            REGIONS[0],
            "CreateTable",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
        )
        request: dict[str, Any] = {
            "MultiRegionConsistency": "STRONG",
            "ReplicaUpdates": [{"Create": {"RegionName": region}} for region in self.members[1:]],
        }
        if has_witness:
            request["GlobalTableWitnessUpdates"] = [{"Create": {"RegionName": REGIONS[2]}}]
        self.call(REGIONS[0], "UpdateTable", **request)

    def call(self, region: str, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, {"TableName": "Table", **request}, Caller("0" * 12, region))

    def member(self, region: str) -> str:
        return region if region in self.members else self.members[0]

    def is_alone(self, region: str) -> bool:
        others = [each for each in REGIONS if each != region]
        return all({(region, other), (other, region)} & self.cuts for other in others)

    def refusal(self, region: str, key: str) -> str | None:
        """What a write meets."""
        if self.is_alone(region):
            return "ServiceUnavailable"
        since = self.service.clock.now() - self.lag_seconds
        times = [at for (where, what), at in self.written.items() if what == key and where != region]
        return "ReplicatedWriteConflictException" if any(at > since for at in times) else None

    def write(self, region: str, key: str, item: dict[str, Any] | None, operation: str, **request: Any) -> None:
        wanted = self.refusal(region, key)
        try:
            self.call(region, operation, **request)
        except ApiError as error:
            assert error.name == wanted
        else:
            assert wanted is None
            self.model[key] = item
            self.written[region, key] = self.service.clock.now()

    @rule(region=regions, key=keys)
    def put(self, region: str, key: str) -> None:
        self.number += 1
        item = {"p": {"S": key}, "n": {"N": str(self.number)}}
        self.write(self.member(region), key, item, "PutItem", Item=item)

    @rule(region=regions, key=keys)
    def delete(self, region: str, key: str) -> None:
        self.write(self.member(region), key, None, "DeleteItem", Key={"p": {"S": key}})

    @rule(region=regions, key=keys)
    def read(self, region: str, key: str) -> None:
        region = self.member(region)
        try:
            found = self.call(region, "GetItem", Key={"p": {"S": key}}, ConsistentRead=True).get("Item")
        except ApiError as error:
            assert self.is_alone(region) and error.name == "ServiceUnavailable"
        else:
            assert not self.is_alone(region) and found == self.model.get(key)

    @rule(pair=st.sampled_from(PAIRS), is_cut=st.booleans())
    def cut(self, pair: tuple[str, str], is_cut: bool) -> None:
        self.set_ways([pair], is_cut)

    @rule(region=regions, is_cut=st.booleans())
    def cut_off(self, region: str, is_cut: bool) -> None:
        self.set_ways([pair for pair in PAIRS if region in pair], is_cut)

    def set_ways(self, pairs: list[tuple[str, str]], is_cut: bool) -> None:
        self.service.database.define_all([LinkSet(*pair, None, is_cut) for pair in pairs], self.service.clock.now())
        self.cuts = self.cuts | set(pairs) if is_cut else self.cuts - set(pairs)

    @rule(seconds=st.sampled_from((0.5, LAG_SECONDS, 10.0)))
    def wait(self, seconds: float) -> None:
        self.service.turn(seconds)

    @invariant()
    def holds_together(self) -> None:
        if hasattr(self, "service"):
            self.service.database.check()

    def teardown(self) -> None:
        if not hasattr(self, "service"):
            return
        self.set_ways(PAIRS, False)
        wanted = {key: item for key, item in self.model.items() if item is not None}
        for region in self.members:
            items = self.call(region, "Scan", ConsistentRead=True)["Items"]
            assert {item["p"]["S"]: item for item in items} == wanted


StrongTable.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestStrongTable = StrongTable.TestCase
