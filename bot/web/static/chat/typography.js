// French sets a space before « : ; ! ? € % », where a line must not end; English has none before these but "€" and "%".

export function unbroken(text) {
  return text.replace(/ (?=[:;!?»€%])/g, "\u00a0").replace(/« /g, "«\u00a0");
}

// Mends all words inside an element.
export function keepTogether(item) {
  const words = document.createTreeWalker(item, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) words.currentNode.data = unbroken(words.currentNode.data);
}
