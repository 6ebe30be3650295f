// Reads server-sent events out of a response.

const SILENCE_SECONDS = 45; // The server sends a comment every 15: a longer silence is a dead line.

export async function readEvents(body, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    let timer;
    const silence = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error("silence")), SILENCE_SECONDS * 1000);
    });
    try {
      const { value, done } = await Promise.race([reader.read(), silence]);
      if (done) return;
      const events = (rest + value).replaceAll("\r\n", "\n").split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6));
        if (data.length) take(JSON.parse(data.join("\n")));
      }
    } catch (error) {
      reader.cancel().catch(() => null);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }
}
