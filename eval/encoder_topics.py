"""Topics of German sentences, by a classifier that has seen English ones alone."""

from pathlib import Path
from typing import Any

import numpy as np
from encoder_setting import Setting
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from xling.arrays import Matrix
from xling.evaluation.resampling import bootstrap_interval

__all__ = ["read_topics", "topics"]


def read_topics(path: Path) -> tuple[list[str], list[str]]:
    """Read sentences and their topics from a file of SIB-200: ``index TAB topic TAB text``."""
    if not path.is_file():
        raise SystemExit(
            f"no {path}: SIB-200's files of a language are needed there (train.tsv, dev.tsv, "
            "test.tsv: index_id, category, text)"
        )
    lines = path.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines if line.strip()]
    return [row[2] for row in rows], [row[1] for row in rows]


def topics(setting: Setting) -> dict[str, Any]:
    """Train a classifier on English vectors, and judge it on both languages."""
    given = setting.run["topics"]
    parts = {
        (side, name): read_topics(setting.data / given[key] / f"{name}.tsv")
        for side, key in enumerate(("source", "target"))
        for name in ("train", "dev", "test")
        if side == 0 or name == "test"
    }
    encoders = {
        "student": setting.made("student"),
        "static": setting.made("static"),
        "teacher": setting.teacher,
        "words": setting.words()[0],
    }
    found = {}
    for name, folder in encoders.items():
        rows = {key: setting.rows(folder, key[0], texts) for key, (texts, _) in parts.items()}
        found[name] = judged(rows, {key: labels for key, (_, labels) in parts.items()}, given)
    return {"encoders": found}


def judged(
    rows: dict[tuple[int, str], Matrix],
    labels: dict[tuple[int, str], list[str]],
    given: dict[str, Any],
) -> dict[str, Any]:
    """Fit on English, choose the penalty on English, score both languages."""
    tried = []
    for penalty in given["penalties"]:
        model = LogisticRegression(C=penalty, max_iter=2000)
        model.fit(rows[0, "train"], labels[0, "train"])
        tried.append((float(model.score(rows[0, "dev"], labels[0, "dev"])), -penalty, model))
    dev, penalty, model = max(tried, key=lambda one: one[:2])
    scores: dict[str, Any] = {"penalty": -penalty, "english_dev": dev}
    for side, name in enumerate(("english", "german")):
        wanted = np.array(labels[side, "test"])
        answers = model.predict(rows[side, "test"])
        right = (answers == wanted).astype(np.float64)
        scores[name] = {
            "sentences": len(wanted),
            "accuracy": float(right.mean()),
            "confidence_interval": list(bootstrap_interval(right)),
            "macro_f1": float(f1_score(wanted, answers, average="macro")),
        }
    return scores
