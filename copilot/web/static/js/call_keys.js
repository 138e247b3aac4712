// Keys for who works with a recording; never while something is being written.

import { el, t } from "./dom.js";

const KEY = "call keys";

/** Listens for keys; returns the list of them with the switch. `does` holds what each can do. */
export function callKeys(does) {
  const keys = [
    [[" "], t("key_space"), t("key_play"), () => does.flip()],
    [["ArrowLeft"], "←", t("back_seconds", { n: 5 }), () => does.step(-5)],
    [["ArrowRight"], "→", t("on_seconds", { n: 5 }), () => does.step(5)],
    [["j"], "J", t("key_next"), () => does.segment(1)],
    [["k"], "K", t("key_before"), () => does.segment(-1)],
    [["u"], "U", t("key_unsure"), () => does.unsure()],
    [["e"], "E", t("key_edit"), () => does.edit()],
    [["/"], "/", t("search_call"), () => does.search()],
    [["+", ">"], "+", t("key_faster"), () => does.faster(1)],
    [["-", "<"], "−", t("key_slower"), () => does.faster(-1)],
  ];
  // Single letters can be in the way of who speaks to the machine: they can be switched off.
  const on = el("input", { type: "checkbox", checked: localStorage.getItem(KEY) !== "off" });
  on.addEventListener("change", () => localStorage.setItem(KEY, on.checked ? "on" : "off"));
  addEventListener("keydown", (event) => {
    if (!on.checked || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (target.closest?.("input:not([type=checkbox], [type=range]), textarea, select, dialog, [contenteditable]")) return;
    const key = keys.find(([names]) => names.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key));
    if (!key) return;
    // Who came to a button by keyboard presses it with the blank; after a click it plays or stops.
    if (event.key === " " && target.closest?.("button, a, summary, [type=checkbox]")
      && (target.matches(":focus-visible") || !target.closest(".lanes, .player-bar"))) return;
    if (target.matches?.("[type=range]") && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    key[3]();
  });
  return el("details", { className: "menu keys" }, el("summary", {}, t("keys")),
    el("div", { className: "menu-body" },
      el("dl", {}, keys.map(([, name, what]) => [el("dt", {}, el("kbd", {}, name)), el("dd", {}, what)]).flat()),
      el("label", { className: "check" }, on, el("span", {}, t("keys_on")))));
}
