# What WebOb does, for each row of docs/src/coming-from-webob.md. A comment with two marks has the left cell; the value of the
# last line of a check is recorded. The code before the first check is shared. `coming_from.py` runs them.
import io
import os
import re
import tempfile

from webob import Request
from webob import Response
from webob import exc
from webob import html_escape
from webob.dec import wsgify
from webob.exc import HTTPBadRequest
from webob.exc import HTTPMethodNotAllowed
from webob.exc import HTTPNotFound
from webob.exc import HTTPSeeOther
from webob.exc import HTTPUnauthorized
from webob.multidict import MultiDict
from webob.multidict import NestedMultiDict


def pairs():
    return MultiDict([("a", "1"), ("b", "2"), ("a", "3")])


class Router:
    """The framework of docs/do-it-yourself.txt, for Python 3: the parts that the rows name."""

    def __init__(self):
        self.routes = []

    def add_route(self, template, controller, **more):
        if isinstance(controller, str):
            controller = vars(__import__(controller.split(":")[0]))[controller.split(":")[1]]
        rule = re.sub(r"\{(\w+)(?::([^}]+))?\}", lambda m: f"(?P<{m[1]}>{m[2] or '[^/]+'})", template)
        self.routes.append((re.compile(f"^{rule}$"), controller, more))

    def __call__(self, environ, start_response):
        req = Request(environ)
        for rule, called, more in self.routes:
            found = rule.match(req.path_info)
            if found:
                req.urlvars = {**found.groupdict(), **more}
                return called(environ, start_response)
        return HTTPNotFound()(environ, start_response)


def controller(function):
    return wsgify(lambda req: function(req, **req.urlvars))


def rest_controller(cls):
    def act(req, **values):
        method = getattr(cls(req), req.method.lower(), None)
        return method() if method else HTTPNotFound()

    return controller(act)


def ask(app, path, **more):
    return Request.blank(path, **more).send(app)


FOLDERS = []


def folder():
    """A folder of files, which disappears at the end."""
    made = tempfile.TemporaryDirectory()
    FOLDERS.append(made)
    files = {"public/a.txt": "0123456789", "public/docs/index.html": "docs", "public/.env": "hidden", "secret.txt": "secret"}
    for name, content in files.items():
        path = os.path.join(made.name, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(content)
    os.symlink("../secret.txt", os.path.join(made.name, "public/out.txt"))
    return os.path.join(made.name, "public")


## `Request(environ)`
made = Request.blank("/a?b=c", headers={"X-A": "1"}).environ
req = Request(made)
[req.path_info, req.query_string, req.headers["X-A"]]

## `req.environ`
req = Request.blank("/")
was = req.environ["REQUEST_METHOD"]
req.environ["REQUEST_METHOD"] = "PUT"
[was, req.method]

## `req.environ["X"]`
req = Request.blank("/")
req.environ["X"] = "1"
req.environ["HTTP_PROXY"] = "evil"
[req.environ.get("Y"), req.environ["X"], req.environ["HTTP_PROXY"]]

## `req.environ["my.key"]`
req = Request.blank("/")
req.environ["my.key"] = 7
[req.environ["my.key"], req.environ.get("another.key")]

## `Request.blank("/p?q")`
req = Request.blank("/p?q")
[req.method, req.path_info, req.query_string, req.url]

## `Request.blank("/", method="POST", body=b"x")`
req = Request.blank("/", method="POST", body=b"x")
[req.method, req.body]

## `req.method`
req = Request.blank("/")
was = req.method
req.method = "PUT"
[was, req.method]

## `req.path_info`
[Request.blank("/a%20b%2Fc").path_info, fails(lambda: Request.blank("/%FF").path_info)]

## `req.script_name`
req = Request.blank("/b")
req.environ["SCRIPT_NAME"] = "/a b"
[Request.blank("/").script_name, req.script_name]

## `req.path`
[Request.blank("/a%20b").path, Request.blank("/a%2Fb").path]

## `req.query_string`
[Request.blank("/?a=%20&b").query_string, Request.blank("/").query_string]

## `req.GET`, `req.POST`, `req.params`
req = Request.blank("/?a=1", POST={"a": "2", "b": "3"})
[req.GET["a"], req.POST["b"], req.params.getall("a")]

## `req.scheme`, `req.host`, `req.domain`
req = Request.blank("https://example.org:8443/")
odd = Request.blank("/", headers={"Host": "a b"})
both = Request.blank("http://a.example/", headers={"Host": "b.example"})
[req.scheme, req.host, req.domain, odd.host, both.host]

## `req.host_port`
[Request.blank("http://example.org:8443/").host_port, Request.blank("https://example.org/").host_port]

## `req.host_url`, `req.application_url`
req = Request.blank("http://example.org:8080/b", environ={"SCRIPT_NAME": "/a"})
[req.host_url, req.application_url]

## `req.path_url`, `req.url`
req = Request.blank("http://example.org/b?c=d", environ={"SCRIPT_NAME": "/a"})
[req.path_url, req.url]

## `req.path_qs`
[Request.blank("/a?b=c").path_qs, Request.blank("/a%2Fb?c").path_qs]

## `req.relative_url(x)`
req = Request.blank("http://example.org/a/b?c")
[req.relative_url(x) for x in ("d", "../e", "/f", "?g=h")]

## `req.relative_url(x, to_application=True)`
req = Request.blank("http://example.org/b/c", environ={"SCRIPT_NAME": "/a"})
[req.relative_url(x, to_application=True) for x in ("d", "/e")]

## `req.path_info_pop()`
req = Request.blank("/a/b")
popped = req.path_info_pop()
[popped, req.script_name, req.path_info]

## `req.client_addr`
req = Request.blank("/", environ={"REMOTE_ADDR": "192.0.2.1"})
other = Request.blank("/", environ={"REMOTE_ADDR": "192.0.2.1"}, headers={"X-Forwarded-For": "192.0.2.7"})
[req.client_addr, other.client_addr]

## `req.remote_user`
[Request.blank("/").remote_user, Request.blank("/", environ={"REMOTE_USER": "joe"}).remote_user]

## `req.http_version`
Request.blank("/", environ={"SERVER_PROTOCOL": "HTTP/1.1"}).http_version

## `req.headers.get("X-A")`
req = Request.blank("/", headers={"X-A": "1"})
[req.headers.get("X-A"), req.headers.get("x-a"), req.headers.get("X-B")]

## `req.headers["X-A"]`
req = Request.blank("/", headers={"X-A": "1"})
[req.headers["X-A"], fails(lambda: req.headers["X-B"])]

## `req.headers["X-A"] = v`
req = Request.blank("/", headers={"X-A": "1"})
v = "2"
req.headers["X-A"] = v
[req.headers["X-A"]]

## `req.content_type`
req = Request.blank("/", headers={"Content-Type": "Text/Plain; x=y"})
was = req.content_type
req.content_type = "text/csv"
[was, req.content_type, Request.blank("/").content_type]

## `req.charset`
latin = Request.blank("/", headers={"Content-Type": "text/plain; charset=Latin1"})
[latin.charset, Request.blank("/").charset]

## `req.content_length`
[Request.blank("/", method="POST", body=b"abc").content_length, Request.blank("/").content_length]

## `req.body`, `req.text`
req = Request.blank("/", method="POST", body=b"caf\xc3\xa9", content_type="text/plain; charset=utf-8")
[len(req.body), req.text, req.text]

## `req.json_body`
req = Request.blank("/", method="POST", body=b'{"a": [1]}', content_type="application/json")
other = Request.blank("/", method="POST", body=b'{"a": [1]}', content_type="text/plain")
deep = Request.blank("/", method="POST", body=b"[" * 128 + b"]" * 128, content_type="application/json")
[req.json_body, other.json_body, len(deep.json_body)]

## `req.body_file`
req = Request.blank("/", method="POST", body=b"one two")
[req.body_file.read(3), req.body_file.read()]

## `req.make_body_seekable()`, `req.copy_body()`
req = Request.blank("/", method="POST", body=b"abc")
req.make_body_seekable()
req.copy_body()
[req.body, req.body]

## `req.copy()`
req = Request.blank("/", method="POST", body=b"abc")
copy = req.copy()
copy.method = "PUT"
[copy.method, copy.body, req.method, req.body]

## `req.copy_get()`
copy = Request.blank("/a?b", method="POST", body=b"abc").copy_get()
[copy.method, copy.url, copy.body]

## `req.cookies`
req = Request.blank("/", headers={"Cookie": "a=1; b=2"})
req.cookies["c"] = "3"
del req.cookies["a"]
[req.cookies.get("a"), req.cookies["b"], req.cookies["c"]]

## `req.as_bytes()`, `Request.from_bytes(b)`
b = b"POST /a?b HTTP/1.1\r\nHost: example.org\r\nContent-Length: 3\r\n\r\nabc"
req = Request.from_bytes(b)
again = Request.from_bytes(req.as_bytes())
[again.method, again.url, again.body]

## `req.send(app)`, `req.get_response(app)`
def app(environ, start_response):
    start_response("201 Created", [("X-A", "1")])
    return [b"made"]


req = Request.blank("/")
one, two = req.send(app), req.get_response(app)
[one.status_int, one.headers["X-A"], two.text]

## `d["a"]`
d = pairs()
[d["b"], d["a"], fails(lambda: d["c"])]

## `d.get("a")`
d = pairs()
[d.get("b"), d.get("a"), d.get("c")]

## `d.getall("a")`
d = pairs()
[d.getall("a"), d.getall("c")]

## `d.getone("a")`
d = pairs()
[d.getone("b"), fails(lambda: d.getone("a")) == "KeyError", fails(lambda: d.getone("c")) == "KeyError"]

## `d.mixed()`
d = pairs()
d.mixed()

## `d.dict_of_lists()`
d = pairs()
d.dict_of_lists()

## `d.add("a", "1")`, `d["a"] = "1"`
d = MultiDict([("a", "0")])
d.add("a", "1")
added = d.getall("a")
d["a"] = "1"
[added, d.getall("a")]

## `del d["a"]`, `d.pop("a")`
d = pairs()
popped = d.pop("a")
left = d.getall("a")
del d["a"]
[popped, left, d.getall("a")]

## `d.extend(other)`, `d.update(other)`
other = MultiDict([("a", "4"), ("c", "5")])
d = pairs()
d.extend(other)
extended = list(d.items())
d = pairs()
d.update(other)
[extended, sorted(d.items())]

## `NestedMultiDict(a, b)`
a, b = MultiDict([("n", "1")]), MultiDict([("n", "2")])
both = NestedMultiDict(a, b)
was = both.getall("n")
a.add("n", "3")
[was, both.getall("n")]

## `Response("x", content_type="text/plain")`
resp = Response("x", content_type="text/plain")
[resp.status_int, resp.headers["Content-Type"], resp.text]

## `Response(body=b, content_type="text/csv")`
kinds = "text/csv", "text/csv; charset=latin1", "application/json", "application/xml"
[Response(body=b"x", content_type=kind).headers["Content-Type"] for kind in kinds]

## `resp.content_type`, `resp.content_type_params`
resp = Response(body=b"x", content_type="text/plain; x=y")
was = resp.content_type, dict(resp.content_type_params)
resp.content_type = "image/png"
[*was, resp.content_type, dict(resp.content_type_params)]

## `resp.charset`
resp = Response(body=b"x", content_type="text/plain")
was = resp.charset
resp.charset = "latin1"
[was, resp.charset, Response(body=b"x", content_type="image/png").charset]

## `Response("<p>")`
resp = Response("<p>")
[resp.headers["Content-Type"], resp.text]

## `Response(json=v)`
v = {"a": [1, None]}
resp = Response(json=v)
[resp.headers["Content-Type"], resp.json]

## `Response(body=b)`
b = b"\x00\x01"
resp = Response(body=b)
[resp.body, resp.headers["Content-Type"]]

## `Response(status=204)`
resp = Response(status=204)
[resp.status_int, resp.body]

## `resp.status_code`, `resp.status_int`
resp = Response()
was = resp.status_code
resp.status_int = 404
[was, resp.status_code, resp.status]

## `resp.headers["X-A"] = v`
resp = Response()
for v in ("1", "2"):
    resp.headers["X-A"] = v
resp.headers.getall("X-A")

## `resp.headerlist.append(..)`
resp = Response(headerlist=[])
for pair in [("X-A", "1"), ("X-A", "2"), ("Content-Type", "text/a"), ("Content-Type", "text/b")]:
    resp.headerlist.append(pair)
[resp.headers.getall("X-A"), resp.headers.getall("Content-Type")]

## `resp.body`, `resp.text`
resp = Response("é", content_type="text/plain")
streamed = Response(app_iter=iter([b"a", b"b"]), content_type="text/plain", charset="utf-8")
[len(resp.body), resp.text, resp.text, streamed.text, streamed.text]

## `resp.app_iter = it`
resp = Response()
it = iter([b"a", b"b"])
resp.app_iter = it
resp.body

## `resp.body_file.write(..)`
resp = Response(content_type="text/plain", charset="utf-8")
resp.body_file.write("one ")
resp.body_file.write(b"two")
resp.body

## `resp.copy()`
resp = Response("x")
copy = resp.copy()
copy.status_int = 201
streamed = Response(app_iter=iter([b"a", b"b"])).copy()
[copy.status_int, copy.body, resp.status_int, resp.body, streamed.body]

## `HTTPSeeOther(location=l)`
l = "/a"
resp = ask(HTTPSeeOther(location=l), "/b")
[resp.status_int, resp.headers["Location"]]

## `resp.set_cookie(..)`, `resp.delete_cookie(..)`
resp = Response()
resp.set_cookie("a", "1")
gone = Response()
gone.delete_cookie("a")
[resp.headers["Set-Cookie"], re.sub("expires=[^;]*", "expires=..", gone.headers["Set-Cookie"])]

## `resp(environ, start_response)`
started = []


def start_response(status, headers, exc_info=None):
    started.append(status[:3])


environ = Request.blank("/").environ
resp = Response("x")
[b"".join(resp(environ, start_response)), *started]

## a response as an application
resp = Response("x")
[ask(resp, path).text for path in ("/", "/a")]

## `str(resp)`
resp = Response("x", content_type="text/plain", charset="utf-8")
[str(resp).splitlines()[0], "Content-Type: text/plain; charset=utf-8" in str(resp), str(resp).splitlines()[-1]]

## `Response.from_file(f)`
f = io.BytesIO(b"HTTP/1.1 201 Created\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nhi")
resp = Response.from_file(f)
[resp.status_int, resp.headers["X-A"], resp.body]

## `html_escape(x)`
x = "<a href=\"?a&b\">it's</a>"
html_escape(x)

## `raise HTTPNotFound()`
@wsgify
def app(req):
    raise HTTPNotFound()


[ask(app, "/").status_int, ask(app, "/", method="POST").status_int]

## `HTTPBadRequest("why")`
@wsgify
def app(req):
    raise HTTPBadRequest("why")


resp = ask(app, "/", headers={"Accept": "text/plain"})
[resp.status_int, "why" in resp.text]

## `HTTPMethodNotAllowed(headers=[("Allow", ..)])`
resp = ask(HTTPMethodNotAllowed(headers=[("Allow", "GET, HEAD")]), "/")
[resp.status_int, resp.headers["Allow"]]

## `HTTPUnauthorized(..)`
resp = ask(HTTPUnauthorized(www_authenticate='Basic realm="notes"'), "/")
[resp.status_int, resp.headers["WWW-Authenticate"]]

## any other exception
@wsgify
def app(req):
    raise OSError("secret")


fails(lambda: ask(app, "/"))

## pages by `Accept`
[ask(HTTPNotFound(), "/", headers={"Accept": a}).content_type for a in ("text/html", "application/json", "text/plain")]

## `@wsgify`
@wsgify
def app(req):
    return "hello"


[ask(app, "/").status_int, ask(app, "/").text]

## `@wsgify.middleware`
@wsgify
def inner(req):
    return "hello"


@wsgify.middleware
def outer(req, app):
    resp = req.get_response(app)
    resp.headers["X-A"] = "1"
    return resp


resp = ask(outer(inner), "/")
[resp.text, resp.headers["X-A"]]

## `Router()`
route = Router()
route.add_route("/", controller=controller(lambda req: "index"))
[ask(route, "/").text, ask(route, "/a").status_int]

## `add_route("/{year:\d\d\d\d}/{slug}", controller=c)`
route = Router()
c = controller(lambda req, year, slug: f"{slug} in {year}")
route.add_route(r"/{year:\d\d\d\d}/{slug}", controller=c)
[ask(route, "/2026/tea").text, ask(route, "/26/tea").status_int]

## the first that matches
route = Router()
route.add_route("/{name}", controller=controller(lambda req, name: "any"))
route.add_route("/new", controller=controller(lambda req: "new"))
[ask(route, "/new").text, ask(route, "/old").text]

## `add_route(.., title="x")`
route = Router()
route.add_route("/", controller=controller(lambda req, title: title), title="x")
ask(route, "/").text

## `req.urlvars`, arguments of the controller
route = Router()
route.add_route("/{slug}", controller=controller(lambda req, slug: f"{req.urlvars['slug']} {slug}"))
ask(route, "/tea").text

## `rest_controller(cls)`
class cls:
    def __init__(self, req):
        self.request = req

    def get(self):
        return "all"

    def post(self):
        return "new"


route = Router()
route.add_route("/", controller=rest_controller(cls))
[ask(route, "/").text, ask(route, "/", method="POST").text, ask(route, "/", method="DELETE").status_int]

## `url("post", slug="x")`
def url(*segments, **vars):
    from urllib.parse import urlencode

    path = "/" + "/".join(segments)
    return Request.blank("/").application_url + path + ("?" + urlencode(vars) if vars else "")


[url("post", slug="x"), url("post", slug="a b")]

## `"blog:post"` as text, imported
import sys
import types

blog = sys.modules["blog"] = types.ModuleType("blog")
blog.post = controller(lambda req: "post")
route = Router()
route.add_route("/", controller="blog:post")
ask(route, "/").text

## `req.accept.acceptable_offers(offers)`
offers = ["text/html", "image/png", "application/json"]
req = Request.blank("/", headers={"Accept": "text/*;q=0.5, application/json"})
bad = Request.blank("/", headers={"Accept": "text/html, nonsense"})
[[[offer for offer, _ in asked.accept.acceptable_offers(offers)] for asked in (req, bad)]]

## `req.accept_language.lookup(offers, default=d)`
d = ""
req = Request.blank("/", headers={"Accept-Language": "de-CH, en;q=0.5"})
other = Request.blank("/", headers={"Accept-Language": "de"})
offers = ["en", "de"], ["en", "de-CH"]
[req.accept_language.lookup(offers[0], default=d), other.accept_language.lookup(offers[1], default=d)]

## `req.accept_encoding.acceptable_offers(offers)`
offers = ["br", "gzip", "identity"]
req = Request.blank("/", headers={"Accept-Encoding": "gzip, br;q=0.5"})
[offer for offer, _ in req.accept_encoding.acceptable_offers(offers)][:2]

## `req.authorization`
req = Request.blank("/", headers={"Authorization": "Basic QWRhOm9wZW4gc2VzYW1l"})
list(req.authorization)

## `req.referer`, `req.user_agent`
req = Request.blank("/", headers={"Referer": "http://a.org/b", "User-Agent": "curl/8"})
[req.referer, req.user_agent]

## `resp.allow = [..]`, `resp.vary = [..]`
resp = Response()
resp.allow = ["GET", "PUT"]
resp.vary = ["Accept"]
[resp.headers["Allow"], resp.headers["Vary"]]

## `resp.retry_after = 120`
resp = Response()
resp.retry_after = 120
resp.headers["Retry-After"]

## `resp.www_authenticate`
resp = Response()
resp.headers["WWW-Authenticate"] = 'Basic realm="a", Bearer realm="b"'
scheme, parameters = resp.www_authenticate
[scheme, parameters["realm"]]

## `Response(conditional_response=True)`
def app(environ, start_response):
    return Response(body=b"0123456789", conditional_response=True, etag="v1")(environ, start_response)
known = ask(app, "/", headers={"If-None-Match": '"v1"'})
part = ask(app, "/", headers={"Range": "bytes=2-4"})
[known.status_code, part.status_code, part.body]

## `resp.etag = "v7"`, `resp.md5_etag()`
resp = Response(body=b"x")
resp.etag = "v7"
other = Response(body=b"x")
other.md5_etag()
[resp.headers["ETag"], other.headers["ETag"][0] == '"']

## `resp.last_modified = t`
import datetime
t = datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
resp = Response(body=b"x")
resp.last_modified = t
resp.headers["Last-Modified"]

## `resp.cache_expires(60)`, `resp.cache_expires(0)`
resp, other = Response(body=b"x"), Response(body=b"x")
resp.cache_expires(60)
other.cache_expires(0)
[resp.headers["Cache-Control"], other.headers["Cache-Control"]]

## `resp.cache_control.max_age`, `resp.cache_control.no_store`
resp = Response(body=b"x")
resp.cache_control = "max-age=5, no-store"
[resp.cache_control.max_age, resp.cache_control.no_store]

## `resp.content_range`, `resp.accept_ranges`
resp = Response(body=b"x")
resp.content_range = (0, 5, 10)
resp.accept_ranges = "bytes"
[resp.headers["Content-Range"], resp.headers["Accept-Ranges"]]

## `resp.age`, `resp.expires`
import datetime
resp = Response(body=b"x")
resp.age = 90
resp.expires = datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
[resp.headers["Age"], resp.headers["Expires"]]

## `req.if_match`, `req.if_none_match`
req = Request.blank("/", headers={"If-Match": '"a", "b"', "If-None-Match": "*"})
["a" in req.if_match, "c" in req.if_match, "c" in req.if_none_match]

## `req.if_modified_since`, `req.if_unmodified_since`
date = "Sun, 06 Nov 1994 08:49:37 GMT"
req = Request.blank("/", headers={"If-Modified-Since": date, "If-Unmodified-Since": "yesterday"})
[int(req.if_modified_since.timestamp()), req.if_unmodified_since]

## `req.range`, `req.if_range`
req = Request.blank("/", headers={"Range": "bytes=0-4", "If-Range": '"a"'})
[req.range.start, req.range.end, "a" in req.if_range.etag]

## `req.cache_control`
req = Request.blank("/", headers={"Cache-Control": "no-cache, max-age=0"})
[bool(req.cache_control.no_cache), req.cache_control.max_age]

## `webob.static.FileApp(path)`
import webob.static
path = os.path.join(folder(), "a.txt")
app = webob.static.FileApp(path)
whole, part = ask(app, "/"), ask(app, "/", headers={"Range": "bytes=2-4"})
[whole.content_type, whole.body, part.status_int, part.body]

## `webob.static.DirectoryApp(folder)`
import webob.static
app = webob.static.DirectoryApp(folder())
[ask(app, "/a.txt").body, ask(app, "/docs/").body, ask(app, "/nothing").status_int, ask(app, "/.env").status_int]

## `webob.static.DirectoryApp(folder, index_page=None)`
import webob.static
app = webob.static.DirectoryApp(folder(), index_page=None)
[ask(app, "/a.txt").status_int, ask(app, "/docs/").status_int]

## `FileIter(file)`
from webob.static import FileIter
with open(os.path.join(folder(), "a.txt"), "rb") as file:
    text = Response(app_iter=FileIter(file)).body
text

## `resp.content_disposition = "attachment; filename=..."`
resp = Response(body=b"x")
resp.content_disposition = "attachment; filename=b.txt"
resp.headers["Content-Disposition"]

## `resp.encode_content("gzip")`
resp = Response(body=b"hello " * 1000)
resp.encode_content("gzip")
[resp.headers["Content-Encoding"], len(resp.body) < 200]

## `resp.decode_content()`
resp = Response(body=b"hello " * 1000)
resp.encode_content("gzip")
resp.decode_content()
[resp.headers.get("Content-Encoding"), len(resp.body)]
