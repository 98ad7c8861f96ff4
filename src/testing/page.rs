//! Links in pages.

use std::fmt::Write;

use crate::base::url;
use crate::testing::TestResponse;
use crate::testing::html::Token;
use crate::testing::html::is_close;
use crate::testing::html::is_open;
use crate::testing::html::scan;
use crate::testing::html::text_until;

impl TestResponse {
    /// The URL, without its fragment, of the link with this text. [`Client::get`] follows it.
    ///
    /// The text is everything between `<a href=…>` and `</a>`, without tags and with white space collapsed; an image
    /// counts as its `alt`.
    ///
    /// ```
    /// use rustzeug::testing::Client;
    /// use rustzeug::{Html, Router};
    ///
    /// let app = Router::new()
    ///     .get("/", || Html("<p><a href='notes?page=2'>Next <b>page</b></a></p>"))
    ///     .get("/notes", || "the second page");
    ///
    /// let client = Client::new(app);
    /// let page = client.get("/").wait()?;
    /// assert_eq!(page.link("Next page"), "http://localhost/notes?page=2");
    /// client.get(&page.link("Next page")).wait()?.expect_text("the second page");
    /// # Ok::<(), rustzeug::Error>(())
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no such link, or if several lead to different URLs, and when [`text`](Self::text) panics.
    ///
    /// [`Client::get`]: crate::testing::Client::get
    #[must_use]
    #[track_caller]
    pub fn link(&self, text: &str) -> String {
        let links = self.links();
        let found: Vec<_> = links.iter().filter(|(of, _)| of == text).collect();
        match found.as_slice() {
            [] => self.fail(&format!(
                "expected a link with the text {text:?}, {}",
                listed(&links)
            )),
            [(_, first), rest @ ..] if rest.iter().all(|(_, url)| url == first) => first.clone(),
            _ => self.fail(&format!(
                "expected one link with the text {text:?}, {}",
                listed(&links)
            )),
        }
    }

    /// All links: their texts and their URLs.
    fn links(&self) -> Vec<(String, String)> {
        let tokens = scan(self.text());
        let base = self.base_url(&tokens);
        let places = tokens.iter().enumerate();
        let links = places.filter_map(|(at, token)| match token {
            Token::Open(tag) if tag.name == "a" => Some((at, tag.get("href")?)),
            _ => None,
        });
        let is_end = |token: &Token| is_close(token, "a") || is_open(token, "a");
        links
            .map(|(at, href)| {
                let text = text_until(&tokens[at + 1..], is_end);
                (text, resolved(&base, href))
            })
            .collect()
    }

    /// The URL against which references of the page are resolved: its own URL, or that of `<base>`.
    pub(super) fn base_url(&self, tokens: &[Token]) -> String {
        let base = tokens.iter().find_map(|token| match token {
            Token::Open(tag) if tag.name == "base" => tag.get("href"),
            _ => None,
        });
        let url = self.request().url();
        base.map_or(url.clone(), |base| url::resolve(&url, base.trim()))
    }
}

/// A reference as browsers resolve it: absolute, without its fragment.
pub(super) fn resolved(base: &str, reference: &str) -> String {
    let mut url = url::resolve(base, reference.trim());
    url.truncate(url.find('#').unwrap_or(url.len()));
    url
}

fn listed(links: &[(String, String)]) -> String {
    if links.is_empty() {
        return "but the page has none".to_owned();
    }
    let mut text = "got".to_owned();
    for (at, (name, url)) in links.iter().enumerate() {
        let separator = if at == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(text, "{separator} {name:?} to `{url}`");
    }
    text
}
