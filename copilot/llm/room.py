"""How much text fits into a model's window."""

import math
from collections.abc import Sequence

from copilot.llm.chat import Calibrated, Chat, ChatMessage

CHARACTERS_PER_TOKEN = 2.5
"""Fewer than any usual tokenizer makes of Finnish; English has four and more."""

FENCE_CHARACTERS = 100
"""What the two tags around a text take."""

_LONGEST_ANSWER = 0.25


def per_token_of(chat: Chat) -> float:
    """Characters that a token of this model has, as far as is known."""
    return chat.characters_per_token if isinstance(chat, Calibrated) else CHARACTERS_PER_TOKEN


def tokens_in(characters: int, per_token: float = CHARACTERS_PER_TOKEN) -> int:
    """About how many tokens so many characters are; rather too many."""
    return math.ceil(characters / per_token)


def answer_tokens(wanted: int, context_tokens: int) -> int:
    """The longest answer in tokens: ``wanted``, but no more than a quarter of the window."""
    return min(wanted, int(context_tokens * _LONGEST_ANSWER))


def characters_for(
    context_tokens: int,
    longest_answer: int,
    own_words: Sequence[ChatMessage],
    per_token: float = CHARACTERS_PER_TOKEN,
) -> int:
    """Characters of messages and sources that a prompt has room for; at least 0.

    Args:
        context_tokens: The model's window.
        longest_answer: Tokens that the answer may take.
        own_words: The prompt without messages and sources.
        per_token: Characters of a token; see :func:`per_token_of`.
    """
    own = sum(len(one.content) for one in own_words)
    return max(0, int((context_tokens - longest_answer) * per_token) - own)
