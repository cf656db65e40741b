// Requests made of forms, and the changes of an item that lose no one else's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { conditionText, FILTER_OPERATORS, keyOf, pageRequest, Placeholders, saveRequest } from "../../../emulator/thermodynamo/admin/console/expressions.js";

const FORM = { table: "t", index: null, kind: "scan", partition: null, sort: null, filters: [], expression: "", values: "", isReverse: false, isConsistent: false, limit: 25 };
const condition = (name, operator, kind, text, second = "") => ({ name, operator, kind, text, second });
const KEYS = { partition: "pk", sort: "sk" };
const OLD = { pk: { S: "a" }, sk: { N: "1" }, kept: { S: "k" }, changed: { N: "1" }, gone: { S: "g" } };

test("a scan asks for its table and a page", () => {
  assert.deepEqual(pageRequest(FORM), { operation: "Scan", request: { TableName: "t", Limit: 25, ReturnConsumedCapacity: "TOTAL" } });
});

test("a query has its key condition, its order and its index", () => {
  const { operation, request } = pageRequest({ ...FORM, kind: "query", index: "i", partition: condition("pk", "=", "S", "a"), sort: condition("sk", "between", "N", "1", "2"), isReverse: true, isConsistent: true });
  assert.equal(operation, "Query");
  assert.equal(request.KeyConditionExpression, "#n0 = :v0 AND #n1 BETWEEN :v1 AND :v2");
  assert.deepEqual(request.ExpressionAttributeValues, { ":v0": { S: "a" }, ":v1": { N: "1" }, ":v2": { N: "2" } });
  assert.equal(request.ScanIndexForward, false);
  assert.equal(request.ConsistentRead, true);
  assert.equal(request.IndexName, "i");
});

test("every operator makes a condition", () => {
  const texts = FILTER_OPERATORS.map((operator) => conditionText(new Placeholders(), condition("a", operator, operator.startsWith("size") ? "N" : "S", "1", "2")));
  assert.equal(new Set(texts).size, FILTER_OPERATORS.length);
  assert.ok(texts.every((text) => text.includes("#n0")));
});

test("a path has a placeholder for each of its names", () => {
  const placeholders = new Placeholders();
  assert.equal(conditionText(placeholders, condition("a.b[2].a", "exists", "S", "")), "attribute_exists(#n0.#n1[2].#n0)");
  assert.deepEqual(placeholders.names, { "#n0": "a", "#n1": "b" });
});

test("filters are joined with an expression that was typed", () => {
  const { request } = pageRequest({ ...FORM, expression: "x = :x OR y = :x", values: '{":x": {"N": "1"}}', filters: [condition("z", "=", "S", "1")] });
  assert.equal(request.FilterExpression, "(x = :x OR y = :x) AND #n0 = :v0");
  assert.deepEqual(request.ExpressionAttributeValues, { ":v0": { S: "1" }, ":x": { N: "1" } });
});

test("a save writes what changed, if that is still what was read", () => {
  const { gone: _gone, ...next } = { ...OLD, changed: { N: "2" }, added: { BOOL: true } };
  const { operation, request } = saveRequest("t", KEYS, OLD, next);
  assert.equal(operation, "UpdateItem");
  assert.deepEqual(request.Key, { pk: { S: "a" }, sk: { N: "1" } });
  assert.equal(request.UpdateExpression, "SET #n1 = :v1, #n3 = :v3 REMOVE #n2");
  assert.equal(request.ConditionExpression, "attribute_exists(#n0) AND #n1 = :v0 AND #n2 = :v2 AND attribute_not_exists(#n3)");
  assert.ok(!Object.values(request.ExpressionAttributeNames).includes("kept"));
});

test("nothing is written where nothing changed", () => {
  assert.equal(saveRequest("t", KEYS, OLD, structuredClone(OLD)), null);
});

test("a changed key is one transaction, which asks for the whole old item and no new one", () => {
  const { operation, request } = saveRequest("t", KEYS, OLD, { ...OLD, sk: { N: "2" } });
  assert.equal(operation, "TransactWriteItems");
  const [{ Delete }, { Put }] = request.TransactItems;
  assert.deepEqual(Delete.Key, { pk: { S: "a" }, sk: { N: "1" } });
  assert.equal(Delete.ConditionExpression.split(" AND ").length, Object.keys(OLD).length);
  assert.deepEqual(Put.Item.sk, { N: "2" });
  assert.match(Put.ConditionExpression, /attribute_not_exists/);
});

test("a key has the key attributes alone", () => {
  assert.deepEqual(keyOf(OLD, { partition: "pk", sort: null }), { pk: { S: "a" } });
});
