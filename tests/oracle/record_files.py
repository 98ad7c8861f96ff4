"""What Werkzeug's safe_join makes of paths, what the static files of WebOb, Werkzeug and Starlette answer, and how Werkzeug and
Starlette write the name of a download, as rows of Rust.

The tables in tests/it/recorded_files.rs were made with it; tests/oracle/run compares them:

    pip install WebOb==1.8.11 Werkzeug==3.1.9 starlette==1.10.0     # Python 3.11
    python tests/oracle/record_files.py paths | answers | downloads
    python tests/oracle/record_files.py check                       # what is recorded is what they do

A row of answers is: the method, the path, and what each of them answered: status, then the location or the body.
"""

import asyncio
import io
import os
import pathlib
import sys
import tempfile
import urllib.parse

import webob
import webob.static
import werkzeug.test
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.security import safe_join
from werkzeug.utils import send_file

from record import check, guarded, row

HERE = pathlib.Path(__file__).parent

PATHS = [
    "", "a.txt", "a/b.txt", "ü/日本.txt", "..", "../a", "a/../b", "a/../../b", ".", "./a", "a/", "a//b", "/a", "//server/share", "a\\b",
    "..\\a", "c:/a", "a/c:", "a\0b", "a\nb", "a.", "a ", "...", ".env", "CON", "aux.txt", "NUL .x", "a/nul", "com1.txt", "com10.txt",
    "console", "%2e%2e/a",
]

FILES = {
    "public/a.txt": "a", "public/docs/index.html": "docs", "public/empty/x": "x", "public/.env": "hidden", "secret.txt": "secret",
    "public_secret": "secret",
}

ANSWERS = [
    ("GET", "/a.txt"), ("HEAD", "/a.txt"), ("POST", "/a.txt"), ("GET", "/nothing"), ("GET", "/docs/"), ("GET", "/docs"), ("GET", "/docs?x=y"),
    ("GET", "/empty/"), ("GET", "/a.txt/"), ("GET", "/.env"), ("GET", "/in.txt"), ("GET", "/out.txt"), ("GET", "/../secret.txt"),
    ("GET", "/../public_secret"), ("GET", "/%2e%2e/secret.txt"), ("GET", "/..%2fsecret.txt"), ("GET", "/..%5csecret.txt"),
    ("GET", "/docs/../a.txt"), ("GET", "/nothing/../a.txt"), ("GET", "//a.txt"),
]

DOWNLOADS = ["a.txt", "a b.txt", "naïve.txt", "日本.txt", 'a"b.txt', "a\\b.txt", "a;b.txt", "a%41.txt", "a'b.txt", "a\r\nb.txt", "a\tb.txt"]


def paths():
    for path in PATHS:
        yield row(path, guarded(lambda: str(safe_join("r", path))))


def told(status, location, body, method):
    text = location if location else body.decode() if status == 200 else ""
    return f"{status} {text}".strip()


def environ(method, target):
    path, _, query = target.partition("?")
    made = webob.Request.blank("/").environ
    decoded = urllib.parse.unquote_to_bytes(path).decode("latin-1")
    made.update(REQUEST_METHOD=method, PATH_INFO=decoded, QUERY_STRING=query)
    return made


def webob_answer(folder, method, target):
    response = webob.Request(environ(method, target)).get_response(webob.static.DirectoryApp(folder))
    return told(response.status_int, response.headers.get("location"), response.body, method)


def werkzeug_answer(folder, method, target):
    def nothing(environ, start_response):
        start_response("404 NOT FOUND", [])
        return []

    app = SharedDataMiddleware(nothing, {"/": folder})
    body, status, headers = werkzeug.test.run_wsgi_app(app, environ(method, target), buffered=True)
    return told(int(status.split()[0]), headers.get("location"), b"".join(body), method)


def starlette_answer(folder, method, target):
    path, _, query = target.partition("?")
    sent = []

    async def receive():
        # The client stays.
        await asyncio.Event().wait()

    async def send(message):
        sent.append(message)

    raw = path.encode()
    path = urllib.parse.unquote(path)
    scope = dict(type="http", method=method, path=path, raw_path=raw, query_string=query.encode(), root_path="", headers=[],
                 scheme="http", server=("localhost", 80))
    try:
        asyncio.run(StaticFiles(directory=folder, html=True)(scope, receive, send))
    except HTTPException as error:
        return str(error.status_code)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return told(sent[0]["status"], headers.get("location"), b"".join(it.get("body", b"") for it in sent[1:]), method)


def answers():
    with tempfile.TemporaryDirectory() as folder:
        for name, content in FILES.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        public = os.path.join(folder, "public")
        os.symlink("a.txt", os.path.join(public, "in.txt"))
        os.symlink("../secret.txt", os.path.join(public, "out.txt"))
        for asked in ANSWERS:
            each = (webob_answer, werkzeug_answer, starlette_answer)
            yield row(*asked, *(guarded(lambda: answer(public, *asked)) for answer in each))


def werkzeug_download(name):
    made = webob.Request.blank("/").environ
    sent = send_file(io.BytesIO(), made, mimetype="text/plain", as_attachment=True, download_name=name)
    return sent.headers["Content-Disposition"]


def starlette_download(name):
    return FileResponse(__file__, filename=name).headers["content-disposition"]


def downloads():
    for name in DOWNLOADS:
        yield row(name, *(guarded(lambda: download(name)) for download in (werkzeug_download, starlette_download)))


if __name__ == "__main__":
    tables = {table.__name__: table for table in (paths, answers, downloads)}
    if sys.argv[1] == "check":
        count, is_wrong = check((table() for table in tables.values()), [HERE.parent / "it" / "recorded_files.rs"])
        print(f"paths below a folder, static files, downloads: {count} rows")
        sys.exit(is_wrong)
    print(*tables[sys.argv[1]](), sep="\n")
