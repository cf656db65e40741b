// Items as CSV (RFC 4180) and as JSON lines, without loss: each column is named after an attribute and its type. Pure.

import { ofTyped, ofBox, KINDS } from "./values.js";

/** @typedef {import("./values.js").Item} Item */

const HEADING = new RegExp(`^(.*):(${KINDS.join("|")})$`, "s");

/** @param {Item[]} items */
export function toCsv(items) {
  /** @type {Map<string, [string, string]>} */
  const columns = new Map();
  for (const item of items) for (const [name, value] of Object.entries(item)) columns.set(`${name}:${Object.keys(value)[0]}`, [name, Object.keys(value)[0]]);
  const lines = [[...columns.keys()]];
  for (const item of items) {
    lines.push([...columns.values()].map(([name, kind]) => (item[name] && kind in item[name] ? cell(kind, item[name][kind]) : "")));
  }
  return `${lines.map((line) => line.map(quoted).join(",")).join("\r\n")}\r\n`;
}

/** @param {string} kind @param {any} content */
function cell(kind, content) {
  // An empty text differs from no attribute, which is an empty cell.
  if (kind === "S") return content === "" || /^""$/.test(content) ? JSON.stringify(content) : content;
  return kind === "N" || kind === "B" ? content : JSON.stringify(content);
}

/** @param {string} text */
const quoted = (text) => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * The items of a CSV text; a column whose heading names no type holds texts. Raises SyntaxError, which names the line.
 * @param {string} text
 * @returns {Item[]}
 */
export function ofCsv(text) {
  const [headings, ...lines] = cells(text);
  const columns = (headings ?? []).map((heading) => {
    const found = HEADING.exec(heading);
    return /** @type {[string, string]} */ (found ? [found[1], found[2]] : [heading, "S"]);
  });
  return lines.map((line, at) => {
    /** @type {Item} */
    const item = {};
    columns.forEach(([name, kind], place) => {
      const content = line[place] ?? "";
      if (content === "") return;
      try {
        item[name] = kind === "S" && (content === '""' || content === '"\\"\\""') ? { S: JSON.parse(content) } : ofBox(kind, content);
      } catch (error) {
        throw new SyntaxError(`line ${at + 2}, ${name}: ${error instanceof Error ? error.message : error}`);
      }
    });
    return item;
  });
}

/** @param {string} text @returns {string[][]} */
function cells(text) {
  const lines = [];
  let line = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  while (pattern.lastIndex < text.length) {
    const found = pattern.exec(text);
    if (!found) throw new SyntaxError(`line ${lines.length + 1}: a quote is open or stands in a text without quotes`);
    line.push(found[1] !== undefined ? found[1].replaceAll('""', '"') : found[2]);
    if (found[3] === ",") {
      if (pattern.lastIndex === text.length) line.push("");
      else continue;
    }
    lines.push(line);
    line = [];
  }
  return lines.filter((each) => each.length > 1 || each[0] !== "");
}

/** @param {Item[]} items */
export const toJsonLines = (items) => items.map((item) => `${JSON.stringify({ Item: item })}\n`).join("");

/**
 * The items of JSON lines: `{"Item": {...}}` as exports have it, or the item alone. Raises SyntaxError.
 * @param {string} text
 * @returns {Item[]}
 */
export function ofJsonLines(text) {
  return text.split(/\r?\n/).flatMap((line, at) => {
    if (!line.trim()) return [];
    try {
      const found = JSON.parse(line);
      const isExport = found.Item && Object.keys(found).length === 1 && !KINDS.includes(Object.keys(found.Item)[0]);
      return [ofTyped(isExport ? JSON.stringify(found.Item) : line)];
    } catch (error) {
      throw new SyntaxError(`line ${at + 1}: ${error instanceof Error ? error.message : error}`);
    }
  });
}
