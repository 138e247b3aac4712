"""What to search for: the customer's ask, without greetings and signatures, and what it is about.

An ask alone is seldom enough: "do they have parking?" is asked about a place named before. So what
was said earlier counts too, less the longer ago; what it names, nearly in full.
"""

from collections.abc import Sequence
from itertools import chain

from copilot.context.bounds import LONGEST_TEXT, beginnings
from copilot.conversations.conversation import Conversation, Message
from copilot.grounding.figures import find_figures
from copilot.grounding.finders.identifiers import code_key
from copilot.kernel.little_words import SPOKEN_LITTLE
from copilot.kernel.text import storable
from copilot.knowledge.query import SearchQuery
from copilot.search.analysis import codes, words_of
from copilot.search.sparse import Part
from copilot.summaries.extractive import bare_subject
from copilot.summaries.ranking import Ranking
from copilot.summaries.said import Said, clipped, said_in, visible_messages

_LONGEST_ASK = 600
_LONGEST_SUBJECT = 200
_LONGEST_EARLIER = 400
_EARLIER = 7
_IN_CONTEXT = 3
# "Any news?" says nothing by itself: the message before it is part of the ask then.
_ENOUGH_WORDS = 3
_MOST_ASKING = 3
_SUBJECT, _NEXT, _FADING, _FIRST, _NAMED_FADING = 0.7, 0.5, 0.7, 0.3, 0.95
_ASKS = frozenset(("question", "request", "problem"))


def build_query(conversation: Conversation) -> SearchQuery:
    """The customer's latest ask in their own words, and what was said before it.

    The subject counts as part of the ask, and so do order numbers and the like, whoever wrote them
    when. What was said earlier fades with every message; the first one, which says what it is
    about, stays. How much each counts was measured (`docs/retrieval.md`).
    """
    messages = beginnings(visible_messages(conversation, include_internal=False))
    asking, earlier = _split(messages)
    subject = clipped(bare_subject(conversation.subject), _LONGEST_SUBJECT)
    ask = _ask(asking, subject)
    text = storable("\n".join(one for one in (subject, ask) if one)) or _last_words(conversation)
    before = [_told(one) for one in earlier]
    near = {one.id for one in (*asking, *earlier)}
    first = _told(messages[0]) if messages and messages[0].id not in near else ""
    named = " ".join(dict.fromkeys(chain.from_iterable(codes(one.text) for one in messages[-12:])))
    asked = [
        Part(ask or text),
        Part(subject, _SUBJECT),
        Part(named),
        *(Part(told, _NEXT * _FADING**n) for n, told in enumerate(before)),
        Part(first, _FIRST),
    ]
    naming = [
        Part(text),
        *(Part(told, _NAMED_FADING ** (n + 1)) for n, told in enumerate(before)),
        Part(first, _NAMED_FADING ** (_EARLIER + 1)),
    ]
    context = "\n".join([*reversed(before[:_IN_CONTEXT]), ask or text]) if before else ""
    return SearchQuery(
        text,
        tuple(one for one in asked if one.text.strip()),
        tuple(one for one in (text, context) if one.strip()),
        tuple(one for one in naming if one.text.strip()),
    )


def identifiers_in(conversation: Conversation) -> set[str]:
    """Order numbers and other identifiers that the thread names, as they compare."""
    texts = [bare_subject(conversation.subject), *(one.text for one in conversation.messages[-60:])]
    return {
        code_key(figure.text)
        for text in texts
        for figure in find_figures(text[:LONGEST_TEXT], conversation.language)
        if figure.kind == "identifier"
    }


def _split(messages: Sequence[Message]) -> tuple[list[Message], list[Message]]:
    """The customer's latest messages that make an ask, and what came before, latest first."""
    asking: list[Message] = []
    said = 0
    for n in range(len(messages) - 1, -1, -1):
        message = messages[n]
        if message.author.role != "customer":
            continue
        asking.insert(0, message)
        said += sum(word not in SPOKEN_LITTLE for word in words_of(message.text))
        if said >= _ENOUGH_WORDS or len(asking) == _MOST_ASKING:
            break
    of_ask = {one.id for one in asking}
    earlier = [one for one in reversed(messages) if one.id not in of_ask]
    return asking, earlier[:_EARLIER]


def _ask(messages: Sequence[Message], subject: str) -> str:
    """What ``messages`` ask, a few hundred characters at most: the most telling sentences."""
    sentences = said_in(messages)
    chosen = _chosen(sentences, Ranking(sentences, subject), _LONGEST_ASK)
    return "\n".join(one.text for one in chosen)


def _chosen(sentences: Sequence[Said], ranking: Ranking, room: int) -> list[Said]:
    def score(one: Said) -> float:
        return ranking.worth(one) + 2.0 * bool(_ASKS & set(one.acts))

    chosen: list[Said] = []
    for one in sorted(sentences, key=lambda one: (-score(one), one.place, one.order)):
        if len(one.text) <= room:
            chosen.append(one)
            room -= len(one.text)
    return sorted(chosen, key=lambda one: (one.place, one.order))


def _told(message: Message) -> str:
    return clipped(" ".join(message.text.split()), _LONGEST_EARLIER)


def _last_words(conversation: Conversation) -> str:
    """Whatever was said last, when nothing looks like an ask."""
    texts = [one.text.strip() for one in conversation.messages if one.visibility == "public"]
    return next((text[:_LONGEST_ASK] for text in reversed(texts) if text), "")
