"""What WebOb and Werkzeug make of queries, forms and multipart bodies, as rows of Rust.

Run by hand, to see where they stand; the tables in tests/it/recorded_*.rs were made with it
(those of routing with record_routing.py):

    pip install WebOb==1.8.11 Werkzeug==3.1.9      # Python 3.11
    python tests/oracle/record.py queries | forms | lengths | json | multipart

A row is: the input, what WebOb gave, what Werkzeug gave. Pairs are `name=value`, with `|` between them; a
file is `name=<filename|type>content`; an exception is `!` and its name.
"""

import io
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

TYPE = "multipart/form-data; boundary=b"


def part(disposition, content, more=b""):
    return b"--b\r\nContent-Disposition: " + disposition + b"\r\n" + more + b"\r\n" + content + b"\r\n"


def whole(*parts):
    return b"".join(parts) + b"--b--\r\n"


def field(more, content=b"1"):
    return whole(part(b"form-data; " + more, content))


def headed(line, content):
    return whole(part(b'form-data; name="a"', content, line + b"\r\n"))


ONE = field(b'name="a"')

MULTIPART = [
    (TYPE, ONE, "a field"),
    (TYPE, whole(part(b'form-data; name="a"', b"1"), part(b'form-data; name="a"', b"2")), "a name twice"),
    (TYPE, field(b"name=a"), "a name without quotes"),
    (TYPE, field(b'NAME="a"'), "parameters in capitals"),
    (TYPE, field(b'name="a"; filename="f.txt"'), "a file without a type"),
    (TYPE, whole(part(b'form-data; name="a"; filename="f.txt"', b"1", b"Content-Type: text/plain\r\n")), "a file"),
    (TYPE, field(b'name="a"; filename=""', b""), "no file was chosen"),
    (TYPE, field(b'name="a"; filename=""'), "a file without a name"),
    (TYPE, field(b'name=""'), "an empty name"),
    (TYPE, field(b'x="a"'), "no name"),
    (TYPE, b"--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--\r\n", "no Content-Disposition"),
    (TYPE, whole(part(b'attachment; name="a"', b"1")), "an attachment"),
    (TYPE, ONE.replace(b"\r\n", b"\n"), "lines that end with LF"),
    (TYPE, ONE.replace(b"\r\n", b"\r"), "lines that end with CR"),
    (TYPE, ONE[:-7], "no closing boundary"),
    (TYPE, ONE[:-9], "no line end after the data"),
    (TYPE, part(b'form-data; name="a"', b"1") + b"--b\r\n", "an open part at the end"),
    (TYPE, b"", "an empty body"),
    (TYPE, b"--b--\r\n", "no parts"),
    (TYPE, b"before\r\n" + ONE, "a preamble"),
    (TYPE, ONE + b"after", "an epilogue"),
    (TYPE, ONE + ONE.replace(b'"a"', b'"c"'), "a form after the form"),
    (TYPE, ONE.replace(b"--b\r\n", b"--b \t\r\n"), "blanks after the boundary"),
    (TYPE, field(b'name="a"', b"1\r\n--bx\r\n2"), "a line that begins like the boundary"),
    (TYPE, field(b'name="a"', b"1\r\n--b2"), "the boundary and a letter"),
    (TYPE, field(b'name="a"', b"\r\n"), "an empty line"),
    (TYPE, field(b'name="a"', b"1\n2\r3"), "line ends in data"),
    (TYPE, field(b'name="a"', b"\xff"), "data that are no UTF-8"),
    (TYPE, field(b'name="\xff"'), "a name that is no UTF-8"),
    (TYPE, field('name="é"'.encode()), "a name in UTF-8"),
    (TYPE, field(b'name="a"; filename="C:\\Users\\x.txt"'), "a path of Windows"),
    (TYPE, field(b'name="a"; filename="../../x.txt"'), "a path of Unix"),
    (TYPE, field(b'name="a"; filename="a%22b"'), "a quote as browsers write it"),
    (TYPE, field(b'name="a"; filename="a%0D%0Ab"'), "a line end as browsers write it"),
    (TYPE, field(b'name="a"; filename="a%20b"'), "another escape"),
    (TYPE, field(b'name="a"; filename="a\\"b"'), "a quote with a backslash"),
    (TYPE, field(b'name="a"; filename="x; name=evil"'), "a name within a filename"),
    (TYPE, field(b'name="a"; filename="x\\"; name=\\"evil"'), "the same with quotes"),
    (TYPE, field(b"name=\"a\"; filename*=UTF-8''caf%C3%A9.txt"), "filename* alone"),
    (TYPE, field(b"name=\"a\"; filename=\"x\"; filename*=UTF-8''y"), "filename, then filename*"),
    (TYPE, field(b"name=\"a\"; filename*=UTF-8''y; filename=\"x\""), "filename*, then filename"),
    (TYPE, field(b"name=\"a\"; filename*=nonsense''y"), "filename* in an unknown charset"),
    (TYPE, field(b"name=\"a\"; filename*0*=UTF-8''%C3; filename*1*=%A9"), "a filename in pieces"),
    (TYPE, field(b'name="a"; name="c"'), "two names"),
    (TYPE, field(b'name="a'), "a quote that does not close"),
    (TYPE, headed(b'Content-Disposition: form-data; name="c"', b"1"), "two Content-Disposition lines"),
    (TYPE, whole(part(b"form-data;\r\n name=\"a\"", b"1")), "a folded line"),
    (TYPE, whole(part(b'form-data; name="a"', b"1", b"X: \x00\r\n")), "NUL in a header"),
    (TYPE, headed(b"Content-Transfer-Encoding: base64", b"MQ=="), "base64"),
    (TYPE, headed(b"Content-Transfer-Encoding: quoted-printable", b"=31"), "quoted-printable"),
    (TYPE, headed(b"Content-Type: text/plain; charset=latin-1", b"\xe9"), "a charset of the part"),
    (
        TYPE,
        whole(part(b'form-data; name="_charset_"', b"latin-1"), part(b'form-data; name="a"', b"\xe9")),
        "_charset_",
    ),
    (
        TYPE,
        headed(
            b"Content-Type: multipart/mixed; boundary=c",
            b'--c\r\nContent-Disposition: file; filename="x"\r\n\r\n1\r\n--c--',
        ),
        "multipart within a part",
    ),
    ("multipart/form-data", ONE, "no boundary"),
    ("multipart/form-data; boundary=", ONE, "an empty boundary"),
    ("multipart/form-data; boundary=b; boundary=c", ONE, "two boundaries"),
    ('multipart/form-data; boundary="b"', ONE, "a boundary in quotes"),
    ("multipart/form-data; boundary = b", ONE, "blanks around ="),
    ("multipart/form-data ; charset=utf-8 ; boundary=b", ONE, "blanks before ;"),
    ("Multipart/Form-Data; Boundary=b", ONE, "capitals"),
    ("multipart/form-data; boundary=a/b:c", ONE.replace(b"--b", b"--a/b:c"), "a boundary that is no token"),
    ("multipart/form-data; boundary=" + "b" * 71, ONE.replace(b"--b", b"--" + b"b" * 71), "71 characters"),
    ("multipart/mixed; boundary=b", ONE, "multipart/mixed"),
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
    """A literal of Rust, of bytes or of text."""
    if value is None:
        return "None"
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}

    def char(c):
        if c in named:
            return named[c]
        if isinstance(value, bytes) and not " " <= c <= "~":
            return f"\\x{ord(c):02x}"
        return c if " " <= c <= "~" or c.isalpha() else f"\\u{{{ord(c):x}}}"

    return ("b" if isinstance(value, bytes) else "") + '"' + "".join(map(char, text)) + '"'


def row(*values):
    print("(" + ", ".join(map(literal, values)) + "),")


def queries():
    for query in QUERIES:
        row(query, webob_query(query), werkzeug_query(query))


def forms():
    for request in FORMS:
        row(*request, webob_form(*request), werkzeug_form(*request))


def lengths():
    for length in LENGTHS:
        request = environ("POST", URLENCODED, b"a=1", length)
        row(
            length,
            guarded(lambda: str(webob.Request(request).content_length)),
            guarded(lambda: str(werkzeug.Request(request).content_length)),
        )


def json():
    for content_type, body in JSON:
        request = "POST", content_type, body
        row(
            content_type,
            body,
            guarded(lambda: str(webob.Request(environ(*request)).json)),
            guarded(lambda: str(werkzeug.Request(environ(*request)).json)),
        )


def multipart():
    for content_type, body, what in MULTIPART:
        row(what, content_type, body, webob_form("POST", content_type, body), werkzeug_form("POST", content_type, body))


if __name__ == "__main__":
    {"queries": queries, "forms": forms, "lengths": lengths, "json": json, "multipart": multipart}[sys.argv[1]]()
