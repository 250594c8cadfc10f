"""The choices of an option as people say them; the catalog knows their ids alone."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def choice_words(choice: str) -> str:
    """A choice in the user's language; one that is a name already stays as it is."""
    translate = QCoreApplication.translate
    return {
        "none": translate("OptionChoices", "none"),
        "main": translate("OptionChoices", "main figure"),
        "macro_f1": translate("OptionChoices", "macro-F1"),
        "accuracy": translate("OptionChoices", "accuracy"),
        "loss": translate("OptionChoices", "loss"),
        "auto": translate("OptionChoices", "automatic"),
        "always": translate("OptionChoices", "always"),
        "never": translate("OptionChoices", "never"),
        # reading
        "windows": translate("OptionChoices", "windows"),
        "cut": translate("OptionChoices", "cut"),
        "mean": translate("OptionChoices", "mean"),
        "max": translate("OptionChoices", "strongest"),
        "native": translate("OptionChoices", "native"),
        "html": translate("OptionChoices", "HTML"),
        "links": translate("OptionChoices", "links"),
        "mentions": translate("OptionChoices", "mentions"),
        "emoji": translate("OptionChoices", "emoji"),
        "spaces": translate("OptionChoices", "spaces"),
        "lowercase": translate("OptionChoices", "lower case"),
        "accents": translate("OptionChoices", "accents"),
        # changed texts
        "deletion": translate("OptionChoices", "deletion"),
        "swap": translate("OptionChoices", "swap"),
        "typos": translate("OptionChoices", "typos"),
        "synonyms": translate("OptionChoices", "synonyms"),
        # losses and weights
        "cross-entropy": translate("OptionChoices", "cross-entropy"),
        "focal": translate("OptionChoices", "focal"),
        "class-balanced": translate("OptionChoices", "class-balanced"),
        "balanced": translate("OptionChoices", "balanced"),
        # perturbations
        "fgm": translate("OptionChoices", "FGM"),
        "pgd": translate("OptionChoices", "PGD"),
        "virtual": translate("OptionChoices", "virtual"),
        # students and teachers
        "small-model": translate("OptionChoices", "small model"),
        "fewer-layers": translate("OptionChoices", "fewer layers"),
        "spread": translate("OptionChoices", "spread evenly"),
        "first": translate("OptionChoices", "the first ones"),
        # methods that others build on
        "bag-of-words": translate("OptionChoices", "bag of words"),
        "features": translate("OptionChoices", "features"),
        "contrastive": translate("OptionChoices", "contrastive"),
        "fine-tune": translate("OptionChoices", "fine-tuning"),
        # shares of classes
        "between": translate("OptionChoices", "between both"),
        "labels": translate("OptionChoices", "as labelled"),
        "predicted": translate("OptionChoices", "as predicted"),
    }.get(choice, choice)
