"""``runner``: a folder that scores a CSV without torch: a script, the model, the tokenizer, and a self-check."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from engine.export.checking import STAGE, Scorer, scorer
from engine.export.files import part, write_parts
from engine.export.fusion import write_networks
from engine.export.onnx_model import write_onnx
from engine.export.settings import write_settings
from engine.export.template import score as script
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.run_model import AnyTaggingModel, BagOfWords, RunModel
from engine.models.text_model import Logits
from engine.models.word_features import ITSELF
from engine.progress import Progressed, Work, finish

_BLOCK = 32
# nobody's texts: ordinary sentences, and what a tokenizer may stumble over
_SENTENCES = (
    "I was charged twice for the same order and nobody answers.",
    "What a lovely film, the acting was superb!",
    "it's not bad, but the second half is far too long",
    "SHOCKING: prices up 12.5% since Monday, says the bank in London",
    "Où est la gare ? Der Zug fährt um 8 Uhr nach Köln.",
    "这家酒店很干净，服务也很好。",
    "ok 👍🏽 see you @anna https://example.org/x?y=1 <b>bold</b> &amp; more",
    "a",
)
_LONG = 400  # repetitions of a word, beyond what most models read at once


def write_runner(model: RunModel, folder: Path) -> Work[Scorer]:
    """Write the folder; gives what scores by its own script. Raises EXPORT_FAILED."""
    if isinstance(model, BagOfWords):
        yield Progressed("convert", 0, 1)
        _write_words(model, folder)
    else:
        yield from write_networks(model, folder, partial(write_onnx, format="runner"))
    (folder / "score.py").write_text(_template("score.py"), encoding="utf-8")
    write_parts(model, folder)
    lines = [f"{package}=={version(package)}\n" for package in packages(model)]
    (folder / "requirements.txt").write_text("".join(lines), encoding="utf-8")
    (folder / "selfcheck.json").write_text(_self_check(model), encoding="utf-8")
    written = script.Model(folder, part)

    def score(texts: Sequence[str]) -> Work[Logits]:
        found = []
        for start in range(0, len(texts), _BLOCK):
            block = texts[start : start + _BLOCK]
            if written.task == "tagging":
                found += [written.word_logits(text) for text in block]
            else:
                assert not isinstance(written.scorer, script.TaggedWords)
                found.append(written.scorer.logits(block))
            yield Progressed(STAGE, min(start + _BLOCK, len(texts)), len(texts))
        return np.concatenate(found)

    return score


def packages(model: RunModel) -> tuple[str, ...]:
    """What the script imports beside Python's own."""
    return ("numpy",) if isinstance(model, BagOfWords) else ("numpy", "onnxruntime", "tokenizers")


def _write_words(model: BagOfWords, folder: Path) -> None:
    ordered = sorted(model.vocabulary, key=model.vocabulary.__getitem__)
    (folder / "vocabulary.json").write_text(json.dumps(ordered, ensure_ascii=False), encoding="utf-8")
    if isinstance(model, LinearModel):
        np.savez(folder / "weights.npz", idf=model.idf, weights=model.weights, intercept=model.intercept)
    else:
        np.savez(folder / "weights.npz", weights=model.weights, intercept=model.intercept)
    write_settings(model, folder)


def _template(name: str) -> str:
    return files("engine.export.template").joinpath(name).read_text(encoding="utf-8")


def _self_check(model: RunModel) -> str:
    """Texts of ours with the original's answers, one after the other."""
    texts = [*_SENTENCES, *_own_words(model), "word " * _LONG]
    expected: list[dict[str, Any]] = []
    read = scorer(model)
    for text in texts:
        logits = finish(read([text]))
        if not isinstance(model, AnyTaggingModel):
            from engine.models.answers import probabilities_of

            logits = probabilities_of(model.task, logits)[0]
        expected.append({"text": text, "expected": np.round(logits.astype(np.float64), 8).tolist()})
    return json.dumps(expected, ensure_ascii=False, indent=1) + "\n"


def _own_words(model: RunModel) -> list[str]:
    """Some sentences of words that a bag of words knows; a network knows every word."""
    if not isinstance(model, BagOfWords):
        return []
    known = sorted(model.vocabulary)
    if isinstance(model, LinearTaggingModel):
        known = [key.removeprefix(ITSELF) for key in known if key.startswith(ITSELF)]
    step = max(1, len(known) // 40)
    chosen = known[::step]
    return [" ".join(chosen[start : start + 10]) for start in range(0, len(chosen), 10)]
