//! A lenient HTML scanner: tags, attributes and text, as needed for links and forms. It builds no tree.

/// A token of a page.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token {
    Open(Tag),
    Close(String),
    Text(String),
}

/// A start tag. Names are in lower case, and character references in values are decoded.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
}

impl Tag {
    /// The value of an attribute; if it is repeated, the first, as in browsers.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(key, _)| key == name)?;
        Some(value)
    }
}

/// For forms.
#[cfg(feature = "multipart")]
impl Tag {
    pub(super) fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The value of a keyword attribute, in lower case.
    pub(super) fn keyword(&self, name: &str) -> String {
        self.get(name)
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase()
    }
}

/// Splits a page into tokens. Comments, scripts and styles are left out; everything else that is not a tag is text.
pub(super) fn scan(html: &str) -> Vec<Token> {
    let (mut tokens, mut rest) = (Vec::new(), html);
    while let Some(at) = rest.find('<') {
        push_text(&mut tokens, &rest[..at]);
        rest = &rest[at..];
        let next = rest.as_bytes().get(1).copied().unwrap_or_default();
        rest = match next {
            b'!' if rest.starts_with("<!--") => after(rest, "-->"),
            b'!' | b'?' => after(rest, ">"),
            b'/' => {
                let end = rest.find('>').unwrap_or(rest.len());
                let name = rest[2..end].split_ascii_whitespace().next();
                tokens.push(Token::Close(name.unwrap_or_default().to_ascii_lowercase()));
                after(rest, ">")
            }
            letter if letter.is_ascii_alphabetic() => {
                let (tag, rest) = open(&rest[1..]);
                push_tag(&mut tokens, tag, rest)
            }
            _ => {
                push_text(&mut tokens, "<");
                &rest[1..]
            }
        };
    }
    push_text(&mut tokens, rest);
    tokens
}

/// The visible text from a token up to one that ends it, with white space collapsed.
pub(super) fn text_until(tokens: &[Token], ends: impl Fn(&Token) -> bool) -> String {
    let mut text = String::new();
    for token in tokens.iter().take_while(|token| !ends(token)) {
        match token {
            Token::Text(more) => text.push_str(more),
            Token::Open(tag) if tag.name == "img" => text.push_str(tag.get("alt").unwrap_or("")),
            Token::Open(tag) if tag.name == "br" => text.push(' '),
            _ => {}
        }
    }
    let words: Vec<_> = text.split_whitespace().collect();
    words.join(" ")
}

pub(super) fn is_close(token: &Token, name: &str) -> bool {
    matches!(token, Token::Close(closed) if closed == name)
}

pub(super) fn is_open(token: &Token, name: &str) -> bool {
    matches!(token, Token::Open(tag) if tag.name == name)
}

fn push_text(tokens: &mut Vec<Token>, text: &str) {
    if text.is_empty() {
        return;
    }
    match tokens.last_mut() {
        Some(Token::Text(before)) => before.push_str(&unescape(text)),
        _ => tokens.push(Token::Text(unescape(text))),
    }
}

/// The text after the first `end`; empty if it is missing.
fn after<'h>(html: &'h str, end: &str) -> &'h str {
    html.find(end).map_or("", |at| &html[at + end.len()..])
}

/// Reads a start tag after its `<`.
fn open(html: &str) -> (Tag, &str) {
    let (name, mut rest) = split(html, |byte| is_blank(byte) || matches!(byte, b'/' | b'>'));
    let mut tag = Tag {
        name: name.to_ascii_lowercase(),
        attributes: Vec::new(),
    };
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if let Some(rest) = rest.strip_prefix('>') {
            return (tag, rest);
        }
        if rest.is_empty() {
            return (tag, rest);
        }
        // A leading `=` belongs to the name.
        let first = usize::from(rest.starts_with('='));
        let (name, more) = split(&rest[first..], |byte| {
            is_blank(byte) || matches!(byte, b'/' | b'>' | b'=')
        });
        let name = rest[..first + name.len()].to_ascii_lowercase();
        let (value, more) = value(more);
        tag.attributes.push((name, unescape(value)));
        rest = more;
    }
}

/// Reads `= value`, if there is one.
fn value(html: &str) -> (&str, &str) {
    let Some(rest) = html.trim_ascii_start().strip_prefix('=') else {
        return ("", html);
    };
    let rest = rest.trim_ascii_start();
    for quote in ['"', '\''] {
        if let Some(rest) = rest.strip_prefix(quote) {
            return rest.split_once(quote).unwrap_or((rest, ""));
        }
    }
    split(rest, |byte| is_blank(byte) || byte == b'>')
}

/// Adds a tag, and the text of an element that contains only text.
fn push_tag<'h>(tokens: &mut Vec<Token>, tag: Tag, rest: &'h str) -> &'h str {
    let name = tag.name.clone();
    tokens.push(Token::Open(tag));
    let is_hidden = matches!(
        &*name,
        "script" | "style" | "iframe" | "noembed" | "noframes"
    );
    if !is_hidden && !matches!(&*name, "textarea" | "title") {
        return rest;
    }
    let end = end_of(rest, &name);
    if !is_hidden {
        push_text(tokens, &rest[..end]);
    }
    &rest[end..]
}

/// The position of the end tag of an element.
fn end_of(html: &str, name: &str) -> usize {
    let ends = |at: &usize| {
        let tag = html[at + 2..].get(..name.len());
        tag.is_some_and(|tag| tag.eq_ignore_ascii_case(name))
    };
    let mut places = html.match_indices("</").map(|(at, _)| at);
    places.find(ends).unwrap_or(html.len())
}

fn split(text: &str, ends: impl Fn(u8) -> bool) -> (&str, &str) {
    let end = text.bytes().position(ends).unwrap_or(text.len());
    text.split_at(end)
}

const fn is_blank(byte: u8) -> bool {
    byte.is_ascii_whitespace()
}

/// Decodes the common character references: the five of XML, `&nbsp;`, and numeric ones. Others are kept.
fn unescape(text: &str) -> String {
    let (mut decoded, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('&') {
        decoded.push_str(&rest[..at]);
        rest = &rest[at..];
        let escape = rest.find(';').and_then(|end| {
            let character = character(&rest[1..end])?;
            Some((character, end + 1))
        });
        let (character, length) = escape.unwrap_or(('&', 1));
        decoded.push(character);
        rest = &rest[length..];
    }
    decoded.push_str(rest);
    decoded
}

fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        "nbsp" => Some('\u{a0}'),
        _ => {
            let number = name.strip_prefix('#')?;
            let number = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Writes tags as `<name a=b>` and `</name>`, and text in parentheses.
    fn told(html: &str) -> String {
        let told = scan(html).into_iter().map(|token| match token {
            Token::Open(tag) => {
                let attributes = tag.attributes.iter();
                let attributes = attributes.map(|(name, value)| format!(" {name}=[{value}]"));
                format!("<{}{}>", tag.name, attributes.collect::<String>())
            }
            Token::Close(name) => format!("</{name}>"),
            Token::Text(text) => format!("({text})"),
        });
        told.collect()
    }

    #[test]
    fn pages_are_read_as_browsers_read_them() {
        #[rustfmt::skip]
        let cases = [
            ("",                              "",                                   "nothing"),
            ("a <b>b</b>",                    "(a )<b>(b)</b>",                     "tags and text"),
            ("<INPUT NAME=Q>",                "<input name=[Q]>",                   "names in any case, values unchanged"),
            ("<a href=\"/x\" id='y' z>",      "<a href=[/x] id=[y] z=[]>",          "three ways to quote"),
            ("<a href = /x>",                 "<a href=[/x]>",                      "blanks around the equals sign"),
            ("<a\nhref=/x\n>",                "<a href=[/x]>",                      "line breaks"),
            ("<a href=/x/>t",                 "<a href=[/x/]>(t)",                  "a slash of a value"),
            ("<br/><hr />",                   "<br><hr>",                           "slashes at the end"),
            ("<a title=\"a > b\">",           "<a title=[a > b]>",                  "a bracket inside of quotes"),
            ("<a t=\"&lt;&quot;&#39;&#x41;\">", "<a t=[<\"'A]>",                    "escapes in values"),
            ("&amp;lt; &copy; & &#99999999;", "(&lt; &copy; & &#99999999;)",        "escapes once; others stay"),
            ("a<!-- <a href=x> -->b",         "(ab)",                               "comments"),
            ("<!doctype html><?x y>a",        "(a)",                                "declarations"),
            ("<script>if (a<b) '<a>'</script>x", "<script></script>(x)",            "scripts hold no tags"),
            ("<STYLE>a>b{}</Style>x",         "<style></style>(x)",                 "styles hold no tags"),
            ("<textarea>\n<b>&amp;</textarea>", "<textarea>(\n<b>&)</textarea>",    "a textarea holds text"),
            ("1 < 2 <3",                      "(1 < 2 <3)",                         "a bracket that is not a tag"),
            ("<a",                            "<a>",                                "cut in a tag"),
            ("<a href=\"x",                   "<a href=[x]>",                       "cut in a value"),
            ("<!-- x",                        "",                                   "cut in a comment"),
            ("<textarea>x",                   "<textarea>(x)",                      "cut in a textarea"),
            ("<a =x>",                        "<a =x=[]>",                          "an equals sign in front"),
            ("</ A >",                        "</a>",                               "an end tag with blanks"),
            ("<é>ü<b ü=é>",                   "(<é>ü)<b ü=[é]>",                    "letters beyond ASCII"),
        ];
        for (html, want, why) in cases {
            assert_eq!(told(html), want, "{html:?}: {why}");
        }
    }

    #[test]
    fn no_text_is_too_odd() {
        arbtest::arbtest(|u| {
            let pieces = [
                "<",
                ">",
                "</",
                "a",
                "=",
                "\"",
                "'",
                " ",
                "/",
                "<!--",
                "-->",
                "&",
                ";",
                "#",
                "x41",
                "<textarea",
                "<script>",
                "</script",
                "é",
                "\n",
                "<!",
                "<?",
            ];
            let mut html = String::new();
            for _ in 0..u.int_in_range(0..=20)? {
                html.push_str(u.choose(&pieces)?);
            }
            let _ = scan(&html);
            Ok(())
        });
    }
}
