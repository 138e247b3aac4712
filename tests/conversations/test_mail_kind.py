"""Machines that answer are told from people who write about machines."""

import pytest

from copilot.conversations.mail import parse_mail
from copilot.conversations.threads import conversation, rebuild


def automatic(*headers: str) -> bool:
    return parse_mail("\n".join(["From: a@b.example", *headers, "", "x"]).encode()).auto_reply


@pytest.mark.parametrize(
    "subject",
    [
        *("Automatic reply: Order 7", "Auto-Reply: Order 7", "Out of Office", "Out of office: Bo"),
        *("Re: Out of Office AutoReply: Order 7", "On vacation until Monday", "Autoreply"),
        *("Automaattinen vastaus: Tilaus 7", "Olen lomalla 3.7. asti", "Poissa toimistolta: Bo"),
        *("Autosvar: Order 7", "Automatiskt svar: Order 7", "Frånvaro: Bo"),
        *("Automatisk svar: Ordre 7", "Fraværsbesked", "Ikke til stede"),
        *("Automatische Antwort: Bestellung", "Abwesenheitsnotiz", "Abwesenheit: Bo"),
        *("Automatisch antwoord: Bestelling", "Afwezigheidsbericht", "Afwezig: Bo"),
        *("Réponse automatique : Commande", "Absence du bureau", "Message d’absence"),
        *("Respuesta automática: Pedido", "Fuera de la oficina", "Risposta automatica: Ordine"),
        *("Fuori sede", "Resposta automática: Pedido", "Autoodpowiedź: Zamówienie"),
        *("Odpowiedź automatyczna: Zamówienie", "Автоответ: Заказ", "Автоматический ответ: Заказ"),
        *("Automaatvastus: Tellimus", "Automaatne vastus: Tellimus"),
        *(
            "Undelivered Mail Returned to Sender",
            "Undeliverable: Order",
            "Returned mail: see below",
        ),
        *("Delivery Status Notification (Failure)", "Mail delivery failed: returning message"),
        *("Ei toimitettavissa: Tilaus 7", "Viestiä ei voitu toimittaa", "Olevererbart: Order"),
        *("Kan ikke leveres: Ordre", "Ikke levert: Ordre", "Unzustellbar: Bestellung"),
        *("Onbestelbaar: Bestelling", "Non remis : Commande", "No se puede entregar: Pedido"),
        *("Impossibile recapitare: Ordine", "Não entregue: Pedido", "Niedostarczalne: Zamówienie"),
        *("Не удается доставить: Заказ", "Kättetoimetamatu: Tellimus"),
    ],
)
def test_machines_are_known_by_their_subject(subject: str) -> None:
    assert automatic(f"Subject: {subject}")


@pytest.mark.parametrize(
    "subject",
    [
        *("Undelivered order", "Ei toimitettu", "Automatic garage door", "Delivery failed again"),
        *("My automatic reply does not stop", "Out of office chairs?", "Autoreply settings help"),
        *("Poissaoloilmoitus lapseni 3B", "Vastaus automaattisesta keittimestä", "Return my mail"),
        *("Frånvarohantering i appen", "Automatische Tür klemmt", "Ne fonctionne pas hors bureau"),
        *(
            "Mi pedido no entregado",
            "Paczka niedostarczona",
            "Заказ не доставлен",
            "Read: my order",
        ),
        *("Puhkuseosaku tellimus", "Paket unzustellbar, was nun?", "On vacation rental 55", ""),
    ],
)
def test_people_are_not_taken_for_machines(subject: str) -> None:
    assert not automatic(f"Subject: {subject}")


@pytest.mark.parametrize(
    ("header", "machine"),
    [
        ("Auto-Submitted: auto-replied (vacation)", True),
        ("Auto-Submitted: no", False),
        ("X-Autoreply: yes", True),
        ("X-Autoreply: no", False),
        ("X-Auto-Reply-From: a@b.example", True),
        ("Precedence: auto_reply", True),
        ("Return-Path: <>", True),
        ("Return-Path: <a@b.example>", False),
        ("X-Failed-Recipients: b@c.example", True),
        # People's mail has these too.
        ("X-Auto-Response-Suppress: All", False),
        ("X-Loop: help@shop.example", False),
        ("Precedence: list", False),
        ("Precedence: bulk", False),
        ("List-Id: <help.shop.example>", False),
    ],
)
def test_machines_are_known_by_their_headers(header: str, *, machine: bool) -> None:
    assert automatic(header) is machine


def test_a_machine_does_not_speak_for_the_customer() -> None:
    own = (
        b"From: Anna <anna@home.example>\nTo: help@shop.example\nMessage-ID: <1@x>\nSubject: K\n\nx"
    )
    away = own.replace(b"<1@x>", b"<2@x>\nReferences: <1@x>\nAuto-Submitted: auto-replied")
    for mails in ([own, away], [away, own]):
        [thread] = rebuild([parse_mail(one) for one in mails])
        _, _, body = conversation(thread, support_addresses=["help@shop.example"])
        roles = {one.external_id: one.author.role for one in body.messages}
        assert roles == {"1@x": "customer", "2@x": "system"}
        assert body.customer is not None
        assert body.customer.emails == ["anna@home.example"]
