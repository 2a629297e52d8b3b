"""Make what was fetched ready for use: archives become files of sentence pairs."""

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from typing import IO

from xling.data.formats.lines import write_lines
from xling.data.language import primary_subtag
from xling.errors import FormatError

__all__ = ["FLORES_CODES", "flores_pairs", "moses_pairs"]

#: How FLORES-200 writes some languages; others are given as it writes them (``ace_Latn``).
FLORES_CODES = {
    "ar": "arb_Arab", "bg": "bul_Cyrl", "bn": "ben_Beng", "ca": "cat_Latn", "cs": "ces_Latn",
    "da": "dan_Latn", "de": "deu_Latn", "el": "ell_Grek", "en": "eng_Latn", "es": "spa_Latn",
    "et": "est_Latn", "eu": "eus_Latn", "fa": "pes_Arab", "fi": "fin_Latn", "fr": "fra_Latn",
    "ga": "gle_Latn", "he": "heb_Hebr", "hi": "hin_Deva", "hr": "hrv_Latn", "hu": "hun_Latn",
    "id": "ind_Latn", "is": "isl_Latn", "it": "ita_Latn", "ja": "jpn_Jpan", "ko": "kor_Hang",
    "lt": "lit_Latn", "lv": "lvs_Latn", "mt": "mlt_Latn", "nb": "nob_Latn", "nl": "nld_Latn",
    "pl": "pol_Latn", "pt": "por_Latn", "ro": "ron_Latn", "ru": "rus_Cyrl", "sk": "slk_Latn",
    "sl": "slv_Latn", "sr": "srp_Cyrl", "sv": "swe_Latn", "sw": "swh_Latn", "th": "tha_Thai",
    "tr": "tur_Latn", "uk": "ukr_Cyrl", "vi": "vie_Latn", "zh": "zho_Hans", "zh-hant": "zho_Hant",
}  # fmt: skip

_SPLITS = ("dev", "devtest")


def moses_pairs(archive: Path, languages: tuple[str, str], output: Path) -> int:
    """Write the pairs of a zip of two line-aligned files, as OPUS makes them.

    Parameters
    ----------
    archive : Path
        Holds ``CORPUS.A-B.A`` and ``CORPUS.A-B.B``.
    languages : pair of str
        Source and target language.
    output : Path
        The file to make, ``source TAB target`` a line; replaced where it stands.

    Returns
    -------
    int
        Pairs; those with a blank side are left out.

    Raises
    ------
    FormatError
        If the archive is damaged, has no such files, or they differ in their number of lines.
    """
    with _clear(archive), zipfile.ZipFile(archive) as opened, ExitStack() as stack:
        sides = []
        for language in map(primary_subtag, languages):
            names = [name for name in opened.namelist() if name.endswith(f".{language}")]
            if len(names) != 1:
                raise FormatError(
                    archive, f"no single file in it ends in .{language}: {opened.namelist()[:6]}"
                )
            sides.append(stack.enter_context(opened.open(names[0])))
        return _write(archive, sides[0], sides[1], output)


def flores_pairs(archive: Path, languages: tuple[str, str], split: str, output: Path) -> int:
    """Write the pairs of two languages of FLORES-200.

    Parameters
    ----------
    archive : Path
        Holds ``SPLIT/CODE.SPLIT`` for each language.
    languages : pair of str
        Source and target language, BCP-47 or as FLORES writes them.
    split : {"dev", "devtest"}
        Which part.
    output : Path
        The file to make, ``source TAB target`` a line; replaced where it stands.

    Returns
    -------
    int
        Pairs.

    Raises
    ------
    FormatError
        If the archive is damaged, or does not hold one of the languages.
    """
    with _clear(archive), tarfile.open(archive) as opened, ExitStack() as stack:
        members = {Path(member.name).name: member for member in opened if member.isfile()}
        sides = []
        for language in languages:
            member = members.get(f"{_flores_code(language)}.{split}")
            stream = None if member is None else opened.extractfile(member)
            if stream is None:
                known = sorted(name.partition(".")[0] for name in members if name.endswith(split))
                raise FormatError(
                    archive, f"no language {language!r} in it; it has {', '.join(known[:8])} ..."
                )
            sides.append(stack.enter_context(stream))
        return _write(archive, sides[0], sides[1], output)


def _flores_code(language: str) -> str:
    """Give a language as FLORES writes it."""
    for tag in (language.casefold(), primary_subtag(language)):
        if tag in FLORES_CODES:
            return FLORES_CODES[tag]
    return language.replace("-", "_")


def _write(archive: Path, source: IO[bytes], target: IO[bytes], output: Path) -> int:
    """Write the lines of two files side by side."""
    written = 0

    def lines() -> Iterator[bytes]:
        nonlocal written
        texts = (TextIOWrapper(side, encoding="utf-8", newline="\n") for side in (source, target))
        for number, pair in enumerate(zip_longest(*texts), start=1):
            if None in pair:
                raise FormatError(
                    archive, f"its two files differ in their number of lines, from line {number}"
                )
            one, other = (" ".join(side.split()) for side in pair)
            if one and other:
                written += 1
                yield f"{one}\t{other}".encode()

    write_lines(output, lines(), force=True)
    return written


@contextmanager
def _clear(archive: Path) -> Iterator[None]:
    """Say that an archive is damaged."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        tarfile.TarError,
        EOFError,
        zlib.error,
        UnicodeDecodeError,
    ) as error:
        raise FormatError(
            archive, f"damaged archive ({error})", hint="--force fetches it anew"
        ) from error
