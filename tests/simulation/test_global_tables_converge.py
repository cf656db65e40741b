"""A global table of three regions: writes everywhere, cuts and joins, items that expire, replicas that leave.

Once all regions reach one another, their tables are equal, and each item is as the last write of it left it, whichever
region that was in and whatever arrived first. `every_database_replays` (conftest.py) replays each of them.
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

REGIONS = ("us-east-1", "eu-west-1", "us-west-2")
KEYS = ("a", "b", "c")
regions = st.sampled_from(REGIONS)
keys = st.sampled_from(KEYS)
lags = st.sampled_from(("0", "1", "0.5-3"))


class GlobalTable(RuleBasedStateMachine):
    """One table, at first in one region; the model is the last write of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.model: dict[str, dict[str, Any] | None] = {}
        self.brief: set[str] = set()
        """Keys that ever had an item which expires. Its removal, too, is a write, and may be later than any other."""
        self.members = [REGIONS[0]]

    @initialize(lag=lags)
    def begin(self, lag: str) -> None:
        config = Config(clock="virtual", replica_lag=lag, ttl_delay=0.0)
        self.service = Service(config)
        definitions = [{"AttributeName": "p", "AttributeType": "S"}]
        key_schema = [{"AttributeName": "p", "KeyType": "HASH"}]
        self.call(
            REGIONS[0],
            "CreateTable",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=key_schema,
            AttributeDefinitions=definitions,
        )
        expiry = {"Enabled": True, "AttributeName": "until"}
        self.call(REGIONS[0], "UpdateTimeToLive", TimeToLiveSpecification=expiry)

    def call(self, region: str, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, {"TableName": "Table", **request}, Caller("0" * 12, region))

    def member(self, region: str) -> str:
        return region if region in self.members else self.members[0]

    @rule(source=regions, region=regions)
    def add(self, source: str, region: str) -> None:
        if region not in self.members:
            self.call(self.member(source), "UpdateTable", ReplicaUpdates=[{"Create": {"RegionName": region}}])
            self.members.append(region)

    @rule(region=regions)
    def leave(self, region: str) -> None:
        """A replica goes on as a table of its own, unless something for it or from it is behind a cut."""
        if region not in self.members or len(self.members) == 1:
            return
        self.call(region, "UpdateTable", DisassociationProtectionEnabled=False)
        action = {"RegionName": region, "DisassociationMode": "WAIT_FOR_REPLICATION"}
        self.call(region, "UpdateTable", ReplicaUpdates=[{"Disassociate": action}])
        self.service.turn(5.0)
        if self.call(region, "DescribeTable")["Table"].get("Replicas"):
            return
        self.members.remove(region)
        self.call(region, "DeleteTable")

    @rule(region=regions, key=keys)
    def put(self, region: str, key: str) -> None:
        self.number += 1
        item = {"p": {"S": key}, "n": {"N": str(self.number)}}
        self.call(self.member(region), "PutItem", Item=item)
        self.model[key] = item

    @rule(region=regions, key=keys)
    def put_briefly(self, region: str, key: str) -> None:
        self.number += 1
        until = int(self.service.clock.now()) + 3
        item = {"p": {"S": key}, "n": {"N": str(self.number)}, "until": {"N": str(until)}}
        self.call(self.member(region), "PutItem", Item=item)
        self.model[key] = item
        self.brief.add(key)

    @rule(region=regions, key=keys)
    def delete(self, region: str, key: str) -> None:
        self.call(self.member(region), "DeleteItem", Key={"p": {"S": key}})
        self.model[key] = None

    @rule(region=regions, key=keys)
    def put_new(self, region: str, key: str) -> None:
        self.number += 1
        item = {"p": {"S": key}, "n": {"N": str(self.number)}}
        try:
            self.call(self.member(region), "PutItem", Item=item, ConditionExpression="attribute_not_exists(p)")
        except ApiError as error:
            assert error.name == "ConditionalCheckFailedException"
        else:
            self.model[key] = item

    @rule(region=regions, key=keys, other=keys)
    def transact(self, region: str, key: str, other: str) -> None:
        self.number += 1
        items = [{"p": {"S": each}, "n": {"N": str(self.number)}} for each in sorted({key, other})]
        caller = Caller("0" * 12, self.member(region))
        puts = [{"Put": {"TableName": "Table", "Item": item}} for item in items]
        self.service.call("TransactWriteItems", {"TransactItems": puts}, caller)
        for item in items:
            self.model[item["p"]["S"]] = item

    @rule(one=regions, other=regions, is_cut=st.booleans())
    def cut(self, one: str, other: str, is_cut: bool) -> None:
        if one != other:
            self.service.database.define(LinkSet(one, other, None, is_cut), self.service.clock.now())

    @rule(seconds=st.sampled_from((0.0, 0.4, 1.0, 5.0)))
    def wait(self, seconds: float) -> None:
        self.service.turn(seconds)

    @rule(region=regions, key=keys)
    def read(self, region: str, key: str) -> None:
        self.call(self.member(region), "GetItem", Key={"p": {"S": key}})

    @invariant()
    def holds_together(self) -> None:
        if hasattr(self, "service"):
            self.service.database.check()

    def teardown(self) -> None:
        if not hasattr(self, "service"):
            return
        now = self.service.clock.now()
        pairs = [(one, other) for one in REGIONS for other in REGIONS if one != other]
        self.service.database.define_all([LinkSet(*pair, None, False) for pair in pairs], now)
        for _ in range(3):
            self.service.turn(10.0)
        found = [self.items(region) for region in self.members]
        assert all(items == found[0] for items in found), found
        for key, item in self.model.items():
            possible = [None, item] if key in self.brief else [item]
            assert found[0].get(key) in possible, (key, found[0])
            assert "until" not in (found[0].get(key) or {}), "an item that has expired is there"
        self.service.database.check()

    def items(self, region: str) -> dict[str, Any]:
        return {item["p"]["S"]: item for item in self.call(region, "Scan")["Items"]}


GlobalTable.TestCase.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
TestGlobalTable = GlobalTable.TestCase
