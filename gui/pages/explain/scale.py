"""Which score is drawn in full strength: one for a class, or one for this text alone."""

from __future__ import annotations

from engine.api.results import Explanation


def strongest_score(explanation: Explanation) -> float:
    """The largest |score| of a text's words; 1 where all are zero, so that nothing is drawn strong."""
    return max((abs(word.score) for word in explanation.words), default=0.0) or 1.0


class ClassScales:
    """The largest |score| seen for each class of each run and method: a weak text then looks weak."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str], float] = {}

    def see(self, explanation: Explanation) -> None:
        key = _key(explanation)
        self._seen[key] = max(self._seen.get(key, 0.0), strongest_score(explanation))

    def scale(self, explanation: Explanation, *, this_text_only: bool) -> float:
        """The score to draw in full strength for this text."""
        if this_text_only:
            return strongest_score(explanation)
        return max(self._seen.get(_key(explanation), 0.0), strongest_score(explanation))

    def clear(self) -> None:
        self._seen.clear()


def _key(explanation: Explanation) -> tuple[str, str, str]:
    return explanation.run, explanation.method, explanation.target
