"""Seals, a ranking and a scramble check as the engine would store them."""

from __future__ import annotations

from engine.api.explaining.trust import (
    ExplainerRank,
    ExplainerRanking,
    Removal,
    ScrambleCheck,
    ScrambleStep,
    Seal,
)
from engine.api.results import Erasure, Interval


def seal(id: int, *reasons: str, disputed: tuple[int, ...] = (2,), agreement: float | None = 0.62) -> Seal:
    """Green where no reasons are given."""
    return Seal(
        explanation=id,
        reasons=reasons or ("removal-turns", "methods-agree"),
        removal=Removal(
            words=(0, 1), drop=0.31, random_drop=0.04, beaten=1.0, flips=True, random_flips=0.05, draws=20
        ),
        relative_delta=None,
        agreement=agreement,
        disputed=disputed,
        methods=("cp-lrp", "integrated-gradients", "integrated-gradients:pad", "occlusion"),
        special_share=0.09,
        unread_share=0.0,
        seconds=0.8,
    )


def ranking(run: str, *, instant: str = "lrp", settled: str = "integrated-gradients") -> ExplainerRanking:
    """Integrated gradients before LRP; one method has no rule here, one got no time."""
    return ExplainerRanking(
        run=run,
        texts=60,
        ranks=(
            _rank("integrated-gradients", 2, 0.31, 0.05, 420.0, texts=24),
            _rank("lrp", 1, 0.27, 0.0, 34.0),
            _rank("cp-lrp", 1, 0.26, -0.01, 31.0),
            _rank("kernel-shap", 3, 0.25, -0.01, 1450.0, texts=8),
            _rank("gradient-norm", 1, 0.18, -0.08, 32.0),
            _untested("gradient-shap", "explainer-no-rule"),
            _untested("lime", ""),
        ),
        random=Erasure(0.1, 0.4),
        instant=instant,
        settled=settled,
        seconds=58.0,
    )


def _untested(method: str, problem: str) -> ExplainerRank:
    nothing = Interval(0.0, 0.0, 0.0)
    return ExplainerRank(
        method=method,
        cost=2,
        texts=0,
        gain=nothing,
        comprehensiveness=nothing,
        sufficiency=nothing,
        milliseconds_per_text=0.0,
        problem=problem,
    )


def _rank(
    method: str, cost: int, value: float, gain: float, milliseconds: float, texts: int = 60
) -> ExplainerRank:
    return ExplainerRank(
        method=method,
        cost=cost,
        texts=texts,
        gain=Interval(gain, gain - 0.02, gain + 0.02),
        comprehensiveness=Interval(value, value - 0.04, value + 0.04),
        sufficiency=Interval(0.2, 0.15, 0.25),
        milliseconds_per_text=milliseconds,
    )


def scramble(run: str, *, passed: bool = True) -> ScrambleCheck:
    """Of a model with six layers."""
    alike = (0.9, 0.62, 0.4, 0.31, 0.2, 0.15, 0.12) if passed else (0.99, 0.98, 0.97, 0.97, 0.96, 0.95, 0.95)
    return ScrambleCheck(
        run=run,
        method="lrp",
        texts=20,
        chance=0.11,
        steps=tuple(
            ScrambleStep(layers=layers, likeness=likeness) for layers, likeness in enumerate(alike, 1)
        ),
        passed=passed,
    )
