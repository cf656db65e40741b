// Items: read by key, query and scan by a form that knows the keys; edited, put, deleted, imported and exported.

import { callHistory, consumedText, save, showCode, valueText } from "./calls.js";
import { ask, attempt, bar, button, checkBox, fill, form, group, h, labelled, problemPlace, say, scroller, segments, select, statusPlace, submit, textBox } from "./dom.js";
import { BARE, FILTER_OPERATORS, keyOf, pageRequest, SORT_OPERATORS } from "./expressions.js";
import { count, duration } from "./format.js";
import { edit } from "./item-editor.js";
import { call, explained } from "./server.js";
import { exportTable, importFile, progress, purge, writeAll } from "./transfer.js";
import { KINDS, shown } from "./values.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./values.js").Item} Item */
/** @typedef {import("./expressions.js").Condition} Condition */

/** Attributes that get a column of their own; the rest are counted. */
const COLUMNS_MAX = 14;

/** @param {any[]} schema @returns {{ partition: string, sort: string | null }} */
export function keysOf(schema) {
  return { partition: schema.find((each) => each.KeyType === "HASH").AttributeName, sort: schema.find((each) => each.KeyType === "RANGE")?.AttributeName ?? null };
}

/** @param {Context} context */
export async function show(context) {
  const table = /** @type {string} */ (context.table);
  const { namespace } = context;
  const { Table: described } = await call(namespace, "DescribeTable", { TableName: table });
  const keys = keysOf(described.KeySchema);
  const kinds = Object.fromEntries(described.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
  const indexes = [...(described.GlobalSecondaryIndexes ?? []), ...(described.LocalSecondaryIndexes ?? [])];
  const globals = new Set((described.GlobalSecondaryIndexes ?? []).map((each) => each.IndexName));
  let index = indexes.some((each) => each.IndexName === context.index) ? context.index : null;
  /** @type {"query" | "scan" | "get"} */
  let kind = "scan";
  /** @type {{ operation: string, request: any } | null} */
  let last = null;
  /** @type {any[]} where each page before this one began */
  let starts = [];
  /** @type {Item | null} */
  let next = null;
  /** @type {Item[]} */
  let items = [];
  /** @type {Set<number>} */
  const marked = new Set();

  const keyPlace = group();
  const keyError = problemPlace();
  const filterPlace = h("div", { class: "split" });
  const filterError = problemPlace();
  const expression = textBox(44, { placeholder: "size(tags) > :n AND total > :min" });
  const expressionValues = textBox(30, { placeholder: '{":n": {"N": "1"}}' });
  const isReverse = checkBox();
  const isConsistent = checkBox();
  const limit = select(["25", "100", "500", "1000"], "100");
  const results = scroller("Items");
  const outcome = statusPlace();
  const runError = problemPlace();
  const back = button("◀ Page", () => void page(-1), { disabled: true });
  const forth = button("Page ▶", () => void page(1), { disabled: true });
  const removing = button("Delete marked", removeMarked, { disabled: true, class: "danger" });

  /** @type {Record<string, ReturnType<typeof conditionBoxes>>} */
  let keyBoxes = {};
  /** @type {ReturnType<typeof conditionBoxes>[]} */
  let filters = [];

  function schema() {
    const found = indexes.find((each) => each.IndexName === index);
    return keysOf(found ? found.KeySchema : described.KeySchema);
  }

  /**
   * Boxes for one condition.
   * @param {{ name: string | null, kind: string | null, operators: string[], label: string }} options
   */
  function conditionBoxes({ name, kind: fixed, operators, label }) {
    const nameBox = h("input", { type: "text", size: 16, value: name ?? "", placeholder: "attribute or path", spellcheck: false, disabled: name !== null });
    const operator = select(operators, operators[0], () => draw());
    const kindBox = select(fixed ? [fixed] : KINDS, fixed ?? "S");
    const text = textBox(22);
    const second = textBox(22);
    const secondPlace = labelled("and", second);
    const draw = () => {
      secondPlace.hidden = operator.value !== "between";
      text.disabled = BARE.includes(operator.value);
    };
    draw();
    const element = group(labelled(label, nameBox), operators.length > 1 ? labelled("operator", operator) : null, fixed ? null : labelled("type", kindBox), labelled(operators.length > 1 ? "value" : `is (${fixed})`, text), secondPlace);
    return { element, text, operator, /** @returns {Condition} */ read: () => ({ name: nameBox.value, operator: operator.value, kind: kindBox.value, text: text.value, second: second.value }) };
  }

  function drawForm() {
    const { partition, sort } = schema();
    keyBoxes = {};
    if (kind !== "scan") {
      keyBoxes.partition = conditionBoxes({ name: partition, kind: kinds[partition], operators: ["="], label: "partition key" });
      if (sort) keyBoxes.sort = conditionBoxes({ name: sort, kind: kinds[sort], operators: kind === "get" ? ["="] : SORT_OPERATORS, label: "sort key" });
    }
    fill(keyPlace, Object.values(keyBoxes).map((each) => each.element));
    indexBox.disabled = kind === "get";
    isReverse.disabled = kind !== "query";
    isConsistent.disabled = index !== null && globals.has(index);
    filterSet.hidden = kind === "get";
  }

  function addFilter() {
    const boxes = conditionBoxes({ name: null, kind: null, operators: FILTER_OPERATORS, label: "attribute" });
    filters.push(boxes);
    boxes.element.append(button("✕", () => ((filters = filters.filter((each) => each !== boxes)), boxes.element.remove()), { class: "quiet", "aria-label": "remove this filter" }));
    filterPlace.append(boxes.element);
  }

  const kindBox = segments("Read by", [["scan", "Scan"], ["query", "Query"], ["get", "Get by key"]], kind, (value) => ((kind = /** @type {any} */ (value)), (index = kind === "get" ? null : index), drawForm()));
  const indexBox = select([["", "the table"], ...indexes.map((each) => /** @type {[string, string]} */ ([each.IndexName, `index ${each.IndexName}`]))], index ?? "", (value) => ((index = value || null), drawForm()));
  const filterSet = h("details", {}, h("summary", {}, "Filters"), filterPlace, button("Add a filter", addFilter), group(labelled("or an expression", expression), labelled("its values", expressionValues)));

  function request() {
    const read = (/** @type {string} */ name) => keyBoxes[name]?.read() ?? null;
    if (kind === "get") {
      const boxes = Object.values(keyBoxes).map((each) => each.read());
      return { operation: "GetItem", request: { TableName: table, Key: Object.fromEntries(boxes.map((each) => [each.name, { [each.kind]: each.text }])), ...(isConsistent.checked ? { ConsistentRead: true } : {}), ReturnConsumedCapacity: "TOTAL" } };
    }
    const sort = read("sort");
    return pageRequest({
      table,
      index,
      kind,
      partition: read("partition"),
      sort: sort && sort.text !== "" ? sort : null,
      filters: filters.map((each) => each.read()),
      expression: expression.value,
      values: expressionValues.value,
      isReverse: isReverse.checked,
      isConsistent: isConsistent.checked && !isConsistent.disabled,
      limit: Number(limit.value),
    });
  }

  /** @param {unknown} error */
  function place(error) {
    const text = explained(error);
    const at = /FilterExpression|Filter Expression/.test(text) ? filterError : /KeyCondition|key condition|Query condition|key element/i.test(text) ? keyError : runError;
    at.textContent = text;
  }

  /** @param {{ operation: string, request: any }} made @param {any} start */
  async function run(made, start) {
    for (const each of [keyError, filterError, runError]) each.textContent = "";
    const began = performance.now();
    outcome.textContent = "Reading…";
    try {
      const reply = await call(namespace, made.operation, { ...made.request, ...(start ? { ExclusiveStartKey: start } : {}) });
      items = reply.Items ?? (reply.Item ? [reply.Item] : []);
      next = reply.LastEvaluatedKey ?? null;
      last = made;
      marked.clear();
      const scanned = reply.ScannedCount !== undefined && reply.ScannedCount !== items.length ? ` of ${count(reply.ScannedCount)} read` : "";
      outcome.textContent = `${count(items.length)} item${items.length === 1 ? "" : "s"}${scanned} · ${consumedText(reply.ConsumedCapacity)} · ${duration((performance.now() - began) / 1000)} · page ${starts.length + 1}${next ? "" : ", the last"}`;
    } catch (error) {
      items = [];
      next = null;
      outcome.textContent = "";
      place(error);
    }
    drawItems();
  }

  async function begin() {
    try {
      starts = [];
      await run(request(), null);
    } catch (error) {
      (error instanceof SyntaxError && keyBoxes.partition ? keyError : filterError).textContent = explained(error);
    }
  }

  /** @param {1 | -1} way */
  async function page(way) {
    if (!last) return;
    if (way > 0) starts.push(next);
    else starts.pop();
    await run(last, starts[starts.length - 1]);
  }

  function drawItems() {
    const own = schema();
    const names = [keys.partition, keys.sort, own.partition, own.sort];
    for (const item of items) for (const name of Object.keys(item)) names.push(name);
    const all = [...new Set(names.filter((name) => name !== null))];
    const columns = all.slice(0, COLUMNS_MAX);
    const head = h("tr", {}, h("th", { scope: "col" }, h("span", { class: "unseen" }, "Mark")), h("th", { scope: "col" }, h("span", { class: "unseen" }, "Edit")), columns.map((name) => h("th", { scope: "col" }, name, name === keys.partition || name === keys.sort ? h("span", { class: "kind" }, "key") : null)), all.length > columns.length ? h("th", { scope: "col" }, `${all.length - columns.length} more`) : null);
    const body = items.map((item, at) => {
      const name = shown(item[keys.partition], 40);
      const mark = h("input", { type: "checkbox", "aria-label": `mark ${name}`, onchange: () => (mark.checked ? marked.add(at) : marked.delete(at), (removing.disabled = !marked.size)) });
      const cells = columns.map((column) => h("td", {}, valueText(item[column])));
      const rest = Object.keys(item).filter((each) => !columns.includes(each)).length;
      return h("tr", {}, h("td", {}, mark), h("td", {}, button("Edit", () => void change(item), { class: "quiet", "aria-label": `edit ${name}` })), cells, all.length > columns.length ? h("td", { class: "muted" }, rest || "") : null);
    });
    fill(results, h("table", {}, h("caption", { class: "unseen" }, "Items"), h("thead", {}, head), h("tbody", {}, body)));
    results.hidden = !items.length;
    back.disabled = !starts.length;
    forth.disabled = !next;
    removing.disabled = true;
  }

  /** Fetches the whole item first: one read through an index may lack attributes. @param {Item} item */
  async function change(item) {
    try {
      const reply = await call(namespace, "GetItem", { TableName: table, Key: keyOf(item, keys), ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" });
      if (!reply.Item) return say("The item is gone.", { bad: true });
      if (await edit(namespace, table, keys, { old: reply.Item })) await again();
    } catch (error) {
      say(explained(error), { bad: true });
    }
  }

  async function again() {
    if (last) await run(last, starts[starts.length - 1]);
  }

  async function put() {
    const value = (/** @type {string} */ name) => ({ [kinds[name]]: kinds[name] === "N" ? "0" : "" });
    const draft = Object.fromEntries([keys.partition, keys.sort].flatMap((name) => (name ? [[name, value(name)]] : [])));
    if (await edit(namespace, table, keys, { draft })) await (last ? again() : begin());
  }

  async function removeMarked() {
    const chosen = [...marked].map((at) => items[at]);
    if (!(await ask(`Delete ${chosen.length} item${chosen.length === 1 ? "" : "s"}?`, h("p", {}, "They can be put back until this page is left."), { confirm: "Delete", danger: true }))) return;
    const shownProgress = progress("Delete");
    try {
      const complete = await Promise.all(chosen.map((item) => call(namespace, "GetItem", { TableName: table, Key: keyOf(item, keys), ConsistentRead: true })));
      await writeAll(namespace, table, chosen.map((item) => ({ DeleteRequest: { Key: keyOf(item, keys) } })), shownProgress);
      const gone = complete.flatMap((reply) => (reply.Item ? [reply.Item] : []));
      say(`${gone.length} deleted.`, { undo: () => restore(gone) });
    } catch (error) {
      say(explained(error), { bad: true });
    } finally {
      shownProgress.close();
    }
    await again();
  }

  /** @param {Item[]} gone */
  async function restore(gone) {
    const shownProgress = progress("Undo");
    await writeAll(namespace, table, gone.map((Item) => ({ PutRequest: { Item } })), shownProgress).finally(shownProgress.close);
    await again();
  }

  async function purgeAll() {
    if (!(await ask(`Delete every item of ${table}?`, h("p", {}, "The table and its settings stay. This cannot be undone."), { confirm: "Purge", typed: table, danger: true }))) return;
    const names = [keys.partition, ...(keys.sort ? [keys.sort] : [])];
    await attempt(() => purge(namespace, table, names, described.ItemCount || null), (done) => `${count(done)} items deleted.`);
    await again();
  }

  const file = h("input", { type: "file", accept: ".jsonl,.json,.csv,.txt", class: "unseen", "aria-label": "File to import", tabIndex: -1, onchange: () => void take() });
  async function take() {
    const [given] = file.files ?? [];
    if (!given) return;
    try {
      say(`${count(await importFile(namespace, table, given))} items put.`);
    } catch (error) {
      say(`Nothing more is imported. ${explained(error)}`, { bad: true });
    }
    file.value = "";
    await (last ? again() : begin());
  }

  /** @param {"jsonl" | "csv"} form */
  async function give(form) {
    await attempt(() => exportTable(namespace, table, form, described.ItemCount || null), (done) => `${count(done)} items exported.`);
  }

  /** @param {{ operation: string, request: any }} again */
  function useAgain(again) {
    if (!["Query", "Scan", "GetItem"].includes(again.operation) || again.request.TableName !== table) return showCode(again, namespace);
    starts = [];
    void run({ operation: again.operation, request: again.request }, null);
  }

  drawForm();
  const exportBox = select([["", "Export…"], ["jsonl", "as JSON lines"], ["csv", "as CSV"]], "", (value) => (value ? void give(/** @type {any} */ (value)) : null, (exportBox.value = "")));
  exportBox.setAttribute("aria-label", "Export");
  const element = h(
    "div",
    { class: "page" },
    h("h1", { class: "unseen" }, `Items of ${table}`),
    form("panel split", () => begin(),
      bar(kindBox, labelled("From", indexBox), labelled("Page", limit), labelled("consistent", isConsistent), labelled("descending", isReverse), h("div", { class: "spring" }), submit("Run")),
      keyPlace,
      keyError,
      filterSet,
      filterError,
    ),
    bar(back, forth, outcome, h("div", { class: "spring" }), button("Code", () => last && showCode(last, namespace)), button("Save call", () => last && void save(last)), button("New item", put, { class: "primary" }), removing, exportBox, button("Import…", () => file.click()), file, button("Purge…", purgeAll, { class: "danger" })),
    runError,
    results,
    callHistory(namespace, useAgain),
  );
  await begin();
  return { element };
}
