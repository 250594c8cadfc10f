"""Arrays in one file that a kill leaves whole or does not leave at all; nothing in it is ever unpickled."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write beside and rename into place. Raises OSError on a full disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".writing")
    with beside.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)
    os.replace(beside, path)


def read_arrays(path: Path) -> dict[str, NDArray[Any]] | None:
    """None where there is no such file or it is damaged: what is in it can be computed again."""
    try:
        # opened here, since numpy leaves a damaged file open
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            return dict(found)
    except (OSError, ValueError, EOFError, BadZipFile):
        return None
