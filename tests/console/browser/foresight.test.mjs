// The report of foresee: as a file, and in the page of the console, which is given it as JSON.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, pictures, url, violations } from "./chromium.mjs";

const { REPORT_PAGE: file = "", REPORT_JSON: json = "" } = process.env;
let browser;
before(async () => (browser = await launch()));
after(() => browser.close());

/** A page that notes its errors and all that it asks for. */
async function open(address, colorScheme) {
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, colorScheme });
  const page = await context.newPage();
  const errors = [];
  const asked = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("request", (request) => asked.push(request.url()));
  page.setDefaultTimeout(60000);
  await page.goto(address);
  return { page, errors, asked };
}

for (const scheme of ["dark", "light"]) {
  test(`the file asks for nothing and can be read by all, ${scheme}`, async () => {
    const { page, errors, asked } = await open(`file://${file}`, scheme);
    assert.deepEqual(errors, []);
    assert.equal(asked.length, 1, String(asked));
    assert.equal(await page.locator("section").count(), 3);
    const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    assert.equal(ground, scheme === "dark" ? "rgb(15, 18, 24)" : "rgb(246, 247, 249)", "its style is let in");
    assert.ok((await page.locator("svg .met").count()) > 0, "what was throttled is in the heat map");
    for (const box of await page.locator("svg").all()) assert.ok((await box.boundingBox()).height > 50);
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 1100, "it is no wider than its window");
    await page.locator("summary").evaluateAll((all) => all.forEach((each) => each.click()));
    assert.deepEqual(await violations(page), []);
    if (pictures) await page.screenshot({ path: `${pictures}/report-${scheme}.png`, fullPage: true });
    await page.context().close();
  });
}

test("the console shows a report that is dropped in, and has it when it is opened again", async () => {
  const { page, errors } = await open(`${url}/_admin/console/`, "dark");
  await page.getByRole("link", { name: "Foresight" }).click();
  await page.getByText("There is no report yet.").waitFor();
  errors.length = 0;
  await page.getByLabel("report").setInputFiles({ name: "no.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await page.getByText("the body is no report of thermodynamo foresee").waitFor();
  errors.length = 0;
  await page.getByLabel("report").setInputFiles(json);
  const frame = page.frameLocator("iframe");
  await frame.getByRole("heading", { name: "Scenarios" }).waitFor();
  assert.equal(await frame.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor), "rgb(15, 18, 24)");
  await page.reload();
  await frame.getByRole("heading", { name: "Scenarios" }).waitFor();
  assert.deepEqual(errors, []);
  assert.deepEqual(await violations(page), []);
  if (pictures) await page.screenshot({ path: `${pictures}/console-foresight.png` });
  await page.context().close();
});
