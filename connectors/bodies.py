"""Reading what an app answers: whole or cut, in the promised shape or not, and safe to show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import httpx
import msgspec

from connectors.decoders import decoder
from connectors.errors import ShapeChanged
from connectors.http import Transient

T = TypeVar("T")

SHOWN = 300
# Half of a character beyond U+FFFF, as JSON escapes it.
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")


def body_of(response: httpx.Response, read: Callable[[bytes], T]) -> T:
    """What `read` makes of a body.

    Raises:
        Transient: the body is cut short, which another attempt may better.
        ShapeChanged: it is whole, and not what the specification promises.
    """
    try:
        return read(response.content)
    except msgspec.ValidationError as problem:
        raise ShapeChanged(
            f"{response.url.host} answered in an unexpected shape: {problem}"
        ) from None
    except msgspec.DecodeError:
        raise Transient("sent an answer that breaks off") from None


def decode(response: httpx.Response, kind: type[T]) -> T:
    """The body as a value of this kind. Raises what `body_of` raises."""
    return body_of(response, lambda body: decoded(body, kind))


def decoded(body: bytes, kind: type[T]) -> T:
    """A value of this kind; what holds lone surrogates is read without them."""
    read: Callable[[bytes], T] = decoder(kind).decode
    try:
        return read(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        return read(harmless(body))


def part(body: bytes, kind: type[T]) -> T:
    """A part of an answer, which came undecoded.

    Raises:
        ShapeChanged: it is not what the specification promises.
    """
    try:
        return decoded(body, kind)
    except msgspec.DecodeError as problem:
        raise ShapeChanged(f"An answer has a part of an unexpected shape: {problem}") from None


def harmless(body: bytes) -> bytes:
    """The same, and as long, with a harmless escape for each surrogate.

    A name may hold a lone one (`\\ud800`), which JSON allows and msgspec refuses.
    """
    return SURROGATE.sub(rb"\\ufffd", body)


def with_pieces(
    body: bytes, reader: msgspec.json.Decoder[T], pieces: Callable[[T], Sequence[msgspec.Raw]]
) -> tuple[list[bytes], T]:
    """The undecoded pieces of an answer byte for byte, and the answer.

    A body with lone surrogates is measured on its harmless copy.
    """
    try:
        answer = reader.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        copy = harmless(body)
        answer = reader.decode(copy)
        return list(_cut(copy, pieces(answer), body)), answer
    return [bytes(piece) for piece in pieces(answer)], answer


def _cut(copy: bytes, pieces: Sequence[msgspec.Raw], body: bytes) -> Iterator[bytes]:
    """What stands in `body` where each of the pieces stands in `copy`."""
    end = 0
    for piece in map(bytes, pieces):
        start = copy.index(piece, end)
        end = start + len(piece)
        yield body[start:end]


def printable(text: str) -> str:
    """Text from outside, short and without anything that a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text[:SHOWN])
