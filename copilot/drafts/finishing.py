"""From written text to a whole draft: citations, checks, warnings."""

from typing import NamedTuple

from copilot.drafts.checks import check
from copilot.drafts.citing import cite_sentences
from copilot.drafts.draft import Draft, DraftWarning
from copilot.drafts.internal import left_out, resting_on_internal, wording_of_internal
from copilot.drafts.marks import Marked
from copilot.drafts.material import Material
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


def finish(written: Written, material: Material, *, stored: bool) -> Draft:
    """The draft, checked. Takes processor time: call it in a thread.

    Args:
        written: The text.
        material: What it was made of.
        stored: Whether its conversation is one that is stored.
    """
    marked = written.marked
    cited = cite_sentences(marked, material.citable, written.language)
    checked = check(marked.text, material._replace(language=written.language))
    warnings = [
        *resting_on_internal(cited.sentences, cited.citations),
        *wording_of_internal(cited.sentences, cited.citations, material),
        *written.warnings,
        *cited.warnings,
        *checked.warnings,
        *left_out(material),
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
        warnings=list({(one.code, one.detail): one for one in warnings}.values()),
        answerable=written.answerable,
        engine=written.engine,
        degraded=written.degraded,
        prompt_hash=written.prompt_hash,
        timings_ms={},
        created_at=now(),
    )
