// The lines of a heat map, and its seconds as they come.

import assert from "node:assert/strict";
import { test } from "node:test";
import { bands, extend, peak, shareOf } from "../../../emulator/thermodynamo/admin/console/bands.js";

const SERVED = { read: 3000, write: 1000 };
const partition = (id, more = {}) => ({ id, low: null, high: null, items: 0, bytes: 0, parent: null, begins_with: null, read: [0, 0], write: [0, 0], throttles: [0, 0], ...more });

function covers(found, length) {
  assert.equal(found[0].from, 0);
  assert.equal(found.at(-1).to, length);
  found.slice(1).forEach((band, at) => assert.equal(band.from, found[at].to));
}

test("few partitions have a line each", () => {
  assert.deepEqual(bands([0, 1, 0]), [{ from: 0, to: 1 }, { from: 1, to: 2 }, { from: 2, to: 3 }]);
});

test("of many, cold neighbours are merged and hot ones stay single", () => {
  const peaks = new Array(2000).fill(0);
  const hot = [0, 7, 8, 999, 1999];
  for (const at of hot) peaks[at] = 1;
  const found = bands(peaks);
  covers(found, 2000);
  assert.ok(found.length <= 500 && found.length > 400);
  for (const at of hot) assert.ok(found.some((band) => band.from === at && band.to === at + 1), String(at));
});

test("where all are hot, the hottest stay single and there are never too many lines", () => {
  for (const length of [501, 750, 2000, 20000]) {
    const peaks = Array.from({ length }, (_, at) => 1 + ((at * 7919) % length) / length);
    const found = bands(peaks);
    covers(found, length);
    assert.ok(found.length <= 500, String(found.length));
    const hottest = peaks.indexOf(Math.max(...peaks));
    assert.ok(found.some((band) => band.from === hottest && band.to === hottest + 1));
  }
});

test("a partition that refused something is hotter than any that did not", () => {
  assert.ok(peak(partition(1, { throttles: [0, 1] }), SERVED) > peak(partition(2, { write: [5000, 0] }), SERVED));
});

test("a share is that of the nearer limit, or of the chosen one", () => {
  const one = partition(1, { read: [1500], write: [900], throttles: [50] });
  assert.equal(shareOf(one, 0, SERVED, "both"), 0.9);
  assert.equal(shareOf(one, 0, SERVED, "read"), 0.5);
  assert.equal(shareOf(one, 0, SERVED, "throttles"), 0.5);
  assert.equal(shareOf(one, 9, SERVED, "both"), 0);
});

test("an event adds the seconds that are missing, and no second twice", () => {
  const timeline = { from: 10, until: 12, partitions: [partition(1, { read: [1, 2] }), partition(2)] };
  const event = { from: 11, until: 14, lines: [[1, [2, 3, 4], [0, 0, 9], [0, 1, 0]]] };
  assert.ok(extend(timeline, event, 3));
  assert.deepEqual(timeline.partitions[0].read, [2, 3, 4]);
  assert.deepEqual(timeline.partitions[0].write, [0, 0, 9]);
  assert.deepEqual(timeline.partitions[0].throttles, [0, 1, 0]);
  assert.deepEqual(timeline.partitions[1].read, [0, 0, 0]);
  assert.deepEqual([timeline.from, timeline.until], [11, 14]);
  assert.ok(extend(timeline, event, 3));
  assert.deepEqual(timeline.partitions[0].read, [2, 3, 4]);
});

test("an event that leaves seconds out is refused", () => {
  assert.ok(!extend({ from: 10, until: 12, partitions: [] }, { from: 13, until: 14, lines: [] }, 3));
});
