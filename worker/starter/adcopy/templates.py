"""Sentence patterns of the copy.

A slot in braces is filled from a brief; a verb ending in ``*`` agrees with ``{name}`` and one ending in ``^`` with the
product.
``{name}`` is the brand, or the owned product when there is none; ``{own}`` is "the Zorvi backpack" or "our backpack";
A pattern with ``{brand}`` is only for briefs that
name one; ``{intro}`` is "Zorvi, the sturdy backpack" or "our sturdy backpack"; ``{benefit}`` agrees with the product.
"""

from __future__ import annotations

from worker.starter.adcopy.brief import Kind

SLOGANS = (
    "{line}. {name}.",
    "{name}. {line}.",
    "{name}. {line}.",
    "{own}. {line}.",
    "{own}. {closer}",
    "{name}. {closer}",
    "{closer} {own}.",
    "More {value}. {less_pain}. {name}.",
    "{value}, {value2}, {name}.",
    "For {moment}, there is* {name}.",
    "{moment}, meet {name}.",
    "{name}. {adj} enough for {moment}.",
    "{name}. Where {value} meets {value2}.",
    "{verb} {own}. {closer}",
    "{name}: because life needs more {value}.",
    "Life needs more {value}. {name} deliver*.",
    "{name}. {value} without {pain}.",
    "Goodbye {pain}, hello {name}.",
    "{name} {name_benefit}.",
    "{name}: {the_product} that {benefit}.",
    "{the_adj_product} that {benefit}. {name}.",
    "{name}, the {adj} side of {moment}.",
    "Some {value} for {moment}: {own}.",
    "Not all {kind} {is_kind} created equal. {brand} proves it.",
    "{brand}. {adj} {kind}, {adj2} moments.",
    "{adj}. {adj2}. {name}.",
    "{name}: {value} you can feel.",
    "Come for the {value}, stay for the {value2}. {name}.",
    "Another word for {value}? {name}.",
    "{name}. Say yes to {value}.",
    "{brand}: {kind} with real {value}.",
    "We put the {value} in {kind}. {brand}.",
    "{name}. All {value}, no {pain}.",
    "Think {kind}, think {brand}.",
    "If it is {adj}, it is {name}.",
    "{name}: made for {moment}.",
    "{kind} with more {value}. {brand}.",
    "{brand}. {adj} {kind} for {moment}.",
    "{brand}: {less_pain}, better {kind}.",
    "Trust {brand} for {adj} {kind}.",
)

HEADLINES = (
    "Meet {own}: {adj}, {adj2}, and made for {moment}",
    "{the_adj_product} that {benefit}, by {brand}",
    "Finally, {adj_product} for {moment}, from {brand}",
    "{brand} brings {value} to {moment} with {adj} {kind}",
    "{value} for {moment}: {own}",
    "More {value}, {less_pain}: discover {own}",
    "How {own} {benefit}",
    "New from {brand}: {kind} with real {value}",
    "{own}: all {value}, no {pain}",
    "Say hello to {adj_product} from {brand}",
    "{hook} {own} {benefit}",
    "{hook} {adj} {kind} from {brand}",
    "{closer} {own} for {moment}",
    "Why {own} {is} made for {moment}",
    "{adj} by day, {adj2} by night: {own}",
    "The secret to {adj} {kind}? {brand}",
    "{moment} just got better with {own}",
    "{brand} makes {kind} {adj} again",
    "Ready for {value}? {own} {is} here",
    "Looking for {adj} {kind}? Meet {brand}",
    "Your search for {adj} {kind} ends with {brand}",
    "{line}: {own}",
    "{own}, {detail}",
    "What if {kind} could be this {adj}? Ask {brand}",
    "Take {moment} seriously, with {own}",
    "{brand}: {adj} {kind}, zero {pain}",
    "One word for {own}: {adj}",
    "From {brand} with {value}: {adj} {kind}",
)

SUBJECTS = (
    "{hook} {own} {is} here",
    "{hook} meet {own}",
    "Have you tried {own} yet?",
    "Your {adj} {kind} {is_kind} waiting at {brand}",
    "An upgrade for {moment}: {own}",
    "{moment} called. {own} answered",
    "Open for more {value}: {own}",
    "{less_pain}, more {value}: {own}",
    "{closer} {own}",
    "A quick word about {adj} {kind}, from {brand}",
    "{own}: {adj}, {adj2}, and almost yours",
    "New in your inbox: {own}",
    "We have news: {own} {benefit}",
    "Still dreaming of {adj} {kind}? {brand} can help",
    "Your next favorite: {own}",
    "3 reasons to love {own}",
    "Inside: {adj} {kind} for {moment}, from {brand}",
    "{own} for {moment}: take a look",
    "Something {adj} is coming: {own}",
    "Made for {moment}: {own}",
    "{hook} {adj} {kind} by {brand}",
)

CALLS = (
    "{verb} {own}. {call}",
    "{call} {own}, ready for {moment}.",
    "Ready for {value}? {call} {name} {is_name} waiting.",
    "{verb} {own} today. {closer}",
    "Make room for {value}. {verb} {own}. {call}",
    "{hook} {verb} {own}. {call}",
    "Want {adj} {kind}? {call} {own} {is} here.",
    "Skip the {pain}. {verb} {own}. {call}",
    "{closer} {call} {name} make* it easy.",
    "More {value}, one click away. {verb} {own}.",
    "{moment} can be better. {verb} {own}. {call}",
    "Meet {own} and feel the {value}. {call}",
    "Get {adj_product} from {brand}. {call}",
    "Say yes to {value}. {call} {own} {benefit}.",
)

OPENINGS = (
    "{own} {is} {adj} and {adj2}, and {is} {detail}.",
    "Meet {intro} that {benefit}.",
    "Meet {intro}, made for {moment}.",
    "With {own}, you get {value}, {value2} and none of the {pain}.",
    "{hook} {own} {benefit}.",
    "{adj}, {adj2} and {detail}: {own} {benefit}.",
    "{own} {benefit}.",
    "Some {kind} {is_kind} just {kind}. {own} {benefit}.",
    "Looking for {adj_product}? {own} {benefit}.",
    "{moment} will never be the same with {own}.",
    "{own} bring^ {value} and {value2} to {moment}.",
    "When it comes to {kind}, {brand} is all about {value}.",
    "Say hello to {intro} for {moment}.",
)

MIDDLES = (
    "{it} {is} {detail}, so you get more {value} and {less_pain}.",
    "We made {them} {adj2}, all for the sake of {value}.",
    "Made to {to_benefit}, and {detail}.",
    "At home with {moment}, and never short of {value}.",
    "Think {value}, {value2} and a touch of {value3}.",
    "No {pain}, just {value} and {value2}.",
    "{line}.",
    "{it} {benefit}, from the first day on.",
    "Expect {value}, {value2} and no {pain}.",
    "{adj} and {adj2}, {it} {benefit}.",
    "The idea is simple: more {value}, {less_pain}.",
    "{it} {is} {detail}, and you will notice.",
    "Ideal for {moment}.",
    "From {moment} to {moment2}, {it} {benefit}.",
)

POSTS = (
    "{hook} {own} {is} here. {adj}, {adj2} and ready for {moment}.",
    "{hook} {own} {benefit}. {closer}",
    "Just in: {adj_product} from {brand}. {line}.",
    "{moment} + {own} = {value}. {closer}",
    "Who else needs more {value}? {own} {benefit}.",
    "{line}. {own} {benefit}.",
    "Today's plan: {own}, {value} and {moment}. {closer}",
    "{hook} {name} {name_benefit}. Tell us what you think of {own}!",
    "Tag someone who needs {own}. {closer}",
    "POV: {own} {benefit}. {closer}",
    "{less_pain}, more {value}. {own} {is} {detail}.",
    "{adj} {kind}, {adj2} mood. {own} {is} made for {moment}.",
    "Show us {moment} with {own}! {closer}",
    "Three words for {own}: {adj}, {adj2}, {adj3}.",
)

ADVERTS = (
    "{line}. {own} {benefit}. {call}",
    "{hook} {own} {is} {adj}, {adj2} and {detail}. {call}",
    "Tired of {pain}? {own} {benefit}. {call}",
    "{own} for {moment}: {adj}, {adj2}, and {detail}. {closer}",
    "{closer} {own} {benefit}. {call}",
    "Imagine {moment} with more {value}. {own} {benefit}. {call}",
    "Give {moment} more {value}. Meet {intro}. {closer}",
    "{brand} stands for {adj} {kind}. {line}. {call}",
    "You bring the plans, we bring the {value}. {own} {is} {detail}. {call}",
    "{value}. {value2}. {value3}. {own}: all in one. {closer}",
)

CORES: dict[Kind, tuple[str, ...]] = {
    Kind.SLOGAN: SLOGANS,
    Kind.HEADLINE: HEADLINES,
    Kind.SUBJECT: SUBJECTS,
    Kind.CALL: CALLS,
    Kind.POST: POSTS,
    Kind.ADVERT: ADVERTS,
}

ENDING_WITH_A_FACT: dict[str, tuple[str, ...]] = {
    "audience": (
        "Made with {audience} in mind.",
        "Made for {audience}.",
        "A good fit for {audience}.",
        "{audience}, this is for you.",
        "{audience} know why.",
    ),
    "occasion": (
        "Just in time for {occasion}.",
        "Ready for {occasion}.",
        "Our pick for {occasion}.",
        "Perfect for {occasion}.",
    ),
    "offer": (
        "Now with {offer}.",
        "Right now with {offer}.",
        "Today with {offer}.",
        "Enjoy {offer}.",
        "It comes with {offer}.",
    ),
    "feature": (
        "And yes, {it} {is} {feature}.",
        "{feature}, of course.",
        "{it} {is} {feature}, and you can tell.",
        "{feature}, through and through.",
    ),
}

TITLE_PREFIXES = {
    "audience": "For {audience}: {core}",
    "occasion": "{occasion}: {core}",
    "offer": "{offer}: {core}",
    "feature": "{feature} and ready for you: {core}",
}

TITLE_SUFFIXES = {
    "audience": "{core} | For {audience}",
    "occasion": "{core} | Ready for {occasion}",
    "offer": "{core} | Now with {offer}",
    "feature": "{core} | {feature}",
}
