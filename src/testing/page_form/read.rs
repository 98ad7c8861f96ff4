//! Reads the forms of a page from its tags.

use crate::testing::html::Tag;
use crate::testing::html::Token;
use crate::testing::html::is_close;
use crate::testing::html::is_open;
use crate::testing::html::text_until;
use crate::testing::page::resolved;

use super::control::Choice;
use super::control::Control;
use super::control::ControlKind;
use super::target::Target;

/// A form as the page defines it.
pub(super) struct FormMarkup {
    /// Its `id`, `name` and `action` attributes.
    pub(super) names: Vec<String>,
    pub(super) target: Target,
    pub(super) controls: Vec<Control>,
    /// The index of the first submit button.
    pub(super) pressed: Option<usize>,
}

/// The forms of a page, in order. `page` is its URL, and `base` the URL against which references are resolved.
pub(super) fn forms(tokens: &[Token], page: &str, base: &str) -> Vec<FormMarkup> {
    let mut reading = Reading {
        page,
        base,
        forms: outer_forms(tokens)
            .map(|tag| form(tag, page, base))
            .collect(),
        started: 0,
        current: None,
        select: None,
        fieldsets: Vec::new(),
    };
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Open(tag) => reading.open(tag, &tokens[at + 1..]),
            Token::Close(name) => reading.close(name),
            Token::Text(_) => {}
        }
    }
    let mut forms = reading.forms;
    forms.iter_mut().for_each(settle);
    forms
}

/// The tags that begin a form. Browsers ignore a form inside another one.
fn outer_forms(tokens: &[Token]) -> impl Iterator<Item = &Tag> {
    let mut is_inside = false;
    tokens.iter().filter_map(move |token| match token {
        Token::Open(tag) if tag.name == "form" => {
            (!std::mem::replace(&mut is_inside, true)).then_some(tag)
        }
        Token::Close(name) if name == "form" => {
            is_inside = false;
            None
        }
        _ => None,
    })
}

/// A form without its controls.
fn form(tag: &Tag, page: &str, base: &str) -> FormMarkup {
    let names = ["id", "name", "action"];
    let names = names.iter().filter_map(|name| tag.get(name));
    FormMarkup {
        names: names
            .filter(|name| !name.is_empty())
            .map(ToOwned::to_owned)
            .collect(),
        target: Target {
            url: action(tag.get("action"), page, base),
            posts: tag.keyword("method") == "post",
            multipart: tag.keyword("enctype") == "multipart/form-data",
        },
        controls: Vec::new(),
        pressed: None,
    }
}

/// The URL of a form; the URL of the page if the form has no `action`.
fn action(action: Option<&str>, page: &str, base: &str) -> String {
    match action.map(str::trim).filter(|action| !action.is_empty()) {
        Some(action) => resolved(base, action),
        None => page.to_owned(),
    }
}

/// Selects what browsers select initially.
fn settle(form: &mut FormMarkup) {
    for control in &mut form.controls {
        if let ControlKind::Select {
            options,
            multiple: false,
        } = &mut control.kind
        {
            // If several options are selected, the last counts; if none is, the first.
            let last = options.iter().rposition(|choice| choice.chosen);
            let chosen = last.or_else(|| options.iter().position(|choice| !choice.disabled));
            for (at, choice) in options.iter_mut().enumerate() {
                choice.chosen = Some(at) == chosen;
            }
        }
    }
    let is_button = |control: &Control| matches!(control.kind, ControlKind::Button { .. });
    form.pressed = form
        .controls
        .iter()
        .position(|control| is_button(control) && !control.disabled);
}

/// The state while a page is read.
struct Reading<'p> {
    page: &'p str,
    base: &'p str,
    forms: Vec<FormMarkup>,
    /// The number of forms that have begun.
    started: usize,
    /// The index of the open form.
    current: Option<usize>,
    /// The form of the open `<select>`; the options belong to the last control of that form.
    select: Option<usize>,
    /// For each open `<fieldset>`, whether it is disabled.
    fieldsets: Vec<bool>,
}

impl Reading<'_> {
    fn open(&mut self, tag: &Tag, rest: &[Token]) {
        match &*tag.name {
            "form" if self.current.is_none() => {
                self.current = Some(self.started);
                self.started += 1;
            }
            "fieldset" => self.fieldsets.push(tag.has("disabled")),
            "option" => self.option(tag, rest),
            "input" | "textarea" | "select" | "button" => {
                let Some(owner) = self.owner(tag) else {
                    return;
                };
                let Some(kind) = self.kind(owner, tag, rest) else {
                    return;
                };
                self.select = matches!(kind, ControlKind::Select { .. }).then_some(owner);
                self.forms[owner].controls.push(Control {
                    name: tag.get("name").unwrap_or_default().to_owned(),
                    disabled: tag.has("disabled") || self.fieldsets.contains(&true),
                    kind,
                });
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "form" => self.current = None,
            "fieldset" => drop(self.fieldsets.pop()),
            "select" => self.select = None,
            _ => {}
        }
    }

    /// The form of a control: the one that its `form` attribute names, otherwise the form around it.
    fn owner(&self, tag: &Tag) -> Option<usize> {
        match tag.get("form") {
            // The `id` is the first of the names, if there is one.
            Some(id) => self
                .forms
                .iter()
                .position(|form| form.names.first().is_some_and(|name| name == id)),
            None => self.current,
        }
    }

    fn kind(&self, owner: usize, tag: &Tag, rest: &[Token]) -> Option<ControlKind> {
        let value = tag.get("value");
        let kind = tag.keyword("type");
        Some(match (&*tag.name, &*kind) {
            ("select", _) => ControlKind::Select {
                options: Vec::new(),
                multiple: tag.has("multiple"),
            },
            ("textarea", _) => ControlKind::Text(text_of(rest)),
            ("button" | "input", "button" | "reset") => return None,
            ("button", _) => {
                let text = text_until(rest, |token| is_close(token, "button"));
                self.button(owner, tag, text)
            }
            ("input", "submit" | "image") => {
                let text = value.or_else(|| tag.get("alt")).unwrap_or("Submit");
                self.button(owner, tag, text.to_owned())
            }
            ("input", kind @ ("checkbox" | "radio")) => ControlKind::Check {
                value: value.unwrap_or("on").to_owned(),
                checked: tag.has("checked"),
                radio: kind == "radio",
            },
            ("input", "file") => ControlKind::Files {
                files: Vec::new(),
                multiple: tag.has("multiple"),
            },
            _ => ControlKind::Text(value.unwrap_or_default().to_owned()),
        })
    }

    fn button(&self, owner: usize, tag: &Tag, text: String) -> ControlKind {
        let form = &self.forms[owner].target;
        let own = |name: &str| Some(tag.keyword(name)).filter(|keyword| !keyword.is_empty());
        let url = match tag.get("formaction") {
            Some(own) => action(Some(own), self.page, self.base),
            None => form.url.clone(),
        };
        ControlKind::Button {
            text,
            value: tag.get("value").unwrap_or_default().to_owned(),
            target: Target {
                url,
                posts: own("formmethod").map_or(form.posts, |method| method == "post"),
                multipart: own("formenctype")
                    .map_or(form.multipart, |kind| kind == "multipart/form-data"),
            },
        }
    }

    fn option(&mut self, tag: &Tag, rest: &[Token]) {
        let control = self
            .select
            .and_then(|owner| self.forms[owner].controls.last_mut());
        let Some(ControlKind::Select { options, .. }) = control.map(|control| &mut control.kind)
        else {
            return;
        };
        let text = text_until(rest, |token| {
            ["option", "select", "optgroup"]
                .iter()
                .any(|name| is_close(token, name))
                || is_open(token, "option")
                || is_open(token, "optgroup")
        });
        options.push(Choice {
            value: tag.get("value").unwrap_or(&text).to_owned(),
            chosen: tag.has("selected"),
            disabled: tag.has("disabled"),
            text,
        });
    }
}

/// The text of a `<textarea>`; a line break right after the tag is left out.
fn text_of(rest: &[Token]) -> String {
    match rest.first() {
        Some(Token::Text(text)) => {
            let text = text.replace("\r\n", "\n");
            text.strip_prefix('\n').unwrap_or(&text).to_owned()
        }
        _ => String::new(),
    }
}
