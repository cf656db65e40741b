#!/usr/bin/env bash
# electrodb 3.9.3 with @aws-sdk/client-dynamodb 3.1169.0: an attribute of type set is given as an array. An update that
# sets it to an empty one, as a form does when its last tag is taken off, leaves the attribute out of its expression. It
# neither stores nor removes anything, the call succeeds, and the item keeps its old tags. An empty list is set, and put
# throws for the same empty set. remove(["tags"]) is what empties it. In a condition electrodb writes the array as a
# list, which equals no set: eq never holds, and ne always does. With a Set of JavaScript for the array it writes a set.
# What is sent for tags:
#   put ["red"]: {"SS":["red"]}
#   put []: throws
#   set ["red"]: {"SS":["red"]}
#   set []: nothing
#   set [] of a list: {"L":[]}
#   where eq ["red"]: {"L":[{"S":"red"}]}
#   where eq new Set(["red"]): {"SS":["red"]}
# Exits with 1 if that changes. Needs npm and node.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix "$folder" \
  electrodb@3.9.3 @aws-sdk/client-dynamodb@3.1169.0 >npm.log
cat >look.mjs <<'NODE'
import { createServer } from "node:http";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Entity } from "electrodb";

let sent;
const server = createServer(async (request, response) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  sent = JSON.parse(Buffer.concat(parts).toString());
  response.setHeader("Content-Type", "application/x-amz-json-1.0");
  response.end("{}");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = new DynamoDBClient({
  endpoint: `http://127.0.0.1:${server.address().port}`,
  region: "us-east-1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
});
const shirts = new Entity(
  {
    model: { entity: "shirt", version: "1", service: "shop" },
    attributes: {
      id: { type: "string" },
      price: { type: "number" },
      tags: { type: "set", items: "string" },
      sizes: { type: "list", items: { type: "string" } },
    },
    indexes: { main: { pk: { field: "pk", composite: ["id"] }, sk: { field: "sk", composite: [] } } },
  },
  { client, table: "Shop" },
);
const id = "one";
const update = () => shirts.update({ id });

async function show(name, attribute, call) {
  sent = undefined;
  try {
    await call().go();
  } catch {
    console.log(`${name}: throws`);
    return;
  }
  const values = Object.entries(sent.Item ?? sent.ExpressionAttributeValues);
  const found = values.find(([key]) => key.replace(":", "").startsWith(attribute));
  console.log(`${name}: ${found ? JSON.stringify(found[1]) : "nothing"}`);
}

await show('put ["red"]', "tags", () => shirts.put({ id, tags: ["red"] }));
await show("put []", "tags", () => shirts.put({ id, tags: [] }));
await show('set ["red"]', "tags", () => update().set({ tags: ["red"] }));
await show("set []", "tags", () => update().set({ tags: [] }));
await show("set [] of a list", "sizes", () => update().set({ sizes: [] }));
const when = (value) => () => update().set({ price: 1 }).where(({ tags }, { eq }) => eq(tags, value));
await show('where eq ["red"]', "tags", when(["red"]));
await show('where eq new Set(["red"])', "tags", when(new Set(["red"])));
server.close();
server.closeAllConnections();
NODE
node look.mjs 2>node.log >seen
cat seen
diff - seen <<'EXPECTED'
put ["red"]: {"SS":["red"]}
put []: throws
set ["red"]: {"SS":["red"]}
set []: nothing
set [] of a list: {"L":[]}
where eq ["red"]: {"L":[{"S":"red"}]}
where eq new Set(["red"]): {"SS":["red"]}
EXPECTED
