"""All channels of one direction, and what they say together of each candidate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from xling.arrays import Matrix
from xling.errors import InputError, UnknownNameError
from xling.evidence.analogies import Analogies
from xling.evidence.base import Asked, Candidates, Channel, Ground
from xling.evidence.contexts import Contexts
from xling.evidence.forms import Forms
from xling.evidence.frequency import Frequency
from xling.evidence.inflections import Inflections
from xling.evidence.ranker import Ranker
from xling.evidence.rivals import Rivals
from xling.evidence.spelling import Spelling
from xling.evidence.table import Table, TableEvidence
from xling.evidence.two_way import TwoWay
from xling.retrieval.index import ExactIndex

__all__ = [
    "CHANNELS",
    "EXTRA",
    "FEATURES",
    "GROUPS",
    "Evidence",
    "chosen_channels",
    "evidence",
    "features_of",
    "start_ranker",
]

_CLASSES: dict[str, type[Channel]] = {
    "contexts": Contexts,
    "table": Table,
    "inflections": Inflections,
    "forms": Forms,
    "analogies": Analogies,
    "spelling": Spelling,
    "frequency": Frequency,
    "rivals": Rivals,
    "two-way": TwoWay,
}

#: The kinds of evidence that a model learned from sentence pairs has only where it was asked for.
EXTRA = ("two-way",)

#: Those that it always has.
CHANNELS = tuple(name for name in _CLASSES if name not in EXTRA)

_START = {
    "contexts.csls": 8.0,
    "table.present": 2.0,
    "table.log_forward": 0.9,
    "table.log_backward": 0.9,
    "forms.form": 2.0,
    "analogies.log_any": 0.4,
}


def features_of(channels: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Name what some channels tell of a candidate.

    Parameters
    ----------
    channels : sequence of str
        In the order of a model.

    Returns
    -------
    names : tuple of str
        As ``"contexts.csls"``.
    groups : tuple of int
        The number of each feature's channel.
    """
    told = [(i, f"{name}.{one}") for i, name in enumerate(channels) for one in _told(name)]
    return tuple(name for _, name in told), tuple(number for number, _ in told)


def _told(channel: str) -> tuple[str, ...]:
    """Give the names of a channel's features."""
    return _CLASSES[channel].FEATURES


#: Names of what `CHANNELS` tell of a candidate.
FEATURES = features_of(CHANNELS)[0]

#: The number of the channel of each of them.
GROUPS = features_of(CHANNELS)[1]


def chosen_channels(known: tuple[str, ...], channels: str) -> tuple[str, ...]:
    """Read a choice of evidence.

    Parameters
    ----------
    known : tuple of str
        What there is.
    channels : str
        ``"all"``, or names separated by commas.

    Returns
    -------
    tuple of str
        In the order of ``known``.

    Raises
    ------
    UnknownNameError
        If there is no such channel; `InputError` for all beside others.
    """
    if channels == "all":
        return known
    chosen = [part.strip() for part in channels.split(",")]
    if "all" in chosen:
        raise InputError(f"channels is {channels!r}; all stands alone, without others")
    for name in chosen:
        if name not in known:
            raise UnknownNameError("channel of this model", name, (*known, "all"))
    return tuple(name for name in known if name in chosen)


def start_ranker(channels: Sequence[str] = CHANNELS) -> Ranker:
    """Make the ranker that serves where there are too few words to fit one.

    Parameters
    ----------
    channels : sequence of str
        Of the model.

    Returns
    -------
    Ranker
        Fixed weights; it gives no probabilities.
    """
    return Ranker.start(_START, features_of(channels)[0], len(channels))


@dataclass(frozen=True, kw_only=True, eq=False)
class Evidence:
    """The channels of one direction.

    Parameters
    ----------
    channels : mapping of str to Channel
        By name, in the order of the model's.
    """

    channels: Mapping[str, Channel] = field(repr=False)

    @property
    def groups(self) -> tuple[int, ...]:
        """The number of the channel of each feature."""
        return features_of(tuple(self.channels))[1]

    def gather(self, asked: Asked, used: Sequence[str]) -> tuple[Candidates, Matrix]:
        """Find the candidates of some queries, and all that is known of them.

        Parameters
        ----------
        asked : Asked
            Some tens or hundreds of queries: memory grows with them. All in the vocabulary,
            unless contexts alone are used.
        used : sequence of str
            Names of channels, at least one.

        Returns
        -------
        candidates : Candidates
            What the channels used bring up.
        features : ndarray, shape (c, f), float32
            In the order of the channels, as `features_of` names them; zeros for channels that
            are not used.
        """
        found = {name: one.look(asked) for name, one in self.channels.items() if name in used}
        candidates = Candidates.united(one.proposed for one in found.values())
        count = len(candidates.columns)
        parts = [
            found[name].measure(candidates)
            if name in found
            else np.zeros((count, len(one.FEATURES)), np.float32)
            for name, one in self.channels.items()
        ]
        return candidates, np.hstack(parts).astype(np.float32, copy=False)


def evidence(
    ground: Ground,
    table: TableEvidence,
    index: ExactIndex,
    back: ExactIndex,
    *,
    extra: Sequence[str] = (),
) -> Evidence:
    """Put the channels of one direction together.

    Parameters
    ----------
    ground : Ground
        Both vocabularies and what links them.
    table : TableEvidence
        The queries' language in the rows.
    index, back : ExactIndex
        Rows ``[y, r(y)]`` of the answers' and ``[x, r(x)]`` of the queries' language.
    extra : sequence of str
        Channels of `EXTRA` that the model has.

    Returns
    -------
    Evidence
        Nothing is computed before it is asked for.
    """
    channels: dict[str, Channel] = {
        "contexts": Contexts(index=index),
        "table": Table(table=table),
        "inflections": Inflections(ground=ground, cells=table.mean()),
        "forms": Forms(ground=ground),
        "analogies": Analogies(ground=ground),
        "spelling": Spelling(ground=ground),
        "frequency": Frequency(ground=ground),
        "rivals": Rivals(ground=ground),
        "two-way": TwoWay(index=index, back=back),
    }
    return Evidence(
        channels={name: one for name, one in channels.items() if name in (*CHANNELS, *extra)}
    )
