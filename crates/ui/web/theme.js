// `data-theme-next`: goes from light to dark and back; kept in a cookie, so that the server draws the page right at once.
const YEAR = 31536000;

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-next]")) return;
  const root = document.documentElement;
  const dark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  document.cookie = `theme=${root.dataset.theme}; path=/; max-age=${YEAR}; samesite=lax`;
});
