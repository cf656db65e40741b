// No type is lost: numbers are texts from end to end, and plain JSON is offered only where it says everything.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Exact, parseExact, printExact } from "../../../emulator/thermodynamo/admin/console/exact-json.js";
import { isPlainItem, ofBox, ofPlain, ofTyped, plainText, shown, sizeOf, typedText } from "../../../emulator/thermodynamo/admin/console/values.js";

const LONG = "12345678901234567890123456789012345678";
const ITEM = {
  pk: { S: 'a "quoted" ü\n' },
  long: { N: LONG },
  tiny: { N: "1E-130" },
  blob: { B: "AAE=" },
  yes: { BOOL: true },
  none: { NULL: true },
  texts: { SS: ["a", "b"] },
  numbers: { NS: [LONG, "2"] },
  blobs: { BS: ["AAE="] },
  list: { L: [{ N: LONG }, { M: { deep: { S: "" } } }] },
  map: { M: { "a.b": { L: [] } } },
};

test("a typed item comes back as it was", () => {
  assert.deepEqual(ofTyped(typedText(ITEM)), ITEM);
});

test("a plain item comes back as it was, each digit of it", () => {
  const { blob, texts, numbers, blobs, ...plain } = ITEM;
  assert.ok(isPlainItem(plain));
  assert.ok(plainText(plain).includes(LONG));
  assert.deepEqual(ofPlain(plainText(plain)), plain);
});

test("plain JSON is not offered where it would lose a type", () => {
  for (const [name, value] of Object.entries(ITEM)) {
    assert.equal(isPlainItem({ [name]: value }), !["blob", "texts", "numbers", "blobs"].includes(name), name);
  }
  assert.ok(!isPlainItem({ outer: { L: [{ M: { inner: { SS: ["a"] } } }] } }));
});

test("a number that stands without quotes in typed JSON is refused: it would be a double", () => {
  assert.throws(() => ofTyped(`{"n": {"N": ${LONG}}}`), /quotes/);
  assert.throws(() => ofTyped(`{"m": {"M": {"n": {"NS": [1]}}}}`), /m\.n/);
  assert.throws(() => ofTyped(`{"n": "text"}`), /n must be an object of one type/);
  assert.throws(() => ofTyped(`[]`), /object/);
});

test("exact JSON keeps numbers and refuses what is no JSON", () => {
  for (const text of ["1", "-0", "1.50", "1e+400", LONG, `[${LONG}, {"a": 0.10}]`]) {
    assert.equal(printExact(parseExact(text), 0), text.replaceAll(" ", ""));
  }
  assert.ok(parseExact("1") instanceof Exact);
  for (const text of ["", "01", "1 2", '{"a":1,"a":2}', "[1,]", "{,}", "tru", '"\n"', "{1:2}"]) {
    assert.throws(() => parseExact(text), SyntaxError, text);
  }
});

test("what is typed into a box becomes a value of the chosen type", () => {
  assert.deepEqual(ofBox("N", ` ${LONG} `), { N: LONG });
  assert.deepEqual(ofBox("S", " x "), { S: " x " });
  assert.deepEqual(ofBox("NS", `[1, "${LONG}"]`), { NS: ["1", LONG] });
  assert.deepEqual(ofBox("M", '{"a": {"S": "b"}}'), { M: { a: { S: "b" } } });
  assert.deepEqual(ofBox("BOOL", "false"), { BOOL: false });
  assert.throws(() => ofBox("N", "ten"), /ten is not a number/);
  assert.throws(() => ofBox("L", '[{"N": 1}]'), /quotes/);
});

test("a shown value is a text, cut where it is long", () => {
  assert.equal(shown({ N: LONG }), LONG);
  assert.equal(shown({ L: [{ N: LONG }] }), `[${LONG}]`);
  assert.equal(shown({ S: "x".repeat(300) }).length, 201);
  assert.equal(shown(undefined), "");
});

test("the size is that of DynamoDB's rules", () => {
  assert.equal(sizeOf({ pk: { S: "ü" }, n: { N: "123" } }), 2 + 2 + 1 + 3);
  assert.equal(sizeOf({ l: { L: [{ BOOL: true }] } }), 1 + 3 + 1 + 1);
});
