"""Explainers are found by their catalog id: ``kernel-shap`` is ``explain`` of ``engine/explain/kernel_shap.py``."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from engine.explain.attribution import Scores
from engine.explain.contrast import Asked

# (model, text, what is asked) -> scores; which models it takes is the catalog row's ``reads``
ExplainText = Callable[[Any, str, Asked], Scores]


def explain_function(method_id: str) -> ExplainText:
    """The function that explains a text by a method."""
    found: ExplainText = import_module(f"engine.explain.{method_id.replace('-', '_')}").explain
    return found
