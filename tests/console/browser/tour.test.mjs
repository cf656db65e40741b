// A newcomer's tour: makes a table, puts an item, sees a hot partition, finds the throttled key, goes back.

import assert from "node:assert/strict";
import { test } from "node:test";
import { drive, isHot, launch, newAccount, open, picture } from "./chromium.mjs";

const LONG = "12345678901234567890123456789012345678";

test("a newcomer's tour", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  const { page, errors } = await open(browser, `#/${account}/us-east-1`);

  await page.getByText(`No tables in us-east-1 of account ${account}`).waitFor();
  await page.getByRole("button", { name: "Create table" }).click();
  await page.getByLabel("Table name").fill("votes");
  await page.getByLabel("Partition key").first().fill("poll");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("link", { name: "Heat" }).waitFor();

  await page.getByRole("link", { name: "Items", exact: true }).click();
  await page.getByRole("button", { name: "New item" }).click();
  await page.getByLabel("Item of votes").fill(`{"poll": "first", "count": ${LONG}, "note": "<b>bold</b>"}`);
  await page.getByRole("button", { name: "Put", exact: true }).click();
  await page.getByRole("cell", { name: LONG }).waitFor();
  await page.getByRole("cell", { name: "<b>bold</b>" }).waitFor();

  await page.getByRole("link", { name: "Heat" }).click();
  await page.locator("canvas").waitFor();
  const load = await drive(account, "votes", 60, "hot");
  t.after(() => load.stop());
  const began = Date.now();
  await page.waitForFunction(isHot, null, { timeout: 60000 });
  t.diagnostic(`the hot partition was seen ${Date.now() - began} ms after the load began`);
  await page.getByText("hot key", { exact: true }).waitFor();
  await page.getByRole("cell", { name: "poll=best-song" }).first().waitFor();
  await picture(page, "heat-hot-key");

  await page.getByRole("link", { name: "Throttles" }).click();
  await page.getByLabel("Key has").fill("best");
  await page.getByRole("cell", { name: "poll=best-song" }).first().waitFor();
  await page.getByRole("cell", { name: "TableWriteKeyRangeThroughputExceeded" }).first().waitFor();
  await page.getByRole("cell", { name: "first", exact: true }).first().waitFor();
  await picture(page, "throttles");
  await load.stop();

  await page.getByRole("link", { name: "Time & trouble" }).click();
  await page.getByRole("button", { name: "Take a snapshot" }).click();
  await page.getByText("Snapshot before is taken.").waitFor();
  await page.getByRole("link", { name: "Tables" }).first().click();
  await page.getByRole("link", { name: "votes", exact: true }).click();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Delete table…" }).click();
  await page.getByLabel("Type votes to confirm").fill("votes");
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("votes is deleted.").waitFor();
  await page.getByRole("link", { name: "Time & trouble" }).click();
  await page.getByRole("row", { name: /^before / }).getByRole("button", { name: "Restore" }).click();
  await page.getByText("All is as it was in before.").waitFor();
  await page.getByRole("link", { name: "Tables" }).first().click();
  await page.getByRole("link", { name: "votes", exact: true }).click();
  await page.getByRole("link", { name: "Items", exact: true }).click();
  await page.getByText("Get by key").click();
  await page.getByLabel("is (S)").fill("first");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("cell", { name: LONG }).waitFor();
  assert.deepEqual(errors, []);
});
