// The chat, on a page of its own and in the widget's frame: puts its parts together.

import { useAccent, useLogo } from "./colours.js";
import { focusComposer, setUpComposer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { download } from "./download.js";
import { keepFocusInside } from "./focus.js";
import { isFramed, onHost, tellHost, wish } from "./host.js";
import { showCode } from "./link.js";
import { closeTop, setUpMenu } from "./menu.js";
import { isKept, keep, read } from "./storage.js";
import { LANGUAGES, language, preferredLanguage, say, useLanguage } from "./strings.js";
import { Transcript } from "./transcript.js";

const find = (selector) => document.querySelector(selector);
let isOpen = !isFramed;
let unread = 0;

const transcript = new Transcript({
  choose: (button) => conversation.send({ choice: button.choice }, button.title),
  judge: (id, helpful, comment) => conversation.judge(id, helpful, comment).then(() => true, () => false),
  opinionOf: (id) => conversation.opinionOf(id),
  retry: (clientId) => conversation.retry(clientId),
});

const conversation = new Conversation({
  message(message, isNew) {
    if (isNew) followLanguage(message);
    transcript.message(message, isNew);
    countUnread(message);
    if (isNew) tellHost("message", { sender: message.sender });
  },
  pending: (...all) => transcript.pending(...all),
  typing: (is) => transcript.typing(is),
  note: (key) => transcript.note(key),
  fault: (...all) => transcript.fault(...all),
  cleared() {
    transcript.cleared();
    setUnread(0);
  },
});

function countUnread(message) {
  if (isOpen) keep("seen", message.id);
  else if (message.sender !== "student" && message.id > read("seen", "")) setUnread(unread + 1);
}

function setUnread(count) {
  if (count !== unread) tellHost("unread", { count });
  unread = count;
}

function open(focus) {
  isOpen = true;
  setUnread(0);
  const newest = conversation.messages.at(-1);
  if (newest) keep("seen", newest.id);
  conversation.start(language);
  transcript.scrollToNewest();
  if (focus) focusComposer();
}

function speak(wanted) {
  keep("language", wanted);
  useLanguage(wanted);
  tellHost("language", { language: wanted });
}

// Who is answered in the other language, having written in it, reads the interface in it too.
function followLanguage({ sender, language: spoken }) {
  if (sender === "assistant" && spoken !== language() && LANGUAGES.includes(spoken)) speak(spoken);
}

// Of the interface and of the answers.
function changeLanguage(wanted) {
  if (wanted === language()) return;
  speak(wanted);
  showAgain();
  if (conversation.hasSpoken) ask("switch_request");
  else if (conversation.exists && isOpen) conversation.greetAgain();
}

function showAgain() {
  transcript.cleared();
  for (const message of conversation.messages) transcript.message(message, false);
  for (const entry of conversation.unsent) transcript.pending(entry, "waiting");
}

function ask(key) {
  conversation.send({ text: say(key) }, say(key));
}

async function showLink() {
  try {
    showCode(await conversation.client.makeCode());
  } catch (error) {
    transcript.fault(error, showLink);
  }
}

function showLine() {
  find("#line").hidden = navigator.onLine;
}

setUpMenu({
  person: () => ask("person_request"),
  restart: () => ask("restart_request"),
  download: () => download(conversation.messages),
  link: showLink,
  async erase() {
    try {
      await conversation.erase();
      focusComposer();
    } catch (error) {
      transcript.fault(error, () => find("#confirm").showModal());
    }
  },
});
setUpComposer((text) => conversation.send({ text }, text));
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => changeLanguage(button.dataset.language));
}
find("#close").addEventListener("click", () => tellHost("close"));
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !closeTop()) tellHost("close");
});
addEventListener("online", showLine);
addEventListener("offline", showLine);
onHost({
  open: ({ focus }) => open(focus),
  close: () => { isOpen = false; },
  language: (told) => changeLanguage(preferredLanguage(told.language)),
  reset: () => conversation.reset(),
});

useAccent(wish("accent"));
useLogo(wish("logo"));
useLanguage(preferredLanguage(read("language") ?? wish("language")));
showLine();
find("#unkept").hidden = isKept;
find("#close").hidden = !isFramed;
document.documentElement.classList.toggle("framed", isFramed);
if (isFramed) keepFocusInside();
else open(true);
// Before the first visit nothing is opened; afterwards the badge on the launcher wants to know what came.
if (isFramed && conversation.exists) conversation.start(language);
tellHost("language", { language: language() });
tellHost("ready");
