//! Finds the values that the faults of an attempt are about.

use std::collections::BTreeMap;
use std::collections::HashMap;

use crate::base::error::FieldError;

use super::plan::Place;
use super::plan::Plan;
use super::plan::Refused;
use super::shown_as::ShownAs;
use super::source::Source;
use super::watch::FoundValue;
use super::watch::Log;
use super::watch::Refusal;
use super::words::alternatives;
use super::words::plain;

/// The observations of an attempt.
pub(super) struct Seen {
    pub(super) log: Log,
    /// The values that did not fit, once for each refusal.
    pub(super) refused: Vec<Refused>,
}

impl Seen {
    pub(super) fn of(source: &Source<'_>, plan: &Plan, log: Log) -> Self {
        let mut finder = Finder::new(source, plan, &log);
        let mut refused = Vec::new();
        for refusal in &log.refusals {
            let places = finder.places(refusal);
            let is_doubtful = places.len() > 1;
            refused.extend(places.into_iter().map(|place| Refused {
                place,
                wanted: refusal.wanted.clone(),
                is_settled: refusal.is_settled,
                is_doubtful,
            }));
        }
        Self { log, refused }
    }

    /// Returns the refused values of a name, if serde had buffered them.
    pub(super) fn within(&self, source: &Source<'_>, first: usize) -> Vec<Refused> {
        if !self.log.aside.contains(&first) {
            return Vec::new();
        }
        let is_within = |refused: &&Refused| source.first(refused.place.pair()) == first;
        self.refused.iter().filter(is_within).cloned().collect()
    }
}

/// Finds the values that refusals are about.
pub(super) struct Finder<'s, 'de> {
    source: &'s Source<'de>,
    plan: &'s Plan,
    /// The names that are shown as lists.
    lists: Vec<usize>,
    /// The values that are not shown as texts, by their form in serde's message; built on first use.
    shown: Option<HashMap<String, Vec<usize>>>,
}

impl<'s, 'de> Finder<'s, 'de> {
    pub(super) fn new(source: &'s Source<'de>, plan: &'s Plan, log: &Log) -> Self {
        let is_list = |first: &&usize| plan.slot(**first).is_list(source.is_repeated(**first));
        Self {
            source,
            plan,
            lists: log.aside.iter().filter(is_list).copied().collect(),
            shown: None,
        }
    }

    /// Returns the values that a refusal may be about. A text is identified by its address. Other values are
    /// identified only by their form, which several may share.
    pub(super) fn places(&mut self, refusal: &Refusal) -> Vec<Place> {
        let source = self.source;
        let is_within = |pair: &usize| {
            let within = refusal.within;
            within.is_none_or(|within| within == source.first(*pair))
        };
        match &refusal.found {
            FoundValue::Text { address, length } => text_at(source, *address, *length),
            FoundValue::Shown(look) => {
                let alike = self.shown().get(look).into_iter().flatten().copied();
                alike.filter(is_within).map(Place::Value).collect()
            }
            FoundValue::List => {
                let lists = self.lists.iter().copied();
                lists.filter(is_within).map(Place::List).collect()
            }
            FoundValue::Other => Vec::new(),
        }
    }

    fn shown(&mut self) -> &HashMap<String, Vec<usize>> {
        self.shown.get_or_insert_with(|| {
            let mut shown = HashMap::<_, Vec<usize>>::new();
            for pair in 0..self.source.dict.len() {
                let kind = self.plan.slot(pair).kind;
                let look = kind.shown(self.source.text(pair));
                let has_address = matches!(kind, ShownAs::Text | ShownAs::Bytes);
                if let Some(look) = look.filter(|_| !has_address) {
                    shown.entry(look).or_default().push(pair);
                }
            }
            shown
        })
    }
}

fn text_at(source: &Source<'_>, address: usize, length: usize) -> Vec<Place> {
    let value = source.dict.value_at(address, length).map(Place::Value);
    let name = || source.dict.name_at(address, length).map(Place::Name);
    value.or_else(name).into_iter().collect()
}

/// For each value, the types that were requested when it was last shown as text. Error messages name these
/// types, since later requests result only from the attempts to read the value in other ways.
#[derive(Default)]
pub(super) struct Wishes(BTreeMap<usize, Vec<String>>);

impl Wishes {
    pub(super) fn note(&mut self, plan: &Plan, seen: &Seen) {
        let mut wishes = BTreeMap::<_, Vec<String>>::new();
        for refused in &seen.refused {
            let Place::Value(pair) = refused.place else {
                continue;
            };
            let wanted = wishes.entry(pair).or_default();
            if plan.slot(pair).kind == ShownAs::Text && !wanted.contains(&refused.wanted) {
                wanted.push(refused.wanted.clone());
            }
        }
        wishes.retain(|_, wanted| !wanted.is_empty());
        self.0.extend(wishes);
    }

    /// Creates the error for a value that fits nowhere.
    pub(super) fn error(&self, source: &Source<'_>, refused: &Refused) -> FieldError {
        let (pair, wanted) = (refused.place.pair(), &refused.wanted);
        let text = source.text(pair);
        let wanted = self
            .0
            .get(&pair)
            .map_or(std::slice::from_ref(wanted), Vec::as_slice);
        let mut wanted: Vec<_> = wanted.iter().map(|wanted| plain(wanted, text)).collect();
        wanted.dedup();
        source.error(pair, format!("expected {}", alternatives(&wanted)))
    }
}
