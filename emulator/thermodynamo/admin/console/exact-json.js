// JSON in which numbers stay the texts that they are: a double has 15 to 17 digits, a DynamoDB number 38. Pure.

/** A number as it was written. */
export class Exact {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }
}

const TOKEN = /\s*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))/y;

/**
 * The value of a JSON text, in which each number is an Exact. Raises SyntaxError, which says where.
 * @param {string} text
 * @returns {any}
 */
export function parseExact(text) {
  let at = 0;
  /** @returns {{ mark?: string, text?: string, number?: string, word?: string }} */
  function next() {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(text);
    if (!found) throw new SyntaxError(`no JSON at line ${text.slice(0, at).split("\n").length}: ${text.slice(at).trim().slice(0, 20) || "the text ends"}`);
    at = TOKEN.lastIndex;
    return { mark: found[1], text: found[2], number: found[3], word: found[4] };
  }
  /** @param {ReturnType<typeof next>} token @returns {any} */
  function value(token) {
    if (token.text !== undefined) return JSON.parse(token.text);
    if (token.number !== undefined) return new Exact(token.number);
    if (token.word !== undefined) return JSON.parse(token.word);
    if (token.mark === "[") return array();
    if (token.mark === "{") return object();
    throw new SyntaxError(`no value but ${token.mark}`);
  }
  function array() {
    /** @type {any[]} */
    const found = [];
    members("]", (token) => found.push(value(token)));
    return found;
  }
  function object() {
    const found = new Map();
    members("}", ({ text: quoted }) => {
      if (quoted === undefined) throw new SyntaxError("the name of a member is a text");
      const name = JSON.parse(quoted);
      if (found.has(name)) throw new SyntaxError(`${name} is given twice`);
      if (next().mark !== ":") throw new SyntaxError(`after ${name} comes a colon`);
      found.set(name, value(next()));
    });
    return Object.fromEntries(found);
  }
  /** @param {string} end @param {(token: ReturnType<typeof next>) => void} take reads a member from its first token on */
  function members(end, take) {
    let token = next();
    if (token.mark === end) return;
    for (;;) {
      take(token);
      const { mark } = next();
      if (mark === end) return;
      if (mark !== ",") throw new SyntaxError(`a comma or ${end} is missing`);
      token = next();
    }
  }
  const found = value(next());
  if (text.slice(at).trim()) throw new SyntaxError(`after the end: ${text.slice(at).trim().slice(0, 20)}`);
  return found;
}

/**
 * The JSON text of a value with Exacts in it.
 * @param {any} value
 * @param {number} [indent] spaces of each level; 0 for one line
 * @param {string} [margin]
 * @returns {string}
 */
export function printExact(value, indent = 2, margin = "") {
  if (value instanceof Exact) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = margin + " ".repeat(indent);
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((each) => printExact(each, indent, inner))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}:${indent ? " " : ""}${printExact(each, indent, inner)}`);
  const [open, close] = isList ? "[]" : "{}";
  if (!parts.length) return open + close;
  return indent ? `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${margin}${close}` : `${open}${parts.join(",")}${close}`;
}
