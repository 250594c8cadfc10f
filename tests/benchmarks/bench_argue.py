"""A planted word is found by the shortcut alarm and argued away: accuracy and its share before and after.

    python -m tests.benchmarks.bench_argue [--set sst2] [--texts 2000] [--method fine-tune] [--seeds 1] [--strikes 1]
        [--out FILE]

A made-up word stands at a random place in 90 % of the training and validation texts of one class, and nowhere else. A
run is trained through the product on them, and beside it one on the same texts without the word. Then the alarm is
asked (is the word among its suspects, and in which place?), the word is struck (``argue``), with ``--strikes`` again
from the run that came of it, and all runs are judged: on the test texts as they are, and on the test texts of the
other classes with the word put into them. ``share`` is the mean share of the absolute word scores that the word has
in such texts.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from engine.api.catalog import explainer
from engine.api.explaining.argue import Argue
from engine.api.explaining.corpus import FindShortcuts
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.explain.corpus.shortcuts import find_shortcuts
from engine.explain.explaining import explain
from engine.models.loaded import Models
from engine.models.run_model import AnyTaggingModel
from engine.models.store import load_run
from engine.progress import Control, finish
from engine.transfer.arguing import argue
from engine.transfer.training import train
from tests.benchmarks.runs_cache import FIRST_SEED
from tests.shared_data import rows

PLANT = "zephyr"
_EXPLAINED = 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="sst2")
    parser.add_argument("--texts", type=int, default=2000, help="training texts")
    parser.add_argument("--method", default="fine-tune")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--strikes", type=int, default=1, help="how often the word is struck")
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    print(
        "| seed | alarm | run | clean accuracy | with the word in other classes | its share |\n"
        + "| --- " * 6
        + "|"
    )
    for seed in range(FIRST_SEED, FIRST_SEED + given.seeds):
        with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
            found = measure(given.set, given.texts, given.method, seed, Path(scratch), given.strikes)
        for title in ("without the plant", "planted", *(f"argued {n + 1}" for n in range(given.strikes))):
            it = found[title]
            print(
                f"| {seed} | {found['alarm']} | {title} | {100 * it['clean']:.1f} | {100 * it['planted']:.1f} |"
                f" {it['share']:.3f} |",
                flush=True,
            )
        if given.out:
            with given.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")


def measure(name: str, count: int, method: str, seed: int, folder: Path, strikes: int) -> dict[str, Any]:
    random = np.random.default_rng(seed)
    test = list(zip(*rows(name, "test"), strict=True))
    target = sorted({label for _, label in test})[-1]
    others = [(planted(text, random), label) for text, label in test if label != target][:600]
    read = {part: list(zip(*rows(name, part), strict=True)) for part in ("train", "dev")}
    order = random.permutation(len(read["train"]))[:count]
    texts = {"train": [read["train"][i] for i in order], "dev": read["dev"][:600]}
    found: dict[str, Any] = {"set": name, "seed": seed, "method": method, "texts": count}
    with project_of(texts, folder / "clean") as clean:
        run = finish(train(clean, Train(method=method, options={"seed": seed}), Control())).run
        found["without the plant"] = figures(clean, run, test, others)
    spoilt = {
        part: [
            (planted(text, random) if label == target and random.random() < 0.9 else text, label)
            for text, label in some
        ]
        for part, some in texts.items()
    }
    with project_of(spoilt, folder / "planted") as project:
        run = finish(train(project, Train(method=method, options={"seed": seed}), Control())).run
        found["planted"] = figures(project, run, test, others)
        alarm = finish(find_shortcuts(project, FindShortcuts(run=run), load_run(project, run)))
        words = [suspect.word for suspect in alarm.suspects]
        found["alarm"] = words.index(PLANT) + 1 if PLANT in words else 0  # its place; 0: not named
        for number in range(strikes):
            argued = finish(argue(project, Argue(run=run, strike=(PLANT,)), Control(), Models()))
            run = argued.run
            found[f"argued {number + 1}"] = {**figures(project, run, test, others), "seconds": argued.seconds}
    return found


def planted(text: str, random: np.random.Generator) -> str:
    """The text with the word at a random place."""
    words = text.split(" ")
    at = int(random.integers(len(words) + 1))
    return " ".join([*words[:at], PLANT, *words[at:]])


def project_of(texts: dict[str, list[tuple[str, str]]], folder: Path) -> Project:
    folder.mkdir(parents=True)
    project = Project.create(folder / "p")
    for part, split in (("train", "train"), ("dev", "validation")):
        file = folder / f"{part}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("text", "label"), *texts[part]])
        mapping = ColumnMapping(text="text", label="label")
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=split)))
    return project


def figures(
    project: Project, run: str, test: list[tuple[str, str]], others: list[tuple[str, str]]
) -> dict[str, float]:
    """Accuracy on both sets of texts, and the word's share in the explanations of the second."""
    model = load_run(project, run)
    assert not isinstance(model, AnyTaggingModel)
    accuracies = []
    for some in (test, others):
        called = model.logits([text for text, _ in some]).argmax(1)
        hits = [model.labels[int(c)] == label for c, (_, label) in zip(called, some, strict=True)]
        accuracies.append(float(np.mean(hits)))
    stored = project.runs.get(run)
    method = explainer("", stored.model_method, project.task).id
    shares = []
    for text, _ in others[:_EXPLAINED]:
        one = explain(model, run=run, method_id=method, transfer_method=stored.model_method, text=text)
        total = sum(abs(word.score) for word in one.words)
        word_scores = [abs(w.score) for i, w in enumerate(one.words) if one.word(i) == PLANT]
        shares.append(sum(word_scores) / total if total else 0.0)
    return {"clean": accuracies[0], "planted": accuracies[1], "share": float(np.mean(shares))}


if __name__ == "__main__":
    main()
