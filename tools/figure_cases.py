"""Writes ``eval/datasets/figures/cases.jsonl``: labelled figures in replies, half of them Finnish.

    python tools/figure_cases.py

A case is a made-up order, an article and a message, and a reply made of hand-written sentences
about them. Each figure is put in as the sources have it (written in another way), changed a little,
or belongs to a sentence about something that no source speaks of; that is its label. Nothing of the
checker is used here. The cases of ``figure_cases_hand.txt`` are wholly written by hand.
"""

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from figure_cases_hand import by_hand

OUT = Path(__file__).parents[1] / "eval" / "datasets" / "figures" / "cases.jsonl"
SEED = 20261123
CASES = 80
"""Of each language."""

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fi": "tammi helmi maalis huhti touko kesä heinä elo syys loka marras joulu",
}
WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "fi": "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
}
WORDS = {
    "en": {2: "two", 3: "three", 5: "five", 7: "seven", 10: "ten", 12: "twelve"},
    "fi": {2: "kaksi", 3: "kolme", 5: "viisi", 7: "seitsemän", 10: "kymmenen", 12: "kaksitoista"},
}


class Fact(NamedTuple):
    """A value that a source states: how to write it, and wrong values like it."""

    value: Any
    write: Callable[[Any, str, random.Random], str]
    wrong: Callable[[Any, random.Random], Any]


def money(value: Decimal, language: str, rng: random.Random) -> str:
    """An amount in one of the ways people write it."""
    dot, comma = f"{value:.2f}", f"{value:.2f}".replace(".", ",")
    if value >= 1000:
        whole, cents = dot.split(".")
        dot = f"{whole[:-3]},{whole[-3:]}.{cents}"
        comma = f"{whole[:-3]} {whole[-3:]},{cents}"
    ways = {
        "en": [f"€{dot}", f"{dot} EUR", f"EUR {dot}", f"{dot} euros", f"{comma} €"],
        "fi": [f"{comma} €", f"{comma} euroa", f"{comma}€", f"{comma} EUR"],
    }
    return rng.choice(ways[language])


def day(value: date, language: str, rng: random.Random) -> str:
    """A date in one of the ways people write it."""
    month = MONTHS[language].split()[value.month - 1]
    weekday = WEEKDAYS[language].split()[value.weekday()]
    ways = {
        "en": [
            f"{value.day} {month}",
            f"{month} {value.day}, {value.year}",
            f"{value.day} {month} {value.year}",
            f"{month[:3]} {value.day}",
            f"{weekday} {value.day} {month}",
            value.isoformat(),
        ],
        "fi": [
            f"{value.day}.{value.month}.",
            f"{value.day}.{value.month}.{value.year}",
            f"{value.day}. {month}kuuta",
            f"{weekday} {value.day}.{value.month}.{value.year}",
            f"{weekday} {value.day}.{value.month}.",
        ],
    }
    return rng.choice(ways[language])


def days(value: int, language: str, rng: random.Random) -> str:
    """A number of days."""
    word = WORDS[language].get(value, str(value))
    unit = {"en": "days", "fi": "päivää"}[language]
    return rng.choice([f"{value} {unit}", f"{value} {unit}", f"{word} {unit}"])


def years(value: int, language: str, rng: random.Random) -> str:
    """A number of years, sometimes in months."""
    unit = {"en": ("years", "months"), "fi": ("vuotta", "kuukautta")}[language]
    word = WORDS[language].get(value, str(value))
    return rng.choice([f"{value} {unit[0]}", f"{value * 12} {unit[1]}", f"{word} {unit[0]}"])


def business_days(value: tuple[int, int], language: str, _rng: random.Random) -> str:
    """A range of business days."""
    unit = {"en": "business days", "fi": "arkipäivää"}[language]
    return f"{value[0]}–{value[1]} {unit}"


def percent(value: int, language: str, rng: random.Random) -> str:
    """A percentage."""
    word = {"en": "percent", "fi": "prosenttia"}[language]
    return rng.choice([f"{value} %", f"{value} {word}", f"{value}%"])


def hours(value: tuple[int, int], language: str, rng: random.Random) -> str:
    """Opening hours."""
    low, high = value
    if language == "fi":
        return rng.choice([f"klo {low}–{high}", f"kello {low}-{high}", f"klo {low}.00–{high}.00"])
    return rng.choice([f"{low}:00–{high}:00", f"{low} am – {high - 12} pm", f"{low}:00-{high}:00"])


def as_is(value: str, _language: str, _rng: random.Random) -> str:
    """A number, address or link as it is."""
    return value


def phone(value: str, _language: str, rng: random.Random) -> str:
    """A Finnish phone number, national or international."""
    return rng.choice([value, "+358 " + value[1:], value.replace(" ", "")])


def other_money(value: Decimal, rng: random.Random) -> Decimal:
    """Some euros more or less, or a digit swapped."""
    return value + rng.choice([-1, 1]) * Decimal(rng.choice(["1.00", "2.00", "0.50", "3.10"]))


def other_day(value: date, rng: random.Random) -> date:
    """A few days off."""
    return value + timedelta(days=rng.choice([-3, -2, -1, 1, 2, 4]))


def other_digit(value: str, rng: random.Random) -> str:
    """One digit changed."""
    places = [n for n, one in enumerate(value) if one.isdigit()]
    place = rng.choice(places[2:])
    digit = rng.choice([one for one in "123456789" if one != value[place]])
    return value[:place] + digit + value[place + 1 :]


def facts(rng: random.Random, number: int) -> dict[str, Fact]:
    """The made-up facts of one case."""
    placed = date(2026, 1, 5) + timedelta(days=rng.randrange(300))
    first = Decimal(rng.randrange(15, 160)) + Decimal(rng.choice(["0.90", "0.50", "0.95"]))
    second = Decimal(rng.randrange(5, 60)) + Decimal(rng.choice(["0.40", "0.90"]))
    fee = Decimal(rng.choice(["4.90", "5.90", "6.50"]))
    code = f"{rng.choice(['KK', 'TL', 'FI'])}-{rng.randrange(20000, 99999)}"
    parcel = f"JJFI{rng.randrange(10**10, 10**11)}"
    line = f"0{rng.choice([20, 10, 9])} {rng.randrange(200, 999)} {rng.randrange(1000, 9999)}"
    keep = rng.choice([14, 30, 60])
    open_from, open_to = rng.choice([(8, 16), (9, 17), (10, 18)])
    refund = rng.choice([5, 7, 10])
    low = rng.choice([2, 3])
    off = rng.choice([10, 15, 20])
    guarantee = rng.choice([2, 3, 5])
    shop = f"shop{number}"
    mail = f"help@{shop}.example"
    page = f"https://{shop}.example/returns"
    return {
        "order": Fact(code, as_is, other_digit),
        "placed": Fact(placed, day, other_day),
        "eta": Fact(placed + timedelta(days=rng.randrange(8, 15)), day, other_day),
        "total": Fact(2 * first + second + fee, money, other_money),
        "first": Fact(first, money, other_money),
        "second": Fact(second, money, other_money),
        "pair": Fact(2 * first, money, lambda value, _: value),
        "fee": Fact(fee, money, lambda value, r: value + Decimal(r.choice(["1.00", "2.00"]))),
        "parcel": Fact(parcel, as_is, other_digit),
        "keep": Fact(keep, days, lambda value, _: {14: 21, 30: 45, 60: 90}[value]),
        "refund": Fact(refund, days, lambda value, _: {5: 3, 7: 4, 10: 12}[value]),
        "ship": Fact((low, low + 2), business_days, lambda value, _: (value[0] + 3, value[1] + 4)),
        "guarantee": Fact(guarantee, years, lambda value, _: {2: 4, 3: 1, 5: 6}[value]),
        "off": Fact(off, percent, lambda value, _: {10: 25, 15: 30, 20: 35}[value]),
        "hours": Fact((open_from, open_to), hours, lambda value, _: (value[0] - 1, value[1] + 2)),
        "phone": Fact(line, phone, other_digit),
        "mail": Fact(mail, as_is, lambda _, r: f"{r.choice(['info', 'sales'])}@{shop}.example"),
        "page": Fact(
            page, as_is, lambda _, r: f"https://{shop}.example/{r.choice(['faq', 'gifts'])}"
        ),
    }


ARTICLE = {
    "en": (
        "Returns are accepted within {keep} days of delivery. Return shipping costs €{fee}. "
        "We refund the money within {refund} days of getting the goods back. "
        "Standard delivery takes {low}–{high} business days. "
        "The warranty on all kettles is {guarantee} years. "
        "With the newsletter you get {off} % discount on your next purchase. "
        "Customer service is open Mon–Fri {open}–{close}, phone {phone}, email {mail}. "
        "Start a return at {page}."
    ),
    "fi": (
        "Tuotteet voi palauttaa {keep} päivän kuluessa toimituksesta. "
        "Palautuksen postikulu on {fee} €. "
        "Hyvitämme rahat {refund} päivän kuluessa siitä, kun tuote on meillä. "
        "Normaali toimitus kestää {low}–{high} arkipäivää. "
        "Kaikkien keittimien takuu on {guarantee} vuotta. "
        "Uutiskirjeen tilaaja saa {off} prosentin alennuksen seuraavasta ostoksesta. "
        "Asiakaspalvelu on auki ma–pe klo {open}–{close}, puhelin {phone}, sähköposti {mail}. "
        "Tee palautus osoitteessa {page}."
    ),
}

STATED: dict[str, list[tuple[str, ...]]] = {
    "en": [
        ("order", "placed", "Your order {order} was placed on {placed} and is on its way."),
        ("total", "The total of your order was {total} in all."),
        ("eta", "According to the carrier the parcel is expected on {eta} at the latest."),
        ("parcel", "You can follow it with the tracking number {parcel} at any time."),
        ("first", "The kettle cost {first} each at the time."),
        ("second", "For the filter you paid {second} then."),
        ("keep", "You have {keep} from delivery to return what you do not need."),
        ("fee", "Return shipping costs {fee} and is taken off the refund."),
        ("refund", "You will have the refund {refund} after we get the goods back."),
        ("ship", "Standard delivery takes {ship} as a rule."),
        ("guarantee", "The warranty of the kettles is {guarantee} from the purchase."),
        ("off", "The newsletter gives you a discount of {off} on the next purchase."),
        ("hours", "Our customer service is open {hours} on working days."),
        ("phone", "If you prefer to talk, our phone number is {phone} on weekdays."),
        ("mail", "Or write by email to {mail} whenever it suits you."),
        ("page", "The return is started at {page} in a minute."),
        ("pair", "Together the two kettles came to {pair} on that order."),
    ],
    "fi": [
        ("order", "placed", "Tilauksesi {order} on tehty {placed} ja se on matkalla."),
        ("total", "Tilauksen loppusumma oli {total} yhteensä."),
        ("eta", "Kuljetusyhtiön mukaan paketti saapuu {eta} mennessä tai jo aiemmin."),
        ("parcel", "Voit seurata sitä seurantatunnuksella {parcel} milloin vain."),
        ("first", "Vedenkeitin maksoi {first} kappaleelta."),
        ("second", "Suodattimesta maksoit {second} silloin."),
        ("keep", "Palautusaikaa on {keep} toimituksesta eteenpäin."),
        ("fee", "Palautuksen postikulu on {fee} ja se vähennetään hyvityksestä."),
        ("refund", "Saat hyvityksen rahat {refund} sen jälkeen, kun tuote on meillä."),
        ("ship", "Normaali toimitus kestää {ship} yleensä."),
        ("guarantee", "Keittimien takuu on {guarantee} ostosta lukien."),
        ("off", "Uutiskirjeen tilaajana saat {off} alennusta seuraavasta ostoksesta."),
        ("hours", "Asiakaspalvelumme on auki {hours} arkisin."),
        ("phone", "Jos haluat soittaa, puhelinnumeromme on {phone} arkisin."),
        ("mail", "Sähköpostilla tavoitat meidät osoitteesta {mail} parhaiten."),
        ("page", "Palautus aloitetaan osoitteessa {page} hetkessä."),
        ("pair", "Kaksi keitintä maksoivat yhdessä {pair} tällä tilauksella."),
    ],
}

INVENTED: dict[str, list[tuple[str, list[str]]]] = {
    "en": [
        (
            "I have added {x} of bonus credit to your loyalty account.",
            ["€12.34", "17 EUR", "€8.88"],
        ),
        (
            "Our technician will visit you on {x} to look at the wiring.",
            ["Feb 29, 2028", "31 December 2031"],
        ),
        ("The conference in Oulu gathered {x} last spring.", ["740 guests", "1,260 visitors"]),
        ("The lid withstands {x} without bending.", ["186 kg", "473 kg"]),
        ("About {x} of our staff cycle to work.", ["61 %", "87 percent"]),
        ("The museum tour begins at {x} sharp.", ["19:45", "6:35 am"]),
        ("The lawyer's reference is {x} in the archive.", ["ZQX-118273645", "ABQ-5566778899"]),
        ("Our partner's fax is {x} in Tampere.", ["+46 8 765 43 21", "+1 212 555 0147"]),
        (
            "The choir can be reached at {x} for bookings.",
            ["choir@bass-tenor.example", "alto@sing.example"],
        ),
        (
            "Photos of the picnic are at {x} for everybody.",
            ["https://picnic.example/2019", "www.sunnyday.example/pics"],
        ),
    ],
    "fi": [
        ("Lisäsin kanta-asiakastilillesi {x} bonusta.", ["12,34 €", "17 euroa", "8,88 €"]),
        (
            "Sähköasentaja käy luonasi {x} tarkistamassa johdot.",
            ["29.2.2028", "31. joulukuuta 2031"],
        ),
        ("Oulun messuilla kävi {x} viime keväänä.", ["740 vierasta", "1260 kävijää"]),
        ("Kansi kestää {x} taipumatta.", ["186 kg", "473 kiloa"]),
        ("Henkilöstöstämme {x} pyöräilee töihin.", ["61 %", "87 prosenttia"]),
        ("Museokierros alkaa {x} täsmälleen.", ["klo 19.45", "kello 6.35"]),
        ("Juristin arkistoviite on {x} kansiossa.", ["ZQX-118273645", "ABQ-5566778899"]),
        ("Kumppanimme faksi Tampereella on {x} edelleen.", ["+46 8 765 43 21", "+1 212 555 0147"]),
        (
            "Kuoron tavoittaa osoitteesta {x} varauksia varten.",
            ["kuoro@basso-tenori.example", "altto@laulu.example"],
        ),
        (
            "Retken kuvat ovat osoitteessa {x} kaikille.",
            ["https://retki.example/2019", "www.kesapaiva.example/kuvat"],
        ),
    ],
}
GREETING = {"en": "Hello Anna,", "fi": "Hei Anna,"}
NAMES = {"en": ("kettle", "filter"), "fi": ("Vedenkeitin", "Suodatin")}


def sources(made: dict[str, Fact], language: str) -> list[dict[str, str]]:
    """The order in the words of the service, an article and a message."""
    value = {name: fact.value for name, fact in made.items()}
    kettle, filters = NAMES[language]
    order = "\n".join(
        [
            f"Order {value['order']}, status shipped",
            f"Order {value['order']} placed {value['placed'].isoformat()}",
            f"Order {value['order']} total {value['total']} EUR",
            f"2 pcs {kettle} (KET-9) {value['first']} EUR",
            f"1 pcs {filters} (FIL-2) {value['second']} EUR",
            f"Tracking Posti {value['parcel']} in transit expected {value['eta'].isoformat()}",
        ]
    )
    article = ARTICLE[language].format(
        **{
            name: value[name]
            for name in ("keep", "refund", "guarantee", "off", "phone", "mail", "page")
        },
        fee=value["fee"] if language == "en" else str(value["fee"]).replace(".", ","),
        low=value["ship"][0],
        high=value["ship"][1],
        open=value["hours"][0],
        close=value["hours"][1],
    )
    asked = {
        "en": "Hi, where is my parcel and can I still send the second kettle back? Anna",
        "fi": "Hei, missä pakettini on ja voinko vielä palauttaa toisen keittimen? Anna",
    }
    return [
        {"kind": "order", "id": "ord_1", "text": order},
        {"kind": "article", "id": "psg_1", "text": article},
        {"kind": "message", "id": "msg_1", "text": asked[language]},
    ]


def case(language: str, number: int, rng: random.Random) -> dict[str, Any]:
    """One reply with its labelled figures."""
    made = facts(rng, number)
    sentences: list[str] = []
    figures: list[dict[str, str]] = []
    for template in rng.sample(STATED[language], 4):
        *names, sentence = template
        written: dict[str, str] = {}
        for name in names:
            fact = made[name]
            wrong = rng.random() < 0.45 and name != "pair"
            value = fact.wrong(fact.value, rng) if wrong else fact.value
            written[name] = fact.write(value, language, rng)
            verdict = "contradicted" if wrong else "supported"
            figures.append({"text": written[name], "verdict": verdict})
        sentences.append(sentence.format(**written))
    sentence, ways = rng.choice(INVENTED[language])
    chosen = rng.choice(ways)
    sentences.append(sentence.format(x=chosen))
    figures.append({"text": chosen, "verdict": "unsupported"})
    return {
        "id": f"{language}-{number}",
        "text": "\n".join([GREETING[language], *sentences]),
        "language": language,
        "sources": sources(made, language),
        "figures": figures,
    }


def main() -> None:
    """Write the cases."""
    rng = random.Random(SEED)
    OUT.parent.mkdir(parents=True, exist_ok=True)
    cases = [case(language, n, rng) for language in ("en", "fi") for n in range(1, CASES + 1)]
    cases += by_hand()
    OUT.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in cases), "utf-8")
    print(f"{len(cases)} cases, {sum(len(one['figures']) for one in cases)} figures")


if __name__ == "__main__":
    main()
