// Addresses, shard trees, events and figures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bytes, count, duration, instant, keyText, percent } from "../../../emulator/thermodynamo/admin/console/format.js";
import { address, parseAddress } from "../../../emulator/thermodynamo/admin/console/place.js";
import { placed } from "../../../emulator/thermodynamo/admin/console/shard-tree.js";

test("an address leads back to its place", () => {
  const place = { account: "123456789012", region: "eu-central-1", page: "heat", table: "a.b_c-d", index: "by group/100%" };
  assert.deepEqual(parseAddress(address(place), "us-east-1"), place);
});

test("an address that names nothing is the overview of the default namespace", () => {
  const overview = { account: "000000000000", region: "us-west-2", page: "overview", table: null, index: null };
  for (const hash of ["", "#", "#/", "#/%E0%A4%A", "#/1/", "#/000000000000/us-west-2/heat"]) assert.deepEqual(parseAddress(hash, "us-west-2"), overview, hash);
});

test("parents lie left of their children, and no two leaves on one line", () => {
  const shard = (id, parent, closed_at = null) => ({ id, parent, closed_at, opened_at: 0, partition: 0, records: 0 });
  const found = new Map(placed([shard("a", null, 1), shard("b", "gone"), shard("c", "a", 2), shard("d", "a"), shard("e", "c"), shard("f", "c")]).map((each) => [each.shard.id, each]));
  assert.equal(found.size, 6);
  assert.deepEqual(["a", "c", "e", "d", "b"].map((id) => found.get(id).depth), [0, 1, 2, 1, 0]);
  assert.equal(new Set(["b", "d", "e", "f"].map((id) => found.get(id).line)).size, 4);
  assert.equal(found.get("c").line, (found.get("e").line + found.get("f").line) / 2);
});

test("a long line of shards needs no deep stack", () => {
  const shards = Array.from({ length: 20000 }, (_, at) => ({ id: String(at), parent: at ? String(at - 1) : null, closed_at: null, opened_at: 0, partition: 0, records: 0 }));
  assert.equal(placed(shards).length, 20000);
});

test("figures have units", () => {
  assert.deepEqual([0, 12.34, 999, 12345, 1234567, 5e9].map(count), ["0", "12.3", "999", "12,345", "1.2 M", "5 G"]);
  assert.deepEqual([0, 1536, 1024 ** 2, 3 * 1024 ** 3].map(bytes), ["0 B", "1.5 KB", "1 MB", "3 GB"]);
  assert.deepEqual([0.25, 90, 3600, 90000].map(duration), ["250 ms", "90 s", "60 min", "25 h"]);
  assert.deepEqual([0, 0.001, 0.5].map(percent), ["0 %", "< 1 %", "50 %"]);
  assert.equal(instant(0), "1970-01-01 00:00:00");
  assert.equal(keyText({ pk: { S: "a" }, sk: { N: "1" } }), "pk=a sk=1");
});
