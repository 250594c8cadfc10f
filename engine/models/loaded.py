"""The models in memory: the next request is mostly for the same run."""

from __future__ import annotations

from collections import OrderedDict

from engine.api.project import Project
from engine.api.words import CHARACTER
from engine.models.run_model import RunModel, in_units
from engine.models.store import load_run

_KEPT_MODELS = 2


class Models:
    """The last used models stay loaded, since the next request is mostly for the same run."""

    def __init__(self) -> None:
        self._loaded: OrderedDict[tuple[str, str], RunModel] = OrderedDict()

    def get(self, project: Project, run: str, word_unit: str = "") -> RunModel:
        """The model of a run, explained in ``word_unit``; '' is what the project is set to.

        Raises what ``load_run`` raises, also where the files of a loaded run have gone since.
        """
        key = (str(project.path), run)
        if key in self._loaded and not (project.run_folder(run) / "model").is_dir():
            del self._loaded[key]
        if key not in self._loaded:
            self._loaded[key] = load_run(project, run)
            while len(self._loaded) > _KEPT_MODELS:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(key)
        unit = word_unit or project.word_unit
        return self._loaded[key] if unit == CHARACTER else in_units(self._loaded[key], unit)
