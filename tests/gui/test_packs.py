"""Evidence packs from the window: what the dialog asks for, what is said at the end, and pictures as SVG."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from engine.api.errors import ErrorKind
from engine.api.explaining.pack import (
    PACK_DIFFERENCES,
    ItemCheck,
    PackVerified,
    PackWritten,
    VerifyPack,
    WritePack,
)
from engine.api.messages import Explain, Explained
from gui.context import Context
from gui.pages.explain import picture
from gui.pages.explain.pack_dialog import PackDialog
from gui.pages.explain_page import ExplainPage
from gui.shell.phrases import job_title
from tests.gui import figures_project
from tests.gui.fakes import FakeQueue
from tests.gui.figures_context import figures_context

TEXT = "<b>the card</b> was refused & 我要退款 😀 twice"
LABELS = ("Billing", "Delivery", "Returns")


@pytest.fixture
def surroundings(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Context, FakeQueue]]:
    with figures_context(tmp_path) as found:
        yield found


def _page(qtbot: QtBot, context: Context) -> ExplainPage:
    page = ExplainPage(context)
    qtbot.addWidget(page)
    page.resize(1180, 700)
    page.show()
    qtbot.waitUntil(lambda: len(page._documents.listed()) == 240)
    return page


def _explained(page: ExplainPage, context: Context, queue: FakeQueue) -> int:
    page.show_subject(TEXT)
    project = context.session.project
    assert project is not None
    with project.transaction():
        id = project.runs.put_explanation(figures_project.explanation("fine-tune-3", None, TEXT, LABELS))
    queue.finish(queue.last(Explain), Explained(id))
    return id


def _dialog(page: ExplainPage) -> PackDialog:
    page._menu._write_pack.trigger()
    found = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, PackDialog) and each.isVisible()
    ]
    return found[-1]


def test_the_explanation_in_view_is_packed_and_the_folder_opens(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], monkeypatch: pytest.MonkeyPatch
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    id = _explained(page, context, queue)
    dialog = _dialog(page)
    assert dialog.parts[0].isChecked()
    assert not dialog.parts[1].isVisible()  # all texts are listed: that is the third choice
    assert "240" in dialog.parts[2].text()
    assert dialog.out.path.endswith("fine-tune-3-evidence.html")
    assert "browser" in dialog.sentence.text()
    dialog.format.setCurrentIndex(dialog.format.findData("pdf"))
    assert dialog.out.path.endswith(".pdf")
    dialog.start.click()
    assert not dialog.isVisible()
    job = queue.last(WritePack)
    request = job.request
    assert isinstance(request, WritePack)
    assert (request.explanations, request.documents, request.everything) == ((id,), (), False)
    assert (request.seals, request.language, request.method) == (True, "en", "")
    assert "fine-tune-3" in job_title(request, "en")
    assert not page._menu.packs.banner.isVisible()
    queue.finish(job, PackWritten(out=request.out, explanations=1, digest="d"))
    banner = page._menu.packs.banner
    assert banner.isVisible()
    assert request.out in banner.accessibleName()
    opened: list[str] = []
    monkeypatch.setattr(
        "gui.pages.explain.packs.QDesktopServices.openUrl", lambda url: opened.append(url.toLocalFile())
    )
    banner.button.click()
    assert opened == [str(Path(request.out).parent)]
    banner.close_button.click()
    assert not banner.isVisible()


def test_listed_texts_and_all_texts(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    _explained(page, context, queue)
    panel = page._documents
    panel._filter.setCurrentIndex(1)  # the errors of the run
    qtbot.waitUntil(lambda: 0 < len(panel.listed()) < 240)
    listed = tuple(panel.listed())
    dialog = _dialog(page)
    dialog.parts[1].setChecked(True)
    assert str(len(listed)) in dialog.parts[1].text()
    assert "explained by" in dialog.note.text()
    dialog.seals.setChecked(False)
    dialog.language.setCurrentIndex(dialog.language.findData("zh_CN"))
    dialog.out.put_into(str(tmp_path / "own.json"))
    dialog.format.setCurrentIndex(dialog.format.findData("csv"))
    assert "checked again" in dialog.sentence.text()
    dialog.start.click()
    request = queue.last(WritePack).request
    assert request == WritePack(
        run="fine-tune-3",
        out=str(tmp_path / "own.csv"),
        documents=listed,
        method="lrp",
        seals=False,
        language="zh_CN",
    )
    dialog = _dialog(page)
    dialog.parts[2].setChecked(True)
    dialog.start.click()
    request = queue.last(WritePack).request
    assert isinstance(request, WritePack)
    assert request.everything
    queue.finish(queue.last(WritePack), PackWritten(out=request.out, explanations=238, digest="d", skipped=2))
    assert "2 texts without a word" in page._menu.packs.banner.accessibleName()


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_all_texts_as_pictures(qtbot: QtBot, surroundings: tuple[Context, FakeQueue], kind: str) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    _explained(page, context, queue)
    dialog = _dialog(page)
    dialog.format.setCurrentIndex(dialog.format.findData(kind))
    assert "numbered" in dialog.sentence.text()
    dialog.parts[2].setChecked(True)
    dialog.start.click()
    job = queue.last(WritePack)
    request = job.request
    assert isinstance(request, WritePack)
    assert request.everything
    assert request.out.endswith(f"fine-tune-3-evidence.{kind}")
    queue.finish(job, PackWritten(out=request.out, explanations=240, digest="d", files=9))
    assert "9 numbered pictures" in page._menu.packs.banner.accessibleName()


def test_texts_are_packed_from_the_baseline_in_view(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page.show_subject(TEXT)
    project = context.session.project
    assert project is not None
    made = figures_project.explanation("fine-tune-3", None, TEXT, LABELS, "integrated-gradients")
    with project.transaction():
        id = project.runs.put_explanation(msgspec.structs.replace(made, baseline="mean"))
    queue.finish(queue.last(Explain), Explained(id))
    dialog = _dialog(page)
    dialog.parts[2].setChecked(True)
    dialog.start.click()
    request = queue.last(WritePack).request
    assert isinstance(request, WritePack)
    assert (request.method, request.baseline) == ("integrated-gradients", "mean")


def test_without_an_explanation_in_view_all_texts_can_be_packed(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, _queue = surroundings
    page = _page(qtbot, context)
    page._menu.aboutToShow.emit()
    assert not page._menu._save_svg.isEnabled()
    assert page._menu._write_pack.isEnabled()
    dialog = _dialog(page)
    assert not dialog.parts[0].isVisible()
    assert dialog.parts[2].isChecked()
    dialog.out.put_into(" ")
    assert not dialog.start.isEnabled()
    dialog.reject()


@pytest.mark.parametrize(
    ("changes", "words", "surface"),
    [
        ({}, ("nothing was changed", "model is the same", "2 of 2"), "info"),
        ({"model_same": False, "same": 1}, ("another model", "1 of 2"), "careful"),
        ({"whole": False}, ("was changed after",), "bad"),
        ({"data_same": False}, ("have changed since",), "info"),
    ],
)
def test_a_pack_is_checked_in_plain_words(
    qtbot: QtBot,
    surroundings: tuple[Context, FakeQueue],
    changes: dict[str, object],
    words: tuple[str, ...],
    surface: str,
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    page._menu.packs.check("/somewhere/evidence.html")
    job = queue.last(VerifyPack)
    assert job.request == VerifyPack("/somewhere/evidence.html")
    assert "evidence.html" in job_title(job.request, "en")
    facts: dict[str, object] = {
        "whole": True,
        "model_same": True,
        "data_same": True,
        "checks": tuple(ItemCheck(item=n, same=True, difference=0.0) for n in (1, 2)),
        "same": 2,
        "largest_difference": 0.0,
        "run": "fine-tune-3",
        "created_at": "",
    }
    queue.finish(job, PackVerified(**{**facts, **changes}))  # type: ignore[arg-type]
    banner = page._menu.packs.banner
    assert all(each in banner.accessibleName() for each in words)
    assert "evidence.html" in banner.accessibleName()
    assert banner.property("surface") == surface


def test_a_check_that_fails_leaves_no_banner_of_its_own(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue]
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    packs = page._menu.packs
    packs.check("table.csv")
    queue.fail(queue.last(VerifyPack), ErrorKind.PACK_DAMAGED, path="table.csv")  # the window tells of it
    assert not packs.banner.isVisible()
    packs.check("old.json")
    check = ItemCheck(item=1, same=False, difference=0.0, problem="explainer-no-rule")
    queue.finish(
        queue.last(VerifyPack),
        PackVerified(
            whole=True,
            model_same=True,
            data_same=True,
            checks=(check, ItemCheck(item=2, same=False, difference=0.0, differs=("label", "seal"))),
            same=0,
            largest_difference=0.0,
            run="r",
            created_at="",
        ),
    )
    told = packs.banner.accessibleName()
    assert "0 of 2" in told
    assert "not the same: the decision, the trust seal." in told
    context.session.close()
    assert not packs.banner.isVisible()


@pytest.mark.parametrize("text", [TEXT, "我要退款，谢谢。", "word " * 3000])
def test_a_picture_as_svg_keeps_every_character(qtbot: QtBot, tmp_path: Path, text: str) -> None:
    explanation = figures_project.explanation("fine-tune-3", None, text, LABELS)
    made = picture.make_picture(explanation, 1.0, "en")
    picture.save_svg(made, tmp_path / "a.svg")
    root = ElementTree.parse(tmp_path / "a.svg").getroot()
    drawn = "".join("".join(each.itertext()) for each in root.iter("{http://www.w3.org/2000/svg}text"))
    squeezed = "".join(drawn.split())
    assert "".join(text.split())[:40] in squeezed
    assert float(root.get("viewBox", "").split()[2]) == picture.WIDTH
    assert [path.name for path in tmp_path.iterdir()] == ["a.svg"]


@pytest.mark.parametrize("name", PACK_DIFFERENCES)
def test_each_difference_of_a_pack_has_its_words(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], name: str
) -> None:
    context, _ = surroundings
    assert _page(qtbot, context)._menu.packs._part(name)


def test_an_svg_into_a_folder_that_is_gone(
    qtbot: QtBot, surroundings: tuple[Context, FakeQueue], tmp_path: Path
) -> None:
    context, queue = surroundings
    page = _page(qtbot, context)
    _explained(page, context, queue)
    page.export(str(tmp_path / "gone" / "x.svg"))
    qtbot.waitUntil(page._banner.isVisible)
    assert page._failure is not None
    page._forget_failure()
    page.export(str(tmp_path / "x.svg"))
    qtbot.waitUntil(page._banner.isVisible)
    assert (tmp_path / "x.svg").stat().st_size > 500
