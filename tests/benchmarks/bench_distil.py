"""A BERT-tiny student of a fine-tuned MiniLM: accuracy beside its teacher and beside labels alone, and speed.

    python -m tests.benchmarks.bench_distil [--set ag_news sms_spam] [--seeds 1] [--projects DIR] [--out FILE]
        [--student small-model|fewer-layers|bag-of-words] [--option changed_copies=2] [--train-texts N] [--split test]

The teacher is fine-tuned through the product with the catalog's defaults, the student distilled with its own, and
the same student trained on the labels alone (``hard_share=1``) for as many steps. Accuracy is that of the test
split by the weights that were best on validation; differences are paired over the same texts, with a bootstrap
95 % interval. Speed is texts a second of ``model.score`` in fp32 on the texts of that split, teacher and student
in turns, the median of three rounds. With ``--out`` each seed's figures are added to a file, a JSON line each.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from engine.api.errors import OptionValue
from engine.api.project import Project
from engine.api.store.runs import Answered
from engine.evaluate.intervals import paired_difference
from engine.evaluate.metrics import accuracy
from engine.models.run_model import AnyTaggingModel
from engine.models.store import load_run
from tests.benchmarks.runs_cache import FIRST_SEED, trained

Texts = NDArray[np.str_]

SETS = ("ag_news", "sms_spam")
MOST_POINTS_BEHIND = 3.0
LEAST_TIMES_AS_FAST = 8.0
_ROUNDS = 3
_TIMED_TEXTS = 1000


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", default=SETS, help="data sets")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--student", default="small-model")
    parser.add_argument("--option", nargs="*", default=[], metavar="NAME=VALUE", help="of the student")
    parser.add_argument("--train-texts", type=int, help="labels of so many texts, for a quick look")
    parser.add_argument("--split", default="test", choices=("test", "validation"))
    parser.add_argument("--projects", type=Path, help="keep projects and runs here and use them again")
    parser.add_argument("--out", type=Path, help="add the figures to this file, a JSON line a seed")
    given = parser.parse_args()
    options: dict[str, OptionValue] = {"student": given.student}
    options |= dict(pair.split("=", 1) for pair in given.option)
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        folder = given.projects or Path(scratch)
        for name in given.set:
            for seed in range(FIRST_SEED, FIRST_SEED + given.seeds):
                found = measure(name, seed, folder, options, given.train_texts, given.split)
                print(json.dumps(found), flush=True)
                if given.out:
                    with given.out.open("a", encoding="utf-8") as file:
                        file.write(json.dumps(found) + "\n")


def measure(
    name: str,
    seed: int,
    folder: Path,
    options: dict[str, OptionValue],
    train_texts: int | None,
    split: str,
) -> dict[str, Any]:
    """Teacher, student, and the student without a teacher, on one data set with one seed."""
    project, teacher = trained(name, "fine-tune", seed, folder, None, train_texts)
    project.close()
    taught = {**options, "teacher": teacher}
    project, student = trained(name, "distil", seed, folder, taught, train_texts)
    run = project.runs.get(student)
    project.close()
    # as many steps as the student had: its copies and unlabelled texts are more rows in an epoch
    steps = float(run.options["epochs"]) * (1 + int(run.options["changed_copies"]))  # type: ignore[arg-type]
    alone_options: dict[str, OptionValue] = {**options, "hard_share": 1.0, "epochs": steps}
    project, alone = trained(name, "distil", seed, folder, alone_options, train_texts)
    with project:
        answers = {id: project.runs.answers(id, split) for id in (teacher, student, alone)}
        true = _true(answers[teacher])
        called = {id: np.array([a.label for a in answers[id]]) for id in answers}
        found = {
            "bench": "distil",
            "set": name,
            "seed": seed,
            "split": split,
            "student": options["student"],
            "options": {key: value for key, value in run.options.items() if key in _SHOWN},
            "texts": len(true),
            "accuracy": {
                "teacher": float((called[teacher] == true).mean()),
                "student": float((called[student] == true).mean()),
                "labels_alone": float((called[alone] == true).mean()),
            },
            "behind_teacher": difference(true, called[teacher], called[student]),
            "gain_over_labels_alone": difference(true, called[student], called[alone]),
            "seconds": {id: project.runs.get(id).seconds for id in (teacher, student, alone)},
            "threads": torch.get_num_threads(),
            **_speeds(project, teacher, student, split),
        }
    found["met"] = {
        "accuracy": found["behind_teacher"]["value"] * 100 <= MOST_POINTS_BEHIND,
        "speed": found["times_as_fast"] >= LEAST_TIMES_AS_FAST,
    }
    print(_line(found), file=sys.stderr, flush=True)
    return found


_SHOWN = (
    "epochs",
    "temperature",
    "hard_share",
    "changed_copies",
    "learning_rate",
    "batch_size",
    "match_hidden",
)


def _true(answers: list[Answered]) -> Texts:
    return np.array([answer.true_label for answer in answers])


def difference(true: Texts, ours: Texts, theirs: Texts) -> dict[str, float]:
    """How much more accurate, with its interval, over the same texts."""
    labels, codes = np.unique(np.concatenate([true, ours, theirs]), return_inverse=True)
    parts = codes.reshape(3, -1)
    interval = paired_difference(parts[0], parts[1], parts[2], len(labels), accuracy)
    return {"value": interval.value, "low": interval.low, "high": interval.high}


def _speeds(project: Project, teacher: str, student: str, split: str) -> dict[str, Any]:
    texts = [text for _, text, _ in project.documents.labelled(split)][:_TIMED_TEXTS]
    models = {id: load_run(project, id) for id in (teacher, student)}
    assert not any(isinstance(model, AnyTaggingModel) for model in models.values())
    taken: dict[str, list[float]] = {id: [] for id in models}
    for model in models.values():
        model.logits(texts[:64])  # type: ignore[call-arg]
    for _ in range(_ROUNDS):
        for id, model in models.items():
            started = time.perf_counter()
            model.logits(texts)  # type: ignore[call-arg]
            taken[id].append(len(texts) / (time.perf_counter() - started))
    ratios = [fast / slow for fast, slow in zip(taken[student], taken[teacher], strict=True)]
    return {
        "texts_per_second": {
            "teacher": statistics.median(taken[teacher]),
            "student": statistics.median(taken[student]),
        },
        "times_as_fast": statistics.median(ratios),
    }


def _line(found: dict[str, Any]) -> str:
    a, gain = found["accuracy"], found["gain_over_labels_alone"]
    return (
        f"{found['set']} seed {found['seed']}: teacher {a['teacher']:.4f}, student {a['student']:.4f},"
        f" labels alone {a['labels_alone']:.4f}; gain {gain['value'] * 100:+.2f}"
        f" [{gain['low'] * 100:+.2f}, {gain['high'] * 100:+.2f}] points;"
        f" {found['times_as_fast']:.1f} times as fast"
    )


if __name__ == "__main__":
    main()
