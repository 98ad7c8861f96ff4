"""How WebOb and Starlette compress responses, and how WebOb decodes them, as rows of Rust.

It made the tables in tests/it/compression/recorded.rs, and tests/oracle/run compares them:

    pip install WebOb==1.8.11 starlette==1.10.0      # Python 3.11
    python tests/oracle/record_compression.py          # prints the rows
    python tests/oracle/record_compression.py check    # compares the record with what they do

A row is: `Accept-Encoding`, the content type, the length, more headers of the response, then the result of WebOb and that of
Starlette. A result is `Content-Encoding`, `Vary` and `ETag`, `-` for none.
"""

import asyncio
import gzip
import pathlib
import sys
import zlib

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response as StarletteResponse
from webob import Request
from webob import Response

TAG = '"v7"'

ROWS = [
    ("gzip", "text/plain", 2000, {}),
    ("GZIP", "text/plain", 2000, {}),
    ("gzip;q=0", "text/plain", 2000, {}),
    ("x-gzip-not", "text/plain", 2000, {}),
    ("identity", "text/plain", 2000, {}),
    ("", "text/plain", 2000, {}),
    ("*", "text/plain", 2000, {}),
    ("deflate", "text/plain", 2000, {}),
    ("gzip", "text/plain", 2000, {"etag": TAG}),
    ("identity", "text/plain", 2000, {"etag": TAG}),
    ("gzip", "text/plain", 100, {}),
    ("gzip", "image/png", 2000, {}),
    ("gzip", "text/event-stream", 2000, {}),
    ("gzip", "text/plain", 2000, {"content-encoding": "br"}),
    ("gzip", "text/plain", 2000, {"cache-control": "no-transform"}),
    ("gzip", "text/plain", 2000, {"vary": "cookie"}),
]


def shown(headers):
    # Names of fields have no case.
    vary = headers.get("vary", "-").lower()
    return " ".join([headers.get("content-encoding", "-"), vary, headers.get("etag", "-")])


def webob(accepts, content_type, length, more):
    request = Request.blank("/", accept_encoding=accepts)
    response = Response(b"x" * length, content_type=content_type)
    response.headers.update(more)
    # As the documentation of WebOb has it: the application asks.
    if "gzip" in request.accept_encoding and not response.content_encoding:
        response.encode_content("gzip")
    return shown(response.headers)


def starlette(accepts, content_type, length, more):
    headers = {"content-type": content_type, **more}
    app = GZipMiddleware(StarletteResponse(b"x" * length, headers=headers))
    sent = []

    async def receive():
        return {"type": "http.request"}

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"accept-encoding", accepts.encode())]}
    asyncio.run(app(scope, receive, send))
    return shown({name.decode(): value.decode() for name, value in sent[0]["headers"]})


CONTENT = b'{"name": "Ada"}'


def raw(content):
    compress = zlib.compressobj(wbits=-15)
    return compress.compress(content) + compress.flush()


DECODED = [
    ("gzip", gzip.compress(CONTENT, mtime=0)),
    ("gzip", gzip.compress(CONTENT[:5], mtime=0) + gzip.compress(CONTENT[5:], mtime=0)),
    ("gzip", gzip.compress(CONTENT, mtime=0)[:-1]),
    ("gzip", gzip.compress(CONTENT, mtime=0) + b"x"),
    ("deflate", zlib.compress(CONTENT)),
    ("deflate", raw(CONTENT)),
    ("deflate", zlib.compress(CONTENT)[:-1]),
    ("identity", CONTENT),
    ("compress", CONTENT),
]


def decoded(coding, body):
    response = Response(body)
    response.content_encoding = coding
    try:
        response.decode_content()
    except Exception as error:
        return "!" + type(error).__name__
    return response.body.decode()


def text(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def octets(value):
    return 'b"' + "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\x{byte:02x}" for byte in value) + '"'


def lines():
    for accepts, content_type, length, more in ROWS:
        pairs = ", ".join(f"({text(name)}, {text(value)})" for name, value in more.items())
        given = f"{text(accepts)}, {text(content_type)}, {length}, &[{pairs}]"
        results = [function(accepts, content_type, length, more) for function in (webob, starlette)]
        yield f"({given}, {text(results[0])}, {text(results[1])}"
    for coding, body in DECODED:
        yield f"({text(coding)}, {octets(body)}, {text(decoded(coding, body))}"


if sys.argv[1:] == ["check"]:
    record = pathlib.Path("tests/it/compression/recorded.rs").read_text()
    missing = [line for line in lines() if line not in record]
    sys.exit("\n".join(["not recorded:", *missing]) if missing else 0)
for line in lines():
    print(line)
