// What the browser keeps for the conversation. It expires with the key; where the browser keeps nothing, memory does.

const PREFIX = "assistant.";
const DAYS = 90; // as long as the key itself is good
const memory = new Map();
const box = find();

export const isKept = box !== null;

export function read(key, otherwise = null) {
  const text = box ? box.getItem(PREFIX + key) : memory.get(key);
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
    if (box) box.setItem(PREFIX + key, text);
    else memory.set(key, text);
  } catch {
    memory.set(key, text); // full
  }
}

export function forget(...keys) {
  for (const key of keys) {
    memory.delete(key);
    box?.removeItem(PREFIX + key);
  }
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
