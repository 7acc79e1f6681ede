"""The names of placement, continued: pairs of words, and words that change what others mean.

What single words stand for is in ``names.py``.
"""

from __future__ import annotations

from backlit.extract.names import words_of

#: Two words side by side that mean more together than each alone, in either order.
PAIRS = {
    "side bar": "sidebar",
    "side column": "sidebar",
    "side col": "sidebar",
    "side box": "sidebar",
    "side panel": "sidebar",
    "side content": "sidebar",
    "side nav": "sidebar",
    "side menu": "sidebar",
    "left nav": "sidebar",
    "left menu": "sidebar",
    "right nav": "sidebar",
    "right menu": "sidebar",
    "right side": "side?",
    "left side": "side?",
    "right column": "side?",
    "left column": "side?",
    "right col": "side?",
    "left col": "side?",
    "right bar": "sidebar",
    "left bar": "sidebar",
    "right content": "side?",
    "right section": "side?",
    "left section": "side?",
    "right region": "side?",
    "left region": "side?",
    "right wrap": "side?",
    "left wrap": "side?",
    "barra lateral": "sidebar",
    "colonna destra": "side?",
    "colonna sinistra": "side?",
    "columna derecha": "side?",
    "columna izquierda": "side?",
    "colonne droite": "side?",
    "colonne gauche": "side?",
    "rechte spalte": "side?",
    "linke spalte": "side?",
    "spalte rechts": "side?",
    "spalte links": "side?",
    "prawa kolumna": "side?",
    "lewa kolumna": "side?",
    "right panel": "side?",
    "left panel": "side?",
    "right rail": "sidebar",
    "left rail": "sidebar",
    "page bottom": "footer?",
    "bottom links": "footer?",
    "bottom nav": "footer?",
    "bottom menu": "footer?",
    "site info": "footer?",
    "site generator": "footer",
    "powered by": "footer?",
    "top bar": "header",
    "site title": "header",
    "site branding": "header",
    "page top": "header?",
    "tag cloud": "nav",
    "tag list": "nav",
    "skip link": "nav",
    "article tools": "nav",
    "story tools": "nav",
    "post tools": "nav",
    "page tools": "nav",
    "print tools": "nav",
    "article actions": "nav",
    "story actions": "nav",
    "post actions": "nav",
    "page actions": "nav",
    "quick links": "nav",
    "lang switch": "nav",
    "language switcher": "nav",
    "lang switcher": "nav",
    "of contents": "nav",
    "external links": "list",
    "link list": "list",
    "further reading": "list",
    "see also": "list",
    "related links": "list",
    "related articles": "list",
    "more stories": "list",
    "around web": "list",
    "auch interessant": "list",
    "lire aussi": "list",
    "leggi anche": "list",
    "leer tambien": "list",
    "czytaj tez": "list",
    "announcement bar": "header",
    "outdated browser": "header",
    "browser upgrade": "header",
    "browse happy": "header",
    "read also": "list",
    "search results": "list",
    "search result": "list",
    "recent comments": "side?",
    "recent comment": "side?",
    "latest comments": "side?",
    "last comments": "side?",
    "most commented": "side?",
    "neue kommentare": "side?",
    "letzte kommentare": "side?",
    "customer reviews": "comment",
    "user reviews": "comment",
    "review list": "comment",
}

#: Words before "header" or "footer" that say whose it is: a piece of the content's, not the page's.
PIECE_WORDS = words_of("""
    post entry article story section card panel item content news blog product event teaser listing
    module recipe review caption box block hentry accordion result profile question group tab table
    list widget modal comment print tile slide
    """)
#: Ids of a ``section`` that tell its place; others are made from its heading.
SECTION_IDS = words_of("""
    comments respond footer header sidebar nav content main primary secondary references bibliography
    see-also further-reading external-links related-links footnotes
    """)
#: Words of posts of others shown in the text.
EMBED_WORDS = frozenset({"embed", "embedded", "oembed", "tweet"})
#: Words that take the meaning from every other word of the class: it describes a state of the page.
STATE_WORDS = words_of("""
    has no with without not for enabled disabled layout style theme skin
    """)
#: Beside these, "comment" names a number or a control in the line below a title.
NEUTRAL_WORDS = words_of("""
    count counter num number link toggle icon btn button trigger open closed
    """)
#: Words of a column of the layout, of which the neighbours must say whether it is the narrow one.
COLUMN_WORDS = words_of("""
    right left side rechts derecha izquierda droite gauche destra sinistra direita esquerda prawa lewa
    prawy lewy vpravo vlevo onethird onesixth onefourth onequarter third quarter sixth narrow aux extra
    extras additional add secondary tertiary rr complementary promocolumn beta gamma
    """)
#: Beside these, "left" and "right" say where a thing floats, or how its text runs.
FLOAT_WORDS = words_of("""
    float floated floating pull push text align aligned margin padding border offset edge arrow
    scroll scroller slide slider
    """)
#: Before "comments" in one word, these name a box of the side column: ``recentcomments``.
NEWEST_WORDS = words_of("recent latest last newest new top letzte neueste ultimos derniers ostatnie")
#: Words of the line that says who wrote a piece, when nothing else in the class names a place.
AUTHOR_WORDS = words_of("author authors byline autor auteur autore")
