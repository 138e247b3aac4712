"""A mail's close: its formula, names, contact data, disclaimer and what phones add."""

import re

from copilot.conversations import signature_marks as marks
from copilot.conversations.lone_words import ANNOUNCED, ANSWERS, SAYINGS
from copilot.conversations.quote_marks import DIVIDER, NO_WORDS
from copilot.kernel.html_text import SIGNATURE_MARK

_LONGEST_LINE = 1000
_BLOCK_LINES = 14
_FOOTER_LINES = 28
_TAIL_LINES = 100
_WIDTH = 90
_CONTACT_WIDTH = 60
_NAME_WIDTH = 40
_NAME_WORDS = 4
_DASHES = frozenset({"--", "__", "—", "–", SIGNATURE_MARK})
_PARTICLES = frozenset(
    {"von", "van", "de", "der", "den", "af", "av", "da", "di", "du", "del", "la", "le", "zu", "ja"}
)
_ENDS_SENTENCE = re.compile(r"[.!?…)\]:;,。！？'\"”»]$|[^\w\s]$")


def split_signature(lines: list[str], answer: int = 0) -> tuple[list[str], list[str]]:
    """What a mail's own lines say, and what closes them.

    Args:
        lines: The mail without what it quotes.
        answer: Where in ``lines`` the last answer below a quoted line begins: no name stands
            alone there, and a signature above it ends before it.
    """
    end = len(lines)
    while end and NO_WORDS.match(lines[end - 1][:_LONGEST_LINE]) and len(lines[end - 1]) < 200:
        end -= 1
    last = _postscript(lines[:end])
    if last is not None:
        reply, signature = _parted(lines[:last], answer)
        if any(map(str.strip, signature)):
            below, more = _parted(lines[last:end], answer - last)
            return reply + below, signature + more + lines[end:]
    reply, signature = _parted(lines[:end], answer)
    return reply, signature + lines[end:]


def _parted(lines: list[str], answer: int) -> tuple[list[str], list[str]]:
    at = _start(lines, answer)
    return lines[:at], lines[at:]


def _postscript(lines: list[str]) -> int | None:
    """Where a postscript begins that may stand below a signature."""
    for at in range(len(lines) - 1, max(0, len(lines) - _BLOCK_LINES), -1):
        if marks.POSTSCRIPT.match(lines[at][:_LONGEST_LINE]) and not lines[at - 1].strip():
            return at
    return None


def _start(lines: list[str], answer: int) -> int:
    """Where the signature begins; the length without one."""
    written = False
    for at, line in enumerate(lines):
        if written and line.rstrip() in _DASHES:
            return at
        written = written or bool(line.strip())
    said = [line for line in lines[-_BLOCK_LINES:] if line.strip()]
    if said and len(lines) <= _BLOCK_LINES and all(map(_sent_from, said)):
        return 0
    start, closed = _footer(lines, _contact_block(lines))
    if not closed:
        start = _lone_name(lines, start, answer)
    return start if any(map(str.strip, lines[:start])) else len(lines)


def _footer(lines: list[str], start: int) -> tuple[int, bool]:
    """The uppermost line that closes the mail above ``start``, and whether it is a formula."""
    closed = False
    below = 0
    for at in range(start - 1, max(0, start - _TAIL_LINES), -1):
        line = lines[at]
        if not line.strip():
            continue
        below += 1
        if _closes(line, lines[at + 1 : start]):
            start, closed, below = at, True, 0
        elif _sent_from(line) or _disclaims(lines, at):
            start, below = at, 0
        elif below > _FOOTER_LINES or len(line) > 2 * _WIDTH:
            break
    return start, closed


def _closes(line: str, below: list[str]) -> bool:
    # Without the blanks around it: behind a closing they would be tried in every combination.
    said = line.strip()
    if len(said) > _WIDTH:
        return False
    following = [one.strip() for one in below if one.strip()]
    if marks.CLOSING.match(said):
        return _names_someone(following)
    if marks.THANKS.match(said):
        return bool(following) and len(following) <= _BLOCK_LINES and _is_named(following[0])
    signed = marks.SIGNED.match(said)
    return signed is not None and _is_named(signed["name"]) and _names_someone(following)


def _is_named(text: str) -> bool:
    """Whether ``text`` is a name, perhaps with a title or a telephone number behind it."""
    name, *rest = re.split(r"[,|/(]", text)
    return is_name(name) and all(
        is_name(one) or re.search(r"\d|@|^\s*\S*\s*$", one[:_LONGEST_LINE]) for one in rest
    )


def _names_someone(below: list[str]) -> bool:
    """Whether what follows a closing is a name and its like, and no more of the mail."""
    for line in below[:2]:
        sentence = line.endswith((".", ";")) and len(line.split()) > _NAME_WORDS
        if len(line) > _CONTACT_WIDTH or line.endswith(("?", ":")) or sentence:
            return _sent_from(line) or marks.CONTACT.match(line[:_LONGEST_LINE]) is not None
    return len(below) <= _FOOTER_LINES and not any(line.endswith("?") for line in below)


def is_name(text: str) -> bool:
    """Whether ``text`` is written as names are: up to four words with capitals, no sentence."""
    bare = text.strip().strip("*_~").lstrip("-–—/ ").strip()
    words = bare.split()
    if not 0 < len(words) <= _NAME_WORDS or len(bare) > _NAME_WIDTH:
        return False
    if len(words) == 1 and (bare.isupper() or bare.casefold() in SAYINGS):
        return len(bare) <= 2 and bare.isalpha() and bare.casefold() not in SAYINGS
    if bare.endswith(".") and len(words[-1]) > 3:
        return False
    return words[0].casefold().strip(",.!") not in SAYINGS and all(map(_is_name_word, words))


def _is_name_word(word: str) -> bool:
    letters = word.replace("-", "").replace("'", "").replace("’", "").replace(".", "")
    return letters.isalpha() and (word[0].isupper() or word in _PARTICLES or word == "&")


def _lone_name(lines: list[str], start: int, answer: int) -> int:
    """``start``, or where a name alone stands above it: that is how many close their mails."""
    at = start
    while at and not lines[at - 1].strip():
        at -= 1
    at -= 1
    if at < 1 or lines[at - 1].strip() or at == answer:
        return start
    name = lines[at].strip()
    if not is_name(name) or marks.THANKS.match(name) or name.casefold().strip(".!") in ANSWERS:
        return start
    above = _said_above(lines, at)
    # Without any mark at its end it may be a list.
    return at if _ENDS_SENTENCE.search(above[-1:]) and not _announces(above) else start


def _said_above(lines: list[str], at: int) -> str:
    """The end of the next line above ``at`` that says something; empty when there is none."""
    above = next((one for one in reversed(lines[:at]) if one.strip()), "")
    return above.rstrip()[-_LONGEST_LINE:]


def _announces(above: str) -> bool:
    """Whether a line says that what stands below it is what the mail is about."""
    if marks.CLOSING.match(above.strip()) or marks.THANKS.match(above.strip()):
        return False
    return above.endswith((":", "：")) or ANNOUNCED.search(above[-_CONTACT_WIDTH:]) is not None


def _disclaims(lines: list[str], at: int) -> bool:
    """Whether legal text begins here: by its first words, or by how it speaks."""
    if len(lines[at]) <= _WIDTH // 3 and not marks.TITLED.match(lines[at]):
        return False
    paragraph = ""
    for line in lines[at : at + 8]:
        if not line.strip() or len(paragraph) > _LONGEST_LINE:
            break
        paragraph += f" {line[:_LONGEST_LINE]}"
    paragraph = paragraph.strip()[:_LONGEST_LINE]
    if marks.TITLED.match(paragraph):
        return True
    if len(paragraph) <= _WIDTH // 2:
        return False
    legal = {found.group().casefold() for found in marks.LEGAL.finditer(paragraph)}
    if marks.DISCLAIMER.match(paragraph):
        return bool(legal)
    return len(legal) > 1 and len(paragraph) > _WIDTH and (at == 0 or not lines[at - 1].strip())


def _sent_from(line: str) -> bool:
    if len(line) > _LONGEST_LINE:
        return False
    # "Sent from my desk, which is easier." is a sentence.
    return bool(marks.SENT_FROM.match(line)) and not (line.rstrip().endswith(".") and "," in line)


def _contact_block(lines: list[str]) -> int:
    """Where a closing block of name and contact data starts; the length without one."""
    tail = range(max(1, len(lines) - 2 * _BLOCK_LINES), len(lines))
    for at in tail:
        block = [line.strip() for line in lines[at + 1 :] if line.strip()]
        if DIVIDER.match(lines[at][:_LONGEST_LINE]) and _is_contact_block(block, 1):
            return at
    for at in reversed(tail):
        if len(lines[at]) > _CONTACT_WIDTH:
            break
        block = [line.strip() for line in lines[at:] if line.strip()]
        if not lines[at - 1].strip() and _is_contact_block(block, 2):
            return len(lines) if _announces(_said_above(lines, at)) else at
    return len(lines)


def _is_contact_block(lines: list[str], least: int) -> bool:
    for line in lines:
        if len(line) > _CONTACT_WIDTH or line.endswith(("?", "!", ".", ",", ":")):
            return False
    return sum(marks.CONTACT.match(line) is not None for line in lines) >= least
