#!/usr/bin/env bash
# boto3 1.44.5 with botocore 1.44.5: DynamoDB keeps 38 significant digits, and zeros at the end are none. So 1E+40 is a
# valid number. A table of boto3's resource writes it as Decimal("1E+40"). The service sends numbers back without an
# exponent, a one and 40 zeros here, as boto3's issue 2500 shows. The resource counts all 41 digits and raises
# decimal.Rounded. One such item makes a whole page of Scan or Query unreadable, its neighbours too, and the error names
# neither item nor attribute. An int with as many zeros can't even be written. The client reads it, as it converts
# nothing. Other SDKs write such numbers as well, so a reader in boto3 may meet them in a table that it never wrote.
#   resource writes Decimal("1E+40"): {"N": "1E+40"}
#   resource writes 10**40: Rounded
#   resource scans: Rounded
#   client scans: 2 items
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
import json
from decimal import Decimal, Rounded

import boto3
from botocore.stub import Stubber

keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
table = boto3.resource("dynamodb", region_name="us-east-1", **keys).Table("Wallets")
client = boto3.client("dynamodb", region_name="us-east-1", **keys)
written = []


def page():
    return {"Items": [{"id": {"S": "one"}}, {"id": {"S": "two"}, "held": {"N": "1" + "0" * 40}}], "Count": 2}


def note(params, **_):
    written.append(json.loads(params["body"]))


def tried(call):
    try:
        return call()
    except Rounded:
        return "Rounded"


def put(held):
    table.put_item(Item={"id": "two", "held": held})
    return json.dumps(written[-1]["Item"]["held"])


table.meta.client.meta.events.register_first("before-call.*.*", note)
with Stubber(table.meta.client) as replies:
    replies.add_response("put_item", {})
    print('resource writes Decimal("1E+40"):', tried(lambda: put(Decimal("1E+40"))))
with Stubber(table.meta.client) as replies:
    replies.add_response("put_item", {})
    print("resource writes 10**40:", tried(lambda: put(10**40)))
with Stubber(table.meta.client) as replies:
    replies.add_response("scan", page())
    print("resource scans:", tried(table.scan))
with Stubber(client) as replies:
    replies.add_response("scan", page())
    print("client scans:", len(client.scan(TableName="Wallets")["Items"]), "items")
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
resource writes Decimal("1E+40"): {"N": "1E+40"}
resource writes 10**40: Rounded
resource scans: Rounded
client scans: 2 items
EXPECTED
