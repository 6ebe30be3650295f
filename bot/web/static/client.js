// The chat API, as this page calls it.

export class ApiError extends Error {
  constructor(status, code, retryAfter) {
    super(code);
    Object.assign(this, { status, code, retryAfter });
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

  history() {
    return this.#call("GET", "/api/messages");
  }

  judge(messageId, helpful) {
    return this.#call("POST", `/api/messages/${messageId}/feedback`, { helpful });
  }

  erase() {
    return this.#call("DELETE", "/api/conversations/current");
  }

  // Calls `take` with every message that arrives by itself, and comes back after a break, until `signal` aborts it or
  // the conversation is gone. EventSource cannot send the token, which must not stand in an address.
  async follow(lastSeen, take, signal) {
    for (let wait = 1; !signal.aborted; wait = Math.min(wait * 2, 60)) {
      try {
        const response = await fetch("/api/stream", { headers: { ...this.#headers(), "Last-Event-ID": lastSeen() }, signal });
        if (response.status === 401 || response.status === 404) return;
        if (response.ok) {
          wait = 1;
          await readEvents(response.body, take);
        }
      } catch {
        if (signal.aborted) return;
      }
      await new Promise((resume) => setTimeout(resume, wait * 1000));
    }
  }

  #headers() {
    return this.token ? { Authorization: `Bearer ${this.token}` } : {};
  }

  async #call(method, path, body) {
    const headers = body ? { ...this.#headers(), "Content-Type": "application/json" } : this.#headers();
    let response;
    try {
      response = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
    } catch {
      throw new ApiError(0, "offline");
    }
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new ApiError(response.status, answer.error?.code, response.headers.get("Retry-After"));
    return answer;
  }
}

async function readEvents(body, take) {
  let rest = "";
  for (const reader = body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
    rest = events.pop();
    for (const event of events) {
      const data = event.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
      if (data.length) take(JSON.parse(data.join("\n")));
    }
  }
}
