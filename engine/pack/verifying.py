"""A pack held against itself and against the project: was it changed, and is it still what the model says?"""

from __future__ import annotations

from pathlib import Path

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import ItemCheck, Pack, PackItem, PackVerified, VerifyPack
from engine.api.project import Project
from engine.api.results import Explanation
from engine.data.digest import data_digest
from engine.explain.explaining import explain
from engine.models.loaded import Models
from engine.models.run_model import RunModel
from engine.pack.content import digest_of, text_hash
from engine.pack.reading import read_pack
from engine.progress import Progressed, Work

# of the largest score of an explanation: another machine rounds otherwise
TOLERANCE = 1e-3


def verify_pack(project: Project, request: VerifyPack, models: Models) -> Work[PackVerified]:
    """Compute every explanation of a pack again, by the project's run of the same id.

    Raises FILE_MISSING and the like, PACK_DAMAGED, PACK_NEWER, RUN_UNKNOWN, RUN_FILES_MISSING.
    """
    pack = read_pack(Path(request.path))
    model = models.get(project, pack.run)
    checks = []
    for number, item in enumerate(pack.items, 1):
        checks.append(_check(project, pack, item, number, model))
        yield Progressed("explain", number, len(pack.items))
    return PackVerified(
        whole=is_whole(pack),
        model_same=model.model_hash == pack.model_hash,
        data_same=data_digest(project) == pack.data_digest,
        checks=tuple(checks),
        same=sum(check.same for check in checks),
        largest_difference=max((check.difference for check in checks), default=0.0),
        run=pack.run,
        created_at=pack.created_at,
    )


def is_whole(pack: Pack) -> bool:
    """Whether nothing of it was changed since it was written."""
    texts = all(item.text_hash == text_hash(item.explanation.text) for item in pack.items)
    return texts and digest_of(pack) == pack.digest


def _check(project: Project, pack: Pack, item: PackItem, number: int, model: RunModel) -> ItemCheck:
    one = item.explanation
    try:
        again = explain(
            model,
            run=pack.run,
            method_id=one.method,
            transfer_method=project.runs.get(pack.run).model_method,
            text=one.text,
            document=one.document,
            target=one.target if one.task != "score" else None,
            rival=one.rival or None,
            words=_words(project, one),
            span=one.span,
        )
    except KnownError as error:
        return ItemCheck(item=number, same=False, difference=0.0, problem=error.kind)
    if [(w.start, w.end) for w in again.words] != [(w.start, w.end) for w in one.words]:
        return ItemCheck(item=number, same=False, difference=0.0, problem="other-words")
    pairs = zip(again.words, one.words, strict=True)
    difference = max(abs(a.score - b.score) for a, b in pairs)
    difference = max(difference, abs(again.margin - one.margin))
    size = max(1e-9, abs(one.margin), *(abs(word.score) for word in one.words))
    return ItemCheck(item=number, same=difference <= TOLERANCE * size, difference=difference)


def _words(project: Project, one: Explanation) -> list[tuple[int, int]] | None:
    """A tagged document's own words, where it is still the same text."""
    if one.document is None:
        return None
    try:
        if project.documents.get(one.document).text != one.text:
            return None
        return project.documents.words(one.document)
    except KnownError as error:
        if error.kind is not ErrorKind.DOCUMENT_MISSING:
            raise
        return None
