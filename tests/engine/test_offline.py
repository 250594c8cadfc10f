"""No network and no GPU: the whole way through needs neither."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import NoReturn

import pytest

from engine.api.messages import Explain, Explained, PredictText, TextPredicted, Train, Trained
from engine.devices import choose
from engine.dispatch import work_for
from engine.models.loaded import Models
from engine.progress import Control, finish
from tests.engine.tiny import project


def refuse(*_: object, **__: object) -> NoReturn:
    raise AssertionError("something asked for the network")


def test_nothing_asks_for_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the default source model: found, trained, asked and explained."""
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    models = Models()
    with project(tmp_path / "p", train=16, validation=8, test=8) as opened:
        wanted = Train(method="fine-tune", options={"epochs": 1, "top_layers": 0})
        trained = finish(work_for(opened, wanted, Control(), models))
        assert isinstance(trained, Trained)
        asked = finish(work_for(opened, PredictText(run=trained.run, text="a good day"), Control(), models))
        assert isinstance(asked, TextPredicted)
        why = finish(work_for(opened, Explain(run=trained.run, text="a good day"), Control(), models))
        assert isinstance(why, Explained)
        explanation = opened.runs.explanation(why.explanation)
        assert explanation.probability == pytest.approx(max(asked.probabilities), abs=1e-5)


def test_a_device_that_is_not_there_is_not_insisted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setenv("LEXPLAIN_DEVICE", "cuda:0")
    assert choose().kind in ("cpu", "mps")
