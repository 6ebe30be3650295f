// Whether an answer helped, with a comment by who wishes to leave one.

import { element, icon } from "../dom.js";
import { language, say } from "./strings.js";

const THUMB = "M7 11v9H4v-9zm0 0 4-8c1.7 0 2.5 1.2 2.2 2.8L12.6 9H19a2 2 0 0 1 2 2.4l-1.3 7A2 2 0 0 1 17.7 20H7";
const THUMB_DOWN = "M7 13V4H4v9zm0 0 4 8c1.7 0 2.5-1.2 2.2-2.8L12.6 15H19a2 2 0 0 0 2-2.4l-1.3-7A2 2 0 0 0 17.7 4H7";
const LONGEST = 2000;
let count = 0;

// `judge(helpful, comment)` says whether it was taken; `given` is the opinion of an earlier visit.
export function showOpinion(judge, given) {
  const status = element("span", { attributes: { role: "status" } });
  const place = element("div");
  const buttons = [[true, "helpful", THUMB], [false, "not_helpful", THUMB_DOWN]].map(([helpful, key, path]) => {
    const attributes = { "aria-label": say(key), "aria-pressed": String(given === helpful) };
    const button = element("button", { type: "button", title: say(key), attributes }, icon(path));
    button.addEventListener("click", async () => {
      status.textContent = "";
      const taken = await judge(helpful);
      status.textContent = say(taken ? "thanks" : "error_other");
      if (!taken) return;
      for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
      place.replaceChildren(showComment(helpful, judge, (sent) => {
        status.textContent = say(sent ? "comment_sent" : "error_other");
        if (sent) button.focus();
      }));
    });
    return button;
  });
  return element("div", { className: "opinion", lang: language() }, element("div", { className: "thumbs" }, ...buttons, status), place);
}

function showComment(helpful, judge, done) {
  const id = `comment-${(count += 1)}`;
  const text = element("textarea", { id, rows: 2, maxLength: LONGEST, dir: "auto" });
  const form = element(
    "form", { className: "comment" },
    element("label", { htmlFor: id, textContent: say(helpful ? "comment_helpful" : "comment") }),
    text,
    element("button", { type: "submit", className: "quiet", textContent: say("comment_send") }),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!text.value.trim()) return text.focus();
    const sent = await judge(helpful, text.value.trim());
    if (sent) form.remove();
    done(sent);
  });
  return form;
}
