"""The checks that every draft goes through, whoever wrote it."""

from collections.abc import Iterator
from typing import NamedTuple

from copilot.conversations.conversation import Message
from copilot.drafts.draft import DraftWarning
from copilot.drafts.foreign import foreign_data
from copilot.drafts.material import Material, said_sources, trusted_sources
from copilot.drafts.sources import figure_sources
from copilot.drafts.suspicion import Suspicion, hidden, suspicious
from copilot.drafts.untrusted import Detail, untrusted_details
from copilot.grounding.figure_check import FigureCheck, Source
from copilot.grounding.figures import FigureIndex
from copilot.grounding.sources import order_source
from copilot.kernel.clock import now
from copilot.kernel.unseen import Unseen
from copilot.knowledge.passage import Passage

_PAYING = frozenset(("amount", "percent"))
_SHOWN = 200
_MOST_WORDS = 160


class Checked(NamedTuple):
    """What the checks found."""

    figures: list[FigureCheck]
    warnings: list[DraftWarning]


def check(text: str, material: Material) -> Checked:
    """Check the figures, links, contact and bank details of ``text``. Call it in a thread.

    A figure may rest on anything that was said in public or is known; an amount that only the
    customer names is told as such. A link, address or number
    to reach or pay somebody may only come from what is ours: what a customer wrote could be a
    trap. Nobody else's identifiers and names belong into it.
    """
    speaking = suspicious(_texts(material))
    tricky = {one.where for one in speaking}
    # What speaks to a model is no ground for anything, whoever is said to have written it.
    sources = [
        one for one in material.sources if one.passage is None or _called(one.passage) not in tricky
    ]
    ours = [*figure_sources(sources), *trusted_sources(material)]
    numbers = {one.id: _numbered(one) for one in material.public_messages}
    said = [one for one in said_sources(material) if numbers.get(one.id) not in tricky]
    figures = FigureIndex([*ours, *said]).check(
        text, language=material.language, today=now().date()
    )
    trusted = FigureIndex(ours).check(text, language=material.language)
    details = untrusted_details(text, [one.text for one in ours])
    warnings = [
        *_of_figures(figures),
        *_of_details(details),
        *_of_contacts(figures, trusted, details),
        *_of_others(text, figures, material, said),
        *_of_speaking(speaking),
        *_of_hidden(material),
    ]
    return Checked(figures, warnings)


def known_texts(material: Material) -> list[str]:
    """What a sentence may rest on and cites no source for: messages, facts, the customer record."""
    told = [*trusted_sources(material), *said_sources(material)]
    return [one.text for one in told] + [one.text for one in material.sources if one.order]


def _of_figures(figures: list[FigureCheck]) -> Iterator[DraftWarning]:
    for one in figures:
        if one.verdict == "contradicted":
            against = f": {one.evidence.text[:_SHOWN]}" if one.evidence is not None else ""
            yield DraftWarning(
                code="figure_contradicted",
                detail=f"A source says otherwise than {one.text}{against}",
                start=one.start,
                end=one.end,
            )
        elif one.verdict == "unsupported" and one.kind != "url":
            yield DraftWarning(
                code="figure_unsupported",
                detail=f"No source has this figure: {one.text}",
                start=one.start,
                end=one.end,
            )


def _of_details(details: list[Detail]) -> Iterator[DraftWarning]:
    for one in details:
        why = f" ({one.why})" if one.why else ""
        if one.kind == "bank":
            code, told = "bank_details_not_in_sources", "so do not have anybody pay there"
        else:
            code, told = "link_not_in_sources", "so do not trust it"
        yield DraftWarning(
            code=code,
            detail=f"Not from an article, an order or an agent, {told}: {one.text[:_SHOWN]}{why}",
            start=one.start,
            end=one.end,
        )


def _of_contacts(
    figures: list[FigureCheck], trusted: list[FigureCheck], details: list[Detail]
) -> Iterator[DraftWarning]:
    known = {(one.start, one.end) for one in trusted if one.verdict == "supported"}
    for one in figures:
        told = any(detail.start < one.end and one.start < detail.end for detail in details)
        if (one.start, one.end) in known or told:
            continue
        if one.kind in _PAYING and one.verdict == "supported":
            yield DraftWarning(
                code="figure_from_customer",
                detail=f"Only the customer's own words have this figure: {one.text}",
                start=one.start,
                end=one.end,
            )
        if one.kind == "url" or (one.kind in ("email", "phone") and one.verdict == "supported"):
            yield DraftWarning(
                code="link_not_in_sources",
                detail=f"Not from an article, an order or an agent, so do not trust it: {one.text}",
                start=one.start,
                end=one.end,
            )


def _of_others(
    text: str, figures: list[FigureCheck], material: Material, said: list[Source]
) -> Iterator[DraftWarning]:
    public = [one for one in material.sources if one.visibility == "public"]
    own = [*figure_sources(public), *trusted_sources(material), *said]
    own += [order_source(one) for one in material.card.orders]
    own += [
        Source("message", one.id, one.author.name)
        for one in material.public_messages
        if one.author.name
    ]
    names = filter(None, [material.conversation.customer_name, material.first_name])
    own += [Source("customer", "name", one) for one in names]
    told = {(one.start, one.end) for one in figures if one.verdict != "supported"}
    for one in foreign_data(text, figures, own, material.language):
        if (one.start, one.end) not in told:
            yield DraftWarning(
                code="foreign_data",
                detail=f"Not of this customer or conversation, perhaps somebody else's: {one.text}",
                start=one.start,
                end=one.end,
            )


def _of_speaking(speaking: list[Suspicion]) -> Iterator[DraftWarning]:
    for found in speaking:
        yield DraftWarning(
            code="instructions_in_text",
            detail=f"{found.where} speaks to a language model. It was taken as text: {found.words}",
        )


def _of_hidden(material: Material) -> Iterator[DraftWarning]:
    for found in hidden(_texts(material)):
        yield DraftWarning(
            code="hidden_text_removed",
            detail=f"{found.where} held {_what(found.unseen)}. No engine was given it.",
        )


def _texts(material: Material) -> list[tuple[str, str]]:
    """What others wrote, and what to call it."""
    texts = [
        (_numbered(one), one.text)
        for one in material.conversation.messages
        if one.author.role != "agent"
    ]
    if material.conversation.subject:
        texts.append(("The subject", material.conversation.subject))
    return texts + [(_called(one), one.text) for one in material.passages]


def _numbered(message: Message) -> str:
    return f"Message {message.seq}"


def _called(passage: Passage) -> str:
    return f"The article “{passage.title}”"


def _what(unseen: Unseen) -> str:
    if unseen.words:
        return f"letters that nobody sees, which read: {unseen.words[:_MOST_WORDS]}"
    if unseen.characters:
        return f"{unseen.characters} characters that nobody sees"
    return "text that its reader does not see"
