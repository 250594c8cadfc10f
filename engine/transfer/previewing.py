"""What cleaning and augmentation would do to the project's texts, before anything is trained with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain, islice

from engine.api.catalog_methods import AUGMENTATIONS, CLEANINGS
from engine.api.errors import ErrorKind, KnownError, OptionValue
from engine.api.messages_transfer import PreparationPreviewed, PreviewPreparation
from engine.api.option_tasks import fitting_choices
from engine.api.project import Project
from engine.api.results_transfer import PreparedText
from engine.data.cleaning import clean_text
from engine.data.perturbing import Neighbours, perturb
from engine.models.neighbours import nearest_words
from engine.models.ngrams import words
from engine.models.source import find, load_tokenizer
from engine.models.word_vectors import word_vectors
from engine.progress import Progressed, Work
from engine.transfer.augmenting import changed_words
from engine.transfer.leanings import leanings_of_project

_READ = 5_000  # texts that are looked through for those that change
_SHOWN_CHARACTERS = 600
_SEED = 13


def preview(project: Project, request: PreviewPreparation) -> Work[PreparationPreviewed]:
    """Texts that the chosen steps change, some of each step, in the order of the steps.

    Augmentation is shown on the cleaned text, as it would be used. Raises OPTION_VALUE, NO_LABELLED_TEXTS (where
    the project has no text at all), and for synonyms what ``find`` raises.
    """
    steps = _chosen(request.options, "cleaning", CLEANINGS)
    kinds = _chosen(request.options, "augment", fitting_choices("augment", AUGMENTATIONS, project.task))
    _check_share(request.options)
    texts = list(islice(_texts(project), _READ))
    if not texts:
        raise KnownError(ErrorKind.NO_LABELLED_TEXTS)
    if not steps and not kinds:
        return PreparationPreviewed(())
    each = max(1, request.texts // (len(steps) + len(kinds)))
    found: list[PreparedText] = []
    total = len(steps) + len(kinds)
    for number, step in enumerate(steps):
        yield Progressed("read", number, total)
        found += islice(_changed(texts, step, _cleaning(step)), each)
    cleaned = [clean_text(text, steps) for text in texts]
    table: Neighbours = {}
    if "synonyms" in kinds:
        table = _neighbours(project, request.source, cleaned[: 10 * each])
    for number, kind in enumerate(kinds, start=len(steps)):
        yield Progressed("read", number, total)
        change = _change(kind, table)
        found += islice(_changed(cleaned, kind, change), each)
    return PreparationPreviewed(tuple(found))


def _cleaning(step: str) -> Callable[[str, int], str]:
    return lambda text, _number: clean_text(text, (step,))


def _change(kind: str, table: Neighbours) -> Callable[[str, int], str]:
    """As many words as a training would change in a text that it changes."""
    return lambda text, number: perturb(text, kind, changed_words(_SEED + number), _SEED + number, table)


def _changed(texts: list[str], step: str, change: Callable[[str, int], str]) -> Iterator[PreparedText]:
    for number, text in enumerate(texts):
        before = text[:_SHOWN_CHARACTERS]
        after = change(before, number)
        if after != before:
            yield PreparedText(step, before, after)


def _texts(project: Project) -> Iterator[str]:
    """Those that a training reads first, then the others."""
    if project.task == "tagging":
        labelled = (row[1] for split in ("train", "") for row in project.documents.tagged(split))
    else:
        labelled = (row[1] for split in ("train", "") for row in project.documents.labelled(split))
    return chain(labelled, (text for _, text in project.documents.unlabelled()))


def _neighbours(project: Project, source: str, texts: list[str]) -> Neighbours:
    model = find(source)
    wanted = (text[start:end] for text in texts for start, end in words(text))
    with word_vectors(model.folder, load_tokenizer(model.folder)) as vectors:
        return nearest_words(vectors, wanted, alike=leanings_of_project(project, vectors).alike)


def _chosen(options: dict[str, OptionValue], name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    wanted = [part.strip() for part in str(options.get(name) or "").split(",") if part.strip()]
    if not set(wanted) <= set(known):
        valid = ", ".join(known)
        raise KnownError(ErrorKind.OPTION_VALUE, option=name, value=str(options[name]), valid=valid)
    return tuple(each for each in known if each in wanted)


def _check_share(options: dict[str, OptionValue]) -> None:
    given = options.get("augment_share")
    try:
        share = 0.3 if given is None else float(given)
    except ValueError:
        share = -1.0
    if not 0 < share <= 1:
        raise KnownError(ErrorKind.OPTION_VALUE, option="augment_share", value=str(given), valid="0.01 … 1")
