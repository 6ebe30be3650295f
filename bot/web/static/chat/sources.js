// Where an answer's facts come from, how old they are, and whether to trust them.

import { element, link } from "../dom.js";
import { fold } from "./folding.js";
import { formatAge, language, say } from "./strings.js";

export function showSources(sources) {
  if (!sources.length) return null;
  const list = element("ul", { attributes: { "aria-label": say("sources") } }, ...sources.map(showSource));
  return element("div", { className: "sources", lang: language() }, fold(list));
}

function showSource(source) {
  const title = source.title ?? source.url ?? "";
  const age = source.as_of ? say("as_of", { date: formatAge(source.as_of) }) : say("undated");
  const read = source.verified_on ? ` · ${say("read_on", { date: formatAge(source.verified_on) })}` : "";
  return element(
    "li", {}, `${say("source")} `, source.url ? link(title, source.url) : title, ` · ${age}${read} `,
    source.sample ? badge("sample") : source.stale && badge("stale"),
  );
}

function badge(key) {
  return element("span", { className: "badge", textContent: say(key) });
}
