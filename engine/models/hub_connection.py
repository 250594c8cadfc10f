"""Asking a model hub over HTTP: where it is, what may go wrong, and waiting that can be called off.

With the standard library alone: no account, no telemetry, no cache of somebody else's. Nothing here is called
unless the user searches for a model or downloads one.
"""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeVar
from urllib.parse import quote, urlencode, urlsplit

import engine
from engine.api.catalog import hub_address
from engine.api.errors import ErrorKind, KnownError
from engine.progress import Progressed, Work

T = TypeVar("T")
Answer = http.client.HTTPResponse

TIMEOUT_SECONDS = 20.0  # without a byte
_LOOK_SECONDS = 0.1  # how often a wait looks whether it was called off
_LARGEST_ANSWER = 32 * 2**20  # of the API, in bytes
_USUAL_WAIT_SECONDS = 60


def hub() -> str:
    """The hub's address. Raises HUB_UNREACHABLE where it is no web address."""
    address = hub_address()
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise KnownError(ErrorKind.HUB_UNREACHABLE, hub=address, reason="LEXPLAIN_HUB")
    return address


def ask(path: str, parameters: Mapping[str, object] | None = None, *, about: str = "") -> Work[Any]:
    """JSON of the hub's API. ``parameters`` may hold lists; ``about`` is the model asked for, for messages.

    Raises HUB_UNREACHABLE, HUB_UNKNOWN, HUB_REFUSED, HUB_BUSY, HUB_ANSWER.
    """
    address = f"{hub()}/api/{quote(path)}"
    if parameters:
        address = f"{address}?{urlencode(parameters, doseq=True)}"

    def read() -> bytes:
        with open_address(address, about=about) as answer:
            return answer.read(_LARGEST_ANSWER)

    content = yield from waiting(lambda: _said(about, read), "search")
    try:
        return json.loads(content)
    except ValueError:
        raise KnownError(ErrorKind.HUB_ANSWER, hub=hub(), detail="no JSON") from None


def open_address(address: str, headers: Mapping[str, str] | None = None, *, about: str = "") -> Answer:
    """The open answer to a GET. Raises as ``ask`` does; a redirection from https to anything else is refused."""
    request = urllib.request.Request(
        address,
        headers={
            "User-Agent": f"lexplain/{engine.__version__}",
            "Accept-Encoding": "identity",
            **(headers or {}),
        },
    )
    found: Answer = _said(about, lambda: _opener().open(request, timeout=TIMEOUT_SECONDS))
    return found


def waiting(call: Callable[[], T], stage: str, done: int = 0, total: int = 1, rate: float = 0.0) -> Work[T]:
    """Do ``call`` in a thread of its own and yield while it lasts, so that closing the work ends the wait at once.

    What the call raises is raised here. A call that was left alone ends with its time-out.
    """
    found: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=run, name="hub", daemon=True)
    thread.start()
    while True:
        thread.join(_LOOK_SECONDS)
        if not thread.is_alive():
            break
        yield Progressed(stage, done, total, rate)
    if errors:
        raise errors[0]
    return found[0]


def _said(about: str, call: Callable[[], T]) -> T:
    """What went wrong on the network, in the product's words."""
    try:
        return call()
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(error, about) from None
    except urllib.error.URLError as error:
        raise _unreachable(error.reason) from None
    except (OSError, http.client.HTTPException) as error:
        raise _unreachable(error) from None


def _unreachable(reason: object) -> KnownError:
    if isinstance(reason, TimeoutError):
        words = "time-out"
    elif isinstance(reason, socket.gaierror):
        words = "DNS"
    elif isinstance(reason, ssl.SSLError):
        words = f"TLS: {reason.reason or reason}"
    elif isinstance(reason, OSError) and reason.strerror:
        words = reason.strerror
    else:
        words = str(reason) or type(reason).__name__
    return KnownError(ErrorKind.HUB_UNREACHABLE, hub=hub(), reason=words[:200])


def _refusal(error: urllib.error.HTTPError, about: str) -> KnownError:
    # the hub answers 401 both for what is not there and for what is not for all; a header tells them apart
    code = error.headers.get("X-Error-Code", "")
    if error.code == 404 or code in ("RepoNotFound", "EntryNotFound", "RevisionNotFound"):
        return KnownError(ErrorKind.HUB_UNKNOWN, source=about)
    if error.code in (401, 403):
        return KnownError(ErrorKind.HUB_REFUSED, source=about)
    if error.code in (429, 503):
        seconds = _wait_seconds(error.headers.get("Retry-After", ""))
        return KnownError(ErrorKind.HUB_BUSY, hub=hub(), seconds=seconds)
    return KnownError(ErrorKind.HUB_ANSWER, hub=hub(), detail=f"HTTP {error.code}")


def _wait_seconds(said: str) -> int:
    """Of a Retry-After header: seconds, or a date."""
    if said.strip().isdigit():
        return int(said)
    with suppress(ValueError):
        return max(1, round(parsedate_to_datetime(said).timestamp() - time.time()))
    return _USUAL_WAIT_SECONDS


class _Redirections(urllib.request.HTTPRedirectHandler):
    """Files come from other servers than the hub's; from an encrypted connection none leads to an open one."""

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url).scheme, urlsplit(newurl).scheme
        if new != "https" and not (old == new == "http"):
            fp.close()
            raise urllib.error.URLError(f"redirection to {new}")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


@cache
def _certificates() -> ssl.SSLContext:
    return ssl.create_default_context()


def _opener() -> urllib.request.OpenerDirector:
    """HTTP and HTTPS only, with the proxies that the environment names at this moment."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(context=_certificates()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _Redirections(),
    ):
        opener.add_handler(handler)
    return opener
