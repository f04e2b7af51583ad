import { bind } from "./page.js";

// `data-opens="id"`: opens that dialog. `data-closes`: closes the one around it. Clicking beside it closes it too.
// A `details` menu closes when something else is clicked, and on Escape.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
      dialog.querySelector("[autofocus], input, select, textarea, button")?.focus();
    }
  }
  if (event.target.closest("[data-closes]") || event.target.nodeName === "DIALOG") {
    event.target.closest("dialog")?.close();
  }
  for (const menu of document.querySelectorAll("details.menu[open], details.selector[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open], details.selector[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});

// `dialog[data-shows]`: opens by itself when it comes onto the page.
bind("dialog[data-shows]", (dialog) => {
  if (!dialog.open) dialog.showModal();
});
