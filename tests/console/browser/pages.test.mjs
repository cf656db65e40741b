// Every page, in the dark and in the light, wide and narrow: accessible, without an error, and seen in pictures.

import assert from "node:assert/strict";
import { test } from "node:test";
import { call, drive, launch, newAccount, open, picture, simpleTable, url, violations } from "./chromium.mjs";

const PAGES = [
  ["tables", "", "Create table"],
  ["heat", "/heat/votes", "Hottest keys"],
  ["heat-of-index", "/heat/orders/by-state", "Hottest keys"],
  ["items", "/items/orders", "New item"],
  ["streams", "/streams/orders", "Records, newest first"],
  ["settings", "/settings/orders", "Definition"],
  ["create", "/create", "Secondary indexes"],
  ["throttles", "/throttles", "Throttles and retries"],
  ["statements", "/statements", "Statement"],
  ["trouble", "/trouble", "Faults"],
];
const LOOKS = [
  ["dark", 1400],
  ["light", 1400],
  ["dark", 760],
  ["light", 760],
];

test("every page in every look", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  for (const name of ["votes", "archive-2024", "archive-2025", "sessions"]) await call(account, "CreateTable", simpleTable(name));
  const loads = [await drive(account, "orders", 600, "orders"), await drive(account, "votes", 600, "range")];
  t.after(() => Promise.all(loads.map((load) => load.stop())));
  const found = [];
  for (const [colorScheme, width] of LOOKS) {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
    for (const [name, path, text] of PAGES) {
      const { page, errors } = await open(browser, `#/${account}/us-east-1${path}`, { context });
      await page.getByText(text, { exact: true }).first().waitFor();
      await page.locator(".state.live").waitFor();
      await picture(page, `${name}-${colorScheme}-${width}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      const wrong = [...(await violations(page)), ...errors, ...(overflow > 0 ? [`${overflow} pixels too wide`] : [])];
      found.push(...wrong.map((each) => `${name} ${colorScheme} ${width}: ${each}`));
      await page.close();
    }
    await context.close();
  }
  assert.deepEqual(found, []);
});

test("the keyboard reaches the map, and its cell", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  await call(account, "CreateTable", simpleTable("votes"));
  const load = await drive(account, "votes", 60, "hot");
  t.after(() => load.stop());
  const { page, errors } = await open(browser, `#/${account}/us-east-1/heat/votes`);
  await page.getByRole("heading", { name: "Hottest keys" }).waitFor();
  await page.locator("canvas").focus();
  for (const key of ["ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
  await page.getByRole("heading", { name: "Partition 3" }).waitFor();
  await page.getByRole("heading", { name: /Refused at/ }).waitFor();
  await page.getByRole("button", { name: "As table" }).click();
  await page.getByRole("region", { name: "The heat as a table" }).getByRole("cell", { name: "lowest key" }).waitFor();
  assert.deepEqual(errors, []);
});

test("the clock, faults, delays and buckets are changed, and what can be is undone", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  await call(account, "CreateTable", simpleTable("votes"));
  const { page, errors } = await open(browser, `#/${account}/us-east-1/trouble`);
  const clock = async () => (await fetch(`${url}/_admin/clock`)).json();
  const before = await clock();
  await page.getByRole("button", { name: "advance by 1 h" }).click();
  await page.getByText("It cannot go back.").waitFor();
  assert.ok((await clock()).now >= before.now + 3600);
  await page.getByRole("button", { name: "Freeze" }).click();
  await page.getByRole("button", { name: "Let it run" }).waitFor();
  assert.equal((await clock()).rate, 0);
  await page.getByRole("button", { name: "Undo" }).last().click();
  await page.getByRole("button", { name: "Freeze" }).waitFor();
  assert.equal((await clock()).rate, 1);

  await page.getByRole("button", { name: "Add fault" }).click();
  await page.getByRole("cell", { name: /operation: PutItem, error: InternalServerError/ }).waitFor();
  await assert.rejects(call(account, "PutItem", { TableName: "votes", Item: { poll: { S: "a" } } }), /InternalServerError/);
  await page.getByRole("row", { name: /PutItem.* 1 / }).waitFor();
  await page.getByRole("button", { name: /^remove rule/ }).click();
  await page.getByText("No rule is in force.").waitFor();
  await call(account, "PutItem", { TableName: "votes", Item: { poll: { S: "a" } } });

  await page.getByLabel("transactions hold from s").fill("0.1");
  await page.getByLabel("to s").last().fill("0.2");
  await page.getByRole("button", { name: "Set the hold" }).click();
  await page.getByText("Transactions hold their items for 0.1 to 0.2 s.").waitFor();
  await page.getByLabel("seconds", { exact: true }).last().fill("600");
  await page.getByRole("button", { name: "Drain", exact: true }).click();
  await page.getByText(/votes has no write units for/).waitFor();
  await assert.rejects(call(account, "PutItem", { TableName: "votes", Item: { poll: { S: "a" } } }), /Throttling/);
  await page.getByRole("button", { name: "Fill", exact: true }).click();
  await page.getByText(/write units are left/).waitFor();
  await call(account, "PutItem", { TableName: "votes", Item: { poll: { S: "a" } } });
  assert.deepEqual(errors, []);
});
