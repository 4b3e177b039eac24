"""Services, travel, culture and business."""

from __future__ import annotations

from worker.starter.adcopy.vocabulary.category import category

SERVICES = (
    category(
        "local services",
        products="""gym; yoga studio; barber shop; hair salon; dental clinic; flower shop; bike repair shop;
            cleaning service; car wash; dance school; moving company; photo studio; dog grooming service; laundry
            service; driving school; tutoring service; massage studio; bookstore; babysitting service; tailor shop""",
        adjectives="""friendly; local; expert; reliable; flexible; thoughtful; welcoming; trusted; careful;
            hands-on; honest; nearby""",
        benefits="""fit* around your week; remember* what you like; put* you first every time; make* the hard part
            easy; get* it right the first time; listen* before the work starts; treat* you like a neighbor; give*
            you one thing less to worry about""",
        moments="""busy weeks; new neighbors; last-minute plans; lunch breaks; fresh starts; Saturday mornings; big
            days; everyday emergencies""",
        values="time; care; trust; skill; ease; attention",
        pains="waiting; stress; small print; phone queues; surprises",
        details="""open when you need it; just around the corner; run by people who know your name; easy to book;
            fair from the first visit; happy to help""",
        verbs="Visit; Try; Book; Discover",
        lines="""We are just around the corner; In good hands, down the street; Walk in, feel better; Leave it to
            us; Your week just got lighter; Neighbors know best; Small shop, big heart; Come for the service, stay
            for the chat""",
    ),
    category(
        "business and finance",
        products="""online bank; travel insurance~; accounting service; savings account; credit card; consulting
            firm; coworking space; law firm; recruiting agency; marketing agency; design studio; web hosting~;
            delivery service; real estate agency; payment terminal; pension plan; home insurance~; translation
            service""",
        adjectives="""clear; secure; trusted; transparent; experienced; efficient; modern; careful; independent;
            responsive; dependable; straightforward""",
        benefits="""keep* your numbers in order; explain* things in plain language; grow* with your business;
            answer* when you call; give* you time for the real work; protect* what you build; leave* out the fine
            print; turn* plans into results""",
        moments="""growing companies; big decisions; the end of the quarter; first hires; new markets; tax season; a
            safe future; tight deadlines""",
        values="clarity; trust; growth; control; security; results",
        pains="paperwork; hidden fees; jargon; guesswork; delays",
        details="""built on years of experience; clear about every cost; ready in one working day; easy to reach;
            tailored to your plans; simple to set up""",
        verbs="Choose; Discover; Talk to; Trust",
        lines="""Good business starts with trust; Plain talk, solid work; Less paper, more progress; Your plans, in
            safe hands; Numbers that let you sleep; Growth without the growing pains; Ask us anything; We read the
            small print, so you can read a novel""",
    ),
    category(
        "travel",
        products="""boutique hotel; hostel; travel agency; beach resort; city tour; river cruise; train pass;
            campsite; mountain lodge; car rental; airline; guesthouse; ski trip; walking tour; vacation rental; spa
            weekend; sailing trip; safari""",
        adjectives="""unforgettable; peaceful; sunny; relaxed; scenic; welcoming; easygoing; hidden; authentic;
            breezy; well-planned; secluded""",
        benefits="""trade* your inbox for the horizon; make* far away feel close; take* care of every detail; turn*
            a weekend into a memory; bring* you closer to the locals; leave* room for surprises; wake* you with a
            view; make* coming home the hard part""",
        moments="""long weekends; honeymoons; family vacations; solo adventures; winter sun; a change of scenery;
            the first swim; summer escapes""",
        values="sunshine; adventure; rest; views; wonder; discovery",
        pains="luggage stress; alarm clocks; crowds; planning; queues",
        details="""planned by people who have been there; close to everything and far from noise; made for slow
            travelers; easy to book; open all year; better than the brochure""",
        verbs="Discover; Book; Choose; Explore",
        lines="""The horizon is closer than you think; Pack light, dream big; Get lost, beautifully; Out of office,
            into the blue; Collect views, not things; Somewhere else is waiting; Take the window seat; Leave the map
            at home""",
    ),
    category(
        "culture and learning",
        products="""music festival; museum; concert series; theater; film festival; online course; cooking class;
            podcast; magazine; mystery novel; book club; art exhibition; charity run; conference; writing workshop;
            escape room; streaming service; pottery class; science museum; webinar; guitar lessons+""",
        adjectives="""inspiring; lively; eye-opening; curious; surprising; unforgettable; bold; hands-on; intimate;
            fresh; thought-provoking; entertaining""",
        benefits="""leave* you with something to talk about; open* doors you did not see; turn* an evening into a
            story; make* you lose track of time; teach* you something new by dinner; bring* strangers together;
            stay* with you long after the lights go up; feed* your curiosity""",
        moments="""curious minds; Friday nights; rainy weekends; date night; long train rides; family outings; big
            questions; a night to remember""",
        values="wonder; ideas; stories; music; discovery; laughter",
        pains="scrolling; boredom; reruns; small talk; screen fatigue",
        details="""made by people who care; open to beginners; full of surprises; different every time; worth
            staying up for; better with friends""",
        verbs="Discover; Join; Explore; Experience",
        lines="""Come curious, leave changed; Feed your head; The evening is yours; Stories start here; Make it a
            night worth retelling; Learn it, love it, live it; Look twice; Your seat is waiting""",
    ),
)
