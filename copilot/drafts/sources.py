"""What a draft may rest on, each source with the mark that engines cite it by."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.context.card import ContextCard
from copilot.context.orders import is_named, is_open
from copilot.customers.order import Order
from copilot.drafts.draft import Citation
from copilot.grounding.figure_check import Source
from copilot.grounding.sources import order_source, passage_source
from copilot.knowledge.passage import Passage

_MOST_ORDERS = 4
_MOST_PROMISES = 4


class DraftSource(NamedTuple):
    """One source of a draft: exactly one of passage, order and message is set.

    Attributes:
        number: What its mark names: ``[S3]`` is number 3.
        text: What engines read and citations are checked against.
        language: Of the text where known; None for orders, which have none.
    """

    number: int
    text: str
    language: str | None = None
    passage: Passage | None = None
    order: Order | None = None
    message_id: str | None = None

    @property
    def mark(self) -> str:
        """How engines cite it."""
        return f"S{self.number}"

    @property
    def kind(self) -> str:
        """What it is, for a prompt."""
        if self.passage is not None:
            return "article"
        return "order of this customer" if self.order is not None else "what we promised earlier"

    def citation(self, n: int) -> Citation:
        """The citation numbered ``n`` that points here."""
        return Citation(
            n=n,
            passage=self.passage,
            message_id=self.message_id,
            order_id=self.order.id if self.order is not None else None,
            order_number=self.order.number if self.order is not None else None,
        )


def sources_of(
    card: ContextCard, passages: Sequence[Passage], named_orders: set[str]
) -> list[DraftSource]:
    """The sources that text for the customer may rest on, numbered from 1.

    Internal articles and other customers' conversations are none: they never reach an engine that
    writes for the customer.

    Args:
        card: The context card.
        passages: What search found, best first.
        named_orders: Identifiers that the conversation names.
    """
    found: list[DraftSource] = []
    for passage in passages:
        if is_citable(passage):
            text = passage_source(passage).text
            found.append(DraftSource(len(found) + 1, text, passage.language, passage=passage))
    for order in relevant_orders(card.orders, named_orders):
        found.append(DraftSource(len(found) + 1, order_source(order).text, order=order))
    for promise in card.promised[:_MOST_PROMISES]:
        found.append(DraftSource(len(found) + 1, promise.text, message_id=promise.message_id))
    return found


def is_citable(passage: Passage) -> bool:
    """Whether the customer may see what ``passage`` says."""
    return passage.kind == "article" and passage.visibility == "public"


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
