//! Forms of pages: filled in and submitted as by a browser.

use bytes::Bytes;
use http::Method;

use crate::data::form::MultipartForm;
use crate::gateway::AwaitOrWait;
use crate::request::Request;
use crate::testing::Call;
use crate::testing::Client;
use crate::testing::TestResponse;

mod control;
mod read;
mod target;

use control::Control;
use control::ControlKind;
use control::Sent;
use read::FormMarkup;
use target::Target;

/// A form of a page, with the initial values of its fields: see [`TestResponse::form`].
///
/// [`with`](Self::with) fills it in, and [`Client::submit`] sends it: to its `action`, with its `method` and `enctype`,
/// and with everything that a browser sends, such as hidden fields with CSRF tokens. The first submit button is
/// pressed, as by the Enter key, unless [`pressing`](Self::pressing) selects another one.
///
/// This is a browser without a screen and without scripts. It does not:
///
/// * check `required`, `pattern`, `maxlength` and the like, so a test can send what a browser would not;
/// * run scripts, or follow a `<label>`: fields are found by their `name`;
/// * send `Origin` or `Referer` (add them with `with_header`), `dirname`, or the coordinates of an
///   `<input type="image">`;
/// * encode as `text/plain`, which is sent urlencoded, or in a charset other than UTF-8.
///
/// # Examples
///
/// ```
/// use rustzeug::testing::Client;
/// use rustzeug::{Html, Request, Result, Router};
///
/// fn page() -> Html<&'static str> {
///     Html("<form method=post action=/sign>
///         <input type=hidden name=csrf value=7f3a> <input name=name>
///         <select name=color><option>red<option>blue</select>
///         <button>Sign</button>
///     </form>")
/// }
///
/// fn sign(request: &Request) -> Result<String> {
///     let form = request.form().wait()?;
///     Ok(format!("{} {} {}", form.require("csrf")?, form.require("name")?, form.require("color")?))
/// }
///
/// let client = Client::new(Router::new().get("/", page).post("/sign", sign));
/// let form = client.get("/").wait()?.form();
/// assert_eq!(form.value("csrf"), Some("7f3a"));
/// let form = form.with("name", "Ada").with("color", "blue");
/// client.submit(form).wait()?.expect_text("7f3a Ada blue");
/// # Ok::<(), rustzeug::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a form does nothing until `client.submit(form)`"]
pub struct PageForm {
    /// The `id`, `name` and `action` attributes, by which the form is found.
    names: Vec<String>,
    target: Target,
    controls: Vec<Control>,
    /// The index of the pressed button.
    pressed: Option<usize>,
}

impl TestResponse {
    /// The form of this page (feature `multipart`).
    ///
    /// # Panics
    ///
    /// Panics if the page has no form or several forms ([`form_named`](Self::form_named) selects one), and when
    /// [`text`](Self::text) panics.
    #[track_caller]
    pub fn form(&self) -> PageForm {
        let mut forms = self.forms();
        match (forms.pop(), forms.len()) {
            (Some(form), 0) => form,
            (None, _) => self.fail("expected a form, but the page has none"),
            (Some(_), others) => self.fail(&format!(
                "expected one form, got {}: `form_named` says which",
                others + 1
            )),
        }
    }

    /// The form of this page with this `id`, `name` or `action`, as written in the page.
    ///
    /// # Panics
    ///
    /// Panics if there is no such form, or if there are several, and when [`text`](Self::text) panics.
    #[track_caller]
    pub fn form_named(&self, name: &str) -> PageForm {
        let forms = self.forms();
        let all: Vec<_> = forms.iter().map(|form| form.names.join(", ")).collect();
        let is_it = |form: &PageForm| form.names.iter().any(|own| own == name);
        let mut found: Vec<_> = forms.into_iter().filter(is_it).collect();
        match (found.pop(), found.len()) {
            (Some(form), 0) => form,
            (_, others) => self.fail(&format!(
                "expected one form with `{name}` as its id, name or action, got {}; the forms have: {}",
                if others == 0 { 0 } else { others + 1 },
                all.join("; ")
            )),
        }
    }

    #[track_caller]
    fn forms(&self) -> Vec<PageForm> {
        let tokens = super::html::scan(self.text());
        let forms = read::forms(&tokens, &self.request().url(), &self.base_url(&tokens));
        forms.into_iter().map(PageForm::new).collect()
    }
}

impl Client {
    /// Submits a form of a page: see [`PageForm`].
    ///
    /// # Errors
    ///
    /// As for every [`Call`].
    pub fn submit(&self, form: PageForm) -> AwaitOrWait<Call<'_>> {
        self.send(form.into_request())
    }
}

impl PageForm {
    fn new(markup: FormMarkup) -> Self {
        Self {
            names: markup.names,
            target: markup.target,
            controls: markup.controls,
            pressed: markup.pressed,
        }
    }

    /// Fills in a field by its `name`. A text field, a hidden field or a `<textarea>` gets the value. A checkbox or
    /// radio button with this value is checked. In a `<select>`, the option with this value or text is selected.
    ///
    /// In a `<select multiple>`, the other options stay selected. If several text fields have the name, the first is
    /// filled in.
    ///
    /// # Panics
    ///
    /// Panics if no field of this name can have this value, or if it is disabled.
    #[track_caller]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let named = self.named(name);
        // Controls with few possible values come first: a checkbox often has a hidden field of the same name for "no".
        let takes = |at: &usize| self.controls[*at].takes(value);
        let chosen = |at: &usize| !self.controls[*at].is_text() && takes(at);
        let place = named.iter().copied().find(chosen);
        let place = place.or_else(|| named.iter().copied().find(takes));
        let Some(place) = place else {
            let possible: Vec<_> = named
                .iter()
                .map(|at| self.controls[*at].possible())
                .collect();
            panic!(
                "the field `{name}` cannot be {value:?}: it is {}",
                possible.join(", ")
            );
        };
        if self.controls[place].is_radio() {
            for at in named {
                self.controls[at].uncheck();
            }
        }
        self.controls[place].set(value);
        self
    }

    /// Clears a field: unchecks the checkboxes of this name, selects nothing in its `<select>`, empties its text.
    ///
    /// # Panics
    ///
    /// Panics if there is no such field, or if it is disabled.
    #[track_caller]
    pub fn without(mut self, name: &str) -> Self {
        for at in self.named(name) {
            self.controls[at].clear();
        }
        self
    }

    /// Chooses a file in a file field; a field that is `multiple` takes several. The content type is text, or a
    /// [`Mime`](crate::mime::Mime).
    ///
    /// # Panics
    ///
    /// Panics if there is no such field, or if it is disabled.
    #[track_caller]
    pub fn with_file(
        mut self,
        name: &str,
        filename: &str,
        content_type: impl AsRef<str>,
        bytes: impl Into<Bytes>,
    ) -> Self {
        let named = self.named(name);
        let is_for_files =
            |at: &usize| matches!(self.controls[*at].kind, ControlKind::Files { .. });
        let Some(place) = named.into_iter().find(is_for_files) else {
            panic!("the field `{name}` is not for files");
        };
        let content_type = content_type.as_ref().to_owned();
        self.controls[place].add_file((filename.into(), content_type, bytes.into()));
        self
    }

    /// Selects the pressed button by its text or its `name`. The button may have its own `action` and `method`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such button, or if it is disabled.
    #[track_caller]
    pub fn pressing(mut self, button: &str) -> Self {
        let is_it = |control: &Control| match &control.kind {
            ControlKind::Button { text, .. } => text == button || control.name == button,
            _ => false,
        };
        let place = self.controls.iter().position(is_it);
        let Some(place) = place.filter(|at| !self.controls[*at].disabled) else {
            let buttons = self
                .controls
                .iter()
                .filter_map(|control| match &control.kind {
                    ControlKind::Button { text, .. } if !control.disabled => {
                        Some(format!("{text:?}"))
                    }
                    _ => None,
                });
            let buttons: Vec<_> = buttons.collect();
            panic!(
                "the form has no button {button:?} to press, but: {}",
                buttons.join(", ")
            );
        };
        self.pressed = Some(place);
        self
    }

    /// The value of a field; if several fields of this name have a value, the first. `None` if nothing would be sent.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let mut named = self.controls.iter().filter(|control| control.name == name);
        named.find_map(Control::value)
    }

    /// The indices of the enabled fields of this name.
    #[track_caller]
    fn named(&self, name: &str) -> Vec<usize> {
        let is_field = |control: &Control| !matches!(control.kind, ControlKind::Button { .. });
        let fields = || {
            self.controls
                .iter()
                .enumerate()
                .filter(|(_, control)| is_field(control))
        };
        let named: Vec<_> = fields()
            .filter(|(_, control)| control.name == name)
            .collect();
        assert!(
            !named.is_empty(),
            "the form has no field `{name}`, but: {}",
            fields()
                .map(|(_, control)| &*control.name)
                .collect::<Vec<_>>()
                .join(", ")
        );
        let enabled = named.into_iter().filter(|(_, control)| !control.disabled);
        let enabled: Vec<_> = enabled.map(|(at, _)| at).collect();
        assert!(!enabled.is_empty(), "the field `{name}` is disabled");
        enabled
    }

    /// The entries that are sent, in order (HTML, "constructing the entry list").
    fn entries(&self) -> Vec<(&str, Sent<'_>)> {
        let mut entries = Vec::new();
        for (at, control) in self.controls.iter().enumerate() {
            if !control.disabled && !control.name.is_empty() {
                let sent = control.sent(self.pressed == Some(at));
                entries.extend(sent.into_iter().map(|sent| (&*control.name, sent)));
            }
        }
        entries
    }

    fn into_request(mut self) -> Request {
        if let Some(ControlKind::Button { target, .. }) =
            self.pressed.map(|at| &self.controls[at].kind)
        {
            self.target = target.clone();
        }
        let Target {
            url,
            posts,
            multipart,
        } = &self.target;
        let request = Request::blank(url);
        if !posts {
            return request.with_query(self.pairs().as_slice());
        }
        let request = if *multipart {
            request.with_multipart(self.multipart())
        } else {
            request.with_form(self.pairs().as_slice())
        };
        request.with_method(Method::POST)
    }

    /// The entries as pairs of texts; a file is its name.
    fn pairs(&self) -> Vec<(String, String)> {
        let entries = self.entries().into_iter();
        let pairs = entries.map(|(name, sent)| match sent {
            Sent::Text(text) => (lines(name), lines(text)),
            Sent::File(filename, ..) => (lines(name), filename.to_owned()),
        });
        pairs.collect()
    }

    fn multipart(&self) -> MultipartForm {
        let mut form = MultipartForm::new();
        for (name, sent) in self.entries() {
            let name = lines(name);
            form = match sent {
                Sent::Text(text) => form.text(&name, lines(text)),
                Sent::File(filename, content_type, bytes) => {
                    form.bytes(&name, filename, content_type, bytes.clone())
                }
            };
        }
        form
    }
}

/// Ends each line with CRLF, as browsers do.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\n', "\r\n")
}
