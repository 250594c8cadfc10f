"""The trust seal: an explanation is tested on the model it explains, and by what other methods say.

- Removal, as in the erasure test (ERASER, DeYoung et al., ACL 2020): a tenth of the words, rounded up, those with the
  highest scores for the decision, become mask tokens; so do as many random other words, in 20 seeded draws (all there
  are, where they are fewer). Compared is the margin that is explained, since a sure model's probability hardly moves.
- Agreement: the mean rank correlation with other methods and baselines on the same words (``opinions``).
- Relative delta, share on markers, unread text: as they were stored with the explanation.

``seal_rules`` makes a colour of it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from engine.api.catalog import chosen_baseline, explainer_of
from engine.api.explaining.trust import Removal, Seal, Sealed, SealExplanation
from engine.api.project import Project
from engine.api.results import Explanation
from engine.data.entities import Spans, words_of
from engine.explain.contrast import Asked, Contrast, contrast_for
from engine.explain.drops import explained_figure
from engine.explain.erasing import NOTHING, Erasing, Outputs, erased_outputs
from engine.explain.seeds import seed_of
from engine.explain.tag_contrast import entity_question
from engine.explain.trust.likeness import rank_correlation
from engine.explain.trust.opinions import Opinion, disputed_words, opinion_name, opinions
from engine.explain.trust.seal_rules import Evidence, reasons_of
from engine.models.answers import probabilities_of
from engine.models.loaded import Models
from engine.models.run_model import AnyTaggingModel, RunModel
from engine.models.tag_answers import kind_probabilities
from engine.models.text_model import softmax
from engine.progress import Progressed, Work

DRAWS = 20
SHARE = 0.1

Words = NDArray[np.intp]


def seal_explanation(project: Project, request: SealExplanation, models: Models) -> Work[Sealed]:
    """Test a stored explanation and keep its seal; the same explanation gets the same seal."""
    found = project.runs.explanation(request.explanation)
    words = None if found.document is None else project.documents.words(found.document)
    model = models.get(project, found.run, found.word_unit)
    seal = yield from tested(model, request.explanation, found, words)
    with project.transaction():
        project.explaining.put_seal(seal)
    return Sealed(seal)


def tested(model: RunModel, id: int, found: Explanation, words: Spans | None) -> Work[Seal]:
    """The seal of an explanation, stored nowhere; ``words`` are a tagged document's own. Raises as ``asked_of``."""
    asked = asked_of(model, found, words)
    started = time.perf_counter()
    heard: list[Opinion] = []
    own = opinion_name(found.method, chosen_baseline(found.method, found.baseline))
    for opinion in opinions(model, own, found.text, asked, len(found.words)):
        heard.append(opinion)
        yield Progressed("explain", len(heard), 0)
    return (yield from seal_of(model, id, found, asked, heard, started))


def asked_of(model: RunModel, found: Explanation, words: Spans | None = None) -> Asked:
    """What a stored explanation was asked, again; ``words`` are a tagged document's own.

    Raises LABEL_UNKNOWN, SPAN_WITHOUT_WORDS where the model is not the one that was explained.
    """
    if isinstance(model, AnyTaggingModel):
        spans = words_of(found.text) if words is None else words
        (logits,) = model.logits([found.text], [spans])
        question = entity_question(model, found.text, spans, logits, found.span, found.target, found.rival)
        return question.contrast
    (predicted,) = model.logits([found.text])
    return contrast_for(model, predicted, found.target, found.rival)


def seal_of(
    model: RunModel,
    id: int,
    found: Explanation,
    asked: Asked,
    others: Sequence[Opinion],
    started: float | None = None,
) -> Work[Seal]:
    """The seal of an explanation of ``asked``, from removals and the scores of the ``others``."""
    started = time.perf_counter() if started is None else started
    scores = np.array([word.score for word in found.words])
    strongest = strongest_words(scores)
    removal, scale = yield from _remove(model, found.text, asked, strongest, len(scores))
    # an unsigned method says how much a word matters: so it is compared
    likenesses = [
        rank_correlation(scores, each.scores if found.signed else np.abs(each.scores)) for each in others
    ]
    said = [likeness for likeness in likenesses if likeness is not None]
    disputed = disputed_words(scores, others) if found.signed else ()
    evidence = Evidence(
        removal=removal,
        scale=scale,
        strongest=tuple(int(word) for word in strongest),
        agreement=float(np.mean(said)) if said else None,
        disputed=disputed,
        relative_delta=found.relative_delta,
        special_share=found.special_share,
        unread_share=1 - found.read_to / len(found.text),
        view=explainer_of(found.method).view,
    )
    reasons = reasons_of(evidence)
    return Seal(
        explanation=id,
        reasons=reasons,
        removal=removal,
        relative_delta=evidence.relative_delta,
        agreement=evidence.agreement,
        disputed=disputed,
        methods=tuple(each.name for each in others) if said else (),
        special_share=evidence.special_share,
        unread_share=evidence.unread_share,
        seconds=time.perf_counter() - started,
    )


def strongest_words(scores: NDArray[np.float64]) -> Words:
    """The words that speak the most for the decision: a tenth of all (W), rounded up, with a score above 0."""
    count = math.ceil(SHARE * len(scores) - 1e-9)
    order = np.argsort(-scores, kind="stable")[:count]
    return order[scores[order] > 0]


def random_others(words: int, strongest: Words, seed: int) -> list[Words]:
    """As many other words as the ``strongest``: 20 seeded draws, or every choice where there are no more."""
    others = np.setdiff1d(np.arange(words), strongest)
    count = len(strongest)
    if not count or len(others) < count:
        return []
    if math.comb(len(others), count) <= DRAWS:
        return [np.array(chosen, np.intp) for chosen in combinations(others.tolist(), count)]
    random = np.random.default_rng(seed)
    return [np.sort(random.choice(others, count, replace=False)) for _ in range(DRAWS)]


def _remove(
    model: RunModel, text: str, asked: Asked, strongest: Words, words: int
) -> Work[tuple[Removal | None, float]]:
    """(what removal does, the size of a whole drop): of a probability 1, of a score what all words make of it."""
    drawn = random_others(words, strongest, seed_of(text))
    if not drawn:
        return None, 1.0
    task = Erasing(text, asked, [NOTHING, strongest, *drawn, np.arange(words)])
    ((whole, without, *others, blank),) = yield from erased_outputs(model, [task])
    figures = np.array([explained_figure(model.task, asked, each) for each in (without, *others)])
    drops = explained_figure(model.task, asked, whole) - figures
    margins = np.array([asked.margin(each.astype(np.float64)) for each in (without, *others)])
    answer = _answer(model, asked, whole)
    removal = Removal(
        words=tuple(int(word) for word in strongest),
        drop=float(drops[0]),
        random_drop=float(drops[1:].mean()),
        beaten=float((margins[1:] > margins[0]).mean()),
        flips=_answer(model, asked, without) != answer,
        random_flips=float(np.mean([_answer(model, asked, each) != answer for each in others])),
        draws=len(drawn),
    )
    if model.task != "score":
        return removal, 1.0
    return removal, abs(float(whole[0]) - float(blank[0]))


def _answer(model: RunModel, asked: Asked, logits: Outputs) -> int:
    """What the model says, as a number: the label, whether the explained label holds, the kind; of a score nothing."""
    if not isinstance(asked, Contrast):
        return int(kind_probabilities(softmax(logits)).mean(0).argmax())
    if model.task == "single":
        return int(logits.argmax())
    if model.task == "score" or isinstance(model, AnyTaggingModel):
        return 0
    limit = model.thresholds[asked.target] if model.thresholds else 0.5
    return int(probabilities_of(model.task, logits[None])[0, asked.target] >= limit)
