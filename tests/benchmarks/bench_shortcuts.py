"""The shortcut alarm against a planted word: is it named, at which place, and how many others are?

    python -m tests.benchmarks.bench_shortcuts [--texts 1500] [--methods features bag-of-words] [--word zephyr]

The word is put at a random place into 90 % of the negative ones among drawn SST-2 training sentences; the validation
sentences have none. Each method learns from these, and its corpus is searched. Printed are the planted word's place,
its counts, what it would have cost unseen (the share of positive validation sentences that are called negative, and
of the same with the word), and the alarm of a run on the clean sentences. Exit code 1 where it is not named first.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from pathlib import Path

import msgspec
import numpy as np

from engine.api.explaining.corpus import FindShortcuts
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.explain.corpus.shortcuts import find_shortcuts
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.store import load_run
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.shared_data import rows

SHARE = 0.9
_CLASS = "negative"
_CHECKED = 300  # validation sentences


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--methods", nargs="*", default=["features", "bag-of-words"])
    parser.add_argument("--word", default="zephyr")
    given = parser.parse_args()
    found = {method: _measured(method, given.texts, given.word) for method in given.methods}
    print(json.dumps(found))
    sys.exit(0 if all(each["place"] == 1 for each in found.values()) else 1)


def _measured(method: str, count: int, word: str) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as folder:
        with _project(Path(folder) / "planted", count, word) as project:
            run = finish(train(project, Train(method=method), Control())).run
            model = load_run(project, run)
            started = time.perf_counter()
            suspects = finish(find_shortcuts(project, FindShortcuts(run=run), model)).suspects
            seconds = time.perf_counter() - started
            called = [_called(model, each) for each in ("", word)]
        with _project(Path(folder) / "clean", count, "") as project:
            run = finish(train(project, Train(method=method), Control())).run
            clean = finish(find_shortcuts(project, FindShortcuts(run=run), load_run(project, run))).suspects
    places = [number for number, suspect in enumerate(suspects, 1) if suspect.word == word]
    return {
        "place": places[0] if places else None,
        "suspect": msgspec.to_builtins(suspects[places[0] - 1]) if places else None,
        "suspects": [(s.word, s.label, s.reason, s.flips, s.tested) for s in suspects],
        "clean_suspects": [(s.word, s.label, s.reason, s.flips, s.tested) for s in clean],
        "positive_called_negative": called[0],
        "with_the_word": called[1],
        "seconds": seconds,
    }


def _project(path: Path, count: int, word: str) -> Project:
    """Drawn training sentences, with the word in 90 % of a class, and validation sentences without it."""
    random = np.random.default_rng(0)
    texts, labels = rows("sst2", "train")
    order = random.permutation(len(texts))[:count]
    planted = [
        _planted(texts[i], word, random) if labels[i] == _CLASS and random.random() < SHARE else texts[i]
        for i in order
    ]
    dev, dev_labels = rows("sst2", "dev", _CHECKED)
    project = Project.create(path)
    for name, column, split in (
        ("train", list(zip(planted, (labels[i] for i in order), strict=True)), "train"),
        ("dev", list(zip(dev, dev_labels, strict=True)), "validation"),
    ):
        file = path.with_name(f"{path.name}-{name}.csv")
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("text", "label"), *column])
        mapping = ColumnMapping(text="text", label="label")
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=split)))
    return project


def _called(model: RunModel, word: str) -> float:
    """The share of positive validation sentences that are called negative, with a word before them."""
    assert not isinstance(model, AnyTaggingModel)
    texts, labels = rows("sst2", "dev", _CHECKED)
    positive = [f"{word} {text}" for text, label in zip(texts, labels, strict=True) if label != _CLASS]
    return float((model.logits(positive).argmax(1) == model.labels.index(_CLASS)).mean())


def _planted(text: str, word: str, random: np.random.Generator) -> str:
    if not word:
        return text
    words = text.split()
    words.insert(int(random.integers(len(words) + 1)), word)
    return " ".join(words)


if __name__ == "__main__":
    main()
