"""The window's languages: our own texts and Qt's, changed while it runs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

FOLDER = Path(__file__).resolve().parent.parent / "resources" / "i18n"


class Translations(QObject):
    """Made once. English is in the source; every other language is a ``lexplain_<language>.qm``."""

    def __init__(self, app: QCoreApplication) -> None:
        super().__init__(app)
        self._app = app
        self._installed: list[QTranslator] = []
        self.language = "en"

    def use(self, language: str) -> None:
        """Speak ``en`` or ``zh_CN`` from now on; every widget gets a LanguageChange event."""
        if language == self.language and self._installed:
            return
        for translator in self._installed:
            self._app.removeTranslator(translator)
        self._installed.clear()
        self.language = language
        QLocale.setDefault(QLocale(language))
        qt_folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for file in (qt_folder / f"qtbase_{language}.qm", FOLDER / f"lexplain_{language}.qm"):
            translator = QTranslator(self)
            # Qt's own file is missing in some builds: its few dialogs then speak English
            if translator.load(str(file)):
                self._app.installTranslator(translator)
                self._installed.append(translator)
