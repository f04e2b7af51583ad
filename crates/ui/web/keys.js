// `data-key="c"`: that key clicks a link or button, or focuses a field. `j` and `k` go along the rows marked `data-row`.
const typing = (element) =>
  element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog");

const step = (by) => {
  const rows = [...document.querySelectorAll("a[data-row]")];
  if (!rows.length) return;
  const focused = rows.indexOf(document.activeElement);
  const current = focused >= 0 ? focused : rows.findIndex((row) => row.closest("[aria-current]"));
  rows[Math.min(rows.length - 1, Math.max(0, current + by))]?.focus();
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || typing(event.target)) return;
  if (event.key === "j" || event.key === "k") return step(event.key === "j" ? 1 : -1);
  const bound = [...document.querySelectorAll("[data-key]")].find((one) => one.dataset.key === event.key);
  if (!bound) return;
  event.preventDefault();
  if (bound.matches("input, textarea")) bound.focus();
  else bound.click();
});
