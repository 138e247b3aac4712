"""A summary without a model: the telling sentences themselves, chosen by who said what when.

Nothing is rephrased, so every sentence stands in its message word for word.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain, cycle
from typing import NamedTuple

from copilot.conversations import waiting
from copilot.conversations.conversation import Conversation
from copilot.summaries.acts import Act
from copilot.summaries.ranking import Ranking
from copilot.summaries.said import Said, clipped, said_in, visible_messages
from copilot.summaries.summary import SectionKind

ENGINE = "extractive"
SETTLED_STATUSES = waiting.SETTLED_STATUSES
"""What helpdesks call a conversation that nobody has to answer any more."""

_ORDER: tuple[SectionKind, ...] = ("request", "done", "promised", "open", "next_step")
_FIRST_TURNS = ("request", "state", "open")
_LATER_TURNS = ("state", "request", "open")
_OWED = ("request", "state", "open", "open")
"""What is told however long it is; people write of two matters in the message that waits."""

_RECENT_MESSAGES = 60
_BEHIND = 6
_ALIKE = 0.6
_KEPT_PROMISE = 0.5
_LATEST_PROMISES = 40
_MIN_WORDS = 4
_OPENING_KEYS = 8
_LATER = 0.6
_ENOUGH = 5
_LATER_ASKS = 60
_WORDS, _WORDS_EACH, _LEAST_WORDS_EACH = 28, 4, 10
"""How long a summary may be: so many words, and so many for each sentence asked for."""

_MOST_STATES = 60
_LONG, _LONGEST = 6, 20
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
    settled = conversation.status in SETTLED_STATUSES
    unanswered = [] if settled else _unanswered(sentences, ranking)
    queues: dict[str, list[Chosen]] = {
        "request": [Chosen("request", one) for one in _requests(sentences, unanswered, ranking)],
        "state": _state(sentences, ranking, settled=settled),
        "open": [Chosen("open", one) for one in unanswered],
    }
    if max_sentences >= _LONG:
        queues["more"] = [Chosen("request", one) for one in _later_asks(sentences, ranking)]
    chosen = _share_out(queues, ranking, max_sentences)
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


def _requests(
    sentences: Sequence[Said], unanswered: Sequence[Said], ranking: Ranking
) -> list[Said]:
    """What the customer wants: what they opened with.

    An opening that says next to nothing ("hi", "I need help") goes on in the next message.
    """
    asked = [one for one in sentences if one.by_customer] or list(sentences[:1])
    if any(one.by_agent for one in sentences):
        later = {one.at for one in unanswered}
        asked = [one for one in asked if one.at not in later] or asked
    opening = _opening(asked, ranking)
    # The case is told first; what comes after answers the agent.
    later_by = {place: n for n, place in enumerate(dict.fromkeys(one.place for one in opening))}
    first = _best(
        opening,
        lambda one: ranking.telling(one) - 0.1 * min(5, one.order) - _LATER * later_by[one.place],
    )
    return [*first[:1], *(one for one in first[1:] if ranking.said_by(one) >= _ENOUGH)]


def _later_asks(sentences: Sequence[Said], ranking: Ranking) -> list[Said]:
    """What else the customer told, for a summary that has room."""
    later = [one for one in sentences if one.by_customer and _tells(one)][-_LATER_ASKS:]
    return _best(later, ranking.telling, wanted=_LONGEST)


def _opening(asked: Sequence[Said], ranking: Ranking) -> list[Said]:
    """The sentences of the customer's first message, and of the next ones until enough is said."""
    found: list[Said] = []
    said = 0
    for one in asked:
        if found and one.place != found[-1].place and said >= _OPENING_KEYS:
            break
        found.append(one)
        said += ranking.said_by(one)
    return found


def _tells(one: Said) -> bool:
    """Whether a further sentence is worth its place: no aside, no exclamation."""
    return one.acts[0] not in ("other", "settled") and len(one.text.split()) >= _MIN_WORDS


def _state(sentences: Sequence[Said], ranking: Ranking, *, settled: bool) -> list[Chosen]:
    """What the agent did, promised, answered and asked for, what tells most of now first."""
    answers = [one for one in sentences if one.by_agent]
    if not answers:
        return []
    last_place, last_word = answers[-1].place, sentences[-1].place
    recent = [one for one in answers if one.place >= last_place - _RECENT_MESSAGES]
    pending = {one.at for one in _pending(answers, ranking)}
    found: list[tuple[float, Chosen]] = []
    for one in recent:
        if not ranking.said_by(one):
            continue  # "Yes, please."
        asks = not settled and one.place == last_place >= last_word - 1
        short = ranking.said_by(one) < _ENOUGH
        kind = _kind_of(one, pending=one.at in pending, asks=asks, short=short)
        if kind is not None:
            behind = min(_BEHIND, last_place - one.place)
            due = kind == "promised" and one.due is not None
            score = ranking.telling(one) - (0.5 if due else 1.0) * behind + 1.0 * due
            found.append((score - 1.0 * (one.acts[0] == "question"), Chosen(kind, one)))
    if not settled:
        found += [(ranking.telling(one), Chosen("next_step", one)) for one in _own(sentences)]
    found.sort(key=lambda one: (-one[0], one[1].said.place, one[1].said.order))
    return [one for _, one in found[:_MOST_STATES]]


def _kind_of(one: Said, *, pending: bool, asks: bool, short: bool) -> SectionKind | None:
    """The section of a sentence of the agent; None for none.

    Args:
        one: The sentence.
        pending: Whether it is a promise that nothing later reports as kept.
        asks: Whether what it asks for is still waited for.
        short: Whether it has hardly a word that carries anything.
    """
    acts = set(one.acts)
    if "other" in acts and short:
        return None
    if "question" in acts:
        return "next_step" if asks else None
    if "done" in acts:
        return "done"
    if "promise" in acts:
        return "promised" if pending else None
    return "next_step" if asks and "instruction" in acts else "done"


def _pending(answers: Sequence[Said], ranking: Ranking) -> list[Said]:
    """What the agent said would happen and has not reported done since."""
    promises = [one for one in _having(answers, "promise") if "question" not in one.acts]
    reports = [one for one in answers if one.acts[0] == "done"]
    return [one for one in promises[-_LATEST_PROMISES:] if not is_kept(one, reports, ranking)]


def _own(sentences: Sequence[Said]) -> list[Said]:
    """What the customer said last that they would do."""
    last = sentences[-1].place
    return [
        one for one in _having(sentences[-20:], "promise") if one.by_customer and one.place == last
    ]


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
    settled = _having(since, "settled")
    if last_answer >= 0 and settled:
        # What they ask after that is another matter.
        since = [one for one in since if one.at > settled[-1].at]
    asked = _having(since, "question", "request") or _having(since, "problem")
    return _best(asked, ranking.worth)


def _share_out(queues: dict[str, list[Chosen]], ranking: Ranking, most: int) -> list[Chosen]:
    """The first of each queue in turn until there are ``most`` sentences, or words enough.

    What nobody has answered has its place whatever stands before it.
    """
    chosen: list[Chosen] = []
    room = max(_WORDS + _WORDS_EACH * most, _LEAST_WORDS_EACH * most)
    owed = list(_OWED)
    turns = chain(_FIRST_TURNS, cycle(_LATER_TURNS))
    while len(chosen) < most and any(queues.values()):
        turn = next(turns) if any(queues[turn] for turn in _LATER_TURNS) else "more"
        one = _next_unlike(queues[turn], chosen, ranking)
        words = len(one.said.text.split()) if one is not None else 0
        if one is not None and (words <= room or turn in owed):
            chosen.append(one)
            room -= words
            if turn in owed:
                owed.remove(turn)
    return sorted(chosen, key=lambda one: (_ORDER.index(one.kind), one.said.place, one.said.order))


def _next_unlike(queue: list[Chosen], chosen: Sequence[Chosen], ranking: Ranking) -> Chosen | None:
    """The next sentence that does not say again what is chosen already; one of a new kind first."""
    kinds = {one.kind for one in chosen}
    while queue:
        place = next((n for n, one in enumerate(queue) if one.kind not in kinds), 0)
        one = queue.pop(place)
        if not any(_again(one.said, other.said, ranking) for other in chosen):
            return one
    return None


def _again(one: Said, other: Said, ranking: Ranking) -> bool:
    """Whether ``one`` says what ``other`` does; a question is not said by its answer's words."""
    same_side = one.by_agent == other.by_agent
    return one.at == other.at or (same_side and ranking.alike(one, other) >= _ALIKE)
