"""What a mail adds: its visible reply, apart from quoted history, signature and disclaimer.

Own rules, line by line, in time linear in the text (the compared libraries search with regular
expressions that a hostile mail can keep busy for hours): see ``quote_marks.py`` for the words.
"""

import re
from typing import NamedTuple

from copilot.conversations import quote_marks as marks

_EMPTY_LINES = re.compile(r"\n{5,}")
_SENTENCE = re.compile(r"\S\s+\S+\s+\S+\s+\S*\w[.!?]\s*$")
_LONGEST_LINE = 1000
_LONGEST_HEADER = 300
_JOINED = 4
_ANALYSED_LINES = 10_000
_SIGNATURE_LINES = 14
_TAIL_LINES = 100
_SIGNATURE_WIDTH = 90
_CONTACT_WIDTH = 60
_WRAP_WIDTH = 60


class ReplyParts(NamedTuple):
    """A mail's text in three parts; every line of it is in one of them."""

    text: str
    quoted_text: str | None = None
    signature: str | None = None


def split_reply(text: str) -> ReplyParts:
    """``text`` as reply, quoted history and signature.

    Replies below and between quoted lines are kept in order; history without ``>`` marks goes to
    the end of the mail. A mail that is nothing but a forward says what it forwards. The marks of
    every language are looked for, because a mail program need not speak its user's.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = _EMPTY_LINES.sub("\n\n\n\n", text).split("\n")
    forwarded = _forward_header(lines)
    kept, quoted = _split_quotes(lines[forwarded:])
    quoted = lines[:forwarded] + quoted
    if not any(map(str.strip, kept)) and _bare_quote(lines):
        kept, quoted = lines, []
    reply, signature = _split_signature(kept)
    return ReplyParts(
        _joined(reply).strip(),
        _joined(quoted).strip("\n") or None,
        _joined(signature).strip("\n") or None,
    )


def _bare_quote(lines: list[str]) -> bool:
    """Whether all of a mail is marked as quoted, and nothing says from whom."""
    said = [line for line in lines if line.strip()]
    if not said or not all(map(_is_quoted, said)):
        return False
    bare = [line.lstrip("> ") for line in said[:_JOINED]]
    return not attribution_length(bare, 0)


def _forward_header(lines: list[str]) -> int:
    """How many lines of header open a mail that only passes another on; 0 when it does not."""
    first = next((at for at, line in enumerate(lines) if line.strip()), 0)
    short = [line[:_LONGEST_LINE] for line in lines[first : first + 3]]
    if not short or marks.ORIGINAL.match(short[0]):
        return 0
    if not (marks.FORWARDED.match(short[0]) or _header_block(lines, first)):
        return 0
    at = first + 1
    while at < len(lines) and not lines[at].strip():
        at += 1
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _split_quotes(lines: list[str]) -> tuple[list[str], list[str]]:
    kept: list[str] = []
    quoted: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        if _is_quoted(line) or not line.strip() or at > _ANALYSED_LINES:
            (quoted if _is_quoted(line) else kept).append(line)
            at += 1
            continue
        header = attribution_length(lines, at)
        if header:
            quoted += lines[at : at + header]
            at += header
            if not _quoted_next(lines, at) and any(map(str.strip, kept)):
                return kept, quoted + lines[at:]
            continue
        if _history_begins(lines, at):
            above = _divider_above(kept)
            return kept[:above], quoted + kept[above:] + lines[at:]
        if quoted and line.strip() and _wrapped_quote(lines, at):
            quoted.append(line)
        else:
            kept.append(line)
        at += 1
    return kept, quoted


def _divider_above(lines: list[str]) -> int:
    """Where the line across the page begins that ends ``lines``; their length without one."""
    at = len(lines)
    while at and not lines[at - 1].strip():
        at -= 1
    return at - 1 if at and marks.DIVIDER.match(lines[at - 1][:_LONGEST_LINE]) else len(lines)


def _is_quoted(line: str) -> bool:
    start = line[:20].strip()
    return start.startswith((">", "| ")) or start == "|"


def attribution_length(lines: list[str], at: int) -> int:
    """How many lines from ``at`` are one ``On … wrote:``; 0 when there is none."""
    joined, above = "", ""
    said, inside_address = 0, False
    for count, line in enumerate(lines[at : at + 2 * _JOINED], start=1):
        if not line.strip():
            # HTML made into text may break a line twice, but only after it told when.
            if not marks.CLOCK.search(joined):
                return 0
            continue
        # A broken address may put its ">" at the start of the next line.
        if len(line) > _LONGEST_HEADER or (said and _is_quoted(line) and not inside_address):
            return 0
        if said and _SENTENCE.search(above) and marks.LEAD.match(line):
            # What was said before "On … wrote:" is no part of it.
            return 0
        joined, above = f"{joined} {line.strip()}".strip(), line
        said += 1
        inside_address = joined.count("<") > joined.count(">")
        quoted_next = not inside_address and _quoted_next(lines, at + count)
        if _is_attribution(joined.strip("-_ "), quoted_next=quoted_next):
            return count
        if said == _JOINED or (said == 1 and not _may_go_on(joined)):
            return 0
    return 0


def _may_go_on(line: str) -> bool:
    """Whether a broken line may be the start of an attribution: *on*, a date, or who wrote."""
    return bool(marks.LEAD.match(line)) or ("@" in line and bool(marks.WROTE.search(line)))


def _is_attribution(line: str, *, quoted_next: bool) -> bool:
    if marks.STAMPED.match(line):
        return True
    if not quoted_next and not line.endswith((":", "：", "wrote")):
        return False
    named = marks.NAMED.search(line) is not None
    led = marks.LEAD.match(line) is not None
    wrote = marks.WROTE.search(line[-200:]) is not None
    if line.endswith((":", "：")):
        if wrote:
            return bool(marks.DATED.search(line)) and (led or named or quoted_next or "@" in line)
        return named and marks.CLOCK.search(line) is not None
    if wrote and led and line.endswith("wrote"):
        return "@" in line
    return quoted_next and led and named and marks.DATED.search(line) is not None


def _quoted_next(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 4]:
        if line.strip():
            return _is_quoted(line)
    return False


def _history_begins(lines: list[str], at: int) -> bool:
    line = lines[at][:_LONGEST_LINE]
    if marks.ORIGINAL.match(line) or marks.FORWARDED.match(line):
        return True
    if marks.BANNER.match(line):
        below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
        return _header_block(lines, below)
    return _header_block(lines, at)


def _header_block(lines: list[str], at: int) -> bool:
    """Whether a mail's header stands here: a sender and at least two more of its lines."""
    if not marks.HEADER_LABEL.match(lines[at][:_LONGEST_LINE]):
        return False
    block = [line[:_LONGEST_LINE] for line in lines[at : at + 8]]
    labels = [line for line in block if marks.HEADER_LABEL.match(line)]
    senders = [line for line in labels[:4] if marks.FROM_LABEL.match(line)]
    return bool(senders) and len(labels) >= 3


def _wrapped_quote(lines: list[str], at: int) -> bool:
    """Whether a bare line is the rest of the quoted line above it, broken by a mail program."""
    above = lines[at - 1] if at else ""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if not (_is_quoted(above) and _is_quoted(below)):
        return False
    return len(above) > _WRAP_WIDTH and not above.rstrip().endswith((".", "?", "!", ":"))


def _split_signature(lines: list[str]) -> tuple[list[str], list[str]]:
    end = len(lines)
    while (
        end and marks.NO_WORDS.match(lines[end - 1][:_LONGEST_LINE]) and len(lines[end - 1]) < 200
    ):
        end -= 1
    at = _signature_start(lines[:end])
    return lines[:at], lines[at:]


def _signature_start(lines: list[str]) -> int:
    written = False
    for at, line in enumerate(lines):
        if written and line.rstrip() in {"--", "__", "—"}:
            return at
        written = written or bool(line.strip())
    start = _contact_block(lines)
    below = [line for line in lines[start:] if line.strip()]
    for at in range(start - 1, max(0, start - _TAIL_LINES), -1):
        line = lines[at]
        if not line.strip():
            continue
        closing = _closes(line) and _names_someone(below)
        if closing or _sent_from(line) or _disclaims(line):
            start = at
        below.insert(0, line)
        if at < start - _SIGNATURE_LINES or len(line) > 2 * _SIGNATURE_WIDTH:
            break
    return start if any(map(str.strip, lines[:start])) else len(lines)


def _names_someone(below: list[str]) -> bool:
    """Whether what follows a closing is a name and its like: *Thanks!* may open a mail as well."""
    for line in below[:2]:
        if len(line.strip()) > 60 or line.rstrip().endswith(("?", ".", ":", ";")):
            return _sent_from(line) or marks.CONTACT.match(line[:_LONGEST_LINE]) is not None
    return len(below) <= _SIGNATURE_LINES and not any(line.rstrip().endswith("?") for line in below)


def _closes(line: str) -> bool:
    # Without the blanks around it: behind a closing they would be tried in every combination.
    said = line.strip()
    if len(said) > _SIGNATURE_WIDTH:
        return False
    return bool(marks.CLOSING.match(said) or marks.SIGNED.match(said))


def _disclaims(line: str) -> bool:
    start = line[:_LONGEST_LINE]
    return len(line) > _SIGNATURE_WIDTH // 2 and marks.DISCLAIMER.match(start) is not None


def _sent_from(line: str) -> bool:
    if len(line) > _LONGEST_LINE:
        return False
    # "Sent from my desk, which is easier." is a sentence.
    return bool(marks.SENT_FROM.match(line)) and not (line.rstrip().endswith(".") and "," in line)


def _contact_block(lines: list[str]) -> int:
    """Where a closing block of name and contact data starts; the length without one."""
    tail = range(max(1, len(lines) - 2 * _SIGNATURE_LINES), len(lines))
    for at in tail:
        block = [line.strip() for line in lines[at + 1 :] if line.strip()]
        if marks.DIVIDER.match(lines[at][:_LONGEST_LINE]) and _is_contact_block(block, 1):
            return at
    for at in reversed(tail):
        if len(lines[at]) > _CONTACT_WIDTH:
            break
        block = [line.strip() for line in lines[at:] if line.strip()]
        if not lines[at - 1].strip() and _is_contact_block(block, 2):
            return at
    return len(lines)


def _is_contact_block(lines: list[str], least: int) -> bool:
    for line in lines:
        if len(line) > _CONTACT_WIDTH or line.endswith(("?", "!", ".", ",", ":")):
            return False
    return sum(marks.CONTACT.match(line) is not None for line in lines) >= least


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines)
