# What Werkzeug does, for each row of docs/src/coming-from-werkzeug.md, in the format of coming_from_webob.py.
import io
import os
import tempfile
import uuid
from urllib.parse import urlencode

from werkzeug.datastructures import CombinedMultiDict
from werkzeug.datastructures import FileMultiDict
from werkzeug.datastructures import FileStorage
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.datastructures import MultiDict
from werkzeug.datastructures import OrderedMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound
from werkzeug.formparser import MultiPartParser
from werkzeug.formparser import parse_form_data
from werkzeug.routing import BaseConverter
from werkzeug.routing import BuildError
from werkzeug.routing import EndpointPrefix
from werkzeug.routing import Map
from werkzeug.routing import RequestRedirect
from werkzeug.routing import Rule
from werkzeug.routing import RuleTemplate
from werkzeug.routing import Subdomain
from werkzeug.routing import Submount
from werkzeug.routing import ValidationError
from werkzeug.sansio import multipart
from werkzeug.test import Client
from werkzeug.test import EnvironBuilder
from werkzeug.utils import secure_filename
from werkzeug.wrappers import Request
from werkzeug.wrappers import Response


def made(*args, **more):
    return EnvironBuilder(*args, **more).get_environ()


def pairs():
    return MultiDict([("a", "1"), ("b", "x"), ("a", "y")])


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


def bound(*rules, **more):
    return Map(list(rules), **more).bind("example.org")


def at(adapter, path, method="GET", **more):
    """The endpoint and values, or the redirect target, or the status."""
    try:
        endpoint, values = adapter.match(path, method, **more)
        return [endpoint, values]
    except RequestRedirect as error:
        return [error.code, error.new_url.removeprefix("http://example.org")]
    except HTTPException as error:
        return error.code


FORM = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b--\r\n'


## `Request(environ)`
environ = made("/a", query_string="b=c", headers={"X-A": "1"})
request = Request(environ)
[request.path, request.query_string, request.headers["X-A"]]

## `request.args`
request = Request(made("/?a=1&b=2&a=3"))
[request.args["a"], request.args.getlist("a"), request.args.to_dict()]

## `request.form`, `request.files`
request = Request(made("/", method="POST", data={"a": "1", "b": (io.BytesIO(b"text"), "b.txt")}))
[request.form["a"], request.files["b"].filename, request.files["b"].read()]

## `request.values`
post = Request(made("/?a=1", method="POST", data={"a": "2"}))
get = Request(made("/?a=1", method="GET", data="a=2", content_type="application/x-www-form-urlencoded"))
[request.values.getlist("a") for request in (post, get)]

## `request.data`, `get_data()`
request = Request(made("/", method="POST", data=b"abc"))
form = Request(made("/", method="POST", data={"a": "1"}))
form.form
[request.get_data(), request.data, form.data]

## `get_data(as_text=True)`
Request(made("/", method="POST", data="é")).get_data(as_text=True)

## `request.json`, `get_json()`
def status(content_type, body):
    try:
        Request(made("/", method="POST", content_type=content_type, data=body)).get_json()
        return 200
    except HTTPException as error:
        return error.code


request = Request(made("/", method="POST", json={"a": [1]}))
[request.json, status("text/plain", "{}"), status("application/json", "{"), status("application/json", '{"a": "x"}')]

## `request.stream`
request = Request(made("/", method="POST", data=b"one two"))
[request.stream.read(3), request.stream.read()]

## `request.mimetype`, `request.mimetype_params`
request = Request(made("/", method="POST", content_type="Text/Plain; x=y; charset=a; charset=b"))
[request.mimetype, dict(request.mimetype_params), Request(made("/", method="POST", content_type="json")).mimetype]

## `request.content_type`
[Request(made("/", method="POST", content_type="Text/Plain ; x")).content_type, Request(made("/")).content_type]

## `request.is_json`
kinds = "application/json", "APPLICATION/A+JSON; x=y", "text/json", "application/x-www-form-urlencoded"
[Request(made("/", method="POST", content_type=kind)).is_json for kind in kinds]

## `Response(b, mimetype="text/csv")`
kinds = "text/csv", "text/csv; charset=latin1", "application/json", "application/xml"
[Response(b"x", mimetype=kind).headers["Content-Type"] for kind in kinds]

## `Response(b, content_type="text/csv")`
Response(b"x", content_type="text/csv").headers["Content-Type"]

## `file.content_type`, `file.mimetype`
upload = {"f": (io.BytesIO(b"x"), "f.txt", "Text/Plain; x=y")}
file = Request(made("/", method="POST", data=upload)).files["f"]
[file.content_type, file.mimetype]

## `request.content_length`
[Request(made("/", method="POST", data=b"abc")).content_length, Request(made("/")).content_length]

## `parse_form_data(environ)`
environ = made("/", method="POST", data={"a": "1", "b": (io.BytesIO(b"text"), "b.txt")})
_, form, files = parse_form_data(environ)
[form["a"], files["b"].read()]

## `MultiPartParser`, `sansio.multipart.MultipartDecoder`
from werkzeug import sansio

form, _ = MultiPartParser().parse(io.BytesIO(FORM), b"b", len(FORM))
decoder = sansio.multipart.MultipartDecoder(b"b")
decoder.receive_data(FORM)
events = [decoder.next_event() for _ in range(3)]
[form["a"], events[1].name, events[2].data]

## `EnvironBuilder(..)`, `Request.from_values(..)`
one = Request(EnvironBuilder("/a", method="PUT", headers={"X-A": "1"}, data=b"x").get_environ())
two = Request.from_values("/a", method="PUT", headers={"X-A": "1"}, data=b"x")
[[one.method, one.path, one.headers["X-A"], one.data], two.method == one.method]

## `Client(app).post("/", data=..)`
@Request.application
def app(request):
    return Response(request.method + request.form["a"])


Client(app).post("/", data={"a": "1"}).text

## `secure_filename`
[secure_filename(name) for name in ("../../etc/passwd", "My cool movie.mov", ".", "a/b.txt")]

## `urllib.parse.urlencode`
import urllib.parse

[urllib.parse.urlencode([("a", "b c"), ("d", "é&"), ("a", "2")]), "/a?" + urlencode({"b": "c"})]

## `request.accept_mimetypes.best_match(offers)`
def best(headers):
    offers = ["application/json", "text/html"]
    request = Request(made(headers=headers))
    return request.accept_mimetypes.best_match(offers)


[best({"Accept": "text/html, */*;q=0.1"}), best({})]

## `request.accept_languages.best_match(offers)`
offers = ["en-US", "en-GB"]
request = Request(made(headers={"Accept-Language": "en-US;q=0, en"}))
request.accept_languages.best_match(offers)

## `request.authorization`
request = Request(made(headers={"Authorization": "Basic QWRhOm9wZW4gc2VzYW1l"}))
[request.authorization.username, request.authorization.password]

## `response.vary.add(..)`
response = Response(headers={"Vary": "Cookie"})
response.vary.add("Accept")
response.headers["Vary"]

## `parse_date(t)`, `http_date(d)`
from werkzeug.http import http_date, parse_date

t = "Sunday, 06-Nov-94 08:49:37 GMT"
d = parse_date(t)
[http_date(d), parse_date("Thu, 31 Feb 1994 08:49:37 GMT")]

## `d.get("n", type=int)`
d = MultiDict([("n", "7"), ("m", "x")])
[d.get("n", type=int), d.get("o", type=int), d.get("m", type=int)]

## `d.getlist("n", type=int)`
d = MultiDict([("n", "7"), ("n", "8"), ("m", "1"), ("m", "x")])
[d.getlist("n", type=int), d.getlist("m", type=int)]

## `d.setlist(..)`, `d.poplist(..)`
d = pairs()
d.setlist("a", ["4", "5"])
was = d.getlist("a")
[was, d.poplist("a"), d.getlist("a")]

## `d.to_dict()`
d = pairs()
d.to_dict()

## `d.items(multi=True)`
d = pairs()
list(d.items(multi=True))

## `CombinedMultiDict([a, b])`
a, b = MultiDict([("n", "1")]), MultiDict([("n", "2")])
both = CombinedMultiDict([a, b])
was = both.getlist("n")
a.add("n", "3")
[was, both.getlist("n")]

## `ImmutableMultiDict`
d = ImmutableMultiDict([("a", "1")])
fails(lambda: d.add("a", "2"))
[d["a"], d.getlist("a")]

## `OrderedMultiDict`
d = OrderedMultiDict([("b", "1"), ("a", "2"), ("b", "3")])
list(d.items(multi=True))

## `FileMultiDict`, `FileStorage`
files = FileMultiDict()
files.add_file("d", io.BytesIO(b"text"), "d.txt", "text/plain")
file = files["d"]
[isinstance(file, FileStorage), file.name, file.filename, file.content_type, file.read()]

## `request.files.getlist("d")`
data = {"d": [(io.BytesIO(b"1"), "a.txt"), (io.BytesIO(b"2"), "b.txt")]}
request = Request(made("/", method="POST", data=data))
[file.filename for file in request.files.getlist("d")]

## `Map([..])`
adapter = Map([Rule("/", endpoint="index"), Rule("/a", endpoint="a")]).bind("example.org")
[at(adapter, "/")[0], at(adapter, "/a")[0], at(adapter, "/b")]

## `map.add(..)`
map = Map()
map.add(Rule("/", endpoint="index"))
map.bind("example.org").match("/")[0]

## `Rule("/notes/<int:id>")`
adapter = bound(Rule("/notes/<int:id>", endpoint="note"), Rule("/{a}", endpoint="braces"))
[at(adapter, "/notes/7")[1]["id"], at(adapter, "/notes/x"), at(adapter, "/{a}")[0]]

## `Rule(.., endpoint="note")`
adapter = bound(Rule("/notes", endpoint="note"))
[at(adapter, "/notes")[0], adapter.build("note")]

## `Rule(.., methods=[..])`
adapter = bound(Rule("/", endpoint="a", methods=["GET", "POST"]))
[at(adapter, "/", method) if isinstance(at(adapter, "/", method), int) else 200
 for method in ("GET", "POST", "HEAD", "PUT", "OPTIONS")]

## `Rule(.., defaults={"page": 1})`
adapter = bound(Rule("/all", endpoint="a", defaults={"page": 1}), Rule("/all/<int:page>", endpoint="a"))
[at(adapter, "/all")[1]["page"], at(adapter, "/all/2")[1]["page"], at(adapter, "/all/1")]

## `Rule(.., subdomain="kb")`, `Rule(.., host="…")`
map = Map([Rule("/", endpoint="a", subdomain="kb")])
hosts = Map([Rule("/", endpoint="a", host="kb.example.org")], host_matching=True)
[map.bind("example.org", subdomain="kb").match("/")[0], at(map.bind("example.org"), "/"),
 hosts.bind("kb.example.org").match("/")[0], at(hosts.bind("kb.example.org:8080"), "/")]

## `Rule(.., strict_slashes=False)`
adapter = bound(Rule("/a/", endpoint="a", strict_slashes=False), Rule("/b/", endpoint="b"))
[at(adapter, "/a/")[0], at(adapter, "/a")[0], at(adapter, "/b")[1]]

## `Rule(.., merge_slashes=False)`
adapter = bound(Rule("/a/b", endpoint="a", merge_slashes=False), Rule("/c/d", endpoint="c"))
[at(adapter, "/a//b"), at(adapter, "/c//d")]

## `Rule(.., redirect_to="/new")`
at(bound(Rule("/old", redirect_to="/new")), "/old")

## `Rule(.., alias=True)`
adapter = bound(Rule("/a", endpoint="a"), Rule("/b", endpoint="a", alias=True))
[at(adapter, "/a")[0], at(adapter, "/b")[0], adapter.build("a")]

## `Rule(.., build_only=True)`
adapter = bound(Rule("/a", endpoint="a", build_only=True))
[adapter.build("a"), at(adapter, "/a")]

## `Rule(.., websocket=True)`
adapter = bound(Rule("/a", endpoint="a", websocket=True))
[at(adapter, "/a", websocket=True)[0], at(adapter, "/a")]

## `string(minlength, maxlength, length)`
adapter = bound(
    Rule("/a/<string(minlength=2, maxlength=3):s>", endpoint="a"), Rule("/b/<string(length=2):s>", endpoint="b"))
[at(adapter, path) if isinstance(at(adapter, path), int) else at(adapter, path)[1]["s"]
 for path in ("/a/xy", "/a/x", "/a/wxyz", "/b/xy", "/b/x", "/a/x/y")]

## `int(fixed_digits, min, max, signed)`
adapter = bound(
    Rule("/a/<int(fixed_digits=3):n>", endpoint="a"), Rule("/b/<int(min=2, max=9):n>", endpoint="b"),
    Rule("/c/<int(signed=True):n>", endpoint="c"), Rule("/d/<int:n>", endpoint="d"))
[at(adapter, path) if isinstance(at(adapter, path), int) else at(adapter, path)[1]["n"]
 for path in ("/a/007", "/a/7", "/b/9", "/b/10", "/c/-7", "/d/-7", "/d/007")]

## `float(min, max, signed)`
adapter = bound(
    Rule("/a/<float(min=1, max=2):x>", endpoint="a"), Rule("/b/<float(signed=True):x>", endpoint="b"),
    Rule("/c/<float:x>", endpoint="c"))
[at(adapter, path) if isinstance(at(adapter, path), int) else at(adapter, path)[1]["x"]
 for path in ("/a/1.5", "/a/2.5", "/b/-1.5", "/c/-1.5", "/c/7", "/c/1.50")]

## `any`, `path`, `uuid`
adapter = bound(
    Rule("/a/<any(x, y):v>", endpoint="a"), Rule("/b/<path:v>/c", endpoint="b"), Rule("/d/<uuid:v>", endpoint="d"))
id = uuid.UUID("12345678-1234-5678-1234-56789abcdef0")
[at(adapter, "/a/x")[1]["v"], at(adapter, "/a/z"), at(adapter, "/b/1/2/c")[1]["v"],
 at(adapter, f"/d/{id}")[1]["v"] == id, at(adapter, f"/d/{str(id).upper()}")[1] == {"v": id}]

## `date`
fails(lambda: bound(Rule("/<date:d>")))

## `class C(BaseConverter)`
class C(BaseConverter):
    weight = 50

    def to_python(self, value):
        return value.upper()

    def to_url(self, value):
        return value.lower()


adapter = bound(Rule("/<c:v>", endpoint="a"), converters={"c": C})
[at(adapter, "/ab")[1]["v"], adapter.build("a", {"v": "AB"})]

## `regex`, `part_isolating`
class C(BaseConverter):
    regex = ".*b"
    part_isolating = False


adapter = bound(Rule("/<c:v>", endpoint="a"), converters={"c": C})
[at(adapter, "/ab")[1]["v"], at(adapter, "/x"), at(adapter, "/a/b")]

## `raise ValidationError`
class C(BaseConverter):
    def to_python(self, value):
        raise ValidationError


adapter = bound(Rule("/<c:v>", endpoint="a"), Rule("/<v>", endpoint="b"), converters={"c": C})
at(adapter, "/x")

## `C.__init__(self, map, limit)`
class C(BaseConverter):
    def __init__(self, map, limit):
        super().__init__(map)
        self.limit = limit

    def to_python(self, value):
        return [value, self.limit]


adapter = bound(Rule("/<c(5):v>", endpoint="a"), converters={"c": C})
at(adapter, "/x")[1]["v"]

## `Map(converters={"c": C})`
class C(BaseConverter):
    def to_python(self, value):
        return value.upper()


at(Map([Rule("/<c:v>", endpoint="a")], converters={"c": C}).bind("example.org"), "/x")[1]["v"]

## `Map(default_subdomain, host_matching)`
rules = Rule("/", endpoint="kb", subdomain="kb"), Rule("/", endpoint="www")
map = Map(rules, default_subdomain="www", host_matching=False)
[map.bind("example.org", subdomain=label).match("/")[0] for label in ("kb", "www")]

## `Map(sort_parameters, sort_key)`
rule = Rule("/", endpoint="a")
map = Map([rule], sort_parameters=True, sort_key=lambda pair: pair[0])
[map.bind("example.org").build("a", {"c": "1", "b": "2"}), bound(rule.empty()).build("a", {"c": "1", "b": "2"})]

## `map.bind(..)`, `map.bind_to_environ(environ)`
map = Map([Rule("/<int:id>", endpoint="a")])
environ = made("/7", base_url="http://example.org/app")
adapter = map.bind_to_environ(environ)
[adapter.match()[1]["id"], adapter.build("a", {"id": 8}), map.bind("example.org", "/app").build("a", {"id": 8})]

## `adapter.match()`
adapter = Map([Rule("/notes/<int:id>", endpoint="note")]).bind_to_environ(made("/notes/7"))
adapter.match()

## `adapter.match(return_rule=True)`
adapter = Map([Rule("/notes", endpoint="note")]).bind_to_environ(made("/notes"))
adapter.match(return_rule=True)[0].rule

## `adapter.build("note", {"id": 7})`
adapter = bound(Rule("/notes/<int:id>", endpoint="note"))
[adapter.build("note", {"id": 7}), adapter.build("note", {"id": 7, "a": "b c"})]

## `build(.., force_external=True)`
bound(Rule("/notes/<int:id>", endpoint="note")).build("note", {"id": 7}, force_external=True)

## `build(.., append_unknown=False)`
adapter = bound(Rule("/", endpoint="a"))
[adapter.build("a", {"b": "c"}), adapter.build("a", {"b": "c"}, append_unknown=False)]

## `build(.., method="POST")`
adapter = bound(Rule("/a", endpoint="a", methods=["GET"]), Rule("/b", endpoint="a", methods=["POST"]))
[adapter.build("a", method="GET"), adapter.build("a", method="POST")]

## `build(.., url_scheme="https")`
adapter = bound(Rule("/a", endpoint="a"))
[adapter.build("a", force_external=True), adapter.build("a", force_external=True, url_scheme="https")]

## `adapter.dispatch(view)`
def view(endpoint, values):
    return Response(endpoint)


adapter = bound(Rule("/a", endpoint="a"))
[adapter.dispatch(view, "/a").get_data(), adapter.dispatch(view, "/b", catch_http_exceptions=True).code]

## `adapter.test(path)`
adapter = bound(Rule("/a", endpoint="a"))
[adapter.test(path) for path in ("/a", "/b")]

## `adapter.allowed_methods(path)`
adapter = bound(Rule("/a", endpoint="a", methods=["GET"]), Rule("/a", endpoint="b", methods=["POST"]))
path = "/a"
sorted(adapter.allowed_methods(path))

## `map.iter_rules()`
map = Map([Rule("/a", endpoint="a"), Rule("/b", endpoint="b")])
[rule.rule for rule in map.iter_rules()]

## `map.is_endpoint_expecting("note", "id")`
map = Map([Rule("/notes/<int:id>", endpoint="note")])
[map.is_endpoint_expecting("note", name) for name in ("id", "page")]

## `Submount("/blog", [..])`
adapter = bound(Submount("/blog", [Rule("/", endpoint="index"), Rule("/<int:id>", endpoint="entry")]))
parameters = bound(Submount("/<lang>", [Rule("/a", endpoint="a")]))
[at(adapter, "/blog/")[0], at(adapter, "/blog/7")[1]["id"], at(parameters, "/en/a")[1]["lang"]]

## `Subdomain("kb", [..])`
map = Map([Subdomain("kb", [Rule("/", endpoint="index")])])
[map.bind("example.org", subdomain="kb").match("/")[0], at(map.bind("example.org"), "/")]

## `EndpointPrefix("blog/", [..])`
bound(EndpointPrefix("blog/", [Rule("/a", endpoint="index")])).build("blog/index")

## `RuleTemplate([..])`
crud = RuleTemplate([Rule("/$model/", endpoint="$model/list")])
adapter = bound(crud(model="books"), crud(model="films"))
[adapter.build("books/list"), adapter.build("films/list")]

## `RequestRedirect`
adapter = bound(Rule("/a/", endpoint="a"))
assert fails(lambda: adapter.match("/a")) == RequestRedirect.__name__
at(adapter, "/a")

## `NotFound`, `MethodNotAllowed`
adapter = bound(Rule("/a", endpoint="a", methods=["GET"]))
assert fails(lambda: adapter.match("/b")) == NotFound.__name__
assert fails(lambda: adapter.match("/a", "POST")) == MethodNotAllowed.__name__
[at(adapter, "/b"), at(adapter, "/a", "POST")]

## `BuildError`, `error.suggested`
adapter = bound(Rule("/notes/<int:id>", endpoint="note"))
try:
    adapter.build("nite", {"id": 7})
except BuildError as error:
    suggested = error.suggested.endpoint
[suggested, fails(lambda: adapter.build("note", {"id": "x"}))]

## `response.make_conditional(environ)`
def answer(**headers):
    environ = made(headers={name.replace("_", "-"): value for name, value in headers.items()})
    response = Response(b"0123456789")
    response.set_etag("v1")
    response.make_conditional(environ, accept_ranges=True, complete_length=10)
    return response
[answer(If_None_Match='"v1"').status_code, answer(Range="bytes=2-4").get_data()]

## `response.add_etag()`, `response.set_etag("v7")`, `response.get_etag()`
response, other = Response(b"x"), Response(b"x")
response.set_etag("v7")
other.add_etag()
[response.get_etag()[0], response.headers["ETag"], other.get_etag()[1]]

## `is_resource_modified(environ, etag)`
from werkzeug.http import is_resource_modified
environ = made(headers={"If-None-Match": '"v1"'})
[not is_resource_modified(environ, etag) for etag in ("v1", "v2")]

## `generate_etag(b)`, `quote_etag(t)`
from werkzeug.http import generate_etag
from werkzeug.http import quote_etag
[generate_etag(b"x") == generate_etag(b"x"), quote_etag("v7"), quote_etag("v7", weak=True)]

## `request.if_match`, `request.if_none_match`
request = Request(made(headers={"If-Match": '"a", W/"b"', "If-None-Match": "*"}))
["a" in request.if_match, "b" in request.if_match, "c" in request.if_none_match]

## `request.if_modified_since`, `request.if_unmodified_since`
date = "Sun, 06 Nov 1994 08:49:37 GMT"
request = Request(made(headers={"If-Modified-Since": date, "If-Unmodified-Since": "yesterday"}))
[int(request.if_modified_since.timestamp()), request.if_unmodified_since]

## `request.range`, `request.if_range`
request = Request(made(headers={"Range": "bytes=0-4,-5", "If-Range": '"a"'}))
[[list(pair) for pair in request.range.ranges], request.if_range.etag]

## `response.cache_control.max_age = 60`
response = Response(b"x")
response.cache_control.max_age = 60
response.cache_control.private = True
response.headers["Cache-Control"]

## `response.cache_control.no_store = True`
response = Response(b"x")
response.cache_control.no_store = True
response.headers["Cache-Control"]

## `response.last_modified`, `response.expires`, `response.age`
import datetime
response = Response(b"x")
response.last_modified = response.expires = datetime.datetime(1994, 11, 6, 8, 49, 37, tzinfo=datetime.timezone.utc)
response.age = datetime.timedelta(seconds=90)
[response.headers["Last-Modified"], response.headers["Expires"], response.headers["Age"]]

## `response.content_range`, `response.accept_ranges`
response = Response(b"x")
response.content_range.set(0, 5, 10)
response.accept_ranges = "bytes"
[response.headers["Content-Range"], response.headers["Accept-Ranges"]]

## `request.cache_control`
request = Request(made(headers={"Cache-Control": "no-cache, max-age=0"}))
[bool(request.cache_control.no_cache), request.cache_control.max_age]

## `send_file(path, environ)`
from werkzeug.utils import send_file
path, environ = os.path.join(folder(), "a.txt"), made(headers={"Range": "bytes=2-4"})
response = send_file(path, environ)
[response.mimetype, response.status_code, Response.from_app(response, environ).get_data()]

## `send_file(path, environ, as_attachment=True, download_name=name)`
from werkzeug.utils import send_file
path, environ, name = os.path.join(folder(), "a.txt"), made(), "b.txt"
response = send_file(path, environ, as_attachment=True, download_name=name)
response.headers["Content-Disposition"]

## `send_file(path, environ, max_age=60)`
from werkzeug.utils import send_file
path, environ = os.path.join(folder(), "a.txt"), made()
control = send_file(path, environ, max_age=60).cache_control
[control.max_age, bool(control.no_cache)]

## `send_from_directory(folder, name, environ)`
from werkzeug.utils import send_from_directory
environ = made()


def status(name):
    try:
        return send_from_directory(folder(), name, environ).status_code
    except HTTPException as error:
        return error.code


[status(name) for name in ("a.txt", "../secret.txt", "nothing", "out.txt")]

## `safe_join(folder, name)`
from werkzeug.security import safe_join
folder = "r"
[safe_join(folder, name) for name in ("a.txt", "../x", "a/../b")]

## `SharedDataMiddleware(app, {"/static": folder})`
from werkzeug.middleware.shared_data import SharedDataMiddleware
app = SharedDataMiddleware(Response("application"), {"/static": folder()})
client = Client(app)
answers = [client.get("/static/a.txt"), client.get("/static/nothing"), client.post("/static/a.txt")]
[answer.get_data() for answer in answers]

## `wrap_file(environ, file)`
from werkzeug.wsgi import wrap_file
environ = made()
with open(os.path.join(folder(), "a.txt"), "rb") as file:
    text = b"".join(wrap_file(environ, file))
text

## `ProxyFix(app, x_host=1, x_prefix=1)`
from werkzeug.middleware.proxy_fix import ProxyFix
app = Request.application(lambda request: Response(f"{request.remote_addr} {request.url}"))
headers = {"X-Forwarded-For": "6.6.6.6, 203.0.113.7", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "example.org", "X-Forwarded-Prefix": "/app"}
Client(ProxyFix(app, x_host=1, x_prefix=1)).get("/page", headers=headers).get_data()

## `environ["werkzeug.proxy_fix.orig"]`
from werkzeug.middleware.proxy_fix import ProxyFix
app = Request.application(lambda request: Response(request.environ["werkzeug.proxy_fix.orig"]["HTTP_HOST"]))
Client(ProxyFix(app, x_host=1)).get("/", "http://inside/", headers={"X-Forwarded-Host": "example.org"}).get_data()

## `DispatcherMiddleware(app, {"/wiki": wiki})`
from werkzeug.middleware.dispatcher import DispatcherMiddleware
app = Response("front")
wiki = Request.application(lambda request: Response(f"{request.path} in {request.root_path}"))
client = Client(DispatcherMiddleware(app, {"/wiki": wiki}))
[client.get(path).get_data() for path in ("/wiki/Home", "/wikipedia")]
