// Numbers with units, times in the server's clock, keys as text. Pure.

/** @typedef {Record<string, Record<string, any>>} Item attribute values by name, as on the wire */

/** @param {number} value */
export function count(value) {
  if (value >= 1e9) return `${digits(value / 1e9)} G`;
  if (value >= 1e6) return `${digits(value / 1e6)} M`;
  if (value >= 1e5) return `${digits(value / 1e3)} k`;
  return digits(value);
}

/** @param {number} value */
function digits(value) {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
}

/** @param {number} value */
export function bytes(value) {
  if (value < 1024) return `${value} B`;
  if (value < 1024 ** 2) return `${digits(value / 1024)} KB`;
  if (value < 1024 ** 3) return `${digits(value / 1024 ** 2)} MB`;
  return `${digits(value / 1024 ** 3)} GB`;
}

/** @param {number} share */
export function percent(share) {
  if (share > 0 && share < 0.005) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

/**
 * Seconds since the epoch as 2026-10-05 17:03:21, in UTC as the server's log and replies have it.
 * @param {number} seconds
 */
export function instant(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 19).replace("T", " ");
}

/** @param {number} seconds */
export function clockTime(seconds) {
  return instant(seconds).slice(11);
}

/** @param {number} seconds */
export function duration(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${digits(seconds)} s`;
  if (seconds < 7200) return `${digits(seconds / 60)} min`;
  if (seconds < 172800) return `${digits(seconds / 3600)} h`;
  return `${digits(seconds / 86400)} d`;
}

/**
 * A key such as { pk: { S: "user#1" }, sk: { N: "7" } } as pk=user#1 sk=7.
 * @param {Item | null | undefined} key
 */
export function keyText(key) {
  if (!key) return "";
  return Object.entries(key)
    .map(([name, value]) => `${name}=${Object.values(value)[0]}`)
    .join(" ");
}

/**
 * @param {string} text
 * @param {number} length
 */
export function shortened(text, length) {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
