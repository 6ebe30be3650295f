// The list of messages on the page: what has been said, what waits to be sent, what went wrong.

import { element } from "../dom.js";
import { announce, fallSilent } from "./announcer.js";
import { markChosen, showMessage, showPending } from "./messages.js";
import { formatDay, language, say } from "./strings.js";

const GAP = 14;
const [log, list, typing] = ["#log", "#messages", "#typing"].map((selector) => document.querySelector(selector));

export class Transcript {
  // `actions` has choose(button), judge(id, helpful, comment), opinionOf(id), retry(clientId).
  constructor(actions) {
    this.#actions = actions;
  }

  #actions;
  #day = "";
  #offering = null; // the message whose choices were offered last

  message(message, isNew) {
    if (message.client_id) this.#pendingItem(message.client_id)?.remove();
    this.#showDay(message.time);
    const item = showMessage(message, {
      choose: this.#actions.choose,
      judge: (helpful, comment) => this.#actions.judge(message.id, helpful, comment),
      opinion: this.#actions.opinionOf(message.id),
    });
    this.#place(item);
    if (message.sender === "student") markChosen(this.#offering, message.text);
    else this.#offering = item;
    if (isNew || list.querySelector(".student")) this.scrollTo(item);
    if (isNew && message.sender !== "student") announce(this.#spoken(message, item), message.language);
  }

  pending(entry, state, error) {
    const item = showPending(entry, state, explainState(state, error), () => this.#actions.retry(entry.client_id));
    const earlier = this.#pendingItem(entry.client_id);
    if (earlier) {
      earlier.replaceWith(item);
    } else {
      this.#showDay(entry.time);
      list.append(item);
      this.scrollTo(item);
    }
    if (state !== "sending") announce(item.querySelector(".state").firstChild.textContent, language());
  }

  typing(is) {
    typing.hidden = !is;
    if (is && list.children.length) this.scrollTo(typing);
  }

  note(key) {
    const text = say(key);
    for (const earlier of list.querySelectorAll(".note")) if (earlier.textContent === text) earlier.remove();
    const item = element("li", { className: "note", textContent: text });
    this.#place(item);
    this.scrollTo(item);
    announce(text, language());
  }

  fault(error, retry) {
    list.querySelector(".fault")?.remove();
    const again = element("button", { type: "button", className: "quiet", textContent: say("retry") });
    const item = element("li", { className: "fault", attributes: { role: "alert" } }, element("span", { textContent: explain(error) }), again);
    again.addEventListener("click", () => {
      item.remove();
      retry();
    });
    list.append(item);
    this.scrollTo(item);
  }

  cleared() {
    fallSilent();
    list.replaceChildren();
    [this.#day, this.#offering] = ["", null];
    typing.hidden = true;
  }

  // Down to the newest; but of an answer longer than the window, the beginning.
  scrollTo(item) {
    const isLong = item.offsetHeight > log.clientHeight - GAP;
    log.scrollTop = isLong ? item.offsetTop - log.offsetTop - GAP : log.scrollHeight;
  }

  // To the newest; before anything was said to the beginning, where the notice on privacy stands.
  scrollToNewest() {
    const newest = list.lastElementChild;
    if (!list.querySelector(".student")) log.scrollTop = 0;
    else if (newest) this.scrollTo(newest);
  }

  #place(item) {
    list.querySelector(".fault")?.remove();
    const firstPending = list.querySelector("[data-client]");
    if (firstPending) firstPending.before(item);
    else list.append(item);
  }

  #pendingItem(clientId) {
    return [...list.querySelectorAll("[data-client]")].find((item) => item.dataset.client === clientId);
  }

  #showDay(time) {
    const day = formatDay(new Date(time));
    if (day === this.#day) return;
    this.#day = day;
    this.#place(element("li", { className: "day" }, element("span", { textContent: day })));
  }

  #spoken(message, item) {
    const parts = [...item.querySelectorAll(".bubble p, .bubble li, .card h2, .files a")].map((part) => part.textContent);
    const choices = message.buttons.length ? `${say("choices")}: ${message.buttons.map(({ title }) => title).join(", ")}` : "";
    return [`${say(`sender_${message.sender}`)}: ${parts.join(". ")}`, choices].filter(Boolean).join(". ");
  }
}

function explainState(state, error) {
  if (state === "sending") return say("sending");
  if (state === "failed") return `${say("not_delivered")} ${explain(error)}`;
  if (error?.status === 429) return say("waiting_limit", { seconds: error.retryAfter });
  return say(error?.status >= 500 ? "waiting_assistant" : "waiting");
}

export function explain(error) {
  if (error.status >= 500) return say("error_503");
  return say(error.isOffline ? "error_offline" : "error_other");
}
