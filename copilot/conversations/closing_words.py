"""How mails close, language by language: formulas, what phones add, and legal text.

In each field alternatives are parted by ``|``; they are regular expressions.
"""

from typing import NamedTuple


class ClosingWords(NamedTuple):
    """The words of one language.

    Attributes:
        formulas: Closings: ``Ystävällisin terveisin``.
        thanks: Words that close only right above a name; alone they are said.
        short: Formulas so short that they need their name: ``T. Kalle``.
        sent_from: What phones and mail programs add, whole lines but for their end.
        outlook: Outlook's own advertisement.
        disclaimer: The first words of legal text.
    """

    formulas: str = ""
    thanks: str = ""
    short: str = ""
    sent_from: str = ""
    outlook: str = ""
    disclaimer: str = ""


CLOSINGS: dict[str, ClosingWords] = {
    "en": ClosingWords(
        formulas="(?:with )?(?:(?:my |our )?(?:very )?"
        "(?:best|kind|warm|kindest|warmest|friendly) )?"
        "regards|(?:thanks|thank you|many thanks)(?:,| and| &|,? with) "
        "(?:(?:best|kind|warm|kindest) )?regards|(?:best|warm|kind|good) wishes|"
        "(?:with )?(?:all )?(?:the |my )?best(?: wishes)?(?: from)?|cheers|sincerely(?: yours)?|"
        "(?:yours|very) (?:sincerely|truly|faithfully|respectfully)|respectfully(?: yours)?|"
        "yours(?: ever)?|truly yours|take care|cordially|with appreciation|with gratitude|"
        "warmly|rgds|b\\.?r\\.?|k\\.?r\\.?",
        thanks="(?:many|kind) thanks|thanks(?: again| a lot| so much| very much| a million|"
        " in advance)?|thank you(?: again| so much| very much| in advance)?|thx|tia",
        sent_from="sent (?:securely |safely )?(?:from|via)\\b|"
        "sent (?:securely )?(?:with|using|by) (?:an? )?(?-i:[A-Z])|"
        "(?:someone )?from my (?:mobile|i-?phone|i-?pad|phone|android|blackberry|galaxy)|"
        "my phone autocorrects|(?:please )?(?:excuse|forgive|pardon) (?:my |the |any )?"
        "(?:brevity|typos|spelling|errors)",
        outlook="get outlook for|download outlook for|get the outlook app|get bluemail for",
        disclaimer="(?:legal |e-?mail )?disclaimer|confidentiality(?: notice)?|confidential|"
        "caution|"
        "(?:important|privileged|private|legal)? ?(?:notice|information)|"
        "this (?:e-?mail|message|communication|electronic mail) (?:\\(?and|\\(?including|is |may |"
        "contains|was sent|message|transmission)|the (?:information|contents?) (?:contained )?"
        "(?:in|of) this|the contents of this|"
        "if you (?:are not the (?:intended|named)|have received this)|"
        "please consider the environment|think before you print|registered (?:office|in england)|"
        "unless (?:expressly )?stated otherwise|any (?:views|opinions) expressed",
    ),
    "fi": ClosingWords(
        formulas="(?:(?:yst(?:\\.|ävällisin|äv\\.?)?|parhain|parhaimmin|hyvin|lämpimin|sydämellisin|"
        "rakkain|aurinkoisin|keväisin|kesäisin|syksyisin|talvisin|jouluisin|iloisin|"
        "kunnioittavin|monin|paljon|työniloisin|toiveikkain|pahoitellen ja|kiittäen ja|"
        "kiitos ja|kiitoksin ja|avusta kiittäen ja) )?"
        "(?:terveisin|terveisiä|terkuin|terkut|terkkuja|terveiset|terv\\.?)|"
        "yst\\.? ?(?:terv|t)\\.?|ystävällisesti|"
        "(?:etukäteen |avusta |vaivannäöstä )?kiittäen|kunnioittavasti|kunnioittaen|"
        "vilpittömästi|yhteistyöterveisin|yhteistyöstä kiittäen|"
        "kevätterveisin|kesäterveisin|syysterveisin|talviterveisin|jouluterveisin",
        thanks="(?:suuri |suur|iso |monet |paljon )?kiitos(?: avusta| etukäteen| jo etukäteen|"
        " paljon| vaivasta)?|(?:monin |suurin )?kiitoksin|kiitokset|kiitti|kiitoksia|yt|t",
        short="y?t|yst?t|terv|terkut?|tv",
        sent_from="lähetetty\\s[^.!?]{0,60}(?:sta|stä|lta|ltä|lla|llä|stani|stäni|ltani|ltäni)\\b|"
        "lähetetty (?:puhelimesta|laitteesta|mobiili)",
        outlook="hanki outlook|lataa outlook|outlook(?:in)? (?:for )?(?:android|ios)|hae outlook",
        disclaimer="(?:tämä|oheinen) (?:sähköposti|viesti|sähköpostiviesti)\\w* "
        "(?:ja|on|voi|saattaa|sisältää|liitteineen|mahdollisine|sekä)|"
        "tämän (?:sähköpostin|viestin|sähköpostiviestin)|"
        "huomautus|luottamuksellinen|luottamuksellisuus|vastuuvapaus|"
        "jos (?:et ole|olet saanut|saitte|sait) (?:tämän|viestin)|ethän tulosta",
    ),
    "sv": ClosingWords(
        formulas="(?:med )?(?:(?:bästa|vänlig|vänliga|varma|många|hjärtliga|de bästa) )?"
        "häls(?:ning|ningar)(?: från)?|m\\.?v\\.?h\\.?|m\\.?v\\.?h?|hälsn\\.?|hälsar|"
        "högaktningsfullt|allt gott|ha det (?:bra|gott)|vänligen|med vänlig hälsn\\.?|vh|"
        "tack och (?:vänliga )?hälsningar",
        thanks="tack(?: på förhand| så mycket| för hjälpen)?|tusen tack|stort tack|hej då",
        sent_from="skicka(?:t|des) (?:från|med|via|av)\\b",
        outlook="(?:hämta|skaffa|ladda ned|ladda ner) outlook",
        disclaimer="(?:detta|denna) (?:e-?post\\w*|meddelande|mail|mejl)|innehållet i detta|"
        "informationen i (?:detta|denna)|om du (?:inte är|har fått|har mottagit)|"
        "sekretess|konfidentiellt|tänk på miljön|när du kommunicerar med",
    ),
    "da": ClosingWords(
        formulas="(?:(?:med )?(?:venlig|venlige|de bedste|bedste|kærlig|mange) )?"
        "(?:hilsen|hilsner)|"
        "(?:de )?(?:bedste|venligste|kærligste) hilsner|m\\.?v\\.?h\\.?|vh|v\\.h\\.|mvh|"
        "på forhånd tak og (?:venlig )?hilsen|dbh|ærbødigst|kh|hav en god dag",
        thanks="(?:mange |tusind |på forhånd )?tak(?: for hjælpen| på forhånd)?|hej hej",
        sent_from="sendt (?:fra|via|med)\\b",
        outlook="(?:hent|få|download) outlook",
        disclaimer="denne (?:e-?mail|mail|meddelelse|besked)|indholdet af denne|"
        "oplysningerne i denne|hvis du (?:ikke er|har modtaget)|fortrolig(?:hed)?",
    ),
    "nb": ClosingWords(
        formulas="(?:(?:med )?(?:vennlig|vennlege|beste|mange|gode|varme|vennleg) )?"
        "(?:hilsen|hilsninger|helsing|helsingar)|ha en fin dag|alt godt",
        thanks="(?:tusen |på forhånd )?takk(?: for hjelpen| på forhånd| så mye)?|ha det",
        sent_from="sendt (?:frå|fra)\\b",
        outlook="(?:få|last ned|skaff deg|hent) outlook",
        disclaimer="denne (?:e-?posten|meldingen|e-?post)|innholdet i denne|"
        "informasjonen i denne|dersom du (?:ikke er|har mottatt)|konfidensielt",
    ),
    "nl": ClosingWords(
        formulas="(?:(?:met )?(?:de )?(?:vriendelijke|hartelijke|beste|warme|zonnige|oprechte) )?"
        "(?:groet|groeten|groetjes)|m\\.?v\\.?g\\.?|mvrgr|vr\\.? ?gr\\.?|gr\\.?|hoogachtend|"
        "met (?:de )?meeste hoogachting|met hoogachting|grtz?|vriendelijk groetend|hgr|"
        "met dank en (?:vriendelijke )?groet(?:en)?",
        thanks="(?:alvast |heel erg |hartelijk )?(?:bedankt|dank|dank u(?: wel)?|dank je(?: wel)?)"
        "(?: alvast)?|dankuwel|dankjewel|met dank|bij voorbaat dank|tot ziens",
        sent_from="(?:verzonden|verstuurd|gestuurd) (?:vanaf|vanuit|met|via|door)\\b|"
        "vanaf mijn .{1,30}(?:verzonden|verstuurd)",
        outlook="(?:download|haal) outlook|outlook voor (?:ios|android)",
        disclaimer="(?:dit|deze) (?:e-?mail\\w*|bericht|mail)|de informatie (?:in|verzonden)|"
        "de inhoud van (?:dit|deze)|indien u (?:niet|dit)|als u (?:niet de|dit)|"
        "aan (?:dit|deze) (?:bericht|e-?mail)",
    ),
    "de": ClosingWords(
        formulas="(?:mit )?(?:(?:den )?(?:freundlichen|besten|herzlichen|vielen|lieben|sonnigen|"
        "schönen|kollegialen) )?gr(?:ü|ue)(?:ß|ss)en|"
        "mit (?:freundlichem|bestem|lieben) gru(?:ß|ss)|"
        "(?:(?:viele|beste|liebe|herzliche|freundliche|schöne|sonnige|schöne) )*"
        "gr(?:ü|ue)(?:ß|ss)e(?: aus \\w+)?|"
        "(?:(?:lieben|schönen|besten|freundlichen) )?gru(?:ß|ss)|mfg|m\\.?f\\.?g\\.?|lg|vg|bg|hg|"
        "hochachtungsvoll|mit vorzüglicher hochachtung|herzlichst|"
        "(?:danke|vielen dank) und (?:viele|beste|liebe|freundliche) gr(?:ü|ue)(?:ß|ss)e|"
        "alles gute|"
        "freundlichst|beste grüsse",
        thanks="(?:vielen |besten |herzlichen |lieben )?dank(?: im voraus| vorab)?|danke(?: schön|"
        " im voraus| sehr| vorab)?|dankeschön|tschüss|bis bald",
        sent_from="gesendet (?:von|mit|über|via|aus)\\b|"
        "(?:diese (?:nachricht|e-?mail) wurde )?(?:von mein\\w*|mit der|mit dem|von samsung|"
        "von unterwegs|von outlook).{0,80}(?:gesendet|verschickt|geschrieben)|unterwegs gesendet",
        outlook="(?:holen sie sich|laden sie|hol dir) outlook|outlook für (?:ios|android)",
        disclaimer="(?:diese|die in dieser) (?:e-?mail|nachricht|mail)|der inhalt dieser|"
        "hinweis|vertraulichkeit\\w*|vertraulich|dieses (?:dokument|schreiben)|"
        "(?:wenn|falls|sollten) sie (?:nicht|diese)|bitte (?:denken|prüfen) sie|"
        "sitz der gesellschaft|haftungsausschluss",
    ),
    "fr": ClosingWords(
        formulas="(?:(?:bien|très|tres) )?(?:cordialement|amicalement|sincèrement)(?: vôtre)?|cdlt|"
        "cdt|crdlt|bien à (?:vous|toi)|(?:(?:mes|nos|avec mes|sincères|meilleures|cordiales) )*"
        "salutations(?: distinguées| cordiales| respectueuses)?|respectueusement|"
        "bonne (?:journée|soirée|réception)|belle journée|bises|"
        "(?:je vous prie|nous vous prions|veuillez|je vous pris?) (?:d['’]|agréer|recevoir|"
        "d['’]agréer|de recevoir|de croire|croire).{0,80}|dans l['’]attente de.{0,60}|à bientôt|"
        "merci et (?:bonne journée|cordialement)|avec mes remerciements",
        thanks="(?:un grand )?merci(?: d['’]avance| beaucoup| bien| par avance| à vous)?|"
        "(?:avec )?(?:tous )?mes remerciements",
        sent_from="(?:envoyé|expédié|transmis) (?:depuis|de|à partir|avec|par|via|du|d['’])|"
        "provenance\\s?:\\s?\\w|(?:ce message a été )?envoyé (?:de|depuis)\\b",
        outlook="(?:obtenir|obtenez|télécharger|téléchargez) outlook",
        disclaimer="(?:ce|cet|le présent|ces) (?:message|courriel|e-?mail|mail|courrier)|"
        "les informations (?:contenues|figurant)|si vous (?:n['’]êtes|avez reçu|recevez)|"
        "confidentialité|avis de confidentialité|pensez à l['’]environnement|l['’]intégrité de ce",
    ),
    "es": ClosingWords(
        formulas="(?:(?:un |muchos |mis )?(?:cordial(?:es)? |afectuoso |atento )?)?"
        "salud(?:o|os)(?: cordial(?:es)?| atentos?)?|atentamente|atte\\.?|cordialmente|"
        "un (?:cordial |fuerte )?(?:saludo|abrazo)|abrazos|respetuosamente|"
        "(?:reciba|reciban) un (?:cordial )?saludo|le saluda(?: atentamente)?|sin otro particular|"
        "(?:gracias|muchas gracias) y (?:un )?saludos?|quedo a la espera.{0,40}",
        thanks="(?:muchas |mil )?gracias(?: de antemano| por todo| por adelantado)?|hasta pronto",
        sent_from="enviado (?:desde|con|por|a través|mediante)\\b",
        outlook="(?:obtener|obtén|descarga|descargar|consigue) outlook",
        disclaimer="(?:este|el presente|esta) (?:mensaje|correo|e-?mail|comunicación)|"
        "la información (?:contenida|incluida)|si (?:usted no|no es|ha recibido)|"
        "aviso (?:legal|de confidencialidad)|confidencialidad|antes de imprimir|"
        "de conformidad con",
    ),
    "it": ClosingWords(
        formulas="(?:(?:i (?:più|miei) )?(?:(?:più |i )?(?:cordiali|distinti|migliori|sinceri) ))?"
        "saluti(?: cordiali| distinti)?|un (?:caro |cordiale )?saluto|"
        "(?:le|vi) porgo.{0,40}|cordialmente|in fede|"
        "con osservanza|distintamente|buona (?:giornata|serata)|in attesa di.{0,50}|a presto|"
        "(?:grazie|ringraziando|grazie mille) e (?:cordiali )?saluti",
        thanks="(?:molte |tante )?grazie(?: mille| in anticipo| ancora)?|ringrazio|"
        "ringraziando(?:vi|la)?(?: anticipatamente)?",
        sent_from="inviat[oa] (?:da|dal|dallo|dalla|con|tramite|via)\\b",
        outlook="(?:scarica|ottieni) outlook",
        disclaimer="(?:questo|il presente|questa|la presente) (?:messaggio|e-?mail|comunicazione|"
        "mail)|le informazioni (?:contenute|trasmesse)|se (?:non siete|avete ricevuto|ha ricevuto)|"
        "avviso di riservatezza|riservatezza|ai sensi del|informativa",
    ),
    "pt": ClosingWords(
        formulas="atenciosamente|att\\.?|atte\\.?|(?:(?:com os )?(?:meus )?(?:melhores|cordiais) )?"
        "cumprimentos|(?:cordiais )?saudações(?: cordiais)?|cordialmente|respeitosamente|"
        "abraços?|um (?:grande )?abraço|sem mais(?:,? .{0,30})?|com (?:os )?melhores cumprimentos|"
        "(?:obrigad[oa]|grat[oa]) e (?:cumprimentos|abraços)|at\\.te|cpts|cumps|no aguardo.{0,30}",
        thanks="(?:muito )?obrigad[oa](?: desde já| pela atenção)?|grat[oa](?: pela atenção)?|"
        "desde já (?:agradeço|obrigad[oa])|agradecid[oa]",
        sent_from="enviad[oa] (?:do|da|de|desde|a partir|com|por|pelo|via|através)\\b",
        outlook="(?:obter|obtenha|baixar|baixe|descarregar|transferir) (?:o )?outlook",
        disclaimer="(?:esta|este|a presente|o presente) (?:mensagem|e-?mail|correio|comunicação)|"
        "as informações (?:contidas|constantes)|se (?:você|o senhor|não for|recebeu)|"
        "aviso (?:legal|de confidencialidade)|antes de imprimir|confidencialidade",
    ),
    "pl": ClosingWords(
        formulas="(?:(?:serdecznie|gorąco) )?pozdrawiam(?:y)?(?: serdecznie| gorąco| ciepło)?|"
        "(?:z |łączę )?(?:(?:wyrazami|wyrazy) )?(?:poważaniem|szacunku|szacunkiem)|"
        "(?:z )?(?:serdecznymi|najlepszymi) (?:pozdrowieniami|życzeniami)|pozdr\\.?|pozdrowienia|"
        "serdeczności|miłego dnia",
        thanks="(?:z góry |bardzo |serdecznie )?(?:dziękuję|dziękujemy|dzięki)"
        "(?: z góry| bardzo| za pomoc)?|do widzenia",
        sent_from="wysłan[eoay] (?:z|ze|za|przez|przy|od|mobilnie|po)\\b",
        outlook="pobierz (?:aplikację |program )?outlook",
        disclaimer="(?:ta|niniejsza|ten|niniejszy|treść tej|treść niniejszej) "
        "(?:wiadomość|wiadomości|e-?mail|korespondencja|przekaz)|informacje (?:zawarte|"
        "zamieszczone)|jeśli nie|jeżeli|"
        "administratorem|klauzula|poufne|zanim wydrukujesz",
    ),
    "ru": ClosingWords(
        formulas="(?:с (?:(?:глубоким|большим|искренним|наилучшими|добрыми|лучшими) )?"
        "(?:уважением|пожеланиями|приветом|наилучшими|благодарностью))|всего (?:доброго|хорошего|"
        "наилучшего)|искренне ваш[аи]?|(?:спасибо|заранее спасибо) и (?:с )?уважением",
        thanks="(?:большое |заранее )?спасибо(?: большое| заранее| за помощь)?|"
        "заранее (?:благодарю|благодарен|благодарна)|благодарю|до свидания|хорошего дня",
        sent_from="отправлено (?:с|из|через|при|от)\\b|послано (?:с|из)\\b|sent by mail\\.ru",
        outlook="(?:скачать|получить|загрузить|скачайте) outlook",
        disclaimer="(?:это|данное|настоящее) (?:сообщение|письмо|электронное)|"
        "информация,? (?:содержащаяся|в этом)|если вы (?:не|получили)|конфиденциально\\w*|"
        "содержание (?:данного|этого)",
    ),
    "et": ClosingWords(
        formulas="lugupidamisega|(?:(?:parimate|heade|sõbralike|südamlike|soojade|parimat) )?"
        "(?:tervitustega|soovidega|soovides)|tervitades|tervitusi|tervitustega|heade soovidega|"
        "austusega|kõike (?:head|paremat)|kõike kaunist|parimat|lgp|tervisi|"
        "(?:tänades|ette tänades)(?: ja lugupidamisega)?",
        thanks="(?:suur |suured |juba ette )?(?:aitäh|tänu|tänud)(?: ette| abi eest| juba ette)?|"
        "tänan(?: ette| väga| juba ette)?|ette tänades|head (?:päeva|aega)",
        sent_from="saadetud (?:minu|mu|seadmest|rakendusest|telefonist|\\S+(?:st|lt)\\b)|"
        "saadetud .{1,60}(?:telefonist|seadmest|ist|ilt)\\b",
        outlook="(?:hankige|hangi|laadi|laadige) (?:alla )?(?:rakendus )?outlook|"
        "outlook (?:for )?(?:ios|android)",
        disclaimer="(?:see|käesolev|antud) (?:e-?kiri|kiri|sõnum|teade|e-?mail)|"
        "(?:selles|käesolevas) (?:e-?kirjas|kirjas|sõnumis)|"
        "kui (?:te ei ole|olete saanud|sa ei ole)|"
        "konfidentsiaalne|konfidentsiaalsus|palun mõelge keskkonnale",
    ),
    "other": ClosingWords(
        formulas="s pozdravem|s pozdravom|s úctou|üdvözlettel|cu stimă|saygılarımla|iyi çalışmalar|"
        "з повагою|pagarbiai|ar cieņu|με εκτίμηση|с уважение|kveðja",
        thanks="děkuji|ďakujem|köszönöm|mulțumesc|teşekkürler|teşekkür ederim|дякую|ačiū|paldies",
        sent_from="odesláno (?:z|ze|pomocí)\\b|odoslané z\\b|надіслано з\\b|"
        ".{0,12}(?:iphone|ipad|android).{0,12}(?:傳送|发送|發送|送信|보냄)",
    ),
}
"""Words by language; those of every language are looked for in every mail."""


def closing_words(field: str) -> str:
    """The alternatives of ``field`` in all languages, as one of a regular expression."""
    told = (getattr(table, field) for table in CLOSINGS.values())
    return "|".join(dict.fromkeys(one for one in told if one))
