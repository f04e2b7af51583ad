// `data-switches`: a group of switches; `data-switch-all="on"` or `"off"` inside it sets them all.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-switch-all]");
  if (!button) return;
  const on = button.dataset.switchAll === "on";
  for (const box of button.closest("[data-switches]").querySelectorAll("input[type=checkbox]")) {
    if (!box.disabled) box.checked = on;
  }
});
