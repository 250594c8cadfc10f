"""Scoring speed against ``pipeline("text-classification", batch_size=32)``, and the share of the machine's peak.

    python -m tests.benchmarks.bench_scoring [--set sst2] [--rounds 3] [--train-texts 2000]
        [--projects DIR | --project FOLDER --run RUN]

The run is fine-tuned through the product on ``--train-texts`` texts (0: all), or taken as given. Both sides read
the test texts from memory, on the same fp32 weights: the pipeline from the run's model folder with its defaults,
we with the precision that the product would choose. ``file`` is the whole of scoring a file: reading the CSV,
scoring and writing the new one. All take turns; ratios are taken within a round and their median is given.

Useful work: 2 FLOP a token for every weight of the encoder layers' linear maps, and for a text of T tokens
4 T^2 H a layer for the attention's two products; and 2 (H^2 + H C) a text for pooler and head. Padding, and texts
that are read a second time, do not count. The peak is the fastest of square matrix products, measured in every
round; the share is our useful work a second by the peak of the precision that was used.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from engine.api.messages import PredictFile
from engine.api.project import Project
from engine.devices import bf16_possible, scoring_precision
from engine.models.store import load_run
from engine.models.text_model import TorchModel
from engine.predict import predict_file
from engine.progress import finish
from tests.benchmarks.runs_cache import FIRST_SEED, trained
from tests.shared_data import rows, shared

_BATCH = 32
_WARM_UP = 64
_SIDE = 2048  # of the matrices
_PRODUCTS = 5


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="sst2")
    parser.add_argument("--texts", type=int, help="so many test texts instead of all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--train-texts", type=int, default=2000, help="0: all, as bench_accuracy trains")
    parser.add_argument("--epochs", type=float, default=3.0)
    parser.add_argument("--projects", type=Path, help="keep the trained run here and use it again")
    parser.add_argument("--project", type=Path, help="a project with a fine-tuned run")
    parser.add_argument("--run", help="its id")
    given = parser.parse_args()
    if (given.project is None) != (given.run is None):
        parser.error("--project and --run belong together")
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        if given.project is not None:
            project, run = Project.open(given.project), given.run
        else:
            options = {"epochs": given.epochs}
            folder = given.projects or Path(scratch)
            project, run = trained(
                given.set, "fine-tune", FIRST_SEED, folder, options, given.train_texts or None
            )
        with project:
            found = measure(project, run, given.set, given.texts, given.rounds, Path(scratch))
    print(json.dumps({"set": given.set, **found}))


def measure(
    project: Project, run: str, name: str, limit: int | None, rounds: int, scratch: Path
) -> dict[str, object]:
    """All figures of one run on one data set's test texts."""
    model = load_run(project, run)
    assert isinstance(model, TorchModel)
    precision = scoring_precision(model.device)
    texts = rows(name, "test", limit)[0]
    source = _file(name, limit, scratch)
    peer = _peer(project.run_folder(run) / "model")

    def score(texts: list[str]) -> list[str]:
        return [model.labels[i] for i in finish(model.score(texts, precision)).argmax(1)]

    def file(_texts: list[str]) -> list[str]:
        out = scratch / "scored.csv"
        finish(predict_file(model, PredictFile(run=run, path=str(source), text_column="text", out=str(out))))
        return []

    ways: dict[str, Callable[[list[str]], list[str]]] = {"score": score, "file": file, "pipeline": peer}
    seconds: dict[str, list[float]] = {way: [] for way in ways}
    answers: dict[str, list[str]] = {}
    peaks: dict[str, list[float]] = {}
    for warm in (score, peer):
        warm(texts[:_WARM_UP])
    for turn in range(rounds):
        for precise, flops in matrix_peak(model.device).items():
            peaks.setdefault(precise, []).append(flops)
        for way, call in ways.items():
            began = time.perf_counter()
            answers[way] = call(texts)
            seconds[way].append(time.perf_counter() - began)
        line = {"round": turn, **{way: round(len(texts) / seconds[way][-1], 1) for way in ways}}
        print(json.dumps(line), file=sys.stderr, flush=True)
    exact = [model.labels[i] for i in model.logits(texts).argmax(1)]
    flops, tokens = useful_flops(model, texts)
    reached = flops / statistics.median(seconds["score"])
    peak = statistics.median(peaks[precision])
    ratios = {way: [p / o for p, o in zip(seconds["pipeline"], seconds[way], strict=True)] for way in ways}
    return {
        "run": run,
        "texts": len(texts),
        "tokens": tokens,
        "threads": torch.get_num_threads(),
        "device": str(model.device),
        "precision": precision,
        "texts_per_second": {way: len(texts) / statistics.median(seconds[way]) for way in ways},
        "ratio_score": statistics.median(ratios["score"]),
        "ratios_score": ratios["score"],
        "ratio_file": statistics.median(ratios["file"]),
        "ratios_file": ratios["file"],
        "labels_agree": _agree(answers["score"], answers["pipeline"]),
        "labels_agree_with_our_fp32": _agree(answers["score"], exact),
        "peak_gflops": {key: statistics.median(values) / 1e9 for key, values in peaks.items()},
        "useful_gflop": flops / 1e9,
        "useful_gflops": reached / 1e9,
        "share_of_peak": reached / peak,
        "pipeline_share_of_fp32_peak": flops
        / statistics.median(seconds["pipeline"])
        / statistics.median(peaks["fp32"]),
    }


def _file(name: str, limit: int | None, scratch: Path) -> Path:
    """The data set's test file, or one with its first texts."""
    whole = shared(name) / "test.csv"
    if limit is None:
        return whole
    import csv

    file = scratch / "test.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(["text", "label"])
        writer.writerows(zip(*rows(name, "test", limit), strict=True))
    return file


def _peer(folder: Path) -> Callable[[list[str]], list[str]]:
    """``transformers.pipeline`` as people call it."""
    from transformers import pipeline

    classify = pipeline("text-classification", model=str(folder), batch_size=_BATCH)
    return lambda texts: [str(answer["label"]) for answer in classify(texts)]


def _agree(ours: list[str], theirs: list[str]) -> float:
    return float(np.mean([a == b for a, b in zip(ours, theirs, strict=True)]))


def matrix_peak(device: torch.device) -> dict[str, float]:
    """FLOP a second of the fastest of some square matrix products, by precision."""
    found = {}
    for name, dtype in (("fp32", torch.float32), ("bf16", torch.bfloat16)):
        if name == "bf16" and not bf16_possible(device):
            continue
        left, right = (torch.randn(_SIDE, _SIDE, device=device).to(dtype) for _ in range(2))
        _product(left, right)
        found[name] = 2 * _SIDE**3 / min(_product(left, right) for _ in range(_PRODUCTS))
    return found


def _product(left: torch.Tensor, right: torch.Tensor) -> float:
    began = time.perf_counter()
    left @ right
    if left.device.type == "cuda":
        torch.cuda.synchronize(left.device)
    return time.perf_counter() - began


def useful_flops(model: TorchModel, texts: list[str]) -> tuple[float, int]:
    """(FLOP that reading the texts needs, their tokens) by the formula above."""
    lists = [m for m in model.module.encoder.modules() if isinstance(m, nn.ModuleList)]
    layers = max(lists, key=len)
    weights = sum(m.weight.numel() for m in layers.modules() if isinstance(m, nn.Linear))
    lengths = model.tokenizer.table(texts).lengths.astype(np.float64)
    hidden = model.module.embeddings.embedding_dim
    per_text = 2 * (hidden**2 + hidden * len(model.labels))
    attention = 4 * hidden * len(layers) * float((lengths**2).sum())
    return 2 * weights * float(lengths.sum()) + attention + per_text * len(texts), int(lengths.sum())


if __name__ == "__main__":
    main()
