"""Which method is recommended: what the newest probe said, else a simple rule that is stated beside it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.api import wording
from engine.api.catalog import METHODS, methods_for
from engine.api.messages import JobState
from engine.api.results_transfer import Recommendation
from engine.api.store.runs import Run

FEW_TEXTS = 300


def recommend(
    runs: Sequence[Run],
    train_texts: int | None,
    task: str = "single",
    probe: Recommendation | None = None,
) -> str:
    """The best of the probe; without one first the line to compare with, then by the number of training texts.

    ``train_texts`` None: not known yet.
    """
    if probe is not None and probe.ranking:
        return probe.ranking[0].method
    able = [each.id for each in methods_for(task)] or [METHODS[0].id]
    wanted = "fine-tune"
    if "bag-of-words" in able and not any(run.state is JobState.DONE for run in runs):
        wanted = "bag-of-words"
    elif train_texts is not None and train_texts < FEW_TEXTS:
        wanted = "features"
    return wanted if wanted in able else able[0]


def reason(
    method: str, train_texts: int | None, language: str = "en", probe: Recommendation | None = None
) -> str:
    """Why `recommend` said so, in the user's language."""
    translate = QCoreApplication.translate
    if probe is not None and probe.ranking and probe.ranking[0].method == method:
        words = " ".join(wording.reason_words(why, language) for why in probe.ranking[0].why)
        return translate("Recommendation", "Recommended by the probe. {reasons}").format(reasons=words)
    if method == "bag-of-words":
        return translate("Recommendation", "Recommended: there is no run to compare with yet.")
    if method == "features":
        return translate(
            "Recommendation",
            "Recommended: with {count} training texts (under {few}) a frozen model is the safer choice.",
        ).format(count=f"{train_texts or 0:,}", few=FEW_TEXTS)
    return translate(
        "Recommendation", "Recommended: there are enough training texts ({few} or more) to fine-tune."
    ).format(few=FEW_TEXTS)
