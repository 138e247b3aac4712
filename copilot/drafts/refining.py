"""Changing a draft without a language model: only what can be done without writing anew."""

import re
from collections.abc import Container

from copilot.drafts.draft import Draft, RefineAction, Tone
from copilot.drafts.marks import Mark, Marked
from copilot.drafts.wording import Wording, wording_for
from copilot.grounding.sentences import split_sentences

_WISHES: dict[RefineAction, str] = {
    "shorten": "Make it about half as long; keep every answer.",
    "expand": "Explain more fully, using the sources.",
    "friendlier": "Make it warmer and more relaxed.",
    "more_formal": "Make it more formal and polite.",
    "simplify": "Use short sentences and everyday words.",
    "fix_grammar": "Correct spelling and grammar; change nothing else.",
    "translate": "Translate it into {language}.",
}


def wish_of(action: RefineAction, language_name: str) -> str:
    """The wish in words, for a language model."""
    return _WISHES[action].format(language=language_name)


_WITHOUT = "Nothing is lost: the text is as it was."
_NEEDS_MODEL: dict[RefineAction | None, str] = {
    "simplify": "Simpler words need a language model, and none answered.",
    "fix_grammar": "Correcting the language needs a language model, and none answered.",
    "translate": "A translation needs a language model, and none answered.",
    "shorten": "No sentence can be left out, and wording it shorter needs a language model.",
    "expand": "The articles found say no more, and wording it longer needs a language model.",
    "friendlier": "Greeting and closing can't be made friendlier; the rest needs a language model.",
    "more_formal": "Greeting and closing can't be made more formal; the rest needs a language "
    "model.",
    None: "Following an instruction needs a language model, and none answered.",
}


def why_not(action: RefineAction | None) -> str:
    """Why nothing was changed, and that nothing is lost; None: the wish was in words."""
    return f"{_NEEDS_MODEL[action]} {_WITHOUT}"


def change(draft: Draft, action: RefineAction) -> str | None:
    """The text of ``draft`` changed as ``action`` says, or None when that needs a model."""
    wording, framed = wording_for(draft.language or "en")
    if action == "shorten":
        return _shortened(draft)
    if action in ("friendlier", "more_formal") and framed:
        return _in_tone(draft.text, wording, "friendly" if action == "friendlier" else "formal")
    return None


def with_marks(draft: Draft, numbers: dict[int, int], text: str) -> Marked:
    """``text``, made of sentences of ``draft``, with the marks of those sentences.

    Args:
        draft: Where the sentences come from.
        numbers: From the numbers of its citations to those of the sources now.
        text: The new text.
    """
    marks: list[Mark] = []
    position = 0
    for sentence in draft.sentences:
        begin = text.find(sentence.text, position)
        named = tuple(numbers[n] for n in sentence.citations if n in numbers)
        if begin < 0:
            continue
        position = begin + len(sentence.text)
        if named:
            marks.append(Mark(position, named))
    return Marked(text, marks)


def _shortened(draft: Draft) -> str | None:
    """The first sentence of each paragraph and what has to stay; None when nothing can go.

    What is told of an order stays as long as anything else can go: it is of this customer alone,
    and an article can be linked to.
    """
    orders = {one.n for one in draft.citations if one.order_id is not None}
    answers = {
        draft.sentences[min(one.sentences)].text
        for one in draft.questions
        if one.sentences and min(one.sentences) < len(draft.sentences)
    }
    told = {one.text for one in draft.sentences if orders.intersection(one.citations)}
    for stays in (answers | told, answers):
        shorter = "\n\n".join(
            paragraph if "\n" in paragraph else _gist(paragraph, stays)
            for paragraph in re.split(r"\n\s*\n", draft.text)
            if paragraph.strip()
        )
        if len(shorter) < len(draft.text):
            return shorter
    return None


def _gist(paragraph: str, stays: Container[str]) -> str:
    """The first sentence and those of ``stays``, and what the customer is asked to tell."""
    first, *rest = split_sentences(paragraph)
    return " ".join([first, *(one for one in rest if one in stays or one.endswith("?"))])


def _in_tone(text: str, wording: Wording, tone: Tone) -> str | None:
    """Greeting, opening and closing of another tone; None when there are none to change."""
    paragraphs = re.split(r"\n\s*\n", text)
    changed = list(paragraphs)
    name = _greeted_name(paragraphs[0], wording)
    if name is not None:
        template = wording.greeting if name else wording.greeting_nameless
        changed[0] = template[tone].format(name=name)
    if paragraphs[-1] in wording.closing.values():
        changed[-1] = wording.closing[tone]
    changed = [one for one in changed if one not in wording.opening.values() or not one]
    if name is not None and wording.opening[tone]:
        changed.insert(1, wording.opening[tone])
    result = "\n\n".join(changed)
    return result if result != text else None


def _greeted_name(paragraph: str, wording: Wording) -> str | None:
    """The name in a greeting of ours, "" for one without, None when it is none."""
    if paragraph in wording.greeting_nameless.values():
        return ""
    for template in wording.greeting.values():
        before, after = template.split("{name}")
        if (
            paragraph.startswith(before)
            and paragraph.endswith(after)
            and len(paragraph) <= len(before) + len(after) + 40
        ):
            return paragraph[len(before) : len(paragraph) - len(after)]
    return None
