"""Training speed and accuracy against the Hugging Face Trainer as people run it, in one run.

    python -m tests.benchmarks.bench_training --set sst2 --texts 1600 --epochs 1 --repeats 3
    python -m tests.benchmarks.bench_training --set sst2 --epochs 3 --repeats 3    (accuracy too, hours on two cores)

Both sides: the same source model, texts, batch size 16, epochs, learning rate and warm-up. The peer: fp32,
random order, dynamic padding. Needs ``accelerate`` beside the development requirements.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from sklearn.metrics import f1_score

from engine.api import catalog
from engine.api.project import Project
from engine.devices import choose
from engine.models.source import find
from engine.models.text_model import TorchModel
from engine.progress import Control, PointReached, finish
from engine.transfer.checkpoint import Checkpoints
from engine.transfer.examples import Examples, TrainingData
from engine.transfer.loop import TrainingLoop
from engine.transfer.method import Job
from engine.transfer.preparing import choose_precision, prepare
from engine.transfer.tuning import loop_settings
from tests.shared_data import rows

_BATCH = 16
_RATE = 5e-5


def examples(name: str, split: str, labels: tuple[str, ...], limit: int | None) -> Examples:
    texts, names = rows(name, split)
    order = np.random.default_rng(0).permutation(len(texts))[:limit]  # files may be sorted by class
    return Examples(
        order.tolist(), [texts[i] for i in order], np.array([labels.index(names[i]) for i in order])
    )


def ours(data: TrainingData, epochs: float, seed: int, test: Examples) -> dict[str, Any]:
    """Texts a second from the first step to the last, judging left out as it is for the peer."""
    with TemporaryDirectory() as folder:
        given = {"epochs": epochs, "batch_size": _BATCH, "learning_rate": _RATE, "seed": seed}
        options = catalog.complete_options("fine-tune", given)
        with Project.create(Path(folder) / "bench") as project:
            job = Job(project, "bench", data, options, "", Path(folder), Path(folder), choose(), Control())
            prepared = finish(prepare(job, find(""), None))
        precision = choose_precision(prepared, "auto", _BATCH)
        settings = loop_settings(job, precision)
        loop = TrainingLoop("bench", prepared.objective, settings, Checkpoints(Path(folder)), Control())
        started = time.perf_counter()
        judging, before = 0.0, started
        for step in loop.run():
            now = time.perf_counter()
            if (isinstance(step, PointReached) and step.point.figure is not None) or (
                not isinstance(step, PointReached) and getattr(step, "stage", "") == "validate"
            ):
                judging += now - before
            before = time.perf_counter()
        seconds = time.perf_counter() - started - judging
        if prepared.compact is not None:
            prepared.compact.restore(prepared.model.module)
        assert isinstance(prepared.model, TorchModel)
        return {
            "texts_per_second": len(data.train) * epochs / seconds,
            "precision": precision,
            **judge(prepared.model.logits(test.texts), test),
        }


def peer(data: TrainingData, epochs: float, seed: int, test: Examples) -> dict[str, Any]:
    """``transformers.Trainer`` with its defaults, but for batch size, epochs, rate and warm-up."""
    from transformers import (
        AutoModelForSequenceClassification,
        AutoTokenizer,
        DataCollatorWithPadding,
        Trainer,
        TrainingArguments,
    )

    folder = find("").folder
    tokenizer = AutoTokenizer.from_pretrained(folder)
    torch.manual_seed(seed)
    model = AutoModelForSequenceClassification.from_pretrained(folder, num_labels=len(data.labels))

    def dataset(of: Examples) -> list[dict[str, Any]]:
        found = tokenizer(of.texts, truncation=True)
        return [
            {**{key: found[key][i] for key in found}, "labels": int(target)}
            for i, target in enumerate(of.targets)
        ]

    with TemporaryDirectory() as out:
        arguments = TrainingArguments(
            output_dir=out,
            num_train_epochs=epochs,
            per_device_train_batch_size=_BATCH,
            per_device_eval_batch_size=64,
            learning_rate=_RATE,
            warmup_steps=0.1,
            seed=seed,
            save_strategy="no",
            report_to=[],
            disable_tqdm=True,
            logging_strategy="no",
            use_cpu=True,
        )
        trainer = Trainer(
            model,
            arguments,
            train_dataset=dataset(data.train),
            data_collator=DataCollatorWithPadding(tokenizer),
        )
        started = time.perf_counter()
        trainer.train()
        seconds = time.perf_counter() - started
        logits = trainer.predict(dataset(test)).predictions  # type: ignore[arg-type]
    return {"texts_per_second": len(data.train) * epochs / seconds, **judge(logits, test)}


def judge(logits: Any, test: Examples) -> dict[str, float]:
    called = np.asarray(logits).argmax(1)
    return {
        "accuracy": float((called == test.targets).mean()),
        "macro_f1": float(f1_score(test.targets, called, average="macro")),
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--set", default="sst2")
    parser.add_argument("--texts", type=int, default=None)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    labels = tuple(sorted(set(rows(given.set, "train")[1])))
    data = TrainingData(
        labels,
        examples(given.set, "train", labels, given.texts),
        examples(given.set, "dev", labels, None if given.texts is None else 200),
        examples(given.set, "test", labels, None if given.texts is None else 500),
        (),
    )
    found = []
    for seed in range(given.repeats):
        mine = ours(data, given.epochs, seed, data.test)
        theirs = peer(data, given.epochs, seed, data.test)
        found.append((mine, theirs))
        print(json.dumps({"seed": seed, "ours": mine, "peer": theirs}), file=sys.stderr, flush=True)
    ratios = [a["texts_per_second"] / b["texts_per_second"] for a, b in found]
    summary = {
        "set": given.set,
        "train_texts": len(data.train),
        "ratio_median": statistics.median(ratios),
        "ratios": ratios,
        "ours_texts_per_second": statistics.median(a["texts_per_second"] for a, _ in found),
        "peer_texts_per_second": statistics.median(b["texts_per_second"] for _, b in found),
        "accuracy_ours": statistics.mean(a["accuracy"] for a, _ in found),
        "accuracy_peer": statistics.mean(b["accuracy"] for _, b in found),
        "precision": found[0][0]["precision"],
    }
    print(json.dumps(summary))


if __name__ == "__main__":
    main()
