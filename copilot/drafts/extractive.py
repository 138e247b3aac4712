"""A reply without a language model: statements of articles and orders, put together.

Nothing is worded anew except for orders, so nothing can be made up; what cannot be answered is
said. The text carries source marks like a model's, and goes through the same checks.
"""

from itertools import chain
from typing import NamedTuple

from copilot.customers.order import Order
from copilot.drafts.answered import Answered
from copilot.drafts.answering import Answerer, likeliest
from copilot.drafts.draft import DraftWarning, Length
from copilot.drafts.guided import base_text, questions_to_ask, toned
from copilot.drafts.material import Material
from copilot.drafts.meaning import Meanings
from copilot.drafts.order_facts import (
    asks_about_order,
    is_finished,
    names,
    order_sentences,
    tells_of,
)
from copilot.drafts.order_numbers import unknown_numbers
from copilot.drafts.questions import Ask
from copilot.drafts.sources import DraftSource, is_citable
from copilot.drafts.statements import Statement, in_language, readable, statements_of
from copilot.drafts.wording import Wording, has_closing, wording_for
from copilot.kernel.clock import now

ENGINE = "extractive"
_MOST_STATEMENTS: dict[Length, int] = {"short": 1, "medium": 2, "long": 4}
_MOST_ORDERS: dict[Length, int] = {"short": 1, "medium": 2, "long": 4}
_QUESTION_LENGTH = 160
_SHOWN_FOREIGN = 3
_MOST_COMPARED = 24


class Assembled(NamedTuple):
    """An assembled reply: text with source marks, and what the agent should know of it."""

    written: str
    answerable: bool
    warnings: list[DraftWarning]
    answers: tuple[Answered, ...] = ()


class Candidates(NamedTuple):
    """What may be said, and what to compare to choose from it.

    Attributes:
        statements: Everything the passages say in the language of the reply.
        texts: The questions, the likeliest statements and their headings.
    """

    statements: list[Statement]
    texts: list[str]


def candidates(material: Material) -> Candidates:
    """The statements of the sources and the texts whose meaning matters. Call it in a thread."""
    statements = [
        statement
        for rank, source in enumerate(readable(material.sources, material.language))
        for statement in statements_of(source, rank)
    ]
    asks = material.asks
    texts = [text for ask in asks for text in (ask.text, ask.in_context)]
    for one in likeliest(statements, asks, _MOST_COMPARED):
        texts += [one.heading, one.text]
    return Candidates(statements, texts)


def assemble(
    material: Material, found: Candidates | None = None, meanings: Meanings | None = None
) -> Assembled:
    """The reply. Takes processor time: call it in a thread.

    Args:
        material: What it is made of.
        found: Its candidates, where they are known already.
        meanings: Of the candidates' texts; None: wording alone decides.
    """
    wording, framed = wording_for(material.language)
    statements = (found or candidates(material)).statements
    wording = toned(wording, material)
    assembly = _Assembly(material, wording, Answerer(statements, meanings))
    for ask in material.asks:
        assembly.answer(ask)
    warnings = [_ASSEMBLED, *assembly.warnings(), *_about(material, framed=framed)]
    written = assembly.written()
    return Assembled(written, assembly.answerable, warnings, tuple(assembly.answers))


_ASSEMBLED = DraftWarning(
    code="assembled",
    detail="Put together from sentences of articles and orders, without a language model: "
    "check that it answers what was asked.",
)


class _Assembly:
    """A reply while it is being put together."""

    def __init__(self, material: Material, wording: Wording, answerer: Answerer) -> None:
        self._material = material
        self._wording = wording
        self._orders = [one for one in material.sources if one.order is not None]
        self._names_order = any(
            one.order is not None and _is_named(one.order.number, material) for one in self._orders
        )
        self._answerer = answerer
        latest = material.conversation.last_message_at or now()
        self._today = latest.date()
        self._used: set[str] = set()
        self._paragraphs: list[str] = []
        self._unanswered: list[Ask] = []
        self._answered_before: list[tuple[Ask, str]] = []
        self._unknown_orders: dict[Ask, list[str]] = {}
        self._asked = False
        self.answered = False
        self.answers: list[Answered] = []
        facts = [_ended(one) for one in material.options.facts]
        self._facts = Answerer([Statement(one, "", 0, 0, n) for n, one in enumerate(facts)])
        if facts:
            self._paragraphs.append(" ".join(facts))
            self.answered = True
        if (saved := base_text(material)) is not None:
            self._paragraphs.append(saved)
            self.answered = True

    def answer(self, ask: Ask) -> None:
        """Add the answer to ``ask``, or keep it as one that has none."""
        pending = [one.text for one in self._material.pending]
        if unknown := unknown_numbers(ask, pending, self._material.card.orders):
            # What articles say of other things, or another order's state, is no answer to it.
            self._unknown_orders[ask] = unknown
            self._unanswered.append(ask)
            self._asked = True
            missing = f"None of this customer's orders has this number: {', '.join(unknown)}"
            self.answers.append(Answered(ask, (), missing))
            return
        # What the agent tells for this one draft answers before any article does.
        if told := self._facts.answer(ask, most=2, used=set()).statements:
            self.answers.append(Answered(ask, [one.text for one in told]))
            self._asked = True
            return
        length = self._length
        fitting = self._orders_for(ask)[: _MOST_ORDERS[length]]
        if fitting:
            said = self._order_answer(fitting, ask)
            self._paragraphs += said
            self.answers.append(Answered(ask, self._order_sentences(fitting, ask)))
            if not said:
                self._answered_before.append((ask, f"order {fitting[0][1].number}"))
            self.answered = self._asked = True
            return
        answer = self._answerer.answer(
            ask, most=_MOST_STATEMENTS[length], used=self._used, in_full=length == "long"
        )
        if self._answerer.brings_its_own(ask, answer) and any(one.texts for one in self.answers):
            # Around it stands a question that was answered: what fits that one says nothing here.
            answer = answer._replace(statements=[])
        new = [
            one._replace(text=text) for one in answer.statements if (text := self._unsaid(one.text))
        ]
        if new:
            self._used |= {one.text for one in answer.statements}
            self._paragraphs += _paragraphs_of(new)
        elif answer.statements and ask.kind == "asked":
            self._answered_before.append((ask, answer.statements[0].text))
        if ask.kind != "told":
            self.answers.append(Answered(ask, [one.text for one in answer.statements]))
        if answer.statements:
            self.answered = True
        elif ask.kind == "asked":
            self._unanswered.append(ask)
        self._asked = self._asked or ask.kind != "told"

    def _unsaid(self, text: str) -> str:
        """What of ``text`` the reply does not hold yet; sentences of it may be there already."""
        # The longest first: what is part of another must not break that one up.
        for said in sorted(self._used, key=lambda one: (-len(one), one)):
            text = text.replace(said, "").strip()
        return "" if any(text in said for said in self._used) else text

    def written(self) -> str:
        """The whole reply with source marks."""
        tone = self._material.options.tone
        name, wording = self._material.first_name, self._wording
        greeting = wording.greeting[tone].format(name=name) if name else None
        body = [greeting or wording.greeting_nameless[tone]]
        opening = wording.opening[tone] if self._material.conversation.channel != "sms" else ""
        paragraphs = list(self._paragraphs)
        open_questions = [_quoted(one.text) for one in self._unanswered if one.is_question]
        if open_questions:
            of_order = bool(self._unknown_orders)
            paragraphs.append(wording.left_open(open_questions, of_order=of_order))
        elif not paragraphs:
            paragraphs.append(wording.nothing_found if self._asked else wording.thanks)
        paragraphs += [" ".join(asking)] if (asking := questions_to_ask(self._material)) else []
        if opening:
            body.append(opening)
        body += paragraphs
        if has_closing(self._material.conversation.channel):
            signature = self._material.options.signature
            body.append("\n".join(filter(None, [wording.closing[tone], signature])))
        return "\n\n".join(body)

    def warnings(self) -> list[DraftWarning]:
        """What could not be answered."""
        found = [
            DraftWarning(
                code="question_unanswered", detail=f"No article answers this: {_short(one.text)}"
            )
            for one in self._unanswered
            if one not in self._unknown_orders
        ]
        found += [
            DraftWarning(
                code="order_not_found",
                detail=f"None of this customer's orders has this number: {number}",
            )
            for number in dict.fromkeys(chain.from_iterable(self._unknown_orders.values()))
        ]
        found += [
            DraftWarning(
                code="answered_before",
                detail=f"Taken as answered by what the reply says already: {_short(ask.text)} "
                f"→ {_short(' '.join(said.split()))}",
            )
            for ask, said in self._answered_before
        ]
        if self._asked and not self.answered and not found:
            found.append(
                DraftWarning(code="nothing_found", detail="No article or order fits this message.")
            )
        if not self._asked:
            found.append(
                DraftWarning(code="nothing_asked", detail="No question or wish was recognised.")
            )
        return found

    @property
    def answerable(self) -> bool:
        """Whether the sources carry an answer, or none is waited for."""
        return self.answered or not self._asked

    def _orders_for(self, ask: Ask) -> list[tuple[DraftSource, Order]]:
        """The orders whose state answers ``ask``."""
        if ask.kind == "told" or not asks_about_order(
            ask.text, ask.around, names_order=self._names_order
        ):
            return []
        orders = [(one, one.order) for one in self._orders if one.order is not None]
        some_open = any(not is_finished(order) for _, order in orders)
        return [
            (source, order)
            for source, order in orders
            if tells_of(order, ask.text, others_open=some_open)
        ]

    @property
    def _length(self) -> Length:
        """How much is said; a text message holds the one answer."""
        of_sms = self._material.conversation.channel == "sms"
        return "short" if of_sms else self._material.options.length

    def _order_sentences(self, orders: list[tuple[DraftSource, Order]], ask: Ask) -> list[str]:
        """Everything that ``orders`` say to ``ask``, said before or not."""
        return [
            sentence
            for _, order in orders
            for sentence in order_sentences(order, ask.text, self._wording, self._today)
        ]

    def _order_answer(self, orders: list[tuple[DraftSource, Order]], ask: Ask) -> list[str]:
        """What ``orders`` say to ``ask`` and the reply does not hold yet."""
        found: list[str] = []
        for source, order in orders:
            sentences = [
                f"{sentence} [{source.mark}]"
                for sentence in order_sentences(order, ask.text, self._wording, self._today)
                if sentence not in self._used
            ]
            self._used |= {sentence.rsplit(" [", 1)[0] for sentence in sentences}
            if sentences:
                found.append(" ".join(sentences))
        return found


def _is_named(number: str, material: Material) -> bool:
    texts = [material.conversation.subject or "", *(one.text for one in material.pending)]
    return any(names(text, number) for text in texts)


def _paragraphs_of(statements: list[Statement]) -> list[str]:
    """Sentences of one source run on; lists stand by themselves."""
    found: list[str] = []
    last: int | None = None
    for one in statements:
        marked = f"{one.text} [S{one.source}]"
        if one.is_list or last != one.source or not found:
            found.append(marked)
        else:
            found[-1] += f" {marked}"
        last = None if one.is_list else one.source
    return found


def _about(material: Material, *, framed: bool) -> list[DraftWarning]:
    """What the agent should know of what was not used."""
    found: list[DraftWarning] = []
    if not framed:
        found.append(
            DraftWarning(
                code="language_not_supported",
                detail=f"There are no phrases for {material.language!r} without a language model: "
                "greeting and closing are in English.",
            )
        )
    if material.options.instruction:
        found.append(
            DraftWarning(
                code="instruction_needs_model",
                detail="The instruction was not followed: that needs a language model.",
            )
        )
    foreign = [
        one
        for one in material.passages[:_SHOWN_FOREIGN]
        if is_citable(one) and not in_language(one.language, material.language)
    ]
    found += [
        DraftWarning(
            code="source_in_other_language",
            detail=f"Could help, but is in another language ({one.language}): {one.title}",
        )
        for one in foreign
    ]
    return found


def _ended(fact: str) -> str:
    fact = fact.strip()
    return fact if fact.endswith((".", "!", "?")) else f"{fact}."


def _quoted(question: str) -> str:
    """A question as it stands in quotes: what came after "and" begins with a capital there."""
    short = _short(question)
    return short[:1].upper() + short[1:]


def _short(question: str) -> str:
    question = question.strip()
    if len(question) <= _QUESTION_LENGTH:
        return question
    return question[:_QUESTION_LENGTH].rsplit(" ", 1)[0] + " …"
