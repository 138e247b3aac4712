"""Threads in Swedish, German and Estonian, with articles of made-up shops in that language."""

from typing import NamedTuple


class Thread(NamedTuple):
    """A customer's message, and what the reply to it has and has not.

    Attributes:
        has: Strings that it must have.
        orders: Whether the customer has the order that the text may name.
    """

    language: str
    name: str
    text: str
    has: tuple[str, ...]
    orders: bool = False
    channel: str = "email"


ARTICLES = {
    "sv": (
        ("Returer", "Du kan returnera oanvända varor inom 30 dagar. Returfrakten är 49 kr."),
        ("Återbetalning", "Pengarna betalas tillbaka inom 5 arbetsdagar efter kontrollen."),
        ("Garanti", "Vattenkokare har 24 månaders garanti. Garantin täcker inte kalk."),
        ("Presentkort", "Ett presentkort gäller i 18 månader. Det kan inte bytas mot pengar."),
    ),
    "de": (
        (
            "Rückgabe",
            "Unbenutzte Ware nehmen wir 30 Tage lang zurück. Die Rücksendung kostet 5,90 €.",
        ),
        ("Erstattung", "Wir erstatten den Betrag innerhalb von 7 Werktagen nach der Prüfung."),
        ("Garantie", "Wasserkocher haben 24 Monate Garantie. Kalk ist davon ausgenommen."),
        ("Gutscheine", "Ein Gutschein ist 36 Monate gültig. Er wird nicht ausgezahlt."),
    ),
    "et": (
        (
            "Tagastamine",
            "Kasutamata kauba saab tagastada 30 päeva jooksul. See maksab 3,90 €.",
        ),
        ("Raha tagasi", "Raha makstakse tagasi 5 tööpäeva jooksul pärast kontrolli."),
        ("Garantii", "Veekeetjal on 24-kuuline garantii. Garantii ei hõlma katlakivi."),
        ("Kinkekaart", "Kinkekaart kehtib 12 kuud. Kinkekaarti ei saa rahaks vahetada."),
    ),
}
FRAMES = {
    "sv": ("Hej {name},", "Med vänliga hälsningar"),
    "de": ("Guten Tag {name},", "Mit freundlichen Grüßen"),
    "et": ("Tere, {name}!", "Lugupidamisega"),
}
THREADS = (
    Thread(
        "sv",
        "Astrid Lindqvist",
        "Hej! Jag undrar var min beställning NB-7701 är. Den skulle ha kommit i förra veckan. "
        "Vänliga hälsningar, Astrid",
        ("Din beställning NB-7701 från 2 mars 2026 har skickats.", "är på väg"),
        orders=True,
    ),
    Thread(
        "sv",
        "Astrid Lindqvist",
        "Hej, jag har köpt en vattenkokare som jag inte har använt. Kan jag returnera den, och "
        "vad kostar returfrakten?",
        ("49 kr",),
    ),
    Thread(
        "sv",
        "Nils Bergström",
        "God dag. Jag undrar om ni säljer hängmattor för två personer? Vi flyttar till ett hus "
        "med trädgård i maj.",
        ("Jag hittade inte detta i våra anvisningar",),
    ),
    Thread(
        "de",
        "Karin Vogel",
        "Guten Tag, wo bleibt meine Bestellung NB-7701? Ich warte schon seit einer Woche darauf. "
        "Mit freundlichen Grüßen Karin Vogel",
        ("Ihre Bestellung NB-7701 vom 2. März 2026 wurde versandt.", "ist unterwegs"),
        orders=True,
    ),
    Thread(
        "de",
        "Karin Vogel",
        "Hallo, wie lange ist die Garantie für Wasserkocher? Meiner schaltet nicht mehr ab.",
        ("24 Monate Garantie",),
    ),
    Thread(
        "de",
        "Jonas Albrecht",
        "Guten Tag, haben Sie auch Hängematten für zwei Personen im Angebot? Wir ziehen im Mai um.",
        ("Das habe ich in unseren Anleitungen nicht gefunden",),
    ),
    Thread(
        "et",
        "Liis Tamm",
        "Tere! Kus on minu tellimus NB-7701? See pidi juba eelmisel nädalal kohale jõudma. "
        "Lugupidamisega Liis Tamm",
        ("Teie tellimus NB-7701 (2. märts 2026) on teele saadetud.", "on teel"),
        orders=True,
    ),
    Thread(
        "et",
        "Liis Tamm",
        "Tere, kui kaua kinkekaart kehtib? Kas kinkekaarti saab rahaks vahetada?",
        ("12 kuud", "ei saa rahaks vahetada"),
    ),
    Thread(
        "et",
        "Priit Kask",
        "Tere päevast! Kas te müüte ka võrkkiikesid kahele inimesele? Kolime mais uude majja.",
        ("Ma ei leidnud seda meie juhenditest",),
    ),
)
ENGLISH = ("Hello", "Hi ", "Kind regards", "I could not", "I will look", "Your order", "parcel")
FINNISH = ("Hei ", "Ystävällisin", "Tilauksesi", "Selvitän", "Paketti ")
