"""One streaming pass over a text file: fingerprint, encoding, line ends. Nothing is kept in memory."""

import codecs
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lifeworth.errors import InputError

BLOCK = 1 << 22
GZIP_MAGIC = b"\x1f\x8b"
# A csv of real records shrinks 3 to 30 times; hundreds of times is a bomb, not data.
_BOMB_RATIO, _BOMB_FLOOR = 250, 1 << 30


@dataclass(frozen=True)
class Probe:
    """What a text file is made of.

    ``lines`` counts physical lines, the header and an unfinished last one included, blank lines at the end
    excluded. ``is_plain`` says that it can be parsed at full speed: UTF-8, no NUL bytes, one kind of line end.
    """

    sha256: str
    content_sha256: str
    encoding: str
    is_gzip: bool
    lines: int
    is_blank: bool
    is_plain: bool
    ends_with_newline: bool


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes, streamed."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def blocks(path: Path, *, is_gzip: bool) -> Iterator[bytes]:
    """The content of a file in blocks, unpacked when it is gzip."""
    with path.open("rb") as file:
        raw = iter(lambda: file.read(BLOCK), b"")
        yield from _unpack(path, raw) if is_gzip else raw


def _unpack(path: Path, raw: Iterator[bytes]) -> Iterator[bytes]:
    packed = unpacked = 0
    member, is_open = zlib.decompressobj(wbits=31), False
    for block in raw:
        packed += len(block)
        while block:
            try:
                text, is_open = member.decompress(block, BLOCK), True
            except zlib.error as fault:
                raise _broken(path, f"it cannot be unpacked ({fault})") from None
            unpacked += len(text)
            if unpacked > _BOMB_FLOOR and unpacked > _BOMB_RATIO * packed:
                raise _broken(path, f"{packed:,} bytes unpack to more than {unpacked:,}")
            yield text
            block = member.unconsumed_tail
            if member.eof:
                block = member.unused_data.lstrip(b"\0")
                member, is_open = zlib.decompressobj(wbits=31), False
    if is_open:
        raise _broken(path, "the data stop before their end")


def _broken(path: Path, what: str) -> InputError:
    return InputError(
        f"the compressed file is cut or damaged: {what}",
        file=str(path),
        remedy="Copy or export the file again, and compare its size with the original.",
    )


class _LineCounter:
    """Counts physical lines and looks at their ends, block by block."""

    def __init__(self) -> None:
        self.newlines = self.returns = self.pairs = self.nuls = self.trailing = 0
        self.last = b""
        self.blank = True

    def feed(self, block: bytes) -> None:
        self.newlines += block.count(b"\n")
        self.returns += block.count(b"\r")
        self.pairs += block.count(b"\r\n") + (self.last == b"\r" and block[:1] == b"\n")
        self.nuls += block.count(b"\0")
        body = block.rstrip(b"\r\n")
        ends = block[len(body) :].count(b"\n")
        self.trailing = ends if body else self.trailing + ends
        self.blank = self.blank and not body.strip()
        self.last = block[-1:]

    @property
    def lines(self) -> int:
        """Lines with content: blank lines at the end do not count."""
        return self.newlines - self.trailing + (not self.blank)

    @property
    def one_kind_of_end(self) -> bool:
        """Either all lines end with LF or all with CR LF."""
        return self.returns == self.pairs and self.pairs in (0, self.newlines)


class _Utf8Checker:
    """Tells whether the bytes are sound UTF-8."""

    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")("strict").decode
        self.is_sound = True

    def feed(self, block: bytes, *, final: bool = False) -> None:
        if self.is_sound:
            try:
                self._decode(block, final)
            except UnicodeDecodeError:
                self.is_sound = False


def _is_damaged_utf8(path: Path, *, is_gzip: bool) -> bool:
    """Mostly sound multi-byte characters with a few broken ones: damage, not an older encoding."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    good = bad = 0
    for block in blocks(path, is_gzip=is_gzip):
        text = decode(block)
        broken = text.count("\ufffd")
        bad += broken
        good += len(text) - len(text.encode("ascii", "ignore")) - broken
    return good > 10 * bad


def probe(path: Path) -> Probe:
    """Read a text file once and say what it is made of."""
    with path.open("rb") as file:
        head = file.read(4096)
    is_gzip = head.startswith(GZIP_MAGIC)
    packed = fingerprint(path)
    digest, counter, utf8 = hashlib.sha256(), _LineCounter(), _Utf8Checker()
    start = b""
    for block in blocks(path, is_gzip=is_gzip):
        start = start or block[:4096]
        digest.update(block)
        counter.feed(block)
        utf8.feed(block)
    utf8.feed(b"", final=True)
    encoding = _encoding(start) or (
        "utf-8-sig" if utf8.is_sound or _is_damaged_utf8(path, is_gzip=is_gzip) else "cp1252"
    )
    return Probe(
        packed,
        digest.hexdigest() if is_gzip else packed,
        encoding,
        is_gzip,
        counter.lines,
        counter.blank,
        encoding == "utf-8-sig" and utf8.is_sound and not counter.nuls and counter.one_kind_of_end,
        counter.last in (b"\n", b"\r", b"\0"),
    )


def _encoding(start: bytes) -> str | None:
    """UTF-16, declared by a byte-order mark or proven by NUL bytes in every second place."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = max(1, len(start) // 2)
    if start[1::2].count(0) > 0.4 * half:
        return "utf-16-le"
    if start[0::2].count(0) > 0.4 * half:
        return "utf-16-be"
    return None
