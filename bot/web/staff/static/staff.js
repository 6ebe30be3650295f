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

// --- parts of a page that go on by themselves: a conversation in progress, who speaks in it, a training run

async function refresh(part) {
  const response = await fetch(part.dataset.refresh, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html").getElementById(part.id);
  if (!fresh || fresh.dataset.version === part.dataset.version) return;
  if (part.contains(document.activeElement) && typing(document.activeElement)) return; // later, when nobody writes there
  const atEnd = window.innerHeight + window.scrollY >= document.documentElement.scrollHeight - 60;
  part.replaceChildren(...fresh.childNodes);
  part.dataset.version = fresh.dataset.version;
  keepDrafts(part);
  if (atEnd) document.querySelector("[data-end]")?.scrollIntoView({ block: "end" });
  if (!fresh.dataset.refresh) location.reload();
}

function every(seconds, act) {
  let busy = false; // a slow server is not asked again before it has answered
  setInterval(async () => {
    if (document.hidden || busy) return;
    busy = true;
    await act().catch(() => {});
    busy = false;
  }, seconds * 1000);
}

for (const part of document.querySelectorAll("[data-refresh][data-every]")) {
  every(Number(part.dataset.every), () => refresh(part));
}

// --- news: how many wait, in the title and in the navigation; which parts have to be fetched again

async function showNews() {
  const response = await fetch(body.dataset.news, { headers: { Accept: "application/json" } });
  if (!response.ok) return;
  const news = await response.json();
  const badge = document.getElementById("waiting");
  document.title = (news.waiting ? `(${news.waiting}) ` : "") + document.title.replace(/^\(\d+\) /, "");
  badge.querySelector("b").textContent = news.waiting;
  badge.hidden = !news.waiting;
  for (const part of document.querySelectorAll("[data-mark]")) {
    const mark = news[part.dataset.mark];
    if (mark === null || mark === part.dataset.version) continue;
    if (part.dataset.refresh) await refresh(part);
    else part.hidden = false;
  }
}

if (body.dataset.news) {
  every(1, showNews);
  document.addEventListener("visibilitychange", () => document.hidden || showNews().catch(() => {}));
}

// --- drafts: kept on the server while one writes, so that a reload loses nothing

function keepDraft(box) {
  const state = document.getElementById("draft-state");
  return fetch(box.dataset.draft, {
    method: "POST",
    keepalive: true,
    headers: { "X-Form-Token": body.dataset.token },
    body: new URLSearchParams({ text: box.value }),
  }).then((response) => {
    if (state) state.textContent = response.ok ? state.dataset.saved : state.dataset.failed;
  });
}

function keepDrafts(part) {
  for (const box of part.querySelectorAll("textarea[data-draft]")) {
    let timer;
    box.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => keepDraft(box).catch(() => {}), 600);
    });
  }
}

keepDrafts(document);

// --- a conversation opens at its end

const end = document.querySelector("[data-end]");
if (end && !location.hash) end.scrollIntoView({ block: "end", behavior: "instant" });
