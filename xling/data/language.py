"""Language codes: well-formed BCP-47 tags."""

import re

from xling.errors import InputError

__all__ = ["check_language", "check_language_pair", "primary_subtag"]

# The grammar of RFC 5646, section 2.1, without the grandfathered tags.
_TAG = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wy-z\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?",
    re.IGNORECASE,
)


def check_language(tag: str) -> str:
    """Refuse a malformed language code.

    Parameters
    ----------
    tag : str
        For example ``en``, ``pt-BR``, ``zh-Hant``.

    Returns
    -------
    str
        The same tag.

    Raises
    ------
    InputError
        If the tag is not well-formed BCP-47.

    Examples
    --------
    >>> check_language("pt-BR")
    'pt-BR'
    """
    if not _TAG.fullmatch(tag):
        raise InputError(
            f"malformed language code {tag!r}; a BCP-47 tag such as en, pt-BR or zh-Hant is needed"
        )
    return tag


def check_language_pair(languages: tuple[str, ...]) -> tuple[str, str]:
    """Refuse anything but two different well-formed languages.

    Parameters
    ----------
    languages : tuple of str
        Source and target language.

    Returns
    -------
    tuple of str
        The two tags.

    Raises
    ------
    InputError
        If there are not two, one is malformed, or they are equal.
    """
    if len(languages) != 2:
        raise InputError(f"languages: {len(languages)} given ({','.join(languages)}); 2 are needed")
    source, target = (check_language(tag) for tag in languages)
    if source.casefold() == target.casefold():
        raise InputError(f"languages: both are {source!r}; two different ones are needed")
    return source, target


def primary_subtag(tag: str) -> str:
    """Give the language itself, without script, region or variant.

    Parameters
    ----------
    tag : str
        A well-formed tag.

    Returns
    -------
    str
        Lower case, for example ``pt`` for ``pt-BR``.
    """
    return tag.split("-")[0].casefold()
