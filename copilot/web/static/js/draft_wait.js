// While a draft is on its way: that it takes long is told, and there is a way out.

import { byId, t } from "./dom.js";

const LONG_MS = 8_000;

/** Wire the stop button up: `stop()` gives the draft up, `waits()` tells whether no word came yet. */
export function setUpWait({ view, stop, waits }) {
  const button = byId("draft-stop");
  let timer = 0;
  button.addEventListener("click", stop);

  function end() {
    clearTimeout(timer);
    button.hidden = true;
  }

  function begin() {
    end();
    button.hidden = false;
    timer = setTimeout(() => { if (waits()) view.textContent = t("draft_slow"); }, LONG_MS);
  }

  return { begin, end };
}
