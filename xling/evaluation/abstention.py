"""What is gained by not answering where the model is unsure."""

from dataclasses import dataclass

import numpy as np

from xling.arrays import BoolVector, Vector
from xling.errors import DegenerateInputError, NonFiniteError, ShapeError

__all__ = ["OverAll", "RiskCoverage", "risk_coverage", "risk_over_all"]


@dataclass(frozen=True, kw_only=True, slots=True)
class RiskCoverage:
    """The risk of answering only the surest questions, for each number of them.

    Parameters
    ----------
    coverage : ndarray, shape (n,), float64
        Fraction of the questions that are answered: ``1 / n`` to 1.
    risk : ndarray, shape (n,), float64
        Fraction of these answers that is wrong; equally sure answers come in any order, so that
        their errors are spread evenly.
    area : float
        Mean of the risk, smaller is better.
    """

    coverage: Vector
    risk: Vector
    area: float

    def at(self, coverage: float) -> float:
        """Give the risk at a coverage.

        Parameters
        ----------
        coverage : float
            In (0, 1].

        Returns
        -------
        float
            Of the smallest number of answers that covers so many questions.
        """
        place = int(np.searchsorted(self.coverage, coverage - 1e-12))
        return float(self.risk[min(place, len(self.risk) - 1)])

    def coverage_at(self, risk: float) -> float:
        """Give how many questions can be answered at a risk.

        Parameters
        ----------
        risk : float
            The largest one that is borne, in [0, 1].

        Returns
        -------
        float
            The largest coverage whose risk is no larger; 0 if there is none.
        """
        borne = self.coverage[self.risk <= risk + 1e-12]
        return float(borne.max(initial=0.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class OverAll:
    """Curves over all questions, also those that have no right answer to be found.

    Parameters
    ----------
    counted_wrong : RiskCoverage
        These questions are answered like the others, as sure as the model is, and wrong.
    not_answered : RiskCoverage
        None of these is answered: the best that a model could do which knows them. Its coverage
        ends at the fraction of the other questions; without any it has no point, and area NaN.
    """

    counted_wrong: RiskCoverage
    not_answered: RiskCoverage


def risk_coverage(confidences: Vector, right: BoolVector) -> RiskCoverage:
    """Trace the risk from answering only the surest question to answering all.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Larger for surer; need not be probabilities.
    right : ndarray, shape (n,), bool
        Which answers are right.

    Returns
    -------
    RiskCoverage
        ``n`` points.

    Raises
    ------
    ShapeError
        If the two are not vectors of one length.
    DegenerateInputError
        If there is no answer.
    NonFiniteError
        If a confidence is NaN.

    References
    ----------
    Geifman & El-Yaniv (2017), Selective classification for deep neural networks.

    Examples
    --------
    >>> found = risk_coverage(np.array([0.9, 0.1, 0.8]), np.array([True, False, True]))
    >>> found.risk.round(2).tolist(), round(found.area, 2)
    ([0.0, 0.0, 0.33], 0.11)
    """
    sure, hits = np.asarray(confidences, np.float64), np.asarray(right, bool)
    if sure.ndim != 1 or sure.shape != hits.shape:
        raise ShapeError(f"{sure.shape} confidences for {hits.shape} answers; one each is needed")
    if not len(sure):
        raise DegenerateInputError("no answer is given; there is no risk to trace")
    if np.isnan(sure).any():
        raise NonFiniteError("a confidence is NaN; every answer needs one")
    _, level, sizes = np.unique(-sure, return_inverse=True, return_counts=True)
    wrong = np.bincount(level, ~hits, len(sizes))
    errors = np.cumsum(np.repeat(wrong / sizes, sizes))
    answered = np.arange(1, len(sure) + 1)
    risk = errors / answered
    return RiskCoverage(coverage=answered / len(sure), risk=risk, area=float(risk.mean()))


def risk_over_all(confidences: Vector, right: BoolVector, known: BoolVector) -> OverAll:
    """Trace the risk over all questions, also those that have no right answer to be found.

    Parameters
    ----------
    confidences : ndarray, shape (n,), float64
        Larger for surer; the smallest of all where the model gives no answer.
    right : ndarray, shape (n,), bool
        Which answers are right.
    known : ndarray, shape (n,), bool
        Which questions have a right answer in the vocabulary, and are in it themselves.

    Returns
    -------
    OverAll
        Both ways to count the others.

    Raises
    ------
    ShapeError
        If the three are not vectors of one length.
    DegenerateInputError, NonFiniteError
        As of `risk_coverage`.

    Examples
    --------
    >>> sure, right = np.array([0.9, 0.8, 0.7, 0.1]), np.array([True, False, True, False])
    >>> found = risk_over_all(sure, right, known=np.array([True, False, True, True]))
    >>> found.counted_wrong.risk.round(2).tolist()
    [0.0, 0.5, 0.33, 0.5]
    >>> found.not_answered.coverage.tolist(), found.not_answered.risk.round(2).tolist()
    ([0.25, 0.5, 0.75], [0.0, 0.0, 0.33])
    """
    sure, hits = np.asarray(confidences, np.float64), np.asarray(right, bool)
    inside = np.asarray(known, bool)
    if inside.shape != sure.shape:
        raise ShapeError(f"{inside.shape} marks for {sure.shape} answers; one each is needed")
    counted_wrong = risk_coverage(sure, hits & inside)
    if not inside.any():
        none = np.zeros(0)
        return OverAll(
            counted_wrong=counted_wrong,
            not_answered=RiskCoverage(coverage=none, risk=none, area=float("nan")),
        )
    found = risk_coverage(sure[inside], hits[inside])
    return OverAll(
        counted_wrong=counted_wrong,
        not_answered=RiskCoverage(
            coverage=found.coverage * inside.mean(), risk=found.risk, area=found.area
        ),
    )
