// The page that shows this one in a frame, and what the two tell each other. Both know the other's exact origin.

const wishes = new URLSearchParams(location.hash.slice(1));
const origin = wishes.get("host");

export const isFramed = window.parent !== window && location.pathname === "/widget/frame";

export function wish(name) {
  return isFramed ? wishes.get(name) : null;
}

// Delivered only if the page around is of the origin that it gave; who may be around at all, frame-ancestors says.
export function tellHost(type, more) {
  if (isFramed && origin) window.parent.postMessage({ assistant: 1, type, ...more }, origin);
}

export function onHost(actions) {
  if (!isFramed) return;
  addEventListener("message", ({ data, origin: from, source }) => {
    if (from !== origin || source !== window.parent || data?.assistant !== 1) return;
    if (Object.hasOwn(actions, data.type)) actions[data.type](data);
  });
}
