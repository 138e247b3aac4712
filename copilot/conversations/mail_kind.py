"""Whether a person wrote a mail, or a machine answered for them."""

import re

from copilot.conversations.mail_headers import Headers

_SUBJECT = re.compile(
    r"^\s*(?:(?:re|vs|sv|aw)\s?:\s*)?(?:auto(?:matic)?[ -]?(?:reply|response)|"
    r"out of (?:the )?office|on vacation|automaattinen (?:vastaus|poissaolo)|"
    r"poissaolo\w*|olen (?:lomalla|poissa)|"
    r"auto[- ]?svar|automatiskt svar|autosvar|frånvaro|fraværs|automatisk svar|"
    r"automatische antwort|abwesenheit\w*|automatisch antwoord|afwezig\w*|"
    r"réponse automatique|absence du bureau|respuesta automática|fuera de la oficina|"
    r"risposta automatica|resposta automática|autoodpowiedź|odpowiedź automatyczna|"
    r"автоответ|автоматический ответ|automaatvastus|"
    # Whole phrases: customers write "Undelivered order" and "Ei toimitettu" when a parcel is late.
    r"undelivered mail returned|undeliverable(?:\s?:| mail\b)|delivery status notification|"
    r"delivery failure\s?:|mail delivery (?:failed|failure|system)|returned mail\s?:|"
    r"failure notice|viestiä ei voitu toimittaa|ei toimitettavissa\s?:|unzustellbar\s?:|"
    r"non remis\s?:|onbestelbaar\s?:)",
    re.IGNORECASE,
)
_ROBOT = re.compile(r"\bmailer-daemon@|<>", re.IGNORECASE)


def is_automatic(headers: Headers) -> bool:
    """Whether the mail is an auto-reply, a receipt or a bounce (RFC 3834 and what is in use)."""
    submitted = headers.get("auto-submitted").lower().split(";")[0].strip()
    if submitted and submitted != "no":
        return True
    if any(headers.get(name) for name in ("x-autoreply", "x-autorespond", "x-failed-recipients")):
        return True
    if headers.get("precedence").lower().strip() == "auto_reply":
        return True
    kind = headers.get("content-type").lower()
    if kind.startswith("multipart/report"):
        return True
    sender = headers.get("from") or headers.get("return-path")
    return bool(_ROBOT.search(sender) or _SUBJECT.match(headers.get("subject")))
