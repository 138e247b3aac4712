"""From written text to a whole draft: citations, checks, warnings."""

from collections.abc import Collection
from typing import NamedTuple

from copilot.drafts.answered import Answered, answered_in, asked_and_answered, passed_over
from copilot.drafts.checks import check, known_texts
from copilot.drafts.citing import Near, cite_sentences
from copilot.drafts.draft import Draft, DraftWarning
from copilot.drafts.extractive import ENGINE
from copilot.drafts.guided import forbidden_words, process_of, saved_reply_of, warnings_of
from copilot.drafts.internal import left_out, resting_on_internal, wording_of_internal
from copilot.drafts.marks import Marked
from copilot.drafts.material import Material
from copilot.drafts.parts import DraftQuestion, DraftUsage
from copilot.drafts.tidying import left_blank
from copilot.kernel.clock import now
from copilot.kernel.ids import new_id


class Written(NamedTuple):
    """What an engine wrote and how."""

    marked: Marked
    engine: str
    language: str
    answerable: bool = True
    degraded: bool = False
    prompt_hash: str | None = None
    parent_id: str | None = None
    warnings: tuple[DraftWarning, ...] = ()
    answers: tuple[Answered, ...] | None = None
    usage: DraftUsage | None = None
    style_reviews: tuple[str, ...] = ()


def finish(
    written: Written,
    material: Material,
    *,
    stored: bool,
    near: Near | None = None,
    refused: Collection[tuple[str, int]] = (),
) -> Draft:
    """The draft, checked. Takes processor time: call it in a thread.

    Args:
        written: The text.
        material: What it was made of.
        stored: Whether its conversation is one that is stored.
        near: Compares meanings of sentences with what they cite; None: their wording decides.
        refused: Citations that a model's second look refused.
    """
    marked = written.marked
    known = None if written.engine == ENGINE else known_texts(material)
    cited = cite_sentences(
        marked, material.citable, written.language, known=known, near=near, refused=refused
    )
    checked = check(marked.text, material._replace(language=written.language))
    if written.answers is not None:
        questions = asked_and_answered(written.answers, cited.sentences, material)
        unanswered: list[DraftWarning] = []
    else:
        questions = answered_in(cited.sentences, cited.citations, material, written.language)
        unanswered = passed_over(questions) if written.engine != ENGINE else []
    warnings = [
        *resting_on_internal(cited.sentences, cited.citations),
        *wording_of_internal(cited.sentences, cited.citations, material),
        *written.warnings,
        *cited.warnings,
        *unanswered,
        *left_blank(marked.text),
        *checked.warnings,
        *left_out(material),
        *forbidden_words(marked.text, material),
        *warnings_of(material, assembled=written.engine == ENGINE),
    ]
    return Draft(
        id=new_id("drf"),
        conversation_id=material.conversation.id if stored else None,
        conversation_version=material.conversation.version,
        parent_id=written.parent_id,
        language=written.language,
        text=marked.text,
        sentences=cited.sentences,
        citations=cited.citations,
        figures=checked.figures,
        warnings=list({(one.code, one.detail, one.start): one for one in warnings}.values()),
        answerable=written.answerable and _is_answered(questions, written),
        questions=questions,
        process=process_of(material),
        saved_reply=saved_reply_of(material, assembled=written.engine == ENGINE),
        style_reviews=list(written.style_reviews),
        usage=written.usage,
        engine=written.engine,
        degraded=written.degraded,
        prompt_hash=written.prompt_hash,
        timings_ms={},
        created_at=now(),
    )


def _is_answered(questions: list[DraftQuestion], written: Written) -> bool:
    """Whether a worded text answers anything that is asked; an assembled one knows by itself."""
    if written.engine == ENGINE or not questions:
        return True
    return any(one.answered for one in questions)
