// The host's accent colour and logo, made readable: text in it and on it has a contrast of 4.5 or more, light and dark.

const GROUNDS = { light: [[255, 255, 255], [244, 243, 241]], dark: [[21, 20, 19], [41, 39, 36]] };
const BLACK = [0, 0, 0];
const WHITE = [255, 255, 255];
const LEAST = 4.6;

export function useAccent(text) {
  const rgb = (text ?? "").split(" ").map(Number);
  if (rgb.length !== 3 || rgb.some((part) => !(part >= 0 && part <= 255))) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`:root { ${declare(rgb, "light")} } @media (prefers-color-scheme: dark) { :root { ${declare(rgb, "dark")} } }`);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

export function useLogo(address) {
  if (!address || !/^https?:/.test(address)) return;
  const logo = document.querySelector("#logo");
  const usual = logo.src;
  logo.addEventListener("error", () => { logo.src = usual; }, { once: true });
  logo.src = address;
}

function declare(rgb, scheme) {
  const away = scheme === "light" ? BLACK : WHITE;
  const grounds = GROUNDS[scheme];
  const tint = mix(grounds[0], rgb, scheme === "light" ? 0.08 : 0.24);
  const accent = readable(rgb, grounds, away);
  const strong = readable(mix(accent, away, 0.15), [...grounds, tint], away);
  const ink = contrast(accent, WHITE) >= LEAST ? WHITE : BLACK;
  const colours = { accent, "accent-strong": strong, "on-accent": ink, tint };
  return Object.entries(colours).map(([name, colour]) => `--${name}: rgb(${colour.map(Math.round)});`).join(" ");
}

function readable(rgb, grounds, away) {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(rgb, away, share);
    if (grounds.every((ground) => contrast(mixed, ground) >= LEAST)) return mixed;
  }
  return away;
}

function mix(one, other, share) {
  return one.map((part, index) => part + (other[index] - part) * share);
}

export function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
