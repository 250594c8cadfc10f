"""Where source models are: the per-user models folder, what was downloaded into it, and folders the user has used."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import msgspec

from engine.api.errors import ErrorKind, KnownError

RECORD = "source.json"  # beside a downloaded model's weights: where it came from
_REMEMBERED = "folders.json"
# what a hub allows: an organisation and a name, or a name alone; never a path
_HUB_ID = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)?", re.ASCII)
_SLASH = "--"  # a hub allows no such name, so that a folder's name leads back to the id


class DownloadRecord(msgspec.Struct, frozen=True, kw_only=True):
    """``revision`` is the hub's commit. ``files`` are names and sha256 where the hub says it, else ''."""

    id: str
    hub: str
    revision: str
    files: dict[str, str] = {}
    version: int = 1


class _Remembered(msgspec.Struct, frozen=True, kw_only=True):
    folders: tuple[str, ...] = ()
    version: int = 1


def models_folder() -> Path:
    """``LEXPLAIN_MODELS``, else a folder in the platform's place for a user's data. It may not exist yet."""
    if named := os.environ.get("LEXPLAIN_MODELS"):
        return Path(named).expanduser()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Lexplain"
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support" / "Lexplain"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "lexplain"
    return base / "models"


def is_hub_id(id: str) -> bool:
    """Whether ``id`` could be the name of a model on a hub."""
    return bool(_HUB_ID.fullmatch(id)) and _SLASH not in id and ".." not in id


def download_folder(id: str) -> Path:
    """Where the model of a hub's id is, or would be. Raises HUB_UNKNOWN where no model can be called so."""
    if not is_hub_id(id):
        raise KnownError(ErrorKind.HUB_UNKNOWN, source=id)
    return models_folder() / id.replace("/", _SLASH)


def downloaded() -> dict[str, Path]:
    """Folders of the models that were downloaded, by their ids on the hub, in order of their ids."""
    found = {}
    for record in models_folder().glob(f"*/{RECORD}"):
        # a download under way has its record too, in a folder whose name no id has
        try:
            id = msgspec.json.decode(record.read_bytes(), type=DownloadRecord).id
            if download_folder(id) == record.parent:
                found[id] = record.parent
        except (msgspec.MsgspecError, OSError, KnownError):
            continue  # whoever damaged it, it is no longer known what the folder holds
    return dict(sorted(found.items()))


def remembered() -> tuple[str, ...]:
    """Model folders that the user has used, the oldest first; some may be gone."""
    try:
        return msgspec.json.decode((models_folder() / _REMEMBERED).read_bytes(), type=_Remembered).folders
    except (msgspec.MsgspecError, OSError):
        return ()


def remember(folder: Path) -> None:
    """Keep a model folder in the list of installed models."""
    path = os.path.abspath(folder)
    known = remembered()
    if path not in known:
        _write_remembered((*known, path))


def forget(folder: Path) -> None:
    """Take a model folder off the list; the folder stays as it is."""
    path = os.path.abspath(folder)
    _write_remembered(tuple(each for each in remembered() if each != path))


def _write_remembered(folders: tuple[str, ...]) -> None:
    write_atomically(models_folder() / _REMEMBERED, msgspec.json.encode(_Remembered(folders=folders)))


def write_atomically(path: Path, content: bytes) -> None:
    """Write beside and rename, so that a kill leaves the old file or the new one. Makes the folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{os.getpid()}.writing")
    beside.write_bytes(content)
    os.replace(beside, path)
