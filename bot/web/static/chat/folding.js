// Folds a list that is longer than three.

import { element } from "../dom.js";
import { say } from "./strings.js";

const SHOWN = 3;
let count = 0;

// Returns the list with a button below, or the list itself where it is short.
export function fold(list) {
  const rest = [...list.children].slice(SHOWN);
  if (!rest.length) return list;
  list.id ||= `list-${(count += 1)}`;
  const button = element("button", { type: "button", className: "plain fold", attributes: { "aria-controls": list.id } });
  const show = (open) => {
    for (const item of rest) item.hidden = !open;
    button.textContent = open ? say("show_fewer") : say("show_more", { count: rest.length });
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => show(rest[0].hidden));
  show(false);
  return element("div", { className: "folding" }, list, button);
}
