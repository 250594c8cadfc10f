"""What the user can set. Each setting is declared once: key, type, default; kept in an INI file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QLocale, QObject, QSettings, QStandardPaths, Signal

T = TypeVar("T", str, int, bool, list[str], QByteArray)
LANGUAGES = ("en", "zh_CN")
_RECENT_KEPT = 8


@dataclass(frozen=True)
class Option(Generic[T]):
    """A setting. ``choices``: nothing else is accepted; ``low``, ``high``: the range of a number."""

    key: str
    type: type[T]
    default: T
    choices: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


LANGUAGE = Option("language", str, "system", choices=("system", *LANGUAGES))
THEME = Option("theme", str, "system", choices=("system", "light", "dark"))
PROJECTS_FOLDER = Option("projects_folder", str, "")  # '' = Documents/Lexplain
READING_SIZE = Option("reading_size", int, 17, low=13, high=28)
HIDE_BELOW = Option("explain/hide_below_percent", int, 0, low=0, high=80)  # of the strongest tint
PATTERNS = Option("explain/patterns", bool, False)  # instead of colours under words
TEST_EXPLAINERS = Option(
    "explain/test_methods", bool, True
)  # after each training, while nothing else is asked
SETTLE = Option("explain/settle", bool, True)  # show the most faithful method as soon as it has answered
RECENT: Option[list[str]] = Option("recent", list, [])
OPENING = Option("opening", str, "")  # set while a file or project is being opened
GEOMETRY = Option("window/geometry", QByteArray, QByteArray())


class Settings(QObject):
    """Read with ``get``, written with ``set``; what is damaged on disk reads as the default.

    Signals:
        changed(key): an option has another value.
    """

    changed = Signal(str)

    def __init__(self, file: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        if file is None:
            self._store = QSettings(
                QSettings.Format.IniFormat, QSettings.Scope.UserScope, "Lexplain", "Lexplain"
            )
        else:
            self._store = QSettings(str(file), QSettings.Format.IniFormat)

    def get(self, option: Option[T]) -> T:
        raw = self._store.value(option.key)
        if raw is None:
            return option.default
        value = self._convert(option, raw)
        return option.default if value is None else value

    @staticmethod
    def _convert(option: Option[T], raw: object) -> T | None:
        """The value as its type, or None where the file holds something else."""
        value: object = raw
        if option.type is int:
            try:
                value = int(str(raw))
            except ValueError:
                return None
            if option.high and not option.low <= value <= option.high:
                return None
        elif option.type is bool:
            value = str(raw).lower() == "true"
        elif option.type is list:
            value = [str(each) for each in raw] if isinstance(raw, list) else [str(raw)]
        if option.choices and value not in option.choices:
            return None
        return value if isinstance(value, option.type) else None

    def set(self, option: Option[T], value: T) -> None:
        if value == self.get(option):
            return
        self._store.setValue(option.key, value)
        self.changed.emit(option.key)

    def sync(self) -> None:
        """Write to disk now: what must outlive a crash."""
        self._store.sync()

    @property
    def language(self) -> str:
        """The language in use, ``en`` or ``zh_CN``: the chosen one, else the system's where we speak it."""
        chosen = self.get(LANGUAGE)
        if chosen in LANGUAGES:
            return chosen
        return "zh_CN" if QLocale.system().language() == QLocale.Language.Chinese else "en"

    @property
    def projects_folder(self) -> Path:
        chosen = self.get(PROJECTS_FOLDER)
        if chosen:
            return Path(chosen)
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        return Path(documents or Path.home()) / "Lexplain"

    @property
    def recent(self) -> list[Path]:
        """Projects opened last that still exist, the newest first."""
        return [path for path in map(Path, self.get(RECENT)) if path.is_dir()]

    def add_recent(self, project: Path) -> None:
        others = [each for each in self.get(RECENT) if each and each != str(project)]
        self.set(RECENT, [str(project), *others][:_RECENT_KEPT])
