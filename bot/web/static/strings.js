// The interface's words, read from locale/<language>.json; the assistant's own words come with its messages.

export const LANGUAGES = ["en", "fr"];
let words = {};

export async function useLanguage(language) {
  words = await (await fetch(`/static/locale/${language}.json`)).json();
  document.documentElement.lang = language;
  document.title = say("page_title");
  for (const [attribute, data] of [["aria-label", "label"], ["title", "title"], ["placeholder", "placeholder"]]) {
    for (const marked of document.querySelectorAll(`[data-${data}]`)) marked.setAttribute(attribute, say(marked.dataset[data]));
  }
  for (const marked of document.querySelectorAll("[data-text]")) marked.textContent = say(marked.dataset.text);
}

export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function preferredLanguage() {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find((language) => LANGUAGES.includes(language)) ?? LANGUAGES[0];
}
