// Keys for who works with a recording; never while something is being written.

import { t } from "./dom.js";
import { isWriting, keysOn, shortcuts } from "./shortcuts.js";

/** Listens for keys. `does` holds what each can do. */
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
  addEventListener("keydown", (event) => {
    if (!keysOn() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isWriting(event)) return;
    const { target } = event;
    const key = keys.find(([names]) => names.includes(event.key.length === 1 ? event.key.toLowerCase() : event.key));
    if (!key) return;
    // Who came to a button by keyboard presses it with the blank; after a click it plays or stops.
    if (event.key === " " && target.closest?.("button, a, summary, [type=checkbox]")
      && (target.matches(":focus-visible") || !target.closest(".lanes, .player-bar"))) return;
    if (target.matches?.("[type=range]") && event.key.startsWith("Arrow")) return;
    event.preventDefault();
    key[3]();
  });
  shortcuts(t("call"), keys.map(([key, shown, what]) => ({ key: key[0], shown, what })));
}
