// A box for PartiQL statements, and what they return.

import { callHistory, consumedText, showCode, valueText } from "./calls.js";
import { bar, button, checkBox, fill, form, grid, h, labelled, problemPlace, scroller, select, statusPlace, submit, textBox } from "./dom.js";
import { count, duration } from "./format.js";
import { call, explained } from "./server.js";

/** @typedef {import("./main.js").Context} Context */

/** @param {Context} context */
export async function show(context) {
  const { namespace } = context;
  const text = h("textarea", { rows: 5, spellcheck: false, placeholder: "SELECT * FROM \"votes\" WHERE poll = ?" });
  const parameters = textBox(60, { placeholder: '[{"S": "best-song"}]' });
  const limit = select(["25", "100", "500"], "100");
  const isConsistent = checkBox();
  const problem = problemPlace();
  const outcome = statusPlace();
  const results = scroller("Items");
  results.hidden = true;
  const forth = button("Page ▶", () => void run(next), { disabled: true });
  /** @type {string | null} */
  let next = null;
  /** @type {any} */
  let request = null;

  /** @param {string | null} token */
  async function run(token) {
    problem.textContent = "";
    const began = performance.now();
    try {
      if (!token) {
        request = {
          Statement: text.value,
          ...(parameters.value.trim() ? { Parameters: JSON.parse(parameters.value) } : {}),
          ...(isConsistent.checked ? { ConsistentRead: true } : {}),
          ...(/^\s*select\b/i.test(text.value) ? { Limit: Number(limit.value) } : {}),
          ReturnConsumedCapacity: "TOTAL",
        };
      }
      const reply = await call(namespace, "ExecuteStatement", token ? { ...request, NextToken: token } : request);
      next = reply.NextToken ?? null;
      draw(reply.Items ?? []);
      outcome.textContent = `${count((reply.Items ?? []).length)} items · ${consumedText(reply.ConsumedCapacity)} · ${duration((performance.now() - began) / 1000)}`;
    } catch (error) {
      problem.textContent = explained(error);
      outcome.textContent = "";
      next = null;
      draw([]);
    }
    forth.disabled = !next;
  }

  /** @param {import("./values.js").Item[]} items */
  function draw(items) {
    const names = [...new Set(items.flatMap((item) => Object.keys(item)))].slice(0, 16);
    results.hidden = !items.length;
    fill(results, grid("Items", names, items.map((item) => names.map((name) => valueText(item[name])))));
  }

  const element = h(
    "div",
    { class: "page" },
    h("h1", {}, "PartiQL"),
    form("panel split", () => run(null),
      labelled("Statement", text),
      problem,
      bar(labelled("Parameters", parameters), labelled("Page", limit), labelled("consistent", isConsistent), h("div", { class: "spring" }), button("Code", () => request && showCode({ operation: "ExecuteStatement", request }, namespace)), submit("Run")),
    ),
    bar(outcome, forth),
    results,
    callHistory(namespace, again),
  );

  /** @param {{ operation: string, request: any }} chosen */
  function again(chosen) {
    if (chosen.operation !== "ExecuteStatement") return showCode(chosen, namespace);
    text.value = chosen.request.Statement;
    parameters.value = chosen.request.Parameters ? JSON.stringify(chosen.request.Parameters) : "";
    void run(null);
  }
  return { element };
}
