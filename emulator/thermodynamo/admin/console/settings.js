// A table's settings: make a table, change it, clone it, delete it; its definition as code.

import { copy } from "./calls.js";
import { ask, attempt, bar, button, checkBox, facts, fill, form, grid, group, h, labelled, note, numberBox, panel, problemPlace, say, select, submit, textBox } from "./dom.js";
import { cloudFormationOf, createTableFor, createTableOf, indexOf } from "./definitions.js";
import { bytes, count } from "./format.js";
import { indexForm } from "./index-form.js";
import { call, explained } from "./server.js";
import { boto3Text } from "./snippets.js";
import { pages, progress, writeAll } from "./transfer.js";
import { SCALARS } from "./values.js";

/** @typedef {import("./main.js").Context} Context */

const VIEWS = /** @type {[string, string][]} */ ([["", "no stream"], ["NEW_AND_OLD_IMAGES", "new and old images"], ["NEW_IMAGE", "new image"], ["OLD_IMAGE", "old image"], ["KEYS_ONLY", "keys only"]]);
const WAIT_MS = 150;
const WAITS = 400;

/** @param {number} value */
const unitsBox = (value) => numberBox(value, { min: "1", step: "1" });

/** @param {import("./server.js").Namespace} namespace @param {string} table */
async function untilActive(namespace, table) {
  for (let waits = 0; waits < WAITS; waits += 1) {
    const { Table } = await call(namespace, "DescribeTable", { TableName: table });
    if (Table.TableStatus === "ACTIVE") return;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}

/** The page for a new table. @param {Context} context */
export function showCreate(context) {
  const { namespace } = context;
  const name = textBox(26);
  const partition = textBox(18);
  const sort = textBox(18);
  const partitionKind = select(SCALARS, "S");
  const sortKind = select(SCALARS, "S");
  const billing = select([["on-demand", "on demand"], ["provisioned", "provisioned"]], "on-demand", () => draw());
  const read = unitsBox(5);
  const write = unitsBox(5);
  const units = h("span", { class: "group" }, labelled("read units", read), labelled("write units", write));
  const view = select(VIEWS, "");
  const expiry = textBox(18);
  const problem = problemPlace();
  const indexPlace = h("div", { class: "split" });
  /** @type {ReturnType<typeof indexForm>[]} */
  let indexes = [];
  const draw = () => (units.hidden = billing.value === "on-demand");
  draw();

  function addIndex() {
    const form = indexForm(true);
    form.element.append(button("✕", () => ((indexes = indexes.filter((each) => each !== form)), form.element.remove()), { class: "quiet", "aria-label": "remove this index" }));
    indexes.push(form);
    indexPlace.append(form.element);
  }

  async function create() {
    problem.textContent = "";
    const request = createTableFor({ name: name.value, partition: partition.value, partitionKind: partitionKind.value, sort: sort.value, sortKind: sortKind.value, isOnDemand: billing.value === "on-demand", read: Number(read.value), write: Number(write.value), view: view.value, indexes: indexes.map((each) => each.read()) });
    try {
      await call(namespace, "CreateTable", request);
      await untilActive(namespace, name.value);
      if (expiry.value) await call(namespace, "UpdateTimeToLive", { TableName: name.value, TimeToLiveSpecification: { Enabled: true, AttributeName: expiry.value } });
      say(`${name.value} is there.`);
      context.go({ page: "heat", table: name.value, index: null });
    } catch (error) {
      problem.textContent = explained(error);
    }
  }

  const element = form("page", () => create(),
    h("h1", {}, "Create table"),
    h("fieldset", {}, h("legend", {}, "Keys"), group(labelled("Table name", name), labelled("Partition key", partition), labelled("type", partitionKind), labelled("Sort key", sort, "may be left empty"), labelled("type", sortKind))),
    h("fieldset", {}, h("legend", {}, "Capacity"), group(labelled("Billing", billing), units)),
    h("fieldset", {}, h("legend", {}, "Secondary indexes"), indexPlace, button("Add an index", addIndex)),
    h("fieldset", {}, h("legend", {}, "More"), group(labelled("Stream", view), labelled("Time to live", expiry, "the attribute that says when an item expires"))),
    problem,
    h("div", { class: "actions" }, button("Cancel", () => context.go({ page: "overview", table: null })), submit("Create")),
  );
  return { element };
}

/** @param {Context} context */
export async function show(context) {
  const table = /** @type {string} */ (context.table);
  const { namespace } = context;
  const element = h("div", { class: "page" });
  await draw();

  /**
   * Carries out one change, says so, and shows the settings again.
   * @param {string} operation
   * @param {Record<string, any>} request
   * @param {string} done
   * @param {() => unknown} [undo]
   */
  async function change(operation, request, done, undo) {
    await attempt(() => call(namespace, operation, request), done, undo);
    await draw();
  }

  async function draw() {
    const [{ Table: described }, { TimeToLiveDescription: timeToLive }] = await Promise.all([call(namespace, "DescribeTable", { TableName: table }), call(namespace, "DescribeTimeToLive", { TableName: table })]);
    const tags = (await call(namespace, "ListTagsOfResource", { ResourceArn: described.TableArn })).Tags ?? [];
    const expires = timeToLive.AttributeName ?? null;
    fill(
      element,
      h("h1", { class: "unseen" }, `Settings of ${table}`),
      h("div", { class: "panels" }, overview(described), capacity(described), streamAndExpiry(described, expires, timeToLive.TimeToLiveStatus), protection(described)),
      indexList(described),
      definition(described, expires, tags),
    );
  }

  /** @param {any} described */
  function overview(described) {
    const keys = described.KeySchema.map((each) => `${each.AttributeName} (${described.AttributeDefinitions.find((other) => other.AttributeName === each.AttributeName).AttributeType})`);
    return panel("Table", facts([["status", described.TableStatus], ["partition key", keys[0]], ["sort key", keys[1] ?? "none"], ["items", count(described.ItemCount)], ["size", bytes(described.TableSizeBytes)], ["ARN", described.TableArn], ["id", described.TableId]]));
  }

  /** @param {any} described */
  function capacity(described) {
    const isOnDemand = described.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
    const billing = select([["PAY_PER_REQUEST", "on demand"], ["PROVISIONED", "provisioned"]], isOnDemand ? "PAY_PER_REQUEST" : "PROVISIONED", () => shown());
    const read = unitsBox(described.ProvisionedThroughput.ReadCapacityUnits || 5);
    const write = unitsBox(described.ProvisionedThroughput.WriteCapacityUnits || 5);
    const units = h("span", { class: "group" }, labelled("read units", read), labelled("write units", write));
    const shown = () => (units.hidden = billing.value === "PAY_PER_REQUEST");
    shown();
    const save = () => {
      const throughput = { ReadCapacityUnits: Number(read.value), WriteCapacityUnits: Number(write.value) };
      const globals = described.GlobalSecondaryIndexes ?? [];
      const isProvisioned = billing.value === "PROVISIONED";
      return change("UpdateTable", {
        TableName: table,
        ...(isProvisioned === isOnDemand ? { BillingMode: billing.value } : {}),
        ...(isProvisioned ? { ProvisionedThroughput: throughput } : {}),
        ...(isProvisioned && isOnDemand && globals.length ? { GlobalSecondaryIndexUpdates: globals.map((each) => ({ Update: { IndexName: each.IndexName, ProvisionedThroughput: throughput } })) } : {}),
      }, "The capacity is changed.");
    };
    return panel("Capacity", group(labelled("Billing", billing), units, button("Save capacity", save)));
  }

  /** @param {any} described @param {string | null} expires @param {string} status */
  function streamAndExpiry(described, expires, status) {
    const current = described.StreamSpecification?.StreamEnabled ? described.StreamSpecification.StreamViewType : "";
    const view = select(VIEWS, current);
    const attribute = textBox(18);
    attribute.value = expires ?? "";
    attribute.disabled = Boolean(expires);
    const save = () => change("UpdateTable", { TableName: table, StreamSpecification: view.value ? { StreamEnabled: true, StreamViewType: view.value } : { StreamEnabled: false } }, view.value ? "The stream is on." : "The stream is off; its records stay readable for a day.");
    const expire = () => change("UpdateTimeToLive", { TableName: table, TimeToLiveSpecification: { Enabled: !expires, AttributeName: expires ?? attribute.value } }, expires ? "Time to live is off." : "Time to live is on.");
    return panel("Stream and time to live", group(labelled("Stream", view), button("Save stream", save)), group(labelled(`Time to live (${status.toLowerCase()})`, attribute), button(expires ? "Turn off" : "Turn on", expire)));
  }

  /** @param {any} described */
  function protection(described) {
    const isProtected = Boolean(described.DeletionProtectionEnabled);
    /** @type {(on: boolean) => Promise<void>} */
    const flip = (on) => change("UpdateTable", { TableName: table, DeletionProtectionEnabled: on }, on ? "The table is protected from deletion." : "The table can be deleted.", () => flip(!on));
    return panel("Clone and delete",
      group(button("Clone…", () => void clone(described)), button(isProtected ? "Allow deletion" : "Protect from deletion", () => void flip(!isProtected)), button("Delete table…", remove, { class: "danger", disabled: isProtected })),
    );
  }

  async function remove() {
    if (!(await ask(`Delete ${table}?`, h("p", {}, "The table goes with all its items and indexes. This cannot be undone."), { confirm: "Delete", typed: table, danger: true }))) return;
    const isDone = await attempt(() => call(namespace, "DeleteTable", { TableName: table }), `${table} is deleted.`);
    if (isDone) context.go({ page: "overview", table: null, index: null });
  }

  /** @param {any} described */
  async function clone(described) {
    const name = textBox(26);
    name.value = `${table}-copy`;
    const isWithItems = checkBox(true);
    if (!(await ask(`Clone ${table}`, [labelled("Name of the clone", name), labelled("with its items", isWithItems)], { confirm: "Clone" }))) return;
    const shown = progress(`Clone ${table}`);
    const act = async () => {
      await call(namespace, "CreateTable", createTableOf(described, name.value));
      await untilActive(namespace, name.value);
      let done = 0;
      if (isWithItems.checked) {
        for await (const page of pages(namespace, { TableName: table, ConsistentRead: true }, shown.signal)) {
          done += await writeAll(namespace, name.value, page.map((Item) => ({ PutRequest: { Item } })), shown, done);
          shown.show(done, described.ItemCount || null);
        }
      }
      return done;
    };
    if (await attempt(act, (done) => `${name.value} has ${count(done)} items.`)) context.go({ page: "settings", table: name.value });
    shown.close();
  }

  /** @param {any} described */
  function indexList(described) {
    const list = [...(described.GlobalSecondaryIndexes ?? []).map((each) => [each, "global"]), ...(described.LocalSecondaryIndexes ?? []).map((each) => [each, "local"])];
    const form = indexForm(false);
    const lines = list.map(([each, kind]) => [each.IndexName, kind, each.IndexStatus ?? "ACTIVE", each.KeySchema.map((key) => key.AttributeName).join(", "), each.Projection.ProjectionType, count(each.ItemCount ?? 0), bytes(each.IndexSizeBytes ?? 0), kind === "global" ? button("Delete…", () => void removeIndex(each.IndexName), { class: "quiet", "aria-label": `delete index ${each.IndexName}` }) : null]);
    return panel("Secondary indexes", lines.length ? grid("Secondary indexes", ["Name", "Kind", "Status", "Keys", "Projection", ["Items", "number"], ["Size", "number"], ""], lines) : note("None."), h("h3", {}, "Add a global index"), form.element, h("div", { class: "actions" }, button("Add index", () => void addIndex(described, form.read()))));
  }

  /** @param {any} described @param {import("./definitions.js").IndexForm} form */
  function addIndex(described, form) {
    const kinds = new Map(described.AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]));
    for (const [name, kind] of [[form.partition, form.partitionKind], [form.sort, form.sortKind]]) if (name && !kinds.has(name)) kinds.set(name, kind);
    const isOnDemand = described.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST";
    const create = indexOf(form, { isOnDemand, read: described.ProvisionedThroughput.ReadCapacityUnits, write: described.ProvisionedThroughput.WriteCapacityUnits });
    return change("UpdateTable", { TableName: table, AttributeDefinitions: [...kinds].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })), GlobalSecondaryIndexUpdates: [{ Create: create }] }, `Index ${form.name} is being filled.`);
  }

  /** @param {string} name */
  async function removeIndex(name) {
    if (await ask(`Delete index ${name}?`, h("p", {}, "The items of the table stay."), { confirm: "Delete", typed: name, danger: true })) {
      await change("UpdateTable", { TableName: table, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName: name } }] }, `Index ${name} is being deleted.`);
    }
  }

  /** @param {any} described @param {string | null} expires @param {any[]} tags */
  function definition(described, expires, tags) {
    const texts = /** @type {Record<string, () => string>} */ ({
      CloudFormation: () => cloudFormationOf(described, expires, tags),
      boto3: () => boto3Text({ operation: "CreateTable", request: createTableOf(described), ...namespace, endpoint: location.origin }) + (expires ? `client.get_waiter("table_exists").wait(TableName=${JSON.stringify(table)})\nclient.update_time_to_live(\n    TableName=${JSON.stringify(table)},\n    TimeToLiveSpecification={"Enabled": True, "AttributeName": ${JSON.stringify(expires)}},\n)\n` : ""),
    });
    const text = h("pre", { tabIndex: 0 }, texts.CloudFormation());
    const form = select(Object.keys(texts), "CloudFormation", (value) => (text.textContent = texts[value]()));
    return h("section", { class: "panel" }, bar(h("h2", {}, "Definition"), labelled("As", form), button("Copy", () => void copy(text.textContent ?? ""))), text);
  }

  return { element };
}
