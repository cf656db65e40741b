// Where the shards of a stream stand in a drawing: parents left of their children. Pure.

/** @typedef {{ id: string, parent: string | null, closed_at: number | null, opened_at: number, partition: number, records: number }} Shard */
/** @typedef {{ shard: Shard, depth: number, line: number }} Placed */

/**
 * Each shard with its generation and its line; the children of a shard lie around its own line.
 * @param {Shard[]} shards
 * @returns {Placed[]}
 */
export function placed(shards) {
  const known = new Set(shards.map((shard) => shard.id));
  /** @type {Map<string | null, Shard[]>} */
  const children = new Map();
  for (const shard of shards) {
    const parent = shard.parent !== null && known.has(shard.parent) ? shard.parent : null;
    children.set(parent, [...(children.get(parent) ?? []), shard]);
  }
  /** @type {Placed[]} */
  const found = [];
  let free = 0;
  /** Generations of a long-lived stream go deep: no recursion. @type {{ shard: Shard, depth: number, entered: boolean }[]} */
  const open = (children.get(null) ?? []).map((shard) => ({ shard, depth: 0, entered: false })).reverse();
  /** @type {Map<string, number>} */
  const lines = new Map();
  for (let next = open.pop(); next; next = open.pop()) {
    const { shard, depth } = next;
    const own = children.get(shard.id) ?? [];
    if (own.length && !next.entered) {
      open.push({ ...next, entered: true }, ...own.map((child) => ({ shard: child, depth: depth + 1, entered: false })).reverse());
      continue;
    }
    const below = own.map((child) => lines.get(child.id) ?? 0);
    const line = own.length ? (Math.min(...below) + Math.max(...below)) / 2 : free++;
    lines.set(shard.id, line);
    found.push({ shard, depth, line });
  }
  return found;
}
