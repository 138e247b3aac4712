"""What a draft may rest on, each source with the mark that engines cite it by."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.context.card import ContextCard
from copilot.context.orders import is_named, is_open
from copilot.conversations.conversation import Message
from copilot.customers.order import Order
from copilot.drafts.draft import Citation
from copilot.grounding.figure_check import Source
from copilot.grounding.sources import order_source, passage_source
from copilot.kernel.visibility import Visibility
from copilot.knowledge.passage import Passage

_MOST_ORDERS = 4
_MOST_PROMISES = 4
_MOST_NOTES = 8


class DraftSource(NamedTuple):
    """One source of a draft: exactly one of passage, order and message is set.

    Attributes:
        number: What its mark names: ``[S3]`` is number 3.
        text: What engines read and citations are checked against.
        language: Of the text where known; None for orders, which have none.
        visibility: ``internal`` for articles and notes that the customer may not know.
        conversation_id: Of a message that may stand in another conversation.
    """

    number: int
    text: str
    language: str | None = None
    passage: Passage | None = None
    order: Order | None = None
    message_id: str | None = None
    visibility: Visibility = "public"
    conversation_id: str | None = None

    @property
    def mark(self) -> str:
        """How engines cite it."""
        return f"S{self.number}"

    @property
    def kind(self) -> str:
        """What it is, for a prompt."""
        internal = self.visibility == "internal"
        if self.passage is not None:
            return "internal article" if internal else "article"
        if internal:
            return "internal note"
        return "order of this customer" if self.order is not None else "what we promised earlier"

    def citation(self, n: int) -> Citation:
        """The citation numbered ``n`` that points here."""
        return Citation(
            n=n,
            visibility=self.visibility,
            passage=self.passage,
            message_id=self.message_id,
            conversation_id=self.conversation_id,
            order_id=self.order.id if self.order is not None else None,
            order_number=self.order.number if self.order is not None else None,
        )


def sources_of(
    card: ContextCard,
    passages: Sequence[Passage],
    named_orders: set[str],
    notes: Sequence[Message] = (),
    *,
    use_internal: bool = False,
) -> list[DraftSource]:
    """The sources that text for the customer may rest on, numbered from 1.

    Internal articles and notes are none unless the agent says so, and other customers'
    conversations never are: what is no source never reaches an engine that writes for the
    customer.

    Args:
        card: The context card.
        passages: What search found, best first.
        named_orders: Identifiers that the conversation names.
        notes: Internal messages of the conversation, oldest first.
        use_internal: Whether the agent lets internal articles and notes be used.
    """
    found: list[DraftSource] = []
    for passage in passages:
        if is_citable(passage, use_internal=use_internal):
            found.append(passage_as_source(len(found) + 1, passage))
    for order in relevant_orders(card.orders, named_orders):
        found.append(DraftSource(len(found) + 1, order_source(order).text, order=order))
    for promise in card.promised[:_MOST_PROMISES]:
        found.append(
            DraftSource(
                len(found) + 1,
                promise.text,
                message_id=promise.message_id,
                conversation_id=promise.conversation_id,
            )
        )
    for note in notes[-_MOST_NOTES:] if use_internal else ():
        found.append(
            DraftSource(
                len(found) + 1,
                note.text,
                note.language,
                message_id=note.id,
                visibility="internal",
            )
        )
    return found


def passage_as_source(number: int, passage: Passage) -> DraftSource:
    """``passage`` as the source numbered ``number``."""
    text = passage_source(passage).text
    return DraftSource(
        number, text, passage.language, passage=passage, visibility=passage.visibility
    )


def is_citable(passage: Passage, *, use_internal: bool = False) -> bool:
    """Whether text for the customer may rest on ``passage``."""
    allowed = use_internal or passage.visibility == "public"
    return passage.kind == "article" and allowed


def relevant_orders(orders: Sequence[Order], named: set[str]) -> list[Order]:
    """The orders that the conversation names; when it names none, the open or the latest one."""
    by_name = [order for order in orders if is_named(order, named)]
    if by_name:
        return by_name[:_MOST_ORDERS]
    still_open = [order for order in orders if is_open(order)]
    return (still_open or list(orders[:1]))[:_MOST_ORDERS]


def figure_sources(sources: Sequence[DraftSource]) -> list[Source]:
    """The sources as the figure check takes them."""
    found: list[Source] = []
    for one in sources:
        if one.passage is not None:
            found.append(passage_source(one.passage))
        elif one.order is not None:
            found.append(order_source(one.order))
        elif one.message_id is not None:
            found.append(Source("message", one.message_id, one.text))
    return found
