"""Made letters with personal data of every kind, from a seed: what must not leave, and the rest."""

import random
from collections.abc import Callable
from typing import NamedTuple

from copilot.privacy.checksums import is_danish_id, is_estonian_id, is_norwegian_id, luhn
from copilot.privacy.known import KnownFacts
from tests.privacy.finnish_names import FORMS

_LAST = ("Virtanen", "Korhonen", "Mäkinen", "Heikkilä", "Lehto", "Salmi", "Andersson", "Garcia")
_FIRST = ("Maija", "Pekka", "Väinö", "Riitta", "Johannes", "Erkki", "Anna-Liisa", "Seppo")
_OTHERS = ("Liisa Meikäläinen", "John Ashby", "Karin Öberg", "Oluwaseun Adeyemi", "Zoë Brânză")
_STREETS = ("Kuusitie {} A 3, 00100 Helsinki", "Storgatan {}, 111 22 Stockholm", "{} Tannery Row")
_BANKS = ("FI2112345600000785", "SE4550000000058398257466", "GB82WEST12345698765432")
_MARKS = "0123456789ABCDEFHJKLMNPRSTUVWXY"

_GREETINGS = {"en": "Hi {other},", "fi": "Hei {other},", "sv": "Hej {other},"}
_CLOSINGS = {
    "en": "Best regards,\n{first} {last}",
    "fi": "Terveisin,\n{first} {last}",
    "sv": "Med vänlig hälsning\n{first} {last}",
}
_SENTENCES = {
    "en": (
        "My parcel {order} never arrived.",
        "Call me at {phone} after 14:00, it cost 1,234.50 EUR.",
        "Write to {email} please.",
        "I paid with card {card} on 12 March.",
        "Refund to {iban}, 39.90 €.",
        "My personal id is {id}.",
        "My husband {other} opened it.",
        "I live at {address}.",
        "The site showed {ip} and {url}.",
        "I asked {last_form} twice.",
    ),
    "fi": (
        "Tilaukseni {order} ei ole saapunut.",
        "Soittakaa numeroon {phone} klo 14–16, summa oli 1 234,50 €.",
        "Kirjoittakaa osoitteeseen {email}.",
        "Maksoin kortilla {card} 12.3.2026.",
        "Palautus tilille {iban}, 39,90 €.",
        "Henkilötunnukseni on {id}.",
        "Vaimoni {other} avasi sen.",
        "Asun osoitteessa {address}.",
        "Sivu näytti {ip} ja {url}.",
        "Kysyin sitä {last_form} kanssa ja {first_form}.",
    ),
    "sv": (
        "Min beställning {order} har inte kommit.",
        "Ring mig på {phone} efter kl. 14, det kostade 399 kr.",
        "Skriv till {email}.",
        "Jag betalade med kort {card} den 12 mars.",
        "Återbetala till {iban}.",
        "Mitt personnummer är {id}.",
        "Min man {other} öppnade det.",
        "Jag bor på {address}.",
        "Sidan visade {ip} och {url}.",
        "Jag frågade {last_form} två gånger.",
    ),
}


class Letter(NamedTuple):
    """A text, what is known beforehand of who wrote it, and what of it must not leave."""

    text: str
    known: KnownFacts
    secrets: list[str]


def letter(chance: random.Random) -> Letter:
    """A letter made of templates, different for each state of ``chance``."""
    language = chance.choice(("en", "fi", "sv"))
    first, last = chance.choice(_FIRST), chance.choice(_LAST)
    order = f"KK-{chance.randint(10_000, 99_999)}"
    email = (
        f"{first.lower().replace('ä', 'a').replace('ö', 'o')}.{chance.randint(1, 99)}@posti.example"
    )
    digits = f"40{chance.randint(1_000_000, 9_999_999)}"
    phone = chance.choice((f"+358 {digits[:2]} {digits[2:5]} {digits[5:]}", f"0{digits}"))
    values = {
        "other": chance.choice(_OTHERS),
        "first": first,
        "last": last,
        "first_form": chance.choice(FORMS[first]),
        "last_form": chance.choice(FORMS[last]) if language == "fi" else last,
        "order": order,
        "email": email,
        "phone": phone,
        "card": card(chance),
        "iban": _iban(chance),
        "id": national_id(chance),
        "address": chance.choice(_STREETS).format(chance.randint(1, 199)),
        "ip": ".".join(str(chance.randint(1, 254)) for _ in range(4)),
        "url": f"https://kauppa.example/t?token={chance.randint(10**8, 10**9)}",
    }
    told = chance.sample(_SENTENCES[language], chance.randint(2, 6))
    parts = [_GREETINGS[language], *told, _CLOSINGS[language]]
    used = {name for part in parts for name in values if f"{{{name}}}" in part}
    known = KnownFacts(
        names=(f"{first} {last}",), emails=(email,), phones=(f"+358{digits}",), numbers=(order,)
    )
    secrets = [values[name] for name in used - {"other"}]
    # Each word of a name is masked alone.
    secrets += [word for name in used & {"other"} for word in values[name].split()]
    text = "\n\n".join((parts[0], " ".join(parts[1:-1]), parts[-1])).format(**values)
    return Letter(text, known, secrets)


def card(chance: random.Random) -> str:
    """A number with the right check digit, spaced or not."""
    begun = chance.choice("45") + "".join(chance.choices("0123456789", k=14))
    number = next(begun + one for one in "0123456789" if luhn(begun + one))
    gap = chance.choice(("", " ", "-"))
    return gap.join(number[at : at + 4] for at in range(0, 16, 4))


def national_id(chance: random.Random) -> str:
    """An id of one of five countries."""
    day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(50, 99)
    date = f"{day:02}{month:02}{year}"
    while True:
        number = chance.randint(2, 899)
        match chance.choice(("fi", "sv", "da", "no", "et")):
            case "fi":
                mark = _MARKS[int(f"{date}{number:03}") % 31]
                return f"{date}-{number:03}{mark}"
            case "sv":
                begun = f"{year}{month:02}{day:02}"
                last = next(n for n in range(10) if luhn(f"{begun}{number:03}{n}"))
                return f"{begun}-{number:03}{last}"
            case "da":
                found = _with_check(f"{date}{number:03}", 1, is_danish_id)
                if found:
                    return f"{found[:6]}-{found[6:]}"
            case "no":
                if found := _with_check(f"{date}{number:03}", 2, is_norwegian_id):
                    return found
            case _:
                begun = f"{chance.choice('34')}{year}{month:02}{day:02}{number:03}"
                if found := _with_check(begun, 1, is_estonian_id):
                    return found


def _with_check(begun: str, length: int, is_right: Callable[[str], bool]) -> str | None:
    tried = (f"{begun}{check:0{length}}" for check in range(10**length))
    return next((one for one in tried if is_right(one)), None)


def _iban(chance: random.Random) -> str:
    number = chance.choice(_BANKS)
    gap = chance.choice(("", " "))
    return gap.join(number[at : at + 4] for at in range(0, len(number), 4))
