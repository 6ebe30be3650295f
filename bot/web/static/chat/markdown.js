// The little Markdown that answers use: paragraphs, lists, bold, links. Everything else stays the text it is.

import { element, link } from "../dom.js";
import { fold } from "./folding.js";

const INLINE = /\*\*(?<bold>[^*\n]+?)\*\*|\[(?<label>[^\]\n]+)\]\((?<address>[^\s)]+)\)|(?<url>https?:\/\/[^\s<>()]*[^\s<>().,;:!?])|(?<mail>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/gu;
const BULLET = /^\s*[-*•]\s+(.*)$/;
const NUMBER = /^\s*\d+[.)]\s+(.*)$/;

export function renderMarkdown(text) {
  const blocks = document.createDocumentFragment();
  let paragraph = null;
  let list = null;
  for (const line of text.split("\n")) {
    const item = BULLET.exec(line) ?? NUMBER.exec(line);
    if (item) {
      const kind = BULLET.test(line) ? "UL" : "OL";
      if (list?.tagName !== kind) blocks.append((list = element(kind)));
      list.append(element("li", {}, renderInline(item[1])));
      paragraph = null;
    } else if (!line.trim()) {
      paragraph = list = null;
    } else {
      if (paragraph) paragraph.append(element("br"));
      else blocks.append((paragraph = element("p")));
      paragraph.append(renderInline(line));
      list = null;
    }
  }
  for (const made of [...blocks.children]) {
    if (made.matches("ul, ol")) {
      const place = document.createComment("");
      made.replaceWith(place);
      place.replaceWith(fold(made));
    }
  }
  return blocks;
}

function renderInline(text) {
  const pieces = document.createDocumentFragment();
  let done = 0;
  for (const match of text.matchAll(INLINE)) {
    pieces.append(text.slice(done, match.index));
    const { bold, label, address, url, mail } = match.groups;
    if (bold) pieces.append(element("strong", {}, renderInline(bold)));
    else if (label) pieces.append(link(label, address));
    else pieces.append(link(url ?? mail, url ?? `mailto:${mail}`));
    done = match.index + match[0].length;
  }
  pieces.append(text.slice(done));
  return pieces;
}
