"""Transcripts and mail: an expected text beside the text that was made, words compared."""

from copilot.evals.case import Output
from copilot.evals.reports.blocks import Block, listed, text
from copilot.evals.reports.marking import bare, differing
from copilot.evals.reports.views.reading import text_in
from copilot.evals.run import CaseResult


def transcription_given(case: CaseResult) -> list[Block]:
    """The recording's name: sound cannot be shown."""
    language = text_in(case.input, "language") or "not told"
    return [text("Recording", text_in(case.input, "audio")), text("Language", language)]


def transcription_expected(case: CaseResult, output: Output | None) -> list[Block]:
    """What was said; words that were not heard so are marked."""
    said = text_in(case.expected, "text")
    if output is None:
        return [text("", said)]
    return [text("", *differing(said, text_in(output, "text"), bare)[0])]


def transcription_output(case: CaseResult, output: Output) -> list[Block]:
    """What was heard; words that were not said so are marked."""
    heard = differing(text_in(case.expected, "text"), text_in(output, "text"), bare)[1]
    blocks = [text("", *heard)]
    duration, took = output.get("duration"), output.get("took")
    if isinstance(duration, float) and isinstance(took, float):
        blocks.append(text("Time", f"{took:.1f} s for {duration:.1f} s of sound"))
    if output.get("damaged"):
        blocks.append(listed("", [(["The recording is damaged."], "bad")]))
    return blocks


def transcription_title(case: CaseResult) -> str:
    """The file."""
    return text_in(case.input, "audio")


def email_given(case: CaseResult) -> list[Block]:
    """The mail as it came in."""
    return [text("Mail", text_in(case.input, "raw", "raw_eml", "raw_html"))]


def email_expected(case: CaseResult, output: Output | None) -> list[Block]:
    """The parts that a person took it apart into."""
    wanted = case.expected
    if output is None:
        reply, signature = [text_in(wanted, "reply")], [text_in(wanted, "signature")]
        return [text("Reply", *reply), text("Signature", *signature)]
    blocks = [text("Reply", *differing(text_in(wanted, "reply"), text_in(output, "text"))[0])]
    if text_in(wanted, "signature"):
        compared = differing(text_in(wanted, "signature"), text_in(output, "signature"))
        blocks.append(text("Signature", *compared[0]))
    return [*blocks, text("Scope", text_in(wanted, "scope"))]


def email_output(case: CaseResult, output: Output) -> list[Block]:
    """Reply, signature and quotation."""
    wanted, signature = text_in(case.expected, "signature"), text_in(output, "signature")
    compared = differing(wanted, signature)[1] if wanted else [signature]
    return [
        text("Reply", *differing(text_in(case.expected, "reply"), text_in(output, "text"))[1]),
        text("Signature", *compared),
        text("Quoted", text_in(output, "quoted_text")),
    ]


def email_title(case: CaseResult) -> str:
    """How the expected reply begins; the mail, where nothing is to be left of it."""
    return text_in(case.expected, "reply") or text_in(case.input, "raw", "raw_eml", "raw_html")
