"""Word tables for anchor classes, a language a row. Editing them changes classes, not code.

``GENERIC`` holds whole anchors that say nothing of where they lead; an anchor is compared
after folding case, width and punctuation. ``COMMERCIAL`` holds words that mark an offer to
buy, and the trades in which anchors are sold; they are looked for as runs of words.
``COMMON`` holds words too frequent to be a topic or a brand.
"""

from __future__ import annotations

GENERIC: dict[str, tuple[str, ...]] = {
    "en": (
        "click here", "click", "here", "this", "link", "this link", "read more", "more", "read on",
        "read the rest", "continue reading", "learn more", "find out more", "more info",
        "more information", "info", "details", "more details", "see more", "view more", "view",
        "see here", "see", "website", "site", "web site", "web", "homepage", "home page", "home", "page",
        "this page", "this site", "this website", "this article", "article", "this post", "post", "blog",
        "source", "sources", "via", "reference", "original", "original article", "full article",
        "full story", "read", "read article", "read this", "visit", "visit site", "visit website",
        "visit us", "visit page", "official site", "official website", "go", "go here", "go to site",
        "go to website", "check it out", "check this out", "check out", "try it", "try it here",
        "get it here", "download", "download here", "open", "share", "next", "previous", "back", "url",
        "permalink", "link here", "external link", "www", "http", "https", "start", "demo", "docs",
        "documentation", "start here", "his website", "her website", "their website", "our website",
        "my website", "my site", "my blog", "author website",
        # What menus say of a site's own services.
        "help", "help center", "help centre", "contact us", "subscribe", "faq", "terms of service", "terms of use",
        "privacy policy", "cookie policy", "log in", "sign in", "sign up", "about us", "follow us", "advertise with us",
        "media kit",
        # What credits say: who made a site, or with what.
        "powered by", "web design", "webdesign", "website design", "site design", "design", "theme", "wordpress theme",
        "site by", "website by", "design by", "designed by", "web design by", "website design by", "theme by",
        "developed by", "built with", "made with", "created with", "hosted by", "hosting by", "template", "template by",
        "free template", "website templates", "wordpress", "proudly powered by wordpress",
    ),
    "de": (
        "hier", "hier klicken", "klicken sie hier", "klick hier", "klick", "mehr", "mehr lesen",
        "weiterlesen", "weiter", "weiter lesen", "mehr erfahren", "mehr infos", "mehr informationen",
        "zur webseite", "zur website", "zur seite", "webseite", "seite", "diese seite", "quelle",
        "startseite", "zum artikel", "artikel", "zum shop", "link", "zur homepage", "homepage",
        "details", "herunterladen", "ansehen", "erstellt von", "umsetzung", "realisierung", "wordpress-theme",
    ),
    "fr": (
        "ici", "cliquez ici", "cliquer ici", "lire la suite", "la suite", "en savoir plus", "plus",
        "plus d'infos", "plus d'informations", "voir", "voir plus", "voir le site", "site", "site web",
        "le site", "ce site", "site officiel", "lien", "ce lien", "source", "accueil", "l'article",
        "article", "lire", "lire l'article", "lire plus", "télécharger", "suite", "découvrir", "réalisé par",
        "création de site", "thème wordpress", "propulsé par",
    ),
    "es": (
        "aquí", "aqui", "haz clic aquí", "haga clic aquí", "clic aquí", "pincha aquí", "leer más", "más",
        "más información", "más info", "saber más", "ver más", "ver", "sitio", "sitio web", "página",
        "página web", "web", "web oficial", "sitio oficial", "enlace", "este enlace", "fuente", "inicio",
        "leer", "leer artículo", "seguir leyendo", "continuar leyendo", "descargar", "artículo", "diseño web",
        "tema wordpress", "desarrollado por", "creado por",
    ),
    "it": (
        "qui", "clicca qui", "cliccare qui", "leggi tutto", "leggi di più", "leggi",
        "continua a leggere", "continua", "scopri di più", "scopri", "maggiori informazioni",
        "ulteriori informazioni", "sito", "sito web", "sito ufficiale", "il sito", "link", "fonte",
        "vai al sito", "visita il sito", "articolo", "altro", "pagina", "scarica", "approfondisci",
    ),
    "pt": (
        "aqui", "clique aqui", "leia mais", "ler mais", "saiba mais", "saber mais", "mais",
        "mais informações", "veja mais", "ver mais", "veja aqui", "site", "site oficial", "página",
        "página oficial", "link", "este link", "fonte", "continue lendo", "continuar lendo", "leia",
        "acesse", "acesse aqui", "baixar", "visite o site", "início",
    ),
    "nl": (
        "hier", "klik hier", "lees meer", "lees verder", "verder lezen", "meer", "meer info",
        "meer informatie", "meer weten", "website", "site", "deze site", "naar de website",
        "bezoek website", "bezoek de website", "link", "deze link", "bron", "bekijk", "bekijk hier",
        "pagina", "artikel", "downloaden",
    ),
    "pl": (
        "tutaj", "tu", "kliknij tutaj", "kliknij", "kliknij tu", "czytaj więcej", "czytaj dalej",
        "więcej", "więcej informacji", "dowiedz się więcej", "zobacz", "zobacz więcej", "sprawdź",
        "strona", "strona www", "strona internetowa", "na stronie", "link", "źródło", "artykuł",
        "pobierz", "przejdź",
    ),
    "sv": (
        "här", "klicka här", "läs mer", "läs vidare", "mer", "mer info", "mer information", "hemsida",
        "webbplats", "webbsida", "länk", "källa", "sida", "besök", "se mer", "artikel",
    ),
    "da": (
        "her", "klik her", "læs mere", "læs videre", "mere", "mere info", "hjemmeside", "webside",
        "kilde", "besøg", "se mere", "se her", "link", "artikel",
    ),
    "nb": (
        "her", "klikk her", "les mer", "les videre", "mer", "mer info", "hjemmeside", "nettside",
        "nettsted", "kilde", "lenke", "se mer", "se her", "artikkel",
    ),
    "fi": (
        "tästä", "tässä", "täällä", "klikkaa tästä", "klikkaa", "lue lisää", "lisää", "lisätietoja",
        "kotisivu", "kotisivut", "verkkosivu", "sivusto", "linkki", "lähde", "katso", "katso lisää",
    ),
    "cs": (
        "zde", "tady", "klikněte zde", "klikni zde", "více", "více informací", "číst dále", "čtěte více",
        "celý článek", "odkaz", "zdroj", "stránka", "stránky", "web", "webové stránky", "domů", "článek",
    ),
    "hu": (
        "itt", "ide", "ide kattintva", "kattintson ide", "kattints ide", "tovább", "bővebben", "több",
        "részletek", "weboldal", "honlap", "forrás", "oldal", "link", "cikk",
    ),
    "ro": (
        "aici", "click aici", "apasă aici", "citește mai mult", "citește", "mai mult", "mai multe",
        "detalii", "află mai multe", "site", "pagina", "sursa", "sursă", "articol",
    ),
    "tr": (
        "burada", "buraya", "tıklayın", "buraya tıklayın", "tıkla", "devamı", "devamını oku",
        "daha fazla", "daha fazla bilgi", "web sitesi", "site", "sitesi", "bağlantı", "kaynak",
        "ayrıntılar", "oku",
    ),
    "ru": (
        "здесь", "тут", "сюда", "нажмите здесь", "жми сюда", "кликните здесь", "читать далее", "далее",
        "читать", "подробнее", "узнать больше", "узнать подробнее", "ещё", "еще", "больше", "сайт",
        "на сайте", "на сайт", "официальный сайт", "перейти", "перейти на сайт", "ссылка", "по ссылке",
        "источник", "страница", "главная", "статья", "скачать", "смотреть",
    ),
    "uk": (
        "тут", "натисніть тут", "читати далі", "далі", "детальніше", "докладніше", "більше", "сайт",
        "на сайті", "офіційний сайт", "посилання", "за посиланням", "джерело", "сторінка", "стаття",
        "перейти",
    ),
    "el": (
        "εδώ", "κάντε κλικ εδώ", "πατήστε εδώ", "διαβάστε περισσότερα", "περισσότερα", "συνέχεια",
        "ιστοσελίδα", "ιστότοπος", "σελίδα", "σύνδεσμος", "πηγή", "δείτε", "άρθρο", "λεπτομέρειες",
    ),
    "he": (
        "כאן", "לחץ כאן", "לחצו כאן", "קרא עוד", "קראו עוד", "עוד", "המשך", "אתר", "לאתר", "קישור",
        "מקור",
    ),
    "ar": (
        "هنا", "اضغط هنا", "انقر هنا", "اقرأ المزيد", "المزيد", "قراءة المزيد", "الموقع", "موقع", "رابط",
        "الرابط", "المصدر", "مصدر", "تابع القراءة", "تفاصيل",
    ),
    "fa": (
        "اینجا", "اینجا کلیک کنید", "کلیک کنید", "ادامه مطلب", "بیشتر", "بیشتر بخوانید", "منبع", "لینک",
        "سایت",
    ),
    "hi": (
        "यहाँ", "यहां", "यहाँ क्लिक करें", "यहां क्लिक करें", "और पढ़ें", "अधिक", "वेबसाइट", "लिंक",
        "स्रोत",
    ),
    "ja": (
        "こちら", "ここ", "こちらから", "ここをクリック", "こちらをクリック", "クリック", "続きを読む",
        "もっと見る", "もっと読む", "詳細", "詳細はこちら", "詳しくはこちら", "サイト", "公式サイト",
        "ウェブサイト", "ホームページ", "リンク", "出典", "参照", "ソース", "記事",
    ),
    "zh": (
        "这里", "這裡", "点击这里", "點擊這裡", "点击", "點擊", "点此", "阅读更多", "閱讀更多", "更多",
        "查看更多", "了解更多", "瞭解更多", "详情", "詳情", "查看详情", "网站", "網站", "官网", "官網",
        "官方网站", "官方網站", "链接", "鏈接", "連結", "来源", "來源", "原文", "原文链接", "首页",
        "首頁", "网址", "全文", "文章",
    ),
    "ko": (
        "여기", "여기를 클릭", "여기를 클릭하세요", "클릭", "더보기", "더 보기", "자세히", "자세히 보기",
        "더 읽기", "계속 읽기", "홈페이지", "웹사이트", "사이트", "공식 홈페이지", "링크", "출처",
        "바로가기",
    ),
    "vi": (
        "tại đây", "ở đây", "đây", "bấm vào đây", "nhấn vào đây", "xem thêm", "đọc thêm", "trang web",
        "nguồn",
    ),
    "id": (
        "di sini", "disini", "klik di sini", "klik disini", "baca selengkapnya", "selengkapnya",
        "baca juga", "lihat", "lihat selengkapnya", "situs", "situs web", "tautan", "sumber",
    ),
    "th": (
        "ที่นี่", "คลิกที่นี่", "คลิก", "อ่านต่อ", "อ่านเพิ่มเติม", "เพิ่มเติม", "เว็บไซต์", "ลิงก์",
        "ที่มา",
    ),
}  # fmt: skip

COMMERCIAL: dict[str, tuple[str, ...]] = {
    "en": (
        "buy", "cheap", "cheapest", "discount", "discounts", "coupon", "coupons", "promo code",
        "best price", "best prices", "lowest price", "for sale", "order online", "wholesale",
        "affordable", "low cost", "prices", "pricing", "near me", "free shipping", "replica", "replicas",
        "casino", "casinos", "poker", "slot", "slots", "betting", "sportsbook", "bookmaker", "gambling",
        "bingo", "loan", "loans", "payday", "mortgage", "mortgages", "credit card", "credit cards",
        "insurance", "viagra", "cialis", "pharmacy", "pills", "steroids", "cbd", "essay writing",
        "essay service", "escort", "escorts", "seo services", "seo service", "seo agency", "seo company",
        "backlinks", "web hosting", "vpn", "forex", "injury lawyer", "injury attorney", "plumbers near",
        "locksmith", "car rental", "rentals",
    ),
    "de": (
        "kaufen", "günstig", "günstige", "billig", "billige", "rabatt", "gutschein", "gutscheine",
        "angebot", "angebote", "preis", "preise", "preisvergleich", "bestellen", "online casino",
        "spielautomaten", "sportwetten", "wetten", "kredit", "kredite", "versicherung", "versicherungen",
        "schlüsseldienst", "anwalt", "apotheke", "rezeptfrei",
    ),
    "fr": (
        "acheter", "achat", "pas cher", "pas chère", "prix", "promo", "code promo", "soldes", "en vente",
        "à vendre", "meilleur prix", "devis", "casino en ligne", "paris sportifs", "crédit", "prêt",
        "assurance", "serrurier", "plombier", "avocat", "pharmacie",
    ),
    "es": (
        "comprar", "barato", "barata", "baratos", "baratas", "oferta", "ofertas", "precio", "precios",
        "descuento", "descuentos", "cupón", "en venta", "casino online", "casinos online", "apuestas",
        "tragaperras", "préstamo", "préstamos", "crédito", "seguro de", "seguros", "abogado", "abogados",
        "cerrajero", "farmacia",
    ),
    "it": (
        "comprare", "acquistare", "acquista", "economico", "economici", "prezzo", "prezzi", "offerta",
        "offerte", "sconto", "sconti", "in vendita", "preventivo", "casinò", "scommesse", "prestito",
        "prestiti", "mutuo", "assicurazione", "avvocato", "farmacia",
    ),
    "pt": (
        "comprar", "barato", "barata", "baratos", "preço", "preços", "desconto", "descontos", "cupom",
        "oferta", "ofertas", "à venda", "cassino", "apostas", "caça níqueis", "empréstimo",
        "empréstimos", "seguros", "advogado", "farmácia",
    ),
    "nl": (
        "kopen", "goedkoop", "goedkope", "korting", "kortingscode", "aanbieding", "aanbiedingen",
        "prijs", "prijzen", "te koop", "offerte", "gokken", "lening", "leningen", "hypotheek",
        "verzekering", "advocaat", "slotenmaker",
    ),
    "pl": (
        "kup", "kupić", "tani", "tanie", "tanio", "sklep", "cena", "ceny", "promocja", "rabat", "kasyno",
        "zakłady bukmacherskie", "bukmacher", "pożyczka", "pożyczki", "kredyt", "kredyty", "chwilówki",
        "ubezpieczenie", "adwokat",
    ),
    "sv": (
        "köp", "köpa", "billig", "billiga", "billigt", "rabatt", "rabattkod", "pris", "lån", "betting",
    ),
    "da": ("køb", "købe", "billig", "billige", "rabat", "rabatkode", "pris", "lån", "forsikring"),
    "nb": ("kjøp", "kjøpe", "billig", "billige", "rabatt", "rabattkode", "pris", "lån", "forsikring"),
    "fi": (
        "osta", "halpa", "halvat", "tarjous", "alennus", "alennuskoodi", "hinta", "kasino", "laina",
        "vedonlyönti",
    ),
    "cs": (
        "koupit", "levně", "levné", "levný", "sleva", "slevy", "cena", "ceny", "půjčka", "půjčky",
        "sázky",
    ),
    "hu": (
        "vásárlás", "olcsó", "akció", "kedvezmény", "kupon", "kaszinó", "hitel", "kölcsön", "biztosítás",
    ),
    "ro": (
        "cumpără", "ieftin", "ieftine", "reducere", "reduceri", "preț", "cazino", "pariuri", "credit",
        "asigurare",
    ),
    "tr": (
        "satın al", "ucuz", "indirim", "fiyat", "fiyatları", "fiyatı", "satılık", "bahis", "kumar",
        "kredi", "sigorta", "avukat", "escort", "çilingir",
    ),
    "ru": (
        "купить", "дешево", "дёшево", "недорого", "цена", "цены", "скидка", "скидки", "заказать",
        "продажа", "казино", "ставки", "букмекер", "займ", "займы", "кредит", "кредиты", "страхование",
        "адвокат", "раскрутка сайта", "продвижение сайта", "продвижение сайтов",
    ),
    "uk": (
        "купити", "дешево", "недорого", "ціна", "ціни", "знижка", "знижки", "замовити", "казино",
        "ставки", "кредит",
    ),
    "el": (
        "αγορά", "φθηνά", "φτηνά", "προσφορά", "προσφορές", "τιμή", "τιμές", "έκπτωση", "καζίνο",
        "στοίχημα", "δάνειο",
    ),
    "he": ("לקנות", "זול", "מבצע", "מחיר", "הלוואה", "הלוואות", "קזינו", "ביטוח"),
    "ar": ("شراء", "رخيص", "رخيصة", "خصم", "سعر", "أسعار", "للبيع", "كازينو", "قرض", "تأمين"),
    "fa": ("خرید", "ارزان", "تخفیف", "قیمت", "فروش", "کازینو", "شرط بندی", "وام", "بیمه"),
    "hi": ("खरीदें", "सस्ता", "सस्ते", "छूट", "कीमत", "ऋण", "बीमा"),
    "ja": (
        "購入", "通販", "格安", "激安", "安い", "最安値", "価格", "割引", "セール", "カジノ", "ローン",
        "保険",
    ),
    "zh": (
        "购买", "購買", "便宜", "优惠", "優惠", "折扣", "价格", "價格", "批发", "代写", "赌场", "賭場",
        "博彩", "娱乐城", "贷款", "貸款", "保险", "保險",
    ),
    "ko": ("구매", "저렴한", "최저가", "할인", "가격", "카지노", "바카라", "토토", "대출", "보험"),
    "vi": (
        "mua", "giá rẻ", "giảm giá", "khuyến mãi", "nhà cái", "cá cược", "sòng bạc", "vay tiền",
        "bảo hiểm",
    ),
    "id": (
        "beli", "murah", "diskon", "harga", "jual", "judi", "judi online", "slot gacor", "togel",
        "pinjaman", "asuransi",
    ),
    "th": ("ซื้อ", "ราคา", "ราคาถูก", "ส่วนลด", "คาสิโน", "บาคาร่า", "สล็อต", "แทงบอล", "สินเชื่อ"),
}  # fmt: skip

_COMMON: dict[str, str] = {
    "en": (
        "a an and are as at be by for from has have how in into is it its not of on or our that the "
        "their this to was we what when where which who why will with you your home welcome page "
        "about contact blog news index untitled new best top free com www http https html php"
    ),
    "de": (
        "der die das ein eine einen einem und oder im am zu zur zum mit von für auf ist sind nicht "
        "wie was wir"
    ),
    "fr": (
        "le la les un une des du de et ou en dans pour par sur avec est au aux que qui ce cette nous vous"
    ),
    "es": "el los las una unos y o del al con por para es su sus como qué",
    "it": "il lo gli uno di da nel nella della dei delle e per con su sono che come",
    "pt": "os as um uma do dos das no na nos nas em com não é",
    "nl": "het een van voor op met en te bij naar is zijn",
    "pl": "i w z na do o po za od się jest nie dla",
    "sv": "och att det som på av är den till",
    "nb": "og er til af på for med ikke",
    "fi": "ja on ei se että",
    "cs": "a v na se s z k že je",
    "hu": "az egy és a hogy",
    "ro": "si la de în cu pe",
    "tr": "ve bir bu için ile da de",
    "ru": "и в на с по не что как для от из у к за о а но это",
    "uk": "і й в на з по не що як для від до",
    "el": "και το η ο τα του της με για σε από στο στη",
    "he": "של את על עם לא זה",
    "ar": "من في على إلى عن مع هذا",
    "fa": "و در به از که این را با برای",
    "hi": "और के का की में से को है पर",
    "ja": "の に は を た が で て と し な い る",
    "zh": "的 了 在 是 我 有 和 就 不",
    "vi": "của và là các cho với trong",
    "id": "yang dan di ke dari untuk dengan ini itu",
}

COMMON: frozenset[str] = frozenset(word for text in _COMMON.values() for word in text.split())
