"""The pre-flight line: what a training would take here, or why it would fail."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.errors import ErrorReport
from engine.api.messages import Forecasted
from engine.api.results import Forecast
from gui.errors import describe
from gui.jobs import Job
from gui.models.runs_model import duration_text
from gui.widgets.basic import label, set_role

_GIGABYTE = 1e9


class ForecastLine(QWidget):
    """Signals: changed: ``forecast`` or ``error`` is another one."""

    changed = Signal()

    def __init__(self, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._language = language
        self._job: Job | None = None
        self.forecast: Forecast | None = None
        self.error: ErrorReport | None = None
        self._line = label("", "strong", wrap=True)
        self._detail = label("", "muted", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._line)
        column.addWidget(self._detail)

    def text(self) -> str:
        return self._line.text()

    def detail(self) -> str:
        return self._detail.text()

    def wait_for(self, job: Job | None) -> None:
        """Show what this forecast says once it is there; None: nothing can be said."""
        self._job = job
        if job is None:
            self.forecast = self.error = None
        else:
            job.finished.connect(self._finished)
            job.failed.connect(self._failed)
            job.interrupted.connect(self._ended_without)
        self._say()

    @Slot(object)
    def _finished(self, result: object) -> None:
        if self._job is not None and self._job.result is result and isinstance(result, Forecasted):
            self.forecast, self.error = result.forecast, None
            self._settle()

    @Slot(object)
    def _failed(self, error: ErrorReport) -> None:
        if self._job is not None and self._job.error is error:
            self.forecast, self.error = None, error
            self._settle()

    @Slot()
    def _ended_without(self) -> None:
        if self._job is not None and self._job.error is not None:
            self._failed(self._job.error)

    def _settle(self) -> None:
        self._job = None
        self._say()
        self.changed.emit()

    def retranslate(self, language: str) -> None:
        self._language = language
        self._say()

    def _say(self) -> None:
        set_role(self._line, "strong")
        if self._job is not None:
            if self.forecast is None:
                self._line.setText(self.tr("Measuring a few steps…"))
                self._detail.setText("")
        elif self.error is not None:
            words = describe(self.error, self._language)
            set_role(self._line, "bad")
            self._line.setText(words.title)
            self._detail.setText(words.todo)
        elif self.forecast is not None:
            self._line.setText(self._line_text(self.forecast))
            self._detail.setText(self._detail_text(self.forecast))
        else:
            self._line.setText("")
            self._detail.setText("")
        self._detail.setVisible(bool(self._detail.text()))
        self.setAccessibleName(f"{self._line.text()} {self._detail.text()}".strip())

    def _line_text(self, forecast: Forecast) -> str:
        return self.tr("{texts} texts, {labels} labels, about {time}, {memory} GB").format(
            texts=f"{forecast.train_texts:,}",
            labels=f"{forecast.labels:,}",
            time=duration_text(forecast.seconds),
            memory=f"{max(0.1, forecast.memory_bytes / _GIGABYTE):.1f}",
        )

    def _detail_text(self, forecast: Forecast) -> str:
        parts = [
            self.tr("validation {validation}, test {test} texts").format(
                validation=f"{forecast.validation_texts:,}", test=f"{forecast.test_texts:,}"
            )
        ]
        if forecast.max_tokens:
            if forecast.share_cut > 0:
                parts.append(
                    self.tr("reads {tokens} tokens a text, {share} % of the texts are cut").format(
                        tokens=forecast.max_tokens, share=f"{100 * forecast.share_cut:.1f}"
                    )
                )
            else:
                parts.append(
                    self.tr("reads {tokens} tokens a text, none is cut").format(tokens=forecast.max_tokens)
                )
        parts.append(f"{forecast.device} {forecast.precision}".strip())
        return " · ".join(parts)
