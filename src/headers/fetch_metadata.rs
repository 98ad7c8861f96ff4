//! `Sec-Fetch-…`: headers in which a browser describes why it makes a request. Pages cannot set them.

use http::HeaderName;

use super::keyword::keyword_headers;

keyword_headers! {
    /// The `Sec-Fetch-Site` header: how the page that makes the request is related to this site.
    ///
    /// To refuse requests that other sites cause, accept only these: requests without this header (old browsers,
    /// programs), `same-origin`, `none`, and navigations with `GET`:
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::{SecFetchMode, SecFetchSite};
    ///
    /// fn is_ours(request: &Request) -> bool {
    ///     match request.sec_fetch_site() {
    ///         None | Some(SecFetchSite::SameOrigin | SecFetchSite::None) => true,
    ///         _ => request.method() == "GET" && request.sec_fetch_mode() == Some(SecFetchMode::Navigate),
    ///     }
    /// }
    ///
    /// let forged = Request::blank("/").with_method("POST").with_header("sec-fetch-site", "cross-site");
    /// assert!(!is_ours(&forged));
    /// assert!(is_ours(&Request::blank("/").with_method("POST")));
    /// ```
    ///
    /// # Grammar
    ///
    /// One word ([Fetch Metadata §2.3](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header))
    SecFetchSite HeaderName::from_static("sec-fetch-site"), "a word such as `same-origin`" {
        /// A page of another site.
        CrossSite "cross-site",
        /// A page of the same scheme, host and port.
        SameOrigin "same-origin",
        /// A page of the same registrable domain.
        SameSite "same-site",
        /// The user: a bookmark, or an address that was typed.
        None "none",
    }

    /// The `Sec-Fetch-Mode` header: how the request is made.
    ///
    /// # Grammar
    ///
    /// One word ([Fetch Metadata §2.2](https://www.w3.org/TR/fetch-metadata/#sec-fetch-mode-header))
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::SecFetchMode;
    ///
    /// let request = Request::blank("/").with_header("sec-fetch-mode", "navigate");
    /// assert_eq!(request.sec_fetch_mode(), Some(SecFetchMode::Navigate));
    /// ```
    SecFetchMode HeaderName::from_static("sec-fetch-mode"), "a word such as `navigate`" {
        /// A request with CORS.
        Cors "cors",
        /// A navigation between pages.
        Navigate "navigate",
        /// A request without CORS: images, scripts.
        NoCors "no-cors",
        /// A request that is allowed only within the origin.
        SameOrigin "same-origin",
        /// A WebSocket.
        Websocket "websocket",
    }

    /// The `Sec-Fetch-Dest` header: the intended use of the response.
    ///
    /// # Grammar
    ///
    /// One word ([Fetch Metadata §2.1](https://www.w3.org/TR/fetch-metadata/#sec-fetch-dest-header)). New words are
    /// added from time to time; `request.sec_fetch_dest()` returns `None` for unknown words.
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::SecFetchDest;
    ///
    /// let request = Request::blank("/").with_header("sec-fetch-dest", "image");
    /// assert_eq!(request.sec_fetch_dest(), Some(SecFetchDest::Image));
    /// ```
    SecFetchDest HeaderName::from_static("sec-fetch-dest"), "a word such as `document`" {
        /// `audio`
        Audio "audio",
        /// `audioworklet`
        Audioworklet "audioworklet",
        /// A page.
        Document "document",
        /// `embed`
        Embed "embed",
        /// `fetch()` and similar calls.
        Empty "empty",
        /// `font`
        Font "font",
        /// `frame`
        Frame "frame",
        /// `iframe`
        Iframe "iframe",
        /// `image`
        Image "image",
        /// `json`
        Json "json",
        /// `manifest`
        Manifest "manifest",
        /// `object`
        Object "object",
        /// `paintworklet`
        Paintworklet "paintworklet",
        /// `report`
        Report "report",
        /// `script`
        Script "script",
        /// `serviceworker`
        Serviceworker "serviceworker",
        /// `sharedworker`
        Sharedworker "sharedworker",
        /// `style`
        Style "style",
        /// `track`
        Track "track",
        /// `video`
        Video "video",
        /// `webidentity`
        Webidentity "webidentity",
        /// `worker`
        Worker "worker",
        /// `xslt`
        Xslt "xslt",
    }

    /// The `Sec-Fetch-User` header: the user has caused the navigation.
    ///
    /// # Grammar
    ///
    /// `?1`, a true boolean; it is not sent otherwise ([Fetch Metadata
    /// §2.4](https://www.w3.org/TR/fetch-metadata/#sec-fetch-user-header))
    ///
    /// ```
    /// use rustzeug::Request;
    /// use rustzeug::headers::SecFetchUser;
    ///
    /// let request = Request::blank("/").with_header("sec-fetch-user", "?1");
    /// assert_eq!(request.header::<SecFetchUser>()?, Some(SecFetchUser::Activated));
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    SecFetchUser HeaderName::from_static("sec-fetch-user"), "`?1`" {
        /// By a click or a key.
        Activated "?1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        for (text, want, why) in [
            ("cross-site", Some(SecFetchSite::CrossSite), "a word"),
            (" Same-Site ", Some(SecFetchSite::SameSite), "any case"),
            ("", None, "an empty value"),
            ("cross-site, none", None, "no list"),
            ("crosssite", None, "no word"),
        ] {
            assert_eq!(text.parse().ok(), want, "{text:?}: {why}");
        }
    }
}
