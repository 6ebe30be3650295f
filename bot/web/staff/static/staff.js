// What makes the console quicker; without scripts every page works as well.

const body = document.body;
const typing = (element) => element.closest("input, textarea, select, [contenteditable]");

// --- keyboard: j and k move through a list, o opens, n and p go to the next and previous conversation, / searches

const rows = () => [...document.querySelectorAll("[data-row]")];

function move(step) {
  const all = rows();
  const at = all.indexOf(document.activeElement);
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => document.activeElement.matches("[data-row]") && document.activeElement.click(),
  "/": () => document.querySelector("[type=search]")?.focus(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && typing(event.target)) return event.target.blur();
  if (typing(event.target)) return;
  const link = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  const act = link ? () => link.click() : KEYS[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// --- buttons that ask first

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-confirm]");
  if (button && !window.confirm(button.dataset.confirm)) event.preventDefault();
});

// --- filters apply when chosen

for (const form of document.querySelectorAll("form[data-apply]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// --- how many wait, in the title and in the navigation

async function showWaiting() {
  const response = await fetch(body.dataset.waiting, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const { waiting } = await response.json();
  const badge = document.getElementById("waiting");
  document.title = (waiting ? `(${waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  badge.querySelector("b").textContent = waiting;
  badge.hidden = !waiting;
}

function every(seconds, act) {
  setInterval(() => document.hidden || act().catch(() => {}), seconds * 1000);
}

if (body.dataset.waiting) every(10, showWaiting);

// --- drafts: kept on the server while one writes, so that a reload loses nothing

for (const box of document.querySelectorAll("textarea[data-draft]")) {
  let timer;
  const keep = () =>
    fetch(box.dataset.draft, {
      method: "POST",
      keepalive: true,
      headers: { "X-Form-Token": body.dataset.token },
      body: new URLSearchParams({ text: box.value }),
    }).then((response) => {
      const state = document.getElementById("draft-state");
      if (state) state.textContent = response.ok ? state.dataset.saved : state.dataset.failed;
    });
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => keep().catch(() => {}), 600);
  });
}

// --- parts of a page that go on by themselves: a conversation in progress, a training run

for (const part of document.querySelectorAll("[data-refresh]")) {
  every(Number(part.dataset.every || 4), async () => {
    const response = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
    if (!response.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(part.id);
    if (!fresh || fresh.dataset.version === part.dataset.version) return;
    part.replaceChildren(...fresh.childNodes);
    part.dataset.version = fresh.dataset.version;
    if (!fresh.dataset.refresh) location.reload();
  });
}

// --- a conversation opens at its end

const end = document.querySelector("[data-end]");
if (end && !location.hash) end.scrollIntoView({ block: "end", behavior: "instant" });
