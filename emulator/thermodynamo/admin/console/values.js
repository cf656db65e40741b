// Attribute values as they are on the wire, and as people see and write them. Pure; no number is ever a double.

import { Exact, parseExact, printExact } from "./exact-json.js";

/** @typedef {Record<string, any>} Value such as { N: "1" } */
/** @typedef {Record<string, Value>} Item */

export const KINDS = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];
export const SCALARS = ["S", "N", "B"];
const NUMBER = /^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$/;

/** @param {Value} value */
export const kindOf = (value) => Object.keys(value)[0];

/**
 * A value as one line of text.
 * @param {Value | undefined} value
 * @param {number} [most] characters
 */
export function shown(value, most = 200) {
  if (!value) return "";
  const [kind, content] = Object.entries(value)[0];
  let text;
  if (kind === "S" || kind === "N" || kind === "B") text = String(content);
  else if (kind === "NULL") text = "null";
  else if (kind === "BOOL") text = String(content);
  else if (kind.endsWith("S")) text = `{${content.slice(0, 50).join(", ")}}`;
  else text = printExact(plainOf(value), 0);
  return text.length > most ? `${text.slice(0, most)}…` : text;
}

/** @param {Value} value @returns {any} */
function plainOf(value) {
  const [kind, content] = Object.entries(value)[0];
  if (kind === "N") return new Exact(content);
  if (kind === "NULL") return null;
  if (kind === "L") return content.map(plainOf);
  if (kind === "M") return Object.fromEntries(Object.entries(content).map(([name, each]) => [name, plainOf(each)]));
  return content;
}

/**
 * Whether plain JSON says everything of an item: it has no sets and no binaries.
 * @param {Value} value
 * @returns {boolean}
 */
export function isPlain(value) {
  const [kind, content] = Object.entries(value)[0];
  if (kind === "L") return content.every(isPlain);
  if (kind === "M") return Object.values(content).every(isPlain);
  return kind === "S" || kind === "N" || kind === "BOOL" || kind === "NULL";
}

/** @param {Item} item */
export const isPlainItem = (item) => Object.values(item).every(isPlain);

/** @param {Item} item */
export const plainText = (item) => printExact(plainOf({ M: item }));

/** @param {Item} item */
export const typedText = (item) => JSON.stringify(item, null, 2);

/**
 * The item that plain JSON means. Raises SyntaxError.
 * @param {string} text
 * @returns {Item}
 */
export function ofPlain(text) {
  const value = typed(parseExact(text));
  if (!value.M) throw new SyntaxError("an item is a JSON object");
  return value.M;
}

/** @param {any} value @returns {Value} */
function typed(value) {
  if (value instanceof Exact) return { N: value.text };
  if (value === null) return { NULL: true };
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(typed) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, each]) => [name, typed(each)])) };
}

/**
 * The item that DynamoDB's own JSON means. Raises SyntaxError, which names the attribute.
 * @param {string} text
 * @returns {Item}
 */
export function ofTyped(text) {
  const item = parseExact(text);
  if (item === null || typeof item !== "object" || Array.isArray(item) || item instanceof Exact) throw new SyntaxError("an item is a JSON object");
  for (const [name, value] of Object.entries(item)) checkTyped(value, name);
  return item;
}

/** @param {any} value @param {string} path */
function checkTyped(value, path) {
  const kinds = value && typeof value === "object" && !(value instanceof Exact) ? Object.keys(value) : [];
  if (kinds.length !== 1 || !KINDS.includes(kinds[0])) throw new SyntaxError(`${path} must be an object of one type, such as {"S": "text"}`);
  const content = value[kinds[0]];
  if (kinds[0] === "M" && content && typeof content === "object") for (const [name, each] of Object.entries(content)) checkTyped(each, `${path}.${name}`);
  if (kinds[0] === "L" && Array.isArray(content)) content.forEach((each, at) => checkTyped(each, `${path}[${at}]`));
  const isNumber = content instanceof Exact || (Array.isArray(content) && content.some((each) => each instanceof Exact));
  if (isNumber) throw new SyntaxError(`the content of ${path} must stand in quotes, so that no digit is lost`);
}

/**
 * A value from what was typed into a box. Raises SyntaxError.
 * @param {string} kind
 * @param {string} text
 * @returns {Value}
 */
export function ofBox(kind, text) {
  if (kind === "S" || kind === "B") return { [kind]: text };
  if (kind === "N") {
    if (!NUMBER.test(text)) throw new SyntaxError(`${text || "nothing"} is not a number`);
    return { N: text.trim() };
  }
  if (kind === "NULL") return { NULL: true };
  if (kind === "BOOL") return { BOOL: text.trim() === "true" };
  const value = { [kind]: parseExact(text || (kind === "M" ? "{}" : "[]")) };
  if (kind === "NS") value.NS = value.NS.map((each) => (each instanceof Exact ? each.text : each));
  checkTyped(value, "the value");
  return value;
}

/** @param {Value | undefined} one @param {Value | undefined} other */
export const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * How many bytes DynamoDB counts for an item, near enough to show.
 * @param {Item} item
 */
export function sizeOf(item) {
  const length = (/** @type {string} */ text) => new TextEncoder().encode(text).length;
  /** @param {Value} value @returns {number} */
  function size(value) {
    const [kind, content] = Object.entries(value)[0];
    if (kind === "S") return length(content);
    if (kind === "N") return Math.ceil(content.replace(/[^0-9]/g, "").length / 2) + 1;
    if (kind === "B") return Math.floor((content.length * 3) / 4);
    if (kind === "SS") return content.reduce((/** @type {number} */ sum, /** @type {string} */ each) => sum + length(each), 0);
    if (kind === "NS" || kind === "BS") return content.reduce((/** @type {number} */ sum, /** @type {string} */ each) => sum + size({ [kind[0]]: each }), 0);
    if (kind === "L") return 3 + content.reduce((/** @type {number} */ sum, /** @type {Value} */ each) => sum + 1 + size(each), 0);
    if (kind === "M") return 3 + Object.entries(content).reduce((sum, [name, each]) => sum + length(name) + 1 + size(each), 0);
    return 1;
  }
  return Object.entries(item).reduce((sum, [name, value]) => sum + length(name) + size(value), 0);
}
