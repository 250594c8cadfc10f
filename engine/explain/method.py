"""Explainers are found by their catalog id: ``kernel-shap`` is ``explain`` of ``methods/kernel_shap.py``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from torch import nn

from engine.api.errors import ErrorKind, KnownError
from engine.explain.attribution import Scores
from engine.explain.contrast import Asked

# (model, text, what is asked) -> scores; which models it takes is the catalog row's ``reads``
ExplainText = Callable[[Any, str, Asked], Scores]


def explain_function(method_id: str) -> ExplainText:
    """The function that explains a text by a method."""
    found: ExplainText = import_module(f"engine.explain.methods.{method_id.replace('-', '_')}").explain
    return found


def no_rule(module: nn.Module, function: str) -> KnownError:
    """EXPLAINER_NO_RULE: a method cannot explain what a family computes in ``function``."""
    config = getattr(getattr(module, "encoder", None), "config", None)
    return KnownError(
        ErrorKind.EXPLAINER_NO_RULE,
        family=str(getattr(config, "model_type", type(module).__name__)),
        function=function,
    )
