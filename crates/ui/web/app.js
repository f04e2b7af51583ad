// What runs in the browser. Each module is bound by `data-` attributes; every page that can works without it.
import "./page.js";
import "htmx-ext-sse";
import "./copy.js";
import "./details.js";
import "./dialog.js";
import "./focus.js";
import "./keys.js";
import "./passkey.js";
import "./rows.js";
import "./switches.js";
import "./tabs.js";
import "./theme.js";
import "./toast.js";
