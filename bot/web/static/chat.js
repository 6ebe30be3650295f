// The chat page: opens or restores the conversation, sends, follows what arrives, switches language, erases.

import { ApiError, ChatClient } from "./client.js";
import { preferredLanguage, say, useLanguage } from "./strings.js";
import { showFault, showMessage } from "./view.js";

const TOKEN = "assistant.token";
const LANGUAGE = "assistant.language";
const find = (selector) => document.querySelector(selector);
const [log, list, typing, form, input] = ["#log", "#messages", "#typing", "#composer", "#text"].map(find);
const client = new ChatClient();
const shown = new Set();
let lastSeen = "";
let spoken = false; // whether the student has said anything
let busy = false;
let waiting = []; // what the stream brings while an own message is under way, whose id is not known yet
let following = new AbortController();

async function start() {
  await useLanguage(localStorage.getItem(LANGUAGE) ?? preferredLanguage());
  markLanguage();
  client.token = localStorage.getItem(TOKEN);
  await (client.token ? restore() : open());
  input.focus();
}

async function restore() {
  try {
    (await whileTyping(client.history())).messages.forEach(add);
    follow();
  } catch (error) {
    if (error.status === 401 || error.status === 404) await open();
    else fail(error, restore);
  }
}

async function open() {
  forget();
  try {
    const opened = await whileTyping(client.open(document.documentElement.lang));
    client.token = opened.token;
    localStorage.setItem(TOKEN, opened.token);
    opened.messages.forEach(add);
    follow();
  } catch (error) {
    fail(error, open);
  }
}

function forget() {
  following.abort();
  localStorage.removeItem(TOKEN);
  client.token = null;
  list.replaceChildren();
  shown.clear();
  [lastSeen, spoken, waiting] = ["", false, []];
}

async function send(what, text, item) {
  if (busy) return;
  item ??= addOwn(text);
  setBusy(true);
  item.classList.remove("failed");
  try {
    const { sent, messages } = await whileTyping(client.send(what));
    item.remove();
    [sent, ...messages].forEach(add);
  } catch (error) {
    if (error.status === 401 || (error.status === 404 && error.code === "conversation_not_found")) {
      await open();
    } else {
      item.classList.add("failed");
      item.append(showFault(`${say("not_delivered")} ${explain(error)}`, () => send(what, text, item)));
    }
  }
  setBusy(false);
  waiting.splice(0).forEach(add);
}

// The student's own words, shown at once; replaced by the kept message when the answer comes.
function addOwn(text) {
  const own = { sender: "student", text, buttons: [], cards: [], attachments: [], answer: null };
  const item = showMessage(own, {});
  list.append(item);
  scrollTo(item);
  return item;
}

function add(message) {
  if (shown.has(message.id)) return;
  shown.add(message.id);
  if (message.id > lastSeen) lastSeen = message.id;
  if (message.sender === "student") spoken = true;
  const item = showMessage(message, {
    choose: (button) => send({ choice: button.choice }, button.title),
    judge: (id, helpful) => client.judge(id, helpful).then(() => true, () => false),
  });
  list.append(item);
  scrollTo(item);
}

function follow() {
  following = new AbortController();
  client.follow(() => lastSeen, (message) => (busy ? waiting.push(message) : add(message)), following.signal);
}

function fail(error, retry) {
  const item = document.createElement("li");
  item.className = "message assistant";
  item.append(showFault(explain(error), () => {
    item.remove();
    retry();
  }));
  list.append(item);
}

function explain(error) {
  if (!(error instanceof ApiError)) throw error;
  if (error.status === 429) return say("error_429", { seconds: error.retryAfter });
  if (error.status === 503) return say("error_503");
  return say(error.code === "offline" ? "error_offline" : "error_other");
}

async function whileTyping(answer) {
  typing.hidden = false;
  scrollTo(typing);
  try {
    return await answer;
  } finally {
    typing.hidden = true;
  }
}

// Down to the newest; but of an answer longer than the window, the beginning.
function scrollTo(item) {
  log.scrollTop = item.offsetHeight > log.clientHeight ? item.offsetTop - log.offsetTop - 12 : log.scrollHeight;
}

function setBusy(value) {
  busy = value;
  form.querySelector("button").disabled = value;
  for (const button of list.querySelectorAll(".choices button, .fault button")) button.disabled = value;
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

function markLanguage() {
  for (const button of document.querySelectorAll("[data-language]")) {
    button.setAttribute("aria-pressed", String(button.dataset.language === document.documentElement.lang));
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = input.value.trim();
  if (!text || busy || !client.token) return;
  input.value = "";
  fit();
  send({ text }, text);
});

input.addEventListener("input", fit);
input.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    form.requestSubmit();
  }
});

for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", async () => {
    const language = button.dataset.language;
    if (busy || language === document.documentElement.lang) return;
    localStorage.setItem(LANGUAGE, language);
    await useLanguage(language);
    markLanguage();
    if (spoken) {
      send({ text: say("switch_request") }, say("switch_request"));
    } else if (client.token) {
      // Nothing said yet: greet again in the other language.
      await client.erase().catch(() => null);
      await open();
    }
  });
}

find("#erase").addEventListener("click", () => find("#confirm").showModal());
find("#confirm").addEventListener("close", async (event) => {
  if (event.target.returnValue !== "yes" || !client.token) return;
  event.target.returnValue = "";
  try {
    await client.erase();
  } catch (error) {
    if (error.status !== 401 && error.status !== 404) return fail(error, () => find("#confirm").showModal());
  }
  await open();
  input.focus();
});

start();
