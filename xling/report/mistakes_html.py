"""The part of a report that shows single queries: the worst mistakes, and a list of all."""

from collections.abc import Mapping
from html import escape
from typing import Any

from xling.report.frame import number, value, word_html

__all__ = ["mistakes_section", "queries_section"]


def mistakes_section(document: Mapping[str, Any]) -> str:
    """Show the worst mistakes with the neighbours of their words.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`, with a judgement.

    Returns
    -------
    str
        HTML: one element for each mistake, which opens.
    """
    found = document["mistakes"]
    if not found:
        return '<p class="note">No first answer is wrong.</p>'
    source, target = document["from"], document["to"]
    sure = "surest" if found[0]["confidence"] is not None else "highest score"
    items = "".join(_mistake(one, source, target) for one in found)
    return (
        f"<p>{len(found)} wrong first answers: in turn those that the model was surest of and "
        "those whose right word comes last. Open one to see what is near its words in the "
        "shared space.</p>"
        '<div class="tools"><label for="order">Order</label><select id="order">'
        f'<option value="sure">{sure} first</option>'
        '<option value="rank">right word last</option>'
        '<option value="frequency">most frequent query first</option></select></div>'
        f'<div id="mistakes">{items}</div>'
    )


def queries_section(document: Mapping[str, Any]) -> str:
    """Make the list of all queries, which the script fills.

    Parameters
    ----------
    document : mapping
        Of `xling.report.content.gather`, with a judgement.

    Returns
    -------
    str
        HTML.
    """
    left_out = document["left_out"]
    note = f" {left_out:,} more queries are not in this page." if left_out else ""
    return (
        '<div class="tools"><label for="query">Find a query or an answer</label>'
        '<input id="query" type="search" autocomplete="off" spellcheck="false" '
        'aria-controls="queries"><label for="which">Show</label><select id="which">'
        '<option value="">all</option><option value="wrong">wrong</option>'
        '<option value="right">right</option><option value="missing">out of vocabulary</option>'
        f'</select></div><p id="query-note" class="note" role="status"></p>'
        '<div class="wide" role="region" tabindex="0" aria-label="Queries"><table id="queries">'
        '<thead><tr><th scope="col" class="text">query</th><th scope="col" class="text">right '
        'words</th><th scope="col" class="text">first answer</th><th scope="col">confidence</th>'
        '<th scope="col">rank</th></tr></thead><tbody></tbody></table></div>'
        "<noscript><p>This list needs scripts; <code>xling evaluate --per-query</code> prints "
        f'it.</p></noscript><p class="note">Rank is that of the best right word; 1 is right.{note}'
        "</p>"
    )


def _mistake(one: Mapping[str, Any], source: str, target: str) -> str:
    """Show one mistake."""
    sure = one["score"] if one["confidence"] is None else one["confidence"]
    kind = "score" if one["confidence"] is None else "probability"
    words = one["words"]
    cosines = ", ".join(
        f"{name} {value(cosine, number(cosine, 2))}" for name, cosine in one["cosines"].items()
    )
    others = ""
    if one["others"]:
        listed = ", ".join(word_html(word, target) for word in one["others"])
        others = f'<p class="note">Also right: {listed}</p>'
    answers = "".join(
        f"<li>{word_html(word, target)} <small>{number(score, 2)}</small></li>"
        for word, score in one["answers"]
    )
    reasons = "".join(f"<li>{escape(reason)}</li>" for reason in one["reasons"])
    return (
        f'<details data-sure="{sure!r}" data-rank="{one["rank"]!r}" '
        f'data-frequency="{words["query"]["frequency_rank"]}"><summary>'
        f"<b>{word_html(one['query'], source)}</b> "
        f'<span class="worse">{word_html(one["answer"], target)}</span> '
        '<span class="sign">instead of</span> '
        f'<span class="better">{word_html(one["gold"], target)}</span> '
        f"<small>{kind} {number(sure, 2)}, right word at rank {one['rank']:,g}</small></summary>"
        + (f'<ul class="reasons">{reasons}</ul>' if reasons else "")
        + others
        + f'<p>Answers of the model: </p><ol class="chips">{answers}</ol>'
        + f'<div class="cards">{"".join(_word(name, word) for name, word in words.items())}</div>'
        + f"<p>Cosines in the shared space: {cosines}.</p></details>"
    )


def _word(name: str, word: Mapping[str, Any]) -> str:
    """Show a word with its neighbours in both languages."""
    count = "" if word["count"] is None else f", {word['count']:,} times"
    lists = "".join(
        f"<dt>near in {escape(language)}</dt><dd>"
        + (
            ", ".join(
                f"{word_html(other, language)}&nbsp;<small>{number(cosine, 2)}</small>"
                for other, cosine in near
            )
            or "–"
        )
        + "</dd>"
        for language, near in word["near"].items()
    )
    return (
        f"<section><h4>{escape(name)}: {word_html(word['word'], word['language'])}</h4>"
        f'<p class="note">frequency rank {word["frequency_rank"]:,}{count}</p><dl>{lists}</dl>'
        "</section>"
    )
