"""Mail programs' lines around quoted mail and under a reply, in the languages they speak."""

from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest

from copilot.conversations.quotes import passes_on, split_reply
from copilot.conversations.reading import read_file
from copilot.conversations.unfold import unfold

OCTOBER = datetime(2017, 10, 20, 17, 50, tzinfo=UTC)
REPLY = "Kiitos, sopii hyvin.\n\nToimitattehan maanantaina?"
HISTORY = "Hei,\n\nsopiiko maanantai?"
SAM = "Sam Aho <sam@shop.example>"

ATTRIBUTIONS = [
    # Gmail
    f"On Fri, 20 Oct 2017 at 17:50, {SAM} wrote:",
    "pe 20. lokak. 2017 klo 17.50 Sam Aho (sam@shop.example) kirjoitti:",
    f"Den fre 20 okt. 2017 kl 17:50 skrev {SAM}:",
    f"Den fre. 20. okt. 2017 kl. 17.50 skrev {SAM}:",
    f"fre. 20. okt. 2017 kl. 17:50 skrev {SAM}:",
    f"Op vr 20 okt 2017 om 17:50 schreef {SAM}:",
    f"Am Fr., 20. Okt. 2017 um 17:50 Uhr schrieb {SAM}:",
    f"Le ven. 20 oct. 2017 à 17:50, {SAM} a écrit :",
    "El vie, 20 oct 2017 a las 17:50, Sam Aho (<sam@shop.example>) escribió:",
    f"Il giorno ven 20 ott 2017 alle ore 17:50 {SAM} ha scritto:",
    f"Em sex., 20 de out. de 2017 às 17:50, {SAM} escreveu:",
    f"pt., 20 paź 2017 o 17:50 {SAM} napisał(a):",
    f"пт, 20 окт. 2017 г. в 17:50, {SAM}:",
    "Kuupäev R, 20. oktoober 2017 kell 17:50 kirjutas Sam Aho (<sam@shop.example>):",
    f"{SAM} kirjutas kuupäeval R, 20. oktoober 2017 kell 17:50:",
    f"pá 20. 10. 2017 v 17:50 odesílatel {SAM} napsal:",
    f"În vin., 20 oct. 2017 la 17:50, {SAM} a scris:",
    f"{SAM}, 20 Eki 2017 Cum, 17:50 tarihinde şunu yazdı:",
    # Apple Mail
    f"On 20 Oct 2017, at 17:50, {SAM} wrote:",
    f"{SAM} kirjoitti 20.10.2017 kello 17.50:",
    f"20 okt. 2017 kl. 17:50 skrev {SAM}:",
    f"Op 20 okt. 2017, om 17:50 heeft {SAM} het volgende geschreven:",
    f"Op 20 okt. 2017 om 17:50 heeft {SAM} het volgende geschreven:\ufeff",
    f"Am 20.10.2017 um 17:50 schrieb {SAM}:",
    f"Il giorno 20 ott 2017, alle ore 17:50, {SAM} ha scritto:",
    f"Em 20 de out. de 2017, à(s) 17:50, {SAM} escreveu:",
    f"Wiadomość napisana przez {SAM} w dniu 20.10.2017, o godz. 17:50:",
    f"20 окт. 2017 г., в 17:50, {SAM} написал(а):",
    # Thunderbird
    "On 20.10.2017 17:50, Sam Aho wrote:",
    "Sam Aho kirjoitti 20.10.2017 klo 17.50:",
    "Den 2017-10-20 kl. 17:50, skrev Sam Aho:",
    "Sam Aho skrev den 2017-10-20 17:50:",
    "Den 20-10-2017 kl. 17:50 skrev Sam Aho:",
    "Op 20-10-2017 om 17:50 schreef Sam Aho:",
    "Le 20/10/2017 à 17:50, Sam Aho a écrit :",
    "El 20/10/2017 a las 17:50, Sam Aho escribió:",
    "Il 20/10/2017 17:50, Sam Aho ha scritto:",
    "Em 20/10/2017 17:50, Sam Aho escreveu:",
    "Às 17:50 de 20/10/2017, Sam Aho escreveu:",
    "W dniu 20.10.2017 o 17:50, Sam Aho pisze:",
    "20.10.2017 17:50, Sam Aho пишет:",
    "20.10.2017 17:50 Sam Aho kirjutas:",
    # Yahoo
    f"On Friday, October 20, 2017 at 05:50:00 PM GMT+0, {SAM} wrote:",
    f"perjantai 20. lokakuuta 2017 klo 17.50.00 UTC+0 {SAM} kirjoitti:",
    f"Den fredag 20 oktober 2017 17:50:00 UTC+0 skrev {SAM}:",
    f"Am Freitag, 20. Oktober 2017 um 17:50:00 UTC+0 hat {SAM} Folgendes geschrieben:",
    f"Le vendredi 20 octobre 2017 à 17:50:00 UTC+0, {SAM} a écrit :",
    f"W dniu piątek, 20 października 2017 17:50:00 UTC+0 użytkownik {SAM} napisał:",
    f"Em sexta-feira, 20 de outubro de 2017 17:50:00 UTC+0, {SAM} escreveu:",
]

# The verb of these is in no table: an address and a time tell.
UNKNOWN = [
    f"Missatge de {SAM} del dia dv., 20 d’oct. 2017 a les 17:50:",
    f"pet, 20. lis 2017. u 17:50 {SAM} napisao je:",
    f"fös., 20. okt. 2017 kl. 17:50 skrifaði {SAM}:",
]


def quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def wrapped(line: str) -> str:
    """``line`` over two lines, as programs break it that count 72 letters."""
    words = line.split(" ")
    half = max(len(words) // 2, len(words) - 4)
    return " ".join(words[:half]) + "\n" + " ".join(words[half:])


@pytest.mark.parametrize("line", [*ATTRIBUTIONS, *UNKNOWN])
def test_who_wrote_is_found_with_marks_without_and_over_two_lines(line: str) -> None:
    for header in (line, wrapped(line)):
        for history in (quoted(HISTORY), HISTORY):
            parts = split_reply(f"{REPLY}\n\n{header}\n\n{history}")
            assert parts.text == REPLY
            assert (parts.quoted_text or "").split() == f"{header}\n\n{history}".split()


@pytest.mark.parametrize("line", ATTRIBUTIONS)
def test_who_wrote_and_when_are_told(line: str) -> None:
    (found,) = unfold(f"{line}\n\n{quoted(HISTORY)}")
    assert (found.text, found.sent_at) == (HISTORY, OCTOBER)
    assert found.author is not None
    assert found.author.startswith("Sam Aho")
    assert ("sam@shop.example" in found.author) == ("sam@shop.example" in line)


BLOCKS = {
    "en": "From: {}\nSent: Friday, October 20, 2017 5:50 PM\nTo: Anna\nSubject: {}",
    "fi": "Lähettäjä: {}\nLähetetty: perjantai 20. lokakuuta 2017 17.50\nVastaanottaja: Anna\n"
    "Kopio: Bea\nAihe: {}",
    "fi mobile": "Lähettäjä: {}\nPäiväys: perjantai 20. lokakuuta 2017 klo 17.50\n"
    "Vastaanottaja: Anna\nAihe: {}",
    "sv": "Från: {}\nSkickat: den 20 oktober 2017 17:50\nTill: Anna\nKopia: Bea\nÄmne: {}",
    "sv android": "Från: {}\nDatum: 2017-10-20 17:50 (GMT+00:00)\nTill: Anna\nRubrik: {}",
    "da": "Fra: {}\nSendt: 20. oktober 2017 17:50\nTil: Anna\nEmne: {}",
    "nb": "Fra: {}\nDato: fredag 20. oktober 2017 kl. 17:50\nTil: Anna\nKopi: Bea\nEmne: {}",
    "nl": "Van: {}\nVerzonden: vrijdag 20 oktober 2017 17:50\nAan: Anna\nCC: Bea\nOnderwerp: {}",
    "de": "Von: {}\nGesendet: Freitag, 20. Oktober 2017 17:50\nAn: Anna\nCc: Bea\nBetreff: {}",
    "de mac": "Von: {}\nDatum: Freitag, 20. Oktober 2017 um 17:50\nAn: Anna\nBetreff: {}",
    "fr": "De : {}\nEnvoyé : vendredi 20 octobre 2017 17:50\nÀ : Anna\nObjet : {}",
    "es": "De: {}\nEnviado el: viernes, 20 de octubre de 2017 17:50\nPara: Anna\nAsunto: {}",
    "it": "Da: {}\nInviato: venerdì 20 ottobre 2017 17:50\nA: Anna\nOggetto: {}",
    "pt": "De: {}\nEnviada em: sexta-feira, 20 de outubro de 2017 17:50\nPara: Anna\nAssunto: {}",
    "pl": "Od: {}\nWysłano: piątek, 20 października 2017 17:50\nDo: Anna\nDW: Bea\nTemat: {}",
    "ru": "От: {}\nОтправлено: 20 октября 2017 г. 17:50\nКому: Anna\nТема: {}",
    "et": "Saatja: {}\nSaadetud: reede, 20. oktoober 2017 17:50\nAdressaat: Anna\nTeema: {}",
    "stars": "*From:* {}\n*Sent:* 20 October 2017 17:50\n*To:* Anna\n*Subject:* {}",
    "link": "Von: {} <mailto:s@shop.example>\nGesendet: 20. Oktober 2017 17:50\nAn: A\nBetreff: {}",
}


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
@pytest.mark.parametrize(
    "sender", [SAM, "Sam Aho [mailto:sam@shop.example]", '"Sam Aho" <sam@shop.example>']
)
def test_a_header_block_tells_who_when_and_about_what(block: str, sender: str) -> None:
    header = block.format(sender, "Pöytä 7: milloin?")
    parts = split_reply(f"{REPLY}\n\n{header}\n\n{HISTORY}")
    assert (parts.text, parts.quoted_text) == (REPLY, f"{header}\n\n{HISTORY}")
    (found,) = unfold(parts.quoted_text)
    assert found == (SAM, OCTOBER, "Pöytä 7: milloin?", HISTORY, None)


@pytest.mark.parametrize(
    "banner",
    [
        "---------- Forwarded message ---------",
        "Begin forwarded message:",
        "Välitetty viesti alkaa:",
        "-------- Edelleenlähetetty viesti --------",
        "Vidarebefordrat brev:",
        "-------- Vidarebefordrat meddelande --------",
        "Start på videresendt besked:",
        "-------- Videresendt melding --------",
        "Begin doorgestuurd bericht:",
        "Anfang der weitergeleiteten Nachricht:",
        "-------- Weitergeleitete Nachricht --------",
        "Début du message réexpédié :",
        "-------- Message transféré --------",
        "Inicio del mensaje reenviado:",
        "Inizio messaggio inoltrato:",
        "Início da mensagem encaminhada:",
        "Początek przekazywanej wiadomości:",
        "-------- Wiadomość przekazana dalej --------",
        "-------- Пересылаемое сообщение --------",
        "Начало переадресованного сообщения:",
        "-------- Edastatud kiri --------",
    ],
)
def test_a_forward_says_what_it_forwards_and_a_remark_stands_alone(banner: str) -> None:
    header = f"{banner}\n\n{BLOCKS['fi'].format(SAM, 'Pöytä')}"
    for mail in (f"{header}\n\n{HISTORY}", quoted(f"{header}\n\n{HISTORY}")):
        assert passes_on(mail)
        assert split_reply(mail).text == HISTORY
    parts = split_reply(f"Tiedoksi.\n\n{header}\n\n{HISTORY}")
    assert parts.text == "Tiedoksi."
    (found,) = unfold(parts.quoted_text)
    assert found == (SAM, OCTOBER, "Pöytä", HISTORY, None)


@pytest.mark.parametrize(
    "banner",
    [
        "-----Original Message-----",
        "-------- Alkuperäinen viesti --------",
        "-------- Originalmeddelande --------",
        "-------- Oprindelig besked --------",
        "-----Opprinnelig melding-----",
        "-------- Oorspronkelijk bericht --------",
        "-------- Ursprüngliche Nachricht --------",
        "-------- Message d'origine --------",
        "-------- Mensaje original --------",
        "-------- Messaggio originale --------",
        "-------- Mensagem original --------",
        "-------- Oryginalna wiadomość --------",
        "-------- Исходное сообщение --------",
        "-------- Algne sõnum --------",
        "-----Sam Aho <sam@shop.example> wrote: -----",
        "##- Please type your reply above this line -##",
        "--- Vastaa tämän rivin yläpuolelle ---",
        "##- Skriv ditt svar ovanför denna rad -##",
        "##- Bitte geben Sie Ihre Antwort über dieser Zeile ein -##",
        "##- Veuillez saisir votre réponse au-dessus de cette ligne -##",
        "##- Por favor, escriba su respuesta por encima de esta línea -##",
    ],
)
def test_all_below_such_a_line_is_history(banner: str) -> None:
    parts = split_reply(f"{REPLY}\n\n{banner}\n\n{HISTORY}")
    assert parts == (REPLY, f"{banner}\n\n{HISTORY}", None)


@pytest.mark.parametrize(
    "line",
    [
        "Quoting Sam Aho <sam@shop.example>:",
        "Lainaus Sam Aho <sam@shop.example>:",
        "Zitat von Sam Aho <sam@shop.example>:",
        "Citerar Sam Aho <sam@shop.example>:",
        "Citeren Sam Aho:",
        "Citando Sam Aho:",
        "Sam Aho wrote:",
        "Sam Aho kirjoitti:",
    ],
)
def test_answers_below_each_quote_are_kept(line: str) -> None:
    parts = split_reply(f"{line}\n\n> Sopiiko maanantai?\n\nKyllä.\n\n> Entä aamu?\n\nEi, ilta.")
    assert parts.text.split() == ["Kyllä.", "Ei,", "ilta."]


@pytest.mark.parametrize(
    "signature",
    [
        "Lähetetty puhelimestani",
        "Lähetetty Samsung Galaxy -laitteestani",
        "Sent from Outlook for Android",
        "Sent with Proton Mail secure email.",
        "Skickat från min iPhone",
        "Sendt fra min iPhone",
        "Verstuurd vanaf mijn iPhone",
        "Von meinem iPhone gesendet",
        "Gesendet von Mail für Windows 10",
        "Envoyé de mon iPhone",
        "Provenance : Courrier pour Windows 10",
        "Enviado desde mi iPhone",
        "Inviato da iPhone",
        "Enviado do meu iPhone",
        "Wysłane z iPhone'a",
        "Отправлено с iPhone",
        "Saadetud minu iPhone'ist",
        "Hanki Outlook for iOS",
        "Skaffa Outlook för iOS",
        "Hent Outlook til Android",
        "Obtenir Outlook pour iOS",
        "Télécharger Outlook pour Android",
        "Obtener Outlook para iOS",
        "Scarica Outlook per iOS",
        "Obter o Outlook para iOS",
        "Pobierz aplikację Outlook dla systemu iOS",
        "Скачать Outlook для iOS",
        "Ystävällisin terveisin / Best regards\n\nAnna Aho\nPäällikkö, Manager\n\nYritys Oy",
        "T. Anna",
        "t. Anna",
        "Yt. Anna Aho",
        "Yst. terv.\nAnna",
        "Terkuin Anna",
        "Kunnioittavasti\n\nAnna Aho",
        "Yours faithfully,\n\nAnna Aho\nT: 020 7946 0123",
        "Thanks,\nAnna",
        "Med vänliga hälsningar\nAnna",
        "Mvh Anna",
        "De bedste hilsner\nAnna",
        "Vennlig hilsen\nAnna",
        "Met vriendelijke groet,\n\nmr. A.J. de Haan",
        "Viele Grüße\nAnna",
        "Freundliche Grüße aus Köln\nAnna Aho",
        "Bien cordialement,\nAnna",
        "Je vous prie d’agréer, Madame, Monsieur, mes salutations distinguées.\nAnna Aho",
        "Un cordial saludo,\nAnna",
        "Distinti saluti\nAnna Aho",
        "Com os melhores cumprimentos,\nAnna",
        "Att.\nAnna",
        "Z poważaniem\nAnna",
        "Pozdrawiam serdecznie,\nAnna",
        "С уважением,\nАнна",
        "Lugupidamisega\nAnna",
        "Heade soovidega\nAnna",
        "Anna Aho",
        "Anna",
        "/Anna",
        "Veikko T.",
        "Anna\n\nLähetetty iPhonesta",
        "Terveisin\nAnna\n\nTämä viesti on luottamuksellinen ja tarkoitettu vain vastaanottajalle.",
        "Mvh\nAnna\n\nDetta meddelande är konfidentiellt och avsett endast för mottagaren.",
        "Mvh\nAnna\n\nDenne e-mail er fortrolig og kun bestemt for modtageren af den.",
        "Gruß\nAnna\n\nDiese E-Mail ist vertraulich. Sind Sie nicht der Empfänger,\nso ...",
        "Cordialement\nAnna\n\nCe message est confidentiel et destiné à son seul destinataire.",
        "Saludos\nAnna\n\nEste mensaje es confidencial y va dirigido a su destinatario.",
        "Saluti\nAnna\n\nQuesto messaggio è riservato ed è destinato al solo destinatario.",
        "Lugupidamisega\nAnna\n\nSee e-kiri on konfidentsiaalne ja mõeldud ainult adressaadile.",
    ],
)
def test_closings_of_all_languages_are_kept_apart(signature: str) -> None:
    assert split_reply(f"{REPLY}\n\n{signature}\n") == (REPLY, None, signature)
    header = ATTRIBUTIONS[0]
    parts = split_reply(f"{REPLY}\n\n{signature}\n\n{header}\n\n{quoted(HISTORY)}")
    assert parts == (REPLY, f"{header}\n{quoted(HISTORY)}", signature)


@pytest.mark.parametrize(
    "text",
    [
        "Matka on tässä:\n\nFrom: Helsinki\nTo: Oulu\nDate: 5.5.2026 17:50\n\nVoiko perua?",
        "The ticket reads:\n\nFrom: Coaches\nTo: Stop B\nDate: 14 May 2026\nSubject: x\n\nOk?",
        "Von: Berlin\nAn: Bonn\nDatum: 5.5.2026\n\nGeht das?",
        "Asennus päättyy näin:\n\n> npm ERR! code E404\n> npm ERR! 404\n\nMikä on vialla?",
        "Hinnat:\n50–100 €: 4,90 €\n> 100 €: maksuton\n\nMinulta veloitettiin 4,90 €.",
        "Which colour?\n\nYou did not say, so:\n\nRed",
        "Si vous recevez mon colis, merci de me prévenir par téléphone ou par courrier.",
        "Jos olet saanut viestin maanantaina, vastaisitko siihen vielä tänään, kiitos?",
        "It broke.\n\nThanks",
        "Se hajosi.\n\nOk",
        "On the label it says 5 and\nthe other one says 2017 at 17:50.\nWhich is right?",
    ],
)
def test_what_only_looks_like_mail_is_the_reply(text: str) -> None:
    assert split_reply(text) == (text, None, None)


def test_a_log_above_the_line_that_says_who_wrote_is_kept() -> None:
    text = f"{REPLY}\n\n2026-03-11 02:00:04 ERROR disk full"
    for line in ATTRIBUTIONS:
        assert split_reply(f"{text}\n{line}\n{quoted(HISTORY)}").text == text


@pytest.mark.parametrize("suffix", [".txt", ".html"])
def test_a_forward_alone_is_said_by_who_wrote_it(tmp_path: Path, suffix: str) -> None:
    mail = f"-------- Välitetty viesti --------\n{BLOCKS['fi'].format(SAM, 'Pöytä')}\n\n{HISTORY}"
    if suffix == ".html":
        mail = f'<div class="moz-forward-container"><pre>{escape(mail)}</pre></div>'
    file = tmp_path / f"mail{suffix}"
    file.write_text(mail, encoding="utf-8")
    forwarded, last = read_file(file).messages
    assert (forwarded.author, forwarded.sent_at, forwarded.subject) == (SAM, OCTOBER, "Pöytä")
    assert (forwarded.text, last.text, last.author) == (HISTORY, "", None)


def test_a_postscript_below_the_signature_is_said() -> None:
    text = f"{REPLY}\n\nTerveisin\nAnna\n\nPS. Ovikoodi on 1234."
    assert split_reply(text) == (f"{REPLY}\n\nPS. Ovikoodi on 1234.", None, "Terveisin\nAnna")


def test_a_header_in_an_unknown_language_is_told_by_its_address_and_time() -> None:
    header = "Pošiljatelj: A <a@b.example>\nPoslano: petek, 20. oktober 2017 17:50\nZadeva: X"
    parts = split_reply(f"{REPLY}\n\n{'_' * 32}\n{header}\n\n{HISTORY}")
    assert parts.text == REPLY


def test_a_mail_that_only_a_phone_signed_says_nothing() -> None:
    parts = split_reply(f"Lähetetty iPhonesta\n\n> {ATTRIBUTIONS[0]}\n>\n{quoted(HISTORY)}")
    assert (parts.text, parts.signature) == ("", "Lähetetty iPhonesta")
