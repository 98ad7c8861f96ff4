//! The controls of a form: fields and buttons, what they hold, and what is sent of them.

use bytes::Bytes;

use super::target::Target;

#[derive(Clone, Debug)]
pub(super) struct Control {
    pub(super) name: String,
    pub(super) disabled: bool,
    pub(super) kind: ControlKind,
}

#[derive(Clone, Debug)]
pub(super) enum ControlKind {
    Text(String),
    Check {
        value: String,
        checked: bool,
        radio: bool,
    },
    Select {
        options: Vec<Choice>,
        multiple: bool,
    },
    Files {
        files: Vec<File>,
        multiple: bool,
    },
    /// A button that submits.
    Button {
        text: String,
        value: String,
        target: Target,
    },
}

/// An option of a `<select>`.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) value: String,
    pub(super) text: String,
    pub(super) chosen: bool,
    pub(super) disabled: bool,
}

/// Name, type and content.
type File = (String, String, Bytes);

/// What is sent of a control.
pub(super) enum Sent<'f> {
    Text(&'f str),
    File(&'f str, &'f str, &'f Bytes),
}

static NO_BYTES: Bytes = Bytes::new();

impl Choice {
    fn is(&self, value: &str) -> bool {
        !self.disabled && (self.value == value || self.text == value)
    }
}

fn choose_none(options: &mut [Choice]) {
    for choice in options {
        choice.chosen = false;
    }
}

impl Control {
    /// Whether it can have this value.
    pub(super) fn takes(&self, text: &str) -> bool {
        match &self.kind {
            ControlKind::Text(_) => true,
            ControlKind::Check { value, .. } => value == text,
            ControlKind::Select { options, .. } => options.iter().any(|choice| choice.is(text)),
            ControlKind::Files { .. } | ControlKind::Button { .. } => false,
        }
    }

    /// The values that it can have, for people.
    pub(super) fn possible(&self) -> String {
        match &self.kind {
            ControlKind::Text(_) => "any text".to_owned(),
            ControlKind::Check { value, .. } => format!("{value:?}"),
            ControlKind::Select { options, .. } => {
                let open = options.iter().filter(|choice| !choice.disabled);
                let values: Vec<_> = open.map(|choice| format!("{:?}", choice.value)).collect();
                format!("one of {}", values.join(", "))
            }
            ControlKind::Files { .. } => "a file, for `with_file`".to_owned(),
            ControlKind::Button { .. } => "a button, for `pressing`".to_owned(),
        }
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.kind, ControlKind::Text(_))
    }

    pub(super) fn is_radio(&self) -> bool {
        matches!(self.kind, ControlKind::Check { radio: true, .. })
    }

    /// Unchecks it, if it is a radio button.
    pub(super) fn uncheck(&mut self) {
        if let ControlKind::Check {
            checked,
            radio: true,
            ..
        } = &mut self.kind
        {
            *checked = false;
        }
    }

    /// Gives it a value that it takes.
    pub(super) fn set(&mut self, text: &str) {
        match &mut self.kind {
            ControlKind::Text(value) => text.clone_into(value),
            ControlKind::Check { checked, .. } => *checked = true,
            ControlKind::Select { options, multiple } => {
                if !*multiple {
                    choose_none(options);
                }
                // A value counts more than a text.
                let by_value = options
                    .iter()
                    .position(|choice| !choice.disabled && choice.value == text);
                let place = by_value.or_else(|| options.iter().position(|choice| choice.is(text)));
                if let Some(place) = place {
                    options[place].chosen = true;
                }
            }
            ControlKind::Files { .. } | ControlKind::Button { .. } => {}
        }
    }

    pub(super) fn clear(&mut self) {
        match &mut self.kind {
            ControlKind::Text(value) => value.clear(),
            ControlKind::Check { checked, .. } => *checked = false,
            ControlKind::Select { options, .. } => choose_none(options),
            ControlKind::Files { files, .. } => files.clear(),
            ControlKind::Button { .. } => {}
        }
    }

    /// Chooses a file, in place of the other where there can be only one.
    pub(super) fn add_file(&mut self, file: File) {
        if let ControlKind::Files { files, multiple } = &mut self.kind {
            if !*multiple {
                files.clear();
            }
            files.push(file);
        }
    }

    /// The first value that it has.
    pub(super) fn value(&self) -> Option<&str> {
        match self.sent(false).into_iter().next()? {
            Sent::Text(text) => Some(text),
            Sent::File(filename, ..) => Some(filename),
        }
    }

    /// What is sent of it.
    pub(super) fn sent(&self, pressed: bool) -> Vec<Sent<'_>> {
        match &self.kind {
            ControlKind::Text(value) => vec![Sent::Text(value)],
            ControlKind::Check { value, checked, .. } => {
                checked.then_some(Sent::Text(value)).into_iter().collect()
            }
            ControlKind::Select { options, .. } => {
                let chosen = options.iter().filter(|it| it.chosen && !it.disabled);
                chosen.map(|choice| Sent::Text(&choice.value)).collect()
            }
            // Where none is chosen, browsers say so.
            ControlKind::Files { files, .. } if files.is_empty() => {
                vec![Sent::File("", "application/octet-stream", &NO_BYTES)]
            }
            ControlKind::Files { files, .. } => {
                let files = files.iter();
                files
                    .map(|(name, kind, bytes)| Sent::File(name, kind, bytes))
                    .collect()
            }
            ControlKind::Button { value, .. } => {
                pressed.then_some(Sent::Text(value)).into_iter().collect()
            }
        }
    }
}
