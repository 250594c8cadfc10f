"""A small project with two finished runs, made by hand: what a report is written from."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping
from engine.api.messages_transfer import CompareRuns, RunsCompared
from engine.api.project import Project
from engine.api.results import (
    Erasure,
    Explanation,
    Faithfulness,
    Interval,
    TrainingPoint,
    Unreadable,
    WordScore,
)
from engine.api.results_transfer import Comparison, Robustness, RobustnessLine
from engine.api.store.runs import Prediction
from engine.evaluate.evaluating import evaluation

LABELS = ("billing", "delivery", "login")
_SUBJECTS = {
    "billing": ("I was charged twice for order {n}.", "The invoice {n} shows the wrong amount."),
    "delivery": ("My parcel {n} has still not arrived.", "The courier left box {n} at the wrong door."),
    "login": ("The code {n} for signing in never came.", "My account {n} says the password is wrong."),
}
HOSTILE = "<script>alert('x')</script> & \"quoted\" <img src=x onerror=alert(1)> \x07bell"


def make(folder: Path, label: str = "billing", test_rows: int = 120) -> Project:
    """A project with a baseline and a fine-tuned run; ``label`` renames the first label."""
    labels = (label, *LABELS[1:])
    project = Project.create(folder / "messages")
    path = folder / "customer <messages>.csv"
    path.write_text("text,label\n", encoding="utf-8")
    random = np.random.default_rng(4)
    with project.transaction():
        source = project.documents.add_source(
            path, "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        rows = []
        for n in range(360 + test_rows):
            split = "train" if n < 300 else "validation" if n < 360 else "test"
            name = LABELS[n % 3]
            text = HOSTILE if n == 360 else _SUBJECTS[name][n % 2].format(n=n)
            rows.append((n + 2, text, labels[n % 3], split))
        rows.append((9999, _SUBJECTS["billing"][0].format(n=0), labels[0], "test"))  # also in train
        project.documents.add_rows(source, rows)
        project.documents.add_unreadable(source, [Unreadable(17, "too-few-columns", "<b>half a row")])
        project.documents.finish_source(source)
    chosen: tuple[tuple[str, float, dict[str, OptionValue]], ...] = (
        ("bag-of-words", 1.6, {"seed": 13}),
        ("fine-tune", 3.0, {"seed": 7, "epochs": 4.0}),
    )
    for method, skill, options in chosen:
        _add_run(project, method, skill, options, labels, random)
    _add_results_of_jobs(project)
    return project


def _add_results_of_jobs(project: Project) -> None:
    """A race of both runs, a comparison that the window made, a robustness report."""
    difference = Interval(-0.2, -0.28, -0.11)
    found = Comparison(
        first="fine-tune-2",
        second="bag-of-words-1",
        split="test",
        rows=121,
        figure="macro_f1",
        difference=difference,
        probability_better=0.001,
        mcnemar_p=0.0002,
        only_first_right=33,
        only_second_right=7,
        texts_to_settle=None,
        pairs=(),
    )
    lines = [
        RobustnessLine(
            kind=kind,
            rows=rows,
            figure=Interval(value, value - 0.05, value + 0.04),
            flipped=flipped,
            measured_at="" if flipped is not None else "2026-01-31T12:00:00+00:00",
        )
        for kind, rows, value, flipped in (
            ("clean", 121, 0.9, 0.0),
            ("typos", 121, 0.781, 0.14),
            ("deletion", 121, 0.85, 0.071),
            ("hard <b>cases", 40, 0.5, None),
        )
    ]
    with project.transaction():
        for run in ("bag-of-words-1", "fine-tune-2"):
            project.runs.set_race(run, "ab12")
        project.runs.set_model("fine-tune-2", "53aa", 90 * 2**20, 4.2)
        job = project.jobs.add(CompareRuns(runs=("fine-tune-2", "bag-of-words-1")))
        project.jobs.finish(job, RunsCompared(comparisons=(found,)))
        project.runs.put_robustness(
            Robustness(run="fine-tune-2", figure="macro_f1", split="test", lines=tuple(lines))
        )


def _add_run(
    project: Project,
    method: str,
    skill: float,
    options: dict[str, OptionValue],
    labels: tuple[str, ...],
    random: np.random.Generator,
) -> None:
    with project.transaction():
        run = project.runs.add(method, "minilm" if method == "fine-tune" else "", options)
    folder = project.run_folder(run)
    folder.mkdir(parents=True, exist_ok=True)
    record = {"device": "8-core CPU", "torch": "2.13.0", "python": "3.12.1", "train_texts": 300}
    record |= {"validation_texts": 60, "test_texts": 121, "source_hash": "53aa51172d142c89" * 4}
    (folder / "run.json").write_bytes(msgspec.json.encode(record))
    with project.transaction():
        for split in ("validation", "test"):
            documents = list(project.documents.labelled(split))
            true = np.array([labels.index(label) for _, _, label in documents])
            odds = np.exp(random.normal(size=(len(true), 3)) + skill * np.eye(3)[true])
            probabilities = odds / odds.sum(axis=1, keepdims=True)
            project.runs.put_evaluation(run, evaluation(split, labels, true, probabilities))
            top = np.sort(probabilities, axis=1)
            project.runs.put_predictions(
                run,
                (
                    Prediction(
                        id, labels[int(p.argmax())], float(p.max()), float(t[-1] - t[-2]), tuple(p.tolist())
                    )
                    for (id, _, _), p, t in zip(documents, probabilities, top, strict=True)
                ),
            )
        project.runs.finish(run, 83.0, 5210.0, "epochs")
        if method == "fine-tune":
            _add_insights(project, run, labels, random)


def _add_insights(project: Project, run: str, labels: tuple[str, ...], random: np.random.Generator) -> None:
    interval = Interval(0.6, 0.55, 0.66)
    project.runs.put_faithfulness(
        Faithfulness(
            run=run,
            method="lrp",
            texts=100,
            scores=Erasure(0.612, 0.187),
            random=Erasure(0.23, 0.55),
            comprehensiveness_interval=interval,
            sufficiency_interval=Interval(0.19, 0.15, 0.23),
            milliseconds_per_text=31.4,
        )
    )
    for n, (document, text, label) in enumerate(list(project.documents.labelled("test"))[:5]):
        rival = labels[(labels.index(label) + 1) % 3]
        words, start = [], 0
        for word in text.split(" "):
            words.append(WordScore(start, start + len(word), float(random.normal(0.15, 0.5))))
            start += len(word) + 1
        project.runs.put_explanation(
            Explanation(
                run=run,
                document=document,
                text=text,
                method="lrp",
                label=label,
                target=label,
                rival=rival,
                labels=labels,
                probabilities=tuple(0.9 if each == label else 0.05 for each in labels),
                margin=2.9,
                words=tuple(words),
                signed=True,
                baseline="none",
                steps=1,
                seed=0,
                relative_delta=None if n else 0.012,
                special_share=0.09,
                read_to=len(text) - (12 if n == 2 else 0),
                seconds=0.03,
                model_hash="53aa",
            )
        )
    curve = project.run_folder(run) / "metrics.jsonl"
    with curve.open("wb") as file:
        for step in range(1, 77):
            judged = step % 19 == 0
            point = TrainingPoint(
                step=step,
                epoch=step / 19,
                loss=1.1 * 0.96**step + 0.05 * random.random(),
                learning_rate=5e-5,
                validation_loss=0.9 * 0.97**step if judged else None,
                figure=min(0.93, 0.5 + step / 120) if judged else None,
                best=judged and step <= 57,
            )
            file.write(msgspec.json.encode(point) + b"\n")
