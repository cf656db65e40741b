// Snapshots: taken, restored, deleted; forks and resets.

import { ask, attempt, button, checkBox, fill, grid, group, h, labelled, note, panel, textBox } from "./dom.js";
import { bytes, count, instant } from "./format.js";
import { admin, explained } from "./server.js";

/** @typedef {{ account?: string | null, region?: string | null }} Scope none of them is everything */

/** The snapshot that is taken before something goes. */
const UNDO = "before-the-last-change";

/** @param {import("./main.js").Context} context */
export function snapshotPanel(context) {
  const { namespace } = context;
  /** @type {any[]} */
  let snapshots = [];
  const list = h("div");
  const isOfAll = checkBox();
  const name = textBox(16, { value: "before" });
  const account = textBox(14, { inputMode: "numeric", value: String(Number(context.account) + 1).padStart(12, "0") });
  const region = textBox(12, { value: context.region });
  const path = (/** @type {string} */ chosen) => `snapshots/${encodeURIComponent(chosen)}`;
  const restoring = (/** @type {string} */ chosen) => admin(`${path(chosen)}/restore`, {}, { body: {} });

  async function draw() {
    try {
      ({ snapshots } = await admin("snapshots"));
      const of = (each) => (each.account ? `${each.account} ${each.region ?? ""}` : "everything");
      const actions = (each) => h("span", { class: "group" }, button("Restore", () => void restore(each), { class: "quiet" }), button("Delete", () => void remove(each.name), { class: "quiet" }));
      const lines = snapshots.map((each) => [each.name, of(each), instant(each.taken_at), count(each.tables), count(each.items), bytes(each.bytes), actions(each)]);
      fill(list, lines.length ? grid("Snapshots", ["Name", "Of", "Taken", ["Tables", "number"], ["Items", "number"], ["Size", "number"], ""], lines) : note("No snapshot is kept."));
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

  /**
   * What namespaces hold is kept before it goes, so that it can be brought back; where it cannot be kept, there is no undo.
   * @param {Scope} scope
   * @param {() => Promise<any>} act
   * @param {string} done
   */
  async function replacing({ account, region }, act, done) {
    const isKept = await admin("snapshots", { account, region }, { body: { name: UNDO, replace: true } }).then(() => true, () => false);
    await attempt(act, done, isKept ? () => attempt(() => restoring(UNDO), "All is as it was before.").then(draw) : undefined);
    await draw();
  }

  /** @param {Scope & { name: string }} chosen */
  async function restore(chosen) {
    const scope = chosen.name === UNDO ? null : chosen;
    const act = () => restoring(chosen.name);
    const done = `All is as it was in ${chosen.name}.`;
    if (scope) await replacing(scope, act, done);
    else await attempt(act, done);
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
    const act = () => admin("fork", {}, { body: { from: namespace, to, replace: true } });
    const done = `Account ${to.account} has the same tables in ${to.region} now.`;
    if (!lines.length) await attempt(act, done);
    else if (await ask(`Replace the tables of account ${to.account}?`, h("p", {}, `Those in ${to.region} go, and these take their place.`), { confirm: "Replace", danger: true })) await replacing(to, act, done);
  }

  /** @param {boolean} isAll */
  async function reset(isAll) {
    const [what, text] = isAll ? ["the server", "Every table of every namespace goes, and the clock is as it started."] : [`account ${context.account}`, `Every table of it in ${context.region} goes.`];
    if (!(await ask(`Reset ${what}?`, h("p", {}, `${text} Snapshots stay.`), { confirm: "Reset", typed: "reset", danger: true }))) return;
    const scope = isAll ? {} : namespace;
    await replacing(scope, () => admin("reset", scope, { body: {} }), isAll ? "The server is as it started." : `Account ${context.account} is empty in ${context.region}.`);
  }

  void draw();
  return panel("Snapshots",
    list,
    group(labelled("name", name), labelled("of all accounts, with the clock", isOfAll), button("Take a snapshot", take, { class: "primary" })),
    group(labelled("account", account), labelled("region", region), button("Fork into it", fork)),
    group(button("Reset this namespace…", () => void reset(false), { class: "danger" }), button("Reset the server…", () => void reset(true), { class: "danger" })),
  );
}
