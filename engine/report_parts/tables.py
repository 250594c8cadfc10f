"""The sections that are tables and lists: data, method, figures, classes, faithfulness."""

from __future__ import annotations

from pathlib import PurePath

from engine.api import catalog
from engine.api.errors import OptionValue
from engine.api.results import Evaluation, Interval
from engine.api.tasks import NO_LABEL, SHOWN_FIGURES
from engine.api.wording import (
    explainer_words,
    figure_words,
    method_words,
    option_words,
    source_words,
    split_words,
    stopped_words,
    unreadable_words,
)
from engine.report_parts.html import Child, Html, join, table, tag
from engine.report_parts.material import Baseline, Material
from engine.report_parts.words import Words, difference, duration, percent, shown, shown_span, whole

_RAW = 160  # characters of an unreadable row


def data(material: Material, say: Words, language: str) -> Html:
    sources: list[list[Child]] = [
        [each.name, each.format, each.encoding, whole(each.rows), whole(each.unreadable)]
        for each in material.sources
    ]
    head: list[Child] = [say(key) for key in ("file", "format", "encoding", "rows", "unreadable")]
    parts = [table(head, sources, numbers_from=3)]
    if material.scores:
        parts += [tag("h3", say("scores_splits")), _score_table(material, say, language)]
    else:
        title = say("entities_splits" if material.task == "tagging" else "labels_splits")
        parts += [tag("h3", title), _label_table(material, say, language)]
    if material.unreadable:
        rows: list[list[Child]] = [
            [name, whole(row.line), unreadable_words(row.reason, language), tag("code", _short(row.raw))]
            for name, row in material.unreadable
        ]
        titles: list[Child] = [say(key) for key in ("file", "line", "reason", "content")]
        parts += [tag("h3", say("unreadable_rows")), table(titles, rows, numbers_from=9)]
        more = sum(each.unreadable for each in material.sources) - len(material.unreadable)
        if more > 0:
            parts.append(tag("p", say("and_more", count=whole(more)), class_="quiet"))
    return join(*parts)


def _label_table(material: Material, say: Words, language: str) -> Html:
    splits = [s for s in (*catalog.SPLITS, "") if any(g.split == s for g in material.groups)]
    counted = {(each.label, each.split): each.count for each in material.groups}
    labels = sorted({each.label for each in material.groups}, key=lambda label: (label == "", label))
    rows: list[list[Child]] = []
    for label in labels:
        row = [counted.get((label, split), 0) for split in splits]
        unnamed = {"": "no_label", NO_LABEL: "none_of_the_labels"}.get(label)
        name: Child = tag("span", say(unnamed), class_="quiet") if unnamed else label
        rows.append([name, *(whole(n) for n in row), whole(sum(row))])
    if len(labels) > 1 and material.task != "multi":  # a text with several labels would count as often
        sums = [sum(counted.get((label, split), 0) for label in labels) for split in splits]
        rows.append([tag("strong", say("total")), *(whole(n) for n in sums), whole(sum(sums))])
    return table([say("label"), *(split_words(s, language).capitalize() for s in splits), say("total")], rows)


def _score_table(material: Material, say: Words, language: str) -> Html:
    rows: list[list[Child]] = [
        [
            split_words(s.split, language).capitalize(),
            whole(s.texts),
            *(f"{v:.6g}" for v in (s.low, s.mean, s.high)),
        ]
        for s in material.scores
    ]
    return table([say("split"), say("texts"), say("lowest"), say("mean"), say("highest")], rows)


def method(material: Material, say: Words, language: str) -> Html:
    run, record = material.run, material.record
    words = method_words(run.method, language)
    facts: list[tuple[str, Child]] = [
        ("transfer", join(words.name, " ", tag("span", words.sentence, class_="quiet")))
    ]
    if run.source:
        known = source_words(run.source, language)
        # of a folder only its name: a report is handed on, the way to it is the user's own
        facts.append(("source", f"{known.name} · {known.sentence}" if known else PurePath(run.source).name))
        if fingerprint := record.get("source_hash"):
            facts.append(("hash", tag("code", f"sha256 {str(fingerprint)[:16]}")))
    facts.append(("changed_options", _changed(material, say, language)))
    facts.append(("seed", str(run.options.get("seed", ""))))
    counts = {split: record.get(f"{split}_texts") for split in catalog.SPLITS}
    if all(isinstance(n, int) for n in counts.values()):
        facts.append(
            ("texts_used", say("texts_used_value", **{s: whole(int(str(n))) for s, n in counts.items()}))
        )
    facts.append(("trained_at", run.created_at.replace("T", " ")[:16] + " UTC"))
    facts.append(("took", _took(material, say)))
    ended = stopped_words(run.stopped_by, language)
    if ended and (run.stopped_by != "epochs" or catalog.method(run.method).live):  # others have no epochs
        facts.append(("ended", ended))
    if device := record.get("device"):
        facts.append(("device", str(device)))
    versions = [f"{name} {record[key]}" for key, name in _VERSIONS if record.get(key)]
    if versions:
        facts.append(("versions", " · ".join(versions)))
    facts.append(("command", tag("code", _command(material))))
    return tag("dl", *(join(tag("dt", say(key)), tag("dd", value)) for key, value in facts))


_VERSIONS = (
    ("lexplain", "Lexplain"),
    ("python", "Python"),
    ("torch", "PyTorch"),
    ("transformers", "Transformers"),
)


def _took(material: Material, say: Words) -> str:
    time = duration(material.run.seconds, say)
    rate = material.run.tokens_per_second
    return say("took_value", time=time, rate=whole(rate)) if rate else time


def _differing(material: Material) -> dict[str, tuple[OptionValue, OptionValue]]:
    """Option -> (value, default), for what the user changed."""
    defaults = {option.id: option.default for option in catalog.method(material.run.method).options}
    return {
        name: (value, defaults[name])
        for name, value in material.run.options.items()
        if name in defaults and value != defaults[name]
    }


def _changed(material: Material, say: Words, language: str) -> Child:
    def shown(value: OptionValue) -> str:
        return say("automatic") if value is None else str(value)

    lines = [
        f"{option_words(name, language).label}: "
        + say("default_is", value=shown(value), default=shown(default))
        for name, (value, default) in _differing(material).items()
    ]
    return join(*(tag("div", line) for line in lines)) if lines else say("all_default")


def _command(material: Material) -> str:
    parts = ["lexplain-cli train", f"{material.project}.lexplain", "--method", material.run.method]
    if material.run.source and material.run.source != catalog.DEFAULT_SOURCE:
        parts += ["--source", PurePath(material.run.source).name]
    for name, (value, _) in _differing(material).items():
        parts += ["--option", f"{name}={'none' if value is None else value}"]
    return " ".join(parts)


def figures(material: Material, say: Words, language: str) -> Html:
    main = material.main
    assert main is not None
    parts = [
        tag(
            "div",
            *(_big(id, main.figure(id), say, language) for id in SHOWN_FIGURES[main.task]),
            class_="big",
        ),
        _split_table(material.evaluations, say, language),
    ]
    if material.baseline:
        parts.append(_against_baseline(material, say, language))
    return join(*parts)


def _big(id: str, figure: Interval, say: Words, language: str) -> Html:
    low, value, high = (min(1.0, max(0.0, each)) for each in (figure.low, figure.value, figure.high))
    width = max(0.4, 100 * (high - low))
    # a mean error has no end that it could be drawn against
    rail = id != "mae"
    return tag(
        "div",
        tag("div", figure_words(id, language).name, class_="label"),
        tag("div", shown(id, figure.value), class_="value"),
        tag(
            "div",
            tag("i", style=f"left:{100 * low:.2f}%;width:{width:.2f}%"),
            tag("b", style=f"left:{100 * value:.2f}%"),
            class_="rail",
        )
        if rail
        else None,
        tag("div", f"{say('interval')}  {shown_span(id, figure)}", class_="range"),
    )


def _split_table(evaluations: tuple[Evaluation, ...], say: Words, language: str) -> Html:
    ids = [*evaluations[0].figures, *(["ece"] if evaluations[0].reliability else [])]
    rows: list[list[Child]] = [
        [
            split_words(each.split, language).capitalize(),
            whole(each.rows),
            *(_with_span(id, each.figure(id)) for id in ids),
            f"{each.loss:.3f}",
        ]
        for each in evaluations
    ]
    names = [figure_words(id, language).name for id in ids]
    return tag("div", table([say("split"), say("texts"), *names, say("loss")], rows), class_="scroll")


def _with_span(id: str, figure: Interval) -> Html:
    return join(shown(id, figure.value), " ", tag("div", shown_span(id, figure), class_="quiet"))


def _against_baseline(material: Material, say: Words, language: str) -> Html:
    main, baseline = material.main, material.baseline
    assert main is not None
    assert baseline is not None
    rows: list[list[Child]] = [
        [
            figure_words(id, language).name,
            shown(id, baseline.theirs.figures[id].value),
            shown(id, main.figures[id].value),
            _difference(id, main.figures[id].value - baseline.theirs.figures[id].value, baseline, say),
        ]
        for id in SHOWN_FIGURES[main.task]
        if id in main.figures and id in baseline.theirs.figures
    ]
    note = say("paired", rows=whole(baseline.rows)) if baseline.differences else say("unpaired")
    return join(
        tag("h3", say("against_baseline", run=baseline.run.title)),
        table([say(key) for key in ("figure", "baseline", "this_run", "difference")], rows),
        tag("p", note, class_="about", style="margin:8px 0 0"),
    )


def _difference(id: str, plain: float, baseline: Baseline, say: Words) -> Child:
    paired = baseline.differences.get(id)
    if paired is None:
        return difference(id, plain, say)
    between = f"{difference(id, paired.low, say)} \u2026 {difference(id, paired.high, say)}"
    return join(difference(id, paired.value, say), " ", tag("span", between, class_="quiet"))


def classes(material: Material, say: Words, language: str) -> Html:
    main = material.main
    assert main is not None
    rows: list[list[Child]] = [
        [each.label, percent(each.precision), percent(each.recall), percent(each.f1), whole(each.support)]
        for each in main.per_class
    ]
    head: list[Child] = [say("label"), say("precision"), say("recall"), "F1", say("support")]
    if main.thresholds:
        head.insert(1, say("threshold"))
        for row, threshold in zip(rows, main.thresholds, strict=True):
            row.insert(1, percent(threshold))
    return table(head, rows)


def faithfulness(material: Material, say: Words, language: str) -> Html:
    rows: list[list[Child]] = []
    for each in material.facts.faithfulness:
        rows.append(
            [
                explainer_words(each.method, language).name,
                whole(each.texts),
                _erasure(each.scores.comprehensiveness, each.comprehensiveness_interval),
                f"{each.random.comprehensiveness:.3f}",
                _erasure(each.scores.sufficiency, each.sufficiency_interval),
                f"{each.random.sufficiency:.3f}",
                f"{each.milliseconds_per_text:.0f}"
                if each.milliseconds_per_text >= 10
                else f"{each.milliseconds_per_text:.1f}",
            ]
        )
    keys = ("explainer", "texts", "comprehensiveness", "random", "sufficiency", "random", "ms_per_text")
    return tag("div", table([say(key) for key in keys], rows), class_="scroll")


def _erasure(value: float, interval: Interval) -> Html:
    return join(f"{value:.3f}", tag("div", f"{interval.low:.3f}\u2013{interval.high:.3f}", class_="quiet"))


def _short(raw: str) -> str:
    return raw if len(raw) <= _RAW else raw[:_RAW] + "\u2026"
