#!/usr/bin/env bash
# botocore 1.44.5: build_full_result of a paginator joins the pages of Scan or Query, and so does the AWS CLI. It adds
# up Items, Count and ScannedCount. ConsumedCapacity is the first page's alone: a scan of three pages at 128 units says
# it cost 128, not 384, and looks like any reply's. With MaxItems, items past the limit are cut from the last page, but
# Count still counts them. The next call, from NextToken, reads that page again and counts it whole again. So in a job
# that goes on from token to token, the counts add up to more than there is, and units are missing from the bill.
#   all: 12 items, Count 12, 128.0 units of 384.0
#   MaxItems 6: 6 items, Count 8, 128.0 units of 256.0
#   from NextToken: 6 items, Count 8, 128.0 units of 256.0
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
import botocore.session
from botocore.stub import Stubber

keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
client = botocore.session.Session().create_client("dynamodb", region_name="us-east-1", **keys)


def page(first):
    reply = {
        "Items": [{"id": {"N": str(first + place)}} for place in range(4)],
        "Count": 4,
        "ScannedCount": 4,
        "ConsumedCapacity": {"TableName": "Music", "CapacityUnits": 128.0},
    }
    return reply if first == 8 else {**reply, "LastEvaluatedKey": reply["Items"][-1]}


def full(name, firsts, **config):
    with Stubber(client) as replies:
        for first in firsts:
            replies.add_response("scan", page(first))
        pages = client.get_paginator("scan").paginate(
            TableName="Music", ReturnConsumedCapacity="TOTAL", PaginationConfig=config
        )
        result = pages.build_full_result()
        replies.assert_no_pending_responses()
    units = result["ConsumedCapacity"]["CapacityUnits"]
    print(f"{name}: {len(result['Items'])} items, Count {result['Count']}, {units} units of {128.0 * len(firsts)}")
    return result.get("NextToken")


full("all", [0, 4, 8])
token = full("MaxItems 6", [0, 4], MaxItems=6)
full("from NextToken", [4, 8], StartingToken=token)
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
all: 12 items, Count 12, 128.0 units of 384.0
MaxItems 6: 6 items, Count 8, 128.0 units of 256.0
from NextToken: 6 items, Count 8, 128.0 units of 256.0
EXPECTED
