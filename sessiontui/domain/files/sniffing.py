"""What a file is, told from its first bytes and never from its name, and whether its name claims something else."""

from __future__ import annotations

import re
from typing import Final

HEAD: Final = 8192
"""Bytes from the beginning of a file that tell what it is."""

UNKNOWN: Final = "application/octet-stream"
PLAIN: Final = "text/plain"

_MAGIC: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"{\\rtf", "application/rtf"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"(\xb5/\xfd", "application/zstd"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (257, b"ustar", "application/x-tar"),
    (0, b"\x7fELF", "application/x-executable"),
    (0, b"MZ", "application/vnd.microsoft.portable-executable"),
    (0, b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (0, b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (0, b"\xce\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (0, b"\xca\xfe\xba\xbe", "application/java-vm"),
    (0, b"\x00asm", "application/wasm"),
    (0, b"SQLite format 3\x00", "application/vnd.sqlite3"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "audio/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
)
"""Where which bytes stand, and what they tell; the first that fits counts."""

_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}

_OFFICE: Final = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_OPEN: Final = re.compile(rb"mimetype(application/(?:vnd\.oasis\.opendocument\.[a-z.-]+|epub\+zip))")

_SHOWN: Final = {
    "application/pdf": "PDF",
    "application/rtf": "rich text",
    "application/zip": "ZIP archive",
    "application/x-ole-storage": "old office file",
    _OFFICE[0][1]: "Word document",
    _OFFICE[1][1]: "Excel sheet",
    _OFFICE[2][1]: "PowerPoint slides",
    "application/vnd.oasis.opendocument.text": "OpenDocument text",
    "application/vnd.oasis.opendocument.spreadsheet": "OpenDocument sheet",
    "application/vnd.oasis.opendocument.presentation": "OpenDocument slides",
    "application/epub+zip": "book",
    "application/vnd.sqlite3": "database",
    "application/x-executable": "program",
    "application/vnd.microsoft.portable-executable": "Windows program",
    "application/x-mach-binary": "Mac program",
    "application/java-vm": "Java program",
    "application/wasm": "program",
    "text/x-script": "script",
    "text/html": "web page",
    "text/xml": "XML",
    "text/calendar": "calendar",
    "image/svg+xml": "SVG drawing",
    PLAIN: "text",
    UNKNOWN: "unknown",
    "inode/x-empty": "empty",
}

_PROGRAMS: Final = frozenset(
    {
        "application/x-executable",
        "application/vnd.microsoft.portable-executable",
        "application/x-mach-binary",
        "application/java-vm",
        "application/wasm",
        "text/x-script",
    }
)

_CLAIMS: Final = {
    "png": ("image/png",),
    "jpg": ("image/jpeg",),
    "jpeg": ("image/jpeg",),
    "gif": ("image/gif",),
    "webp": ("image/webp",),
    "pdf": ("application/pdf",),
    "docx": (_OFFICE[0][1],),
    "xlsx": (_OFFICE[1][1],),
    "pptx": (_OFFICE[2][1],),
    "zip": ("application/zip",),
    "mp3": ("audio/mpeg",),
    "mp4": ("video/mp4",),
    "txt": (PLAIN,),
    "md": (PLAIN,),
    "csv": (PLAIN,),
}
"""What a name with an ending claims; others claim nothing."""

_SCRIPTED: Final = frozenset({"sh", "bash", "py", "pl", "rb", "js", "php", "lua", "tcl", "awk"})


def sniff(head: bytes) -> str:
    r"""Return the media type of a file by its first ``HEAD`` bytes.

    >>> sniff(b"%PDF-1.7\n"), sniff("Grüße\n".encode()), sniff(b"\x00\x01\x02"), sniff(b"")
    ('application/pdf', 'text/plain', 'application/octet-stream', 'inode/x-empty')
    """
    if not head:
        return "inode/x-empty"
    for place, magic, media in _MAGIC:
        if head.startswith(magic, place) and (len(magic) > 2 or not _is_text(head)):
            return media
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head)
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        brand = head[8:12]
        if brand in (b"heic", b"heix", b"mif1"):
            return "image/heic"
        return "image/avif" if brand == b"avif" else "audio/mp4" if brand == b"M4A " else "video/mp4"
    return _written(head) if _is_text(head) else UNKNOWN


def describe(media_type: str) -> str:
    """Return what a media type is in a word or two.

    >>> describe("application/pdf"), describe("image/png"), describe("audio/mpeg"), describe("x/y")
    ('PDF', 'PNG picture', 'sound', 'x/y')
    """
    if media_type in _SHOWN:
        return _SHOWN[media_type]
    room, _, kind = media_type.partition("/")
    match room:
        case "image":
            return f"{kind.upper()} picture"
        case "audio":
            return "sound"
        case "video":
            return "film"
        case _:
            return "archive" if kind in ("gzip", "x-tar", "x-xz", "zstd", "x-bzip2", "vnd.rar") else media_type


def pretends(name: str, media_type: str) -> str:
    """Return what is odd about a name once it is known what the bytes are; nothing where they agree.

    >>> pretends("bill.pdf", "application/vnd.microsoft.portable-executable")
    'called .pdf, but it is a Windows program'
    >>> pretends("bill.pdf", "application/pdf"), pretends("run.sh", "text/x-script")
    ('', '')
    """
    ending = name.rpartition(".")[2].casefold() if "." in name else ""
    claimed = _CLAIMS.get(ending)
    if media_type == "inode/x-empty":
        return ""
    if claimed is not None and media_type not in claimed:
        if claimed == (PLAIN,) and media_type.startswith("text/") and media_type not in _PROGRAMS:
            return ""
        word = describe(media_type)
        return f"called .{ending}, but it is {'something else' if word == 'unknown' else _article(word)}"
    if claimed is None and media_type in _PROGRAMS and ending not in _SCRIPTED:
        return f"{_article(describe(media_type))}: open it only if you trust who sent it"
    return ""


def _article(word: str) -> str:
    return f"{'an' if word[0].casefold() in 'aeiou' else 'a'} {word}"


def _zipped(head: bytes) -> str:
    if found := _OPEN.search(head[:200]):
        return found[1].decode("ascii")
    for mark, media in _OFFICE:
        if mark in head and (b"[Content_Types].xml" in head or b"_rels/" in head):
            return media
    return "application/zip"


def _is_text(head: bytes) -> bool:
    if b"\x00" in head:
        return False
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:  # a letter may be cut at the end of the head
            return False
        text = head[: error.start].decode("utf-8")
    return not re.search("[\x01-\x08\x0e-\x1a\x1c-\x1f]", text)


def _written(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1024].lower()
    if head.startswith(b"#!"):
        return "text/x-script"
    if start.startswith((b"<!doctype html", b"<html")) or b"<script" in start:
        return "text/html"
    if b"<svg" in start:
        return "image/svg+xml"
    if start.startswith(b"<?xml"):
        return "text/xml"
    return "text/calendar" if start.startswith(b"begin:vcalendar") else PLAIN
