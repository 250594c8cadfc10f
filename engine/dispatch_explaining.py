"""From a request about decisions to the work that answers it: ``dispatch`` for ``engine.api.explaining``."""

from __future__ import annotations

from engine.api.explaining.argue import Argue, ArgueRequest, ImportRationales
from engine.api.explaining.change import ChangeRequest, FindRules, FindSmallestChange
from engine.api.explaining.corpus import CorpusRequest, ExplainCorpus, FindShortcuts, MapDocuments
from engine.api.explaining.influence import FindInfluences, FindLabelDoubts, InfluenceRequest
from engine.api.explaining.pack import PackRequest, VerifyPack, WritePack
from engine.api.explaining.reasons import CompareReasons, ReasonsRequest
from engine.api.explaining.trust import RankExplainers, ScrambleWeights, SealExplanation, TrustRequest
from engine.api.messages import Result
from engine.api.project import Project
from engine.models.loaded import Models
from engine.progress import Control, Work

ExplainingRequest = (
    TrustRequest
    | ChangeRequest
    | CorpusRequest
    | InfluenceRequest
    | ArgueRequest
    | PackRequest
    | ReasonsRequest
)


def explaining_work(
    project: Project, request: ExplainingRequest, control: Control, models: Models
) -> Work[Result]:
    """The generator that answers; modules are imported when first asked for."""
    match request:
        case SealExplanation():
            from engine.explain.trust.sealing import seal_explanation

            return seal_explanation(project, request, models)
        case RankExplainers():
            from engine.explain.trust.ranking import rank_explainers

            return rank_explainers(project, request, models.get(project, request.run))
        case ScrambleWeights():
            from engine.explain.trust.scrambling import scramble_weights

            return scramble_weights(project, request, models.get(project, request.run))
        case FindSmallestChange():
            from engine.explain.change.smallest_change import find_smallest_change

            return find_smallest_change(project, request, models.get(project, request.run))
        case FindRules():
            from engine.explain.corpus.rules import find_rules

            return find_rules(project, request, models.get(project, request.run))
        case ExplainCorpus():
            from engine.explain.corpus.documents import explain_corpus

            return explain_corpus(project, request, models.get(project, request.run))
        case FindShortcuts():
            from engine.explain.corpus.shortcuts import find_shortcuts

            return find_shortcuts(project, request, models.get(project, request.run))
        case MapDocuments():
            from engine.explain.corpus.mapping import map_documents

            return map_documents(project, request, models.get(project, request.run))
        case FindInfluences():
            from engine.explain.evidence.influence import find_influences
            from engine.explain.evidence.word_influence import find_word_influences
            from engine.models.tagging_model import TaggingModel

            model = models.get(project, request.run)
            if isinstance(model, TaggingModel):
                return find_word_influences(project, request, model)
            return find_influences(project, request, model)
        case FindLabelDoubts():
            from engine.explain.evidence.label_doubt import find_label_doubts
            from engine.explain.evidence.word_doubt import find_word_doubts
            from engine.models.tagging_model import TaggingModel

            model = models.get(project, request.run)
            if isinstance(model, TaggingModel):
                return find_word_doubts(project, request, model)
            return find_label_doubts(project, request, model)
        case Argue():
            from engine.transfer.arguing import argue

            return argue(project, request, control, models)
        case ImportRationales():
            from engine.data.rationales import import_rationales

            return import_rationales(project, request)
        case WritePack():
            from engine.pack.writing import write_pack

            return write_pack(project, request, models)
        case VerifyPack():
            from engine.pack.verifying import verify_pack

            return verify_pack(project, request, models)
        case CompareReasons():
            from engine.explain.corpus.reasons import compare_reasons

            return compare_reasons(project, request, models)
