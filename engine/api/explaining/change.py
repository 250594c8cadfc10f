"""What would turn a decision: the smallest change of a text, and the phrases that fix a decision over many texts."""

from __future__ import annotations

import msgspec

from engine.api.results import Interval


class FindSmallestChange(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The fewest words of a text (typed, or a document's) to take out, or to replace, so that the answer changes.

    ``rival`` '' is any other answer. ``span`` chooses an entity as in ``Explain``.
    """

    run: str
    text: str | None = None
    document: int | None = None
    rival: str = ""
    span: tuple[int, int] | None = None


LEAST_PRECISION = 0.9  # of a rule: the share of a phrase's documents that get the label


class FindRules(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Phrases after which a run nearly always answers ``label`` ('' = each label), over the project's documents."""

    run: str
    label: str = ""
    least_precision: float = LEAST_PRECISION


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """``words`` (indices) are taken out, or become ``replacements``; what the model then says was asked of it.

    ``text`` is the text with the change written into it. Of a removal ``label`` and ``probability`` are what the model
    says with mask tokens in the words' places; ``verified``: the answer turns for ``text`` as it stands, too. Of a
    replacement they are what it says of ``text``, so that it is always verified.
    """

    words: tuple[int, ...]
    replacements: tuple[str, ...]
    text: str
    label: str
    probability: float
    verified: bool = True


class SmallestChange(msgspec.Struct, frozen=True, kw_only=True):
    """None where no change of a few words turns the answer.

    ``smallest``: no set of fewer words than ``removal``'s does, since all were tried (without a ``removal``: no set at
    all); of ``replacement`` nothing of the kind is known. ``words`` are the spans that indices mean; ``asked`` counts
    the texts that the model was asked about, ``most_asked`` is its bound. ``span`` is the entity's, ``amount`` by how
    much a score had to move. ``label`` is the answer in the stored form of the task, of an entity its type ("O": none);
    ``probability`` of a score is the score.
    """

    run: str
    text: str
    label: str
    probability: float
    words: tuple[tuple[int, int], ...]
    removal: Change | None
    replacement: Change | None
    smallest: bool
    asked: int
    seconds: float
    most_asked: int = 0
    task: str = "single"
    rival: str = ""
    span: tuple[int, int] | None = None
    amount: float = 0.0
    document: int | None = None
    model_hash: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """With ``phrase`` in a text the answer is ``label``: in ``documents`` texts, of which some are exceptions.

    ``phrase`` are adjacent words, case-folded. ``precision`` has its Wilson 95 % interval; ``base`` is the label's
    share without the phrase. ``fixed``: of some texts with the phrase and the label, the share of readings in which
    the label stays although a random half of the other words is taken out. ``examples`` and ``exceptions`` are some
    documents' ids, by id.
    """

    phrase: tuple[str, ...]
    label: str
    precision: Interval
    base: float
    documents: int
    fixed: float
    examples: tuple[int, ...]
    exceptions: tuple[int, ...]


class RunRules(msgspec.Struct, frozen=True, kw_only=True):
    """The newest rules of a run, as they are stored: what was asked for, and over how many documents.

    ``predicted`` documents were answered for this search, the others' answers were stored. A score's answers are
    called by ``labels``: below its median, and from it on.
    """

    run: str
    label: str
    least_precision: float
    labels: tuple[str, ...]
    documents: int
    predicted: int
    least_documents: int
    rules: tuple[Rule, ...]
    seconds: float
    model_hash: str


class SmallestChangeFound(msgspec.Struct, frozen=True, tag=True):
    change: SmallestChange


class RulesFound(msgspec.Struct, frozen=True, tag=True):
    found: RunRules

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.found.rules


ChangeRequest = FindSmallestChange | FindRules
ChangeResult = SmallestChangeFound | RulesFound
