// The one-time code by which a messenger goes on where this conversation is.

import { element, link } from "../dom.js";
import { formatTime, say } from "./strings.js";

const find = (selector) => document.querySelector(selector);
const NAMES = { telegram: "Telegram", whatsapp: "WhatsApp", slack: "Slack", messenger: "Messenger" };

export const hasMessengers = find("meta[name=messengers]").content !== "";

export function showCode({ code, expires_at, channels }) {
  find("#code").textContent = code;
  find("#code-end").textContent = say("link_end", { time: formatTime(new Date(expires_at)) });
  find("#messengers").replaceChildren(...channels.map(({ name, url }) => {
    const messenger = NAMES[name] ?? name;
    return element("li", {}, url ? link(say("link_open", { messenger }), url) : say("link_write", { messenger }));
  }));
  find("#linking").showModal();
}
