// `HX-Trigger: {"toast": "words"}` shows words in the live region; a click puts them away.
const SHOWN_FOR_MS = 6000;

const show = (words) => {
  const region = document.getElementById("toasts");
  if (!region || !words) return;
  const toast = document.createElement("p");
  toast.className = "toast";
  toast.textContent = words;
  region.append(toast);
  setTimeout(() => toast.remove(), SHOWN_FOR_MS);
};

document.addEventListener("toast", (event) => show(event.detail.value));
document.addEventListener("htmx:sendError", () => show(document.body.dataset.offline));
document.addEventListener("htmx:responseError", () => show(document.body.dataset.failed));
document.addEventListener("click", (event) => event.target.closest(".toast")?.remove());
