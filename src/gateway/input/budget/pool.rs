//! The accounting of one resource: how much bodies hold, and whether one of them may have more.
//!
//! Pure arithmetic. It is the banker's algorithm. If others hold something, a body of unknown length is
//! admitted only if it could finish with the free amount. From then on, every body must leave enough for the
//! admitted body that may still want the most. The body that was admitted first is exempt. So it can always
//! finish, and after it the next one.

use std::collections::BTreeMap;

/// All holdings of one resource.
#[derive(Debug, Default)]
pub(super) struct Pool {
    used: u64,
    /// The bodies of unknown length, in the order of admission.
    growing: BTreeMap<u64, Growing>,
    last: u64,
}

/// A body that is still arriving, with an unknown length.
#[derive(Debug)]
struct Growing {
    connection: u64,
    /// Bytes that it may still request.
    rest: u64,
}

/// The request of a body.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    pub(super) more: u64,
    /// Bytes that it may request later; 0 if the length is known.
    pub(super) rest: u64,
    /// Its place among the growing bodies, if it was admitted before.
    pub(super) ticket: Option<u64>,
}

/// The amount left for a connection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub(super) connection: u64,
    pub(super) free: u64,
}

impl Pool {
    pub(super) fn used(&self) -> u64 {
        self.used
    }

    /// Whether a body may have what it requests, if `room` is the amount for all.
    pub(super) fn fits(&self, room: u64, part: Option<Part>, wanted: Wanted) -> bool {
        let free = room.saturating_sub(self.used);
        wanted.more == 0
            || (self.leaves_enough(free, None, wanted)
                && part.is_none_or(|Part { connection, free }| {
                    self.leaves_enough(free, Some(connection), wanted)
                }))
    }

    /// Whether the free amount is enough and leaves enough for the others: those of one connection, or all.
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
            // No other growing body needs the rest.
            None => 0,
            Some(rest) if wanted.ticket.is_none() => rest.max(wanted.rest),
            Some(rest) => rest,
        };
        wanted.more.saturating_add(remain) <= free
    }

    /// Whether this body was admitted before all other growing bodies.
    pub(super) fn is_oldest(&self, ticket: Option<u64>) -> bool {
        ticket.is_some() && self.growing.keys().next() == ticket.as_ref()
    }

    /// Whether no body is growing.
    pub(super) fn is_settled(&self) -> bool {
        self.growing.is_empty()
    }

    /// Gives to a body that will not request more.
    pub(super) fn add(&mut self, bytes: u64) {
        self.used = self.used.saturating_add(bytes);
    }

    /// Gives the requested amount, and a ticket if the body may request more.
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

    /// Ends the growth of a body.
    pub(super) fn end(&mut self, ticket: Option<u64>) {
        if let Some(ticket) = ticket {
            self.growing.remove(&ticket);
        }
    }
}
