// Where access is enforced and the admin API wants a token: the operator's console, and the console as a tenant sees it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { launch, open, picture, violations } from "./chromium.mjs";

const { ADMIN_TOKEN: token = "", ACCESS_ACCOUNT: account = "" } = process.env;
const statement = "SELECT * FROM orders WHERE tenant = 'b'";

test("the operator may do all, and a tenant what its policy allows", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const { page, errors } = await open(browser, `#/${account}/us-east-1`);
  const sent = [];
  page.on("request", (request) => sent.push(request));
  await page.getByLabel("Token", { exact: true }).fill(token);
  await page.getByRole("button", { name: "Use it" }).click();
  await page.getByRole("button", { name: "Create table" }).click();
  await page.getByLabel("Table name").fill("orders");
  await page.getByLabel("Partition key").first().fill("tenant");
  await page.getByRole("button", { name: "Create", exact: true }).click();
  await page.getByRole("link", { name: "Items", exact: true }).click();
  for (const tenant of ["a", "b"]) {
    await page.getByRole("button", { name: "New item" }).click();
    await page.getByLabel("Item of orders").fill(`{"tenant": "${tenant}", "secret": "of-${tenant}"}`);
    await page.getByRole("button", { name: "Put", exact: true }).click();
    await page.getByRole("cell", { name: `of-${tenant}` }).waitFor();
  }
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("heading", { name: "Definition" }).waitFor();

  await page.getByRole("link", { name: "Items", exact: true }).click();
  await page.getByRole("combobox", { name: "as", exact: true }).selectOption("tenant-a");
  await page.getByRole("alert").filter({ hasText: "is not authorized to perform: dynamodb:Scan" }).waitFor();
  await picture(page, "items-as-a-tenant");
  assert.deepEqual(await violations(page), []);
  await page.getByText("Get by key").click();
  await page.getByLabel("is (S)").fill("a");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("cell", { name: "of-a" }).waitFor();
  await page.getByLabel("is (S)").fill("b");
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("alert").filter({ hasText: "dynamodb:GetItem" }).waitFor();
  assert.equal(await page.getByText("of-b").count(), 0);
  await page.getByRole("link", { name: "PartiQL" }).click();
  await page.getByLabel("Statement").fill(statement);
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("alert").filter({ hasText: "dynamodb:PartiQLSelect" }).waitFor();
  await page.getByRole("link", { name: "Throttles" }).click();
  const denied = page.getByRole("table", { name: "Denied by policies" }).getByRole("row", { name: /tenant-a Scan dynamodb:Scan .*table\/orders/ });
  await denied.waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole("link", { name: "PartiQL" }).click();
  await page.getByRole("combobox", { name: "as", exact: true }).selectOption("");
  await page.getByLabel("Statement").fill(statement);
  await page.getByRole("button", { name: "Run" }).click();
  await page.getByRole("cell", { name: "of-b" }).waitFor();

  assert.ok(sent.length && sent.every((request) => new URL(request.url()).pathname.startsWith("/_admin")));
  assert.ok(sent.every((request) => !request.url().includes(token)));
  assert.deepEqual(errors.filter((each) => !/40[01]/.test(each)), []);
});
