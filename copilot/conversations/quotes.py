"""What a mail adds: its visible reply, apart from quoted history, signature and disclaimer.

Own rules, line by line, in time linear in the text (the compared libraries search with regular
expressions that a hostile mail can keep busy for hours): see ``quote_marks.py`` for the words.
"""

import re
from typing import NamedTuple

from copilot.conversations import quote_marks as marks
from copilot.conversations.signatures import split_signature
from copilot.kernel.html_text import SIGNATURE_MARK

_EMPTY_LINES = re.compile(r"\n{5,}")
_SENTENCE = re.compile(r"\S\s+\S+\s+\S+\s+\S*\w[.!?…]{1,3}\s*$")
_LONGEST_LINE = 1000
_LONGEST_HEADER = 300
_JOINED = 4
_BLOCK_LINES = 12
_SHORT_LEAD = 20
_NAME_WORDS = 6
_MOST_HEADERS = 200
_ANALYSED_LINES = 10_000
_ANALYSED_CHARACTERS = 1_000_000
_WRAP_WIDTH = 60
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2060\ufeff"))
_NAME_FIRST = re.compile(
    r"^[\s*_]{0,20}[\"'“]?[^\W\d_][^<>@]{0,80}\s?[<(\[](?:mailto:)?[\w.+-]{1,64}@"
)
_TELLS = re.compile(r"[\d@]")
_MARK = re.compile(r"^\s?>\s?")
_FIGURE = re.compile(r"^\s?>\s?\d")
_LABELLED = re.compile(r"^[\s*_|]{0,9}[^\s:：]{1,20}(?: [^\s:：]{1,20}){0,2}\s?[:：]\s{0,9}\S")


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
    lines = _lines(text)
    forwarded = _forward_header(lines)
    kept, quoted, answer = _split_quotes(lines[forwarded:])
    quoted = lines[:forwarded] + quoted
    if not any(map(str.strip, kept)) and _bare_quote(lines):
        kept, quoted, answer = lines, [], 0
    reply, signature = split_signature(kept, answer)
    return ReplyParts(
        _joined(reply).strip(),
        _joined(quoted).strip("\n") or None,
        _joined(signature).replace(SIGNATURE_MARK, "").strip("\n") or None,
    )


def passes_on(text: str) -> bool:
    """Whether a mail only passes another one on: its reply is then what it forwards."""
    return _forward_header(_lines(text)) > 0


def _lines(text: str) -> list[str]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = _EMPTY_LINES.sub("\n\n\n\n", text).split("\n")
    if lines and (said := [line for line in lines if line.strip()]) and all(map(_is_quoted, said)):
        # A mail program may mark a forward as quoted, header and all.
        bare = [_MARK.sub("", line, count=1) for line in lines]
        if _forward_header(bare):
            return bare
    return lines


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
    short = [_short(line) for line in lines[first : first + 1]]
    if not short or marks.ORIGINAL.match(short[0]) or _is_quoted(short[0]):
        return 0
    if not (marks.FORWARDED.match(short[0]) or _header_block(lines, first)):
        return 0
    at = first + 1
    while at < len(lines) and not lines[at].strip():
        at += 1
    while at < len(lines) and lines[at].strip():
        at += 1
    return at


def _split_quotes(lines: list[str]) -> tuple[list[str], list[str], int]:
    """The mail's own lines, those that it quotes, and where the last answer to a quote begins."""
    kept: list[str] = []
    quoted: list[str] = []
    own, analysed = _own_marks(lines), _analysed(lines)
    answer = at = headers = 0
    while at < len(lines):
        line = lines[at]
        if at in own:
            kept.append(line)
            at += 1
            continue
        if _is_quoted(line) or not line.strip() or at > analysed:
            (quoted if _is_quoted(line) else kept).append(line)
            at += 1
            continue
        header = attribution_length(lines, at)
        if header:
            quoted += lines[at : at + header]
            at += header
            headers += 1
            said = any(map(str.strip, kept))
            if headers > _MOST_HEADERS or (said and not _quoted_next(lines, at)):
                return kept, quoted + lines[at:], answer
            continue
        begins = _history_begins(lines, at)
        if begins and any(map(str.strip, kept[: _divider_above(kept)])):
            above = _divider_above(kept)
            return kept[:above], quoted + kept[above:] + lines[at:], answer
        if begins and not marks.ABOVE.match(_short(line)):
            return [], quoted + kept + lines[at:], 0
        if begins or (quoted and _wrapped_quote(lines, at)):
            quoted.append(line)
        else:
            answer = len(kept) if quoted and _is_quoted(_above(lines, at)) else answer
            kept.append(line)
        at += 1
    return kept, quoted, answer


def _analysed(lines: list[str]) -> int:
    """How many lines are looked at for history: what comes later is what its marks say."""
    seen = 0
    for at, line in enumerate(lines[:_ANALYSED_LINES]):
        seen += min(len(line), _LONGEST_LINE)
        if seen > _ANALYSED_CHARACTERS:
            return at
    return _ANALYSED_LINES


def _short(line: str) -> str:
    # Less the blanks around it: in front of a word they would be tried in many ways.
    return line[:_LONGEST_LINE].strip()


def _above(lines: list[str], at: int) -> str:
    """The next line above ``at`` that says something, of the few there."""
    return next((one for one in reversed(lines[max(0, at - 4) : at]) if one.strip()), "")


def _own_marks(lines: list[str]) -> range:
    """The one block of ``>`` lines that a mail's author put there: a log, a list, ``> 100 €``."""
    marked = [at for at, line in enumerate(lines[:_ANALYSED_LINES]) if _is_quoted(line)]
    if not marked or marked[-1] - marked[0] != len(marked) - 1:
        return range(0)
    block = range(marked[0], marked[-1] + 1)
    above = _short(_above(lines, block.start))
    if not above or not any(map(str.strip, lines[block.stop : block.stop + 4])):
        return range(0)
    if all(_FIGURE.match(lines[at]) for at in block) and lines[block.start - 1].strip():
        return block
    introduced = above.endswith((":", "：")) and not (
        marks.DATED.search(above) or marks.WROTE.search(above) or marks.QUOTING.match(above)
    )
    return block if introduced else range(0)


def _divider_above(lines: list[str]) -> int:
    """Where the line across the page begins that ends ``lines``; their length without one."""
    at = len(lines)
    while at and not lines[at - 1].strip():
        at -= 1
    return at - 1 if at and marks.DASHES.match(_short(lines[at - 1])) else len(lines)


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
        if said and _begins_anew(above, line.strip()):
            # What was said before "On … wrote:" is no part of it.
            return 0
        joined, above = f"{joined} {line.strip()}".strip(), line
        said += 1
        inside_address = joined.count("<") > joined.count(">")
        quoted_next = not inside_address and _quoted_next(lines, at + count)
        if _is_attribution(joined.translate(_INVISIBLE).strip("-_* "), quoted_next=quoted_next):
            return count
        if said == _JOINED or (said == 1 and not _may_go_on(joined)):
            return 0
    return 0


def _begins_anew(above: str, line: str) -> bool:
    led = marks.LEAD.match(line) is not None
    if led and _SENTENCE.search(above):
        return True
    if len(above) <= _SHORT_LEAD or (marks.LEAD.match(above) and "@" in above):
        return False
    if not _tells_when(line) and (not led or marks.YEAR.search(above)):
        return False
    return (led and _tells_when(line)) or _is_attribution(line.strip("-_* "), quoted_next=False)


def _tells_when(line: str) -> bool:
    return bool(marks.YEAR.search(line) and marks.SURE_CLOCK.search(line))


def _may_go_on(line: str) -> bool:
    """Whether a broken line may be the start of an attribution: *on*, a date, or who wrote."""
    if marks.LEAD.match(line) or line.endswith(("<", "(<")) or _tells_when(line):
        return True
    return "@" in line and bool(marks.WROTE.search(line) or _NAME_FIRST.match(line))


def _is_attribution(line: str, *, quoted_next: bool) -> bool:
    if not quoted_next and not _TELLS.search(line):
        return False
    if marks.STAMPED.match(line):
        return True
    if marks.QUOTING.match(line) and (quoted_next or "@" in line):
        return True
    wrote = marks.WROTE.search(line[-200:])
    led = marks.LEAD.match(line) is not None
    when = _tells_when(line)
    address = "@" in line and marks.ADDRESS.search(line) is not None
    if line.endswith((":", "：")):
        return _ends_in_colon(line, wrote=wrote is not None, quoted_next=quoted_next) or (
            when and (address or (wrote is not None and not led) or (quoted_next and led))
        )
    if wrote is not None and wrote.end() == len(line[-200:]) and led:
        return "@" in line
    if not quoted_next or marks.DATED.search(line) is None:
        return False
    return (led and marks.NAMED.search(line) is not None) or (address and when)


def _ends_in_colon(line: str, *, wrote: bool, quoted_next: bool) -> bool:
    named = marks.NAMED.search(line) is not None
    if not wrote:
        return named and marks.CLOCK.search(line) is not None
    if marks.DATED.search(line):
        return named or quoted_next or "@" in line or marks.LEAD.match(line) is not None
    return quoted_next and line[:1].isupper() and len(line.split()) <= _NAME_WORDS


def _quoted_next(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 4]:
        if line.strip():
            return _is_quoted(line)
    return False


def _history_begins(lines: list[str], at: int) -> bool:
    line = _short(lines[at])
    if any(one.match(line) for one in (marks.ORIGINAL, marks.FORWARDED, marks.ABOVE)):
        return True
    below = next((n for n in range(at + 1, min(at + 4, len(lines))) if lines[n].strip()), at)
    if marks.DIVIDER.match(line):
        return _header_block(lines, below, divided=True) or _unknown_header(lines, below)
    if marks.BANNER.match(line):
        return _header_block(lines, below)
    return _header_block(lines, at)


def _header_block(lines: list[str], at: int, *, divided: bool = False) -> bool:
    """Whether a mail's header stands here: a sender and at least two more of its lines.

    *From*, *to* and *date* are also said of journeys: where no line across the page parts the
    block from what is above, something in it must speak of mail.
    """
    if not marks.HEADER_LABEL.match(_short(lines[at])):
        return False
    block = [_short(line) for line in lines[at : at + _BLOCK_LINES]]
    labels = [line for line in block if marks.HEADER_LABEL.match(line)]
    senders = [line for line in labels[:4] if marks.FROM_LABEL.match(line)]
    return bool(senders) and len(labels) >= 3 and (divided or _speaks_of_mail(labels))


def _speaks_of_mail(labels: list[str]) -> bool:
    subject = next(filter(None, map(marks.SUBJECT_LABEL.match, labels)), None)
    if subject is not None and marks.ANSWERED.match(subject["said"]):
        return True
    return any(
        marks.BOLD_LABEL.match(line)
        or ("@" in line and marks.ADDRESS.search(line))
        or (subject is not None and marks.SURE_CLOCK.search(line))
        for line in labels
    )


def _unknown_header(lines: list[str], at: int) -> bool:
    """Whether a block of labels below a line across the page tells an address and a time."""
    block: list[str] = []
    for line in lines[at : at + _BLOCK_LINES]:
        if not _LABELLED.match(line[:_LONGEST_HEADER]):
            break
        block.append(line[:_LONGEST_HEADER])
    return (
        len(block) >= 3
        and any("@" in line and marks.ADDRESS.search(line) for line in block)
        and any(map(_tells_when, block))
    )


def _wrapped_quote(lines: list[str], at: int) -> bool:
    """Whether a bare line is the rest of the quoted line above it, broken by a mail program."""
    above = lines[at - 1] if at else ""
    below = lines[at + 1] if at + 1 < len(lines) else ""
    if not (_is_quoted(above) and _is_quoted(below)):
        return False
    return len(above) > _WRAP_WIDTH and not above.rstrip().endswith((".", "?", "!", ":"))


def _joined(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines)
