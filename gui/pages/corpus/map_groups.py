"""By what the points of a map are coloured: their label, the run's answer, right or wrong, how sure it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.api.explaining.corpus import MapPoint
from engine.api.tasks import split_labels
from gui.pages.corpus.map_view import SHAPES, Group
from gui.theme import Palette, class_colours, mix
from gui.widgets.figures import score_text

LABEL, ANSWER, ERROR, CONFIDENCE = "label", "answer", "error", "confidence"
_SURE_FROM = (0.99, 0.9, 0.7, 0.5, 0.0)
_PARTS = 4  # of scores
_PALER = 0.22  # of the surface in the second step
Grouped = tuple[list[int], list[Group]]


def kinds_of(task: str) -> tuple[str, ...]:
    """What a map of that task can be coloured by; a score has no probability."""
    return (LABEL, ANSWER, ERROR) if task == "score" else (LABEL, ANSWER, ERROR, CONFIDENCE)


def grouped(points: Sequence[MapPoint], kind: str, task: str, palette: Palette) -> Grouped:
    """(the place of each point's group, the groups); only groups that have points."""
    if kind == CONFIDENCE:
        return _by_confidence(points, palette)
    if kind == ERROR:
        return _by_distance(points, palette) if task == "score" else _by_error(points, palette)
    names = [point.truth if kind == LABEL else point.label for point in points]
    return _by_score(names, palette) if task == "score" else _by_name(names, palette)


def _by_name(names: Sequence[str], palette: Palette) -> Grouped:
    """The most frequent names have colours, or a colour and a shape; the rest is grey."""
    counts = Counter(name for name in names if name)
    colours = class_colours(palette)
    kept = [name for name, _ in counts.most_common(len(colours) * SHAPES)]
    kept = sorted(kept) if len(kept) <= len(colours) else kept
    groups = [
        Group(_said(name), colours[at % len(colours)], (at + at // len(colours)) % SHAPES)
        for at, name in enumerate(kept)
    ]
    index = {name: at for at, name in enumerate(kept)}
    rest = QCoreApplication.translate("CorpusMap", "other labels")
    none = QCoreApplication.translate("CorpusMap", "without a label")
    of = [index.get(name, len(kept) if name else len(kept) + 1) for name in names]
    return _used(of, [*groups, Group(rest, palette.chart_third), Group(none, palette.chart_third, 0, True)])


def _by_error(points: Sequence[MapPoint], palette: Palette) -> Grouped:
    right = QCoreApplication.translate("CorpusMap", "right")
    wrong = QCoreApplication.translate("CorpusMap", "wrong")
    none = QCoreApplication.translate("CorpusMap", "without a label")
    groups = [
        Group(wrong, palette.chart_second, 3),
        Group(right, palette.accent, 0),
        Group(none, palette.chart_third, 0, True),
    ]
    return _used([2 if not each.truth else int(each.truth == each.label) for each in points], groups)


def _by_confidence(points: Sequence[MapPoint], palette: Palette) -> Grouped:
    first = QCoreApplication.translate("CorpusMap", "from {share} sure").format(share="99 %")
    names = [first]
    for low, high in zip(_SURE_FROM[1:], _SURE_FROM, strict=False):
        name = QCoreApplication.translate("CorpusMap", "{low} to {high}")
        names.append(name.format(low=f"{100 * low:.0f}", high=f"{100 * high:.0f} %"))
    groups = [
        Group(name, colour, shape)
        for name, colour, shape in zip(names, _steps(palette, len(names)), (0, 0, 0, 2, 3), strict=True)
    ]
    of = [next(at for at, low in enumerate(_SURE_FROM) if point.probability >= low) for point in points]
    return _used(of, groups)


def _by_score(names: Sequence[str], palette: Palette) -> Grouped:
    """Quarters of the scores there are."""
    values = sorted(float(name) for name in names if name)
    none = Group(QCoreApplication.translate("CorpusMap", "without a score"), palette.chart_third, 0, True)
    if not values:
        return _used([0] * len(names), [none])
    cuts = [values[len(values) * part // _PARTS] for part in range(_PARTS)]
    ends = [*cuts[1:], values[-1]]
    groups = [
        Group(f"{score_text(low)} – {score_text(high)}", colour, 0)
        for low, high, colour in zip(cuts, ends, reversed(_steps(palette, _PARTS)), strict=True)
    ]
    of = [
        max((at for at, low in enumerate(cuts) if float(name) >= low), default=0) if name else _PARTS
        for name in names
    ]
    return _used(of, [*groups, none])


def _by_distance(points: Sequence[MapPoint], palette: Palette) -> Grouped:
    """How far off the given scores are, in thirds."""
    off = [abs(float(each.label) - float(each.truth)) if each.truth else None for each in points]
    known = sorted(each for each in off if each is not None)
    none = Group(QCoreApplication.translate("CorpusMap", "without a score"), palette.chart_third, 0, True)
    if not known:
        return _used([0] * len(off), [none])
    low, high = known[len(known) // 3], known[2 * len(known) // 3]
    name = QCoreApplication.translate("CorpusMap", "off by less than {amount}")
    more = QCoreApplication.translate("CorpusMap", "off by {amount} or more")
    groups = [
        Group(name.format(amount=score_text(low)), palette.accent, 0),
        Group(name.format(amount=score_text(high)), palette.chart_third, 1),
        Group(more.format(amount=score_text(high)), palette.chart_second, 3),
        none,
    ]
    return _used([3 if each is None else int(each >= low) + int(each >= high) for each in off], groups)


def _steps(palette: Palette, count: int) -> list[str]:
    """From blue over grey, where the count is odd, to orange; each can be told from the surface."""
    half = count // 2
    blues = [mix(palette.accent, palette.surface, _PALER * at) for at in range(half)]
    oranges = [mix(palette.chart_second, palette.surface, _PALER * at) for at in reversed(range(half))]
    return [*blues, *([palette.chart_third] if count % 2 else []), *oranges]


def _used(of: Sequence[int], groups: Sequence[Group]) -> Grouped:
    there = sorted(set(of))
    places = {group: at for at, group in enumerate(there)}
    return [places[group] for group in of], [groups[group] for group in there]


def _said(name: str) -> str:
    return ", ".join(split_labels(name)) or name
