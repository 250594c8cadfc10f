"""CP-LRP (Ali et al., ICML 2022): relevance flows through the values of attention, its weights are constants."""

from __future__ import annotations

from engine.explain.attribution import Scores
from engine.explain.contrast import Asked
from engine.explain.methods import lrp
from engine.explain.windows import Model


def explain(model: Model, text: str, asked: Asked) -> Scores:
    """CP-LRP of what is asked of one text, on its words. Raises EXPLAINER_NO_RULE."""
    return lrp.explain(model, text, asked, lrp.CP_LRP)
