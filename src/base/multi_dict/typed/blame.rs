//! Finds the field that caused a fault without a name, by leaving fields out.

use crate::base::error::FieldError;
use crate::base::error::FieldErrors;

use super::fault::Fault;
use super::plan::Place;
use super::plan::Plan;
use super::plan::Role;
use super::refused::Seen;
use super::search::Search;
use super::words::plain_fault;

/// The maximum number of dropped faults that are examined.
const MOST_FAULTS: usize = 4;

/// The maximum number of suspected fields among which the cause is searched.
const MOST_SUSPECTS: usize = 8;

impl Search<'_, '_> {
    /// Creates the error for a fault that serde returned.
    pub(super) fn blame(
        &mut self,
        plan: &Plan,
        seen: &Seen,
        message: &str,
    ) -> Result<FieldError, FieldError> {
        Ok(match self.culprit(plan, seen, message)? {
            Some(first) => self.source.error(first, plain_fault(message)),
            None => FieldError::new("", None, plain_fault(message)),
        })
    }

    /// Ensures that no value was lost because serde dropped a fault that does not name a value.
    pub(super) fn settle_unnamed(&mut self, plan: &Plan, seen: &Seen) -> Result<(), FieldErrors> {
        let mut messages: Vec<_> = seen.log.unnamed.iter().collect();
        messages.dedup();
        for message in messages.into_iter().take(MOST_FAULTS) {
            if let Some(first) = self.culprit(plan, seen, message)?
                && !self.source.text(first).is_empty()
                && self.is_lost(plan, Place::Value(first))?
            {
                return Err(self.source.error(first, plain_fault(message)).into());
            }
        }
        Ok(())
    }

    /// Returns the name whose absence makes the fault disappear.
    fn culprit(
        &mut self,
        plan: &Plan,
        seen: &Seen,
        message: &str,
    ) -> Result<Option<usize>, FieldError> {
        let mut suspects = Vec::new();
        let mut groups = vec![seen.log.aside.clone()];
        while let Some(group) = groups.pop() {
            if group.is_empty() || self.is_told_without(plan, &group, message)? {
                continue;
            }
            if let [only] = *group {
                suspects.push(only);
                continue;
            }
            let (before, after) = group.split_at(group.len() / 2);
            groups.extend([after.to_vec(), before.to_vec()]);
        }
        if suspects.len() > MOST_SUSPECTS {
            return Ok(None);
        }
        self.last_read(plan, &suspects)
    }

    /// Whether the same fault occurs without these names.
    fn is_told_without(
        &mut self,
        plan: &Plan,
        left_out: &[usize],
        message: &str,
    ) -> Result<bool, FieldError> {
        let (_, seen) = self.attempt(&without(plan, left_out))?;
        Ok(seen.log.unnamed.iter().any(|fault| fault == message))
    }

    /// The fault occurs only if all these names are present. Returns the name that the type reads last: if
    /// that name and another are left out, the other name is reported missing first.
    fn last_read(&mut self, plan: &Plan, suspects: &[usize]) -> Result<Option<usize>, FieldError> {
        let Some((mut last, others)) = suspects.split_first() else {
            return Ok(None);
        };
        for other in others {
            let (outcome, _) = self.attempt(&without(plan, &[*last, *other]))?;
            if let Err(Fault::Missing(name)) = outcome
                && name == self.source.name(*last)
            {
                last = other;
            }
        }
        Ok(Some(*last))
    }
}

fn without(plan: &Plan, names: &[usize]) -> Plan {
    plan.with(|plan| {
        for first in names {
            plan.slot_mut(*first).role = Role::Skipped;
        }
    })
}
