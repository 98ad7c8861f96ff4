"""How WebOb, Werkzeug, Django and the library `multipart` read multipart bodies, as rows of Rust.

It made tests/it/recorded_multipart, and tests/oracle/run compares it:

    pip install WebOb==1.8.11 Werkzeug==3.1.9 Django==5.2.19 multipart==2.0.1      # Python 3.11
    python tests/oracle/record_multipart.py TABLE            # one of those in multipart_bodies.py
    python tests/oracle/record_multipart.py check            # compares the record with what they do

A row is: a description, content type, body, and the results of the four. Fields are `name=value`, in
order, separated by `|`; a file is `name=<filename>content`; an exception is `!`. A value of
more than 60 characters is shortened to its first ten and its length.
"""

import io
import pathlib
import re
import sys
import warnings

warnings.simplefilter("ignore")

import django
import multipart
import webob
import werkzeug
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest

import multipart_bodies
from record import literal

settings.configure(DATA_UPLOAD_MAX_NUMBER_FIELDS=None, DATA_UPLOAD_MAX_NUMBER_FILES=None)
django.setup()

TABLES = pathlib.Path(__file__).parent.parent / "it" / "recorded_multipart"


def filled(text):
    def one(match):
        count, repeated = match.groups()
        return repeated * int(count) if count else b"Content-Disposition: form-data"

    return re.sub(rb"\{(?:cd|(\d+)\*([^}]*))\}", one, text)


def environ(content_type, body):
    made = webob.Request.blank("/").environ
    made.update(REQUEST_METHOD="POST", CONTENT_LENGTH=str(len(body)), CONTENT_TYPE=content_type)
    made["wsgi.input"] = io.BytesIO(body)
    return made


def by_webob(content_type, body):
    post = webob.Request(environ(content_type, body)).POST
    if isinstance(post, webob.multidict.NoVars):
        return None
    return [
        (name, value.filename, value.file.read()) if hasattr(value, "filename") else (name, None, value)
        for name, value in post.items()
    ]


def by_werkzeug(content_type, body):
    made = werkzeug.Request(environ(content_type, body))
    fields = [(name, None, value) for name, value in made.form.items(multi=True)]
    return fields + [(name, file.filename, file.stream.read()) for name, file in made.files.items(multi=True)]


def by_django(content_type, body):
    made = WSGIRequest(environ(content_type, body))
    fields = [(name, None, value) for name, values in made.POST.lists() for value in values]
    files = [(name, file.name, file.read()) for name, files in made.FILES.lists() for file in files]
    return fields + files


def by_multipart(content_type, body):
    forms, files = multipart.parse_form_data(environ(content_type, body), ignore_errors=False)
    fields = [(name, None, value) for name, value in forms.iterallitems()]
    return fields + [(name, file.filename, file.file.read()) for name, file in files.iterallitems()]


PEERS = by_webob, by_werkzeug, by_django, by_multipart


def entries(peer, content_type, body):
    """What a peer finds, or None if it finds no form."""
    try:
        return peer(content_type, body)
    except Exception:
        return None


def brief(value):
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text if len(text) <= 60 else f"{text[:10]}…{len(text)}"


def shown(found):
    if found is None:
        return "!"
    return "|".join(
        f"{brief(name)}=" + ("" if filename is None else f"<{brief(filename)}>") + brief(value)
        for name, filename, value in found
    )


def rows(table):
    """The recorded part of each row."""
    for what, content_type, body in multipart_bodies.TABLES[table]:
        body = filled(body).replace(b"Content-Disposition: form-data", b"{cd}") if b"{" not in body else body
        full_type = filled(content_type.encode("latin-1")).decode("latin-1")
        gave = ", ".join(literal(shown(entries(peer, full_type, filled(body)))) for peer in PEERS)
        kind = "TYPE" if content_type == multipart_bodies.TYPE else literal(content_type.encode("latin-1"))
        brief_body = body.replace(b"Content-Disposition: form-data", b"{cd}")
        yield f"({literal(what)}, {kind}, {literal(brief_body)},", f"[{gave}]"


def check():
    count, wrong = 0, 0
    for table in multipart_bodies.TABLES:
        text = (TABLES / f"{table}.rs").read_text()
        recorded = re.findall(r'^ {4}(\(".*,)\n {8}(\[.*?\]), "', text, re.MULTILINE)
        for is_row, should in zip(recorded, rows(table), strict=True):
            count += 1
            if is_row != should:
                wrong += 1
                print(f"{table}:\n  {is_row}\n  {should}")
    print(f"multipart bodies: {count} rows")
    return bool(wrong)


if __name__ == "__main__":
    if sys.argv[1] == "check":
        sys.exit(check())
    for head, gave in rows(sys.argv[1]):
        print(f"    {head}\n        {gave}, \"\", \"\"),")
