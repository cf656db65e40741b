// Snapshots: taken, restored, deleted; forks and resets.

import { attempt, ask, button, fill, grid, h, labelled, textBox } from "./dom.js";
import { bytes, count, instant } from "./format.js";
import { admin, explained } from "./server.js";

/** The snapshot that a restore takes before it, to be undone by. */
const UNDO = "before-the-last-restore";

/** @param {import("./main.js").Context} context */
export function snapshotPanel(context) {
  const { namespace } = context;
  /** @type {any[]} */
  let snapshots = [];
  const list = h("div");
  const isOfAll = h("input", { type: "checkbox" });
  const name = textBox(16, { value: "before" });
  const account = h("input", { type: "text", size: 14, inputMode: "numeric", value: String(Number(context.account) + 1).padStart(12, "0") });
  const region = textBox(12, { value: context.region });
  const path = (/** @type {string} */ chosen) => `snapshots/${encodeURIComponent(chosen)}`;
  const restoring = (/** @type {string} */ chosen) => admin(`${path(chosen)}/restore`, {}, { body: {} });

  async function draw() {
    try {
      ({ snapshots } = await admin("snapshots"));
      const of = (each) => (each.account ? `${each.account} ${each.region ?? ""}` : "everything");
      const actions = (each) => h("span", { class: "group" }, button("Restore", () => void restore(each), { class: "quiet" }), button("Delete", () => void remove(each.name), { class: "quiet" }));
      const lines = snapshots.map((each) => [each.name, of(each), instant(each.taken_at), count(each.tables), count(each.items), bytes(each.bytes), actions(each)]);
      fill(list, lines.length ? grid("Snapshots", ["Name", "Of", "Taken", ["Tables", "number"], ["Items", "number"], ["Size", "number"], ""], lines) : h("p", { class: "muted" }, "No snapshot is kept."));
    } catch (error) {
      fill(list, h("p", { class: "error" }, explained(error)));
    }
  }

  async function take() {
    const body = { name: name.value, replace: snapshots.some((each) => each.name === name.value) };
    if (body.replace && !(await ask(`Replace snapshot ${name.value}?`, h("p", {}, "What it holds now is lost."), { confirm: "Replace", danger: true }))) return;
    await attempt(() => admin("snapshots", isOfAll.checked ? {} : namespace, { body }), `Snapshot ${name.value} is taken.`);
    await draw();
  }

  /** What is there now is kept first, so that the restore can be undone. */
  async function restore(chosen) {
    const scope = { account: chosen.account, region: chosen.region };
    const act = async () => {
      if (chosen.name !== UNDO) await admin("snapshots", scope, { body: { name: UNDO, replace: true } });
      await restoring(chosen.name);
    };
    await attempt(act, `All is as it was in ${chosen.name}.`, () => attempt(() => restoring(UNDO), "The restore is undone."));
    await draw();
  }

  /** @param {string} chosen */
  async function remove(chosen) {
    if (await ask(`Delete snapshot ${chosen}?`, h("p", {}, "The tables stay as they are."), { confirm: "Delete", danger: true })) {
      await attempt(() => admin(path(chosen), {}, { method: "DELETE" }), `Snapshot ${chosen} is deleted.`);
      await draw();
    }
  }

  async function fork() {
    const to = { account: account.value, region: region.value };
    const { lines } = await admin("overview", to).catch(() => ({ lines: [] }));
    const replace = lines.length > 0;
    if (replace && !(await ask(`Replace the tables of account ${to.account}?`, h("p", {}, `Those in ${to.region} go, and these take their place. This cannot be undone.`), { confirm: "Replace", typed: to.account, danger: true }))) return;
    await attempt(() => admin("fork", {}, { body: { from: namespace, to, replace } }), `Account ${to.account} has the same tables in ${to.region} now.`);
  }

  /** @param {boolean} isAll */
  async function reset(isAll) {
    const [what, text] = isAll ? ["the server", "Every table of every namespace goes, and the clock is as it started."] : [`account ${context.account}`, `Every table of it in ${context.region} goes.`];
    if (!(await ask(`Reset ${what}?`, h("p", {}, `${text} Snapshots stay. This cannot be undone.`), { confirm: "Reset", typed: "reset", danger: true }))) return;
    await attempt(() => admin("reset", isAll ? {} : namespace, { body: {} }), `All is as at the start of ${what}.`);
    await draw();
  }

  void draw();
  return h(
    "section",
    { class: "panel" },
    h("h2", {}, "Snapshots"),
    list,
    h("div", { class: "group" }, labelled("name", name), labelled("of all accounts, with the clock", isOfAll), button("Take a snapshot", () => void take(), { class: "primary" })),
    h("div", { class: "group" }, labelled("account", account), labelled("region", region), button("Fork into it", () => void fork())),
    h("div", { class: "group" }, button("Reset this namespace…", () => void reset(false), { class: "danger" }), button("Reset the server…", () => void reset(true), { class: "danger" })),
  );
}
