"""Words that stand where a name might, capital letter and all, and are none."""

import re

_WORDS = """
all team there everyone everybody guys folks friends sir madam customer customers service
support again help desk sales office staff agent manager shop store company inc ltd llc oy oyj
ab as aps gmbh ou oü corp group bank bot robot assistant thanks thank you regards best kind
sincerely yours sent from and or the a an to for of in on at not is are was my your our this
that it i we he she they who if but so very much please order number phone email address hello
hi hey dear good morning afternoon evening account delivery billing payment payments returns
shipping warehouse technical tech asiakaspalvelu asiakaspalvelun asiakaspalvelija
asiakaspalvelulle asiakas asiakkaamme tuki tiimi väki kaikki kaikille siellä sinne taas teille
teidän sinulle vain joukko porukka myynti myyjä kauppa kiitos kiitokset terveisin terveiset hei
moi olen tilasin tilaus onko mikä missä milloin miksi voitko voisitteko minulla minun sain
saisinko haluan haluaisin ostin maksoin en ei ja että kun jos niin nyt tässä toivottavasti
paljon etukäteen avusta nopeasta vastauksesta viestistäsi viestistänne tilauksesta mukavaa hyvää
päivää huomenta iltaa viikonloppua jatkoa puh puhelin sähköposti osoite kundtjänst kundservice
kundeservice alla tack för hjälpen hej vänliga hälsningar och jag du ni vi det den är om min
mitt på hjälp förhand butiken kund alle kundesupport hilsen og jeg er klienditeenindus tugi kõik
tere ma monday tuesday wednesday thursday friday saturday sunday january february march april
may june july august september october november december maanantai tiistai keskiviikko torstai
perjantai lauantai sunnuntai frau herr madame monsieur señor señora i'm ai luoja jumala however
booking card siis spelled pronounced also just still wrong correct misspelled changed same
different new jersey york twitter facebook valued member user users client clients buyer seller
colleague colleagues reader
"""
NO_NAMES = frozenset(re.split(r"\s+", _WORDS.strip()))
