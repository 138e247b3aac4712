"""Processes of a made-up shop, and conversations that they fit or do not."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.flow import inline
from copilot.customers.order import Order
from copilot.kernel.money import Money

PROCESSES = (
    """---
name: broken-item
title: An item arrived broken
applies_when:
  - it arrived broken
  - product is damaged
  - tuote saapui rikki
  - keitin on vioittunut
tags: [broken]
required_facts:
  - name: order number
    kind: order
    ask: {en: "What is your order number?", fi: "Mikä on tilausnumerosi?"}
  - name: photo
    kind: attachment
    ask: {en: "Could you send a photo of the damage?", fi: "Voisitko lähettää kuvan vauriosta?"}
escalate_if:
  - say: Legal matters go to Elina.
    words: [lawyer, kuluttajaneuvo, asianaja]
  - say: Refunds above 500 need a team lead.
    amount_over: 500
  - say: The warranty is over.
    days_since_order: 730
deadline: 2 business days
---
1. Ask for a photo of the damage. (done when: photo, kuva)
2. Offer a replacement or the money back. (done when: replacement, refund, korvaava, hyvit)
3. Tell when it is done, and
   close the conversation.
""",
    """---
name: refund-late
title: A refund has not come
applies_when:
  - my refund has not come
  - when do I get my money back
  - hyvitys ei ole tullut
  - milloin saan rahat takaisin
tags: [refund]
---
1. Look when the return arrived.
2. Tell the day of the refund.
""",
    """---
name: address-change
title: Change the delivery address
applies_when:
  - change my delivery address
  - muuttakaa toimitusosoite
channels: [email, chat]
---
1. Ask for the new address.
2. Change it before dispatch.
""",
)
BROKEN = (
    "broken-item",
    (
        "Hello, the kettle I ordered arrived broken. The lid is cracked.",
        "My product is damaged, what can you do?",
        "Hei, tuote saapui rikki eilen. Kansi on haljennut.",
        "Vedenkeitin on vioittunut, mitä teen?",
    ),
)
REFUND = (
    "refund-late",
    (
        "I returned it three weeks ago and my refund has not come yet.",
        "When do I get my money back for the return?",
        "Palautin tuotteen, mutta hyvitys ei ole vieläkään tullut tililleni.",
        "Milloin saan rahat takaisin palautuksesta?",
    ),
)
ADDRESS = (
    "address-change",
    (
        "Can you still change my delivery address to Oulu?",
        "Hei, muuttakaa toimitusosoite, olen muuttanut.",
    ),
)
NONE_FITS = (
    "Do you sell gift cards?",
    "What are your opening hours on Saturday?",
    "How do I descale the kettle?",
    "Onko teillä myymälää Tampereella?",
    "Kiitos nopeasta vastauksesta!",
    "Miten keittimen kalkki poistetaan?",
    "I would like to order ten more.",
    "Voinko maksaa laskulla?",
)


def conversation(*texts: str, photo: bool = False) -> Conversation:
    """Customer and agent in turn."""
    at = datetime.now(UTC) - timedelta(hours=len(texts))
    messages = []
    for number, text in enumerate(texts):
        role = "agent" if number % 2 else "customer"
        one = {
            "external_id": f"m{number}",
            "author": {"role": role},
            "sent_at": (at + timedelta(hours=number)).isoformat(),
            "text": text,
        }
        if photo and role == "customer":
            one["attachments"] = ["lid.jpg"]
        messages.append(one)
    return inline(ConversationIn.model_validate({"channel": "email", "messages": messages}))


def order(number: str, total: str, *, placed_at: datetime | None = None) -> Order:
    """An order."""
    at = placed_at or datetime.now(UTC)
    return Order(
        id=f"ord_{number}",
        source="shop",
        number=number,
        customer_id="cus_1",
        status="delivered",
        placed_at=at,
        total=Money(amount=Decimal(total), currency="EUR"),
        items=[],
        tracking=[],
        updated_at=at,
    )
