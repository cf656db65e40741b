// The dialog in which an item is made or changed: DynamoDB's JSON, or plain JSON where that loses nothing.

import { bar, button, fill, h, labelled, problemPlace, say, select, submit } from "./dom.js";
import { createRequest, keyOf, saveRequest } from "./expressions.js";
import { bytes } from "./format.js";
import { call, explained, Refused } from "./server.js";
import { isPlainItem, ofPlain, ofTyped, plainText, sizeOf, typedText } from "./values.js";

/** @typedef {import("./values.js").Item} Item */
/** @typedef {import("./expressions.js").Keys} Keys */

/**
 * Opens the editor; resolves to whether anything was saved. Without `old` the item is a new one.
 * @param {import("./server.js").Namespace} namespace
 * @param {string} table
 * @param {Keys} keys
 * @param {{ old?: Item, draft?: Item }} given `old` is complete, as it is in the table
 * @returns {Promise<boolean>}
 */
export function edit(namespace, table, keys, { old, draft }) {
  return new Promise((resolve) => {
    let before = old;
    let isSaved = false;
    const start = draft ?? old ?? {};
    let isPlain = isPlainItem(start);
    const text = h("textarea", { rows: 22, spellcheck: false, value: isPlain ? plainText(start) : typedText(start) });
    const problem = problemPlace();
    const size = h("span", { class: "muted", role: "status" });
    const form = select([["typed", "DynamoDB JSON"], ["plain", "plain JSON"]], isPlain ? "plain" : "typed", (value) => change(value === "plain"));
    const read = () => (isPlain ? ofPlain(text.value) : ofTyped(text.value));

    function measure() {
      try {
        size.textContent = `about ${bytes(sizeOf(read()))} of 400 KB`;
      } catch (error) {
        size.textContent = explained(error).replace("SyntaxError: ", "");
      }
    }

    /** @param {boolean} toPlain */
    function change(toPlain) {
      try {
        const item = read();
        if (toPlain && !isPlainItem(item)) {
          form.value = "typed";
          problem.textContent = "Plain JSON has no sets and no binaries: this item would lose its types.";
          return;
        }
        isPlain = toPlain;
        text.value = toPlain ? plainText(item) : typedText(item);
        problem.textContent = "";
      } catch (error) {
        form.value = isPlain ? "plain" : "typed";
        problem.textContent = explained(error);
      }
    }

    /** @param {Item} current */
    function conflict(current) {
      fill(
        problem,
        "The item changed meanwhile: nothing is saved. It is now:",
        h("pre", {}, Object.keys(current).length ? typedText(current) : "deleted"),
        button("Go on from what is there now", () => ((before = current), (text.value = isPlain && isPlainItem(current) ? plainText(current) : ((isPlain = false), (form.value = "typed"), typedText(current))), fill(problem))),
        " ",
        button("Keep my text, and save it over that", () => ((before = current), fill(problem), void save())),
      );
    }

    async function save() {
      let next;
      try {
        next = read();
      } catch (error) {
        problem.textContent = explained(error);
        return;
      }
      const request = before && Object.keys(before).length ? saveRequest(table, keys, before, next) : createRequest(table, keys, next);
      if (!request) return dialog.close();
      try {
        await call(namespace, request.operation, request.request);
        isSaved = true;
        dialog.close();
        say(before ? "Saved." : "Put.");
      } catch (error) {
        if (before && error instanceof Refused && isConditionFailure(error)) return conflict(await current(before));
        problem.textContent = error instanceof Refused && error.name === "ConditionalCheckFailedException" ? "An item with this key is there already: edit that one, or choose another key." : explained(error);
      }
    }

    /** @param {Item} item @returns {Promise<Item>} */
    async function current(item) {
      const reply = await call(namespace, "GetItem", { TableName: table, Key: keyOf(item, keys), ConsistentRead: true });
      return reply.Item ?? {};
    }

    const dialog = h("dialog", { "aria-label": old ? "Edit item" : "New item" });
    dialog.append(
      h(
        "form",
        { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), void save()) },
        bar(h("h2", {}, old ? "Edit item" : "New item"), h("div", { class: "spring" }), size, labelled("Form", form)),
        labelled(`Item of ${table}`, text),
        problem,
        h("div", { class: "actions" }, button("Cancel", () => dialog.close()), submit(old ? "Save" : "Put")),
      ),
    );
    text.addEventListener("input", measure);
    dialog.addEventListener("close", () => (dialog.remove(), resolve(isSaved)));
    document.body.append(dialog);
    dialog.showModal();
    measure();
    text.focus();
    text.setSelectionRange(0, 0);
    text.scrollTop = 0;
  });
}

/** @param {Refused} error */
function isConditionFailure(error) {
  return error.name === "ConditionalCheckFailedException" || (error.name === "TransactionCanceledException" && error.body.CancellationReasons?.[0]?.Code === "ConditionalCheckFailed");
}
