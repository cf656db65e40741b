"""Load for the console to show: `python drive.py <endpoint> <account> <table> <seconds> [hot|range|orders]`.

`hot` votes for one poll more often than for all others together. `range` has keys of unlike heat, so that partitions of
several are split. `orders` creates a table with an index and a stream, and keeps it a little busy. Prints `driving`
first.
"""

import random
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

REGION = "us-east-1"
BALLOT = {"S": "x" * 12_000}


class Load:
    def __init__(self, endpoint: str, account: str, table: str) -> None:
        retries = {"total_max_attempts": 2, "mode": "standard"}
        self.table = table
        self.count = 0
        self.client = boto3.client(
            "dynamodb",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=account,
            aws_secret_access_key="local",
            config=Config(retries=retries),
        )

    def hot(self) -> None:
        poll = "best-song" if random.random() < 0.8 else f"poll-{random.randrange(400)}"
        self.client.put_item(TableName=self.table, Item={"poll": {"S": poll}, "ballot": BALLOT})

    def range(self) -> None:
        number = int(40 * random.random() ** 2)
        self.client.put_item(TableName=self.table, Item={"poll": {"S": f"poll-{number}"}, "ballot": BALLOT})

    def orders(self) -> None:
        if not self.count:
            names = ("customer", "number", "state")
            self.client.create_table(
                TableName=self.table,
                BillingMode="PAY_PER_REQUEST",
                KeySchema=[
                    {"AttributeName": "customer", "KeyType": "HASH"},
                    {"AttributeName": "number", "KeyType": "RANGE"},
                ],
                AttributeDefinitions=[
                    {"AttributeName": name, "AttributeType": "N" if name == "number" else "S"} for name in names
                ],
                GlobalSecondaryIndexes=[
                    {
                        "IndexName": "by-state",
                        "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                ],
                StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
            )
        self.count += 1
        item = {
            "customer": {"S": f"customer-{random.randrange(300)}"},
            "number": {"N": str(self.count)},
            "state": {"S": random.choice(["open", "paid", "sent"])},
            "total": {"N": "12345678901234567890.123456789012345678"},
            "tags": {"SS": ["new", "priority"]},
            "receipt": {"B": b"\x00\xff"},
            "note": {"S": "<script>document.title = 'run'</script><img src=x onerror=alert(1)>"},
        }
        self.client.put_item(TableName=self.table, Item=item)
        time.sleep(0.01)


def main(endpoint: str, account: str, table: str, seconds: str, kind: str = "hot") -> None:
    load = Load(endpoint, account, table)
    step = {"hot": load.hot, "range": load.range, "orders": load.orders}[kind]
    print("driving", flush=True)
    until = time.monotonic() + float(seconds)
    while time.monotonic() < until:
        try:
            step()
        except ClientError as error:
            if "Throttl" not in str(error):
                raise


if __name__ == "__main__":
    main(*sys.argv[1:])
