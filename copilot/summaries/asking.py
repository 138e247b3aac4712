"""Asking the model within one request's time: masked on the way out, restored on the way back."""

import time
from collections.abc import Sequence
from typing import Any

from copilot.kernel.unseen import clean_for_prompt
from copilot.llm.chat import Chat, ChatMessage, ModelUnavailableError
from copilot.llm.prompts import Prompts, RenderedPrompt
from copilot.llm.room import answer_tokens, characters_for, per_token_of
from copilot.privacy.pseudonyms import Pseudonymiser
from copilot.summaries.answer import (
    SummaryAnswer,
    UnreadableAnswerError,
    answer_schema,
    read_answer,
)

PROMPT_TASKS = ("summary", "summary_reduce", "summary_repair")
"""Every prompt that a summary may be made with; a change of any of them makes other summaries."""

_MAX_TOKENS = 1200
_PART_TOKENS = 800
_REPAIR_TOKENS = 500
_SHOWN_AGAIN = 1_000
_LEAST_S = 0.3
_QUICKER = 0.5


def prompts_hash(prompts: Prompts) -> str:
    """What is stored with a summary to tell which prompts made it."""
    return "+".join(prompts.template(task).hash for task in PROMPT_TASKS)


class Asker:
    """One request's exchange with the model.

    Args:
        chat: The model.
        prompts: The prompts.
        pseudonyms: Masks what goes there; None when the model is local.
        until: When the last answer must be there, by ``time.monotonic()``.
    """

    def __init__(
        self, chat: Chat, prompts: Prompts, pseudonyms: Pseudonymiser | None, until: float
    ) -> None:
        self._chat = chat
        self._prompts = prompts
        self._pseudonyms = pseudonyms
        self._until = until
        self._slowest = 0.0
        self.longest = answer_tokens(_MAX_TOKENS, chat.context_tokens)
        self.longest_of_part = answer_tokens(_PART_TOKENS, chat.context_tokens)

    @property
    def engine(self) -> str:
        """What is shown as the maker."""
        return self._chat.engine

    @property
    def seconds_left(self) -> float:
        """Until the last answer must be there; 0 when that has passed."""
        return max(0.0, self._until - time.monotonic())

    @property
    def has_time(self) -> bool:
        """Whether one more call is likely to be answered in time, by those so far."""
        return self.seconds_left > max(_LEAST_S, _QUICKER * self._slowest)

    def masked(self, text: str) -> str:
        """``text`` as the model may see it."""
        text = clean_for_prompt(text)
        return self._pseudonyms.mask(text) if self._pseudonyms is not None else text

    def restored(self, text: str) -> str:
        """``text`` with what its placeholders stand for."""
        return self._pseudonyms.restore(text) if self._pseudonyms is not None else text

    def render(self, task: str, **variables: object) -> RenderedPrompt:
        """The prompt of ``task``."""
        return self._prompts.render(task, **variables)

    def room(self, without_material: RenderedPrompt) -> int:
        """Characters of material that a prompt has room for, the repair of its answer included."""
        reserved = self.longest + _REPAIR_TOKENS
        own, per_token = without_material.messages, per_token_of(self._chat)
        return characters_for(self._chat.context_tokens, reserved, own, per_token)

    async def complete(
        self,
        messages: Sequence[ChatMessage],
        *,
        schema: dict[str, Any],
        schema_name: str,
        longest: int,
    ) -> str:
        """The model's answer as it stands.

        Raises:
            ModelUnavailableError: There is none.
        """
        began = time.monotonic()
        answer = await self._chat.complete(
            messages,
            schema=schema,
            schema_name=schema_name,
            max_tokens=longest,
            until=self._until,
        )
        self._slowest = max(self._slowest, time.monotonic() - began)
        return answer

    async def summary(self, prompt: RenderedPrompt, longest: int | None = None) -> SummaryAnswer:
        """The model's summary; one that cannot be read, or was cut off, is asked for once more.

        Args:
            prompt: The prompt.
            longest: Tokens of the answer; None: as many as a whole summary may have.

        Raises:
            ModelUnavailableError: No answer, or twice none that can be read.
        """
        first = await self._summary(prompt.messages, longest)
        read, fault = _read(first)
        if read is not None and not read.cut:
            return self._restored(read)
        messages = [
            *prompt.messages,
            ChatMessage("assistant", first[:_SHOWN_AGAIN]),
            ChatMessage("user", f"{fault} Answer again with the JSON object alone."),
        ]
        try:
            again, fault = _read(await self._summary(messages, longest))
        except ModelUnavailableError:
            if read is None:
                raise
            again = None
        # A whole answer is better than what is left of one that was cut off.
        best = again if again is not None and not (again.cut and read) else read
        if best is None:
            raise ModelUnavailableError(f"The model's answer cannot be read. {fault}")
        return self._restored(best)

    async def _summary(self, messages: Sequence[ChatMessage], longest: int | None) -> str:
        return await self.complete(
            messages,
            schema=answer_schema(),
            schema_name="summary",
            longest=longest or self.longest,
        )

    def _restored(self, answer: SummaryAnswer) -> SummaryAnswer:
        """``answer`` without placeholders, now that its data cannot break the JSON any more."""
        for section in answer.sections:
            for sentence in section.sentences:
                sentence.text = self.restored(sentence.text)
        answer.headline = self.restored(answer.headline)
        return answer


def _read(text: str) -> tuple[SummaryAnswer | None, str]:
    """What can be read of an answer, and what is wrong with it."""
    try:
        return read_answer(text), "The answer was cut off. Write less."
    except UnreadableAnswerError as fault:
        return None, str(fault)
