"""What Werkzeug's ProxyFix makes of requests, as rows of Rust.

The table in tests/it/recorded_proxy.rs was made with it; tests/oracle/run compares it:

    pip install Werkzeug==3.1.9     # Python 3.11
    python tests/oracle/record_proxy.py rows
    python tests/oracle/record_proxy.py check     # what is recorded is what it does

A row is: the numbers of for, proto, host, port and prefix; the headers; then address, URL scheme, host, port and script name.
"""

import pathlib
import sys

from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder

from record import check, guarded, row

HERE = pathlib.Path(__file__).parent

FOR, PROTO, HOST, PORT, PREFIX = (f"X-Forwarded-{name}" for name in ("For", "Proto", "Host", "Port", "Prefix"))

ROWS = [
    ("00000", [(FOR, "1.1.1.1"), (PROTO, "https"), (HOST, "a.org"), (PORT, "8443"), (PREFIX, "/app")]),
    ("11111", [(FOR, "1.1.1.1"), (PROTO, "https"), (HOST, "a.org"), (PORT, "8443"), (PREFIX, "/app")]),
    ("11111", []),
    ("10000", [(FOR, "6.6.6.6, 1.1.1.1")]),
    ("20000", [(FOR, "6.6.6.6, 1.1.1.1, 10.0.0.1")]),
    ("30000", [(FOR, "6.6.6.6, 1.1.1.1")]),
    ("10000", [(FOR, "6.6.6.6"), (FOR, "1.1.1.1")]),
    ("10000", [(FOR, "1.1.1.1,")]),
    ("20000", [(FOR, "1.1.1.1,")]),
    ("10000", [(FOR, "")]),
    ("10000", [(FOR, "unknown")]),
    ("10000", [(FOR, "_hidden")]),
    ("10000", [(FOR, "1.1.1.1:4711")]),
    ("10000", [(FOR, "2001:db8::1")]),
    ("10000", [(FOR, "[2001:db8::1]:4711")]),
    ("10000", [(FOR, "fe80::1%eth0")]),
    ("10000", [(FOR, "1.1.1.1 2.2.2.2")]),
    ("01000", [(PROTO, "HTTPS")]),
    ("01000", [(PROTO, "gopher")]),
    ("01000", [(PROTO, "http, https")]),
    ("00100", [(HOST, "a.org:8443")]),
    ("00100", [(HOST, "[::1]:8443")]),
    ("00100", [(HOST, "[::1]")]),
    ("00100", [(HOST, "a.org/evil")]),
    ("00100", [(HOST, "user@a.org")]),
    ("00100", [(HOST, "evil.org, a.org")]),
    ("00010", [(PORT, "8443")]),
    ("00010", [(PORT, "0")]),
    ("00010", [(PORT, "65536")]),
    ("00010", [(PORT, "x")]),
    ("01010", [(PROTO, "https"), (PORT, "443")]),
    ("00110", [(HOST, "a.org:1"), (PORT, "2")]),
    ("00110", [(HOST, "[::1]:1"), (PORT, "2")]),
    ("00001", [(PREFIX, "/app")]),
    ("00001", [(PREFIX, "/app/")]),
    ("00001", [(PREFIX, "/")]),
    ("00001", [(PREFIX, "app")]),
    ("00001", [(PREFIX, "//evil.org")]),
    ("00001", [(PREFIX, "/a, /b")]),
]


def fixed(numbers, headers):
    seen = {}

    def app(environ, start_response):
        seen.update(environ)
        return []

    names = ("x_for", "x_proto", "x_host", "x_port", "x_prefix")
    environ = EnvironBuilder("/page", "http://inside:8000/old", headers=headers).get_environ()
    environ["REMOTE_ADDR"] = "10.0.0.9"
    ProxyFix(app, **dict(zip(names, map(int, numbers))))(environ, None)
    keys = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SERVER_PORT", "SCRIPT_NAME")
    return " ".join(seen[key] for key in keys)


def rows():
    for numbers, headers in ROWS:
        told = "|".join(f"{name}: {value}" for name, value in headers)
        yield row(numbers, told, guarded(lambda: fixed(numbers, headers)))


if __name__ == "__main__":
    if sys.argv[1] == "check":
        count, is_wrong = check([rows()], [HERE.parent / "it" / "recorded_proxy.rs"])
        print(f"ProxyFix: {count} rows")
        sys.exit(is_wrong)
    print(*rows(), sep="\n")
