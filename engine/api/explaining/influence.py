"""Where a decision was learnt: the training texts that pushed it, and labels that may be wrong."""

from __future__ import annotations

import msgspec


class FindInfluences(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The training texts that pushed a decision most, ``count`` for and ``count`` against it, and as many neighbours.

    Either ``text`` or the ``document`` that holds it; a document is not counted among what pushed its own decision.
    Of tagged words ``span`` (code points) chooses those whose tags are the decision; None: the surest entity's.
    """

    run: str
    text: str | None = None
    document: int | None = None
    span: tuple[int, int] | None = None
    count: int = 10


class FindLabelDoubts(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Labelled texts whose label may be wrong, the most doubtful first."""

    run: str
    most: int = 200


class EvidenceWord(msgspec.Struct, frozen=True, kw_only=True):
    """A tagged word of a training text, its type ("O" outside), and its own ``push``, a part as ``Influence.push``."""

    start: int
    end: int
    label: str
    push: float


class Influence(msgspec.Struct, frozen=True, kw_only=True):
    """A training text with its label as the project has it now.

    ``push``: its part, in -1..1, of all that the training texts pushed in both directions; > 0 made the decision more
    likely (a score higher). ``likeness`` is the cosine of what the last layer reads. ``doubt`` in 0..1 is
    ``LabelDoubt``'s, 0 where the label cannot be judged.

    Of tagged words a text pushes as much as its words together. ``words`` are those that pushed most in its direction,
    the strongest first; of a neighbour those that are most like the words asked about, whose mean cosine ``likeness``
    is. ``label`` is then the type of the first of them.
    """

    document: int
    text: str
    label: str
    push: float
    likeness: float
    doubt: float
    words: tuple[EvidenceWord, ...] = ()


class Influences(msgspec.Struct, frozen=True, kw_only=True):
    """``label``: the decision. ``pushes``: those for it, the strongest first, then those against it, likewise.

    ``neighbours``: the most alike first. ``checkpoints``: over how many states of the training the pushes are summed;
    1 is the finished model alone. ``edited``: texts, labels or splits are no longer those that the run learnt from.
    Of tagged words ``label`` is the type that the words of ``span`` were given, "O" for none.
    """

    run: str
    text: str
    label: str
    pushes: tuple[Influence, ...]
    neighbours: tuple[Influence, ...]
    checkpoints: int
    training_texts: int
    seconds: float
    edited: bool = False
    span: tuple[int, int] | None = None


class LabelDoubt(msgspec.Struct, frozen=True, kw_only=True):
    """``chance``: of the given label, by models that have not learnt from this text; ``neighbours``: the share of the
    nearest texts with the same label. ``doubt`` in 0..1 puts both together.

    Of several labels the figures are those of the most doubtful one. Of a score ``chance`` is that of a right score
    as far from the expected one, and neighbours agree where they differ by less than the usual error.

    Of tagged words ``span`` is the text's most doubtful entity, part of one, or what may be one: ``label`` and
    ``suggested`` are types, "O" for none, and the figures the means over its words; ``doubt`` is 1 - ``chance``, of
    which half the types' shares are taken out.
    """

    document: int
    text: str
    label: str
    suggested: str
    chance: float
    neighbours: float
    doubt: float
    span: tuple[int, int] | None = None


class InfluencesFound(msgspec.Struct, frozen=True, tag=True):
    influences: Influences


class LabelDoubtsFound(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """``texts`` were judged, of all splits. ``expected``: about how many of them are wrong, at most.

    It is confident learning's count, which takes hard texts for wrong ones where the heads are weak. Of tagged words:
    in how many texts the heads rather call a word another type.
    """

    run: str
    doubts: tuple[LabelDoubt, ...]
    texts: int
    expected: float


InfluenceRequest = FindInfluences | FindLabelDoubts
InfluenceResult = InfluencesFound | LabelDoubtsFound
