"""Topics of generated webs in six languages, and the trades that spam serves.

Written for this purpose; no text is quoted. The first four words of a topic name things that are sold or sought, so
that they serve in commercial anchors.
"""

from __future__ import annotations

LANGUAGES = ("en", "de", "fr", "es", "it", "pl")
#: How many sites write each language, roughly.
LANGUAGE_WEIGHTS = (0.5, 0.16, 0.1, 0.1, 0.07, 0.07)

_TOPICS = {
    "garden": (
        "seeds mowers greenhouses planters soil compost roots pruning roses lawn orchard bulbs "
        "hedge blossom mulch shrub",
        "Samen Rasenmäher Gewächshäuser Pflanzkübel Erde Kompost Beet Hecke",
        "graines tondeuses serres jardinières terre compost haie fleurs",
        "semillas cortacéspedes invernaderos macetas tierra abono seto flores",
        "semi tosaerba serre fioriere terra concime siepe fiori",
        "nasiona kosiarki szklarnie donice gleba kompost żywopłot kwiaty",
    ),
    "kitchen": (
        "knives cookware ovens spices flour butter recipe simmer garlic dough broth roast pepper "
        "yeast oven supper",
        "Messer Töpfe Backöfen Gewürze Mehl Rezept Teig Braten",
        "couteaux casseroles fours épices farine recette pâte rôti",
        "cuchillos ollas hornos especias harina receta masa asado",
        "coltelli pentole forni spezie farina ricetta impasto arrosto",
        "noże garnki piekarniki przyprawy mąka przepis ciasto pieczeń",
    ),
    "cycling": (
        "bikes helmets tyres saddles pedals chain sprint gravel climb wheel frame gears tour rider "
        "brake touring",
        "Fahrräder Helme Reifen Sättel Kette Rahmen Bremse Radweg",
        "vélos casques pneus selles chaîne cadre frein piste",
        "bicicletas cascos neumáticos sillines cadena cuadro freno carril",
        "biciclette caschi pneumatici selle catena telaio freno ciclabile",
        "rowery kaski opony siodełka łańcuch rama hamulec ścieżka",
    ),
    "football": (
        "tickets jerseys boots scarves league striker keeper penalty derby coach stadium season "
        "transfer squad goal fixture",
        "Tickets Trikots Fußballschuhe Schals Liga Torwart Elfmeter Verein",
        "billets maillots crampons écharpes ligue gardien penalty équipe",
        "entradas camisetas botas bufandas liga portero penalti equipo",
        "biglietti maglie scarpini sciarpe campionato portiere rigore squadra",
        "bilety koszulki korki szaliki liga bramkarz karny drużyna",
    ),
    "photo": (
        "cameras lenses tripods prints exposure shutter aperture portrait film darkroom focus "
        "flash zoom pixel contrast album",
        "Kameras Objektive Stative Abzüge Belichtung Blende Porträt Blitz",
        "appareils objectifs trépieds tirages exposition obturateur portrait flash",
        "cámaras objetivos trípodes copias exposición obturador retrato enfoque",
        "fotocamere obiettivi treppiedi stampe esposizione otturatore ritratto fuoco",
        "aparaty obiektywy statywy odbitki ekspozycja migawka portret ostrość",
    ),
    "music": (
        "guitars pianos records headphones chord melody drum concert chorus rhythm violin band "
        "tempo singer tune opera",
        "Gitarren Klaviere Schallplatten Kopfhörer Akkord Melodie Konzert Chor",
        "guitares pianos disques écouteurs accord mélodie concert chœur",
        "guitarras pianos discos auriculares acorde melodía concierto coro",
        "chitarre pianoforti dischi cuffie accordo melodia concerto coro",
        "gitary pianina płyty słuchawki akord melodia koncert chór",
    ),
    "history": (
        "atlases maps coins medals archive castle dynasty medieval war treaty museum relic empire "
        "abbey charter chronicle",
        "Atlanten Landkarten Münzen Orden Archiv Burg Mittelalter Museum",
        "atlas cartes monnaies médailles archives château dynastie musée",
        "atlas mapas monedas medallas archivo castillo dinastía museo",
        "atlanti mappe monete medaglie archivio castello dinastia museo",
        "atlasy mapy monety medale archiwum zamek dynastia muzeum",
    ),
    "software": (
        "servers licences plugins hosting library compiler function release patch kernel version "
        "module parser database query test",
        "Server Lizenzen Erweiterungen Webspace Bibliothek Quelltext Version Datenbank",
        "serveurs licences extensions hébergement bibliothèque code version données",
        "servidores licencias extensiones alojamiento biblioteca código versión datos",
        "server licenze estensioni hosting libreria codice versione dati",
        "serwery licencje wtyczki hosting biblioteka kod wersja dane",
    ),
    "travel": (
        "flights hotels cruises luggage passport beach island guide train ferry hostel route visa "
        "itinerary harbour coast",
        "Flüge Hotels Kreuzfahrten Koffer Strand Insel Reise Hafen",
        "vols hôtels croisières valises plage île voyage port",
        "vuelos hoteles cruceros maletas playa isla viaje puerto",
        "voli alberghi crociere valigie spiaggia isola viaggio porto",
        "loty hotele rejsy walizki plaża wyspa podróż port",
    ),
    "health": (
        "supplements clinics therapies mattresses doctor sleep diet nurse symptom exercise vaccine "
        "blood heart posture patient recovery",
        "Nahrungsergänzung Kliniken Therapien Matratzen Arzt Schlaf Ernährung Herz",
        "compléments cliniques thérapies matelas médecin sommeil régime cœur",
        "suplementos clínicas terapias colchones médico sueño dieta corazón",
        "integratori cliniche terapie materassi medico sonno dieta cuore",
        "suplementy kliniki terapie materace lekarz sen dieta serce",
    ),
    "fashion": (
        "dresses handbags sneakers jewellery fabric collar season runway wool tailor pattern silk "
        "denim wardrobe button style",
        "Kleider Handtaschen Turnschuhe Schmuck Stoff Kragen Wolle Schnitt",
        "robes sacs baskets bijoux tissu col laine coupe",
        "vestidos bolsos zapatillas joyas tela cuello lana corte",
        "abiti borse scarpe gioielli tessuto collo lana taglio",
        "sukienki torebki buty biżuteria tkanina kołnierz wełna krój",
    ),
    "pets": (
        "kennels leashes aquariums kibble puppy kitten vet paw feather breed shelter litter groom "
        "adoption terrier parrot",
        "Hundehütten Leinen Aquarien Futter Welpe Katze Tierarzt Rasse",
        "niches laisses aquariums croquettes chiot chaton vétérinaire race",
        "casetas correas acuarios pienso cachorro gatito veterinario raza",
        "cucce guinzagli acquari crocchette cucciolo gattino veterinario razza",
        "budy smycze akwaria karma szczeniak kotek weterynarz rasa",
    ),
    "building": (
        "windows tiles roofing kitchens plaster brick timber architect insulation plumbing facade "
        "beam floor renovation permit paint",
        "Fenster Fliesen Dachziegel Küchen Putz Ziegel Holz Dämmung",
        "fenêtres carrelage toiture cuisines plâtre brique bois isolation",
        "ventanas azulejos tejados cocinas yeso ladrillo madera aislamiento",
        "finestre piastrelle tetti cucine intonaco mattone legno isolamento",
        "okna płytki dachy kuchnie tynk cegła drewno izolacja",
    ),
    "law": (
        "lawyers notaries contracts mediation court appeal statute tenant verdict clause evidence "
        "witness liability judge claim counsel",
        "Anwälte Notare Verträge Mediation Gericht Urteil Mieter Klage",
        "avocats notaires contrats médiation tribunal jugement locataire plainte",
        "abogados notarios contratos mediación tribunal sentencia inquilino demanda",
        "avvocati notai contratti mediazione tribunale sentenza inquilino causa",
        "adwokaci notariusze umowy mediacja sąd wyrok najemca pozew",
    ),
    "school": (
        "courses textbooks tutors scholarships pupil lesson exam teacher curriculum grade lecture "
        "seminar homework library degree campus",
        "Kurse Lehrbücher Nachhilfe Stipendien Schüler Unterricht Prüfung Lehrer",
        "cours manuels tuteurs bourses élève leçon examen professeur",
        "cursos manuales tutores becas alumno lección examen profesor",
        "corsi manuali tutor borse alunno lezione esame insegnante",
        "kursy podręczniki korepetycje stypendia uczeń lekcja egzamin nauczyciel",
    ),
    "energy": (
        "panels batteries boilers turbines grid solar watt storage heat meter wind voltage "
        "efficiency cable station carbon",
        "Solarmodule Batterien Heizkessel Turbinen Stromnetz Speicher Wärme Wind",
        "panneaux batteries chaudières turbines réseau stockage chaleur vent",
        "paneles baterías calderas turbinas red almacenamiento calor viento",
        "pannelli batterie caldaie turbine rete accumulo calore vento",
        "panele baterie kotły turbiny sieć magazyn ciepło wiatr",
    ),
    "cars": (
        "tyres rims vans insurance engine clutch mileage garage diesel sedan gearbox exhaust "
        "dealer chassis repair torque",
        "Winterreifen Felgen Transporter Versicherung Motor Kupplung Werkstatt Getriebe",
        "pneus jantes fourgons assurance moteur embrayage garage boîte",
        "llantas ruedas furgonetas seguro motor embrague taller caja",
        "gomme cerchi furgoni assicurazione motore frizione officina cambio",
        "felgi koła furgonetki ubezpieczenie silnik sprzęgło warsztat skrzynia",
    ),
    "books": (
        "novels ebooks bookshelves audiobooks author chapter poem reader publisher plot essay "
        "sonnet reviewer edition fiction prose",
        "Romane Hörbücher Regale Erzählungen Autor Kapitel Gedicht Verlag",
        "romans livres étagères nouvelles auteur chapitre poème éditeur",
        "novelas libros estanterías cuentos autor capítulo poema editorial",
        "romanzi libri scaffali racconti autore capitolo poesia editore",
        "powieści książki regały opowiadania autor rozdział wiersz wydawca",
    ),
    "science": (
        "telescopes microscopes journals samples orbit galaxy theorem experiment particle genome "
        "measurement planet comet spectrum laboratory data",
        "Teleskope Mikroskope Zeitschriften Proben Umlaufbahn Galaxie Versuch Messung",
        "télescopes microscopes revues échantillons orbite galaxie expérience mesure",
        "telescopios microscopios revistas muestras órbita galaxia experimento medida",
        "telescopi microscopi riviste campioni orbita galassia esperimento misura",
        "teleskopy mikroskopy czasopisma próbki orbita galaktyka eksperyment pomiar",
    ),
    # Trades that spammers love and honest firms are licensed for.
    "casino": (
        "slots roulette blackjack jackpots bonus bet poker dealer wager spins odds croupier payout "
        "chips table baccarat",
        "Spielautomaten Roulette Sportwetten Jackpots Bonus Einsatz Freispiele Quote",
        "machines roulette paris jackpots bonus mise jetons cote",
        "tragaperras ruleta apuestas botes bono jugada fichas cuota",
        "slot roulette scommesse jackpot bonus puntata gettoni quota",
        "automaty ruletka zakłady jackpoty bonus stawka żetony kurs",
    ),
    "pharmacy": (
        "pills tablets prescriptions painkillers dosage generic capsule pharmacist remedy ointment "
        "delivery patient viagra cialis tramadol steroid",
        "Tabletten Pillen Rezepte Schmerzmittel Dosierung Generika Apotheke Salbe",
        "pilules comprimés ordonnances antidouleurs dosage générique pharmacie pommade",
        "pastillas comprimidos recetas analgésicos dosis genérico farmacia pomada",
        "pillole compresse ricette antidolorifici dosaggio generico farmacia pomata",
        "tabletki pigułki recepty środki dawka generyk apteka maść",
    ),
    "loans": (
        "loans mortgages creditcards refinancing interest payday lender rate instalment debt "
        "borrower collateral bank score approval cash",
        "Kredite Hypotheken Kreditkarten Umschuldung Zinsen Rate Darlehen Bank",
        "crédits hypothèques cartes rachat intérêt taux prêt banque",
        "préstamos hipotecas tarjetas refinanciación interés cuota crédito banco",
        "prestiti mutui carte rifinanziamento interesse rata credito banca",
        "pożyczki hipoteki karty refinansowanie odsetki rata kredyt bank",
    ),
    "crypto": (
        "bitcoin wallets tokens exchanges mining ledger coin yield staking blockchain trade "
        "leverage airdrop swap futures signals",
        "Bitcoin Wallets Token Börsen Schürfen Münze Handel Hebel",
        "bitcoin portefeuilles jetons bourses minage monnaie échange levier",
        "bitcoin carteras tokens bolsas minería moneda comercio palanca",
        "bitcoin portafogli token borse estrazione moneta scambio leva",
        "bitcoin portfele tokeny giełdy kopanie moneta handel dźwignia",
    ),
    "essays": (
        "essays dissertations assignments proofreading writer plagiarism deadline thesis citation "
        "draft topic outline homework tutor grade paper",
        "Hausarbeiten Dissertationen Lektorat Aufsätze Ghostwriter Frist Zitat Entwurf",
        "dissertations mémoires devoirs relecture rédacteur délai citation plan",
        "ensayos tesis trabajos corrección redactor plazo cita borrador",
        "saggi tesi compiti correzione redattore scadenza citazione bozza",
        "eseje rozprawy wypracowania korekta autor termin cytat szkic",
    ),
    "dating": (
        "singles chats escorts profiles match flirt romance partner webcam date meet couple love "
        "message lonely charm",
        "Singles Chats Partnersuche Profile Flirt Romantik Treffen Liebe",
        "célibataires chats rencontres profils flirt romance couple amour",
        "solteros chats citas perfiles coqueteo romance pareja amor",
        "single chat incontri profili flirt romanticismo coppia amore",
        "single czaty randki profile flirt romans para miłość",
    ),
}  # fmt: skip

TOPICS = tuple(_TOPICS)
#: Topics whose words mark a link as spam for many tools, and which licensed firms live on.
TRADES = ("casino", "pharmacy", "loans", "crypto", "essays", "dating")

#: ``TOPIC_WORDS[topic][language]``
TOPIC_WORDS = {
    topic: {lang: tuple(words.split()) for lang, words in zip(LANGUAGES, texts, strict=True)}
    for topic, texts in _TOPICS.items()
}
