"""What WebOb, Werkzeug and Starlette answer to conditional requests and ranges, and what they make of tags and of
Cache-Control, as rows of Rust.

The tables in tests/it/recorded_conditional.rs were made with it; tests/oracle/run compares them:

    pip install WebOb==1.8.11 Werkzeug==3.1.9 starlette==1.10.0     # Python 3.11
    python tests/oracle/record_conditional.py answers | tags | cache_control
    python tests/oracle/record_conditional.py check                 # what is recorded is what they do

A row of answers is: the method, the ETag of the response, the lines of the request, and what each of them answered:
status, then Content-Range, then the body. The content is 0123456789, of 1994-11-06 08:49:37. In Starlette it is a file.
"""

import asyncio
import datetime
import os
import pathlib
import sys
import tempfile

import webob
import webob.cachecontrol
import webob.etag
import werkzeug
import werkzeug.exceptions
import werkzeug.http
import werkzeug.test
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.staticfiles import NotModifiedResponse, StaticFiles

from record import check, guarded, row

HERE = pathlib.Path(__file__).parent
CONTENT = b"0123456789"
MODIFIED = datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
BEFORE, THEN, AFTER = (f"Sun, 06 Nov 1994 08:49:{second} GMT" for second in (36, 37, 38))
STRONG, WEAK = '"v1"', 'W/"v1"'

ANSWERS = [
    # Conditions on tags.
    ("GET", STRONG, ""), ("GET", STRONG, 'if-none-match: "v1"'), ("HEAD", STRONG, 'if-none-match: "v1"'),
    ("GET", STRONG, 'if-none-match: W/"v1"'), ("GET", WEAK, 'if-none-match: "v1"'), ("GET", WEAK, 'if-none-match: W/"v1"'),
    ("GET", STRONG, 'if-none-match: "v0"'), ("GET", STRONG, 'if-none-match: "v0", "v1"'), ("GET", STRONG, "if-none-match: *"),
    ("GET", STRONG, "if-none-match: v1"), ("GET", STRONG, 'if-none-match: "a,v1"'), ("GET", STRONG, 'if-none-match: , "v1",'),
    ("GET", STRONG, 'if-match: "v1"'), ("GET", STRONG, 'if-match: "v0"'), ("GET", STRONG, 'if-match: W/"v1"'),
    ("GET", STRONG, "if-match: *"),
    # On dates.
    ("GET", STRONG, f"if-modified-since: {BEFORE}"), ("GET", STRONG, f"if-modified-since: {THEN}"),
    ("GET", STRONG, f"if-modified-since: {AFTER}"), ("GET", STRONG, "if-modified-since: Sunday, 06-Nov-94 08:49:37 GMT"),
    ("GET", STRONG, "if-modified-since: 0"), ("GET", STRONG, "if-modified-since: Thu, 31 Feb 2028 08:49:37 GMT"),
    ("GET", STRONG, f"if-unmodified-since: {BEFORE}"), ("GET", STRONG, f"if-unmodified-since: {THEN}"),
    ("GET", STRONG, f'if-none-match: "v0"|if-modified-since: {AFTER}'), ("GET", STRONG, f'if-none-match: "v1"|if-modified-since: {BEFORE}'),
    # Ranges.
    ("GET", STRONG, "range: bytes=0-4"), ("GET", STRONG, "range: bytes=0-"), ("GET", STRONG, "range: bytes=-3"),
    ("GET", STRONG, "range: bytes=-100"), ("GET", STRONG, "range: bytes=5-99"), ("GET", STRONG, "range: bytes=10-"),
    ("GET", STRONG, "range: bytes=-0"), ("GET", STRONG, "range: bytes=-"), ("GET", STRONG, "range: bytes=5-2"),
    ("GET", STRONG, "range: items=0-1"), ("GET", STRONG, "range: bytes=0-4;x"), ("GET", STRONG, "range: BYTES=0-4"),
    ("GET", STRONG, "range: bytes=0-1,4-5"), ("GET", STRONG, "range: bytes=0-4,3-6"), ("GET", STRONG, "range: bytes=0-4,5-6"),
    ("GET", STRONG, "range: bytes=0-1,90-99"), ("GET", STRONG, "range: bytes=,0-1,"), ("HEAD", STRONG, "range: bytes=0-4"),
    ("GET", STRONG, 'range: bytes=0-4|if-none-match: "v1"'), ("GET", STRONG, 'range: bytes=0-4|if-range: "v1"'),
    ("GET", STRONG, 'range: bytes=0-4|if-range: "v0"'), ("GET", WEAK, 'range: bytes=0-4|if-range: W/"v1"'),
    ("GET", STRONG, f"range: bytes=0-4|if-range: {THEN}"), ("GET", STRONG, f"range: bytes=0-4|if-range: {AFTER}"),
    ("GET", STRONG, f"range: bytes=0-4|if-range: {BEFORE}"),
]

TAGS = ['"a"', 'W/"a"', 'w/"a"', '"a", W/"b"', '"a,b", "c"', "a, b", '"a', '""', "*", '*, "a"', ',"a",,', '"a" "b"', ""]

CACHE_CONTROL = [
    "no-store, max-age=5", "No-Store, Max-Age=5", "max-age = 10", 'max-age="10"', "max-age", "max-age=x", "max-age=-1",
    "max-age=1, max-age=2", 'private="a, b"', 'no-cache="a', ",, no-store,", "public max-age=5", "",
]


def headers(lines):
    return [tuple(line.split(": ", 1)) for line in lines.split("|") if line]


def told(status, content_range, body):
    body = "several" if b"\r\n--" in body else body.decode()
    if status >= 300:
        body = ""
    return " ".join(filter(None, [str(status), (content_range or "").removeprefix("bytes "), body]))


def webob_answer(method, etag, lines):
    def app(environ, start_response):
        response = webob.Response(CONTENT, conditional_response=True, last_modified=MODIFIED)
        response.headers["ETag"] = etag
        return response(environ, start_response)

    answer = webob.Request.blank("/", method=method, headers=headers(lines)).get_response(app)
    return told(answer.status_code, answer.headers.get("Content-Range"), answer.body)


def werkzeug_answer(method, etag, lines):
    def app(environ, start_response):
        response = werkzeug.Response(CONTENT)
        response.headers["ETag"], response.last_modified = etag, MODIFIED
        try:
            response.make_conditional(environ, accept_ranges=True, complete_length=len(CONTENT))
        except werkzeug.exceptions.HTTPException as error:
            return error(environ, start_response)
        return response(environ, start_response)

    answer = werkzeug.test.Client(app).open("/", method=method, headers=headers(lines))
    return told(answer.status_code, answer.headers.get("Content-Range"), answer.data)


def starlette_answer(method, etag, lines):
    asked = [(name.encode(), value.encode("latin-1")) for name, value in headers(lines)]
    scope = {"type": "http", "method": method, "path": "/", "headers": asked}
    sent = []

    async def receive():
        # The client stays.
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "content")
        pathlib.Path(path).write_bytes(CONTENT)
        response = FileResponse(path, headers={"etag": etag, "last-modified": THEN}, stat_result=os.stat(path))
        if StaticFiles(directory=folder).is_not_modified(response.headers, Headers(raw=asked)):
            response = NotModifiedResponse(response.headers)
        asyncio.run(response(scope, receive, send))
    start, *rest = sent
    return told(start["status"], Headers(raw=start["headers"]).get("content-range"), b"".join(it["body"] for it in rest))


def answers():
    for asked in ANSWERS:
        yield row(*asked, *(guarded(lambda: answer(*asked)) for answer in (webob_answer, werkzeug_answer, starlette_answer)))


def shown(tags):
    return "|".join(sorted(tags))


def webob_tags(text):
    matcher = webob.etag.ETagMatcher.parse(text, strong=False) if text else webob.etag.NoETag
    if matcher is webob.etag.AnyETag:
        return "*"
    return shown(f'"{tag}"' for tag in getattr(matcher, "etags", ()))


def werkzeug_tags(text):
    tags = werkzeug.http.parse_etags(text)
    if tags.star_tag:
        return "*"
    return shown([*(f'"{tag}"' for tag in tags.as_set()), *(f'W/"{tag}"' for tag in tags._weak)])


def tags():
    for text in TAGS:
        yield row(text, guarded(lambda: webob_tags(text)), guarded(lambda: werkzeug_tags(text)))


def directives(control):
    names = "no_store", "no_cache", "public", "private", "max_age"
    values = [(name, getattr(control, name)) for name in names]
    return "|".join(f"{name}={value}" for name, value in values if value not in (None, False))


def cache_control():
    for text in CACHE_CONTROL:
        yield row(
            text,
            guarded(lambda: directives(webob.cachecontrol.CacheControl.parse(text))),
            guarded(
                lambda: directives(
                    werkzeug.http.parse_cache_control_header(text, cls=werkzeug.datastructures.ResponseCacheControl)
                )
            ),
        )


if __name__ == "__main__":
    tables = {table.__name__: table for table in (answers, tags, cache_control)}
    if sys.argv[1] == "check":
        count, is_wrong = check((table() for table in tables.values()), [HERE.parent / "it" / "recorded_conditional.rs"])
        print(f"conditional requests, ranges, tags, Cache-Control: {count} rows")
        sys.exit(is_wrong)
    print(*tables[sys.argv[1]](), sep="\n")
