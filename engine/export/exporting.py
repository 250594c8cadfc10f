"""A trained run handed over: written beside, checked against the original, described, renamed into place."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

from engine.api.catalog import EXPORT_FORMATS, export_formats
from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import ExportModel, ModelExported
from engine.api.project import Project
from engine.export.capture import networks
from engine.export.checking import Check, Scorer, check_texts, compare, demand_equal, scorer
from engine.export.fusion import NetworkWriter, write_networks
from engine.export.hugging_face import write_folder, write_words_folder
from engine.export.model_card import model_card
from engine.export.onnx_model import write_onnx
from engine.export.onnx_words import write_onnx_words
from engine.export.runner import write_runner
from engine.export.torchscript import write_program
from engine.models.linear_model import LinearModel
from engine.models.linear_tagging_model import LinearTaggingModel
from engine.models.run_model import BagOfWords, RunModel
from engine.progress import Noticed, Progressed, Work
from engine.report_parts.material import gather

CARD = "README.md"
_FULL_BYTES = 1 << 20  # less free than this after a failed write: the disk is full, whatever the writer says
_SPARE = 1.5  # quantising keeps both files for a moment
_LOW_AGREEMENT = 0.98


def export_model(project: Project, request: ExportModel, model: RunModel) -> Work[ModelExported]:
    """Write ``request.out`` in one piece or not at all.

    Raises OPTION_VALUE (an unknown format), EXPORT_FOLDER (``out`` is neither new nor empty), EXPORT_UNSUITABLE,
    EXPORT_FAILED, EXPORT_DIFFERS, SPLIT_EMPTY (no text to check with), NOT_WRITABLE, DISK_FULL.
    """
    if request.format not in EXPORT_FORMATS:
        valid = ", ".join(EXPORT_FORMATS)
        raise KnownError(ErrorKind.OPTION_VALUE, option="format", value=request.format, valid=valid)
    run = project.runs.get(request.run)
    if request.format not in export_formats(run.model_method, model.task):
        raise KnownError(ErrorKind.EXPORT_UNSUITABLE, format=request.format, method=run.method)
    out = Path(request.out).expanduser().absolute()
    _demand_free(out)
    texts = check_texts(project, model.task)
    beside = _beside(out, _bytes(model))
    try:
        original = yield from scorer(model)(texts)
        copy, exact = yield from _write(model, beside, request.format)
        found = yield from copy(texts)
        check = compare(model, original, found, len(texts))
        demand_equal(check, original, request.format, exact=exact)
        if check.agreement < _LOW_AGREEMENT:
            yield Noticed("export-agreement", {"agreement": f"{check.agreement:.1%}"})
        card = model_card(gather(project, request.run), model, request.format, check)
        (beside / CARD).write_text(card, encoding="utf-8")
        for file in beside.rglob("*"):
            if file.is_file():  # some writers make files that only their owner may read
                shutil.copymode(beside / CARD, file)
        yield Progressed("write", 1, 1)
        if out.is_dir():
            out.rmdir()  # empty, as was looked at; a rename over a folder is not allowed everywhere
        os.replace(beside, out)
    except Exception as error:
        raise _plain(error, out) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return _exported(out, check)


def _write(model: RunModel, folder: Path, format: str) -> Work[tuple[Scorer, bool]]:
    """What scores by the written files, and whether it must be equal up to rounding."""
    if format == "runner":
        return (yield from write_runner(model, folder)), True
    if isinstance(model, BagOfWords) and format == "huggingface":
        return scorer((yield from write_words_folder(model, folder))), True
    if isinstance(model, LinearModel):
        return (yield from write_onnx_words(model, folder, format)), format == "onnx"
    writers: dict[str, NetworkWriter] = {"huggingface": write_folder, "torchscript": write_program}
    write = writers.get(format, partial(write_onnx, format=format))
    assert not isinstance(model, LinearTaggingModel)
    return scorer((yield from write_networks(model, folder, write))), format != "onnx-int8"


def _demand_free(out: Path) -> None:
    if out.is_dir():
        if any(out.iterdir()):
            raise KnownError(ErrorKind.EXPORT_FOLDER, path=str(out))
    elif out.exists():
        raise KnownError(ErrorKind.EXPORT_FOLDER, path=str(out))


def _beside(out: Path, needed: int) -> Path:
    """A new folder on the same disk. Raises DISK_FULL, NOT_WRITABLE."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(out.parent).free < needed:
            raise KnownError(ErrorKind.DISK_FULL, path=str(out.parent))
        made = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part"))
    except (PermissionError, NotADirectoryError, FileExistsError) as error:
        raise KnownError(ErrorKind.NOT_WRITABLE, path=str(out.parent)) from error
    made.chmod(0o755)  # a temporary folder is the owner's alone; this one becomes what was asked for
    return made


def _bytes(model: RunModel) -> int:
    """What the largest format takes on disk."""
    if isinstance(model, BagOfWords):
        return int(_SPARE * 2 * model.weights.nbytes)
    parameters = (p for network in networks(model) for p in network.module.parameters())
    return int(_SPARE * sum(p.numel() * p.element_size() for p in parameters))


def _plain(error: Exception, out: Path) -> Exception:
    """A writer that met a full disk says so in its own way."""
    try:
        full = shutil.disk_usage(out.parent).free < _FULL_BYTES
    except OSError:
        full = False
    if full:
        return KnownError(ErrorKind.DISK_FULL, path=str(out.parent))
    return error


def _exported(out: Path, check: Check) -> ModelExported:
    files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
    return ModelExported(
        out=str(out),
        files=tuple(files),
        largest_difference=check.largest_difference,
        agreement=check.agreement,
        rows=check.rows,
    )
