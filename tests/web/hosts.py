"""Pages of other sites that show the panel: a plain one, Chatwoot's and Zendesk's, by contract."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

EXAMPLE = Path(__file__).parents[2] / "examples" / "zendesk"
_TYPES = {".html": "text/html", ".js": "text/javascript", ".json": "application/json"}

APP_CONTEXT: dict[str, Any] = {
    "event": "appContext",
    "data": {
        "conversation": {
            "meta": {
                "sender": {"id": 7, "name": "Hannah", "email": "hannah@mail.example"},
                "channel": "Channel::Email",
                "assignee": {"id": 1, "name": "Demo Agent", "email": "agent@desk.example"},
                "assignee_type": "User",
                "team": None,
                "hmac_verified": False,
            },
            "id": 1,
            "uuid": "0f4c9a7e-2f42-4a2e-9a51-2d1a8e1f3c11",
            "account_id": 1,
            "inbox_id": 3,
            "status": "open",
            "labels": [],
            "priority": None,
            "can_reply": True,
            "muted": False,
            "messages": [],
            "custom_attributes": {},
            "additional_attributes": {},
            "waiting_since": 1773650000,
            "sla_policy_id": None,
            "unread_count": 1,
        },
        "contact": {"id": 7, "name": "Hannah", "email": "hannah@mail.example", "blocked": False},
        "currentAgent": {"id": 1, "name": "Demo Agent", "email": "agent@desk.example"},
    },
}
"""What Chatwoot posts to a dashboard app, as a string; shapes as in its user guide."""


def element_page(copilot: str, attributes: str, *, extra: str = "") -> str:
    """A desktop with the element, a reply field and a record of what it was told."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title></head>
<body style="margin:0"><textarea id="reply" aria-label="Reply"></textarea>
<copilot-panel style="display:block;width:320px;height:1400px" {attributes}></copilot-panel>
<script>
window.told = [];
for (const one of ["ready", "signed-in", "signed-out", "shown", "insert", "unknown"]) {{
  document.addEventListener(`copilot-${{one}}`, (event) => window.told.push([one, event.detail]));
}}
document.addEventListener("copilot-insert", (event) => {{
  document.getElementById("reply").value = event.detail.text;
}});
</script>
<script src="{copilot}/panel/element.js"></script>{extra}</body></html>"""


def chatwoot_page(copilot: str, site: str, source: str, external_id: str) -> str:
    """Chatwoot's side of a dashboard app: an iframe that is told when it loads and when it asks."""
    context = json.loads(json.dumps(APP_CONTEXT))
    context["data"]["conversation"]["id"] = external_id
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Chatwoot</title></head>
<body style="margin:0"><iframe id="dashboard-app--frame-0" title="Copilot"
 style="border:0;width:380px;height:1400px"
 src="{copilot}/panel?site={site}&source={source}&locale=en"></iframe>
<script>
const frame = document.getElementById("dashboard-app--frame-0");
const send = () => frame.contentWindow.postMessage(JSON.stringify({json.dumps(context)}), "*");
window.asked = 0;
frame.addEventListener("load", send);
window.onmessage = (event) => {{
  if (event.data !== "chatwoot-dashboard-app:fetch-info") return;
  if (event.source !== frame.contentWindow) return;
  window.asked += 1;
  send();
}};
</script></body></html>"""


ZAF = """
window.invoked = [];
window.ZAFClient = { init: () => ({
  metadata: async () => ({ appId: 1, settings: SETTINGS }),
  get: async (names) => Object.fromEntries(names.map((one) => [one, TICKET[one]])),
  invoke: async (...told) => { window.invoked.push(told); },
}) };
"""
"""What of Zendesk's framework the example uses."""


@contextmanager
def hosting(pages: dict[str, str]) -> Iterator[int]:
    """Serve ``pages`` by path, and the example's files below /zendesk, on every local name."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            body, kind = pages.get(path), "text/html"
            if body is None and path.startswith("/zendesk/"):
                file = EXAMPLE / path.removeprefix("/zendesk/")
                body, kind = file.read_text("utf-8"), _TYPES[file.suffix]
            self.send_response(200 if body is not None else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write((body or "").encode())

        def log_message(self, *told: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
