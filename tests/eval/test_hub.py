"""The measurement of a hub: what its seed lexicons may hold, and its table."""

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from xling.data.lexicon import Lexicon


@pytest.fixture(scope="module")
def script(repository: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("eval_hub", repository / "eval" / "hub.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_no_test_word_reaches_a_seed_lexicon(script: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "lexicons" / "muse"
    folder.mkdir(parents=True)
    for name, lines in {
        "de-es.5000-6500": ["Hund perro", "Haus casa"],
        "en-de.0-5000": ["dog hund", "cat katze", "hound Hund"],
        "en-es.0-5000": ["dog perro", "cat gato"],
        "de-es.0-5000": ["katze gato", "kater gato", "hund can", "köter perro"],
    }.items():
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    test, seeds = script.read_lexicons(tmp_path)
    assert len(test) == 2
    assert seeds["en-de"].pairs == (("cat", "katze"),)
    assert seeds["en-es"].pairs == (("dog", "perro"), ("cat", "gato"))
    assert seeds["en-es, gold words too"].pairs == (("cat", "gato"),)
    assert [a for a, _ in seeds["de-es"].pairs] == ["katze", "kater", "köter"]
    assert [a for a, _ in seeds["de-es, gold words too"].pairs] == ["katze", "kater"]


def test_each_way_of_linking_answers(script: ModuleType, hub_world: Any) -> None:
    seeds: dict[str, Lexicon] = {}
    for a, b in (("en", "de"), ("en", "es"), ("de", "es")):
        seeds[f"{a}-{b}"] = hub_world.lexicon(a, b, range(40))
        seeds[f"{a}-{b}, gold words too"] = hub_world.lexicon(a, b, range(30))
    for condition in script.CONDITIONS:
        model, pairs = script.link(condition, hub_world.spaces, seeds)
        assert model.translate("de70", source="de", to="es")[0].word == "es70"
        expected = {"de-es"} if "direct" in condition else set()
        expected |= {"en-de", "en-es"} if "hub" in condition else set()
        assert set(pairs) == expected
        strict = "en-es" if "hub" in condition else "de-es"
        assert pairs[strict] == (30 if "gold" in condition else 40)


def test_means_and_differences(script: ModuleType) -> None:
    results = []
    for seed in (0, 1):
        for place, condition in enumerate(script.CONDITIONS):
            hits = [True] * (place + 1) + [False] * (9 - place)
            share = (place + 1 + seed) / 10
            results.append(
                {
                    "encoder": "ppmi",
                    "condition": condition,
                    "pairs": {"de-es": 1234},
                    "hits": hits,
                    "scores": {
                        "queries_in_vocabulary": 10,
                        "coverage": 0.5,
                        "precision": {"1": share, "5": share},
                        "precision_overall": {"1": share / 2},
                        "confidence_interval": [0.0, 1.0],
                        "mrr": share,
                    },
                }
            )
    rows = script.summarize(results)
    assert [row["precision_1"] for row in rows] == pytest.approx([0.15, 0.25, 0.35, 0.45, 0.55])
    assert "difference" not in rows[0]
    assert rows[1]["difference"]["p_at_1"] == pytest.approx(0.1)
    assert "difference" not in rows[3]  # the direct link without gold words is a reference, too
    assert rows[4]["difference"]["p_at_1"] == pytest.approx(0.1)
    lines = script.table(rows).splitlines()
    assert len(lines) == 2 + len(script.CONDITIONS)
    assert "| ppmi | hub | de-es 1,234 | 10 (50.0%) | 0.250 (0.000-1.000)" in lines[3]
    assert np.isfinite(rows[1]["difference"]["p_value"])
