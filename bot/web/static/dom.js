// Builds elements from text nodes only; nothing in this page is ever parsed as HTML.

export function element(name, { attributes = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(Boolean));
  return made;
}

export function icon(path) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" })) {
    picture.setAttribute(key, value);
  }
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

// A link only where the address is harmless: http, https and mailto; otherwise the plain text.
export function link(text, address) {
  let url;
  try {
    url = new URL(address);
  } catch {
    return document.createTextNode(text);
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return document.createTextNode(text);
  return element("a", { href: url.href, target: "_blank", rel: "noopener noreferrer", textContent: text });
}
