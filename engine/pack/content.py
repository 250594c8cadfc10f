"""What a pack holds, and the digest that tells whether anything in it was changed."""

from __future__ import annotations

import hashlib

import msgspec

from engine.api.errors import ErrorKind, KnownError
from engine.api.explaining.pack import Pack

FORMAT, VERSION = "lexplain-pack", 1


def text_hash(text: str) -> str:
    """sha256 of a text; half of a broken surrogate pair counts as it is."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digest_of(pack: Pack) -> str:
    """sha256 of everything but the digest itself."""
    bare = msgspec.structs.replace(pack, digest="")
    return hashlib.sha256(encoded(bare)).hexdigest()


def encoded(pack: Pack) -> bytes:
    """The pack as JSON, always the same bytes for the same pack. Lone surrogates are replaced."""
    plain = msgspec.to_builtins(pack)
    return msgspec.json.encode(_valid(plain), order="deterministic")


def decoded(data: bytes, path: str) -> Pack:
    """A pack from its JSON. Raises PACK_DAMAGED, PACK_NEWER."""
    try:
        found = msgspec.json.decode(data, type=Pack)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise KnownError(ErrorKind.PACK_DAMAGED, path=path) from error
    if found.format != FORMAT:
        raise KnownError(ErrorKind.PACK_DAMAGED, path=path)
    if found.version > VERSION:
        raise KnownError(ErrorKind.PACK_NEWER, path=path, version=found.version)
    return found


def _valid(value: object) -> object:
    """The same with text that can be encoded."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {key: _valid(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_valid(each) for each in value]
    return value
