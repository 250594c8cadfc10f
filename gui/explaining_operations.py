"""What a user asks about decisions beyond one explanation: it builds the request and submits it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.api.explaining.argue import Argue, ImportRationales
from engine.api.explaining.change import LEAST_PRECISION, FindRules, FindSmallestChange
from engine.api.explaining.corpus import ExplainCorpus, FindShortcuts, MapDocuments
from engine.api.explaining.influence import FindInfluences, FindLabelDoubts
from engine.api.explaining.pack import VerifyPack, WritePack
from engine.api.explaining.reasons import CompareReasons
from engine.api.explaining.trust import RankExplainers, ScrambleWeights, SealExplanation
from engine.api.messages import Lane
from gui.jobs import Job, JobQueue


class ExplainingOperations:
    """Everything here needs an open project. With a ``key`` only the latest question of its kind counts."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue

    # --- one text -----------------------------------------------------------------------------------------

    def seal(self, explanation: int) -> Job:
        """Result: ``Sealed``."""
        return self._queue.submit(SealExplanation(explanation), Lane.INTERACTIVE, key="seal")

    def smallest_change(
        self,
        run: str,
        document: int | None = None,
        text: str | None = None,
        rival: str = "",
        span: tuple[int, int] | None = None,
    ) -> Job:
        """Of a document as it is stored, or of a typed text. Result: ``SmallestChangeFound``."""
        request = FindSmallestChange(run=run, document=document, text=text, rival=rival, span=span)
        return self._queue.submit(request, Lane.INTERACTIVE, key="smallest-change")

    def influences(
        self,
        run: str,
        document: int | None = None,
        text: str | None = None,
        span: tuple[int, int] | None = None,
    ) -> Job:
        """Of a document as it is stored, or of a typed text. Result: ``InfluencesFound``."""
        request = FindInfluences(run=run, document=document, text=text, span=span)
        return self._queue.submit(request, Lane.INTERACTIVE, key="influences")

    # --- a run --------------------------------------------------------------------------------------------

    def rank_explainers(self, run: str, *, spare: bool = False) -> Job:
        """Result: ``ExplainersRanked``."""
        return self._queue.submit(RankExplainers(run=run), spare=spare)

    def scramble(self, run: str, method: str = "") -> Job:
        """Result: ``WeightsScrambled``."""
        return self._queue.submit(ScrambleWeights(run=run, method=method))

    def explain_corpus(
        self, run: str, method: str = "", split: str | None = None, *, anew: bool = False
    ) -> Job:
        """``anew``: what is kept by the method is dropped first. Result: ``CorpusExplained``."""
        return self._queue.submit(ExplainCorpus(run=run, method=method, split=split, anew=anew))

    def shortcuts(self, run: str, method: str = "") -> Job:
        """Result: ``ShortcutsFound``."""
        return self._queue.submit(FindShortcuts(run=run, method=method))

    def map_documents(self, run: str, projection: str = "pca") -> Job:
        """Result: ``DocumentsMapped``."""
        return self._queue.submit(MapDocuments(run=run, projection=projection))

    def rules(self, run: str, label: str = "", least_precision: float = LEAST_PRECISION) -> Job:
        """``label`` '' = each. Result: ``RulesFound``."""
        return self._queue.submit(FindRules(run=run, label=label, least_precision=least_precision))

    def label_doubts(self, run: str) -> Job:
        """Result: ``LabelDoubtsFound``."""
        return self._queue.submit(FindLabelDoubts(run=run))

    def compare_reasons(self, run: str, second: str, split: str | None = "test") -> Job:
        """Result: ``ReasonsCompared``."""
        return self._queue.submit(CompareReasons(run=run, second=second, split=split))

    # --- packs ----------------------------------------------------------------------------------------------

    def write_pack(
        self,
        run: str,
        out: str,
        *,
        explanations: Sequence[int] = (),
        documents: Sequence[int] = (),
        everything: bool = False,
        method: str = "",
        baseline: str = "",
        seals: bool = True,
        language: str = "en",
    ) -> Job:
        """Result: ``PackWritten``."""
        request = WritePack(
            run=run,
            out=out,
            explanations=tuple(explanations),
            documents=tuple(documents),
            everything=everything,
            method=method,
            baseline=baseline,
            seals=seals,
            language=language,
        )
        return self._queue.submit(request)

    def verify_pack(self, path: str) -> Job:
        """Result: ``PackVerified``."""
        return self._queue.submit(VerifyPack(path))

    # --- arguing ------------------------------------------------------------------------------------------

    def argue(
        self,
        run: str,
        strike: Sequence[str],
        mark: Sequence[str],
        minutes: float = 1.0,
        taken_back: Sequence[str] = (),
    ) -> Job:
        """Result: ``Argued``. ``taken_back``: words that the run was argued with, and that hold no longer."""
        return self._queue.submit(
            Argue(
                run=run,
                strike=tuple(strike),
                mark=tuple(mark),
                minutes=minutes,
                taken_back=tuple(taken_back),
            )
        )

    def import_rationales(self, path: str) -> Job:
        """Result: ``RationalesImported``."""
        return self._queue.submit(ImportRationales(path))
