// The keys of a conversation: read, draft, check, review, without the mouse.

import { byId, show, t } from "./dom.js";
import { shortcuts } from "./shortcuts.js";

const seen = (node) => node && node.checkVisibility();

function press(id) {
  const button = byId(id);
  if (!seen(button)) return;
  // What hinders it is what wants to be looked at.
  if (button.disabled) [...document.querySelectorAll("#draft-edit input[type=checkbox]")].find((one) => seen(one) && !one.checked)?.focus();
  else button.click();
}

/** Opens the fold around it first. */
function write(selector) {
  const field = document.querySelector(selector), fold = field.closest("details");
  if (fold && !seen(fold)) return;
  if (fold) fold.open = true;
  field.focus();
}

/** The message after or before the one that has the focus, or that is on top. */
function message(by) {
  const all = [...document.querySelectorAll("#timeline > .message")];
  const here = all.indexOf(document.activeElement.closest(".message"));
  const top = all.findIndex((one) => one.getBoundingClientRect().bottom > 120);
  show(all[here < 0 ? Math.max(0, top) : Math.min(all.length - 1, Math.max(0, here + by))]);
}

/** The next figure of the draft that nobody but a person can vouch for. */
function figure() {
  const marks = [...document.querySelectorAll("#draft-view mark:is(.unsupported, .contradicted)")].filter(seen);
  marks[(marks.indexOf(document.activeElement) + 1) % marks.length]?.focus();
}

/** Registers them. */
export function conversationKeys() {
  const part = (key, id, name) => ({ key, what: t(name), does: () => show(byId(id)) });
  shortcuts(t("draft"), [
    { key: "d", what: t("draft_button"), does: () => press("draft-button") },
    { key: "w", what: t("draft_own"), does: () => press("draft-own") },
    { key: "s", what: t("instruction"), does: () => write("#draft-options [name=instruction]") },
    { key: "e", what: t("edit"), does: () => press("draft-toggle") },
    { key: "Escape", shown: "Esc", what: t("edit_done") },
    { key: "f", what: t("key_figure"), does: figure },
    { key: "r", what: t("refine"), does: () => write("#draft-refine [name=instruction]") },
    { key: "c", what: t("copy"), does: () => press("draft-copy") },
    { key: "a", what: t("accept"), does: () => press("draft-accept") },
    { key: "x", what: t("reject_open"), does: () => write("#draft-reason") },
  ]);
  shortcuts(t("on_this_page"), [
    part("1", "summary-title", "summary"), part("2", "draft-title", "draft"),
    part("3", "card-title", "context"), part("4", "thread-title", "messages"),
    { key: "j", what: t("key_message_next"), does: () => message(1) },
    { key: "k", what: t("key_message_before"), does: () => message(-1) },
  ]);
}
