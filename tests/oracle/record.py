"""How WebOb and Werkzeug read queries, urlencoded forms and JSON, as rows of Rust.

It made the tables in tests/it/recorded_*.rs, and tests/oracle/run compares them
(record_routing.py is for routing, record_multipart.py for multipart bodies):

    pip install WebOb==1.8.11 Werkzeug==3.1.9      # Python 3.11
    python tests/oracle/record.py queries | forms | lengths | json
    python tests/oracle/record.py check             # compares the record with what they do

A row is: the input, the result of WebOb, the result of Werkzeug. Pairs are `name=value`, separated by `|`; an exception is
`!` and its name.
"""

import io
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore")

import webob
import werkzeug
from werkzeug.datastructures import FileStorage

QUERIES = [
    b"", b"&&", b"a", b"a=", b"=1", b"=", b"a=1&a=2", b"b=1&a=2&b=3", b"a=b=c", b"&a=1&&b=2&",
    b"a=1;b=2", b"a=1;", b";", b"a+b=c+d", b"a%20b=%2B", b"a=%2b%2B", b"a=%26%3D%3B", b"%26=1",
    b"a=%zz&b=%", b"a=%4", b"a=%%41", b"a=%2541", b"a=%u00e9", b"a=%00", b"a=%0d%0a",
    b"a=%ff%fe", b"a=%C0%AF", b"a=%ED%A0%80", b"a=%F4%90%80%80", b"a=%E2%82", b"a=%e2%82%ac",
    b"a=\xe9", b"a=\xc3\xa9", b"\xe9=1", b"%ff=1", b"a=%C3%A9&b=%E9", b"a[]=1&a[]=2", b"a[b]=1",
    b"a=1#b", b"a=?", b"?a=1", b"a=\"x\"", b"a= 1", b"a=1&amp;b=2", b"A=1&a=2",
]

URLENCODED = "application/x-www-form-urlencoded"

FORMS = [
    ("POST", URLENCODED, b"a=1&b=2"),
    ("POST", URLENCODED, b""),
    ("POST", URLENCODED, b"a=1&a=2"),
    ("POST", URLENCODED, b"b=1&a=2&b=3"),
    ("POST", URLENCODED, b"a"),
    ("POST", URLENCODED, b"=1&a="),
    ("POST", URLENCODED, b"a=1;b=2"),
    ("POST", URLENCODED, b"a+b=c+d%2B"),
    ("POST", URLENCODED, b"a=1\r\n"),
    ("POST", URLENCODED, b"a=one\r\ntwo"),
    ("POST", URLENCODED, b"a=%0D%0A"),
    ("POST", URLENCODED, b"a=%zz&b=%"),
    ("POST", URLENCODED, b"a=%ff"),
    ("POST", URLENCODED, b"a=\xff"),
    ("POST", URLENCODED, b"a=1&b=\xe9&c=3"),
    ("POST", URLENCODED, b"a=\xc3\xa9"),
    ("POST", URLENCODED, b"\xef\xbb\xbfa=1"),
    ("POST", URLENCODED, b"a=%00b"),
    ("POST", URLENCODED + "; charset=utf-8", b"a=%C3%A9"),
    ("POST", URLENCODED + "; charset=latin-1", b"a=%E9"),
    ("POST", URLENCODED + ";", b"a=1"),
    ("POST", URLENCODED + " ", b"a=1"),
    ("POST", "Application/X-WWW-Form-URLencoded", b"a=1"),
    ("POST", "application/x-url-encoded", b"a=1"),
    ("POST", None, b"a=1"),
    ("POST", "", b"a=1"),
    ("POST", "text/plain", b"a=1"),
    ("POST", "application/json", b'{"a": 1}'),
    ("PUT", URLENCODED, b"a=1"),
    ("PATCH", URLENCODED, b"a=1"),
    ("DELETE", URLENCODED, b"a=1"),
    ("GET", URLENCODED, b"a=1"),
]

LENGTHS = ["3", "+3", "1_0", "-1", "", "03", "3, 3", " 3", "0x3", "three"]

JSON = [
    ("application/json", b'{"a": 1}'),
    ("application/json", b'\xef\xbb\xbf{"a": 1}'),
    ("application/json; charset=latin-1", b'{"a": "\xe9"}'),
    ("application/json", b'{"a": "\xe9"}'),
    ("application/problem+json", b'{"a": 1}'),
    ("APPLICATION/JSON", b'{"a": 1}'),
    ("text/plain", b'{"a": 1}'),
    (None, b'{"a": 1}'),
    ("application/json", b'{"a": 1, "a": 2}'),
    ("application/json", b'{"a": NaN}'),
    ("application/json", b'{"a": 1} x'),
    ("application/json", b""),
    ("application/json", '{"a": 1}'.encode("utf-16")),
]

def environ(method, content_type, body, length=None):
    made = webob.Request.blank("/").environ
    made.update(REQUEST_METHOD=method, CONTENT_LENGTH=str(len(body)) if length is None else length)
    if content_type is not None:
        made["CONTENT_TYPE"] = content_type
    made["wsgi.input"] = io.BytesIO(body)
    return made


def guarded(read):
    try:
        return read()
    except Exception as error:
        return "!" + type(error).__name__


def shown(pairs):
    def one(name, value):
        if isinstance(value, FileStorage):
            return f"{name}=<{value.filename}|{value.content_type}>" + value.stream.read().decode("latin-1")
        if hasattr(value, "filename"):
            return f"{name}=<{value.filename}|{value.type}>" + value.file.read().decode("latin-1")
        text = value.decode("latin-1") if isinstance(value, bytes) else value
        return f"{name}={text}"

    return "|".join(one(name, value) for name, value in pairs)


def webob_query(query):
    made = environ("GET", None, b"")
    made["QUERY_STRING"] = query.decode("latin-1")
    return guarded(lambda: shown(webob.Request(made).GET.items()))


def werkzeug_query(query):
    made = environ("GET", None, b"")
    made["QUERY_STRING"] = query.decode("latin-1")
    return guarded(lambda: shown(werkzeug.Request(made).args.items(multi=True)))


def webob_form(*request):
    def read():
        post = webob.Request(environ(*request)).POST
        return "no form" if isinstance(post, webob.multidict.NoVars) else shown(post.items())

    return guarded(read)


def werkzeug_form(*request):
    def read():
        made = werkzeug.Request(environ(*request))
        pairs = [*made.form.items(multi=True), *made.files.items(multi=True)]
        return shown(pairs)

    return guarded(read)


def literal(value):
    """A Rust literal of bytes or text."""
    if value is None:
        return "None"
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}

    def char(c):
        if c in named:
            return named[c]
        if isinstance(value, bytes) and not " " <= c <= "~":
            return f"\\x{ord(c):02x}"
        return c if " " <= c <= "~" or c.isalpha() or c == "…" else f"\\u{{{ord(c):x}}}"

    return ("b" if isinstance(value, bytes) else "") + '"' + "".join(map(char, text)) + '"'


class Written(str):
    """Text that is already a literal."""


def optional(text):
    if text is None:
        return Written("None")
    return Written("Some(URLENCODED)" if text == URLENCODED else f"Some({literal(text)})")


def row(*values):
    return "(" + ", ".join(it if isinstance(it, Written) else literal(it) for it in values) + "),"


def missing(rows, files):
    """The rows that these files do not contain, whatever the white space between the values."""
    text = " ".join(re.sub(r"\s+", " ", file.read_text()) for file in files).replace("( ", "(")
    return [row for row in rows if re.sub(r"\s+", " ", row).removesuffix("),") not in text]


def check(tables, files):
    """Prints the rows that the files do not contain."""
    rows = [row for table in tables for row in table]
    lost = missing(rows, files)
    print("\n".join(lost), file=sys.stderr, end="\n" if lost else "")
    return len(rows), bool(lost)


def queries():
    for query in QUERIES:
        yield row(query, webob_query(query), werkzeug_query(query))


def forms():
    for request in FORMS:
        method, content_type, body = request
        yield row(method, optional(content_type), body, webob_form(*request), werkzeug_form(*request))


def lengths():
    for length in LENGTHS:
        request = environ("POST", URLENCODED, b"a=1", length)
        yield row(
            length,
            guarded(lambda: str(webob.Request(request).content_length)),
            guarded(lambda: str(werkzeug.Request(request).content_length)),
        )


def json():
    for content_type, body in JSON:
        request = "POST", content_type, body
        yield row(
            optional(content_type),
            body,
            guarded(lambda: str(webob.Request(environ(*request)).json)),
            guarded(lambda: str(werkzeug.Request(environ(*request)).json)),
        )


if __name__ == "__main__":
    tables = {"queries": queries, "forms": forms, "lengths": lengths, "json": json}
    if sys.argv[1] == "check":
        files = (pathlib.Path(__file__).parent.parent / "it").glob("recorded_*.rs")
        count, is_wrong = check((table() for table in tables.values()), files)
        print(f"queries, forms, lengths, JSON: {count} rows")
        sys.exit(is_wrong)
    print(*tables[sys.argv[1]](), sep="\n")
