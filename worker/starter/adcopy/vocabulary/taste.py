"""Things to eat and drink, and the places that serve them."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import category

TASTE = (
    category(
        "hot drinks",
        products="""coffee~; espresso~; tea~; green tea~; matcha~; hot chocolate~; chai~; cold brew~; decaf coffee~;
            herbal tea~; coffee beans+; mint tea~""",
        adjectives="""smooth; rich; slow-roasted; bold; fragrant; velvety; honest; small-batch; mellow; full-bodied;
            aromatic; organic""",
        benefits="""wake* up your morning; turn* a break into a ritual; warm* both hands and both sides of the
            table; keep* the afternoon moving; make* the kitchen smell like home; start* conversations; taste* the
            same on a bad day; carry* you to lunch; give* slow mornings a reason""",
        moments="""early mornings; the quiet hour before everyone wakes; the first sip; rainy afternoons; late
            deadlines; a second cup; long talks; Monday""",
        values="flavor; warmth; aroma; calm; character; comfort",
        pains="yawning; bitterness; hurry; guesswork; morning fog",
        details="""roasted in small batches; blended by hand; picked at the right moment; packed the day it is
            ready; grown on family farms; tasted before it leaves us""",
        verbs="Sip; Pour; Taste; Brew",
        lines="""Morning has a new favorite; Good days start at the bottom of a warm cup; One cup, and the day makes
            sense; Wake up to something better; Slow down, it is still hot; The best meeting of your day; Small cup,
            big morning; A pause worth pouring; Your mug has been waiting""",
    ),
    category(
        "cold drinks",
        products="""lemonade~; sparkling water~; orange juice~; smoothies+; iced tea~; kombucha~; ginger beer~; oat
            milk~; coconut water~; apple cider~; energy drinks+; fruit juice~; tonic water~""",
        adjectives="""crisp; bright; zesty; cold-pressed; refreshing; light; fruity; tangy; lively; natural; fizzy;
            sun-ripened""",
        benefits="""cool* you down from the first sip; taste* like the first day of vacation; turn* a glass of ice
            into an event; refresh* without the sugar crash; bring* the garden to your glass; go* with every picnic;
            make* water look boring; lift* a slow afternoon""",
        moments="""hot afternoons; picnics in the park; long drives; the first warm day; lunch on the terrace; beach
            days; a break in the shade; game night""",
        values="freshness; sparkle; fruit; zest; summer; refreshment",
        pains="sugar; thirst; artificial flavors; flat soda; fuss",
        details="""pressed from whole fruit; bottled near the orchard; made without added sugar; served best
            ice-cold; mixed in small batches; full of real fruit""",
        verbs="Sip; Pour; Open; Chill",
        lines="""Summer comes in a bottle; Thirst never stood a chance; Squeeze the day; Cold outside, sunny inside;
            Refresh without regret; Ice in the glass, sun on your face; Every sip opens a window; The weather just
            got better""",
    ),
    category(
        "sweets and bakery",
        products="""sourdough bread~; chocolate~; cookies+; ice cream~; honey~; granola~; cupcakes+; croissants+;
            jam~; pancake mix~; popcorn~; birthday cakes+; caramel~; muffins+; peanut butter~; doughnuts+; macarons+""",
        adjectives="""buttery; golden; freshly baked; handmade; fluffy; sweet; wholesome; melt-in-your-mouth;
            homemade; decadent; crunchy; simple""",
        benefits="""turn* crumbs into memories; bring* everyone to the kitchen; taste* like a childhood summer;
            make* sharing difficult; sweeten* the whole afternoon; disappear* before the plate is down; reward* good
            behavior; make* breakfast worth getting up for""",
        moments="""breakfast in bed; birthdays; the four o'clock dip; family weekends; midnight snacks; coffee
            breaks; Sunday mornings; a rainy day""",
        values="sweetness; crunch; butter; joy; flavor; comfort",
        pains="guilt; additives; boring breakfasts; willpower; leftovers",
        details="""baked every morning; made from a short list of ingredients; stirred by hand; free of anything
            artificial; made with real butter; cooled on the windowsill""",
        verbs="Taste; Share; Bite into; Save room for",
        lines="""Life is better with crumbs; Save the last bite for yourself; Sweet is a serious business; Dessert
            first, questions later; Baked today, gone today; One more will not hurt; The good kind of Sunday; A
            little sweetness goes a long way""",
    ),
    category(
        "savory food",
        products="""pasta~; pizza~; olive oil~; hot sauce~; cheese~; ramen~; salad bowls+; soup~; tomato sauce~;
            burgers+; tacos+; crackers+; hummus~; meal kits+; tofu~; sandwiches+; frozen dumplings+; black pepper~""",
        adjectives="""hearty; fresh; hand-picked; slow-cooked; spicy; honest; sun-ripened; crispy; generous;
            wholesome; farm-fresh; savory""",
        benefits="""turn* dinner into an occasion; feed* the whole table; make* weeknights taste like weekends;
            save* you a trip to the store; bring* real flavor to a busy day; taste* like someone cooked for you all
            day; go* from kitchen to table in minutes; make* second helpings unavoidable""",
        moments="""busy weeknights; long tables; quick lunches; movie night; hungry families; late dinners; picnics;
            the day before payday""",
        values="flavor; goodness; freshness; spice; heart; appetite",
        pains="dishes; waiting; takeout regret; planning; bland food",
        details="""made from vegetables we know by name; cooked low and slow; ready in minutes; made by hand; full
            of honest ingredients; seasoned with care""",
        verbs="Taste; Share; Serve; Dig into",
        lines="""Dinner is the best part of the day; Hungry has met its match; Eat like you mean it; The table is
            set, the rest is easy; Seconds are expected; Cook less, taste more; Flavor does the talking; Bring your
            appetite""",
    ),
    category(
        "places to eat",
        products="""coffee shop; bakery; pizzeria; restaurant; food truck; juice bar; ice cream parlor; tea house;
            sushi bar; diner; burger joint; noodle bar; rooftop bar; bistro""",
        adjectives="""cozy; lively; sociable; welcoming; family-run; charming; sunlit; relaxed; modern; beloved;
            bustling; unpretentious""",
        benefits="""save* you a seat by the window; cook* what the market brings; remember* your usual; turn*
            strangers into regulars; make* lunch the best hour of the day; keep* the lights on late; treat* every
            guest like family; serve* plates worth crossing town for""",
        moments="""first dates; lazy brunches; lunch with friends; after-work dinners; family birthdays; a table for
            two; late-night cravings; Sunday brunch""",
        values="flavor; company; conversation; taste; atmosphere; welcome",
        pains="waiting; washing up; loneliness; boring lunches; empty plates",
        details="""open from breakfast to late; just around the corner; run by people who love food; known for
            generous plates; always worth the walk; full of good smells""",
        verbs="Visit; Taste; Discover; Step into",
        lines="""Your table is ready; Come hungry, leave happy; The kettle is on and the door is open; We cook, you
            linger; Home is where the menu is; Pull up a chair; Every plate tells you where it came from; Stay for
            one more bite""",
    ),
)
