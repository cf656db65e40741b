// Snapshots of the namespace: taken, restored, deleted; forks and the reset. Only where the server has them.

import { ask, button, fill, grid, h, labelled } from "./dom.js";
import { bytes, count, instant } from "./format.js";
import { admin, explained } from "./server.js";
import { attempt } from "./trouble.js";

/** @param {import("./main.js").Context} context @param {string[]} tables */
export function snapshotPanel(context, tables) {
  const namespace = { account: context.account, region: context.region };
  if (!context.routes.has("/_admin/snapshots")) return null;
  const list = h("div");
  const name = h("input", { type: "text", size: 16, value: "before", spellcheck: false });
  const account = h("input", { type: "text", size: 14, inputMode: "numeric", value: String(Number(context.account) + 1).padStart(12, "0") });

  async function draw() {
    try {
      const { snapshots } = await admin("snapshots", namespace);
      fill(list, snapshots.length ? grid("Snapshots", ["Name", "Taken", ["Tables", "number"], ["Items", "number"], ""], snapshots.map((each) => [each.name, each.taken_at ? instant(each.taken_at) : "", count(each.tables?.length ?? each.tables ?? 0), each.items === undefined ? (each.bytes === undefined ? "" : bytes(each.bytes)) : count(each.items), h("span", { class: "group" }, button("Restore", () => void restore(each.name), { class: "quiet" }), button("Delete", () => void remove(each.name), { class: "quiet" }))])) : h("p", { class: "muted" }, "No snapshot is kept."));
    } catch (error) {
      fill(list, h("p", { class: "error" }, explained(error)));
    }
  }

  async function take() {
    await attempt(() => admin("snapshots", namespace, { body: { name: name.value } }), `Snapshot ${name.value} is taken.`);
    await draw();
  }

  /** @param {string} chosen */
  async function restore(chosen) {
    const before = `before-restore-${Date.now()}`;
    const path = `snapshots/${encodeURIComponent(chosen)}/restore`;
    await admin("snapshots", namespace, { body: { name: before } });
    await attempt(() => admin(path, namespace, { body: {} }), `The namespace is as it was in ${chosen}.`, () => attempt(() => admin(`snapshots/${before}/restore`, namespace, { body: {} }), "The restore is undone."));
    await draw();
  }

  /** @param {string} chosen */
  async function remove(chosen) {
    if (await ask(`Delete snapshot ${chosen}?`, h("p", {}, "The tables stay as they are."), { confirm: "Delete", danger: true })) {
      await attempt(() => admin(`snapshots/${encodeURIComponent(chosen)}`, namespace, { method: "DELETE" }), `Snapshot ${chosen} is deleted.`);
      await draw();
    }
  }

  async function fork() {
    await attempt(() => admin("fork", namespace, { body: { account: account.value } }), `Account ${account.value} has the same tables now.`);
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
    h("div", { class: "group" }, context.routes.has("/_admin/fork") ? [labelled("account", account), button("Fork into it", () => void fork())] : null, context.routes.has("/_admin/reset") ? button("Reset the server…", () => void reset(), { class: "danger" }) : null),
    h("p", { class: "muted" }, `${count(tables.length)} tables in this namespace now.`),
  );
}
