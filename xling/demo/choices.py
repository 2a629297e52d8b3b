"""Which words go together: tables of verbs, arguments and modifiers drawn from the lexicon."""

from functools import cache

from xling.demo.inflection import EnglishVerb, GermanVerb, spanish_verb
from xling.demo.lexicon import Adjective, Adverb, Noun, Verb, class_adjectives, lexicon
from xling.demo.sampling import Table, affinity

__all__ = [
    "ATTRIBUTIVE",
    "BE",
    "CLASHES",
    "EVERYDAY",
    "NEED_DEFINITE",
    "OPPOSITES",
    "PASTIMES",
    "REASONS",
    "STATES",
    "TOO",
    "adjectives",
    "anybody",
    "comparable",
    "everything",
    "expand",
    "habitat",
    "manners",
    "nouns",
    "objects",
    "places",
    "recipients",
    "subjects",
    "tools",
    "verbs",
    "verbs_of_object",
    "verbs_of_subject",
]

#: Bodily and mental states; one at a time is enough for a sentence.
STATES = frozenset({"tired", "sick", "hungry", "thirsty", "angry", "nervous", "sad"})
#: What people do because of how they feel.
REASONS = {
    "eat": "hungry",
    "cook": "hungry",
    "drink": "thirsty",
    "sleep": "tired",
    "cry": "sad",
}
#: Adjectives that do not go with what is done to a thing: nobody opens an open door.
CLASHES = {
    "open": ("open", "closed"),
    "close": ("open", "closed", "broken"),
    "repair": ("new", "modern", "useful"),
    "fill": ("full", "broken"),
    "wash": ("clean", "wet", "new"),
    "clean": ("clean", "new", "broken"),
    "break": ("broken",),
    "cook": ("hot", "cold", "delicious"),
    "bake": ("dry", "delicious"),
    "invent": ("old", "broken", "beautiful"),
    "build": ("old", "dirty", "full"),
    "draw": ("dirty",),
    "fold": ("wet",),
    "use": ("broken",),
    "drink": ("expensive",),
    "plant": ("dry", "hot", "raw"),
    "harvest": ("hot", "raw"),
    "extinguish": ("new",),
    "eat": ("poisonous", "dirty"),
    "peel": ("hot",),
    "gather": ("poisonous", "hot"),
    "sew": ("old", "dirty"),
    "knit": ("old", "dirty", "wet"),
    "find": ("secret",),
    "produce": ("old", "dirty"),
    "rent": ("closed", "broken", "dirty"),
}
#: What people do when they feel one way or another.
PASTIMES = (
    "eat", "drink", "sleep", "cry", "read", "sing", "play", "play with", "talk with", "think of",
    "go", "visit", "draw", "paint", "dance", "knit", "cook", "bake", "dream of", "clean", "sweep",
    "write", "tidy",
)  # fmt: skip
#: What people do before or after an event, and in good or bad weather.
EVERYDAY = (
    "eat", "drink", "buy", "wash", "clean", "sweep", "repair", "write", "read", "sing", "play",
    "sleep", "dance", "go", "invite", "help", "greet", "order", "pay", "cook",
    "bake", "draw", "gather", "feed", "harvest", "tidy", "talk with", "wait for", "photograph",
    "prepare", "rent", "cross", "work", "light", "swim", "run",
)  # fmt: skip
#: Adjectives that stand beside a noun but make no German predicate.
ATTRIBUTIVE = frozenset({"fragrant"})
#: Adjectives of which there can be too much.
TOO = frozenset(
    {
        "old", "young", "big", "small", "hot", "cold", "sweet", "bitter", "salty", "expensive",
        "long", "short", "high", "deep", "wide", "narrow", "steep", "heavy", "thick", "thin",
        "hard", "soft", "weak", "fast", "slow", "loud", "dark", "tired", "nervous", "lazy",
        "strict", "proud", "curious", "shy", "poor", "dangerous", "difficult", "easy", "boring",
        "dirty", "wet",
    }
)  # fmt: skip
#: Adverbs that German hardly puts before an indefinite object.
NEED_DEFINITE = frozenset(
    {
        "well",
        "badly",
        "beautifully",
        "completely",
        "precisely",
        "clearly",
        "thoroughly",
        "elegantly",
    }
)
_OWN_ADJECTIVE_WEIGHT = 6.0


@cache
def expand(selector: tuple[tuple[str, int], ...]) -> dict[Noun, float]:
    """Resolve a selector to nouns with weights; a noun named itself keeps that weight on top."""
    weights: dict[Noun, float] = {}
    nouns = lexicon().nouns
    for name, weight in selector:
        if name.startswith("@"):
            members = [noun for noun in nouns.values() if name[1:] in noun.classes]
            for noun in members:
                weights[noun] = weights.get(noun, 0.0) + weight / len(members) * 2
        else:
            noun = nouns[name]
            weights[noun] = weights.get(noun, 0.0) + weight
    return weights


@cache
def subjects(verb: Verb) -> Table[Noun]:
    """Who or what does this."""
    return Table(
        (noun, weight * affinity(verb.key, "subject", noun.key))
        for noun, weight in expand(verb.subjects).items()
    )


def anybody(verb: Verb) -> bool:
    """Whether people of all kinds do this, so that a pronoun or a name may stand for them."""
    return any(name == "@person" for name, _ in verb.subjects)


@cache
def objects(verb: Verb, subject: Noun | None) -> Table[Noun]:
    """What this is done to, with the taste of the one who does it."""
    taste = subject.key if subject is not None else ""
    return Table(
        (noun, weight * affinity(verb.key, "object", noun.key) * affinity(taste, noun.key) ** 1.5)
        for noun, weight in expand(verb.objects).items()
        if noun is not subject and not _unsuitable(subject, noun)
    )


def _unsuitable(subject: Noun | None, noun: Noun) -> bool:
    """Whether somebody young would be given alcohol."""
    young = subject is not None and bool(subject.classes & {"kid", "learner", "baby"})
    return young and "alcohol" in noun.classes


@cache
def recipients(verb: Verb, subject: Noun | None) -> Table[Noun]:
    """Who is given or told something."""
    return Table(
        (noun, weight * affinity(verb.key, "recipient", noun.key))
        for noun, weight in expand(verb.recipients).items()
        if noun is not subject
    )


@cache
def places(verb: Verb, subject: Noun | None) -> Table[Noun]:
    """Where this happens, or where it leads; goals are among the objects."""
    selector = verb.objects if verb.pattern in ("dir", "loc") else verb.places
    taste = subject.key if subject is not None else ""
    home = habitat(subject)
    return Table(
        (noun, weight * affinity(verb.key, "place", noun.key) * affinity(taste, "place", noun.key))
        for noun, weight in expand(selector).items()
        if home is None or noun.key in home
    )


def habitat(noun: Noun | None) -> frozenset[str] | None:
    """Places where an animal may be met; None, no limit, for all other nouns."""
    if noun is None or "animal" not in noun.classes:
        return None
    return frozenset().union(*(_HABITATS.get(name, frozenset()) for name in noun.classes))


#: Where animals are met.
_HABITATS = {
    name: frozenset(words.split())
    for name, words in {
        "animal": "",
        "wild": "forest mountain valley field cave",
        "farmed": "farm field meadow stable garden village",
        "pet": "garden kitchen park farm bedroom village house street",
        "freshwater": "sea lake river",
        "marine": "sea",
        "water_bird": "lake river park",
        "small": "garden forest park meadow field",
        "insect": "garden forest meadow park field",
        "bird": "garden forest park meadow field",
        "desert": "desert",
    }.items()
}


@cache
def tools(verb: Verb) -> Table[Noun]:
    """What this is done with."""
    return Table((noun, weight) for noun, weight in expand(verb.tools).items())


@cache
def manners(verb: Verb, kind: str) -> Table[Adverb]:
    """How this is done: adverbs of one kind, "manner" or "mid"."""
    adverbs = [lexicon().adverbs[key] for key in verb.manner]
    return Table(
        (adverb, affinity(verb.key, "how", adverb.key)) for adverb in adverbs if adverb.kind == kind
    )


@cache
def adjectives(noun: Noun) -> Table[Adjective]:
    """What this noun is like: its own adjectives first, then those of its classes."""
    entries = lexicon().adjectives
    weights = {key: _OWN_ADJECTIVE_WEIGHT / (1 + rank) for rank, key in enumerate(noun.adjectives)}
    for name in sorted(noun.classes):
        for key in class_adjectives().get(name, ()):
            if key not in noun.excluded:
                weights[key] = weights.get(key, 0.0) + 0.4 * affinity(noun.key, "like", key)
    return Table((entries[key], weight) for key, weight in weights.items())


@cache
def verbs(*patterns: str, without: frozenset[str] = frozenset(), flag: str = "") -> Table[Verb]:
    """Verbs of some patterns; those with few partners are rarer, so that sentences stay varied."""
    return Table(
        (verb, _variety(verb) * (0.6 + 0.3 * affinity("verb", verb.key)))
        for verb in lexicon().verbs.values()
        if verb.pattern in patterns
        and not verb.flags & without
        and (not flag or flag in verb.flags)
    )


def _variety(verb: Verb) -> float:
    options = len(subjects(verb).items) * max(1, len(expand(verb.objects)))
    return float(min(1.0, (options / 60) ** 0.5))


@cache
def verbs_of_subject(noun: Noun, *patterns: str) -> Table[Verb]:
    """What this noun does."""
    return Table(
        (verb, expand(verb.subjects)[noun] * affinity(verb.key, "subject", noun.key))
        for verb in lexicon().verbs.values()
        if verb.pattern in patterns and noun in expand(verb.subjects)
    )


@cache
def verbs_of_object(noun: Noun) -> Table[Verb]:
    """What is done to this noun."""
    return Table(
        (verb, expand(verb.objects)[noun] * affinity(verb.key, "object", noun.key))
        for verb in lexicon().verbs.values()
        if verb.pattern == "acc" and noun in expand(verb.objects)
    )


@cache
def nouns(*classes: str) -> Table[Noun]:
    """Nouns of any of the classes, some dearer than others."""
    return Table(
        (noun, affinity("noun", noun.key))
        for noun in lexicon().nouns.values()
        if noun.classes & set(classes)
    )


@cache
def everything() -> Table[Noun]:
    """All nouns that have adjectives."""
    return Table(
        (noun, affinity("noun", noun.key)) for noun in lexicon().nouns.values() if noun.adjectives
    )


@cache
def comparable(noun: Noun, adjective: Adjective) -> Table[Noun]:
    """Nouns of the same main class that the adjective suits as well."""
    main = _MAIN_CLASSES & noun.classes
    return Table(
        (other, affinity("compare", noun.key, other.key))
        for other in lexicon().nouns.values()
        if other is not noun and other.classes & main and adjective in adjectives(other).items
    )


#: Classes within which comparing makes sense.
_MAIN_CLASSES = frozenset(
    {
        "person", "animal", "fruit", "vegetable", "drink", "furniture", "vehicle", "clothing",
        "building", "room", "town", "waters", "text", "film_like", "event", "instrument", "tool",
        "task", "device", "dish", "sweet", "textile", "land", "material",
    }
)  # fmt: skip
_OPPOSITE_WORDS = (
    "old new", "old young", "big small", "hot cold", "long short", "full empty", "open closed",
    "clean dirty", "wet dry", "expensive cheap", "fast slow", "loud quiet", "easy difficult",
    "exciting boring", "interesting boring", "rich poor", "strong weak", "dark bright",
    "old fresh", "funny boring", "hard soft", "thick thin", "wide narrow", "lazy hardworking",
    "sad cheerful", "sad funny", "red green", "red yellow", "green yellow", "black white",
    "brown white", "brown black", "blue red", "gray white", "gray blue", "gray brown",
    "blue green", "yellow white", "red white", "red black", "wild calm", "fresh dry",
    "healthy sick", "sour sweet", "sweet salty", "sweet bitter", "fat small", "heavy small",
    "new broken", "dirty new", "high low", "red blue", "green brown", "yellow black",
    "yellow dry", "green white", "green dry", "simple precious", "red brown", "blue white",
    "silent loud", "raw hot", "round long", "flat steep", "calm nervous", "brave shy", "dark white",
    "long small",
)  # fmt: skip
#: Pairs of adjectives that nobody joins with "and".
OPPOSITES = tuple(set(pair.split()) for pair in _OPPOSITE_WORDS)
#: The copula: English and German "be"; Spanish chooses between "ser" and "estar".
BE = Verb(
    key="be",
    english=EnglishVerb(base="be", third="is", past="was", participle="been", gerund="being"),
    german=GermanVerb(
        infinitive="sein",
        prefix="",
        present=("bin", "ist", "sind", "sind"),
        past=("war", "war", "waren", "waren"),
        participle="gewesen",
        auxiliary="s",
        polite="seien",
    ),
    spanish=spanish_verb("ser", {"yo": "soy", "3": "es", "nos": "somos", "ellos": "son"}),
    pattern="be",
    english_preposition="",
    german_preposition="",
    german_case=0,
    spanish_preposition="",
    subjects=(),
    objects=(),
    recipients=(),
    places=(),
    tools=(),
    manner=(),
    flags=frozenset(),
)
