// A table's heat, or an index's: the map, what is wrong, and for a cell the refusals and the hottest keys.

import { bands, extend, peak } from "./bands.js";
import { attempt, bar, button, facts, fill, grid, group, h, labelled, note, scroller, segments, select } from "./dom.js";
import { bytes, clockTime, count, duration, keyText, percent, shortened } from "./format.js";
import { HeatMap } from "./heat-map.js";
import { css, heatColour } from "./palette.js";
import { admin, explained } from "./server.js";

/** @typedef {import("./main.js").Context} Context */
/** @typedef {import("./bands.js").Partition} Partition */
/** @typedef {import("./bands.js").Measure} Measure */

const SECONDS = 300;
/** How often the hottest keys and the diagnosis are read again. */
const REPORT_MS = 3000;
/** @type {[Measure, string][]} */
const MEASURES = [["both", "Load"], ["read", "Reads"], ["write", "Writes"], ["throttles", "Throttles"]];

/** @param {Context} context */
export async function show(context) {
  const { namespace } = context;
  const query = { ...namespace, table: context.table, index: context.index };
  const topic = [context.account, context.region, context.table, ...(context.index ? [context.index] : [])].join("/");
  const listed = await admin(`tables/${encodeURIComponent(context.table ?? "")}/partitions`, namespace);
  const indexes = Object.keys(listed.indexes);
  let timeline = await read();
  let report = await reported();
  /** @type {Measure} */
  let measure = "both";
  let layout = "";
  /** @type {Map<number, [number, number, number]>} */
  let current = new Map();
  let queue = { pending_changes: 0, lag_seconds: 0 };
  let isTable = false;
  let isReading = false;

  const canvas = h("canvas", { tabIndex: 0, role: "img", "aria-label": "Heat of each partition: time across, keys in order down. Arrow keys move, Enter shows a cell, Escape shows all. A table with the same figures is under As table." });
  const map = new HeatMap(canvas);
  const tip = h("div", { class: "tip", hidden: true });
  const frame = h("div", { class: "map" }, canvas, tip);
  const verdict = h("p", { class: "verdict", role: "status" });
  const summary = h("p", { class: "muted" });
  const side = h("aside", { class: "panel", "aria-label": "Details" });
  const asTable = scroller("The heat as a table");
  asTable.hidden = true;
  const reset = button("Show all", () => ((map.zoom = null), draw()), { hidden: true });
  const measures = segments("Colour by", MEASURES, measure, (value) => ((measure = /** @type {Measure} */ (value)), draw()));
  const ramp = h("span", { class: "ramp", style: { background: `linear-gradient(to right, ${[0, 0.02, 0.15, 0.35, 0.55, 0.75, 0.9, 1].map((share) => `${css(heatColour(share))} ${share * 100}%`).join(", ")})` } });
  const element = h(
    "div",
    { class: "page" },
    bar(
      h("h1", { class: context.index ? "" : "unseen" }, context.index ? `Index ${context.index}` : `Heat of ${context.table}`),
      indexes.length ? labelled("Keyspace", select([["", "the table"], ...indexes.map((name) => /** @type {[string, string]} */ ([name, `index ${name}`]))], context.index ?? "", (value) => context.go({ index: value || null }))) : null,
      measures,
      h("div", { class: "legend" }, "0 %", ramp, "100 % of the limit", h("span", { class: "tick" }), "throttled"),
      h("div", { class: "spring" }),
      reset,
      button("As table", () => ((isTable = !isTable), (asTable.hidden = !isTable), draw()), { "aria-pressed": "false" }),
    ),
    verdict,
    h("div", { class: "heat" }, h("div", {}, frame, summary, asTable), side),
  );

  async function read() {
    return admin("heat/timeline", { ...query, seconds: SECONDS, sparse: 1 }).then((found) => {
      for (const partition of found.partitions) for (const kind of ["read", "write", "throttles"]) partition[kind] = [...new Array(SECONDS - partition[kind].length).fill(0), ...partition[kind]];
      return found;
    });
  }

  async function reported() {
    const found = await admin("heat", query);
    return found.tables.find((each) => (each.index ?? null) === (context.index ?? null));
  }

  /** When the border below each low key came to be. */
  function splits() {
    /** @type {Map<string, number>} */
    const found = new Map();
    const closed = new Map(report.splits.map((each) => [each.id, each]));
    for (const partition of timeline.partitions) {
      let parent = closed.get(partition.parent);
      // The border is of the split whose lower half ends there: of the first ancestor that began elsewhere.
      while (parent && parent.low === partition.low) parent = closed.get(parent.parent);
      if (parent) found.set(partition.low ?? "", parent.split_at);
    }
    return found;
  }

  function draw() {
    const height = Math.min(Math.max(300, innerHeight - 270), 900);
    canvas.style.height = `${height}px`;
    const found = bands(timeline.partitions.map((/** @type {Partition} */ each) => peak(each, timeline.served)));
    map.draw({ partitions: timeline.partitions, bands: found, served: timeline.served, measure, from: timeline.from, until: timeline.until, current, splits: splits() });
    reset.hidden = !map.zoom;
    const merged = timeline.partitions.length - found.length;
    const lag = context.index ? ` · ${count(queue.pending_changes)} changes queued, ${duration(queue.lag_seconds)} behind` : "";
    summary.textContent = `${count(timeline.partitions.length)} partitions${merged ? `, ${count(found.length)} lines: cold neighbours are merged` : ""} · each serves ${count(timeline.served.read)} read and ${count(timeline.served.write)} write units/s · ${clockTime(timeline.from)} to ${clockTime(timeline.until)} UTC${lag}`;
    if (isTable) drawTable();
  }

  function drawVerdict() {
    const isCalm = ["idle", "even", "unmetered"].includes(report.diagnosis);
    verdict.className = isCalm ? "verdict" : "verdict trouble";
    fill(verdict, h("b", {}, report.diagnosis), h("span", {}, report.advice));
  }

  function drawTable() {
    const lines = timeline.partitions.slice(0, 500).map((/** @type {Partition} */ each) => {
      const [read, write] = [each.read, each.write].map((series) => series.slice(-10).reduce((sum, units) => sum + units, 0) / 10);
      const refused = each.throttles.reduce((sum, number) => sum + number, 0);
      return [each.id, keyText(each.begins_with) || each.low || "lowest key", count(each.items), bytes(each.bytes), count(read), percent(read / timeline.served.read), count(write), percent(write / timeline.served.write), count(refused)];
    });
    fill(asTable, grid("Heat by partition over the last 10 seconds; throttled over five minutes", ["Partition", "Begins with", ["Items", "number"], ["Size", "number"], ["Read units/s", "number"], ["of limit", "number"], ["Write units/s", "number"], ["of limit", "number"], ["Throttled", "number"]], lines));
  }

  /** The hottest keys of the whole keyspace. */
  function drawSide() {
    if (chosen) return;
    const keys = report.partitions
      .flatMap((each) => each.hottest_keys.map((key) => ({ ...key, partition: each.id })))
      .filter((key) => key.share >= 0.01)
      .sort((one, other) => other.units - one.units)
      .slice(0, 12);
    fill(
      side,
      h("h2", {}, "Hottest keys"),
      keys.length ? hotKeys(keys) : note("No requests in the last minute or two."),
      note("Click a cell of the map for its refusals and keys; drag to zoom."),
      h("h3", {}, "Limits"),
      report.limits ? facts(["read", "write"].map((kind) => [kind, `${count(report.limits[kind].units_left)} of ${count(report.limits[kind].units_kept_at_most)} units left, ${count(report.limits[kind].units_per_second)} more each second (${report.limits[kind].limit})`])) : h("p", {}, "Nothing is metered with --capacity off."),
      Object.keys(report.throttles).length ? [h("h3", {}, "Throttled"), facts(Object.entries(report.throttles).map(([reason, number]) => [count(Number(number)), reason]))] : null,
    );
  }

  /** @param {{ key: any, units: number, share: number, partition: number }[]} keys */
  function hotKeys(keys) {
    const lines = keys.map((each) => [h("span", { title: keyText(each.key) }, shortened(keyText(each.key), 60)), each.partition, percent(each.share)]);
    const table = grid("Hottest keys", ["Key", ["Partition", "number"], ["of its load", "number"]], lines);
    table.className = "keys";
    return table;
  }

  /** @type {import("./heat-map.js").Cell | null} */
  let chosen = null;

  /** @param {import("./heat-map.js").Cell} cell */
  async function choose(cell) {
    const picture = map.picture;
    if (!picture) return;
    chosen = cell;
    map.cursor = cell;
    draw();
    const band = picture.bands[cell.band];
    const ids = picture.partitions.slice(band.from, band.to).map((each) => each.id);
    const { throttles } = await admin("throttles", namespace);
    report = await reported();
    const refused = throttles.filter((each) => each.table === context.table && (each.index ?? null) === (context.index ?? null) && ids.includes(each.partition) && Math.floor(each.time) === cell.at);
    const described = report.partitions.filter((each) => ids.includes(each.id));
    const first = described[0];
    fill(
      side,
      bar(h("h2", {}, ids.length === 1 ? `Partition ${ids[0]}` : `${ids.length} partitions`), h("div", { class: "spring" }), button("Close", () => ((chosen = null), (map.cursor = null), drawSide(), draw()), { class: "quiet" })),
      cellFacts(picture, band, cell),
      h("h3", {}, `Refused at ${clockTime(cell.at)}`),
      refused.length
        ? grid("Requests refused in this second", ["Operation", "Key", ["Units left", "number"]], refused.slice(0, 30).map((each) => [each.operation, shortened(keyText(each.key), 40), count(each.tokens)]))
        : note(map.refused(picture, band, cell.at) ? "They are no longer among the last 1,000 refusals." : "None."),
      h("h3", {}, "Hottest keys of the last minute or two"),
      described.some((each) => each.hottest_keys.length) ? hotKeys(described.flatMap((each) => each.hottest_keys.map((key) => ({ ...key, partition: each.id }))).slice(0, 10)) : note("None."),
      first && ids.length === 1 ? partitionActions(first) : null,
    );
  }

  /** @param {any} partition */
  function partitionActions(partition) {
    const act = (/** @type {string} */ path, body, /** @type {string} */ text, /** @type {(() => unknown) | undefined} */ undo) =>
      attempt(() => admin(`tables/${encodeURIComponent(context.table ?? "")}/${path}`, namespace, { body: { ...body, ...(context.index ? { index: context.index } : {}), partition: partition.id } }), text, undo);
    const drain = (/** @type {string} */ kind) => () => act("capacity", { drain: kind, seconds: 5 }, `Partition ${partition.id} has no ${kind} units for 5 s.`, () => act("capacity", { fill: kind }, `The ${kind} units are back.`, undefined));
    return [
      partition.not_split_because ? h("p", {}, `Not split: ${partition.not_split_because}`) : null,
      h("h3", {}, "Act"),
      group(button("Split", () => act("split", { by: "range" }, `Partition ${partition.id} is split. A split cannot be undone.`, undefined)), button("Drain reads", drain("read")), button("Drain writes", drain("write"))),
    ];
  }

  /** @param {import("./heat-map.js").Picture} picture @param {import("./bands.js").Band} band @param {import("./heat-map.js").Cell} cell */
  function cellFacts(picture, band, cell) {
    const { read: reads, write: writes } = unitsAt(picture, band, cell.at);
    const first = picture.partitions[band.from];
    const last = picture.partitions[band.to - 1];
    return facts([
      ["time", `${clockTime(cell.at)} UTC`],
      ["from", keyText(first.begins_with) || first.low || "the lowest key"],
      ["up to", last.high ?? "the highest key"],
      ["reads", `${count(reads)} units, ${percent(reads / picture.served.read / (band.to - band.from))}`],
      ["writes", `${count(writes)} units, ${percent(writes / picture.served.write / (band.to - band.from))}`],
      ["throttled", count(map.refused(picture, band, cell.at))],
    ]);
  }

  /** @param {import("./heat-map.js").Picture} picture @param {import("./bands.js").Band} band @param {number} second */
  function unitsAt(picture, band, second) {
    let read = 0;
    let write = 0;
    for (const partition of picture.partitions.slice(band.from, band.to)) {
      const now = picture.current.get(partition.id) ?? [0, 0, 0];
      read += second < picture.until ? (partition.read[second - picture.from] ?? 0) : now[0];
      write += second < picture.until ? (partition.write[second - picture.from] ?? 0) : now[1];
    }
    return { read, write };
  }

  /** @param {PointerEvent} event */
  function hover(event) {
    const at = map.cellAt(event.offsetX, event.offsetY);
    tip.hidden = !at || Boolean(map.drag);
    if (!at || !map.picture || tip.hidden) return;
    const band = map.picture.bands[at.band];
    const ids = band.to - band.from === 1 ? `partition ${map.picture.partitions[band.from].id}` : `${band.to - band.from} partitions, merged`;
    fill(tip, h("b", {}, ids), cellFacts(map.picture, band, at));
    const left = event.offsetX > frame.clientWidth / 2 ? event.offsetX - tip.offsetWidth - 14 : event.offsetX + 14;
    tip.style.left = `${left}px`;
    tip.style.top = `${Math.max(4, Math.min(event.offsetY + 14, frame.clientHeight - tip.offsetHeight - 4))}px`;
  }

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    map.drag = { x: event.offsetX, y: event.offsetY, toX: event.offsetX, toY: event.offsetY };
  });
  canvas.addEventListener("pointermove", (event) => {
    hover(event);
    if (!map.drag) return;
    map.drag = { ...map.drag, toX: event.offsetX, toY: event.offsetY };
    draw();
  });
  canvas.addEventListener("pointerup", (event) => {
    const drag = map.drag;
    map.drag = null;
    if (!drag) return;
    if (Math.hypot(drag.toX - drag.x, drag.toY - drag.y) > 6) map.zoomTo(drag);
    else {
      const cell = map.cellAt(event.offsetX, event.offsetY);
      if (cell) void choose(cell);
    }
    draw();
  });
  canvas.addEventListener("pointerleave", () => (tip.hidden = true));
  canvas.addEventListener("dblclick", () => ((map.zoom = null), draw()));
  canvas.addEventListener("keydown", (event) => {
    const view = map.view();
    const cursor = map.cursor ?? { at: timeline.until - 1, band: view.first };
    const ways = /** @type {Record<string, [number, number]>} */ ({ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] });
    if (event.key === "Enter") void choose(cursor);
    else if (event.key === "Escape") map.zoom = map.cursor = null;
    else if (event.key in ways) {
      const [across, down] = ways[event.key];
      map.cursor = { at: Math.min(Math.max(cursor.at + across, view.from), view.until - 1), band: Math.min(Math.max(cursor.band + down, view.first), view.last - 1) };
    } else return;
    event.preventDefault();
    draw();
  });

  /** Reads everything again: after a split, and where seconds are missing. */
  async function again() {
    if (isReading) return;
    isReading = true;
    try {
      [timeline, report] = await Promise.all([read(), reported()]);
      draw();
      drawVerdict();
      drawSide();
    } catch (error) {
      gone(error);
    } finally {
      isReading = false;
    }
  }

  /** @param {unknown} error */
  const gone = (error) => fill(verdict, h("b", {}, "gone"), h("span", {}, explained(error)));

  /** @param {string} name @param {any} data */
  function event(name, data) {
    if (name !== "heat" || data.topic !== topic) return;
    if (data.layout === null) return void again();
    const isSame = layout === "" || layout === data.layout;
    layout = data.layout;
    if (!isSame || !extend(timeline, data, SECONDS)) return void again();
    current = new Map(data.current.map((/** @type {number[]} */ [id, ...figures]) => [id, figures]));
    queue = data;
    draw();
  }

  const timer = setInterval(async () => {
    if (document.hidden || isReading) return;
    try {
      report = await reported();
      drawVerdict();
      drawSide();
    } catch (error) {
      gone(error);
    }
  }, REPORT_MS);
  const resized = new ResizeObserver(() => requestAnimationFrame(draw));
  resized.observe(frame);
  drawVerdict();
  drawSide();
  return { element, topics: [topic], event, stop: () => (clearInterval(timer), resized.disconnect()) };
}
