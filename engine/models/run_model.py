"""Any run's model: of whole texts, or of tagged words."""

from __future__ import annotations

from engine.models.fusion_model import FusionModel
from engine.models.linear_model import LinearModel
from engine.models.tagging_model import TaggingModel
from engine.models.text_model import TorchModel

RunModel = LinearModel | TorchModel | FusionModel | TaggingModel
