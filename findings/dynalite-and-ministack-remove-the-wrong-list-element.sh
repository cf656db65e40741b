#!/usr/bin/env bash
# dynalite 4.0.0 and ministack 1.5.33, asked by boto3 1.44.5: `REMOVE tools[1], tools[2]` in an UpdateExpression means
# the elements as they stood before the update. The developer guide's example of it, under "Removing elements from a
# list", takes two neighbours out of five and keeps the first and the last two. Both stand-ins take the elements out one
# after the other and count anew in between, so the second index hits the element behind the one that was meant. The
# reply is a success, and what the test keeps is not what the service keeps. Named from the end, `REMOVE tools[2],
# tools[1]`, both keep what the guide keeps.
#   dynalite, [1] and [2] of a b c d e: a c e
#   dynalite, [2] and [1] of a b c d e: a d e
#   ministack, [1] and [2] of a b c d e: a c e
#   ministack, [2] and [1] of a b c d e: a d e
# Exits with 1 if that changes. Needs npm, node and python3.
set -euo pipefail
folder=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix "$folder" dynalite@4.0.0 >npm.log
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5
python3 -m venv ministack
ministack/bin/pip install --quiet --disable-pip-version-check ministack==1.5.33

free() {
  venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

first=$(free)
node_modules/.bin/dynalite --port "$first" --createTableMs 1 >first.log 2>&1 &
servers+=($!)
second=$(free)
HOME=$folder GATEWAY_PORT=$second ministack/bin/ministack >second.log 2>&1 &
servers+=($!)
venv/bin/python - dynalite "$first" ministack "$second" >seen <<'PYTHON'
import sys
import time

import boto3
from botocore.exceptions import ConnectionError, HTTPClientError

keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}


def ready(port):
    dynamodb = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{port}", **keys)
    for _ in range(300):
        try:
            dynamodb.list_tables()
            break
        except (ConnectionError, HTTPClientError):
            time.sleep(0.1)
    dynamodb.create_table(
        TableName="Boxes",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="Boxes", WaiterConfig={"Delay": 1})
    return dynamodb


for name, port in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    dynamodb = ready(port)
    for pair in ((1, 2), (2, 1)):
        tools = {"L": [{"S": letter} for letter in "abcde"]}
        dynamodb.put_item(TableName="Boxes", Item={"id": {"S": "box"}, "tools": tools})
        reply = dynamodb.update_item(
            TableName="Boxes",
            Key={"id": {"S": "box"}},
            UpdateExpression="REMOVE tools[{}], tools[{}]".format(*pair),
            ReturnValues="ALL_NEW",
        )
        left = " ".join(element["S"] for element in reply["Attributes"]["tools"]["L"])
        print(f"{name}, [{pair[0]}] and [{pair[1]}] of a b c d e: {left}")
PYTHON
cat seen
diff - seen <<'EXPECTED'
dynalite, [1] and [2] of a b c d e: a c e
dynalite, [2] and [1] of a b c d e: a d e
ministack, [1] and [2] of a b c d e: a c e
ministack, [2] and [1] of a b c d e: a d e
EXPECTED
