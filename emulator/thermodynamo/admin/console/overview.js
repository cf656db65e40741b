// The tables of a namespace: load, limits, throttles, size, index lag, and what is wrong now.

import { ask, attempt, bar, button, fill, h, labelled, scroller, statusPlace, svg, update } from "./dom.js";
import { bytes, count, duration } from "./format.js";
import { address } from "./place.js";
import { admin, call } from "./server.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {{ table: string, index: string | null, status: string, billing: string, items: number, bytes: number, partitions: number, read: number[], write: number[], throttled: number[], throttles: number, until: number, limits: { read: Pool, write: Pool } | null, pending_changes: number, lag_seconds: number, diagnosis: string, advice: string }} Line one table or global index, as /_admin/overview has it */
/** @typedef {{ limit: string, units_per_second: number, units_left: number }} Pool */

const SECONDS = 60;
/** Beyond so many, a filter shortens the list. */
const SHOWN_MAX = 200;
const CALM = new Set(["idle", "even", "unmetered"]);
const WINDOW = 10;
const KINDS = /** @type {("read" | "write" | "throttled")[]} */ (["read", "write", "throttled"]);

/** @param {string} table @param {string | null} index */
const nameOf = (table, index) => (index === null ? table : `${table}/${index}`);

/**
 * The last minute of a series: zeros where the server sent none.
 * @param {number[]} line
 */
function minute(line) {
  return line.length >= SECONDS ? line.slice(-SECONDS) : [...new Array(SECONDS - line.length).fill(0), ...line];
}

/** @param {number[]} line */
function rate(line) {
  return line.slice(-WINDOW).reduce((sum, units) => sum + units, 0) / WINDOW;
}

/**
 * Reads and writes of the last minute as two lines, and the throttled seconds as dots.
 * @param {Line} line
 */
function spark(line) {
  const width = 150;
  const height = 26;
  const highest = Math.max(1, ...line.read, ...line.write);
  const points = (/** @type {number[]} */ series) =>
    series.map((units, at) => `${((at * width) / (SECONDS - 1)).toFixed(1)},${(height - 2 - (units / highest) * (height - 5)).toFixed(1)}`).join(" ");
  const dots = line.throttled.flatMap((refused, at) => (refused ? [svg("circle", { class: "throttled", cx: (at * width) / (SECONDS - 1), cy: 3, r: 1.8 })] : []));
  return svg(
    "svg",
    { class: "spark", viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": `the last minute, at most ${count(highest)} units a second` },
    svg("polyline", { class: "read", points: points(line.read) }),
    svg("polyline", { class: "write", points: points(line.write) }),
    ...dots,
  );
}

/** @param {Line} line @param {"read" | "write"} kind */
function rateCell(line, kind) {
  const used = rate(line[kind]);
  const pool = line.limits?.[kind];
  const share = pool && pool.units_per_second ? Math.min(1, used / pool.units_per_second) : 0;
  const bar = h("span", { class: `bar ${kind}${share > 0.8 ? " full" : ""}`, style: { "--share": share } });
  return h("div", { class: "rate", title: pool ? `${pool.limit}: ${count(pool.units_left)} units left` : "" }, h("span", {}, h("b", {}, count(used)), pool ? ` / ${count(pool.units_per_second)}` : ""), bar);
}

/** @param {Context} context */
export async function show(context) {
  const { namespace } = context;
  /** @type {Map<string, Line>} */
  const lines = new Map();
  let told = await load();
  let filter = "";
  const problems = h("section", { class: "problems", "aria-label": "What is wrong now" });
  const body = h("tbody");
  const summary = statusPlace();
  const box = h("input", { type: "search", placeholder: "name", oninput: () => ((filter = box.value.toLowerCase()), draw()) });
  const table = h(
    "table",
    { class: "tables" },
    h("caption", { class: "unseen" }, "Tables and global indexes"),
    h("thead", {}, h("tr", {}, ["Table", "Last minute", "Read units/s", "Write units/s", "Throttled", "Items", "Size", "Partitions", "Index lag", "Diagnosis"].map((text, at) => h("th", { scope: "col", class: at > 3 && at < 9 ? "number" : "" }, text)))),
    body,
  );
  const empty = h("div", { class: "empty" });
  const element = h(
    "div",
    { class: "page" },
    bar(h("h1", {}, "Tables"), labelled("Filter", box), summary, h("div", { class: "spring" }), button("All tables…", forAll), button("Create table", () => context.go({ page: "create", table: null }), { class: "primary" })),
    problems,
    scroller("Tables", table),
    empty,
  );

  /** Purges or deletes the tables that are listed. */
  async function forAll() {
    const names = [...new Set([...lines.values()].map((line) => line.table).filter((name) => name.toLowerCase().includes(filter)))];
    const isPurge = h("input", { type: "radio", name: "all", checked: true });
    const isDelete = h("input", { type: "radio", name: "all" });
    const what = h("p", {}, `These are ${names.length}: ${names.slice(0, 20).join(", ")}${names.length > 20 ? " and others" : ""}. This cannot be undone.`);
    if (!(await ask("All tables that are listed", [what, labelled("delete their items", isPurge), labelled("delete the tables", isDelete)], { confirm: "Go on", typed: context.region, danger: true }))) return;
    const act = async () => {
      const { purge } = await import("./transfer.js");
      for (const name of names) {
        if (isDelete.checked) await call(namespace, "DeleteTable", { TableName: name });
        else {
          const { Table } = await call(namespace, "DescribeTable", { TableName: name });
          await purge(namespace, name, Table.KeySchema.map((each) => each.AttributeName), Table.ItemCount || null);
        }
      }
    };
    await attempt(act, () => `${names.length} tables are ${isDelete.checked ? "deleted" : "empty"}.`);
  }

  async function load() {
    const report = await admin("overview", namespace);
    lines.clear();
    for (const line of report.lines) {
      for (const kind of KINDS) line[kind] = minute(line[kind]);
      lines.set(nameOf(line.table, line.index), line);
    }
    return report;
  }

  function draw() {
    const found = [...lines.values()].filter((line) => nameOf(line.table, line.index).toLowerCase().includes(filter));
    const order = (/** @type {Line} */ line) => `${line.table}\0${line.index ?? ""}`;
    found.sort((one, other) => (order(one) < order(other) ? -1 : 1));
    const wrong = found.filter((line) => !CALM.has(line.diagnosis) || (line.diagnosis === "even" && rate(line.throttled) > 0));
    update(
      problems,
      wrong.slice(0, 8).map((line) =>
        h(
          "a",
          { class: "problem", href: address({ ...namespace, page: "heat", table: line.table, index: line.index }) },
          h("b", {}, line.diagnosis),
          h("span", {}, h("strong", {}, nameOf(line.table, line.index)), " ", line.advice),
        ),
      ),
    );
    update(body, found.slice(0, SHOWN_MAX).map(tableLine));
    const tables = found.filter((line) => line.index === null).length;
    const hidden = found.length > SHOWN_MAX ? `; the first ${SHOWN_MAX} are shown` : "";
    summary.textContent = `${tables} table${tables === 1 ? "" : "s"}, ${found.length - tables} global index${found.length - tables === 1 ? "" : "es"}${hidden}${told.capacity === "enforce" ? "" : ` · capacity: ${told.capacity}`}`;
    table.hidden = !lines.size;
    if (lines.size) fill(empty);
    else drawEmpty();
  }

  function drawEmpty() {
    const others = told.namespaces.filter((each) => each.account !== context.account || each.region !== context.region);
    fill(
      empty,
      h("h2", {}, `No tables in ${context.region} of account ${context.account}`),
      others.length
        ? [h("p", {}, "These namespaces have tables:"), h("ul", { class: "namespaces" }, others.slice(0, 50).map((each) => h("li", {}, h("a", { href: address({ account: each.account, region: each.region, page: "overview", table: null, index: null }) }, `${each.account} in ${each.region}`), h("span", { class: "muted" }, ` ${each.tables} table${each.tables === 1 ? "" : "s"}`))))]
        : h("p", {}, "Create one here, or point an SDK at this server: any access key will do."),
    );
  }

  /** @param {Line} line */
  function tableLine(line) {
    const link = address({ ...namespace, page: "heat", table: line.table, index: line.index });
    const status = line.status === "ACTIVE" ? null : h("span", { class: "chip" }, line.status);
    const name = line.index === null ? h("a", { href: link }, line.table) : h("a", { class: "index", href: link }, h("span", { class: "unseen" }, `${line.table} index `), line.index);
    const lag = line.pending_changes ? `${duration(line.lag_seconds)}, ${count(line.pending_changes)} queued` : line.index === null ? "" : "none";
    const items = line.index === null ? h("a", { href: address({ ...namespace, page: "items", table: line.table, index: null }), "aria-label": `${count(line.items)} items of ${line.table}` }, count(line.items)) : count(line.items);
    return h(
      "tr",
      { class: line.index === null ? "" : "of-index" },
      h("th", { scope: "row" }, name, status),
      h("td", {}, spark(line)),
      h("td", {}, rateCell(line, "read")),
      h("td", {}, rateCell(line, "write")),
      h("td", { class: line.throttles ? "number trouble" : "number" }, count(line.throttles)),
      h("td", { class: "number" }, items),
      h("td", { class: "number" }, bytes(line.bytes)),
      h("td", { class: "number" }, count(line.partitions)),
      h("td", { class: "number" }, lag),
      h("td", {}, h("span", { class: CALM.has(line.diagnosis) ? "word" : "word trouble", title: line.advice }, line.diagnosis)),
    );
  }

  /** @param {string} name @param {any} data */
  function event(name, data) {
    if (name === "lost") return void (needsAll = true);
    if (name !== "tables" || data.topic !== `${context.account}/${context.region}`) return;
    if (needsAll || data.seconds > SECONDS) {
      needsAll = false;
      void load().then((report) => ((told = report), draw()));
      return;
    }
    if (data.is_all) {
      const there = new Set(data.lines.map((line) => nameOf(line.table, line.index)));
      for (const name of lines.keys()) if (!there.has(name)) lines.delete(name);
    }
    for (const [table, index] of data.removed) lines.delete(nameOf(table, index));
    for (const news of /** @type {Line[]} */ (data.lines)) merge(lines.get(nameOf(news.table, news.index)), news, data.seconds);
    for (const line of lines.values()) if (line.until < data.until) pass(line, data.until);
    draw();
  }

  /**
   * @param {Line | undefined} old
   * @param {Line} news
   * @param {number} seconds that the event has
   */
  function merge(old, news, seconds) {
    for (const kind of KINDS) {
      const passed = old ? Math.max(0, Math.min(seconds, news.until - old.until)) : seconds;
      const line = news[kind].length ? news[kind] : new Array(seconds).fill(0);
      news[kind] = [...(old?.[kind] ?? minute([])), ...line.slice(line.length - passed)].slice(-SECONDS);
    }
    lines.set(nameOf(news.table, news.index), news);
  }

  /** @param {Line} line @param {number} until */
  function pass(line, until) {
    const zeros = new Array(Math.min(SECONDS, until - line.until)).fill(0);
    for (const kind of KINDS) line[kind] = [...line[kind], ...zeros].slice(-SECONDS);
    line.until = until;
  }

  let needsAll = false;
  draw();
  return { element, event };
}
