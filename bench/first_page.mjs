// How long the console's first page takes: `node bench/first_page.mjs http://127.0.0.1:8000`, after `npm ci`, beside a
// server whose default namespace has tables. Each round has a new browser context, so nothing is cached.

import { chromium } from "playwright-core";

const ROUNDS = 21;
const [url = "http://127.0.0.1:8000"] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

const { namespaces } = await (await fetch(`${url}/_admin/overview`)).json();
const tables = namespaces[0]?.tables ?? 0;
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
const times = [];
for (let round = 0; round < ROUNDS; round += 1) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((wanted) => {
    const look = () => (document.querySelectorAll("table.tables tbody tr").length < wanted ? requestAnimationFrame(look) : (globalThis.usableAt = performance.now()));
    requestAnimationFrame(look);
  }, tables);
  await page.goto(`${url}/_admin/console/`);
  times.push(await page.waitForFunction(() => globalThis.usableAt).then((found) => found.jsonValue()));
  await context.close();
}
await browser.close();
times.sort((one, other) => one - other);
console.log(`the first page with ${tables} tables: ${Math.round(times[(ROUNDS - 1) / 2])} ms, ${Math.round(times[0])} to ${Math.round(times[ROUNDS - 1])} (median of ${ROUNDS}; target: at most 300)`);
