// A page to print: its button, which only works with scripts, shows only with them.

const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
