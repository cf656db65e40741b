#!/usr/bin/env bash
# pynamodb 6.1.0: a model's attribute with null=True may be None, and save leaves it out of the item. A condition
# `closed == None` asks for the value NULL instead, which such an item has not: a filter finds none of the items that a
# model saved with None. `closed != None` holds for an item without the attribute, so it holds for all that a model
# saves. update with closed.set(None) does write NULL, which save never does for it. So one None is in a table in two
# ways, and each of `== None` and does_not_exist() finds one of them. A model reads both as None. What is sent, names
# and values put in for their placeholders:
#   save with None: {"id": {"S": "one"}}
#   update, closed.set(None): SET closed = NULL
#   read of what update stored: None
#   scan, closed == None: closed = NULL
#   scan, closed != None: closed <> NULL
#   scan, closed.does_not_exist(): attribute_not_exists (closed)
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pynamodb==6.1.0 botocore==1.44.5
"$folder/venv/bin/python" - >"$folder/seen" <<'PYTHON'
import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from pynamodb.attributes import UnicodeAttribute
from pynamodb.models import Model

REPLIES = {
    "PutItem": b"{}",
    "UpdateItem": b'{"Attributes": {"id": {"S": "one"}, "closed": {"NULL": true}}}',
    "Scan": b'{"Items": [], "Count": 0, "ScannedCount": 0}',
}
sent = []


class Server(BaseHTTPRequestHandler):
    def do_POST(self):
        sent.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        reply = REPLIES[self.headers["X-Amz-Target"].rpartition(".")[2]]
        self.send_response(200)
        self.send_header("Content-Type", "application/x-amz-json-1.0")
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *parts):
        pass


server = HTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()


class Account(Model):
    class Meta:
        table_name = "Accounts"
        region = "us-east-1"
        host = f"http://127.0.0.1:{server.server_port}"
        aws_access_key_id = "a"
        aws_secret_access_key = "b"

    id = UnicodeAttribute(hash_key=True)
    closed = UnicodeAttribute(null=True)


def plain(expression):
    for placeholder, value in sent[-1].get("ExpressionAttributeValues", {}).items():
        expression = expression.replace(placeholder, "NULL" if value == {"NULL": True} else json.dumps(value))
    for placeholder, name in sent[-1]["ExpressionAttributeNames"].items():
        expression = expression.replace(placeholder, name)
    return expression


account = Account("one", closed=None)
account.save()
print("save with None:", json.dumps(sent[-1]["Item"]))
account.closed = "2026"
account.update([Account.closed.set(None)])
print("update, closed.set(None):", plain(sent[-1]["UpdateExpression"]))
print("read of what update stored:", account.closed)
conditions = {
    "closed == None": Account.closed == None,
    "closed != None": Account.closed != None,
    "closed.does_not_exist()": Account.closed.does_not_exist(),
}
for name, condition in conditions.items():
    list(Account.scan(condition))
    print(f"scan, {name}:", plain(sent[-1]["FilterExpression"]))
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
save with None: {"id": {"S": "one"}}
update, closed.set(None): SET closed = NULL
read of what update stored: None
scan, closed == None: closed = NULL
scan, closed != None: closed <> NULL
scan, closed.does_not_exist(): attribute_not_exists (closed)
EXPECTED
