// Items go out as CSV and JSON lines and come back as they were.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ofCsv, ofJsonLines, toCsv, toJsonLines } from "../../../emulator/thermodynamo/admin/console/csv.js";

const ITEMS = [
  { pk: { S: "a,b" }, n: { N: "12345678901234567890123456789012345678" }, s: { SS: ['quote "', "line\nbreak"] } },
  { pk: { S: '""' }, empty: { S: "" }, blank: { S: " x " }, blob: { B: "AAE=" }, none: { NULL: true }, yes: { BOOL: false } },
  { pk: { S: "#" }, n: { S: "a text where others have a number" }, "odd:name": { M: { x: { L: [{ N: "1" }] } } } },
  { pk: { S: "\r\n" } },
];

test("CSV loses nothing", () => {
  assert.deepEqual(ofCsv(toCsv(ITEMS)), ITEMS);
});

test("JSON lines lose nothing, with and without Item around", () => {
  assert.deepEqual(ofJsonLines(toJsonLines(ITEMS)), ITEMS);
  assert.deepEqual(ofJsonLines(`${JSON.stringify(ITEMS[0])}\r\n\n`), [ITEMS[0]]);
});

test("an item whose only attribute is called Item is an item", () => {
  const item = { Item: { S: "x" } };
  assert.deepEqual(ofJsonLines(JSON.stringify(item)), [item]);
});

test("a column without a type holds texts", () => {
  assert.deepEqual(ofCsv("pk,count:N\nx,7\n"), [{ pk: { S: "x" }, count: { N: "7" } }]);
});

test("an error names the line", () => {
  assert.throws(() => ofCsv("pk:S,n:N\na,1\nb,two\n"), /line 3, n: two is not a number/);
  assert.throws(() => ofJsonLines('{"pk": {"S": "a"}}\n{"pk": {"N": 1}}'), /line 2: .*quotes/);
  assert.throws(() => ofCsv('pk\n"open'), /line 2/);
});
