"""What marks quoted mail, in the languages of the mail programs people use (``mail_words.py``).

Every pattern is tried on one line (or a few joined ones) of bounded length and none of them can
backtrack far, so that no text is slow to read.
"""

import re

from copilot.conversations.mail_words import words

WROTE = re.compile(
    rf"(?:^|[\s>)\]\"',，：]|님이 )(?:{words('wrote')})(?:\s|[:：,，<\[(]|$)", re.IGNORECASE
)
"""The word that ends the line above a quote: ``… kirjoitti:``, ``On … wrote:``."""

LEAD = re.compile(
    rf"^[>\s*_|]{{0,20}}+(?:(?:{words('leads')})\s|"
    # Finnish, Dutch and Estonian weekdays are so short that only a figure tells them from words.
    r"[^\W\d_]{1,2}\.?,?\s\d|"
    rf"(?=[^\W\d_]{{3}})(?:{words('days')})[.,]*\s|"
    r"\d{1,4}[./-]\s?\d{1,2}[./-]|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}[.,]?\s(?:de\s)?\d{4}\b|"
    r"\d{4}[年년]|[在于於]|v\s[^\W\d_]{1,3}\.?,?\s\d)",
    re.IGNORECASE,
)
"""How that line begins: the words for *on* and *at*, days of the week, a date."""

QUOTING = re.compile(rf"^[>\s*_|]{{0,20}}+(?:{words('quoting')})\s.{{2,200}}[:：]$", re.IGNORECASE)
"""Another such line: ``Quoting Anna <anna@example.org>:``, ``Lainaus Anna Aho:``."""

DATED = re.compile(
    r"\d{1,2}[:.]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}[./-]|@\w|\[mailto:|<[^<>\s]{3,}>", re.IGNORECASE
)
"""A time, a year, a date or an address: without one, *she wrote:* is only a sentence."""

YEAR = re.compile(r"(?<!\d)(?:19[89]|2[01]\d)\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
"""A year, or a date that ends with one."""

NAMED = re.compile(r"<[^<>@\n]{0,100}@[^<>\n]{1,200}>{1,2}\)?[\"'”]?\s?(?:[:：]|$)")
"""A mail address in angle brackets at the end: ``Anna <anna@example.org>:``."""

ADDRESS = re.compile(r"[\w.+'=&-]{1,64}@[\w-]{1,200}[\w.-]{0,100}")
"""A mail address."""

CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
"""A time of day, or what looks like one."""

SURE_CLOCK = re.compile(r"(?<![\d.:/-])\d{1,2}\s?[:.hH]\s?\d{2}(?:[:.]\d{2})?(?![\d/-]|[.:]\d)")
"""A time of day that is no part of a date."""

STAMPED = re.compile(
    r"^\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d{2} (?:GMT|UTC)[+-]\d{1,2}:\d{2} \S.{0,200}$"
)
"""What Gmail put above a quote for some years: ``2016-03-03 17:21 GMT+01:00 Anna Aho``."""

_START = r"^[>\s*|_]{0,20}+"
_COLON = r"\s{0,3}[*_]{0,2}\s?[:：]\s?[*_]{0,2}"
_ALL_LABELS = "|".join(words(one) for one in ("sender", "sent", "subject", "others"))
FROM_LABEL = re.compile(rf"{_START}(?:{words('sender')}){_COLON}\s{{0,9}}\S", re.IGNORECASE)
"""The first line of a header block: ``Lähettäjä: …``."""

SUBJECT_LABEL = re.compile(
    rf"{_START}(?:{words('subject')}){_COLON}\s{{0,9}}(?P<said>\S.{{0,200}})", re.IGNORECASE
)
"""The line of a header block that tells the subject."""

HEADER_LABEL = re.compile(rf"{_START}(?:{_ALL_LABELS}){_COLON}", re.IGNORECASE)
"""Any line of a header block."""

BOLD_LABEL = re.compile(r"^[>\s]{0,20}(?:\*|__)[^*_:：]{1,30}[:：]?[*_]{1,2}")
"""A label that a mail program wrote in bold: ``*From:* …``."""

ANSWERED = re.compile(
    r"^\s*\[?(?:[^\W\d_]{1,4}|antwort|odp)(?:\[\d+\])?\s?[:：]\s?\S", re.IGNORECASE
)
"""A subject that begins as answers do: ``Re:``, ``Vs:``, ``AW:``."""

ORIGINAL = re.compile(
    rf"^[>\s]*[-_=*—–]{{1,40}}\s?(?:{words('original')})\s?[-_=*—–]{{0,40}}:?\s*$"
    rf"|^[>\s]*[-_=]{{2,40}}\s?[^\n]{{2,80}}\s(?:{words('wrote')})\s?:\s?[-_=]{{2,40}}\s*$",
    re.IGNORECASE,
)
"""``-----Original Message-----`` and its sisters, also Notes' ``-----Anna wrote: -----``."""

FORWARDED = re.compile(
    rf"^[>\s]*(?:[-_=*—–]{{2,40}}\s?(?:{words('forwarded')}).{{0,80}}"
    rf"|(?:{words('begins')})\s?[:：])\s*$",
    re.IGNORECASE,
)
"""The line above a mail that is passed on."""

ABOVE = re.compile(
    rf"^[>\s]*[-_=*#—–\s]{{0,40}}(?:[^\W\d_]+[\s,]+){{0,9}}(?:{words('above')})\b[^\n]{{0,60}}$",
    re.IGNORECASE,
)
"""What help desks put above a mail: *Please type your reply above this line*."""

BANNER = re.compile(r"^[>\s]*[-_=*—]{3,40}\s?[^\W\d_][^\n]{2,40}?\s?[-_=*—]{3,40}\s*$")
"""Words between dashes: they begin history when a header block follows."""

NO_WORDS = re.compile(r"^[\s\-_=*#~+.—–|\u1427]*$")
"""A line of marks only."""

DIVIDER = re.compile(r"^[>\s]*[-_=*—]{8,}\s*$")
"""A line across the page."""

DASHES = re.compile(r"^[>\s]*[-_=*#~—–]{3,}\s*$")
"""A line of dashes, however short."""
