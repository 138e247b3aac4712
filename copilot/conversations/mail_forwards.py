"""Mails that came attached to another one, as that one's history.

When a mail says nothing itself, what it passes on is what there is to read: it is shown as if it
had been forwarded within the text, so that everything that reads a forward reads it too.
"""

import re
from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from copilot.conversations.mail import Mail

_BANNER = "---------- Forwarded message ---------"
_NOTHING = re.compile(
    r"^\W*(?:(?:fyi|fwd?|vl|vb|wg|tr|see (?:the )?(?:attached|attachment|below)|"
    r"please see (?:the )?(?:attached|attachment|below)|as attached|attached|"
    r"tiedoksi|tiedoksenne|ks\.? liite|katso liite|liitteenä|"
    r"se bifogat|för kännedom|till kännedom|se vedhæftet|til orientering|til info|se vedlegg|"
    r"zur info(?:rmation)?|zur kenntnis(?:nahme)?|siehe anhang|z\.? ?k\.?|"
    r"ter info(?:rmatie)?|zie bijlage|pour info(?:rmation)?|voir pièce jointe|ci-joint|"
    r"para (?:su |tu )?información|ver adjunto|per conoscenza|in allegato|vedi allegato|"
    r"para conhecimento|em anexo|do wiadomości|w załączeniu|к сведению|во вложении|"
    r"teadmiseks|vt\.? manust)\W*)?"
    r"(?:sent from my [\w ]{2,30}|get outlook for \w+|lähetetty [\w ]{2,20}(?:sta|stä|lta|ltä)|"
    r"skickat från min [\w ]{2,30}|von meinem [\w ]{2,30} gesendet|envoyé de mon [\w ]{2,30})?\W*$",
    re.IGNORECASE,
)


def says_nothing(text: str) -> bool:
    """Whether a mail leaves the word to what it passes on: empty, *FYI*, *Sent from my phone*."""
    said = text.strip()
    return len(said) < 120 and _NOTHING.match(said) is not None


def as_forward(mail: "Mail", text: str) -> str:
    """``mail`` the way a mail program writes it into one that forwards it.

    Args:
        mail: The attached mail.
        text: What it says, as text.
    """
    lines = [_BANNER]
    if mail.sender.email or mail.sender.name:
        lines.append(f"From: {_shown(mail.sender.name, mail.sender.email)}")
    if mail.sent_at is not None:
        lines.append(f"Date: {format_datetime(mail.sent_at.astimezone(mail.zone))}")
    lines.append(f"Subject: {' '.join(mail.subject.split())}")
    if mail.recipients:
        first = ", ".join(_shown(name, email) for name, email in mail.recipients[:10])
        lines.append(f"To: {first}")
    return "\n".join([*lines, "", text])


def _shown(name: str, email: str) -> str:
    plain = " ".join(name.split())
    return f"{plain} <{email}>" if plain and email else plain or email
