//! Where a body can be: in memory, or on disk.

use crate::gateway::Limits;

use super::pool::Part;
use super::pool::Pool;
use super::pool::Wanted;

/// Whether what is received may go to disk.
const HAS_DISK: bool = cfg!(feature = "spool");

/// One connection holds at most this part of each resource.
const PART: u64 = 8;

/// What a body has in memory where less than half of the memory is free.
pub(super) const LITTLE: u64 = 64 << 10;

/// What is gathered in memory of a body that goes to disk, before it is written.
const STEP: u64 = 256 << 10;

/// The last part of the memory is for connections that hold no more than this.
const FIRST: u64 = 8 << 10;

/// How much there is of each resource.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    memory: u64,
    disk: u64,
}

impl Sizes {
    pub(crate) fn of(limits: &Limits) -> Self {
        Self {
            memory: limits.budget_memory_bytes(),
            disk: limits.budget_disk_bytes(),
        }
    }

    /// Whether there is less than half of the memory left, and so little for each body.
    fn is_tight(&self, memory: &Pool) -> bool {
        self.memory.saturating_sub(memory.used()) < self.memory - self.memory / 2
    }

    /// Whether a body can have so much memory without further ado.
    pub(super) fn has_plenty(&self, memory: &Pool, usage: &Usage, bytes: u64) -> bool {
        let part = (self.memory / PART).saturating_sub(usage.memory);
        bytes <= part && memory.is_settled() && !self.is_tight(memory)
    }

    /// What is gathered of a body that goes to disk.
    pub(super) fn step(&self, memory: &Pool) -> u64 {
        if self.is_tight(memory) { LITTLE } else { STEP }
    }
}

/// What a body needs to be read on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// Bytes of other content at the beginning of its file.
    pub(crate) base: u64,
    /// Its length, or as much of it as there must be room for.
    pub(crate) length: u64,
    /// The length that it may have in the end; the same where that is known.
    pub(crate) most: u64,
    /// Bytes that may stay in memory as long as there is plenty.
    pub(crate) memory_bytes: u64,
}

/// What a body holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) memory: u64,
    pub(super) disk: u64,
    /// It goes to disk; what it holds of the memory is for what has not been written yet.
    pub(super) spooled: bool,
    pub(super) memory_ticket: Option<u64>,
    pub(super) disk_ticket: Option<u64>,
}

/// What a connection holds in all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    pub(super) connection: u64,
    pub(super) memory: u64,
    pub(super) disk: u64,
}

/// A body that needs something.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) sizes: Sizes,
    pub(super) usage: Usage,
    pub(super) held: Held,
    pub(super) need: Need,
}

/// What others have waited for longer.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bars {
    pub(super) memory: bool,
    pub(super) disk: bool,
}

impl Asking {
    fn memory_part(&self) -> u64 {
        self.sizes.memory / PART
    }

    fn disk_part(&self) -> u64 {
        self.sizes.disk / PART
    }

    fn length_on_disk(&self) -> u64 {
        self.need.base.saturating_add(self.need.length)
    }

    pub(super) fn can_spool(&self) -> bool {
        HAS_DISK && self.length_on_disk() <= self.disk_part()
    }

    /// The part of a connection that is too small for it, if none is large enough, and its setting.
    pub(super) fn never(&self) -> Option<(u64, &'static str)> {
        let fits = !self.held.spooled && self.need.length <= self.memory_part();
        if fits || self.can_spool() {
            return None;
        }
        Some(if HAS_DISK && self.disk_part() > 0 {
            (self.disk_part(), "budget_disk_bytes")
        } else {
            (self.memory_part(), "budget_memory_bytes")
        })
    }

    /// How long it may be to be in memory.
    fn allowed(&self, memory: &Pool) -> u64 {
        if !self.can_spool() {
            u64::MAX
        } else if self.sizes.is_tight(memory) {
            self.need.memory_bytes.min(LITTLE)
        } else {
            self.need.memory_bytes
        }
    }

    /// What it waits for, where there is neither.
    pub(super) fn waits_for(&self, memory: &Pool) -> Bars {
        Bars {
            memory: !self.held.spooled && self.need.length <= self.allowed(memory),
            disk: self.can_spool(),
        }
    }
}

/// What all bodies hold.
#[derive(Debug, Default)]
pub(super) struct Pools {
    pub(super) memory: Pool,
    pub(super) disk: Pool,
}

impl Pools {
    /// What a body is to hold, if it can have what it needs, within the part of its connection
    /// or whatever that holds.
    pub(super) fn place(&self, asking: &Asking, bars: Bars, within_part: bool) -> Option<Held> {
        let in_memory = || self.in_memory(asking, bars, within_part);
        let on_disk = || self.on_disk(asking, bars, within_part);
        if asking.held.spooled {
            on_disk()
        } else {
            in_memory().or_else(on_disk)
        }
    }

    fn in_memory(&self, asking: &Asking, bars: Bars, within_part: bool) -> Option<Held> {
        let Asking { held, need, .. } = *asking;
        let allowed = asking.allowed(&self.memory);
        if need.length > allowed {
            return None;
        }
        let mut ample = need.length;
        if need.most > need.length && !asking.sizes.is_tight(&self.memory) {
            // Not for every chunk anew.
            let doubled = need.length.saturating_mul(2).max(LITTLE);
            ample = doubled.min(allowed).min(need.most).max(need.length);
        }
        let fits = |memory: &u64| self.memory_fits(asking, *memory, bars, within_part);
        let memory = [ample, need.length].into_iter().find(fits)?;
        Some(Held {
            memory: memory.max(held.memory),
            ..held
        })
    }

    fn memory_fits(&self, asking: &Asking, memory: u64, bars: Bars, within_part: bool) -> bool {
        let wanted = asking.wanted_memory(memory);
        let held = asking.usage.memory.saturating_add(wanted.more);
        let is_first = held <= FIRST;
        let whole = asking.sizes.memory;
        let room = if is_first {
            whole
        } else {
            whole - whole / PART
        };
        let part = within_part.then(|| Part {
            connection: asking.usage.connection,
            free: asking.memory_part().saturating_sub(asking.usage.memory),
        });
        (is_first || !bars.memory) && self.memory.fits(room, part, wanted)
    }

    fn on_disk(&self, asking: &Asking, bars: Bars, within_part: bool) -> Option<Held> {
        let barred = bars.disk && !self.disk.is_oldest(asking.held.disk_ticket);
        if barred || !asking.can_spool() {
            return None;
        }
        let part = within_part.then(|| Part {
            connection: asking.usage.connection,
            free: asking.disk_part().saturating_sub(asking.usage.disk),
        });
        let fits = |disk: &u64| {
            let wanted = asking.wanted_disk(*disk);
            self.disk.fits(asking.sizes.disk, part, wanted)
        };
        let lengths = [asking.steps_on_disk(), asking.length_on_disk()];
        let disk = lengths.into_iter().find(fits)?;
        // What it has in memory it has until that is written.
        let held = asking.held.memory;
        let steps = [asking.sizes.step(&self.memory), LITTLE, held];
        let memory = steps
            .map(|bytes| bytes.min(asking.need.most))
            .into_iter()
            .find(|memory| self.memory_fits(asking, *memory, bars, true));
        Some(Held {
            memory: memory.unwrap_or(0).max(held),
            disk: disk.max(asking.held.disk),
            spooled: true,
            ..asking.held
        })
    }

    /// Gives a body what it is to hold.
    pub(super) fn give(&mut self, asking: &Asking, mut to: Held) -> Held {
        let connection = asking.usage.connection;
        let memory = asking.wanted_memory(to.memory);
        let rest = if to.spooled { 0 } else { memory.rest };
        to.memory_ticket = self.memory.give(connection, Wanted { rest, ..memory });
        if to.spooled {
            to.disk_ticket = self.disk.give(connection, asking.wanted_disk(to.disk));
        }
        to
    }
}

impl Asking {
    fn wanted_memory(&self, memory: u64) -> Wanted {
        // Who can go to disk need not be sure of the memory.
        let most = if self.can_spool() {
            0
        } else {
            self.need.most.min(self.memory_part())
        };
        Wanted {
            more: memory.saturating_sub(self.held.memory),
            rest: most.saturating_sub(memory),
            ticket: self.held.memory_ticket,
        }
    }

    /// The length of the file, in steps where nobody knows what it will be.
    fn steps_on_disk(&self) -> u64 {
        let Need {
            base, length, most, ..
        } = self.need;
        let steps = length.checked_next_multiple_of(STEP).unwrap_or(length);
        let length = steps.min(most).max(length);
        base.saturating_add(length).min(self.disk_part())
    }

    fn wanted_disk(&self, disk: u64) -> Wanted {
        let most = self.need.base.saturating_add(self.need.most);
        Wanted {
            more: disk.saturating_sub(self.held.disk),
            rest: most.min(self.disk_part()).saturating_sub(disk),
            ticket: self.held.disk_ticket,
        }
    }
}
