"""Bag of words as ONNX: words go in, the counting of n-grams is part of the graph, logits come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from engine.data.cleaning import clean_text
from engine.export.checking import STAGE, Scorer
from engine.export.files import write_parts
from engine.export.onnx_model import ONNX, quantise, session
from engine.export.settings import write_settings
from engine.models.linear_model import LinearModel
from engine.models.ngrams import keys
from engine.models.text_model import Logits
from engine.progress import Progressed, Work

_ROWS = 16  # of the whole vocabulary's width


def write_onnx_words(model: LinearModel, folder: Path, format: str) -> Work[Scorer]:
    """Input ``words``: strings (batch, words), lower-case, short rows filled up with ''. Output ``logits``.

    Gives what scores by the written file.
    """
    yield Progressed("convert", 0, 1)
    (folder / ONNX).write_bytes(_proto(model).SerializeToString())
    if format == "onnx-int8":
        quantise(folder / ONNX)
    write_settings(model, folder)
    write_parts(model, folder)
    yield Progressed("convert", 1, 1)
    run = session(folder / ONNX)

    def score(texts: Sequence[str]) -> Work[Logits]:
        found = [np.zeros((0, len(model.intercept)), np.float32)]
        for start in range(0, len(texts), _ROWS):
            block = texts[start : start + _ROWS]
            rows = [keys(clean_text(text, model.cleaning), 1, model.word_rule) for text in block]
            width = max(1, *map(len, rows)) if rows else 1
            words = np.array([[*row, *[""] * (width - len(row))] for row in rows], dtype=object)
            found.append(run.run(["logits"], {"words": words})[0])
            yield Progressed(STAGE, min(start + _ROWS, len(texts)), len(texts))
        return np.concatenate(found)

    return score


def _proto(model: LinearModel) -> Any:
    """TfIdfVectorizer counts n-grams (mode TF); then 1 + log, idf, unit length, the linear layer."""
    from onnx import TensorProto, checker, helper, numpy_helper

    # the vocabulary in the order of its n-grams' lengths, as the operator wants it
    entries = sorted((key.count(" ") + 1, column, key) for key, column in model.vocabulary.items())
    sizes = [size for size, _, _ in entries]
    pool = [word for _, _, key in entries for word in key.split(" ")]
    starts, at = [], 0
    for size in range(1, model.longest_ngram + 1):
        starts.append(at)
        at += size * sizes.count(size)

    def tensor(name: str, value: Any) -> Any:
        return numpy_helper.from_array(np.asarray(value, np.float32), name)

    node = helper.make_node
    nodes = [
        node(
            "TfIdfVectorizer",
            ["words"],
            ["counts"],
            mode="TF",
            min_gram_length=1,
            max_gram_length=model.longest_ngram,
            max_skip_count=0,
            ngram_counts=starts,
            ngram_indexes=[column for _, column, _ in entries],
            pool_strings=pool,
        ),
        node("Sign", ["counts"], ["present"]),
        node("Max", ["counts", "one"], ["at_least_one"]),
        node("Log", ["at_least_one"], ["logs"]),
        node("Add", ["logs", "present"], ["frequencies"]),
        node("Mul", ["frequencies", "idf"], ["weighted"]),
        node("ReduceL2", ["weighted", "axis"], ["lengths"], keepdims=1),
        node("Max", ["lengths", "tiny"], ["safe_lengths"]),
        node("Div", ["weighted", "safe_lengths"], ["features"]),
        node("MatMul", ["features", "weights"], ["products"]),
        node("Add", ["products", "intercept"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "bag-of-words",
        [helper.make_tensor_value_info("words", TensorProto.STRING, ["batch", "words"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", len(model.intercept)])],
        [
            tensor("one", 1.0),
            tensor("tiny", 1e-12),
            tensor("idf", model.idf),
            tensor("weights", np.ascontiguousarray(model.weights.T)),
            tensor("intercept", model.intercept),
            numpy_helper.from_array(np.asarray([1], np.int64), "axis"),
        ],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], producer_name="lexplain")
    proto.ir_version = 10
    checker.check_model(proto)
    return proto
