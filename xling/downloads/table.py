"""The data sets that can be fetched: addresses, licences, and what has to be named."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from xling.data.language import primary_subtag
from xling.errors import InputError, UnknownNameError

__all__ = ["DATA_SETS", "OPUS_VERSIONS", "DataSet", "Remote", "remotes"]

_OPUS = "https://object.pouta.csc.fi/OPUS-{corpus}/{version}/moses/{sorted}.txt.zip"
_META = "https://dl.fbaipublicfiles.com"


@dataclass(frozen=True, kw_only=True, slots=True)
class DataSet:
    """What is known of a data set.

    Parameters
    ----------
    title : str
        What it is.
    urls : tuple of str
        Patterns: ``{source}``, ``{target}``, ``{sorted}`` (both by alphabet), ``{language}``
        (one file for each), ``{corpus}``, ``{version}``.
    licence, licence_url : str
        Of the data, as its makers give it.
    kind : {"moses", "flores", "lexicon", "vectors"}
        How it is made ready.
    languages : int
        How many have to be named at least.
    size : str
        About how large, for people.
    corpus, version : str, optional
        Where they are not asked for.
    sha256 : mapping of str to str
        By address, where a checksum is published; the others are recorded when they are first
        fetched, and compared ever after.
    """

    title: str
    urls: tuple[str, ...]
    licence: str
    licence_url: str
    kind: Literal["moses", "flores", "lexicon", "vectors"]
    languages: int
    size: str
    corpus: str | None = None
    version: str | None = None
    sha256: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Remote:
    """One file to fetch.

    Parameters
    ----------
    url : str
        Where it lies.
    name : str
        Its name in the cache.
    sha256 : str, optional
        Where it is published.
    """

    url: str
    name: str
    sha256: str | None = None


#: Newest version of some corpora of OPUS; of others it has to be named.
OPUS_VERSIONS = {
    "Books": "v1",
    "EMEA": "v3",
    "Europarl": "v8",
    "GlobalVoices": "v2018q4",
    "JRC-Acquis": "v3.0",
    "KDE4": "v2",
    "News-Commentary": "v16",
    "OpenSubtitles": "v2018",
    "QED": "v2.0a",
    "TED2020": "v1",
    "Tatoeba": "v2023-04-12",
    "WikiMatrix": "v1",
}

#: By name.
DATA_SETS: dict[str, DataSet] = {
    "tatoeba": DataSet(
        title="sentence pairs of the Tatoeba site, as OPUS gives them",
        urls=(_OPUS,),
        licence="CC BY 2.0 FR",
        licence_url="https://creativecommons.org/licenses/by/2.0/fr/",
        kind="moses",
        languages=2,
        size="1 to 30 MB",
        corpus="Tatoeba",
        version=OPUS_VERSIONS["Tatoeba"],
    ),
    "opus": DataSet(
        title="sentence pairs of a corpus of OPUS: --corpus NAME",
        urls=(_OPUS,),
        licence="of the corpus; see its page",
        licence_url="https://opus.nlpl.eu/",
        kind="moses",
        languages=2,
        size="1 MB to several GB",
    ),
    "flores": DataSet(
        title="FLORES-200: 997 and 1,012 sentences in 204 languages, for testing",
        urls=(f"{_META}/nllb/flores200_dataset.tar.gz",),
        licence="CC BY-SA 4.0",
        licence_url="https://creativecommons.org/licenses/by-sa/4.0/",
        kind="flores",
        languages=2,
        size="25 MB",
    ),
    "muse": DataSet(
        title="MUSE dictionaries: all pairs, 0-5000 to fit on, 5000-6500 to test",
        urls=tuple(
            f"{_META}/arrival/dictionaries/{{source}}-{{target}}{part}.txt"
            for part in ("", ".0-5000", ".5000-6500")
        ),
        licence="CC BY-NC 4.0 (not for commercial use)",
        licence_url="https://creativecommons.org/licenses/by-nc/4.0/",
        kind="lexicon",
        languages=2,
        size="2 MB",
    ),
    "fasttext": DataSet(
        title="fastText vectors of Common Crawl and Wikipedia, 2 million words, 300 dimensions",
        urls=(f"{_META}/fasttext/vectors-crawl/cc.{{language}}.300.vec.gz",),
        licence="CC BY-SA 3.0",
        licence_url="https://creativecommons.org/licenses/by-sa/3.0/",
        kind="vectors",
        languages=1,
        size="1.3 GB a language",
    ),
    "fasttext-wiki": DataSet(
        title="fastText vectors of Wikipedia, 300 dimensions",
        urls=(f"{_META}/fasttext/vectors-wiki/wiki.{{language}}.vec",),
        licence="CC BY-SA 3.0",
        licence_url="https://creativecommons.org/licenses/by-sa/3.0/",
        kind="vectors",
        languages=1,
        size="0.1 to 6 GB a language",
    ),
}


def remotes(
    name: str,
    languages: Sequence[str],
    *,
    corpus: str | None = None,
    version: str | None = None,
) -> list[Remote]:
    """List the files of a data set for some languages.

    Parameters
    ----------
    name : str
        Of `DATA_SETS`.
    languages : sequence of str
        Two for pairs and lexicons, one or more for vectors.
    corpus, version : str, optional
        Of ``opus``.

    Returns
    -------
    list of Remote
        In the order of the addresses, then of the languages.

    Raises
    ------
    UnknownNameError
        If there is no such data set.
    InputError
        If the languages, the corpus or its version are missing or malformed.

    Examples
    --------
    >>> remotes("muse", ["en", "de"])[1].name
    'en-de.0-5000.txt'
    """
    if name not in DATA_SETS:
        raise UnknownNameError("data set", name, DATA_SETS)
    known = DATA_SETS[name]
    wanted = known.languages
    if len(languages) < wanted or (wanted == 2 and len(languages) > 2):
        told = "two languages" if wanted == 2 else "a language"
        raise InputError(f"{name} needs {told}: --languages {'en,de' if wanted == 2 else 'de'}")
    values = _corpus(name, known, corpus, version)
    tags = [primary_subtag(tag) for tag in languages]
    if wanted == 2:
        values |= {"source": tags[0], "target": tags[1], "sorted": "-".join(sorted(tags))}
    found = []
    for pattern in known.urls:
        for tag in tags if "{language}" in pattern else tags[:1]:
            url = pattern.format_map(values | {"language": tag})
            stem = url.rpartition("/")[2]
            if known.kind == "moses":
                stem = f"{values['corpus']}-{values['version']}-{stem}"
            found.append(Remote(url=url, name=stem, sha256=known.sha256.get(url)))
    return found


def _corpus(name: str, known: DataSet, corpus: str | None, version: str | None) -> dict[str, str]:
    """Choose a corpus and its version."""
    if name != "opus":
        if corpus is not None or version is not None:
            raise InputError(f"a corpus and its version are of opus; {name} has its own")
        return {"corpus": known.corpus or "", "version": known.version or ""}
    if corpus is None:
        raise InputError(
            "opus needs a corpus: --corpus NAME",
            hint=f"for example {', '.join(OPUS_VERSIONS)}; all: {known.licence_url}",
        )
    version = version or OPUS_VERSIONS.get(corpus)
    if version is None:
        raise InputError(
            f"the version of the corpus {corpus!r} is not known: --version is needed",
            hint=f"its page under {known.licence_url} shows it; known: {', '.join(OPUS_VERSIONS)}",
        )
    for text in (corpus, version):
        if not text.replace("-", "").replace("_", "").replace(".", "").isalnum() or ".." in text:
            raise InputError(f"{text!r} is no name of a corpus or version")
    return {"corpus": corpus, "version": version}
