#!/usr/bin/env bash
# dynoxide 1.2.1, asked by boto3 1.44.5: SET of a list element behind the end appends it. The developer guide says so
# under "Adding elements to a list", and that several are added in the order of their numbers. dynoxide puts NULL
# elements in between until the number is reached. The reply is a success, and the list has a length, a size in bytes
# and a cost that the service does not know. dynalite 4.0.0 appends, as the guide says.
#   dynoxide, [5] of a list of one: a NULL NULL NULL NULL f
#   dynalite, [5] of a list of one: a f
# Exits with 1 if that changes. Needs npm, node and python3.
set -euo pipefail
folder=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix "$folder" @dynoxide/linux-x64@1.2.1 dynalite@4.0.0 >npm.log
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5

free() {
  venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

dynoxide=$(free)
node_modules/@dynoxide/linux-x64/dynoxide --port "$dynoxide" >dynoxide.log 2>&1 &
servers+=($!)
dynalite=$(free)
node_modules/.bin/dynalite --port "$dynalite" --createTableMs 1 >dynalite.log 2>&1 &
servers+=($!)
venv/bin/python - dynoxide "$dynoxide" dynalite "$dynalite" >seen <<'PYTHON'
import sys
import time

import boto3
from botocore.exceptions import ConnectionError, HTTPClientError

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


for name, port in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    dynamodb = ready(port)
    dynamodb.put_item(TableName="Things", Item={**KEY, "letters": {"L": [{"S": "a"}]}})
    reply = dynamodb.update_item(
        TableName="Things",
        Key=KEY,
        UpdateExpression="SET letters[5] = :f",
        ExpressionAttributeValues={":f": {"S": "f"}},
        ReturnValues="ALL_NEW",
    )
    elements = reply["Attributes"]["letters"]["L"]
    print(f"{name}, [5] of a list of one:", *(element.get("S", "NULL") for element in elements))
PYTHON
cat seen
diff - seen <<'EXPECTED'
dynoxide, [5] of a list of one: a NULL NULL NULL NULL f
dynalite, [5] of a list of one: a f
EXPECTED
