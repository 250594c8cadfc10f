"""Bytes <-> message. JSON, so that every message can be read in a log."""

from __future__ import annotations

import msgspec

from engine.api.messages import Command, Event, Request, Result

_encoder = msgspec.json.Encoder()
_commands: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)
_events: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
_results: msgspec.json.Decoder[Result] = msgspec.json.Decoder(Result)


def encode(message: Command | Event | Request | Result) -> bytes:
    return _encoder.encode(message)


def decode_command(data: bytes) -> Command:
    """Raises ``msgspec.ValidationError`` on anything but a command."""
    return _commands.decode(data)


def decode_event(data: bytes) -> Event:
    """Raises ``msgspec.ValidationError`` on anything but an event."""
    return _events.decode(data)


def decode_request(data: bytes | str) -> Request:
    """Raises ``msgspec.ValidationError`` on anything but a request."""
    return _requests.decode(data)


def decode_result(data: bytes | str) -> Result:
    """Raises ``msgspec.ValidationError`` on anything but a result."""
    return _results.decode(data)
