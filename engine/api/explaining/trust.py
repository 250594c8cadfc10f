"""Can a highlight be trusted? Seals of explanations, the ranking of explainers, the weight-scramble check."""

from __future__ import annotations

import msgspec

from engine.api.results import Erasure, Interval

# why a seal has its colour, the weightiest first; a seal is of the colour of its first reason
SEAL_RED = (
    "removal-random",  # removing the strongest words does no more than removing most others
    "methods-contradict",  # the other methods put the words in another order
    "signs-contradict",  # most of the strongest words speak against the decision, as the others have it
)
SEAL_AMBER = (
    "view",  # shows something of the model that is no explanation
    "nothing-to-remove",  # no word speaks for the decision, or there is no other word to compare with
    "removal-unclear",  # removing the strongest words does more than removing most others, but not than nearly all
    "removal-small",  # the decision hangs on no few words
    "no-other-method",
    "methods-differ",  # agreement is neither clear nor against
    "signs-disputed",  # of one of the strongest words, the others say that it speaks against the decision
    "delta-large",
    "markers",  # much of the scores is on markers
    "unread",  # the model has not read the whole text
)
SEAL_GREEN = (
    "removal-turns",  # without the strongest words the answer changes, mostly not without others
    "removal-strong",
    "methods-agree",
)
SEAL_REASONS = SEAL_RED + SEAL_AMBER + SEAL_GREEN


class SealExplanation(msgspec.Struct, frozen=True, tag=True):
    """Test a stored explanation: removal against random removal, other methods and baselines, markers, unread text."""

    explanation: int


class RankExplainers(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """The erasure test of every explainer of a run on ``texts`` validation texts, within about ``seconds``.

    Those of cost 1 are tested on all texts that half of the time allows, dearer ones on as many of the first of them as
    their share of the rest does. The best of the instant ones and the best of all become the run's defaults.
    """

    run: str
    texts: int = 60
    seconds: float = 60.0


class ScrambleWeights(msgspec.Struct, frozen=True, tag=True, kw_only=True):
    """Randomise a run's layers from the top and explain again: the picture must dissolve (Adebayo et al. 2018)."""

    run: str
    method: str = ""
    texts: int = 20


class Removal(msgspec.Struct, frozen=True, kw_only=True):
    """What happens without the ``words`` strongest words, and without as many random others, over ``draws`` draws.

    Drops are of the explained class's probability (of a score: of the score). ``beaten``: the share of the draws
    after which what is explained falls by less. ``flips``: whether the answer changes; ``random_flips``: in which
    share of the draws it does.
    """

    words: tuple[int, ...]
    drop: float
    random_drop: float
    beaten: float
    flips: bool
    random_flips: float
    draws: int


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """``reasons`` are words of SEAL_REASONS, the weightiest first, never empty; the first one's colour is the seal's.

    ``agreement`` is the mean rank correlation of the word scores with those of ``methods`` (None where no other could
    be asked), ``disputed`` the words whose sign most of them give otherwise. Shares are of all absolute scores
    (markers) and of the text's characters (unread).
    """

    explanation: int
    reasons: tuple[str, ...]
    removal: Removal | None
    relative_delta: float | None
    agreement: float | None
    disputed: tuple[int, ...]
    methods: tuple[str, ...]
    special_share: float
    unread_share: float
    seconds: float

    @property
    def colour(self) -> str:
        """green, amber or red."""
        first = self.reasons[0]
        return "red" if first in SEAL_RED else "amber" if first in SEAL_AMBER else "green"


class ExplainerRank(msgspec.Struct, frozen=True, kw_only=True):
    """An explainer's erasure test on the first ``texts``; ``cost`` is the catalog's.

    ``gain``: how much further its comprehensiveness less its sufficiency is than the first default's, on the texts
    that both explained: that is how methods are compared, since each has texts of its own number. ``problem``: an
    error kind where it cannot be used; then, and where the time was too short (``texts`` 0), the figures are 0.
    """

    method: str
    cost: int
    texts: int
    gain: Interval
    comprehensiveness: Interval
    sufficiency: Interval
    milliseconds_per_text: float
    problem: str = ""


class ExplainerRanking(msgspec.Struct, frozen=True, kw_only=True):
    """Best first, by ``gain``. ``instant`` and ``settled`` are the run's defaults: of what is there at once, of all.

    A default gives way only to a method that is better beyond noise (paired bootstrap over the texts, 95 %), and among
    such ones to the best of the cheapest cost class first.
    """

    run: str
    texts: int
    ranks: tuple[ExplainerRank, ...]
    random: Erasure
    instant: str
    settled: str
    seconds: float


class ScrambleStep(msgspec.Struct, frozen=True, kw_only=True):
    """``layers`` from the top, the head being the first, are random.

    ``likeness`` is the mean |rank correlation| of the word scores with the real explanation's.
    """

    layers: int
    likeness: float


class ScrambleCheck(msgspec.Struct, frozen=True, kw_only=True):
    """``passed``: the picture dissolves as the layers that made it go.

    That is: at the last step the likeness is nearer to ``chance``, that of the same scores shuffled, than to 1. The
    first step is the head's; the word embeddings stay, so that a picture that is made of them alone does not pass.
    """

    run: str
    method: str
    texts: int
    chance: float
    steps: tuple[ScrambleStep, ...]
    passed: bool


class Sealed(msgspec.Struct, frozen=True, tag=True):
    seal: Seal


class ExplainersRanked(msgspec.Struct, frozen=True, tag=True):
    ranking: ExplainerRanking


class WeightsScrambled(msgspec.Struct, frozen=True, tag=True):
    check: ScrambleCheck


TrustRequest = SealExplanation | RankExplainers | ScrambleWeights
TrustResult = Sealed | ExplainersRanked | WeightsScrambled
