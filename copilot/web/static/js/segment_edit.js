// What can be done with one segment: put its words right, go back to what was heard, redact it.

import { patch } from "./api.js";
import { announce, el, keepFocus, t } from "./dom.js";
import { corrected } from "./segment_text.js";

/** Lets the reader edit the segments of `player`; `onChanged(segment)` after each, `redact(segment)`. */
export function setUpEditing(player, { onChanged, redact }) {
  const { list } = player;
  const path = (segment) => `/v1/calls/${player.call.id}/transcript/segments/${segment.n}`;
  // One set of buttons that goes where the reader is: thousands of rows stay light.
  const fix = el("button", { type: "button", className: "quiet", onclick: () => edit(at) }, t("edit"));
  const undo = el("button", { type: "button", className: "quiet", onclick: () => restore(at) }, t("undo_correction"));
  const hide = el("button", { type: "button", className: "quiet", onclick: () => redact(at.segment) }, t("redact_this"));
  const tools = el("span", { className: "row-tools" }, fix, undo, hide);
  let at = null;

  function come(row) {
    if (!row || row === at && tools.isConnected || row.node.querySelector("form")) return;
    at = row;
    undo.hidden = !corrected(row.segment);
    row.node.append(tools);
  }

  for (const event of ["pointerover", "focusin"]) {
    list.node.addEventListener(event, (one) => {
      // Who works with the buttons by keyboard does not lose them to where the mouse lies.
      if (event === "pointerover" && tools.contains(document.activeElement) && document.activeElement.matches(":focus-visible")) return;
      come(list.rowOfNode(one.target));
    });
  }

  function edit(row) {
    if (!row || row.node.querySelector("form")) return;
    const text = el("textarea", { value: row.segment.text, rows: 2, maxLength: 20_000, "aria-label": t("what_was_said"), dir: "auto" });
    const fault = el("p", { className: "notice bad", role: "alert", hidden: true });
    const save = el("button", { className: "primary" }, t("save"));
    const form = el("form", { className: "segment-form" }, text, fault, el("span", { className: "buttons" },
      save, el("button", { type: "button", onclick: () => close() }, t("cancel")),
      el("span", { className: "muted small" }, t("save_keys"))));
    tools.remove();
    row.words.hidden = true;
    row.node.append(form);
    text.focus();

    function close() {
      form.remove();
      row.words.hidden = false;
      row.node.querySelector(".at").focus({ preventScroll: true });
    }

    async function send() {
      if (text.value.trim() === row.segment.text) return close();
      if (!text.value.trim()) return tell(fault, `${t("error")} ${t("segment_blank")}`);
      await change(row, text.value, { fault, button: save, done: close });
    }

    form.addEventListener("submit", (event) => { event.preventDefault(); send(); });
    form.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && !event.shiftKey && event.target === text) send();
      else return;
      event.preventDefault();
    });
  }

  /** Send the words; what could not be sent stays in the field, with the reason. */
  async function change(row, words, { fault, button, done }) {
    const back = keepFocus();
    button.disabled = true;
    try {
      const segment = await patch(path(row.segment), { text: words.trim() });
      player.changed(segment);
      done?.();
      announce(t("segment_saved"));
      onChanged(segment);
    } catch (error) {
      tell(fault, `${t("error")} ${error.message}`);
    } finally {
      button.disabled = false;
      back();
    }
  }

  function tell(fault, text) {
    fault.textContent = text;
    fault.hidden = false;
  }

  async function restore(row) {
    const fault = el("p", { className: "notice bad", role: "alert", hidden: true });
    for (const old of row.node.querySelectorAll(":scope > .notice")) old.remove();
    row.node.append(fault);
    await change(row, row.segment.original_text, { fault, button: undo, done: () => fault.remove() });
    undo.hidden = !corrected(row.segment);
  }

  return { edit };
}
