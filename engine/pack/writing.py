"""A pack from request to file: what is not explained yet is explained, what is not sealed yet is sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import msgspec

import engine
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import PACK_FORMATS, PICTURE_FORMATS, Pack, PackItem, PackWritten, WritePack
from engine.api.explaining.trust import SealExplanation
from engine.api.project import Project
from engine.api.store.documents import DocumentFilter
from engine.api.tasks import MAIN_FIGURES
from engine.data.digest import data_digest
from engine.data.whole_file import write_whole
from engine.explain.defaults import explained_by_default
from engine.explain.explaining import explain
from engine.explain.trust.sealing import seal_explanation
from engine.models.loaded import Models
from engine.pack.content import FORMAT, VERSION, digest_of, encoded, text_hash
from engine.pack.page import page_of
from engine.pack.table import table_of
from engine.progress import Progressed, Work


@dataclass(frozen=True)
class _Wanted:
    """A stored explanation, a document or a text."""

    explanation: int | None = None
    document: int | None = None
    text: str | None = None


def write_pack(project: Project, request: WritePack, models: Models) -> Work[PackWritten]:
    """Raises PACK_FORMAT, PACK_EMPTY, PICTURE_TOO_TALL, NOT_WRITABLE, DISK_FULL, and what explaining raises."""
    out = Path(request.out)
    kind = out.suffix.lower().lstrip(".")
    if kind not in PACK_FORMATS:
        raise KnownError(ErrorKind.PACK_FORMAT, path=request.out, valid=", ".join(PACK_FORMATS))
    wanted = list(_wanted(project, request))
    if not wanted:
        raise KnownError(ErrorKind.PACK_EMPTY)
    run = project.runs.get(request.run)
    gathered = partial(_items, project, request, wanted, models)
    items = yield from explained_by_default(project, run, request.method, gathered)
    if not items:
        raise KnownError(ErrorKind.PACK_EMPTY)
    pack = _pack(project, request, tuple(items), models)
    skipped = len(wanted) - len(items)
    if kind in PICTURE_FORMATS:
        return (yield from _write_pictures(kind, out, pack, request.language, skipped))
    yield Progressed("write", 0, 1)
    write_whole(out, _as(kind, pack, request.language))
    return PackWritten(out=str(out), explanations=len(items), digest=pack.digest, skipped=skipped)


def _write_pictures(kind: str, out: Path, pack: Pack, language: str, skipped: int) -> Work[PackWritten]:
    """One file, or several that are numbered. Raises PICTURE_TOO_TALL before anything is written."""
    from engine.pack.pictures import drawings, parts_of  # slow to load, seldom wanted
    from engine.pack.png import png_of
    from engine.pack.svg import svg_of

    parts = yield from parts_of(pack, language, kind)
    files = [out]
    if len(parts) > 1:
        files = [out.with_name(f"{out.stem}-{number}{out.suffix}") for number in range(1, len(parts) + 1)]
    for done, (file, drawing) in enumerate(zip(files, drawings(pack, parts, language), strict=True)):
        yield Progressed("write", done, len(parts))
        write_whole(file, png_of(drawing) if kind == "png" else svg_of(drawing).encode())
    return PackWritten(
        out=str(files[0]),
        explanations=len(pack.items),
        digest=parts[0].digest,
        skipped=skipped,
        files=len(files),
    )


def _wanted(project: Project, request: WritePack) -> Iterator[_Wanted]:
    yield from (_Wanted(explanation=id) for id in request.explanations)
    yield from (_Wanted(document=id) for id in request.documents)
    yield from (_Wanted(text=text) for text in request.texts)
    if request.everything:
        for ids in project.documents.ids(DocumentFilter()):
            yield from (_Wanted(document=id) for id in ids)


def _items(
    project: Project, request: WritePack, wanted: Sequence[_Wanted], models: Models, method: str
) -> Work[list[PackItem]]:
    """Those that have a word to explain, by ``method`` where they are not explained yet."""
    items = []
    for done, each in enumerate(wanted):
        yield Progressed("explain", done, len(wanted))
        try:
            items.append((yield from _item(project, request, each, models, method)))
        except KnownError as error:
            if each.document is None or error.kind is not ErrorKind.TEXT_EMPTY:
                raise
    return items


def _item(
    project: Project, request: WritePack, wanted: _Wanted, models: Models, method: str
) -> Work[PackItem]:
    id = wanted.explanation
    if id is None:
        run = project.runs.get(request.run)
        text, words = wanted.text or "", None
        if wanted.document is not None:
            text, words = (
                project.documents.get(wanted.document).text,
                project.documents.words(wanted.document),
            )
        found = explain(
            models.get(project, run.id),
            run=run.id,
            method_id=method,
            transfer_method=run.model_method,
            text=text,
            document=wanted.document,
            words=words,
            baseline=request.baseline,
        )
        with project.transaction():
            id = project.runs.put_explanation(found)
    else:
        found = project.runs.explanation(id)
    seal = project.explaining.seal(id)
    if seal is None and request.seals:
        seal = (yield from seal_explanation(project, SealExplanation(id), models)).seal
    truth = ""
    if found.document is not None:
        truth = project.documents.get(found.document).label or ""
    return PackItem(explanation=found, seal=seal, text_hash=text_hash(found.text), truth=truth)


def _pack(project: Project, request: WritePack, items: tuple[PackItem, ...], models: Models) -> Pack:
    run = project.runs.get(request.run)
    judged = run.test or run.validation
    figure = MAIN_FIGURES[project.task]
    value = None if judged is None else (judged.main.value, judged.main.low, judged.main.high)
    pack = Pack(
        format=FORMAT,
        version=VERSION,
        lexplain=engine.__version__,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        project=project.path.stem,
        data_digest=data_digest(project),
        run=run.id,
        run_name=run.name,
        method=run.method,
        source=Path(run.source).name,
        task=project.task,
        model_hash=models.get(project, run.id).model_hash,
        figure=figure,
        value=value,
        items=items,
    )
    return msgspec.structs.replace(pack, digest=digest_of(pack))


def _as(kind: str, pack: Pack, language: str) -> bytes:
    if kind == "html":
        return page_of(pack, language).encode("utf-8", "replace")
    if kind == "csv":
        return table_of(pack).encode("utf-8", "replace")
    if kind == "pdf":
        from engine.pack.printed import pdf_of  # slow to load, seldom wanted

        return pdf_of(pack, language)
    return msgspec.json.format(encoded(pack))
