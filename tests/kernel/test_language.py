"""Languages of sentences as short as customers write them."""

import unicodedata

import pytest

from copilot.kernel.language import detect_language, primary_subtag

SENTENCES = {
    "en": [
        "My lamp is broken.",
        "Where is my parcel?",
        "I want a refund, please.",
        "The blue one arrived damaged.",
        "Order KK-20539 never came.",
        "Can I change the address?",
        "Still waiting.",
        "Thanks, that works for me.",
        "How much is express delivery?",
        "The card was charged twice.",
    ],
    "fi": [
        "Lamppuni on rikki.",
        "Missä pakettini on?",
        "Haluan rahat takaisin.",
        "Kattila vuotaa pohjasta.",
        "Voiko osoitteen vaihtaa?",
        "Odotan yhä.",
        "Kiitos, sopii hyvin.",
        "Tilaus KK-20539 ei ole tullut.",
        "Paljonko pikatoimitus maksaa?",
        "Kortilta veloitettiin kahdesti.",
    ],
    "sv": [
        "Min lampa är trasig.",
        "Var är mitt paket?",
        "Jag vill ha pengarna tillbaka.",
        "Kan jag byta adress?",
        "Den blå kom skadad.",
        "Väntar fortfarande.",
        "Tack, det passar bra.",
        "Vad kostar expressleverans?",
    ],
    "de": [
        "Meine Lampe ist kaputt.",
        "Wo ist mein Paket?",
        "Ich möchte mein Geld zurück.",
        "Kann ich die Adresse ändern?",
        "Die blaue kam beschädigt an.",
        "Ich warte immer noch.",
        "Danke, das passt mir.",
        "Was kostet der Expressversand?",
    ],
    "et": [
        "Minu lamp on katki.",
        "Kus mu pakk on?",
        "Soovin raha tagasi.",
        "Kas ma saan aadressi muuta?",
        "Sinine saabus katkisena.",
        "Ootan ikka veel.",
        "Aitäh, see sobib mulle.",
        "Kui palju maksab kiirtarne?",
    ],
    "no": [
        "Lampen min er ødelagt.",
        "Hvor er pakken min?",
        "Jeg vil ha pengene tilbake.",
        "Kan jeg endre adressen?",
        "Den blå kom fram skadet.",
        "Venter fortsatt.",
        "Takk, det passer fint.",
        "Hvor mye koster ekspresslevering?",
    ],
    "es": [
        "Mi lámpara está rota.",
        "¿Dónde está mi paquete?",
        "Quiero que me devuelvan el dinero.",
        "¿Puedo cambiar la dirección?",
        "La azul llegó dañada.",
        "Sigo esperando.",
        "Gracias, me viene bien.",
        "¿Cuánto cuesta el envío urgente?",
    ],
}

OTHERS = {
    "en": [
        "The kettle leaks at the base.",
        "When will you ship it?",
        "I never got a receipt.",
        "Wrong size again.",
        "Do you deliver to Norway?",
    ],
    "fi": [
        "Koska lähetys lähtee?",
        "En ole saanut kuittia.",
        "Taas väärä koko.",
        "Toimitatteko Norjaan?",
        "Väri ei ole oikea.",
    ],
    "sv": [
        "När skickar ni den?",
        "Jag fick inget kvitto.",
        "Fel storlek igen.",
        "Levererar ni till Norge?",
        "Vattenkokaren läcker.",
    ],
    "de": [
        "Wann wird es verschickt?",
        "Ich habe keine Quittung bekommen.",
        "Schon wieder die falsche Größe.",
        "Liefern Sie nach Norwegen?",
    ],
    "et": [
        "Millal te selle saadate?",
        "Ma ei saanud kviitungit.",
        "Jälle vale suurus.",
        "Kas tarnite Norrasse?",
    ],
    "no": [
        "Når sender dere den?",
        "Jeg fikk ingen kvittering.",
        "Feil størrelse igjen.",
        "Kjelen lekker.",
    ],
    "es": [
        "¿Cuándo lo envían?",
        "No recibí el recibo.",
        "Otra vez la talla equivocada.",
        "¿Entregan en Noruega?",
    ],
    "da": [
        "Hvornår sender I den?",
        "Jeg har ikke fået en kvittering.",
        "Kedlen lækker.",
    ],
    "nl": [
        "Wanneer wordt het verzonden?",
        "Ik heb geen bon gekregen.",
        "Weer de verkeerde maat.",
    ],
    "fr": [
        "Quand l'envoyez-vous ?",
        "Je n'ai pas reçu le reçu.",
        "Encore la mauvaise taille.",
    ],
    "it": [
        "Quando lo spedite?",
        "Non ho ricevuto lo scontrino.",
    ],
    "pt": [
        "Quando vão enviar?",
        "Não recebi o recibo.",
    ],
    "pl": [
        "Kiedy to wyślecie?",
        "Nie dostałem paragonu.",
    ],
    "ro": [
        "Când îl trimiteți?",
        "Nu am primit bonul.",
    ],
    "hu": [
        "Mikor küldik el?",
        "Nem kaptam nyugtát.",
    ],
    "cs": [
        "Kdy to pošlete?",
    ],
    "lv": [
        "Kad nosūtīsiet?",
    ],
    "lt": [
        "Kada išsiųsite?",
    ],
    "tr": [
        "Ne zaman gönderirsiniz?",
    ],
    "ru": [
        "Когда вы отправите?",
    ],
}


def wrong(table: dict[str, list[str]]) -> list[tuple[str, str | None]]:
    found = [(text, code, detect_language(text)) for code, texts in table.items() for text in texts]
    return [(text, told) for text, code, told in found if told != code]


def test_short_sentences_are_told_apart() -> None:
    # Danish and Norwegian write some sentences alike.
    assert len(wrong(SENTENCES)) <= 2, wrong(SENTENCES)
    assert len(wrong(OTHERS)) <= 2, wrong(OTHERS)


def test_what_was_told_wrong_once() -> None:
    assert detect_language("My lamp is broken.") == "en"


@pytest.mark.parametrize("text", ["", "12345", "ok", "!!! 3,50 €", "🙂🙂🙂🙂"])
def test_too_little_text_has_no_language(text: str) -> None:
    assert detect_language(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("注文した商品がまだ届いていません", "ja"),
        ("Где мой заказ?", "ru"),
        ("איפה ההזמנה שלי", "he"),
    ],
)
def test_other_scripts(text: str, code: str) -> None:
    assert detect_language(text) == code


def test_letters_written_as_two_characters_are_letters() -> None:
    for code, texts in SENTENCES.items():
        for text in texts:
            assert detect_language(unicodedata.normalize("NFD", text)) == detect_language(text), (
                code
            )


def test_a_long_text_is_judged_by_its_start() -> None:
    assert detect_language("Tilaus ei ole vieläkään tullut perille. " * 10_000) == "fi"


@pytest.mark.parametrize("tag", ["en", "en-US", "EN-gb", "en_us", "en-Latn-US", "En"])
def test_the_language_itself(tag: str) -> None:
    assert primary_subtag(tag) == "en"
    assert primary_subtag("eng") != "en"
