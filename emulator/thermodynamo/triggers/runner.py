"""Running a trigger: finds its stream, follows the lineage of its shards, one thread a shard, parents first."""

import threading
from collections.abc import Callable
from typing import Any

from thermodynamo.triggers.batch import Batches
from thermodynamo.triggers.checkpoints import SHARD_END, Checkpoints, UnusableFile, check_writable
from thermodynamo.triggers.client import ServiceError, StreamsClient, Unreachable
from thermodynamo.triggers.server_time import server_time
from thermodynamo.triggers.shards import ShardReader
from thermodynamo.triggers.targets import InvocationFailed, Target, target_of
from thermodynamo.triggers.trigger import Trigger

DISCOVER_SECONDS = 0.5
"""How soon a new shard is noticed."""
WAIT_SECONDS = 1.0
STREAM_HINT = "as in: aws dynamodb update-table --stream-specification StreamEnabled=true,StreamViewType=NEW_IMAGE ..."


class Stopped(Exception):
    """The trigger is asked to end."""


class GivenUp(Exception):
    """What the trigger is to do cannot be done, now or later."""


class Runner:
    """One trigger, from `start` to `stop`."""

    def __init__(self, trigger: Trigger, client: StreamsClient, log: Callable[[str], None]) -> None:
        self.trigger = trigger
        self.client = client
        self.log = log
        self.target: Target = target_of(trigger)
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._run, name=trigger.name, daemon=True)
        self.readers: dict[str, threading.Thread] = {}
        self.ended: set[str] = set()

    def start(self) -> None:
        self.thread.start()

    def stop(self) -> None:
        """Ends the trigger after the invocations in progress, whose records are checkpointed if they succeed."""
        self.stopping.set()
        self.target.give_up_preparing()
        for thread in (self.thread, *list(self.readers.values())):
            thread.join(self.trigger.timeout_seconds + WAIT_SECONDS)
        self.target.close()

    def pause(self, seconds: float) -> None:
        """Waits; raises Stopped when the trigger is to end."""
        if self.stopping.wait(seconds):
            raise Stopped

    def _run(self) -> None:
        try:
            self.target.check()
            check_writable(self.trigger.on_failure, "on_failure")
            stream_arn = self._stream_arn()
            self.log(f"trigger {self.trigger.name} reads {stream_arn}")
            checkpoints = Checkpoints(stream_arn, self.trigger.checkpoint)
            batches = Batches(self.trigger, stream_arn, self.target, self.pause, self._now, self.log)
            known: dict[str, str | None] = {}
            is_first = not checkpoints.done
            while True:
                shards = self._shards(stream_arn)
                for shard in shards:
                    known.setdefault(shard["ShardId"], shard.get("ParentShardId"))
                    if checkpoints.get(shard["ShardId"]) == SHARD_END:
                        self.ended.add(shard["ShardId"])
                if is_first and self.trigger.starting_position == "LATEST":
                    # What was closed before the trigger began has nothing later than now.
                    for shard in shards:
                        if "EndingSequenceNumber" in shard["SequenceNumberRange"]:
                            self.ended.add(shard["ShardId"])
                            checkpoints.set(shard["ShardId"], SHARD_END)
                for shard_id, parent_id in known.items():
                    is_ready = parent_id not in known or parent_id in self.ended
                    if is_ready and shard_id not in self.ended and shard_id not in self.readers:
                        position = self.trigger.starting_position if is_first else "TRIM_HORIZON"
                        self._read(shard_id, position, batches, checkpoints)
                is_first = False
                self.pause(DISCOVER_SECONDS)
        except Stopped:
            return
        except (GivenUp, ServiceError, InvocationFailed, UnusableFile) as error:
            if self.stopping.is_set():  # An import that was given up is no news.
                return
            self.log(f"trigger {self.trigger.name} ends: {error}")
        except Exception as error:
            self.log(f"trigger {self.trigger.name} ends: {type(error).__name__}: {error}")

    def _read(self, shard_id: str, position: str, batches: Batches, checkpoints: Checkpoints) -> None:
        reader = ShardReader(self.client.again(), shard_id, position, batches, checkpoints, self.pause, self.log)

        def run() -> None:
            try:
                reader.run()
                self.ended.add(shard_id)
            except Stopped:
                pass
            except Exception as error:
                what = f"{type(error).__name__}: {error}"
                self.log(f"trigger {self.trigger.name} begins again with shard {shard_id}: {what}")
                if not self.stopping.wait(WAIT_SECONDS):
                    del self.readers[shard_id]
            finally:
                reader.client.close()

        thread = self.readers[shard_id] = threading.Thread(target=run, name=shard_id, daemon=True)
        thread.start()

    def _stream_arn(self) -> str:
        """The stream's ARN; waits for a table that does not exist yet. Raises GivenUp for one without a stream."""
        if self.trigger.stream_arn is not None:
            return self.trigger.stream_arn
        has_said = False
        while True:
            try:
                table: dict[str, Any] = self.client.call("DescribeTable", TableName=self.trigger.table)["Table"]
                if "StreamSpecification" in table:
                    return str(table["LatestStreamArn"])
                raise GivenUp(f"table {self.trigger.table} has no stream; UpdateTable can give it one, {STREAM_HINT}")
            except ServiceError as error:
                if error.name != "ResourceNotFoundException":
                    raise
                reason = str(error)
            except Unreachable as error:
                reason = str(error)
            if not has_said:
                self.log(f"trigger {self.trigger.name} waits: {reason}")
                has_said = True
            self.pause(WAIT_SECONDS)

    def _shards(self, stream_arn: str) -> list[dict[str, Any]]:
        shards: list[dict[str, Any]] = []
        start: dict[str, str] = {}
        while True:
            try:
                described = self.client.call("DescribeStream", StreamArn=stream_arn, **start)["StreamDescription"]
            except Unreachable as error:
                self.log(str(error))
                self.pause(WAIT_SECONDS)
                continue
            shards += described["Shards"]
            if "LastEvaluatedShardId" not in described:
                return shards
            start = {"ExclusiveStartShardId": described["LastEvaluatedShardId"]}

    def _now(self) -> float:
        return server_time(self.client.endpoint)
