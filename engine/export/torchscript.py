"""``torchscript``: a program that torch runs without our code or that of transformers.

What is written is a ``torch.export`` program, the successor of the deprecated TorchScript; it loads on every
machine with torch. The file is a zip of raw weights and a JSON graph: nothing in it is pickled.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

import torch
from torch import Tensor

from engine.export.capture import NetworkModel, capture, in_place_of_module, input_names, quiet, said_plainly
from engine.export.files import write_tokenizer
from engine.export.settings import write_settings
from engine.progress import Progressed, Work

PROGRAM = "model.pt2"


def write_program(model: NetworkModel, folder: Path) -> Work[NetworkModel]:
    """Write the program, its tokenizer and settings; gives the model that computes by the written file.

    Raises EXPORT_FAILED.
    """
    yield Progressed("convert", 0, 2)
    program = capture(model, "torchscript")
    yield Progressed("convert", 1, 2)
    with quiet(), said_plainly(model, "torchscript"):
        torch.export.save(program, folder / PROGRAM)
    del program
    write_tokenizer(model, folder)
    write_settings(model, folder)
    yield Progressed("convert", 2, 2)
    return program_model(model, folder / PROGRAM)


def program_model(model: NetworkModel, path: Path) -> NetworkModel:
    """``model`` with a written program in the place of its module."""
    demand_no_pickle(path)
    with quiet():
        loaded = torch.export.load(path).module()
    names = input_names(model)

    def compute(batch: dict[str, Tensor]) -> Tensor:
        found: Tensor = loaded(*(batch[name] for name in names))
        return found

    return in_place_of_module(model, compute)


def demand_no_pickle(path: Path) -> None:
    """A bug of ours where a part of the program would have to be unpickled."""
    with zipfile.ZipFile(path) as parts:
        for part in parts.infolist():
            with parts.open(part) as file:
                head = file.read(4)
            # torch.save writes a zip in the zip, or a bare pickle (protocol 2 and later)
            if head.startswith(b"PK\x03\x04") or (part.filename.endswith((".pt", ".pkl")) and head):
                raise AssertionError(f"{part.filename} in {path.name} is pickled")
