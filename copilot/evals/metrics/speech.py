"""Transcripts: wrong words, wrong characters, lost digits, time. ``jiwer`` counts the errors."""

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, always, each
from copilot.evals.metrics.spoken_words import normalised, spoken_words


def _read(case: Case, output: Output) -> tuple[list[str], list[str]]:
    language = _language(case)
    said = case.expected.get("text") or ""
    return spoken_words(said, language), spoken_words(output["text"], language)


def _language(case: Case) -> str | None:
    told: str | None = case.input.get("language") or case.labels.get("language")
    return told


def _word_errors(case: Case, output: Output) -> Sums:
    import jiwer

    said, heard = _read(case, output)
    counted = jiwer.process_words(" ".join(said), " ".join(heard))
    wrong = counted.substitutions + counted.deletions + counted.insertions
    return (wrong, len(said))


def _character_errors(case: Case, output: Output) -> Sums:
    import jiwer

    said = normalised(case.expected.get("text") or "", _language(case))
    counted = jiwer.process_characters(said, normalised(output["text"], _language(case)))
    wrong = counted.substitutions + counted.deletions + counted.insertions
    return (wrong, len(said))


def _no_words(case: Case) -> Sums:
    words = len(spoken_words(case.expected.get("text") or "", _language(case)))
    return (words, words)


def _no_characters(case: Case) -> Sums:
    characters = len(normalised(case.expected.get("text") or "", _language(case)))
    return (characters, characters)


def _digits(case: Case, output: Output) -> Sums:
    import jiwer

    said, heard = _read(case, output)
    if not (all_of := sum(word.isdigit() for word in said)):
        return NOTHING
    (aligned,) = jiwer.process_words(" ".join(said), " ".join(heard)).alignments
    same = (part for part in aligned if part.type == "equal")
    kept = [word for part in same for word in said[part.ref_start_idx : part.ref_end_idx]]
    return (sum(word.isdigit() for word in kept), all_of)


def _no_digits(case: Case) -> Sums:
    said = spoken_words(case.expected.get("text") or "", _language(case))
    return (0.0, sum(word.isdigit() for word in said))


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
        about="Share of the digits said that were heard, each in its place; said in words or "
        "written in digits alike.",
        formula="digits of the reference that the alignment of words by jiwer has right / digits "
        "of the reference, over all cases, after normalisation",
        source="Ours; recall of digits, aligned by jiwer",
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
