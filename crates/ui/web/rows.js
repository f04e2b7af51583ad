// `a[data-row]`: when what it leads to has been put beside its list, its row is the current one, and a narrow window
// (`data-view`) shows the message.
document.addEventListener("htmx:afterSwap", (event) => {
  const row = event.detail.requestConfig?.elt?.closest?.("a[data-row]");
  if (!row) return;
  document.querySelectorAll(".row[aria-current]").forEach((one) => one.removeAttribute("aria-current"));
  row.closest(".row")?.setAttribute("aria-current", "true");
  const view = row.closest("[data-view]");
  if (view) view.dataset.view = "message";
});
