"""What jobs find out: evaluations, explanations, erasure tests. Stored as JSON, read by both sides."""

from __future__ import annotations

import msgspec

from engine.api.tasks import MAIN_FIGURES


class Interval(msgspec.Struct, frozen=True):
    """A figure with its bootstrap 95 % interval."""

    value: float
    low: float
    high: float


class ClassScore(msgspec.Struct, frozen=True):
    label: str
    precision: float
    recall: float
    f1: float
    support: int


class ReliabilityBin(msgspec.Struct, frozen=True):
    """Texts whose highest probability lies in [low, high): how sure the model was and how often right."""

    low: float
    high: float
    confidence: float
    accuracy: float
    count: int


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """How good a run is on one split; ``figures`` are the task's, each with its interval.

    single: accuracy, macro_f1. multi: macro_f1, micro_f1, subset_accuracy, with the ``thresholds`` of the labels.
    tagging: entity_f1, entity_precision, entity_recall, macro_f1 (over the types), accuracy (of words).
    score: pearson, spearman, mae. ``confusion[i][j]`` counts texts (words) of class i that were called j; it is
    empty for several labels and scores. ``rows`` counts texts.
    """

    split: str
    rows: int
    labels: tuple[str, ...]
    figures: dict[str, Interval]
    ece: float
    ece_interval: Interval
    loss: float
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[int, ...], ...]
    reliability: tuple[ReliabilityBin, ...]
    task: str = "single"
    thresholds: tuple[float, ...] = ()

    def figure(self, id: str) -> Interval:
        """A figure of the task, or ``ece``. Raises ``KeyError`` where there is none."""
        return self.ece_interval if id == "ece" else self.figures[id]

    @property
    def main(self) -> Interval:
        """The figure by which runs of this task are compared."""
        return self.figures[MAIN_FIGURES[self.task]]

    @property
    def accuracy(self) -> Interval:
        """Raises ``KeyError`` where the task has none."""
        return self.figures["accuracy"]

    @property
    def macro_f1(self) -> Interval:
        """Raises ``KeyError`` where the task has none."""
        return self.figures["macro_f1"]


class Entity(msgspec.Struct, frozen=True, array_like=True):
    """A tagged span of code points [start, end) of a text."""

    start: int
    end: int
    label: str


class FoundEntity(msgspec.Struct, frozen=True):
    """An entity that a model found, and how sure it is of it: the mean probability of the type over its words."""

    start: int
    end: int
    label: str
    probability: float


class WordScore(msgspec.Struct, frozen=True):
    """A word as a span of code points of the original text, and its signed share of the margin."""

    start: int
    end: int
    score: float


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Why ``target`` rather than ``rival``: signed word scores on the untouched text, with their provenance.

    The explained quantity ``margin`` is, by ``task``: single, the logit of target over rival's; multi, the logit of
    target (``rival`` '': it does not hold); score, the score; tagging, the mean logit of target's tags over rival's
    at the words of ``span``, ``labels`` being "O" and the types. ``label`` is what was predicted, in the stored form
    of the task. ``read_to`` is the code point where the model stopped reading; the rest had no influence. ``steps`` are
    points of a path or samples; ``fit`` is the weighted R² of a surrogate model whose weights the scores are.
    ``word_unit`` is what has a score in scripts without spaces (``WORD_UNITS``).
    """

    run: str
    document: int | None
    text: str
    method: str
    label: str
    target: str
    rival: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]
    margin: float
    words: tuple[WordScore, ...]
    signed: bool
    baseline: str
    steps: int
    seed: int
    relative_delta: float | None
    special_share: float
    read_to: int
    seconds: float
    model_hash: str
    task: str = "single"
    span: tuple[int, int] | None = None
    fit: float | None = None
    word_unit: str = "character"

    @property
    def probability(self) -> float:
        """Probability of the predicted label; of several labels that of ``target``; a score itself."""
        shown = self.label if self.label in self.labels else self.target
        return self.probabilities[self.labels.index(shown)]

    def word(self, index: int) -> str:
        """The surface form of a word, cut from the original text."""
        span = self.words[index]
        return self.text[span.start : span.end]


class Erasure(msgspec.Struct, frozen=True):
    """Mean drop of the explained class's probability over erasing 10 to 50 % of the words (ERASER)."""

    comprehensiveness: float
    sufficiency: float


class Faithfulness(msgspec.Struct, frozen=True, kw_only=True):
    """An explainer's erasure test on one run, beside random orders on the same texts."""

    run: str
    method: str
    texts: int
    scores: Erasure
    random: Erasure
    comprehensiveness_interval: Interval
    sufficiency_interval: Interval
    milliseconds_per_text: float
    normalised_comprehensiveness: Interval | None = None  # between what erasing can do to each text, 0 to 1


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """What a training would take here: measured on a few real steps, not assumed."""

    train_texts: int
    validation_texts: int
    test_texts: int
    labels: int
    seconds: float
    memory_bytes: int
    max_tokens: int
    share_cut: float
    precision: str
    device: str


class TrainingPoint(msgspec.Struct, frozen=True, kw_only=True):
    """One point of the live curves; ``figure`` is the task's main figure, there only after an evaluation."""

    step: int
    epoch: float
    loss: float
    learning_rate: float
    validation_loss: float | None = None
    figure: float | None = None
    best: bool = False


class Unreadable(msgspec.Struct, frozen=True):
    """A row that was not imported: its first line in the file (1-based), a reason word, its raw text."""

    line: int
    reason: str
    raw: str


class FilePreview(msgspec.Struct, frozen=True, kw_only=True):
    """What a file looks like before it is imported; guesses of columns are positions or None.

    The rows of a CoNLL file are its sentences and their entities (``store.tags``). ``entities`` are those of
    each row where words are tagged by the guess.
    """

    path: str
    format: str
    size_bytes: int
    encoding: str
    encoding_certain: bool
    delimiter: str
    has_header: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_lines: tuple[int, ...]
    estimated_rows: int
    unreadable: tuple[Unreadable, ...]
    text_column: int | None
    label_column: int | None
    split_column: int | None
    sheets: tuple[str, ...] = ()
    task_guess: str = "single"
    separator_guess: str = "|"
    entities: tuple[tuple[Entity, ...], ...] = ()
