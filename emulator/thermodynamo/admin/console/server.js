// Calls of this server: DynamoDB's operations in a namespace, and the admin API.

/** @typedef {{ account: string, region: string }} Namespace */

/** What the server answered instead of a reply. */
export class Refused extends Error {
  /**
   * @param {string} name such as ValidationException
   * @param {string} text
   * @param {any} [body]
   */
  constructor(name, text, body) {
    super(text || name);
    this.name = name;
    this.body = body;
  }
}

const STREAMS = new Set(["ListStreams", "DescribeStream", "GetShardIterator", "GetRecords"]);
const TOKEN = "thermodynamo.admin-token";

/** @typedef {{ operation: string, request: any, at: number, seconds: number, consumed: any, error: string | null }} Call */
/** @type {((call: Call) => void)[]} */
export const listeners = [];

/** Who may call: where that is controlled, DynamoDB is asked by way of the admin API, as a caller if one is chosen. */
export const access = { mode: "off", caller: "" };

/**
 * One request to DynamoDB, signed as SDKs do: the scope names the account and the region, and no secret is checked.
 * @param {Namespace} namespace
 * @param {string} operation
 * @param {Record<string, any>} request
 * @returns {Promise<any>}
 */
export async function call({ account, region }, operation, request) {
  const started = performance.now();
  const isOpen = access.mode === "off";
  const path = isOpen ? "/" : `/_admin/call?${new URLSearchParams({ operation, account, region, caller: access.caller })}`;
  const family = STREAMS.has(operation) ? "DynamoDBStreams_20120810" : "DynamoDB_20120810";
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = `${account}/${date.slice(0, 8)}/${region}/dynamodb/aws4_request`;
  /** @type {Call} */
  const told = { operation, request, at: Date.now() / 1000, seconds: 0, consumed: null, error: null };
  try {
    const signed = {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `${family}.${operation}`,
      "X-Amz-Date": date,
      Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    };
    const headers = isOpen ? signed : { "Content-Type": "application/json", ...tokenHeader() };
    const reply = await fetch(path, { method: "POST", headers, body: JSON.stringify(request) });
    const body = await reply.json();
    if (!reply.ok) {
      const name = String(body.__type ?? reply.status).split("#").pop() ?? "";
      const text = body.message ?? body.Message ?? body.error ?? "";
      told.error = `${name}: ${text}`;
      throw new Refused(name, text, body);
    }
    told.consumed = body.ConsumedCapacity ?? null;
    return body;
  } catch (error) {
    told.error ??= error instanceof Error ? error.message : String(error);
    throw error;
  } finally {
    told.seconds = (performance.now() - started) / 1000;
    for (const listener of listeners) listener(told);
  }
}

/** @returns {Record<string, string>} */
export function tokenHeader() {
  const token = sessionStorage.getItem(TOKEN);
  return token ? { Authorization: `Bearer ${token}` } : {};
}

/** @param {string} token */
export function keepToken(token) {
  sessionStorage.setItem(TOKEN, token);
}

/**
 * @param {string} path below /_admin
 * @param {Record<string, string | number | null | undefined>} [query]
 * @param {{ method?: string, body?: any }} [options]
 * @returns {Promise<any>}
 */
export async function admin(path, query = {}, { method, body } = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  const reply = await fetch(`/_admin${path ? "/" : ""}${path}${text ? `?${text}` : ""}`, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { Accept: "application/json", ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...tokenHeader() },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const answer = await reply.json();
  if (!reply.ok) throw new Refused(String(reply.status), `${answer.error}: ${answer.hint}`, answer);
  return answer;
}

/** @param {unknown} error */
export function explained(error) {
  if (error instanceof Refused) return /^\d+$/.test(error.name) ? error.message : `${error.name}: ${error.message}`;
  return error instanceof TypeError ? "The server does not answer." : String(error);
}
