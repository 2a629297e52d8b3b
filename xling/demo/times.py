"""Random times at which something happens."""

import xling.demo.choices as choices
from xling.demo.lexicon import Verb, lexicon
from xling.demo.sampling import Draws
from xling.demo.syntax import NounPhrase, Slot, TimePhrase

__all__ = [
    "DAY_PARTS",
    "SEASONS",
    "WEEKDAYS",
    "Times",
]

WEEKDAYS = (
    ("Monday", "Montag", "lunes"),
    ("Tuesday", "Dienstag", "martes"),
    ("Wednesday", "Mittwoch", "miércoles"),
    ("Thursday", "Donnerstag", "jueves"),
    ("Friday", "Freitag", "viernes"),
    ("Saturday", "Samstag", "sábado"),
    ("Sunday", "Sonntag", "domingo"),
)
SEASONS = (
    ("spring", "Frühling", "primavera"),
    ("summer", "Sommer", "verano"),
    ("autumn", "Herbst", "otoño"),
    ("winter", "Winter", "invierno"),
)
DAY_PARTS = (("afternoon", "Nachmittag", "tarde"), ("evening", "Abend", "noche"))

#: Events that people do something before or after.
_OCCASIONS = ("festive", "show", "contest", "meal", "voyage", "task_event")


class Times:
    """Draws adverbs, days, seasons or events."""

    def __init__(self, draws: Draws) -> None:
        self.draws = draws

    def adverb(self, *keys: str) -> str:
        """Draw one of some adverb keys."""
        return keys[self.draws.below(len(keys))]

    def time_adverb(self, *keys: str) -> TimePhrase:
        """Draw one of some adverbs of time."""
        adverb = lexicon().adverbs[self.adverb(*keys)]
        return TimePhrase(
            english=((adverb.key, 0),), german=((adverb.german, 0),), spanish=((adverb.spanish, 0),)
        )

    def weekday(self) -> TimePhrase:
        """Draw "on Monday" and the like."""
        english, german, spanish = WEEKDAYS[self.draws.below(7)]
        return TimePhrase(
            english=(("on", 0), (english, 1)),
            german=(("am", 0), (german, 1)),
            spanish=(("el", 0), (spanish, 1)),
        )

    def every_weekday(self) -> TimePhrase:
        """Draw "every Monday" and the like."""
        english, german, spanish = WEEKDAYS[self.draws.below(7)]
        return TimePhrase(
            english=(("every", 0), (english, 1)),
            german=(("jeden", 0), (german, 1)),
            spanish=(("cada", 0), (spanish, 1)),
        )

    def season(self) -> TimePhrase:
        """Draw "in summer" and the like."""
        english, german, spanish = SEASONS[self.draws.below(4)]
        return TimePhrase(
            english=(("in", 0), (english, 1)),
            german=(("im", 0), (german, 1)),
            spanish=(("en", 0), (spanish, 1)),
        )

    def day_part(self) -> TimePhrase:
        """Draw "in the evening" and the like."""
        english, german, spanish = DAY_PARTS[self.draws.below(2)]
        return TimePhrase(
            english=(("in", 0), ("the", 1), (english, 2)),
            german=(("am", 0), (german, 2)),
            spanish=(("por", 0), ("la", 1), (spanish, 2)),
        )

    def event(self, base: int) -> TimePhrase:
        """Draw "after the concert" and the like."""
        noun = choices.nouns(*_OCCASIONS).pick(self.draws)
        after = self.draws.chance(0.55)
        return TimePhrase(
            event=NounPhrase(noun=noun, base=base + Slot.TIME),
            prepositions=("after", "nach", "después de")
            if after
            else ("before", "vor", "antes de"),
        )

    def past_time(self) -> TimePhrase:
        """Draw a time for one finished event."""
        if self.draws.chance(0.55):
            return self.time_adverb("yesterday", "recently", "yesterday")
        return self.weekday()

    def future_time(self) -> TimePhrase:
        """Draw a time to come."""
        if self.draws.chance(0.55):
            return self.time_adverb("tomorrow", "soon")
        return self.weekday()

    def habitual_time(self, verb: Verb, subject: NounPhrase) -> TimePhrase:
        """Draw a time at which something happens again and again."""
        if verb.key == "travel":
            return self.season()
        chance = self.draws.uniform()
        people = subject.human or subject.pronoun is not None
        if chance < 0.45 and people:
            return self.every_weekday()
        return self.season() if chance < 0.7 and verb.key != "go" else self.day_part()
