// What an address means: the namespace, the page, the table and the index. Pure.

/** @typedef {{ account: string, region: string, page: string, table: string | null, index: string | null }} Place */

export const DEFAULT_ACCOUNT = "000000000000";

/** @type {[string, string][]} */
export const PAGES = [
  ["overview", "Tables"],
  ["throttles", "Throttles"],
  ["statements", "PartiQL"],
  ["trouble", "Time & trouble"],
];
/** @type {[string, string][]} */
export const TABLE_PAGES = [
  ["heat", "Heat"],
  ["items", "Items"],
  ["streams", "Streams"],
  ["settings", "Settings"],
];

/**
 * @param {Place} place
 * @returns {string} such as #/000000000000/us-east-1/heat/votes
 */
export function address({ account, region, page, table, index }) {
  const parts = [account, region, page, ...(table ? [table] : []), ...(table && index ? [index] : [])];
  return `#/${parts.map(encodeURIComponent).join("/")}`;
}

/**
 * @param {string} hash
 * @param {string} region of an address that names none
 * @returns {Place}
 */
export function parseAddress(hash, region) {
  const [account, place, page, table, index] = hash.replace(/^#\/?/, "").split("/").map(decoded);
  const isTablePage = TABLE_PAGES.some(([name]) => name === page);
  return {
    account: /^[0-9]{12}$/.test(account) ? account : DEFAULT_ACCOUNT,
    region: place || region,
    page: page && (!isTablePage || table) ? page : "overview",
    table: isTablePage && table ? table : null,
    index: isTablePage && index ? index : null,
  };
}

/** @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return "";
  }
}
