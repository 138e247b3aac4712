"""The help pages of a train company and a gym that do not exist, and what their customers ask."""

from typing import NamedTuple

from copilot.knowledge.passage import Passage
from tests.drafts.conftest import passage

ENGLISH = [
    passage(
        "Bringing a bicycle › What it costs",
        "A bicycle ticket costs £6.00 for any distance. Folding bicycles in a bag travel free. "
        "See also Luggage and animals.",
        "en",
    ),
    passage(
        "Bringing a bicycle › Where it goes",
        "Bicycle places are in coach 3. Lift the front wheel onto the hook and lock the frame. "
        "There are six places on each train, so book yours before the day you travel.",
        "en",
    ),
    passage(
        "Luggage and animals › Animals",
        "Small animals travel free in a carrier. Dogs without a carrier need a ticket of £4.00 "
        "and sit with you in coach 5.",
        "en",
    ),
    passage(
        "Luggage and animals › Things left behind",
        "We keep found things at the terminus for 21 days:\n\n"
        "- phones and wallets: at the police after 3 days\n"
        "- bags and clothes: at the terminus desk\n"
        "- food: thrown away the same evening",
        "en",
    ),
    passage(
        "When your train is late › What we pay",
        "If you arrive 60 minutes late or more, we pay back half of the ticket. "
        "If you arrive two hours late or more, we pay back all of it. "
        "Fill in the form within 14 days of the journey.",
        "en",
    ),
    passage(
        "When your train is late › Taxis",
        "When the last connection of the evening is missed, the conductor orders a taxi for you.",
        "en",
    ),
    passage(
        "Changing a ticket › Flexible tickets",
        "A flexible ticket can be moved to another departure until 5 minutes before it leaves. "
        "The change is free.",
        "en",
    ),
    passage(
        "Changing a ticket › Saver tickets",
        "A saver ticket cannot be moved. It can be given to somebody else for £3.50: "
        "write the new name in the app.",
        "en",
    ),
]
FINNISH = [
    passage(
        "Jäsenyyden tauko › Näin tauko alkaa",
        "Voit laittaa jäsenyyden tauolle 1–6 kuukaudeksi. Tauko maksaa 5,00 € kuukaudessa. "
        "Ilmoita tauosta viimeistään kuun 20. päivänä. Katso myös Jäsenyyden päättäminen.",
        "fi",
    ),
    passage(
        "Jäsenyyden päättäminen › Irtisanomisaika",
        "Irtisanomisaika on yksi kuukausi. Määräaikainen jäsenyys päättyy vasta kauden lopussa.",
        "fi",
    ),
    passage(
        "Salilla › Aukioloajat",
        "Sali on auki joka päivä klo 5–23. Vastaanotossa on väkeä arkisin klo 10–19.",
        "fi",
    ),
    passage(
        "Salilla › Pukukaapit",
        "Pukukaappeihin tarvitset oman lukon. Kaapit tyhjennetään joka yö, ja tavarat säilytetään "
        "vastaanotossa 30 päivää.",
        "fi",
    ),
    passage(
        "Salilla › Ystävä mukana",
        "Voit tuoda ystävän maksutta kerran kuukaudessa. Ystävän on oltava vähintään 16-vuotias.",
        "fi",
    ),
    passage(
        "Ryhmätunnit › Varaaminen",
        "Tunnit varataan sovelluksessa 7 päivää etukäteen. "
        "Peruuta varauksesi viimeistään 2 tuntia ennen tunnin alkua.",
        "fi",
    ),
    passage(
        "Ryhmätunnit › Jonotuspaikka",
        "Vaihtoehdot ovat:\n\n"
        "1. Jää jonoon: saat viestin, kun paikka vapautuu.\n"
        "2. Varaa toinen tunti.",
        "fi",
    ),
    passage(
        "Avainkortti › Kadonnut kortti",
        "Kadonneen kortin tilalle saat uuden vastaanotosta. Uusi kortti maksaa 12,00 €.",
        "fi",
    ),
]


class Case(NamedTuple):
    """A message, what its answer says, and what does not belong there.

    Attributes:
        missed: Whether the answer is known not to be found: then what is left open is not counted.
    """

    language: str
    text: str
    said: tuple[str, ...]
    unsaid: tuple[str, ...] = ()
    open_questions: int = 0
    missed: bool = False

    @property
    def passages(self) -> list[Passage]:
        return ENGLISH if self.language == "en" else FINNISH


CASES = [
    Case(
        "en",
        "Hi,\nI am going to York next week. How much is it to take my bike, and where do I put "
        "it on the train?\nTom",
        ("£6.00", "coach 3"),
        ("£4.00", "See also", "coach 5", "saver", "taxi"),
        missed=True,
    ),
    Case(
        "en",
        "Hello, my train from Leeds was 75 minutes behind schedule yesterday. Am I entitled to "
        "any compensation?",
        ("half of the ticket",),
        ("police", "bicycle", "moved", "£3.50"),
        missed=True,
    ),
    Case(
        "en",
        "I have a saver ticket for Friday but I have caught the flu. Could my sister use it "
        "instead of me?",
        ("given to somebody else",),
        ("coach", "terminus", "half of the ticket", "taxi"),
        missed=True,
    ),
    Case(
        "en",
        "I left my rucksack on the 18:05. How long do you keep lost property?",
        ("21 days",),
        ("£", "14 days", "coach"),
    ),
    Case(
        "en",
        "Hi, can my labrador come along, and is there wifi on board? And do you sell season "
        "tickets for students?",
        ("£4.00",),
        ("bicycle", "saver", "flexible", "60 minutes", "terminus"),
        open_questions=2,
    ),
    Case(
        "en",
        "How are you? I would like a window seat with a table. Is there a quiet coach?",
        (),
        ("How are you", "bicycle", "coach 3", "coach 5", "£", "flexible"),
        open_questions=2,
    ),
    Case(
        "fi",
        "Moi,\nolen reissussa koko kesän. Voiko jäsenyyden laittaa tauolle ja paljonko se maksaa?\n"
        "Sanna",
        ("1–6 kuukaudeksi", "5,00 €"),
        ("12,00", "Katso myös", "irtisanomisaika", "lukon"),
    ),
    Case(
        "fi",
        "Mitä kuuluu? Mihin aikaan sali menee kiinni lauantaisin?",
        ("klo 5–23",),
        ("Mitä kuuluu", "jonoon", "7 päivää", "lukon", "12,00"),
    ),
    Case(
        "fi",
        "Hei, kadotin avainkorttini eilen. Saanko uuden kortin ja mitä se maksaa?",
        ("12,00 €",),
        ("5,00 €", "16-vuotias", "irtisanomisaika", "klo 5"),
    ),
    Case(
        "fi",
        "Voinko ottaa kaverin mukaan treenaamaan? Ystävä täyttää "
        " 17 vuotta. Entä onko teillä saunaa?",
        ("kerran kuukaudessa",),
        ("lukon", "5,00", "irtisanomisaika", "7 päivää"),
        open_questions=1,
        missed=True,
    ),
    Case(
        "fi",
        "Onko salilla lastenhoitoa aamuisin? Myyttekö proteiinijuomia?",
        (),
        ("Vaihtoehdot", "klo 5", "lukon", "€", "kortti"),
        open_questions=2,
    ),
    Case(
        "fi",
        "Hei! Mikä on irtisanomisaika, jos haluan lopettaa jäsenyyden?",
        ("yksi kuukausi",),
        ("5,00 €", "12,00", "klo", "Katso myös", "lukon"),
    ),
]
