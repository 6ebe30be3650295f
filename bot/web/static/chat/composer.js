// Where the student writes.

const form = document.querySelector("#composer");
const input = document.querySelector("#text");

export function setUpComposer(send) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (!text) return;
    input.value = "";
    fit();
    send(text);
  });
  input.addEventListener("input", fit);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
}

// On a touch screen the keyboard would cover the half of what is to be read.
export function focusComposer() {
  if (document.activeElement === input) return; // already writing: the opening was slower than the student
  const target = matchMedia("(pointer: coarse)").matches ? document.querySelector("#log") : input;
  target.focus();
}

function fit() {
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}
