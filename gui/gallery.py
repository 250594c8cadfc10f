"""Every piece of the kit in both themes, as pictures: `python -m gui.gallery OUT_DIR`.

For developers' eyes: its texts are samples, not the application's.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, Qt
from PySide6.QtGui import QPixmap, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QRadioButton,
    QSlider,
    QSpinBox,
    QSplitter,
    QTabBar,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from gui import fonts, icons
from gui.delegates.chip_delegate import TONE_ROLE, ChipDelegate
from gui.delegates.probability_delegate import VALUE_ROLE, ProbabilityDelegate
from gui.delegates.text_delegate import TextDelegate
from gui.delegates.words_delegate import SCORES_ROLE, WordsDelegate
from gui.plots import curves, label_counts, reliability, word_bars
from gui.plots.renderer import PlotRenderer
from gui.plots.view import PlotView
from gui.theme import ICON_M, ROW_HEIGHT, SPACE_L, SPACE_M, SPACE_XL, Mode, Theme
from gui.widgets import basic, blocks, card, figures
from gui.widgets.highlighted_text import HighlightedText
from gui.widgets.score_legend import ScoreLegend
from gui.wordpaint import ScoredText, Span

ENGLISH = (
    "The parcel arrived two weeks late 😀 and the box was crushed, but the support team answered "
    "within minutes and refunded everything without a single question. I would order again."
)
CHINESE = "快递晚到了两周，盒子也压坏了，不过客服几分钟内就回复，并且毫无疑问地全额退款。我会再次购买。"


def spans_of(text: str, scores: dict[str, float]) -> list[Span]:
    """Spans of the first occurrence of each word."""
    found = ((text.find(word), word, score) for word, score in scores.items())
    return sorted((at, at + len(word), score) for at, word, score in found if at >= 0)


EN_SPANS = spans_of(
    ENGLISH,
    {
        "late": -0.8,
        "😀": 0.3,
        "crushed": -1.0,
        "support": 0.35,
        "answered": 0.25,
        "minutes": 0.4,
        "refunded": 0.9,
        "everything": 0.2,
        "again": 0.55,
    },
)
ZH_SPANS = spans_of(CHINESE, {"晚到": -0.7, "压坏": -1.0, "客服": 0.3, "退款": 0.9, "再次": 0.5})


def page(*rows: list[QWidget]) -> QWidget:
    """Rows of widgets on the window's ground."""
    out = QWidget()
    column = QVBoxLayout(out)
    column.setContentsMargins(SPACE_XL, SPACE_XL, SPACE_XL, SPACE_XL)
    column.setSpacing(SPACE_L)
    for row in rows:
        line = QHBoxLayout()
        line.setSpacing(SPACE_M)
        for widget in row:
            line.addWidget(widget)
        column.addLayout(line)
    column.addStretch(1)
    return out


def controls(theme: Theme, renderer: PlotRenderer) -> QWidget:
    buttons: list[QWidget] = []
    for kind, text in (("primary", "Import 导入"), ("normal", "Pause"), ("quiet", "Not now")):
        buttons.append(basic.Button(theme, text, kind))  # type: ignore[arg-type]
        off = basic.Button(theme, text, kind, "play")  # type: ignore[arg-type]
        off.setEnabled(False)
        buttons.append(off)
    buttons.append(basic.Button(theme, "Export", "primary", "export"))
    buttons.append(basic.IconButton(theme, "settings", "Settings"))
    checked = basic.Button(theme, "Errors only", "normal", "filter")
    checked.setCheckable(True)
    checked.setChecked(True)
    buttons.append(checked)
    edit, off_edit = QLineEdit("What was typed"), QLineEdit("disabled")
    off_edit.setEnabled(False)
    empty = QLineEdit()
    empty.setPlaceholderText("Search 搜索")
    wrong = QLineEdit("-3")
    wrong.setProperty("invalid", True)
    combo = QComboBox()
    combo.addItems(["Full fine-tuning 全量微调", "LoRA"])
    spin, real = QSpinBox(), QDoubleSpinBox()
    spin.setValue(16)
    real.setValue(0.25)
    basic.indent_number(spin)
    basic.indent_number(real)
    real.setEnabled(False)
    check, some, radio = QCheckBox("Keep the best"), QCheckBox("Some"), QRadioButton("One")
    check.setChecked(True)
    some.setTristate(True)
    some.setCheckState(Qt.CheckState.PartiallyChecked)
    radio.setChecked(True)
    plain = QCheckBox("Off 关")
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setValue(40)
    progress, paused = QProgressBar(), QProgressBar()
    progress.setValue(62)
    paused.setValue(40)
    paused.setProperty("state", "paused")
    tabs = QTabBar()
    for name in ("Loss", "Macro-F1", "中文标签"):
        tabs.addTab(name)
    labels: list[QWidget] = [
        basic.label(role, role)
        for role in ("title", "section", "figure", "strong", "muted", "caption", "good", "bad")
    ]
    dots: list[QWidget] = []
    for state in ("empty", "ready", "running", "attention"):
        dot = basic.StateDot(theme)
        dot.set_state(state, state)
        dots += [dot, QLabel(state)]
    chips: list[QWidget] = [
        basic.Chip(theme, f"{tone} 标签", tone) for tone in ("neutral", "accent", "good", "careful", "bad")
    ]
    pictures: list[QWidget] = []
    for name in icons.names():
        if name != "app":
            pictures.append(basic.IconLabel(theme, name, "text", ICON_M))
    mark = QLabel()
    mark.setPixmap(icons.app_icon().pixmap(64, 64))
    banners: list[list[QWidget]] = [
        [blocks.Banner(theme, "info", "3,257 texts were imported.", "Show", "Close")],
        [blocks.Banner(theme, "careful", "12 rows could not be read and were left out.", "Look")],
        [blocks.Banner(theme, "bad", "磁盘已满：还需要 1.2 GB。请清理后重试。", "重试", "关闭")],
    ]
    header = blocks.PageHeader(theme, "Train 训练", "3,257 texts, 4 labels, about 2 min 20 s")
    header.add_action("Compare")
    header.add_action("Start", primary=True, icon="play")
    out = page(
        [header],
        buttons,
        [edit, empty, off_edit, wrong],
        [combo, spin, real, slider],
        [check, some, plain, radio, tabs],
        [progress, paused],
        labels,
        [*dots, *chips],
        pictures,
        *banners,
        [mark],
    )
    out.setTabOrder(edit, combo)
    return out


def pieces(theme: Theme, renderer: PlotRenderer) -> QWidget:
    group = card.CardGroup()
    sentences = {
        "full": ("Full fine-tuning", "Every weight learns. Best with a thousand texts or more."),
        "lora": ("LoRA", "Small matrices learn beside frozen weights: a tenth of the memory."),
        "head": ("只训练分类头", "速度最快，几秒钟即可完成，适合少量文本。"),
    }
    for key, (title, sentence) in sentences.items():
        badges = [("recommended", "good")] if key == "full" else []
        badges += [("about 2 min", "neutral"), ("1.1 GB", "neutral")]
        group.add(card.Card(theme, key, title, sentence, badges))
    group.select("full")
    group.setFixedWidth(300)
    figures_row: list[QWidget] = []
    for caption, value, share, tone, gap in (
        ("Macro-F1", "0.873", 0.873, "good", "+0.214 over the baseline"),
        ("Accuracy", "0.901", 0.901, "bad", "−0.012 below the baseline"),
        ("校准误差", "0.041", 0.041, "muted", "与基线相同"),
    ):
        figure = figures.BigFigure(theme, caption)
        figure.set_value(value, share, max(0, share - 0.04), share + 0.03, "95 %: 0.83 to 0.90")
        figure.set_difference(gap, tone)  # type: ignore[arg-type]
        figures_row.append(figure)
    bars = figures.BarList(theme, "Labels")
    counts = (("billing", 1204), ("delivery", 930), ("退款与售后服务", 612), ("praise", 40))
    bars.set_bars([figures.Bar(name, name, n, f"{n:,}") for name, n in counts])
    bars.select("delivery")
    chances = figures.ProbabilityBars(theme, "Probabilities")
    chances.set_rows(
        [
            figures.Probability("delivery", 0.81, "81 %", 0.55),
            figures.Probability("退款与售后服务", 0.15, "15 %", 0.40),
            figures.Probability("praise", 0.04, "4 %"),
        ]
    )
    left, middle = blocks.Section("Labels"), blocks.Section("Settings")
    left.add(bars)
    left.add(chances)
    left.setFixedWidth(280)
    spin, real = QSpinBox(), QLineEdit("9e-1")
    spin.setValue(3)
    middle.add(blocks.FormRow("Epochs", spin, "3: more did not help on texts this short"))
    bad = blocks.FormRow("Learning rate 学习率", real)
    bad.set_note("between 0.000001 and 0.01", "bad")
    middle.add(bad)
    fold = blocks.Disclosure(theme, "More", opened=True)
    fold.add(blocks.FormRow("Seed", QSpinBox(), "any number; the same one repeats the run"))
    middle.add(fold)
    middle.add(blocks.Disclosure(theme, "Folded"))
    middle.body().addStretch(1)
    empty = blocks.EmptyState(theme, "file", "No texts yet. Bring a file of texts.", "Open a file")
    empty.setMinimumHeight(260)
    return page(figures_row, [group, left, middle], [empty])


def reading(theme: Theme, renderer: PlotRenderer) -> QWidget:
    english, chinese, edited = (HighlightedText(theme) for _ in range(3))
    english.set_text(ENGLISH + "\n" + ENGLISH)
    english.set_scores(EN_SPANS, 1.0)
    english.unread_from(len(ENGLISH) + 60)
    english.setMinimumHeight(280)
    chinese.set_text(CHINESE)
    chinese.set_scores(ZH_SPANS, 1.0)
    edited.set_text(ENGLISH)
    edited.set_scores(EN_SPANS, 1.0)
    edited.textCursor().insertText("Edited: ")
    english.focus_word(1)
    legend = ScoreLegend(theme, "against refund", "for refund 支持")
    return page([english], [legend], [chinese], [edited])


def tables(theme: Theme, renderer: PlotRenderer) -> QWidget:
    model = QStandardItemModel(0, 4)
    model.setHorizontalHeaderLabels(["Text", "Label", "Probability", "Words 词"])
    rows: tuple[tuple[str, str, str, float | None, list[Span]], ...] = (
        (ENGLISH, "delivery", "neutral", 0.81, EN_SPANS),
        (CHINESE, "退款与售后服务", "accent", 0.42, ZH_SPANS),
        ("Short.", "praise", "bad", 0.04, []),
        (ENGLISH[40:], "", "neutral", None, []),
    )
    for text, label, tone, share, spans in rows:
        cells = [QStandardItem(text), QStandardItem(label), QStandardItem(), QStandardItem(text)]
        cells[1].setData(tone, TONE_ROLE)
        cells[2].setText("" if share is None else f"{share:.0%}")
        cells[2].setData(share, VALUE_ROLE)
        cells[3].setData(ScoredText(text, tuple(spans), 1.0), SCORES_ROLE)
        model.appendRow(cells)
    table = QTableView()
    model.setParent(table)
    table.setModel(model)
    words = TextDelegate(theme, table)
    words.set_query("support 客服")
    table.setItemDelegateForColumn(0, words)
    table.setItemDelegateForColumn(1, ChipDelegate(theme, table))
    table.setItemDelegateForColumn(2, ProbabilityDelegate(theme, table))
    table.setItemDelegateForColumn(3, WordsDelegate(theme, table))
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(ROW_HEIGHT)
    table.setShowGrid(False)
    table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
    table.setColumnWidth(0, 380)
    table.setColumnWidth(1, 140)
    table.setColumnWidth(2, 110)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.setSortingEnabled(False)
    table.selectRow(1)
    table.setMinimumHeight(240)
    menu = QMenu()
    for name in ("Copy", "Export as table…", "删除"):
        menu.addAction(name)
    ticked = menu.addAction("Ticked")
    ticked.setCheckable(True)
    ticked.setChecked(True)
    menu.addSeparator()
    menu.addAction("Off").setEnabled(False)
    menu.setActiveAction(menu.actions()[1])
    menu.ensurePolished()
    picture = QLabel()
    picture.setPixmap(menu.grab())
    menu.deleteLater()
    split = QSplitter()
    split.addWidget(picture)
    split.addWidget(basic.ElidedLabel(ENGLISH, "muted"))
    return page([table], [split])


def charts(theme: Theme, renderer: PlotRenderer) -> QWidget:
    views = [PlotView(theme, renderer) for _ in range(6)]
    for view in views:
        view.setMinimumSize(380, 260)
    steps = range(0, 630, 30)
    train = tuple((float(s), 1.4 * 0.995**s + 0.05 * ((s // 30) % 3)) for s in steps)
    checks = ((105.0, 0.92), (210.0, 0.61), (315.0, 0.52), (420.0, 0.49), (525.0, 0.51))
    scores = ((105.0, 0.41), (210.0, 0.72), (315.0, 0.83), (420.0, 0.873), (525.0, 0.861))
    views[0].show_data(
        curves.draw_loss,
        curves.LossData("Loss 损失", "falls", "step", "training", "validation", train, checks),
    )
    views[1].show_data(
        curves.draw_score,
        curves.ScoreData("Macro-F1", "rises", "step 步", "F1", "best 最佳", scores, 0.85, "target 0.85"),
    )
    bins = tuple(reliability.Bin(x / 10, (x / 10) ** 1.3, 40 * x) for x in range(3, 11))
    views[2].show_data(
        reliability.draw_reliability,
        reliability.ReliabilityData(
            "Reliability", "sure", "confidence", "right", "texts", "says what it knows", bins
        ),
    )
    words = (("refunded", 0.9), ("crushed", -1.0), ("late", -0.8), ("退款", 0.6), ("$50", 0.2))
    views[3].show_data(
        word_bars.draw_word_bars,
        word_bars.WordBarsData("Words", "signed", "word", "score 得分", words),
    )
    counts = (("billing", 1204), ("delivery", 930), ("退款与售后服务", 612), ("praise", 40))
    views[4].show_data(
        label_counts.draw_label_counts,
        label_counts.LabelCountsData("Labels", "counts", "label", "texts", counts),
    )
    views[5].show_data(
        curves.draw_score,
        curves.ScoreData("Macro-F1", "none", "step", "F1", "best", (), empty_text="尚无数据"),
    )
    return page(list(views[:3]), list(views[3:]))


PAGES: dict[str, Callable[[Theme, PlotRenderer], QWidget]] = {
    "controls": controls,
    "pieces": pieces,
    "reading": reading,
    "tables": tables,
    "charts": charts,
}


def picture(widget: QWidget, ratio: float) -> QPixmap:
    """What the widget looks like at that pixel ratio."""
    out = QPixmap(widget.size() * ratio)
    out.setDevicePixelRatio(ratio)
    widget.render(out)
    return out


def main(folder: Path) -> None:
    """Write one PNG a page and theme to `folder`."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    installed = fonts.install(app)
    renderer = PlotRenderer(installed.files)
    modes: tuple[Mode, ...] = ("light", "dark")
    for mode in modes:
        theme = Theme(mode)
        theme.apply(app)
        for name, build in PAGES.items():
            widget = build(theme, renderer)
            widget.resize(1280, 800)
            widget.show()
            widget.activateWindow()
            views = widget.findChildren(PlotView)
            while any(view.image() is None for view in views):
                app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            app.processEvents()
            picture(widget, 1.5).save(str(folder / f"{name}-{mode}.png"))
            widget.close()
            widget.deleteLater()
    renderer.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
