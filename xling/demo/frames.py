"""The registry of sentence frames.

A frame is a function from a `Builder` to a `Sentence`, or to None when the words it drew do not
fit together; the caller then draws again.
"""

from collections.abc import Callable
from typing import TypeAlias

import xling.demo.clauses as clauses
import xling.demo.modality as modality
import xling.demo.questions as questions
import xling.demo.statements as statements
import xling.demo.tenses as tenses
from xling.demo.copular import COPULAR_FRAMES
from xling.demo.phrases import Builder
from xling.demo.syntax import Sentence

__all__ = [
    "FRAMES",
    "Frame",
]

Frame: TypeAlias = Callable[[Builder], Sentence | None]

#: Every frame with its share of the sentences; shares are relative.
FRAMES: dict[str, tuple[Frame, float]] = {
    "although": (clauses.although, 2.0),
    "and_clauses": (clauses.and_clauses, 2.0),
    "because_event": (clauses.because_event, 2.0),
    "because_need": (clauses.because_need, 1.2),
    "because_state": (clauses.because_state, 2.0),
    "both": (statements.names, 2.0),
    "but_clauses": (clauses.but_clauses, 2.0),
    "can": (modality.can, 2.0),
    "cannot": (modality.cannot, 1.6),
    "command": (questions.command, 1.0),
    "comment": (statements.comment, 2.0),
    "event": (tenses.event, 2.0),
    "feelings": (statements.feelings, 2.4),
    "frequency": (tenses.frequency, 2.2),
    "future": (tenses.future, 2.2),
    "giving": (statements.giving, 2.0),
    "giving_past": (statements.giving_past, 2.0),
    "habit": (tenses.habit, 2.2),
    "have": (statements.have, 2.0),
    "if_weather": (clauses.if_weather, 2.0),
    "like": (statements.like, 2.0),
    "lives": (statements.lives, 1.4),
    "manner": (statements.manner, 2.4),
    "motion": (tenses.motion, 2.0),
    "must": (modality.must, 2.0),
    "negation": (modality.negation, 2.0),
    "no_object": (modality.no_object, 1.8),
    "numbers": (statements.numbers, 2.0),
    "passive": (statements.passive, 2.0),
    "past": (tenses.past, 2.2),
    "past_negation": (modality.past_negation, 2.0),
    "past_time": (tenses.past_time, 2.2),
    "perfect": (tenses.perfect, 2.0),
    "perfect_motion": (tenses.perfect_motion, 1.6),
    "perfect_negation": (modality.perfect_negation, 1.8),
    "place": (statements.where_it_happens, 1.6),
    "polar": (questions.polar, 1.8),
    "polar_past": (questions.polar_past, 1.8),
    "polar_perfect": (questions.polar_perfect, 1.8),
    "present": (tenses.present, 2.4),
    "progressive": (tenses.progressive, 2.2),
    "prohibition": (questions.prohibition, 1.0),
    "relative_object": (clauses.relative_object, 2.0),
    "relative_subject": (clauses.relative_subject, 2.2),
    "said_that": (clauses.said_that, 2.2),
    "tool": (statements.tool, 1.6),
    "two_objects": (statements.two_objects, 2.0),
    "want": (modality.want, 2.0),
    "wanted": (modality.had_to, 2.0),
    "what": (questions.what, 1.8),
    "when_past": (clauses.when_past, 2.2),
    "when_question": (questions.when_question, 1.6),
    "whenever": (clauses.whenever, 2.0),
    "where": (questions.where, 1.6),
    "while_past": (clauses.while_past, 2.2),
    "who": (questions.who, 1.6),
    "why": (questions.why, 1.6),
    "wonder": (clauses.wonder, 2.0),
    **COPULAR_FRAMES,
}
