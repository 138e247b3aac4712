"""Which of two channels the agent is on, when nobody said."""

import re
from collections.abc import Sequence

from copilot.speech.transcriber import Utterance
from copilot.speech.transcript import Speaker

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


def _score(text: str) -> int:
    return len(_AGENT.findall(text)) - len(_CUSTOMER.findall(text))
