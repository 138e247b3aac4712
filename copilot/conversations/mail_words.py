"""What mail programs write around quoted mail, language by language.

The words are facts about Gmail, Outlook, Apple Mail, Thunderbird, Yahoo, Samsung, Horde, Lotus
Notes, their sisters and help desks. In each field alternatives are parted by ``|``; they are
regular expressions, so a bracket is escaped. Days and months come from CLDR (``quoted_dates.py``).
"""

from typing import NamedTuple


class MailWords(NamedTuple):
    """The words of one language.

    Attributes:
        wrote: The verb of ``… wrote:``.
        leads: How such a line may begin, when not with a name or a figure.
        days: Days of the week as it may begin with them; a dot or comma may follow.
        quoting: How ``Quoting Anna <a@b.example>:`` begins.
        sender: The label of the sender in a block of header lines.
        sent: The labels of the date in it.
        subject: The labels of the subject in it.
        others: Further labels in it: receivers, attachments, importance.
        original: What stands between dashes above a mail that is answered.
        forwarded: What stands between dashes above one that is passed on.
        begins: What stands above one that is passed on, before a colon.
        above: What asks to answer above it.
    """

    wrote: str = ""
    leads: str = ""
    days: str = ""
    quoting: str = ""
    sender: str = ""
    sent: str = ""
    subject: str = ""
    others: str = ""
    original: str = ""
    forwarded: str = ""
    begins: str = ""
    above: str = ""


WORDS: dict[str, MailWords] = {
    "en": MailWords(
        wrote="wrote|writes|sent",
        leads="on|at",
        days="mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|"
        "sat(?:urday)?|sun(?:day)?",
        quoting="quoting|citing",
        sender="from",
        sent="sent|date|sent at|date sent",
        subject="subject",
        others="to|cc|bcc|reply-to|reply to|organization|importance|priority|attachments?|"
        "sent by|please respond to|resent-from|mailed-by",
        original="original message|original appointment|original mail|original e-?mail|"
        "reply message",
        forwarded="forwarded message|forwarded by|forwarded mail",
        begins="begin forwarded message|forwarded message",
        above="(?:above|over) this line",
    ),
    "fi": MailWords(
        wrote="kirjoitti|kirjoittaa",
        days="ma|ti|ke|to|pe|la|su|(?:maanantai|tiistai|torstai|perjantai|lauantai|sunnuntai)(?:na)?"
        "|keskiviikko|keskiviikkona",
        quoting="lainaus|lainataan",
        sender="lähettäjä|lähettänyt|keneltä",
        sent="lähetetty|lähetysaika|päivämäärä|päiväys|päivä|pvm|aika",
        subject="aihe|otsikko",
        others="vastaanottajat?|kopio|piilokopio|kenelle|liitteet|liite|tärkeys|vastausosoite",
        original="alkuperäinen viesti|alkuperäinen sähköposti|alkuperäinen sähköpostiviesti|"
        "alkuperäinen tapaaminen",
        forwarded="välitetty viesti|edelleenlähetetty viesti|edelleen lähetetty viesti|"
        "välitetty sähköposti|lähettäjä edelleen",
        begins="välitetty viesti(?: alkaa)?|edelleenlähetetty viesti(?: alkaa)?",
        above="tämän rivin yläpuolelle|rivin yläpuolelle",
    ),
    "sv": MailWords(
        wrote="skrev|skriver",
        leads="den",
        days="mån|tis|ons|tor|tors|fre|lör|sön|(?:mån|tis|ons|tors|fre|lör|sön)dag(?:en)?",
        quoting="citerar|citat från|citat av",
        sender="från",
        sent="skickat|datum|skickades",
        subject="ämne|rubrik",
        others="till|kopia|hemlig kopia|bifogade filer|bilagor|prioritet|vikt|svara till",
        original="ursprungligt meddelande|originalmeddelande|ursprungsmeddelande|ursprungligt mail",
        forwarded="vidarebefordrat meddelande|vidarebefordrat brev|vidarebefordrat mail|"
        "vidarebefordrat e-postmeddelande|vidarebefordrat av",
        begins="vidarebefordrat brev|vidarebefordrat meddelande|påbörjat vidarebefordrat brev|"
        "början på vidarebefordrat brev",
        above="(?:ovanför|ovan) (?:denna|den här) (?:rad|raden|linje|linjen)",
    ),
    "da": MailWords(
        wrote="skrev|har skrevet|skriver",
        leads="den",
        days="man|tirs?|ons|tors?|fre|lør|søn|(?:man|tirs|ons|tors|fre|lør|søn)dag",
        quoting="citat fra|citerer",
        sender="fra",
        sent="sendt|dato",
        subject="emne",
        others="til|kopi|vedhæftede filer|vedhæftet|prioritet|svar til",
        original="oprindelig meddelelse|oprindelig besked|original besked|original meddelelse|"
        "oprindelig aftale|oprindelig mail",
        forwarded="videresendt meddelelse|videresendt besked|videresendt mail|videresendt af",
        begins="start på videresendt besked|videresendt besked|videresendt meddelelse",
        above="over denne linje",
    ),
    "nb": MailWords(
        wrote="skrev|skreiv|skriver",
        leads="den",
        days="man|tir|ons|tor|fre|lør|søn|laur|(?:man|tirs|ons|tors|fre|lør|laur|søn|sun)dag",
        quoting="siterer|sitat fra|sitat",
        sender="fra|frå",
        sent="sendt|dato",
        subject="emne",
        others="til|kopi|blindkopi|vedlegg|prioritet|viktighet|svar til",
        original="opprinnelig melding|opprinnelig beskjed|original melding|opprinneleg melding|"
        "opprinnelig avtale|opprinnelig e-post",
        forwarded="videresendt melding|videresendt e-post|vidaresend melding|videresendt av",
        begins="videresendt melding|start på videresendt melding",
        above="over denne linj(?:en|a)",
    ),
    "nl": MailWords(
        wrote="schreef|heeft geschreven|geschreven|schrijft",
        leads="op",
        days="ma|di|wo|do|vr|za|zo|(?:maan|dins|woens|donder|vrij|zater|zon)dag",
        quoting="citeren|citaat van",
        sender="van",
        sent="verzonden|verstuurd|datum|verzonden op",
        subject="onderwerp",
        others="aan|bijlagen?|urgentie|prioriteit|antwoord aan|beantwoorden",
        original="oorspronkelijk bericht|origineel bericht|oorspronkelijke afspraak|originele mail",
        forwarded="doorgestuurd bericht|doorgestuurde mail|doorgestuurd door",
        begins="begin doorgestuurd bericht|doorgestuurd bericht",
        above="boven (?:deze|dit) (?:regel|lijn)|boven de(?:ze)? streep",
    ),
    "de": MailWords(
        wrote="schrieb|geschrieben|schreibt",
        leads="am",
        days="mo|di|mi|do|fr|sa|so|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend",
        quoting="zitat von|zitiere|zitierend",
        sender="von",
        sent="gesendet|datum|gesendet am|geschickt",
        subject="betreff|betr",
        others="an|kopie|blindkopie|anlagen?|anhänge|anhang|wichtigkeit|priorität|antwort an|"
        "gesendet von",
        original="ursprüngliche nachricht|originalnachricht|original-nachricht|urspr\\. nachricht|"
        "original nachricht|ursprünglicher termin|ursprüngliche mail|originalmail",
        forwarded="weitergeleitete nachricht|weitergeleitet von|weitergeleitete mail",
        begins="anfang der weitergeleiteten nachricht|anfang der weitergeleiteten e-mail|"
        "weitergeleitete nachricht|beginn der weitergeleiteten nachricht",
        above="(?:oberhalb|über) diese[rs] (?:zeile|linie)",
    ),
    "fr": MailWords(
        wrote="a écrit|a ecrit|écrit|ecrit|écrivait|a envoyé",
        leads="le",
        days="lun|mar|mer|jeu|ven|sam|dim|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche",
        quoting="citation de|en citant",
        sender="de|expéditeur|de la part de",
        sent="envoyé|envoyé le|date|date d'envoi",
        subject="objet|sujet",
        others="à|a|copie|destinataires?|pièces? jointes?|importance|répondre à|cci",
        original="message d['’]origine|message original|message initial|rendez-vous d['’]origine|"
        "courriel original|mail original",
        forwarded="message transféré|message transmis|message réexpédié|transféré par",
        begins="début du message (?:transféré|réexpédié)|message transféré",
        above="au-?\\s?dessus de cette ligne",
    ),
    "es": MailWords(
        wrote="escribió|escribio|ha escrito|escribe",
        leads="el",
        days="lun|mar|mié|mie|jue|vie|sáb|sab|dom|lunes|martes|miércoles|jueves|viernes|sábado|"
        "domingo",
        quoting="citando a|cita de",
        sender="de|remitente",
        sent="enviado|enviado el|fecha|enviada|enviada el",
        subject="asunto",
        others="para|copia|datos adjuntos|adjuntos|importancia|responder a|cco",
        original="mensaje original|cita original|correo original",
        forwarded="mensaje reenviado|correo reenviado|reenviado por",
        begins="inicio del mensaje reenviado|mensaje reenviado",
        above="(?:por )?encima de esta línea|arriba de esta línea",
    ),
    "it": MailWords(
        wrote="ha scritto|scrisse|scritto|scrive",
        leads="il|in data|il giorno",
        days="lun|mar|mer|gio|ven|sab|dom|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica",
        quoting="citando|citazione di",
        sender="da|mittente",
        sent="inviato|inviata|data|inviato il|data invio",
        subject="oggetto",
        others="a|per|destinatari[oa]?|allegati|priorità|rispondi a|ccn",
        original="messaggio originale|appuntamento originale|e-?mail originale",
        forwarded="messaggio inoltrato|inoltrato da|messaggio inoltrata",
        begins="inizio messaggio inoltrato|inizio del messaggio inoltrato|messaggio inoltrato",
        above="(?:al di )?sopra (?:di )?questa (?:riga|linea)",
    ),
    "pt": MailWords(
        wrote="escreveu|escreve|enviou",
        leads="em|no dia|a|às",
        days="seg|ter|qua|qui|sex|sáb|sab|dom|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?|"
        "sábado|domingo",
        quoting="citando|citação de",
        sender="de|remetente",
        sent="enviado|enviada|enviado em|enviada em|enviado a|data",
        subject="assunto",
        others="para|com cópia|cópia|anexos?|importância|prioridade|responder a|cco|destinatário",
        original="mensagem original|compromisso original|e-?mail original",
        forwarded="mensagem (?:encaminhada|reencaminhada)|encaminhado por",
        begins="início da mensagem (?:encaminhada|reencaminhada)|mensagem (?:re)?encaminhada",
        above="acima desta linha",
    ),
    "pl": MailWords(
        wrote="napisał|napisała|napisał\\(a\\)|napisal|napisal\\(a\\)|pisze|napisane przez",
        leads="dnia|w\\s+dniu|wiadomość napisana przez",
        days="pon|wt|śr|sr|czw|pt|sob|ndz|niedz|pn|cz|nd|poniedziałek|wtorek|środa|czwartek|"
        "piątek|sobota|niedziela",
        quoting="cytowanie|cytując|cytuję|cytat z",
        sender="od|nadawca",
        sent="wysłano|wysłane|data|data wysłania",
        subject="temat",
        others="do|dw|udw|kopia|adresat|odbiorca|załączniki?|ważność|priorytet|odpowiedz do",
        original="oryginalna wiadomość|wiadomość oryginalna|pierwotna wiadomość|"
        "wiadomość pierwotna|treść oryginalnej wiadomości|oryginalny termin",
        forwarded="wiadomość przekazana(?: dalej)?|przekazana wiadomość|przesłana wiadomość|"
        "treść przekazanej wiadomości",
        begins="początek przekazywanej wiadomości|początek przekazanej wiadomości|"
        "przekazana wiadomość|wiadomość przekazana",
        above="(?:powyżej|nad) (?:tej|tego|tą|tym) (?:linii|linią|wiersza|wierszem|linijki)",
    ),
    "ru": MailWords(
        wrote="пишет|писал|писал\\(а\\)|писала|написал|написала|написал\\(а\\)",
        days="пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье",
        quoting="цитирую|цитирование|цитата от",
        sender="от|от кого|отправитель",
        sent="отправлено|дата|дата отправки|отправлен",
        subject="тема",
        others="кому|копия|скрытая копия|получатели?|вложения?|важность|приоритет|ответить",
        original="исходное сообщение|оригинальное сообщение|исходное письмо|"
        "первоначальное сообщение",
        forwarded="пересылаемое сообщение|пересланное сообщение|перенаправленное сообщение|"
        "пересылаемое письмо|пересланное письмо|переадресованное сообщение",
        begins="начало (?:переадресованного|пересылаемого|пересланного) (?:сообщения|письма)|"
        "пересланное сообщение",
        above="(?:выше|над) эт(?:ой|ою) (?:строки|строкой|линии|линией|черты|чертой)",
    ),
    "et": MailWords(
        wrote="kirjutas|kirjutab",
        leads="kuupäev(?:al)?",
        days="[etknrlp]|(?:esmas|teisi|kolma|nelja)päev(?:al)?|reede(?:l)?|laupäev(?:al)?|"
        "pühapäev(?:al)?",
        quoting="tsiteerin|tsiteerides|tsitaat",
        sender="saatja|kellelt",
        sent="saadetud|kuupäev|saatmisaeg|saatmise aeg",
        subject="teema|pealkiri",
        others="saaja|saajad|adressaat|adressaadid|kellele|koopia|pimekoopia|manused?|tähtsus|"
        "prioriteet|vasta",
        original="algne (?:kiri|sõnum|teade|e-kiri|meil)|originaalkiri|originaalsõnum|"
        "algne kohtumine|esialgne (?:kiri|sõnum|teade)",
        forwarded="edastatud (?:kiri|sõnum|teade|e-kiri|meil)|edasisaadetud (?:kiri|sõnum)",
        begins="edastatud (?:kirja|sõnumi) algus|edastatud (?:kiri|sõnum)|algas edastatud kiri",
        above="(?:selle|käesoleva) (?:rea|joone) (?:kohale|kohal|peale)|"
        "(?:ülalpool|ülevalpool) seda (?:rida|joont)",
    ),
    "cs": MailWords(
        wrote="napsal|napsala|napsal\\(a\\)",
        leads="dne",
        days="po|út|st|čt|pá|so|ne",
        quoting="cituji|citát od",
        sender="od",
        sent="odesláno|datum",
        subject="předmět",
        others="komu|kopie|přílohy|důležitost",
        original="původní zpráva|původní e-mail",
        forwarded="přeposlaná zpráva|přeposlané zprávy",
        begins="začátek přeposlané zprávy",
        above="nad (?:tento řádek|tímto řádkem)",
    ),
    "sk": MailWords(
        wrote="napísal|napísala|napísal\\(a\\)",
        leads="dňa",
        sent="odoslané|dátum",
        subject="predmet",
        others="komu|kópia|prílohy",
        original="pôvodná správa",
        forwarded="preposlaná správa",
    ),
    "uk": MailWords(
        wrote="пише|написав|писав|написав\\(ла\\)",
        days="нд",
        sender="від",
        sent="надіслано|дата",
        others="кому|копія",
        original="вихідне повідомлення|оригінальне повідомлення",
        forwarded="переслане повідомлення|пересланий лист",
    ),
    "lv": MailWords(
        wrote="rakstīja",
        sender="no",
        sent="nosūtīts|datums",
        subject="temats|tēma",
        others="kam|kopija",
        original="sākotnējais ziņojums",
        forwarded="pārsūtīts ziņojums|pārsūtītais ziņojums",
    ),
    "lt": MailWords(
        wrote="rašė|parašė",
        sender="nuo",
        sent="išsiųsta|data",
        subject="tema",
        others="kam|iki|kopija",
        original="pradinis laiškas|pradinis pranešimas",
        forwarded="persiųstas laiškas|peradresuotas laiškas",
    ),
    "hu": MailWords(
        wrote="írta|ezt írta",
        sender="feladó",
        sent="elküldve|dátum",
        subject="tárgy",
        others="címzett|másolat",
        original="eredeti üzenet",
        forwarded="továbbított üzenet",
    ),
    "ro": MailWords(
        wrote="a scris",
        leads="în|pe|la data",
        sender="de la",
        sent="trimis|data",
        subject="subiect|subiectul",
        others="către|la",
        original="mesaj original|mesajul original",
        forwarded="mesaj redirecționat|mesaj redirecţionat",
    ),
    "tr": MailWords(
        wrote="yazdı|şunu yazdı|şunları yazdı",
        sender="kimden|gönderen",
        sent="gönderilme|gönderme tarihi|tarih|gönderildi",
        subject="konu",
        others="kime|bilgi",
        original="orijinal mesaj|özgün ileti|orijinal ileti",
        forwarded="yönlendirilmiş ileti|iletilmiş mesaj|yönlendirilen ileti",
    ),
    "el": MailWords(
        wrote="έγραψε",
        leads="στις",
        sender="από",
        sent="στάλθηκε|ημερομηνία|απεστάλη",
        subject="θέμα",
        others="προς|κοιν",
        original="αρχικό μήνυμα",
        forwarded="προωθημένο μήνυμα",
    ),
    "bg": MailWords(
        wrote="написа",
        leads="на",
        sent="изпратено|дата",
        subject="тема|относно",
        others="до",
        original="оригинално съобщение",
        forwarded="препратено съобщение",
    ),
    "zh": MailWords(
        wrote="写道|寫道",
        leads="在|于|於",
        sender="发件人|寄件者",
        sent="发送时间|日期|寄件日期",
        subject="主题|主旨",
        others="收件人|抄送|收件者",
        original="原始邮件|邮件原件|原始郵件",
        forwarded="转发的邮件|轉寄郵件|转发邮件信息",
    ),
    "ja": MailWords(
        wrote="のメール|さんは書きました",
        sender="差出人|送信者",
        sent="送信日時|日時",
        subject="件名",
        others="宛先",
        original="元のメッセージ|オリジナル メッセージ",
        forwarded="転送されたメッセージ",
    ),
    "ko": MailWords(
        wrote="작성", sender="보낸 사람|보낸사람", sent="보낸 날짜|날짜", subject="제목"
    ),
    "he": MailWords(wrote="כתב|כתבה", sender="מאת", sent="תאריך|נשלח", subject="נושא"),
    "ar": MailWords(wrote="كتب|كتبت", sender="من", sent="التاريخ|تاريخ الإرسال", subject="الموضوع"),
    "other": MailWords(wrote="va escriure|đã viết|menulis|ได้เขียน"),
}
"""Words by language; those of every language are looked for in every mail."""


def words(field: str) -> str:
    """The alternatives of ``field`` in all languages, as one of a regular expression."""
    told = (getattr(table, field) for table in WORDS.values())
    return "|".join(dict.fromkeys(one for one in told if one))


def labels(field: str) -> frozenset[str]:
    """The labels of ``field`` in all languages, folded; they hold no brackets."""
    return frozenset(words(field).casefold().split("|"))
