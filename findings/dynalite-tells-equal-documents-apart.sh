#!/usr/bin/env bash
# dynalite 4.0.0, asked by boto3 1.44.5: the developer guide says that `a = b` is true if a is equal to b, and a map
# has no order of its members, a set none of its elements, and 1.0 is the number 1. At the top of an item dynalite
# keeps to that. Within a map or a list it compares text: a condition on a whole map fails where its members stand in
# another order. So does one on a list with a set in it, or with a number in another spelling, and so does contains()
# of such an element. Optimistic locking by a nested document then fails for ever, by the order in which a client
# happens to write a map.
#   map, members the other way round: not equal
#   list with 1.0 for 1: not equal
#   list with a set, elements the other way round: not equal
#   contains, map with 1.0 for 1: no
#   at the top, 1.0 for 1: equal
#   at the top, set the other way round: equal
# Exits with 1 if that changes. Needs npm, node and python3.
set -euo pipefail
folder=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix "$folder" dynalite@4.0.0 >npm.log
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5

free() {
  venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

dynalite=$(free)
node_modules/.bin/dynalite --port "$dynalite" --createTableMs 1 >dynalite.log 2>&1 &
servers+=($!)
venv/bin/python - dynalite "$dynalite" >seen <<'PYTHON'
import sys
import time

import boto3
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
KEY = {"id": {"S": "one"}}


def ready(port):
    dynamodb = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port}", **keys)
    for _ in range(300):
        try:
            dynamodb.list_tables()
            break
        except (ConnectionError, HTTPClientError):
            time.sleep(0.1)
    dynamodb.create_table(
        TableName="Things",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="Things", WaiterConfig={"Delay": 1})
    return dynamodb


ONE, TWO = {"N": "1"}, {"N": "2"}
EQUAL, CONTAINS = "held = :sent", "contains(held, :sent)"
CASES = [
    ("map, members the other way round", {"M": {"a": ONE, "b": TWO}}, {"M": {"b": TWO, "a": ONE}}, EQUAL),
    ("list with 1.0 for 1", {"L": [ONE]}, {"L": [{"N": "1.0"}]}, EQUAL),
    ("list with a set, elements the other way round", {"L": [{"SS": ["x", "y"]}]}, {"L": [{"SS": ["y", "x"]}]}, EQUAL),
    ("contains, map with 1.0 for 1", {"L": [{"M": {"a": ONE}}]}, {"M": {"a": {"N": "1.0"}}}, CONTAINS),
    ("at the top, 1.0 for 1", ONE, {"N": "1.0"}, EQUAL),
    ("at the top, set the other way round", {"SS": ["x", "y"]}, {"SS": ["y", "x"]}, EQUAL),
]
dynamodb = ready(sys.argv[2])
for name, held, sent, condition in CASES:
    item = {**KEY, "held": held}
    dynamodb.put_item(TableName="Things", Item=item)
    answers = ("equal", "not equal") if condition == EQUAL else ("yes", "no")
    try:
        dynamodb.put_item(
            TableName="Things", Item=item, ConditionExpression=condition, ExpressionAttributeValues={":sent": sent}
        )
        print(f"{name}: {answers[0]}")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConditionalCheckFailedException"
        print(f"{name}: {answers[1]}")
PYTHON
cat seen
diff - seen <<'EXPECTED'
map, members the other way round: not equal
list with 1.0 for 1: not equal
list with a set, elements the other way round: not equal
contains, map with 1.0 for 1: no
at the top, 1.0 for 1: equal
at the top, set the other way round: equal
EXPECTED
