// htmx, held to our content security policy, with the token against forged requests on everything it sends.
import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
// Pages hold mail: none is kept in the browser's storage, where it would outlive an access.
htmx.config.historyCacheSize = 0;
htmx.config.refreshOnHistoryMiss = true;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "422", swap: true },
  { code: "[45]..", swap: false, error: true },
];

window.htmx = htmx;

const token = () => document.querySelector("meta[name=csrf]")?.content;

document.addEventListener("htmx:configRequest", (event) => {
  const value = token();
  if (value) event.detail.headers["X-CSRF"] = value;
});

// The session has ended: what is on the page is no longer anybody's to see.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 401) location.reload();
});

/** Runs `bind` for what matches `selector` now, and for what comes later. */
export function bind(selector, bindOne) {
  const within = (root) => {
    if (root.matches?.(selector)) bindOne(root);
    root.querySelectorAll?.(selector).forEach(bindOne);
  };
  htmx.onLoad(within);
}
