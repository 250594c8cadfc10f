"""A pack held against itself and against the project: was it changed, and is it still what the model says?"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from engine.api.catalog import chosen_baseline
from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import ItemCheck, Pack, PackItem, PackVerified, VerifyPack
from engine.api.project import Project
from engine.api.results import Explanation
from engine.data.digest import data_digest
from engine.explain.explaining import explain
from engine.explain.trust.sealing import tested
from engine.models.loaded import Models
from engine.models.run_model import RunModel, in_units
from engine.pack.content import digest_of, text_hash
from engine.pack.differing import differences, same_seal
from engine.pack.reading import read_pack
from engine.progress import Progressed, Work, retold


def verify_pack(project: Project, request: VerifyPack, models: Models) -> Work[PackVerified]:
    """Compute every explanation of a pack again, by the project's run of the same id.

    Raises FILE_MISSING and the like, PACK_DAMAGED, PACK_NEWER, RUN_UNKNOWN, RUN_FILES_MISSING.
    """
    pack = read_pack(Path(request.path))
    model = models.get(project, pack.run)
    checks = []
    for number, item in enumerate(pack.items, 1):
        here = Progressed("explain", number - 1, len(pack.items))
        yield here
        checks.append(
            (yield from retold(_check(project, pack, item, number, model), partial(_instead, here)))
        )
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


def _check(project: Project, pack: Pack, item: PackItem, number: int, model: RunModel) -> Work[ItemCheck]:
    one, words = item.explanation, _words(project, item.explanation)
    model = in_units(model, one.word_unit)
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
            words=words,
            span=one.span,
            baseline=chosen_baseline(one.method, one.baseline),
        )
        differs, difference = differences(one, again)
        if item.seal is not None and "words" not in differs:
            # of the pack's own scores: another machine's rounding must not put its words in another order
            seal = yield from tested(model, item.seal.explanation, one, words)
            differs += () if same_seal(item.seal, seal) else ("seal",)
    except KnownError as error:
        return ItemCheck(item=number, same=False, difference=0.0, problem=error.kind)
    return ItemCheck(item=number, same=not differs, difference=difference, differs=differs)


def _instead(here: Progressed, _: Progressed) -> Progressed:
    """A seal's own progress is told as that of the pack."""
    return here


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
