// A report of `thermodynamo foresee`: the last one that the server was given, or one that is dropped in.

import { fill, h, labelled, note, statusPlace } from "../dom.js";
import { admin, explained, tokenHeader } from "../server.js";

const file = h("input", { type: "file", accept: ".json,application/json" });
const said = statusPlace();
const home = h("a", { class: "brand", href: "../" }, h("img", { src: "../icon.svg", alt: "", width: 20, height: 20 }), "thermodynamo");
const main = h(
  "main",
  { class: "foresight" },
  h("h1", {}, "Foresight"),
  note("The JSON of ", h("code", {}, "thermodynamo foresee TRACE --json"), ", dropped here or chosen; or the last that ", h("code", {}, "--console"), " sent."),
  labelled("report", file),
  said,
);
let address = "";

/** Shows what the server makes of the report that it has: a page of its own, in which nothing can run. */
async function show() {
  const reply = await fetch("/_admin/foresight", { headers: { Accept: "text/html", ...tokenHeader() } });
  if (reply.status === 404) return fill(said, "There is no report yet.");
  if (!reply.ok) return fill(said, reply.status === 401 ? "The server wants its token: give it in the console." : "The server has no page of it.");
  URL.revokeObjectURL(address);
  address = URL.createObjectURL(new Blob([await reply.text()], { type: "text/html" }));
  const frame = h("iframe", { src: address, title: "The report", sandbox: "" });
  main.querySelector("iframe")?.remove();
  main.append(frame);
}

/** @param {File | undefined} given */
async function take(given) {
  if (!given) return;
  try {
    await admin("foresight", {}, { body: JSON.parse(await given.text()) });
    fill(said, given.name);
    await show();
  } catch (error) {
    fill(said, error instanceof SyntaxError ? `${given.name} is no JSON.` : explained(error));
  }
}

file.addEventListener("change", () => void take(file.files?.[0]));
for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
  main.addEventListener(name, (event) => {
    event.preventDefault();
    main.classList.toggle("over", name.startsWith("dragover") || name === "dragenter");
  });
}
main.addEventListener("drop", (event) => void take(event.dataTransfer?.files[0]));
document.body.append(h("header", {}, home, h("nav", { "aria-label": "Pages" }, h("a", { href: "../" }, "Tables"))), main);
void show();
