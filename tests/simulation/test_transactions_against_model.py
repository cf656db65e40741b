"""Transactions, single writes and lost replies, interleaved at random, leave what a serial run of them would.

Clients read in one step and write in a later one; transactions hold their items for two seconds of a clock that the
test turns; faults refuse requests and lose replies, and clients repeat theirs with the same token. After every step the
items, the index and the stream hold what the model of acknowledged and of lost-but-done writes says: a cancelled
transaction has left no trace, a repeated one happened once, and no client's write was built on something outdated.
"""

from dataclasses import dataclass
from typing import Any, Literal

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from thermodynamo.api.errors import ApiError
from thermodynamo.service import Dropped, Service
from thermodynamo.settings.config import Config

HOLD_SECONDS = 2.0
INVALID = "ValidationError"
START = 1_800_000_000.0
COLOURS = ("red", "blue", "")

Key = tuple[str, str]
Item = tuple[int, str]
"""The number and the colour of an item; it has no colour where that is empty, and then is not in the index."""
Fault = Literal["none", "error", "before", "after"]

KEYS = strategies.tuples(strategies.sampled_from(["Accounts", "Ledger"]), strategies.sampled_from("abcd"))
NUMBERS = strategies.integers(-3, 9)
FAULTS = strategies.sampled_from(["none", "none", "none", "error", "before", "after"])


@dataclass(frozen=True)
class Action:
    """One action of a transaction. `is_guarded` adds a condition: absent for a put, at least `n` for an update,
    present for a delete; a check is for an item that is present if `n` is not negative. `is_broken` puts an item that
    the index refuses."""

    kind: Literal["Put", "Update", "Delete", "ConditionCheck"]
    key: Key
    n: int
    colour: str
    is_guarded: bool
    is_broken: bool = False

    def reason(self, old: Item | None) -> str:
        """Why the action cannot be carried out on the item as it stands; None where it can."""
        fails = {
            "Put": self.is_guarded and old is not None,
            "Update": self.is_guarded and (old is None or old[0] < self.n),
            "Delete": self.is_guarded and old is None,
            "ConditionCheck": (old is not None) != (self.n >= 0),
        }
        if self.is_broken and self.kind == "Put":
            return INVALID
        return "ConditionalCheckFailed" if fails[self.kind] else "None"

    def result(self, old: Item | None) -> Item | None:
        if self.kind == "Put":
            return self.n, self.colour
        if self.kind == "Update":
            return ((old[0] if old else 0) + self.n, old[1] if old else "")
        return None if self.kind == "Delete" else old

    def request(self) -> dict[str, Any]:
        """The member of TransactItems."""
        table, id = self.key
        number = {":n": {"N": str(self.n)}}
        given: dict[str, Any] = {"TableName": table}
        if self.kind == "Put":
            given["Item"] = item(self.key, (self.n, self.colour))
            if self.is_broken:
                given["Item"]["colour"] = {"N": "1"}
            condition = "attribute_not_exists(id)"
        else:
            given["Key"] = {"id": {"S": id}}
            condition = "attribute_exists(id)"
        if self.kind == "Update":
            given |= {"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": number}
            condition = "n >= :n"
        if self.kind == "ConditionCheck":
            condition = "attribute_exists(id)" if self.n >= 0 else "attribute_not_exists(id)"
        if self.is_guarded or self.kind == "ConditionCheck":
            given["ConditionExpression"] = condition
        return {self.kind: given}


ACTIONS = strategies.builds(
    Action,
    kind=strategies.sampled_from(["Put", "Put", "Update", "Update", "Delete", "ConditionCheck"]),
    key=KEYS,
    n=NUMBERS,
    colour=strategies.sampled_from(COLOURS),
    is_guarded=strategies.booleans(),
    is_broken=strategies.sampled_from([False] * 9 + [True]),
)
TRANSACTIONS = strategies.lists(ACTIONS, min_size=1, max_size=4, unique_by=lambda action: action.key)


def item(key: Key, value: Item) -> dict[str, Any]:
    number, colour = value
    attributes: dict[str, Any] = {"id": {"S": key[1]}, "n": {"N": str(number)}}
    return {**attributes, "colour": {"S": colour}} if colour else attributes


def value(attributes: dict[str, Any] | None) -> Item | None:
    if not attributes:
        return None
    return int(attributes["n"]["N"]), attributes.get("colour", {}).get("S", "")


class Transactions(RuleBasedStateMachine):
    @initialize()
    def create(self) -> None:
        self.service = Service(
            Config(transaction_hold=str(HOLD_SECONDS), clock="virtual", clock_start=str(START), capacity="off")
        )
        self.items: dict[Key, Item] = {}
        self.held: dict[Key, float] = {}
        self.changes = 0
        self.time = START
        self.tokens = 0
        self.seen: dict[str, tuple[list[Key], list[Item | None]]] = {}
        for table in ("Accounts", "Ledger"):
            reply = self.call(
                "CreateTable",
                TableName=table,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in ("id", "colour")],
                BillingMode="PAY_PER_REQUEST",
                GlobalSecondaryIndexes=[
                    {
                        "IndexName": "ByColour",
                        "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
            assert reply is not None and "TableDescription" in reply, reply

    def call(self, operation: str, **request: Any) -> dict[str, Any] | None:
        """The reply to a request, the body of its error, or None where the connection is dropped instead."""
        try:
            return self.service.call(operation, request)
        except ApiError as error:
            return error.body()
        except Dropped:
            return None

    def with_fault(self, fault: Fault, operation: str) -> None:
        """The next request of the operation meets a fault."""
        rule: dict[str, Any] = {"operation": operation, "count": 1}
        if fault == "error":
            self.service.faults.add_all([{**rule, "error": "InternalServerError"}])
        elif fault != "none":
            self.service.faults.add_all([{**rule, "drop": fault}])

    def is_held(self, key: Key) -> bool:
        return self.held.get(key, 0.0) > self.time

    def apply(self, key: Key, new: Item | None) -> None:
        """Changes the model, and counts what must be in the stream: a write that changes nothing leaves no record."""
        if self.items.get(key) != new:
            self.changes += 1
        if new is None:
            self.items.pop(key, None)
        else:
            self.items[key] = new

    def transact(self, actions: list[Action], fault: Fault) -> bool:
        """Sends a transaction until its outcome is known; whether it was carried out. The model follows."""
        reasons = [
            "TransactionConflict" if self.is_held(action.key) else action.reason(self.items.get(action.key))
            for action in actions
        ]
        if INVALID in reasons:  # none after it is looked at
            looked_at = reasons.index(INVALID) + 1
            reasons[looked_at:] = ["None"] * (len(reasons) - looked_at)
        self.tokens += 1
        request = {
            "TransactItems": [action.request() for action in actions],
            "ClientRequestToken": f"token-{self.tokens}",
        }
        self.with_fault(fault, "TransactWriteItems")
        reply = self.call("TransactWriteItems", **request)
        if fault == "error":
            assert reply is not None and reply["__type"].endswith("#InternalServerError")
        elif fault != "none":
            assert reply is None
        is_done = all(reason == "None" for reason in reasons)
        if fault != "none":
            reply = self.call("TransactWriteItems", **request)
            if fault == "after" and is_done:
                # The first attempt was carried out, and its items are held still: the token waits with them.
                assert reply is not None and reply["__type"].endswith("#TransactionInProgressException")
                self.turn(HOLD_SECONDS)
                reply = self.call("TransactWriteItems", **request)
        assert reply is not None
        if is_done:
            assert reply == {}
            end = self.time if fault == "after" else self.time + HOLD_SECONDS
            for action in actions:
                self.apply(action.key, action.result(self.items.get(action.key)))
                self.held[action.key] = end
        else:
            assert [reason["Code"] for reason in reply["CancellationReasons"]] == reasons
            assert reply["Message"].endswith(f"[{', '.join(reasons)}]")
        return is_done

    @rule(actions=TRANSACTIONS, fault=FAULTS)
    def write(self, actions: list[Action], fault: Fault) -> None:
        self.transact(actions, fault)

    @rule(giver=KEYS, taker=KEYS, amount=strategies.integers(1, 5), fault=FAULTS)
    def transfer(self, giver: Key, taker: Key, amount: int, fault: Fault) -> None:
        """Moves a number from one item to another: the sum over all items stays, whatever happens."""
        if giver == taker:
            return
        before = sum(number for number, _ in self.items.values())
        pair = [Action("Update", giver, -amount, "", False), Action("Update", taker, amount, "", False)]
        self.transact(pair, fault)
        found = [
            each for table in ("Accounts", "Ledger") for each in (self.call("Scan", TableName=table) or {})["Items"]
        ]
        assert sum(int(each["n"]["N"]) for each in found) == before

    @rule(client=strategies.sampled_from("xy"), keys=strategies.lists(KEYS, min_size=1, max_size=3, unique=True))
    def look(self, client: str, keys: list[Key]) -> None:
        """A client reads some items in one transaction, to write them later."""
        gets = [{"Get": {"TableName": table, "Key": {"id": {"S": id}}}} for table, id in keys]
        reply = self.call("TransactGetItems", TransactItems=gets)
        assert reply is not None
        held = [self.is_held(key) for key in keys]
        if any(held):
            expected = ["TransactionConflict" if each else "None" for each in held]
            assert [reason["Code"] for reason in reply["CancellationReasons"]] == expected
            return
        found = [value(each.get("Item")) for each in reply["Responses"]]
        assert found == [self.items.get(key) for key in keys]
        self.seen[client] = keys, found

    @rule(client=strategies.sampled_from("xy"), fault=FAULTS)
    def write_what_was_seen(self, client: str, fault: Fault) -> None:
        """A client adds one to everything it saw, provided all is as it was: it must fail where anything is not."""
        if client not in self.seen:
            return
        keys, found = self.seen.pop(client)
        request: list[dict[str, Any]] = []
        for (table, id), old in zip(keys, found, strict=True):
            given: dict[str, Any] = {"TableName": table, "Item": item((table, id), ((old[0] if old else 0) + 1, ""))}
            if old is None:
                given["ConditionExpression"] = "attribute_not_exists(id)"
            else:
                given["ConditionExpression"] = "n = :n"
                given["ExpressionAttributeValues"] = {":n": {"N": str(old[0])}}
            request.append({"Put": given})
        reply = self.call("TransactWriteItems", TransactItems=request)
        assert reply is not None
        is_current = all(
            (self.items[key][0] if key in self.items else None) == (old[0] if old else None)
            for key, old in zip(keys, found, strict=True)
        )
        assert (reply == {}) == (is_current and not any(map(self.is_held, keys)))
        if reply == {}:
            for key, old in zip(keys, found, strict=True):
                self.apply(key, ((old[0] if old else 0) + 1, ""))
                self.held[key] = self.time + HOLD_SECONDS

    @rule(action=ACTIONS, fault=FAULTS)
    def write_alone(self, action: Action, fault: Fault) -> None:
        """The action as an operation of its own, which a held item refuses."""
        if action.kind == "ConditionCheck":
            return
        operation = action.kind + "Item"
        self.with_fault(fault, operation)
        reply = self.call(operation, **action.request()[action.kind])
        if fault in ("error", "before"):
            assert reply is None or reply["__type"].endswith("#InternalServerError")
            return
        reason = action.reason(self.items.get(action.key))
        if fault == "none":
            assert reply is not None
            kind = reply.get("__type", "").partition("#")[2]
            if self.is_held(action.key) and reason != INVALID:
                assert kind == "TransactionConflictException"
            else:
                expected = {"None": "", "ConditionalCheckFailed": "ConditionalCheckFailedException"}
                assert kind == expected.get(reason, "ValidationException")
        if reason == "None" and not self.is_held(action.key):
            self.apply(action.key, action.result(self.items.get(action.key)))

    @rule(seconds=strategies.sampled_from([0.5, 1.0, 2.5]))
    def turn(self, seconds: float) -> None:
        self.time += seconds
        self.service.clock.move_to(self.time)

    @invariant()
    def items_and_index_are_the_models(self) -> None:
        for table in ("Accounts", "Ledger"):
            wanted = {key[1]: each for key, each in self.items.items() if key[0] == table}
            reply = self.call("Scan", TableName=table)
            assert reply is not None
            assert {found["id"]["S"]: value(found) for found in reply["Items"]} == wanted
            reply = self.call("Scan", TableName=table, IndexName="ByColour")
            assert reply is not None
            coloured = {id: each for id, each in wanted.items() if each[1]}
            assert {found["id"]["S"]: value(found) for found in reply["Items"]} == coloured
        self.service.database.check()

    def teardown(self) -> None:
        """The streams hold one record for each change that happened, and replayed they give the items."""
        if not hasattr(self, "service"):
            return
        replayed: dict[Key, Item] = {}
        records = 0
        for record in self.stream_records():
            records += 1
            table, change = record
            key = table, change["Keys"]["id"]["S"]
            assert value(change.get("OldImage")) == replayed.get(key)
            new = value(change.get("NewImage"))
            replayed.pop(key, None)
            if new is not None:
                replayed[key] = new
        assert replayed == self.items and records == self.changes

    def stream_records(self) -> list[tuple[str, dict[str, Any]]]:
        found = []
        for stream in self.read("ListStreams")["Streams"]:
            arn = stream["StreamArn"]
            for shard in self.read("DescribeStream", StreamArn=arn)["StreamDescription"]["Shards"]:
                where = {"StreamArn": arn, "ShardId": shard["ShardId"], "ShardIteratorType": "TRIM_HORIZON"}
                iterator = self.read("GetShardIterator", **where)["ShardIterator"]
                records = self.read("GetRecords", ShardIterator=iterator)["Records"]
                found += [(stream["TableName"], record["dynamodb"]) for record in records]
        return found

    def read(self, operation: str, **request: Any) -> dict[str, Any]:
        return self.service.call(operation, request)


Transactions.TestCase.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
TestTransactions = Transactions.TestCase
