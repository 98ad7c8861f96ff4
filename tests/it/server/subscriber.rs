//! A subscriber of `tracing` that records everything.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, MutexGuard};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

/// Names and values, as text.
#[derive(Debug, Default)]
pub(super) struct Values(BTreeMap<&'static str, String>);

impl Values {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

impl Visit for Values {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name(), value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name(), format!("{value:?}"));
    }
}

#[derive(Debug)]
pub(super) struct Span {
    metadata: &'static Metadata<'static>,
    pub(super) values: Values,
    /// The number of its handles; it is closed when there are none.
    pub(super) held: usize,
}

impl Span {
    pub(super) fn name(&self) -> &'static str {
        self.metadata.name()
    }
}

#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) spans: Vec<Span>,
    /// Events, each with the index of its span.
    pub(super) events: Vec<(Option<usize>, Values)>,
}

/// Records the spans and events of some targets.
#[derive(Clone)]
pub(super) struct Recorder {
    targets: &'static [&'static str],
    told: Arc<Mutex<Told>>,
}

thread_local! {
    /// The spans that this thread has entered.
    static WITHIN: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

impl Recorder {
    pub(super) fn new(targets: &'static [&'static str]) -> Self {
        let told = Arc::default();
        Self { targets, told }
    }

    pub(super) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }
}

fn id(number: usize) -> Id {
    Id::from_u64(number as u64 + 1)
}

fn number(id: &Id) -> usize {
    usize::try_from(id.into_u64()).unwrap() - 1
}

fn innermost() -> Option<usize> {
    WITHIN.with_borrow(|within| within.last().copied())
}

impl Subscriber for Recorder {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        self.targets.contains(&metadata.target())
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut values = Values::default();
        span.record(&mut values);
        let spans = &mut self.told().spans;
        spans.push(Span {
            metadata: span.metadata(),
            values,
            held: 1,
        });
        id(spans.len() - 1)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        values.record(&mut self.told().spans[number(span)].values);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut values = Values::default();
        event.record(&mut values);
        self.told().events.push((innermost(), values));
    }

    fn enter(&self, span: &Id) {
        WITHIN.with_borrow_mut(|within| within.push(number(span)));
    }

    fn exit(&self, span: &Id) {
        let left = WITHIN.with_borrow_mut(Vec::pop);
        assert_eq!(left, Some(number(span)), "spans are left in order");
    }

    fn clone_span(&self, span: &Id) -> Id {
        self.told().spans[number(span)].held += 1;
        span.clone()
    }

    fn try_close(&self, span: Id) -> bool {
        let held = &mut self.told().spans[number(&span)].held;
        *held -= 1;
        *held == 0
    }

    fn current_span(&self) -> Current {
        match innermost() {
            Some(number) => Current::new(id(number), self.told().spans[number].metadata),
            None => Current::none(),
        }
    }
}
