"""One service for many threads."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.config import Config

from tests.emulator.testing.world import ITEM, TABLE
from thermodynamo.testing import local_dynamodb, shared_service

THREADS = 8
WRITES = 50


def test_threads_share_a_client_and_lose_no_write() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client()

        def count(_: int) -> None:
            for _ in range(WRITES):
                client.update_item(
                    TableName="Music",
                    Key=ITEM,
                    UpdateExpression="ADD n :one",
                    ExpressionAttributeValues={":one": {"N": "1"}},
                )

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(count, range(THREADS)))
        assert client.get_item(TableName="Music", Key=ITEM)["Item"]["n"] == {"N": str(THREADS * WRITES)}
        assert [request.number for request in local.requests] == list(range(1, THREADS * WRITES + 2))


def test_threads_that_meet_faults_retry_each_for_itself() -> None:
    with local_dynamodb(tables=TABLE) as local:
        client = local.client(config=Config(retries={"total_max_attempts": 50, "mode": "legacy"}))
        rule = local.faults.add(error="InternalServerError", probability=0.3, seed=1)

        def attempts(_: int) -> int:
            retries: int = client.get_item(TableName="Music", Key=ITEM)["ResponseMetadata"]["RetryAttempts"]
            return retries

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)
            with ThreadPoolExecutor(THREADS) as pool:
                retries = sum(pool.map(attempts, range(200)))
        assert retries == local.faults.fired(rule) > 0


def test_work_between_requests_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """An expired item is removed on a clock that runs, without anyone turning it."""
    monkeypatch.setattr(shared_service, "UPKEEP_SECONDS", 0.0)
    expiring: dict[str, Any] = {**TABLE, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "until"}}
    with local_dynamodb(tables=expiring) as local:
        client = local.client()
        client.put_item(TableName="Music", Item={**ITEM, "until": {"N": str(int(local.clock.now()) - 10)}})
        for _ in range(3):
            client.list_tables()
        assert client.scan(TableName="Music")["Items"] == []
