"""The choices of an option as people say them; the catalog knows their ids alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def choice_words(choice: str) -> str:
    """A choice in the user's language; one that is a name already stays as it is."""
    translate = QCoreApplication.translate
    return {
        "none": translate("OptionChoices", "none"),
        "macro_f1": translate("OptionChoices", "macro-F1"),
        "accuracy": translate("OptionChoices", "accuracy"),
        "loss": translate("OptionChoices", "loss"),
        "auto": translate("OptionChoices", "automatic"),
    }.get(choice, choice)
