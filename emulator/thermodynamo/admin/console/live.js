// The events of the server, over one connection for all pages of a browser.
//
// A browser opens six connections to an origin, so each page that is looked at tells the others what it listens to, and
// one of them, which holds a lock, keeps the connection for all. A hidden page gives its share up.

import { tokenHeader } from "./server.js";

/** @typedef {(name: string, data: any) => void} Listener */

const CHANNEL = "thermodynamo";
const RETRY_MS = 1000;
/** Without news of a page for so long, its topics are no longer asked for. */
const FORGOTTEN_MS = 20000;
const TOLD_MS = 5000;

/**
 * Reads server-sent events out of a text that may end anywhere; returns them and what is left.
 * @param {string} text
 * @returns {{ events: { name: string, data: any }[], rest: string }}
 */
export function parse(text) {
  const parts = text.split("\n\n");
  const rest = parts.pop() ?? "";
  const events = parts.map((part) => {
    const lines = part.split("\n");
    const value = (/** @type {string} */ name) =>
      lines
        .filter((line) => line.startsWith(name))
        .map((line) => line.slice(name.length).trimStart())
        .join("\n");
    return { name: value("event:"), data: JSON.parse(value("data:")) };
  });
  return { events, rest };
}

export class Live {
  constructor() {
    this.id = `${Date.now()}-${Math.random()}`;
    /** @type {Set<Listener>} */
    this.listeners = new Set();
    /** @type {string[]} */
    this.topics = [];
    /** @type {Map<string, { topics: string[], at: number }>} */
    this.others = new Map();
    /** @type {AbortController | null} */
    this.connection = null;
    this.connected = "";
    this.isLeader = false;
    /** @type {(() => void) | null} */
    this.resign = null;
    this.state = "connecting";
    this.channel = new BroadcastChannel(CHANNEL);
    this.channel.onmessage = ({ data }) => this.heard(data);
    document.addEventListener("visibilitychange", () => (document.hidden ? this.hide() : this.show()));
    addEventListener("pagehide", () => this.hide());
    setInterval(() => this.tell(), TOLD_MS);
    if (!document.hidden) this.show();
  }

  /** @param {string[]} topics */
  listen(topics) {
    this.topics = topics;
    this.tell();
  }

  /** @param {{ from: string, topics?: string[], event?: { name: string, data: any }, gone?: boolean }} message */
  heard(message) {
    if (message.event) this.deliver(message.event);
    if (message.topics) {
      const isNew = !this.others.has(message.from);
      this.others.set(message.from, { topics: message.topics, at: Date.now() });
      if (isNew) this.tell();
    }
    if (message.gone) this.others.delete(message.from);
    this.connect();
  }

  tell() {
    if (document.hidden) return;
    this.channel.postMessage({ from: this.id, topics: this.topics });
    this.connect();
  }

  show() {
    this.tell();
    if (this.isLeader || this.resign) return;
    // Locks are there where the page is of this machine or comes by HTTPS; elsewhere each page has its own connection.
    if (!navigator.locks) {
      this.isLeader = true;
      this.connect();
      return;
    }
    const released = new Promise((/** @type {(value?: undefined) => void} */ resolve) => (this.resign = resolve));
    navigator.locks.request(CHANNEL, async () => {
      if (document.hidden) return;
      this.isLeader = true;
      this.connect();
      await released;
    });
  }

  hide() {
    this.isLeader = false;
    this.resign?.();
    this.resign = null;
    this.disconnect();
    this.channel.postMessage({ from: this.id, gone: true });
  }

  disconnect() {
    this.connection?.abort();
    this.connection = null;
    this.connected = "";
  }

  wanted() {
    const since = Date.now() - FORGOTTEN_MS;
    for (const [id, other] of this.others) if (other.at < since) this.others.delete(id);
    return [...new Set([...this.topics, ...[...this.others.values()].flatMap((other) => other.topics)])].sort();
  }

  /** Opens the connection, or one for other topics, if this page keeps it. */
  connect() {
    if (!this.isLeader) return;
    const wanted = this.wanted();
    if (!wanted.length || wanted.join(" ") === this.connected) return;
    this.disconnect();
    this.connected = wanted.join(" ");
    this.connection = new AbortController();
    void this.read(wanted.slice(0, 32), this.connection.signal);
  }

  /**
   * @param {string[]} topics
   * @param {AbortSignal} signal
   */
  async read(topics, signal) {
    const query = new URLSearchParams(topics.map((topic) => ["topic", topic]));
    while (!signal.aborted) {
      try {
        const reply = await fetch(`/_admin/events?${query}`, { signal, headers: tokenHeader() });
        if (!reply.ok || !reply.body) throw new Error(String(reply.status));
        await this.receive(reply.body);
      } catch {
        if (signal.aborted) return;
      }
      this.broadcast({ name: "lost", data: {} });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  /** @param {ReadableStream<Uint8Array>} body */
  async receive(body) {
    const reader = body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const { events, rest } = parse(text + decoder.decode(value, { stream: true }));
      text = rest;
      for (const event of events) this.broadcast(event);
    }
  }

  /** @param {{ name: string, data: any }} event */
  broadcast(event) {
    this.channel.postMessage({ from: this.id, event });
    this.deliver(event);
  }

  /** @param {{ name: string, data: any }} event */
  deliver({ name, data }) {
    this.state = name === "lost" ? "lost" : "live";
    for (const listener of this.listeners) listener(name, data);
  }
}
