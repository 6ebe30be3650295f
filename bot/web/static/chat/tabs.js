// Several tabs, one conversation: one tab follows the stream and tells the others; one sends at a time.
// A browser opens only six connections to a host over HTTP/1.1, so not each tab can hold one for its stream.

import { isOwn } from "./storage.js";

// Where the storage of frames is blocked, so is this: each tab then follows by itself.
const channel = isOwn && "BroadcastChannel" in window ? new BroadcastChannel("assistant") : null;
const locks = isOwn && navigator.locks ? navigator.locks : null;

export function tellTabs(news) {
  channel?.postMessage(news);
}

export function onNews(take) {
  channel?.addEventListener("message", ({ data }) => take(data));
}

// Runs `work` while no other tab runs its own of this name.
export function alone(name, work) {
  return locks ? locks.request(`assistant.${name}`, work) : work();
}

// Runs `work(signal)` in one tab only, preferably the one that is looked at, until `until` is aborted.
export async function lead(work, until) {
  if (!locks) return work(until);
  let held = null;
  let queued = null;

  async function request(steal) {
    queued?.abort();
    queued = steal ? null : new AbortController();
    const mandate = new AbortController();
    let stolen = false;
    try {
      await locks.request("assistant.stream", steal ? { steal } : { signal: queued.signal }, async () => {
        held = mandate;
        if (!until.aborted) await work(mandate.signal);
      });
    } catch {
      stolen = held === mandate; // else this request gave way to one that steals
    }
    mandate.abort();
    if (held === mandate) held = null;
    if (stolen && !until.aborted) request(false);
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !held) request(true);
  }, { signal: until });
  until.addEventListener("abort", () => {
    queued?.abort();
    held?.abort();
  });
  request(!document.hidden);
}
