// Boxes for one secondary index: of a new table, or to add to one.

import { group, h, labelled, select, textBox } from "./dom.js";
import { SCALARS } from "./values.js";

/** @param {boolean} isNewTable only a new table can have local indexes */
export function indexForm(isNewTable) {
  const name = textBox(14);
  const partition = textBox(12);
  const sort = textBox(12);
  const attributes = textBox(18);
  const partitionKind = select(SCALARS, "S");
  const sortKind = select(SCALARS, "S");
  const kind = select(isNewTable ? ["global", "local"] : ["global"], "global", () => draw());
  const projection = select(["ALL", "KEYS_ONLY", "INCLUDE"], "ALL", () => draw());
  const partitionPlace = h("span", { class: "group" }, labelled("partition key", partition), labelled("type", partitionKind));
  const attributesPlace = labelled("attributes", attributes, "names with commas between them");
  function draw() {
    partitionPlace.hidden = kind.value === "local";
    attributesPlace.hidden = projection.value !== "INCLUDE";
  }
  draw();
  const element = group(labelled("index", kind), labelled("index name", name), partitionPlace, labelled("sort key", sort), labelled("type", sortKind), labelled("projection", projection), attributesPlace);
  /** @returns {import("./definitions.js").IndexForm} */
  const read = () => ({ name: name.value, kind: /** @type {any} */ (kind.value), partition: partition.value, partitionKind: partitionKind.value, sort: sort.value, sortKind: sortKind.value, projection: projection.value, attributes: attributes.value });
  return { element, read };
}
