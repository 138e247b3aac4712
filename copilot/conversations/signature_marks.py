"""What marks a mail's close, in the languages people write (``closing_words.py``).

As in ``quote_marks.py`` every pattern is tried on one line of bounded length.
"""

import re

from copilot.conversations.closing_words import closing_words as words

_FORMULA = rf"(?:{words('formulas')})"
_THANKS = rf"(?:{words('thanks')})"
_END = r"\s*[,.!:;–—-]*\s*[*_]*\s*$"

CLOSING = re.compile(
    rf"^[\s*_]{{0,8}}{_FORMULA}(?:\s?(?:[/|&+–,-]|\bja\b|\band\b)\s?(?:{_FORMULA}|{_THANKS}))?{_END}"
    rf"|^[\s*_]{{0,8}}{_THANKS}\s?(?:[/|&+–,!.-]|\bja\b|\band\b)\s?{_FORMULA}{_END}",
    re.IGNORECASE,
)
"""A closing on a line of its own: ``Ystävällisin terveisin / Best regards``."""

THANKS = re.compile(rf"^[\s*_]{{0,8}}{_THANKS}{_END}", re.IGNORECASE)
"""Thanks on a line of its own: a closing when a name follows."""

SIGNED = re.compile(
    rf"^[\s*_]{{0,8}}(?:{_FORMULA}\s?[,.!:–-]?\s|(?:{words('short')})[.,:]\s?|t\s)(?P<name>\S.*)$",
    re.IGNORECASE,
)
"""A closing with something after it: ``Terveisin Liisa``, ``T. Liisa``."""

SENT_FROM = re.compile(
    rf"^[\s(<\[*_]{{0,4}}(?:(?:{words('sent_from')}).{{0,120}}"
    rf"|(?:{words('outlook')}).{{0,80}})$",
    re.IGNORECASE,
)
"""What phones add: ``Sent from my iPhone``, ``Lähetetty iPhonesta``."""

DISCLAIMER = re.compile(rf"^[\s*_>(\[]{{0,8}}(?:{words('disclaimer')})", re.IGNORECASE)
"""The first words of the legal text below a signature."""

_LEGAL = (
    r"confidenti|privileged|intended (?:solely|only|recipient|for the)|addressee|unauthori[sz]ed|"
    r"disclos|in error|liability|virus|prohibited|registered (?:in|office)|environment|"
    r"luottamuksel|ainoastaan|erehdyks|vahingossa|virheellisesti|kiellet|salassapi|ympäristö|"
    r"konfidenti|sekretess|avsedd|av misstag|förbjud|mottagare|obehörig|gdpr|personuppgift|"
    r"fortrolig|modtager|ved en fejl|taushets|ved en feil|mottaker|utilsikt|"
    r"vertrouwelijk|geadresseerd|ten onrechte|bestemd voor|onbevoegd|per abuis|verboden|"
    r"vertraulich|empfänger|irrtümlich|unbefugt|bestimmt|amtsgericht|geschäftsführ|handelsregister|"
    r"confidentiel|destinataire|par erreur|interdit|"
    r"confidencia|destinatari|por error|prohibid|exclusiva|por engano|por erro|proibid|sigilos|"
    r"riservat|per errore|vietat|"
    r"poufn|adresat|omyłkow|zabronion|przez pomyłkę|danych osobowych|zastrzeżon|"
    r"конфиденциальн|получател|адресат|по ошибке|ошибочно|запрещ|"
    r"konfidentsiaal|adressaa|eksikombel|keelatud|ekslikult"
)
LEGAL = re.compile(rf"\b(?:{_LEGAL})", re.IGNORECASE)
"""Words of legal text: two of them make it one, one does after a disclaimer's first words."""

TITLED = re.compile(
    r"^[\s*_>]{0,8}(?:(?:legal |e-?mail )?disclaimer|confidentiality notice|aviso legal|"
    r"privileged (?:and|&) confidential)\b",
    re.IGNORECASE,
)
"""The heading of legal text."""

CONTACT = re.compile(
    r"^\s*(?:(?:e-?mail|s-?posti|sähköposti|mail|e|phone|mobile|cell|tel|puh|puhelin|gsm|mob|m|t|p|"
    r"f|fax|web|www|skype|site|twitter|linkedin|tlf|telefon|téléphone|tél|teléfono|telefono|"
    r"telefone|тел|vaihde|vat|y-tunnus|cvr|org\.? ?nr)\s?[.:]{1,2}\s?\S.{0,60}"
    r"|[\w.+-]{1,64}@[\w.-]{1,200}|<?(?:https?://|www\.)\S{3,200}|\+?[\d(][\d\s().-]{6,22})\s*$",
    re.IGNORECASE,
)
"""A line that is nothing but a way to reach someone."""

POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?p?\.?s\.?|з\.?ы\.?)[.:,]?\s\s?\S", re.IGNORECASE)
"""What is added below a signature: ``PS. …``."""
