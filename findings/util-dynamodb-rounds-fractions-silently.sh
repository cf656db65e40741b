#!/usr/bin/env bash
# @aws-sdk/util-dynamodb 3.996.9, which lib-dynamodb's document client uses: unmarshall is careful with big integers.
# Past Number.MAX_SAFE_INTEGER it gives a BigInt, and for a big number that is no integer it throws and points to
# wrapNumbers. Fractions it just rounds to a double, though DynamoDB keeps 38 digits of them. So a price, a coordinate
# or a share is another number after a read. Two members of a number set become one. A put of what was read, or a
# condition that it still has the value read, then writes or compares the rounded number. wrapNumbers: true keeps all
# digits.
#   9007199254740993: 9007199254740993n
#   9007199254740993.5: throws
#   0.1234567890123456789: 0.12345678901234568
#   90071992547409.931: 90071992547409.94
#   set of 0.12345678901234567891 and 0.12345678901234567892: 1 member
#   0.1234567890123456789 put back: 0.12345678901234568
#   0.1234567890123456789 put back with wrapNumbers: 0.1234567890123456789
# Exits with 1 if that changes. Needs npm and node.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix "$folder" \
  @aws-sdk/util-dynamodb@3.996.9 @aws-sdk/client-dynamodb@3.1169.0 >npm.log
cat >look.mjs <<'NODE'
import { inspect } from "node:util";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";

const read = (value, options) => unmarshall({ value }, options).value;

for (const N of ["9007199254740993", "9007199254740993.5", "0.1234567890123456789", "90071992547409.931"]) {
  let seen;
  try {
    seen = inspect(read({ N }));
  } catch {
    seen = "throws";
  }
  console.log(`${N}: ${seen}`);
}
const members = ["0.12345678901234567891", "0.12345678901234567892"];
console.log(`set of ${members.join(" and ")}: ${read({ NS: members }).size} member`);
const price = { N: "0.1234567890123456789" };
console.log(`${price.N} put back: ${marshall({ value: read(price) }).value.N}`);
const kept = marshall({ value: read(price, { wrapNumbers: true }) }).value.N;
console.log(`${price.N} put back with wrapNumbers: ${kept}`);
NODE
node look.mjs >seen 2>node.log
cat seen
diff - seen <<'EXPECTED'
9007199254740993: 9007199254740993n
9007199254740993.5: throws
0.1234567890123456789: 0.12345678901234568
90071992547409.931: 90071992547409.94
set of 0.12345678901234567891 and 0.12345678901234567892: 1 member
0.1234567890123456789 put back: 0.12345678901234568
0.1234567890123456789 put back with wrapNumbers: 0.1234567890123456789
EXPECTED
