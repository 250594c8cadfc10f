"""How the explanation in view was tested: its seal, taken apart, each part in plain words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine.api import wording
from engine.api.errors import ErrorReport
from engine.api.explaining.trust import SEAL_AMBER, SEAL_RED, Removal, Seal
from engine.api.results import Explanation
from engine.api.wording_explaining import seal_sentences
from gui.errors import describe
from gui.pages.explain.seal_line import TONES, short_words
from gui.pages.explain.sentences import is_complete
from gui.theme import ICON_M, ICON_S, SPACE_M, SPACE_S, SPACE_XS, Theme
from gui.widgets.basic import IconLabel, label
from gui.widgets.blocks import Banner
from gui.widgets.figures import Probability, ProbabilityBars

_ROWS = {  # reasons of a seal that each row speaks of
    "agreement": (
        "methods-contradict",
        "signs-contradict",
        "no-other-method",
        "methods-differ",
        "signs-disputed",
    ),
    "delta": ("delta-large",),
    "markers": ("markers",),
    "unread": ("unread",),
}


class TrustRow(QWidget):
    """A finding: an icon for how it is, its name and figure, and below it a sentence."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon = IconLabel(theme, "check", "good", ICON_S)
        self._name = label("", "strong", wrap=True)
        self._value = label("", "strong")
        self._words = label("", "muted", wrap=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE_S)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self._icon, 0, 0, top)
        grid.addWidget(self._name, 0, 1, top)
        grid.addWidget(self._value, 0, 2, top)
        grid.addWidget(self._words, 1, 1, 1, 2)

    def show_finding(self, tone: str, name: str, value: str, words: str) -> None:
        """``tone``: good, careful, bad, or muted for what says neither."""
        icon = {"good": "check", "careful": "warning", "bad": "error", "muted": "minus"}[tone]
        self._icon.set_icon(icon, tone)
        self._name.setText(name)
        self._value.setText(value)
        self._words.setText(words)
        self.setAccessibleName(f"{name}: {value}. {words}")

    def words(self) -> str:
        return f"{self._name.text()} {self._value.text()} {self._words.text()}"


class TrustText(QWidget):
    """Shows what it is told; asks nothing."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("", "section")
        self._icon = IconLabel(theme, "check", "good", ICON_M)
        self._head = label("", wrap=True)
        self._problem = Banner(theme, "bad", "")
        self._removal_title = label("", "strong")
        self.bars = ProbabilityBars(theme)
        self._removal_words = label("", "muted", wrap=True)
        self.rows = {name: TrustRow(theme) for name in _ROWS}
        head = QHBoxLayout()
        head.setSpacing(SPACE_S)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._head, 1)
        self._found = QWidget()
        found = QVBoxLayout(self._found)
        found.setContentsMargins(0, 0, 0, 0)
        found.setSpacing(SPACE_XS)
        for part in (self._removal_title, self.bars, self._removal_words):
            found.addWidget(part)
        found.addSpacing(SPACE_S)
        for row in self.rows.values():
            found.addWidget(row)
            found.addSpacing(SPACE_XS)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE_M)
        column.addWidget(self._title)
        column.addLayout(head)
        column.addWidget(self._problem)
        column.addWidget(self._found)

    def words(self) -> str:
        """The sentence at the head."""
        return self._head.text()

    def show_state(
        self,
        explanation: Explanation | None,
        seal: Seal | None,
        problem: ErrorReport | None,
        language: str,
    ) -> None:
        """The seal of the explanation, or why there is none; without either it is being asked for."""
        self._title.setText(self.tr("This explanation"))
        self._found.setVisible(seal is not None)
        self._problem.setVisible(seal is None and problem is not None)
        self._icon.setVisible(seal is not None)
        self._head.setVisible(seal is not None or problem is None)
        if seal is not None and explanation is not None:
            self._icon.set_icon(*TONES[seal.colour])
            self._head.setText(short_words(seal, language))
            self._show_removal(explanation, seal)
            self._show_rows(explanation, seal, language)
        elif problem is not None:
            self._problem.set_message("bad", describe(problem, language).text)
        elif explanation is not None:
            self._head.setText(self.tr("Being tested: words are taken out and other methods are asked…"))
        else:
            self._head.setText(self.tr("No text is explained yet."))

    def _show_removal(self, explanation: Explanation, seal: Seal) -> None:
        removal = seal.removal
        self._removal_title.setText(self.tr("Without the strongest words"))
        self.bars.setVisible(removal is not None)
        if removal is None:
            self._removal_words.setText(
                self.tr(
                    "Not possible here: no word speaks for the decision, or there is no other to compare with."
                )
            )
            return
        score = explanation.task == "score"
        # a score has no ends: the longer bar fills its track
        whole = max(abs(removal.drop), abs(removal.random_drop), 1e-9) if score else 1.0
        count = len(removal.words)
        self.bars.setAccessibleName(self.tr("What falls when words are taken out"))
        self.bars.set_rows(
            [
                Probability(
                    self.tr("%n strongest word(s)", "", count), removal.drop / whole, _drop(removal.drop)
                ),
                Probability(
                    self.tr("%n random word(s)", "", count),
                    removal.random_drop / whole,
                    _drop(removal.random_drop),
                ),
            ]
        )
        self._removal_words.setText(self._removal_sentence(explanation, removal, score=score))

    def _removal_sentence(self, explanation: Explanation, removal: Removal, *, score: bool) -> str:
        taken = ", ".join(
            f"“{explanation.word(word)}”" for word in removal.words if word < len(explanation.words)
        )
        what = (
            self.tr("How far the score falls without {words}, beside as many random words in {draws} draws.")
            if score
            else self.tr(
                "How far the probability falls without {words}, beside as many random words in {draws} draws."
            )
        ).format(words=taken, draws=removal.draws)
        turns = (
            self.tr("The answer changes; with random words out it changes in {share} of the draws.").format(
                share=wording.percent(removal.random_flips)
            )
            if removal.flips
            else self.tr("The answer stays.")
        )
        return what if score else f"{what} {turns}"

    def _show_rows(self, explanation: Explanation, seal: Seal, language: str) -> None:
        said = dict(zip(seal.reasons, seal_sentences(seal, language), strict=True))
        for name, row in self.rows.items():
            reasons = [reason for reason in _ROWS[name] if reason in said]
            tone, title, value, words = self._row(name, explanation, seal, language)
            if reasons:
                tone = "bad" if reasons[0] in SEAL_RED else "careful" if reasons[0] in SEAL_AMBER else "good"
                # the weightiest is said at the head
                more = [said[each] for each in reasons if each != seal.reasons[0]]
                words = " ".join([*more, words] if name == "agreement" or not more else more).strip()
            row.show_finding(tone, title, value, words)

    def _row(
        self, name: str, explanation: Explanation, seal: Seal, language: str
    ) -> tuple[str, str, str, str]:
        """(tone where nothing is wrong, name, figure, sentence)"""
        if name == "agreement":
            asked = ", ".join(_opinion(each, language) for each in seal.methods)
            words = self.tr("Rank correlation of the word scores with: {methods}.").format(methods=asked)
            if seal.disputed:
                disputed = ", ".join(f"“{explanation.word(word)}”" for word in seal.disputed[:8])
                words += " " + self.tr("Faded in the text, since most say the opposite: {words}.").format(
                    words=disputed
                )
            figure = "–" if seal.agreement is None else f"{seal.agreement:.2f}".replace("-", "\u2212")
            return "good", self.tr("Do other methods agree?"), figure, words if seal.methods else ""
        if name == "delta":
            title = self.tr("Do the scores add up?")
            if seal.relative_delta is None or not is_complete(explanation.method):
                words = self.tr("This method's scores need not add up, so there is nothing to check.")
                return "muted", title, "–", words
            words = self.tr("What the scores miss of what they explain (relative delta).")
            return "good", title, f"{100 * seal.relative_delta:.1f} %", words
        if name == "markers":
            words = self.tr("Share of the scores on the model's own markers, which are no words of the text.")
            return "good", self.tr("Scores on markers"), f"{100 * seal.special_share:.0f} %", words
        words = (
            self.tr("The model has read the whole text.")
            if seal.unread_share <= 0
            else self.tr("Text behind the model's end, hatched; it had no influence.")
        )
        return "good", self.tr("Not read"), f"{100 * seal.unread_share:.0f} %", words


def _drop(value: float) -> str:
    return f"{value:.2f}".replace("-", "\u2212")


def _opinion(name: str, language: str) -> str:
    """A method's name; ``method:baseline`` names the baseline, too."""
    method, _, baseline = name.partition(":")
    words = wording.explainer_words(method, language).name
    return f"{words} ({baseline})" if baseline else words
