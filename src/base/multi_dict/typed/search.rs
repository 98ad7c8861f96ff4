//! Reads a type in several attempts if the first one fails.
//!
//! A fault that serde returns is a [lesson](crate::base::multi_dict::typed::lessons): there is one way to
//! continue. If a type tries several alternatives (an untagged enum, a `flatten`ed `Option`), serde drops the
//! faults, and there are several ways. They are tried, and the one with the fewest misfits is chosen. A value
//! that did not fit and on which the result does not depend is then an error: sent data is not lost silently.

use std::collections::HashSet;

use crate::base::error::FieldError;
use crate::base::error::FieldErrors;

use super::fault::Fault;
use super::lessons::Lessons;
use super::lessons::MOST_ERRORS;
use super::plan::Listing;
use super::plan::Place;
use super::plan::Plan;
use super::plan::Refused;
use super::refused::Seen;
use super::refused::Wishes;
use super::shown_as::Care;
use super::shown_as::ShownAs;
use super::source::Source;
use super::watch;

/// The maximum number of times that a type is read.
pub(super) const MOST_ATTEMPTS: usize = 300;

/// Up to this many values are tried another way one by one.
const MOST_SINGLES: usize = 8;

/// The maximum number of rounds in which all values are tried another way. Each round leaves out the values
/// that still did not fit in the round before.
const MOST_ROUNDS: usize = 8;

/// The maximum number of values, refused with the same words, that are tested for being lost.
const MOST_ALIKE: usize = 16;

/// A search for a way to read a dictionary, for any type.
pub(super) struct Search<'s, 'de> {
    pub(super) source: &'s Source<'de>,
    /// Reads once and drops the value: only the plan matters.
    read: &'s dyn Fn(&Plan) -> Result<(), Fault>,
    attempts: usize,
    wishes: Wishes,
    tried: HashSet<Plan>,
    /// The values that were refused at the first dead end.
    dead_end: Option<Vec<Refused>>,
}

/// A plan that produces a value.
struct Success {
    plan: Plan,
    seen: Seen,
}

/// The result of a search for other ways.
enum Way {
    Read(Success),
    /// There is no value yet, but this plan gets past the obstacle.
    Past(Plan),
}

impl Way {
    /// The number of values that did not fit; fewer is better.
    fn misfits(&self) -> usize {
        match self {
            Self::Read(success) => success.seen.refused.len(),
            Self::Past(_) => usize::MAX,
        }
    }

    fn is_better_than(&self, other: Option<&Self>) -> bool {
        other.is_none_or(|other| self.misfits() < other.misfits())
    }
}

impl<'s, 'de> Search<'s, 'de> {
    /// Returns the plan for reading, or the errors.
    pub(super) fn plan(
        source: &'s Source<'de>,
        read: &'s dyn Fn(&Plan) -> Result<(), Fault>,
    ) -> Result<Plan, FieldErrors> {
        let search = Self {
            source,
            read,
            attempts: 0,
            wishes: Wishes::default(),
            tried: HashSet::new(),
            dead_end: None,
        };
        search.run()
    }

    fn run(mut self) -> Result<Plan, FieldErrors> {
        let mut lessons = Lessons::default();
        loop {
            let (outcome, seen) = match self.attempt(&lessons.plan) {
                Ok(seen) => seen,
                Err(error) => return Err(lessons.with(error)),
            };
            match outcome {
                Ok(()) if lessons.errors.is_empty() => {
                    let plan = lessons.plan;
                    return self.settle(Success { plan, seen });
                }
                // Some of the value is made up.
                Ok(()) => return Err(lessons.errors),
                Err(Fault::Value {
                    name: None,
                    message,
                    ..
                }) if lessons.errors.is_empty() => {
                    match self.past(&lessons.plan, &seen, &message)? {
                        Way::Read(success) => return self.settle(success),
                        Way::Past(plan) => lessons.plan = plan,
                    }
                }
                Err(fault) => {
                    if !lessons.learn(&self, fault, &seen) {
                        return Err(lessons.errors);
                    }
                }
            }
        }
    }

    /// Reads once with a plan.
    pub(super) fn attempt(&mut self, plan: &Plan) -> Result<(Result<(), Fault>, Seen), FieldError> {
        if self.attempts == MOST_ATTEMPTS {
            let message = format!("the fields cannot be read in {MOST_ATTEMPTS} attempts");
            return Err(FieldError::new("", None, message));
        }
        self.attempts += 1;
        let (outcome, log) = watch::during(|| (self.read)(plan));
        let seen = Seen::of(self.source, plan, log);
        self.wishes.note(plan, &seen);
        Ok((outcome, seen))
    }

    /// Creates the error for a value that fits nowhere.
    pub(super) fn error(&self, refused: &Refused) -> FieldError {
        self.wishes.error(self.source, refused)
    }

    /// Finds a way past a fault that does not name a value, such as an enum in which no variant fits.
    fn past(&mut self, plan: &Plan, seen: &Seen, message: &str) -> Result<Way, FieldErrors> {
        if !seen.refused.is_empty() {
            for care in [Care::Exact, Care::Any] {
                self.dead_end = None;
                self.tried.clear();
                if let (Some(way), _) = self.explore(plan, care)? {
                    return Ok(way);
                }
            }
        }
        Err(match self.dead_end.take() {
            Some(refused) => self.errors(&refused),
            None => self.blame(plan, seen, message)?.into(),
        })
    }

    /// Creates the errors for values that fit nowhere, one for each.
    fn errors(&self, refused: &[Refused]) -> FieldErrors {
        let (mut errors, mut reported) = (FieldErrors::default(), HashSet::new());
        for refused in refused {
            let first = self.source.first(refused.place.pair());
            if reported.len() < MOST_ERRORS && reported.insert(first) {
                errors.add(self.error(refused));
            }
        }
        errors
    }

    /// Tries a plan, then other ways of reading the refused values, until nothing is better.
    ///
    /// Returns the best way, and the values that the plan itself refused.
    fn explore(
        &mut self,
        plan: &Plan,
        care: Care,
    ) -> Result<(Option<Way>, Vec<Refused>), FieldError> {
        let (outcome, seen) = self.attempt(plan)?;
        let refused = seen.refused.clone();
        let mut best = match outcome {
            Ok(()) => {
                let plan = plan.clone();
                Some(Way::Read(Success { plan, seen }))
            }
            Err(Fault::Value { name: None, .. }) => None,
            Err(_) => return Ok((Some(Way::Past(plan.clone())), refused)),
        };
        let is_read = best.is_some();
        let mut open = refused.clone();
        // Settled values are not an obstacle.
        open.retain(|refused| is_read || !refused.is_settled);
        if let Some(way) = self.explore_together(plan, open.clone(), care, best.as_ref())? {
            best = Some(way);
        } else if open.len() <= MOST_SINGLES {
            for refused in &open {
                let next = self.advanced(plan, std::slice::from_ref(refused), care);
                if let Some(next) = next
                    && let (Some(way), _) = self.explore(&next, care)?
                    && way.is_better_than(best.as_ref())
                {
                    best = Some(way);
                }
            }
        }
        if best.is_none() && self.dead_end.is_none() && !open.is_empty() {
            self.dead_end = Some(open);
        }
        Ok((best, refused))
    }

    /// Tries all values in another way at once, then without those that still do not fit. Returns a better
    /// way, if any.
    fn explore_together(
        &mut self,
        plan: &Plan,
        mut open: Vec<Refused>,
        care: Care,
        best: Option<&Way>,
    ) -> Result<Option<Way>, FieldError> {
        for _ in 0..MOST_ROUNDS {
            let Some(next) = self.advanced(plan, &open, care) else {
                break;
            };
            let (way, again) = self.explore(&next, care)?;
            if let Some(way) = way
                && way.is_better_than(best)
            {
                return Ok(Some(way));
            }
            let again: HashSet<_> = again.iter().map(|refused| refused.place).collect();
            let before = open.len();
            open.retain(|refused| !again.contains(&refused.place));
            if open.len() == before {
                break;
            }
        }
        Ok(None)
    }

    /// Returns the plan that reads these values in another way, if there is one that was not tried.
    fn advanced(&mut self, plan: &Plan, refused: &[Refused], care: Care) -> Option<Plan> {
        let mut next = plan.clone();
        let is_new = next.advance_all(self.source, refused, care);
        (is_new && self.tried.insert(next.clone())).then_some(next)
    }

    /// Looks for a better way than the current one, and ensures that no value is lost.
    fn settle(&mut self, mut success: Success) -> Result<Plan, FieldErrors> {
        // `left_empty` has empty values, and `doubtful` values that cannot be rescued but may be confused
        // with others.
        let (mut left_empty, mut doubtful) = (HashSet::new(), Vec::<Refused>::new());
        while !success.seen.refused.is_empty() {
            self.tried.clear();
            if let (Some(Way::Read(better)), _) = self.explore(&success.plan, Care::Exact)? {
                success = better;
            }
            let Some(lost) = self.lost(&success, &left_empty, &doubtful)? else {
                match doubtful.first() {
                    Some(lost) => return Err(self.error(lost).into()),
                    None => break,
                }
            };
            let pair = lost.place.pair();
            match self.rescue(&success.plan, &lost)? {
                Some(better) => {
                    success = better;
                    doubtful.clear();
                }
                // It is empty, so nothing is lost.
                None if self.source.text(pair).is_empty() => {
                    left_empty.insert(pair);
                }
                None if lost.is_doubtful => doubtful.push(lost),
                None => return Err(self.error(&lost).into()),
            }
        }
        self.settle_unnamed(&success.plan, &success.seen)?;
        Ok(success.plan)
    }

    /// Returns the first value that did not fit and on which the result does not depend, except those in
    /// `left_empty` and `doubtful`.
    fn lost(
        &mut self,
        success: &Success,
        left_empty: &HashSet<usize>,
        doubtful: &[Refused],
    ) -> Result<Option<Refused>, FieldError> {
        let mut asked: Vec<&Refused> = Vec::new();
        for refused in &success.seen.refused {
            let is_known = left_empty.contains(&refused.place.pair())
                || doubtful.iter().any(|other| other.place == refused.place)
                || asked.iter().any(|other| other.place == refused.place);
            let alike = asked.iter().filter(|other| other.wanted == refused.wanted);
            if refused.is_settled || is_known || alike.count() == MOST_ALIKE {
                continue;
            }
            asked.push(refused);
            if self.is_lost(&success.plan, refused.place)? {
                return Ok(Some(refused.clone()));
            }
        }
        Ok(None)
    }

    /// Reads a lost value in the next way that produces a result.
    fn rescue(&mut self, plan: &Plan, lost: &Refused) -> Result<Option<Success>, FieldError> {
        let mut plan = plan.clone();
        while plan.advance(self.source, lost, Care::Any) {
            let (outcome, seen) = self.attempt(&plan)?;
            if outcome.is_ok() {
                return Ok(Some(Success { plan, seen }));
            }
        }
        Ok(None)
    }

    /// Whether the value at a place is lost: the type can be read even if that value fits nowhere.
    pub(super) fn is_lost(&mut self, plan: &Plan, place: Place) -> Result<bool, FieldError> {
        let marked = plan.with(|plan| {
            let slot = plan.slot_mut(place.pair());
            slot.kind = ShownAs::Mark;
            if matches!(place, Place::List(_)) {
                slot.listing = Listing::One;
            }
        });
        let (outcome, _) = self.attempt(&marked)?;
        Ok(outcome.is_ok())
    }
}
