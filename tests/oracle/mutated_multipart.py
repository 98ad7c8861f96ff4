"""How many parts four Python parsers find in 10,000 mutated multipart bodies.

    pip install WebOb==1.8.11 Werkzeug==3.1.9 Django==5.2.19 multipart==2.0.1      # Python 3.11
    python tests/oracle/mutated_multipart.py > tests/it/recorded_multipart/mutated.txt
    python tests/oracle/mutated_multipart.py check              # compares the record with what they find
    python tests/oracle/mutated_multipart.py show 1234          # one of them, with the result of each peer

The bodies are not recorded: tests/it/recorded_multipart/mutated.rs draws the same ones, from the same seeds, pieces and
numbers. The first word of the output is a checksum of all bodies. It is followed by one word for each body: the largest
number of parts that a peer finds, or `-` if no peer finds a form. If all four find the same, `=` and a checksum of the
result are added.
"""

import sys
import textwrap

from record_multipart import PEERS
from record_multipart import TABLES
from record_multipart import entries
from record_multipart import shown

COUNT = 10_000
MASK = (1 << 64) - 1

TYPES = [
    b"multipart/form-data; boundary=b",
    b"multipart/form-data; charset=utf-8; boundary=b",
    b'Multipart/Form-Data; x="y;z"; boundary="b"',
]

SEEDS = [
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
    b'--b\r\nContent-Disposition: form-data; name="c"\r\n\r\n2\r\n--b--\r\n',
    b'--b\r\nContent-Disposition: form-data; name="a"; filename="f.txt"\r\nContent-Type: text/plain\r\n\r\none\r\ntwo\r\n'
    b"--b\r\nContent-Disposition: form-data; name=c\r\n\r\n\r\n--b--",
    b'before\r\n--b\r\nX-Note: 1\r\nContent-Disposition: form-data; filename="f"; name="a"\r\n\r\n--c\r\n\r\n'
    b'--b\r\nContent-Disposition: form-data; name="c"\r\nX-Note: 2\r\n\r\n2\r\n--b--\r\nafter',
    b"--b\r\nContent-Disposition: form-data; name=\"a\"; filename*=UTF-8''f; x=y\r\n\r\n1\r\n"
    b'--b\r\nContent-Disposition: form-data;\r\n name="c"\r\n\r\n2\r\n'
    b'--b\r\nContent-Disposition: form-data; name="d"\r\n\r\n3\r\n--b--\r\n',
]

PIECES = [
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\n\n", b" ", b"\t", b"-", b"--", b"b", b"--b", b"\r\n--b", b"--b--",
    b"\r\n--b\r\n", b"\r\n--b--\r\n", b"\n--b\r\n", b'"', b"\\", b"'", b";", b"=", b":", b",", b"*", b"%22", b"%", b"\x00",
    b"\x0c", b"\xe9", b"\xc3\xa9", b"x", b"name", b'name="c"', b"; name=c", b'; filename="g"', b"; filename*=UTF-8''g",
    b"; x", b"; x=y", b'; x="y', b"form-data", b"Content-Disposition: ",
    b'Content-Disposition: form-data; name="e"\r\n\r\n4', b"X: y\r\n", b"Content-Type: text/plain\r\n",
]

MARKS = [b"\r\n", b"--b", b";", b'"', b":", b"=", b"name"]


class Numbers:
    """SplitMix64."""

    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return ((mixed ^ (mixed >> 31)) >> 33) % bound


def places(text, mark):
    found, at = [], text.find(mark)
    while at >= 0:
        found.append(at)
        at = text.find(mark, at + 1)
    return found


def span(numbers, text, most):
    start = numbers.below(len(text) + 1)
    return start, min(start + 1 + numbers.below(most), len(text))


def mutated(numbers, text):
    kind = numbers.below(7)
    if kind == 0:
        start, end = span(numbers, text, 4)
        return text[:start] + text[end:]
    if kind == 1:
        at = numbers.below(len(text) + 1)
        return text[:at] + PIECES[numbers.below(len(PIECES))] + text[at:]
    if kind == 2:
        start, end = span(numbers, text, 2)
        return text[:start] + PIECES[numbers.below(len(PIECES))] + text[end:]
    if kind == 3:
        start, end = span(numbers, text, 60)
        at = numbers.below(len(text) + 1)
        return text[:at] + text[start:end] + text[at:]
    mark = MARKS[numbers.below(len(MARKS))]
    found = places(text, mark)
    if not found:
        return text
    at = found[numbers.below(len(found))]
    piece = PIECES[numbers.below(len(PIECES))]
    if kind == 4:
        return text[:at] + piece + text[at + len(mark) :]
    if kind == 5:
        return text[:at] + piece + text[at:]
    return text[: at + len(mark)] + piece + text[at + len(mark) :]


def cases():
    numbers = Numbers(7)
    for _ in range(COUNT):
        content_type = TYPES[numbers.below(len(TYPES))]
        if numbers.below(8) == 0:
            # A header line contains no line ends.
            changed = mutated(numbers, content_type)
            content_type = bytes(byte for byte in changed if 32 <= byte < 127)
        body = SEEDS[numbers.below(len(SEEDS))]
        for _ in range(1 + numbers.below(2)):
            body = mutated(numbers, body)
        yield content_type, body


def checksum(text, state=0xCBF29CE484222325):
    """FNV-1a."""
    for byte in text:
        state = ((state ^ byte) * 0x100000001B3) & MASK
    return state


def all_of(content_type, body):
    return [entries(peer, content_type.decode("latin-1"), body) for peer in PEERS]


def record():
    total = 0xCBF29CE484222325
    for content_type, body in cases():
        total = checksum(content_type + b"\n" + body + b"\n", total)
    words = [f"{total:016x}"]
    for content_type, body in cases():
        found = all_of(content_type, body)
        told = {shown(one) for one in found}
        counts = [len(one) for one in found if one is not None]
        word = str(max(counts)) if counts else "-"
        if len(told) == 1 and counts:
            word += f"={checksum(told.pop().encode()) & 0xFFFF:04x}"
        words.append(word)
    return textwrap.fill(" ".join(words), 110) + "\n"


def check():
    print(f"mutated bodies: {COUNT}")
    if record() == (TABLES / "mutated.txt").read_text():
        return 0
    print("the record differs from what they find", file=sys.stderr)
    return 1


def show(wanted):
    for index, (content_type, body) in enumerate(cases()):
        if index == wanted:
            print(content_type, body)
            for peer, found in zip(PEERS, all_of(content_type, body)):
                print(peer.__name__, shown(found))


if __name__ == "__main__":
    if sys.argv[1:2] == ["show"]:
        show(int(sys.argv[2]))
    elif sys.argv[1:2] == ["check"]:
        sys.exit(check())
    else:
        print(record(), end="")
