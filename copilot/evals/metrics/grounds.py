"""What a case lets an engine rest on: its messages, articles and orders, as the service reads them.

Scores are computed from these and never from what an engine says of itself.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from copilot.conversations.conversation import Conversation, ConversationIn, Message
from copilot.conversations.flow import inline
from copilot.customers.order import Order
from copilot.drafts.citing import carries
from copilot.drafts.sources import DraftSource
from copilot.evals.case import Case
from copilot.grounding.figure_check import Source
from copilot.grounding.figures import check_figures
from copilot.grounding.sources import message_source, order_source
from copilot.kernel.clock import now
from copilot.knowledge.plain import plain_text
from copilot.summaries.said import visible_messages

_SPACE = re.compile(r"\s+")


def conversation_of(case: Case) -> Conversation:
    """The conversation of ``case`` as the service reads it: clean texts, external ids as ids."""
    return _read(json.dumps(case.input["conversation"], sort_keys=True))


@lru_cache(maxsize=2000)
def _read(conversation: str) -> Conversation:
    # Reading takes milliseconds a message, and several metrics of a suite ask for the same.
    return inline(ConversationIn.model_validate_json(conversation))


def summarised_messages(case: Case) -> list[Message]:
    """The messages that a summary of ``case`` may rest on."""
    options: Mapping[str, Any] = case.input.get("options") or {}
    internal = bool(options.get("include_internal", False))
    return visible_messages(conversation_of(case), include_internal=internal)


def draft_sources(case: Case) -> list[Source]:
    """What a draft's figures may rest on: public messages and articles, and the orders given."""
    messages = [one for one in conversation_of(case).messages if one.visibility == "public"]
    return [
        *map(message_source, messages),
        *_article_sources(case.input.get("articles") or ()),
        *map(order_source, orders_of(case)),
    ]


def orders_of(case: Case) -> list[Order]:
    """The orders that ``case`` gives; most give none."""
    given: Sequence[Mapping[str, Any]] = case.input.get("orders") or ()
    return [_order(one) for one in given]


def supports(source: DraftSource, sentence: str, language: str | None) -> bool:
    """Whether ``source`` carries ``sentence``, by the measure that the service itself uses.

    A sentence that stands in the source word for word is carried however short it is. Where
    wording cannot tell, as across languages and from orders, the figures of the sentence decide.

    Args:
        source: What is cited.
        sentence: A sentence of a draft or summary.
        language: The language of the text it is from.
    """
    if source.passage is not None and source.passage.visibility != "public":
        return False  # nothing that a customer may see
    if collapsed(sentence) in collapsed(source.text):
        return True
    if not carries(source, sentence, language or source.language or ""):
        return False
    return not _wording_is_silent(source, language) or _figures_hold(source, sentence, language)


def _wording_is_silent(source: DraftSource, language: str | None) -> bool:
    if source.order is not None:
        return True
    if source.language is None or language is None:
        return False
    return source.language.split("-")[0].lower() != language.split("-")[0].lower()


def _figures_hold(source: DraftSource, sentence: str, language: str | None) -> bool:
    checks = check_figures(sentence, [Source("fact", source.mark, source.text)], language=language)
    if source.order is None:
        return all(one.verdict == "supported" for one in checks)
    # A sentence about an order often names a figure of an article too, such as a delivery time.
    held = not checks or any(one.verdict == "supported" for one in checks)
    return held and not any(one.verdict == "contradicted" for one in checks)


def collapsed(text: str) -> str:
    """``text`` in folded case with single spaces."""
    return _SPACE.sub(" ", text).strip().casefold()


def _article_sources(articles: Sequence[Mapping[str, Any]]) -> list[Source]:
    found = []
    for number, one in enumerate(articles, 1):
        if one.get("visibility", "public") != "public":
            continue
        body = one.get("body")
        text = plain_text(body, one.get("format", "markdown")) if body else one.get("text")
        lines = filter(None, [one.get("title"), text, one.get("url")])
        found.append(Source("passage", str(one.get("id", number)), "\n".join(lines)))
    return found


def _order(given: Mapping[str, Any]) -> Order:
    number = str(given["number"])
    told = {name: value for name, value in given.items() if name in Order.model_fields}
    assumed: dict[str, Any] = {
        "id": number,
        "source": "case",
        "customer_id": "",
        "status": "",
        "placed_at": None,
        "total": None,
        "items": [],
        "tracking": [],
        "updated_at": now(),
    }
    return Order.model_validate({**assumed, **told, "number": number})
