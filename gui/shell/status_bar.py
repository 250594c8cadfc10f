"""The line at the window's foot: device, memory, project, and that nothing leaves this machine."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QTimer, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from engine.api.messages import EngineReady
from gui.jobs import JobQueue
from gui.session import Session
from gui.shell.phrases import gigabytes
from gui.theme import SPACE_L, SPACE_XL, SPACE_XS
from gui.widgets.basic import label

_SAMPLE_MS = 2000


class StatusBar(QFrame):
    """Memory is that of the window and its engines together."""

    def __init__(self, session: Session, queue: JobQueue, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusBar")
        self._session, self._queue = session, queue
        self._ready: EngineReady | None = None
        self._used_bytes = 0
        self._total_bytes = 0
        self._device = label("", "caption")
        self._memory = label("", "caption")
        self._project = label("", "caption")
        self._offline = label("", "caption")
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE_L, SPACE_XS, SPACE_L, SPACE_XS)
        row.setSpacing(SPACE_XL)
        for each in (self._device, self._memory):
            row.addWidget(each)
        row.addStretch(1)
        for each in (self._project, self._offline):
            row.addWidget(each)
        queue.engine_ready.connect(self._engine_ready)
        session.opened.connect(self.retranslate)
        session.closed.connect(self.retranslate)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._sample)
        self.retranslate()

    def start(self) -> None:
        """Begin to sample memory; after the first paint, for psutil takes its time to load."""
        self._sample()
        self._timer.start(_SAMPLE_MS)

    @Slot(object)
    def _engine_ready(self, ready: EngineReady) -> None:
        self._ready = ready
        self._total_bytes = ready.memory_total_bytes
        self.retranslate()

    @Slot()
    def _sample(self) -> None:
        import psutil  # here, not above: the first paint does not wait for it

        if not self._total_bytes:
            self._total_bytes = psutil.virtual_memory().total
        used = 0
        for pid in (None, *self._queue.pids()):
            try:
                used += psutil.Process(pid).memory_info().rss
            except psutil.Error:
                continue  # it ended just now
        self._used_bytes = used
        self._show_memory()

    def _show_memory(self) -> None:
        if not self._used_bytes:
            return
        # on a GPU the total is the card's, which the window's own memory says nothing about
        text = self.tr("memory {used} of {total} GB")
        self._memory.setText(
            text.format(used=gigabytes(self._used_bytes), total=gigabytes(self._total_bytes))
        )

    @Slot()
    def retranslate(self) -> None:
        """Say everything again, in the language in use."""
        ready = self._ready
        if ready is None:
            self._device.setText(self.tr("Engine is starting…"))
        else:
            threads = self.tr("%n threads", "", ready.threads)
            self._device.setText(f"{ready.device.upper()}, {threads}, {ready.precision}")
            self._device.setToolTip(ready.device_name)
        project = self._session.project
        self._project.setText(
            "" if project is None else self.tr("project {name}").format(name=project.path.name)
        )
        self._project.setToolTip("" if project is None else str(project.path))
        self._offline.setText(self.tr("offline"))
        self._offline.setToolTip(self.tr("Nothing leaves this machine."))
        self._show_memory()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self.retranslate()
        super().changeEvent(event)
