"""Which of two channels the agent is on, when nobody said."""

import re
from collections.abc import Sequence

from copilot.speech.audio_warnings import AudioWarning
from copilot.speech.transcriber import Utterance
from copilot.speech.transcript import Segment, Speaker

_SIDES = 2
# How people on the answering side of a support line talk, in English and Finnish.
_AGENT = re.compile(
    r"\b(thank(s| you) for (calling|contacting|your call|holding|waiting)|how (can|may) i help"
    r"|how (can|may) i assist|(customer|technical) (service|support|care)|you('ve| have) reached"
    r"|you are through to|my name is \w+ (how|and i)|anything else i can|is there anything else"
    r"|can i have your|may i have your|could i (have|get) your|let me (check|look|see|pull)"
    r"|i am sorry to hear|i'm sorry to hear|for your patience|your (order|account|customer) number"
    r"|have a (good|nice|great|lovely) (day|evening|afternoon|weekend)"
    r"|kuinka (voin|voisin) (auttaa|palvella)|miten (voin|voisin) (auttaa|olla avuksi)"
    r"|asiakaspalvelu\w*|kiitos (soitosta|soitostasi|odotuksesta|kun soitit)"
    r"|saisinko (tilaus|asiakas|nime|puhelin)\w*|tarkistan|voinko auttaa|voinko olla|ikävä kuulla"
    r"|pahoittelen|pahoittelut|mukavaa (päivän|illan|viikon)\w*|hyvää (päivän|illan) jatkoa)",
    re.IGNORECASE,
)
_CUSTOMER = re.compile(
    r"\b(i('m| am) calling (about|because|to)|i (bought|ordered|received|got) (a|an|the|my|some)"
    r"|my (order|package|parcel|bill|invoice|subscription) (is|was|has|hasn't|came|never)"
    r"|i('d| would) like (to|the|a) (return|refund|cancel|speak|order|change)?"
    r"|soitan (koska|siitä|kun)|tilasin|ostin|minulla (on|olisi)|haluaisin|tilaukseni|laskuni)",
    re.IGNORECASE,
)


def speakers_of(
    channels: Sequence[Sequence[Utterance]], agent_channel: int | None
) -> list[Speaker]:
    """Who is on each channel.

    Args:
        channels: The utterances of each.
        agent_channel: The agent's, when it is known.

    Returns:
        ``unknown`` for a recording of one channel, or where only one of two has any speech and
        nobody said whose it is.
    """
    if len(channels) != _SIDES:
        return ["unknown"] * len(channels)
    if agent_channel is None and not all(channels):
        return ["unknown", "unknown"]
    agent = guess_agent(channels) if agent_channel is None else agent_channel
    return ["agent", "customer"] if agent == 0 else ["customer", "agent"]


def guess_agent(channels: Sequence[Sequence[Utterance]]) -> int:
    """The channel of the two that greets, asks and closes as agents do; else who speaks first."""
    scores = [_score(" ".join(utterance.text for utterance in heard)) for heard in channels]
    if scores[0] != scores[1]:
        return int(scores[1] > scores[0])
    starts = [heard[0].start if heard else float("inf") for heard in channels]
    return int(starts[1] < starts[0])


def warn_of_guess(segments: Sequence[Segment], agent_channel: int | None) -> list[AudioWarning]:
    """A warning where only who spoke first tells the agent's channel; none where more does."""
    if agent_channel is not None or {one.speaker for one in segments} != {"agent", "customer"}:
        return []
    texts = {"agent": "", "customer": ""}
    for one in segments:
        texts[one.speaker] += f"{one.text} "
    if _score(texts["agent"]) != _score(texts["customer"]):
        return []
    return [
        AudioWarning(
            code="agent_channel_guessed",
            detail="Nothing that is said tells which channel the agent is on: the one who speaks"
            " first is taken for the agent. Tell agent_channel to be sure.",
        )
    ]


def speakers_by_voice(voices: Sequence[Sequence[Utterance]]) -> list[Speaker]:
    """Who has each voice of one channel, by what they say.

    The agent is the voice that talks most as agents do, and the customer the one of the others
    that says most. Where no voice stands out, none is called the agent's: a wrong name costs more
    than none.

    Args:
        voices: The utterances of each.
    """
    texts = [" ".join(utterance.text for utterance in heard) for heard in voices]
    scores = [_score(text) for text in texts]
    best = max(scores, default=0)
    speakers: list[Speaker] = ["unknown"] * len(voices)
    if len(voices) < _SIDES or scores.count(best) != 1:
        return speakers
    agent = scores.index(best)
    others = [place for place in range(len(voices)) if place != agent]
    speakers[agent] = "agent"
    speakers[max(others, key=lambda place: len(texts[place]))] = "customer"
    return speakers


def _score(text: str) -> int:
    return len(_AGENT.findall(text)) - len(_CUSTOMER.findall(text))
