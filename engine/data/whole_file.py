"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from engine.api.errors import ErrorKind, KnownError, known


def write_whole(out: Path, content: bytes) -> None:
    """Beside the place, then renamed: a reader sees the old file or the new one. Raises NOT_WRITABLE, DISK_FULL."""
    if out.is_dir():
        raise KnownError(ErrorKind.NOT_WRITABLE, path=str(out))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(name, 0o644)  # mkstemp gives 600; it is made to be handed on
            os.replace(name, out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        found = known(error)
        kind = found.kind if found and found.kind is ErrorKind.DISK_FULL else ErrorKind.NOT_WRITABLE
        raise KnownError(kind, path=str(out)) from error
