"""What a project asks of its texts: one label, several labels, tagged words, or a score."""

from __future__ import annotations

from collections.abc import Iterable

TASKS = ("single", "multi", "tagging", "score")

# the figure by which a run of each task is chosen and shown first
MAIN_FIGURES = {"single": "macro_f1", "multi": "macro_f1", "tagging": "entity_f1", "score": "pearson"}

# the figures that are shown large, in this order; "ece" is ``Evaluation.ece_interval``
SHOWN_FIGURES = {
    "single": ("macro_f1", "accuracy", "ece"),
    "multi": ("macro_f1", "micro_f1", "subset_accuracy"),
    "tagging": ("entity_f1", "entity_precision", "entity_recall"),
    "score": ("pearson", "spearman", "mae"),
}
# figures of which less is better, and those that are no shares of something
LOWER_IS_BETTER = frozenset({"ece", "mae"})
NO_SHARES = frozenset({"pearson", "spearman", "mae"})

# what the texts of a project can be written as
DATA_FORMATS = {
    "single": ("csv", "jsonl"),
    "multi": ("csv", "jsonl"),
    "tagging": ("jsonl", "conll"),
    "score": ("csv", "jsonl"),
}

# several labels of a text are stored as one string: "anger|joy", and "∅" where none of them holds
LABEL_SEPARATOR = "|"
NO_LABEL = "∅"


def split_labels(label: str) -> tuple[str, ...]:
    """The labels of a several-labels text: ``"anger|joy"`` -> ``("anger", "joy")``, ``"∅"`` -> ``()``."""
    return tuple(part for part in label.split(LABEL_SEPARATOR) if part and part != NO_LABEL)


def join_labels(labels: Iterable[str]) -> str:
    """The canonical string of a set of labels: sorted, each once; ``"∅"`` for none."""
    return LABEL_SEPARATOR.join(sorted(set(labels))) or NO_LABEL
