"""A reply by a language model: prompt, pseudonyms on the way out, restored on the way back."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from copilot.drafts.draft import Draft, Length
from copilot.drafts.guided import for_prompt
from copilot.drafts.material import Material, known_facts
from copilot.drafts.parts import DraftUsage
from copilot.drafts.telling import Mask, Told, sources_in, told_in
from copilot.drafts.wording import language_name
from copilot.kernel.unseen import clean_for_prompt
from copilot.llm.chat import Chat, Metered, ModelUnavailableError
from copilot.llm.prompts import Prompts, RenderedPrompt
from copilot.llm.room import CHARACTERS_PER_TOKEN, answer_tokens, characters_for, per_token_of
from copilot.privacy.pseudonyms import Pseudonymiser

_MAX_TOKENS: dict[Length, int] = {"short": 400, "medium": 800, "long": 1600}


def pseudonyms_for(chat: Chat, material: Material) -> Pseudonymiser | None:
    """What masks the texts of one exchange with ``chat``; None when they may go there unmasked."""
    return None if chat.local else Pseudonymiser(known_facts(material))


def masked_prompt(
    chat: Chat, material: Material, prompts: Prompts
) -> tuple[Pseudonymiser | None, RenderedPrompt]:
    """The prompt for a draft by ``chat``, and what masked it. Takes processor time, in a thread."""
    pseudonyms = pseudonyms_for(chat, material)
    window, per_token = chat.context_tokens, per_token_of(chat)
    return pseudonyms, draft_prompt(material, prompts, pseudonyms, window, per_token)


def draft_prompt(
    material: Material,
    prompts: Prompts,
    pseudonyms: Pseudonymiser | None,
    context_tokens: int,
    per_token: float = CHARACTERS_PER_TOKEN,
) -> RenderedPrompt:
    """The prompt for a draft. Takes processor time: call it in a thread.

    Args:
        material: What the draft is made of.
        prompts: The prompts.
        pseudonyms: Masks each text before it enters the prompt. The prompt's own words and fences
            stay as they are: a customer by the name of "Never" must not take a rule out of it.
        context_tokens: The model's window.
        per_token: Characters of a token of it.
    """
    options = material.options
    masked = _masked(pseudonyms)

    def render(told: Told) -> RenderedPrompt:
        return prompts.render(
            "draft",
            channel=material.conversation.channel,
            language=language_name(material.language),
            tone=options.tone,
            length=options.length,
            first_name=masked(material.first_name or ""),
            instruction=masked(options.instruction or ""),
            internal=_has_internal(told.sources),
            signature=masked(options.signature or ""),
            examples=[
                {"question": masked(one.question), "reply": masked(one.sent_text)}
                for one in material.examples
            ],
            **{name: masked(text) for name, text in for_prompt(material).items()},
            **told._asdict(),
        )

    longest = most_tokens(options.length, context_tokens)
    room = characters_for(context_tokens, longest, render(Told()).messages, per_token)
    return render(told_in(material, room, masked))


def refine_prompt(
    draft: Draft,
    wish: str,
    language: str,
    material: Material,
    prompts: Prompts,
    pseudonyms: Pseudonymiser | None,
    context_tokens: int,
    per_token: float = CHARACTERS_PER_TOKEN,
) -> RenderedPrompt:
    """The prompt that changes ``draft`` as the agent wishes, masked as :func:`draft_prompt`."""
    masked = _masked(pseudonyms)

    def render(sources: list[dict[str, str]]) -> RenderedPrompt:
        return prompts.render(
            "refine",
            language=language_name(language),
            instruction=masked(wish),
            wishes=[masked(one) for one in draft.wishes],
            draft=masked(draft.text),
            sources=sources,
            internal=_has_internal(sources),
        )

    longest = most_tokens("long", context_tokens)
    room = characters_for(context_tokens, longest, render([]).messages, per_token)
    return render(sources_in(material.sources, room, masked))


def usage_of(chat: Chat) -> DraftUsage | None:
    """What the answers of ``chat`` took until now; None where it does not count."""
    if not isinstance(chat, Metered) or not chat.usage:
        return None
    return DraftUsage(
        prompt_tokens=sum(one.prompt_tokens for one in chat.usage),
        answer_tokens=sum(one.answer_tokens for one in chat.usage),
        estimated=any(one.estimated for one in chat.usage),
        cost=None if chat.cost is None else str(chat.cost),
        currency=chat.currency,
    )


def most_tokens(length: Length, context_tokens: int) -> int:
    """The longest reply of a model, in tokens."""
    return answer_tokens(_MAX_TOKENS[length], context_tokens)


async def write(
    chat: Chat,
    prompt: RenderedPrompt,
    pseudonyms: Pseudonymiser | None,
    max_tokens: int,
    until: float,
) -> AsyncGenerator[str, None]:
    """The model's reply in pieces, with source marks and without placeholders.

    Args:
        chat: The model.
        prompt: Masked by ``pseudonyms``, if there are any.
        pseudonyms: What puts back what was masked.
        max_tokens: Longest answer.
        until: When it must be there, by ``time.monotonic()``.

    Raises:
        ModelUnavailableError: It gave nothing, broke off, or passed the deadline.
    """
    wrote = False
    stream = chat.stream(prompt.messages, max_tokens=max_tokens, until=until)
    async with aclosing(stream) as written:
        async for piece in pseudonyms.restored(written) if pseudonyms else written:
            wrote = wrote or bool(piece.strip())
            yield piece
    if not wrote:
        raise ModelUnavailableError("The language model gave an empty answer.")


def _has_internal(sources: Sequence[dict[str, str]]) -> bool:
    return any(one["kind"].startswith("internal") for one in sources)


def _masked(pseudonyms: Pseudonymiser | None) -> Mask:
    if pseudonyms is None:
        return clean_for_prompt
    # First what nobody sees: inside a name or number it would keep it from being masked.
    return lambda text: pseudonyms.mask(clean_for_prompt(text))
