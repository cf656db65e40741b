// Each page with 2,000 partitions, 100,000 items and items of 400 KB. The server is one whose partitions serve little.

import assert from "node:assert/strict";
import { test } from "node:test";
import { call, launch, open, picture } from "./chromium.mjs";

const ACCOUNT = process.env.LARGE_ACCOUNT;

test("2,000 partitions and 100,000 items", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const at = (path) => open(browser, `#/${ACCOUNT}/us-east-1${path}`);

  const tables = await at("");
  await tables.page.getByRole("row", { name: /large/ }).getByRole("cell", { name: "2,000", exact: true }).waitFor();

  const heat = await at("/heat/large");
  await heat.page.getByText(/2,000 partitions, [45]\d\d lines: cold neighbours are merged/).waitFor();
  await heat.page.locator("canvas").focus();
  await heat.page.keyboard.press("ArrowDown");
  await heat.page.keyboard.press("Enter");
  await heat.page.getByRole("heading", { name: /Refused at/ }).waitFor();
  await picture(heat.page, "heat-of-2000-partitions");

  const items = await at("/items/large");
  await items.page.getByRole("button", { name: "Page ▶" }).click();
  await items.page.getByText(/page 2$/).waitFor();

  const big = await at("/items/big");
  await big.page.getByRole("button", { name: /^edit / }).first().click();
  await big.page.getByText(/about 39\d(\.\d)? KB of 400 KB/).waitFor();
  await big.page.getByRole("button", { name: "Cancel" }).click();

  const settings = await at("/settings/large");
  await settings.page.getByText("Definition", { exact: true }).waitFor();

  const streams = await at("/streams/large");
  await streams.page.getByText(/ · 2,000 shards · /).waitFor();
  await streams.page.getByRole("img", { name: /^200 shards/ }).waitFor();
  await streams.page.getByRole("cell", { name: /^pk=item-/ }).first().waitFor();

  const throttles = await at("/throttles");
  await throttles.page.getByText(/refusals, the last 1,000 are kept/).waitFor();
  await throttles.page.getByRole("cell", { name: "only observed" }).first().waitFor();

  const statements = await at("/statements");
  await statements.page.getByLabel("Statement").fill("SELECT * FROM big");
  await statements.page.getByRole("button", { name: "Run" }).click();
  await statements.page.getByText(/^[123] items · /).waitFor();

  const trouble = await at("/trouble");
  await trouble.page.getByRole("combobox", { name: "table", exact: true }).selectOption("large");
  await trouble.page.getByRole("button", { name: "Split a partition…" }).click();
  await trouble.page.getByRole("button", { name: "Split", exact: true }).click();
  await trouble.page.getByText(/^Partition \d+ is split into \d+ and \d+\.$/).waitFor();

  await items.page.getByRole("button", { name: "Purge…" }).click();
  await items.page.getByLabel("Type large to confirm").fill("large");
  await items.page.getByRole("button", { name: "Purge", exact: true }).click();
  await items.page.getByText(/items deleted\./).waitFor({ timeout: 240000 });
  const { Count } = await call(ACCOUNT, "Scan", { TableName: "large", Select: "COUNT" });
  assert.equal(Count, 0);
  for (const each of [tables, heat, items, big, settings, streams, throttles, statements, trouble]) assert.deepEqual(each.errors, []);
});
