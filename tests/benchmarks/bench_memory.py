"""Peak memory of the engine while it trains on 40,000 rows of 120 words, a process of its own for each method.

    python -m tests.benchmarks.bench_memory [--methods fine-tune contrastive] [--rows 40000] [--words 120]
        [--steps 30] [--out FILE.jsonl]

The rows are made of whole words of the bundled model's vocabulary, frequent ones more often, so that the embedding
table is trained nearly whole. Loops are cut to ``--steps`` steps (memory does not grow with them); reading the
project, tokenising all rows, training, validating, evaluating and saving are all in the figure. The project is
imported beforehand, in a process of its own too, whose peak is told as ``import``. Exit code 1 where a method
needs more than the bound.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from engine.api import catalog
from engine.api.errors import OptionValue
from engine.api.messages import ColumnMapping, ImportFile, Train
from engine.api.project import Project

BOUND_BYTES = 2.5e9
_JUDGED_ROWS = 400  # of validation and of test
_BATCH = 16


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--methods", nargs="+", default=["fine-tune", "contrastive"])
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--words", type=int, default=120)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--out", type=Path, help="a JSON line a process")
    parser.add_argument("--child", nargs=2, metavar=("WORK", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        work, folder = given.child
        _import(Path(folder)) if work == "import" else _train(Path(folder), work, given.rows, given.steps)
        print(json.dumps({"peak_bytes": _peak_bytes()}))
        return
    known = {method.id for method in catalog.METHODS}
    lines = []
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        _write_rows(Path(scratch), given.rows, given.words)
        for work in ["import", *given.methods]:
            if work != "import" and work not in known:
                print(f"{work} is no method of this version", file=sys.stderr)
                continue
            line = {"work": work, "rows": given.rows, "words": given.words, "steps": given.steps}
            line["peak_bytes"] = _child(work, scratch, given.rows, given.steps)
            lines.append(line)
            print(json.dumps(line), file=sys.stderr, flush=True)
            if given.out:
                with given.out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line) + "\n")
    met = all(line["peak_bytes"] < BOUND_BYTES for line in lines)
    print(json.dumps({"bound_bytes": BOUND_BYTES, "met": met, "runs": lines}))
    sys.exit(0 if met else 1)


def _child(work: str, folder: str, rows: int, steps: int) -> int:
    command = [sys.executable, "-m", "tests.benchmarks.bench_memory", "--child", work, folder]
    command += ["--rows", str(rows), "--steps", str(steps)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return int(json.loads(done.stdout.splitlines()[-1])["peak_bytes"])


def _import(folder: Path) -> None:
    from engine.data.importing import import_file
    from engine.progress import finish

    with Project.create(folder / "project") as project:
        for split in ("train", "validation", "test"):
            mapping = ColumnMapping(text="text", label="label")
            request = ImportFile(path=str(folder / f"{split}.csv"), mapping=mapping, as_split=split)
            finish(import_file(project, request))


def _train(folder: Path, method: str, rows: int, steps: int) -> None:
    from engine.progress import Control, finish
    from engine.transfer.training import train

    known = {option.id for option in catalog.method(method).options}
    options: dict[str, OptionValue] = {"batch_size": _BATCH, "epochs": max(0.01, steps * _BATCH / rows)}
    with Project.create(folder / "project") as project:
        given = {name: value for name, value in options.items() if name in known}
        finish(train(project, Train(method=method, options=given), Control()))


def _write_rows(folder: Path, rows: int, words: int) -> None:
    from engine.models.source import find, load_tokenizer

    vocabulary = load_tokenizer(find("").folder).get_vocab()
    whole = (word for word in vocabulary if word.isascii() and word.isalpha())
    known = np.array(sorted(whole, key=lambda word: vocabulary[word]))
    random = np.random.default_rng(0)
    chance = 1 / (np.arange(len(known)) + 100)
    chance /= chance.sum()
    for split, count in (("train", rows), ("validation", _JUDGED_ROWS), ("test", _JUDGED_ROWS)):
        with (folder / f"{split}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["text", "label"])
            for start in range(0, count, 1000):
                drawn = known[random.choice(len(known), (min(1000, count - start), words), p=chance)]
                writer.writerows([" ".join(row), "even" if len(row[0]) % 2 == 0 else "odd"] for row in drawn)


def _peak_bytes() -> int:
    """The most resident memory that this process has had."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main()
