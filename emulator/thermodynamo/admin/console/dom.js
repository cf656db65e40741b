// Elements from names, properties and children. A text child is text, never markup.

import { explained } from "./server.js";

/** @typedef {Node | string | number | null | undefined | false} Child */
/** @typedef {Record<string, any>} Properties */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element. `on...` adds a listener, `class` and `aria-...` are attributes, the rest are properties.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Properties} [properties]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  apply(element, properties);
  append(element, children.flat());
  return element;
}

/**
 * An SVG element; all of its properties are attributes.
 * @param {string} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...Child} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  append(element, children);
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {Properties} properties
 */
function apply(element, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "style") for (const [key, text] of Object.entries(value)) element.style.setProperty(key, String(text));
    else if (name === "data") for (const [key, text] of Object.entries(value)) element.dataset[key] = String(text);
    else if (name in element && name !== "list" && name !== "form") /** @type {any} */ (element)[name] = value;
    else if (value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
}

/**
 * @param {Element} element
 * @param {Child[]} children
 */
function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : String(child));
  }
}

/**
 * Puts children in place of those that an element has.
 * @param {Element} element
 * @param {...(Child | Child[])} children
 */
export function fill(element, ...children) {
  element.replaceChildren();
  append(element, children.flat());
}

/**
 * Makes an element's children alike to others, and leaves those alone that are: what has the focus keeps it. Listeners
 * of the new children are not taken over where an old one stays.
 * @param {Element} element
 * @param {Node[]} children
 */
export function update(element, children) {
  while (element.childNodes.length > children.length) element.lastChild?.remove();
  children.forEach((child, at) => {
    const old = element.childNodes[at];
    if (!old) element.append(child);
    else if (!old.isEqualNode(child)) {
      const alike = old instanceof Element && child instanceof Element && old.tagName === child.tagName && child.children.length;
      if (!alike) return old.replaceWith(child);
      for (const { name } of [...old.attributes]) if (!child.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of child.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      update(old, [...child.childNodes]);
    }
  });
}

let numbered = 0;

/**
 * A control with its label. The label's text is also what a screen reader says.
 * @template {HTMLElement} T
 * @param {string} text
 * @param {T} control
 * @param {string} [hint]
 */
export function labelled(text, control, hint) {
  control.id ||= `control-${(numbered += 1)}`;
  return h("label", { class: "labelled", htmlFor: control.id, title: hint }, h("span", {}, text), control);
}

/**
 * @param {string[] | [string, string][]} choices texts, or pairs of value and text
 * @param {string} chosen
 * @param {(value: string) => void} [changed]
 */
export function select(choices, chosen, changed) {
  const options = choices.map((choice) => {
    const [value, text] = typeof choice === "string" ? [choice, choice] : choice;
    return h("option", { value, selected: value === chosen }, text);
  });
  const element = h("select", {}, options);
  if (changed) element.addEventListener("change", () => changed(element.value));
  return element;
}

/**
 * @param {string} text
 * @param {() => unknown} pressed
 * @param {Properties} [properties]
 */
export function button(text, pressed, properties = {}) {
  return h("button", { type: "button", onclick: pressed, ...properties }, text);
}

/** A box for a line of text. @param {number} size @param {Properties} [properties] */
export const textBox = (size, properties = {}) => h("input", { type: "text", size, spellcheck: false, ...properties });

/** A box for a number. @param {number | ""} value @param {Properties} [properties] */
export const numberBox = (value, properties = {}) => h("input", { type: "number", min: "0", step: "any", value: String(value), ...properties });

/** @param {...(Child | Child[])} children */
export const group = (...children) => h("div", { class: "group" }, ...children);

/** @param {...(Child | Child[])} children */
export const bar = (...children) => h("div", { class: "bar-top" }, ...children);

/** @param {...Child} children */
export const note = (...children) => h("p", { class: "muted" }, ...children);

/** @param {string} title @param {...(Child | Child[])} children */
export const panel = (title, ...children) => h("section", { class: "panel" }, h("h2", {}, title), ...children);

/** @param {string} kind its class @param {() => unknown} submitted @param {...(Child | Child[])} children */
export const form = (kind, submitted, ...children) => h("form", { class: kind, onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), submitted()) }, ...children);

/** @param {string} text */
export const submit = (text) => h("button", { type: "submit", class: "primary" }, text);

export const checkBox = (checked = false) => h("input", { type: "checkbox", checked });

/** Where what is wrong is said. */
export const problemPlace = () => h("p", { class: "error", role: "alert" });

/** Where it is said how far something is. */
export const statusPlace = () => h("p", { class: "muted", role: "status" });

/** Names and what they are. @param {Child[][]} pairs */
export const facts = (pairs) => h("dl", {}, pairs.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));

/** A place that scrolls, by the keyboard too. @param {string} name @param {...Child} children */
export const scroller = (name, ...children) => h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-label": name }, ...children);

/**
 * Choices side by side, one of which holds.
 * @param {string} name
 * @param {[string, string][]} choices pairs of value and text
 * @param {string} chosen
 * @param {(value: string) => void} changed
 */
export function segments(name, choices, chosen, changed) {
  const labels = choices.map(([value, text]) => h("label", {}, h("input", { type: "radio", name, checked: value === chosen, onchange: () => changed(value) }), text));
  return h("fieldset", { class: "segments" }, h("legend", { class: "unseen" }, name), labels);
}

/**
 * A table with a caption for screen readers.
 * @param {string} caption
 * @param {(string | [string, string])[]} headings a text, or a text and the class of its column
 * @param {Child[][]} lines
 */
export function grid(caption, headings, lines) {
  const classes = headings.map((heading) => (typeof heading === "string" ? "" : heading[1]));
  const head = headings.map((heading, at) =>
    h("th", { scope: "col", class: classes[at] }, (typeof heading === "string" ? heading : heading[0]) || h("span", { class: "unseen" }, "Actions")),
  );
  const body = lines.map((cells) => h("tr", {}, cells.map((cell, at) => h("td", { class: classes[at] }, cell))));
  return h("table", {}, h("caption", { class: "unseen" }, caption), h("thead", {}, h("tr", {}, head)), h("tbody", {}, body));
}

/**
 * Says what happened: seen for some seconds, and read out.
 * @param {string} text
 * @param {{ bad?: boolean, undo?: () => unknown }} [options]
 */
export function say(text, { bad = false, undo } = {}) {
  const place = document.querySelector("#notices") ?? document.body;
  const notice = h("div", { class: bad ? "notice bad" : "notice" }, h("span", {}, text));
  if (undo) notice.append(button("Undo", () => (notice.remove(), undo()), { class: "quiet" }));
  notice.append(button("✕", () => notice.remove(), { class: "quiet", "aria-label": "dismiss" }));
  place.append(notice);
  setTimeout(() => notice.remove(), bad ? 15000 : 8000);
}

/**
 * Does something and says how it went. Resolves to whether it was done.
 * @param {() => Promise<any>} act
 * @param {string | ((reply: any) => string)} done
 * @param {() => unknown} [undo]
 */
export async function attempt(act, done, undo) {
  try {
    const reply = await act();
    say(typeof done === "string" ? done : done(reply), { undo });
    return true;
  } catch (error) {
    say(explained(error), { bad: true });
    return false;
  }
}

/**
 * Asks in a dialog; resolves to whether it was confirmed. With `typed`, that text must be typed first.
 * @param {string} title
 * @param {Child | Child[]} content
 * @param {{ confirm?: string, typed?: string, danger?: boolean }} [options]
 * @returns {Promise<boolean>}
 */
export function ask(title, content, { confirm = "OK", typed, danger = false } = {}) {
  return new Promise((resolve) => {
    const input = h("input", { type: "text", autocomplete: "off", spellcheck: false });
    const yes = h("button", { type: "submit", class: danger ? "danger" : "primary", disabled: Boolean(typed) }, confirm);
    input.addEventListener("input", () => (yes.disabled = input.value !== typed));
    const dialog = h("dialog", { "aria-label": title });
    const form = h(
      "form",
      { onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), dialog.close("yes")) },
      h("h2", {}, title),
      content,
      typed ? labelled(`Type ${typed} to confirm`, input) : null,
      h("div", { class: "actions" }, button("Cancel", () => dialog.close("")), yes),
    );
    dialog.append(form);
    dialog.addEventListener("close", () => (dialog.remove(), resolve(dialog.returnValue === "yes")));
    document.body.append(dialog);
    dialog.showModal();
  });
}
