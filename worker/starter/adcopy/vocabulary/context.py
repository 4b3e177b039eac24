"""What a prompt may add to a product: an audience, an occasion, an offer, a feature to mention; and brand names."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import split

AUDIENCES = split("""
    students; busy parents; runners; travelers; small teams; night owls; early birds; dog owners; first-time buyers;
    gamers; cyclists; home cooks; city people; freelancers; teachers; musicians; gardeners; newlyweds; grandparents;
    teenagers; nurses; startups; remote workers; book lovers; coffee lovers; athletes; beginners; collectors; young
    families; retirees; commuters; designers; photographers; office workers; new parents; weekend warriors;
    minimalists; foodies; hikers; dreamers; shift workers; artists; kids; pet owners; engineers; small businesses;
    tourists; vegetarians; bakers; college graduates""")

OCCASIONS = split("""
    spring; summer; fall; winter; the holidays; Christmas; Valentine's Day; Mother's Day; Father's Day; Halloween;
    Easter; New Year; back to school; Black Friday; the weekend; Thanksgiving; graduation; wedding season""")

OFFERS = split("""
    20% off; 10% off; 30% off; a half-price deal; free delivery; a free trial; a two-for-one deal; free returns; a
    free gift; 15% off; 50% off; a 30-day guarantee; free samples; 25% off; early access; a student discount; 40%
    off; no setup fee; $5 off; a first month free""")

FEATURES = split("""
    vegan; handmade; organic; sustainable; locally made; recyclable; plastic-free; carbon-neutral; fair trade;
    family-owned; limited edition; made to order; easy to use; brand new; affordable; gluten-free; child-friendly;
    ready to go; open to everyone; eco-friendly; women-owned; award-winning; custom-made; durable; energy-saving""")

# Feature words that are untrue or odd for most categories are only asked for where they fit.
EDIBLE_FEATURES = frozenset({"vegan", "gluten-free", "organic"})
MADE_THING_FEATURES = frozenset(
    {
        "handmade",
        "recyclable",
        "plastic-free",
        "custom-made",
        "made to order",
        "limited edition",
        "durable",
        "energy-saving",
    }
)

SYLLABLES = split("""
    zor; vi; na; lu; mo; ka; ri; ben; to; fa; del; mi; sol; ar; ven; ti; qua; no; pel; sa; lin; dor; ex; ho; ra;
    bri; ju; el; tam; os; pi; ke; gra; fen; wo; ax; ly; cru; sha; bel; ny; tro; gle; mar; ix; ur; em; hy; ja; yo;
    ple; sten; ova; ique; ero; ith; ack; und; ba; ce; da; fi; ga; hu; il; ko; le; me; ne; ob; pu; qui; ro; se; ta;
    ul; ve; wi; xa; yu; zi; cha; dra; fle; gri; kno; sle; spi; thu; vo; wre; oo; ea; ami; eno; ulu; att; ell; onn;
    irr; uss""")

NAME_WORDS = split("""
    Copper; Fox; North; Pine; River; Luna; Bright; Leaf; Sunny; Hollow; Blue; Heron; Wild; Oak; Silver; Stone;
    Golden; Acre; Urban; Nest; Green; Door; Little; Bear; Paper; Moon; Red; Barn; Lark; Willow; Iron; Harbor;
    Velvet; Fern; Maple; Street; Atlas; Ember; Juniper; Field; Salt; Sky; Cedar; Lane; True; Honest; Grand; Nova;
    Summit; Bay; Clear; Brook; Happy; Otter; Nordic; Coast; Crown; Mill; Apex; Orbit; Pixel; Cloud; Peak; Echo;
    Swift; Owl; Amber; Sparrow; Magnolia; Frost; Vista""")

SURNAMES = split("""
    Marlow; Hansen; Okafor; Bianchi; Keller; Dubois; Ortega; Novak; Lindqvist; Tanaka; Patel; Murphy; Rossi; Weber;
    Silva; Castillo; Petrov; Nakamura; Moreau; Schneider; Alvarez; Kowalski; Haddad; Brennan; Fischer; Laurent;
    Romero; Walsh""")

NAME_ENDINGS = split(
    "Co.; & Sons; Studio; Labs; Market; House; Works; Supply; Club; Goods; Farms; Home; Group; & Co.; Bros"
)
