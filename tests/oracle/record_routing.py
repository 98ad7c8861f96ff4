"""How Werkzeug treats rules, paths and values, as rows of Rust.

It made the tables in tests/it/recorded_routing; tests/oracle/run compares them:

    pip install Werkzeug==3.1.9                    # Python 3.11
    python tests/oracle/record_routing.py paths | precedence | slashes | hosts | urls
    python tests/oracle/record_routing.py check    # compares the record with what it does

A row is: the rules, the question, and the result of Werkzeug. Rules are written as in this crate, separated by
`|`. A rule may be preceded by its methods (`GET` if there are none, `*` for all) and a host, and followed by `?`
and defaults.
The question is a method, followed by the settings of the map, and a target; or values for a URL.
"""

import pathlib
import re
import sys
from urllib.parse import unquote

from werkzeug import exceptions, routing

from record import check

HERE = pathlib.Path(__file__).parent

PATHS = [
    # Text, and one parameter.
    ("/", "GET", "/"), ("/a/b", "GET", "/a/b"), ("/a/b", "GET", "/a"), ("/a", "GET", "/A"),
    ("/u/{n}", "GET", "/u/bob"), ("/u/{n}", "GET", "/u/"), ("/u/{n}", "GET", "/u/a/b"), ("/{n}", "GET", "/a?n=b"),
    ("a", "GET", "/a"), ("/{a}{b}", "GET", "/xy"), ("/{a}/{a}", "GET", "/x/y"), ("/a|/a", "GET", "/a"),
    ("/{a}|/{b}", "GET", "/x"), ("/{a:nope}", "GET", "/x"), ("/a//b", "GET", "/a//b"),
    # Escapes, other scripts.
    ("/a b", "GET", "/a%20b"), ("/{x}", "GET", "/a%20b"), ("/{x}", "GET", "/a%2Fb"), ("/a/b", "GET", "/a%2Fb"),
    ("/ä", "GET", "/%C3%A4"), ("/{x}", "GET", "/%E6%97%A5"), ("/{x}", "GET", "/a+b"), ("/{x}", "GET", "/%2541"),
    ("/{x}", "GET", "/100%"), ("/{x}", "GET", "/%FF"), ("/{x}-{y}", "GET", "/a%2Db"), ("/a%20b", "GET", "/a%2520b"),
    ("/{x}", "GET", "/a%3Bb"), ("/{x}", "GET", "/a;b"), ("/{x}", "GET", "/a%3Fb"), ("/ä/", "GET", "/%C3%A4"),
    ("/{x}/", "GET", "/a%20b"), ("/(a)", "GET", "/(a)"), ("/a.b", "GET", "/axb"), ("/a*", "GET", "/aa"),
    ("/{{x}}", "GET", "/%7Bx%7D"), ("/{x}", "GET", "/a%0Ab"), ("/{x}", "GET", "/.."),
    # `str`.
    ("/{l:str(length=2)}", "GET", "/de"), ("/{l:str(length=2)}", "GET", "/deu"), ("/{l:str(max=2)}", "GET", "/deu"),
    ("/{l:str(min=2)}", "GET", "/d"), ("/{l:str(min=2,max=3)}", "GET", "/deu"), ("/{l:str(length=2)}", "GET", "/%C3%A4%C3%B6"),
    # `int`.
    ("/{n:int}", "GET", "/7"), ("/{n:int}", "GET", "/0"), ("/{n:int}", "GET", "/007"), ("/{n:int}", "GET", "/%D9%A3"),
    ("/{n:int}", "GET", "/-7"), ("/{n:int}", "GET", "/+7"), ("/{n:int}", "GET", "/x"), ("/{n:int}", "GET", "/99999999999999999999"),
    ("/{n:int(signed)}", "GET", "/-7"), ("/{n:int(signed)}", "GET", "/-0"), ("/{n:int(min=3)}", "GET", "/2"),
    ("/{n:int(min=3,max=5)}", "GET", "/3"), ("/{n:int(min=3,max=5)}", "GET", "/5"), ("/{n:int(min=3,max=5)}", "GET", "/6"),
    ("/{n:int(max=5)}|/{s}", "GET", "/7"), ("/{n:int(digits=3)}", "GET", "/007"), ("/{n:int(digits=3)}", "GET", "/7"),
    ("/{n:int(digits=3)}", "GET", "/1234"), ("/{n:int(min=-5,signed)}", "GET", "/-5"), ("/{n:int(min=-5)}", "GET", "/-5"),
    # `float`.
    ("/{n:float}", "GET", "/1.5"), ("/{n:float}", "GET", "/1"), ("/{n:float}", "GET", "/1e5"), ("/{n:float}", "GET", "/.5"),
    ("/{n:float}", "GET", "/1.50"), ("/{n:float}", "GET", "/-1.5"), ("/{n:float(signed)}", "GET", "/-1.5"),
    ("/{n:float(min=1.5,max=2)}", "GET", "/1.4"), ("/{n:float(min=1.5,max=2)}", "GET", "/2.0"), ("/{n:float(max=2)}|/{s}", "GET", "/2.1"),
    # `any`, `uuid`, `path`, custom converters.
    ("/{a:any(new,old)}", "GET", "/old"), ("/{a:any(new,old)}|/{x}", "GET", "/older"), ("/{a:any(new,old)}", "GET", "/New"),
    ("/{a:any(a.b,c-d)}", "GET", "/axb"), ("/{a:any(a b)}", "GET", "/a%20b"), ("/{a:any(x,y)}|/x|/y", "GET", "/x"),
    ("/{u:uuid}", "GET", "/01234567-89ab-cdef-0123-456789abcdef"), ("/{u:uuid}", "GET", "/01234567-89AB-CDEF-0123-456789ABCDEF"),
    ("/{u:uuid}", "GET", "/0123456789abcdef0123456789abcdef"), ("/{u:uuid}", "GET", "/01234567-89ab-cdef-0123-456789abcdeg"),
    ("/{p:path}", "GET", "/a/b"), ("/{p:path}", "GET", "/a"), ("/{p:path}", "GET", "/"), ("/{p:path}", "GET", "/a/"),
    ("/{p:path}", "GET", "/a%2Fb"), ("/f/{p:path}", "GET", "/f"), ("/f/{p:path}", "GET", "/f/a/../b"), ("/{p:path}/edit", "GET", "/a/b/edit"),
    ("/{p:path}/edit", "GET", "/edit"), ("/{p:path}/{x:int}", "GET", "/a/b/7"), ("/{p:path}:{x}", "GET", "/a/b:c"),
    ("/{p:path}/to/{q:path}", "GET", "/a/b/to/c/d"), ("/{v:yesno}", "GET", "/yes"), ("/{v:yesno}", "GET", "/maybe"),
    ("/{n:even}|/{s}", "GET", "/4"), ("/{n:even}|/{s}", "GET", "/5"), ("/{l:list}", "GET", "/a+b"), ("/{l:list}/x", "GET", "/a/x"),
    # Several parameters in a segment.
    ("/{y:int}-{s}.{e}", "GET", "/2024-my-post.v1.html"), ("/{a}-{b}", "GET", "/x-y-z"), ("/{a}-{b}", "GET", "/-x"),
    ("/v{n:int}", "GET", "/v12"), ("/v{n:int}", "GET", "/v12a"), ("/{n:int}px", "GET", "/7px"), ("/@{name}", "GET", "/@ada"),
    ("/{a}.{b}", "GET", "/x."), ("/{a:int}x{b:int}", "GET", "/3x4"), ("/{a}:{b}", "GET", "/a:b"), ("/{l:any(de,en)}-{s}", "GET", "/de-en"),
    ("/{s:str(max=2)}-{t}", "GET", "/ab-c-d"), ("/{a}-{b:uuid}", "GET", "/x-01234567-89ab-cdef-0123-456789abcdef"),
]

PRECEDENCE = [
    ("/{x}|/new", "GET", "/new"), ("/new|/{x}", "GET", "/new"), ("/{n:int}|/{s}", "GET", "/7"), ("/{s}|/{n:int}", "GET", "/7"),
    ("/{n:int}|/{s}", "GET", "/x"), ("/{n:int}|/{f:float}", "GET", "/7"), ("/{f:float}|/{s}", "GET", "/1.5"), ("/{n:int}|/{u:any(7,8)}", "GET", "/7"),
    ("/{s}|/{u:uuid}", "GET", "/01234567-89ab-cdef-0123-456789abcdef"),
    ("/{p:path}|/{x}", "GET", "/a"), ("/{p:path}|/{x}", "GET", "/a/b"), ("/{p:path}|/{x}/{y}", "GET", "/a/b"),
    ("/{p:path}/edit|/{p:path}", "GET", "/a/b/edit"), ("/{p:path}|/{p:path}/edit", "GET", "/a/edit"),
    ("/{p:path}/{x}|/{p:path}/edit", "GET", "/a/edit"), ("/{p:path}/edit|/{p:path}/silly/edit", "GET", "/a/silly/edit"),
    ("/{p:path}|/a/{x:int}", "GET", "/a/b"), ("/a/{p:path}|/{x}/{y}", "GET", "/a/b"), ("/a/{p:path}|/{x}/b/c", "GET", "/a/b/c"),
    ("/{x}/b|/a/{y}", "GET", "/a/b"), ("/a/{y}|/{x}/b", "GET", "/a/b"), ("/{x}/b|/a/{y:int}", "GET", "/a/b"),
    ("/a/{y}/c|/{x}/b/d", "GET", "/a/b/d"), ("/{x}/c|/{y:int}/d", "GET", "/7/c"), ("/a/{x:int}/c|/a/{x}/d", "GET", "/a/7/d"),
    ("/{x}.txt|/{x}", "GET", "/a.txt"), ("/{x}|/{x}.txt", "GET", "/a.txt"), ("/{x}.{e}|/{x}.txt", "GET", "/a.txt"),
    ("/{x}.{e}|/{x}", "GET", "/a.txt"), ("/v{x}|/version-{x}", "GET", "/version-1"), ("/{a}-{b}|/{n:int}", "GET", "/7"),
    ("/{a}-{b:int}|/{a:int}-{b}", "GET", "/1-2"), ("/{a:int}-{b}|/{a}-{b:int}", "GET", "/1-2"), ("/{a}-{b}|/{d:float}", "GET", "/1-5"),
    ("/{n:int}|/{n:int(max=9)}", "GET", "/7"), ("/{s}|/{s:str(length=2)}", "GET", "/de"), ("/{s:str(max=3)}|/{s:str(length=2)}", "GET", "/de"),
    ("/{a}_{b}|/{a}-{b}", "GET", "/x-y_z"), ("/{a}-{b}|/{a}_{b}", "GET", "/x-y_z"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/Special"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/2014"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/some/page"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/some/page/edit"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/User:ada"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/User:ada/x/y"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/Files/x/y"),
    ("/|/{n:int}|/{p:path}|/Special|/{p:path}/edit|/User:{u}|/User:{u}/{p:path}|/Files/{f:path}|/{a}/{m}/{t}", "GET", "/a/b/c"),
    # Defaults.
    ("/all?page=1|/all/{page:int}", "GET", "/all"), ("/all?page=1|/all/{page:int}", "GET", "/all/2"), ("/all?page=1|/all/{page:int}", "GET", "/all/1"), ("/all?page=1&size=9|/all/{page:int}?size=9|/all/{page:int}/by/{size:int}", "GET", "/all/3"),
]

SLASHES = [
    ("/a/", "GET", "/a"), ("/a/", "GET", "/a/"), ("/a", "GET", "/a/"), ("/a/", "GET", "/a?x=1"), ("/a/", "POST", "/a"),
    ("POST /a/", "POST", "/a"), ("/u/{n}", "GET", "/u/bob/"), ("/u/{n}/", "GET", "/u/bob"), ("/a|/a/", "GET", "/a"), ("/a|/a/", "GET", "/a/"),
    ("/a/|/{x}", "GET", "/a"), ("/{p:path}/", "GET", "/a/b"), ("/a/b/|/a/", "GET", "/a/b"),
    ("/a/", "GET both", "/a"), ("/a", "GET both", "/a/"), ("/{p:path}", "GET both", "/a/"), ("/a/", "POST both", "/a"), ("/u/{n}/", "GET both", "/u/b"),
    ("/a", "GET", "//a"), ("/u/{n}", "GET", "/u//bob"), ("/u/{n}", "GET", "///u///bob"), ("/u/{n}", "GET", "/u//bob?x=//"),
    ("/a/b/", "GET", "/a//b"), ("/{p:path}", "GET", "/a//b"), ("/f/{p:path}", "GET", "/f//a"), ("/a/{x}/b", "GET", "/a//b"),
    ("/u/{n}", "POST", "/u//bob"), ("/a/b", "GET unmerged", "/a//b"), ("/{p:path}", "GET unmerged", "/a//b"), ("/a", "GET unmerged", "//a"),
    ("/a/b/", "GET both", "/a//b"), ("/{x}", "GET", "//evil.org"), ("/{x}/", "GET", "//evil.org"),
    # Methods.
    ("/a", "PUT", "/a"), ("/a", "HEAD", "/a"), ("/a", "OPTIONS", "/a"), ("POST /a", "HEAD", "/a"), ("* /a", "PURGE", "/a"),
    ("GET /a|POST /a", "POST", "/a"), ("GET /a|POST /a", "PUT", "/a"), ("GET,POST /a", "DELETE", "/a"), ("/a", "PUT", "/b"),
    ("GET /a|POST /{x}", "POST", "/a"), ("GET /a|POST /{x}", "PUT", "/a"), ("GET /{n:int}|POST /{x}", "POST", "/x"),
    ("GET /{n:int}|POST /{x}", "GET", "/x"), ("GET /{n:int}|POST /{x}", "DELETE", "/7"), ("GET /a|DELETE /{p:path}", "DELETE", "/a"),
    ("GET /a|* /{p:path}", "PUT", "/a"), ("* /a|GET /a", "GET", "/a"), ("GET /a|* /a", "PUT", "/a"), ("get /a", "GET", "/a"), ("GET /a", "get", "/a"),
    ("OPTIONS /a", "OPTIONS", "/a"), ("GET /a/|PUT /a", "GET", "/a"), ("GET /a/|PUT /a", "PUT", "/a/"), ("GET /a/|PUT /a", "DELETE", "/a"),
]

HOSTS = [
    ("example.org/", "GET", "http://example.org/"), ("example.org/", "GET", "http://example.com/"), ("Example.org/", "GET", "http://example.org/"),
    ("example.org/", "GET", "http://EXAMPLE.org/"), ("example.org/", "GET", "http://example.org:8080/"), ("example.org:8080/", "GET", "http://example.org:8080/"),
    ("{h}.example.org/", "GET", "http://a.example.org/"), ("{h}.example.org/", "GET", "http://a.b.example.org/"),
    ("{h}.example.org/", "GET", "http://example.org/"), ("{h}.example.org/{n}", "GET", "http://a.example.org/x"),
    ("{h:any(de,en)}.example.org/", "GET", "http://fr.example.org/"), ("{h:int}.example.org/", "GET", "http://7.example.org/"),
    ("{a}-{b}.example.org/", "GET", "http://x-y.example.org/"), ("www.example.org/|{h}.example.org/", "GET", "http://www.example.org/"),
    ("{h}.example.org/|www.example.org/", "GET", "http://www.example.org/"), ("{h}.example.org/|www.example.org/", "GET", "http://a.example.org/"),
    ("www.example.org/a|{h}.example.org/b", "GET", "http://www.example.org/b"), ("example.org/a/", "GET", "http://example.org/a"),
    ("{h:path}/", "GET", "http://a.b.example.org/"), ("{a}.{b}.org/", "GET", "http://x.y.org/"), ("127.0.0.1/", "GET", "http://127.0.0.1/"),
    ("example.org/|/", "GET", "http://example.com/"), ("GET example.org/|POST example.org/", "PUT", "http://example.org/"),
    ("xn--bcher-kva.example/", "GET", "http://xn--bcher-kva.example/"), ("bücher.example/", "GET", "http://xn--bcher-kva.example/"),
    ("{h}.example/", "GET", "http://xn--bcher-kva.example/"),
    # The same by subdomains of example.org.
    ("/|kb.example.org/|kb.example.org/browse/{n:int}", "GET subdomain", "http://kb.example.org/browse/7"),
    ("/|kb.example.org/", "GET subdomain", "http://example.org/"), ("/|kb.example.org/", "GET subdomain", "http://kb.example.org/x"),
    ("/a|kb.example.org/", "GET subdomain", "http://kb.example.org/a"), ("/|{u}.example.org/", "GET subdomain", "http://ada.example.org/"),
    ("/|{u}.example.org/", "GET subdomain", "http://a.b.example.org/"), ("/|{u}.example.org/", "GET subdomain", "http://example.com/"),
    ("{u}.example.org/|{a}.{b}.example.org/", "GET subdomain", "http://x.y.example.org/"),
]

URLS = [
    ("/", "", ""), ("/a b/ä", "", ""), ("/u/{n}", "", "n=a/b"), ("/u/{n}", "", "n=a b"), ("/u/{n}", "", "n=a?b"), ("/u/{n}", "", "n=a%b"),
    ("/u/{n}", "", "n=ä"), ("/u/{n}", "", "n=."), ("/u/{n}", "", "n="), ("/u/{n}", "", "n=a;b:c@d!$&'()*+,="), ("/u/{n}", "", "n=a\\b"),
    ("/u/{n}", "", ""), ("/u/{n}", "", "m=a"), ("/u/{n}", "", "n=None"), ("/u/{n}", "", "n=[a,b]"), ("/u/{n}/", "", "n=a"),
    ("/{n:int}", "", "n=7"), ("/{n:int}", "", "n=-7"), ("/{n:int(signed)}", "", "n=-7"), ("/{n:int(max=5)}", "", "n=6"), ("/{n:int}", "", "n=x"),
    ("/{n:int(digits=3)}", "", "n=7"), ("/{n:float}", "", "n=1.5"), ("/{n:float}", "", "n=1e22"), ("/{n:float}", "", "n=7"),
    ("/{n:str(max=2)}", "", "n=abc"), ("/{n:str(length=2)}", "", "n=a"), ("/{n:any(a,b)}", "", "n=a"), ("/{n:any(a,b)}", "", "n=c"),
    ("/{n:uuid}", "", "n=01234567-89ab-cdef-0123-456789abcdef"), ("/{n:uuid}", "", "n=x"), ("/{n:path}", "", "n=a/b c"), ("/{n:path}", "", "n=../a"),
    ("/{n:path}", "", "n=/a"), ("/{n:path}", "", "n=a//b"), ("/{n:yesno}", "", "n=true"), ("/{n:list}", "", "n=a,b"), ("/{a}-{b}", "", "a=x&b=y"),
    ("/{a}-{b}", "", "a=x&b=y-z"), ("/{x}|/new", "", "x=new"),
    # Values that are not parameters of the rule.
    ("/", "", "q=a b"), ("/", "", "q=a&b&c=d"), ("/", "", "q=ä"), ("/", "", "q=None"), ("/", "", "q=[1,2]"), ("/", "", "q=[]"), ("/", "", "q="),
    ("/", "", "q=/?+"), ("/", "", "b=1&a=2"), ("/u/{n}", "", "n=a&q=1"), ("/u/{n}", "unappended", "n=a&q=1"), ("/", "sorted", "b=1&a=2"),
    # Which of several rules is built.
    ("/posts|/posts/{page:int}", "", ""), ("/posts|/posts/{page:int}", "", "page=2"), ("/posts/{page:int}|/posts", "", "page=2"),
    ("/posts|/posts/{page:int}", "", "page=2&q=1"), ("/{a}|/{b}/x", "", "b=1"), ("/{a}|/{b}/x", "", "a=1&b=2"), ("/|/{l:any(de,en)}/|/{l:any(de,en)}/{p}", "", "l=de"),
    ("/|/{l:any(de,en)}/|/{l:any(de,en)}/{p}", "", "l=de&p=x"), ("/|/{l:any(de,en)}/|/{l:any(de,en)}/{p}", "", "p=x"), ("/{n:int}|/{s}", "", "n=x"),
    ("/a|/b", "", ""), ("GET /g/{n}|POST /p/{m}", "", "m=1"), ("GET /g|POST /p", "POST", ""), ("GET /g|POST /g", "POST", ""),
    # With scheme and host.
    ("/u/{n}", "external", "n=a"), ("/u/{n}", "external https", "n=a"), ("example.org/{n}", "", "n=a"), ("{h}.example.org/{n}", "", "h=b&n=a"),
    ("{h}.example.org/", "", ""), ("{h}.example.org/", "", "h=b.c"), ("{h}.example.org/", "", "h=bü"), ("{h}.example.org/", "", "h=b/c"),
    ("{h}.example.org/", "", "h=B"), ("{h}.example.org/|www.example.org/x", "", "h=www"), ("{h}.example.org/", "subdomain", "h=b&q=1"),
    ("/|{h}.example.org/", "subdomain", "h=b"), ("/|{h}.example.org/", "subdomain", ""),
    # Defaults.
    ("/all?page=1|/all/{page:int}", "", ""), ("/all?page=1|/all/{page:int}", "", "page=1"), ("/all?page=1|/all/{page:int}", "", "page=2"), ("/all?page=1|/all/{page:int}", "", "page=1&q=7"), ("/all?page=1", "", "page=2"),
    ("/all?page=1&size=9|/all/{page:int}?size=9|/all/{page:int}/by/{size:int}", "", "page=1&size=9"), ("/all?page=1&size=9|/all/{page:int}?size=9|/all/{page:int}/by/{size:int}", "", "page=2"), ("/all?page=1&size=9|/all/{page:int}?size=9|/all/{page:int}/by/{size:int}", "", "page=2&size=9"), ("/all?page=1&size=9|/all/{page:int}?size=9|/all/{page:int}/by/{size:int}", "", "page=2&size=20"),
]


class YesNo(routing.BaseConverter):
    regex = "yes|no"

    def to_python(self, value):
        return "true" if value == "yes" else "false"

    def to_url(self, value):
        return "yes" if value == "true" else "no"


class Even(routing.BaseConverter):
    regex = r"\d+"
    weight = 30

    def to_python(self, value):
        if int(value) % 2:
            raise routing.ValidationError
        return value


class List(routing.BaseConverter):
    def to_python(self, value):
        return value.replace("+", ",")

    def to_url(self, value):
        return "+".join(super(List, self).to_url(one) for one in value.split(","))


def werkzeug_rule(text):
    def parameter(match):
        if match[0] in ("{{", "}}"):
            return match[0][0]
        name, converter, arguments = match[1], match[2] or "string", match[3] or ""
        arguments = arguments.replace("signed", "signed=True").replace("digits", "fixed_digits")
        if converter == "any":
            arguments = "(" + ",".join(f"'{text}'" for text in arguments[1:-1].split(",")) + ")"
        if converter == "str":
            converter, arguments = "string", arguments.replace("max", "maxlength").replace("min", "minlength")
        return f"<{converter}{arguments}:{name}>"

    return re.sub(r"\{\{|\}\}|\{(\w+)(?::(\w+)(\(.*?\))?)?\}", parameter, text)


def parts(text):
    """The methods of a rule, its host, its path."""
    methods, host, path = re.fullmatch(r"(?:([A-Za-z,*]+) )?((?:\{[^}]*\}|[^/{])*)(.*)", text).groups()
    return methods or "GET", host if path else "", path or host


def werkzeug_map(texts, settings, name=None):
    rules = []
    for text in texts.split("|"):
        text, _, defaults = text.partition("?")
        methods, host, path = parts(text)
        options = {"methods": None if methods == "*" else methods.split(",")}
        if defaults:
            pairs = (pair.split("=") for pair in defaults.split("&"))
            options["defaults"] = {name: int(value) for name, value in pairs}
        if host and "subdomain" in settings:
            options["subdomain"] = werkzeug_rule(host.removesuffix(".example.org"))
        elif host:
            options["host"] = werkzeug_rule(host)
        rules.append(routing.Rule(werkzeug_rule(path), endpoint=name or path, **options))
    return routing.Map(
        rules,
        converters={"yesno": YesNo, "even": Even, "list": List},
        host_matching=any(rule.host for rule in rules),
        strict_slashes="both" not in settings,
        merge_slashes="unmerged" not in settings,
        sort_parameters="sorted" in settings,
    )


def bound(table, target, settings, scheme="http"):
    host, path = re.fullmatch(r"(?:http://([^/]*))?(/.*)", target).groups()
    path, _, query = path.partition("?")
    host = host or "h"
    more = {"path_info": unquote(path, errors="replace"), "query_args": query, "url_scheme": scheme}
    if "subdomain" in settings:
        # As `bind_to_environ` sets it with this server name.
        name, suffix = host.partition(":")[0], "example.org"
        inside = name == suffix or name.endswith("." + suffix)
        more["subdomain"] = name.removesuffix(suffix).rstrip(".") if inside else "<invalid>"
        host = suffix
    return table.bind(host, **more), host


def werkzeug_route(texts, asked, target):
    method, *settings = asked.split()
    try:
        adapter, host = bound(werkzeug_map(texts, settings), target, settings)
    except Exception:
        return "!"
    try:
        endpoint, values = adapter.match(method=method)
        return " ".join([endpoint, *(f"{name}={value}" for name, value in values.items())])
    except routing.RequestRedirect as redirect:
        return "308 " + re.sub(r"^http://[^/]*", "", redirect.new_url)
    except exceptions.MethodNotAllowed as error:
        return "405 " + ", ".join(sorted(error.valid_methods))
    except exceptions.NotFound:
        return "404"


def werkzeug_url(texts, asked, values):
    def value(text):
        if text == "None":
            return None
        if text.startswith("["):
            return [one for one in text[1:-1].split(",") if one]
        for kind in (int, float):
            try:
                return kind(text)
            except ValueError:
                pass
        return text

    pairs = dict(pair.split("=", 1) for pair in re.split(r"&(?=\w+=)", values) if pair)
    settings = asked.split()
    method = "POST" if "POST" in settings else None
    try:
        adapter, _ = bound(werkzeug_map(texts, settings, "x"), "/", settings, "https" if "https" in settings else "http")
        return adapter.build(
            "x",
            {name: value(text) for name, text in pairs.items()},
            method=method,
            force_external="external" in settings,
            append_unknown="unappended" not in settings,
        )
    except Exception:
        return "!"


def literal(text):
    named = {'"': '\\"', "\\": "\\\\", "\n": "\\n"}
    return '"' + "".join(named.get(c, c) for c in text) + '"'


def rows(table):
    ask = werkzeug_url if table is URLS else werkzeug_route
    return ["(" + ", ".join(map(literal, (*case, ask(*case)))) + ")," for case in table]


if __name__ == "__main__":
    tables = {"paths": PATHS, "precedence": PRECEDENCE, "slashes": SLASHES, "hosts": HOSTS, "urls": URLS}
    if sys.argv[1] == "check":
        count, is_wrong = check(map(rows, tables.values()), (HERE.parent / "it" / "recorded_routing").glob("*.rs"))
        print(f"routing: {count} rows")
        sys.exit(is_wrong)
    print("\n".join(rows(tables[sys.argv[1]])))
