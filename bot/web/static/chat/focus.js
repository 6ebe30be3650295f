// Keeps the keyboard inside the conversation while it is shown in a frame; Escape leaves.

const CAN = "a[href], button:not(:disabled), textarea, [tabindex='0']";

export function keepFocusInside() {
  addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const scope = document.querySelector("dialog[open]") ?? document;
    const places = [...scope.querySelectorAll(CAN)].filter((place) => place.checkVisibility?.() ?? place.offsetParent);
    const [first, last] = [places[0], places.at(-1)];
    const here = document.activeElement;
    const isOutside = !places.includes(here);
    if (event.shiftKey && (here === first || isOutside)) {
      event.preventDefault();
      last?.focus();
    } else if (!event.shiftKey && (here === last || isOutside)) {
      event.preventDefault();
      first?.focus();
    }
  });
}
