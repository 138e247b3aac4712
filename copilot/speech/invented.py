"""Telling words that a recogniser made up from words that were said.

A model trained on subtitles says subtitles' phrases into noise, and goes round in circles. An
utterance is dropped when nobody can have said it (no sound, too many words for the time), when it
goes round in circles, when the model itself doubts it, or when the *whole* of it is a phrase that
belongs to videos: a sentence that only contains such words ("your thanks for watching mail never
came") is kept. What people do say on a phone ("thank you", "bye") is no such phrase.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from copilot.speech.signals import SILENCE_DB
from copilot.speech.subtitle_phrases import BY_SOMEBODY, NEVER_SAID, VIDEO_PHRASES
from copilot.speech.transcriber import Utterance

_NO_SPEECH = 0.6
_UNSURE = -1.0
_VERY_UNSURE = -2.0
_REPETITIVE = 2.4
_FEW_WORDS = 3
_FEW_NAMES = 3
_ROUNDS = 3
_FASTEST = 40.0  # letters a second; the fastest speakers reach about 25
_A_FEW_LETTERS = 20
_INSIDE = re.compile(r"([^\W\d]{1,3}?)\1{8,}|([^\W\d]{4,30}?)\2{3,}")


def is_invented(
    text: str,
    *,
    level_db: float,
    no_speech: float,
    mean_log_probability: float,
    compression: float,
    seconds: float | None = None,
    vocabulary: Sequence[str] = (),
) -> bool:
    """Whether an utterance should not be believed to have been said at all.

    Args:
        text: What the model says was said.
        level_db: How loud the recording is there, in dB of full scale.
        no_speech: The model's own probability that nobody speaks.
        mean_log_probability: Of its tokens.
        compression: Length by compressed length; repeated phrases compress well.
        seconds: The time there was to say it, where that is known.
        vocabulary: The names that the model was told to expect.
    """
    if level_db < SILENCE_DB or compression > _REPETITIVE or _is_stuck(text):
        return True
    if mean_log_probability < _VERY_UNSURE:
        return True
    if no_speech > _NO_SPEECH and mean_log_probability < _UNSURE:
        return True
    if seconds is not None and _too_fast(text, seconds):
        return True
    unsure = no_speech > _NO_SPEECH / 2 or mean_log_probability < _UNSURE / 2
    return _is_of_videos(text, unsure=unsure) or echoes(text, vocabulary)


def without_rounds(utterances: Sequence[Utterance]) -> list[Utterance]:
    """``utterances`` of one piece, and of those that go round in circles only the first.

    Where the model says the same sentence of a few words three times and more in a row, it has got
    stuck; people repeat a "yes" or a "hello".
    """
    kept: list[Utterance] = []
    for words, group in groupby(utterances, key=lambda one: tuple(_words(one.text))):
        same = list(group)
        stuck = len(same) >= _ROUNDS and sum(map(len, words)) >= _A_FEW_LETTERS / 2
        kept += same[:1] if stuck and (len(words) >= _FEW_WORDS or _unspaced(words)) else same
    return kept


def echoes(text: str, vocabulary: Sequence[str]) -> bool:
    """Whether a model only repeats the names that it was told to expect.

    That is: nothing but three of the names or more, or two in the order in which they were told.
    A customer may answer with one name.
    """
    names = [tuple(_words(name)) for name in vocabulary]
    found = _only_names(tuple(_words(text)), {name: at for at, name in enumerate(names) if name})
    if len(found) >= _FEW_NAMES:
        return True
    return len(found) == 2 and found[1] == found[0] + 1


def _only_names(words: tuple[str, ...], places: dict[tuple[str, ...], int]) -> list[int]:
    """The places of the names that ``words`` consist of; none where there is another word."""
    longest = max(map(len, places), default=0)
    found: list[int] = []
    at = 0
    while at < len(words):
        sizes = range(min(longest, len(words) - at), 0, -1)
        size = next((size for size in sizes if words[at : at + size] in places), 0)
        if not size:
            return []
        found.append(places[words[at : at + size]])
        at += size
    return found


def _is_stuck(text: str) -> bool:
    if _INSIDE.search(text.lower()):
        return True
    words = _words(text)
    if len(words) <= 2 * _FEW_WORDS:
        return False
    phrases = Counter(tuple(words[at : at + _FEW_WORDS]) for at in range(len(words) - 2))
    _, most = phrases.most_common(1)[0]
    return most * _FEW_WORDS > len(words) * 0.6 and most >= 4


def _too_fast(text: str, seconds: float) -> bool:
    letters = sum(character.isalpha() for character in text)
    return letters >= _A_FEW_LETTERS and letters > _FASTEST * seconds


def _is_of_videos(text: str, *, unsure: bool) -> bool:
    said = " ".join(_words(text))
    if NEVER_SAID.search(said) or VIDEO_PHRASES.fullmatch(said):
        return True
    return unsure and BY_SOMEBODY.fullmatch(said) is not None and _names_somebody(text)


def _names_somebody(text: str) -> bool:
    """Whether more than the first word is written as a name, or a colon leads to one."""
    rest = text.split()[1:]
    return ":" in text or any(not word[0].islower() for word in rest)


def _words(text: str) -> list[str]:
    return re.findall(r"[\w']+", unicodedata.normalize("NFKC", text).lower().replace("’", "'"))


def _unspaced(words: Sequence[str]) -> bool:
    """Whether the language writes no blanks between words."""
    return any("\u3040" <= letter <= "\u9fff" for word in words for letter in word)
