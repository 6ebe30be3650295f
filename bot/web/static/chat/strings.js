// The interface's language: words, dates, and the marked places of the page.

import { unbroken } from "./typography.js";
import { WORDS } from "./words.js";

export const LANGUAGES = ["en", "fr"];
const MONTHS = Number(document.querySelector("meta[name=retention-months]").content);

export function useLanguage(language) {
  document.documentElement.lang = language;
  document.title = say("page_title");
  for (const [attribute, data] of [["aria-label", "label"], ["title", "title"], ["placeholder", "placeholder"]]) {
    for (const marked of document.querySelectorAll(`[data-${data}]`)) marked.setAttribute(attribute, say(marked.dataset[data]));
  }
  for (const marked of document.querySelectorAll("[data-text]")) marked.textContent = say(marked.dataset.text);
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === language));
  }
}

export function language() {
  return document.documentElement.lang;
}

export function say(key, values = {}) {
  const known = { kept: sayHowLong, school: saySchool };
  const words = WORDS[key][language()].replace(/\{(\w+)\}/g, (_, name) => known[name]?.() ?? values[name] ?? "");
  return unbroken(words);
}

function saySchool() {
  const { content, dataset } = document.querySelector("meta[name=school]");
  return dataset[language()] ?? content;
}

// For how long the server keeps a conversation.
function sayHowLong() {
  if (!MONTHS) return say("kept_ever");
  const months = new Intl.NumberFormat(language(), { style: "unit", unit: "month", unitDisplay: "long" });
  return say("kept_for", { time: months.format(MONTHS) });
}

export function preferredLanguage(wanted) {
  const tags = [wanted, ...navigator.languages].map((tag) => (tag ?? "").slice(0, 2).toLowerCase());
  return tags.find((tag) => LANGUAGES.includes(tag)) ?? LANGUAGES[0];
}

export function formatTime(date) {
  return format(date, { timeStyle: "short" });
}

export function formatDay(date) {
  return format(date, { weekday: "long", day: "numeric", month: "long" });
}

// A source's date: YYYY, YYYY-YYYY, YYYY-MM or YYYY-MM-DD.
export function formatAge(text) {
  const [year, month, day] = text.split("-").map(Number);
  if (!month || month > 12) return text.replace("-", "–");
  const style = day ? { dateStyle: "medium" } : { month: "long", year: "numeric" };
  return format(Date.UTC(year, month - 1, day || 1), { ...style, timeZone: "UTC" });
}

function format(date, style) {
  const tag = language() === "en" ? "en-GB" : language(); // 20 Nov, not Nov 20
  return new Intl.DateTimeFormat(tag, style).format(date);
}
