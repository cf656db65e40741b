#!/usr/bin/env bash
# duckdb 2.0.1 reads a table's export in DynamoDB JSON, where a string stands as {"S": ...} and is nothing but a string.
# read_json looks at what the strings hold all the same: where all that it samples look alike, it makes UUIDs, dates,
# times and instants of them, deep within the items too. Numbers stay as they are, since {"N": ...} holds a string as
# well. Written as JSON again, as for an import, the strings are others: a UUID loses its capitals, an instant its
# offset, a date gains zeros. A key changed so is another key: GetItem with the old one finds nothing, and nothing on
# the way warns. read_json with columns={Item: 'JSON'} leaves the items alone. Seen, each as exported, as rewritten, and
# as rewritten with columns:
#   6F9619FF-8B86-D011-B42D-00CF4FC964FF | 6f9619ff-8b86-d011-b42d-00cf4fc964ff | 6F9619FF-8B86-D011-B42D-00CF4FC964FF
#   2026-11-30T10:00:00+02:00 | 2026-11-30 08:00:00+00 | 2026-11-30T10:00:00+02:00
#   2026-1-5 | 2026-01-05 | 2026-1-5
#   07:30 | 07:30:00 | 07:30
#   007 | 007 | 007
# Exits with 1 if that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check duckdb==2.0.1
cd "$folder"
venv/bin/python - >seen <<'PYTHON'
import json

import duckdb

strings = ["6F9619FF-8B86-D011-B42D-00CF4FC964FF", "2026-11-30T10:00:00+02:00", "2026-1-5", "07:30", "007"]
with open("export.json", "w") as export:
    json.dump({"Item": {f"a{place}": {"S": string} for place, string in enumerate(strings)}}, export)
duckdb.sql("SET TimeZone = 'UTC'")


def rewritten(columns):
    duckdb.sql(f"COPY (FROM read_json('export.json'{columns})) TO 'rewritten.json'")
    with open("rewritten.json") as lines:
        return [value["S"] for value in json.load(lines)["Item"].values()]


for row in zip(strings, rewritten(""), rewritten(", columns={Item: 'JSON'}"), strict=True):
    print(*row, sep=" | ")
PYTHON
cat seen
diff - seen <<'EXPECTED'
6F9619FF-8B86-D011-B42D-00CF4FC964FF | 6f9619ff-8b86-d011-b42d-00cf4fc964ff | 6F9619FF-8B86-D011-B42D-00CF4FC964FF
2026-11-30T10:00:00+02:00 | 2026-11-30 08:00:00+00 | 2026-11-30T10:00:00+02:00
2026-1-5 | 2026-01-05 | 2026-1-5
07:30 | 07:30:00 | 07:30
007 | 007 | 007
EXPECTED
