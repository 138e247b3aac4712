"""What a refined draft changed of the one it was made from, and figures that it lost."""

from collections.abc import Sequence

from copilot.drafts.comparing import compare_texts
from copilot.drafts.draft import DraftWarning
from copilot.drafts.parts import DraftChange
from copilot.grounding.figures import find_figures

_MOST_TOLD = 10


def changes_between(before: str, after: str) -> list[DraftChange]:
    """Each sentence of two texts as kept, changed, removed or added, in the order of the new text.

    A removed sentence stands where it was between those that stayed. Takes processor time on long
    texts: call it in a thread.
    """
    told = compare_texts(before, after)
    partners = {pair.after: pair.before for pair in (*told.kept, *told.changed)}
    gone = sorted(set(range(len(told.before))) - set(partners.values()))
    found: list[DraftChange] = []
    for place, text in enumerate(told.after):
        origin = partners.get(place)
        if origin is None:
            found.append(DraftChange(kind="added", after=text))
            continue
        while gone and gone[0] < origin:
            found.append(DraftChange(kind="removed", before=told.before[gone.pop(0)]))
        old = told.before[origin]
        kind = "kept" if old == text else "changed"
        found.append(DraftChange(kind=kind, before=old, after=text))  # type: ignore[arg-type]
    return [*found, *(DraftChange(kind="removed", before=told.before[one]) for one in gone)]


def figures_lost(
    before: str,
    after: str,
    languages: tuple[str | None, str | None],
    changes: Sequence[DraftChange],
) -> list[DraftWarning]:
    """Warnings of figures of ``before`` that ``after`` has no more, or has with another value.

    Args:
        before: The text that was changed.
        after: What it became.
        languages: Of each, as BCP 47 codes.
        changes: Between them: a figure is changed where its sentence was reworded.
    """
    there = {key for one in find_figures(after, languages[1]) for part in one.parts for key in part}
    missing = {
        one.text: None
        for one in find_figures(before, languages[0])
        if not all(there.intersection(part) for part in one.parts)
    }
    reworded = [one for one in changes if one.kind == "changed" and one.before and one.after]
    found = []
    for figure in list(missing)[:_MOST_TOLD]:
        now = next(
            (
                other.text
                for one in reworded
                if figure in (one.before or "")
                for other in find_figures(one.after or "", languages[1])
                if other.text not in (one.before or "")
            ),
            None,
        )
        code, told = ("figure_changed", f"{figure} → {now}") if now else ("figure_lost", figure)
        detail = f"The draft before had a figure that is not in this one: {told}"
        found.append(DraftWarning(code=code, detail=detail))
    return found
