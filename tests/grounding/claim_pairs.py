"""Passages with sentences that rest on them and sentences that only look it; made for this project.

Of each passage: right ones, then wrong ones (a figure changed, a "not" turned, another product,
another policy).
"""

PAIRS: list[tuple[str, list[str], list[str]]] = [
    (
        "Gift wrapping costs £4.50 per parcel. It is not available for furniture.",
        [
            "Gift wrapping is £4.50 for each parcel.",
            "Furniture can't be gift wrapped: it is not available.",
        ],
        [
            "Gift wrapping costs £5.50 per parcel.",
            "Gift wrapping is available for furniture.",
            "Engraving costs £4.50 per parcel.",
            "Refunds reach your account in the same week.",
        ],
    ),
    (
        "Boots may be exchanged within 40 days of delivery. The soles must be unworn.",
        [
            "You may exchange boots within 40 days of delivery.",
            "The soles of the boots must be unworn.",
        ],
        [
            "Boots may be exchanged within 14 days of delivery.",
            "Boots may not be exchanged within 40 days of delivery.",
            "Jackets may be exchanged within 40 days of delivery.",
            "Gift cards are valid for one year in all shops.",
        ],
    ),
    (
        "The battery lasts 9 hours and is charged in 90 minutes. It must not be charged outdoors.",
        ["The battery lasts for 9 hours.", "Do not charge the battery outdoors."],
        [
            "The battery lasts 12 hours.",
            "The battery must be charged outdoors.",
            "The headset lasts 9 hours and is charged in 90 minutes.",
            "An invoice is sent after the repair.",
        ],
    ),
    (
        "Our workshop opens at 8:00 on weekdays. Bicycles are repaired after booking online.",
        ["The workshop opens at 8:00 on weekdays.", "Bicycles are repaired after you book online."],
        [
            "The workshop opens at 9:30 on weekdays.",
            "The workshop opens at 8:00 on weekends.",
            "Scooters are repaired after booking online.",
            "The annual fee is charged to your card.",
        ],
    ),
    (
        "Members get 10% off tickets. The discount is not combined with other offers.",
        [
            "As a member you get 10% off tickets.",
            "The discount can not be combined with other offers.",
        ],
        [
            "Members get 15% off tickets.",
            "The discount is combined with other offers.",
            "Students get 10% off tickets.",
            "Lost luggage is looked for during three weeks.",
        ],
    ),
    (
        (
            "A subscription can be cancelled before the next billing day. The fee of €12 is not "
            "refunded."
        ),
        [
            "You can cancel a subscription before the next billing day.",
            "The €12 fee is not refunded.",
        ],
        [
            "A subscription can be cancelled after the next billing day.",
            "The fee of €12 is refunded.",
            "The fee of €21 is not refunded.",
            "Parking is found behind the building.",
        ],
    ),
    (
        "Sofas are delivered to the room you choose for £39. Assembly takes about 30 minutes.",
        [
            "Sofas are delivered to the room of your choice for £39.",
            "Assembly takes about 30 minutes.",
        ],
        [
            "Sofas are delivered to the room you choose for £49.",
            "Sofas are not delivered to the room you choose.",
            "Wardrobes are delivered to the room you choose for £39.",
            "The filter has to be changed regularly.",
        ],
    ),
    (
        "Wash the wool blanket in cold water. It must not be tumble dried.",
        [
            "The wool blanket should be washed in cold water.",
            "The blanket must not be tumble dried.",
        ],
        [
            "Wash the wool blanket in hot water.",
            "The wool blanket must be tumble dried.",
            "Wash the cotton sheet at 90 degrees.",
            "Your voucher is sent to a friend.",
        ],
    ),
    (
        "Lahjakortti on voimassa 18 kuukautta ostosta. Sitä ei voi vaihtaa rahaksi.",
        [
            "Lahjakortti on voimassa 18 kuukautta ostopäivästä.",
            "Lahjakorttia ei voi vaihtaa rahaksi.",
        ],
        [
            "Lahjakortti on voimassa 24 kuukautta ostosta.",
            "Lahjakortin voi vaihtaa rahaksi.",
            "Sarjalippu on voimassa 18 kuukautta ostosta.",
            "Huolto noutaa laitteen kotoa.",
        ],
    ),
    (
        "Pyörän huolto maksaa 79 €. Huolto kestää kolme arkipäivää eikä sisällä varaosia.",
        ["Pyörän huolto maksaa 79 €.", "Huolto kestää kolme arkipäivää."],
        [
            "Pyörän huolto maksaa 97 €.",
            "Huolto kestää viisi arkipäivää.",
            "Suksien huolto maksaa 79 €.",
            "Palautusosoite löytyy lähetyslistasta.",
        ],
    ),
    (
        "Myymälä avataan arkisin kello 10. Lemmikit saavat tulla sisälle.",
        ["Myymälä avataan arkisin kello 10.", "Lemmikit saavat tulla sisälle myymälään."],
        [
            "Myymälä avataan arkisin kello 9.",
            "Myymälä suljetaan arkisin kello 10.",
            "Lemmikit eivät saa tulla sisälle.",
            "Tuotteen takuu kattaa valmistusvirheet.",
        ],
    ),
    (
        "Tilauksen voi perua ennen pakkaamista. Perumisesta ei peritä maksua.",
        ["Voit perua tilauksen ennen pakkaamista.", "Tilauksen perumisesta ei peritä maksua."],
        [
            "Tilauksen voi perua pakkaamisen jälkeen.",
            "Perumisesta peritään maksu.",
            "Tilausta ei voi perua ennen pakkaamista.",
            "Kuulokkeet yhdistetään puhelimeen asetuksista.",
        ],
    ),
    (
        "Jäsenet saavat lipuista 10 % alennuksen. Alennusta ei voi yhdistää muihin etuihin.",
        ["Jäsenenä saat lipuista 10 % alennuksen.", "Alennusta ei voi yhdistää muihin etuihin."],
        [
            "Jäsenet saavat lipuista 20 % alennuksen.",
            "Alennuksen voi yhdistää muihin etuihin.",
            "Opiskelijat saavat lipuista 10 % alennuksen.",
            "Rikkoutunut osa lähetetään valmistajalle.",
        ],
    ),
    (
        "Akku latautuu 90 minuutissa. Laitetta ei saa ladata ulkona.",
        ["Akku latautuu 90 minuutissa.", "Laitetta ei saa ladata ulkona."],
        [
            "Akku latautuu 60 minuutissa.",
            "Laitetta saa ladata ulkona.",
            "Kaiutin latautuu 90 minuutissa.",
            "Lasku erääntyy kuun lopussa.",
        ],
    ),
    (
        "Sohva kuljetetaan huoneeseen 39 eurolla. Kokoaminen kuuluu hintaan.",
        ["Sohva kuljetetaan huoneeseen 39 eurolla.", "Sohvan kokoaminen kuuluu hintaan."],
        [
            "Sohva kuljetetaan huoneeseen 59 eurolla.",
            "Kokoaminen ei kuulu hintaan.",
            "Kaappi kuljetetaan huoneeseen 39 eurolla.",
            "Salasanan voi vaihtaa asetuksissa.",
        ],
    ),
    (
        "Villahuopa pestään kylmällä vedellä. Sitä ei saa rumpukuivata.",
        ["Pese villahuopa kylmällä vedellä.", "Villahuopaa ei saa rumpukuivata."],
        [
            "Villahuopa pestään kuumalla vedellä.",
            "Villahuovan saa rumpukuivata.",
            "Lakana pestään 90 asteessa.",
            "Lahjakortti lähetetään ystävälle.",
        ],
    ),
]
