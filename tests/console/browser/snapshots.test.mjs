// Snapshots: taken, replaced, restored and deleted; forks and resets; and what can be undone is.

import assert from "node:assert/strict";
import { test } from "node:test";
import { call, launch, newAccount, open, simpleTable, url } from "./chromium.mjs";

const item = (poll) => ({ poll: { S: poll } });

test("snapshots, forks and resets", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  const other = newAccount();
  const names = async (of) => (await call(of, "Scan", { TableName: "votes" })).Items.map((each) => each.poll.S).sort();
  const tables = async (of) => (await call(of, "ListTables", {})).TableNames;
  const put = (poll, of = account) => call(of, "PutItem", { TableName: "votes", Item: item(poll) });
  await call(account, "CreateTable", simpleTable("votes"));
  await put("a");
  const { page, errors } = await open(browser, `#/${account}/us-east-1/trouble`);
  const press = (name) => page.getByRole("button", { name, exact: true });
  const said = (text) => page.getByText(text).last().waitFor();
  const line = (name) => page.getByRole("row", { name: new RegExp(`^${name} `) });
  const undo = () => page.locator(".notice").last().getByRole("button", { name: "Undo" }).click();

  await page.getByText("No snapshot is kept.").waitFor();
  await page.getByLabel("name", { exact: true }).fill("first");
  await press("Take a snapshot").click();
  await said("Snapshot first is taken.");
  await line("first").getByText(`${account} us-east-1`).waitFor();
  await put("b");
  await line("first").getByRole("button", { name: "Restore" }).click();
  await said("All is as it was in first.");
  assert.deepEqual(await names(account), ["a"]);
  await undo();
  await said("All is as it was before.");
  assert.deepEqual(await names(account), ["a", "b"]);

  await press("Take a snapshot").click();
  await page.getByRole("dialog").getByRole("button", { name: "Replace" }).click();
  await line("first").getByRole("cell", { name: "2", exact: true }).waitFor();

  await page.getByLabel("account", { exact: true }).last().fill(other);
  await press("Fork into it").click();
  await said(`Account ${other} has the same tables in us-east-1 now.`);
  assert.deepEqual(await names(other), ["a", "b"]);
  await put("theirs", other);
  await press("Fork into it").click();
  await page.getByRole("dialog").getByText("Those in us-east-1 go").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Replace" }).click();
  await page.waitForFunction(() => document.querySelectorAll("dialog").length === 0);
  await line("before-the-last-change").getByText(other).waitFor();
  assert.deepEqual(await names(other), ["a", "b"]);
  await undo();
  await said("All is as it was before.");
  assert.deepEqual(await names(other), ["a", "b", "theirs"]);

  await press("Reset this namespace…").click();
  await page.getByLabel("Type reset to confirm").fill("reset");
  await press("Reset").click();
  await said(`Account ${account} is empty in us-east-1.`);
  assert.deepEqual([await tables(account), await tables(other)], [[], ["votes"]]);
  await undo();
  await said("All is as it was before.");
  assert.deepEqual(await names(account), ["a", "b"]);

  await page.getByLabel("of all accounts, with the clock").check();
  await page.getByLabel("name", { exact: true }).fill("all");
  await press("Take a snapshot").click();
  await line("all").getByRole("cell", { name: "everything" }).waitFor();
  await press("Reset the server…").click();
  await page.getByLabel("Type reset to confirm").fill("reset");
  await press("Reset").click();
  await said("The server is as it started.");
  assert.deepEqual([await tables(account), await tables(other)], [[], []]);
  await line("all").getByRole("button", { name: "Restore" }).click();
  await said("All is as it was in all.");
  assert.deepEqual(await names(other), ["a", "b", "theirs"]);
  await line("first").getByRole("button", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await said("Snapshot first is deleted.");
  const { snapshots } = await (await fetch(`${url}/_admin/snapshots`)).json();
  assert.deepEqual(snapshots.map((each) => each.name).sort(), ["all", "before-the-last-change"]);

  await page.getByLabel("name", { exact: true }).fill("no name");
  await press("Take a snapshot").click();
  await said('"no name" is no name of a snapshot');
  assert.deepEqual(errors.filter((each) => !each.includes("409")), []);
});
