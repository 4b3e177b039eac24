"""Things for the house, the garden, children and animals."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import category

HOME = (
    category(
        "furniture",
        products="""sofa; mattress; desk; office chair; coffee table; bookshelf; bed frame; dining table; armchair;
            wardrobe; standing desk; wooden bench; rug; floor lamp; rocking chair; sideboard""",
        adjectives="""solid; generous; comfortable; well-made; sculpted; warm; modern; handcrafted; calm; simple;
            roomy; timeless""",
        benefits="""make* the room feel finished; invite* everyone to stay a little longer; give* you back your
            evenings; hold* up to real life; turn* a corner into a favorite place; look* right from every side;
            make* a small room feel bigger; grow* old beautifully""",
        moments="""quiet evenings; family Sundays; small apartments; first homes; afternoon naps; long dinners;
            reading hours; working from home""",
        values="comfort; space; calm; warmth; character; rest",
        pains="clutter; wobble; back pain; assembly tears; compromise",
        details="""made from solid oak; built by people who sit for a living; easy to put together; sized for real
            rooms; covered in washable fabric; made to be passed on""",
        verbs="Discover; Choose; Bring home; Settle on",
        lines="""Come home to yourself; Sit down, stay awhile; Rooms feel better when you do; Made for living, not
            for looking; Home is a feeling you can arrange; The best seat in the house; Rest is a design decision;
            Make room for what matters""",
    ),
    category(
        "home goods",
        products="""scented candles+; houseplants+; wool blanket; pillow; mugs+; kettle; cast iron pan; knife set;
            curtains+; vase; lunch box; water bottle; bath towels+; bed linen~; wall clock; blender; toaster; coffee
            maker; picture frames+; cutting board; air purifier; dish soap~""",
        adjectives="""warm; cozy; natural; well-made; soft; handy; practical; charming; calm; beautiful; sturdy;
            thoughtful""",
        benefits="""make* a house feel like home; turn* chores into small pleasures; earn* a permanent place on the
            shelf; brighten* every corner; make* ordinary days a bit nicer; do* one thing very well; get* better
            with every use; outlive* the trend""",
        moments="""slow mornings; cold nights; Sunday cooking; new apartments; quiet corners; everyday rituals;
            dinner for two; housewarming parties""",
        values="comfort; light; warmth; calm; order; charm",
        pains="clutter; drafts; plastic; mess; cold corners",
        details="""made to be used every day; easy to clean; designed for small kitchens and big ones; made by a
            family workshop; built to last; simple on purpose""",
        verbs="Bring home; Discover; Love; Unwrap",
        lines="""Small things make the house; Home, only better; The little upgrade you feel every day; Everyday
            deserves nice things; Cozy is a way of life; Put the kettle on, put your feet up; Made for the kitchen
            drawer of honor; Your shelf will thank you""",
    ),
    category(
        "garden and tools",
        products="""garden tools+; lawn mower; flower seeds+; flower pots+; cordless drill; wall paint~; toolbox;
            greenhouse; watering can; garden chairs+; compost~; charcoal grill; stepladder; herb garden kit; work
            gloves+; fertilizer~""",
        adjectives="""sturdy; reliable; handy; tough; smooth; easy-to-use; natural; sharp; rust-free; trusted;
            practical; weatherproof""",
        benefits="""get* the job done by lunch; turn* weekends into results; make* green thumbs out of beginners;
            stand* up to dirt and rain; take* the work out of yard work; bring* more life to the balcony; pay* off
            every season; make* neighbors curious""",
        moments="""spring weekends; first gardens; big repairs; sunny balconies; Saturday projects; backyard
            evenings; new homes; muddy days""",
        values="growth; green; power; harvest; results; pride",
        pains="weeds; sore backs; rust; half-finished projects; guesswork",
        details="""made for real dirt; easy to store; tested by gardeners; built for many seasons; simple to use;
            ready when the sun is""",
        verbs="Grab; Choose; Plant; Trust",
        lines="""Grow something good; Dirt under the nails, sun on the face; Done by Saturday noon; Your yard
            called, it wants attention; Build it once, build it right; Good things take root; Fix it with a smile;
            Green starts here""",
    ),
    category(
        "children and toys",
        products="""building blocks+; board game; puzzle; stuffed animals+; wooden train; baby stroller; picture
            books+; coloring book; toy kitchen; night light; balance bike; card game; dollhouse; science kit; baby
            blanket; craft kit""",
        adjectives="""colorful; playful; safe; sturdy; imaginative; cuddly; wooden; clever; cheerful;
            giggle-approved; soft; creative""",
        benefits="""turn* rainy days into adventures; keep* little hands busy; grow* with your child; start* stories
            that last all afternoon; make* bedtime easier; survive* the toughest testers; teach* without a lesson;
            bring* the whole family to the floor""",
        moments="""rainy Saturdays; bedtime; birthday parties; quiet afternoons; family game night; little
            explorers; sibling peace talks; first steps""",
        values="imagination; giggles; wonder; play; cuddles; curiosity",
        pains="screen time; boredom; tears; batteries; mess",
        details="""painted with safe colors; rounded at every corner; tested by very serious five-year-olds; made
            from solid wood; easy to wash; ready for many small hands""",
        verbs="Play with; Share; Discover; Wrap up",
        lines="""Play is serious work; Childhood only happens once; Big fun for small hands; Imagination included;
            Let the giggles begin; Bedtime can wait five minutes; The floor is an ocean; Small people, huge ideas""",
    ),
    category(
        "pets",
        products="""dog food~; cat food~; dog bed; dog leash; cat toys+; scratching post; bird feeder; dog treats+;
            cat litter~; pet carrier; aquarium; dog shampoo~; cat tree; puppy training kit; hamster cage""",
        adjectives="""beloved; cheerful; tail-wagging; natural; cozy; sturdy; gentle; vet-approved; trusted;
            playful; safe; thoughtful""",
        benefits="""make* tails wag; keep* curious paws busy; turn* dinner into the best minute of the day; pass*
            the toughest sniff test; care* for your best friend; bring* out the puppy in everyone; make* every walk
            a good one; earn* purrs""",
        moments="""long walks; lazy naps; muddy paws; first nights at home; good boys and girls; picky eaters; rainy
            days inside; vet visits""",
        values="purrs; wagging; health; play; cuddles; crunch",
        pains="barking; scratched sofas; guilt; fillers; fuss",
        details="""approved by very honest noses; made with real ingredients; gentle on small stomachs; easy to
            clean; made for every breed; loved by picky ones""",
        verbs="Try; Fetch; Share; Choose",
        lines="""Wag more, worry less; Because they would do it for you; Paws down, the best; Good things come to
            those who sit; Four paws, one happy home; Love has a wet nose; Their favorite sound is the bag; Made for
            your best friend""",
    ),
)
