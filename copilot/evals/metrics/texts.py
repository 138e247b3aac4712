"""Mail parsing: is what a mail adds exactly what a reader says it adds."""

import re

from copilot.evals.case import Case, Output
from copilot.evals.metric import Metric, Sums, mean
from copilot.evals.metrics.counting import NOTHING, WORST, each
from copilot.evals.metrics.wording import similarity, tidied

_KEEPS_SIGNATURE = re.compile(r"(?:^|, )quotes removed\b|\bwith signature\b")
_NO_SPACES = "without whitespace"


def _scope(case: Case) -> str:
    return str(case.expected.get("scope") or "").casefold()


def _pair(case: Case, output: Output) -> tuple[str, str] | None:
    """What was found and what is expected, ready to compare; None: nothing is expected."""
    expected = case.expected.get("reply")
    if expected is None:
        return None
    scope = _scope(case)
    found = output["text"]
    if output.get("signature") and _KEEPS_SIGNATURE.search(scope):
        found = f"{found}\n{output['signature']}"
    one, other = tidied(found), tidied(expected)
    if _NO_SPACES in scope:
        return one.replace(" ", ""), other.replace(" ", "")
    return one, other


def _exact(case: Case, output: Output) -> Sums:
    pair = _pair(case, output)
    return (float(pair[0] == pair[1]), 1.0) if pair is not None else NOTHING


def _similarity(case: Case, output: Output) -> Sums:
    pair = _pair(case, output)
    return (similarity(*pair), 1.0) if pair is not None else NOTHING


def _signature(case: Case, output: Output) -> Sums:
    expected = case.expected.get("signature")
    if expected is None:
        return NOTHING
    return (float(tidied(output.get("signature") or "") == tidied(expected)), 1.0)


def _failed_reply(case: Case) -> Sums:
    return NOTHING if case.expected.get("reply") is None else WORST


def _failed_signature(case: Case) -> Sums:
    return NOTHING if case.expected.get("signature") is None else WORST


METRICS = [
    Metric(
        name="exact",
        better="higher",
        measure=each(_exact, _failed_reply),
        value=mean,
        about="Share of mails whose reply was cut out to the letter.",
        formula="mails whose text equals the expected one after NFC and collapsing white space / "
        "mails that expect one",
        source="Ours",
    ),
    Metric(
        name="similarity",
        better="higher",
        measure=each(_similarity, _failed_reply),
        value=mean,
        about="How near the reply comes to the expected one, character by character.",
        formula="1 − Levenshtein distance / length of the longer text, after NFC and collapsing "
        "white space; mean over mails that expect one",
        source="Levenshtein 1966; computed by RapidFuzz",
    ),
    Metric(
        name="signature_exact",
        better="higher",
        measure=each(_signature, _failed_signature),
        value=mean,
        about="Share of mails whose signature was cut out to the letter.",
        formula="mails whose signature equals the expected one after NFC and collapsing white "
        "space / mails that expect one; an empty one expects none to be found",
        source="Ours",
    ),
]
