"""A case shows nobody, wherever a person is named in it."""

import re
from pathlib import Path

from copilot.conversations.conversation import ConversationIn
from copilot.customers import orders
from copilot.customers.order import OrderCustomer, OrderIn, Tracking
from copilot.drafts.draft import DraftOptions
from copilot.evals.export.coverage import report
from copilot.evals.export.flow import collect, export_cases
from copilot.kernel.blobs_obstore import ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.evals.export import desk

PERSONAL = ("Wirtanen", "Wirtasen", "Wirtaselle", "Maija", "Maijan", "Kaarlo", "Töölönen")
SECRET = (
    *PERSONAL,
    "maija.wirtanen@posti.example",
    "posti.example",
    "040 765 4321",
    "0407654321",
    "7654321",
    "KK-558201",
    "558201",
    "JJFI64574900000",
    "crm-90817",
    "kuitti",
)


async def test_nothing_of_a_person_is_in_the_files(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    """Name inflected, mail, phone, order and parcel number: in every field that has text."""
    customer = {
        "source": "crm",
        "external_id": "crm-90817",
        "name": "Maija Wirtanen",
        "emails": ["maija.wirtanen@posti.example"],
        "phones": ["+358 40 765 4321"],
    }
    messages = [
        desk.message(
            1,
            "Hei, tilaus KK-558201 ei ole tullut, Maija tässä. Maijan puhelin on 040 765 4321 ja"
            " posti maija.wirtanen@posti.example. Lähetys JJFI64574900000.\n\nT. Maija Wirtanen",
            author={"role": "customer", "name": "Maija Wirtanen"},
            attachments=["Wirtanen_kuitti.PDF"],
        ),
        desk.message(
            2, "Hei! Katson asiaa. T. Kaarlo", author={"role": "agent", "name": "Kaarlo Töölönen"}
        ),
        desk.message(
            3,
            "Soita numeroon 0407654321, Wirtasen perhe odottaa.",
            author={"role": "customer", "name": "maija wirtanen"},
        ),
        desk.message(
            4,
            "Kaarlon muistiinpano: Wirtaselle luvattu hyvitys.",
            visibility="internal",
            author={"role": "agent", "name": "Kaarlo Töölönen"},
        ),
    ]
    about = await desk.conversation(
        db,
        tenant,
        "maija",
        subject="Maija Wirtasen tilaus KK-558201",
        tags=["wirtanen", "toimitus"],
        language="fi",
        customer=customer,
        messages=messages,
    )
    order = OrderIn(
        customer=OrderCustomer(source="crm", external_id="crm-90817"),
        status="shipped",
        tracking=[Tracking(number="JJFI64574900000")],
    )
    async with db.write() as session:
        await orders.put(session, tenant, "shop", "KK-558201", order)
    page = await desk.article(
        db, tenant, "Toimitus", "Paketti tulee 3 päivässä. Kysy: Kaarlo Töölönen."
    )
    made = await desk.draft(
        db,
        tenant,
        about,
        "Hei Maija,\ntilaus KK-558201 on matkalla.",
        cites=[page],
        options=DraftOptions(instruction="Vastaa Maijalle", facts=["Wirtanen on soittanut"]),
    )
    final = "Hei Maija,\ntilaus KK-558201 on matkalla, soitan 040 765 4321.\nT. Kaarlo Töölönen"
    await desk.review(db, tenant, made, "edited", final, "Puuttui Wirtasen numero")
    await desk.score(
        db, tenant, "csat", 2, draft_id=made.id, comment="Maija Wirtanen ei pidä tästä"
    )

    out = tmp_path / "export"
    coverage = await export_cases(db, blobs, tenant, out)
    assert coverage.cases == {"draft": 1, "transcription": 0}
    files = {one: one.read_text() for one in out.rglob("*") if one.is_file()}
    shown = {
        (path.name, secret)
        for path, text in files.items()
        for secret in SECRET
        if secret.casefold() in text.casefold()
    }
    assert shown == set()
    assert not [one for one in (about.id, made.id, page.id, tenant) if one in str(files)]

    (case,) = desk.cases(out).values()
    said = ConversationIn.model_validate(case["conversation"])
    assert said.customer is None
    assert [one.visibility for one in said.messages] == ["public"] * 3 + ["internal"]
    assert [one.external_id for one in said.messages] == ["m1", "m2", "m3", "m4"]
    assert said.messages[0].attachments == ["attachment-1.pdf"]
    assert case["labels"]["reason"].startswith("Puuttui [NAME_")
    assert case["labels"]["instructed"] == "yes"
    assert DraftOptions.model_validate(case["options"]).facts[0].startswith("[NAME_")
    # One person and one order are one placeholder everywhere.
    order_number = re.search(r"tilaus (\[ORDER_\d+\])", said.messages[0].text or "")
    assert order_number is not None
    assert order_number[1] in (said.subject or "")
    assert order_number[1] in case["reference"]
    greeted = re.match(r"Hei (\[NAME_\d+\]),", case["reference"])
    assert greeted is not None
    assert greeted[1] in (said.messages[0].text or "")
    assert said.messages[0].author.name is not None
    assert greeted[1] in said.messages[0].author.name


async def test_a_firm_is_nobody_and_whoever_serves_is(db: Database, tenant: TenantId) -> None:
    """ "Kettle customer service" stands in articles, "Kaarlo (Support)" does not."""
    await desk.article(db, tenant, "About us", "Kattila sells kettles.")
    said = [
        desk.message(1, "Hello Kattila!", author={"role": "customer", "name": "Customer"}),
        desk.message(2, "Hi from Surri!", author={"role": "bot", "name": "Surri"}),
        desk.message(
            4, "One moment.", author={"role": "agent", "name": "Kattila customer service"}
        ),
        desk.message(6, "Kaarlo here.", author={"role": "agent", "name": "Kaarlo (Support)"}),
        desk.message(8, "Noora here.", author={"role": "agent", "name": "Noora / Kattila"}),
    ]
    about = await desk.conversation(db, tenant, "a", messages=said)
    made = await desk.draft(db, tenant, about, "Kattila, Kaarlo, Noora")
    await desk.review(db, tenant, made)
    (case,) = (await collect(db, tenant)).drafts
    assert case.line["reference"] == "Kattila, [NAME_1], [NAME_2]"
    messages = case.line["conversation"]["messages"]
    assert [(one["author"]["name"], one["text"]) for one in messages] == [
        (None, "Hello Kattila!"),
        ("Surri", "Hi from Surri!"),
        (None, "One moment."),
        ("[NAME_1]", "[NAME_1] here."),
        ("[NAME_2]", "[NAME_2] here."),
    ]


async def test_a_customer_with_the_firms_name_is_somebody(db: Database, tenant: TenantId) -> None:
    await desk.article(db, tenant, "About us", "Kattila sells kettles.")
    said = [
        desk.message(1, "Aino Kattila here.", author={"role": "customer", "name": "Aino Kattila"}),
        desk.message(2, "One moment.", author={"role": "agent", "name": "Kattila Support"}),
    ]
    about = await desk.conversation(db, tenant, "a", messages=said)
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "Hi Kattila"))
    (case,) = (await collect(db, tenant)).drafts
    assert case.line["conversation"]["messages"][0]["text"] == "[NAME_1] [NAME_2] here."
    assert case.line["reference"] == "Hi [NAME_2]"


async def test_what_masking_cannot_reach_is_left_out(db: Database, tenant: TenantId) -> None:
    customer = {"name": "Maija Wirtanen", "emails": ["m@mail.example"]}
    asked = "Katso liite Wirtanen_kuitti.pdf"
    about = await desk.conversation(db, tenant, "a", asked, customer=customer)
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "Kiitos."))
    exported = await collect(db, tenant)
    assert (len(exported.drafts), exported.coverage.left_out) == (0, {"still_personal": 1})


async def test_an_agent_is_not_taken_for_the_firm(db: Database, tenant: TenantId) -> None:
    """Sam stands in "same" and Laura in an article: neither is a firm for that."""
    await desk.article(db, tenant, "Delivery", "We send it the same day. Ask Laura. Kattila Oy.")
    said = [
        desk.message(1, "Hello!", author={"role": "customer", "name": "Customer"}),
        desk.message(2, "Sam and Laura here.", author={"role": "agent", "name": "Sam Support"}),
        desk.message(4, "Kattila thanks.", author={"role": "agent", "name": "Laura (Support)"}),
    ]
    about = await desk.conversation(db, tenant, "a", messages=said)
    await desk.review(db, tenant, await desk.draft(db, tenant, about, "Sam, Laura, Kattila"))
    (case,) = (await collect(db, tenant)).drafts
    assert case.line["reference"] == "[NAME_1], [NAME_2], Kattila"


async def test_a_reason_makes_no_markup_in_the_report(db: Database, tenant: TenantId) -> None:
    about = await desk.conversation(db, tenant, "a", "Where is my lamp?")
    made = await desk.draft(db, tenant, about, "On its way.")
    await desk.review(db, tenant, made, reason="a | b \\| <img src=x>")
    shown = report((await collect(db, tenant)).coverage)
    assert "| a &#124; b &#92;&#124; &lt;img src=x&gt; | 1 |" in shown
