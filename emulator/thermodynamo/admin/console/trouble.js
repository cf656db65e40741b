// Time and trouble: the clock, faults, index delay, transaction hold, drained buckets; snapshots where there are any.

import { ask, attempt, button, checkBox, fill, grid, group, h, labelled, note, numberBox, panel, select, textBox, update } from "./dom.js";
import { count, duration, instant } from "./format.js";
import { snapshotPanel } from "./snapshots.js";
import { admin } from "./server.js";

/** @typedef {import("./main.js").Context} Context */

const STEPS = /** @type {[number, string][]} */ ([[1, "1 s"], [60, "1 min"], [3600, "1 h"], [86400, "1 d"], [2592000, "30 d"]]);
const ERRORS = ["InternalServerError", "ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "ServiceUnavailable", "TransactionConflictException", "ConditionalCheckFailedException", "ItemCollectionSizeLimitExceededException"];

/** @param {Context} context */
export async function show(context) {
  const { namespace } = context;
  let told = await admin("clock");
  const [overview, hold] = await Promise.all([admin("overview", namespace), admin("transactions", namespace)]);
  const tables = overview.lines.filter((line) => line.index === null).map((line) => line.table);
  const indexes = overview.lines.filter((line) => line.index !== null);

  const time = h("output", { class: "mono", "aria-label": "The server's time" });
  const mode = h("span", { class: "muted" });
  const seconds = numberBox(60);
  const rate = numberBox(60);
  const until = textBox(22, { placeholder: "2027-01-01T00:00:00Z" });
  const freeze = button("Freeze", () => void setClock(told.rate === 0 ? { rate: 1 } : { freeze: true }));

  function drawClock() {
    time.textContent = `${instant(told.now)} UTC`;
    mode.textContent = told.rate === 0 ? "frozen" : told.mode === "system" ? "as the machine's clock" : told.rate === 1 ? "turned, and running" : `${count(told.rate)} seconds in each second`;
    freeze.textContent = told.rate === 0 ? "Let it run" : "Freeze";
  }

  /** @param {Record<string, any>} body */
  async function setClock(body) {
    const before = told;
    const undo = "freeze" in body || "rate" in body ? () => setClock({ rate: before.rate }) : undefined;
    await attempt(async () => (told = await admin("clock", {}, { body })), (reply) => `The clock stands at ${instant(reply.now)} UTC${reply.rate === 1 ? "" : reply.rate === 0 ? ", frozen" : `, × ${count(reply.rate)}`}.${undo ? "" : " It cannot go back."}`, undo);
    drawClock();
  }

  const clock = panel("Clock",
    h("p", {}, time, " ", mode),
    group(freeze, STEPS.map(([step, text]) => button(`+ ${text}`, () => void setClock({ advance: step }), { "aria-label": `advance by ${text}` }))),
    group(labelled("seconds", seconds), button("Advance", () => void setClock({ advance: Number(seconds.value) })), labelled("rate", rate), button("Set rate", () => void setClock({ rate: Number(rate.value) }))),
    group(labelled("instant", until), button("Turn to", () => void setClock({ set: until.value }))),
    note("Items expire, streams are trimmed and bursts refill as if the time had passed."),
  );
  const faults = await faultPanel(namespace);
  const element = h(
    "div",
    { class: "page" },
    h("h1", {}, "Time and trouble"),
    h("div", { class: "panels" }, clock, faults.element, bucketPanel(namespace, tables), delayPanel(namespace, indexes, hold), snapshotPanel(context)),
  );
  drawClock();
  return {
    element,
    /** @param {string} name @param {any} data */
    event(name, data) {
      if (name !== "clock") return;
      told = data;
      drawClock();
      faults.refresh();
    },
  };
}

/** @param {import("./server.js").Namespace} namespace */
async function faultPanel(namespace) {
  const list = h("div");
  const operation = textBox(14, { value: "PutItem" });
  const table = textBox(12, { placeholder: "any" });
  const key = textBox(12, { placeholder: "any" });
  const action = select([["error", "answer with"], ["delay_ms", "delay by ms"], ["drop", "drop the connection"], ["unprocessed", "leave of a batch"]], "error", () => shown());
  const error = select(ERRORS, ERRORS[0]);
  const number = numberBox(200, { min: "1" });
  const moment = select([["before", "before the write"], ["after", "after the write"]], "before");
  const chance = numberBox(1, { max: "1" });
  const times = numberBox("", { min: "1", placeholder: "any" });
  const isHere = checkBox(true);
  const what = h("span", { class: "group" });
  function shown() {
    fill(what, action.value === "error" ? labelled("error", error) : action.value === "drop" ? labelled("moment", moment) : labelled(action.value === "delay_ms" ? "milliseconds" : "items", number));
  }
  shown();
  const where = () => (isHere.checked ? namespace : {});

  async function add() {
    const value = action.value === "error" ? error.value : action.value === "drop" ? moment.value : Number(number.value);
    const rule = { operation: operation.value || "*", ...(table.value ? { table: table.value } : {}), ...(key.value ? { key: key.value } : {}), [action.value]: value, ...(Number(chance.value) < 1 ? { probability: Number(chance.value) } : {}), ...(times.value ? { count: Number(times.value) } : {}) };
    /** @type {any} */
    let made = null;
    await attempt(async () => (made = await admin("faults", where(), { body: rule })), () => `Rule ${made.id} is in force.`, () => remove(made));
    await refresh();
  }

  /** @param {any} rule */
  async function remove(rule) {
    const { id, fired: _fired, account, region, ...body } = rule;
    await attempt(() => admin(`faults/${id}`, {}, { method: "DELETE" }), `Rule ${id} is removed.`, () => attempt(() => admin("faults", { account, region }, { body }), "The rule is back, as a new one."));
    await refresh();
  }

  let isReading = false;
  async function refresh() {
    if (isReading) return;
    isReading = true;
    try {
      const { faults } = await admin("faults");
      const lines = faults.map((rule) => {
        const { id, fired, account, region, ...rest } = rule;
        return [id, h("code", {}, Object.entries(rest).map(([name, value]) => `${name}: ${value}`).join(", ")), account ? `${account} ${region ?? ""}` : "all", count(fired), h("button", { type: "button", class: "quiet", "aria-label": `remove rule ${id}`, data: { rule: id } }, "Remove")];
      });
      update(list, [lines.length ? grid("Fault rules", ["Rule", "What", "Where", ["Fired", "number"], ""], lines) : note("No rule is in force.")]);
      rules = faults;
    } finally {
      isReading = false;
    }
  }
  /** @type {any[]} */
  let rules = [];
  // The buttons are made anew when a figure changes, so their list hears of them.
  list.addEventListener("click", (event) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset.rule : undefined;
    const rule = rules.find((each) => String(each.id) === id);
    if (rule) void remove(rule);
  });
  await refresh();
  const element = panel("Faults",
    list,
    group(labelled("operation", operation), labelled("table", table), labelled("key", key)),
    group(labelled("what", action), what),
    group(labelled("probability", chance), labelled("times", times), labelled("only in this namespace", isHere), button("Add fault", add, { class: "primary" })),
  );
  return { element, refresh };
}

/** @param {import("./server.js").Namespace} namespace @param {string[]} tables */
function bucketPanel(namespace, tables) {
  const table = select(tables, tables[0] ?? "");
  const kind = select(["write", "read"], "write");
  const seconds = numberBox(5);
  const act = (body) => admin(`tables/${encodeURIComponent(table.value)}/capacity`, namespace, { body });
  const fillUp = () => attempt(() => act({ fill: kind.value }), (reply) => `${count(reply.units_left)} ${kind.value} units are left.`);
  const drain = () => attempt(() => act({ drain: kind.value, seconds: Number(seconds.value) }), `${table.value} has no ${kind.value} units for ${duration(Number(seconds.value))}.`, fillUp);
  const split = async () => {
    const { partitions } = await admin(`tables/${encodeURIComponent(table.value)}/partitions`, namespace);
    const largest = partitions.reduce((one, other) => (other.items > one.items ? other : one));
    const isSure = await ask(`Split partition ${largest.id} of ${table.value}?`, h("p", {}, "It is the one with the most items. A split cannot be undone."), { confirm: "Split" });
    if (isSure) await attempt(() => admin(`tables/${encodeURIComponent(table.value)}/split`, namespace, { body: { partition: largest.id } }), (reply) => `Partition ${reply.parent} is split into ${reply.children.map((each) => each.id).join(" and ")}.`);
  };
  return panel("Capacity and splits",
    tables.length
      ? [group(labelled("table", table), labelled("units", kind), labelled("seconds", seconds)), group(button("Drain", drain), button("Fill", fillUp), button("Split a partition…", split)), note("A single partition is drained or split on the table's heat page: click its cell.")]
      : note("No tables here."),
  );
}

/** @param {import("./server.js").Namespace} namespace @param {any[]} indexes @param {{ hold_seconds: [number, number] }} hold */
function delayPanel(namespace, indexes, hold) {
  const names = indexes.map((each) => /** @type {[string, string]} */ ([JSON.stringify([each.table, each.index]), `${each.table}/${each.index}`]));
  const index = select(names, names[0]?.[0] ?? "");
  const [low, high, holdLow, holdHigh] = [0, 0, ...hold.hold_seconds].map((value) => numberBox(value));
  async function setDelay() {
    const [table, name] = JSON.parse(index.value);
    const path = `tables/${encodeURIComponent(table)}/indexes/${encodeURIComponent(name)}`;
    const before = await admin(path, namespace);
    await attempt(() => admin(path, namespace, { body: { delay_seconds: [Number(low.value), Number(high.value)] } }), (reply) => `${name} is ${reply.delay_seconds.join(" to ")} s behind ${table}.`, () => attempt(() => admin(path, namespace, { body: { delay_seconds: before.delay_seconds } }), "The delay is as it was."));
  }
  async function setHold() {
    const before = await admin("transactions", namespace);
    const set = (/** @type {number[]} */ value) => admin("transactions", namespace, { body: { hold_seconds: value } });
    await attempt(() => set([Number(holdLow.value), Number(holdHigh.value)]), (reply) => `Transactions hold their items for ${reply.hold_seconds.join(" to ")} s.`, () => attempt(() => set(before.hold_seconds), "The hold is as it was."));
  }
  return panel("Delays",
    names.length ? group(labelled("index", index), labelled("from s", low), labelled("to s", high), button("Delay the index", setDelay)) : note("No global index here to delay."),
    group(labelled("transactions hold from s", holdLow), labelled("to s", holdHigh), button("Set the hold", setHold)),
  );
}
