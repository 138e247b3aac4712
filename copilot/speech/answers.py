"""What a speech server answered, made utterances: untrusted, so every part of it is checked.

The form is that of OpenAI's ``verbose_json`` and ``json`` transcriptions, as servers give it that
leave parts out: words beside or inside the segments, times as text, measures set to -1.
"""

import json
import math
import re
import unicodedata
from difflib import SequenceMatcher
from functools import cache
from typing import Any, NamedTuple

from copilot.kernel.text import storable
from copilot.speech.invented import is_invented
from copilot.speech.signals import level_between, levels
from copilot.speech.transcriber import SAMPLE_RATE, Recognised, Signal, Utterance
from copilot.speech.transcript import Word

_MOST_PARTS = 2_000
# The fastest talkers say 25 characters a second.
_CHARACTERS_A_SECOND, _SHORT_TEXT = 50, 100
_ECHOED_NAMES = 3
_TOKENS = re.compile(r"<\|[^<>|]{1,40}\|>")
_SOUND_NOTES = re.compile(r"\W*(\[[^\]]*\]|\([^)]*\)|\*[^*]*\*|♪[^♪]*♪?)\W*")
_JOINERS = "\u200c\u200d"


class AnswerError(ValueError):
    """What came back is no transcription."""


class _Timed(NamedTuple):
    start: float
    end: float
    text: str
    confidence: float | None = None


class _Part(NamedTuple):
    start: float
    end: float
    text: str
    words: list[_Timed]
    no_speech: float
    log_probability: float | None
    compression: float


def read_answer(content: bytes, media_type: str) -> dict[str, Any]:
    """The answer's fields.

    Args:
        content: The body.
        media_type: What the server calls it; some answer with the bare text.

    Raises:
        AnswerError: It is no transcription.
    """
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError) as error:
        if media_type.startswith("text/plain"):
            return {"text": content.decode("utf-8", "replace")}
        raise AnswerError("it is not JSON") from error
    if isinstance(answer, str):
        return {"text": answer}
    if not isinstance(answer, dict) or not (
        isinstance(answer.get("text"), str) or isinstance(answer.get("segments"), list)
    ):
        raise AnswerError("it has no text")
    return answer


def as_recognised(
    answer: dict[str, Any], signal: Signal, *, language: str | None, prompt: str = ""
) -> Recognised:
    """What was said in ``signal``, times within it, without what was made up.

    Args:
        answer: As :func:`read_answer` gave it.
        signal: The piece that was sent.
        language: The one that was asked for; None takes the one told, or tells it by the words.
        prompt: What was sent along: a server may give it back as if it had been said.
    """
    seconds = len(signal) / SAMPLE_RATE
    loudness = levels(signal)
    utterances: list[Utterance] = []
    for part in _parts(answer, seconds):
        invented = is_invented(
            part.text,
            level_db=level_between(loudness, part.start, part.end),
            no_speech=part.no_speech,
            mean_log_probability=part.log_probability or 0.0,
            compression=part.compression,
        )
        if not (invented or _cannot_be_said(part, seconds) or _echoes(part.text, prompt)):
            utterances.append(_utterance(part))
    said = " ".join(one.text for one in utterances)
    return Recognised(language or _language(answer, said), utterances)


def _parts(answer: dict[str, Any], seconds: float) -> list[_Part]:
    listed = answer.get("segments")
    segments = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
    segments = [one for one in segments[:_MOST_PARTS] if _text(one.get("text"))]
    if not segments:
        segments = [{"text": answer.get("text")}] if _text(answer.get("text")) else []
    texts = [_text(one.get("text")) for one in segments]
    spans = _spans(segments, texts, seconds)
    loose = _words(answer.get("words"), seconds)
    parts = []
    for number, (segment, text, (start, end)) in enumerate(
        zip(segments, texts, spans, strict=True)
    ):
        last = number + 1 == len(segments)
        until = math.inf if last else spans[number + 1][0]
        own = _words(segment.get("words"), seconds)
        if not own:
            # A word belongs to the segment during which its middle is.
            own = [word for word in loose if (word.start + word.end) / 2 < until]
            loose = loose[len(own) :]
        compression = _number(segment.get("compression_ratio"), 0, 1e6)
        # vLLM sets what it does not measure to -1, the probability too.
        measured = compression is not None or "compression_ratio" not in segment
        log_probability = _number(segment.get("avg_logprob"), -100, 0) if measured else None
        no_speech = _number(segment.get("no_speech_prob"), 0, 1) or 0.0
        parts.append(_Part(start, end, text, own, no_speech, log_probability, compression or 1.0))
    return parts


def _spans(
    segments: list[dict[str, Any]], texts: list[str], seconds: float
) -> list[tuple[float, float]]:
    """When each segment was said; by the length of the texts where the times cannot be."""
    spans: list[tuple[float, float]] = []
    before = 0.0
    for segment in segments:
        start = _number(segment.get("start"), 0, math.inf)
        end = _number(segment.get("end"), 0, math.inf)
        if start is None or end is None or end <= start or not before <= start < seconds:
            return _by_length(texts, 0.0, seconds)
        spans.append((start, min(end, seconds)))
        before = start
    return spans


def _words(listed: object, seconds: float) -> list[_Timed]:
    words: list[_Timed] = []
    for one in listed[: 4 * _MOST_PARTS] if isinstance(listed, list) else ():
        text = _text(one.get("word", one.get("text"))) if isinstance(one, dict) else ""
        if not text:
            continue
        start, end = _number(one.get("start"), 0, seconds), _number(one.get("end"), 0, math.inf)
        if start is None or end is None or end < start or (words and start < words[-1].start):
            return []  # times that run backwards are no times
        sure = _number(one.get("probability", one.get("confidence")), 0, 1)
        words.append(_Timed(start, min(end, seconds), text, sure))
    return words


def _utterance(part: _Part) -> Utterance:
    words = [
        Word(
            start=round(one.start, 2),
            end=round(one.end, 2),
            text=one.text,
            confidence=one.confidence,
        )
        for one in _with_times(part)
    ]
    sure = [word.confidence for word in words if word.confidence is not None]
    confidence = None
    if sure:
        confidence = round(sum(sure) / len(sure), 3)
    elif part.log_probability is not None:
        confidence = round(math.exp(part.log_probability), 3)
    return Utterance(words[0].start, words[-1].end, part.text, confidence, words)


def _with_times(part: _Part) -> list[_Timed]:
    """The words as the text writes them, with the times of those that are alike.

    OpenAI's words come without the text's punctuation, and some servers tell only a few. What
    has no time of its own lies between its neighbours, as long as it is written.
    """
    texts = part.text.split()
    if len(part.words) > 2 * len(texts):
        return part.words  # a language written without blanks
    found: list[_Timed | None] = [None] * len(texts)
    written, told = [_plain(text) for text in texts], [_plain(word.text) for word in part.words]
    alike = SequenceMatcher(None, written, told, autojunk=False)
    for at, other, count in alike.get_matching_blocks():
        for step in range(count):
            found[at + step] = part.words[other + step]._replace(text=texts[at + step])
    placed: list[_Timed] = []
    at = 0
    while at < len(texts):
        known = found[at]
        if known is not None:
            placed.append(known)
            at += 1
            continue
        behind = next((n for n in range(at, len(texts)) if found[n] is not None), len(texts))
        following = found[behind] if behind < len(texts) else None
        start = placed[-1].end if placed else part.start
        end = max(start, part.end if following is None else following.start)
        gap = texts[at:behind]
        spans = _by_length(gap, start, end)
        placed += [_Timed(*span, text) for span, text in zip(spans, gap, strict=True)]
        at = behind
    return placed


def _by_length(texts: list[str], start: float, end: float) -> list[tuple[float, float]]:
    whole = sum(len(text) + 1 for text in texts)
    spans: list[tuple[float, float]] = []
    written = 0
    for text in texts:
        first = start + (end - start) * written / whole
        written += len(text) + 1
        spans.append((first, start + (end - start) * written / whole))
    return spans


def _cannot_be_said(part: _Part, seconds: float) -> bool:
    """Whether it is a note on a sound, such as ``[BLANK_AUDIO]``, or far too much text."""
    most = _SHORT_TEXT + _CHARACTERS_A_SECOND * seconds
    return len(part.text) > most or _SOUND_NOTES.fullmatch(part.text) is not None


def _echoes(text: str, prompt: str) -> bool:
    """Whether it is a stretch of the prompt: several names in its order, and nothing else."""
    names = [" ".join(_plain(name).split()) for name in prompt.split(",")]
    said = f" {' '.join(_plain(text).split())} "
    whole = [name for name in names if f" {name} " in said]
    return len(whole) >= _ECHOED_NAMES and said in f" {' '.join(names)} "


def _plain(text: str) -> str:
    return re.sub(r"[^\w\s]+", "", text).casefold()


def _text(value: object) -> str:
    """``value`` without control characters, turns of the writing direction and model tokens."""
    if not isinstance(value, str):
        return ""
    text = _TOKENS.sub(" ", storable(value))
    kept = (
        " " if unicodedata.category(one)[0] == "C" and one not in _JOINERS else one for one in text
    )
    return " ".join("".join(kept).split())


def _number(value: object, least: float, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) and least <= number <= most else None


def _language(answer: dict[str, Any], said: str) -> str | None:
    for told in (answer.get("language"), answer.get("detected_language")):
        if isinstance(told, str):
            name = told.strip().lower()
            if re.fullmatch(r"[a-z]{2,3}", name):
                return name
            if name in _language_names():
                return _language_names()[name]
    from copilot.kernel.language import detect_language

    return detect_language(said) if said else None


@cache
def _language_names() -> dict[str, str]:
    """OpenAI tells a language by its English name."""
    from babel import Locale

    names = {str(name).lower(): str(code) for code, name in Locale("en").languages.items()}
    return names | {"castilian": "es", "flemish": "nl", "nynorsk": "nn", "valencian": "ca"}
