"""SIGKILL at random moments of a training and of scoring a file: does everything end as if nothing had happened?

    python -m tests.benchmarks.bench_kill [--kills 10] [--seed 0] [--rows 20000] [--epochs 2]

The window's own queue plays it, without the window: after every kill it starts the engine again, and the training
is resumed, the scoring asked for again, as a user would. The moments are drawn (``--seed``): a point of the work,
from its first step to the reading of the test texts after the last one, and then up to a third of a second. A
checkpoint is asked for every half second (LEXPLAIN_CHECKPOINT_SECONDS), on the CPU, in fp32. Compared are the
sha256 of ``model.safetensors``, of the test figures, and of the scored file, with a run that was never killed.
The exit code is 1 where something differs.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from engine.api.errors import OptionValue
from engine.api.messages import (
    ColumnMapping,
    FilePredicted,
    ImportFile,
    PredictFile,
    Request,
    Train,
)
from engine.models.source import file_hash
from gui.__main__ import ENGINE_ENTRY
from gui.engine_link import EntryPoint
from gui.jobs import Job, JobQueue
from gui.session import Session
from tests.end2end.killing import Moment, Ordeal, trained_share

SAMPLE = Path(__file__).resolve().parents[2] / "resources" / "samples" / "customer_messages.csv"
_CHECKPOINT_SECONDS = "0.5"
_LATEST_MS = 333
_AFTER_TRAINING = 1.1  # shares above 1: while the finished model is judged
_LATEST_SHARE = 0.8  # of a scored file; a later kill could come too late
_REPLAYS = 5  # where a kill came too late, the work is played again until there are enough
_GIVE_UP_MINUTES = 60


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=10, help="of the training and of each scoring")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=20_000, help="of the file that is scored")
    parser.add_argument("--epochs", type=float, default=2.0)
    parser.add_argument("--source", default="", help="source model (the bundled one)")
    given = parser.parse_args()
    os.environ["LEXPLAIN_CHECKPOINT_SECONDS"] = _CHECKPOINT_SECONDS  # the engines inherit both
    os.environ["LEXPLAIN_DEVICE"] = "cpu"
    QCoreApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        bench = _Bench(Path(scratch), random.Random(given.seed))
        try:
            found = bench.measure(given.kills, given.rows, given.epochs, given.source)
        finally:
            bench.close()
    same = all(isinstance(part, dict) and part["identical"] for part in found.values())
    print(json.dumps({"seed": given.seed, "all_identical": same, **found}))
    sys.exit(0 if same else 1)


class _Bench:
    """A queue on the real engine, with a project of the sample."""

    def __init__(self, folder: Path, chance: random.Random) -> None:
        self._folder, self._chance = folder, chance
        self._session = Session()
        self._queue = JobQueue(self._session, EntryPoint(ENGINE_ENTRY), folder / "logs")
        self._session.create(folder / "kill")

    def close(self) -> None:
        self._queue.leave_project()
        self._session.close()
        self._queue.stop()
        self._session.writer.stop()

    def measure(self, kills: int, rows: int, epochs: float, source: str) -> dict[str, object]:
        """The training's and both scorings' outcomes."""
        mapping = ColumnMapping(text="text", label="label")
        self._play("import", ImportFile(path=str(SAMPLE), mapping=mapping))
        options: dict[str, OptionValue] = {"epochs": epochs, "precision": "fp32"}
        training = Train(method="fine-tune", source=source, options=options)
        whole = self._play("training", training)
        found: dict[str, object] = {"training": self._train_killed(whole, training, kills)}
        linear = self._play("bag-of-words", Train(method="bag-of-words"))
        table = self._table(rows)
        for name, run in (("scoring_fine_tune", whole.run), ("scoring_bag_of_words", linear.run)):
            found[name] = self._score(name, run, table, kills)
        return found

    # --- training -----------------------------------------------------------------------------------------

    def _train_killed(self, whole: Ordeal, request: Train, kills: int) -> dict[str, object]:
        played: list[Ordeal] = []
        while _kills(played) < kills and len(played) < _REPLAYS:
            shares = sorted(self._chance.uniform(0, _AFTER_TRAINING) for _ in range(kills - _kills(played)))
            moments = [Moment(trained_share(share), self._chance.randrange(_LATEST_MS)) for share in shares]
            played.append(self._play("training", request, moments))
        project = self._session.project
        assert project is not None
        runs = [whole.run, *(each.run for each in played)]
        hashes = [file_hash(project.run_folder(run) / "model" / "model.safetensors") for run in runs]
        figures = {msgspec.json.encode(project.runs.get(run).test) for run in runs}
        return {
            **_story(played),
            "identical": len(set(hashes)) == 1 and len(figures) == 1,
            "sha256_unkilled": hashes[0],
            "sha256_killed": hashes[1:],
            "same_test_figures": len(figures) == 1,
        }

    # --- scoring ------------------------------------------------------------------------------------------

    def _table(self, rows: int) -> Path:
        """The sample's texts again and again, no two rows alike, some without a text."""
        with SAMPLE.open(encoding="utf-8", newline="") as file:
            texts = [row["text"] for row in csv.DictReader(file)]
        path = self._folder / "table.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["number", "text"])
            for row in range(rows):
                first, second = self._chance.choice(texts), self._chance.choice(texts)
                writer.writerow([row, "" if row % 997 == 5 else f"{first} {row}: {second[:40]}"])
        return path

    def _score(self, name: str, run: str, table: Path, kills: int) -> dict[str, object]:
        def request(out: Path) -> PredictFile:
            return PredictFile(run=run, path=str(table), text_column="text", out=str(out))

        whole_out = self._folder / f"{name}.csv"
        whole = self._play(name, request(whole_out))
        assert isinstance(whole.result, FilePredicted)
        size = whole_out.stat().st_size
        # a block's time at most: the kill hits reading, scoring and writing alike
        latest = max(2, min(_LATEST_MS, round(1000 * whole.result.seconds * 1024 / whole.result.rows)))
        played: list[Ordeal] = []
        hashes = [file_hash(whole_out)]
        while _kills(played) < kills and len(played) < _REPLAYS:
            out = self._folder / f"{name}-killed-{len(played)}.csv"
            partial = out.with_name(out.name + ".part")
            shares = sorted(self._chance.uniform(0, _LATEST_SHARE) for _ in range(kills - _kills(played)))
            moments = [
                Moment(_written_to(partial, round(share * size)), self._chance.randrange(latest))
                for share in shares
            ]
            played.append(self._play(name, request(out), moments))
            hashes.append(file_hash(out))
        return {
            **_story(played),
            "rows": whole.result.rows,
            "unkilled_texts_per_second": whole.result.texts_per_second,
            "identical": len(set(hashes)) == 1,
            "sha256_unkilled": hashes[0],
            "sha256_killed": hashes[1:],
        }

    # --- playing ------------------------------------------------------------------------------------------

    def _play(self, name: str, request: Request, moments: Sequence[Moment] = ()) -> Ordeal:
        ordeal = Ordeal(self._queue, request, moments)
        loop = QEventLoop()
        ordeal.over.connect(loop.quit)
        watch = QTimer()
        watch.setSingleShot(True)
        watch.timeout.connect(loop.quit)
        watch.start(_GIVE_UP_MINUTES * 60_000)
        began = time.perf_counter()
        ordeal.start()
        loop.exec()
        if not ordeal.done:
            raise SystemExit(f"{name} did not come to its end: {ordeal.error}")
        line = {"done": name, "kills": ordeal.kills, "seconds": round(time.perf_counter() - began, 1)}
        print(json.dumps(line), file=sys.stderr, flush=True)
        return ordeal


def _kills(played: Sequence[Ordeal]) -> int:
    return sum(each.kills for each in played)


def _story(played: Sequence[Ordeal]) -> dict[str, object]:
    return {
        "kills": _kills(played),
        "played": len(played),
        "attempts_began_at": [each.resumed_at for each in played],
        "queue_gave_up_and_was_started_again": sum(each.given_up for each in played),
    }


def _written_to(partial: Path, size: int) -> Callable[[Job], bool]:
    """Whether the unfinished output has so many bytes, and its job is at work on it."""

    def reached(job: Job) -> bool:
        if job.progress is None:
            return False
        try:
            return partial.stat().st_size >= size
        except FileNotFoundError:
            return False

    return reached


if __name__ == "__main__":
    main()
