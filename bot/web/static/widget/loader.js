// Puts the welcome assistant on a host page: a launcher, and the conversation in a frame of the assistant's origin.
// Everything lives in one element with a shadow root, so the host's style cannot reach it, nor it the host's page.
(() => {
  if (window.WelcomeAssistant) return;

  const script = document.currentScript;
  const origin = new URL(script.src).origin;
  const host = location.origin;
  const KEPT = "welcome-assistant"; // filled only where the browser blocks the frame's own storage
  const WORDS = {
    en: { name: "Welcome assistant", ask: "Questions? Ask us", news: "New messages:" },
    fr: { name: "Assistant d’accueil", ask: "Une question ?", news: "Nouveaux messages :" },
  };
  const STYLE = `
    :host { all: initial !important; position: fixed !important; z-index: 2147483647 !important; inset: auto 0 0 auto !important; display: block !important; color-scheme: light dark !important; }
    * { box-sizing: border-box; }
    button { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom)); display: flex; align-items: center; gap: 10px; min-width: 56px; height: 56px; padding: 0 22px 0 18px; margin: 0; border: 2px solid #fff; border-radius: 28px; background: var(--accent); color: var(--ink); font: 600 16px/1 system-ui, "Segoe UI", Roboto, "Noto Sans", sans-serif; cursor: pointer; box-shadow: 0 2px 6px rgb(0 0 0 / 18%), 0 10px 28px rgb(0 0 0 / 20%); transition: box-shadow .15s; }
    button:hover { box-shadow: 0 2px 6px rgb(0 0 0 / 26%), 0 12px 34px rgb(0 0 0 / 32%); }
    button:focus-visible { outline: 3px solid #1456c4; outline-offset: 3px; box-shadow: 0 0 0 8px #fff; }
    svg { width: 26px; height: 26px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; flex: none; }
    b { position: absolute; top: -8px; right: -6px; min-width: 24px; height: 24px; padding: 0 6px; border-radius: 12px; border: 2px solid #fff; background: #1d1c1a; color: #fff; font: 700 13px/20px system-ui, sans-serif; text-align: center; }
    [hidden] { display: none; }
    dialog { position: fixed; inset: auto 20px 92px auto; width: 408px; max-width: calc(100vw - 40px); height: min(680px, 100vh - 116px); height: min(680px, 100dvh - 116px); max-height: none; margin: 0; padding: 0; border: 1px solid rgb(128 128 128 / 40%); border-radius: 18px; overflow: hidden; background: Canvas; box-shadow: 0 4px 12px rgb(0 0 0 / 12%), 0 20px 60px rgb(0 0 0 / 28%); }
    dialog[open] { animation: rise .16s ease-out; }
    @keyframes rise { from { opacity: 0; transform: translateY(10px); } }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 600px), (max-height: 480px) {
      dialog { inset: 0; width: 100vw; max-width: none; height: 100vh; height: 100dvh; border: 0; border-radius: 0; }
    }
    @media (max-width: 600px) { button { padding: 0; justify-content: center; } .label { display: none; } }
    @media (prefers-reduced-motion: reduce) { dialog[open] { animation: none; } button { transition: none; } }
    @media print { button, dialog { display: none; } }`;
  const small = matchMedia("(max-width: 600px), (max-height: 480px)");
  const listeners = {};
  let language = choose(script.dataset.language) ?? choose(document.documentElement.lang) ?? navigator.languages.map(choose).find(Boolean) ?? "en";
  let wanted = null;
  let unread = 0;
  let ready = false;
  let focusing = false; // once the frame is ready
  let frame = null;
  let button, label, badge, dialog;

  function choose(tag) {
    const code = (tag ?? "").slice(0, 2).toLowerCase();
    return WORDS[code] && code;
  }

  // Any CSS colour as [r, g, b]: the browser itself reads it.
  function readColour(text) {
    const probe = document.createElement("canvas").getContext("2d");
    if (!text || !CSS.supports("color", text) || !probe) return [179, 19, 28];
    probe.fillStyle = text;
    probe.fillRect(0, 0, 1, 1);
    return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
  }

  function luminance(rgb) {
    const [r, g, b] = rgb.map((part) => (part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }

  const accent = readColour(script.dataset.accent);

  function make(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  class Assistant extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
      const root = this.attachShadow({ mode: "open" });
      root.adoptedStyleSheets = [sheet];
      const space = "http://www.w3.org/2000/svg";
      const picture = document.createElementNS(space, "svg");
      picture.setAttribute("viewBox", "0 0 24 24");
      picture.setAttribute("aria-hidden", "true");
      const line = document.createElementNS(space, "path");
      line.setAttribute("d", "M5 4h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-6l-5 4v-4H5a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM8 10.5h.01M12 10.5h.01M16 10.5h.01");
      picture.append(line);
      label = make("span", { className: "label" });
      badge = make("b", { hidden: true });
      button = make("button", { type: "button", onclick: api.toggle, onpointerenter: load, onfocus: load }, picture, label, badge);
      button.style.setProperty("--accent", `rgb(${accent})`);
      button.style.setProperty("--ink", 1.05 / (luminance(accent) + 0.05) >= 4.5 ? "#fff" : "#000");
      dialog = make("dialog", {
        onclose: closed,
        oncancel: (event) => { event.preventDefault(); api.close(); },
        onkeydown: (event) => { if (event.key === "Escape") api.close(); },
      });
      root.append(button, dialog);
      show();
    }
  }

  function show() {
    const words = WORDS[language];
    label.textContent = words.ask;
    badge.hidden = !unread;
    badge.textContent = unread > 9 ? "9+" : unread;
    button.lang = dialog.lang = language;
    button.setAttribute("aria-label", unread ? `${words.ask} ${words.news} ${unread}` : words.ask);
    button.setAttribute("aria-expanded", String(dialog.open));
    button.setAttribute("aria-haspopup", "dialog");
    dialog.setAttribute("aria-label", words.name);
    if (frame) frame.title = words.name;
  }

  // The frame is loaded when the host page has nothing else to do, or when somebody reaches for the launcher.
  function load() {
    if (frame) return;
    const wishes = new URLSearchParams({ host, language, accent: accent.join(" ") });
    try {
      wishes.set("kept", localStorage.getItem(KEPT) ?? "");
    } catch { /* The conversation lasts as long as this page. */ }
    if (script.dataset.logo) wishes.set("logo", new URL(script.dataset.logo, location.href).href);
    frame = make("iframe", { src: `${origin}/widget/frame#${wishes}`, allow: "clipboard-write" });
    dialog.append(frame);
    show();
  }

  function tell(type, more) {
    if (ready) frame.contentWindow.postMessage({ assistant: 1, type, ...more }, origin);
  }

  function emit(type, detail) {
    for (const listener of listeners[type] ?? []) {
      try {
        listener(detail);
      } catch (error) {
        setTimeout(() => { throw error; });
      }
    }
  }

  function remember(open) {
    try {
      sessionStorage.setItem(KEPT, open ? "open" : "");
    } catch { /* Without storage it starts closed on the next page. */ }
  }

  function open(focus) {
    if (dialog.open) return;
    load();
    if (small.matches) dialog.showModal();
    else if (focus) dialog.show();
    else dialog.open = true; // shown again on the next page: the focus stays where the page wants it
    focusing = focus;
    unread = 0;
    remember(true);
    show();
    if (ready) enter();
    emit("open");
  }

  // A frame that is focused while it loads keeps the focus in name only: what is then typed goes to the host page.
  function enter() {
    if (focusing) {
      frame.blur();
      frame.focus();
    }
    tell("open", { focus: focusing });
  }

  function closed() {
    remember(false);
    show();
    tell("close");
    button.focus();
    emit("close");
  }

  addEventListener("message", ({ data, origin: from, source }) => {
    if (from !== origin || !frame || source !== frame.contentWindow || data?.assistant !== 1) return;
    if (data.type === "ready") {
      ready = true;
      if (wanted) tell("language", { language: wanted });
      if (dialog.open) enter();
      emit("ready");
    } else if (data.type === "keep") {
      try {
        localStorage.setItem(KEPT, String(data.text));
      } catch { /* As above. */ }
    } else if (data.type === "close") {
      api.close();
    } else if (data.type === "unread") {
      unread = dialog.open ? 0 : Number(data.count) || 0;
      show();
      emit("unread", unread);
    } else if (data.type === "language" && choose(data.language)) {
      language = data.language;
      show();
      emit("language", language);
    } else if (data.type === "message") {
      emit("message", { sender: String(data.sender) });
    }
  });

  const api = (window.WelcomeAssistant = Object.freeze({
    toggle: () => (dialog.open ? api.close() : api.open()),
    open: () => open(true),
    close: () => dialog.close(),
    setLanguage(tag) {
      wanted = choose(tag);
      if (!wanted) throw new RangeError(`WelcomeAssistant.setLanguage: ${tag} is none of ${Object.keys(WORDS)}`);
      language = wanted;
      show();
      tell("language", { language });
    },
    reset() {
      load();
      if (ready) tell("reset");
      else api.on("ready", () => tell("reset"));
    },
    on(type, listener) {
      if (typeof listener !== "function") throw new TypeError("WelcomeAssistant.on: the second argument must be a function");
      (listeners[type] ??= new Set()).add(listener);
      return () => listeners[type].delete(listener);
    },
  }));

  customElements.define("welcome-assistant", Assistant);
  document.documentElement.append(document.createElement("welcome-assistant"));
  const idle = () => (window.requestIdleCallback ?? setTimeout)(load);
  if (document.readyState === "complete") idle();
  else addEventListener("load", idle);
  try {
    if (sessionStorage.getItem(KEPT) && !small.matches) open(false);
  } catch { /* No storage. */ }
})();
