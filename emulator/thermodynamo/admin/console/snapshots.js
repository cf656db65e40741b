// Snapshots: taken, restored, deleted; forks and the reset. Only where the server has them.

import { ask, button, fill, grid, h, labelled } from "./dom.js";
import { bytes, count, instant } from "./format.js";
import { admin, explained } from "./server.js";
import { attempt } from "./trouble.js";

/** The snapshot that a restore takes before it, to be undone by. */
const UNDO = "before-the-last-restore";

/** @param {import("./main.js").Context} context */
export function snapshotPanel(context) {
  const namespace = { account: context.account, region: context.region };
  if (!context.routes.has("/_admin/snapshots")) return null;
  const list = h("div");
  const name = h("input", { type: "text", size: 16, value: "before", spellcheck: false });
  const account = h("input", { type: "text", size: 14, inputMode: "numeric", value: String(Number(context.account) + 1).padStart(12, "0") });
  const path = (/** @type {string} */ chosen) => `snapshots/${encodeURIComponent(chosen)}`;
  const restoring = (/** @type {string} */ chosen) => admin(`${path(chosen)}/restore`, {}, { body: {} });

  async function draw() {
    try {
      const { snapshots } = await admin("snapshots");
      const of = (each) => (each.account ? `${each.account} ${each.region ?? ""}` : "everything");
      const actions = (each) => h("span", { class: "group" }, button("Restore", () => void restore(each), { class: "quiet" }), button("Delete", () => void remove(each.name), { class: "quiet" }));
      const lines = snapshots.map((each) => [each.name, of(each), instant(each.taken_at), count(each.tables), count(each.items), bytes(each.bytes), actions(each)]);
      fill(list, lines.length ? grid("Snapshots", ["Name", "Of", "Taken", ["Tables", "number"], ["Items", "number"], ["Size", "number"], ""], lines) : h("p", { class: "muted" }, "No snapshot is kept."));
    } catch (error) {
      fill(list, h("p", { class: "error" }, explained(error)));
    }
  }

  async function take() {
    await attempt(() => admin("snapshots", namespace, { body: { name: name.value } }), `Snapshot ${name.value} is taken.`);
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
    const to = { account: account.value, region: context.region };
    await attempt(() => admin("fork", {}, { body: { from: namespace, to } }), `Account ${to.account} has the same tables now.`);
  }

  async function reset() {
    if (await ask("Reset the server?", h("p", {}, "Every table of every namespace goes, and the clock is as it started. This cannot be undone."), { confirm: "Reset", typed: "reset", danger: true })) {
      await attempt(() => admin("reset", {}, { body: {} }), "The server is as it started.");
      await draw();
    }
  }

  void draw();
  return h(
    "section",
    { class: "panel" },
    h("h2", {}, "Snapshots"),
    list,
    h("div", { class: "group" }, labelled("name", name), button("Take a snapshot", () => void take(), { class: "primary" })),
    h("div", { class: "group" }, labelled("account", account), button("Fork into it", () => void fork()), button("Reset the server…", () => void reset(), { class: "danger" })),
  );
}
