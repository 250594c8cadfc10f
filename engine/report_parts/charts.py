"""The sections that are drawn: confusion matrix (a tinted table), reliability and curves (inline SVG)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.api.results import Evaluation, TrainingPoint
from engine.api.tasks import MAIN_FIGURES
from engine.api.wording import figure_words
from engine.report_parts.html import Child, Html, join, table, tag, void
from engine.report_parts.material import Material
from engine.report_parts.words import Words, percent, whole

_MOST_CLASSES = 16
_PAIRS = 20
_DEEPEST_TINT = 0.45  # text stays above a contrast of 4.5 on it, in both themes
_MOST_POINTS = 400

# the plot's frame in the units of its viewBox
_LEFT, _TOP, _WIDTH, _HEIGHT = 44.0, 12.0, 330.0, 210.0
_VIEW = f"0 0 {_LEFT + _WIDTH + 40:g} {_TOP + _HEIGHT + 44:g}"


def confusion(material: Material, say: Words, language: str) -> Html:
    main = material.main
    assert main is not None
    if not main.confusion:
        return scatter(material.facts.pairs, say)
    if len(main.labels) > _MOST_CLASSES:
        return _confused_pairs(main, say)
    head = tag(
        "tr", tag("th", say("true_called"), class_="quiet"), *(tag("th", name) for name in main.labels)
    )
    rows = []
    for i, (true, row) in enumerate(zip(main.labels, main.confusion, strict=True)):
        cells = [_cell(i == j, count, sum(row), true, main.labels[j], say) for j, count in enumerate(row)]
        rows.append(tag("tr", tag("th", true), *cells))
    return tag(
        "div", tag("table", tag("thead", head), tag("tbody", *rows), class_="confusion"), class_="scroll"
    )


def scatter(pairs: Sequence[tuple[float, float]], say: Words) -> Html:
    """True scores across, given ones up; on the dashed line they are the same."""
    values = [value for pair in pairs for value in pair]
    low, high = min(values), max(values)
    if high == low:
        low, high = low - 1, high + 1
    x, y = _scale(low, high, _LEFT, _WIDTH), _scale(high, low, _TOP, _HEIGHT)
    ticks = [(low + share * (high - low)) for share in (0, 0.5, 1)]
    parts = _axes([(v, f"{v:.3g}") for v in ticks], [(v, f"{v:.3g}") for v in ticks], x, y)
    parts.append(void("line", x1=x(low), y1=y(low), x2=x(high), y2=y(high), class_="diagonal"))
    parts += [
        void("circle", cx=round(x(true), 1), cy=round(y(given), 1), r=2.5, class_="spot")
        for true, given in pairs
    ]
    parts.append(_word(_LEFT + _WIDTH / 2, _TOP + _HEIGHT + 38, say("true_score"), anchor="middle"))
    chart = tag("figure", tag("figcaption", say("given_score")), _svg(parts))
    return tag("div", chart, class_="charts")


def _cell(hit: bool, count: int, rows: int, true: str, called: str, say: Words) -> Html:
    share = count / rows if rows else 0.0
    return tag(
        "td",
        whole(count) if count else tag("span", "0", class_="quiet"),
        class_="hit" if hit else None,
        style=f"background:rgba(var(--tint),{share * _DEEPEST_TINT:.3f})" if count else None,
        title=say("cell", count=whole(count), rows=whole(rows), true=true, called=called),
    )


def _confused_pairs(main: Evaluation, say: Words) -> Html:
    pairs = [
        (count, true, called)
        for i, true in enumerate(main.labels)
        for j, called in enumerate(main.labels)
        if i != j and (count := main.confusion[i][j])
    ]
    pairs.sort(key=lambda pair: -pair[0])
    rows: list[list[Child]] = [[true, called, whole(count)] for count, true, called in pairs[:_PAIRS]]
    return join(
        tag("p", say("too_many_classes", classes=len(main.labels)), class_="about"),
        table([say("true_label"), say("called"), say("texts")], rows, numbers_from=2),
    )


def calibration(material: Material, say: Words, language: str) -> Html:
    assert material.main is not None
    bins = material.main.reliability
    most = max((each.count for each in bins), default=1)
    x, y = _scale(0, 1, _LEFT, _WIDTH), _scale(1, 0, _TOP, _HEIGHT)
    parts = _axes(
        [(v, f"{v:.0%}") for v in (0, 0.25, 0.5, 0.75, 1)], [(v, f"{v:.0%}") for v in (0, 0.5, 1)], x, y
    )
    for each in bins:
        height = 0.22 * _HEIGHT * each.count / most
        parts.append(
            tag(
                "rect",
                tag("title", f"{each.low:.0%}\u2013{each.high:.0%}: {whole(each.count)}"),
                x=x(each.low) + 1,
                y=_TOP + _HEIGHT - height,
                width=x(each.high) - x(each.low) - 2,
                height=height,
                class_="bar",
            )
        )
    parts.append(void("line", x1=x(0), y1=y(0), x2=x(1), y2=y(1), class_="diagonal"))
    parts.append(_line([(x(b.confidence), y(b.accuracy)) for b in bins], "first"))
    for each in bins:
        title = f"{percent(each.confidence)} \u2192 {percent(each.accuracy)} · {whole(each.count)}"
        parts.append(
            tag(
                "circle", tag("title", title), cx=x(each.confidence), cy=y(each.accuracy), r=3.5, class_="dot"
            )
        )
    parts.append(_word(_LEFT + _WIDTH / 2, _TOP + _HEIGHT + 38, say("confidence"), anchor="middle"))
    rows: list[list[Child]] = [
        [f"{b.low:.0%}\u2013{b.high:.0%}", percent(b.confidence), percent(b.accuracy), whole(b.count)]
        for b in bins
    ]
    numbers = table(["", say("certainty"), say("right"), say("texts")], rows)
    chart = tag("figure", tag("figcaption", say("right_share")), _svg(parts))
    return tag("div", chart, tag("div", numbers, class_="beside"), class_="charts")


def training(material: Material, say: Words, language: str) -> Html:
    points = material.facts.points
    loss = _curves(
        say("training_loss"),
        [(p.step, p.loss) for p in points],
        [(p.step, p.validation_loss) for p in points if p.validation_loss is not None],
        say,
        None,
    )
    judged = [(p.step, p.figure) for p in points if p.figure is not None]
    charts = [loss]
    if judged:
        name = figure_words(MAIN_FIGURES[material.task], language).name
        charts.append(_curves(name, [], judged, say, _best(points)))
    return tag("div", *charts, class_="charts")


def _best(points: Sequence[TrainingPoint]) -> tuple[float, float] | None:
    found = [(float(p.step), p.figure) for p in points if p.best and p.figure is not None]
    return found[-1] if found else None


def _curves(
    title: str,
    first: Sequence[tuple[float, float]],
    second: Sequence[tuple[float, float]],
    say: Words,
    kept: tuple[float, float] | None,
) -> Html:
    values = [value for _, value in (*first, *second)]
    steps = [step for step, _ in (*first, *second)]
    low, high = (0.0, max(values) * 1.05 or 1.0) if first else _room(min(values), max(values))
    last = max(steps)
    x, y = _scale(0, last, _LEFT, _WIDTH), _scale(high, low, _TOP, _HEIGHT)
    decimals = 2 if high - low < 2 else 1
    ticks = [(low + share * (high - low)) for share in (0, 0.5, 1)]
    parts = _axes(
        [(0.0, "0"), (last, say("step", step=whole(last)))], [(v, f"{v:.{decimals}f}") for v in ticks], x, y
    )
    thinned = first[:: max(1, len(first) // _MOST_POINTS)]
    for curve, class_, name in ((thinned, "first", "on_train"), (second, "second", "on_validation")):
        if curve:
            parts.append(_line([(x(step), y(value)) for step, value in curve], class_))
            # named where it ends, so that no legend is needed; the lower one of two below its line
            end = curve[-1]
            below = bool(first and second) and end[1] == min(c[-1][1] for c in (first, second))
            parts.append(
                _word(x(end[0]), y(end[1]) + (16 if below else -8), say(name), "end", f"{class_}-word")
            )
    if kept:
        parts.append(void("circle", cx=x(kept[0]), cy=y(kept[1]), r=5, class_="ring"))
        edge = _LEFT + _WIDTH
        at, anchor = (edge, "end") if x(kept[0]) + 80 > edge else (x(kept[0]), "start")
        parts.append(_word(at, y(kept[1]) + 20, say("kept", value=f"{kept[1]:.3f}"), anchor))
    return tag("figure", tag("figcaption", title), _svg(parts))


def _room(low: float, high: float) -> tuple[float, float]:
    margin = max(0.02, 0.15 * (high - low))
    return max(0.0, low - margin), min(1.0, high + margin)


def _scale(first: float, last: float, start: float, length: float) -> Callable[[float], float]:
    extent = (last - first) or 1.0
    return lambda value: start + (value - first) / extent * length


def _axes(
    across: Sequence[tuple[float, str]],
    up: Sequence[tuple[float, str]],
    x: Callable[[float], float],
    y: Callable[[float], float],
) -> list[Html]:
    parts = [void("line", x1=_LEFT, x2=_LEFT + _WIDTH, y1=y(v), y2=y(v), class_="grid") for v, _ in up]
    parts += [_word(_LEFT - 8, y(v) + 4, shown, "end") for v, shown in up]
    bottom = _TOP + _HEIGHT
    parts.append(void("line", x1=_LEFT, x2=_LEFT + _WIDTH, y1=bottom, y2=bottom, class_="axis"))
    ends = {0: "start", len(across) - 1: "end"}
    parts += [_word(x(v), bottom + 18, shown, ends.get(i, "middle")) for i, (v, shown) in enumerate(across)]
    return parts


def _line(points: Sequence[tuple[float, float]], class_: str) -> Html:
    return void("polyline", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in points), class_=class_)


def _word(x: float, y: float, shown: str, anchor: str = "start", class_: str | None = None) -> Html:
    return tag("text", shown, x=round(x, 1), y=round(y, 1), text_anchor=anchor, class_=class_)


def _svg(parts: list[Html]) -> Html:
    return Html(f'<svg viewBox="{_VIEW}" role="img">{join(*parts)}</svg>')
