// The conversation, without its looks: opened, restored, sent to, followed, erased; the same in every tab.

import { ApiError, ChatClient } from "./client.js";
import { Outbox } from "./outbox.js";
import { forget, keep, read } from "./storage.js";
import { alone, lead, onNews, tellTabs } from "./tabs.js";

const LONGEST_PAUSE = 60;
const RETRY_SECONDS = 8;

export class Conversation {
  // `show` has: message(message, isNew), pending(entry, state, error), typing(is), cleared(), fault(error, retry),
  // note(key).
  constructor(show) {
    this.#show = show;
    this.#outbox = new Outbox((entry) => this.#deliver(entry), (entry, ...state) => this.#mark(entry, ...state));
    onNews((news) => this.#hear(news));
    addEventListener("online", () => this.#recover());
    document.addEventListener("visibilitychange", () => document.hidden || this.#recover());
  }

  client = new ChatClient();
  messages = [];
  #show;
  #outbox;
  #known = new Set();
  #following = new AbortController();
  #starting = null;
  #renewing = null;
  #started = false;
  #again = 0;
  #language = () => null;

  get exists() {
    return read("token") !== null;
  }

  get hasSpoken() {
    return this.messages.some((message) => message.sender === "student") || this.unsent.length > 0;
  }

  get unsent() {
    return this.#outbox.entries;
  }

  // Opens or restores it; `language` says in which language it shall greet.
  start(language) {
    if (this.#started) return Promise.resolve();
    this.#language = language;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async #start() {
    clearTimeout(this.#again);
    try {
      this.client.token = read("token");
      if (this.client.token) await this.#restore();
      else await this.#open();
      for (const entry of this.#outbox.entries) this.#show.pending(entry, "waiting");
      this.#started = true;
      this.#follow();
      this.#outbox.send();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.isGone) {
        this.#leave(this.#outbox.entries);
        this.#show.note("opened_anew");
        return this.#start();
      }
      this.#again = setTimeout(() => this.start(this.#language), (error.retryAfter || RETRY_SECONDS) * 1000);
      this.#show.fault(error, () => this.start(this.#language));
    }
  }

  async #open() {
    await alone("open", async () => {
      // Another tab may have opened it meanwhile.
      this.client.token = read("token");
      if (this.client.token) return this.#restore();
      const opened = await this.#whileTyping(this.client.open(this.#language()));
      this.client.token = opened.token;
      keep("token", opened.token);
      tellTabs({ type: "opened" });
      opened.messages.forEach((message) => this.#add(message, false));
    });
  }

  async #restore() {
    const { messages } = await this.#whileTyping(this.client.history());
    messages.forEach((message) => this.#add(message, false));
  }

  send(what, text) {
    const entry = this.#outbox.add(what, text);
    this.#show.pending(entry, "sending");
    if (this.#started) this.#outbox.send();
  }

  retry(clientId) {
    this.#outbox.retry(clientId);
  }

  judge(messageId, helpful, comment) {
    keep("opinions", { ...read("opinions", {}), [messageId]: helpful });
    return this.client.judge(messageId, helpful, comment);
  }

  opinionOf(messageId) {
    return read("opinions", {})[messageId];
  }

  // Greets again, in another language, while nothing has been said.
  async greetAgain() {
    await this.client.erase().catch(() => null);
    this.#begin();
  }

  // Deletes it everywhere and begins a new one; throws where it cannot be deleted.
  async erase() {
    if (this.client.token) {
      await this.client.erase().catch((error) => {
        if (!error.isGone) throw error;
      });
    }
    this.#begin("erased");
  }

  // Forgets it in this browser only, and begins a new one.
  reset() {
    this.#begin();
  }

  #begin(note) {
    this.#leave();
    if (note) this.#show.note(note);
    tellTabs({ type: "left" });
    return this.start(this.#language);
  }

  #leave(unsent = []) {
    forget("token", "opinions", "seen");
    this.#outbox.clear();
    this.#clear();
    keep("outbox", unsent);
  }

  #clear() {
    clearTimeout(this.#again);
    this.#following.abort();
    this.#started = false;
    this.client.token = null;
    this.messages = [];
    this.#known.clear();
    this.#show.cleared();
  }

  async #deliver(entry) {
    const { client_id, text, choice, title } = entry;
    const { token } = this.client;
    this.#show.typing(true);
    try {
      const { sent, messages } = await this.client.send(choice ? { choice, client_id } : { text, client_id });
      if (sent) this.#add(sent, true);
      messages.forEach((message) => this.#add(message, true));
      if (!messages.length) this.#show.note("with_staff");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "choice_not_offered") {
        // Offered in a conversation that is over: say it in words.
        this.#outbox.replace(client_id, { choice: undefined, text: title });
        return this.#deliver({ client_id, text: title });
      }
      if (error.isGone) {
        await (this.client.token === token ? this.#renew() : this.#renewing);
        return this.#deliver(entry);
      }
      throw error;
    } finally {
      this.#show.typing(false);
    }
  }

  // Begins a new one in the place of one that is over, whoever notices first; what waits to be sent goes with it.
  #renew() {
    this.#renewing ??= this.#replace().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  async #replace() {
    const waiting = this.#outbox.entries;
    this.#leave(waiting);
    this.#show.note("opened_anew");
    await this.#open();
    this.#started = true;
    for (const entry of waiting) this.#show.pending(entry, "sending");
    this.#follow();
  }

  #mark(entry, state, error) {
    this.#show.pending(entry, state, error);
  }

  #add(message, isNew) {
    if (this.#known.has(message.id)) return;
    this.#known.add(message.id);
    this.messages.push(message);
    if (message.client_id) this.#outbox.remove(message.client_id);
    this.#show.message(message, isNew);
  }

  // What another tab tells.
  #hear(news) {
    if (news.type === "messages" && news.token === this.client.token) {
      news.messages.forEach((message) => this.#add(message, true));
    } else if (news.type === "left" || (news.type === "opened" && !this.client.token)) {
      this.#clear();
      if (news.type === "opened") this.start(this.#language);
    }
  }

  #follow() {
    this.#following.abort();
    this.#following = new AbortController();
    lead((signal) => this.#listen(signal), this.#following.signal);
  }

  async #listen(signal) {
    for (let pause = 1; !signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        await this.client.listen(this.#lastSeen(), (message) => {
          pause = 1;
          tellTabs({ type: "messages", token: this.client.token, messages: [message] });
          this.#add(message, true);
        }, signal);
      } catch (error) {
        if (error.isGone) {
          if (!signal.aborted) this.#renew().then(() => this.#outbox.send(), () => this.start(this.#language));
          return;
        }
      }
      await this.#rest(pause, signal);
    }
  }

  // Waits, but no longer than until the connection is back.
  #rest(seconds, signal) {
    return new Promise((resume) => {
      const timer = setTimeout(resume, seconds * 1000);
      const options = { once: true, signal };
      addEventListener("online", resume, options);
      signal.addEventListener("abort", () => { clearTimeout(timer); resume(); }, { once: true });
    });
  }

  // After a break, or after having been in the background: reads what was missed.
  async #recover() {
    if (this.#starting) return;
    if (!this.#started) {
      if (this.exists) this.start(this.#language);
      return;
    }
    const { messages } = await this.client.history(this.#lastSeen()).catch(() => ({ messages: [] }));
    messages.forEach((message) => this.#add(message, true));
    this.#outbox.send();
  }

  #lastSeen() {
    return this.messages.reduce((last, { id }) => (id > last ? id : last), "");
  }

  async #whileTyping(answer) {
    this.#show.typing(true);
    try {
      return await answer;
    } finally {
      this.#show.typing(false);
    }
  }
}
