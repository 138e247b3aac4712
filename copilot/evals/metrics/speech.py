"""Transcripts: wrong words, wrong characters, lost numbers, time. ``jiwer`` counts the errors."""

import re
import unicodedata

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, always, each

_MARKS_IN_NUMBERS = frozenset(".,:")
_SPACED = frozenset("/_")
_SEQUENCE = re.compile(r"\d(?:[ .,:/-]?\d)*")
_JOINT = re.compile(r"\D")


def normalised(text: str) -> str:
    """``text`` as word and character errors are counted on it, the same in every language.

    NFKC and folded case; hyphens, dashes, slashes and underscores become spaces; all other
    punctuation and what is invisible is dropped, except a full stop, comma or colon between two
    digits; white space collapses. Numbers stay as they are written: ``two`` is not ``2``.
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(_kept(folded, place) for place in range(len(folded)))
    return " ".join(kept.split())


def _kept(text: str, place: int) -> str:
    character = text[place]
    if character.isalnum():
        return character
    category = unicodedata.category(character)
    if category == "Pd" or character in _SPACED:
        return " "
    if category == "Cf" or (category[0] == "P" and not _inside_number(text, place)):
        return ""
    return character


def _inside_number(text: str, place: int) -> bool:
    around = text[place - 1 : place] + text[place + 1 : place + 2]
    return text[place] in _MARKS_IN_NUMBERS and len(around) == 2 and around.isdigit()


def _texts(case: Case, output: Output) -> tuple[str, str]:
    return normalised(case.expected.get("text") or ""), normalised(output["text"])


def _word_errors(case: Case, output: Output) -> Sums:
    import jiwer

    counted = jiwer.process_words(*_texts(case, output))
    wrong = counted.substitutions + counted.deletions + counted.insertions
    return (wrong, counted.hits + counted.substitutions + counted.deletions)


def _character_errors(case: Case, output: Output) -> Sums:
    import jiwer

    counted = jiwer.process_characters(*_texts(case, output))
    wrong = counted.substitutions + counted.deletions + counted.insertions
    return (wrong, counted.hits + counted.substitutions + counted.deletions)


def _no_words(case: Case) -> Sums:
    words = len(normalised(case.expected.get("text") or "").split())
    return (words, words)


def _no_characters(case: Case) -> Sums:
    characters = len(normalised(case.expected.get("text") or ""))
    return (characters, characters)


def digit_sequences(text: str) -> list[str]:
    """The digits of each number in ``text``: one mark or gap between two digits joins them.

    ``040 123-4567`` is one sequence however it is grouped; so is ``13.3.2026``.
    """
    return [_JOINT.sub("", one) for one in _SEQUENCE.findall(unicodedata.normalize("NFKC", text))]


def _digits(case: Case, output: Output) -> Sums:
    from rapidfuzz.distance import LCSseq

    said = digit_sequences(case.expected.get("text") or "")
    return (LCSseq.similarity(said, digit_sequences(output["text"])), len(said))


def _no_digits(case: Case) -> Sums:
    return (0.0, len(digit_sequences(case.expected.get("text") or "")))


def _time(_case: Case, output: Output) -> Sums:
    return (output["took"], output["duration"])


def _share(name: str) -> str:
    return f"(substitutions + deletions + insertions) / {name} of the reference, over all cases"


METRICS = [
    Metric(
        name="wer",
        better="lower",
        high=None,
        measure=each(_word_errors, _no_words),
        value=mean,
        about="Word error rate; above 1 when more words are invented than were said.",
        formula=f"{_share('words')}, after normalisation",
        source="Morris, Maier and Green 2004; counted by jiwer",
    ),
    Metric(
        name="cer",
        better="lower",
        high=None,
        measure=each(_character_errors, _no_characters),
        value=mean,
        about="Character error rate, spaces between words included; kinder to compounds than wer.",
        formula=f"{_share('characters')}, after normalisation",
        source="Morris, Maier and Green 2004; counted by jiwer",
    ),
    Metric(
        name="digit_accuracy",
        better="higher",
        measure=each(_digits, _no_digits),
        value=mean,
        about="Share of the numbers written in digits that were heard to the last digit.",
        formula="longest common subsequence of digit sequences / sequences of the reference, over "
        "all cases; one mark or gap between two digits does not part a sequence",
        source="Ours; the subsequence by RapidFuzz",
    ),
    Metric(
        name="real_time_factor",
        better="lower",
        high=None,
        measure=each(_time, always(NOTHING)),
        value=mean,
        about="Seconds of work per second of recording; below 1 is faster than speech.",
        formula="seconds that transcribing took / seconds of recording, over all cases",
        source="Usual in speech recognition; measured when the output was made",
    ),
]
