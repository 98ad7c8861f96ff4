//! Notices code that blocks an event loop.
//!
//! A server that wants to know sets an [`EventLoop`] for its thread. After each poll of a handler, the loop is asked
//! whether it is late, which reads one flag. So the handler that has just been polled is to blame. A handler that never
//! comes back is found by another thread, which sees only a number: that of its [`Label`].

use std::cell::RefCell;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::OnceLock;
use std::sync::PoisonError;

/// The event loop of a thread.
pub(crate) trait EventLoop {
    /// Returns whether something has waited for the event loop.
    fn is_late(&self) -> bool;

    /// Reports that the code of that name has blocked it, if it has done so for long.
    fn blame(&self, name: &dyn Fn() -> String);

    /// Notes the number of what is polled from now on, and returns what was polled before.
    fn polls(&self, number: u32) -> u32;
}

thread_local! {
    static HERE: RefCell<Option<Arc<dyn EventLoop>>> = const { RefCell::new(None) };
}

/// Sets the event loop of this thread.
#[cfg(feature = "hosting")]
pub(crate) fn set_event_loop(event_loop: Option<Arc<dyn EventLoop>>) {
    HERE.set(event_loop);
}

/// The number of code that can block an event loop; a clone gets another one.
#[derive(Default)]
pub(crate) struct Label(OnceLock<u32>);

/// The names of labels, which are never removed. Code without a place in it has the number 0.
static NAMES: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// So a program that makes routers for ever does not fill its memory.
const MOST_NAMES: usize = 4096;

impl Label {
    #[cfg_attr(
        not(feature = "routing"),
        allow(dead_code, reason = "routes have labels")
    )]
    fn number(&self, name: impl Fn() -> String) -> u32 {
        *self.0.get_or_init(|| {
            let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
            if names.len() == MOST_NAMES {
                return 0;
            }
            names.push(name());
            u32::try_from(names.len()).unwrap_or_default()
        })
    }
}

impl Clone for Label {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// Returns the name of the code with a number.
#[cfg(feature = "hosting")]
pub(crate) fn name_of(number: u32) -> Option<String> {
    let index = usize::try_from(number).ok()?.checked_sub(1)?;
    let names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    names.get(index).cloned()
}

/// Runs a future, and blames it if one of its polls has blocked the event loop.
pub(crate) async fn noticed<F: Future>(
    mut future: Pin<&mut F>,
    label: Option<&Label>,
    name: impl Fn() -> String,
) -> F::Output {
    poll_fn(|context| {
        let number = || label.map_or(0, |label| label.number(&name));
        let outer = HERE.with_borrow(|here| here.as_ref().map(|here| here.polls(number())));
        let polled = future.as_mut().poll(context);
        if let Some(outer) = outer {
            HERE.with_borrow(|here| {
                let Some(here) = here else { return };
                here.polls(outer);
                if here.is_late() {
                    here.blame(&name);
                }
            });
        }
        polled
    })
    .await
}

#[cfg(all(test, feature = "hosting"))]
mod tests {
    use super::*;

    #[test]
    fn a_label_has_one_number_and_its_clone_another_one() {
        let label = Label::default();
        let number = label.number(|| "first".to_owned());
        assert_eq!(number, label.number(|| "ignored".to_owned()));
        assert_eq!(name_of(number).as_deref(), Some("first"));
        let other = label.clone().number(|| "nested".to_owned());
        assert_eq!(name_of(other).as_deref(), Some("nested"));
        assert_eq!((name_of(0), name_of(u32::MAX)), (None, None));
    }
}
