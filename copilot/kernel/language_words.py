"""The small words of a language: what tells languages apart in a sentence of four words."""

import re
from collections import Counter
from functools import lru_cache

_WORD = re.compile(r"[^\W\d_]+")
_WORDS = {
    "en": (
        "the a an is are was were be been am i you he she it we they my your his her its our "
        "their me him them us this that these those and or but if when where what who which how "
        "why not no yes do does did don isn didn doesn ve ll can could will would should have has "
        "had to of in on at by for from with about still never there here just any some out "
        "please thanks thank hello hi"
    ),
    "fi": (
        "on ei ole oli olen olet ovat olivat se ne tämä tuo nämä minä sinä hän me te he minun "
        "sinun mun sun minulla minulle mulla ja tai mutta jos kun että koska miksi miten missä "
        "mistä mihin mikä mitä kuka voiko voinko voi voin pitää paljonko onko eikö vielä yhä nyt "
        "jo kiitos hei moi en et emme ette eivät sitä siitä tätä haluan joka myös vain niin kuin "
        "milloin"
    ),
    "sv": (
        "jag du han hon det den de vi ni är var vad vem hur när varför och eller men om att som "
        "inte min mitt mina din ditt dina en ett har hade kan kunde ska skulle vill på av för "
        "från med till i mig dig er ert sig så fortfarande också tack hej ja nej här där några "
        "någon efter"
    ),
    "da": (
        "jeg du han hun det den de vi i er var hvad hvem hvor hvordan hvornår hvorfor og eller "
        "men om at som ikke min mit mine din dit dine en et har havde kan kunne skal skulle vil "
        "ville på af for fra med til mig dig jer sig så stadig også tak hej ja nej her der nogle "
        "nogen efter"
    ),
    "no": (
        "jeg du han hun det den de vi dere er var hva hvem hvor hvordan når hvorfor og eller men "
        "om å at som ikke min mitt mine din ditt dine en et har hadde kan kunne skal skulle vil "
        "ville på av for fra med til meg deg seg så fortsatt fremdeles også takk hei ja nei her "
        "der noen etter fram mye"
    ),
    "de": (
        "ich du er sie es wir ihr der die das den dem des ein eine einen einem einer ist sind war "
        "waren bin hat habe haben kann können möchte will soll und oder aber wenn wo was wer wie "
        "wann warum nicht kein keine mein meine meinen dein deine auf an in im am von mit für zu "
        "zum zur bei nach noch immer schon auch mir mich danke hallo bitte ja nein"
    ),
    "nl": (
        "ik jij je u hij zij ze het wij we jullie de een is zijn was waren ben heeft heb hebben "
        "kan kunnen wil moet en of maar als waar wat wie hoe wanneer waarom niet geen mijn jouw "
        "uw op aan in van met voor naar bij nog steeds al ook mij me dank bedankt hallo ja nee er "
        "dit dat"
    ),
    "fr": (
        "je tu il elle on nous vous ils elles le la les un une des du de est sont était suis ai a "
        "avez ont peut puis veux voudrais et ou mais si quand où que qui quoi comment combien "
        "pourquoi ne pas mon ma mes votre vos ton ta à au aux dans sur avec pour par encore "
        "toujours déjà aussi me moi merci bonjour oui non ce cette ça"
    ),
    "es": (
        "yo tú él ella usted nosotros ellos el la los las un una unos está están es son era fue "
        "soy he ha han tengo puedo puede quiero y o pero si cuando cuándo dónde qué quién cómo "
        "cuánto por para no mi mis tu su sus de del al en con sobre todavía sigo ya también me te "
        "se le gracias hola sí este esta eso que"
    ),
    "it": (
        "io tu lui lei noi voi loro il lo la gli le un uno una è sono era ho ha hanno posso può "
        "vorrei e o ma se quando dove che chi come quanto perché non mio mia miei mie tuo suo di "
        "del della dei al alla in con su per da ancora già anche mi ti si grazie ciao sì questo "
        "questa"
    ),
    "et": (
        "on ei ole oli olen oled see need mina sina ta me te nad ma sa minu sinu mu su mul mulle "
        "mind ja või aga kui et sest miks kuidas kus kust kuhu mis mida kes kas võib võin saan "
        "saab palju veel ikka nüüd juba aitäh tere jah soovin tahan seda sellest mitte ka ainult "
        "nii millal"
    ),
    "pt": (
        "eu tu você ele ela nós vocês eles o a os as um uma é são está estão era foi sou tenho "
        "tem posso pode quero e ou mas se quando onde que quem como quanto por para não meu minha "
        "meus seu sua de do da dos das em no na com sobre ainda já também me mim obrigado "
        "obrigada olá sim isto isso esta este"
    ),
    "pl": (
        "ja ty on ona my wy oni jest są był była było być mam ma mogę może chcę i lub ale jeśli "
        "kiedy gdzie co kto jak ile dlaczego nie mój moja moje mi mnie się na w we z ze do od po "
        "za dla o u to ten ta te już jeszcze też dziękuję dzień dobry tak proszę czy"
    ),
    "cs": (
        "já ty on ona my vy oni je jsou byl byla bylo být mám má mohu může chci a nebo ale když "
        "kdy kde co kdo jak kolik proč ne není můj moje mi mě se si na v ve z ze do od po za pro "
        "o u to ten ta už ještě také děkuji dobrý den ano prosím"
    ),
    "ro": (
        "eu tu el ea noi voi ei o un este sunt era am ai a au pot poate vreau și sau dar dacă "
        "când unde ce cine cum cât de nu meu mea mei îmi mă se pe la în din cu pentru încă deja "
        "tot mulțumesc bună da că să"
    ),
    "hu": (
        "én te ő mi ti ők a az egy van vannak volt nem nincs és vagy de ha mikor hol ki hogy "
        "hogyan mennyi miért nekem még már is köszönöm jó napot igen kérem szeretnék meg ez azt"
    ),
    "lv": (
        "es tu viņš viņa mēs jūs ir bija nav man mans mana un vai bet ja kad kur kas kā cik kāpēc "
        "uz no ar par pie vēl jau arī paldies labdien jā lūdzu tas šis tā"
    ),
    "lt": (
        "aš tu jis ji mes jūs jie yra buvo nėra man mano ir ar bet jei kada kur kas kaip kiek "
        "kodėl į iš su už per prie dar jau taip pat ačiū labas prašau ne tai šis"
    ),
    "tr": (
        "ben sen o biz siz onlar bir ve veya ama eğer nerede ne kim nasıl kadar neden değil mi mı "
        "mu mü benim bana için ile çok hâlâ daha da de bu şu var yok teşekkürler merhaba evet "
        "lütfen"
    ),
}
"""Words cut at their apostrophes, as they are looked up."""


@lru_cache(maxsize=1)
def _languages_of_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in words.split():
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


def small_words(text: str) -> Counter[str]:
    """How many small words of each language ``text`` holds, by BCP 47 code.

    A word that several languages have counts for each of them.
    """
    known = _languages_of_word()
    counts: Counter[str] = Counter()
    for found in _WORD.finditer(text.casefold()):
        counts.update(known.get(found.group(), ()))
    return counts
