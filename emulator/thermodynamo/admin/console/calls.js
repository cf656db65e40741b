// Calls of this browser: the last ones, saved ones, and each as code to copy.

import { ask, bar, button, fill, grid, h, labelled, note, say, select } from "./dom.js";
import { clockTime, duration, shortened } from "./format.js";
import { listeners } from "./server.js";
import { boto3Text, cliText, javascriptText } from "./snippets.js";
import { kindOf, shown } from "./values.js";

/** @typedef {{ operation: string, request: any }} Call */
/** @typedef {import("./server.js").Namespace} Namespace */

const HISTORY = "thermodynamo.calls";
const SAVED = "thermodynamo.saved-calls";
const KEPT = 50;
/** A longer request is not kept: it would fill the browser's store. */
const LENGTH_MAX = 20000;
const WRITERS = /** @type {Record<string, (call: any) => string>} */ ({ "AWS CLI": cliText, boto3: boto3Text, JavaScript: javascriptText });

/** @param {string} name @returns {any[]} */
function stored(name) {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "[]");
  } catch {
    return [];
  }
}

/** @param {string} name @param {any[]} list */
function store(name, list) {
  try {
    localStorage.setItem(name, JSON.stringify(list));
  } catch {
    // The browser's store is full or closed: the calls of this session are lost with it.
  }
}

listeners.push((call) => {
  if (call.operation.startsWith("Describe") || call.operation.startsWith("List") || call.operation.startsWith("GetRecords")) return;
  if (JSON.stringify(call.request).length > LENGTH_MAX) return;
  store(HISTORY, [call, ...stored(HISTORY)].slice(0, KEPT));
});

/** @param {string} text */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say("Copied.");
  } catch {
    say("The browser does not let this page copy; select the text instead.", { bad: true });
  }
}

/** Shows a call as code. @param {Call} call @param {Namespace} namespace */
export function showCode(call, namespace) {
  const given = { ...call, ...namespace, endpoint: location.origin };
  let chosen = "boto3";
  const text = h("pre", { class: "panel", tabIndex: 0 });
  const draw = () => (text.textContent = WRITERS[chosen](given));
  draw();
  const language = select(Object.keys(WRITERS), chosen, (value) => ((chosen = value), draw()));
  void ask("The call as code", [labelled("For", language), text], { confirm: "Copy" }).then((confirmed) => void (confirmed && copy(text.textContent ?? "")));
}

/**
 * What a call consumed, as one line.
 * @param {any} consumed
 */
export function consumedText(consumed) {
  const list = Array.isArray(consumed) ? consumed : consumed ? [consumed] : [];
  return list.map((each) => `${each.CapacityUnits ?? 0} units${list.length > 1 ? ` of ${each.TableName}` : ""}`).join(", ");
}

/** A value in a grid, with its type. @param {import("./values.js").Value | undefined} value */
export const valueText = (value) => h("span", { class: "value", title: shown(value, 1000) }, shown(value), value ? h("span", { class: "kind" }, kindOf(value)) : null);

/**
 * The last calls and the saved ones; `run` takes one up again.
 * @param {Namespace} namespace
 * @param {(call: Call) => void} run
 */
export function callHistory(namespace, run) {
  const place = h("div");
  const shown = h("details", { ontoggle: () => fill(place, shown.open ? callList(namespace, run) : null) }, h("summary", {}, "Saved calls and history"), place);
  return shown;
}

/** @param {Namespace} namespace @param {(call: Call) => void} run */
function callList(namespace, run) {
  const place = h("div", { class: "panel" });
  function draw() {
    const saved = stored(SAVED);
    const history = stored(HISTORY).slice(0, 15);
    const actions = (/** @type {Call} */ call) => h("span", { class: "group" }, button("Use", () => run(call), { class: "quiet" }), button("Code", () => showCode(call, namespace), { class: "quiet" }));
    fill(
      place,
      h("h2", {}, "Saved calls"),
      saved.length
        ? grid("Saved calls", ["Name", "Call", ""], saved.map((each) => [each.name, each.operation, h("span", { class: "group" }, actions(each), button("Forget", () => (store(SAVED, stored(SAVED).filter((other) => other.name !== each.name)), draw()), { class: "quiet" }))]))
        : note("None. Save one below, or with Save call above the results."),
      bar(h("h2", {}, "History"), button("Refresh", draw, { class: "quiet" })),
      history.length
        ? grid("The last calls", ["Time", "Call", "Request", "Took", "Used", ""], history.map((each) => [clockTime(each.at), each.operation, h("code", {}, shortened(each.error ?? JSON.stringify(each.request), 90)), duration(each.seconds), consumedText(each.consumed), h("span", { class: "group" }, actions(each), button("Save", () => save(each).then(draw), { class: "quiet" }))]))
        : note("No calls yet."),
    );
  }
  draw();
  return place;
}

/** @param {Call} call */
export async function save(call) {
  const name = h("input", { type: "text", required: true, maxLength: 80 });
  if (await ask("Save this call", labelled("Name", name), { confirm: "Save" })) {
    const saved = { name: name.value || call.operation, operation: call.operation, request: call.request };
    store(SAVED, [...stored(SAVED).filter((each) => each.name !== saved.name), saved]);
    say(`Saved as ${saved.name}.`);
  }
}
