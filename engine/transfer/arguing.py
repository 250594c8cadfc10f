"""An argument from request to figures: the run before, the training, the run after."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from engine.api.catalog import complete_options, explainers_for
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.explaining.argue import Argue, Argued, ArgueFigures
from engine.api.messages import Train
from engine.api.project import Project
from engine.api.results import Explanation, Faithfulness
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES
from engine.explain.contrast import Asked, contrast_for
from engine.explain.defaults import chosen_explainer, or_without_rules
from engine.explain.erasing import NOTHING, Erasing, erased_outputs, read_words
from engine.explain.explaining import explain
from engine.explain.faithfulness import measure
from engine.models.answers import answers
from engine.models.linear_model import LinearModel
from engine.models.loaded import Models
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel
from engine.progress import Control, Progressed, Work
from engine.transfer.arguing_entities import entities_of, entity_asked, entity_words, every_word
from engine.transfer.evaluating import evaluate_examples
from engine.transfer.examples import Examples, examples_of
from engine.transfer.rationales import Wanted, wanted_of, words_of
from engine.transfer.training import train

_MEASURED = 100  # texts with a word of the argument
_ERASED = 60  # texts of the erasure test
_BOUNDED = 30  # of them also between the text's own bounds, which cost five times as many readings


@dataclass(frozen=True)
class _Question:
    """What both runs are measured by."""

    split: str
    examples: Examples
    strike: Wanted
    mark: Wanted
    about: Sequence[int]  # rows with a word of the argument


def argue(project: Project, request: Argue, control: Control, models: Models) -> Work[Argued]:
    """Raises NOTHING_TO_ARGUE, CANNOT_ARGUE (two encoders), SPLIT_EMPTY, and what training raises."""
    started = time.monotonic()
    run = project.runs.get(request.run)
    model = models.get(project, run.id)
    if not isinstance(model, LinearModel | TorchModel | TaggingModel):  # before anything is measured
        raise KnownError(ErrorKind.CANNOT_ARGUE, run=run.id, method=run.method)
    words = _words(run, request)
    question = _question(project, request, words, model)
    learner = "bag-of-words" if isinstance(model, LinearModel) else "argue"
    measured = partial(_figures, project, run.id, model, question)
    method, before = yield from or_without_rules(_explainer(project, run, learner), measured)
    wanted: dict[str, OptionValue] = {**words, **request.options}
    if isinstance(model, LinearModel):
        same = run.options if run.method == "bag-of-words" else {}
        training = Train(method="bag-of-words", options={**same, **wanted})
    else:
        budget: dict[str, OptionValue] = {"argued_run": run.id, "time_budget_minutes": request.minutes}
        training = Train(method="argue", options={**budget, **wanted})
    trained = yield from train(project, training, control)
    _, after = yield from _figures(project, trained.run, models.get(project, trained.run), question, method)
    return Argued(
        run=trained.run,
        figure=MAIN_FIGURES[project.task],
        split=question.split,
        before=before,
        after=after,
        seconds=time.monotonic() - started,
    )


def _words(run: Run, request: Argue) -> dict[str, str]:
    """What is struck and what is marked: an argument goes on from those that the run has been argued with."""
    asked = {"strike": _each(request.strike), "mark": _each(request.mark)}
    found = {}
    for kind, other in (("strike", "mark"), ("mark", "strike")):
        gone = {*_each(request.taken_back), *asked[other]}
        kept = [word for word in _each([str(run.options.get(kind) or "")]) if word not in gone]
        found[kind] = " ".join(dict.fromkeys([*kept, *asked[kind]]))
    return found


def _each(words: Sequence[str]) -> list[str]:
    return " ".join(words).casefold().split()


def _explainer(project: Project, run: Run, learner: str) -> str:
    """The run's default where the new run has it too: figures of two explainers could not be compared."""
    chosen = chosen_explainer(project, run).id
    theirs = explainers_for(learner, project.task)
    return chosen if chosen in theirs else theirs[0]


def _question(project: Project, request: Argue, words: dict[str, str], model: RunModel) -> _Question:
    network = not isinstance(model, LinearModel)
    options = complete_options("argue", request.options, project.task) if network else {}
    struck, marked = words_of(words["strike"]), words_of(words["mark"])
    strike, mark = wanted_of(project, struck, marked, rationales=bool(options.get("rationales", False)))
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


def _figures(
    project: Project, run: str, model: RunModel, question: _Question, method: str
) -> Work[tuple[str, ArgueFigures]]:
    """``method`` and what is measured by it. Raises EXPLAINER_NO_RULE."""
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
    for done, row in enumerate(rows):
        found = explain(
            model,
            run=run,
            method_id=method,
            transfer_method=stored.model_method,
            text=examples.texts[row],
            words=examples.words[row] if examples.words else None,
            span=entity_asked(model, examples, row, question.strike, question.mark),
        )
        struck += _share(found, examples.documents[row], question.strike)
        marked += _share(found, examples.documents[row], question.mark)
        yield Progressed("measure", done + 1, len(rows))
    flips = yield from _flips(model, examples, rows, question.strike)
    erased = yield from _erased(model, run, method, stored.model_method, examples)
    return method, ArgueFigures(
        run=run,
        main=judged.main,
        texts=len(rows),
        struck_share=float(np.mean(struck)) if struck else None,
        marked_share=float(np.mean(marked)) if marked else None,
        flips=flips,
        comprehensiveness=None if erased is None else erased.scores.comprehensiveness,
        sufficiency=None if erased is None else erased.scores.sufficiency,
        normalised_comprehensiveness=None if erased is None else erased.normalised_comprehensiveness,
    )


def _erased(
    model: RunModel, run: str, method: str, model_method: str, examples: Examples
) -> Work[Faithfulness | None]:
    """The erasure test; of tagged words on texts with entities, None where the model finds none in them."""
    rows = [row for row, text in enumerate(examples.texts) if text.strip()]
    if examples.words:
        rows = [row for row in rows if entities_of(examples, row)]
    texts = [examples.texts[row] for row in rows[:_ERASED]]
    words = [examples.words[row] for row in rows[:_ERASED]] if examples.words else []
    try:
        return (yield from measure(model, run, method, model_method, texts, words=words, bounds=_BOUNDED))
    except KnownError as error:
        if error.kind is not ErrorKind.TEXT_EMPTY or not examples.words:
            raise
        return None


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
    tasks = []
    for row in rows:
        document, text = examples.documents[row], examples.texts[row]
        meant = [i for i, word in enumerate(read_words(model, text)) if strike.meets(document, text, word)]
        if meant:
            asked = _answer_of(model, examples, row)
            tasks.append(Erasing(text, asked, [NOTHING, np.array(meant, np.intp)]))
    if not tasks or model.task == "score":  # a score is not one of several answers
        return None
    outputs = yield from erased_outputs(model, tasks)
    if isinstance(model, AnyTaggingModel):
        changed = [entity_words(whole) != entity_words(without) for whole, without in outputs]
    else:
        whole, without = (answers(model, np.stack([found[at] for found in outputs])) for at in (0, 1))
        changed = [a.label != b.label for a, b in zip(whole, without, strict=True)]
    return float(np.mean(changed))


def _answer_of(model: RunModel, examples: Examples, row: int) -> Asked:
    """What is asked of a text: of tagged words all of them."""
    text = examples.texts[row]
    if isinstance(model, AnyTaggingModel):
        return every_word(model, text, examples.words[row])
    return contrast_for(model, model.logits([text])[0], None, None)
