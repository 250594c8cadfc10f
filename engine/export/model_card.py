"""A model card in Markdown: data, method, figures with intervals, limits, use. No text of a user is ever in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import engine
from engine.api.errors import KnownError
from engine.api.results import Evaluation, Interval
from engine.api.results_transfer import SourceInfo
from engine.api.wording import figure_words, method_words, option_words, task_words
from engine.export.capture import networks
from engine.export.checking import Check
from engine.export.loading import how_to_load
from engine.models.installed import describe
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.run_model import AnyTaggingModel, BagOfWords, FusedModel, RunModel
from engine.models.source import find
from engine.report_parts.limits import limit_sentences
from engine.report_parts.material import Material
from engine.report_parts.words import percent, shown, shown_span, whole, words

_LANGUAGE = "en"  # as model cards are
_PIPELINES = {
    "single": "text-classification",
    "multi": "text-classification",
    "tagging": "token-classification",
}
_CLASSES = 100  # rows of the table of classes


def model_card(material: Material, model: RunModel, format: str, check: Check) -> str:
    """The card of an export that was checked."""
    sources = [_source(id) for id in _source_ids(material, model)]
    parts = [
        _front_matter(model, format, sources),
        f"# {plain(material.run.title)}",
        _about(material, model, format),
        "## How to use it",
        how_to_load(model, format),
        "## Checked against the original",
        _check(model, check, format),
        "## Figures",
        _figures(material),
        *_classes(material, model),
        "## Method",
        _method(material, model, sources),
        "## Data",
        _data(material),
        "## Limits",
        "\n".join(f"- {line}" for line in _limits(material, model)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str) -> str:
    """A name from the user's data as Markdown and HTML that can do nothing."""
    shown = " ".join(text.split())
    for character in "\\`*_[]|#!~":
        shown = shown.replace(character, f"\\{character}")
    return shown.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the columns after the first are figures. Cells are Markdown already."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _front_matter(model: RunModel, format: str, sources: Sequence[SourceInfo]) -> str:
    lines = ["---"]
    if model.task in _PIPELINES:
        lines.append(f"pipeline_tag: {_PIPELINES[model.task]}")
    if format == "huggingface" and not isinstance(model, BagOfWords):
        lines.append("library_name: transformers")
    licences = {source.licence for source in sources}
    if (
        len(licences) == 1
        and (licence := licences.pop())
        and licence.replace("-", "").replace(".", "").isalnum()
    ):
        lines += [f"license: {licence}", "# the licence of the source model; the data may ask for more"]
    return "\n".join([*lines, "tags:", "- lexplain", "---"])


def _about(material: Material, model: RunModel, format: str) -> str:
    day = datetime.now().astimezone().strftime("%Y-%m-%d")
    task = task_words(model.task, _LANGUAGE)
    method = method_words(material.run.method, _LANGUAGE).name.lower()
    return (
        f"{task.name[:1].upper()}{task.name[1:]}: {task.sentence} Trained by {method} with Lexplain"
        f" {engine.__version__}, exported on {day} as `{format}`."
    )


def _check(model: RunModel, check: Check, format: str) -> str:
    what = "words" if isinstance(model, AnyTaggingModel) else "texts"
    answers = f"the answers agree on {percent(check.agreement)} of the {what}"
    if model.task == "score":
        answers = f"{percent(check.agreement)} of the scores differ by less than a hundredth of their spread"
    eight = (
        " Weights in 8 bits are rounded, so small differences are expected." if format == "onnx-int8" else ""
    )
    return (
        f"The files in this folder and the model as it was trained have read the same {whole(check.rows)} texts: the"
        f" largest difference of a logit is {check.largest_difference:.2g}, and {answers}.{eight}"
    )


def _figures(material: Material) -> str:
    found = material.evaluations
    if not found:
        return "This run has not been evaluated."
    ids = dict.fromkeys(id for each in found for id in each.figures)
    rows = [
        [figure_words(id, _LANGUAGE).name, *(_figure(id, each.figures.get(id)) for each in found)]
        for id in ids
    ]
    if any(each.ece for each in found):
        name = figure_words("ece", _LANGUAGE).name
        rows.append([name, *(_figure("ece", each.ece_interval) for each in found)])
    rows.append(["Texts", *(whole(each.rows) for each in found)])
    said = table(["", *(each.split for each in found)], rows)
    return f"{said}\n\nIn brackets: 95 % bootstrap intervals."


def _figure(id: str, found: Interval | None) -> str:
    return "" if found is None else f"{shown(id, found.value)} [{shown_span(id, found)}]"


def _classes(material: Material, model: RunModel) -> list[str]:
    main = material.main
    if main is None or not main.per_class:
        return []
    limits = _thresholds(main, model)
    counted = "Entities" if isinstance(model, AnyTaggingModel) else "Texts"
    head = ["Label", "Precision", "Recall", "F1", counted, *(["Threshold"] if limits else [])]
    rows = [
        [
            plain(each.label),
            *(f"{value * 100:.1f} %" for value in (each.precision, each.recall, each.f1)),
            whole(each.support),
            *([f"{limits[each.label]:.3f}" if each.label in limits else ""] if limits else []),
        ]
        for each in main.per_class[:_CLASSES]
    ]
    more = len(main.per_class) - len(rows)
    return [f"Each label on the {main.split} split:", table(head, rows), f"and {more} more" if more else ""]


def _thresholds(main: Evaluation, model: RunModel) -> dict[str, float]:
    if model.task != "multi" or isinstance(model, AnyTaggingModel):
        return {}
    limits = model.thresholds or tuple(0.5 for _ in model.labels)
    return dict(zip(model.labels, limits, strict=True))


def _method(material: Material, model: RunModel, sources: Sequence[SourceInfo]) -> str:
    said = method_words(material.run.method, _LANGUAGE)
    lines = [
        f"{said.name}: {said.sentence}",
        *(f"Source model: {_source_words(source)}" for source in sources),
    ]
    options = [
        [_option_name(name), "automatic" if value is None else plain(_option(value))]
        for name, value in material.run.options.items()
    ]
    lines.append(table(["Option", "Value"], options) if options else "")
    record = material.record
    versions = ", ".join(
        f"{name} {plain(str(record[name]))}" for name in ("torch", "transformers", "python") if name in record
    )
    if versions and not isinstance(model, BagOfWords):
        lines.append(f"Trained with {versions}.")
    lines.append(_reading(model))
    return "\n\n".join(line for line in lines if line)


def _option_name(id: str) -> str:
    try:
        return option_words(id, _LANGUAGE).label
    except KeyError:  # of a run that another version of Lexplain has trained
        return plain(id)


def _option(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    # an option may name a folder of this machine; its last part says enough
    text = f"{value:g}" if isinstance(value, float) else str(value)
    return text.replace("\\", "/").rstrip("/").rpartition("/")[2] or "none"


def _reading(model: RunModel) -> str:
    if isinstance(model, LinearModel):
        return (
            f"It reads {whole(len(model.vocabulary))} words and n-grams of up to {model.longest_ngram} words."
        )
    if isinstance(model, LinearTaggingModel):
        return (
            f"It reads {whole(len(model.vocabulary))} features of words: each word, its beginnings, endings and shape,"
            f" the words up to two away, and runs of up to {model.longest_ngram} of them."
        )
    said = []
    for tokenizer in (network.tokenizer for network in networks(model)):
        if tokenizer.overlap is None:
            said.append(f"It reads the first {tokenizer.max_tokens} tokens of a text.")
        else:
            overlap = f"{tokenizer.overlap:.0%}"
            said.append(
                f"It reads texts in windows of {tokenizer.max_tokens} tokens that overlap by {overlap}."
            )
    return " ".join(dict.fromkeys(said))


def _source_words(source: SourceInfo) -> str:
    facts = [
        f"{source.layers} layers" if source.layers else "",
        _parameters(source.parameters),
        f"languages: {plain(source.languages)}" if source.languages else "languages not stated",
        f"licence: {plain(source.licence)}" if source.licence else "licence not stated: ask whoever made it",
    ]
    return f"{plain(source.name)} ({', '.join(fact for fact in facts if fact)})."


def _parameters(count: int) -> str:
    if not count:
        return ""
    return f"{count / 1e6:.1f} million parameters" if count >= 1e5 else f"{whole(count)} parameters"


def _source_ids(material: Material, model: RunModel) -> list[str]:
    """The source models whose weights are in ``model``."""
    if isinstance(model, BagOfWords):
        return []
    options = material.run.options
    found = [str(material.record.get("source", material.run.source))]
    if isinstance(model, FusedModel):
        found.append(str(options.get("second_source") or ""))
    if options.get("student") == "small-model":
        found = [str(options.get("student_source") or "")]
    return [id for id in found if id]


def _source(id: str) -> SourceInfo:
    try:
        found = find(id)
        return describe(found.id, found.folder)
    except KnownError:  # it was moved or deleted since
        name = id.replace("\\", "/").rstrip("/").rpartition("/")[2]
        return SourceInfo(
            id=name,
            name=name,
            folder="",
            family="",
            layers=0,
            width=0,
            parameters=0,
            size_bytes=0,
            max_tokens=0,
            languages="",
            licence="",
        )


def _data(material: Material) -> str:
    record = material.record
    sizes = [
        f"{whole(float(str(record[key])))} {use}"
        for key, use in (
            ("train_texts", "texts to learn from"),
            ("validation_texts", "to choose by"),
            ("test_texts", "to judge by"),
        )
        if str(record.get(key, "")).isdigit()
    ]
    lines = [f"{', '.join(sizes)}." if sizes else "The sizes of the splits were not recorded."]
    labels = record.get("labels")
    if isinstance(labels, list) and len(labels) > 1:
        lines.append(f"{len(labels)} labels.")
    lines.append(
        "The languages of the texts were not recorded. The texts themselves are not part of this folder."
    )
    return " ".join(lines)


def _limits(material: Material, model: RunModel) -> list[str]:
    found = [plain(line) for line in limit_sentences(material, words(_LANGUAGE), _LANGUAGE)]
    if isinstance(model, BagOfWords):
        found.append(
            "The vocabulary holds words and phrases of the training texts: look through it before you hand the"
            " folder on."
        )
    cut = [each.tokenizer.max_tokens for each in networks(model) if each.tokenizer.overlap is None]
    if cut:
        found.append(f"What a text says after its first {max(cut)} tokens is not read.")
    found.append(
        "The figures hold for texts like those of this project; other sources, times and languages can be worse."
    )
    return found
