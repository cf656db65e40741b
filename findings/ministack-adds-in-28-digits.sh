#!/usr/bin/env bash
# ministack 1.5.33, asked by boto3 1.44.5: DynamoDB keeps 38 significant digits, and ministack keeps them of what is
# put. What an update adds up has 28, those of Python's decimal context: a counter of 30 digits changes its last two
# when one is added, and a small addend is lost. The reply is a success. ADD and SET do the same. dynalite 4.0.0 keeps
# all digits.
#   ministack, ADD 1 to 123456789012345678901234567890: 123456789012345678901234567900
#   ministack, SET 1 + 1E-30: 1
#   dynalite, ADD 1 to 123456789012345678901234567890: 123456789012345678901234567891
#   dynalite, SET 1 + 1E-30: 1.000000000000000000000000000001
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

ministack=$(free)
HOME=$folder GATEWAY_PORT=$ministack ministack/bin/ministack >ministack.log 2>&1 &
servers+=($!)
dynalite=$(free)
node_modules/.bin/dynalite --port "$dynalite" --createTableMs 1 >dynalite.log 2>&1 &
servers+=($!)
venv/bin/python - ministack "$ministack" dynalite "$dynalite" >seen <<'PYTHON'
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
    for shown, update, stored, sent in (
        ("ADD 1 to 123456789012345678901234567890", "ADD amount :sent", "123456789012345678901234567890", "1"),
        ("SET 1 + 1E-30", "SET amount = amount + :sent", "1", "1E-30"),
    ):
        dynamodb.put_item(TableName="Things", Item={**KEY, "amount": {"N": stored}})
        reply = dynamodb.update_item(
            TableName="Things",
            Key=KEY,
            UpdateExpression=update,
            ExpressionAttributeValues={":sent": {"N": sent}},
            ReturnValues="ALL_NEW",
        )
        print(f"{name}, {shown}:", reply["Attributes"]["amount"]["N"])
PYTHON
cat seen
diff - seen <<'EXPECTED'
ministack, ADD 1 to 123456789012345678901234567890: 123456789012345678901234567900
ministack, SET 1 + 1E-30: 1
dynalite, ADD 1 to 123456789012345678901234567890: 123456789012345678901234567891
dynalite, SET 1 + 1E-30: 1.000000000000000000000000000001
EXPECTED
