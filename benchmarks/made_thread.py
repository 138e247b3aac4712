"""A made mail thread between a customer and a support team, as long as wanted.

Every sentence is put together from our own templates, English and Finnish in turn by message, with
figures, dates and order numbers that differ from message to message. No data is read.
"""

import random
from datetime import UTC, datetime, timedelta

from copilot.conversations.conversation import Author, Conversation, Message, Role

_START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)

_THINGS_EN = (
    "router", "invoice", "parcel", "subscription", "kettle", "repair", "delivery", "order form",
    "meter reading", "replacement card", "heating valve", "contract", "password reset", "refund",
)  # fmt: skip
_THINGS_FI = (
    "reititin", "lasku", "paketti", "tilaus", "vedenkeitin", "huolto", "toimitus", "lomake",
    "mittarilukema", "uusi kortti", "patteriventtiili", "sopimus", "salasana", "hyvitys",
)  # fmt: skip
_CUSTOMER_EN = (
    "The {thing} that I asked about on {day} {month} still does not work as it should.",
    "I paid {amount} € for the {thing}, and order {order} says {amount2} €.",
    "Could you please tell me when the {thing} will be with us?",
    "We have tried the steps from your last mail, and the {thing} stopped again after {n} minutes.",
    "My colleague said that the {thing} was cancelled, which we never asked for.",
    "On {day} {month} somebody called us about the {thing} and promised an answer within {n} days.",
    "Please send the papers of the {thing} to the address that you have had since {month}.",
    "Is there any way to move the {thing} to another day, preferably after {day} {month}?",
    "I am attaching the photo of the {thing}, taken at our office this morning.",
    "The number on the {thing} is {order}, and the old one was {order2}.",
)
_AGENT_EN = (
    "I have checked the {thing}, and order {order} was shipped on {day} {month}.",
    "We will refund {amount} € to your card within {n} business days.",
    "Please reply with a photo of the {thing} and the number {order2}.",
    "The warehouse has confirmed that the {thing} leaves on {day} {month} at the latest.",
    "I have opened a case about the {thing} with our technical team; its number is {order}.",
    "The price of the {thing} went from {amount} € to {amount2} € at the beginning of {month}.",
    "You can follow the {thing} on our pages once the carrier has scanned it.",
    "Our technician can visit you on {day} {month} between 8 and 12.",
)
_CUSTOMER_FI = (
    "Asia, josta kysyin {day}.{m}., eli {thing}, ei ole vieläkään kunnossa.",
    "Maksoin {amount} €, vaikka tilauksella {order} luki {amount2} €.",
    "Milloin {thing} on meillä perillä?",
    "Kokeilimme edellisen viestinne ohjeita, ja vika palasi {n} minuutin kuluttua.",
    "Työkaverini mukaan {thing} oli peruttu, vaikka emme ole sitä pyytäneet.",
    "Meille soitettiin {day}.{m}. ja luvattiin vastaus {n} päivän kuluessa.",
    "Voisitteko lähettää paperit samaan osoitteeseen kuin viimeksi?",
    "Liitteenä on kuva, jossa {thing} näkyy sellaisena kuin se tänä aamuna oli.",
    "Numero on {order}, ja vanha oli {order2}.",
)
_AGENT_FI = (
    "Tarkistin asian, ja tilaus {order} lähti varastolta {day}.{m}.",
    "Hyvitämme {amount} € kortillesi {n} arkipäivän kuluessa.",
    "Voisitko lähettää vielä kuvan ja numeron {order2}?",
    "Varasto vahvisti, että {thing} lähtee viimeistään {day}.{m}.",
    "Olen avannut asiasta tapauksen tekniselle tuelle, sen numero on {order}.",
    "Hinta nousi {m}. kuun alussa {amount} eurosta {amount2} euroon.",
    "Asentaja pääsee käymään {day}.{m}. kello 8–12.",
)
_FRAMES = {
    "en": ("Hello {name},", "Kind regards,\n{own}"),
    "fi": ("Hei {name},", "Ystävällisin terveisin\n{own}"),
}
_MONTHS = ("January", "February", "March", "April", "May", "June")
_NAMES = {"customer": "Pirjo Laine", "agent": "Oona Salmi"}


class MadeThread:
    """Messages of a made thread.

    Args:
        characters: About how long each message is.
        seed: Two of one seed make the same.
    """

    def __init__(self, characters: int = 2_600, seed: int = 1) -> None:
        self._characters = characters
        self._random = random.Random(seed)

    def conversation(self, messages: int) -> Conversation:
        """A conversation of so many messages, customer and agent in turn, stored nowhere."""
        made = [self.message(number) for number in range(messages)]
        return Conversation(
            id="cnv_made",
            source="made",
            external_id="1",
            channel="email",
            subject="Re: The delivery and the refund",
            status="open",
            language="en",
            tags=[],
            customer_id=None,
            version=messages,
            message_count=messages,
            last_message_at=made[-1].sent_at,
            created_at=_START,
            updated_at=made[-1].sent_at,
            messages=made,
        )

    def message(self, number: int) -> Message:
        """Message ``number`` from 0, every third in Finnish."""
        role: Role = "agent" if number % 2 else "customer"
        language = "fi" if number % 3 == 2 else "en"
        return Message(
            id=f"msg_{number}",
            conversation_id="cnv_made",
            external_id=str(number),
            seq=number + 1,
            author=Author(role=role, name=_NAMES[role]),
            visibility="public",
            sent_at=_START + timedelta(hours=3 * number),
            text=self._text(role, language),
            language=language,
        )

    def _text(self, role: Role, language: str) -> str:
        hello, bye = _FRAMES[language]
        own = _NAMES[role]
        other = _NAMES["agent" if role == "customer" else "customer"].split()[0]
        paragraphs = [hello.format(name=other)]
        length = 0
        while length < self._characters - 60:
            said = " ".join(self._sentence(role, language) for _ in range(5))
            length += len(said)
            paragraphs.append(said)
        return "\n\n".join([*paragraphs, bye.format(own=own)])

    def _sentence(self, role: Role, language: str) -> str:
        draw = self._random
        finnish = language == "fi"
        if role == "agent":
            templates = _AGENT_FI if finnish else _AGENT_EN
        else:
            templates = _CUSTOMER_FI if finnish else _CUSTOMER_EN
        return draw.choice(templates).format(
            thing=draw.choice(_THINGS_FI if finnish else _THINGS_EN),
            day=draw.randint(1, 28),
            month=draw.choice(_MONTHS),
            m=draw.randint(1, 6),
            n=draw.randint(2, 14),
            amount=f"{draw.randint(5, 400)},90" if finnish else f"{draw.randint(5, 400)}.90",
            amount2=f"{draw.randint(5, 400)},50" if finnish else f"{draw.randint(5, 400)}.50",
            order=f"KK-{draw.randint(10_000, 99_999)}",
            order2=f"AB{draw.randint(1_000_000, 9_999_999)}",
        )
