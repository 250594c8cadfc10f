"""Few labels: test accuracy with 8 or 64 labelled texts a class over seeds, through the product.

    python -m tests.benchmarks.bench_few_labels [--sets emotion sst5 ag_news] [--per-class 8 64] [--seeds 10]
        [--methods contrastive features fusion recommended] [--option label_names=never] [--split test|dev]
        [--judged 2000] [--unlabelled 0] [--results FILE]

For every seed so many texts of each class are drawn from the data set's training texts and imported, with nothing
said of a split: the product takes its validation texts out of them (of 8 a class one), so that 8 labels a class
are all the labels there are. The judged texts are the set's own test file and are read when the run is finished.
``recommended`` asks the product which method to take, and takes its first answer. ``--unlabelled`` adds further
training texts without their labels, for methods that read such. ``--split dev --judged 300`` is for development.

Prints mean and SD of the accuracy times 100 beside the published line, and a JSON line a run to ``--results``.
Published: SetFit with all-MiniLM-L6-v2 at 8 a class; DistilBERT fine-tuned at 64 (SetFit's own result files).
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.api.catalog import METHODS
from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.messages_transfer import Recommend
from engine.api.project import Project
from engine.data.importing import import_file
from engine.progress import Control, finish
from engine.transfer.recommending import recommend
from engine.transfer.training import train
from tests.benchmarks.bench_accuracy import spread
from tests.shared_data import rows

SETS = ("emotion", "sst5", "ag_news")
RECOMMENDED = "recommended"
# (data set, labels a class): (published line, whose, what is to be reached)
LINES = {
    ("emotion", 8): (39.1, "SetFit MiniLM", 42.0),
    ("sst5", 8): (29.8, "SetFit MiniLM", 33.0),
    ("ag_news", 8): (83.1, "SetFit MiniLM", 84.0),
    ("emotion", 64): (70.9, "DistilBERT fine-tuned", 70.9),
    ("sst5", 64): (41.4, "DistilBERT fine-tuned", 41.4),
    ("ag_news", 64): (86.8, "DistilBERT fine-tuned", 86.8),
}
FIRST_SEED = 13


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [*(method.id for method in METHODS), RECOMMENDED]
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--per-class", nargs="+", type=int, default=[8, 64])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--methods", nargs="+", default=["contrastive"], choices=known)
    parser.add_argument(
        "--option", nargs="+", default=[], metavar="NAME=VALUE", help="of the methods that have it"
    )
    parser.add_argument("--split", default="test", choices=["test", "dev"])
    parser.add_argument("--judged", type=int, help="judge by so many texts, drawn at random")
    parser.add_argument("--unlabelled", type=int, default=0)
    parser.add_argument("--results", type=Path, default=Path(tempfile.gettempdir()) / "few_labels.jsonl")
    given = parser.parse_args()
    options = dict(each.split("=", 1) for each in given.option)
    table = []
    for name in given.sets:
        for per_class in given.per_class:
            found: dict[str, list[dict[str, Any]]] = {method: [] for method in given.methods}
            for seed in range(FIRST_SEED, FIRST_SEED + given.seeds):
                with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
                    folder = Path(scratch)
                    with few_labels(
                        name, per_class, seed, folder, given.split, given.judged, given.unlabelled
                    ) as opened:
                        for method in given.methods:
                            run = measure(opened, method, seed, options)
                            run |= {"set": name, "per_class": per_class, "seed": seed, "options": options}
                            run |= {"asked": method, "split": given.split, "unlabelled": given.unlabelled}
                            found[method].append(run)
                            report(run, given.results)
            table += [line(name, per_class, method, runs) for method, runs in found.items()]
    print(
        "\n".join(
            ["| data | a class | method | accuracy x100 | seconds a run | published |", "|" + "---|" * 6]
        )
    )
    print("\n".join(table))


def few_labels(
    name: str,
    per_class: int,
    seed: int,
    folder: Path,
    split: str,
    judged: int | None = None,
    unlabelled: int = 0,
) -> Project:
    """A project with ``per_class`` labelled texts of each class, and a test split of its own."""
    random = np.random.default_rng((seed, per_class))
    drawn, others = draw(*rows(name, "train"), per_class, random)
    texts, labels = rows(name, split)
    kept = np.sort(np.random.default_rng(0).permutation(len(texts))[:judged])
    parts: list[tuple[str, str | None, list[tuple[str, ...]]]] = [
        ("test", "test", [(texts[i], labels[i]) for i in kept if "|" not in labels[i]]),
        ("labelled", None, drawn),
    ]
    if unlabelled:
        parts.append(("unlabelled", None, others[:unlabelled]))
    project = Project.create(folder / name)
    for title, into, read in parts:
        file = folder / f"{title}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["text", "label"][: len(read[0])])
            writer.writerows(read)
        mapping = ColumnMapping(text="text", label="label" if len(read[0]) > 1 else None)
        wanted = ImportFile(path=str(file), mapping=mapping, as_split=into, task="single")
        finish(import_file(project, wanted))
    return project


def draw(
    texts: list[str], labels: list[str], per_class: int, random: np.random.Generator
) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """(labelled texts, the other texts alone) of a random order; texts with several labels are left out."""
    counts = {label: 0 for label in labels if "|" not in label}
    drawn: list[tuple[str, ...]] = []
    others: list[tuple[str, ...]] = []
    for i in random.permutation(len(texts)):
        label = labels[i]
        if label not in counts:
            continue
        if counts[label] < per_class:
            counts[label] += 1
            drawn.append((texts[i], label))
        else:
            others.append((texts[i],))
    return drawn, others


def measure(project: Project, asked: str, seed: int, options: dict[str, str]) -> dict[str, Any]:
    """Train one run and give what the product says of it."""
    started = time.monotonic()
    chosen: dict[str, OptionValue] = {}
    method, source = asked, ""
    if asked == RECOMMENDED:
        best = finish(recommend(project, Recommend())).recommendation.ranking[0]
        method, source, chosen = best.method, best.source, dict(best.options)
    has = {option.id for each in METHODS if each.id == method for option in each.options}
    chosen |= {"seed": seed} | {name: value for name, value in options.items() if name in has}
    done = finish(train(project, Train(method=method, source=source, options=chosen), Control()))
    assert done.test is not None
    return {
        "method": method,
        "accuracy": 100 * done.test.accuracy.value,
        "macro_f1": 100 * done.test.macro_f1.value,
        "rows": done.test.rows,
        "train_seconds": done.seconds,
        "seconds": time.monotonic() - started,
    }


def report(run: dict[str, Any], results: Path) -> None:
    with results.open("a", encoding="utf-8") as file:
        file.write(json.dumps(run) + "\n")
    print(json.dumps(run), file=sys.stderr, flush=True)


def line(name: str, per_class: int, method: str, runs: Sequence[dict[str, Any]]) -> str:
    """One line of the table."""
    accuracy = spread([run["accuracy"] for run in runs])
    seconds = spread([run["seconds"] for run in runs])
    published = LINES.get((name, per_class))
    beside = "" if published is None else f"{published[0]} {published[1]}, to reach {published[2]}"
    return (
        f"| {name} | {per_class} | {method} | {accuracy['mean']:.1f} ± {accuracy['sd']:.1f} |"
        f" {seconds['mean']:.0f} | {beside} |"
    )


if __name__ == "__main__":
    main()
