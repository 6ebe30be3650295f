// Shows one message: bubble, cards, choices, sources, opinion.

import { element, icon, link } from "./dom.js";
import { renderMarkdown } from "./markdown.js";
import { say } from "./strings.js";

const THUMB = "M7 11v9H4v-9zm0 0 4-8c1.7 0 2.5 1.2 2.2 2.8L12.6 9H19a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.7 20H7";
const THUMB_DOWN = "M7 13V4H4v9zm0 0 4 8c1.7 0 2.5-1.2 2.2-2.8L12.6 15H19a2 2 0 0 0 2-2.4l-1.3-7A2 2 0 0 0 17.7 4H7";
const OLD_AFTER_MONTHS = 24;

export function showMessage(message, { choose, judge }) {
  const language = message.answer?.language ?? (message.sender === "student" ? "" : document.documentElement.lang);
  const bubble = element("div", { className: "bubble" });
  bubble.append(message.sender === "student" ? message.text : renderMarkdown(message.text));
  return element(
    "li",
    { className: `message ${message.sender}`, lang: language },
    message.sender === "staff" && element("p", { className: "sender", textContent: say("sender_staff") }),
    message.text && bubble,
    showCards(message.cards),
    showAttachments(message.attachments),
    showSources(message.answer?.sources ?? []),
    showChoices(message.buttons, choose),
    isJudged(message) && showOpinion((helpful) => judge(message.id, helpful)),
  );
}

export function showFault(text, retry) {
  const again = element("button", { type: "button", textContent: say("retry") });
  const fault = element("p", { className: "fault", attributes: { role: "alert" } }, element("span", { textContent: text }), again);
  again.addEventListener("click", () => {
    fault.remove();
    retry();
  });
  return fault;
}

function isJudged(message) {
  return message.sender !== "student" && message.answer !== null && message.answer.outcome !== "small_talk";
}

function showCards(cards) {
  if (!cards.length) return null;
  return element("ul", { className: "cards" }, ...cards.map((card) => element(
    "li",
    { className: "card" },
    element("h2", { textContent: card.title }),
    card.subtitle && element("p", { textContent: card.subtitle }),
    card.facts.length && element("dl", {}, ...card.facts.flatMap((fact) => [
      element("dt", { textContent: fact.label }), element("dd", { textContent: fact.value }),
    ])),
    card.url && element("p", {}, link(say("more"), card.url)),
  )));
}

function showAttachments(attachments) {
  if (!attachments.length) return null;
  return element("ul", { className: "sources" }, ...attachments.map((file) => element("li", {}, link(file.name, file.url))));
}

function showChoices(buttons, choose) {
  if (!buttons.length) return null;
  const label = { "aria-label": say("choices") };
  return element("ul", { className: "choices", attributes: label }, ...buttons.map((button) => {
    const shown = element("button", { type: "button", textContent: button.title });
    shown.addEventListener("click", () => choose(button));
    return element("li", {}, shown);
  }));
}

function showSources(sources) {
  if (!sources.length) return null;
  const language = document.documentElement.lang;
  return element("ul", { className: "sources", lang: language, attributes: { "aria-label": say("sources") } }, ...sources.map((source) => {
    const title = source.title ?? source.url ?? "";
    const age = source.as_of ? say("as_of", { date: showDate(source.as_of) }) : say("undated");
    const read = source.verified_on ? ` · ${say("read_on", { date: showDate(source.verified_on) })}` : "";
    return element(
      "li", {}, `${say("source")} `, source.url ? link(title, source.url) : title, ` · ${age}${read}`,
      source.sample ? badge("sample") : isOld(source.as_of) && badge("old"),
    );
  }));
}

function badge(key) {
  return element("span", { className: "badge", textContent: say(key) });
}

function showDate(text) {
  const [year, month, day] = text.split("-").map(Number);
  if (!month || month > 12) return text.replace("-", "–"); // a year, or an academic year
  const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang; // 20 Nov, not Nov 20
  const style = day ? { dateStyle: "medium" } : { month: "long", year: "numeric" };
  return new Intl.DateTimeFormat(language, { ...style, timeZone: "UTC" }).format(Date.UTC(year, month - 1, day || 1));
}

// A hint for the eye, coarser than the rule by which an answer's own text says that a fact may be out of date.
function isOld(asOf) {
  if (!asOf) return false;
  const [year, second, day] = asOf.split("-").map(Number);
  const end = second > 12 ? Date.UTC(second, 8, 1) : Date.UTC(year, second ? second - 1 : 11, day || 28);
  return Date.now() - end > OLD_AFTER_MONTHS * 30.5 * 86_400_000;
}

function showOpinion(judge) {
  const status = element("span", { attributes: { role: "status" } });
  const buttons = [["helpful", true, THUMB], ["not_helpful", false, THUMB_DOWN]].map(([key, helpful, path]) => {
    const attributes = { "aria-label": say(key), "aria-pressed": "false" };
    const button = element("button", { type: "button", title: say(key), attributes }, icon(path));
    button.addEventListener("click", async () => {
      status.textContent = "";
      if (!(await judge(helpful))) return;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      status.textContent = say("thanks");
    });
    return button;
  });
  return element("div", { className: "opinion" }, ...buttons, status);
}
