"""``onnx`` and ``onnx-int8``: one file ``model.onnx`` for ONNX Runtime and everything else that reads ONNX."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from engine.api.errors import ErrorKind, KnownError
from engine.export.capture import (
    NetworkModel,
    capture,
    family_of,
    in_place_of_module,
    input_names,
    quiet,
    said_plainly,
)
from engine.export.files import write_tokenizer
from engine.export.settings import write_settings
from engine.models.tagging_model import TaggingModel
from engine.progress import Progressed, Work

ONNX = "model.onnx"
_LARGEST_BYTES = 2_000_000_000  # what fits into one protobuf file


def write_onnx(model: NetworkModel, folder: Path, format: str) -> Work[NetworkModel]:
    """Inputs ``input_ids``, ``attention_mask`` and, where the model takes them, ``token_type_ids``: int64 (batch,
    tokens). Output ``logits``: float32 (batch, C), for tags (batch, tokens, C).

    Gives the model that computes by the written file. Raises EXPORT_FAILED.
    """
    if sum(p.numel() * p.element_size() for p in model.module.parameters()) > _LARGEST_BYTES:
        raise KnownError(ErrorKind.EXPORT_FAILED, format=format, family=family_of(model), detail="> 2 GB")
    yield Progressed("convert", 0, 3)
    program = capture(model, format)
    yield Progressed("convert", 1, 3)
    with quiet(), said_plainly(model, format):
        proto = _proto(program, model)
    del program
    yield Progressed("convert", 2, 3)
    (folder / ONNX).write_bytes(proto.SerializeToString())
    del proto
    if format == "onnx-int8":
        quantise(folder / ONNX)
    write_tokenizer(model, folder)
    write_settings(model, folder)
    yield Progressed("convert", 3, 3)
    return onnx_model(model, folder / ONNX)


def _proto(program: torch.export.ExportedProgram, model: NetworkModel) -> Any:
    written = torch.onnx.export(
        program,
        (),
        input_names=list(input_names(model)),
        output_names=["logits"],
        dynamo=True,
        external_data=False,
        verbose=False,
    )
    assert written is not None
    proto = written.model_proto
    for value in (*proto.graph.input, *proto.graph.output):
        names = (
            ("batch", "tokens") if value.name != "logits" or isinstance(model, TaggingModel) else ("batch",)
        )
        for axis, name in zip(value.type.tensor_type.shape.dim, names, strict=False):
            axis.dim_param = name
    # notes of the exporter on where in our source files a node came from
    del proto.metadata_props[:], proto.graph.metadata_props[:]
    for part in (*proto.graph.node, *proto.graph.value_info, *proto.graph.input, *proto.graph.initializer):
        del part.metadata_props[:]
        part.ClearField("doc_string")
    return proto


def onnx_model(model: NetworkModel, path: Path) -> NetworkModel:
    """``model`` with a written file, run by ONNX Runtime, in the place of its module."""
    run = session(path)
    names = input_names(model)

    def compute(batch: dict[str, Tensor]) -> Tensor:
        return torch.from_numpy(run.run(["logits"], {name: batch[name].numpy() for name in names})[0])

    return in_place_of_module(model, compute)


def session(path: Path) -> Any:
    """An ONNX Runtime session on the CPU."""
    import onnxruntime

    return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])


def quantise(path: Path) -> None:
    """Weights in 8 bits, in place: dynamic quantisation, a scale for each channel.

    Unsigned, because signed weights overflow on processors without VNNI: the products of ``MatMulInteger`` are
    added in 16 bits there (ONNX Runtime, "Quantize ONNX models", when to use reduce-range).
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    full = path.with_name("fp32.onnx")
    os.replace(path, full)
    with quiet():
        quantize_dynamic(full, path, per_channel=True, weight_type=QuantType.QUInt8)
    full.unlink()
