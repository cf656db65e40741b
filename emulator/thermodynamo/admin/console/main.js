// The frame of every page: namespace, pages, the server's clock; and which page is shown for an address.

import { ask, button, fill, h, labelled, say, select, textBox } from "./dom.js";
import { count, instant } from "./format.js";
import { Live } from "./live.js";
import { address, parseAddress, PAGES, TABLE_PAGES } from "./place.js";
import { access, admin, explained, keepToken, Refused } from "./server.js";

/** @typedef {import("./place.js").Place} Place */
/** @typedef {{ element: HTMLElement, topics?: string[], event?: (name: string, data: any) => void, stop?: () => void }} Page */
/** @typedef {Place & { namespace: import("./server.js").Namespace, go: (change: Partial<Place>) => void, live: Live }} Context */

/** @type {Record<string, () => Promise<{ show: (context: Context) => Page | Promise<Page> }>>} */
const MODULES = {
  overview: () => import("./overview.js"),
  create: () => import("./settings.js").then((module) => ({ show: module.showCreate })),
  throttles: () => import("./throttles.js"),
  trouble: () => import("./trouble.js"),
  statements: () => import("./statements.js"),
  heat: () => import("./heat.js"),
  items: () => import("./items.js"),
  streams: () => import("./streams.js"),
  settings: () => import("./settings.js"),
};

const live = new Live();
/** @type {Page | null} */
let page = null;
let region = "us-east-1";

const nav = h("nav", { "aria-label": "Pages" });
const tableNav = h("nav", { "aria-label": "Pages of the table", class: "tabs" });
const crumbs = h("nav", { class: "crumbs", "aria-label": "Where this is" });
const clock = h("output", { class: "clock", "aria-label": "The server's clock", title: "the server's clock, UTC" });
const state = h("span", { class: "state", role: "status" });
const callers = h("span");
const main = h("main", { id: "content", tabIndex: -1 });
const account = textBox(12, { inputMode: "numeric", pattern: "[0-9]{12}" });
const regionBox = textBox(12);
account.setAttribute("list", "accounts");
regionBox.setAttribute("list", "regions");

/** @returns {Place} */
function here() {
  return parseAddress(location.hash, region);
}

/** @param {Partial<Place>} change */
function go(change) {
  location.hash = address({ ...here(), ...change });
}

function namespaceForm() {
  const chosen = () => go({ account: account.value, region: regionBox.value, table: null, index: null, page: "overview" });
  const form = h(
    "form",
    { class: "namespace", onsubmit: (/** @type {Event} */ event) => (event.preventDefault(), chosen()) },
    labelled("account", account),
    labelled("region", regionBox),
    h("datalist", { id: "accounts" }),
    h("datalist", { id: "regions" }),
    h("button", { class: "unseen", type: "submit" }, "Show this namespace"),
  );
  for (const box of [account, regionBox]) box.addEventListener("change", () => box.reportValidity() && chosen());
  return form;
}

/** Chooses whose policies decide what this page asks of DynamoDB. @param {{ name: string, arn: string }[]} listed */
function callerBox(listed) {
  return select([["", "the operator, who may do all"], ...listed.map((each) => /** @type {[string, string]} */ ([each.name, each.name]))], "", (value) => {
    access.caller = value;
    const account = listed.find((each) => each.name === value)?.arn.split(":")[4] ?? here().account;
    if (account === here().account) void render();
    else go({ account });
  });
}

function frame() {
  const home = h("a", { class: "brand", href: "#" }, h("img", { src: "icon.svg", alt: "", width: 20, height: 20 }), "thermodynamo");
  document.body.append(
    h("a", { class: "skip", href: "#content", onclick: (/** @type {Event} */ event) => (event.preventDefault(), main.focus()) }, "Skip to the page"),
    h("header", {}, home, nav, h("div", { class: "spring" }), namespaceForm(), callers, clock, state),
    h("div", { class: "place" }, crumbs, tableNav),
    main,
    h("div", { id: "notices", role: "status", "aria-live": "polite" }),
  );
}

/** @param {Place} place */
function showPlace(place) {
  if (document.activeElement !== account) account.value = place.account;
  if (document.activeElement !== regionBox) regionBox.value = place.region;
  const link = (/** @type {string} */ name, /** @type {string} */ text, /** @type {Partial<Place>} */ change) =>
    h("a", { href: address({ ...place, page: name, ...change }), "aria-current": place.page === name ? "page" : null }, text);
  fill(nav, PAGES.map(([name, text]) => link(name, text, { table: null, index: null })), h("a", { href: "foresight/" }, "Foresight"));
  if (place.table) {
    fill(crumbs, h("a", { href: address({ ...place, page: "overview", table: null, index: null }) }, "Tables"), " / ", h("strong", {}, place.table));
    fill(tableNav, TABLE_PAGES.map(([name, text]) => link(name, text, {})));
  } else {
    fill(crumbs);
    fill(tableNav);
  }
  const title = [...PAGES, ...TABLE_PAGES].find(([name]) => name === place.page)?.[1] ?? "";
  document.title = `${place.table ? `${place.table} · ` : ""}${title} · thermodynamo`;
}

/** @param {{ now: number, mode: string, rate: number, faults: number }} told */
function showClock(told) {
  const rate = told.rate === 0 ? "frozen" : told.rate !== 1 ? `× ${count(told.rate)}` : told.mode === "virtual" ? "turned" : "";
  clock.textContent = `${instant(told.now)} UTC${rate ? ` · ${rate}` : ""}${told.faults ? ` · ${told.faults} fault${told.faults > 1 ? "s" : ""} armed` : ""}`;
  clock.classList.toggle("turned", Boolean(rate) || told.faults > 0);
}

let turn = 0;

async function render() {
  const place = here();
  const mine = (turn += 1);
  page?.stop?.();
  page = null;
  showPlace(place);
  /** @type {Page} */
  let next;
  try {
    const module = await (MODULES[place.page] ?? MODULES.overview)();
    next = await module.show({ ...place, namespace: { account: place.account, region: place.region }, go, live });
  } catch (error) {
    next = { element: h("div", { class: "empty" }, h("h1", {}, "This page cannot be shown"), h("p", {}, explained(error)), button("Try again", render)) };
  }
  if (mine !== turn) return next.stop?.();
  page = next;
  main.replaceChildren(next.element);
  live.listen([`${place.account}/${place.region}`, ...(next.topics ?? [])]);
}

live.listeners.add((name, data) => {
  if (name === "clock") showClock(data);
  const isLive = name !== "lost";
  state.className = isLive ? "state live" : "state lost";
  state.textContent = isLive ? "live" : "no connection: trying again";
  page?.event?.(name, data);
});

async function start() {
  void MODULES[here().page]?.(); // It comes meanwhile.
  try {
    const [overview, control] = await Promise.all([admin("overview"), admin("access")]);
    region = overview.region;
    access.mode = control.mode;
    if (access.mode !== "off") fill(callers, labelled("as", callerBox(control.callers), "whose requests those of this page are"));
    const namespaces = /** @type {Place[]} */ (overview.namespaces);
    const options = (/** @type {string[]} */ values) => [...new Set(values)].map((value) => h("option", { value }));
    document.querySelector("#accounts")?.append(...options(namespaces.map((each) => each.account)));
    document.querySelector("#regions")?.append(...options(namespaces.map((each) => each.region)));
  } catch (error) {
    if (error instanceof Refused && error.name === "401") return askToken();
    say(explained(error), { bad: true });
  }
  addEventListener("hashchange", render);
  await render();
}

async function askToken() {
  const token = h("input", { type: "password", autocomplete: "off" });
  if (await ask("The admin API wants this server's token", labelled("Token", token, "the value of --admin-token"), { confirm: "Use it" })) {
    keepToken(token.value);
    await start();
  }
}

frame();
void start();
