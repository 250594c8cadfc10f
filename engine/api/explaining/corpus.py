"""Explanations of all documents: which words carry each class, which of them should not, and a map of the texts."""

from __future__ import annotations

import msgspec

# why a word should not decide, the weightiest first
SHORTCUT_REASONS = (
    "label-leak",  # the label's name, or a field like "label: x"
    "markup",  # stands in tags, entities or addresses
    "number",
    "punctuation",
    "source",  # nearly all texts with it come from one file
    "name",  # written with a capital in the middle of sentences
    "one-class",  # nearly all training texts with it have one label, and it carries much of that label's decisions
)
PROJECTIONS = ("pca", "umap")


class ExplainCorpus(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Explain every document of a run's project, in batches; what is stored already is not explained again.

    ``method`` '' is the run's instant default; ``split`` None: all; ``anew``: drop what is stored of it first. Word
    scores are those of ``Explain`` without a wish: one label, the predicted one over the runner-up; several labels, the
    surest one that holds; a score, the score; tagged words, the surest entity over being none. Texts without a label
    that holds or without an entity have nothing to explain.
    """

    run: str
    method: str = ""
    split: str | None = None
    anew: bool = False


class FindShortcuts(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Words that decide but should not, each tested by taking it out of the texts. The corpus is explained first."""

    run: str
    method: str = ""
    most: int = 30


class MapDocuments(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The documents' pooled states on a plane: ``projection`` is pca or umap. At most ``most`` texts, drawn evenly."""

    run: str
    projection: str = "pca"
    most: int = 5000


class CorpusWord(msgspec.Struct, frozen=True, kw_only=True):
    """A word, or two as a phrase, in the texts that a run answers with a label; ``mean_score`` is of an occurrence."""

    word: str
    label: str
    documents: int
    occurrences: int
    mean_score: float
    total_score: float


class CorpusSummary(msgspec.Struct, frozen=True, kw_only=True):
    """``words`` and ``phrases``: of each label the strongest for it, by total score; of a score also the lowest.

    Of the ``documents`` of the split, ``explained`` were explained in this job, in ``seconds``, the others before;
    ``skipped`` have nothing to explain. ``label_documents``: how many were answered with each label.
    """

    run: str
    method: str
    split: str | None
    model_hash: str
    documents: int
    explained: int
    skipped: int
    seconds: float
    label_documents: dict[str, int]
    words: tuple[CorpusWord, ...]
    phrases: tuple[CorpusWord, ...]


class Suspect(msgspec.Struct, frozen=True, kw_only=True):
    """``reason`` is a word of SHORTCUT_REASONS. ``documents``: those with the word that were answered with the label.

    ``share_of_label`` is the word's part of all scores that speak for the label. Of the ``tested`` texts, ``flips``
    change their answer without the word (a score: move by more than the standard deviation of the tested texts'
    scores) and ``random_flips`` when as many other words go, in the mean over draws; ``drop`` and ``random_drop`` are
    the mean falls of the label's probability (of a score: of the score). ``training_share``: how many of the
    training texts with the word have the label (None: unknown); ``source``: the file that most of them come from,
    ``source_share`` how many. ``examples``: documents, the strongest first.
    """

    word: str
    label: str
    reason: str
    documents: int
    share_of_label: float
    tested: int
    flips: int
    random_flips: float
    drop: float
    random_drop: float
    mean_score: float
    training_share: float | None
    source: str
    source_share: float
    examples: tuple[int, ...]


class MapPoint(msgspec.Struct, frozen=True, array_like=True):
    """A document at (x, y) with its answer, the truth ('' = unknown) and the probability of the answer."""

    document: int
    x: float
    y: float
    label: str
    truth: str
    probability: float


class CorpusExplained(msgspec.Struct, frozen=True, tag=True):
    summary: CorpusSummary


class ShortcutsFound(msgspec.Struct, frozen=True, tag=True):
    """The suspects that matter to the answers, worst first. ``method``: by which the corpus was explained."""

    suspects: tuple[Suspect, ...]
    method: str = ""


class DocumentsMapped(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``explained`` is the share of the variance on the plane (PCA; None for UMAP)."""

    projection: str
    points: tuple[MapPoint, ...]
    explained: float | None


CorpusRequest = ExplainCorpus | FindShortcuts | MapDocuments
CorpusResult = CorpusExplained | ShortcutsFound | DocumentsMapped
