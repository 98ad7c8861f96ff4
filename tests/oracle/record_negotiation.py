"""What WebOb and Werkzeug choose by Accept, Accept-Language and Accept-Encoding, what they make of Authorization and of
challenges, and how Werkzeug and Starlette add to Vary, as rows of Rust.

The tables in tests/it/recorded_negotiation.rs were made with it; tests/oracle/run compares them:

    pip install WebOb==1.8.11 Werkzeug==3.1.9 starlette==1.10.0     # Python 3.11
    python tests/oracle/record_negotiation.py media_types | languages | encodings | credentials | challenges | vary
    python tests/oracle/record_negotiation.py check                 # what is recorded is what they do

A row of a choice is: the header, the offers, and what each of them chooses; nothing if nothing is acceptable. A row of Vary is:
the header of the response, the field that is added, and the headers that follow, separated by `|`.
"""

import pathlib
import sys

import webob
import werkzeug
from starlette.datastructures import MutableHeaders
from werkzeug.datastructures import Authorization
from werkzeug.datastructures import WWWAuthenticate

from record import check, guarded, row

HERE = pathlib.Path(__file__).parent

FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
MEDIA_TYPES = [
    (FIREFOX, "application/json text/html"), (FIREFOX, "image/png text/css"), ("*/*", "text/html application/json"),
    ("*/*, text/html", "application/json text/html"), ("text/*, */*;q=0.1", "application/json text/css"),
    ("garbage, text/html;q=0.5", "text/html text/plain"), ("garbage, text/html;q=0.5", "text/plain text/html"),
    ("text/html;q=0.2, text/html;q=0.9, text/plain;q=0.5", "text/plain text/html"), ("text/html;q=0, */*", "text/html image/png"),
    ("text/html;q=0.5;ext=1", "text/html"), ("text/html;q=1.5", "text/html"), ("text/html;q=.5", "text/html"),
    ("text/html;q=0.1234", "text/html"), ("text/html;level=1", "text/html;level=1 text/html"), ("text/html;level=1", "text/html"),
    ("application/json", "application/problem+json"), ("image/png", "text/html"), ("", "text/html"), (", ,", "text/html"),
    ("TEXT/HTML", "text/html"),
]

LANGUAGES = [
    ("de", "en de"), ("DE", "en de"), ("de", "en de-CH"), ("de-CH", "en de"), ("en-US;q=0, en", "en-US en-GB"),
    ("zh-Hant-TW", "zh-Hans zh-Hant"), ("de, en", "en de"), ("de;q=0.5, en", "de en"), ("fr, *;q=0.1", "ja ko"), ("*;q=0", "ja"),
    ("de", "en"), ("en;q=0.8, en-US;q=0.3", "en-US en-GB"), ("de_CH, en;q=0.1", "de en"), ("", "en"),
]

ENCODINGS = [
    ("gzip, deflate, br", "br gzip identity"), ("gzip;q=0.5, br", "gzip br"), ("gzip", "identity"), ("gzip;q=0", "gzip identity"),
    ("x-gzip", "gzip"), ("*", "br gzip"), ("*;q=0", "identity"), ("identity;q=0", "identity gzip"), ("", "gzip identity"),
    ("gzip;q=0, *", "gzip br"), ("GZip", "gzip"),
]

CREDENTIALS = [
    "Basic QWRhOm9wZW4gc2VzYW1l", "basic QWRhOm9wZW4gc2VzYW1l", "Basic dGVzdDoxMjOj", "Basic dGVzdDoxMjPCow==", "Basic QWRh",
    "Basic YTpi=", "Basic YTo", "Basic OmE=", "Basic YTpiOmM=", "Basic", "Bearer abc", "bearer abc==", "Bearer a=b", "Bearer a b",
    'Digest username="Mufasa", realm="a, b"', "Negotiate YII=", "",
]

CHALLENGES = [
    'Basic realm="a"', "Basic realm=a", 'Basic realm="a, b"', 'Basic realm="a", Bearer realm="b"', "Negotiate YII=", "Negotiate",
    'Digest realm="a", qop="auth", nonce=x', 'realm="a"', 'Basic realm="a', "",
]


VARY = [
    ("", "accept"), ("cookie", "accept"), ("Cookie", "cookie"), ("cookie, origin", "cookie"), ("*", "accept"), (",cookie,,", "accept"),
    ("accept-encoding", "accept"), ("coo kie", "accept"),
]


def choices(table, by_webob, by_werkzeug):
    for header, offers in table:
        yield row(header, offers, *(guarded(lambda: choose(header, offers.split()) or "") for choose in (by_webob, by_werkzeug)))


def webob_request(name, header):
    return webob.Request.blank("/", headers={name: header})


def werkzeug_request(name, header):
    return werkzeug.Request(webob_request(name, header).environ)


def first(ranked):
    return ranked[0][0] if ranked else None


def media_types():
    return choices(
        MEDIA_TYPES,
        lambda header, offers: first(webob_request("Accept", header).accept.acceptable_offers(offers)),
        lambda header, offers: werkzeug_request("Accept", header).accept_mimetypes.best_match(offers),
    )


def languages():
    return choices(
        LANGUAGES,
        lambda header, offers: webob_request("Accept-Language", header).accept_language.lookup(offers, default=""),
        lambda header, offers: werkzeug_request("Accept-Language", header).accept_languages.best_match(offers),
    )


def encodings():
    return choices(
        ENCODINGS,
        lambda header, offers: first(webob_request("Accept-Encoding", header).accept_encoding.acceptable_offers(offers)),
        lambda header, offers: werkzeug_request("Accept-Encoding", header).accept_encodings.best_match(offers),
    )


def written(scheme, token, parameters):
    parts = [scheme.lower()]
    if token is not None:
        parts.append(token)
    parts += [f"{name}={value}" for name, value in parameters.items()]
    return "|".join(parts)


def webob_credentials(text):
    read = webob_request("Authorization", text).authorization
    if not read:
        return ""
    scheme, rest = read
    return written(scheme, None, rest) if isinstance(rest, dict) else written(scheme, rest, {})


def werkzeug_credentials(text):
    read = Authorization.from_header(text)
    return "" if read is None else written(read.type, read.token, read.parameters)


def credentials():
    for text in CREDENTIALS:
        yield row(text, guarded(lambda: webob_credentials(text)), guarded(lambda: werkzeug_credentials(text)))


def webob_challenge(text):
    response = webob.Response()
    response.headers["WWW-Authenticate"] = text
    read = response.www_authenticate
    if not read:
        return ""
    scheme, rest = read
    return written(scheme, None, rest) if isinstance(rest, dict) else written(scheme, rest, {})


def werkzeug_challenge(text):
    read = WWWAuthenticate.from_header(text)
    return "" if read is None else written(read.type, read.token, read.parameters)


def challenges():
    for text in CHALLENGES:
        yield row(text, guarded(lambda: webob_challenge(text)), guarded(lambda: werkzeug_challenge(text)))


def werkzeug_vary(before, field):
    response = werkzeug.Response()
    if before:
        response.headers["Vary"] = before
    response.vary.add(field)
    return "|".join(response.headers.getlist("Vary"))


def starlette_vary(before, field):
    headers = MutableHeaders({"vary": before} if before else {})
    headers.add_vary_header(field)
    return "|".join(headers.getlist("vary"))


def vary():
    for before, field in VARY:
        yield row(before, field, *(guarded(lambda: add(before, field)) for add in (werkzeug_vary, starlette_vary)))


if __name__ == "__main__":
    tables = {table.__name__: table for table in (media_types, languages, encodings, credentials, challenges, vary)}
    if sys.argv[1] == "check":
        count, is_wrong = check((table() for table in tables.values()), [HERE.parent / "it" / "recorded_negotiation.rs"])
        print(f"negotiation, credentials, challenges, Vary: {count} rows")
        sys.exit(is_wrong)
    print(*tables[sys.argv[1]](), sep="\n")
