"""The checks that every draft goes through, whoever wrote it."""

from collections.abc import Iterator
from typing import NamedTuple

from copilot.drafts.draft import DraftWarning
from copilot.drafts.material import Material, said_sources, trusted_sources
from copilot.drafts.sources import figure_sources
from copilot.drafts.suspicion import suspicious
from copilot.grounding.figure_check import FigureCheck
from copilot.grounding.figures import FigureIndex

_CONTACTS = frozenset(("url", "email", "phone", "identifier"))
_SHOWN = 200


class Checked(NamedTuple):
    """What the checks found."""

    figures: list[FigureCheck]
    warnings: list[DraftWarning]


def check(text: str, material: Material) -> Checked:
    """Check the figures, links and contact details of ``text``. Call it in a thread.

    A figure may rest on anything that was said in public or is known. A link, address or number
    to reach somebody may only come from what is ours: what a customer wrote could be a trap.
    """
    ours = [*figure_sources(material.sources), *trusted_sources(material)]
    figures = FigureIndex([*ours, *said_sources(material)]).check(text, language=material.language)
    trusted = FigureIndex(ours).check(text, language=material.language)
    warnings = [*_of_figures(figures), *_of_links(figures, trusted), *_of_texts(material)]
    return Checked(figures, warnings)


def _of_figures(figures: list[FigureCheck]) -> Iterator[DraftWarning]:
    for one in figures:
        if one.verdict == "contradicted":
            against = f": {one.evidence.text[:_SHOWN]}" if one.evidence is not None else ""
            yield DraftWarning(
                code="figure_contradicted",
                detail=f"A source says otherwise than {one.text}{against}",
            )
        elif one.verdict == "unsupported" and one.kind != "url":
            yield DraftWarning(
                code="figure_unsupported", detail=f"No source has this figure: {one.text}"
            )


def _of_links(figures: list[FigureCheck], trusted: list[FigureCheck]) -> Iterator[DraftWarning]:
    known = {(one.start, one.end) for one in trusted if one.verdict == "supported"}
    for one in figures:
        if one.kind not in _CONTACTS or (one.start, one.end) in known:
            continue
        if one.kind == "url" or (one.kind in ("email", "phone") and one.verdict == "supported"):
            yield DraftWarning(
                code="link_not_in_sources",
                detail=f"Not from an article, an order or an agent, so do not trust it: {one.text}",
            )


def _of_texts(material: Material) -> Iterator[DraftWarning]:
    texts = [
        (f"Message {one.seq}", one.text)
        for one in material.conversation.messages
        if one.author.role != "agent"
    ]
    texts += [(f"The article “{one.title}”", one.text) for one in material.passages]
    for found in suspicious(texts):
        yield DraftWarning(
            code="instructions_in_text",
            detail=f"{found.where} speaks to a language model. It was taken as text: {found.words}",
        )
