//! The controls of a form: fields and buttons, their values, and the entries that they send.

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
    /// A submit button.
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

/// An entry that a control sends.
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
    /// Returns whether the control can have this value.
    pub(super) fn takes(&self, text: &str) -> bool {
        match &self.kind {
            ControlKind::Text(_) => true,
            ControlKind::Check { value, .. } => value == text,
            ControlKind::Select { options, .. } => options.iter().any(|choice| choice.is(text)),
            ControlKind::Files { .. } | ControlKind::Button { .. } => false,
        }
    }

    /// The possible values, for a message.
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

    /// Unchecks the control if it is a radio button.
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

    /// Sets a value that the control can have.
    pub(super) fn set(&mut self, text: &str) {
        match &mut self.kind {
            ControlKind::Text(value) => text.clone_into(value),
            ControlKind::Check { checked, .. } => *checked = true,
            ControlKind::Select { options, multiple } => {
                if !*multiple {
                    choose_none(options);
                }
                // A matching value takes precedence over a matching text.
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

    /// Adds a file; without `multiple` it replaces the earlier one.
    pub(super) fn add_file(&mut self, file: File) {
        if let ControlKind::Files { files, multiple } = &mut self.kind {
            if !*multiple {
                files.clear();
            }
            files.push(file);
        }
    }

    /// The first value of the control.
    pub(super) fn value(&self) -> Option<&str> {
        match self.sent(false).into_iter().next()? {
            Sent::Text(text) => Some(text),
            Sent::File(filename, ..) => Some(filename),
        }
    }

    /// The entries that the control sends.
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
            // If no file is chosen, browsers send an empty one.
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
