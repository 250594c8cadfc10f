"""Which method is recommended, by a simple rule that is stated beside the recommendation."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.api.messages import JobState
from engine.api.store.runs import Run

FEW_TEXTS = 300


def recommend(runs: Sequence[Run], train_texts: int | None) -> str:
    """First the line to compare with; then by the number of training texts. None: not known yet."""
    if not any(run.state is JobState.DONE for run in runs):
        return "bag-of-words"
    if train_texts is not None and train_texts < FEW_TEXTS:
        return "features"
    return "fine-tune"


def reason(method: str, train_texts: int | None) -> str:
    """Why `recommend` said so, in the user's language."""
    translate = QCoreApplication.translate
    if method == "bag-of-words":
        return translate(
            "Recommendation",
            "Recommended first: it takes seconds and is the line every later run is compared with.",
        )
    if method == "features":
        return translate(
            "Recommendation",
            "Recommended: with {count} training texts (under {few}) a frozen model is the safer choice.",
        ).format(count=f"{train_texts or 0:,}", few=FEW_TEXTS)
    return translate(
        "Recommendation", "Recommended: there are enough training texts ({few} or more) to fine-tune."
    ).format(few=FEW_TEXTS)
