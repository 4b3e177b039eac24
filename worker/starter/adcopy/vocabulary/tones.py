"""Tones of voice: the words that ask for one and the phrases that show it."""

from __future__ import annotations

from dataclasses import dataclass

from worker.starter.adcopy.vocabulary.category import split


@dataclass(frozen=True)
class Tone:
    """One voice. ``requests`` are adjectives a prompt may use for it; ``closers`` and ``hooks`` are sentences
    without their full stop; ``calls`` are calls to action; ``adjectives`` fit any product; ``emoji`` suit its
    posts."""

    name: str
    requests: tuple[str, ...]
    hooks: tuple[str, ...]
    closers: tuple[str, ...]
    calls: tuple[str, ...]
    adjectives: tuple[str, ...]
    emoji: tuple[str, ...]


def _tone(requests: str, *, hooks: str, closers: str, calls: str, adjectives: str, emoji: str = "") -> Tone:
    asked = split(requests)
    return Tone(asked[0], asked, split(hooks), split(closers), split(calls), split(adjectives), split(emoji))


TONES = (
    _tone(
        "playful; fun; funny; cheeky; quirky; lighthearted; humorous",
        hooks="""Psst; Guess what; Warning: may cause smiling; Plot twist; Hold the phone; Knock knock; Spoiler
            alert; Good news for grown-up kids; Confession time; Oh hello; Breaking news""",
        closers="""Go on, treat yourself; Your future self says thanks; No boring bits included; Side effects
            include grinning; We had fun making this, and it shows; Serious faces not required; Resistance is
            adorable; Batteries and bad moods not included; Yes, it is okay to do a happy dance; Your inner child
            called and said yes; Adulting can wait; Tell your friends, or keep it a secret; Handle with giggles""",
        calls="""Go on, click it; Come and play; Give in to temptation; Poke the button; Get yours before your
            sister does; Join the fun; Treat yourself today; Say yes, you know you want to; Take one home and grin""",
        adjectives="cheerful; giggly; sassy; sunny; mischievous; fun; irresistible",
        emoji="😄; 🎉; 😋; 🙌; 😎; 🤩; 🎈",
    ),
    _tone(
        "luxury; luxurious; premium; elegant; sophisticated; exclusive; refined",
        hooks="""Introducing a quiet masterpiece; For the discerning; The art of living well; A rare pleasure; An
            invitation; Some things cannot be hurried; Discreetly remarkable; The finer choice; Presenting; A
            private pleasure""",
        closers="""Because details matter; Made for the few who notice; Quietly extraordinary; Crafted without
            compromise; Elegance needs no explanation; A standard of its own; Nothing more to add; Refinement in
            every detail; Excellence is a habit; True quality whispers; Reserved for those who know; Time is the
            ultimate luxury; Understated, unmistakable""",
        calls="""Discover the collection; Experience it in person; Request your private appointment; Indulge in the
            finest; Explore the art behind it; Reserve yours; Step into a finer world; Enter the atelier""",
        adjectives="exquisite; refined; elegant; impeccable; rare; sumptuous; masterful; graceful; opulent",
        emoji="✨; 🥂; 🖤",
    ),
    _tone(
        "friendly; warm; casual; conversational; cozy; welcoming; heartfelt",
        hooks="""Hello, neighbor; Good things are better shared; We thought of you; Come on in; Hi there; From our
            family to yours; Say hello; A little something for you; Hey, friend; Good to see you""",
        closers="""Come as you are; We saved you a spot; Made with you in mind; Good things, made simple; We are
            glad you are here; Bring a friend, or make one here; You are always welcome; Made by people, for people;
            It feels like home; Take your time, we will be here; We are only a message away; Big hugs from all of
            us; Just the way you like it""",
        calls="""Come and say hi; Stop by anytime; Try it and tell us what you think; Join the family; Drop us a
            line; Bring someone you love; Come on over; Let us know how you like it; Have a look around""",
        adjectives="kind; good-hearted; warm; welcoming; down-to-earth; honest; lovely; neighborly",
        emoji="💛; 😊; 🤗; 👋; 🙏",
    ),
    _tone(
        "urgent; time-sensitive; pressing; last-chance; limited-time",
        hooks="""Last chance; Today only; Hurry; Almost gone; Final call; The clock is ticking; Do not miss out; Now
            or never; Only a few left; Time is running out; Ending soon""",
        closers="""Only while stocks last; Do not wait for the weekend; When it is gone, it is gone; Tomorrow may be
            too late; Blink and you will miss it; The countdown has started; First come, first served; Now is the
            moment; No second chances; The doors close soon; Act before midnight; Going fast; Soon it will be too
            late""",
        calls="""Order now; Get yours before midnight; Act now; Secure yours today; Claim yours while you can; Buy
            now; Do not wait, order today; Grab yours before it is gone; Reserve yours in the next hour""",
        adjectives="limited; fast-selling; last-minute; in-demand; nearly sold-out",
        emoji="⏰; 🔥; 🚨; ⚡",
    ),
    _tone(
        "professional; formal; serious; businesslike; corporate; expert; matter-of-fact",
        hooks="""Designed for performance; A better standard; For professionals; Proven quality; Consistent results;
            A reliable choice; Quality you can verify; Engineered with care; Clear advantages; Focus on what counts""",
        closers="""Results you can measure; Trusted by teams everywhere; Designed to perform; Quality you can rely
            on; Precision in every step; Consistency you can count on; Efficiency without shortcuts; Performance,
            proven daily; Expertise that delivers; Standards you can depend on; Excellence by process; Ready when
            you are; A sound decision""",
        calls="""Request a quote; Contact our team; Schedule a consultation; Learn more today; See the
            specifications; Request a demonstration; Get in touch with our specialists; Compare the options; Arrange
            a call""",
        adjectives="reliable; efficient; proven; precise; consistent; professional-grade; dependable; high-quality",
    ),
    _tone(
        "bold; confident; daring; edgy; provocative; energetic; strong",
        hooks="""Break the rules; Play it loud; No apologies; Forget average; Enough with ordinary; Stand out; Rules
            are for others; Go big; Meet your match; Change the game; All in""",
        closers="""Ordinary is over; Fear nothing, try everything; Louder than the rest; Average need not apply;
            Dare to want more; No limits, no excuses; Built for the brave; We did not come to blend in; Own it; Turn
            it up; Unapologetically different; Second place is taken; Make them look twice""",
        calls="""Take the leap; Own it now; Make your move; Go all in; Dare to try; Claim it; Join the rebels; Step
            up; Break the habit today""",
        adjectives="fearless; unstoppable; loud; fierce; daring; powerful; unapologetic; electric",
        emoji="🔥; ⚡; 💥; 💪; 🚀",
    ),
    _tone(
        "minimalist; minimal; simple; understated; calm; clean; quiet",
        hooks="""Simply; Less, but better; Nothing extra; Pure; Just this; Quiet by design; Only the essentials;
            Enough; Clear; Calm""",
        closers="""Nothing more; That is all; Less is plenty; Simple wins; Pure and simple; No noise; Just enough;
            Quietly good; The essentials, done well; Only what matters; Keep it simple; Enough said; Plain and good""",
        calls="""See more; Find yours; Start here; Keep it simple; Begin; Look closer; Choose less, choose well;
            Take a look""",
        adjectives="simple; pure; plain; clean; quiet; essential; clear; uncluttered",
    ),
    _tone(
        "inspiring; inspirational; uplifting; motivational; hopeful; poetic; emotional",
        hooks="""Dream a little bigger; Every journey starts somewhere; Believe in better; Make today count; The
            best is ahead; Imagine; Begin again; You are closer than you think; Here is to the dreamers; Follow the
            light""",
        closers="""Your best days start here; Become who you are; Every day is a beginning; Make room for wonder;
            The future belongs to the curious; You were made for this; Hope looks good on you; Small steps change
            everything; Let your story unfold; There is light in every day; What you love is worth it; Begin where
            you are; Let the heart lead""",
        calls="""Start your journey; Begin today; Take the first step; Follow your heart; Write your own story; See
            what you can become; Find your spark; Let it move you""",
        adjectives="inspiring; hopeful; soulful; uplifting; heartfelt; luminous; wondrous; life-affirming",
        emoji="🌱; 🌟; ☀; 🌈",
    ),
)
