"""Telling words that a recogniser made up from words that were said."""

import re
from collections import Counter

from copilot.speech.signals import SILENCE_DB

_NO_SPEECH = 0.6
_UNSURE = -1.0
_VERY_UNSURE = -2.0
_REPETITIVE = 2.4
_FEW_WORDS = 3

# What models trained on subtitles say into noise and silence; never a customer's words alone.
_SUBTITLE_CREDITS = re.compile(
    r"amara\.org|(subtitles?|captions?) (by|made)|subtitled by|transcri(bed|ption) by"
    r"|thanks? (you )?for watching|(don't forget to |please )?(like and )?subscribe"
    r"|kiitos (kun|että) katso|tekstitys|käännös ja tekstitys|suomennos"
    r"|undertext|textning|untertitel|sous-titr|subt[ií]tulos|legendas|sottotitoli|субтитр",
    re.IGNORECASE,
)


def is_invented(
    text: str,
    *,
    level_db: float,
    no_speech: float,
    mean_log_probability: float,
    compression: float,
) -> bool:
    """Whether an utterance should not be believed to have been said at all.

    Args:
        text: What the model says was said.
        level_db: How loud the recording is there, in dB of full scale.
        no_speech: The model's own probability that nobody speaks.
        mean_log_probability: Of its tokens.
        compression: Length by compressed length; repeated phrases compress well.
    """
    if level_db < SILENCE_DB or compression > _REPETITIVE or _is_stuck(text):
        return True
    if no_speech > _NO_SPEECH and mean_log_probability < _UNSURE:
        return True
    if mean_log_probability < _VERY_UNSURE:
        return True
    return bool(_SUBTITLE_CREDITS.search(text)) and (
        no_speech > _NO_SPEECH / 2 or mean_log_probability < _UNSURE / 2
    )


def _is_stuck(text: str) -> bool:
    words = re.findall(r"\w+", text.lower())
    if len(words) <= 2 * _FEW_WORDS:
        return False
    phrases = Counter(tuple(words[at : at + _FEW_WORDS]) for at in range(len(words) - 2))
    _, most = phrases.most_common(1)[0]
    return most * _FEW_WORDS > len(words) * 0.6 and most >= 4
