"""Everything a draft is made of, gathered before any engine works."""

from collections.abc import Sequence
from typing import NamedTuple

from copilot.context.card import ContextCard
from copilot.context.query import identifiers_in
from copilot.conversations.conversation import CALL_NOTES_ID, Conversation, Message
from copilot.drafts.draft import Draft, DraftOptions
from copilot.drafts.past_edits import StyleExample
from copilot.drafts.questions import Ask, asks_in
from copilot.drafts.sources import DraftSource, passage_as_source, sources_of
from copilot.grounding.figure_check import Source
from copilot.grounding.sources import customer_source, fact_sources, message_source
from copilot.guidance.flow import Guide
from copilot.kernel.language import primary_subtag
from copilot.knowledge.passage import Passage
from copilot.privacy.known import KnownFacts
from copilot.privacy.names import name_words

_DEFAULT_LANGUAGE = "en"
_LITTLE_TEXT = 120
_MISTAKEN = (
    frozenset(("fi", "et")),
    frozenset(("sv", "da", "no", "nb", "nn")),
    frozenset(("es", "pt", "it")),
    frozenset(("de", "nl")),
    frozenset(("cs", "pl")),
    frozenset(("ru", "uk", "bg")),
)
"""Languages that a few words do not tell apart."""


class Material(NamedTuple):
    """What one draft is made of.

    Attributes:
        language: BCP 47 code that the reply shall be in.
        passages: What search found, internal ones included; for the agent.
        sources: What the reply may rest on.
        pending: The customer's messages that nobody has answered.
        inherited: What the draft that is being changed rests on and is no source any more: gone,
            changed, or internal by now. Its sentences go on citing it; nothing new is made of it.
        examples: Reviewed replies of this tenant, for the style alone.
        guide: The process, tone guide and saved reply that fit.
    """

    conversation: Conversation
    card: ContextCard
    options: DraftOptions
    language: str
    passages: list[Passage]
    sources: list[DraftSource]
    pending: list[Message]
    first_name: str | None
    inherited: Sequence[DraftSource] = ()
    examples: Sequence[StyleExample] = ()
    guide: Guide = Guide()

    @property
    def asks(self) -> list[Ask]:
        """What the customer waits for."""
        answered = any(one.author.role == "agent" for one in self.public_messages)
        return asks_in(self.pending, opening=not answered)

    @property
    def public_messages(self) -> list[Message]:
        """What customer and agent said to each other."""
        return [one for one in self.conversation.messages if one.visibility == "public"]

    @property
    def notes(self) -> list[Message]:
        """What colleagues wrote for each other."""
        return notes_in(self.conversation)

    @property
    def citable(self) -> list[DraftSource]:
        """What sentences may cite."""
        return [*self.sources, *self.inherited]


def gather(
    conversation: Conversation,
    card: ContextCard,
    options: DraftOptions,
    passages: list[Passage],
    parent: Draft | None = None,
) -> Material:
    """Put the material of a draft together. Takes processor time: call it in a thread.

    Args:
        conversation: What is to be answered.
        card: Its context card.
        options: The wishes of the agent.
        passages: What search found, best first; repeats are dropped.
        parent: The draft that is to be changed, if any.
    """
    named = identifiers_in(conversation)
    found = list({one.id: one for one in reversed(passages)}.values())[::-1]
    notes = notes_in(conversation)
    sources = sources_of(card, found, named, notes, use_internal=options.use_internal)
    return Material(
        conversation=conversation,
        card=card,
        options=options,
        language=options.language or _language(conversation, card, found),
        passages=found,
        sources=sources,
        pending=pending_messages(conversation),
        first_name=_first_name(conversation, card),
        inherited=_inherited(parent, sources) if parent is not None else (),
    )


def _inherited(parent: Draft, sources: Sequence[DraftSource]) -> list[DraftSource]:
    there = {one.passage.id for one in sources if one.passage is not None}
    cited = [one.passage for one in parent.citations if one.passage is not None]
    gone = {one.id: one for one in cited if one.id not in there}
    first = max((one.number for one in sources), default=0) + 1
    return [passage_as_source(number, one) for number, one in enumerate(gone.values(), first)]


def notes_in(conversation: Conversation) -> list[Message]:
    """The internal notes that people wrote to a conversation, oldest first.

    A call's approved notes are not among them: they only say again what its messages say.
    """
    return [
        one
        for one in conversation.messages
        if one.visibility == "internal" and one.text.strip() and one.external_id != CALL_NOTES_ID
    ]


def pending_messages(conversation: Conversation) -> list[Message]:
    """The customer's messages since an agent last answered; else the last they wrote at all."""
    public = [one for one in conversation.messages if one.visibility == "public"]
    pending: list[Message] = []
    for message in reversed(public):
        if message.author.role == "agent" and pending:
            break
        if message.author.role == "customer":
            pending.insert(0, message)
    return pending


def trusted_sources(material: Material) -> list[Source]:
    """Texts that links and contact details may come from: not what the customer wrote."""
    found = [message_source(one) for one in material.public_messages if one.author.role == "agent"]
    options = material.options
    told = [*options.facts, *filter(None, [options.instruction, options.signature])]
    found += fact_sources(told)
    if material.card.customer is not None:
        found.append(customer_source(material.card.customer))
    return found


def said_sources(material: Material) -> list[Source]:
    """What the customer wrote, as texts that figures may rest on."""
    return [message_source(one) for one in material.public_messages if one.author.role != "agent"]


def known_facts(material: Material) -> KnownFacts:
    """What identifies the people of the conversation."""
    customer = material.card.customer
    names = [material.conversation.customer_name, customer.name if customer else None]
    names += [
        one.author.name
        for one in material.conversation.messages
        if one.author.role in ("customer", "agent") and _is_personal(one.author.name)
    ]
    signature = (material.options.signature or "").strip().splitlines()
    names += [one for one in signature[:1] if _is_personal(one)]
    by_kind: dict[str, list[str]] = {"email": [], "phone": [], "handle": []}
    for address in customer.addresses if customer else []:
        by_kind.setdefault(address.kind, []).append(address.value)
    orders = material.card.orders
    numbers = [one.number for one in orders]
    numbers += [one.number for order in orders for one in order.tracking if one.number]
    return KnownFacts(
        names=tuple(dict.fromkeys(filter(None, names))),
        emails=tuple(by_kind["email"]),
        phones=tuple(by_kind["phone"]),
        handles=tuple(by_kind["handle"]),
        numbers=tuple(numbers),
    )


def _language(conversation: Conversation, card: ContextCard, passages: Sequence[Passage]) -> str:
    """The conversation's language; the customer's own where little text leaves both possible.

    Where theirs is not known either, that of the articles which say the same words.
    """
    found, stated = conversation.language, card.customer.language if card.customer else None
    if found is not None and stated is None:
        stated = next((one.language for one in passages if one.language), None)
    if found is None or stated is None:
        return found or stated or _DEFAULT_LANGUAGE
    written = sum(len(one.text) for one in conversation.messages if one.author.role == "customer")
    confused = any({primary_subtag(found), primary_subtag(stated)} <= group for group in _MISTAKEN)
    return stated if confused and written < _LITTLE_TEXT else found


def _is_personal(name: str | None) -> bool:
    """Whether an author's name is a person's, not a team's ("Customer service")."""
    words = (name or "").split()
    return bool(words) and all(word[:1].isupper() for word in words)


def _first_name(conversation: Conversation, card: ContextCard) -> str | None:
    names = [card.customer.name if card.customer else None, conversation.customer_name]
    names += [one.author.name for one in conversation.messages if one.author.role == "customer"]
    for name in names:
        if name and "@" not in name and not any(character.isdigit() for character in name):
            words = name_words(name.split(",")[1] if "," in name else name)
            if words and words[0][0].isupper():
                return words[0]
    return None
