// The colours of heat and of the pages: what must be told apart has the contrast for it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contrast, GROUND, heatColour, luminance, THROTTLED } from "../../../emulator/thermodynamo/admin/console/palette.js";

const STYLE = readFileSync(new URL("../../../emulator/thermodynamo/admin/console/style.css", import.meta.url), "utf8");

function variables(text) {
  const found = {};
  for (const [, name, red, green, blue] of text.matchAll(/--([\w-]+): #([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})/g)) {
    found[name] = [red, green, blue].map((part) => parseInt(part, 16));
  }
  return found;
}

test("heat grows brighter all the way: bright means trouble", () => {
  let last = -1;
  for (let share = 0; share <= 1.5; share += 0.01) {
    const bright = luminance(heatColour(share));
    assert.ok(bright >= last - 1e-9, `at ${share}`);
    last = bright;
  }
});

test("a full partition stands out from a cold one and from the ground", () => {
  assert.ok(contrast(heatColour(1), heatColour(0)) > 10);
  assert.ok(contrast(heatColour(0.5), GROUND) >= 3);
  assert.ok(contrast(heatColour(1), heatColour(0.5)) >= 3);
});

test("the edge of a throttled second is seen on what is cold and on what is merely warm", () => {
  assert.ok(contrast(THROTTLED, GROUND) >= 7);
  assert.ok(contrast(THROTTLED, heatColour(0.5)) >= 3);
  // On a full cell both are bright, and the hue tells: cyan has twice the blue and a third of the red.
  const full = heatColour(1);
  assert.ok(THROTTLED[2] > 2 * full[2] && THROTTLED[0] < full[0] / 2);
});

test("texts have a contrast of 4.5 on every ground, in the dark and in the light", () => {
  const dark = variables(STYLE.slice(0, STYLE.indexOf("@media")));
  const light = variables(STYLE.slice(STYLE.indexOf("@media"), STYLE.indexOf("* {")));
  for (const [name, colours] of Object.entries({ dark, light })) {
    for (const text of ["text", "muted", "link", "bad", "good"]) {
      for (const ground of ["ground", "panel", "raised"]) {
        const found = contrast(colours[text], colours[ground]);
        assert.ok(found >= 4.5, `${name}: ${text} on ${ground} has ${found.toFixed(2)}`);
      }
    }
    assert.ok(contrast(colours.bad, colours["bad-ground"]) >= 4.5, name);
    assert.ok(contrast(colours.text, colours["bad-ground"]) >= 4.5, name);
    assert.ok(contrast(colours["on-accent"], colours.accent) >= 4.5, name);
    for (const edge of ["strong-line", "read", "write"]) assert.ok(contrast(colours[edge], colours.panel) >= 3, `${name}: ${edge}`);
  }
});
