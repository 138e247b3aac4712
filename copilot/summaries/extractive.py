"""A summary without a model: the telling sentences themselves, chosen by who said what when.

Nothing is rephrased, so every sentence stands in its message word for word.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from copilot.conversations.conversation import Conversation
from copilot.summaries.acts import Act
from copilot.summaries.ranking import Ranking
from copilot.summaries.said import Said, clipped, said_in, visible_messages
from copilot.summaries.summary import SectionKind

ENGINE = "extractive"
SETTLED_STATUSES = frozenset(("solved", "closed", "resolved", "done", "archived"))
"""What helpdesks call a conversation that nobody has to answer any more."""

_ORDER: tuple[SectionKind, ...] = ("request", "done", "promised", "open", "next_step")
_FIRST_ROUND: tuple[SectionKind, ...] = ("request", "open", "promised", "done", "next_step")
_LATER_ROUNDS: tuple[SectionKind, ...] = ("promised", "done", "request", "open", "next_step")
_ALIKE = 0.6
_KEPT_PROMISE = 0.5
_LATEST_PROMISES = 40
_MIN_WORDS = 4
_HEADLINE_LENGTH = 90
_SUBJECT_PREFIX = re.compile(
    r"^\s*(?:(?:re|fw|fwd|vs|vl|sv|aw|wg|antw|tr|rv)\s*(?:\[\d+\])?\s*:|\[[^\]]{1,40}\])\s*",
    re.IGNORECASE,
)


class Chosen(NamedTuple):
    """A sentence of the summary."""

    kind: SectionKind
    said: Said


class Extract(NamedTuple):
    """The chosen sentences in reading order, and a headline."""

    headline: str
    chosen: list[Chosen]


def extract(
    conversation: Conversation, *, max_sentences: int, include_internal: bool = False
) -> Extract:
    """The sentences that say what a conversation is about and where it stands."""
    messages = visible_messages(conversation, include_internal=include_internal)
    sentences = said_in(messages)
    ranking = Ranking(sentences, conversation.subject)
    by_kind: dict[SectionKind, list[Said]] = {
        "request": _requests(sentences, ranking),
        "promised": _promised(sentences, ranking),
    }
    if conversation.status not in SETTLED_STATUSES:
        by_kind["open"] = _unanswered(sentences, ranking)
        by_kind["next_step"] = _next_steps(sentences, len(messages))
    by_kind["done"] = _done(sentences, ranking, waiting=by_kind.get("next_step", ()))
    chosen = _share_out(by_kind, ranking, max_sentences)
    return Extract(headline_of(conversation.subject, chosen, sentences), chosen)


def headline_of(
    subject: str | None, chosen: Sequence[Chosen] = (), sentences: Sequence[Said] = ()
) -> str:
    """One short line: a subject that says something, else the customer's request."""
    bare = bare_subject(subject)
    if len(bare.split()) >= 2:
        return clipped(bare, _HEADLINE_LENGTH)
    texts = [one.said.text for one in chosen] or [one.text for one in sentences]
    return clipped(texts[0], _HEADLINE_LENGTH) if texts else bare


def bare_subject(subject: str | None) -> str:
    """A subject without ``Re:``, ``VS:`` and ticket numbers in brackets."""
    bare, found = (subject or "").strip(), 1
    while found:
        bare, found = _SUBJECT_PREFIX.subn("", bare)
    return bare


def _best(
    sentences: Iterable[Said], score: Callable[[Said], float], *, wanted: int = 3
) -> list[Said]:
    return sorted(sentences, key=lambda one: (-score(one), one.place, one.order))[:wanted]


def _having(sentences: Iterable[Said], *acts: Act) -> list[Said]:
    return [one for one in sentences if not set(acts).isdisjoint(one.acts)]


def _requests(sentences: Sequence[Said], ranking: Ranking) -> list[Said]:
    """What the customer wants: said early, and told by asking or complaining."""
    asked = [one for one in sentences if one.by_customer]
    first = asked[0].place if asked else 0

    def score(one: Said) -> float:
        # What is said first is what it is about; later messages mostly add to it.
        return ranking.worth(one) - 0.5 * min(6, one.place - first) - 0.1 * min(5, one.order)

    found = _best(asked, score) or _best(sentences, score, wanted=1)
    return [*found[:1], *(one for one in found[1:] if _tells(one))]


def _tells(one: Said) -> bool:
    """Whether a further sentence is worth its place: no aside, no exclamation."""
    return one.acts[0] not in ("other", "settled") and len(one.text.split()) >= _MIN_WORDS


def _done(sentences: Sequence[Said], ranking: Ranking, waiting: Sequence[Said]) -> list[Said]:
    """What the agent did, the latest first; failing that, the best of what they answered.

    What they asked for and still wait for is no answer.
    """
    answers = [one for one in sentences if one.by_agent]
    acted = [one for one in _having(answers, "done") if "question" not in one.acts]
    if acted:
        last = acted[-1].place
        return _best(acted, lambda one: ranking.worth(one) - 0.3 * min(8, last - one.place))
    told = [
        one
        for one in answers
        if {"question", "promise"}.isdisjoint(one.acts) and one not in waiting
    ]
    return _best(told, ranking.worth, wanted=1)


def _promised(sentences: Sequence[Said], ranking: Ranking) -> list[Said]:
    """What the agent said would happen and has not reported done since, the latest first."""
    promises = [one for one in _having(sentences, "promise") if one.by_agent]
    promises = [one for one in promises if "question" not in one.acts][-_LATEST_PROMISES:]
    pending = [one for one in promises if not is_kept(one, sentences, ranking)]
    last = pending[-1].place if pending else 0

    def score(one: Said) -> float:
        return ranking.worth(one) + 1.5 * (one.due is not None) - 0.4 * min(8, last - one.place)

    return _best(pending, score)


def is_kept(promise: Said, sentences: Sequence[Said], ranking: Ranking) -> bool:
    """Whether a later message of the agent says that it is done."""
    for later in reversed(sentences):
        if later.place <= promise.place:
            return False
        reports = later.by_agent and later.acts[0] == "done"
        if reports and ranking.alike(promise, later) >= _KEPT_PROMISE:
            return True
    return False


def _unanswered(sentences: Sequence[Said], ranking: Ranking) -> list[Said]:
    """What the customer asked after the agent's last word."""
    last_answer = max((one.place for one in sentences if one.by_agent), default=-1)
    since = [one for one in sentences if one.by_customer and one.place > last_answer]
    if last_answer >= 0 and _having(since, "settled"):
        return []
    asked = _having(since, "question", "request") or _having(since, "problem")
    return _best(asked, ranking.worth)


def _next_steps(sentences: Sequence[Said], messages: int) -> list[Said]:
    """What the last word leaves to do: the agent's request to the customer, or their promise."""
    if not messages:
        return []
    final = [one for one in sentences if one.place >= messages - 2]
    last = final[-1].place if final else 0
    asked = [one for one in _having(final, "instruction", "question") if one.by_agent]
    told = [one for one in _having(final, "promise") if one.by_customer]
    return [*told, *(one for one in asked if one.place == last)]


def _share_out(by_kind: dict[SectionKind, list[Said]], ranking: Ranking, most: int) -> list[Chosen]:
    """One sentence of each kind in turn, most important kind first, until there are ``most``."""
    chosen: list[Chosen] = []
    queues = {kind: list(by_kind.get(kind, ())) for kind in _FIRST_ROUND}
    order = _FIRST_ROUND
    while len(chosen) < most and any(queues.values()):
        for kind in order:
            one = _next_unlike(queues[kind], chosen, ranking)
            if one is not None and len(chosen) < most:
                chosen.append(Chosen(kind, one))
        order = _LATER_ROUNDS
    return sorted(chosen, key=lambda one: (_ORDER.index(one.kind), one.said.place, one.said.order))


def _next_unlike(queue: list[Said], chosen: Sequence[Chosen], ranking: Ranking) -> Said | None:
    """The next sentence that does not say again what is chosen already."""
    while queue:
        one = queue.pop(0)
        if all(
            (one.place, one.order) != (other.said.place, other.said.order)
            and ranking.alike(one, other.said) < _ALIKE
            for other in chosen
        ):
            return one
    return None
