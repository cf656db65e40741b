#!/usr/bin/env bash
# botocore 1.44.5, retry mode "legacy" (the default for DynamoDB): the header amz-sdk-request of a call's first attempt
# says `attempt=1` alone. Only from the second attempt on does it say how many there can be at most, `max=`.
# In mode "standard" the first attempt has `max=` already. So a server that wants to know how often a client will try
# learns it from the first retry only. A server that answers 500 once and then 200 saw this, printed without the time
# to live that retries name besides:
#   legacy: attempt=1 | attempt=2; max=10
#   standard: attempt=1; max=4 | attempt=2; max=4
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check botocore==1.44.5
"$folder/venv/bin/python" - > "$folder/seen" <<'PYTHON'
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import botocore.session
from botocore.config import Config

seen = []


class Once(BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        seen.append(self.headers["amz-sdk-request"])
        self.send_response(500 if len(seen) == 1 else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Once)
threading.Thread(target=server.serve_forever, daemon=True).start()
for mode in ("legacy", "standard"):
    seen.clear()
    client = botocore.session.Session().create_client(
        "dynamodb",
        region_name="us-east-1",
        endpoint_url=f"http://127.0.0.1:{server.server_port}",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"mode": mode}),
    )
    client.list_tables()
    print(f"{mode}: {' | '.join(each.split('Z; ')[-1] for each in seen)}")
PYTHON
cat "$folder/seen"
diff - "$folder/seen" <<'EXPECTED'
legacy: attempt=1 | attempt=2; max=10
standard: attempt=1; max=4 | attempt=2; max=4
EXPECTED
