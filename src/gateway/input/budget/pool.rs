//! What bodies hold of one resource, and whether one of them may have more.
//!
//! Arithmetic alone. It is the banker's algorithm: beside others, a body of unknown length is let in
//! only if it could be finished with what is free, and from then on all leave enough for the one that
//! may still want most. The one that was let in first need not. So it can always be finished, and
//! after it the next one.

use std::collections::BTreeMap;

/// All that is held of one resource.
#[derive(Debug, Default)]
pub(super) struct Pool {
    used: u64,
    /// The bodies of unknown length, by the order in which they were let in.
    growing: BTreeMap<u64, Growing>,
    last: u64,
}

/// A body that is still coming, and nobody knows how much of it.
#[derive(Debug)]
struct Growing {
    connection: u64,
    /// Bytes that it may still want.
    rest: u64,
}

/// What a body wants.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) more: u64,
    /// Bytes that may follow; none if the length is known.
    pub(super) rest: u64,
    /// Its place among those that grow, if it was let in before.
    pub(super) ticket: Option<u64>,
}

/// What is left for a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) connection: u64,
    pub(super) free: u64,
}

impl Pool {
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// Whether a body may have what it wants, with so much room for all.
    pub(super) fn fits(&self, room: u64, part: Option<Part>, wanted: Wanted) -> bool {
        let free = room.saturating_sub(self.used);
        wanted.more == 0
            || (self.leaves_enough(free, None, wanted)
                && part.is_none_or(|Part { connection, free }| {
                    self.leaves_enough(free, Some(connection), wanted)
                }))
    }

    /// Whether what is free is enough, and enough for others remains: those of one connection, or
    /// all.
    fn leaves_enough(&self, free: u64, connection: Option<u64>, wanted: Wanted) -> bool {
        let growing = self
            .growing
            .iter()
            .filter(|(_, body)| connection.is_none_or(|only| body.connection == only));
        let oldest = growing.clone().next().map(|(ticket, _)| *ticket);
        if wanted.ticket.is_some() && wanted.ticket == oldest {
            return wanted.more <= free;
        }
        let others = growing
            .filter(|(ticket, _)| Some(**ticket) != wanted.ticket)
            .map(|(_, body)| body.rest)
            .max();
        let remain = match others {
            // Who is alone waits for nobody who could wait for it.
            None => 0,
            Some(rest) if wanted.ticket.is_none() => rest.max(wanted.rest),
            Some(rest) => rest,
        };
        wanted.more.saturating_add(remain) <= free
    }

    /// Whether this body was let in before all others that grow.
    pub(super) fn is_oldest(&self, ticket: Option<u64>) -> bool {
        ticket.is_some() && self.growing.keys().next() == ticket.as_ref()
    }

    /// Whether all are sure of what they hold, and want no more.
    pub(super) fn is_settled(&self) -> bool {
        self.growing.is_empty()
    }

    /// Gives to a body that wants no more.
    pub(super) fn add(&mut self, bytes: u64) {
        self.used = self.used.saturating_add(bytes);
    }

    /// Gives what is wanted, and a ticket to a body that may want more.
    pub(super) fn give(&mut self, connection: u64, wanted: Wanted) -> Option<u64> {
        self.add(wanted.more);
        let ticket = match wanted.ticket {
            None if wanted.rest == 0 => return None,
            None => {
                self.last += 1;
                self.last
            }
            Some(ticket) => ticket,
        };
        let rest = wanted.rest;
        self.growing.insert(ticket, Growing { connection, rest });
        Some(ticket)
    }

    pub(super) fn take_back(&mut self, bytes: u64) {
        self.used = self.used.saturating_sub(bytes);
    }

    /// A body wants no more.
    pub(super) fn end(&mut self, ticket: Option<u64>) {
        if let Some(ticket) = ticket {
            self.growing.remove(&ticket);
        }
    }
}
