//! The one header table: which typed headers have accessors, and on which side.
//!
//! A row has the names of the accessors, the header, and the type of its value. `request` and `response` declare the
//! rows of their side; behaviour is in the [`Header`](super::Header) implementations.

/// Declares `x()`, `set_x()` and `with_x()` of headers. Holds no logic: it forwards to
/// [`headers::get_leniently`](super::get_leniently) and to the wrapper's `put_header`.
macro_rules! header_accessors {
    ($(
        $(#[$doc:meta])*
        $get:ident, $set:ident, $with:ident $(($into:ident))?: $header:ident as $value:ty, $rfc:literal;
    )*) => {$(
        $(#[$doc])*
        #[doc = concat!("\n\n`None` if it is absent or malformed; `header::<`[`", stringify!($header), "`](crate::headers::", stringify!($header), ")`>()` distinguishes the two.")]
        #[doc = concat!("\n\n[Specification](", $rfc, ")")]
        #[must_use]
        pub fn $get(&self) -> Option<$value> {
            let header = $crate::headers::get_leniently::<$crate::headers::$header>(self.headers());
            header.map(Into::into)
        }

        #[doc = concat!("Sets the header of [`", stringify!($get), "`](Self::", stringify!($get), "), and replaces all its lines; `None` removes it.")]
        pub fn $set(&mut self, value: impl Into<Option<$value>>) -> &mut Self {
            let header = value.into().map($crate::headers::$header::from);
            self.put_header(header)
        }

        $crate::headers::header_chained! { $get, $set, $with $($into)? as $value }
    )*};
}

/// Declares `with_x()`. It takes the value itself, so that the type in `with_x(text.parse()?)` can be inferred, or,
/// with `into`, all types that convert into it.
macro_rules! header_chained {
    ($get:ident, $set:ident, $with:ident as $value:ty) => {
        #[doc = concat!("Sets the header of [`", stringify!($get), "`](Self::", stringify!($get), "), in a chain.")]
        #[must_use]
        pub fn $with(mut self, value: $value) -> Self {
            self.$set(value);
            self
        }
    };
    ($get:ident, $set:ident, $with:ident into as $value:ty) => {
        #[doc = concat!("Sets the header of [`", stringify!($get), "`](Self::", stringify!($get), "), in a chain.")]
        #[must_use]
        pub fn $with(mut self, value: impl Into<$value>) -> Self {
            let value: $value = value.into();
            self.$set(value);
            self
        }
    };
}

/// The rows of requests and responses.
macro_rules! headers_of_both {
    () => {
        $crate::headers::header_accessors! {
            /// The media type of the content; it is read leniently: see [`ContentType`](crate::headers::ContentType).
            ///
            /// A response that is given a type `text/…` without a charset says that it is UTF-8: see
            /// [`Response::set_header`](crate::Response::set_header).
            #[doc(alias = "mimetype")]
            content_type, set_content_type, with_content_type: ContentType as mime::Mime, "https://www.rfc-editor.org/rfc/rfc9110#section-8.3";

            /// The length of the content in bytes, as declared in the message.
            content_length, set_content_length, with_content_length: ContentLength as u64, "https://www.rfc-editor.org/rfc/rfc9110#section-8.6";

            /// The codings of the content, which the recipient must decode.
            content_encoding, set_content_encoding, with_content_encoding(into): ContentEncoding as crate::headers::ContentEncoding, "https://www.rfc-editor.org/rfc/rfc9110#section-8.4";

            /// The languages of the intended readers.
            content_language, set_content_language, with_content_language(into): ContentLanguage as crate::headers::ContentLanguage, "https://www.rfc-editor.org/rfc/rfc9110#section-8.5";

            /// When the message was made.
            date, set_date, with_date(into): Date as crate::headers::HttpDate, "https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1";
        }

        /// The charset that the content type declares, in lower case; `None` if it declares none. It may be a charset
        /// that this crate does not support.
        ///
        /// ```
        /// use rustzeug::{Request, Response};
        ///
        /// let request = Request::blank("/").with_header("content-type", "text/plain; charset=ISO-8859-1");
        /// assert_eq!(request.charset().as_deref(), Some("iso-8859-1"));
        /// assert_eq!(Request::blank("/").charset(), None);
        /// assert_eq!(Response::text("x").charset().as_deref(), Some("utf-8"));
        /// ```
        ///
        /// RFC 9110 [§8.3.2](https://www.rfc-editor.org/rfc/rfc9110#section-8.3.2).
        #[must_use]
        pub fn charset(&self) -> Option<String> {
            let content_type = $crate::syntax::media_type::value(self.headers());
            $crate::syntax::media_type::charset_name(content_type)
        }
    };
}

/// The rows that only requests have.
macro_rules! headers_of_requests {
    () => {
        $crate::headers::header_accessors! {
            /// The media types that the client accepts; `None` means all. Malformed elements are skipped.
            accept, set_accept, with_accept: Accept as crate::headers::Accept, "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1";

            /// The content codings that the client can decode. Malformed elements are skipped.
            accept_encoding, set_accept_encoding, with_accept_encoding: AcceptEncoding as crate::headers::AcceptEncoding, "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3";

            /// The credentials of the client; `None` too if they are malformed, such as invalid Base64.
            authorization, set_authorization, with_authorization: Authorization as crate::headers::Credentials, "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.2";

            /// The site whose page makes the request.
            origin, set_origin, with_origin: Origin as crate::headers::Origin, "https://www.rfc-editor.org/rfc/rfc6454#section-7";

            /// Where the client found the URL of this request: a hint.
            #[doc(alias = "referrer")]
            referer, set_referer, with_referer: Referer as crate::headers::Referer, "https://www.rfc-editor.org/rfc/rfc9110#section-10.1.3";

            /// The intended use of the response, according to the browser.
            sec_fetch_dest, set_sec_fetch_dest, with_sec_fetch_dest: SecFetchDest as crate::headers::SecFetchDest, "https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header";

            /// The mode of the request, according to the browser.
            sec_fetch_mode, set_sec_fetch_mode, with_sec_fetch_mode: SecFetchMode as crate::headers::SecFetchMode, "https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header";

            /// How the page that makes the request is related to this site, according to the browser.
            sec_fetch_site, set_sec_fetch_site, with_sec_fetch_site: SecFetchSite as crate::headers::SecFetchSite, "https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header";

            /// The name of the client program.
            user_agent, set_user_agent, with_user_agent: UserAgent as crate::headers::UserAgent, "https://www.rfc-editor.org/rfc/rfc9110#section-10.1.5";

            /// The languages that the user wants; `None` means any. Malformed elements are skipped.
            accept_language, set_accept_language, with_accept_language: AcceptLanguage as crate::headers::AcceptLanguage, "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.4";

            /// What the client accepts from caches.
            cache_control, set_cache_control, with_cache_control: RequestCacheControl as crate::headers::RequestCacheControl, "https://www.rfc-editor.org/rfc/rfc9111#section-5.2.1";

            /// The state that the client requires: see [`check_preconditions`](Self::check_preconditions).
            if_match, set_if_match, with_if_match(into): IfMatch as crate::headers::IfMatch, "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.1";

            /// The client wants the representation only if it changed after this time: see
            /// [`Response::conditional`](crate::Response::conditional).
            if_modified_since, set_if_modified_since, with_if_modified_since(into): IfModifiedSince as crate::headers::HttpDate, "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.3";

            /// The states that the client has: see [`Response::conditional`](crate::Response::conditional).
            if_none_match, set_if_none_match, with_if_none_match(into): IfNoneMatch as crate::headers::IfNoneMatch, "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2";

            /// The state for which the range is meant: see [`Response::conditional`](crate::Response::conditional).
            if_range, set_if_range, with_if_range(into): IfRange as crate::headers::IfRange, "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.5";

            /// The representation must not have changed after this time: see
            /// [`check_preconditions`](Self::check_preconditions).
            if_unmodified_since, set_if_unmodified_since, with_if_unmodified_since(into): IfUnmodifiedSince as crate::headers::HttpDate, "https://www.rfc-editor.org/rfc/rfc9110#section-13.1.4";

            /// The bytes that the client wants: see [`Response::conditional`](crate::Response::conditional).
            range, set_range, with_range(into): Range as crate::headers::Range, "https://www.rfc-editor.org/rfc/rfc9110#section-14.2";
        }
    };
}

/// The rows that only responses have.
macro_rules! headers_of_responses {
    () => {
        $crate::headers::header_accessors! {
            /// Whether a client can request ranges of this resource.
            accept_ranges, set_accept_ranges, with_accept_ranges: AcceptRanges as crate::headers::AcceptRanges, "https://www.rfc-editor.org/rfc/rfc9110#section-14.3";

            /// How long the response has been in caches.
            age, set_age, with_age: Age as std::time::Duration, "https://www.rfc-editor.org/rfc/rfc9111#section-5.1";

            /// The methods that the resource supports.
            allow, set_allow, with_allow(into): Allow as crate::headers::Allow, "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.1";

            /// On which fields of the request the response depends; [`append_vary`](Self::append_vary) adds to them.
            vary, set_vary, with_vary(into): Vary as crate::headers::Vary, "https://www.rfc-editor.org/rfc/rfc9110#section-12.5.5";

            /// The site whose pages may read the response.
            access_control_allow_origin, set_access_control_allow_origin, with_access_control_allow_origin(into): AccessControlAllowOrigin as crate::headers::AccessControlAllowOrigin, "https://fetch.spec.whatwg.org/#http-access-control-allow-origin";

            /// Whether a browser shows the content or saves it, and under which name.
            content_disposition, set_content_disposition, with_content_disposition: ContentDisposition as crate::headers::ContentDisposition, "https://www.rfc-editor.org/rfc/rfc6266#section-4";

            /// The URL of exactly what this response contains.
            content_location, set_content_location, with_content_location: ContentLocation as crate::headers::ContentLocation, "https://www.rfc-editor.org/rfc/rfc9110#section-8.7";

            /// What the page may load and run.
            content_security_policy, set_content_security_policy, with_content_security_policy: ContentSecurityPolicy as crate::headers::ContentSecurityPolicy, "https://www.w3.org/TR/CSP3/#csp-header";

            /// Relations of the response to other resources, such as the next page of a list.
            link, set_link, with_link(into): Link as crate::headers::Link, "https://www.rfc-editor.org/rfc/rfc8288#section-3";

            /// The target of a redirect, or the resource that a `201` has created; [`redirect`](Self::redirect) makes
            /// the whole response.
            location, set_location, with_location: Location as crate::headers::Location, "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.2";

            /// How a client can authenticate itself.
            www_authenticate, set_www_authenticate, with_www_authenticate(into): WwwAuthenticate as crate::headers::WwwAuthenticate, "https://www.rfc-editor.org/rfc/rfc9110#section-11.6.1";

            /// What caches may do with the response. For the usual cases: [`cache_for`](Self::cache_for),
            /// [`never_cache`](Self::never_cache), [`immutable`](Self::immutable).
            cache_control, set_cache_control, with_cache_control: CacheControl as crate::headers::CacheControl, "https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2";

            /// Which part of the representation this is.
            content_range, set_content_range, with_content_range: ContentRange as crate::headers::ContentRange, "https://www.rfc-editor.org/rfc/rfc9110#section-14.4";

            /// The tag of the state of the representation; text and numbers become a strong tag: see
            /// [`ETag`](crate::headers::ETag).
            etag, set_etag, with_etag(into): ETag as crate::headers::ETag, "https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3";

            /// When the response becomes stale.
            expires, set_expires, with_expires(into): Expires as crate::headers::HttpDate, "https://www.rfc-editor.org/rfc/rfc9111#section-5.3";

            /// When the representation changed for the last time.
            last_modified, set_last_modified, with_last_modified(into): LastModified as crate::headers::HttpDate, "https://www.rfc-editor.org/rfc/rfc9110#section-8.8.2";

            /// When the client may send the request again.
            retry_after, set_retry_after, with_retry_after(into): RetryAfter as crate::headers::RetryAfter, "https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3";
        }
    };
}

pub(crate) use header_accessors;
pub(crate) use header_chained;
pub(crate) use headers_of_both;
pub(crate) use headers_of_requests;
pub(crate) use headers_of_responses;
