// Shows one message: words, cards, files, sources, choices, opinion, time.

import { element, icon, link } from "../dom.js";
import { fold } from "./folding.js";
import { renderMarkdown } from "./markdown.js";
import { showOpinion } from "./opinion.js";
import { showSources } from "./sources.js";
import { formatTime, language, say } from "./strings.js";
import { keepTogether, unbroken } from "./typography.js";

const FILE = "M6 3h8l5 5v13H6zM14 3v5h5M9.5 13h5M9.5 17h5";
const CALENDAR = "M4 6h16v15H4zM4 10.5h16M8 3v5M16 3v5";

// `choose(button)`, `judge(helpful, comment)`; `opinion` is one given earlier.
export function showMessage(message, { choose, judge, opinion }) {
  const words = message.sender === "student" ? message.text : renderMarkdown(message.text);
  const item = element(
    "li",
    { className: `message ${message.sender}`, lang: message.language ?? "" },
    message.text && element("div", { className: "bubble", dir: "auto" }, words),
    showCards(message.cards),
    showFiles(message.attachments),
    showSources(message.answer?.sources ?? []),
    showChoices(message.buttons, choose),
    showSender(message),
    isJudged(message) && showOpinion(judge, opinion),
  );
  if (message.sender !== "student") keepTogether(item);
  item.dataset.id = message.id ?? "";
  return item;
}

// The student's own words before the assistant has them: sending, waiting or failed.
export function showPending(entry, state, why, retry) {
  const own = { sender: "student", text: entry.title, time: entry.time, buttons: [], cards: [], attachments: [], answer: null };
  const item = showMessage(own, {});
  item.classList.add(state);
  item.dataset.client = entry.client_id;
  const status = element("p", { className: "state", lang: language(), textContent: why });
  if (state === "failed") {
    const again = element("button", { type: "button", className: "quiet", textContent: say("retry") });
    again.addEventListener("click", retry);
    status.append(" ", again);
  }
  item.append(status);
  return item;
}

export function markChosen(item, title) {
  for (const button of item?.querySelectorAll(".choices button") ?? []) {
    if (button.textContent === unbroken(title)) button.setAttribute("aria-pressed", "true");
  }
}

function isJudged(message) {
  return message.sender === "assistant" && message.answer !== null && message.answer.outcome !== "small_talk";
}

function showSender(message) {
  const date = new Date(message.time);
  return element(
    "p", { className: "sender", lang: language() },
    element("span", { textContent: say(`sender_${message.sender}`) }),
    element("time", { dateTime: message.time, textContent: formatTime(date) }),
  );
}

function showCards(cards) {
  if (!cards.length) return null;
  const list = element("ul", { className: "cards", attributes: { "aria-label": say("cards") } }, ...cards.map((card) => element(
    "li",
    { className: "card" },
    element("h2", { textContent: card.title }),
    card.subtitle && element("p", { textContent: card.subtitle }),
    card.facts.length && element("dl", {}, ...card.facts.flatMap((fact) => [
      element("dt", { textContent: fact.label }), element("dd", { textContent: fact.value }),
    ])),
    card.url && element("p", {}, link(say("more"), card.url)),
  )));
  return fold(list);
}

function showFiles(files) {
  if (!files.length) return null;
  const list = element("ul", { className: "files", attributes: { "aria-label": say("files") } }, ...files.map((file) => {
    const picture = icon(file.mime.startsWith("text/calendar") ? CALENDAR : FILE, 20);
    const name = element("span", { textContent: file.name });
    const shown = link("", file.url, location.origin);
    if (!(shown instanceof HTMLAnchorElement)) return element("li", {}, name);
    shown.append(picture, name);
    return element("li", {}, shown);
  }));
  return fold(list);
}

function showChoices(buttons, choose) {
  if (!buttons.length) return null;
  const label = { "aria-label": say("choices") };
  return element("ul", { className: "choices", attributes: label }, ...buttons.map((button) => {
    const shown = element("button", { type: "button", textContent: button.title });
    shown.addEventListener("click", () => {
      shown.setAttribute("aria-pressed", "true");
      choose(button);
    });
    return element("li", {}, shown);
  }));
}
