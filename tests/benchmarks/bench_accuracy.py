"""Test accuracy and macro-F1 of every method over seeds, through the product. Prints a table and JSON.

    python -m tests.benchmarks.bench_accuracy [--set tweeteval_emotion sms_spam] [--seeds 3] [--projects DIR]
        [--methods bag-of-words features fine-tune]

Every data set's files are imported into a project (train, validation and test as they are given), and every run
is trained with the catalog's defaults; only the seed differs (13, 14, ...). The figures are those that the
product shows: of the test split, by the weights that were best on validation. ``--projects`` keeps the projects;
bench_explain (``--runs-cache``) and bench_scoring (``--projects``) find their runs there.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from engine.api.catalog import METHODS
from engine.api.errors import OptionValue
from tests.benchmarks.runs_cache import FIRST_SEED, trained

SETS = ("tweeteval_emotion", "sms_spam")
# what must be reached: data set, method, figure, least mean
BOUNDS = (
    ("tweeteval_emotion", "fine-tune", "macro_f1", 0.76),
    ("tweeteval_emotion", "features", "macro_f1", 0.68),
    ("sms_spam", "fine-tune", "accuracy", 0.99),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    every = [method.id for method in METHODS]
    parser.add_argument("--set", nargs="+", default=SETS, help="data sets")
    parser.add_argument("--methods", nargs="+", default=every, help="separated by spaces or commas")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--projects", type=Path, help="keep projects and runs here and use them again")
    parser.add_argument("--train-texts", type=int, help="train on so many texts, for a quick look")
    parser.add_argument("--epochs", type=float, help="of fine-tuning, instead of the catalog's default")
    given = parser.parse_args()
    methods = [id for word in given.methods for id in word.split(",")]
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        folder = given.projects or Path(scratch)
        found = {
            name: {
                method: measure(name, method, given.seeds, folder, given.train_texts, given.epochs)
                for method in methods
            }
            for name in given.set
        }
    print(table(found), file=sys.stderr)
    summary = {"sets": found, "bounds": bounds(found), "threads": torch.get_num_threads()}
    print(json.dumps(summary))


def measure(
    name: str, method: str, seeds: int, folder: Path, train_texts: int | None, epochs: float | None
) -> dict[str, Any]:
    """One method on one data set: every seed's figures, their mean and SD."""
    runs = []
    options: dict[str, OptionValue] = {}
    if epochs is not None and method == "fine-tune":
        options["epochs"] = epochs
    for seed in range(FIRST_SEED, FIRST_SEED + seeds):
        project, id = trained(name, method, seed, folder, options, train_texts)
        with project:
            run = project.runs.get(id)
        assert run.test is not None
        runs.append(
            {
                "seed": seed,
                "run": id,
                "accuracy": run.test.accuracy.value,
                "macro_f1": run.test.macro_f1.value,
                "macro_f1_interval": [run.test.macro_f1.low, run.test.macro_f1.high],
                "ece": run.test.ece,
                "seconds": run.seconds,
            }
        )
        print(json.dumps({"set": name, "method": method, **runs[-1]}), file=sys.stderr, flush=True)
    figures = {key: spread([run[key] for run in runs]) for key in ("accuracy", "macro_f1", "seconds")}
    return {**figures, "runs": runs}


def spread(values: Sequence[Any]) -> dict[str, float]:
    """Mean and standard deviation over the seeds (n - 1; 0 of a single one)."""
    numbers = [float(value) for value in values]
    return {
        "mean": statistics.mean(numbers),
        "sd": statistics.stdev(numbers) if len(numbers) > 1 else 0.0,
    }


def bounds(found: dict[str, dict[str, dict[str, Any]]]) -> list[dict[str, object]]:
    """What was asked for, where it was measured."""
    return [
        {
            "set": name,
            "method": method,
            "figure": figure,
            "least": least,
            "mean": found[name][method][figure]["mean"],
            "met": found[name][method][figure]["mean"] >= least,
        }
        for name, method, figure, least in BOUNDS
        if method in found.get(name, {})
    ]


def table(found: dict[str, dict[str, dict[str, Any]]]) -> str:
    lines = ["| data | method | accuracy | macro-F1 | seconds |", "|---|---|---|---|---|"]
    for name, methods in found.items():
        for method, values in methods.items():
            cells = [
                f"{values[key]['mean']:.4f} ± {values[key]['sd']:.4f}" for key in ("accuracy", "macro_f1")
            ]
            lines.append(f"| {name} | {method} | {' | '.join(cells)} | {values['seconds']['mean']:.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
