// The menu and the two dialogs.

import { hasMessengers } from "./link.js";

const find = (selector) => document.querySelector(selector);
const [menu, opener, confirm, privacy] = ["#menu", "#menu-button", "#confirm", "#privacy"].map(find);

// `actions` has person, restart, download, link and erase.
export function setUpMenu(actions) {
  opener.addEventListener("click", () => toggle(menu.hidden));
  for (const name of ["person", "restart", "download", "link"]) {
    find(`#${name}`).addEventListener("click", () => {
      toggle(false);
      opener.focus();
      actions[name]();
    });
  }
  find("#link").parentElement.hidden = !hasMessengers;
  for (const button of [find("#privacy-button"), find("#notice-more")]) {
    button.addEventListener("click", () => ask(privacy));
  }
  find("#erase").addEventListener("click", () => ask(confirm));
  confirm.addEventListener("close", () => {
    if (confirm.returnValue === "yes") actions.erase();
    confirm.returnValue = "";
  });
  document.addEventListener("click", ({ target }) => {
    if (!menu.hidden && !menu.contains(target) && !opener.contains(target)) toggle(false);
  });
}

// Closes what Escape closes first; says whether there was anything.
export function closeTop() {
  if (find("dialog[open]")) return true; // The browser closes it.
  if (menu.hidden) return false;
  toggle(false);
  opener.focus();
  return true;
}

function toggle(open) {
  menu.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  if (open) menu.querySelector("button").focus();
}

function ask(dialog) {
  toggle(false);
  opener.focus();
  dialog.showModal();
}
