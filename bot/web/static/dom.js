// Builds elements from text nodes only; nothing in these pages is ever parsed as HTML.

export function element(name, { attributes = {}, ...properties } = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter(Boolean));
  return made;
}

export function icon(path, size = 18) {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" })) {
    picture.setAttribute(key, value);
  }
  const line = document.createElementNS(space, "path");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

// A link only where the address is harmless: http, https and mailto; otherwise the plain text. It opens outside.
export function link(content, address, base) {
  let url;
  try {
    url = new URL(address, base);
  } catch {
    return document.createTextNode(content);
  }
  if (!["http:", "https:", "mailto:"].includes(url.protocol)) return document.createTextNode(content);
  return element("a", { href: url.href, target: "_blank", rel: "noopener noreferrer" }, content);
}
