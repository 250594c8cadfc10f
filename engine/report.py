"""The report of a run: one self-contained HTML file that loads nothing, runs nothing, escapes everything."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from importlib import resources
from pathlib import Path

import engine
from engine.api.catalog import REPORT_SECTIONS
from engine.api.errors import ErrorKind, KnownError
from engine.api.project import Project
from engine.api.report_facts import sections_of
from engine.api.tasks import MAIN_FIGURES
from engine.api.wording import figure_words, method_words, split_words
from engine.data.whole_file import write_whole
from engine.report_parts import beside, charts, limits, tables, texts
from engine.report_parts.html import Html, tag, void
from engine.report_parts.material import Material, gather
from engine.report_parts.words import Words, difference, shown, shown_span, whole, words

_Section = Callable[[Material, Words, str], Html]

_SECTIONS: dict[str, _Section] = {
    "data": tables.data,
    "method": tables.method,
    "figures": tables.figures,
    "classes": tables.classes,
    "confusion": charts.confusion,
    "calibration": charts.calibration,
    "comparison": beside.comparison,
    "race": beside.race,
    "training": charts.training,
    "robustness": beside.robustness,
    "faithfulness": tables.faithfulness,
    "examples": texts.examples,
    "errors": texts.errors,
    "limits": limits.limits,
}

# what a section is called and says of itself where a task has its own words for it
_TITLES = {
    ("classes", "multi"): ("classes_multi", "classes_multi_about"),
    ("classes", "tagging"): ("classes_tagging", "classes_tagging_about"),
    ("confusion", "tagging"): ("confusion_tagging", "confusion_tagging_about"),
    ("confusion", "score"): ("scatter", "scatter_about"),
    ("calibration", "multi"): ("calibration", "calibration_multi_about"),
    ("calibration", "tagging"): ("calibration", "calibration_tagging_about"),
    ("examples", "multi"): ("examples", "examples_multi_about"),
    ("examples", "tagging"): ("examples", "examples_tagging_about"),
    ("examples", "score"): ("examples_score", "examples_score_about"),
    ("errors", "score"): ("errors_score", "errors_score_about"),
    ("errors", "tagging"): ("errors", "errors_tagging_about"),
}


def write_report(project: Project, run_id: str, out: Path, language: str, sections: Sequence[str]) -> None:
    """Write the report of a run to ``out``, at once or not at all. No ``sections`` = all.

    What is not known of a run (no curves, no erasure test) leaves its section out.

    Raises RUN_UNKNOWN, RUN_NOT_FINISHED, OPTION_VALUE for an unknown section, NOT_WRITABLE, DISK_FULL.
    """
    for section in sections:
        if section not in _SECTIONS:
            valid = ", ".join(REPORT_SECTIONS)
            raise KnownError(ErrorKind.OPTION_VALUE, option="sections", value=section, valid=valid)
    page = html_report(gather(project, run_id), language, sections)
    write_whole(out, page.encode("utf-8", "replace"))


def html_report(material: Material, language: str, sections: Sequence[str] = ()) -> str:
    """The page as text. The order of the sections is always the same."""
    say = words(language)
    chosen = [each for each in sections_of(material.facts) if not sections or each in sections]
    body = tag(
        "main",
        _head(material, say, language),
        *(_section(each, material, say, language) for each in chosen),
        tag("footer", say("footer", version=engine.__version__)),
    )
    style = resources.files("engine.report_parts").joinpath("report.css").read_text("utf-8")
    page = tag(
        "html",
        tag(
            "head",
            void("meta", charset="utf-8"),
            void("meta", name="viewport", content="width=device-width, initial-scale=1"),
            # the page needs nothing from anywhere; a browser shall hold it to that
            void(
                "meta",
                http_equiv="Content-Security-Policy",
                content="default-src 'none'; style-src 'unsafe-inline'",
            ),
            tag("title", f"{material.run.title} · {material.project}"),
            tag("style", Html(style)),
        ),
        tag("body", body),
        lang="zh-CN" if language == "zh_CN" else "en",
    )
    return f"<!DOCTYPE html>\n{page}\n"


def _head(material: Material, say: Words, language: str) -> Html:
    date = datetime.now().astimezone().strftime("%Y-%m-%d")
    return tag(
        "header",
        tag(
            "p", f"{say('report')} · {say('on_project', project=material.project, date=date)}", class_="over"
        ),
        tag("h1", material.run.title),
        tag("p", _verdict(material, say, language), class_="verdict"),
    )


def _verdict(material: Material, say: Words, language: str) -> str:
    main = material.main
    if main is None:
        return say("verdict_none")
    # what a share of the texts is, everyone understands; the other tasks have their own main figure
    id = "accuracy" if main.task == "single" else MAIN_FIGURES[main.task]
    sentence = say(
        "verdict" if main.task == "single" else "verdict_figure",
        rows=whole(main.rows),
        split=split_words(main.split, language).lower(),
        method=method_words(material.run.method, language).name,
        figure=figure_words(id, language).name,
        value=shown(id, main.figures[id].value),
        interval=shown_span(id, main.figures[id]),
    )
    paired = material.baseline.differences.get(id) if material.baseline else None
    if paired is None:
        return sentence
    key = "verdict_better" if paired.low > 0 else "verdict_worse" if paired.high < 0 else "verdict_unsure"
    joint = "" if language == "zh_CN" else " "
    words = difference(id, paired.value, say, unsigned=key == "verdict_better")
    return f"{sentence}{joint}{say(key, difference=words)}"


def _section(id: str, material: Material, say: Words, language: str) -> Html:
    title, about = _TITLES.get((id, material.task), (id, f"{id}_about"))
    words = say(about, split=_split_of(material, language))
    # an empty list of errors explains itself
    note = tag("p", words, class_="about") if id != "errors" or material.facts.errors else None
    return tag("section", tag("h2", say(title)), note, _SECTIONS[id](material, say, language), id=id)


def _split_of(material: Material, language: str) -> str:
    return split_words(material.main.split, language).lower() if material.main else ""
