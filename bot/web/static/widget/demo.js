// A link of the host page that opens the widget.
document.querySelector("#ask").addEventListener("click", () => window.WelcomeAssistant?.open());
