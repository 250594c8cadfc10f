"""What libraries are told before any of them is imported: no network, no telemetry, no busy waiting."""

from __future__ import annotations

import os


def keep_libraries_quiet() -> None:
    """Set the switches in this process's environment."""
    os.environ.update(
        HF_HUB_OFFLINE="1", HF_HUB_DISABLE_TELEMETRY="1", TRANSFORMERS_OFFLINE="1", DO_NOT_TRACK="1"
    )
    os.environ.update(HF_HUB_DISABLE_PROGRESS_BARS="1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    # OpenMP threads that spin at a barrier starve each other as soon as another process wants a core: with
    # one busy neighbour on two cores a training step took 1.0 s spinning and 0.56 s sleeping
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
