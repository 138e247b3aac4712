"""Words that people put alone on a line as an answer, and that are hardly anybody's name.

Who is asked for a colour, a size, a day or a product answers with a word that is written like a
name. Left out are words that many are called by, such as ``Rose``, ``Max`` and ``June``.
"""

import re

from copilot.kernel.listed import listed

SAYINGS = frozenset(
    listed("""
        ok okei okay yes no kyllä ei joo ja nej nein oui non sí si sim não tak nie да нет jah
        hei hi hello moi hej hallo hola ciao olá bonjour tere привет asap urgent kiireellinen
        regards terveisin hyvä good great fine super perfect bra fint gut goed bien bene bem
    """)
)
"""In small letters; a line that begins with one of them is no name."""

ANSWERS = frozenset(
    listed("""
        none nothing both neither either all other unknown never always maybe
        ehkä molemmat kumpikin kaikki muu tuntematon aina
        kanske båda ingen inget alla aldrig vielleicht beide keine nichts alle immer

        red blue green yellow black white brown grey gray orange pink purple silver beige
        punainen sininen vihreä keltainen musta valkoinen ruskea harmaa oranssi pinkki violetti
        hopea hopeinen kulta kultainen beesi turkoosi
        röd blå grön gul svart vit brun grå rosa lila guld rot blau grün gelb schwarz weiß weiss
        braun grau gold rød grønn grøn hvit hvid rood blauw groen geel zwart wit bruin
        rouge bleu vert jaune noir blanc rojo azul verde amarillo negro blanco rosso blu nero bianco

        small medium large extra-large bigger smaller iso pieni keskikokoinen suurempi pienempi
        stor liten större mindre groß gross klein mittel größer kleiner

        monday tuesday wednesday thursday friday saturday sunday today tomorrow yesterday morning
        afternoon evening january february march july september october november december
        maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai maanantaina tiistaina
        keskiviikkona torstaina perjantaina lauantaina sunnuntaina tänään huomenna eilen aamulla
        illalla tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu
        lokakuu marraskuu joulukuu
        måndag tisdag onsdag torsdag fredag lördag söndag idag imorgon igår mandag tirsdag lørdag
        søndag montag dienstag mittwoch donnerstag freitag samstag sonntag heute morgen gestern

        cash card credit debit invoice paypal klarna visa mastercard mobilepay swish bitcoin
        käteinen käteisellä kortti kortilla lasku laskulla verkkopankki kontant kort faktura
        bar karte rechnung kreditkarte
        refund replacement repair exchange return delivery pickup email phone chat sms
        hyvitys palautus vaihto korjaus toimitus nouto sähköposti puhelin tekstiviesti
        återbetalning byte reparation leverans erstattung umtausch reparatur rückgabe lieferung
        android iphone ipad windows linux macos chrome firefox safari edge samsung nokia huawei
        xiaomi apple google microsoft netflix spotify facebook instagram whatsapp youtube
        basic standard premium pro plus free business enterprise
        error timeout offline online failed pending virhe aikakatkaisu fel fehler

        finland suomi sweden sverige ruotsi norway norge norja denmark danmark tanska germany
        deutschland saksa estonia viro france ranska spain espanja italy italia poland puola
        helsinki espoo vantaa tampere turku oulu lahti jyväskylä kuopio stockholm tukholma göteborg
        malmö oslo bergen københavn berlin hamburg münchen köln frankfurt london manchester dublin
        paris amsterdam rotterdam tallinn riga vilnius warsaw warszawa madrid barcelona lisbon rome
    """)
)
"""In small letters; alone at the end of a mail these are no names."""

ANNOUNCED = re.compile(
    r"\b(?:below|the following|these|this one|alla|alapuolella|seuraava(?:lla|lle|an|na)?|nedan|"
    r"följande|unten|folgende[nrs]?|nachstehend|nedenfor|følgende|hieronder|ci-dessous)\W{0,3}$",
    re.IGNORECASE,
)
"""How a line ends that says what stands below it."""
