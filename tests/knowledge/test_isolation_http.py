"""What is not theirs to see reaches nobody through the routes either: two tenants, few scopes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import httpx
import pytest

from copilot.auth.principal import Scope
from tests.service import Credentials, Service
from tests.timing import limit

_SECRET = "Without a receipt we refund up to 40.00 EUR. Code HUSH-{}."
_JSON = {"Content-Type": "application/json"}
_ASKED = "In how many days is a broken kettle refunded? How much do you refund without a receipt?"
_PUBLIC = "A broken kettle is refunded within 12 days."
_NOTE = "Colleagues: the kettle of this customer was WHISPER-{}."


class Tenant(NamedTuple):
    """A tenant with the same names for everything as the other one."""

    credentials: Credentials
    number: int
    case: str
    customer: str

    @property
    def secrets(self) -> tuple[str, ...]:
        return (f"HUSH-{self.number}", f"WHISPER-{self.number}", f"told {self.number}")


@asynccontextmanager
async def _calling(service: Service, tenant: Tenant, *scopes: Scope) -> AsyncIterator[Any]:
    auth = service.deps.auth
    work = auth.create_key(tenant.credentials.tenant, "some", list(scopes))
    made = await asyncio.to_thread(service.call, work)
    headers = {"Authorization": f"Bearer {made.secret}"}
    async with httpx.AsyncClient(base_url=service.url, headers=headers, timeout=60) as caller:
        yield caller


async def _fill(service: Service, number: int) -> Tenant:
    credentials = await asyncio.to_thread(service.new_tenant)
    async with httpx.AsyncClient(
        base_url=service.url, headers=credentials.headers, timeout=60
    ) as caller:
        pages = {"public": _PUBLIC, "internal": _SECRET.format(number)}
        for visibility, body in pages.items():
            page = {"title": "Kettles", "body": body, "visibility": visibility, "language": "en"}
            answer = await caller.put(f"/v1/articles/kb/{visibility}", json=page)
            assert answer.is_success, answer.text
        cases = []
        for name, person in (("now", 1), ("before", 1), ("another", 2)):
            said = {"role": "customer", "name": "Ann"}, "public", _ASKED
            noted = {"role": "agent"}, "internal", _NOTE.format(number)
            answered = {"role": "agent"}, "public", f"We refunded the kettle as told {number}."
            messages = [said, noted] if name == "now" else [said, noted, answered]
            answer = await caller.put(
                f"/v1/conversations/mail/{name}",
                json={
                    "channel": "email",
                    "subject": "Broken kettle",
                    "language": "en",
                    "status": "open" if name == "now" else "solved",
                    "customer": {"source": "crm", "external_id": f"c-{person}", "name": "Ann"},
                    "messages": [
                        {
                            "external_id": f"m{place}",
                            "author": author,
                            "visibility": visibility,
                            "sent_at": f"2026-03-01T08:0{place}:00Z",
                            "text": text,
                        }
                        for place, (author, visibility, text) in enumerate(messages)
                    ],
                },
            )
            assert answer.is_success, answer.text
            cases.append(answer.json())
    return Tenant(credentials, number, cases[0]["id"], cases[0]["customer_id"])


@pytest.fixture(scope="module")
def tenants(service: Service) -> tuple[Tenant, Tenant]:
    async def fill() -> tuple[Tenant, Tenant]:
        one, other = [await _fill(service, number) for number in (1111, 2222)]
        async with _calling(service, one, "admin") as caller, asyncio.timeout(limit(240)):
            while True:
                answer = await caller.post("/v1/search", json={"query": "kettle", "limit": 50})
                if len(answer.json().get("hits", [])) == 5:
                    return one, other
                await asyncio.sleep(0.2)

    return asyncio.run(fill())


@pytest.mark.parametrize("mine", [0, 1])
async def test_no_route_tells_what_another_tenant_has(
    service: Service, tenants: tuple[Tenant, Tenant], mine: int
) -> None:
    me, other = tenants[mine], tenants[1 - mine]
    async with _calling(service, me, "admin") as caller:
        answers = [
            await caller.post("/v1/search", json={"query": f"kettle {one}", "limit": 100})
            for one in other.secrets
        ]
        answers.append(
            await caller.post("/v1/search", json={"query": "kettle", "customer_id": other.customer})
        )
        assert answers[-1].json()["hits"] == []
        answers.append(await caller.get(f"/v1/conversations/{me.case}/context"))
        for options in ({}, {"use_internal": True, "length": "long"}):
            path = f"/v1/conversations/{me.case}/drafts"
            answers.append(await caller.post(path, json=options))
        for answer in answers:
            assert answer.is_success, answer.text
            assert not [one for one in other.secrets if one in answer.text]
            assert other.case not in answer.text
        theirs = f"/v1/conversations/{other.case}"
        for refused in (
            await caller.get(f"{theirs}/context"),
            await caller.get(f"{theirs}/drafts"),
            await caller.post(f"{theirs}/drafts", json={}),
            await caller.post(f"{theirs}/drafts", json={"use_internal": True}),
        ):
            assert refused.status_code == 404
            assert refused.json()["code"] == "conversation_not_found"
        draft = answers[-1].json()["id"]
    async with _calling(service, other, "admin") as caller:
        for refused in (
            await caller.get(f"/v1/drafts/{draft}"),
            await caller.post(f"/v1/drafts/{draft}/refine", json={"action": "shorten"}),
            await caller.post(f"/v1/drafts/{draft}/review", json={"action": "accepted"}),
        ):
            assert refused.status_code == 404


async def test_the_public_search_and_a_plain_draft_hold_nothing_internal(
    service: Service, tenants: tuple[Tenant, Tenant]
) -> None:
    me = tenants[0]
    async with _calling(service, me, "admin") as caller:
        for query in ("kettle", *me.secrets):
            asked = {"query": query, "visibility": "public", "limit": 100}
            found = (await caller.post("/v1/search", json=asked)).json()["hits"]
            assert [one["text"] for one in found] == [_PUBLIC]
        made = await caller.post(f"/v1/conversations/{me.case}/drafts", json={"length": "long"})
        draft = made.json()
    assert "12 days" in draft["text"]
    assert not [one for one in me.secrets if one in draft["text"]]
    assert {one["visibility"] for one in draft["citations"]} == {"public"}
    told = {one["code"] for one in draft["warnings"]}
    assert told & {"internal_guidance", "internal_article_left_out"}


async def test_internal_material_takes_the_scopes_to_read_it(
    service: Service, tenants: tuple[Tenant, Tenant]
) -> None:
    me = tenants[0]
    path, wish = f"/v1/conversations/{me.case}/drafts", {"use_internal": True}
    inline = {
        "conversation": {"channel": "chat", "messages": []},
        "options": {"use_internal": True},
    }
    few: list[tuple[Scope, ...]] = [
        ("drafts:write",),
        ("drafts:write", "knowledge:read"),
        ("drafts:write", "conversations:read"),
    ]
    for scopes in few:
        async with _calling(service, me, *scopes) as caller:
            for refused in (
                await caller.post(path, json=wish),
                await caller.post("/v1/draft", json=inline),
            ):
                assert refused.status_code == 403
                assert refused.json()["code"] == "forbidden"
            assert (await caller.post(path, json={})).is_success
    async with _calling(
        service, me, "drafts:write", "knowledge:read", "conversations:read"
    ) as caller:
        made = (await caller.post(path, json=wish | {"length": "long"})).json()
    assert "40.00" in made["text"]
    internal = [one for one in made["citations"] if one["visibility"] == "internal"]
    assert internal
    assert all(one["passage"]["visibility"] == "internal" for one in internal if one["passage"])
    told = next(one for one in made["warnings"] if one["code"] == "internal_source")
    assert told["citations"] == [one["n"] for one in internal]
    async with _calling(service, me, "drafts:write") as caller:
        refine = f"/v1/drafts/{made['id']}/refine"
        child = (await caller.post(refine, json={"action": "shorten"})).json()
    assert child["parent_id"] == made["id"]
    assert "WHISPER" not in child["text"].replace(made["text"], "")
    assert "internal_source" in {one["code"] for one in child["warnings"]}


async def test_conversations_take_the_scope_to_read_them(
    service: Service, tenants: tuple[Tenant, Tenant]
) -> None:
    async with _calling(service, tenants[0], "knowledge:read") as caller:
        found = (await caller.post("/v1/search", json={"query": "kettle", "limit": 50})).json()
        assert {one["kind"] for one in found["hits"]} == {"article"}
        asked = {"query": "kettle", "kinds": ["conversation"]}
        assert (await caller.post("/v1/search", json=asked)).status_code == 403


_FAULTY: list[dict[str, Any]] = [
    {"kinds": ["secret"]},
    {"kinds": []},
    {"kinds": ["article", "article", "conversation"]},
    {"kinds": "article"},
    {"kinds": [{"$ne": 1}]},
    {"visibility": "all"},
    {"visibility": None},
    {"visibility": ["public", "internal"]},
    {"customer_id": {"$ne": ""}},
    {"customer_id": "x" * 65},
    {"language": "x" * 36},
    {"language": ["en"]},
    {"limit": 0},
    {"limit": 101},
    {"tenant": "ten_other"},
    {"where": {"tenant_id": "ten_other"}},
    {"query": ""},
]
_ODD: list[dict[str, Any]] = [
    {"language": one}
    for one in ("", "*", "%", "' OR 1=1 --", '"]}', "en\x00fi", "\ud800", "../x", "FI-fi-FI")
] + [{"customer_id": one} for one in ("", "*", "%", "' OR '1'='1", "cus_%", "null", "\x00")]


@pytest.mark.parametrize("odd", _FAULTY)
async def test_a_faulty_filter_is_a_problem(
    service: Service, tenants: tuple[Tenant, Tenant], odd: dict[str, Any]
) -> None:
    async with _calling(service, tenants[0], "admin") as caller:
        answer = await caller.post("/v1/search", json={"query": "kettle"} | odd)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_odd_filter_finds_no_more_than_is_theirs(
    service: Service, tenants: tuple[Tenant, Tenant]
) -> None:
    me, other = tenants
    async with _calling(service, me, "admin") as caller:
        for odd in _ODD:
            asked = {"query": "kettle", "limit": 100, "visibility": "public"} | odd
            # Escaped: half a character is sent as it is written.
            answer = await caller.post("/v1/search", content=json.dumps(asked), headers=_JSON)
            assert answer.status_code in (200, 422), answer.text
            if answer.status_code == 422:
                assert answer.headers["content-type"] == "application/problem+json"
                continue
            assert not [one for one in other.secrets if one in answer.text]
            assert {one["visibility"] for one in answer.json()["hits"]} <= {"public"}
            if "customer_id" in odd:
                assert answer.json()["hits"] == []
