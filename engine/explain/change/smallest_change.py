"""The smallest change of a text that turns a decision: the fewest words to take out, or to exchange for others.

A counterfactual by removal (the opposite of the sufficient words of Ribeiro et al. 2018) and one by fluent replacement
(as Ross, Marasović, Peters 2021 search for it: few words, each verified by prediction). Nothing is drawn at random.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import combinations, zip_longest

import numpy as np

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.change import Change, FindSmallestChange, SmallestChange, SmallestChangeFound
from engine.api.project import Project
from engine.explain.change.mask_search import STAGE, Readings, Removals, counted, fewest_removed
from engine.explain.change.rewriting import Rewritten, rewritten, without
from engine.explain.change.substitutes import Substitute, substitutes
from engine.explain.decision import Decision, decision_of
from engine.explain.erasing import Outputs, Span, read_words
from engine.explain.explaining import compute
from engine.models.run_model import BagOfWords, FusedModel, RunModel
from engine.progress import Progressed, Work

# what a search may cost, in tokens that a network reads; a sum of word weights costs next to nothing
_TOKENS = 12_000
_MOST_REMOVALS, _MOST_REPLACEMENTS = 160, 80
_FEWEST_REMOVALS, _FEWEST_REPLACEMENTS = 48, 16
_LONG = 4_000  # tokens; of longer texts a quarter of the fewest
_LINEAR = 8  # times as many
_PLACES = 10  # words that are tried to be replaced
_MOST_REPLACED = 5
_VERIFIED = 4  # removals whose written text is read, too

Replacing = tuple[
    tuple[int, str, bool], ...
]  # (word, what stands in its place, whether that fits), ascending


def find_smallest_change(
    project: Project, request: FindSmallestChange, model: RunModel
) -> Work[SmallestChangeFound]:
    """The fewest words to take out, then the fewest to replace, so that the run answers otherwise.

    The model is asked about ``most_asked`` texts at most: 241 of up to about 50 tokens, fewer of longer ones (65 of
    some hundred, 17 from 4,000 on); of long texts only the words that speak loudest are tried. Raises TEXT_EMPTY,
    LABEL_UNKNOWN, RIVAL_IS_TARGET, SPAN_WITHOUT_WORDS, DOCUMENT_MISSING, RUN_NOT_JUDGED (a score's own mean error is
    unknown).
    """
    started = time.perf_counter()
    text, words = request.text or "", None
    if request.document is not None:
        text = project.documents.get(request.document).text
        words = project.documents.words(request.document)
    yield Progressed(STAGE, 0, 1)
    decision = decision_of(
        project, request.run, model, text, words=words, rival=request.rival, span=request.span
    )
    spans = read_words(model, text)
    if not spans:
        raise KnownError(ErrorKind.TEXT_EMPTY)
    removals, replacements = _limits(model, text)
    readings = Readings(model, text, decision, removals - _VERIFIED)
    found = yield from fewest_removed(
        readings, _candidates(model, text, decision, spans, removals), len(spans)
    )
    removal, verifying = yield from _removal(readings, found, spans)
    swaps = _Swaps(text, spans, decision, replacements)
    order = sorted(found.effects, key=lambda word: (-found.effects[word], word))
    places = _places(text, spans, order)
    known = substitutes(project, request.run, model, text, [spans[word] for word in places])
    replacement = yield from swaps.fewest({word: known.get(spans[word], []) for word in places})
    label, probability = decision.said(decision.outputs)
    yield Progressed(STAGE, 1, 1)
    return SmallestChangeFound(
        SmallestChange(
            run=request.run,
            text=text,
            label=label,
            probability=probability,
            words=tuple(spans),
            removal=removal,
            replacement=replacement,
            smallest=found.smallest,
            asked=1 + len(readings.outputs) + verifying + len(swaps.outputs),
            seconds=time.perf_counter() - started,
            most_asked=1 + removals + replacements,
            task=model.task,
            rival=request.rival,
            span=decision.span,
            amount=decision.amount,
            document=request.document,
            model_hash=model.model_hash,
        )
    )


def _limits(model: RunModel, text: str) -> tuple[int, int]:
    """How many texts may be read without words, and with other words."""
    if isinstance(model, BagOfWords):
        return _LINEAR * _MOST_REMOVALS, _LINEAR * _MOST_REPLACEMENTS
    parts = model.parts if isinstance(model, FusedModel) else (model,)
    tokens = sum(len(w.ids) for part in parts for w in part.tokenizer.encode_windows(text)) / len(parts)
    share = 4 if tokens > _LONG else 1
    removals = int(np.clip(_TOKENS * 2 / 3 / tokens, _FEWEST_REMOVALS // share, _MOST_REMOVALS))
    replacements = int(np.clip(_TOKENS / 3 / tokens, _FEWEST_REPLACEMENTS // share, _MOST_REPLACEMENTS))
    return removals, replacements


def _candidates(
    model: RunModel, text: str, decision: Decision, spans: Sequence[Span], removals: int
) -> list[int]:
    """The words to try, ascending: all, or of a long text those that speak loudest for the decision."""
    most = removals // 3
    if len(spans) <= most:
        return list(range(len(spans)))
    method = "linear" if isinstance(model, BagOfWords) else "lrp"
    try:
        found = compute(model, method, text, decision.asked)
    except KnownError as error:
        if error.kind is not ErrorKind.EXPLAINER_NO_RULE:
            raise
        found = compute(model, "gradient-norm", text, decision.asked)
    scores = {(word.start, word.end): word.score for word in found.words}
    loudness = np.array([scores.get(span, 0.0) for span in spans])
    if decision.amount:  # a score may move either way
        loudness = np.abs(loudness)
    return sorted(int(word) for word in np.argsort(-loudness, kind="stable")[:most])


def _removal(readings: Readings, found: Removals, spans: Sequence[Span]) -> Work[tuple[Change | None, int]]:
    """The removal to show, one that also turns the answer of the written text where there is one; and texts read."""
    if not found.sets:
        return None, 0
    decision = readings.decision
    written = [(words, without(readings.text, [spans[word] for word in words])) for words in found.sets]
    readable = [(words, each) for words, each in written if each.text.strip()][:_VERIFIED]
    reading = decision.of_texts([each for _, each in readable])
    outputs = yield from counted(reading, readings.most, len(readable), readings.most + _VERIFIED)
    verified = [words for (words, _), said in zip(readable, outputs, strict=True) if decision.turned(said)]
    chosen = verified[0] if verified else found.sets[0]
    label, probability = decision.said(readings.outputs[chosen])
    change = Change(
        words=chosen,
        replacements=(),
        text=dict(written)[chosen].text,
        label=label,
        probability=probability,
        verified=bool(verified),
    )
    return change, len(readable)


def _places(text: str, spans: Sequence[Span], order: Sequence[int]) -> list[int]:
    """The words to replace: the strongest of those that are words, not signs."""
    named = [word for word in order if any(letter.isalnum() for letter in text[slice(*spans[word])])]
    return named[:_PLACES]


class _Swaps:
    """Texts with other words, each read once as it stands; at most ``most`` of them."""

    def __init__(self, text: str, spans: Sequence[Span], decision: Decision, most: int) -> None:
        self._text = text
        self._spans = spans
        self._decision = decision
        self._most = most
        self.outputs: dict[Replacing, Outputs] = {}

    def fewest(self, known: dict[int, list[Substitute]]) -> Work[Change | None]:
        """One word, then two, then the best of the strongest places together, pruned; None where nothing turns."""
        ranks = zip_longest(*([(word, s.word, s.fits) for s in found] for word, found in known.items()))
        singles = [(each,) for rank in ranks for each in rank if each is not None]
        found = yield from self._turning(singles[: self._most * 2 // 3])
        if found:
            return self._change(found[0])
        best = self._best(singles)
        pairs = [_together(pair) for pair in combinations(best[:6], 2)]
        found = yield from self._turning(pairs)
        if found:
            return self._change(found[0])
        tops = [_together(best[:count]) for count in range(3, min(_MOST_REPLACED, len(best)) + 1)]
        found = yield from self._turning(tops)
        if not found:
            return None
        chosen = min(found, key=len)
        while smaller := (
            yield from self._turning([chosen[:i] + chosen[i + 1 :] for i in range(len(chosen))])
        ):
            chosen = smaller[0]
        return self._change(chosen)

    def _turning(self, asked: Sequence[Replacing]) -> Work[list[Replacing]]:
        """Those that turn the answer: the fitting ones first, of them the most decisive."""
        new = [each for each in dict.fromkeys(asked) if each and each not in self.outputs]
        new = new[: self._most - len(self.outputs)]
        if new:
            reading = self._decision.of_texts([self._written(each) for each in new])
            outputs = yield from counted(reading, len(self.outputs), len(new), self._most)
            self.outputs.update(zip(new, outputs, strict=True))
        turned = [s for s in asked if s in self.outputs and self._decision.turned(self.outputs[s])]
        return sorted(turned, key=lambda s: (sum(not fits for _, _, fits in s), self._distance(s), s))

    def _distance(self, words: Replacing) -> float:
        return self._decision.distance(self.outputs[words])

    def _best(self, singles: Sequence[Replacing]) -> list[Replacing]:
        """The best word for each place, the places that move the answer most first, all one way."""
        read = sorted((s for s in singles if s in self.outputs), key=lambda s: (self._distance(s), s))
        found: dict[int, Replacing] = {}
        for single in read:
            found.setdefault(single[0][0], single)
        ways = {word: self._decision.direction(self.outputs[s]) for word, s in found.items()}
        first = next(iter(ways.values()), 0.0)
        return [single for word, single in found.items() if ways[word] == first]

    def _written(self, words: Replacing) -> Rewritten:
        return rewritten(self._text, [(*self._spans[word], new) for word, new, _ in words])

    def _change(self, words: Replacing) -> Change:
        label, probability = self._decision.said(self.outputs[words])
        return Change(
            words=tuple(word for word, _, _ in words),
            replacements=tuple(new for _, new, _ in words),
            text=self._written(words).text,
            label=label,
            probability=probability,
        )


def _together(parts: Sequence[Replacing]) -> Replacing:
    return tuple(sorted(each for part in parts for each in part))
