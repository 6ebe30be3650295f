// The chat API, as the chat calls it.

import { readEvents } from "./events.js";

const ANSWER_SECONDS = 40;

export class ApiError extends Error {
  constructor(status, code, retryAfter) {
    super(code);
    Object.assign(this, { status, code, retryAfter: Number(retryAfter) || 0 });
  }

  get isOffline() {
    return this.status === 0;
  }

  // Erased, expired, or of another server: it can be opened no more.
  get isGone() {
    return this.status === 401 || (this.status === 404 && this.code === "conversation_not_found");
  }
}

export class ChatClient {
  token = null;

  open(language) {
    return this.#call("POST", "/api/conversations", { language });
  }

  send(what) {
    return this.#call("POST", "/api/messages", what);
  }

  history(after) {
    return this.#call("GET", `/api/messages${after ? `?after=${after}` : ""}`);
  }

  judge(messageId, helpful, comment) {
    return this.#call("POST", `/api/messages/${messageId}/feedback`, comment ? { helpful, comment } : { helpful });
  }

  makeCode() {
    return this.#call("POST", "/api/conversations/current/link");
  }

  erase() {
    return this.#call("DELETE", "/api/conversations/current");
  }

  // Calls `take` with each message that comes, until the line breaks. EventSource cannot send the token, which must not
  // stand in an address.
  async listen(lastSeen, take, signal) {
    const response = await fetch("/api/stream", { headers: { ...this.#headers(), "Last-Event-ID": lastSeen }, signal });
    if (!response.ok) {
      const answer = await response.json().catch(() => ({}));
      throw new ApiError(response.status, answer.error?.code, response.headers.get("Retry-After"));
    }
    await readEvents(response.body, take);
  }

  #headers() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  async #call(method, path, body) {
    if (!navigator.onLine) throw new ApiError(0, "offline"); // Some lines hang instead of breaking.
    const headers = body ? { ...this.#headers(), "Content-Type": "application/json" } : this.#headers();
    const ending = new AbortController();
    const timer = setTimeout(() => ending.abort(), ANSWER_SECONDS * 1000);
    try {
      const response = await fetch(path, { method, headers, body: body && JSON.stringify(body), signal: ending.signal });
      if (response.status === 204) return null;
      const answer = await response.json();
      if (response.ok) return answer;
      throw new ApiError(response.status, answer.error?.code, response.headers.get("Retry-After"));
    } catch (error) {
      // No answer, half an answer, or one of something between us and the server.
      throw error instanceof ApiError ? error : new ApiError(0, "offline");
    } finally {
      clearTimeout(timer);
    }
  }
}
