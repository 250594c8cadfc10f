"""Do scores add up? Every family, and MiniLM: integrated gradients' relative delta, LRP's conservation error.

    python -m tests.benchmarks.bench_completeness [--texts 40] [--projects DIR]

For each family a tiny model with random weights is made and fine-tuned for two epochs on made-up texts; MiniLM is
fine-tuned on SST-2. *delta*: |sum of scores - margin difference| / |margin
difference|, of integrated gradients with its steps doubled as the product does; the share of texts under 2 % is to be
at least 95 %. *conservation*: |sum of relevance - margin| / |margin| of LRP, which need not vanish: biases,
normalisations and position embeddings take relevance that no word gets. *probability*: the largest difference between
the explained and the predicted probabilities.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.api.errors import KnownError, OptionValue
from engine.api.messages import Train
from engine.explain.contrast import contrast_for
from engine.explain.explaining import compute
from engine.explain.methods import lrp
from engine.explain.windows import padded, window_batches, window_weights
from engine.models.source import FAMILIES
from engine.models.store import load_run
from engine.models.text_model import TorchModel, softmax
from engine.progress import Control, finish
from engine.transfer.training import train
from tests.benchmarks.runs_cache import FIRST_SEED, trained
from tests.engine.family_models import family_folder
from tests.engine.tiny import project as tiny_project
from tests.engine.tiny import texts as tiny_texts
from tests.shared_data import rows

MOST_DELTA = 0.02


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument("--projects", type=Path)
    given = parser.parse_args()
    print(
        "| model | texts | delta: median | 95th percentile | under 2 % | LRP conservation: median | probability |\n"
        + "| --- " * 7
        + "|"
    )
    with tempfile.TemporaryDirectory(prefix="lexplain-bench-") as scratch:
        os.environ["LEXPLAIN_MODELS"] = scratch  # these families are not to be offered to the user afterwards
        for name, model, texts in models(Path(scratch), given.projects or Path(scratch), given.texts):
            print(line(name, model, texts), flush=True)


def models(scratch: Path, projects: Path, count: int) -> Iterator[tuple[str, TorchModel, list[str]]]:
    for family in FAMILIES:
        folder = family_folder(scratch / family, family, masked_head=True)
        with tiny_project(scratch / f"p-{family}") as project:
            options: dict[str, OptionValue] = {"epochs": 2.0, "learning_rate": 1e-3, "precision": "fp32"}
            request = Train(method="fine-tune", source=str(folder), options=options)
            model = load_run(project, finish(train(project, request, Control())).run)
        assert isinstance(model, TorchModel)
        yield family, model, [text for text, _ in tiny_texts(count, seed=5)]
    project, run = trained("sst2", "fine-tune", FIRST_SEED, projects)
    with project:
        model = load_run(project, run)
    assert isinstance(model, TorchModel)
    yield "MiniLM, SST-2", model, rows("sst2", "test")[0][:count]


def line(name: str, model: TorchModel, texts: list[str]) -> str:
    deltas, errors, apart = [], [], 0.0
    predicted = model.logits(texts)
    for text, logits in zip(texts, predicted, strict=True):
        asked = contrast_for(model, logits, None, None)
        found = compute(model, "integrated-gradients", text, asked)
        assert found.relative_delta is not None
        deltas.append(found.relative_delta)
        apart = max(apart, float(np.abs(softmax(found.logits[None]) - softmax(logits[None])).max()))
        windows = model.tokenizer.encode_windows(text)
        weights = window_weights(model, windows, asked)
        total = 0.0
        try:
            for part, batch in window_batches(model, windows):
                done = lrp.LrpPass(model.module, batch)
                total += float(done.relevance(padded(weights[: len(part)], done.logits)).sum())
        except KnownError as error:
            return f"| {name} | {len(texts)} | {error.kind} | | | | |"
        margin = asked.margin(logits)
        errors.append(abs(total - margin) / max(abs(margin), 1e-6))
    under = np.mean([delta < MOST_DELTA for delta in deltas])
    return (
        f"| {name} | {len(texts)} | {np.median(deltas):.4f} | {np.percentile(deltas, 95):.4f} |"
        f" {100 * under:.0f} % | {np.median(errors):.2f} | {apart:.1e} |"
    )


if __name__ == "__main__":
    main()
