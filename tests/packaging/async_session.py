"""What a test with aiobotocore or aioboto3 does; run by `test_async_clients.py` where they are installed.

It needs neither credentials nor a region, and prints the versions that it was run with when all has held.
"""

import asyncio
from typing import Any

import aiobotocore
import aiobotocore.session
import botocore
import botocore.exceptions
from aiobotocore.config import AioConfig

from thermodynamo.testing import local_dynamodb

TABLE: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PAY_PER_REQUEST",
    "KeySchema": [{"AttributeName": "a", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "a", "AttributeType": "S"}],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
}
FIVE = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
KEY = {"a": {"S": "x"}}
AT_ONCE = 200


def make(service: str = "dynamodb", **named: Any) -> Any:
    return aiobotocore.session.get_session().create_client(service, **named)


@local_dynamodb
async def tables_items_pages_waiters_and_streams() -> None:
    async with make() as client, make("dynamodbstreams") as streams:
        await client.create_table(**TABLE)
        await client.get_waiter("table_exists").wait(TableName="Music")
        await client.put_item(TableName="Music", Item={**KEY, "b": {"B": b"\x00\xff"}})
        found = await client.get_item(TableName="Music", Key=KEY)
        assert found["Item"]["b"]["B"] == b"\x00\xff"
        assert found["ResponseMetadata"]["HTTPStatusCode"] == 200
        for number in range(5):
            await client.put_item(TableName="Music", Item={"a": {"S": str(number)}})
        pages = client.get_paginator("scan").paginate(TableName="Music", PaginationConfig={"PageSize": 4})
        assert [page["Count"] async for page in pages] == [4, 2]
        try:
            await client.get_item(TableName="None", Key=KEY)
            raise AssertionError("a table that is none was read")
        except client.exceptions.ResourceNotFoundException as error:
            assert error.response["Error"]["Message"] == "Requested resource not found"
        assert len((await streams.list_streams())["Streams"]) == 1


async def clients_made_before_are_answered() -> None:
    async with make(region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b") as client:
        with local_dynamodb(tables=TABLE):
            assert (await client.list_tables())["TableNames"] == ["Music"]


async def retries_and_dropped_connections() -> None:
    for mode in ("legacy", "standard", "adaptive"):
        with local_dynamodb(tables=TABLE) as local:
            config = AioConfig(retries={"mode": mode, "total_max_attempts": 3})
            async with make(config=config) as client:
                for rule in ({"error": "Throttling", "count": 2}, {"drop": "after", "count": 1}):
                    id = local.faults.add(operation="GetItem", **rule)
                    reply = await client.get_item(TableName="Music", Key=KEY)
                    assert reply["ResponseMetadata"]["RetryAttempts"] == rule["count"] == local.faults.fired(id)
                local.faults.add(error="InternalServerError")
                try:
                    await client.get_item(TableName="Music", Key=KEY)
                    raise AssertionError("the fault was not met")
                except client.exceptions.InternalServerError as error:
                    assert error.response["ResponseMetadata"]["RetryAttempts"] == 2
                local.faults.clear()
                local.faults.add(drop="before")
                try:
                    await client.get_item(TableName="Music", Key=KEY)
                    raise AssertionError("the fault was not met")
                except botocore.exceptions.ConnectionClosedError:
                    pass


async def the_loop_goes_on_while_a_fault_delays() -> None:
    """Twenty delays are waited out at once, before a call as well as before an attempt at sending."""
    with local_dynamodb(tables=TABLE) as local:
        local.faults.add(delay_ms=200, operation="GetItem")
        for mode in ("standard", "adaptive"):
            order: list[str] = []

            async def read(client: Any, order: list[str] = order) -> None:
                order.append("asked")
                await client.get_item(TableName="Music", Key=KEY)
                order.append("answered")

            async with make(config=AioConfig(retries={"mode": mode})) as client:
                await asyncio.gather(*(read(client) for _ in range(20)))
            assert order == ["asked"] * 20 + ["answered"] * 20


@local_dynamodb(tables=TABLE)
async def many_tasks_lose_no_write() -> None:
    async with make() as client:

        async def count() -> None:
            await client.update_item(
                TableName="Music",
                Key=KEY,
                UpdateExpression="ADD n :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

        await asyncio.gather(*(count() for _ in range(AT_ONCE)))
        assert (await client.get_item(TableName="Music", Key=KEY))["Item"]["n"] == {"N": str(AT_ONCE)}


@local_dynamodb(tables=TABLE)
async def resources_of_aioboto3() -> str:
    try:
        import aioboto3
    except ModuleNotFoundError:
        return "no aioboto3"
    async with aioboto3.Session().resource("dynamodb") as dynamodb:
        table = await dynamodb.Table("Music")
        async with table.batch_writer() as batch:
            for number in range(30):
                await batch.put_item(Item={"a": str(number)})
        assert len((await table.scan())["Items"]) == 30
    async with aioboto3.Session().client("dynamodb") as client:
        assert (await client.list_tables())["TableNames"] == ["Music"]
    return "aioboto3"


@local_dynamodb(tables={**TABLE, "BillingMode": "PROVISIONED", "ProvisionedThroughput": FIVE})
async def auto_scaling() -> None:
    target = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/Music",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    async with make("application-autoscaling") as scaling:
        await scaling.register_scalable_target(**target, MinCapacity=5, MaxCapacity=50)
        (found,) = (await scaling.describe_scalable_targets(ServiceNamespace="dynamodb"))["ScalableTargets"]
        assert (found["ResourceId"], found["MaxCapacity"]) == ("table/Music", 50)
        try:
            await scaling.deregister_scalable_target(**{**target, "ResourceId": "table/None"})
            raise AssertionError("a target that is none was deregistered")
        except scaling.exceptions.ObjectNotFoundException as error:
            assert error.response["ResponseMetadata"]["RetryAttempts"] == 0


async def main() -> None:
    await tables_items_pages_waiters_and_streams()
    await clients_made_before_are_answered()
    await retries_and_dropped_connections()
    await auto_scaling()
    await the_loop_goes_on_while_a_fault_delays()
    await many_tasks_lose_no_write()
    what = await resources_of_aioboto3()
    print(f"aiobotocore {aiobotocore.__version__}, botocore {botocore.__version__}, {what}")


if __name__ == "__main__":
    asyncio.run(main())
