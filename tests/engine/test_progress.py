"""Work that nobody waits for ends within a step: what the interactive lane's speed stands on."""

from __future__ import annotations

import pytest

from engine.explain.contrast import Contrast
from engine.explain.explaining import compute
from engine.progress import Dropped, Noticed, Progressed, Work, breathe, droppable, finish, retold
from tests.engine.explain_toys import tiny_features

FIRST = Contrast(label=0, target=0, rival=1)
TEXT = "the film was not very good"


@pytest.mark.parametrize("id", ["integrated-gradients", "occlusion", "kernel-shap", "lime", "shapley"])
def test_an_explainer_of_many_passes_can_be_left_in_the_middle(id: str) -> None:
    asked = []

    def after_some() -> bool:
        asked.append(id)
        return len(asked) > 2

    with droppable(after_some), pytest.raises(Dropped):
        compute(tiny_features(), id, TEXT, FIRST)
    assert len(asked) == 3


def test_what_is_waited_for_goes_on() -> None:
    with droppable(lambda: False):
        breathe()
    with droppable(lambda: True), droppable(None):
        breathe()
    breathe()


def test_work_inside_other_work_tells_its_progress_as_the_others() -> None:
    closed = []

    def inner() -> Work[str]:
        try:
            yield Progressed("read", 1, 2)
            yield Noticed("batch-halved")
            yield Progressed("read", 2, 2)
        finally:
            closed.append(True)
        return "done"

    def outer() -> Work[str]:
        return (yield from retold(inner(), lambda step: Progressed("all", 10 + step.done, 20)))

    assert list(outer()) == [Progressed("all", 11, 20), Noticed("batch-halved"), Progressed("all", 12, 20)]
    assert finish(outer()) == "done"
    left = outer()
    next(left)
    left.close()
    assert len(closed) == 3
