"""Model folders that must be refused, each with its own word."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.api.errors import ErrorKind, KnownError
from engine.models.source import find
from tests.engine.tiny import bert_folder


def change_config(folder: Path, **values: object) -> None:
    path = folder / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def no_tokenizer(folder: Path) -> None:
    for file in (*folder.glob("tokenizer*"), *folder.glob("vocab*"), *folder.glob("special*")):
        file.unlink()


def pickled(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:300])


FAULTS: list[tuple[Callable[[Path], object], ErrorKind]] = [
    (lambda f: (f / "config.json").unlink(), ErrorKind.MODEL_NO_CONFIG),
    (lambda f: (f / "config.json").write_text("{"), ErrorKind.MODEL_DAMAGED),
    (lambda f: change_config(f, auto_map={"AutoModel": "evil.Evil"}), ErrorKind.MODEL_REMOTE_CODE),
    (lambda f: change_config(f, model_type="no-such-family"), ErrorKind.MODEL_FAMILY),
    (lambda f: (f / "model.safetensors").unlink(), ErrorKind.MODEL_NO_WEIGHTS),
    (pickled, ErrorKind.MODEL_PICKLED),
    (no_tokenizer, ErrorKind.MODEL_NO_TOKENIZER),
    (cut_weights, ErrorKind.MODEL_DAMAGED),
]


@pytest.mark.parametrize(("fault", "kind"), FAULTS, ids=[kind for _, kind in FAULTS])
def test_faults_are_named(tmp_path: Path, fault: Callable[[Path], object], kind: ErrorKind) -> None:
    folder = bert_folder(tmp_path / "m")
    fault(folder)
    with pytest.raises(KnownError) as caught:
        find(str(folder))
    assert caught.value.kind is kind


def test_an_unknown_source_lists_the_bundled_ones() -> None:
    with pytest.raises(KnownError) as caught:
        find("no/such/model")
    assert caught.value.kind is ErrorKind.SOURCE_UNKNOWN
    assert "minilm" in str(caught.value.values["valid"])


def test_the_bundled_model_is_what_it_should_be() -> None:
    source = find("")
    assert source.layers == 6
    assert source.hash.startswith("53aa51172d142c89")
