"""Things to wear, to carry and to care for oneself with."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import category

STYLE = (
    category(
        "clothing",
        products="""hoodie; raincoat; denim jacket; summer dress; wool sweater; jeans+; linen shirt; winter coat;
            socks+; pajamas+; leggings+; wool scarf; swimsuit; tracksuit; wool suit; skirt; cotton T-shirts+; silk
            blouse; down vest; thermal underwear~""",
        adjectives="""soft; timeless; durable; light; clean-cut; breathable; warm; well-cut; effortless;
            hand-stitched; comfortable; versatile""",
        benefits="""go* with everything you own; look* better every year; feel* broken in from day one; keep* up
            with you from desk to dinner; turn* a plain Monday into an entrance; survive* the laundry and the
            weather; fit* the way you move; make* getting dressed easy""",
        moments="""cool evenings; lazy Sundays; first impressions; long weekends; windy mornings; days without a
            plan; the office and after; every season""",
        values="comfort; style; softness; warmth; confidence; fit",
        pains="ironing; itching; trends; fast fashion; wardrobe panic",
        details="""cut from natural fibers; sewn to last; made in small runs; soft from the first wear; designed to
            be worn for years; finished by hand""",
        verbs="Wear; Try on; Live in; Layer",
        lines="""Wear it like you own the place; Dressed in under a minute; Style that stays when trends leave; Made
            to be lived in; The compliment you will get tomorrow; Comfort has never looked this good; Your closet's
            new best friend; Cut for real life""",
    ),
    category(
        "shoes and accessories",
        products="""sneakers+; boots+; sandals+; running shoes+; backpack; handbag; watch; sunglasses+; leather
            wallet; belt; umbrella; suitcase; tote bag; necklace; earrings+; bracelet; silver ring; straw hat;
            gloves+; messenger bag""",
        adjectives="""sleek; sturdy; elegant; handcrafted; lightweight; polished; water-resistant; classic; refined;
            bold; well-made; minimal""",
        benefits="""finish* every outfit; go* wherever the day does; age* as well as you do; carry* more than a
            look; turn* heads without trying; outlast* the season; hold* up in any weather; make* a simple outfit
            feel complete""",
        moments="""city walks; weekend trips; big entrances; daily commutes; the long way home; special evenings;
            summer streets; every journey""",
        values="style; polish; grip; elegance; character; shine",
        pains="blisters; clutter; compromise; shortcuts; guesswork",
        details="""made by hand; finished in fine detail; tested on long days; built around one simple idea; made
            from responsible materials; light enough to forget""",
        verbs="Wear; Carry; Choose; Show off",
        lines="""The detail people remember; Go further, look better; Small thing, strong statement; Walk in, stand
            out; Every exit needs an accessory; Carry yourself well; Made for the long way round; It is all in the
            finish""",
    ),
    category(
        "beauty and care",
        products="""shampoo~; face cream~; hand soap~; lip balm~; sunscreen~; perfume~; hand cream~; toothpaste~;
            face masks+; body lotion~; nail polish~; deodorant~; beard oil~; bath salts+; hair oil~; electric
            toothbrush; makeup brushes+; face serum~""",
        adjectives="""gentle; silky; natural; fresh; nourishing; delicate; clean; radiant; soothing; fragrance-free;
            plant-based; lightweight""",
        benefits="""leave* a little glow behind; take* two minutes and last* all day; turn* the bathroom into a spa;
            make* mirrors friendlier; treat* you the way you treat others; smell* like a walk after the rain; care*
            without a long routine; wake* up tired mornings""",
        moments="""slow baths; busy mornings; the end of a long day; sunny days; sensitive days; evenings off; a
            fresh start; five quiet minutes""",
        values="glow; softness; freshness; care; calm; radiance",
        pains="chemicals; stress; ten-step routines; dryness; fuss",
        details="""made with plant oils; kind to sensitive types; mixed in small batches; never tested on animals;
            free of harsh extras; made to be used every day""",
        verbs="Try; Feel; Love; Keep close",
        lines="""Glow is an inside job, we just help; Your mirror will notice; Be kind to your face, it goes
            everywhere with you; Five minutes for yourself; Soft is a superpower; Good skin days ahead; Feel like
            yourself again; Care that keeps it simple""",
    ),
    category(
        "stationery and gifts",
        products="""notebook; planner; fountain pen; colored pencils+; sketchbook; greeting cards+; wall calendar;
            desk organizer; stickers+; watercolor set; gift wrap~; journal; gift box; photo album; scented markers+""",
        adjectives="""thoughtful; colorful; elegant; inky; charming; tidy; handmade; playful; classic; smooth;
            inspiring; recycled""",
        benefits="""give* good ideas a home; make* plans look possible; turn* doodles into drawings; remember* what
            you forget; make* someone's day; bring* order to a busy desk; feel* lovely in the hand; slow* the world
            down a line at a time""",
        moments="""new beginnings; rainy afternoons; first pages; thank-you notes; long meetings; bright ideas;
            birthdays; a fresh week""",
        values="color; ink; order; ideas; imagination; focus",
        pains="screen time; clutter; blank stares; lost notes; chaos",
        details="""made from recycled paper; bound by hand; printed in small runs; smooth under any pen; designed at
            a messy desk; ready to be filled""",
        verbs="Open; Fill; Gift; Pick up",
        lines="""Big ideas start small; Put it in writing; The page is yours; Some things deserve ink; Plan less in
            your head; Say it on paper; Good thoughts need a good place; Unwrap a smile""",
    ),
)
