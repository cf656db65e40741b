// Requests made of what a form says: keys, filters, and the changes of an item. Pure.

import { ofBox, same } from "./values.js";

/** @typedef {import("./values.js").Item} Item */
/** @typedef {import("./values.js").Value} Value */
/** @typedef {{ name: string, operator: string, kind: string, text: string, second: string }} Condition */
/** @typedef {{ partition: string, sort: string | null }} Keys attribute names */

export const SORT_OPERATORS = ["=", "<", "<=", ">", ">=", "between", "begins_with"];
export const FILTER_OPERATORS = ["=", "<>", "<", "<=", ">", ">=", "between", "in", "begins_with", "contains", "not contains", "exists", "does not exist", "type is", "size =", "size <", "size >"];
/** Those that need no value. */
export const BARE = ["exists", "does not exist"];

/** Names and values of a request's expressions, each with its placeholder. */
export class Placeholders {
  constructor() {
    /** @type {Record<string, string>} */
    this.names = {};
    /** @type {Item} */
    this.values = {};
  }

  /** A placeholder for each part of a document path. @param {string} path */
  path(path) {
    return path
      .split(".")
      .map((part) => {
        const [, name, places] = /^(.*?)((?:\[\d+\])*)$/s.exec(part) ?? ["", part, ""];
        return this.name(name) + places;
      })
      .join(".");
  }

  /** @param {string} name */
  name(name) {
    const known = Object.keys(this.names).find((each) => this.names[each] === name);
    const placeholder = known ?? `#n${Object.keys(this.names).length}`;
    this.names[placeholder] = name;
    return placeholder;
  }

  /** @param {Value} value */
  value(value) {
    const placeholder = `:v${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  /** The members of a request that have any. */
  members() {
    return {
      ...(Object.keys(this.names).length ? { ExpressionAttributeNames: this.names } : {}),
      ...(Object.keys(this.values).length ? { ExpressionAttributeValues: this.values } : {}),
    };
  }
}

/**
 * One condition of a filter or of a sort key. Raises SyntaxError for a value that its type cannot have.
 * @param {Placeholders} placeholders
 * @param {Condition} condition
 */
export function conditionText(placeholders, { name, operator, kind, text, second }) {
  const path = placeholders.path(name);
  const value = (/** @type {string} */ given) => placeholders.value(ofBox(kind, given));
  switch (operator) {
    case "between":
      return `${path} BETWEEN ${value(text)} AND ${value(second)}`;
    case "in":
      return `${path} IN (${text.split(",").map((each) => value(each.trim())).join(", ")})`;
    case "begins_with":
    case "contains":
      return `${operator}(${path}, ${value(text)})`;
    case "not contains":
      return `NOT contains(${path}, ${value(text)})`;
    case "exists":
      return `attribute_exists(${path})`;
    case "does not exist":
      return `attribute_not_exists(${path})`;
    case "type is":
      return `attribute_type(${path}, ${placeholders.value({ S: text.trim() })})`;
    case "size =":
    case "size <":
    case "size >":
      return `size(${path}) ${operator.slice(5)} ${placeholders.value(ofBox("N", text))}`;
    default:
      return `${path} ${operator} ${value(text)}`;
  }
}

/** @typedef {{ table: string, index: string | null, kind: "query" | "scan", partition: Condition | null, sort: Condition | null, filters: Condition[], expression: string, values: string, isReverse: boolean, isConsistent: boolean, limit: number }} Form what the items page asks for */

/**
 * @param {Form} form
 * @returns {{ operation: "Query" | "Scan", request: Record<string, any> }}
 */
export function pageRequest(form) {
  const placeholders = new Placeholders();
  const keys = form.kind === "query" ? [form.partition, form.sort].flatMap((each) => (each ? [conditionText(placeholders, each)] : [])) : [];
  const filters = form.filters.map((each) => conditionText(placeholders, each));
  const values = form.expression ? JSON.parse(form.values || "{}") : {};
  Object.assign(placeholders.values, values);
  const filter = [form.expression ? (filters.length ? `(${form.expression})` : form.expression) : "", ...filters].filter(Boolean).join(" AND ");
  const request = {
    TableName: form.table,
    ...(form.index ? { IndexName: form.index } : {}),
    ...(keys.length ? { KeyConditionExpression: keys.join(" AND ") } : {}),
    ...(filter ? { FilterExpression: filter } : {}),
    ...placeholders.members(),
    ...(form.kind === "query" && form.isReverse ? { ScanIndexForward: false } : {}),
    ...(form.isConsistent ? { ConsistentRead: true } : {}),
    Limit: form.limit,
    ReturnConsumedCapacity: "TOTAL",
  };
  return { operation: form.kind === "query" ? "Query" : "Scan", request };
}

/** @param {Item} item @param {Keys} keys @returns {Item} */
export function keyOf(item, keys) {
  return Object.fromEntries([keys.partition, keys.sort].flatMap((name) => (name && item[name] ? [[name, item[name]]] : [])));
}

/**
 * The request that saves a changed item, and loses no change that was made meanwhile: where the key stays, the changed
 * attributes are set if they still are what they were; a changed key is one transaction. Null where nothing changed.
 * @param {string} table
 * @param {Keys} keys
 * @param {Item} old as it was read, complete
 * @param {Item} next
 * @returns {{ operation: string, request: Record<string, any> } | null}
 */
export function saveRequest(table, keys, old, next) {
  if (!same(keyOf(old, keys), keyOf(next, keys))) return moveRequest(table, keys, old, next);
  const placeholders = new Placeholders();
  const conditions = [`attribute_exists(${placeholders.name(keys.partition)})`];
  const sets = [];
  const removes = [];
  for (const name of new Set([...Object.keys(old), ...Object.keys(next)])) {
    if (same(old[name], next[name])) continue;
    const placeholder = placeholders.name(name);
    conditions.push(name in old ? `${placeholder} = ${placeholders.value(old[name])}` : `attribute_not_exists(${placeholder})`);
    if (name in next) sets.push(`${placeholder} = ${placeholders.value(next[name])}`);
    else removes.push(placeholder);
  }
  if (!sets.length && !removes.length) return null;
  const parts = [sets.length ? `SET ${sets.join(", ")}` : "", removes.length ? `REMOVE ${removes.join(", ")}` : ""];
  return {
    operation: "UpdateItem",
    request: {
      TableName: table,
      Key: keyOf(old, keys),
      UpdateExpression: parts.filter(Boolean).join(" "),
      ConditionExpression: conditions.join(" AND "),
      ...placeholders.members(),
      ReturnConsumedCapacity: "TOTAL",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  };
}

/** @param {string} table @param {Keys} keys @param {Item} old @param {Item} next */
function moveRequest(table, keys, old, next) {
  const placeholders = new Placeholders();
  const unchanged = Object.entries(old).map(([name, value]) => `${placeholders.name(name)} = ${placeholders.value(value)}`);
  return {
    operation: "TransactWriteItems",
    request: {
      TransactItems: [
        { Delete: { TableName: table, Key: keyOf(old, keys), ConditionExpression: unchanged.join(" AND "), ...placeholders.members() } },
        { Put: { TableName: table, Item: next, ConditionExpression: "attribute_not_exists(#k)", ExpressionAttributeNames: { "#k": keys.partition } } },
      ],
      ReturnConsumedCapacity: "TOTAL",
    },
  };
}

/** @param {string} table @param {Keys} keys @param {Item} item */
export function createRequest(table, keys, item) {
  return {
    operation: "PutItem",
    request: { TableName: table, Item: item, ConditionExpression: "attribute_not_exists(#k)", ExpressionAttributeNames: { "#k": keys.partition }, ReturnConsumedCapacity: "TOTAL" },
  };
}
