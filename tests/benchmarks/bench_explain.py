"""LRP against Captum's integrated gradients: time a text and comprehensiveness. Prints a table and JSON.

    python -m tests.benchmarks.bench_explain [--texts 200] [--runs-cache FOLDER]

On TweetEval emotion and SST-2 a MiniLM is fine-tuned through the product (3 epochs, defaults) and explained
on the first test texts. *Captum* is ``LayerIntegratedGradients`` at 50 steps called as in its BERT tutorial:
one text at a time, all steps in one batch, its default quadrature, parameters as they come, the target's
logit; it is given our baseline (mask tokens, markers kept). All are timed alternately in one run on text that
is already tokenised; milliseconds are the median over rounds of the mean over texts.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from captum.attr import LayerIntegratedGradients
from numpy.typing import NDArray

from engine.explain.attribution import to_word_scores
from engine.explain.contrast import Contrast, resolve
from engine.explain.explaining import explain
from engine.explain.faithfulness import RANDOM_ORDERS, Erased, erase, mean_interval
from engine.explain.methods.integrated_gradients import integrate
from engine.explain.methods.lrp import ATTN_LRP, CP_LRP, scores_batch
from engine.models.store import load_run
from engine.models.text_model import TorchModel, softmax
from engine.models.text_tokens import EncodedText
from engine.progress import finish
from tests.benchmarks.runs_cache import FIRST_SEED, trained
from tests.shared_data import rows

SETS = ("tweeteval_emotion", "sst2")
CAPTUM_STEPS = 50
SEED = 13


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3, help="how often every method is timed on every text")
    parser.add_argument("--runs-cache", type=Path, help="where trained models are kept for the next time")
    parser.add_argument("--sets", nargs="*", default=SETS)
    options = parser.parse_args()
    cache = options.runs_cache or Path(tempfile.mkdtemp(prefix="lexplain-bench-"))
    found = {name: _measure(name, cache, options.texts, options.rounds) for name in options.sets}
    print(_table(found), file=sys.stderr)
    print(json.dumps({"threads": torch.get_num_threads(), "texts": options.texts, "sets": found}))


def fine_tuned(name: str, cache: Path) -> TorchModel:
    """The data set's fine-tuned MiniLM, trained through the product where the cache has none."""
    project, run = trained(name, "fine-tune", FIRST_SEED, cache)
    with project:
        model = load_run(project, run)
    assert isinstance(model, TorchModel)
    return model


class _Peer:
    """Captum as people run it."""

    def __init__(self, model: TorchModel) -> None:
        self.model = model
        self.method = LayerIntegratedGradients(self._logits, model.module.embeddings)

    def _logits(self, ids: torch.Tensor, mask: torch.Tensor, types: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = self.model.module(input_ids=ids, attention_mask=mask, token_type_ids=types)
        return logits

    def scores(self, encoded: EncodedText, contrast: Contrast) -> NDArray[np.float64]:
        batch = self.model.tokenizer.batch([encoded], self.model.device)
        ids = batch["input_ids"]
        blank = torch.where(torch.tensor([encoded.special]), ids, self.model.tokenizer.mask_id)
        found = self.method.attribute(
            ids,
            baselines=blank,
            additional_forward_args=(batch["attention_mask"], batch["token_type_ids"]),
            target=contrast.target,
            n_steps=CAPTUM_STEPS,
        )
        return found[0].sum(-1).detach().double().numpy()  # type: ignore[no-any-return]


def _measure(name: str, cache: Path, count: int, rounds: int) -> dict[str, object]:
    model = fine_tuned(name, cache)
    model.module.eval()
    texts = rows(name, "test", count)[0]
    logits = model.logits(texts)
    contrasts = [resolve(model.labels, row) for row in logits]
    encoded = model.tokenizer.encode(texts)
    deltas: list[float] = []

    def lrp(rule: str) -> Callable[[EncodedText, Contrast], NDArray[np.float64]]:
        def scores(text: EncodedText, contrast: Contrast) -> NDArray[np.float64]:
            batch = model.tokenizer.batch([text], model.device)
            rival = contrast.rival or 0
            found, _ = scores_batch(model.module, batch, [contrast.target], [rival], rule)
            return found[0].double().numpy()

        return scores

    def integrated(text: EncodedText, contrast: Contrast) -> NDArray[np.float64]:
        batch = model.tokenizer.batch([text], model.device)
        weights = contrast.weights(model.outputs)
        found = integrate(model.module, batch, weights, model.tokenizer.mask_id, text.special)
        deltas.append(found.relative_delta)
        return found.scores

    methods: dict[str, Callable[[EncodedText, Contrast], NDArray[np.float64]]] = {
        "lrp": lrp(ATTN_LRP),
        "cp_lrp": lrp(CP_LRP),
        "integrated_gradients": integrated,
        "captum_50": _Peer(model).scores,
    }
    words, taken = _run(methods, encoded, contrasts, rounds)
    milliseconds = {key: statistics.median(float(np.mean(r)) for r in taken[key]) for key in methods}
    # a ratio in each round, since another program may slow down a whole round
    ratios = [
        float(np.mean(peer) / np.mean(own))
        for own, peer in zip(taken["lrp"], taken["captum_50"], strict=True)
    ]
    erased = {
        key: finish(erase(model, texts, words[key], contrasts, SEED, RANDOM_ORDERS if key == "lrp" else 1))
        for key in methods
    }
    first = erased["lrp"]
    return {
        "tokens_mean": float(np.mean([len(text.ids) for text in encoded])),
        "milliseconds": milliseconds,
        "lrp_times_faster": statistics.median(ratios),
        "lrp_times_faster_rounds": ratios,
        "comprehensiveness": {
            k: vars_of(mean_interval(e.comprehensiveness, SEED)) for k, e in erased.items()
        },
        "sufficiency": {k: vars_of(mean_interval(e.sufficiency, SEED)) for k, e in erased.items()},
        "random": {
            "comprehensiveness": float(first.random_comprehensiveness.mean()),
            "sufficiency": float(first.random_sufficiency.mean()),
        },
        "lrp_share_of_captum": ratio_interval(erased["lrp"], erased["captum_50"]),
        "cp_lrp_share_of_captum": ratio_interval(erased["cp_lrp"], erased["captum_50"]),
        "delta_under_2_percent": float(np.mean(np.array(deltas[: len(texts)]) < 0.02)),
        "largest_probability_difference": _probability_difference(model, texts, logits),
    }


def _run(
    methods: dict[str, Callable[[EncodedText, Contrast], NDArray[np.float64]]],
    encoded: list[EncodedText],
    contrasts: list[Contrast],
    rounds: int,
) -> tuple[dict[str, list[NDArray[np.float64]]], dict[str, list[list[float]]]]:
    """Word scores, and milliseconds by method, round and text; the methods take turns text by text."""
    words: dict[str, list[NDArray[np.float64]]] = {key: [] for key in methods}
    taken: dict[str, list[list[float]]] = {key: [[] for _ in range(rounds)] for key in methods}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Input Tensor .* did not already require gradients")
        for method in methods.values():
            method(encoded[0], contrasts[0])  # what is loaded once
        for turn in range(rounds):
            for text, contrast in zip(encoded, contrasts, strict=True):
                for key, method in methods.items():
                    started = time.perf_counter()
                    scores = method(text, contrast)
                    taken[key][turn].append(1000 * (time.perf_counter() - started))
                    if turn == 0:
                        found = to_word_scores(text, scores)[0]
                        words[key].append(np.array([word.score for word in found]))
    return words, taken


def ratio_interval(ours: Erased, peer: Erased) -> dict[str, float]:
    """Ratio of the mean comprehensiveness with its paired bootstrap 95 % interval over the texts."""
    random = np.random.default_rng(SEED)
    a, b = ours.comprehensiveness, peer.comprehensiveness
    picks = random.integers(0, len(a), (2000, len(a)))
    low, high = np.percentile(a[picks].mean(1) / b[picks].mean(1), [2.5, 97.5])
    return {"value": float(a.mean() / b.mean()), "low": float(low), "high": float(high)}


def vars_of(interval: object) -> dict[str, float]:
    return {key: float(getattr(interval, key)) for key in ("value", "low", "high")}


def _probability_difference(model: TorchModel, texts: list[str], logits: NDArray[np.float32]) -> float:
    """The largest difference between an explanation's probabilities and scoring all texts at once."""
    expected = softmax(logits)
    found = [
        explain(model, run="bench", method_id="lrp", transfer_method="fine-tune", text=text).probabilities
        for text in texts
    ]
    return float(np.abs(np.array(found) - expected).max())


def _table(found: dict[str, dict[str, object]]) -> str:
    lines = [
        "| data | method | ms a text | comprehensiveness | sufficiency | share of Captum's |",
        "|---|---|---|---|---|---|",
    ]
    for name, values in found.items():
        times, comp, suff = values["milliseconds"], values["comprehensiveness"], values["sufficiency"]
        assert isinstance(times, dict)
        assert isinstance(comp, dict)
        assert isinstance(suff, dict)
        for key in times:
            share = values.get(f"{key}_share_of_captum")
            cells = [
                name,
                key,
                f"{times[key]:.1f}",
                _interval(comp[key]),
                _interval(suff[key]),
                _interval(share),
            ]
            lines.append("| " + " | ".join(cells) + " |")
        control = values["random"]
        assert isinstance(control, dict)
        lines.append(
            f"| {name} | random | 0 | {control['comprehensiveness']:.3f} | {control['sufficiency']:.3f} | |"
        )
        lines.append(
            f"| {name} | LRP {values['lrp_times_faster']:.1f} times faster than Captum; relative delta of our"
            f" integrated gradients under 2 % on {float(str(values['delta_under_2_percent'])):.1%} of texts;"
            f" largest probability difference {values['largest_probability_difference']:.1e} | | | | |"
        )
    return "\n".join(lines)


def _interval(value: object) -> str:
    if not isinstance(value, dict):
        return ""
    return f"{value['value']:.3f} [{value['low']:.3f}, {value['high']:.3f}]"


if __name__ == "__main__":
    main()
