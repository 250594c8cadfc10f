"""A project with texts, runs, figures, predictions and an explanation, as the engine would store them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec

from engine.api.messages import ColumnMapping, JobState
from engine.api.project import Project
from engine.api.results import (
    ClassScore,
    Erasure,
    Evaluation,
    Explanation,
    Faithfulness,
    Interval,
    ReliabilityBin,
    TrainingPoint,
    WordScore,
)
from engine.api.store.runs import Prediction

SAMPLES = Path(__file__).resolve().parents[2] / "resources" / "samples"


def rows_of(sample: str = "customer_messages.csv", limit: int = 300) -> list[tuple[str, str]]:
    """(text, label) of the bundled sample."""
    with (SAMPLES / sample).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = list(rows[0])
    label = next(name for name in names if name.lower() in ("label", "topic", "category", "主题", "标签"))
    text = max((name for name in names if name != label), key=lambda name: len(rows[0][name]))
    return [(row[text], row[label]) for row in rows[:limit]]


def evaluation(labels: tuple[str, ...], split: str, right: float, rows: int = 240) -> Evaluation:
    """Figures of a model that is right on about ``right`` of the texts of each class."""
    each = rows // len(labels)
    hits = round(each * right)
    confusion = []
    for i in range(len(labels)):
        row = [0] * len(labels)
        row[i] = hits
        for k in range(each - hits):
            row[(i + 1 + (k * k) % max(1, len(labels) - 1)) % len(labels)] += 1
        confusion.append(tuple(row))
    share = hits / each
    scores = tuple(
        ClassScore(label, share - 0.02 + 0.01 * i, share, share - 0.01 + 0.005 * i, each)
        for i, label in enumerate(labels)
    )
    bins = tuple(
        ReliabilityBin(
            i / 10, (i + 1) / 10, (i + 0.5) / 10, max(0.0, (i + 0.5) / 10 - 0.08), 0 if i < 3 else 4 * i
        )
        for i in range(10)
    )
    return Evaluation(
        split=split,
        rows=each * len(labels),
        labels=labels,
        figures={
            "macro_f1": Interval(share - 0.01, share - 0.04, share + 0.02),
            "accuracy": Interval(share, share - 0.03, share + 0.03),
        },
        ece=0.061,
        ece_interval=Interval(0.061, 0.043, 0.083),
        loss=0.42,
        per_class=scores,
        confusion=tuple(confusion),
        reliability=bins,
    )


def points(count: int = 60) -> list[TrainingPoint]:
    """A curve of three epochs."""
    out = []
    for step in range(1, count + 1):
        checked = step % 10 == 0
        out.append(
            TrainingPoint(
                step=step * 10,
                epoch=3 * step / count,
                loss=1.8 / (1 + step / 12) + 0.05 * ((step * 7) % 5),
                learning_rate=5e-5,
                validation_loss=1.6 / (1 + step / 14) + 0.2 if checked else None,
                figure=0.86 - 0.55 / (1 + step / 8) if checked else None,
                best=checked,
            )
        )
    return out


def explanation(
    run: str, document: int | None, text: str, labels: tuple[str, ...], method: str = "lrp"
) -> Explanation:
    """Word scores that follow from the words alone, so that they are the same every time."""
    words, at = [], 0
    pieces = text.split() if " " in text else list(text)
    for i, piece in enumerate(pieces):
        start = text.index(piece, at)
        at = start + len(piece)
        words.append(WordScore(start, at, round(((i * 37 + len(piece) * 11) % 21 - 8) / 10, 2)))
    rest = 0.06 / (len(labels) - 1)
    return Explanation(
        run=run,
        document=document,
        text=text,
        method=method,
        label=labels[0],
        target=labels[0],
        rival=labels[1],
        labels=labels,
        probabilities=(0.94, *(rest for _ in labels[1:])),
        margin=3.412,
        words=tuple(words),
        signed=True,
        baseline="mask",
        steps=0,
        seed=13,
        relative_delta=None if method == "lrp" else 0.012,
        special_share=0.09,
        read_to=len(text),
        seconds=0.034,
        model_hash="53aa51172d142c89aabbccdd",
    )


def faithfulness(run: str, method: str = "lrp") -> Faithfulness:
    return Faithfulness(
        run=run,
        method=method,
        texts=100,
        scores=Erasure(0.61, 0.2),
        random=Erasure(0.22, 0.51),
        comprehensiveness_interval=Interval(0.61, 0.55, 0.66),
        sufficiency_interval=Interval(0.2, 0.15, 0.25),
        milliseconds_per_text=34.0,
    )


def add_texts(project: Project, rows: list[tuple[str, str]]) -> None:
    """Two thirds to learn from, the rest to validate and to test."""
    splits = ("train", "train", "train", "train", "validation", "test")
    with project.transaction():
        source = project.documents.add_source(
            Path("messages.csv"), "csv", "utf-8", ",", ColumnMapping(text="text", label="label")
        )
        project.documents.add_rows(
            source, ((i + 2, text, label, splits[i % 6]) for i, (text, label) in enumerate(rows))
        )
        project.documents.finish_source(source)


def add_run(project: Project, method: str, right: float, seconds: float) -> str:
    """A finished run with figures on both splits and a prediction for every validation and test text."""
    labels = tuple(project.documents.labels())
    with project.transaction():
        run = project.runs.add(method, "minilm" if method != "bag-of-words" else "", {})
        project.runs.finish(run, seconds, 4200.0, "epochs" if method == "fine-tune" else "converged")
        for split in ("validation", "test"):
            project.runs.put_evaluation(run, evaluation(labels, split, right))
            judged = list(project.documents.labelled(split))
            project.runs.put_predictions(
                run, [_prediction(labels, id, label, n, right) for n, (id, _, label) in enumerate(judged)]
            )
    folder = project.run_folder(run)
    folder.mkdir(parents=True)
    if method == "fine-tune":
        lines = [msgspec.json.encode(point) for point in points()]
        (folder / "metrics.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (folder / "run.json").write_text(json.dumps({"id": run}), encoding="utf-8")
    return run


def _prediction(labels: tuple[str, ...], id: int, true: str, n: int, right: float) -> Prediction:
    wrong = (n * 7) % 100 >= right * 100
    at = labels.index(true)
    said = labels[(at + 1 + n % (len(labels) - 1)) % len(labels)] if wrong else true
    top = 0.97 - (n % 40) / 100
    rest = (1 - top) / (len(labels) - 1)
    return Prediction(id, said, top, top - rest, tuple(top if name == said else rest for name in labels))


def add_interrupted(project: Project) -> str:
    """A fine-tuning that the process left half done, with its checkpoint."""
    with project.transaction():
        run = project.runs.add("fine-tune", "minilm", {"epochs": 5.0})
        project.runs.set_state(run, JobState.INTERRUPTED)
    checkpoint = project.run_folder(run) / "checkpoint"
    checkpoint.mkdir(parents=True)
    (checkpoint / "state.json").write_text("{}", encoding="utf-8")
    lines = [msgspec.json.encode(point) for point in points()[:24]]
    (project.run_folder(run) / "metrics.jsonl").write_bytes(b"\n".join(lines) + b'\n{"step": 2')
    return run
