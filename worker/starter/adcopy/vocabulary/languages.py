"""German, French and Spanish: what the model needs for short slogans and headlines. Products are plurals and mass
nouns only, so that no article is needed: each is the English noun, then the noun itself and its class (``m``,
``f``, ``n``: a mass noun of that gender; ``M``, ``F``: a plural)."""

from __future__ import annotations

from dataclasses import dataclass

from worker.starter.adcopy.vocabulary.category import split


@dataclass(frozen=True)
class Noun:
    """A product in English and in the language; ``noun_class`` decides the endings of its adjectives."""

    english: str
    word: str
    noun_class: str


@dataclass(frozen=True)
class Language:
    """Words of one language. ``adjectives`` hold the forms of every noun class; patterns use the slots of
    ``translated``."""

    name: str
    nouns: tuple[Noun, ...]
    adjectives: tuple[dict[str, str], ...]
    moments: tuple[str, ...]
    values: tuple[str, ...]
    closers: tuple[str, ...]
    calls: tuple[str, ...]
    slogans: tuple[str, ...]
    headlines: tuple[str, ...]
    prompts: tuple[str, ...]
    kind_names: dict[str, tuple[str, ...]]


def _nouns(listed: str) -> tuple[Noun, ...]:
    return tuple(Noun(*(part.strip() for part in entry.split(","))) for entry in split(listed))


def _german_adjective(stem: str) -> dict[str, str]:
    return {"m": f"{stem}er", "f": f"{stem}e", "n": f"{stem}es", "M": f"{stem}e", "F": f"{stem}e", "plain": stem}


def _french_adjective(pair: str) -> dict[str, str]:
    masculine, feminine = pair.split("/")
    return {"m": masculine, "f": feminine, "M": f"{masculine}s", "F": f"{feminine}s"}


def _spanish_adjective(pair: str) -> dict[str, str]:
    masculine, feminine = pair.split("/")
    ending = "s" if masculine[-1] in "aeo" else "es"
    return {"m": masculine, "f": feminine, "M": f"{masculine}{ending}", "F": f"{feminine}{ending}"}


GERMAN = Language(
    name="German",
    nouns=_nouns("""
        coffee, Kaffee, m; tea, Tee, m; chocolate, Schokolade, f; sourdough bread, Sauerteigbrot, n; honey, Honig,
        m; cheese, Käse, m; lemonade, Limonade, f; ice cream, Eis, n; olive oil, Olivenöl, n; pasta, Pasta, f;
        pizza, Pizza, f; cookies, Kekse, M; sneakers, Sneaker, M; boots, Stiefel, M; backpacks, Rucksäcke, M;
        watches, Uhren, F; sunglasses, Sonnenbrillen, F; jeans, Jeans, F; coats, Mäntel, M; headphones, Kopfhörer,
        M; laptops, Laptops, M; cameras, Kameras, F; sofas, Sofas, M; mattresses, Matratzen, F; desks,
        Schreibtische, M; candles, Kerzen, F; blankets, Decken, F; shampoo, Shampoo, n; soap, Seife, f; perfume,
        Parfüm, n; bicycles, Fahrräder, M; e-bikes, E-Bikes, M; tents, Zelte, M; dog food, Hundefutter, n; toys,
        Spielzeug, n; notebooks, Notizbücher, M; books, Bücher, M; hotels, Hotels, M; flowers, Blumen, F; electric
        cars, Elektroautos, M"""),
    adjectives=tuple(
        map(
            _german_adjective,
            split("frisch; fein; gut; echt; leicht; ehrlich; neu; klug; schön; stark; schlicht; zeitlos"),
        )
    ),
    moments=split(
        """jeden Tag; lange Abende; kleine Pausen; dein Zuhause; Familie und Freunde; den Feierabend; das Wochenende; große
        Träume; den ersten Sonnenstrahl; besondere Momente; alle Tage"""
    ),
    values=split("Charakter; Herz; Freude; Stil; Qualität; Gefühl; Liebe; Leichtigkeit; Ruhe; Schwung"),
    closers=split(
        """Einfach gut; Mehr braucht es nicht; Das Leben kann so schön sein; Für alle, die genau hinsehen; Mach es dir
        schön; Gönn dir das Beste; Gut gemacht; Dein Tag wird besser; Weil du es liebst; Da steckt alles drin; Anders,
        aber richtig; So geht gute Laune; Jetzt erst recht"""
    ),
    calls=split(
        """Jetzt entdecken; Probier es aus; Komm vorbei; Hol es dir; Heute noch bestellen; Lass dich überraschen"""
    ),
    slogans=(
        "{brand}. {closer}.",
        "{brand}. {Adj_noun} für {moment}.",
        "{brand}: {noun} mit {value}.",
        "{closer}. {brand}.",
        "{noun} von {brand}. {closer}.",
        "Mehr {value} für {moment}. {brand}.",
        "Für {moment}: {noun} von {brand}.",
        "{brand}. {Adj}, {adj2}, {brand}.",
        "Wenn {noun}, dann {brand}.",
        "{brand}. {value} trifft {value2}.",
        "{noun}, wie du {pronoun} liebst. {brand}.",
        "{Adj_noun}? {brand}!",
    ),
    headlines=(
        "{Adj_noun} von {brand}: für {moment}",
        "Neu von {brand}: {noun} mit {value}",
        "Endlich: {adj_noun} von {brand}",
        "{value} für {moment}: {noun} von {brand}",
        "Entdecke {noun} von {brand}",
        "{brand} bringt {value} in {moment}",
        "Warum {noun} von {brand}? {closer}",
        "{noun} mit {value} und {value2}, nur von {brand}",
        "{closer}: {noun} von {brand}",
    ),
    prompts=(
        "Schreibe {article} {kind} für {noun} von {brand}",
        "{kind} für {noun} von {brand}",
        "Schreib mir {article} {kind} für {noun}, Marke {brand}",
        "Ich brauche {article} {kind} für {brand} {noun}",
        "{kind}: {noun}, {brand}",
    ),
    kind_names={
        "slogan": ("Slogan", "Werbespruch", "Slogan"),
        "headline": ("Titel", "Werbetitel"),
        "article": ("einen",),
    },
)

FRENCH = Language(
    name="French",
    nouns=_nouns("""
        coffee, café, m; tea, thé, m; chocolate, chocolat, m; honey, miel, m; cheese, fromage, m; lemonade,
        limonade, f; jam, confiture, f; ice cream, glace, f; cookies, biscuits, M; croissants, croissants, M;
        sneakers, baskets, F; boots, bottes, F; backpacks, sacs à dos, M; watches, montres, F; sunglasses, lunettes
        de soleil, F; dresses, robes, F; coats, manteaux, M; headphones, casques audio, M; cameras, caméras, F;
        sofas, canapés, M; mattresses, matelas, M; desks, bureaux, M; candles, bougies, F; blankets, couvertures, F;
        shampoo, shampoing, m; soap, savon, m; perfume, parfum, m; bicycles, vélos, M; tents, tentes, F; toys,
        jouets, M; notebooks, carnets, M; books, livres, M; flowers, fleurs, F; electric cars, voitures électriques,
        F; lamps, lampes, F; plants, plantes, F; bread, pain, m; soup, soupe, f"""),
    adjectives=tuple(
        map(
            _french_adjective,
            split(
                """élégant/élégante; parfait/parfaite; simple/simple; naturel/naturelle; unique/unique; moderne/moderne;
        authentique/authentique; raffiné/raffinée; léger/légère; sincère/sincère"""
            ),
        )
    ),
    moments=split(
        """chaque jour; vos soirées; toute la famille; le week-end; les petits bonheurs; vos matins; les grandes occasions;
        la vie de tous les jours; les rêveurs; vos plus beaux moments"""
    ),
    values=split("cœur; style; caractère; passion; simplicité; tendresse; plaisir; douceur; fougue; fantaisie"),
    closers=split(
        """Tout simplement; La vie en mieux; Le goût des belles choses; Faites-vous plaisir; Rien de plus, rien de moins;
        Osez la différence; Un peu de bonheur chaque jour; L'essentiel est là; Bien plus qu'une envie; Le bonheur
        commence ici; À vivre sans attendre; Comme vous l'aimez"""
    ),
    calls=split(
        """Découvrez maintenant; Essayez dès aujourd'hui; Venez nous voir; Laissez-vous tenter; À vous de jouer"""
    ),
    slogans=(
        "{brand}. {closer}.",
        "{brand}. {Noun_adj} pour {moment}.",
        "{brand} : {noun} avec {value}.",
        "{closer}. {brand}.",
        "{Noun} {brand}. {closer}.",
        "Plus de {value} pour {moment}. {brand}.",
        "Pour {moment} : {noun} {brand}.",
        "{brand}. Un peu de {value}, beaucoup de {value2}.",
        "{brand}, {value} et {value2}.",
        "{Noun} {brand} : {moment}, tout simplement.",
    ),
    headlines=(
        "{Noun_adj} pour {moment} : {brand}",
        "Nouveau chez {brand} : {noun_adj}",
        "{brand} : {noun_adj}, {value} en plus",
        "{Noun} {brand} : {value} et {value2}",
        "Enfin : {noun_adj} signé {brand}",
        "{brand} présente : {noun_adj}",
        "{Noun} {brand} pour {moment}",
        "{closer} : {noun} {brand}",
    ),
    prompts=(
        "Écris {article} {kind} pour {noun} {brand}",
        "Écrivez {article} {kind} pour la marque {brand} ({noun})",
        "{kind} pour {noun} {brand}",
        "Propose {article} {kind} pour {noun} de {brand}",
        "{kind} : {noun}, {brand}",
    ),
    kind_names={"slogan": ("slogan",), "headline": ("titre", "titre publicitaire"), "article": ("un",)},
)

SPANISH = Language(
    name="Spanish",
    nouns=_nouns("""
        coffee, café, m; tea, té, m; chocolate, chocolate, m; bread, pan, m; honey, miel, f; cheese, queso, m;
        lemonade, limonada, f; ice cream, helado, m; olive oil, aceite de oliva, m; pasta, pasta, f; pizza, pizza,
        f; cookies, galletas, F; sneakers, zapatillas, F; boots, botas, F; backpacks, mochilas, F; watches, relojes,
        M; sunglasses, gafas de sol, F; dresses, vestidos, M; coats, abrigos, M; headphones, auriculares, M;
        cameras, cámaras, F; sofas, sofás, M; mattresses, colchones, M; desks, escritorios, M; candles, velas, F;
        blankets, mantas, F; shampoo, champú, m; soap, jabón, m; perfume, perfume, m; bicycles, bicicletas, F;
        tents, tiendas de campaña, F; toys, juguetes, M; notebooks, cuadernos, M; books, libros, M; flowers, flores,
        F; electric cars, coches eléctricos, M; lamps, lámparas, F; plants, plantas, F; hotels, hoteles, M; soup,
        sopa, f"""),
    adjectives=tuple(
        map(
            _spanish_adjective,
            split(
                """auténtico/auténtica; perfecto/perfecta; único/única; moderno/moderna; natural/natural; elegante/elegante;
        sencillo/sencilla; ligero/ligera; suave/suave; bonito/bonita"""
            ),
        )
    ),
    moments=split(
        """cada día; tus mañanas; toda la familia; el fin de semana; los grandes momentos; tus ratos libres; los que
        sueñan; quienes disfrutan; tu casa; las noches de verano"""
    ),
    values=split("corazón; estilo; carácter; pasión; alma; calidad; cariño; alegría; calma; ilusión"),
    closers=split(
        """Así de simple; La vida sabe mejor; Hecho para ti; Date un gusto; Nada más, nada menos; Atrévete a más; Un poco
        de alegría cada día; Lo bueno empieza aquí; Como a ti te gusta; Siente la diferencia; Porque sí; Lo mejor está
        por llegar; Vive a tu manera"""
    ),
    calls=split("Descúbrelo hoy; Pruébalo ya; Ven a vernos; Pídelo ahora; Déjate sorprender"),
    slogans=(
        "{brand}. {closer}.",
        "{brand}. {Noun_adj} para {moment}.",
        "{brand}: {noun} con {value}.",
        "{closer}. {brand}.",
        "{Noun} {brand}. {closer}.",
        "Más {value} para {moment}. {brand}.",
        "Para {moment}: {noun} {brand}.",
        "{brand}. Un poco de {value}, mucho de {value2}.",
        "{brand}, {value} y {value2}.",
        "Piensa en {noun}, piensa en {brand}.",
    ),
    headlines=(
        "{Noun_adj} para {moment}: {brand}",
        "Lo nuevo de {brand}: {noun_adj}",
        "{brand}: {noun_adj} con {value}",
        "{Noun} {brand}: {value} y {value2}",
        "Por fin: {noun_adj} de {brand}",
        "Descubre {noun} con {value}, de {brand}",
        "{Noun} {brand} para {moment}",
        "{closer}: {noun} {brand}",
    ),
    prompts=(
        "Escribe {article} {kind} para {noun} de {brand}",
        "{kind} para {noun} de {brand}",
        "Crea {article} {kind} para la marca {brand} ({noun})",
        "Necesito {article} {kind} para {noun} {brand}",
        "{kind}: {noun}, {brand}",
    ),
    kind_names={"slogan": ("eslogan", "lema"), "headline": ("titular", "título"), "article": ("un",)},
)

LANGUAGES = (GERMAN, FRENCH, SPANISH)
