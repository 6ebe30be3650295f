// The whole conversation as a text file, made in the browser.

import { element } from "../dom.js";
import { formatAge, formatDay, formatTime, say } from "./strings.js";

export function download(messages) {
  const text = [say("page_title"), ...messages.map(write)].join("\n\n");
  const file = new Blob([`${text}\n`], { type: "text/plain;charset=utf-8" });
  const address = URL.createObjectURL(file);
  const day = new Date().toISOString().slice(0, 10);
  element("a", { href: address, download: `${say("download_name")}-${day}.txt` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function write(message) {
  const date = new Date(message.time);
  const cards = message.cards.flatMap((card) => [
    [card.title, card.subtitle].filter(Boolean).join(" - "),
    ...card.facts.map(({ label, value }) => `  ${label}: ${value}`),
    ...(card.url ? [`  ${card.url}`] : []),
  ]);
  const files = message.attachments.map(({ name, url }) => `${name}: ${new URL(url, location.origin)}`);
  const choices = message.buttons.map(({ title }) => `[${title}]`);
  const sources = (message.answer?.sources ?? []).map((source) => {
    const age = source.as_of ? say("as_of", { date: formatAge(source.as_of) }) : say("undated");
    return [say("source"), source.title, age, source.url, source.sample && say("sample")].filter(Boolean).join(" ");
  });
  const head = `${say(`sender_${message.sender}`)}, ${formatDay(date)}, ${formatTime(date)}`;
  return [head, message.text, ...cards, ...files, ...choices, ...sources].filter(Boolean).join("\n");
}
