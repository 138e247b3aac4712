"""A language model's second look at citations: it may refuse one, never grant one.

What it says of itself is worth nothing where somebody's text may have told it what to say. So it is
asked only about citations that wording and meaning have let pass, and only its "no" counts: the
worst that a lying model does is to leave a good sentence without its source, which is flagged.
"""

import asyncio
import logging
from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple

from copilot.drafts.citing import marked_sources
from copilot.drafts.marks import Marked
from copilot.drafts.sources import DraftSource
from copilot.grounding.support import support
from copilot.kernel.unseen import clean_for_prompt
from copilot.llm.chat import Chat, ChatMessage, ModelUnavailableError
from copilot.llm.loose_json import values_in
from copilot.llm.prompts import Prompts
from copilot.privacy.pseudonyms import Pseudonymiser

_log = logging.getLogger(__name__)
_MOST_PAIRS = 12
_SOURCE_CHARACTERS = 1800
_WORD_FOR_WORD = 0.97
_TOKENS_EACH = 24
_SCHEMA = {
    "type": "object",
    "properties": {
        "pairs": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pair": {"type": "integer"}, "carries": {"type": "boolean"}},
                "required": ["pair", "carries"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["pairs"],
    "additionalProperties": False,
}

Pair = tuple[str, int]
"""A sentence, and the number of a source that it names."""


class SecondLook(NamedTuple):
    """Asks ``chat`` with the prompt of task ``support``, for at most ``wait_s`` seconds."""

    chat: Chat
    prompts: Prompts
    wait_s: float

    async def refused(
        self,
        marked: Marked,
        sources: Sequence[DraftSource],
        pseudonyms: Pseudonymiser | None,
        left_s: float | None = None,
    ) -> frozenset[Pair]:
        """The citations of ``marked`` that the model says do not carry their sentence.

        None where it fails, is late or says nothing that can be read: then wording and meaning
        have decided already. A sentence that stands in its source word for word is not asked about.

        Args:
            marked: A text and its marks.
            sources: What the marks name.
            pseudonyms: Masks what is sent, as the draft's own prompt was.
            left_s: Seconds that there are for it; None: as many as are set.
        """
        by_number = {one.number: one for one in sources}
        pairs = [
            (sentence, number)
            for sentence, numbers in marked_sources(marked)
            for number in dict.fromkeys(numbers)
            if number in by_number
            and by_number[number].order is None
            and support(sentence, by_number[number].text) < _WORD_FOR_WORD
        ][:_MOST_PAIRS]
        wait_s = self.wait_s if left_s is None else min(self.wait_s, left_s)
        if not pairs or wait_s <= 0:
            return frozenset()
        messages = await asyncio.to_thread(self._prompt, pairs, by_number, pseudonyms)
        try:
            async with asyncio.timeout(wait_s):
                answer = await self.chat.complete(
                    messages,
                    schema=_SCHEMA,
                    schema_name="support",
                    max_tokens=_TOKENS_EACH * (len(pairs) + 1),
                    until=monotonic() + wait_s,
                )
        except (ModelUnavailableError, TimeoutError) as error:
            _log.warning("citations without the model's second look (%s)", type(error).__name__)
            return frozenset()
        return frozenset(pairs[place] for place in _refused(answer) if place < len(pairs))

    def _prompt(
        self,
        pairs: Sequence[Pair],
        sources: dict[int, DraftSource],
        pseudonyms: Pseudonymiser | None,
    ) -> list[ChatMessage]:
        def masked(text: str) -> str:
            plain = clean_for_prompt(text)
            return plain if pseudonyms is None else pseudonyms.mask(plain)

        told = [
            {
                "number": place,
                "sentence": masked(sentence),
                "source": masked(sources[number].text)[:_SOURCE_CHARACTERS],
            }
            for place, (sentence, number) in enumerate(pairs, 1)
        ]
        return list(self.prompts.render("support", pairs=told).messages)


def _refused(answer: str) -> list[int]:
    """The places, from 0, that ``answer`` plainly refuses."""
    for value in values_in(answer):
        found = value.value.get("pairs") if isinstance(value.value, dict) else None
        if isinstance(found, list):
            return [
                one["pair"] - 1
                for one in found
                if isinstance(one, dict)
                and one.get("carries") is False
                and type(one.get("pair")) is int
                and one["pair"] > 0
            ]
    return []
