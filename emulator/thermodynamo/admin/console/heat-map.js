// A canvas of heat: time from left to right, keys in order from top to bottom, one cell for a partition and a second.
//
// The border between two partitions begins where they were split: before that, they were one.

import { shareOf } from "./bands.js";
import { clockTime, shortened } from "./format.js";
import { css, GROUND, heatColour, THROTTLED } from "./palette.js";

/** @typedef {import("./bands.js").Partition} Partition */
/** @typedef {import("./bands.js").Band} Band */
/** @typedef {import("./bands.js").Measure} Measure */
/**
 * @typedef {object} Picture what is drawn
 * @property {Partition[]} partitions
 * @property {Band[]} bands
 * @property {{ read: number, write: number }} served
 * @property {Measure} measure
 * @property {number} from the first second
 * @property {number} until the second after the last
 * @property {Map<number, [number, number, number]>} current units and refusals of the second that has begun
 * @property {Map<string, number>} splits when the border below a low key came to be
 */
/** @typedef {{ from: number, until: number, first: number, last: number }} View seconds and bands that are shown */
/** @typedef {{ at: number, band: number }} Cell a second of the picture and a band */

const GUTTER = 132;
const EDGE = 46;
const AXIS = 20;
const TEXT = "#c3ccd8";
const MUTED = "#8e9aab";

export class HeatMap {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.drawing = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.area = { left: 0, top: 0, width: 1, height: 1 };
    this.cells = document.createElement("canvas");
    /** @type {View | null} */
    this.zoom = null;
    /** @type {Cell | null} */
    this.cursor = null;
    /** @type {{ x: number, y: number, toX: number, toY: number } | null} */
    this.drag = null;
    /** @type {Picture | null} */
    this.picture = null;
  }

  /** The seconds and bands that are shown. @returns {View} */
  view() {
    const { from, until, bands } = /** @type {Picture} */ (this.picture);
    const all = { from, until: until + 1, first: 0, last: bands.length };
    const zoom = this.zoom;
    if (!zoom || zoom.until <= from || zoom.first >= bands.length) return all;
    return { from: Math.max(from, zoom.from), until: zoom.until, first: zoom.first, last: Math.min(bands.length, zoom.last) };
  }

  /** @param {Picture} picture */
  draw(picture) {
    this.picture = picture;
    const width = this.canvas.clientWidth || 600;
    const height = this.canvas.clientHeight || 400;
    const scale = window.devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * scale) || this.canvas.height !== Math.round(height * scale)) {
      this.canvas.width = Math.round(width * scale);
      this.canvas.height = Math.round(height * scale);
    }
    const pen = this.drawing;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = css(GROUND);
    pen.fillRect(0, 0, width, height);
    const view = this.view();
    this.area = { left: GUTTER, top: 6, width: width - GUTTER - EDGE, height: height - AXIS - 6 };
    this.paintCells(picture, view);
    this.paintThrottles(picture, view);
    this.paintBorders(picture, view);
    this.paintLabels(picture, view);
    this.paintTime(view);
    this.paintCursor(view);
  }

  /** @param {Picture} picture @param {View} view */
  paintCells(picture, view) {
    const across = view.until - view.from;
    const down = view.last - view.first;
    this.cells.width = across;
    this.cells.height = down;
    const pen = /** @type {CanvasRenderingContext2D} */ (this.cells.getContext("2d"));
    const image = pen.createImageData(across, down);
    for (let line = 0; line < down; line += 1) {
      const band = picture.bands[view.first + line];
      for (let at = 0; at < across; at += 1) {
        const colour = heatColour(this.share(picture, band, view.from + at));
        const place = 4 * (line * across + at);
        image.data[place] = colour[0];
        image.data[place + 1] = colour[1];
        image.data[place + 2] = colour[2];
        image.data[place + 3] = 255;
      }
    }
    pen.putImageData(image, 0, 0);
    const { left, top, width, height } = this.area;
    this.drawing.imageSmoothingEnabled = false;
    this.drawing.drawImage(this.cells, left, top, width, height);
  }

  /**
   * The share of the limit that the hottest partition of a band had in a second.
   * @param {Picture} picture
   * @param {Band} band
   * @param {number} second
   */
  share(picture, band, second) {
    let highest = 0;
    for (let place = band.from; place < band.to; place += 1) {
      highest = Math.max(highest, this.shareOfPartition(picture, picture.partitions[place], second));
    }
    return highest;
  }

  /** @param {Picture} picture @param {Partition} partition @param {number} second */
  shareOfPartition(picture, partition, second) {
    if (second < picture.until) return shareOf(partition, second - picture.from, picture.served, picture.measure);
    const [read, write, refused] = picture.current.get(partition.id) ?? [0, 0, 0];
    return shareOf({ ...partition, read: [read], write: [write], throttles: [refused] }, 0, picture.served, picture.measure);
  }

  /** @param {Picture} picture @param {Band} band @param {number} second */
  refused(picture, band, second) {
    let sum = 0;
    for (let place = band.from; place < band.to; place += 1) {
      const partition = picture.partitions[place];
      sum += second < picture.until ? (partition.throttles[second - picture.from] ?? 0) : (picture.current.get(partition.id)?.[2] ?? 0);
    }
    return sum;
  }

  /** A light edge at the bottom of each cell in which something was throttled. @param {Picture} picture @param {View} view */
  paintThrottles(picture, view) {
    const pen = this.drawing;
    const size = this.cellSize(view);
    const edge = Math.max(1.5, Math.min(5, size.height * 0.16));
    pen.fillStyle = css(THROTTLED);
    for (let line = view.first; line < view.last; line += 1) {
      for (let second = view.from; second < view.until; second += 1) {
        // Before a split the two halves were one cell, with one edge below both.
        const isUpperHalf = line + 1 < view.last && second < this.bornAt(picture, line + 1);
        if (isUpperHalf || !this.refused(picture, picture.bands[line], second)) continue;
        const { x, y } = this.corner(view, second, line);
        pen.fillRect(x, y + size.height - edge, Math.max(1, size.width - (size.width > 3 ? 1 : 0)), edge);
      }
    }
  }

  /** The second in which the border above a line came to be; long ago for one that was always there. @param {Picture} picture @param {number} line */
  bornAt(picture, line) {
    return Math.floor(picture.splits.get(picture.partitions[picture.bands[line].from].low ?? "") ?? 0);
  }

  /** @param {Picture} picture @param {View} view */
  paintBorders(picture, view) {
    const pen = this.drawing;
    const { left, width } = this.area;
    const height = this.cellSize(view).height;
    for (let line = view.first; line < view.last; line += 1) {
      const partition = picture.partitions[picture.bands[line].from];
      const splitAt = picture.splits.get(partition.low ?? "");
      const { y } = this.corner(view, view.from, line);
      const x = splitAt === undefined ? left : Math.max(left, this.corner(view, splitAt, line).x);
      if (line > view.first && height >= 3) {
        pen.fillStyle = splitAt === undefined ? css(GROUND) : "rgb(255 255 255 / 75%)";
        pen.fillRect(x, y - 0.5, left + width - x, 1);
      }
      if (splitAt !== undefined && splitAt >= view.from && splitAt <= view.until) this.paintFork(x, y, Math.min(height / 2, 16));
    }
  }

  /** One line that becomes two: the picture of a split. @param {number} x @param {number} y @param {number} reach */
  paintFork(x, y, reach) {
    const pen = this.drawing;
    pen.beginPath();
    for (const way of [-1, 1]) {
      pen.moveTo(x - 12, y);
      pen.lineTo(x - 3, y);
      pen.bezierCurveTo(x + 2, y, x + 1, y + way * reach, x + 9, y + way * reach);
    }
    for (const [colour, width] of /** @type {[string, number][]} */ ([[css(GROUND), 5], ["#ffffff", 2]])) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.stroke();
    }
  }

  /** @param {Picture} picture @param {View} view */
  paintLabels(picture, view) {
    const pen = this.drawing;
    const { left, width } = this.area;
    const height = this.cellSize(view).height;
    pen.font = "11px ui-monospace, monospace";
    pen.textBaseline = "middle";
    let free = 0;
    for (let line = view.first; line < view.last; line += 1) {
      const band = picture.bands[line];
      const { y } = this.corner(view, view.from, line);
      const middle = y + height / 2;
      if (middle < free) continue;
      free = middle + 13;
      const partition = picture.partitions[band.from];
      const name = band.to - band.from === 1 ? `${partition.id}` : `${band.to - band.from} cold`;
      pen.textAlign = "left";
      pen.fillStyle = TEXT;
      pen.fillText(name, 8, middle);
      pen.fillStyle = MUTED;
      const beginning = partition.begins_with ? String(Object.values(Object.values(partition.begins_with)[0])[0]) : (partition.low?.slice(0, 10) ?? "lowest");
      pen.fillText(shortened(beginning, 12), 48, middle);
      const share = this.share(picture, band, Math.max(picture.from, picture.until - 1));
      pen.textAlign = "right";
      pen.fillStyle = share > 0.8 ? css(heatColour(1)) : MUTED;
      pen.fillText(picture.measure === "throttles" ? String(this.refused(picture, band, picture.until - 1)) : `${Math.round(share * 100)}%`, left + width + EDGE - 8, middle);
    }
  }

  /** @param {View} view */
  paintTime(view) {
    const pen = this.drawing;
    const { left, top, width, height } = this.area;
    pen.fillStyle = MUTED;
    pen.textBaseline = "middle";
    const seconds = view.until - view.from;
    const step = [1, 2, 5, 10, 15, 30, 60].find((each) => (width / seconds) * each >= 70) ?? 60;
    for (let second = Math.ceil(view.from / step) * step; second < view.until; second += step) {
      const { x } = this.corner(view, second, view.first);
      pen.textAlign = x < left + 26 ? "left" : "center";
      if (x < left + width + EDGE - 30) pen.fillText(clockTime(second), x, top + height + AXIS / 2);
      pen.fillRect(x, top + height, 1, 3);
    }
  }

  /** @param {View} view */
  paintCursor(view) {
    const pen = this.drawing;
    pen.strokeStyle = "#ffffff";
    pen.lineWidth = 1.5;
    if (this.cursor) {
      const size = this.cellSize(view);
      const { x, y } = this.corner(view, this.cursor.at, this.cursor.band);
      pen.strokeRect(x - 1, y - 0.5, Math.max(3, size.width + 1), Math.max(3, size.height));
    }
    if (this.drag) {
      const { x, y, toX, toY } = this.drag;
      pen.fillStyle = "rgb(255 255 255 / 15%)";
      pen.fillRect(x, y, toX - x, toY - y);
      pen.strokeRect(x, y, toX - x, toY - y);
    }
  }

  /** @param {View} view */
  cellSize(view) {
    const { width, height } = this.area;
    return { width: width / (view.until - view.from), height: height / Math.max(1, view.last - view.first) };
  }

  /** @param {View} view @param {number} second @param {number} band */
  corner(view, second, band) {
    const { left, top } = this.area;
    const size = this.cellSize(view);
    return { x: left + (second - view.from) * size.width, y: top + (band - view.first) * size.height };
  }

  /** The cell at a point of the canvas; null outside. @param {number} x @param {number} y @returns {Cell | null} */
  cellAt(x, y) {
    if (!this.picture) return null;
    const view = this.view();
    const { left, top } = this.area;
    const size = this.cellSize(view);
    const at = view.from + Math.floor((x - left) / size.width);
    const band = view.first + Math.floor((y - top) / size.height);
    return at < view.from || at >= view.until || band < view.first || band >= view.last ? null : { at, band };
  }

  /** Shows the cells of a rectangle alone. @param {{ x: number, y: number, toX: number, toY: number }} drag */
  zoomTo({ x, y, toX, toY }) {
    const { left, top, width, height } = this.area;
    const within = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ size) => Math.min(Math.max(value, low), low + size - 1);
    const one = this.cellAt(within(Math.min(x, toX), left, width), within(Math.min(y, toY), top, height));
    const other = this.cellAt(within(Math.max(x, toX), left, width), within(Math.max(y, toY), top, height));
    if (one && other) this.zoom = { from: one.at, until: other.at + 1, first: one.band, last: other.band + 1 };
  }
}
