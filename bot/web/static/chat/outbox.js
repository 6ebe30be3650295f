// What the student has written and the assistant has not yet taken: kept over reloads, sent in order, each once.

import { alone } from "./tabs.js";
import { keep, read } from "./storage.js";

const LONGEST_WAIT = 30;
const TRIES_OF_A_FAULT = 4;

export class Outbox {
  // `deliver(entry)` sends one; `mark(entry, state, error)` shows how it stands: sending, waiting or failed.
  constructor(deliver, mark) {
    this.#deliver = deliver;
    this.#mark = mark;
  }

  #deliver;
  #mark;
  #sending = false;
  #wanted = false; // once more, for what was added meanwhile
  #timer = 0;
  #tries = new Map();
  #failed = new Set();

  get entries() {
    return read("outbox", []);
  }

  add(what, text) {
    const entry = { client_id: crypto.randomUUID?.() ?? randomId(), ...what, title: text, time: new Date().toISOString() };
    keep("outbox", [...this.entries, entry]);
    return entry;
  }

  remove(clientId) {
    keep("outbox", this.entries.filter((entry) => entry.client_id !== clientId));
    this.#failed.delete(clientId);
    this.#tries.delete(clientId);
  }

  replace(clientId, changes) {
    keep("outbox", this.entries.map((entry) => (entry.client_id === clientId ? { ...entry, ...changes } : entry)));
  }

  clear() {
    clearTimeout(this.#timer);
    keep("outbox", []);
    this.#failed.clear();
    this.#tries.clear();
  }

  retry(clientId) {
    this.#failed.delete(clientId);
    this.#tries.delete(clientId);
    this.send();
  }

  async send() {
    this.#wanted = true;
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#timer);
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await alone("outbox", () => this.#sendAll());
      }
    } finally {
      this.#sending = false;
    }
  }

  async #sendAll() {
    for (;;) {
      const entry = this.entries.find(({ client_id }) => !this.#failed.has(client_id));
      if (!entry) return;
      this.#mark(entry, "sending");
      try {
        await this.#deliver(entry);
        this.remove(entry.client_id);
      } catch (error) {
        if (!this.#wait(entry, error)) continue;
        // What was written after it is not sent before it.
        for (const other of this.entries) if (!this.#failed.has(other.client_id)) this.#mark(other, "waiting", error);
        return;
      }
    }
  }

  // Plans another try, or gives this one up; says which.
  #wait(entry, error) {
    const tries = (this.#tries.get(entry.client_id) ?? 0) + 1;
    this.#tries.set(entry.client_id, tries);
    const passes = error.isOffline || error.status === 429 || error.status >= 500;
    if (!passes || (error.status >= 500 && tries >= TRIES_OF_A_FAULT)) {
      this.#failed.add(entry.client_id);
      this.#mark(entry, "failed", error);
      return false;
    }
    const seconds = error.retryAfter || Math.min(2 ** (tries - 1), LONGEST_WAIT);
    this.#timer = setTimeout(() => this.send(), seconds * 1000);
    return true;
  }
}

// crypto.randomUUID is missing on pages without TLS.
function randomId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
