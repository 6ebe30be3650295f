// Reads what is new to who does not see it: each message once, never the history.

import { element } from "../dom.js";

const KEPT = 5;
const place = document.querySelector("#announcer");

export function fallSilent() {
  place.replaceChildren();
}

export function announce(text, lang) {
  place.append(element("p", { lang: lang ?? "", textContent: text }));
  while (place.children.length > KEPT) place.firstChild.remove();
}
