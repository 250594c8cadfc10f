"""What self-training gains from unlabelled texts at few labels a class, over the same method without them.

    python -m tests.benchmarks.bench_pseudo_label [--set ag_news emotion] [--base features] [--labels 8] [--seeds 5]
        [--unlabelled 3000] [--judge test|dev] [--projects DIR] [--out FILE] [--option rounds=5]

A seed draws ``--labels`` texts of each class from the training file; the rest of it is imported without labels.
Validation is taken from the drawn texts by the product, as for a user who has no more. Both runs are trained
through the product with the same options and seed. Gains are those of accuracy on the test file, paired over its
texts, with a bootstrap 95 % interval for each seed, and with Student's t over the seeds for their mean. With
``--out`` each seed's figures and each set's are added to a file, a JSON line each.
"""

from __future__ import annotations

import argparse
import csv
import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import t as student_t

from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project
from engine.api.store.runs import Run
from engine.data.importing import import_file
from engine.progress import Control, Noticed, Work, finish
from engine.transfer.training import train
from tests.benchmarks.bench_distil import difference
from tests.benchmarks.runs_cache import FIRST_SEED
from tests.shared_data import rows, shared

SETS = ("ag_news", "emotion")
_VERDICTS = ("gain-from-unlabelled", "no-gain-from-unlabelled")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", default=SETS, help="data sets")
    parser.add_argument("--base", default="features", help="the method that learns in every round")
    parser.add_argument("--labels", type=int, default=8, help="labelled texts a class")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--unlabelled", type=int, default=3000, help="at most so many unlabelled texts")
    parser.add_argument("--judge", default="test", choices=("test", "dev"), help="the file that judges")
    parser.add_argument("--judge-texts", type=int, help="its first texts alone, for a quick look")
    parser.add_argument("--option", nargs="*", default=[], metavar="NAME=VALUE", help="of pseudo-label")
    parser.add_argument("--projects", type=Path, help="keep the projects here")
    parser.add_argument("--out", type=Path, help="add the figures to this file, JSON lines")
    given = parser.parse_args()
    options: dict[str, OptionValue] = {"base": given.base, "most_texts": given.unlabelled}
    options |= dict(pair.split("=", 1) for pair in given.option)
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        folder = given.projects or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        for name in given.set:
            found = []
            for seed in range(FIRST_SEED, FIRST_SEED + given.seeds):
                title = f"{name}-{given.labels}-{given.judge}-{seed}"
                with _project(folder / title, name, given, seed) as project:
                    found.append(measure(project, name, seed, options))
                _tell({"bench": "pseudo-label", "judge": given.judge, **found[-1]}, given.out)
            summary = {"bench": "pseudo-label", "set": name, "judge": given.judge, **together(found)}
            _tell({**summary, "base": given.base, "labels_a_class": given.labels}, given.out)


def measure(project: Project, name: str, seed: int, options: dict[str, OptionValue]) -> dict[str, Any]:
    """The base method alone and self-training with it, on one draw of labels."""
    base = str(options["base"])
    alone, _ = _trained(project, base, {"seed": seed})
    helped, verdict = _trained(project, "pseudo-label", {**options, "seed": seed})
    true = np.array([answer.true_label for answer in project.runs.answers(alone.id, "test")])
    called = {
        run.id: np.array([answer.label for answer in project.runs.answers(run.id, "test")])
        for run in (alone, helped)
    }
    assert alone.test is not None
    assert helped.test is not None
    given = project.runs.pseudo_labels(helped.id, 1_000_000)
    return {
        "set": name,
        "seed": seed,
        "base": base,
        "texts": len(true),
        "accuracy": {"alone": alone.test.accuracy.value, "helped": helped.test.accuracy.value},
        "macro_f1": {"alone": alone.test.macro_f1.value, "helped": helped.test.macro_f1.value},
        "gain": difference(true, called[helped.id], called[alone.id]),
        "seconds": {"alone": alone.seconds, "helped": helped.seconds},
        "labelled_itself": len(given),
        "verdict": {"kind": verdict.kind, **verdict.values} if verdict else None,
    }


def together(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The mean gain over the seeds with its interval, and the spread of both accuracies."""
    gains = [each["gain"]["value"] for each in found]
    mean = statistics.mean(gains)
    half = 0.0
    if len(gains) > 1:
        half = float(student_t.ppf(0.975, len(gains) - 1)) * statistics.stdev(gains) / len(gains) ** 0.5
    accuracies = {
        side: {
            "mean": statistics.mean(each["accuracy"][side] for each in found),
            "sd": statistics.stdev(each["accuracy"][side] for each in found) if len(found) > 1 else 0.0,
        }
        for side in ("alone", "helped")
    }
    said_none = sum((each["verdict"] or {}).get("kind") == _VERDICTS[1] for each in found)
    return {
        "seeds": len(found),
        "accuracy": accuracies,
        "mean_gain": {"value": mean, "low": mean - half, "high": mean + half},
        "seeds_that_said_no_gain": said_none,
    }


def _trained(project: Project, method: str, options: dict[str, OptionValue]) -> tuple[Run, Noticed | None]:
    """The run, and what self-training said of its gain."""
    work: Work[Any] = train(project, Train(method=method, options=options), Control())
    said = None
    while True:
        try:
            step = next(work)
        except StopIteration as stop:
            return project.runs.get(stop.value.run), said
        if isinstance(step, Noticed) and step.kind in _VERDICTS:
            said = step


def _project(folder: Path, name: str, given: argparse.Namespace, seed: int) -> Project:
    """The drawn labels, the rest without labels, the file that judges; imported where that is still to be done."""
    project = Project.create(folder)
    if project.documents.sources():
        return project
    texts, labels = rows(name, "train")
    order = np.random.default_rng(seed).permutation(len(texts))
    drawn: list[int] = []
    for label in sorted(set(labels)):
        drawn += [i for i in order if labels[i] == label][: given.labels]
    taken = set(drawn)
    rest = [int(i) for i in order if int(i) not in taken][: given.unlabelled]
    judging = shared(name) / f"{given.judge}.csv"
    files: tuple[tuple[Path, str | None, str | None], ...] = (
        (_written(project.path / "labelled.csv", [(texts[i], labels[i]) for i in drawn]), "label", "train"),
        (_written(project.path / "unlabelled.csv", [(texts[i], "") for i in rest]), None, None),
        (_cut(judging, project.path / "judge.csv", given.judge_texts), "label", "test"),
    )
    for file, column, split in files:
        mapping = ColumnMapping(text="text", label=column)
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=split)))
    return project


def _written(file: Path, lines: list[tuple[str, str]]) -> Path:
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "label"])
        writer.writerows(lines)
    return file


def _cut(source: Path, file: Path, count: int | None) -> Path:
    if count is None:
        return source
    with source.open(encoding="utf-8", newline="") as read:
        lines = [(row["text"], row["label"]) for row in csv.DictReader(read)][:count]
    return _written(file, lines)


def _tell(found: dict[str, Any], out: Path | None) -> None:
    print(json.dumps(found), flush=True)
    if out:
        with out.open("a", encoding="utf-8") as file:
            file.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
