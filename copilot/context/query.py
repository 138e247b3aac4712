"""What to search for: the customer's ask, without greetings and signatures."""

from collections.abc import Sequence

from copilot.context.bounds import LONGEST_TEXT, beginnings
from copilot.conversations.conversation import Conversation
from copilot.grounding.figures import find_figures
from copilot.grounding.finders.identifiers import code_key
from copilot.summaries.extractive import bare_subject
from copilot.summaries.ranking import Ranking
from copilot.summaries.said import Said, clipped, said_in, visible_messages

_LONGEST = 600
_LONGEST_SUBJECT = 200
_LATEST_MESSAGES = 12
_FIRST_MESSAGES = 2
_ASKS = frozenset(("question", "request", "problem"))


def build_query(conversation: Conversation) -> str:
    """The customer's ask in their own words, for search.

    The subject, then the customer's questions, requests and complaints: the latest count most,
    the first say what it is about. Sentences with an order number or other identifier are
    preferred. A few hundred characters at most.
    """
    messages = [
        message
        for message in visible_messages(conversation, include_internal=False)
        if message.author.role == "customer"
    ]
    if len(messages) > _LATEST_MESSAGES:
        messages = [*messages[:_FIRST_MESSAGES], *messages[_FIRST_MESSAGES - _LATEST_MESSAGES :]]
    sentences = said_in(beginnings(messages))
    subject = clipped(bare_subject(conversation.subject), _LONGEST_SUBJECT)
    chosen = _chosen(sentences, Ranking(sentences, subject), _LONGEST - len(subject))
    lines = [subject, *(one.text for one in chosen)]
    query = "\n".join(line for line in lines if line)
    return query or _last_words(conversation)


def identifiers_in(conversation: Conversation) -> set[str]:
    """Order numbers and other identifiers that the thread names, as they compare."""
    texts = [bare_subject(conversation.subject), *(one.text for one in conversation.messages[-60:])]
    return {
        code_key(figure.text)
        for text in texts
        for figure in find_figures(text[:LONGEST_TEXT], conversation.language)
        if figure.kind == "identifier"
    }


def _chosen(sentences: Sequence[Said], ranking: Ranking, room: int) -> list[Said]:
    last = sentences[-1].place if sentences else 0

    def score(one: Said) -> float:
        asks = 2.0 * bool(_ASKS & set(one.acts))
        return ranking.worth(one) + asks - 0.5 * min(4, last - one.place)

    chosen: list[Said] = []
    for one in sorted(sentences, key=lambda one: (-score(one), one.place, one.order)):
        if len(one.text) <= room and (not chosen or _ASKS & set(one.acts) or len(chosen) < 3):
            chosen.append(one)
            room -= len(one.text)
    return sorted(chosen, key=lambda one: (one.place, one.order))


def _last_words(conversation: Conversation) -> str:
    """Whatever was said last, when nothing looks like an ask."""
    texts = [one.text.strip() for one in conversation.messages if one.visibility == "public"]
    return next((text[:_LONGEST] for text in reversed(texts) if text), "")
