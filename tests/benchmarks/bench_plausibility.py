"""Do our explanations mark what people marked? ERASER's movie reviews, before and after training with rationales.

    python -m tests.benchmarks.bench_plausibility [--texts 199] [--methods lrp ...] [--method fine-tune] [--after]
        [--option epochs=1] [--minutes 30] [--projects DIR]

A MiniLM is trained through the product on the training reviews (windows: nothing is cut) by ``--method``, with its
defaults but for ``--option``, and explained on the test reviews, whose 30 % of marked tokens are comprehensive. Gold
tokens are joined by spaces; a word counts as marked where a marked token covers it. For each method, over the texts
whose answer is right: token F1 and IOU F1 (the share of gold spans that a marked span meets with an intersection over
union of at least a half) of the 30 % strongest words, spans being runs of marked words, and AUPRC of the scores,
after DeYoung et al. (ACL 2020). ``random`` is a random order of the same words. ``--after`` trains the run on with
the rationales of the training reviews (``argue`` with what the project holds, at most ``--minutes``) and measures
again.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import average_precision_score

from engine.api.catalog import explainer_of, method
from engine.api.errors import OptionValue
from engine.api.explaining.argue import Rationale
from engine.api.messages import ColumnMapping, ImportFile, JobState, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.explain.contrast import contrast_for
from engine.explain.explaining import compute
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.benchmarks.runs_cache import FIRST_SEED
from tests.shared_data import shared

SHARE = 0.3
_OVERLAP = 0.5
_PARTS = (("train", "train"), ("validation", "dev"), ("test", "test"))
Spans = list[tuple[int, int]]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    # hundreds of readings of each of some dozen windows: they are not asked unless named
    usual = [id for id in method("fine-tune").explainers if explainer_of(id).cost < 3 and id != "occlusion"]
    parser.add_argument("--texts", type=int, default=199)
    parser.add_argument("--methods", nargs="+", default=usual)
    parser.add_argument("--method", default="fine-tune", help="how the run is trained")
    parser.add_argument("--option", nargs="+", default=[], help="key=value, of the first training")
    parser.add_argument("--after", action="store_true")
    parser.add_argument("--minutes", type=float, default=30.0, help="of the training with rationales")
    parser.add_argument("--projects", type=Path)
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch,
        imported(given.projects or Path(scratch)) as project,
    ):
        options: dict[str, OptionValue] = dict(pair.split("=", 1) for pair in given.option)
        runs = [("before", trained(project, given.method, options))]
        if given.after:
            options = {"argued_run": runs[0][1], "time_budget_minutes": given.minutes}
            runs.append(("after", trained(project, "argue", options)))
        print("| run | method | texts | token F1 | IOU F1 | AUPRC | accuracy |\n" + "| --- " * 7 + "|")
        for title, run in runs:
            measure(project, title, run, given.methods, given.texts)


def read(part: str) -> list[tuple[str, str, Spans]]:
    """(text, label, marked spans of code points) of a part."""
    found = []
    for line in (shared("eraser_movies") / f"{part}.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        tokens, marked = row["text_tokens"], np.asarray(row["rationales"][0]) > 0
        ends = np.cumsum([len(token) + 1 for token in tokens])
        places = [(int(end) - 1 - len(token), int(end) - 1) for token, end in zip(tokens, ends, strict=True)]
        spans: Spans = []
        for (start, end), is_marked, before in zip(places, marked, [False, *marked[:-1]], strict=True):
            if is_marked and before:
                spans[-1] = (spans[-1][0], end)
            elif is_marked:
                spans.append((start, end))
        found.append((" ".join(tokens), row["label"], spans))
    return found


def imported(folder: Path) -> Project:
    """The reviews in their splits, with the rationales of the training reviews."""
    folder.mkdir(parents=True, exist_ok=True)
    project = Project.create(folder / "eraser_movies")
    if project.documents.sources():
        return project
    for split, part in _PARTS:
        file = folder / f"movies-{part}.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([("text", "label"), *((text, label) for text, label, _ in read(part))])
        mapping = ColumnMapping(text="text", label="label")
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=split)))
    spans = {text: marked for text, _, marked in read("train")}
    with project.transaction():
        project.explaining.put_rationales(
            Rationale(document, start, end, "mark")
            for document, text, _ in project.documents.labelled("train")
            for start, end in spans[text]
        )
    return project


def trained(project: Project, method_id: str, options: dict[str, OptionValue]) -> str:
    """The run of a method that there is, else a new one."""
    for run in project.runs.all():
        if run.method == method_id and run.state is JobState.DONE:
            return run.id
    request = Train(method=method_id, options={**options, "seed": FIRST_SEED})
    return finish(train(project, request, Control())).run


def measure(project: Project, title: str, run: str, methods: Sequence[str], count: int) -> None:
    model = load_run(project, run)
    assert isinstance(model, TorchModel)
    reviews = read("test")  # first all negative ones, then all positive ones
    test = [reviews[i] for i in np.random.default_rng(FIRST_SEED).permutation(len(reviews))[:count]]
    logits = model.logits([text for text, _, _ in test])
    right = [
        model.labels[int(row.argmax())] == label for row, (_, label, _) in zip(logits, test, strict=True)
    ]
    random = np.random.default_rng(FIRST_SEED)
    for id in [*methods, "random"]:
        figures = []
        for (text, _, gold), row, is_right in zip(test, logits, right, strict=True):
            if not is_right or not gold:
                continue
            found = compute(
                model, methods[0] if id == "random" else id, text, contrast_for(model, row, None, None)
            )
            words = [(word.start, word.end) for word in found.words]
            scores = np.array([word.score for word in found.words])
            if id == "random":
                scores = random.permutation(len(scores)).astype(float)
            figures.append(of_text(words, scores, gold))
        token, overlap, precision = np.mean(figures, axis=0)
        print(
            f"| {title} | {id} | {len(figures)} | {token:.3f} | {overlap:.3f} | {precision:.3f} |"
            f" {np.mean(right):.3f} |",
            flush=True,
        )


def of_text(words: Spans, scores: NDArray[np.float64], gold: Spans) -> tuple[float, float, float]:
    """(token F1, IOU F1, AUPRC) of a text's word scores against marked spans."""
    truth = np.array([any(start < b and a < end for a, b in gold) for start, end in words])
    count = max(1, round(SHARE * len(words)))
    marked = np.zeros(len(words), bool)
    marked[np.argsort(-scores, kind="stable")[:count]] = True
    hits = int((marked & truth).sum())
    token = 2 * hits / (int(marked.sum()) + int(truth.sum()))
    return token, iou_f1(runs_of(marked), runs_of(truth)), float(average_precision_score(truth, scores))


def runs_of(marked: NDArray[np.bool_]) -> Spans:
    """Runs of marked words as [first, last) of words."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def iou_f1(found: Spans, gold: Spans) -> float:
    """F1 of spans; two meet where they share half of what they cover together."""
    if not found or not gold:
        return 0.0
    shared_words = np.array([[max(0, min(b, d) - max(a, c)) for c, d in gold] for a, b in found])
    together = np.array([[max(b, d) - min(a, c) for c, d in gold] for a, b in found])
    meets = shared_words / together >= _OVERLAP
    precision, recall = meets.any(1).mean(), meets.any(0).mean()
    return float(2 * precision * recall / (precision + recall)) if precision + recall else 0.0


if __name__ == "__main__":
    main()
