#!/usr/bin/env bash
# dynoxide 1.2.1 and ministack 1.5.33, asked by boto3 1.44.5: a number set holds numbers, and 1.0 is the number 1. Both
# stand-ins know that of a number alone and of a whole set in a condition. In an update they compare the spelling:
# DELETE of 1.0 from the set of 1 and 2 is answered as a success and removes nothing, and ADD of 1.0 is refused, as the
# set would have a duplicate. Clients that send floats write 1.0 where others write 1, so a test passes or fails by who
# wrote the set. dynalite 4.0.0 goes by the value.
#   dynoxide, DELETE 1.0 from 1 2: 1 2
#   dynoxide, ADD 1.0 to 1 2: ValidationException
#   ministack, DELETE 1.0 from 1 2: 1 2
#   ministack, ADD 1.0 to 1 2: ValidationException
#   dynalite, DELETE 1.0 from 1 2: 2
#   dynalite, ADD 1.0 to 1 2: 1 2
# Exits with 1 if that changes. Needs npm, node and python3.
set -euo pipefail
folder=$(mktemp -d)
servers=()
trap 'kill "${servers[@]}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix "$folder" @dynoxide/linux-x64@1.2.1 dynalite@4.0.0 >npm.log
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5
python3 -m venv ministack
ministack/bin/pip install --quiet --disable-pip-version-check ministack==1.5.33

free() {
  venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

dynoxide=$(free)
node_modules/@dynoxide/linux-x64/dynoxide --port "$dynoxide" >dynoxide.log 2>&1 &
servers+=($!)
ministack=$(free)
HOME=$folder GATEWAY_PORT=$ministack ministack/bin/ministack >ministack.log 2>&1 &
servers+=($!)
dynalite=$(free)
node_modules/.bin/dynalite --port "$dynalite" --createTableMs 1 >dynalite.log 2>&1 &
servers+=($!)
venv/bin/python - dynoxide "$dynoxide" ministack "$ministack" dynalite "$dynalite" >seen <<'PYTHON'
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


for name, port in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
    dynamodb = ready(port)
    for action, word in (("DELETE", "from"), ("ADD", "to")):
        dynamodb.put_item(TableName="Things", Item={**KEY, "numbers": {"NS": ["1", "2"]}})
        try:
            reply = dynamodb.update_item(
                TableName="Things",
                Key=KEY,
                UpdateExpression=f"{action} numbers :sent",
                ExpressionAttributeValues={":sent": {"NS": ["1.0"]}},
                ReturnValues="ALL_NEW",
            )
            found = " ".join(sorted(reply["Attributes"]["numbers"]["NS"]))
        except ClientError as error:
            found = error.response["Error"]["Code"]
        print(f"{name}, {action} 1.0 {word} 1 2: {found}")
PYTHON
cat seen
diff - seen <<'EXPECTED'
dynoxide, DELETE 1.0 from 1 2: 1 2
dynoxide, ADD 1.0 to 1 2: ValidationException
ministack, DELETE 1.0 from 1 2: 1 2
ministack, ADD 1.0 to 1 2: ValidationException
dynalite, DELETE 1.0 from 1 2: 2
dynalite, ADD 1.0 to 1 2: 1 2
EXPECTED
