"""What marks quoted mail and signatures, in the languages of the mail programs people use.

Every pattern is tried on one line (or a few joined ones) of bounded length and none of them can
backtrack far, so that no text is slow to read.
"""

import re

_WROTE = (
    "wrote|writes|sent|kirjoitti|skrev|skreiv|schrieb|schreef|heeft geschreven|geschreven|"
    "a écrit|ecrit|écrit|écrivait|escribió|escribio|va escriure|ha scritto|scrisse|scritto|"
    "escreveu|napisał|napisała|napisał\\(a\\)|napisal|napisal\\(a\\)|napsal|napsala|napsal\\(a\\)|"
    "napísal|пишет|писал|писал\\(а\\)|написал|написала|написал\\(а\\)|пише|написав|написала|"
    "kirjutas|rašė|parašė|rakstīja|írta|ezt írta|a scris|yazdı|şunu yazdı|έγραψε|написа|"
    "写道|寫道|のメール|さんは書きました|작성|כתב|كتب|đã viết|menulis|ได้เขียน"
)
WROTE = re.compile(rf"(?:^|[\s>)\]\"',，])(?:{_WROTE})(?:\s|[:：,，<\[(]|$)", re.IGNORECASE)
"""The word that ends the line above a quote: ``… kirjoitti:``, ``On … wrote:``."""

LEAD = re.compile(
    r"^[>\s*_|]*(?:"
    r"on\s|am\s|le\s|in data\s|a\s|el\s|il\s|em\s|den\s|op\s|dne\s|dnia\s|w\s+dniu\s|"
    r"(?:ma|ti|ke|to|pe|la|su|a)\.?\s\d|"
    r"\d{1,4}[./-]\s?\d{1,2}[./-]|\d{1,2}\.?\s(?:de\s)?[^\W\d_]{3,12}[.,]?\s(?:de\s)?\d{4}\b|"
    r"\d{4}年|在\s|于|"
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?[.,]*\s|"
    r"(?:maanantai|tiistai|keskiviikko|torstai|perjantai|lauantai|sunnuntai)(?:na)?,?\s|"
    r"(?:mån|tis|ons|tors?|fre|lör|sön|man|tirs?|lør|søn)(?:dag)?(?:en)?[.,]*\s|"
    r"(?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag),?\s|"
    r"(?:lun|mar|mer|jeu|ven|sam)(?:di)?[.,]*\s|dim(?:anche)?[.,]*\s|"
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье)[.,]*\s"
    r")",
    re.IGNORECASE,
)
"""How that line begins: the words for *on* and *at*, days of the week, a date."""

DATED = re.compile(
    r"\d{1,2}[:.]\d{2}|\d{4}|\d{1,2}[./-]\d{1,2}[./-]|@\w|\[mailto:|<[^<>\s]{3,}>", re.IGNORECASE
)
"""A time, a year, a date or an address: without one, *she wrote:* is only a sentence."""

NAMED = re.compile(r"<[^<>@\n]{0,100}@[^<>\n]{1,200}>{1,2}\)?[\"'”]?\s?(?:[:：]|$)")
"""A mail address in angle brackets at the end: ``Anna <anna@example.org>:``."""

CLOCK = re.compile(r"\b\d{1,2}[:.]\d{2}\b")
"""A time of day."""

STAMPED = re.compile(
    r"^\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d{2} (?:GMT|UTC)[+-]\d{1,2}:\d{2} \S.{0,200}$"
)
"""What Gmail put above a quote for some years: ``2016-03-03 17:21 GMT+01:00 Anna Aho``."""

_FROM = (
    "from|lähettäjä|lähettänyt|från|fra|von|van|de|da|de la|od|от|от кого|від|saatja|no|nuo|feladó|"
    "kimden|από|发件人|寄件者|差出人|送信者|보낸 사람|מאת|من|expéditeur|mittente|remitente"
)
_OTHER = (
    "sent|date|to|cc|bcc|subject|reply-to|reply to|organization|importance|attachments|"
    "lähetetty|päivämäärä|päiväys|pvm|vastaanottaja|kopio|aihe|skickat|datum|till|ämne|kopia|"
    "sendt|dato|til|emne|kopi|gesendet|an|betreff|verzonden|aan|onderwerp|verstuurd|"
    "envoyé|envoyé le|à|objet|enviado|enviado el|enviado em|enviada em|fecha|para|asunto|assunto|"
    "inviato|a|oggetto|inviata|wysłano|do|temat|data|dw|odesláno|komu|předmět|kopie|odoslané|predmet|"
    "отправлено|дата|кому|тема|копия|надіслано|saadetud|saaja|adressaat|teema|kuupäev|"
    "nosūtīts|kam|temats|išsiųsta|kam|tema|elküldve|címzett|tárgy|trimis|către|subiect|"
    "gönderilme|gönderme tarihi|kime|konu|"
    "发送时间|日期|收件人|抄送|主题|主旨|送信日時|日時|宛先|件名"
)
FROM_LABEL = re.compile(
    rf"^[>\s*|]{{0,20}}(?:{_FROM})\s{{0,3}}\*?\s?[:：]\s?\*?\s{{0,5}}\S", re.IGNORECASE
)
"""The first line of a header block: ``Lähettäjä: …``."""

HEADER_LABEL = re.compile(
    rf"^[>\s*|]{{0,20}}(?:{_FROM}|{_OTHER})\s{{0,3}}\*?\s?[:：]\s?\*?", re.IGNORECASE
)
"""Any line of a header block."""

_ORIGINAL = (
    "original message|original appointment|alkuperäinen viesti|ursprungligt meddelande|"
    "originalmeddelande|oprindelig meddelelse|opprinnelig melding|ursprüngliche nachricht|"
    "oprindelig besked|opprinnelig beskjed|alkuperäinen sähköposti|"
    "originalnachricht|oorspronkelijk bericht|origineel bericht|message d'origine|"
    "message original|message initial|mensaje original|mensagem original|messaggio originale|"
    "oryginalna wiadomość|wiadomość oryginalna|původní zpráva|исходное сообщение|"
    "оригинальное сообщение|algne kiri|original-nachricht|reply message|urspr\\. nachricht"
)
_FORWARDED = (
    "forwarded message|forwarded by|välitetty viesti|edelleenlähetetty viesti|"
    "vidarebefordrat meddelande|vidarebefordrat brev|videresendt meddelelse|videresendt melding|"
    "videresendt besked|weitergeleitete nachricht|doorgestuurd bericht|message transféré|"
    "message transmis|mensaje reenviado|mensagem encaminhada|messaggio inoltrato|"
    "wiadomość przekazana|przekazana wiadomość|přeposlaná zpráva|пересылаемое сообщение|"
    "пересланное сообщение|edastatud kiri"
)
ORIGINAL = re.compile(
    rf"^[>\s]*[-_=*—]{{1,40}}\s?(?:{_ORIGINAL})\s?[-_=*—]{{0,40}}:?\s*$", re.IGNORECASE
)
"""``-----Original Message-----`` and its sisters."""

FORWARDED = re.compile(
    rf"^[>\s]*(?:[-_=*—]{{2,40}}\s?(?:{_FORWARDED}).{{0,80}}"
    r"|begin forwarded message\s?:|välitetty viesti alkaa\s?:|inizio messaggio inoltrato\s?:|"
    r"anfang der weitergeleiteten nachricht\s?:|début du message transféré\s?:|"
    r"vidarebefordrat brev\s?:|start på videresendt besked\s?:|"
    r"inicio del mensaje reenviado\s?:)\s*$",
    re.IGNORECASE,
)
"""The line above a mail that is passed on."""

BANNER = re.compile(r"^[>\s]*[-_=*—]{3,40}\s?[^\W\d_][^\n]{2,40}?\s?[-_=*—]{3,40}\s*$")
"""Words between dashes: they begin history when a header block follows."""

NO_WORDS = re.compile(r"^[\s\-_=*#~+.—–|\u1427]*$")
"""A line of marks only."""

CONTACT = re.compile(
    r"^\s*(?:(?:e-?mail|s-?posti|sähköposti|mail|e|phone|mobile|cell|tel|puh|gsm|mob|m|t|p|f|fax|web|www|"
    r"skype|site|twitter|linkedin)\s?[.:]\s?\S.{0,60}"
    r"|[\w.+-]{1,64}@[\w.-]{1,200}|<?(?:https?://|www\.)\S{3,200}|\+?[\d(][\d\s().-]{6,22})\s*$",
    re.IGNORECASE,
)
"""A line that is nothing but a way to reach someone."""

DIVIDER = re.compile(r"^[>\s]*[-_=*—]{8,}\s*$")
"""A line across the page."""

SENT_FROM = re.compile(
    r"^\s*[(<]{0,2}(?:sent|enviad[oa]|envoyé|inviato|gesendet|verzonden|verstuurd|skickat|skickades|"
    r"sendt|lähetetty|wysłan[eo]|wysłano|odesláno|отправлено|saadetud|expédié)\s"
    r"(?:from|via|with|using|by|desde|do meu|da minha|depuis|de mon|à partir de|da|dal|mit|von|"
    r"meiner|vanaf|vanuit|met|från|fra|med|min|puhelimesta|laitteesta|iphonesta|z|ze|mobil\w*|с|из|"
    r"minu|my|an? \w+ \w+ \w+)\b.{0,120}$"
    r"|^\s*lähetetty\s.{0,60}(?:sta|stä|lta|ltä)\b.{0,30}$"
    r"|^\s*(?:get|hent|hämta|hanki|download|holen sie sich|obtenez|scarica|descarga)\s+"
    r"(?:outlook|outlookin)\b.{0,80}$"
    r"|^\s*(?:diese (?:nachricht|e-?mail) wurde )?von mein.{0,80}gesendet\.?\s*$"
    r"|^\s*(?:someone )?from (?:my )?(?:mobile|i-?phone|i-?pad|phone|android).{0,20}$"
    r"|^.{0,12}(?:iPhone|iPad|Android).{0,12}(?:傳送|发送|發送|送信|보냄)\s*$"
    r"|^\s*outlook(?:in)?\s.{0,20}(?:android|ios).{0,30}$"
    r"|^\s*(?:my phone autocorrects|please excuse (?:my )?(?:brevity|typos)).{0,80}$",
    re.IGNORECASE,
)
"""What phones add: ``Sent from my iPhone``, ``Lähetetty iPhonesta``."""

CLOSING = re.compile(
    r"^\s*(?:(?:with )?(?:best|kind|warm|kindest|warmest|many thanks and )?\s?regards|"
    r"best(?: wishes)?|all the best|cheers|sincerely|yours (?:sincerely|truly|faithfully)|"
    r"many thanks|thanks(?: again| a lot| in advance)?|thank you|thx|br|kr|"
    r"ystävällisin terveisin|ystävällisesti|parhain terveisin|terveisin|terkuin|terv|yst\.? ?terv|"
    r"kiittäen|kiitos|kiitoksin|t|"
    r"med vänlig(?:a)? häls(?:ning|ningar)|vänlig(?:a)? häls(?:ning|ningar)|hälsningar|mvh|tack|"
    r"(?:med )?venlig hilsen|(?:med )?vennlig hilsen|hilsen|bedste hilsner|"
    r"mit freundlichen grü(?:ß|ss)en|mit freundlichem gru(?:ß|ss)|(?:viele|beste|liebe|herzliche) "
    r"grü(?:ß|ss)e|gru(?:ß|ss)|grü(?:ß|ss)e|mfg|lg|danke|"
    r"met vriendelijke groet(?:en)?|vriendelijke groet(?:en)?|groet(?:en|jes)?|mvg|"
    r"cordialement|bien cordialement|bien à vous|salutations|merci|amicalement|"
    r"saludos(?: cordiales)?|un saludo|atentamente|gracias|"
    r"atenciosamente|cumprimentos|com os melhores cumprimentos|obrigad[oa]|"
    r"cordiali saluti|distinti saluti|saluti|un saluto|grazie|"
    r"pozdrawiam|z poważaniem|dziękuję|s pozdravem|"
    r"с уважением|спасибо|lugupidamisega|parimate soovidega|tervitades)\s*[,.!–-]*\s*$",
    re.IGNORECASE,
)
"""A closing on a line of its own: ``Ystävällisin terveisin,``."""

SIGNED = re.compile(
    r"^\s*(?:(?:kind |best |warm )?regards|(?:ystävällisin |parhain )?terveisin|terv|"
    r"mvh|(?:med )?(?:vänlig|venlig|vennlig) (?:hälsning|hilsen)|mfg|"
    r"mit freundlichen grü(?:ß|ss)en|cordialement|cordiali saluti|saludos|atentamente)"
    r"[,.!:]?\s(?:[^\W\d_][\w.'-]{0,30}\s?){1,3}$",
    re.IGNORECASE,
)
"""A closing and a name on one line: ``Terveisin Liisa``."""

DISCLAIMER = re.compile(
    r"^[\s*_>]*(?:(?:legal |email )?disclaimer|confidentiality(?: notice)?|confidential|caution|"
    r"(?:important|privileged|private)? ?(?:notice|information)|this (?:e-?mail|message) "
    r"(?:and any|is |may |contains|was sent)|the information (?:contained )?in this|"
    r"tämä (?:sähköposti|viesti) (?:ja|on|voi|saattaa|sisältää)|huomautus|luottamuksellinen|"
    r"detta (?:e-post)?meddelande|denna e-post|diese e-?mail|hinweis|denne e-?mail|"
    r"dit bericht|deze e-?mail|ce (?:message|courriel)|este (?:mensaje|correo)|"
    r"esta mensagem|questo messaggio)\b",
    re.IGNORECASE,
)
"""The first words of the legal text below a signature."""
