"""Does the trust seal tell right explanations from wrong ones? Prints a table and JSON.

    python -m tests.benchmarks.bench_seal [--texts 200] [--skip 0] [--seconds 900] [--projects FOLDER] [--split test]

The default explainer's own explanation of a fine-tuned MiniLM's decisions, and three planted wrong ones of the same
decisions: scores drawn at random (normal, of the same size), the explanation of the rival class, and the right scores
in a shuffled order. Each is sealed; counted are the colours, with the Wilson 95 % interval of the share that should
be there: wrong ones not green, right ones not red. Texts are the first of a seeded order (``--skip`` that many,
``--seconds`` to stop at); the rules were chosen on dev texts.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import msgspec
import numpy as np

from engine.api.results import Explanation, WordScore
from engine.explain.explaining import explain
from engine.explain.trust.opinions import opinions
from engine.explain.trust.sealing import asked_of, seal_of
from engine.models.store import load_run
from engine.progress import finish
from tests.benchmarks.runs_cache import FIRST_SEED, trained
from tests.shared_data import rows

SEED = 13
PLANTED = ("random", "other class", "shuffled")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=900.0)
    parser.add_argument("--dump", type=Path, help="a JSON file for every seal")
    parser.add_argument("--projects", type=Path, help="where trained models are kept for the next time")
    parser.add_argument("--split", default="test", help="dev (to choose rules on) or test")
    parser.add_argument("--data", default="sst2", help="a data set of one label a text")
    parser.add_argument("--method", default="", help="an explainer; none: the default")
    options = parser.parse_args()
    folder = options.projects or Path(tempfile.mkdtemp(prefix="lexplain-bench-"))
    project, run = trained(options.data, "fine-tune", FIRST_SEED, folder)
    with project:
        model = load_run(project, run)
    texts = rows(options.data, options.split)[0]
    chosen = np.random.default_rng(SEED).permutation(len(texts))[options.skip :][: options.texts]
    begun = time.perf_counter()
    random = np.random.default_rng(SEED)
    lines: list[dict[str, object]] = []
    for index in chosen:
        if time.perf_counter() - begun > options.seconds:
            break
        right = explain(
            model, run=run, method_id=options.method, transfer_method="fine-tune", text=texts[index]
        )
        asked = asked_of(model, right)
        started = time.perf_counter()
        heard = list(opinions(model, right.method, right.text, asked, len(right.words)))
        taken = time.perf_counter() - started
        other = explain(
            model,
            run=run,
            method_id=options.method,
            transfer_method="fine-tune",
            text=texts[index],
            target=right.rival,
            rival=right.target,
        )
        for kind, found in {"right": right, **planted(right, other, random)}.items():
            seal = finish(seal_of(model, 0, found, asked, heard))
            lines.append(
                {
                    "text": int(index),
                    "kind": kind,
                    "words": len(right.words),
                    "colour": seal.colour,
                    "seconds_in_all": taken + seal.seconds,
                    **msgspec.to_builtins(seal),
                }
            )
    kinds = {kind: summary(lines, kind) for kind in ("right", *PLANTED)}
    seconds = [float(str(line["seconds_in_all"])) for line in lines if line["kind"] == "right"]
    print(table(kinds), file=sys.stderr)
    print(json.dumps({"texts": len(seconds), "kinds": kinds, "seconds_a_seal": float(np.median(seconds))}))
    if options.dump:
        options.dump.write_text(json.dumps(lines), encoding="utf-8")


def planted(right: Explanation, other: Explanation, random: np.random.Generator) -> dict[str, Explanation]:
    """Wrong explanations of the same decision."""
    scores = np.array([word.score for word in right.words])
    drawn = random.normal(0, max(float(scores.std()), 1e-3), len(scores))
    wrong = {
        "random": drawn,
        "other class": np.array([word.score for word in other.words]),
        "shuffled": random.permutation(scores),
    }
    return {
        kind: msgspec.structs.replace(
            right,
            words=tuple(
                WordScore(word.start, word.end, float(s)) for word, s in zip(right.words, values, strict=True)
            ),
        )
        for kind, values in wrong.items()
    }


def summary(lines: list[dict[str, object]], kind: str) -> dict[str, object]:
    """Shares of the colours, and of what should be there with its interval."""
    colours = [str(line["colour"]) for line in lines if line["kind"] == kind]
    wanted = sum(colour != ("red" if kind == "right" else "green") for colour in colours)
    first = Counter(str(line["reasons"][0]) for line in lines if line["kind"] == kind)  # type: ignore[index]
    return {
        **{colour: colours.count(colour) / len(colours) for colour in ("green", "amber", "red")},
        "as_wanted": wanted / len(colours),
        "interval": wilson(wanted, len(colours)),
        "reasons": dict(first.most_common()),
    }


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The Wilson 95 % interval of a share."""
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * np.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return float(middle - half), float(middle + half)


def table(found: dict[str, dict[str, object]]) -> str:
    lines = ["| explanation | green | amber | red | as wanted |", "|---|---|---|---|---|"]
    for kind, each in found.items():
        interval = each["interval"]
        assert isinstance(interval, tuple)
        low, high = interval
        shares = " | ".join(f"{float(str(each[colour])):.1%}" for colour in ("green", "amber", "red"))
        lines.append(f"| {kind} | {shares} | {float(str(each['as_wanted'])):.1%} [{low:.1%}, {high:.1%}] |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
