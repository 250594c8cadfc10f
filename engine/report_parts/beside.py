"""The sections that put a run beside others and beside changed texts: comparisons, its race, robustness."""

from __future__ import annotations

from engine.api.race_rule import smallest_of_the_best
from engine.api.results import Interval
from engine.api.results_transfer import Comparison, RaceLine
from engine.api.store.runs import Run
from engine.api.tasks import MAIN_FIGURES
from engine.api.wording import figure_words, method_words, split_words
from engine.report_parts.html import Child, Html, join, table, tag
from engine.report_parts.material import Material
from engine.report_parts.words import Words, difference, percent, shown, shown_span, whole

_CHANGES = {
    "clean": "as_written",
    "typos": "change_typos",
    "case": "change_case",
    "swaps": "change_swaps",
    "deletion": "change_deletion",
}
_MEGABYTE = 2**20


def comparison(material: Material, say: Words, language: str) -> Html:
    """A row for each run that this one was compared with; differences above 0 speak for this run."""
    facts = material.facts
    rows: list[list[Child]] = [
        [
            facts.titles.get(each.first, each.first),
            split_words(each.split, language).capitalize(),
            whole(each.rows),
            figure_words(each.figure, language).name,
            _difference(each, say),
            percent(each.probability_better, 0),
            _alone(each),
            "\u2013" if each.texts_to_settle is None else whole(each.texts_to_settle),
        ]
        for each in facts.comparisons
    ]
    keys = (
        "other_run",
        "split",
        "texts",
        "figure",
        "difference",
        "chance_better",
        "right_alone",
        "to_settle",
    )
    return tag("div", table([say(key) for key in keys], rows), class_="scroll")


def _difference(found: Comparison, say: Words) -> Html:
    id, interval = found.figure, found.difference
    between = f"{difference(id, interval.low, say)} \u2026 {difference(id, interval.high, say)}"
    return join(difference(id, interval.value, say), tag("div", between, class_="quiet"))


def _alone(found: Comparison) -> str:
    """Scores have no right and wrong."""
    if found.figure == "pearson":
        return "\u2013"
    p = "< 0.001" if found.mcnemar_p < 0.001 else f"= {found.mcnemar_p:.3f}"
    return f"{whole(found.only_second_right)} : {whole(found.only_first_right)} (p {p})"


def race(material: Material, say: Words, language: str) -> Html:
    """Every finished run of the race, the best first, and which one its rule keeps."""
    runs = material.facts.race
    kept = smallest_of_the_best([_line(run) for run in runs])
    rows: list[list[Child]] = []
    for run in runs:
        assert run.validation is not None
        id = MAIN_FIGURES[run.validation.task]
        name: Child = tag("strong", run.title) if run.id == material.run.id else run.title
        mark = tag("span", f" · {say('race_kept')}", class_="quiet") if run.id == kept else None
        rows.append(
            [
                join(name, mark),
                method_words(run.method, language).name,
                _with_span(id, run.validation.main),
                f"{run.milliseconds_per_text:.1f}",
                f"{run.size_bytes / _MEGABYTE:.1f} MB",
            ]
        )
    first = runs[0].validation
    assert first is not None
    figure = figure_words(MAIN_FIGURES[first.task], language).name
    head: list[Child] = [say("run"), say("transfer"), figure, say("ms_per_text"), say("model_size")]
    return tag("div", table(head, rows, numbers_from=2), class_="scroll")


def _line(run: Run) -> RaceLine:
    assert run.validation is not None
    return RaceLine(
        run=run.id,
        method=run.method,
        figure=run.validation.main,
        size_bytes=run.size_bytes,
        milliseconds_per_text=run.milliseconds_per_text,
    )


def robustness(material: Material, say: Words, language: str) -> Html:
    """The main figure on texts as they are, on changed ones and on files of difficult ones."""
    found = material.facts.robustness
    assert found is not None
    clean = found.lines[0]
    rows: list[list[Child]] = []
    for line in found.lines:
        name = say(_CHANGES[line.kind]) if line.kind in _CHANGES else line.kind
        changed = line.kind in _CHANGES and line is not clean
        day = tag("div", say("measured_on", date=line.measured_at[:10]), class_="quiet")
        rows.append(
            [
                join(name, day) if line.measured_at else name,
                whole(line.rows),
                _with_span(found.figure, line.figure),
                difference(found.figure, line.figure.value - clean.figure.value, say) if changed else "",
                "" if line.flipped is None or not changed else percent(line.flipped),
            ]
        )
    figure = figure_words(found.figure, language).name
    head: list[Child] = [say("texts_are"), say("texts"), figure, say("difference"), say("answers_changed")]
    note = say("robustness_split", split=split_words(found.split, language).lower())
    return join(
        tag("div", table(head, rows), class_="scroll"),
        tag("p", note, class_="about", style="margin:8px 0 0"),
    )


def _with_span(id: str, figure: Interval) -> Html:
    return join(shown(id, figure.value), " ", tag("div", shown_span(id, figure), class_="quiet"))
