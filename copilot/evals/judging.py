"""A language model as judge: which of two texts serves the customer better.

A model prefers what it reads first (or last), so each pair is shown twice, places swapped; only a
verdict that survives the swap counts, any other is a tie (Zheng et al. 2023, "Judging
LLM-as-a-judge with MT-Bench and Chatbot Arena").
"""

import asyncio
import re
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

from copilot.conversations.conversation import Conversation, ConversationIn
from copilot.conversations.flow import inline
from copilot.evals.cache import Made, OutputCache
from copilot.evals.case import Output, digest
from copilot.evals.metrics.summaries import summary_text
from copilot.kernel.errors import ConfigurationError
from copilot.llm.chat import Chat, ModelUnavailableError
from copilot.llm.prompts import Prompts
from copilot.llm.room import FENCE_CHARACTERS, characters_for, per_token_of
from copilot.privacy.pseudonyms import Pseudonymiser
from copilot.summaries.people import people_in
from copilot.summaries.said import visible_messages

TASK = "judge"
Verdict = Literal["first", "second", "tie"]

_VERDICT = re.compile(r'"better"\s*:\s*"\s*(A|B|equal|tie)\s*"', re.IGNORECASE)
# Some servers leave the opening tag out, and what was cut off has no closing one.
_THINKING = re.compile(r"^.*</think(?:ing)?>|<think(?:ing)?>.*$", re.DOTALL | re.IGNORECASE)
_MAX_TOKENS = 400
_AT_ONCE = 4
_LEAST_SHOWN = 500
_KINDS = {"draft": "replies to the customer", "summary": "summaries for the next agent"}
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "better": {"type": "string", "enum": ["A", "B", "equal"]},
    },
    "required": ["reason", "better"],
    "additionalProperties": False,
}


class Pair(NamedTuple):
    """Two texts for one conversation.

    Attributes:
        case_id: Of the case.
        conversation: As a case has it.
        first, second: The texts.
    """

    case_id: str
    conversation: dict[str, Any]
    first: str
    second: str


class Judgement(NamedTuple):
    """The judge's verdict on a pair.

    Attributes:
        verdict: None when the judge gave none.
        consistent: Whether it said the same with the places swapped.
        error: Why it gave none.
    """

    verdict: Verdict | None
    consistent: bool = True
    error: str | None = None


class Judge:
    """Compares texts with a model.

    Args:
        chat: The model that judges; better another one than the one judged.
        prompts: The prompts; the rubric is ``judge``.
        task: ``draft`` or ``summary``.
        cache: Verdicts of earlier runs; gets the new ones.
        fresh: Ask anew even where a verdict is known.
    """

    def __init__(
        self,
        chat: Chat,
        prompts: Prompts,
        task: str,
        cache: OutputCache,
        *,
        fresh: bool = False,
    ) -> None:
        if task not in _KINDS:
            raise ConfigurationError("Only drafts and summaries can be judged by a model.")
        self._chat = chat
        self._prompts = prompts
        self._kind = _KINDS[task]
        self._cache = cache
        self._fresh = fresh
        self.engine = chat.engine
        self.prompt_hash = prompts.template(TASK).hash

    async def judge_all(self, pairs: Sequence[Pair]) -> list[Judgement]:
        """The verdict on each of ``pairs``, in order, a few at once."""
        free = asyncio.Semaphore(_AT_ONCE)

        async def one(pair: Pair) -> Judgement:
            async with free:
                return await self.judge(pair)

        return await asyncio.gather(*map(one, pairs))

    async def judge(self, pair: Pair) -> Judgement:
        """The verdict on ``pair``: asked twice with places swapped. A model that fails is told."""
        if pair.first == pair.second:
            return Judgement("tie")
        # What a judge is shown depends on whether it sees names, and on how much it can read.
        shown = [self._chat.local, self._chat.context_tokens]
        key = digest([TASK, self.engine, self.prompt_hash, self._kind, *shown, *pair[1:]])
        kept = None if self._fresh else self._cache.get([key]).get(key)
        if kept is not None:
            return Judgement(kept.output["verdict"], kept.output["consistent"])
        try:
            straight = await self._ask(pair)
            swapped = await self._ask(pair._replace(first=pair.second, second=pair.first))
        except ModelUnavailableError as error:
            return Judgement(None, error=error.detail)
        mirrored: dict[Verdict, Verdict] = {"first": "second", "second": "first", "tie": "tie"}
        consistent = straight == mirrored[swapped]
        judgement = Judgement(straight if consistent else "tie", consistent)
        kept_as = {"verdict": judgement.verdict, "consistent": consistent}
        self._cache.put(key, TASK, Made(kept_as, 0.0))
        return judgement

    async def _ask(self, pair: Pair) -> Verdict:
        conversation = inline(ConversationIn.model_validate(pair.conversation))
        pseudonyms = None if self._chat.local else Pseudonymiser(people_in(conversation, None))
        masked = pseudonyms.mask if pseudonyms is not None else str
        shown = {"kind": self._kind, "first": masked(pair.first), "second": masked(pair.second)}
        own = self._prompts.render(TASK, messages=[], **shown)
        window, per_token = self._chat.context_tokens, per_token_of(self._chat)
        room = characters_for(window, _MAX_TOKENS, own.messages, per_token)
        messages = _fitting(conversation, masked, room)
        prompt = self._prompts.render(TASK, messages=messages, **shown)
        answer = await self._chat.complete(
            prompt.messages, schema=_SCHEMA, schema_name="Verdict", max_tokens=_MAX_TOKENS
        )
        return read_verdict(answer)


def read_verdict(answer: str) -> Verdict:
    """The verdict in a model's answer, whatever stands around it; the last one counts.

    Raises:
        ModelUnavailableError: There is none.
    """
    found = _VERDICT.findall(_THINKING.sub("", answer))
    if not found:
        raise ModelUnavailableError("The judge answered without a verdict.")
    verdicts: dict[str, Verdict] = {"a": "first", "b": "second"}
    return verdicts.get(found[-1].lower(), "tie")


def judged_text(task: str, output: Output) -> str:
    """What of an output the judge reads: a draft's text, a summary's sentences."""
    return str(output["text"]) if task == "draft" else summary_text(output)


def _fitting(
    conversation: Conversation, masked: Callable[[str], str], room: int
) -> list[dict[str, Any]]:
    """The latest public messages that fit into ``room`` characters, in order.

    Of the last one at least the beginning is shown: nobody can judge without what was asked.

    Raises:
        ModelUnavailableError: Not even that fits.
    """
    shown: list[dict[str, Any]] = []
    for message in reversed(visible_messages(conversation, include_internal=False)):
        # Masked before it is cut: half an address would not be recognised as one.
        text = masked(message.text)
        room -= FENCE_CHARACTERS
        if shown and len(text) > room:
            break
        if room < min(len(text), _LEAST_SHOWN):
            raise ModelUnavailableError("The judge's window is too small for these texts.")
        shown.append({"number": message.seq, "role": message.author.role, "text": text[:room]})
        room -= len(text)
    return shown[::-1]
