"""The report of a run: complete, escaped, self-contained, atomic, in both languages."""

from __future__ import annotations

import os
import re
import string
from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from engine.api.catalog import REPORT_SECTIONS
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import CompareRuns, RunsCompared
from engine.api.project import Project
from engine.api.report_facts import read_facts
from engine.api.results import Interval
from engine.report import write_report
from engine.report_parts.html import tag, text
from engine.report_parts.words_table import WORDS
from tests.engine.report_project import HOSTILE, make

_VOID = {"meta"}


class _Page(HTMLParser):
    """What a browser would see: elements, attributes, visible text; fails on tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in _VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return make(tmp_path_factory.mktemp("project"), label="billing <b>&")


def _written(project: Project, out: Path, language: str = "en", sections: tuple[str, ...] = ()) -> str:
    write_report(project, "fine-tune-2", out, language, sections)
    return out.read_text("utf-8")


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_all_sections_are_there(project: Project, tmp_path: Path, language: str) -> None:
    html = _written(project, tmp_path / "report.html", language)
    page = _Page(html)
    column = 1 if language == "zh_CN" else 0
    assert [value for name, value in page.attributes if name == "id"] == list(REPORT_SECTIONS)
    for section in REPORT_SECTIONS:
        assert WORDS[section][column] in page.text
    run = project.runs.get("fine-tune-2")
    assert run.test is not None
    assert f"{run.test.accuracy.value * 100:.1f} %" in page.text
    assert f"{run.test.macro_f1.low * 100:.1f}\u2013{run.test.macro_f1.high * 100:.1f} %" in page.text
    for row in run.test.confusion:
        for count in row:
            assert str(count) in page.text


def test_nothing_is_loaded_or_run(project: Project, tmp_path: Path) -> None:
    html = _written(project, tmp_path / "report.html")
    page = _Page(html)
    assert not {"script", "link", "img", "iframe", "object", "embed", "form", "base"} & set(page.tags)
    assert not [
        name for name, _ in page.attributes if name.startswith("on") or name in ("src", "href", "srcset")
    ]
    assert not re.search(r"https?:|//[a-z]|@import|url\(|data:", html)


def test_hostile_texts_labels_and_files_stay_text(project: Project, tmp_path: Path) -> None:
    html = _written(project, tmp_path / "report.html")
    page = _Page(html)
    assert page.tags.count("b") == 3  # the marks of the big figures, and none of the label's
    assert "alert('x')" in page.text
    assert "billing <b>&" in page.text
    assert "customer <messages>.csv" in page.text
    assert "<b>half a row" in page.text
    assert "\x07" not in html
    assert HOSTILE.replace("\x07", "\ufffd") in page.text.replace("\xa0", " ")


def test_words_are_tinted_by_sign_with_their_score(project: Project, tmp_path: Path) -> None:
    html = _written(project, tmp_path / "report.html", sections=("examples",))
    explanation = project.runs.explanations("fine-tune-2")[0]
    strongest = max(abs(w.score) for e in project.runs.explanations("fine-tune-2") for w in e.words)
    word = explanation.words[0]
    side = "for" if word.score >= 0 else "against"
    score = f"{word.score:+.2f}".replace("-", "\u2212")
    style = f"--a:{abs(word.score) / strongest:.2f}"
    pattern = rf'<span class="w {side}[ a-z]*" style="{style}" title="{re.escape(score)}">'
    assert re.search(pattern + re.escape(str(text(explanation.word(0)))), html)
    page = _Page(html)
    for each in project.runs.explanations("fine-tune-2"):
        for index in range(3):
            assert each.word(index) in page.text
    assert "the model read no further" in page.text


def test_unread_text_is_hatched_and_not_tinted(project: Project, tmp_path: Path) -> None:
    html = _written(project, tmp_path / "report.html", sections=("examples",))
    (cut,) = [e for e in project.runs.explanations("fine-tune-2") if e.read_to < len(e.text)]
    (unread,) = re.findall(r'<span class="unread">(.*?)</span>', html)
    assert unread
    assert cut.text.endswith(unread)
    assert len(unread) >= len(cut.text) - cut.read_to


def test_only_the_chosen_sections(project: Project, tmp_path: Path) -> None:
    page = _Page(_written(project, tmp_path / "report.html", sections=("limits", "figures")))
    assert [value for name, value in page.attributes if name == "id"] == ["figures", "limits"]


def test_the_difference_to_the_baseline_is_paired(project: Project, tmp_path: Path) -> None:
    page = _Page(_written(project, tmp_path / "report.html", sections=("figures",)))
    assert "Both runs judged the same 121 texts" in page.text
    ours, theirs = (project.runs.get(run).test for run in ("fine-tune-2", "bag-of-words-1"))
    assert ours is not None
    assert theirs is not None
    assert f"{100 * (ours.accuracy.value - theirs.accuracy.value):+.1f}" in page.text
    assert "above the bag-of-words baseline" in page.text


def test_limits_have_numbers(project: Project, tmp_path: Path) -> None:
    page = _Page(_written(project, tmp_path / "report.html", sections=("limits",)))
    assert "1 of the 121 test texts also stand, letter for letter" in page.text
    assert "Rows that could not be read and are in no figure: 1." in page.text
    assert "would be right for 33.9 %" in page.text
    assert "with 121 texts the accuracy is known to about" in page.text


def test_limits_say_that_the_data_changed(tmp_path: Path) -> None:
    with make(tmp_path) as changed:
        document = next(changed.documents.labelled("test"))[0]
        with changed.transaction():
            changed.documents.delete([document])
        page = _Page(_written(changed, tmp_path / "report.html", sections=("limits",)))
    assert "120 labelled test texts now, 121 when the figures were made" in page.text


def test_a_bare_run_has_a_shorter_report(project: Project, tmp_path: Path) -> None:
    write_report(project, "bag-of-words-1", tmp_path / "report.html", "en", ())
    page = _Page((tmp_path / "report.html").read_text("utf-8"))
    ids = [value for name, value in page.attributes if name == "id"]
    figures = ["figures", "classes", "confusion", "calibration"]
    assert ids == ["data", "method", *figures, "comparison", "race", "errors", "limits"]


def test_a_comparison_speaks_of_the_reports_own_run(project: Project, tmp_path: Path) -> None:
    """It was made the other way round; in the store it stays so."""
    page = _Page(_written(project, tmp_path / "report.html", sections=("comparison",)))
    assert "+20.0 points" in page.text
    assert "+11.0 points \u2026 +28.0 points" in page.text
    assert "100 %" in page.text
    assert "33 : 7 (p < 0.001)" in page.text
    write_report(project, "bag-of-words-1", tmp_path / "other.html", "en", ("comparison",))
    other = _Page((tmp_path / "other.html").read_text("utf-8"))
    assert "\u221220.0 points" in other.text
    assert "7 : 33 (p < 0.001)" in other.text


def test_the_newest_comparison_of_a_pair_counts(tmp_path: Path) -> None:
    with make(tmp_path) as opened:
        before = read_facts(opened, "fine-tune-2").comparisons
        newer = msgspec.structs.replace(before[0], difference=Interval(0.1, 0.05, 0.15))
        gone = msgspec.structs.replace(newer, first="features-9")
        with opened.transaction():
            job = opened.jobs.add(CompareRuns(runs=("bag-of-words-1", "fine-tune-2")))
            opened.jobs.finish(job, RunsCompared(comparisons=(newer, gone)))
        assert read_facts(opened, "fine-tune-2").comparisons == (newer,)
        assert read_facts(opened, "fine-tune-2").titles.keys() == {"fine-tune-2", "bag-of-words-1"}


def test_the_race_names_what_is_kept(project: Project, tmp_path: Path) -> None:
    page = _Page(_written(project, tmp_path / "report.html", sections=("race",)))
    text = re.sub(r"\s+", " ", page.text)
    assert text.index("fine-tune-2") < text.rindex("bag-of-words-1")
    assert "90.0 MB" in text
    assert "kept" in text


def test_robustness_is_told_with_what_it_costs(project: Project, tmp_path: Path) -> None:
    page = _Page(_written(project, tmp_path / "report.html", sections=("robustness",)))
    assert "\u221211.9 points" in page.text
    assert "14.0 %" in page.text
    assert "hard <b>cases" in page.text
    assert "measured 2026-01-31" in page.text
    assert "test texts" in page.text


def test_no_path_of_the_machine_is_given_away(project: Project, tmp_path: Path) -> None:
    assert str(project.path.parent) not in _written(project, tmp_path / "report.html")


def test_an_unfinished_run_is_refused(tmp_path: Path) -> None:
    with make(tmp_path) as unfinished:
        with unfinished.transaction():
            run = unfinished.runs.add("features", "minilm", {})
        with pytest.raises(KnownError) as caught:
            write_report(unfinished, run, tmp_path / "report.html", "en", ())
    assert caught.value.kind is ErrorKind.RUN_NOT_FINISHED
    assert not (tmp_path / "report.html").exists()


def test_an_unknown_section_is_refused_with_the_valid_ones(project: Project, tmp_path: Path) -> None:
    with pytest.raises(KnownError) as caught:
        write_report(project, "fine-tune-2", tmp_path / "report.html", "en", ("figures", "gossip"))
    assert caught.value.kind is ErrorKind.OPTION_VALUE
    assert "limits" in str(caught.value.values["valid"])


def test_a_failed_write_keeps_the_old_report(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    out.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KnownError) as caught:
        write_report(project, "fine-tune-2", out, "en", ())
    assert caught.value.kind is ErrorKind.DISK_FULL
    assert caught.value.values["path"] == str(out)
    assert out.read_text("utf-8") == "old"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_a_folder_or_a_file_in_the_way_is_not_writable(project: Project, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    for out in (tmp_path, tmp_path / "file" / "report.html"):
        with pytest.raises(KnownError) as caught:
            write_report(project, "fine-tune-2", out, "en", ())
        assert caught.value.kind is ErrorKind.NOT_WRITABLE


def test_missing_run_files_cost_only_what_they_held(tmp_path: Path) -> None:
    with make(tmp_path) as bare:
        folder = bare.run_folder("fine-tune-2")
        (folder / "run.json").unlink()
        whole = (folder / "metrics.jsonl").read_bytes()
        (folder / "metrics.jsonl").write_bytes(whole[: len(whole) // 2])  # cut in the middle of a line
        page = _Page(_written(bare, tmp_path / "report.html", sections=("method", "training")))
    assert "PyTorch" not in page.text
    assert "polyline" in page.tags


def test_both_languages_have_every_text_and_the_same_places() -> None:
    def places(sentence: str) -> set[str | None]:
        return {field for _, field, _, _ in string.Formatter().parse(sentence) if field is not None}

    for key, (english, chinese) in WORDS.items():
        assert english.strip(), key
        assert chinese.strip(), key
        assert places(english) == places(chinese), key
        if len(english) > 3:
            assert english != chinese, key


def test_no_text_of_the_report_is_unused() -> None:
    folder = Path(__file__).resolve().parents[2] / "engine"
    files = [
        folder / "report.py",
        *(p for p in (folder / "report_parts").glob("*.py") if p.stem != "words_table"),
    ]
    source = "".join(path.read_text("utf-8") for path in files)
    built = {*REPORT_SECTIONS, *(f"{section}_about" for section in REPORT_SECTIONS)}
    quoted = set(re.findall(r"[\"']([a-z_0-9]+)[\"']", source))
    assert set(WORDS) - quoted - built == set()


def test_only_finished_markup_passes_unescaped() -> None:
    assert tag("p", "a < b", title='"') == '<p title="&quot;">a &lt; b</p>'
    assert tag("p", tag("b", "x"), None, 3) == "<p><b>x</b>3</p>"
    assert text("\ud800\x00ok") == "\ufffd\ufffdok"
