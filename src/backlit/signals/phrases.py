"""Phrases beside a link that say how it came there: paid for, offered for, or an author's own.

A row of a table is a language; its entries are pieces of RE2 patterns, found without regard to case where no letter
stands right before or after. They are what publishers must or do write of their own accord ("advertorial",
"Anzeige"), what sites that take articles write ("write for us"), what stands under one ("about the author"), and what
names the maker of a site ("website by").
"""

from __future__ import annotations

from backlit.signals.ground import AUTHOR, CREDIT, DISCLOSED, OFFERED

#: Advertising that says it is.
_DISCLOSED = {
    # Not "sponsored by", which clubs say of their sponsors, unless a text is.
    "en": (
        r"sponsored(?:[^\pL ]|$)", r"sponsored (?:[ac-z]|b[a-xz])\pL*",
        r"(?:post|article|review|content|story|video) (?:is |was )?sponsored",
        r"advertorials?", r"paid (?:post|content|partnership|placement|promotion|link|review|article|feature)s?",
        r"partner(?:ed)? (?:content|post)s?", r"promoted (?:post|content|story)s?", r"branded content",
        r"paid advertisement", r"affiliate links?",
    ),
    "de": (
        r"anzeige", r"werbung", r"gesponsert(?:e|er|es)?", r"bezahlte[rs]? (?:partnerschaft|beitrag|artikel|inhalt)",
        r"werbebeitrag", r"publireportage",
    ),
    "fr": (
        r"publicité", r"sponsorisée?s?", r"publi-?(?:reportage|rédactionnel|communiqué)",
        r"partenariat rémunéré", r"contenu partenaire",
    ),
    "es": (
        r"publicidad", r"(?:contenido|artículo|post|enlace) patrocinado", r"publirreportaje", r"colaboración pagada",
    ),
    "it": (r"(?:contenuto|articolo|post|link) sponsorizzato", r"pubbliredazionale", r"informazione pubblicitaria"),
    "pt": (r"publicidade", r"(?:conteúdo|artigo|post) patrocinado", r"publieditorial", r"parceria paga"),
    "nl": (r"advertentie", r"gesponsorde?", r"betaalde (?:samenwerking|partnerschap)"),
    "pl": (r"(?:artykuł|materiał|wpis) sponsorowany", r"materiał partnera", r"reklama"),
    "ru": (r"на правах рекламы", r"реклама", r"партн[её]рский материал"),
    "tr": (r"sponsorlu", r"reklam", r"tanıtım yazısı"),
    "sv": (r"annons", r"sponsrat", r"betalt samarbete"),
    "da": (r"annonce", r"sponsoreret", r"betalt samarbejde"),
    "cs": (r"reklama", r"komerční sdělení", r"placená spolupráce"),
    "ja": (r"広告", r"スポンサー記事", r"PR記事"),
    "zh": (r"广告", r"廣告", r"赞助内容"),
    "ko": (r"광고", r"협찬"),
}  # fmt: skip

#: Places that take articles or links from anybody, or sell them.
_OFFERED = {
    "en": (
        r"write for us", r"guest[ -]?post(?:s|ing)?",
        r"submit (?:an?|your) (?:guest )?(?:article|post|story|link|site|url)", r"become a (?:guest )?contributor",
        r"contribute (?:an article|to our blog)", r"advertise (?:here|with us|on this)",
        r"(?:buy|sell|rent|order|purchase) (?:quality |cheap |dofollow )?(?:back)?links", r"(?:back)?links? for sale",
        r"link[ -]?building (?:service|package)s?", r"(?:add|submit) your (?:site|website|link|url)",
    ),
    "de": (
        r"gast(?:beitrag|beiträge|artikel)", r"gastautor(?:en|in|innen)? (?:werden|gesucht)", r"artikel einreichen",
        r"hier werben", r"backlinks? kaufen", r"schreiben sie für uns", r"schreib für uns",
    ),
    "fr": (
        r"article invité", r"écri(?:re|vez) pour nous", r"(?:proposer|soumettre) un article",
        r"acheter des (?:back)?liens",
    ),
    "es": (r"escrib[ea] para nosotros", r"(?:artículo|post) invitado", r"enviar (?:un )?artículo", r"comprar enlaces"),
    "it": (r"scrivi per noi", r"articolo ospite", r"comprare (?:back)?link"),
    "pt": (r"escreva para nós", r"(?:artigo|post) convidado", r"comprar (?:back)?links"),
    "nl": (r"schrijf voor ons", r"gast(?:blog|artikel)", r"(?:back)?links kopen"),
    "pl": (r"napisz dla nas", r"(?:wpis|artykuł) gościnny", r"kup linki"),
    "ru": (r"пишите для нас", r"гостевой пост", r"купить ссылки"),
    "tr": (r"bizim için yaz(?:ın)?", r"konuk yazar(?:lık)?", r"backlink satın al"),
    "sv": (r"skriv för oss", r"gäst(?:inlägg|blogg)"),
}  # fmt: skip

#: What stands about the author of an article.
_AUTHOR = {
    "en": (
        r"about the author", r"author bio", r"guest (?:author|writer|contributor|blogger)",
        r"is an? (?:\pL+ ){0,2}(?:writer|blogger|copywriter|content creator)",
        r"freelance (?:writer|journalist|blogger)", r"contributing (?:writer|author)",
        r"(?:he|she|they) (?:blogs?|writes?) (?:about|for|at|on)",
    ),
    "de": (
        r"über (?:den autor|die autorin)", r"gastautor(?:in)?", r"freier? (?:autor|journalist|texter)(?:in)?",
    ),
    "fr": (
        r"à propos de l['’]auteure?", r"auteure? invitée?", r"rédac(?:teur|trice) (?:invitée?|indépendante?|web)",
    ),
    "es": (r"sobre (?:el autor|la autora)", r"autora? invitad[oa]", r"redactora? (?:freelance|independiente)"),
    "it": (r"(?:sull['’]|informazioni sull['’])autore", r"autore ospite", r"(?:scrittore|redattore) freelance"),
    "pt": (r"sobre (?:o autor|a autora)", r"autora? convidad[oa]", r"redatora? freelancer?"),
    "nl": (r"over de auteur", r"gast(?:auteur|blogger)", r"freelance (?:schrijver|journalist)"),
    "pl": (r"o autor(?:ze|ce)", r"autor gościnny"),
    "ru": (r"об авторе", r"приглаш[её]нный автор"),
    "tr": (r"yazar hakkında", r"konuk yazar"),
    "sv": (r"om författaren", r"gäst(?:skribent|bloggare)"),
}  # fmt: skip

#: What names the maker, the designer or the system of a site.
_CREDIT = {
    "en": (
        r"(?:(?:web ?)?site|theme|template|(?:web ?)?design|designed|development|developed|built|crafted|created"
        r"|powered|hosted|hosting)(?: (?:&|and) \pL+)? by",
    ),
    "de": (
        r"(?:web-?design|gestaltung|umsetzung|realisierung|programmierung|hosting)(?: (?:&|und) \pL+)?"
        r"(?: von| durch|:)",
        r"(?:betrieben|erstellt|realisiert) (?:mit|von|durch)",
    ),
    "fr": (r"(?:site )?(?:réalisé|créé|conçu|propulsé) par", r"(?:réalisation|création|conception)(?: du site)? ?:"),
    "es": (r"diseño (?:web )?(?:de|por)", r"(?:diseñado|desarrollado|creado) por", r"funciona con"),
    "it": (r"(?:realizzato|sviluppato|creato) da", r"sito (?:web )?(?:di|realizzato da)"),
    "pt": (r"(?:desenvolvido|criado|produzido) por",),
    "nl": (r"(?:ontwerp|website|gebouwd|gemaakt|webdesign) door",),
    "pl": (r"(?:projekt|realizacja|wykonanie)(?: strony)? ?:", r"(?:stworzone|wspierane) przez"),
    "sv": (r"(?:webbplats|design) av",),
}  # fmt: skip

_TABLES = {DISCLOSED: _DISCLOSED, OFFERED: _OFFERED, AUTHOR: _AUTHOR, CREDIT: _CREDIT}
#: Scripts that set no blanks between words.
_UNSPACED = ("ja", "zh", "ko")


def pattern(*bits: int) -> str:
    """An RE2 pattern that finds a phrase of any of these kinds."""
    spaced: list[str] = []
    free: list[str] = []
    for bit in bits:
        for language, entries in _TABLES[bit].items():
            (free if language in _UNSPACED else spaced).extend(entries)
    whole = rf"(?:^|[^\pL])(?:{'|'.join(dict.fromkeys(spaced))})(?:$|[^\pL])"
    return "(?i)" + "|".join([whole, *dict.fromkeys(free)])


def words_sql(text: str) -> str:
    """SQL for the bits of ``Links.words`` that a text (an SQL expression, perhaps NULL) says."""

    def found(*bits: int) -> str:
        quoted = pattern(*bits).replace("'", "''")
        return f"regexp_matches({text}, '{quoted}')"

    # Nearly all texts say nothing: one pass rules them out.
    each = " + ".join(f"CASE WHEN {found(bit)} THEN {bit} ELSE 0 END" for bit in _TABLES)
    return f"CASE WHEN {text} IS NULL OR NOT {found(*_TABLES)} THEN 0 ELSE {each} END"
