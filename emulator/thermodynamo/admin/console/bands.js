// The lines of a heat map: partitions in key order, cold neighbours merged where there are too many. Pure.

/**
 * @typedef {object} Partition one of a timeline, as /_admin/heat/timeline has it
 * @property {number} id
 * @property {string | null} low
 * @property {string | null} high
 * @property {number} items
 * @property {number} bytes
 * @property {number | null} parent
 * @property {Record<string, Record<string, any>> | null} begins_with
 * @property {number[]} read units of each second
 * @property {number[]} write
 * @property {number[]} throttles
 */
/**
 * @typedef {object} Served what a partition serves in a second
 * @property {number} read
 * @property {number} write
 */
/** @typedef {"both" | "read" | "write" | "throttles"} Measure */
/** @typedef {{ from: number, to: number }} Band the partitions `from` up to, not including, `to` */

export const BANDS_MAX = 500;

/**
 * The share of the limit that a partition had in one second.
 * @param {Partition} partition
 * @param {number} at
 * @param {Served} served
 * @param {Measure} measure
 */
export function shareOf(partition, at, served, measure) {
  const read = (partition.read[at] ?? 0) / served.read;
  const write = (partition.write[at] ?? 0) / served.write;
  if (measure === "read") return read;
  if (measure === "write") return write;
  if (measure === "throttles") return Math.min(1.5, (partition.throttles[at] ?? 0) / 100);
  return Math.max(read, write);
}

/**
 * How hot a partition was at most; one that refused anything is hotter than any that did not.
 * @param {Partition} partition
 * @param {Served} served
 */
export function peak(partition, served) {
  let highest = 0;
  for (const units of partition.read) highest = Math.max(highest, units / served.read);
  for (const units of partition.write) highest = Math.max(highest, units / served.write);
  return partition.throttles.some((refused) => refused > 0) ? highest + 10 : highest;
}

/**
 * At most `most` bands that cover all partitions in order. The hottest partitions have bands of their own; what lies
 * between two of them is merged, evenly, into what is left.
 * @param {number[]} peaks of each partition
 * @param {number} [most]
 * @returns {Band[]}
 */
export function bands(peaks, most = BANDS_MAX) {
  if (peaks.length <= most) return peaks.map((_, at) => ({ from: at, to: at + 1 }));
  const hottest = peaks.map((_, at) => at).filter((at) => peaks[at] > 0);
  hottest.sort((one, other) => peaks[other] - peaks[one] || one - other);
  // Between and around n single partitions lie up to n + 1 gaps, each with a band at least.
  const single = new Set(hottest.slice(0, Math.floor((most - 1) / 2)));
  const gaps = runs(peaks.length, single);
  const size = smallestGroup(gaps, most - single.size);
  /** @type {Band[]} */
  const found = [];
  for (let at = 0; at < peaks.length; ) {
    if (single.has(at)) {
      found.push({ from: at, to: at + 1 });
      at += 1;
      continue;
    }
    let end = at;
    while (end < peaks.length && !single.has(end)) end += 1;
    for (; at < end; at = Math.min(end, at + size)) found.push({ from: at, to: Math.min(end, at + size) });
  }
  return found;
}

/**
 * The lengths of the runs of partitions that are not single.
 * @param {number} length
 * @param {Set<number>} single
 */
function runs(length, single) {
  const found = [];
  let run = 0;
  for (let at = 0; at <= length; at += 1) {
    if (at < length && !single.has(at)) run += 1;
    else if (run) {
      found.push(run);
      run = 0;
    }
  }
  return found;
}

/**
 * The smallest number of partitions a band that makes no more bands of the gaps than there may be.
 * @param {number[]} gaps
 * @param {number} most
 */
function smallestGroup(gaps, most) {
  let size = 1;
  while (gaps.reduce((sum, run) => sum + Math.ceil(run / size), 0) > most) size += 1;
  return size;
}

/**
 * Appends the seconds of an event to a timeline that ends where the event begins, or later. Returns false where
 * seconds are missing in between.
 * @param {{ from: number, until: number, partitions: Partition[] }} timeline changed in place
 * @param {{ from: number, until: number, lines: [number, number[], number[], number[]][] }} event
 * @param {number} seconds how many the timeline keeps
 */
export function extend(timeline, event, seconds) {
  if (event.from > timeline.until || event.until < timeline.until) return false;
  const skipped = timeline.until - event.from;
  const added = event.until - timeline.until;
  if (!added) return true;
  const lines = new Map(event.lines.map((line) => [line[0], line]));
  for (const partition of timeline.partitions) {
    const [, read, write, throttles] = lines.get(partition.id) ?? [0, [], [], []];
    for (const [line, news] of /** @type {[number[], number[]][]} */ ([
      [partition.read, read],
      [partition.write, write],
      [partition.throttles, throttles],
    ])) {
      for (let at = 0; at < added; at += 1) line.push(news[skipped + at] ?? 0);
      if (line.length > seconds) line.splice(0, line.length - seconds);
    }
  }
  timeline.until = event.until;
  timeline.from = Math.max(timeline.from, timeline.until - seconds);
  return true;
}
