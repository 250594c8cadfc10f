"""What is asked of a file's texts, guessed from its first rows: one label, several, a score, tagged words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from engine.data.targets import read_entities, score_of, string_list

SEPARATORS = ("|", ";", ",", "/")
_MANY_SCORES = 10  # different whole numbers: more are scores, fewer may be names of classes
_LONGEST_LABEL = 40


def guess_task(rows: Sequence[Sequence[str]], text: int | None, label: int | None) -> tuple[str, str]:
    """(task, separator of several labels)."""
    if text is None or label is None:
        return "single", SEPARATORS[0]
    cells = [row[label].strip() for row in rows]
    filled = [cell for cell in cells if cell]
    pairs = [(cell, row[text]) for cell, row in zip(cells, rows, strict=True) if cell]
    if pairs and all(isinstance(read_entities(*pair), list) for pair in pairs):
        if any(cell != "[]" for cell in filled):
            return "tagging", SEPARATORS[0]
    elif filled and all(string_list(cell) is not None for cell in filled):
        return "multi", SEPARATORS[0]
    if _are_scores(filled):
        return "score", SEPARATORS[0]
    return next((("multi", each) for each in SEPARATORS if _parts(filled, each)), ("single", SEPARATORS[0]))


def _are_scores(cells: Sequence[str]) -> bool:
    numbers = [score_of(cell) for cell in cells]
    if len(numbers) < 3 or None in numbers:
        return False
    different = set(numbers)
    return len(different) > _MANY_SCORES or any(number % 1 for number in different if number is not None)


def _parts(cells: Sequence[str], separator: str) -> bool:
    """Whether some cells hold several labels: parts that are short and come again, in other company too."""
    held = [cell for cell in cells if separator in cell]
    parts = [part.strip() for cell in cells for part in cell.split(separator) if part.strip()]
    if len(held) < 2 or 20 * len(held) < len(cells) or 2 * len(set(parts)) > len(parts):
        return False
    # "Sci/Tech" is one label: its parts are only seen together
    company = Counter(part.strip() for cell in set(cells) for part in set(cell.split(separator)))
    mixed = sum(any(company[part.strip()] > 1 for part in cell.split(separator)) for cell in held)
    return 2 * mixed > len(held) and max(map(len, parts)) <= _LONGEST_LABEL
