// The stream of a table: its shards as a tree, how far they are read, and its records as they come.

import { bar, button, fill, grid, h, note, scroller, svg, update } from "./dom.js";
import { bytes, clockTime, count, duration, keyText, shortened } from "./format.js";
import { address } from "./place.js";
import { admin, explained } from "./server.js";
import { placed } from "./shard-tree.js";
import { shown } from "./values.js";

/** @typedef {import("./main.js").Context} Context */

const KEPT = 100;
const WIDTH = 190;
const HEIGHT = 40;
const SHARDS_SHOWN = 200;

/** @param {Context} context */
export async function show(context) {
  const { namespace } = context;
  const path = `tables/${encodeURIComponent(context.table ?? "")}/stream`;
  let report = await admin(path, { ...namespace, records: KEPT });
  /** @type {any[]} newest first */
  let records = report.records;
  let isPaused = false;
  let isReading = false;
  const head = h("div");
  const tree = scroller("The shards as a tree");
  const readers = h("div", { class: "panel" });
  const tail = scroller("The last records");
  const pause = button("Pause", () => ((isPaused = !isPaused), (pause.textContent = isPaused ? "Go on" : "Pause")));
  const element = h("div", { class: "page" }, h("h1", { class: "unseen" }, `Stream of ${context.table}`), head, tree, readers, bar(h("h2", {}, "Records, newest first"), pause), tail);

  function draw() {
    const [stream] = report.streams;
    for (const each of [tree, readers, tail, pause]) each.hidden = !stream;
    if (!stream) {
      fill(head, h("div", { class: "empty" }, h("h2", {}, `${context.table} has no stream`), h("p", {}, h("a", { href: address({ ...context, page: "settings" }) }, "Turn one on"), " in the table's settings.")));
      return;
    }
    const early = stream.trimmed_early ? ` · ${count(stream.trimmed_early)} records trimmed early to make room` : "";
    update(head, [h("p", {}, h("b", {}, stream.status), ` · ${stream.view_type} · ${count(stream.shards.length)} shards · ${bytes(stream.bytes)}${early}`), h("p", { class: "muted mono" }, stream.arn)]);
    update(tree, [drawing(stream.shards.slice(-SHARDS_SHOWN))]);
    drawReaders(stream);
    drawRecords();
  }

  /** @param {any[]} shards */
  function drawing(shards) {
    const places = placed(shards);
    const at = new Map(places.map((each) => [each.shard.id, each]));
    const width = (Math.max(...places.map((each) => each.depth)) + 1) * WIDTH + 10;
    const height = (Math.max(...places.map((each) => each.line)) + 1) * HEIGHT + 6;
    const lines = places.flatMap(({ shard, depth, line }) => {
      const parent = at.get(shard.parent ?? "");
      if (!parent) return [];
      const [x, y] = [depth * WIDTH + 6, line * HEIGHT + 20];
      const [fromX, fromY] = [parent.depth * WIDTH + WIDTH - 30, parent.line * HEIGHT + 20];
      return [svg("path", { d: `M${fromX} ${fromY} C${fromX + 24} ${fromY} ${x - 24} ${y} ${x} ${y}` })];
    });
    const boxes = places.map(({ shard, depth, line }) =>
      svg(
        "g",
        { class: shard.closed_at === null ? "open" : "closed", transform: `translate(${depth * WIDTH + 6} ${line * HEIGHT + 4})` },
        svg("title", {}, `${shard.id}, opened ${clockTime(shard.opened_at)}${shard.closed_at === null ? "" : `, closed ${clockTime(shard.closed_at)}`}`),
        svg("rect", { width: WIDTH - 36, height: 32, rx: 5 }),
        svg("text", { x: 8, y: 14 }, `…${shard.id.slice(-8)}  p${shard.partition}`),
        svg("text", { x: 8, y: 27 }, `${count(shard.records)} records${shard.closed_at === null ? "" : ", closed"}`),
      ),
    );
    return svg("svg", { class: "tree", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${shards.length} shards; a table of those that are read follows` }, ...lines, ...boxes);
  }

  /** @param {any} stream */
  function drawReaders(stream) {
    const lines = stream.shards.flatMap((shard) => shard.readers.map((reader) => [h("code", {}, `…${shard.id.slice(-8)}`), h("code", {}, reader.after), count(reader.records_behind), duration(reader.seconds_behind), `${duration(Math.max(0, report.now - reader.asked_at))} ago`]));
    update(readers, [h("h2", {}, "Iterators of consumers and triggers"), lines.length ? grid("Readers", ["Shard", "Goes on after", ["Records behind", "number"], ["Lag", "number"], ["Last read", "number"]], lines) : note("Nothing has read this stream. Readers that stand at one place count as one.")]);
  }

  function drawRecords() {
    const lines = records.map((record) => [
      clockTime(record.dynamodb.ApproximateCreationDateTime),
      h("span", { class: record.eventName === "REMOVE" ? "trouble" : "" }, record.eventName, record.userIdentity ? h("span", { class: "chip" }, "time to live") : null),
      h("code", {}, shortened(keyText(record.dynamodb.Keys), 50)),
      h("span", { class: "value" }, record.dynamodb.OldImage ? shown({ M: record.dynamodb.OldImage }, 120) : ""),
      h("span", { class: "value" }, record.dynamodb.NewImage ? shown({ M: record.dynamodb.NewImage }, 120) : ""),
      h("code", {}, `…${record.dynamodb.SequenceNumber.slice(-9)}`),
    ]);
    update(tail, [grid("The last records", ["Time", "Event", "Key", "Before", "After", "Number"], lines)]);
  }

  /** @param {string} name */
  async function event(name) {
    if (name !== "clock" || isPaused || isReading) return;
    isReading = true;
    try {
      const after = records[0]?.dynamodb.SequenceNumber;
      report = await admin(path, { ...namespace, records: KEPT, after });
      records = [...report.records, ...records].slice(0, KEPT);
      draw();
    } catch (error) {
      fill(head, h("p", { class: "error" }, explained(error)));
    } finally {
      isReading = false;
    }
  }
  draw();
  return { element, event };
}
