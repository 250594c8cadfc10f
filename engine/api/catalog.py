"""What can be chosen: transfer methods, explainers, and their options. Forms and shell options follow from it.

Words for people (names, sentences, reasons) are in ``wording``; here are ids, types, defaults and ranges.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from engine.api.catalog_methods import METHODS
from engine.api.catalog_types import Explainer, Method, Option
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.option_tasks import option_for

__all__ = ["EXPLAINERS", "METHODS", "Explainer", "Method", "Option"]

SPLITS = ("train", "validation", "test")
DEFAULT_SOURCE = "minilm"
SECOND_SOURCE = "bert-tiny"
DEFAULT_HUB = "https://huggingface.co"

REPORT_SECTIONS = (
    "data",
    "method",
    "figures",
    "classes",
    "confusion",
    "calibration",
    "comparison",
    "race",
    "training",
    "robustness",
    "faithfulness",
    "examples",
    "errors",
    "limits",
)
STAGES = (
    "inspect",
    "read",
    "index",
    "load",
    "tokenise",
    "encode",
    "fit",
    "adapt",
    "train",
    "validate",
    "evaluate",
    "score",
    "explain",
    "measure",
    "compare",
    "change",
    "phrases",
    "suspects",
    "probe",
    "teach",
    "write",
    "search",
    "download",
    "check",
    "time",
    "convert",
    "verify",
)
# what a trained run can be handed over as
EXPORT_FORMATS = ("runner", "huggingface", "onnx", "onnx-int8", "torchscript")
_NETWORK_FORMATS = ("torchscript",)  # a bag of words has no network to write
_COUNTED_FORMATS = ("onnx", "onnx-int8", "torchscript")  # no ONNX operator cuts words into parts and shapes
# why a method is recommended, or not
REASONS = (
    "measured",
    "experience",
    "baseline",
    "little-data",
    "too-little-data",
    "medium-data",
    "enough-data",
    "unlabelled",
    "robustness",
    "student",
    "not-measured",
    "too-long",
)
BYTE_STAGES = ("download", "check")  # whose progress is counted in bytes
NOTICES = (
    "tags-repaired",  # count, lines: tags that break their scheme, the first lines
    "no-entities",  # every word of the file is outside
    "bar-replaced",  # names: labels that held the sign that parts stored labels
    "separator-unseen",  # separator: no cell holds it
    "decimal-comma",  # count, example: numbers read with a decimal comma
    "labels-look-alike",  # names: labels that differ only by space or case
    "small-classes",  # names: classes with a single example
    "labels-unseen",  # names: labels that no training text has
    "labels-conflict",  # count: texts that stand with different labels, texts: the first, with their lines
    "split-made",  # train, validation, test: counts of an automatic split
    "length-lowered",  # wanted, max_tokens: what the source model can read at once
    "texts-cut",  # share, max_tokens
    "texts-in-windows",  # share, max_tokens
    "teacher-chosen",  # teacher, count: texts
    "round-done",  # round, count: texts it labelled, texts: that judge, figure: chance of the right label, main
    "gain-from-unlabelled",  # round, figure, before, texts
    "no-gain-from-unlabelled",  # figure: of the best round, before, texts
    "score-round-done",  # as round-done, figure: the main one
    "score-gain-from-unlabelled",  # round, figure, before, texts
    "no-score-gain-from-unlabelled",  # figure: of the best round, before, texts
    "label-names-used",  # share of texts whose nearest name is right, chance: by chance
    "second-source-kept",  # second, gain, low, high, first_ms, both_ms
    "second-source-left-out",  # the same
    "batch-halved",  # batch_size: what is now computed at once
    "precision-chosen",  # precision, speedup
    "race-left-out",  # left_out: a method, why: an error kind, and the values of that error
    "rows-left-out",  # count, path: rows of a file whose label a run does not know, or without a text
    "export-agreement",  # agreement: of a copy with rounded weights and the original
    "explainer-changed",  # family: of models that the default explainer has no rules for
    "another-machine",  # trained, now: a run trained again where it may end otherwise
)

BASELINES = ("mask", "pad", "mean")  # the mask token, the padding token, the mean of all word embeddings
EXPLAINERS: tuple[Explainer, ...] = (
    Explainer(id="linear", reads="linear", complete=True),
    # a tag is read at one token, so that its logit is no sum over the words
    Explainer(id="head-terms", complete=True, tasks=("single", "multi", "score")),
    Explainer(id="lrp"),
    Explainer(id="cp-lrp"),
    Explainer(id="lrp-gradients"),
    Explainer(id="integrated-gradients", cost=2, complete=True, baselines=BASELINES),
    Explainer(id="guided-shap", cost=2, complete=True, seeded=True),
    Explainer(id="gradient-shap", cost=2, seeded=True),
    Explainer(id="gradient-norm", signed=False),
    Explainer(id="occlusion", reads="any", cost=2),
    Explainer(id="kernel-shap", reads="any", cost=3, complete=True, seeded=True),
    Explainer(id="lime", reads="any", cost=3, seeded=True),
    Explainer(id="shapley", reads="any", cost=3, complete=True, seeded=True),
    Explainer(id="attention", signed=False, view=True),
)


def methods_for(task: str) -> tuple[Method, ...]:
    """The methods that a training of a task can begin with, in the catalog's order."""
    return tuple(each for each in METHODS if task in each.tasks and each.offered)


def hub_address() -> str:
    """The model hub: what ``LEXPLAIN_HUB`` names, else huggingface.co."""
    return (os.environ.get("LEXPLAIN_HUB") or DEFAULT_HUB).rstrip("/")


def method(id: str) -> Method:
    """Raises ``KnownError`` (METHOD_UNKNOWN) that lists the valid ids."""
    for each in METHODS:
        if each.id == id:
            return each
    raise KnownError(ErrorKind.METHOD_UNKNOWN, method=id, valid=", ".join(m.id for m in METHODS))


def demand_task(method: Method, task: str) -> None:
    """Raises METHOD_TASK, with the methods that can, where ``method`` cannot learn ``task``."""
    if task not in method.tasks:
        valid = ", ".join(each.id for each in methods_for(task))
        raise KnownError(ErrorKind.METHOD_TASK, method=method.id, task=task, valid=valid)


def explainers_for(method_id: str, task: str) -> tuple[str, ...]:
    """The explainers of a transfer method's runs that can explain a task; the first is the default."""
    return tuple(id for id in method(method_id).explainers if task in explainer_of(id).tasks)


def explainer(id: str, for_method: str, task: str) -> Explainer:
    """The explainer ``id`` ('' = the default) for a transfer method's runs of a task. Raises EXPLAINER_UNKNOWN."""
    allowed = explainers_for(for_method, task)
    wanted = id or allowed[0]
    if wanted not in allowed:
        raise KnownError(ErrorKind.EXPLAINER_UNKNOWN, method=id, valid=", ".join(allowed))
    return explainer_of(wanted)


def explainer_of(id: str) -> Explainer:
    """The row of a known explainer."""
    return next(each for each in EXPLAINERS if each.id == id)


def chosen_baseline(method: str, baseline: str) -> str:
    """The baseline that an explanation was asked for; '' where its method leaves no choice."""
    return baseline if any(each.id == method and each.baselines for each in EXPLAINERS) else ""


def export_formats(model_method: str, task: str = "single") -> tuple[str, ...]:
    """What a run can be handed over as, by its ``Run.model_method``."""
    if model_method != "bag-of-words":
        return EXPORT_FORMATS
    without = _COUNTED_FORMATS if task == "tagging" else _NETWORK_FORMATS
    return tuple(each for each in EXPORT_FORMATS if each not in without)


def complete_options(
    method_id: str, given: Mapping[str, OptionValue], task: str = "single"
) -> dict[str, OptionValue]:
    """All options of a method: the given ones checked, the rest by default, as they are for a task.

    Raises OPTION_UNKNOWN, OPTION_VALUE.
    """
    known = {option.id: option_for(option, task) for option in method(method_id).options}
    for name in given:
        if name not in known:
            raise KnownError(ErrorKind.OPTION_UNKNOWN, option=name, method=method_id, valid=", ".join(known))
    return {
        name: option.parse(given[name]) if name in given else option.default for name, option in known.items()
    }
