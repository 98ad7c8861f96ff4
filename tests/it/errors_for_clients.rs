//! The `Accept` headers that real clients send, and the page that each client gets for an error.

use rustzeug::{IntoApplication, Request, Response};

use crate::common::serve;

/// A client, the header that it sends by default (`None` for none), and the kind of page.
type Row = (&'static str, Option<&'static str>, &'static str);

#[rustfmt::skip]
const BROWSERS: &[Row] = &[
    ("Chrome, Edge",        Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"), "html"),
    ("Firefox, before 66 and today", Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), "html"),
    ("Firefox, in between", Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"), "html"),
    ("Safari since 5",      Some("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"), "html"),
    ("Safari before 5",     Some("application/xml,application/xhtml+xml,text/html;q=0.9,text/plain;q=0.8,image/png,*/*;q=0.5"), "html"),
    ("Internet Explorer 11", Some("text/html, application/xhtml+xml, */*"), "html"),
    ("Internet Explorer 11 and old Edge", Some("text/html, application/xhtml+xml, image/jxr, */*"), "html"),
    ("Internet Explorer 8", Some("image/jpeg, application/x-ms-application, image/gif, application/xaml+xml, image/pjpeg, application/x-ms-xbap, */*"), "text"),
    ("Opera 12",            Some("text/html, application/xml;q=0.9, application/xhtml+xml, image/png, image/webp, image/jpeg, image/gif, image/x-xbitmap, */*;q=0.1"), "html"),
    ("Konqueror",           Some("text/html, text/*;q=0.9, image/jpeg;q=0.9, image/png;q=0.9, image/*;q=0.9, */*;q=0.8"), "html"),
    ("lynx",                Some("text/html, text/plain, text/sgml, text/css, application/xhtml+xml, */*;q=0.01"), "html"),
    ("w3m",                 Some("text/html, text/*;q=0.5, image/*, application/*, multipart/*, message/*"), "html"),
    ("links",               Some("*/*"), "text"),
    ("<img> in Chrome",     Some("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"), "text"),
    ("<img> in Firefox",    Some("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"), "text"),
    ("a style sheet",       Some("text/css,*/*;q=0.1"), "text"),
    ("a script",            Some("*/*"), "text"),
    ("a video in Firefox",  Some("video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5"), "text"),
    ("EventSource",         Some("text/event-stream"), "text"),
    ("fetch, sendBeacon, CSP reports", Some("*/*"), "text"),
];

#[rustfmt::skip]
const LIBRARIES: &[Row] = &[
    ("Angular HttpClient, axios", Some("application/json, text/plain, */*"), "json"),
    ("jQuery.ajax",               Some("*/*"), "text"),
    ("jQuery.getJSON",            Some("application/json, text/javascript, */*; q=0.01"), "json"),
    ("jQuery.load",               Some("text/html, */*; q=0.01"), "html"),
    ("Turbo",                     Some("text/vnd.turbo-stream.html, text/html, application/xhtml+xml"), "html"),
    ("Inertia",                   Some("text/html, application/xhtml+xml"), "html"),
    ("Ember Data, JSON:API",      Some("application/vnd.api+json"), "problem"),
    ("Apollo Client",             Some("application/graphql-response+json,application/json;q=0.9"), "json"),
    ("urql",                      Some("application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed"), "json"),
    ("SuperAgent, got with json", Some("application/json"), "json"),
    ("node-fetch, undici",        Some("*/*"), "text"),
    ("Java HttpURLConnection",    Some("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"), "html"),
    ("Java HttpURLConnection, mended", Some("text/html, image/gif, image/jpeg, */*; q=0.2"), "html"),
    ("Java HttpClient, OkHttp, Apache HttpClient", None, "text"),
    ("Spring RestTemplate for a String", Some("text/plain, application/json, application/*+json, */*"), "json"),
    ("Spring RestTemplate for a class",  Some("application/json, application/*+json"), "json"),
    ("Spring RestTemplate with XML",     Some("application/xml, text/xml, application/json, application/cbor, application/*+xml, application/*+json"), "json"),
    ("Spring HATEOAS",            Some("application/prs.hal-forms+json, application/hal+json"), "problem"),
    (".NET HttpClient, WebClient", None, "text"),
    (".NET GetFromJsonAsync, Refit", Some("application/json"), "json"),
    ("RestSharp",                 Some("application/json, text/json, text/x-json, text/javascript, *+json, application/xml, text/xml, *+xml, *"), "json"),
    ("OData, WCF Data Services",  Some("application/json;odata.metadata=minimal;odata.streaming=true"), "json"),
    ("OData of SharePoint",       Some("application/json;odata=verbose"), "json"),
    ("OData, old",                Some("application/atom+xml,application/xml"), "text"),
    ("NSwag",                     Some("text/plain"), "text"),
    ("Postman, Insomnia, Bruno",  Some("*/*"), "text"),
    ("curl, wget, HTTPie",        Some("*/*"), "text"),
    ("HTTPie with JSON",          Some("application/json, */*;q=0.5"), "json"),
    ("PowerShell",                None, "text"),
    ("Python requests, httpx, aiohttp", Some("*/*"), "text"),
    ("Python urllib, http.client", None, "text"),
    ("Ruby Net::HTTP", Some("*/*"), "text"),
    ("ActiveResource",            Some("application/json"), "json"),
    ("Go net/http",               None, "text"),
    ("Laravel acceptJson",        Some("application/json"), "json"),
    ("Swift URLSession",          Some("*/*"), "text"),
    ("Alamofire, Dart http",      Some("*/*"), "text"),
    ("Rust reqwest",              Some("*/*"), "text"),
    ("Octokit",   Some("application/vnd.github.v3+json"), "problem"),
    ("kubectl",                   Some("application/json;as=Table;v=v1;g=meta.k8s.io,application/json"), "json"),
    ("npm",                       Some("application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*"), "problem"),
    ("pip",                       Some("application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"), "html"),
    ("git",                       Some("*/*"), "text"),
];

#[rustfmt::skip]
const MACHINES: &[Row] = &[
    ("Googlebot",           Some("text/html,application/xhtml+xml,application/signed-exchange;v=b3,application/xml;q=0.9,*/*;q=0.8"), "html"),
    ("Bingbot, Slackbot, Twitterbot, facebookexternalhit", Some("*/*"), "text"),
    ("YandexBot",           Some("text/html,application/xhtml+xml,application/xml;q=0.01,*/*;q=0.001"), "html"),
    ("Baiduspider",         Some("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"), "html"),
    ("Mastodon",            Some("application/activity+json, application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", text/html;q=0.1"), "html"),
    ("Mastodon, signed",    Some("application/activity+json, application/ld+json"), "problem"),
    ("feed readers",        Some("application/rss+xml, application/rdf+xml;q=0.8, application/atom+xml;q=0.6, application/xml;q=0.4, text/xml;q=0.4"), "text"),
    ("Prometheus",          Some("application/openmetrics-text;version=1.0.0;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"), "text"),
    ("Prometheus, old",     Some("application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.7,text/plain;version=0.0.4;q=0.3,*/*;q=0.1"), "text"),
    ("kubelet probes",      Some("*/*"), "text"),
    ("load balancers",      None, "text"),
    ("GitHub webhooks",     Some("*/*"), "text"),
    ("a library in which nothing was set", Some(""), "text"),
    ("Stripe webhooks, rest-client of Ruby", Some("*/*; q=0.5, application/xml"), "text"),
];

#[test]
fn each_gets_the_page_that_it_can_read() {
    let app = (|| None::<()>).into_application();
    for (client, accept, page) in [BROWSERS, LIBRARIES, MACHINES].concat() {
        let request = Request::blank("/");
        let request = match accept {
            Some(accept) => request.with_header("accept", accept),
            None => request,
        };
        let response = Response::from(serve(&app, request));
        let expected = match page {
            "html" => "text/html; charset=utf-8",
            "text" => "text/plain; charset=utf-8",
            "json" => "application/json",
            _ => "application/problem+json",
        };
        let sent = response.headers()["content-type"].to_str().unwrap();
        assert_eq!(
            (response.status().as_u16(), sent),
            (404, expected),
            "{client}: {accept:?}"
        );
    }
}
