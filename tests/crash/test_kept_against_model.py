"""Writes, snapshots, restores, forks, resets and restarts in any order, against a plain model of dicts.

The service has a data folder. A restart closes it and opens the folder again; a cut leaves what an end without warning
leaves: a copy of the folder as it is on the disk. Images are so often that they happen between any two steps.
"""

import shutil
import tempfile
from copy import deepcopy
from pathlib import Path
from typing import Any

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from thermodynamo.api.caller import Caller
from thermodynamo.service import Service
from thermodynamo.settings.config import Config
from thermodynamo_storage.durability import checkpoints
from thermodynamo_storage.tables.snapshot import Scope

ACCOUNTS = ("000000000000", "111111111111")
NAMES = ("a", "b")
TABLES = ("Music", "Books")
Model = dict[str, dict[str, dict[int, int]]]
"""The numbers of items by account, table and key."""

accounts = strategies.sampled_from(ACCOUNTS)
tables = strategies.sampled_from(TABLES)
names = strategies.sampled_from(NAMES)
keys = strategies.integers(0, 30)
scopes = strategies.sampled_from([Scope(), Scope(ACCOUNTS[0]), Scope(ACCOUNTS[1], "us-east-1")])


def caller(account: str) -> Caller:
    return Caller(account, "us-east-1")


class Kept(RuleBasedStateMachine):
    @initialize()
    def start(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="thermodynamo-kept-"))
        self.folder = self.root / "0"
        self.cuts = 0
        self.due_bytes = checkpoints.JOURNAL_BYTES_MIN
        checkpoints.JOURNAL_BYTES_MIN = 2_000
        self.service = self.opened()
        self.model: Model = {account: {} for account in ACCOUNTS}
        self.snapshots: dict[str, tuple[Scope, Model, float]] = {}

    def opened(self) -> Service:
        return Service(Config(data_dir=str(self.folder), clock="virtual", capacity="observe"))

    def teardown(self) -> None:
        if hasattr(self, "root"):
            self.service.close()
            checkpoints.JOURNAL_BYTES_MIN = self.due_bytes
            shutil.rmtree(self.root)

    def call(self, account: str, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, request, caller(account))

    @rule(account=accounts, table=tables)
    def create(self, account: str, table: str) -> None:
        if table in self.model[account]:
            return
        index = {
            "IndexName": "by-g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        self.call(
            account,
            "CreateTable",
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "N"} for name in "kg"],
            GlobalSecondaryIndexes=[index],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        self.model[account][table] = {}

    @rule(account=accounts, table=tables)
    def drop(self, account: str, table: str) -> None:
        if self.model[account].pop(table, None) is not None:
            self.call(account, "DeleteTable", TableName=table)

    @rule(account=accounts, table=tables, low=keys, count=strategies.integers(1, 20), value=strategies.integers(0, 9))
    def put(self, account: str, table: str, low: int, count: int, value: int) -> None:
        if table not in self.model[account]:
            return
        for key in range(low, low + count):
            item = {"k": {"N": str(key)}, "g": {"N": str(value)}, "x": {"S": "x" * 60}}
            self.call(account, "PutItem", TableName=table, Item=item)
            self.model[account][table][key] = value

    @rule(account=accounts, table=tables, key=keys)
    def delete(self, account: str, table: str, key: int) -> None:
        if table in self.model[account]:
            self.call(account, "DeleteItem", TableName=table, Key={"k": {"N": str(key)}})
            self.model[account][table].pop(key, None)

    @rule(seconds=strategies.sampled_from([0, 10, 5_000]))
    def turn(self, seconds: int) -> None:
        self.service.turn(seconds)

    @rule(name=names, scope=scopes)
    def snapshot(self, name: str, scope: Scope) -> None:
        self.service.snapshot(name, scope, replaces=True)
        self.snapshots[name] = scope, deepcopy(self.model), self.service.clock.now()

    @precondition(lambda self: self.snapshots)
    @rule(name=names)
    def restore(self, name: str) -> None:
        if name not in self.snapshots:
            return
        scope, model, taken_at = self.snapshots[name]
        now = self.service.clock.now()
        self.service.restore(name)
        for account in ACCOUNTS:
            if scope.holds((account, "us-east-1")):
                self.model[account] = deepcopy(model[account])
        assert self.service.clock.now() == (taken_at if scope.is_everything else max(now, taken_at))

    @rule(name=names)
    def delete_snapshot(self, name: str) -> None:
        if self.snapshots.pop(name, None) is not None:
            self.service.delete_snapshot(name)

    @rule(source=accounts)
    def fork(self, source: str) -> None:
        (target,) = {*ACCOUNTS} - {source}
        self.service.fork(caller(source), caller(target), replaces=True)
        self.model[target] = deepcopy(self.model[source])

    @rule(scope=scopes)
    def reset(self, scope: Scope) -> None:
        self.service.reset(scope)
        for account in ACCOUNTS:
            if scope.holds((account, "us-east-1")):
                self.model[account] = {}

    @rule()
    def restart(self) -> None:
        now = self.service.clock.now()
        self.service.close()
        self.service = self.opened()
        assert self.service.clock.now() == now

    @rule()
    def cut(self) -> None:
        """The server ends without warning; its folder goes on as it is on the disk."""
        self.cuts += 1
        now = self.service.clock.now()
        copy = self.root / str(self.cuts)
        shutil.copytree(self.folder, copy)
        self.service.close()
        shutil.rmtree(self.folder)
        self.folder = copy
        self.service = self.opened()
        assert self.service.clock.now() == now

    @rule()
    def check(self) -> None:
        self.service.database.check()

    @invariant()
    def everything_is_as_in_the_model(self) -> None:
        if not hasattr(self, "model"):
            return
        assert set(self.service.snapshots) == set(self.snapshots)
        for account, tables in self.model.items():
            assert self.call(account, "ListTables")["TableNames"] == sorted(tables)
            for table, numbers in tables.items():
                for given in ({}, {"IndexName": "by-g"}):
                    found = self.call(account, "Scan", TableName=table, **given)["Items"]
                    assert {int(item["k"]["N"]): int(item["g"]["N"]) for item in found} == numbers


TestKept = Kept.TestCase
TestKept.settings = settings(max_examples=60, stateful_step_count=50)
