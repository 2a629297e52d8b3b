"""A map from the space of an old embedding model into that of a new one, and its folder."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np

from xling import __version__
from xling.aligners.registry import aligner, check_method
from xling.arrays import Matrix, Vector, blocks, check_matrix, unit_rows
from xling.data.tensors import save_tensors
from xling.errors import DegenerateInputError, FormatError, NotInvertibleError, ShapeError
from xling.files import PathLike, atomic_directory
from xling.linking.link import link_rows
from xling.linking.matched_rows import MatchedRows
from xling.mapping.base import SpaceMap, Tensors
from xling.mapping.linear import LinearMap
from xling.mapping.registry import map_from_tensors
from xling.migration.recall import Kept, kept_recall, recall_by_rows
from xling.model.manifest import verify_manifest, write_manifest
from xling.progress import Progress, silent

__all__ = ["MIGRATION_KIND", "Migration", "fit_migration"]

#: What the folder of a migration says it is.
MIGRATION_KIND = "xling-migration"

_BLOCK = 16_384  # rows that are held in float64 at once
_TAGS = ("old", "new")
_MOST_HELD = 2000  # rows that are compared with each other


@dataclass(frozen=True, kw_only=True, eq=False)
class Migration:
    """``unit(decode(encode(unit(x) - mean_old)) + mean_new)``: old rows as the new model's.

    Parameters
    ----------
    encode : SpaceMap
        From centred old rows into the shared space of an aligner.
    decode : SpaceMap, optional
        From there to centred new rows; ``None`` where that is the same space.
    means : pair of ndarray, shape (d,) and (e,), float64
        Of old and of new rows at length 1.
    card : dict
        How it was fitted, with what is kept on held-out rows; JSON can hold it.

    Raises
    ------
    ShapeError
        If the parts do not fit each other.
    """

    encode: SpaceMap = field(repr=False)
    decode: SpaceMap | None = field(repr=False)
    means: tuple[Vector, Vector] = field(repr=False)
    card: dict[str, Any] = field(repr=False)

    def __post_init__(self) -> None:
        last = self.encode if self.decode is None else self.decode
        widths = (self.encode.dim_in, last.dim_out)
        if widths != (len(self.means[0]), len(self.means[1])):
            raise ShapeError(f"maps from {widths[0]} to {widths[1]} columns, and other means")

    @property
    def dim_in(self) -> int:
        """Width of old rows."""
        return len(self.means[0])

    @property
    def dim_out(self) -> int:
        """Width of new rows."""
        return len(self.means[1])

    def apply(self, rows: Matrix) -> Matrix:
        """Bring old rows into the new space.

        Parameters
        ----------
        rows : ndarray, shape (n, d), float32 or float64
            Of the old model.

        Returns
        -------
        ndarray, shape (n, e), float32
            Of length 1; zero rows stay zero.

        Raises
        ------
        ShapeError
            If the rows are not as wide as the old model's.
        """
        check_matrix(rows, "the old rows", columns=self.dim_in)
        made = np.zeros((len(rows), self.dim_out), np.float32)
        for block in blocks(len(rows), _BLOCK):
            part = unit_rows(np.asarray(rows[block], np.float64))
            known = part.any(axis=1, keepdims=True)
            moved = self.encode.apply((part - self.means[0]).astype(np.float32))
            if self.decode is not None:
                moved = self.decode.apply(moved)
            made[block] = np.where(known, unit_rows(moved + self.means[1]), 0)
        return made

    def save(self, path: PathLike, *, force: bool = False) -> None:
        """Write the folder, whole or not at all.

        Parameters
        ----------
        path : path
            To make.
        force : bool
            Whether a folder that xling wrote is replaced.

        Raises
        ------
        FileAccessError
            If the place is taken, or the disk refuses.
        """
        with atomic_directory(path, force=force) as folder:
            tensors: Tensors = {"mean.old": self.means[0], "mean.new": self.means[1]}
            maps: dict[str, Any] = {"encode": None, "decode": None}
            for name, one in (("encode", self.encode), ("decode", self.decode)):
                if one is not None:
                    parts, maps[name] = one.to_tensors()
                    tensors |= {f"{name}.{key}": part for key, part in parts.items()}
            text = json.dumps({"maps": maps, "card": self.card}, indent=1, sort_keys=True)
            (folder / "migration.json").write_text(text + "\n", encoding="utf-8")
            save_tensors(dict(sorted(tensors.items())), folder / "tensors.safetensors")
            write_manifest(folder, kind=MIGRATION_KIND)

    @classmethod
    def load(cls, path: PathLike) -> "Migration":
        """Read a folder, and check every byte of it.

        Parameters
        ----------
        path : path
            That `save` wrote.

        Returns
        -------
        Migration
            The same one.

        Raises
        ------
        FileAccessError, FormatError, ChecksumError, StorageVersionError
            If there is no such folder, it is something else, was changed, or is of another format.
        """
        from safetensors.numpy import load_file

        folder = Path(path)
        verify_manifest(folder, kind=MIGRATION_KIND)
        try:
            document = json.loads((folder / "migration.json").read_text(encoding="utf-8"))
            tensors = load_file(folder / "tensors.safetensors")
            found: list[SpaceMap | None] = []
            for name in ("encode", "decode"):
                start, meta = f"{name}.", document["maps"][name]
                parts = {k[len(start) :]: t for k, t in tensors.items() if k.startswith(start)}
                found.append(None if meta is None else map_from_tensors(parts, meta))
            encode, decode = found
            if encode is None:
                raise FormatError(folder, "a migration without a map")
            means = (tensors["mean.old"], tensors["mean.new"])
            return cls(encode=encode, decode=decode, means=means, card=document["card"])
        except (KeyError, TypeError) as error:
            raise FormatError(folder, f"a migration that makes no sense: {error!r}") from error


def fit_migration(
    old: Matrix,
    new: Matrix,
    *,
    method: str = "ridge",
    settings: Mapping[str, Any] | None = None,
    held_out: float = 0.1,
    k: int = 10,
    seed: int = 0,
    progress: Progress = silent,
) -> tuple[Migration, Kept]:
    """Fit the map on a sample embedded by both models, and measure it on rows kept apart.

    Parameters
    ----------
    old : ndarray, shape (n, d), float32
        Of the old model.
    new : ndarray, shape (n, e), float32
        Of the new one: row ``i`` is the same item.
    method : str
        Any aligner with supervision. It is given centred rows, so that its map is affine, and is
        undone on the new model's side where it moves that as well.
    settings : mapping, optional
        Of the method.
    held_out : float
        Share of the rows that the map does not see, in (0, 1); 2,000 rows at most.
    k : int
        Neighbours that are compared.
    seed : int
        Of the hold-out, and of methods with something random.
    progress : callable
        Called as the work goes on.

    Returns
    -------
    Migration
        Fitted on the other rows.
    Kept
        On the held-out rows.

    Raises
    ------
    ShapeError
        If there are not as many rows of both.
    DegenerateInputError
        If there are too few rows to fit on and to measure with.
    XlingError
        If the method cannot be fitted.
    """
    rows = [unit_rows(np.asarray(part, np.float64)) for part in (old, new)]
    if len(rows[0]) != len(rows[1]):
        raise ShapeError(
            f"{len(old):,} old and {len(new):,} new rows; row i of both has to be the same item"
        )
    known = np.flatnonzero(rows[0].any(axis=1) & rows[1].any(axis=1))
    count = min(round(held_out * len(known)), _MOST_HELD)
    if not 0 < held_out < 1 or count < k + 2 or count >= len(known):
        raise DegenerateInputError(
            f"{len(known)} rows that are known to both, {count} of them held out; at least "
            f"{k + 2} have to be held out, and some left to fit on",
            hint="give a larger sample, or hold more of it out",
        )
    order = np.random.default_rng([seed, 11]).permutation(known)
    held, learned = np.sort(order[:count]), np.sort(order[count:])
    made = _fitted(rows[0][learned], rows[1][learned], method, dict(settings or {}), seed, progress)
    compared = made.apply(rows[0][held]), rows[1][held].astype(np.float32)
    kept = kept_recall(*compared, k=k)
    low, high = kept.interval()
    card = {
        **made.card,
        "k": k,
        "sampled": len(known),
        "fitted_on": len(learned),
        "held_out": len(held),
        "recall": kept.recall,
        "recall_interval": [low, high],
        "recall_by_rows": [list(one) for one in recall_by_rows(*compared, k=k, seed=seed)],
        "chance": kept.chance,
        "own_first": kept.own_first,
        "cosine": kept.cosine,
    }
    return Migration(encode=made.encode, decode=made.decode, means=made.means, card=card), kept


def _fitted(
    old: Matrix,
    new: Matrix,
    method: str,
    settings: dict[str, Any],
    seed: int,
    progress: Progress,
) -> Migration:
    """Fit an aligner on centred rows, and find the way to the new model's own space."""
    means = (old.mean(axis=0), new.mean(axis=0))
    centred = (
        (old - means[0]).astype(np.float32),
        (new - means[1]).astype(np.float32),
    )
    check_method(method, given=True)
    known = [one.name for one in fields(aligner(method)().settings)]
    if "normalization" in known:
        settings = {"normalization": (), **settings}
    if "direction" in known:  # a map of the new side would have to be undone, which adds noise
        settings = {"direction": "forward", **settings}
    names = tuple(map(str, range(len(old))))
    matched = MatchedRows(languages=_TAGS, rows=centred, names=(names, names))
    found, warnings = link_rows(
        matched, method=method, settings=settings, seed=seed, progress=progress
    )
    target = found.target_mapping
    card = {
        "method": method,
        "settings": dict(found.settings),
        "seed": seed,
        "stop_reason": str(found.stop_reason),
        "warnings": list(warnings),
        "versions": {"xling": __version__},
    }
    decode = _decode(target, centred[1])
    return Migration(encode=found.source_mapping, decode=decode, means=means, card=card)


def _decode(target: SpaceMap, rows: Matrix) -> SpaceMap | None:
    """Undo the new model's side: exactly where that is possible, else as its rows say."""
    if isinstance(target, LinearMap) and target.matrix is None and not target.normalization.steps:
        return None
    steps = target.normalization.steps if isinstance(target, LinearMap) else ("unknown",)
    if not steps:
        try:
            return target.inverse()
        except NotInvertibleError:
            pass
    shared = target.apply(rows).astype(np.float64)
    matrix, *_ = np.linalg.lstsq(shared, rows.astype(np.float64), rcond=None)
    return LinearMap(dim_in=shared.shape[1], matrix=matrix.astype(np.float32))
