// News of the inbox, while somebody looks at it.

const FOLLOW_AFTER_MS = 1_000, RETRY_MS = 15_000, MOST_RETRY_MS = 300_000;

/**
 * Follows all conversations: `changed(item)` for each that changed, `many()` when they were too
 * many to name, `begun()` once, when what changes from now on is told.
 */
export function followInbox({ changed, many, begun }) {
  let stream = null, place = "", failed = 0, timer = 0;

  function follow() {
    clearTimeout(timer);
    if (stream || document.hidden) return;
    stream = new EventSource(`/v1/conversations/events${place ? `?${new URLSearchParams({ since: place })}` : ""}`);
    const on = (kind, does) => stream.addEventListener(kind, (event) => {
      place = event.lastEventId || place;
      does(event);
    });
    let first = !place;
    on("following", () => {
      failed = 0;
      if (first) begun();
      first = false;
    });
    on("conversation", (event) => changed(JSON.parse(event.data)));
    on("many", many);
    stream.addEventListener("error", () => {
      // A connection that only broke is made again by the browser; a refusal is not.
      if (stream?.readyState !== EventSource.CLOSED) return;
      leave();
      timer = setTimeout(follow, Math.min(MOST_RETRY_MS, RETRY_MS * 2 ** failed++));
    });
  }

  function leave() {
    clearTimeout(timer);
    stream?.close();
    stream = null;
  }

  // A browser keeps few connections to one host: only the page that is looked at has one.
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : follow()));
  addEventListener("pagehide", leave);
  addEventListener("pageshow", ({ persisted }) => { if (persisted) follow(); });
  timer = setTimeout(follow, FOLLOW_AFTER_MS);
}
