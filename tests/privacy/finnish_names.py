"""Finnish and foreign names with their forms, each line written by hand from the grammar.

Order: genitive, partitive, inessive, elative, illative, adessive, ablative, allative, essive,
translative, plural, and with a clitic or a possessive suffix. Made for this project.
"""

TABLE = """
Virtanen: Virtasen Virtasta Virtasessa Virtasesta Virtaseen Virtasella Virtaselta Virtaselle Virtasena Virtaseksi Virtaset Virtasten Virtasia Virtasille Virtasellekin Virtasemme
Korhonen: Korhosen Korhosta Korhosessa Korhosesta Korhoseen Korhosella Korhoselta Korhoselle Korhosena Korhoseksi Korhoset Korhosten Korhosia Korhostakaan
Mäkinen: Mäkisen Mäkistä Mäkisessä Mäkisestä Mäkiseen Mäkisellä Mäkiseltä Mäkiselle Mäkisenä Mäkiseksi Mäkiset Mäkisten Mäkisiä Mäkisellähän
Nieminen: Niemisen Niemistä Niemisessä Niemisestä Niemiseen Niemisellä Niemiseltä Niemiselle Niemisenä Niemiseksi Niemiset Niemisten Niemisiä
Hämäläinen: Hämäläisen Hämäläistä Hämäläisessä Hämäläisestä Hämäläiseen Hämäläisellä Hämäläiseltä Hämäläiselle Hämäläisenä Hämäläiseksi Hämäläiset Hämäläisten Hämäläisiä
Laine: Laineen Lainetta Laineessa Laineesta Laineeseen Laineella Laineelta Laineelle Laineena Laineeksi Laineet Laineiden Laineille Laineita
Rinne: Rinteen Rinnettä Rinteessä Rinteestä Rinteeseen Rinteellä Rinteeltä Rinteelle Rinteenä Rinteeksi Rinteet Rinteiden Rinteillä
Salonen: Salosen Salosta Salosessa Salosesta Saloseen Salosella Saloselta Saloselle Salosena Saloseksi Saloset Salosten Salosia
Mäki: Mäen Mäkeä Mäessä Mäestä Mäkeen Mäellä Mäeltä Mäelle Mäkenä Mäeksi Mäet Mäkien Mäkiä Mäille
Lahti: Lahden Lahtea Lahdessa Lahdesta Lahteen Lahdella Lahdelta Lahdelle Lahtena Lahdeksi Lahdet Lahtien Lahtia
Niemi: Niemen Niemeä Niemessä Niemestä Niemeen Niemellä Niemeltä Niemelle Niemenä Niemeksi Niemet Niemien Niemiä
Koski: Kosken Koskea Koskessa Koskesta Koskeen Koskella Koskelta Koskelle Koskena Koskeksi Kosket Koskien Koskia
Järvi: Järven Järveä Järvessä Järvestä Järveen Järvellä Järveltä Järvelle Järvenä Järveksi Järvet Järvien Järviä
Joki: Joen Jokea Joessa Joesta Jokeen Joella Joelta Joelle Jokena Joeksi Joet Jokien Jokia
Saari: Saaren Saarta Saaressa Saaresta Saareen Saarella Saarelta Saarelle Saarena Saareksi Saaret Saarien Saaria
Lampi: Lammen Lampea Lammessa Lammesta Lampeen Lammella Lammelta Lammelle Lampena Lammeksi Lammet Lampien Lampia
Kurki: Kurjen Kurkea Kurjessa Kurjesta Kurkeen Kurjella Kurjelta Kurjelle Kurkena Kurjeksi Kurjet Kurkien Kurkia
Susi: Suden Sutta Sudessa Sudesta Suteen Sudella Sudelta Sudelle Sutena Sudeksi Sudet Susien Susia
Vesi: Veden Vettä Vedessä Vedestä Veteen Vedellä Vedeltä Vedelle Vetenä Vedeksi Vedet Vesien Vesiä
Salmi: Salmen Salmea Salmessa Salmesta Salmeen Salmella Salmelta Salmelle Salmena Salmeksi Salmet Salmien Salmia
Lehto: Lehdon Lehtoa Lehdossa Lehdosta Lehtoon Lehdolla Lehdolta Lehdolle Lehtona Lehdoksi Lehdot Lehtojen Lehtoja
Aalto: Aallon Aaltoa Aallossa Aallosta Aaltoon Aallolla Aallolta Aallolle Aaltona Aalloksi Aallot Aaltojen Aaltoja
Ranta: Rannan Rantaa Rannassa Rannasta Rantaan Rannalla Rannalta Rannalle Rantana Rannaksi Rannat Rantojen Rantoja
Lehtinen: Lehtisen Lehtistä Lehtisessä Lehtisestä Lehtiseen Lehtisellä Lehtiseltä Lehtiselle Lehtisenä Lehtiseksi Lehtiset Lehtisten Lehtisiä
Heikkilä: Heikkilän Heikkilää Heikkilässä Heikkilästä Heikkilään Heikkilällä Heikkilältä Heikkilälle Heikkilänä Heikkiläksi Heikkilät Heikkilöiden Heikkilöitä
Anttila: Anttilan Anttilaa Anttilassa Anttilasta Anttilaan Anttilalla Anttilalta Anttilalle Anttilana Anttilaksi Anttilat Anttiloiden Anttiloita
Koskela: Koskelan Koskelaa Koskelassa Koskelasta Koskelaan Koskelalla Koskelalta Koskelalle Koskelana Koskelaksi Koskelat Koskeloiden Koskeloita
Harju: Harjun Harjua Harjussa Harjusta Harjuun Harjulla Harjulta Harjulle Harjuna Harjuksi Harjut Harjujen Harjuja
Pelto: Pellon Peltoa Pellossa Pellosta Peltoon Pellolla Pellolta Pellolle Peltona Pelloksi Pellot Peltojen Peltoja
Kivi: Kiven Kiveä Kivessä Kivestä Kiveen Kivellä Kiveltä Kivelle Kivenä Kiveksi Kivet Kivien Kiviä
Halko: Halon Halkoa Halossa Halosta Halkoon Halolla Halolta Halolle Halkona Haloksi Halot Halkojen Halkoja
Leppä: Lepän Leppää Lepässä Lepästä Leppään Lepällä Lepältä Lepälle Leppänä Lepäksi Lepät Leppien Leppiä
Tuomi: Tuomen Tuomea Tuomessa Tuomesta Tuomeen Tuomella Tuomelta Tuomelle Tuomena Tuomeksi Tuomet Tuomien Tuomia
Hirvi: Hirven Hirveä Hirvessä Hirvestä Hirveen Hirvellä Hirveltä Hirvelle Hirvenä Hirveksi Hirvet Hirvien Hirviä
Vuori: Vuoren Vuorta Vuoressa Vuoresta Vuoreen Vuorella Vuorelta Vuorelle Vuorena Vuoreksi Vuoret Vuorien Vuoria
Kangas: Kankaan Kangasta Kankaassa Kankaasta Kankaaseen Kankaalla Kankaalta Kankaalle Kankaana Kankaaksi Kankaat Kankaiden Kankaita
Rauhala: Rauhalan Rauhalaa Rauhalassa Rauhalasta Rauhalaan Rauhalalla Rauhalalta Rauhalalle Rauhalana Rauhalaksi Rauhalat Rauhaloiden Rauhaloita
Heikki: Heikin Heikkiä Heikissä Heikistä Heikkiin Heikillä Heikiltä Heikille Heikkinä Heikiksi Heikit Heikkien Heikkejä Heikkikin
Pekka: Pekan Pekkaa Pekassa Pekasta Pekkaan Pekalla Pekalta Pekalle Pekkana Pekaksi Pekat Pekkojen Pekkoja Pekkahan
Jukka: Jukan Jukkaa Jukassa Jukasta Jukkaan Jukalla Jukalta Jukalle Jukkana Jukaksi Jukat Jukkien Jukkia Jukkia
Matti: Matin Mattia Matissa Matista Mattiin Matilla Matilta Matille Mattina Matiksi Matit Mattien Matteja Mattimme
Antti: Antin Anttia Antissa Antista Anttiin Antilla Antilta Antille Anttina Antiksi Antit Anttien Antteja Anttiko
Pentti: Pentin Penttiä Pentissä Pentistä Penttiin Pentillä Pentiltä Pentille Penttinä Pentiksi Pentit Penttien Penttejä
Erkki: Erkin Erkkiä Erkissä Erkistä Erkkiin Erkillä Erkiltä Erkille Erkkinä Erkiksi Erkit Erkkien Erkkejä
Seppo: Sepon Seppoa Sepossa Seposta Seppoon Sepolla Sepolta Sepolle Seppona Sepoksi Sepot Seppojen Seppoja
Riitta: Riitan Riittaa Riitassa Riitasta Riittaan Riitalla Riitalta Riitalle Riittana Riitaksi Riitat Riittojen Riittoja
Aino: Ainon Ainoa Ainossa Ainosta Ainoon Ainolla Ainolta Ainolle Ainona Ainoksi Ainot Ainojen Ainoja
Maija: Maijan Maijaa Maijassa Maijasta Maijaan Maijalla Maijalta Maijalle Maijana Maijaksi Maijat Maijojen Maijoja
Helka: Helkan Helkaa Helkassa Helkasta Helkaan Helkalla Helkalta Helkalle Helkana Helkaksi Helkat Helkojen Helkoja
Outi: Outin Outia Outissa Outista Outiin Outilla Outilta Outille Outina Outiksi Outit Outien Outeja
Veli: Velin Veliä Velissä Velistä Veliin Velillä Veliltä Velille Velinä Veliksi Velit Velien Velejä
Väinö: Väinön Väinöä Väinössä Väinöstä Väinöön Väinöllä Väinöltä Väinölle Väinönä Väinöksi Väinöt Väinöjen Väinöjä
Hannes: Hanneksen Hannesta Hanneksessa Hanneksesta Hannekseen Hanneksella Hannekselta Hannekselle Hanneksena Hannekseksi Hannekset Hannesten Hanneksia
Markus: Markuksen Markusta Markuksessa Markuksesta Markukseen Markuksella Markukselta Markukselle Markuksena Markukseksi Markukset Markusten Markuksia
Tuomas: Tuomaan Tuomasta Tuomaassa Tuomaasta Tuomaaseen Tuomaalla Tuomaalta Tuomaalle Tuomaana Tuomaaksi Tuomaat Tuomaiden Tuomaita
Johannes: Johanneksen Johannesta Johanneksessa Johanneksesta Johannekseen Johanneksella Johannekselta Johannekselle Johanneksena Johannekseksi Johannekset Johannesten Johanneksia
Kyllikki: Kyllikin Kyllikkiä Kyllikissä Kyllikistä Kyllikkiin Kyllikillä Kyllikiltä Kyllikille Kyllikkinä Kyllikiksi Kyllikit Kyllikkien Kyllikkejä
Ilmari: Ilmarin Ilmaria Ilmarissa Ilmarista Ilmariin Ilmarilla Ilmarilta Ilmarille Ilmarina Ilmariksi Ilmarit Ilmarien Ilmareita
Päivi: Päivin Päiviä Päivissä Päivistä Päiviin Päivillä Päiviltä Päiville Päivinä Päiviksi Päivit Päivien Päivejä
Anneli: Annelin Annelia Annelissa Annelista Anneliin Annelilla Annelilta Annelille Annelina Anneliksi Annelit Annelien Anneleita
Terhi: Terhin Terhiä Terhissä Terhistä Terhiin Terhillä Terhiltä Terhille Terhinä Terhiksi Terhit Terhien Terhejä
Anna-Liisa: Anna-Liisan Anna-Liisaa Anna-Liisassa Anna-Liisasta Anna-Liisaan Anna-Liisalla Anna-Liisalta Anna-Liisalle Anna-Liisana Anna-Liisaksi Anna-Liisat Anna-Liisakin
Juha-Matti: Juha-Matin Juha-Mattia Juha-Matissa Juha-Matista Juha-Mattiin Juha-Matilla Juha-Matilta Juha-Matille Juha-Mattina Juha-Matiksi Juha-Matit Juha-Mattikin
John: Johnin Johnia Johnissa Johnista Johniin Johnilla Johnilta Johnille Johnina Johniksi Johnit Johnien Johneja
Smith: Smithin Smithiä Smithissä Smithistä Smithiin Smithillä Smithiltä Smithille Smithinä Smithiksi Smithit Smithien Smithejä Smith:n
Nguyen: Nguyenin Nguyenia Nguyenissa Nguyenista Nguyeniin Nguyenilla Nguyenilta Nguyenille Nguyenina Nguyeniksi Nguyenit Nguyenien
Müller: Müllerin Mülleriä Müllerissä Mülleristä Mülleriin Müllerillä Mülleriltä Müllerille Müllerinä Mülleriksi Müllerit Müllerien
Andersson: Anderssonin Anderssonia Anderssonissa Anderssonista Anderssoniin Anderssonilla Anderssonilta Anderssonille Anderssonina Anderssoniksi Anderssonit Anderssonien
Ahmed: Ahmedin Ahmedia Ahmedissa Ahmedista Ahmediin Ahmedilla Ahmedilta Ahmedille Ahmedina Ahmediksi Ahmedit Ahmedien
Lindqvist: Lindqvistin Lindqvistiä Lindqvistissä Lindqvististä Lindqvistiin Lindqvistillä Lindqvistiltä Lindqvistille Lindqvistinä Lindqvistiksi Lindqvistit Lindqvistien
Ivanova: Ivanovan Ivanovaa Ivanovassa Ivanovasta Ivanovaan Ivanovalla Ivanovalta Ivanovalle Ivanovana Ivanovaksi Ivanovat Ivanovien
Rousseau: Rousseaun Rousseauta Rousseaussa Rousseausta Rousseauhun Rousseaulla Rousseaulta Rousseaulle Rousseauna Rousseauksi Rousseaut Rousseau'n
Lee: Leen Leetä Leessä Leestä Leehen Leellä Leeltä Leelle Leenä Leeksi Leet Lee:n
Garcia: Garcian Garciaa Garciassa Garciasta Garciaan Garcialla Garcialta Garcialle Garciana Garciaksi Garciat Garcioiden
Kallas: Kallaksen Kallasta Kallaksessa Kallaksesta Kallakseen Kallaksella Kallakselta Kallakselle Kallaksena Kallakseksi Kallakset Kallaksia
Ylönen: Ylösen Ylöstä Ylösessä Ylösestä Ylöseen Ylösellä Ylöseltä Ylöselle Ylösenä Ylöseksi Ylöset Ylösten
Ström: Strömin Strömiä Strömissä Strömistä Strömiin Strömillä Strömiltä Strömille Strömina Strömiksi Strömit Strömien
Haapasalo: Haapasalon Haapasaloa Haapasalossa Haapasalosta Haapasaloon Haapasalolla Haapasalolta Haapasalolle Haapasalona Haapasaloksi Haapasalot Haapasalojen
Kaivosoja: Kaivosojan Kaivosojaa Kaivosojassa Kaivosojasta Kaivosojaan Kaivosojalla Kaivosojalta Kaivosojalle Kaivosojana Kaivosojaksi Kaivosojat Kaivosojien
Vesterinen: Vesterisen Vesteristä Vesterisessä Vesterisestä Vesteriseen Vesterisellä Vesteriseltä Vesteriselle Vesterisenä Vesteriseksi Vesteriset Vesteristen
Reijo: Reijon Reijoa Reijossa Reijosta Reijoon Reijolla Reijolta Reijolle Reijona Reijoksi Reijot Reijojen
Satu: Sadun Satua Sadussa Sadusta Satuun Sadulla Sadulta Sadulle Satuna Saduksi Sadut Satuja Satun Satulle
Arto: Arton Artoa Artossa Artosta Artoon Artolla Artolta Artolle Artona Artoksi Artot Artojen
Upton: Uptonin Uptonia Uptonissa Uptonista Uptoniin Uptonilla Uptonilta Uptonille Uptonina Uptoniksi Uptonit Uptonien
Petäjä: Petäjän Petäjää Petäjässä Petäjästä Petäjään Petäjällä Petäjältä Petäjälle Petäjänä Petäjäksi Petäjät Petäjien
Siipi: Siiven Siipeä Siivessä Siivestä Siipeen Siivellä Siiveltä Siivelle Siipenä Siiveksi Siivet Siipien
Hauki: Hauen Haukea Hauessa Hauesta Haukeen Hauella Hauelta Hauelle Haukena Haueksi Hauet Haukien
Reiman: Reimanin Reimania Reimanissa Reimanista Reimaniin Reimanilla Reimanilta Reimanille Reimanina Reimaniksi Reimanit Reimanien
Sivén: Sivénin Sivéniä Sivénissä Sivénistä Sivéniin Sivénillä Sivéniltä Sivénille Sivéninä Sivéniksi Sivénit Sivénien
"""  # noqa: E501

FORMS = {
    name: (name, *forms.split())
    for name, _, forms in (line.partition(":") for line in TABLE.strip().splitlines())
}
