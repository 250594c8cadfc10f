"""Which options, and which of their choices, mean something to a task. Forms and the engine go by the same rule."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from engine.api.catalog_types import Method, Option
from engine.api.errors import OptionValue

# a score has no classes, tagged words are read out one by one
_CLASSES = ("single", "multi", "tagging")
_TEXTS = ("single", "multi", "score")
_LABELS = ("single", "multi")
OPTION_TASKS: dict[str, tuple[str, ...]] = {
    "loss": _CLASSES,
    "class_weights": _CLASSES,
    "label_smoothing": _CLASSES,
    "label_names": _LABELS,
    "least_probability": _CLASSES,
    "head": _TEXTS,
    "window_pooling": _TEXTS,
    "rationales": _TEXTS,
}
# the rule of one method: a bag of words learns without words that are struck where it counts those of whole texts
METHOD_OPTION_TASKS: dict[str, dict[str, tuple[str, ...]]] = {
    "bag-of-words": {"strike": _TEXTS, "mark": _TEXTS},
}
# what stands in one tagged text only says nothing of others: without it WNUT-17's dev figure rose by 3 points
DEFAULT_TASKS: dict[str, dict[str, OptionValue]] = {"min_documents": {"tagging": 2}}
# tagged words must stay as many as they are and in their places; a score is never simply right or wrong
CHOICE_TASKS: dict[str, dict[str, tuple[str, ...]]] = {
    "augment": {"deletion": _TEXTS, "swap": _TEXTS},
    "student": {"bag-of-words": _TEXTS},
    "target_metric": {"macro_f1": _LABELS, "accuracy": _CLASSES},
    "base": {"contrastive": _LABELS, "bag-of-words": _TEXTS},
}


def options_for(method: Method, task: str) -> tuple[Option, ...]:
    """The options of a method that mean something to a task, but for those with nothing to choose."""
    tasks = OPTION_TASKS | METHOD_OPTION_TASKS.get(method.id, {})
    fitting = (option_for(each, task) for each in method.options if task in tasks.get(each.id, (task,)))
    return tuple(each for each in fitting if len(each.choices) != 1)


def option_for(option: Option, task: str) -> Option:
    """The option with a task's own default, and the choices that mean something to it; it refuses the others."""
    if task in DEFAULT_TASKS.get(option.id, {}):
        return msgspec.structs.replace(option, default=DEFAULT_TASKS[option.id][task])
    fitting = fitting_choices(option.id, option.choices, task)
    if fitting == option.choices:
        return option
    default = option.default
    if option.kind == "choices":
        usual = str(default).split(",")
        default = ",".join(choice for choice in fitting if choice in usual)
    return msgspec.structs.replace(option, choices=fitting, default=default)


def fitting_choices(option: str, choices: tuple[str, ...], task: str) -> tuple[str, ...]:
    """Those of an option's choices that mean something to a task."""
    tasks = CHOICE_TASKS.get(option, {})
    return tuple(choice for choice in choices if task in tasks.get(choice, (task,)))


def still_fitting(method: Method, options: Mapping[str, OptionValue], task: str) -> dict[str, OptionValue]:
    """Options of an older run without the choices that counted for nothing then and are refused now."""
    found = dict(options)
    for option in method.options:
        narrowed = option_for(option, task)
        value = found.get(option.id)
        if narrowed.choices == option.choices or not isinstance(value, str):
            continue
        if option.kind == "choices":
            found[option.id] = ",".join(choice for choice in value.split(",") if choice in narrowed.choices)
        elif value not in narrowed.choices:
            found[option.id] = narrowed.default
    return found
