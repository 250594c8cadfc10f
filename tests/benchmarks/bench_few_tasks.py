"""Few tagged sentences, few scores: what each method reaches on the dev file, over seeds, through the product.

    python -m tests.benchmarks.bench_few_tasks [--sets snips wnut17 sst5] [--texts 48] [--seeds 3]
        [--methods bag-of-words features fusion contrastive fine-tune] [--unlabelled 0] [--judged 400]
        [--option NAME=VALUE ...] [--results FILE]

For every seed so many texts are drawn from the set's training file and imported, with nothing said of a split: the
product takes its validation texts out of them. Judged are texts of the dev file, read when the run is finished; test
files are not touched. SST-5's five labels are read as the scores 0 to 4. ``--unlabelled`` adds further training
texts without tags or scores, for self-training. Prints mean and SD of entity F1, or of Pearson's r, times 100, and a
JSON line a run to ``--results``.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.api.catalog import METHODS, method
from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project
from engine.data.importing import import_file
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.benchmarks.bench_accuracy import spread
from tests.benchmarks.runs_cache import FIRST_SEED
from tests.shared_data import rows, shared

SCORED = {"sst5": ("very negative", "negative", "neutral", "positive", "very positive")}
_METHODS = ("bag-of-words", "features", "fusion", "contrastive", "fine-tune")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="+", default=["snips", "wnut17", "sst5"])
    parser.add_argument("--texts", type=int, default=48)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--methods", nargs="+", default=_METHODS, choices=[each.id for each in METHODS])
    parser.add_argument("--unlabelled", type=int, default=0)
    parser.add_argument("--judged", type=int, default=400)
    parser.add_argument(
        "--option", nargs="+", default=[], metavar="NAME=VALUE", help="of methods that have it"
    )
    parser.add_argument("--results", type=Path, default=Path(tempfile.gettempdir()) / "few_tasks.jsonl")
    given = parser.parse_args()
    options = dict(each.split("=", 1) for each in given.option)
    table = []
    for name in given.sets:
        reached: dict[str, list[float]] = {each: [] for each in given.methods}
        for seed in range(FIRST_SEED, FIRST_SEED + given.seeds):
            for each in given.methods:
                line = _run(name, each, seed, given, options)
                reached[each].append(line["figure"])
                with given.results.open("a", encoding="utf-8") as out:
                    out.write(json.dumps(line) + "\n")
                print(json.dumps(line), file=sys.stderr, flush=True)
        table.append(
            {"set": name, "texts": given.texts, **{m: spread(found) for m, found in reached.items()}}
        )
    print(json.dumps({"threads": torch.get_num_threads(), "judged": given.judged, "table": table}))


def _run(
    name: str, wanted: str, seed: int, given: argparse.Namespace, options: dict[str, OptionValue]
) -> dict[str, Any]:
    known = {option.id for option in method(wanted).options}
    own = {key: value for key, value in options.items() if key in known} | {"seed": seed}
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        project = _project(name, seed, given, Path(scratch))
        started = time.monotonic()
        trained = finish(train(project, Train(method=wanted, options=own), Control()))
        project.close()
    assert trained.test is not None
    figure = round(100 * trained.test.main.value, 1)
    return {
        "set": name,
        "texts": given.texts,
        "unlabelled": given.unlabelled,
        "method": wanted,
        "seed": seed,
        "figure": figure,
        "seconds": round(time.monotonic() - started, 1),
    }


def _project(name: str, seed: int, given: argparse.Namespace, folder: Path) -> Project:
    """The drawn texts without a split, and dev texts in the place of a test split."""
    drawn = np.random.default_rng((seed, given.texts))
    project = Project.create(folder / "p")
    if name in SCORED:
        parts = {part: _scores(name, part) for part in ("train", "dev")}
    else:
        parts = {part: _sentences(name, part) for part in ("train", "dev")}
    own = [
        parts["train"][i] for i in drawn.permutation(len(parts["train"]))[: given.texts + given.unlabelled]
    ]
    kept = np.sort(np.random.default_rng(0).permutation(len(parts["dev"]))[: given.judged])
    labelled, bare = own[: given.texts], own[given.texts :]
    wanted = [("test", "test", [parts["dev"][i] for i in kept]), ("labelled", None, labelled)]
    if bare:
        wanted.append(("bare", None, [(text, None) for text, _ in bare]))
    for title, split, texts in wanted:
        file, task = _written(texts, name, folder / title)
        label = None if title == "bare" else ("entities" if task == "tagging" else "label")
        mapping = ColumnMapping(text="text", label=label)
        finish(import_file(project, ImportFile(path=str(file), mapping=mapping, as_split=split, task=task)))
    return project


def _scores(name: str, part: str) -> list[tuple[str, str | None]]:
    texts, labels = rows(name, part)
    return [(text, str(SCORED[name].index(label))) for text, label in zip(texts, labels, strict=True)]


def _sentences(name: str, part: str) -> list[tuple[str, str | None]]:
    """(words with blanks between, the sentence as CoNLL has it)."""
    blocks = (shared(name) / f"{part}.conll").read_text(encoding="utf-8").strip().split("\n\n")
    found = [block for block in blocks if block.strip()]
    return [(" ".join(line.split()[0] for line in block.splitlines()), block) for block in found]


def _written(texts: list[tuple[str, str | None]], name: str, file: Path) -> tuple[Path, str]:
    """(the file, the task)."""
    if name not in SCORED and texts[0][1] is not None:
        file = file.with_suffix(".conll")
        file.write_text("\n\n".join(block for _, block in texts if block) + "\n", encoding="utf-8")
        return file, "tagging"
    file = file.with_suffix(".csv")
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "label"])
        writer.writerows((text, label or "") for text, label in texts)
    return file, "score" if name in SCORED else "tagging"


if __name__ == "__main__":
    main()
