// Where tabs or a menu are wider than the window, the current one is moved into sight.
import { bind } from "./page.js";

bind(".tabs [aria-current], .side-menu [aria-current]", (current) => {
  const row = current.closest(".tabs, ul");
  if (!row || row.scrollWidth <= row.clientWidth) return;
  const [one, all] = [current.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += one.left + one.width / 2 - all.left - all.width / 2;
});
