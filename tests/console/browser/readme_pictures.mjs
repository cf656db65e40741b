// The pictures of the README: a minute and a half of load, then the heat of a table and the list of tables.

import { call, drive, launch, open, picture, simpleTable } from "./chromium.mjs";

const ACCOUNT = "000000000000";
const SECONDS = 100;

const browser = await launch();
for (const name of ["votes", "sessions", "archive-2025", "ratings"]) await call(ACCOUNT, "CreateTable", simpleTable(name));
const loads = await Promise.all([drive(ACCOUNT, "orders", SECONDS, "orders"), drive(ACCOUNT, "ratings", SECONDS, "range"), drive(ACCOUNT, "votes", SECONDS, "hot")]);
const heat = await open(browser, `#/${ACCOUNT}/us-east-1/heat/ratings`, { width: 1280, height: 760 });
const tables = await open(browser, `#/${ACCOUNT}/us-east-1`, { width: 1280, height: 480 });
await heat.page.waitForTimeout((SECONDS - 8) * 1000);
// The last two minutes: the rest is empty.
const box = await heat.page.locator("canvas").boundingBox();
await heat.page.mouse.move(box.x + box.width * 0.55, box.y + 8);
await heat.page.mouse.down();
await heat.page.mouse.move(box.x + box.width - 48, box.y + box.height - 24, { steps: 4 });
await heat.page.mouse.up();
await heat.page.mouse.move(5, 400);
await heat.page.waitForTimeout(1500);
await picture(heat.page, "console-heat");
await picture(tables.page, "console-tables");
await Promise.all(loads.map((load) => load.stop()));
await browser.close();
