"""What is said of an order, by language: data of ``order_facts.py``."""

from typing import NamedTuple

from copilot.drafts.wording import Wording


class OrderWords(NamedTuple):
    """Sentences of one language. ``{state}`` is one of ``states`` or ``parcel_states``.

    Attributes:
        states: What became of an order, by its status.
        other_state: With a status that none of these is.
        parcel_states: Where a parcel is, by its status; by "" when that is not known.
        day: The pattern of a day, as Babel reads it.
    """

    order: str
    placed: str
    states: dict[str, str]
    other_state: str
    parcel: str
    tracking: str
    parcel_states: dict[str, str]
    expected: str
    overdue: str
    estimate: str
    total: str
    items: str
    day: str


_STATUSES = (
    "placed",
    "processing",
    "packed",
    "shipped",
    "delivered",
    "returned",
    "refunded",
    "cancelled",
    "received",
    "canceled",
)
_PARCELS = ("in_transit", "out_for_delivery", "ready_for_pickup", "delayed", "delivered", "")


def _states(*told: str) -> dict[str, str]:
    """From statuses to words; "received" is told as "placed", and "canceled" as "cancelled"."""
    return dict(zip(_STATUSES, [*told, told[0], told[-1]], strict=True))


def _parcels(*told: str) -> dict[str, str]:
    return dict(zip(_PARCELS, told, strict=True))


_FINNISH = OrderWords(
    order="Tilauksesi {number}{placed} {state}.",
    placed=" ({day})",
    states=_states(
        "on vastaanotettu",
        "on käsittelyssä",
        "on pakattu",
        "on lähetetty",
        "on toimitettu",
        "on palautettu",
        "on hyvitetty",
        "on peruttu",
    ),
    other_state="on tilassa ”{status}”",
    parcel="Paketti{told} {state}{estimate}.",
    tracking="seurantatunnus {number}",
    parcel_states=_parcels(
        "on matkalla",
        "on jaettavana",
        "on noudettavissa",
        "on myöhässä",
        "on toimitettu",
        "on kuljettajalla",
    ),
    expected=", ja arvioitu saapumispäivä on {day}",
    overdue=", ja arvioitu saapumispäivä oli {day}",
    estimate=", arvio: {eta}",
    total="Tilauksen {number} loppusumma on {amount}.",
    items="Tilaukseen {number} kuuluu: {listed}.",
    day="d.M.yyyy",
)
_ENGLISH = OrderWords(
    order="Your order {number}{placed} {state}.",
    placed=" of {day}",
    states=_states(
        "has been received",
        "is being processed",
        "has been packed",
        "has been shipped",
        "has been delivered",
        "has been returned",
        "has been refunded",
        "has been cancelled",
    ),
    other_state="has the status “{status}”",
    parcel="The parcel{told} {state}{estimate}.",
    tracking="tracking {number}",
    parcel_states=_parcels(
        "is on its way",
        "is out for delivery",
        "is ready for pickup",
        "is delayed",
        "has been delivered",
        "is with the carrier",
    ),
    expected=", expected on {day}",
    overdue=", was expected on {day}",
    estimate=", estimate: {eta}",
    total="The total of order {number} is {amount}.",
    items="Order {number} has: {listed}.",
    day="d MMMM yyyy",
)
_SWEDISH = OrderWords(
    order="Din beställning {number}{placed} {state}.",
    placed=" från {day}",
    states=_states(
        "har tagits emot",
        "behandlas",
        "har packats",
        "har skickats",
        "har levererats",
        "har returnerats",
        "har återbetalats",
        "har avbeställts",
    ),
    other_state="har statusen ”{status}”",
    parcel="Paketet{told} {state}{estimate}.",
    tracking="spårningsnummer {number}",
    parcel_states=_parcels(
        "är på väg",
        "är ute för leverans",
        "kan hämtas",
        "är försenat",
        "har levererats",
        "är hos transportören",
    ),
    expected=", beräknad ankomst är {day}",
    overdue=", beräknad ankomst var {day}",
    estimate=", beräknad ankomst: {eta}",
    total="Totalsumman för beställning {number} är {amount}.",
    items="Beställning {number} innehåller: {listed}.",
    day="d MMMM yyyy",
)
_GERMAN = OrderWords(
    order="Ihre Bestellung {number}{placed} {state}.",
    placed=" vom {day}",
    states=_states(
        "ist eingegangen",
        "wird bearbeitet",
        "wurde verpackt",
        "wurde versandt",
        "wurde zugestellt",
        "wurde zurückgeschickt",
        "wurde erstattet",
        "wurde storniert",
    ),
    other_state="hat den Status „{status}“",
    parcel="Das Paket{told} {state}{estimate}.",
    tracking="Sendungsnummer {number}",
    parcel_states=_parcels(
        "ist unterwegs",
        "ist in der Zustellung",
        "liegt zur Abholung bereit",
        "ist verspätet",
        "wurde zugestellt",
        "ist beim Paketdienst",
    ),
    expected=", die voraussichtliche Ankunft ist am {day}",
    overdue=", die voraussichtliche Ankunft war am {day}",
    estimate=", voraussichtliche Ankunft: {eta}",
    total="Der Gesamtbetrag der Bestellung {number} ist {amount}.",
    items="Zur Bestellung {number} gehört: {listed}.",
    day="d. MMMM yyyy",
)
_ESTONIAN = OrderWords(
    order="Teie tellimus {number}{placed} {state}.",
    placed=" ({day})",
    states=_states(
        "on vastu võetud",
        "on töötlemisel",
        "on pakitud",
        "on teele saadetud",
        "on kohale toimetatud",
        "on tagastatud",
        "on hüvitatud",
        "on tühistatud",
    ),
    other_state="on olekus „{status}“",
    parcel="Pakk{told} {state}{estimate}.",
    tracking="jälgimiskood {number}",
    parcel_states=_parcels(
        "on teel",
        "on kulleriga teel Teie poole",
        "ootab Teid pakipunktis",
        "hilineb",
        "on kohale toimetatud",
        "on vedaja käes",
    ),
    expected=", eeldatav saabumispäev on {day}",
    overdue=", eeldatav saabumispäev oli {day}",
    estimate=", eeldatav saabumine: {eta}",
    total="Tellimuse {number} kogusumma on {amount}.",
    items="Tellimuses {number} on: {listed}.",
    day="d. MMMM yyyy",
)
_WORDS = {
    "fi": _FINNISH,
    "en": _ENGLISH,
    "sv": _SWEDISH,
    "de": _GERMAN,
    "et": _ESTONIAN,
}


def order_words(wording: Wording) -> OrderWords:
    """The sentences in the language of ``wording``."""
    return _WORDS[wording.language]
