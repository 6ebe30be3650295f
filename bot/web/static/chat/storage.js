// What the browser keeps for the conversation. It expires with the key.
// A browser that blocks the storage of frames (many do, in private windows) has the host page keep it instead, so that
// the conversation outlives the page; where that fails too, it lasts as long as the page.

import { tellHost, wish } from "./host.js";

const PREFIX = "assistant.";
const DAYS = 90; // as long as the key itself is good
const box = find();
const memory = new Map(box ? [] : recall());

export const isOwn = box !== null;
export const isKept = isOwn || wish("kept") !== null;

export function read(key, otherwise = null) {
  const text = box?.getItem(PREFIX + key) ?? memory.get(key);
  if (!text) return otherwise;
  try {
    const { value, until } = JSON.parse(text);
    if (until > Date.now()) return value;
  } catch { /* Not of this version. */ }
  forget(key);
  return otherwise;
}

export function keep(key, value) {
  const text = JSON.stringify({ value, until: Date.now() + DAYS * 86_400_000 });
  try {
    if (box) return box.setItem(PREFIX + key, text);
  } catch { /* Full: for as long as the page lasts. */ }
  memory.set(key, text);
  handOver();
}

export function forget(...keys) {
  for (const key of keys) {
    memory.delete(key);
    box?.removeItem(PREFIX + key);
  }
  handOver();
}

function find() {
  try {
    const probe = `${PREFIX}probe`;
    localStorage.setItem(probe, "1");
    localStorage.removeItem(probe);
    return localStorage;
  } catch {
    return null;
  }
}

function recall() {
  try {
    return JSON.parse(wish("kept") || "[]");
  } catch {
    return [];
  }
}

function handOver() {
  if (!box) tellHost("keep", { text: JSON.stringify([...memory]) });
}
