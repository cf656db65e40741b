// Items as people change them: no type is lost, and no change that was made meanwhile.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { call, launch, newAccount, open, simpleTable } from "./chromium.mjs";

const ITEM = {
  pk: { S: "a" },
  long: { N: "12345678901234567890123456789012345678" },
  blob: { B: "AAE=" },
  texts: { SS: ["x", "y"] },
  numbers: { NS: ["1.5", "99999999999999999999999999999999999999"] },
  markup: { S: "<script>document.title='run'</script><img src=x onerror=alert(1)>" },
};
const KEY = { pk: { S: "a" } };

async function start(t, item = ITEM) {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  await call(account, "CreateTable", simpleTable("things", "pk"));
  await call(account, "PutItem", { TableName: "things", Item: item });
  const opened = await open(browser, `#/${account}/us-east-1/items/things`);
  await opened.page.getByRole("button", { name: "edit a" }).waitFor();
  const get = async (Key = KEY) => (await call(account, "GetItem", { TableName: "things", Key, ConsistentRead: true })).Item;
  return { account, get, ...opened };
}

test("an edited item keeps every type, and what it holds is shown as text", async (t) => {
  const { page, errors, get } = await start(t);
  await page.getByRole("cell", { name: "<script>document.title" }).waitFor();
  assert.notEqual(await page.title(), "run");
  await page.getByRole("button", { name: "edit a" }).click();
  const box = page.getByLabel("Item of things");
  await page.getByLabel("Form").selectOption("plain");
  await page.getByText("would lose its types").waitFor();
  await box.fill(JSON.stringify({ ...ITEM, added: { BOOL: true } }));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  const { added, ...rest } = await get();
  assert.deepEqual(added, { BOOL: true });
  assert.deepEqual(rest, ITEM);
  assert.deepEqual(errors, []);
});

test("a save does not undo what changed meanwhile", async (t) => {
  const { page, account, get } = await start(t, { pk: { S: "a" }, mine: { N: "1" }, theirs: { N: "1" } });
  await page.getByRole("button", { name: "edit a" }).click();
  const box = page.getByLabel("Item of things");
  await box.fill('{"pk": "a", "mine": 2, "theirs": 1}');
  const update = (name, value) => call(account, "UpdateItem", { TableName: "things", Key: KEY, UpdateExpression: "SET #n = :v", ExpressionAttributeNames: { "#n": name }, ExpressionAttributeValues: { ":v": { N: value } } });
  await update("theirs", "7");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("Saved.").waitFor();
  assert.deepEqual(await get(), { pk: { S: "a" }, mine: { N: "2" }, theirs: { N: "7" } });

  await page.getByRole("button", { name: "edit a" }).click();
  await box.fill('{"pk": "a", "mine": 3, "theirs": 7}');
  await update("mine", "9");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByText("The item changed meanwhile").waitFor();
  assert.deepEqual((await get()).mine, { N: "9" });
  await page.getByRole("button", { name: "Keep my text" }).click();
  await page.getByText("Saved.").last().waitFor();
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.deepEqual((await get()).mine, { N: "3" });
});

test("a changed key moves the item in one transaction", async (t) => {
  const { page, get } = await start(t);
  await page.getByRole("button", { name: "edit a" }).click();
  await page.getByLabel("Item of things").fill(JSON.stringify({ ...ITEM, pk: { S: "b" } }));
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await page.getByRole("button", { name: "edit b" }).waitFor();
  assert.equal(await get(), undefined);
  assert.deepEqual(await get({ pk: { S: "b" } }), { ...ITEM, pk: { S: "b" } });
});

test("the server's own error stands beside the filter", async (t) => {
  const { page } = await start(t);
  await page.getByText("Filters", { exact: true }).click();
  await page.getByLabel("or an expression").fill("pk = = :x");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("alert").filter({ hasText: "Invalid FilterExpression: Syntax error" }).waitFor();
});

test("items go out as files and come back, and deletes can be undone", async (t) => {
  const { page, errors, get } = await start(t);
  for (const [form, ending] of [["jsonl", "jsonl"], ["csv", "csv"]]) {
    const [download] = await Promise.all([page.waitForEvent("download"), page.getByLabel("Export").selectOption(form)]);
    assert.equal(download.suggestedFilename(), `things.${ending}`);
    const file = await download.path();
    await page.getByLabel("mark a").check();
    await page.getByRole("button", { name: "Delete marked" }).click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("1 deleted.").last().waitFor();
    await page.getByRole("button", { name: "edit a" }).waitFor({ state: "detached" });
    await page.getByLabel("File to import").setInputFiles({ name: `things.${ending}`, mimeType: "text/plain", buffer: readFileSync(file) });
    await page.getByRole("button", { name: "edit a" }).waitFor();
    assert.deepEqual(await get(), ITEM);
  }
  await page.getByLabel("mark a").check();
  await page.getByRole("button", { name: "Delete marked" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByRole("button", { name: "Undo" }).last().click();
  await page.getByRole("button", { name: "edit a" }).waitFor();
  assert.deepEqual(await get(), ITEM);
  assert.deepEqual(errors, []);
});
