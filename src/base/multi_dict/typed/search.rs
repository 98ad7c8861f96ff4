//! Reading in several attempts, where the first does not do.
//!
//! A fault that serde returns is a [lesson](crate::base::multi_dict::typed::lessons): there is one way on. Where a type tries
//! one thing after another (an untagged enum, a `flatten`ed `Option`), serde drops the faults, and there are
//! several ways. They are tried, and the one with the fewest misfits is taken. A value that did not fit and
//! that nothing depends on is an error then: what was sent is not lost without a word.

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

/// How often a type is read at most.
pub(super) const MOST_ATTEMPTS: usize = 300;

/// Up to so many values are tried in another way one by one.
const MOST_SINGLES: usize = 8;

/// So often all values are tried in another way but for those that did not fit even so.
const MOST_ROUNDS: usize = 8;

/// Of so many values that were refused with the same words it is found out whether they are lost.
const MOST_ALIKE: usize = 16;

/// A search for the way to read a dictionary, whatever the type.
pub(super) struct Search<'s, 'de> {
    pub(super) source: &'s Source<'de>,
    /// Reads once and drops the value: the plan is what counts.
    read: &'s dyn Fn(&Plan) -> Result<(), Fault>,
    attempts: usize,
    wishes: Wishes,
    tried: HashSet<Plan>,
    /// What was refused where there was no way on.
    dead_end: Option<Vec<Refused>>,
}

/// A plan by which there is a value.
struct Success {
    plan: Plan,
    seen: Seen,
}

/// What a search for other ways comes to.
enum Way {
    Read(Success),
    /// There is no value yet, but what was in the way is not any more.
    Past(Plan),
}

impl Way {
    /// The fewer the better.
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
    /// The plan to read by, or what is wrong.
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
                // Some of it was made up.
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

    /// Reads once.
    pub(super) fn attempt(&mut self, plan: &Plan) -> Result<(Result<(), Fault>, Seen), FieldError> {
        if self.attempts == MOST_ATTEMPTS {
            let message = format!("the fields do not fit in {MOST_ATTEMPTS} attempts to read them");
            return Err(FieldError::new("", None, message));
        }
        self.attempts += 1;
        let (outcome, log) = watch::during(|| (self.read)(plan));
        let seen = Seen::of(self.source, plan, log);
        self.wishes.note(plan, &seen);
        Ok((outcome, seen))
    }

    /// The error of a value that fits nowhere.
    pub(super) fn error(&self, refused: &Refused) -> FieldError {
        self.wishes.error(self.source, refused)
    }

    /// The way past a fault that says nothing of a value, such as that no variant fits.
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

    /// The errors of values that fit nowhere, one for each.
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

    /// Tries a plan, then what may be read in other ways, until nothing is better.
    ///
    /// Gives the best way, and what was refused by the plan itself.
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
        // What is settled is in nobody's way.
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

    /// Tries all values in another way at once, then without those that do not fit even so; gives what is
    /// better then.
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

    /// The plan with these values read in another way, if there is one that was not tried.
    fn advanced(&mut self, plan: &Plan, refused: &[Refused], care: Care) -> Option<Plan> {
        let mut next = plan.clone();
        let is_new = next.advance_all(self.source, refused, care);
        (is_new && self.tried.insert(next.clone())).then_some(next)
    }

    /// Looks whether there is something better than what is read so far, and makes sure that nothing
    /// is lost.
    fn settle(&mut self, mut success: Success) -> Result<Plan, FieldErrors> {
        // Values that were left empty; and those with which there is no way on, which others look like.
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
                // It says nothing, so nothing is lost.
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

    /// The first value that did not fit and that nothing depends on, but for those that were
    /// `left_empty` or are `doubtful`.
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

    /// Reads a value that is lost in the next other way by which there is a value at all.
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

    /// Whether there is a value just as well when that at a place fits nowhere.
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
