// The last refusals: when, what, why, by which key, with how many tokens left, at which attempt of the client.

import { bar, fill, grid, h, labelled, note, panel, scroller, select, statusPlace, update } from "./dom.js";
import { clockTime, count, keyText, shortened } from "./format.js";
import { address } from "./place.js";
import { access, admin } from "./server.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {{ time: number, operation: string, table: string, index: string | null, reason: string, partition: number, key: any, tokens: number, refused: boolean, attempt: number | null }} Refusal */

const SHOWN_MAX = 300;
const FIELDS = /** @type {("table" | "reason" | "operation")[]} */ (["table", "reason", "operation"]);

/** @param {Context} context */
export async function show(context) {
  const { namespace } = context;
  /** @type {Refusal[]} */
  let refusals = [];
  const chosen = { table: "", reason: "", operation: "", key: "" };
  const status = statusPlace();
  const place = scroller("The last refusals");
  const denials = h("div");
  const calls = h("ul", { class: "calls", "aria-label": "What the clients did" });
  const boxes = FIELDS.map((name) => select([["", "all"]], "", (value) => ((chosen[name] = value), draw())));
  const key = h("input", { type: "search", oninput: () => ((chosen.key = key.value.toLowerCase()), draw()) });

  /** What policies denied, or would have denied. */
  async function readDenials() {
    const { denied } = await admin("access");
    const lines = denied.map((each) => [each.caller, each.operation, each.action, each.resource, each.decided_by, count(each.count), clockTime(each.last_at)]);
    update(denials, [panel("Denied by policies", grid("Denied by policies", ["Caller", "Operation", "Action", "Resource", "Decided by", ["Times", "number"], "Last (UTC)"], lines))]);
  }

  async function read() {
    const report = await admin("throttles", namespace);
    refusals = report.throttles;
    update(calls, report.retries.map((each) => h("li", {}, h("b", {}, each.operation), ` on ${each.table}: ${each.summary}`)));
    for (const [at, name] of FIELDS.entries()) {
      const values = [...new Set(refusals.map((each) => each[name]))].sort();
      update(boxes[at], [["", "all"], ...values.map((value) => [value, value])].map(([value, text]) => h("option", { value, selected: value === chosen[name] }, text)));
    }
    draw();
  }

  function draw() {
    const found = refusals.filter((each) => FIELDS.every((name) => !chosen[name] || each[name] === chosen[name]) && keyText(each.key).toLowerCase().includes(chosen.key));
    status.textContent = found.length === refusals.length ? `${count(found.length)} refusals, the last 1,000 are kept` : `${count(found.length)} of ${count(refusals.length)} refusals`;
    if (!refusals.length) return fill(place, h("div", { class: "empty" }, h("h2", {}, "Nothing was refused"), note("Refusals show here within a second, each with the limit it met.")));
    const lines = found.slice(0, SHOWN_MAX).map((each) => [
      clockTime(each.time),
      each.operation,
      h("a", { href: address({ ...namespace, page: "heat", table: each.table, index: each.index }) }, each.index ? `${each.table}/${each.index}` : each.table),
      each.reason,
      each.partition,
      h("code", { title: keyText(each.key) }, shortened(keyText(each.key), 60)),
      count(each.tokens),
      each.attempt === null ? "" : each.attempt === 1 ? "first" : `retry ${each.attempt - 1}`,
      each.refused ? "" : "only observed",
    ]);
    update(place, [grid("The last refusals", ["Time (UTC)", "Operation", "Table or index", "Reason", ["Partition", "number"], "Key", ["Units left", "number"], "Attempt", "Note"], lines)]);
  }

  await read();
  const element = h(
    "div",
    { class: "page" },
    bar(h("h1", {}, "Throttles and retries"), ["Table", "Reason", "Operation"].map((name, at) => labelled(name, boxes[at])), labelled("Key has", key), status),
    calls,
    place,
    denials,
  );
  let newest = -1;
  /** @param {string} name @param {any} data */
  function event(name, data) {
    if (name === "clock" && access.mode !== "off") void readDenials();
    if (name !== "tables") return;
    const isRefused = data.lines.some((line) => line.throttled.length);
    if (isRefused || newest < 0) void read();
    newest = data.until;
  }
  return { element, event };
}
