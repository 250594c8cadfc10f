"""Wrong labels found: 5 % of the labels of a public set are flipped; precision and recall of the top list.

    python -m tests.benchmarks.bench_label_doubt [--set sst2 ag_news emotion] [--texts 1500] [--seed 13]
        [--peer PYTHON] [--out FILE]

Of each set so many texts are drawn, a share of their labels is changed to another one at random, and the project is
trained by `features` with the catalog's defaults. The list is `doubts`', at most as long as the number flipped: its
precision is the share of flipped texts in it, its recall their share of all flipped ones. What was wrong before the
flipping counts as a false alarm. ``--peer`` is a Python of an environment of its own where cleanlab is installed:
it ranks by its normalized margin, and lists by `find_label_issues`, on the same out-of-sample probabilities.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.api.explaining.influence import FindLabelDoubts
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.explain.evidence.label_doubt import find_label_doubts, judge_labels, whole_texts
from engine.explain.evidence.state_cache import StateCache
from engine.models.store import load_run
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.shared_data import rows

SETS = ("sst2", "ag_news", "emotion")
FLIPPED = 0.05
_PEER = """
import sys, json, numpy as np
import cleanlab
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores
given = np.load(sys.argv[1])
labels, probabilities = given["labels"], given["probabilities"]
scores = get_label_quality_scores(labels, probabilities, method="normalized_margin")
issues = find_label_issues(labels, probabilities, return_indices_ranked_by="normalized_margin")
print(json.dumps({"version": cleanlab.__version__, "ranking": np.argsort(scores, kind="stable").tolist(),
    "issues": np.asarray(issues).tolist()}))
"""


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", nargs="+", default=SETS, help="data sets of one label a text")
    parser.add_argument("--texts", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--peer", default=sys.executable, help="a Python with cleanlab")
    parser.add_argument("--out", type=Path, help="add the figures to this file, a JSON line a set")
    given = parser.parse_args()
    for name in given.set:
        with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
            found = measure(name, given.texts, given.seed, given.peer, Path(scratch))
        print(json.dumps(found), flush=True)
        if given.out:
            with given.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(found) + "\n")


def measure(name: str, count: int, seed: int, peer: str, folder: Path) -> dict[str, Any]:
    """Our list and the peer's on one set."""
    file, flipped = flip(name, count, seed, folder)
    with Project.create(folder / name) as project:
        mapping = ColumnMapping(text="text", label="label")
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping)))
        run = finish(train(project, Train(method="features", options={"seed": seed}), Control())).run
        model = whole_texts(load_run(project, run))
        started = time.perf_counter()
        found = finish(find_label_doubts(project, FindLabelDoubts(run=run, most=len(flipped)), model))
        first = time.perf_counter() - started
        started = time.perf_counter()
        finish(find_label_doubts(project, FindLabelDoubts(run=run, most=len(flipped)), model))
        again = time.perf_counter() - started
        judged = finish(judge_labels(project, model, StateCache(project.cache, model)))
        lines = {d.id: d.line for d in project.documents.page(judged.documents)}
    # the file's first line is its head
    wrong = {id for id, line in lines.items() if line - 2 in flipped}
    result: dict[str, Any] = {
        "set": name,
        "texts": found.texts,
        "flipped": len(flipped),
        "expected": round(found.expected, 1),
        "ours": _figures([doubt.document for doubt in found.doubts], wrong),
        "seconds": round(first, 2),
        "seconds_again": round(again, 3),
    }
    for kind, order in by_peer(peer, judged.targets, judged.answers, folder).items():
        if isinstance(order, str):
            result["cleanlab"] = order
        else:
            top = [judged.documents[i] for i in order]
            result[kind] = _figures(top if kind == "cleanlab_issues" else top[: len(flipped)], wrong)
    return result


def flip(name: str, count: int, seed: int, folder: Path) -> tuple[Path, set[int]]:
    """A file of drawn texts, and the rows (from 0) whose label is another one than in the set."""
    texts, labels = rows(name, "train")
    random = np.random.default_rng(seed)
    drawn = random.permutation(len(texts))[:count]
    kinds = sorted(set(labels))
    flipped = {int(i) for i in random.permutation(len(drawn))[: round(FLIPPED * len(drawn))]}
    file = folder / f"{name}.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "label"])
        for row, i in enumerate(drawn):
            text, label = " ".join(texts[i].split()), labels[i]
            if row in flipped:
                label = str(random.choice([kind for kind in kinds if kind != label]))
            writer.writerow([text, label])
    return file, flipped


def by_peer(
    peer: str, labels: NDArray[np.int64], probabilities: NDArray[np.float64], folder: Path
) -> dict[str, list[int] | str]:
    """cleanlab's ranking of all texts and its own list, the worst first; or that it is missing."""
    path = folder / "given.npz"
    np.savez(path, labels=labels, probabilities=probabilities)
    asked = subprocess.run(
        [peer, "-c", _PEER, str(path)], capture_output=True, text=True, timeout=600, check=False
    )
    if asked.returncode:
        reason = asked.stderr.strip().splitlines()[-1] if asked.stderr.strip() else str(asked.returncode)
        return {"cleanlab": f"missing ({reason})"}
    told = json.loads(asked.stdout.strip().splitlines()[-1])
    return {
        "cleanlab": told["version"],
        "cleanlab_margin": told["ranking"],
        "cleanlab_issues": told["issues"],
    }


def _figures(documents: list[int], wrong: set[int]) -> dict[str, float]:
    hits = len(wrong & set(documents))
    return {
        "listed": len(documents),
        "precision": round(hits / max(1, len(documents)), 3),
        "recall": round(hits / max(1, len(wrong)), 3),
    }


if __name__ == "__main__":
    main()
