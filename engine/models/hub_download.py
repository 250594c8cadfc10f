"""Fetch a model from the hub: small files first, the weights last, each checked; a kill loses nothing that came.

Files arrive in a folder ``NAME.part`` beside the place where the model will be; it is renamed when all is there
and verified. A file under way is ``FILE.incomplete`` and goes on where it stopped by an HTTP range, as long as
the hub still has the same revision.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.messages_transfer import DownloadSource, SourceDownloaded
from engine.api.run_lock import RunLock
from engine.models.hub import FETCHED, HubDetails, HubFile, details
from engine.models.hub_connection import Answer, hub, open_address, waiting
from engine.models.installed import describe
from engine.models.places import RECORD, DownloadRecord, download_folder, write_atomically
from engine.models.source import CONFIG, check_config, read_config, verify
from engine.progress import Progressed, Work

_PART = ".part"
_INCOMPLETE = ".incomplete"
_CHUNK = 2**18
_TRIES = 3  # how often a connection may break off and come no further
_SPARE = 50 * 2**20  # bytes that a disk must have left


def download(request: DownloadSource) -> Work[SourceDownloaded]:
    """Fetch ``request.id`` into the models folder; progress is in bytes of the whole model.

    Raises what ``details`` raises, HUB_BROKEN_OFF, HUB_CHECKSUM, DISK_FULL, DOWNLOAD_UNDER_WAY, and MODEL_... where
    the model cannot be used here.
    """
    folder = download_folder(request.id)
    part = folder.with_name(folder.name + _PART)
    found = yield from details(request.id)
    _refuse(found)
    with RunLock(part) as lock:
        if not lock.acquire():
            raise KnownError(ErrorKind.DOWNLOAD_UNDER_WAY, source=request.id)
        _begin(part, found)
        yield from _Fetching(part, found).run()
        yield Progressed("load", 0, 1)
        verify(part)
    (part / "lock").unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)  # an older revision
    os.replace(part, folder)
    return SourceDownloaded(describe(request.id, folder))


def _refuse(found: HubDetails) -> None:
    model = found.model
    if model.problem == ErrorKind.HUB_REFUSED:
        raise KnownError(ErrorKind.HUB_REFUSED, source=model.id)
    if model.problem:
        raise KnownError(ErrorKind(model.problem), path=model.id, family=model.family or "?", file=model.id)
    if any(file.size <= 0 for file in found.files if file.name != "README.md"):
        raise KnownError(ErrorKind.HUB_ANSWER, hub=hub(), detail="no sizes")


def _begin(part: Path, found: HubDetails) -> None:
    """Throw away what came of another revision, and see that the disk has room for the rest."""
    with suppress(OSError, msgspec.MsgspecError):
        old = msgspec.json.decode((part / RECORD).read_bytes(), type=DownloadRecord)
        if old.revision != found.revision:
            for name in FETCHED:
                (part / name).unlink(missing_ok=True)
                (part / f"{name}{_INCOMPLETE}").unlink(missing_ok=True)
    record = DownloadRecord(
        id=found.model.id,
        hub=hub(),
        revision=found.revision,
        files={file.name: file.sha256 for file in found.files},
    )
    write_atomically(part / RECORD, msgspec.json.format(msgspec.json.encode(record)))
    missing = sum(file.size - _size_here(part, file) for file in found.files)
    if missing + _SPARE > shutil.disk_usage(part).free:
        raise KnownError(ErrorKind.DISK_FULL, path=str(part.parent))


def _size_here(part: Path, file: HubFile) -> int:
    for path in (part / file.name, part / f"{file.name}{_INCOMPLETE}"):
        if path.is_file():
            return min(file.size, path.stat().st_size)
    return 0


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...
    def hexdigest(self) -> str: ...


class _Fetching:
    """The files of one model, one after the other, with one count of bytes over all of them."""

    def __init__(self, part: Path, found: HubDetails) -> None:
        self._part = part
        self._found = found
        self._total = sum(file.size for file in found.files)
        self._done = 0
        self._began = time.monotonic()
        self._came = 0  # bytes over the network since then

    def run(self) -> Work[None]:
        for file in sorted(self._found.files, key=lambda file: FETCHED.index(file.name)):
            if not (self._part / file.name).is_file():
                yield from self._fetch(file)
            else:
                self._done += file.size
            if file.name == CONFIG:  # before anything large comes
                check_config(read_config(self._part), self._found.model.id)
            yield self._progress()

    def _progress(self) -> Progressed:
        seconds = time.monotonic() - self._began
        rate = self._came / seconds if seconds > 0.5 else 0.0
        return Progressed("download", min(self._done, self._total), self._total, rate)

    def _fetch(self, file: HubFile) -> Work[None]:
        """One file, checked and put in its place."""
        path = self._part / f"{file.name}{_INCOMPLETE}"
        before = self._done
        furthest, idle = -1, 0
        while (have := path.stat().st_size if path.is_file() else 0) < file.size or not path.is_file():
            # a server that cannot go on in the middle may break off at the same place for ever
            furthest, idle = (have, 0) if have > furthest else (furthest, idle + 1)
            if idle == _TRIES:
                raise KnownError(ErrorKind.HUB_BROKEN_OFF, file=file.name)
            self._done = before + have
            yield from self._continue(file, path, have)
        self._done = before + file.size
        yield from self._check(file, path)
        os.replace(path, self._part / file.name)

    def _continue(self, file: HubFile, path: Path, have: int) -> Work[None]:
        """Ask for what is missing and take what comes, to the end or to where the connection breaks off."""
        address = f"{hub()}/{self._found.model.id}/resolve/{self._found.revision}/{quote(file.name)}"
        headers = {"Range": f"bytes={have}-"} if have else {}
        answer = yield from waiting(
            lambda: open_address(address, headers, about=self._found.model.id),
            "download",
            self._done,
            self._total,
        )
        if have and not _continues(answer, have):
            self._done -= have
            have = 0
        try:
            with path.open("ab" if have else "wb") as out:
                # no more than was promised, whatever comes
                while have <= file.size and (chunk := (yield from self._chunk(answer))):
                    out.write(chunk)
                    have += len(chunk)
                    self._came += len(chunk)
                    self._done += len(chunk)
                    yield self._progress()
        finally:
            # in a thread, since a read that was left alone holds the answer until its time-out
            threading.Thread(target=answer.close, name="hub", daemon=True).start()

    def _chunk(self, answer: Answer) -> Work[bytes]:
        """What came next; b'' at the end, also where the connection broke off."""
        progress = self._progress()
        try:
            return (
                yield from waiting(
                    lambda: answer.read1(_CHUNK), "download", progress.done, progress.total, progress.rate
                )
            )
        except (OSError, http.client.HTTPException):
            return b""

    def _check(self, file: HubFile, path: Path) -> Work[None]:
        """Compare size and checksum. Raises HUB_CHECKSUM, after deleting the file."""
        size = path.stat().st_size
        digest: _Digest = hashlib.sha256()
        wanted = file.sha256
        if not wanted:
            wanted = file.blob
            digest = hashlib.sha1(b"blob %d\0" % size, usedforsecurity=False)
        done = 0
        with path.open("rb") as content:
            while chunk := content.read(2**22):
                digest.update(chunk)
                done += len(chunk)
                yield Progressed("check", done, size)
        if size != file.size or (wanted and digest.hexdigest() != wanted):
            path.unlink()
            raise KnownError(ErrorKind.HUB_CHECKSUM, file=file.name)


def _continues(answer: Answer, have: int) -> bool:
    """Whether the server goes on at byte ``have``, and does not begin again."""
    return answer.status == 206 and (answer.headers.get("Content-Range") or "").startswith(f"bytes {have}-")
