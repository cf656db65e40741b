// The colours of heat: from dark for cold to bright for trouble. Pure: the contrast of each step is tested.

/** @typedef {[number, number, number]} Colour red, green, blue, each from 0 to 255 */

/** The ground of a heat map, which is dark by day, too: what is bright on it is trouble. @type {Colour} */
export const GROUND = [18, 21, 28];
/** A second in which something was throttled. @type {Colour} */
export const THROTTLED = [92, 225, 255];

/** @type {[number, Colour][]} by share of the limit */
const STOPS = [
  [0, [22, 26, 36]],
  [0.02, [32, 30, 58]],
  [0.15, [52, 32, 94]],
  [0.35, [112, 40, 122]],
  [0.55, [200, 68, 98]],
  [0.75, [230, 98, 62]],
  [0.9, [249, 149, 52]],
  [1, [254, 206, 92]],
  [1.5, [255, 246, 200]],
];

/**
 * The colour of a share of the limit.
 * @param {number} share
 * @returns {Colour}
 */
export function heatColour(share) {
  const last = STOPS[STOPS.length - 1];
  if (!(share > 0)) return STOPS[0][1];
  if (share >= last[0]) return last[1];
  const at = STOPS.findIndex(([stop]) => stop > share);
  const [low, from] = STOPS[at - 1];
  const [high, to] = STOPS[at];
  const part = (share - low) / (high - low);
  return /** @type {Colour} */ (from.map((value, band) => Math.round(value + (to[band] - value) * part)));
}

/** @param {Colour} colour */
export function css([red, green, blue]) {
  return `rgb(${red} ${green} ${blue})`;
}

/**
 * The relative luminance of WCAG 2.2.
 * @param {Colour} colour
 */
export function luminance(colour) {
  const [red, green, blue] = colour.map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/**
 * The contrast ratio of WCAG 2.2: from 1 for none to 21.
 * @param {Colour} one
 * @param {Colour} other
 */
export function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}
