"""Damaged copies of literature files, the same for the same seed and number.

For ``mutations.py``. Each input has one to four wounds: what disks, networks, converters and
hands do to files, and what a hostile file tries.
"""

from __future__ import annotations

import gzip
import random
import re
import zlib

GZIP = b"\x1f\x8b"
_BIG = 2_000_000
_RECORDS = 300
# words that open a field, in any of the formats
_TAGS = re.compile(
    rb"(?m)^[A-Z][A-Z0-9]{1,3} {0,2}- |^%[0-9A-Z] |</?[A-Za-z:]{2,30}|\"[A-Za-z_]{1,20}\"\s*:"
    rb"|^\s*[a-z]{2,12}\s*=|^@\w+\{"
)
_TOKENS = (
    b'<!DOCTYPE a [<!ENTITY b "ccc">]>', b'<!ENTITY x SYSTEM "file:///etc/hostname">', b"&x;",
    b"&#0;", b"&#xD800;", b"&#x110000;", b"&nbsp;", b"<![CDATA[", b"]]>", b"<!--", b"-->",
    b"<?xml version='1.0' encoding='utf-16'?>", b"<?x", b"</PubmedArticle>", b"<PubmedArticle>",
    b"<DeleteCitation>", b"</article>", b"<article>", b"<p:q/>", b"<a b='c' b='d'/>", b"<", b">",
    b'"', b"'", b"{", b"}", b"[", b"]", b"\\", b"\\ud800", b"\\u0000", b"@article{",
    b"@string{a=a}", b"#", b"$", b",,,,,,,,", b"\nER  - \n", b"\nTY  - JOUR\n", b"\nPMID- 1\n",
    b"\n%0 ", b"\r", b"\xef\xbb\xbf", b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xa8",
    b"\x1a", b"\x0c", b"NaN", b"-Infinity", b"1e999", b"null", b"true", b"9" * 400, b"-1",
    b"0000-00-00", b"10.1/",
)  # fmt: skip


def small(data):
    """A big PubMed file cut to its first records and its deletions; other files by lines."""
    plain = gzip.decompress(data) if data.startswith(GZIP) else data
    if len(plain) > _BIG:
        end = b"</PubmedArticle>"
        if end in plain:
            pieces = plain.split(end, _RECORDS)
            tail = plain[-100_000:]
            start = tail.find(b"<DeleteCitation>")
            rest = tail[start:] if start >= 0 else b"\n</PubmedArticleSet>\n"
            plain = end.join(pieces[:-1]) + end + b"\n" + rest
        else:
            plain = plain[: plain.rfind(b"\n", 0, _BIG // 2) + 1]
    return gzip.compress(plain, 1, mtime=0) if data.startswith(GZIP) else plain


def mutant(groups, seed, number):
    """Return (group, file name, bytes, names of the wounds) of an input.

    ``groups`` maps a format to its (name, bytes) seeds; formats take turns.
    """
    rng = random.Random(f"{seed}:{number}")
    group = sorted(groups)[number % len(groups)]
    name, data = rng.choice(groups[group])
    packed = data.startswith(GZIP)
    if packed:
        data = gzip.decompress(data)
    dice = rng.random()
    wounds = [] if dice < 0.1 else rng.choices(WOUNDS, k=rng.choice((1, 1, 1, 2, 3, 4)))
    others = [other for _, other in groups[rng.choice(sorted(groups))]]
    for wound in wounds:
        data = bytes(wound(rng, data, others) if wound is splice else wound(rng, data))
    names = [wound.__name__ for wound in wounds]
    if packed or dice < 0.2:
        data = gzip.compress(data, 1, mtime=0)
        if dice < 0.1 or rng.random() < 0.3:
            data = break_gzip(rng, data)
            names.append("break_gzip")
    return group, name, data, names


def span(rng, data, longest=4000):
    start = rng.randrange(len(data) + 1)
    return start, min(len(data), start + rng.randint(1, rng.choice((2, 20, 200, longest))))


def put(rng, data, piece):
    at = rng.randrange(len(data) + 1)
    return data[:at] + piece + data[at:]


def flip_bits(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 5, 50)) if data else 0):
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def delete_bytes(rng, data):
    for _ in range(rng.choice((1, 1, 3, 10))):
        start, _ = span(rng, data)
        data = data[:start] + data[start + rng.randint(1, 4) :]
    return data


def remove_block(rng, data):
    start, end = span(rng, data)
    return data[:start] + data[end:]


def duplicate_block(rng, data):
    start, end = span(rng, data)
    return data[:end] + data[start:end] * rng.choice((1, 1, 2, 50)) + data[end:]


def swap_blocks(rng, data):
    cuts = sorted(rng.randrange(len(data) + 1) for _ in range(4))
    a, b, c, d = cuts
    return data[:a] + data[c:d] + data[b:c] + data[a:b] + data[d:]


def truncate(rng, data):
    return data[: rng.randrange(len(data) + 1)]


def behead(rng, data):
    return data[rng.randrange(min(len(data), 3000) + 1) :]


def insert_noise(rng, data):
    return put(rng, data, rng.randbytes(rng.choice((1, 4, 40, 4000))))


def insert_nulls(rng, data):
    return put(rng, data, b"\0" * rng.choice((1, 2, 512)))


def insert_token(rng, data):
    for _ in range(rng.choice((1, 1, 3, 10))):
        data = put(rng, data, rng.choice(_TOKENS))
    return data


def nest(rng, data):
    opening, closing = rng.choice(
        ((b"<i>", b"</i>"), (b"<sec>", b"</sec>"), (b"{", b"}"), (b"[", b"]"), (b'{"a":', b"}"),
         (b"\\textbf{", b"}"), (b'"', b'"'), (b"(", b")"), (b"<!--", b"-->"), (b"$", b"$"))
    )  # fmt: skip
    depth = rng.choice((10, 300, 5_000, 100_000))
    closing *= depth if rng.random() < 0.7 else 0
    start, end = span(rng, data, 200)
    return data[:start] + opening * depth + data[start:end] + closing + data[end:]


def long_line(rng, data):
    piece = rng.choice(
        (b"a", b"word ", b"\xc3\xa9", b"A.B, ", b"10.1000/", b"- ", b"<b/>", b"&amp;")
    )
    return put(rng, data, piece * rng.choice((1_000, 100_000, 400_000)))


def join_lines(rng, data):
    return data.replace(b"\n", rng.choice((b"", b" ", b"\r", b"\r\n", b"\n\n", b"\n\r")))


def shuffle_lines(rng, data):
    rows = data.split(b"\n")
    start = rng.randrange(len(rows))
    some = rows[start : start + rng.choice((3, 30))]
    rng.shuffle(some)
    rows[start : start + len(some)] = some
    return b"\n".join(rows)


def swap_tags(rng, data):
    found = list(_TAGS.finditer(data, 0, 500_000))
    for _ in range(rng.choice((1, 1, 4))):
        if len(found) > 1:
            a, b = sorted(rng.sample(found, 2), key=lambda match: match.start())
            between = data[a.end() : b.start()]
            data = data[: a.start()] + b[0] + between + a[0] + data[b.end() :]
            found = list(_TAGS.finditer(data, 0, 500_000))
    return data


def other_encoding(rng, data):
    text = data.decode("utf-8", "replace")
    name = rng.choice(("latin-1", "utf-16", "utf-16-le", "utf-32", "cp1252", "utf-7", "cp037"))
    if rng.random() < 0.5:
        return text.encode(name, "replace")
    declared = re.sub(
        rb"encoding=[\"'][\w-]+[\"']", b'encoding="%s"' % name.encode(), data, count=1
    )
    return declared if rng.random() < 0.7 else declared.replace(b" ", b"\xa0")


def bad_utf8(rng, data):
    data = bytearray(data)
    for _ in range(rng.choice((1, 5, 200)) if data else 0):
        data[rng.randrange(len(data))] = rng.randrange(128, 256)
    return data


def odd_numbers(rng, data):
    value = rng.choice((b"0", b"-7", b"99999", b"1" * 30, b"1" * 5000, "٣".encode(), b"1e9", b""))
    numbers = list(re.finditer(rb"\d+", data[:500_000]))
    for match in sorted(rng.sample(numbers, min(len(numbers), 5)), key=lambda m: -m.start()):
        data = data[: match.start()] + value + data[match.end() :]
    return data


def splice(rng, data, others):
    other = rng.choice(others)
    other = gzip.decompress(other) if other.startswith(GZIP) else other
    start, end = span(rng, other, 20_000)
    return put(rng, data, other[start:end])


def break_gzip(rng, data):
    """Damage the packed bytes: their header, their middle or their end."""
    kind = rng.randrange(5)
    if kind == 0:
        return bytes(truncate(rng, data))
    if kind == 1:
        return bytes(flip_bits(rng, data))
    if kind == 2:
        return data + rng.choice((b"\0" * 600, rng.randbytes(50), data, data[: len(data) // 2]))
    if kind == 3:
        return data[:2] + rng.randbytes(8) + data[10:]
    raw = zlib.compressobj(9, wbits=31)  # a member that inflates to a thousand times its size
    return data + raw.compress(b" " * rng.choice((1_000_000, 200_000_000))) + raw.flush()


WOUNDS = (
    flip_bits, delete_bytes, remove_block, duplicate_block, swap_blocks, truncate, behead,
    insert_noise, insert_nulls, insert_token, insert_token, nest, long_line, join_lines,
    shuffle_lines, swap_tags, swap_tags, other_encoding, bad_utf8, odd_numbers, splice,
)  # fmt: skip
