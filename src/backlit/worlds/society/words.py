"""Small talk and set phrases of generated webs in six languages, and syllables and endings of names.

Written for this purpose; no text is quoted.
"""

from __future__ import annotations

from backlit.worlds.society.topics import LANGUAGES

_FUNCTION = (
    "the of and to in a is that for it was on with as by at be this from or are an which we "
    "not but they one all you has have their more can its will been about than other so if "
    "there what our out up when your no into just some them how only over also after most even",
    "der die und in den von zu das mit sich des auf für ist im dem nicht ein eine als auch es "
    "an werden aus er hat dass sie nach wird bei einer um am sind noch wie einem über einen so "
    "zum war haben nur oder aber vor zur bis mehr durch man",
    "de la le et les des en un du une que est pour qui dans a par plus pas au sur ne se il "
    "sont avec mais comme ou son nous tout cette ces aussi leur fait être deux même bien sans "
    "peut très encore entre après sous",
    "de la que el en y a los del se las por un para con no una su al es lo como más pero sus "
    "le ya o este sí porque esta entre cuando muy sin sobre también me hasta hay donde quien "
    "desde todo nos durante todos uno",
    "di e il la che in a per un del è una le si con non da dei al sono i alla più anche della "
    "come ma nel lo gli se questo ha o delle cui dal su questa tra dopo suo essere stato tutto "
    "molto ancora fra senza",
    "i w na z do się nie że to jest o jak po co dla od przez za był ale tak jego który przy "
    "już tym tylko są przed może ich też jako oraz także jeszcze bardzo gdy bez był było nad "
    "tego pod wszystko można więc",
)
_SMALL_TALK = (
    "people year time work week place group idea question story change result reason morning "
    "city team project member problem answer start help plan visit report public small early "
    "local useful simple recent open common clear careful daily whole real modern offer "
    "meeting update choice value quality order summer winter friend house hand street page "
    "note word list detail example",
    "Menschen Jahr Zeit Arbeit Woche Ort Gruppe Idee Frage Geschichte Ergebnis Grund Stadt "
    "Team Projekt Mitglied Antwort Hilfe Plan Besuch Bericht klein früh einfach neu offen klar "
    "täglich ganz modern Angebot Treffen Wert Sommer Winter Freund Haus Straße Seite Wort "
    "Liste Beispiel",
    "gens année temps travail semaine lieu groupe idée question histoire résultat raison ville "
    "équipe projet membre réponse aide plan visite rapport petit simple nouveau ouvert clair "
    "entier moderne offre réunion valeur été hiver ami maison rue page mot liste exemple",
    "gente año tiempo trabajo semana lugar grupo idea pregunta historia resultado razón ciudad "
    "equipo proyecto miembro respuesta ayuda plan visita informe pequeño sencillo nuevo "
    "abierto claro entero moderno oferta reunión valor verano invierno amigo casa calle página "
    "palabra lista ejemplo",
    "gente anno tempo lavoro settimana luogo gruppo idea domanda storia risultato ragione "
    "città squadra progetto membro risposta aiuto piano visita rapporto piccolo semplice nuovo "
    "aperto chiaro intero moderno offerta riunione valore estate inverno amico casa strada "
    "pagina parola lista esempio",
    "ludzie rok czas praca tydzień miejsce grupa pomysł pytanie historia wynik powód miasto "
    "zespół projekt członek odpowiedź pomoc plan wizyta raport mały prosty nowy otwarty jasny "
    "cały nowoczesny oferta spotkanie wartość lato zima przyjaciel dom ulica strona słowo "
    "lista przykład",
)
FUNCTION_WORDS = {lang: tuple(text.split()) for lang, text in zip(LANGUAGES, _FUNCTION, strict=True)}
SMALL_TALK = {lang: tuple(text.split()) for lang, text in zip(LANGUAGES, _SMALL_TALK, strict=True)}

#: Commercial phrases: ``{n}`` is a thing that is sold, ``{c}`` a town.
MONEY = {
    "en": (
        "buy {n}",
        "cheap {n}",
        "best {n}",
        "{n} online",
        "best {n} online",
        "{n} deals",
        "affordable {n}",
        "{n} in {c}",
        "{n} {c}",
        "top {n} reviews",
        "{n} for sale",
        "order {n} today",
        "{n} near me",
    ),
    "de": (
        "{n} kaufen",
        "günstige {n}",
        "beste {n}",
        "{n} online",
        "{n} Vergleich",
        "{n} Angebote",
        "{n} in {c}",
        "{n} {c}",
        "{n} Test",
        "{n} bestellen",
    ),
    "fr": (
        "acheter {n}",
        "{n} pas cher",
        "meilleurs {n}",
        "{n} en ligne",
        "comparatif {n}",
        "{n} {c}",
        "prix {n}",
    ),
    "es": (
        "comprar {n}",
        "{n} baratos",
        "mejores {n}",
        "{n} online",
        "ofertas {n}",
        "{n} en {c}",
        "precio {n}",
    ),
    "it": (
        "acquistare {n}",
        "{n} economici",
        "migliori {n}",
        "{n} online",
        "offerte {n}",
        "{n} {c}",
        "prezzi {n}",
    ),
    "pl": ("kup {n}", "tanie {n}", "najlepsze {n}", "{n} online", "{n} cena", "{n} {c}", "{n} sklep"),
}

GENERIC = {
    "en": (
        "here",
        "website",
        "read more",
        "this site",
        "click here",
        "more",
        "source",
        "link",
        "visit website",
        "details",
        "homepage",
        "this article",
    ),
    "de": ("hier", "Webseite", "mehr", "weiterlesen", "zur Homepage", "Quelle", "dieser Artikel"),
    "fr": ("ici", "site web", "lire la suite", "en savoir plus", "source", "cet article"),
    "es": ("aquí", "sitio web", "leer más", "ver más", "fuente", "este artículo"),
    "it": ("qui", "sito web", "leggi tutto", "di più", "fonte", "questo articolo"),
    "pl": ("tutaj", "strona", "czytaj więcej", "więcej", "źródło", "ten artykuł"),
}

TITLES = {
    "en": (
        "{a} and {b}: what we learned",
        "How to choose {a}",
        "Our notes on {a}",
        "{A} {b} in {c}",
        "A guide to {a}",
        "Why {a} matter for {b}",
        "{n}: {a} this week",
        "{A}, {b} and more",
        "Ten questions about {a}",
    ),
    "de": (
        "{A} und {b}",
        "So findet man {a}",
        "Notizen über {a}",
        "{A} in {c}",
        "Ratgeber {A}",
        "{n}: {a} diese Woche",
    ),
    "fr": (
        "{A} et {b}",
        "Bien choisir : {a}",
        "Notes sur {a}",
        "{A} à {c}",
        "Guide {a}",
        "{n} : {a} cette semaine",
    ),
    "es": (
        "{A} y {b}",
        "Cómo elegir {a}",
        "Apuntes sobre {a}",
        "{A} en {c}",
        "Guía de {a}",
        "{n}: {a} esta semana",
    ),
    "it": (
        "{A} e {b}",
        "Come scegliere {a}",
        "Appunti su {a}",
        "{A} a {c}",
        "Guida a {a}",
        "{n}: {a} questa settimana",
    ),
    "pl": (
        "{A} i {b}",
        "Jak wybrać {a}",
        "Notatki o {a}",
        "{A} w {c}",
        "Poradnik {a}",
        "{n}: {a} w tym tygodniu",
    ),
}

PARTNERS = {
    "en": ("Partners", "Useful links", "Friends", "Links"),
    "de": ("Partner", "Linkliste", "Freunde", "Links"),
    "fr": ("Partenaires", "Liens utiles", "Amis", "Liens"),
    "es": ("Socios", "Enlaces útiles", "Amigos", "Enlaces"),
    "it": ("Partner", "Collegamenti utili", "Amici", "Link"),
    "pl": ("Partnerzy", "Przydatne linki", "Znajomi", "Linki"),
}

DISCLOSURE = {
    "en": ("Sponsored post", "In partnership with", "Paid content", "Advertisement", "Guest author"),
    "de": ("Anzeige", "Gesponsert", "In Zusammenarbeit mit", "Gastbeitrag"),
    "fr": ("Article sponsorisé", "En partenariat avec", "Publicité"),
    "es": ("Contenido patrocinado", "En colaboración con"),
    "it": ("Contenuto sponsorizzato", "In collaborazione con"),
    "pl": ("Artykuł sponsorowany", "We współpracy z"),
}

CREDIT = {
    "en": ("Website by", "Design by", "Powered by", "Proudly supported by"),
    "de": ("Webdesign von", "Umsetzung:", "Betrieben mit"),
    "fr": ("Site réalisé par", "Propulsé par"),
    "es": ("Diseño de", "Funciona con"),
    "it": ("Realizzato da", "Sito di"),
    "pl": ("Projekt:", "Wspierane przez"),
}


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: Openings and endings of invented names.
STARTS = _words(
    "ba be bo bra bri ca cor cre da del dor el fa fen fi gar gle gra hal har hol is jo ka kel kor la "
    "len lin lo lu ma mar mel mi mo na nel no nor or pa per pi po qua ra ren ri ro sa sel so sta sto "
    "ta tel ti to tra val ve vi vo wa wel wi yar za zo"
)
MIDDLES = _words("la ra mi no ve di ca lo ri ta ne so li mo na re vi do ma ti sa ro le ni")
ENDINGS = _words(
    "n ne ro ra lis ta ton ler mar vik dan gen sen ria tis do nix lo x ma st berg ner via va mon dor "
    "lin tek rix by ham wick ford"
)

HOST_ENDINGS = {
    "en": ("com", "com", "com", "org", "net", "co.uk", "io", "info", "us"),
    "de": ("de", "de", "de", "com", "at", "org"),
    "fr": ("fr", "fr", "com", "org"),
    "es": ("es", "com", "com.mx", "org"),
    "it": ("it", "it", "com"),
    "pl": ("pl", "com.pl", "pl"),
}
CHEAP_ENDINGS = ("com", "net", "info", "xyz", "top", "site", "online", "club", "biz", "org", "icu")
SCHOOL_ENDINGS = {
    "en": ("edu", "ac.uk", "edu"),
    "de": ("de",),
    "fr": ("fr",),
    "es": ("es",),
    "it": ("it",),
    "pl": ("edu.pl",),
}
STATE_ENDINGS = {
    "en": ("gov", "gov.uk"),
    "de": ("de",),
    "fr": ("gouv.fr",),
    "es": ("gob.es",),
    "it": ("gov.it",),
    "pl": ("gov.pl",),
}
#: Hosts of blogs. On most each blog is a site of its own; ``wordpress.com`` is one site with many tenants.
PLATFORMS = ("blogspot.com", "blogspot.com", "github.io", "netlify.app", "wixsite.com", "wordpress.com")
