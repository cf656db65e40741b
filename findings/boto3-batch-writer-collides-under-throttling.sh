#!/usr/bin/env bash
# boto3 1.44.5: batch_writer sends 25 writes at a time. BatchWriteItem refuses two writes of one item in a request, but
# the next request may write the item again, so a stream of writes with the same key more than 25 apart works. It works
# until the service is busy and returns a write in UnprocessedItems. The writer puts that write into the next request,
# where the newer write of the same item already may be: the request is refused with "Provided list of item keys
# contains duplicates", 25 writes and more after the cause, on loads that no quiet test table shows. With
# overwrite_by_pkeys the newer write replaces the returned one. The writes of item 0, as each request carried them:
#   nothing returned: v1 | v2
#   item 0 returned: v1 | v1 v2
#   item 0 returned, overwrite_by_pkeys: v1 | v2
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check boto3==1.44.5 botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
import json

import boto3
from botocore.stub import Stubber

keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}


def load(name, returned, **options):
    table = boto3.resource("dynamodb", region_name="us-east-1", **keys).Table("Music")
    sent = []

    def note(params, **_):
        puts = [write["PutRequest"]["Item"] for write in json.loads(params["body"])["RequestItems"]["Music"]]
        sent.append(" ".join(f"v{put['v']['N']}" for put in puts if put["id"]["N"] == "0"))

    table.meta.client.meta.events.register_first("before-call.*.*", note)
    with Stubber(table.meta.client) as replies:
        replies.add_response("batch_write_item", {"UnprocessedItems": returned})
        replies.add_response("batch_write_item", {"UnprocessedItems": {}})
        with table.batch_writer(**options) as writer:
            for number in range(25):
                writer.put_item(Item={"id": number, "v": 1})
            writer.put_item(Item={"id": 0, "v": 2})
    print(f"{name}: {' | '.join(sent)}")


def first():
    return {"Music": [{"PutRequest": {"Item": {"id": {"N": "0"}, "v": {"N": "1"}}}}]}


load("nothing returned", {})
load("item 0 returned", first())
load("item 0 returned, overwrite_by_pkeys", first(), overwrite_by_pkeys=["id"])
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
nothing returned: v1 | v2
item 0 returned: v1 | v1 v2
item 0 returned, overwrite_by_pkeys: v1 | v2
EXPECTED
