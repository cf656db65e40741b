// Many tabs of one browser: they share one stream of events, and none waits for a connection.

import assert from "node:assert/strict";
import { test } from "node:test";
import { call, drive, launch, newAccount, open, simpleTable, url } from "./chromium.mjs";

const TABS = 8;

test("eight tabs share one connection, and go on when the one that keeps it is closed", async (t) => {
  const browser = await launch();
  t.after(() => browser.close());
  const account = newAccount();
  const context = await browser.newContext();
  await call(account, "CreateTable", simpleTable("votes"));
  const load = await drive(account, "votes", 120, "hot");
  t.after(() => load.stop());
  const streams = new Set();
  context.on("request", (request) => request.url().includes("/_admin/events") && streams.add(request));
  for (const gone of ["requestfailed", "requestfinished"]) context.on(gone, (request) => streams.delete(request));
  const tabs = [];
  for (let at = 0; at < TABS; at += 1) tabs.push(await open(browser, `#/${account}/us-east-1${at % 2 ? "/heat/votes" : ""}`, { context }));
  // Headless pages all count as visible: each of them is live.
  for (const { page } of tabs) await page.locator(".state.live").waitFor();
  await onlyOne(streams);
  await tabs[0].page.close();
  streams.clear(); // The end of a closed page's request is not told.
  const before = await tabs[1].page.locator(".clock").textContent();
  await tabs[1].page.waitForFunction((text) => document.querySelector(".clock").textContent > text, before);
  await tabs[7].page.locator(".state.live").waitFor();
  await onlyOne(streams);
  for (const { errors } of tabs) assert.deepEqual(errors, []);
});

/** Waits until all but one have ended: what is aborted is told a little later. */
async function onlyOne(requests) {
  for (let waits = 0; requests.size !== 1 && waits < 300; waits += 1) await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(requests.size, 1, [...requests].map((request) => request.url()).join(" "));
}

test("a page of another origin is refused, whatever it sends", async () => {
  const reply = await fetch(`${url}/_admin/events?topic=000000000000/us-east-1`, { headers: { Origin: "http://other.example" } });
  assert.equal(reply.status, 403);
});
