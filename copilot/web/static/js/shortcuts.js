// Keys of a page, and the list of them that "?" shows. Never while something is being written.

import { el, t } from "./dom.js";

const KEY = "call keys"; // the name from when only calls had keys
const WAIT_MS = 1200;
const groups = [];
let begun = "", since = 0;

/** Whether keys are on: single letters can be in the way of who speaks to the machine. */
export const keysOn = () => localStorage.getItem(KEY) !== "off";

/** Turn them on or off. */
export const setKeys = (on) => localStorage.setItem(KEY, on ? "on" : "off");

/** Whether `event` is for what is being written, or for another dialog. */
export const isWriting = ({ target }) => Boolean(target.closest?.(
  "input:not([type=checkbox], [type=range], [type=radio]), textarea, select, dialog, [contenteditable]"));

/**
 * Adds keys to the page. Each is `{ key, what, does }`: `key` is one key, or two after each other
 * ("g i"); `what` says what it does; `does()` does it. Without `does` it is only listed: another
 * listener has it. `shown` is how the key is written in the list, where that is another way.
 */
export function shortcuts(title, keys) {
  groups.push({ title, keys });
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return;
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  if (!keysOn() || event.key.length !== 1 && !event.key.startsWith("Arrow")) return;
  const pressed = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const both = `${begun} ${pressed}`;
  const late = performance.now() - since > WAIT_MS;
  const all = groups.flatMap((one) => one.keys).filter((one) => one.does);
  const found = (!late && begun && all.find((one) => one.key === both)) || all.find((one) => one.key === pressed);
  begun = found ? "" : pressed;
  since = performance.now();
  if (!found) return;
  event.preventDefault();
  found.does();
});

const PAGES = [["i", "/", "nav_inbox"], ["c", "/calls", "nav_calls"], ["k", "/knowledge", "nav_knowledge"], ["s", "/settings", "nav_settings"]];
if (document.querySelector(".top nav")) {
  shortcuts(t("keys_everywhere"), [
    ...PAGES.map(([key, path, name]) => ({ key: `g ${key}`, what: t(name), does: () => location.assign(path) })),
    { key: "?", what: t("keys_show") },
  ]);
}
document.getElementById("keys")?.addEventListener("click", showKeys);

/** The list of keys, with the switch. */
export function showKeys() {
  const on = el("input", { type: "checkbox", checked: keysOn() });
  on.addEventListener("change", () => setKeys(on.checked));
  const close = el("button", { type: "button", onclick: () => dialog.close() }, t("close"));
  const dialog = el("dialog", { className: "keys-dialog", "aria-labelledby": "keys-title" },
    el("h2", { id: "keys-title" }, t("keys")),
    el("div", { className: "keys-groups" }, [...groups].reverse().map(({ title, keys }) => el("section", {}, el("h3", {}, title),
      el("dl", {}, keys.map(({ key, shown, what }) => [
        el("dt", {}, (shown ?? key).split(" ").flatMap((one, at) => [at ? " " : "", el("kbd", {}, one.length === 1 ? one.toUpperCase() : one)])),
        el("dd", {}, what)]).flat())))),
    el("div", { className: "buttons" }, el("label", { className: "check" }, on, el("span", {}, t("keys_on"))), close));
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
}
