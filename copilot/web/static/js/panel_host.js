// The desktop around the panel: who it is, what it says, and what may be told to it.

const ours = { copilot: 1 };

/** Whether `origin` is one of `allowed`, where `https://*.a.example` means every name below it. */
export function allows(allowed, origin) {
  return allowed.some((one) => {
    const star = one.indexOf("*.");
    if (star < 0) return one === origin;
    const [scheme, rest] = [one.slice(0, star), one.slice(star + 1)];
    return origin.startsWith(scheme) && origin.endsWith(rest) && origin.length > scheme.length + rest.length;
  });
}

/**
 * Listens to the page that shows the panel. `allowed` are the origins it may be of; `opened(which)`
 * is called with `{ conversation }`, `{ source, external_id }` or null for nothing, `themed(theme, accent)` with how
 * to look. Returns `tell(type, data)`, which says something to that page and to nobody else.
 */
export function host(allowed, { source, opened, themed }) {
  const framed = window.parent !== window;
  const above = location.ancestorOrigins?.[0] ?? new URLSearchParams(location.search).get("host") ?? "";
  let origin = framed && allows(allowed, above) ? above : "";

  addEventListener("message", (event) => {
    if (!framed || event.source !== window.parent || !allows(allowed, event.origin)) return;
    const said = read(event.data);
    if (!said) return;
    origin = event.origin;
    if (said.event === "appContext") {
      // Chatwoot's dashboard apps; nothing in it is signed, so it only says what is looked at.
      const shown = said.data?.conversation?.id;
      if (shown !== undefined && shown !== null) opened({ source: source || "chatwoot", external_id: String(shown) });
    } else if (said.copilot === 1 && said.type === "open") {
      const text = (value) => (typeof value === "string" ? value.slice(0, 255) : "");
      if (text(said.conversation)) opened({ conversation: text(said.conversation) });
      else if (text(said.external_id)) opened({ source: text(said.source) || source, external_id: text(said.external_id) });
      else opened(null);
    } else if (said.copilot === 1 && said.type === "theme") {
      themed(said.theme, said.accent);
    }
  });

  return {
    framed,
    tell: (type, data = {}) => { if (origin) window.parent.postMessage({ ...ours, type, ...data }, origin); },
    /** Chatwoot sends what is looked at once it is asked for; the question tells nothing. */
    ask: () => { if (origin) window.parent.postMessage("chatwoot-dashboard-app:fetch-info", origin); },
  };
}

/** What was said, as an object; Chatwoot sends a string of JSON. */
function read(data) {
  if (typeof data !== "string") return data && typeof data === "object" ? data : null;
  if (data.length > 2_000_000) return null;
  try {
    const said = JSON.parse(data);
    return said && typeof said === "object" ? said : null;
  } catch {
    return null;
  }
}
