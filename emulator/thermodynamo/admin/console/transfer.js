// Many items at once: deletes, puts, and reading all of a table, each with its progress.

import { ofCsv, ofJsonLines, toCsv, toJsonLines } from "./csv.js";
import { button, h } from "./dom.js";
import { count } from "./format.js";
import { call, Refused } from "./server.js";

/** @typedef {import("./server.js").Namespace} Namespace */
/** @typedef {import("./values.js").Item} Item */

const BATCH = 25;
/** A batch may have 16 MB; a request is kept well below. */
const BATCH_CHARACTERS = 8_000_000;
const PAUSE_MS = 200;
const TRIES = 50;

/** A dialog that shows how far long work is, and can stop it. @param {string} title */
export function progress(title) {
  const bar = h("progress", { "aria-label": title });
  const text = h("p", { role: "status" });
  const stopped = new AbortController();
  const dialog = h("dialog", { "aria-label": title }, h("h2", {}, title), bar, text, h("div", { class: "actions" }, button("Stop", () => stopped.abort())));
  dialog.addEventListener("cancel", () => stopped.abort());
  document.body.append(dialog);
  dialog.showModal();
  return {
    signal: stopped.signal,
    /** @param {number} done @param {number | null} all */
    show(done, all) {
      if (all) {
        bar.max = all;
        bar.value = Math.min(done, all);
      }
      text.textContent = all ? `${count(done)} of ${count(all)}` : count(done);
    },
    close: () => (dialog.close(), dialog.remove()),
  };
}

/** @typedef {ReturnType<typeof progress>} Progress */

/**
 * Carries out puts and deletes in batches; what is left unprocessed is sent again. Returns how many were done.
 * @param {Namespace} namespace
 * @param {string} table
 * @param {({ PutRequest: { Item: Item } } | { DeleteRequest: { Key: Item } })[]} writes
 * @param {Progress} shown
 * @param {number} [before] how many were done earlier
 */
export async function writeAll(namespace, table, writes, shown, before = 0) {
  let done = 0;
  for (const batch of batches(writes)) {
    let left = batch;
    for (let tries = 0; left.length; tries += 1) {
      if (shown.signal.aborted) return done;
      if (tries) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (tries === TRIES) throw new Refused("Throttled", `${left.length} items of a batch were refused ${TRIES} times; the ones before them are done`);
      try {
        const reply = await call(namespace, "BatchWriteItem", { RequestItems: { [table]: left }, ReturnConsumedCapacity: "TOTAL" });
        const unprocessed = reply.UnprocessedItems?.[table] ?? [];
        done += left.length - unprocessed.length;
        left = unprocessed;
      } catch (error) {
        if (!(error instanceof Refused) || !/Throttl|Throughput/.test(error.name)) throw error;
      }
      shown.show(before + done, before + writes.length);
    }
  }
  return done;
}

/** @template T @param {T[]} writes @returns {Iterable<T[]>} */
export function* batches(writes) {
  /** @type {T[]} */
  let batch = [];
  let length = 0;
  for (const write of writes) {
    const own = JSON.stringify(write).length;
    if (batch.length === BATCH || (batch.length && length + own > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      length = 0;
    }
    batch.push(write);
    length += own;
  }
  if (batch.length) yield batch;
}

/**
 * The pages of a table from first to last.
 * @param {Namespace} namespace
 * @param {Record<string, any>} request of Scan or Query
 * @param {AbortSignal} signal
 * @param {string} [operation]
 * @returns {AsyncGenerator<Item[]>}
 */
export async function* pages(namespace, request, signal, operation = "Scan") {
  let start;
  do {
    /** @type {any} */
    let reply = null;
    for (let tries = 0; !reply; tries += 1) {
      if (signal.aborted) return;
      try {
        reply = await call(namespace, operation, { ...request, ...(start ? { ExclusiveStartKey: start } : {}) });
      } catch (error) {
        if (tries === TRIES || !(error instanceof Refused) || !/Throttl|Throughput/.test(error.name)) throw error;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
    yield reply.Items;
    start = reply.LastEvaluatedKey;
  } while (start);
}

/**
 * Writes all items of a table into a file of the browser.
 * @param {Namespace} namespace
 * @param {string} table
 * @param {"jsonl" | "csv"} form
 * @param {number | null} expected
 */
export async function exportTable(namespace, table, form, expected) {
  const shown = progress(`Export of ${table}`);
  try {
    /** @type {Item[]} */
    const items = [];
    /** @type {string[]} */
    const parts = [];
    let done = 0;
    for await (const page of pages(namespace, { TableName: table }, shown.signal)) {
      if (form === "csv") items.push(...page);
      else parts.push(toJsonLines(page));
      done += page.length;
      shown.show(done, expected);
    }
    if (shown.signal.aborted) return 0;
    download(`${table}.${form}`, form === "csv" ? [toCsv(items)] : parts);
    return done;
  } finally {
    shown.close();
  }
}

/** @param {string} name @param {string[]} parts */
export function download(name, parts) {
  const address = URL.createObjectURL(new Blob(parts, { type: "text/plain;charset=utf-8" }));
  const link = h("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

/**
 * Puts all items of a file into a table. Where a line cannot be read, nothing is written.
 * @param {Namespace} namespace
 * @param {string} table
 * @param {File} file
 */
export async function importFile(namespace, table, file) {
  const text = await file.text();
  const items = file.name.toLowerCase().endsWith(".csv") ? ofCsv(text) : ofJsonLines(text);
  const shown = progress(`Import into ${table}`);
  try {
    return await writeAll(namespace, table, items.map((Item) => ({ PutRequest: { Item } })), shown);
  } finally {
    shown.close();
  }
}

/**
 * Deletes every item of a table, page by page. Returns how many there were.
 * @param {Namespace} namespace
 * @param {string} table
 * @param {string[]} keys
 * @param {number | null} expected
 */
export async function purge(namespace, table, keys, expected) {
  const shown = progress(`Purge of ${table}`);
  let done = 0;
  try {
    const names = Object.fromEntries(keys.map((name, at) => [`#k${at}`, name]));
    const request = { TableName: table, ProjectionExpression: Object.keys(names).join(", "), ExpressionAttributeNames: names };
    for await (const page of pages(namespace, request, shown.signal)) {
      done += await writeAll(namespace, table, page.map((Key) => ({ DeleteRequest: { Key } })), shown, done);
      shown.show(done, expected);
    }
    return done;
  } finally {
    shown.close();
  }
}
