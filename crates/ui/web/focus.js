// `data-focus`: what has just appeared and matters takes the focus: a summary of faults, an ended access.
import { bind } from "./page.js";

bind("[data-focus]", (element) => element.focus());
