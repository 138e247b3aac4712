"""What the tenant's process, tone guide and saved reply mean for one draft."""

from copilot.drafts.draft import DraftWarning, Tone
from copilot.drafts.material import Material
from copilot.drafts.parts import DraftProcess, DraftSavedReply
from copilot.drafts.wording import Wording
from copilot.guidance.filling import Filled, filled
from copilot.guidance.process import version_of
from copilot.guidance.standing import Standing
from copilot.guidance.tone import forbidden_in, tone_for

_AS_BASE = 0.75
"""How surely a saved reply must fit for its text to be the reply that is put together."""


def process_of(material: Material) -> DraftProcess | None:
    """The process that fits, as the draft shows it."""
    if material.guide.process is None:
        return None
    process, standing, score = material.guide.process
    return DraftProcess(
        name=process.front.name,
        title=process.front.title,
        step=standing.step,
        step_text=process.steps[standing.step - 1].text,
        steps=[one.text for one in process.steps],
        missing_facts=[one.name for one in standing.missing],
        facts_on_file={one.name: one.value for one in standing.on_file},
        escalate=_reason(standing),
        deadline=_deadline(process.front.deadline, standing),
        due=standing.due,
        score=score,
        version=process.version,
    )


def _reason(standing: Standing) -> str | None:
    if standing.escalate is None or standing.evidence is None:
        return standing.escalate
    return f"{standing.escalate} (message {standing.evidence})"


def _deadline(written: str | None, standing: Standing) -> str | None:
    return written if standing.due is None else f"{written} (by {standing.due.isoformat()})"


def saved_reply_of(material: Material, *, assembled: bool) -> DraftSavedReply | None:
    """The saved reply that fits, as the draft shows it.

    Args:
        material: What the draft is made of.
        assembled: Whether the reply was put together: then only what fits well is in it.
    """
    if material.guide.reply is None:
        return None
    reply, score = material.guide.reply
    used = not assembled or score >= _AS_BASE
    version = version_of(reply.body) if used else None
    return DraftSavedReply(id=reply.id, title=reply.title, score=score, version=version)


def reply_text(material: Material) -> Filled | None:
    """The text of the saved reply that fits, filled in with what is known."""
    if material.guide.reply is None:
        return None
    signature = material.options.signature or ""
    orders = material.card.orders
    order = orders[0] if len(orders) == 1 else None
    numbers = [one.number for one in order.tracking if one.number] if order is not None else []
    return filled(
        material.guide.reply[0].body,
        {
            "first_name": material.first_name,
            "order_number": order.number if order is not None else None,
            "order_status": order.status if order is not None else None,
            "tracking_number": numbers[0] if len(numbers) == 1 else None,
            "agent_name": signature.splitlines()[0] if signature else None,
        },
    )


def base_text(material: Material) -> str | None:
    """The saved reply's text where it fits so well that the reply is put together of it."""
    text = reply_text(material)
    if text is None or material.guide.reply is None or material.guide.reply[1] < _AS_BASE:
        return None
    return text.text


def questions_to_ask(material: Material) -> list[str]:
    """How to ask for the facts that the process needs and nobody told."""
    if material.guide.process is None:
        return []
    return [one.question for one in material.guide.process[1].missing if one.question]


def for_prompt(material: Material) -> dict[str, str]:
    """Variables of the prompt: the tone guide, the process and the saved reply, as text."""
    process = process_of(material)
    text = reply_text(material)
    return {
        "tone_guide": material.guide.tone or "",
        "process": "" if process is None else _in_words(process, questions_to_ask(material)),
        "saved_reply": "" if text is None else text.text,
    }


def warnings_of(material: Material, *, assembled: bool) -> list[DraftWarning]:
    """What the process and the saved reply ask of the agent.

    Args:
        material: What the draft is made of.
        assembled: Whether the reply was put together, perhaps of the saved reply.
    """
    found: list[DraftWarning] = []
    if material.guide.failed:
        found.append(
            DraftWarning(
                code="guidance_failed",
                detail="The processes and saved replies could not be looked through.",
            )
        )
    process = process_of(material)
    if process is not None and process.escalate is not None:
        found.append(DraftWarning(code="escalate", detail=f"{process.title}: {process.escalate}"))
    if process is not None and process.missing_facts:
        missing = ", ".join(process.missing_facts)
        found.append(DraftWarning(code="facts_missing", detail=f"{process.title} needs: {missing}"))
    text = reply_text(material)
    if assembled and base_text(material) is not None and text is not None and text.open:
        places = ", ".join(text.open)
        found.append(DraftWarning(code="saved_reply_open", detail=f"Fill in yourself: {places}"))
    return found


def forbidden_words(text: str, material: Material) -> list[DraftWarning]:
    """A warning for each word of the reply ``text`` that the tenant's tone guide forbids."""
    tone = tone_for(material.guide.tone, material.language)
    return [
        DraftWarning(code="forbidden_word", detail=f"The tone guide forbids this: {word}")
        for word in forbidden_in(text, tone)
    ]


def toned(wording: Wording, material: Material) -> Wording:
    """``wording`` as the tenant's tone guide has it; a formal reply that was asked for stays."""
    tone = tone_for(material.guide.tone, wording.language)
    changed = wording
    if tone.greeting is not None:
        line = _with_name(tone.greeting)
        changed = changed._replace(greeting=_unless_formal(wording.greeting, line))
    if tone.greeting_nameless is not None:
        line = tone.greeting_nameless
        nameless = _unless_formal(wording.greeting_nameless, line)
        changed = changed._replace(greeting_nameless=nameless)
    if tone.closing is not None:
        changed = changed._replace(closing=_unless_formal(wording.closing, tone.closing))
    if tone.address == "te":
        changed = changed._replace(
            opening={one: _formal(line) for one, line in changed.opening.items()},
            thanks=_formal(changed.thanks),
            nothing_found=_formal(changed.nothing_found),
        )
    return changed


def _unless_formal(lines: dict[Tone, str], line: str) -> dict[Tone, str]:
    return {tone: was if tone == "formal" else line for tone, was in lines.items()}


def _with_name(line: str) -> str:
    """``line`` as a format: braces of its own stay."""
    doubled = line.replace("{", "{{").replace("}", "}}")
    return doubled.replace("{{first_name}}", "{name}")


def _formal(line: str) -> str:
    return line.replace("viestistäsi", "viestistänne").replace("asiaasi", "asiaanne")


def _in_words(process: DraftProcess, questions: list[str]) -> str:
    lines = [process.title]
    lines += [f"{number}. {step}" for number, step in enumerate(process.steps, 1)]
    lines.append(f"The conversation stands at step {process.step}.")
    if process.missing_facts:
        lines.append(f"Not known yet: {', '.join(process.missing_facts)}.")
    on_file = [f"{name}: {value}" for name, value in process.facts_on_file.items()]
    if on_file:
        lines.append(f"On file already, do not ask for it: {'; '.join(on_file)}.")
    lines += [f"Ask for it like this: {one}" for one in questions]
    if process.escalate:
        lines.append(f"Somebody else takes over: {process.escalate}")
    if process.deadline:
        lines.append(f"To be done within: {process.deadline}")
    return "\n".join(lines)
