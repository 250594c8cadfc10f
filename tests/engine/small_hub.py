"""A model hub on the loopback interface: one folder as one model, and every fault that a hub can have."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"
LARGE = "model.safetensors"


@dataclass
class SmallHub:
    """``model`` is the folder that is served as ``id``. The rest says what goes wrong; ``seen`` what was asked.

    Attributes:
        refusals: path prefix -> (status, headers) instead of an answer.
        break_off: bytes after which a file's connection ends, each taken once.
        hold: waited for before the bytes of the large file that come after the first ``hold_after``.
        ranges: whether the server can go on in the middle of a file.
        content: file name -> other bytes than the listing says.
    """

    model: Path
    id: str = "someone/tiny"
    address: str = ""
    revision: str = REVISION
    refusals: dict[str, tuple[int, dict[str, str]]] = field(default_factory=dict)
    break_off: list[int] = field(default_factory=list)
    hold: threading.Event | None = None
    hold_after: int = 0
    ranges: bool = True
    content: dict[str, bytes] = field(default_factory=dict)
    change: Callable[[dict[str, Any]], object] = lambda raw: None
    listed: list[dict[str, Any]] | None = None
    api_body: bytes | None = None
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def ranges_asked(self, file: str = LARGE) -> list[str]:
        """The Range header of each request for a file, '' where there was none."""
        return [headers.get("Range", "") for path, headers in self.seen if path.endswith(f"/{file}")]

    def entry(self) -> dict[str, Any]:
        """The model as the API describes it."""
        siblings = []
        for file in sorted(self.model.iterdir()):
            content = file.read_bytes()
            sibling: dict[str, Any] = {
                "rfilename": file.name,
                "size": len(content),
                "blobId": hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest(),
            }
            if file.name == LARGE:
                sha256 = hashlib.sha256(content).hexdigest()
                sibling["lfs"] = {"size": len(content), "sha256": sha256, "pointerSize": 134}
            siblings.append(sibling)
        config = json.loads((self.model / "config.json").read_text())
        found: dict[str, Any] = {
            "id": self.id,
            "sha": self.revision,
            "downloads": 42,
            "gated": False,
            "tags": ["safetensors", config["model_type"]],
            "config": {"model_type": config["model_type"]},
            "cardData": {"license": "apache-2.0", "language": ["en", "de"]},
            "safetensors": {"parameters": {"F32": 1000}, "total": 1000},
            "siblings": siblings,
        }
        self.change(found)
        return found


@contextmanager
def small_hub(model: Path) -> Iterator[SmallHub]:
    """Serve a model folder until the end of the block; ``address`` is for ``LEXPLAIN_HUB``."""
    hub = SmallHub(model)

    class Handler(_Handler):
        served = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield hub
    finally:
        if hub.hold is not None:
            hub.hold.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    served: SmallHub

    def log_message(self, *_: object) -> None:
        """Quietly."""

    def do_GET(self) -> None:
        hub = self.served
        parts = urlsplit(self.path)
        path = unquote(parts.path)
        hub.seen.append((self.path, dict(self.headers)))
        for prefix, (status, headers) in hub.refusals.items():
            if path.startswith(prefix):
                self._send(status, b"<html>no</html>", headers)
                return
        if path.startswith("/api/") and hub.api_body is not None:
            self._send(200, hub.api_body)
        elif path == "/api/models":
            words = parse_qs(parts.query).get("search", [""])[0]
            models = [hub.entry()] if hub.listed is None else hub.listed
            self._send_json([each for each in models if words in each["id"]])
        elif path == f"/api/models/{hub.id}":
            self._send_json(hub.entry())
        elif path.startswith(f"/{hub.id}/resolve/{hub.revision}/"):
            # as the real one does: files come from another address
            self._send(302, b"", {"Location": f"/files/{path.rsplit('/', 1)[1]}"})
        elif path.startswith("/files/"):
            self._send_file(path.rsplit("/", 1)[1])
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})

    def _send_json(self, found: object) -> None:
        self._send(200, json.dumps(found).encode())

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _send_file(self, name: str) -> None:
        hub = self.served
        body = hub.content.get(name, (hub.model / name).read_bytes())
        start, total = 0, len(body)
        wanted = self.headers.get("Range")
        if wanted and hub.ranges:
            start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(total - start))
        self.end_headers()
        body = body[start:]
        if name == LARGE and hub.break_off:
            body = body[: hub.break_off.pop(0)]
        if name == LARGE and hub.hold is not None:
            at = max(0, hub.hold_after - start)
            self.wfile.write(body[:at])
            self.wfile.flush()
            hub.hold.wait()
            body = body[at:]
        with suppress(OSError):  # whoever asked may have gone
            self.wfile.write(body)
