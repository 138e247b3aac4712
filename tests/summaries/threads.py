"""Conversations for the tests, written for them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from copilot.conversations.conversation import (
    Author,
    Channel,
    Conversation,
    ConversationIn,
    MessageIn,
    Role,
)
from copilot.conversations.flow import inline

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday

Turn = tuple[Role, str]

KETTLE: Sequence[Turn] = (
    (
        "customer",
        (
            "Hei,\n\ntilasin teiltä vedenkeittimen 24.2. (tilaus KK-20418), ja se saapui eilen. "
            "Kansi on rikki eikä keitin mene päälle lainkaan. Haluaisin uuden keittimen tilalle "
            "mahdollisimman pian.\n\nTerveisin\nPirjo Laine"
        ),
    ),
    (
        "agent",
        (
            "Hei Pirjo,\n\nikävä kuulla! Voisitko lähettää kuvan rikkoutuneesta kannesta? "
            "Tarkistan tilauksen sillä välin.\n\nYstävällisin terveisin\nOona"
        ),
    ),
    ("customer", "Hei, kuva on liitteenä. Maksoin keittimestä 39,90 € ja toimituksesta 4,90 €."),
    ("agent", "Kiitos kuvasta. Olen kirjannut reklamaation ja välittänyt sen varastolle."),
    ("customer", "Selvä, kiitos!"),
    ("agent", "Hei! Olemme lähettäneet uuden keittimen tänään, seuranta JJFI62010004455."),
    ("customer", "Kiitos! Milloin se on perillä?"),
    ("agent", "Paketti toimitetaan viimeistään perjantaina 13.3. noutopisteeseen."),
    ("customer", "Hei taas. Perjantai meni eikä pakettia ole vieläkään näkynyt."),
    ("agent", "Pahoittelut! Selvitän asian kuljetusliikkeeltä ja palaan huomenna."),
    ("customer", "Odotan. Olin kotona koko viikonlopun turhaan."),
    ("agent", "Hei! Paketti löytyi lajittelukeskuksesta. Hyvitämme toimitusmaksun 4,90 €."),
    ("customer", "Hyvä. Milloin hyvitys on tilillä?"),
    (
        "agent",
        "Hyvitys maksetaan tilillesi 5 arkipäivän kuluessa. Keitin on perillä keskiviikkona 18.3.",
    ),
    (
        "customer",
        (
            "Keitin tuli, mutta siinä on väärä virtajohto. Voitteko lähettää oikean johdon vai "
            "pitääkö minun palauttaa koko keitin?\n\nt. Pirjo"
        ),
    ),
)
"""A Finnish mail thread of 15 messages, left with an open question."""

LAMP: Sequence[Turn] = (
    ("customer", "Hi there, my desk lamp from order UK-7781 flickers and gets very hot."),
    ("agent", "Hello Sam! Sorry to hear that. Which bulb do you use in it?"),
    ("customer", "The 40 W bulb that came with it. I bought it on 3 March for £64.90."),
    ("agent", "Thank you. I have refunded £64.90 to your card. You can keep the lamp."),
    ("customer", "Brilliant, thanks for your help!"),
)
"""An English chat that ends solved."""


def body(
    turns: Sequence[Turn],
    *,
    channel: Channel = "email",
    subject: str | None = None,
    status: str = "open",
    language: str | None = None,
    internal: frozenset[int] = frozenset(),
    start: datetime = START,
) -> ConversationIn:
    """``turns`` as a source would send them, a day apart; ``internal`` are numbers of notes."""
    return ConversationIn(
        channel=channel,
        subject=subject,
        status=status,
        language=language,
        messages=[
            MessageIn(
                external_id=f"m{number}",
                author=Author(role=role),
                visibility="internal" if number in internal else "public",
                sent_at=start + timedelta(days=number),
                text=text,
            )
            for number, (role, text) in enumerate(turns)
        ],
    )


def conversation(turns: Sequence[Turn], **told: object) -> Conversation:
    """``turns`` as a conversation that is stored nowhere. Arguments as for ``body``."""
    return inline(body(turns, **told))  # type: ignore[arg-type]
