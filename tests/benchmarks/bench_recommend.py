"""Does "Which method?" pick well? Every method trained beside what the probe said of it, on eight sets.

    python -m tests.benchmarks.bench_recommend [--sets sst2 ...] [--per-class 8 64] [--seed 13] [--judged 1000]
        [--out FILE.jsonl]
    python -m tests.benchmarks.bench_recommend --summary FILE.jsonl

A set at a size is a project with so many labelled texts of each class and its own test texts (at most ``--judged``
of them, the same for all methods). The probe is asked first; then every method of the catalog that such a project
can train is trained with its defaults, and judged by the test texts. Each set at a size is a JSON line, written as
soon as it is done; what is there already is not done again.

The summary prints, for each size, how far the probe's pick lies below the best of all methods, how long the probe
took, and how far its minutes were off. What training adds to frozen features is ``engine.transfer.experience``,
which was made from these figures; so that no set speaks for itself, every pick is made anew with the mean shares of
the *other* sets. The last lines are the shares as ``experience`` holds them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.api.catalog import methods_for
from engine.api.messages import Train
from engine.api.messages_transfer import Recommend
from engine.api.project import Project
from engine.progress import Control, finish
from engine.transfer.recommending import recommend
from engine.transfer.training import train
from tests.benchmarks.bench_few_labels import few_labels

SETS = ("sst2", "emotion", "ag_news", "trec6", "tweeteval_emotion", "sms_spam", "banking77", "sst5")
_NEEDING_MORE = ("distil", "pseudo-label")  # a run to learn from, texts without labels
_BASE = "features"
_POINT = 0.01
Line = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sets", nargs="+", default=SETS)
    parser.add_argument("--per-class", nargs="+", type=int, default=[8, 64])
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--judged", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path(tempfile.gettempdir()) / "recommend.jsonl")
    parser.add_argument("--summary", type=Path, help="print what is in this file, and measure nothing")
    given = parser.parse_args()
    if given.summary is None:
        known = {(line["set"], line["per_class"]) for line in read(given.out)}
        for per_class in given.per_class:
            for name in given.sets:
                if (name, per_class) not in known:
                    add(given.out, measure(name, per_class, given.seed, given.judged))
    summarise(read(given.summary or given.out))


def read(file: Path) -> list[Line]:
    lines = file.read_text("utf-8").splitlines() if file.is_file() else []
    return [json.loads(line) for line in lines]


def add(file: Path, line: Line) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(line) + "\n")
    print(json.dumps(line), file=sys.stderr, flush=True)


def measure(name: str, per_class: int, seed: int, judged: int) -> Line:
    """What the probe said, and what every method reached in how many seconds."""
    with (
        tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch,
        few_labels(name, per_class, seed, Path(scratch), "test", judged) as project,
    ):
        found = finish(recommend(project, Recommend())).recommendation
        said: dict[str, dict[str, Any]] = {
            each.method: {
                "expected": each.expected.value,
                "seconds": 60 * each.minutes,
                "source": each.source,
            }
            for each in found.ranking
        }
        methods = [each.id for each in methods_for("single") if each.id not in _NEEDING_MORE]
        return {
            "set": name,
            "per_class": per_class,
            "texts": found.texts,
            "probe_seconds": found.seconds,
            "said": said,
            "reached": {
                method: reach(project, method, said.get(method, {}).get("source", ""), seed)
                for method in methods
            },
        }


def reach(project: Project, method: str, source: str, seed: int) -> dict[str, float]:
    """The main figure on the test texts, and the seconds of the whole training."""
    started = time.monotonic()
    request = Train(method=method, source=source, options={"seed": seed})
    done = finish(train(project, request, Control()))
    assert done.test is not None
    return {"figure": done.test.main.value, "seconds": time.monotonic() - started}


def summarise(lines: Sequence[Line]) -> None:
    for per_class in sorted({line["per_class"] for line in lines}):
        some = [line for line in lines if line["per_class"] == per_class]
        print(f"\n{per_class} labelled texts a class\n")
        print("| set | best | reached | picked | reached | below the best | probe s |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        near = 0
        for line in some:
            reached = {method: it["figure"] for method, it in line["reached"].items()}
            best = max(reached, key=lambda method: reached[method])
            pick = picked(line, [other for other in some if other is not line])
            below = reached[best] - reached[pick]
            near += below <= _POINT
            print(
                f"| {line['set']} | {best} | {100 * reached[best]:.1f} | {pick} | {100 * reached[pick]:.1f} |"
                f" {100 * below:.1f} | {line['probe_seconds']:.0f} |"
            )
        print(f"\nwithin a point of the best: {near} of {len(some)}")
        for method in some[0]["reached"]:
            shares = [share(line, method) for line in some]
            spread = statistics.stdev(shares) if len(shares) > 1 else 0.0
            print(f"{method}: share of the features' error {statistics.mean(shares):.2f} ± {spread:.2f}")
    off = [
        (line["set"], line["per_class"], method, said["seconds"], line["reached"][method]["seconds"])
        for line in lines
        for method, said in line["said"].items()
        if method in line["reached"]
    ]
    print("\n| method | forecast within 25 % | median of forecast / taken |")
    print("| --- | --- | --- |")
    for method in dict.fromkeys(each[2] for each in off):
        ratios = [forecast / taken for _, _, of, forecast, taken in off if of == method]
        within = sum(abs(ratio - 1) < 0.25 for ratio in ratios)
        print(f"| {method} | {within} of {len(ratios)} | {statistics.median(ratios):.2f} |")


def picked(line: Line, others: Sequence[Line]) -> str:
    """The method with the highest expected figure: measured by the probe, or by the shares of the other sets."""
    said = line["said"]
    measured = {method: it["expected"] for method, it in said.items() if not it_is_trained(method)}
    error = 1 - measured[_BASE]
    trained = {
        method: 1 - error * statistics.mean(share(other, method) for other in others)
        for method in line["reached"]
        if it_is_trained(method) and others
    }
    expected: dict[str, float] = measured | trained
    return max(expected, key=lambda method: expected[method])


def share(line: Line, method: str) -> float:
    """Of the error that frozen features make, how much the method still makes."""
    error: float = 1 - line["reached"][_BASE]["figure"]
    return float(1 - line["reached"][method]["figure"]) / max(error, 1e-3)


def it_is_trained(method: str) -> bool:
    """Whether the probe can but guess it from experience."""
    return next(each.live for each in methods_for("single") if each.id == method)


if __name__ == "__main__":
    main()
