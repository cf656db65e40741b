// Chromium for a test: pages that note every error of their console, and the load that they are to show.

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { once } from "node:events";
import { chromium } from "playwright-core";

export const { CONSOLE_URL: url = "", CHROMIUM: executablePath, PYTHON: python = "python3", PICTURES: pictures = "" } = process.env;
export const DRIVER = new URL("../drive.py", import.meta.url).pathname;

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const newAccount = () => String(100000000000 + Math.floor(Math.random() * 899999999999));

export async function launch() {
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A page of the console; `errors` has what its console called an error, and what it could not load. */
export async function open(browser, hash, { width = 1400, height = 900, colorScheme = "dark", context } = {}) {
  const owner = context ?? (await browser.newContext({ viewport: { width, height }, colorScheme, acceptDownloads: true }));
  const page = await owner.newPage();
  const errors = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("dialog", (dialog) => (errors.push(`a dialog: ${dialog.message()}`), dialog.dismiss()));
  page.setDefaultTimeout(60000);
  await page.goto(`${url}/_admin/console/${hash}`);
  return { page, errors };
}

/** The load of drive.py, once it has begun; `stop` ends it. */
export async function drive(account, table, seconds, kind) {
  const child = spawn(python, [DRIVER, url, account, table, String(seconds), kind], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  await Promise.race([once(child.stdout, "data"), ended]);
  return { stop: () => (child.kill(), ended), ended };
}

/** One request to DynamoDB, as an SDK sends it. */
export async function call(account, operation, request) {
  const reply = await fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.0",
      "X-Amz-Target": `DynamoDB_20120810.${operation}`,
      "X-Amz-Date": "20260101T000000Z",
      Authorization: `AWS4-HMAC-SHA256 Credential=${account}/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=${"0".repeat(64)}`,
    },
    body: JSON.stringify(request),
  });
  const body = await reply.json();
  if (!reply.ok) throw new Error(JSON.stringify(body));
  return body;
}

export const simpleTable = (TableName, key = "poll") => ({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
  AttributeDefinitions: [{ AttributeName: key, AttributeType: "S" }],
});

/** Keeps a picture of the page as an artefact. */
export async function picture(page, name) {
  if (!pictures) return;
  mkdirSync(pictures, { recursive: true });
  await page.screenshot({ path: `${pictures}/${name}.png` });
}

/** Whether the heat map has a cell of a full partition: what is bright there is trouble. */
export const isHot = () => {
  const canvas = document.querySelector("canvas");
  if (!canvas) return false;
  const { data } = canvas.getContext("2d").getImageData(140, 0, canvas.width - 190, canvas.height - 30);
  for (let at = 0; at < data.length; at += 4) if (data[at] > 240 && data[at + 1] > 140 && data[at + 1] < 250 && data[at + 2] < 210) return true;
  return false;
};

/** What axe finds. Its code runs in a world of its own: the page's policy lets no foreign code in. */
export async function violations(page) {
  const session = await page.context().newCDPSession(page);
  const { frameTree } = await session.send("Page.getFrameTree");
  const { executionContextId } = await session.send("Page.createIsolatedWorld", { frameId: frameTree.frame.id, worldName: "axe" });
  const run = async (expression) => {
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression, contextId: executionContextId, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  await run(AXE);
  const found = await run("axe.run(document, { resultTypes: ['violations'] }).then((found) => found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html + ' ' + node.failureSummary).slice(0, 3).join(' | ')}`))");
  await session.detach();
  return found;
}
