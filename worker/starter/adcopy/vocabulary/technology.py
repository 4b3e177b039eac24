"""Devices, software and everything that moves people."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import category

TECHNOLOGY = (
    category(
        "gadgets",
        products="""headphones+; laptop; smartphone; camera; keyboard; speaker; fitness tracker; tablet; e-reader;
            wireless charger; drone; monitor; smartwatch; earbuds+; projector; microphone; game console; power bank;
            robot vacuum; webcam""",
        adjectives="""fast; quiet; slim; clever; wireless; dependable; pocket-sized; sharp; lightweight; powerful;
            intuitive; seamless""",
        benefits="""last* all day on one charge; get* out of your way; save* you an hour a week; start* before you
            sit down; fit* in one hand; make* complicated things simple; work* right out of the box; keep* up with
            your best ideas; do* more with less noise""",
        moments="""long flights; working from anywhere; late-night ideas; the daily commute; big projects; quiet
            focus; moving fast; weekend adventures""",
        values="speed; power; clarity; focus; freedom; battery life",
        pains="cables; waiting; noise; clutter; lag",
        details="""ready in seconds; built to last; designed around real days; easy to set up; made from recycled
            aluminum; updated for years""",
        verbs="Meet; Unbox; Try; Switch on",
        lines="""Less noise, more signal; Technology that minds its manners; Plug in, zone out; Small device, big
            leap; It just keeps up; Charge once, forget twice; The future fits in your pocket; Power without the
            fuss""",
    ),
    category(
        "apps and software",
        products="""language app; budgeting app; meditation app; photo editor; to-do app; fitness app; recipe app;
            password manager; project management tool; invoicing software~; note-taking app; calendar app; video
            editor; website builder; newsletter tool; weather app; chatbot; scheduling tool; backup software~; habit
            tracker""",
        adjectives="""simple; smart; fast; private; intuitive; reliable; friendly; flexible; focused; secure;
            lightweight; well-designed""",
        benefits="""turn* chaos into a plan; save* you an hour a day; remember* what you forget; explain* itself in
            a minute; keep* your data yours; work* the way you think; make* the hard part easy; fit* into five spare
            minutes; get* better every month""",
        moments="""busy weeks; the morning train; growing teams; new habits; Monday planning; big goals; a spare
            five minutes; the end of the month""",
        values="focus; clarity; progress; time; control; confidence",
        pains="spreadsheets; busywork; clicking; guesswork; chaos",
        details="""ready in two minutes; synced on every device; free of ads; built with privacy in mind; easy to
            leave and hard to give up; tested by real teams""",
        verbs="Try; Open; Start; Meet",
        lines="""Your day, sorted; Less busywork, more work; Open it, and it is done; Small app, big habits; The
            shortcut you were looking for; Think less about it; Everything in its place; Five minutes in, you will
            get it""",
    ),
    category(
        "mobility",
        products="""electric car; e-bike; electric scooter; family car; motorcycle; camper van; winter tires+; bike
            helmet; car sharing service; child car seat; cargo bike; city bike; convertible; charging station""",
        adjectives="""electric; smooth; quiet; safe; agile; spacious; efficient; clean; confident; modern; rugged;
            reliable""",
        benefits="""make* traffic feel lighter; turn* errands into adventures; get* you there with a smile; keep*
            everyone safe; take* the long road gladly; leave* only a breeze behind; handle* any weather; give* the
            city back its quiet""",
        moments="""school runs; open roads; the daily commute; weekend escapes; rush hour; family trips; coastal
            drives; city streets""",
        values="freedom; range; safety; silence; grip; adventure",
        pains="traffic; emissions; fuel stops; parking stress; noise",
        details="""engineered for everyday roads; tested in every season; easy to park; quiet from the first mile;
            ready for the long way; built around safety""",
        verbs="Drive; Discover; Choose; Test",
        lines="""The road is calling; Take the scenic route; Quiet is the new fast; Go where the map gets
            interesting; Move like the city is yours; Arrive smiling; Miles of calm; Every errand, a small adventure""",
    ),
    category(
        "sport and outdoors",
        products="""yoga mat; tent; mountain bike; sleeping bag; dumbbells+; hiking boots+; surfboard; skateboard;
            tennis racket; climbing rope; camping stove; snowboard; kayak; jump rope; soccer ball; hammock;
            headlamp; trail backpack; protein bars+; swimming goggles+""",
        adjectives="""rugged; lightweight; tough; grippy; weatherproof; dependable; portable; fearless; balanced;
            responsive; trail-ready; compact""",
        benefits="""go* the distance; shrug* off the weather; push* you one step further; make* the outdoors feel
            like home; take* a beating and come* back for more; turn* effort into progress; pack* small and dream*
            big; keep* you moving""",
        moments="""early starts; the last mile; rainy trails; weekend climbs; training days; starry nights; personal
            records; first attempts""",
        values="strength; grip; balance; endurance; fresh air; courage",
        pains="excuses; weight; quitting; couch time; slipping",
        details="""tested far from the road; light enough to carry all day; made for every level; built for bad
            weather; easy to pack; trusted on long trails""",
        verbs="Grab; Take; Test; Choose",
        lines="""Outside is waiting; Sweat now, shine later; Go past the last signpost; The trail starts at your
            door; Strong looks like you; Weather is just scenery; One more mile; Earn the view""",
    ),
)
