"""An argument from request to figures: the run before, the training, the run after."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.api.catalog import complete_options, explainer
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue, Argued, ArgueFigures
from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import Explanation
from engine.api.tasks import MAIN_FIGURES
from engine.explain.contrast import contrast_for
from engine.explain.erasing import NOTHING, Erasing, erased_outputs, read_words
from engine.explain.explaining import explain
from engine.explain.faithfulness import measure
from engine.models.answers import answers
from engine.models.linear_model import LinearModel
from engine.models.loaded import Models
from engine.models.run_model import RunModel
from engine.models.tagging_model import TaggingModel
from engine.progress import Control, Progressed, Work
from engine.transfer.evaluating import evaluate_examples
from engine.transfer.examples import Examples, examples_of
from engine.transfer.rationales import Wanted, wanted_of, words_of
from engine.transfer.training import train

_MEASURED = 100  # texts with a word of the argument
_ERASED = 60  # texts of the erasure test


@dataclass(frozen=True)
class _Question:
    """What both runs are measured by."""

    split: str
    examples: Examples
    strike: Wanted
    mark: Wanted
    about: Sequence[int]  # rows with a word of the argument


def argue(project: Project, request: Argue, control: Control, models: Models) -> Work[Argued]:
    """Raises NOTHING_TO_ARGUE, CANNOT_ARGUE, SPLIT_EMPTY, and what training raises."""
    started = time.monotonic()
    run = project.runs.get(request.run)
    model = models.get(project, run.id)
    if isinstance(model, TaggingModel):
        raise KnownError(ErrorKind.CANNOT_ARGUE, run=run.id, method=run.method)
    question = _question(project, request, model)
    before = yield from _figures(project, run.id, model, question)
    words = {"strike": " ".join(request.strike), "mark": " ".join(request.mark)}
    wanted: dict[str, OptionValue] = {**words, **request.options}
    if isinstance(model, LinearModel):
        same = run.options if run.method == "bag-of-words" else {}
        training = Train(method="bag-of-words", options={**same, **wanted})
    else:
        budget: dict[str, OptionValue] = {"argued_run": run.id, "time_budget_minutes": request.minutes}
        training = Train(method="argue", options={**budget, **wanted})
    trained = yield from train(project, training, control)
    after = yield from _figures(project, trained.run, models.get(project, trained.run), question)
    return Argued(
        run=trained.run,
        figure=MAIN_FIGURES[project.task],
        split=question.split,
        before=before,
        after=after,
        seconds=time.monotonic() - started,
    )


def _question(project: Project, request: Argue, model: RunModel) -> _Question:
    words = (words_of(" ".join(given)) for given in (request.strike, request.mark))
    network = not isinstance(model, LinearModel)
    options = complete_options("argue", request.options, project.task) if network else {}
    strike, mark = wanted_of(project, *words, rationales=bool(options.get("rationales", False)))
    if not (strike or mark):
        raise KnownError(ErrorKind.NOTHING_TO_ARGUE)
    for split in ("test", "validation"):
        try:
            examples = examples_of(project, split, model.labels)
        except KnownError as error:
            if error.kind is not ErrorKind.SPLIT_EMPTY or split == "validation":
                raise
            continue
        break
    about = [
        row
        for row, pair in enumerate(zip(examples.documents, examples.texts, strict=True))
        if strike.may_be_in(*pair) or mark.may_be_in(*pair)
    ]
    return _Question(split, examples, strike, mark, about)


def _figures(project: Project, run: str, model: RunModel, question: _Question) -> Work[ArgueFigures]:
    assert not isinstance(model, TaggingModel)
    examples = question.examples
    stored = project.runs.get(run)
    judged = stored.test if question.split == "test" else stored.validation
    if judged is None:
        judged = yield from evaluate_examples(project, run, model, question.split, examples)
    rows = [
        row
        for row in question.about
        if _has(model, examples, row, question.strike) or _has(model, examples, row, question.mark)
    ][:_MEASURED]
    struck, marked = [], []
    method = explainer("", stored.model_method)
    for done, row in enumerate(rows):
        found = explain(
            model,
            run=run,
            method_id=method.id,
            transfer_method=stored.model_method,
            text=examples.texts[row],
        )
        struck += _share(found, examples.documents[row], question.strike)
        marked += _share(found, examples.documents[row], question.mark)
        yield Progressed("measure", done + 1, len(rows))
    flips = yield from _flips(model, examples, rows, question.strike)
    texts = [text for text in examples.texts if text.strip()][:_ERASED]
    erased = yield from measure(model, run, method.id, stored.model_method, texts)
    return ArgueFigures(
        run=run,
        main=judged.main,
        texts=len(rows),
        struck_share=float(np.mean(struck)) if struck else None,
        marked_share=float(np.mean(marked)) if marked else None,
        flips=flips,
        comprehensiveness=erased.scores.comprehensiveness,
        sufficiency=erased.scores.sufficiency,
    )


def _has(model: RunModel, examples: Examples, row: int, wanted: Wanted) -> bool:
    document, text = examples.documents[row], examples.texts[row]
    return wanted.may_be_in(document, text) and any(
        wanted.meets(document, text, word) for word in read_words(model, text)
    )


def _share(found: Explanation, document: int, wanted: Wanted) -> list[float]:
    """The share of the absolute scores on the words meant; nothing where the text has none of them."""
    meant = [wanted.meets(document, found.text, (word.start, word.end)) for word in found.words]
    total = sum(abs(word.score) for word in found.words)
    if not any(meant) or not total:
        return []
    return [
        sum(abs(word.score) for word, is_meant in zip(found.words, meant, strict=True) if is_meant) / total
    ]


def _flips(model: RunModel, examples: Examples, rows: Sequence[int], strike: Wanted) -> Work[float | None]:
    assert not isinstance(model, TaggingModel)
    tasks = []
    for row in rows:
        document, text = examples.documents[row], examples.texts[row]
        meant = [i for i, word in enumerate(read_words(model, text)) if strike.meets(document, text, word)]
        if meant:
            asked = contrast_for(model, model.logits([text])[0], None, None)
            tasks.append(Erasing(text, asked, [NOTHING, np.array(meant, np.intp)]))
    if not tasks or model.task == "score":  # a score is not one of several answers
        return None
    outputs = yield from erased_outputs(model, tasks)
    whole, without = (answers(model, np.stack([found[at] for found in outputs])) for at in (0, 1))
    return float(np.mean([a.label != b.label for a, b in zip(whole, without, strict=True)]))
