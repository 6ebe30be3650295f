// Spaces at which a line must not end: those that French sets before « : ; ! ? », and the one before a unit ("16 h").

const BEFORE_SIGN = / (?=[:;!?»€%])|(?<=«) |(?<=\d) (?=(?:h|min|km|m²|ECTS)(?!\p{L}))/gu;

export function unbroken(text) {
  return text.replace(BEFORE_SIGN, "\u00a0");
}

// Mends all words inside an element.
export function keepTogether(item) {
  const words = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) words.currentNode.data = unbroken(words.currentNode.data);
}
