//! Decides where a body is stored: in memory or on disk.

use crate::gateway::Limits;

use super::pool::Part;
use super::pool::Pool;
use super::pool::Wanted;

/// Whether received content may go to disk.
const HAS_DISK: bool = cfg!(feature = "spool");

/// One connection may hold at most one `PART`th of each resource.
const PART: u64 = 8;

/// The memory for a body while less than half of the memory is free.
pub(super) const LITTLE: u64 = 64 << 10;

/// The bytes that a spooled body collects in memory before they are written.
const STEP: u64 = 256 << 10;

/// The last `PART`th of the memory is for connections that hold no more than this.
const FIRST: u64 = 8 << 10;

/// The size of each resource.
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

    /// Whether less than half of the memory is free, so that each body gets only a little.
    fn is_tight(&self, memory: &Pool) -> bool {
        self.memory.saturating_sub(memory.used()) < self.memory - self.memory / 2
    }

    /// Whether a body can have `bytes` of memory while there is plenty.
    pub(super) fn has_plenty(&self, memory: &Pool, usage: &Usage, bytes: u64) -> bool {
        let part = (self.memory / PART).saturating_sub(usage.memory);
        bytes <= part && memory.is_settled() && !self.is_tight(memory)
    }

    /// The bytes that a spooled body collects before they are written.
    pub(super) fn step(&self, memory: &Pool) -> u64 {
        if self.is_tight(memory) { LITTLE } else { STEP }
    }
}

/// The needs of a body before more of it is read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need {
    /// Bytes of other content at the beginning of its file.
    pub(crate) base: u64,
    /// Its length, or the part of it for which there must be room.
    pub(crate) length: u64,
    /// The largest length that it may reach; equal to `length` if that is known.
    pub(crate) most: u64,
    /// Bytes that may stay in memory while there is plenty.
    pub(crate) memory_bytes: u64,
}

/// The resources that a body holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) memory: u64,
    pub(super) disk: u64,
    /// It goes to disk; its memory is for bytes that are not written yet.
    pub(super) spooled: bool,
    pub(super) memory_ticket: Option<u64>,
    pub(super) disk_ticket: Option<u64>,
}

/// The resources that a connection holds in total.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    pub(super) connection: u64,
    pub(super) memory: u64,
    pub(super) disk: u64,
}

/// A request of a body for resources.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asking {
    pub(super) sizes: Sizes,
    pub(super) usage: Usage,
    pub(super) held: Held,
    pub(super) need: Need,
}

/// The resources for which other bodies have waited longer than this one.
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

    /// If no connection could ever hold the body: the share of a connection that is too small, and its
    /// setting.
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

    /// The maximum length of the body in memory.
    fn allowed(&self, memory: &Pool) -> u64 {
        if !self.can_spool() {
            u64::MAX
        } else if self.sizes.is_tight(memory) {
            self.need.memory_bytes.min(LITTLE)
        } else {
            self.need.memory_bytes
        }
    }

    /// The resources it waits for if neither is free.
    pub(super) fn waits_for(&self, memory: &Pool) -> Bars {
        Bars {
            memory: !self.held.spooled && self.need.length <= self.allowed(memory),
            disk: self.can_spool(),
        }
    }
}

/// The resources that all bodies hold.
#[derive(Debug, Default)]
pub(super) struct Pools {
    pub(super) memory: Pool,
    pub(super) disk: Pool,
}

impl Pools {
    /// Chooses what a body will hold, if its need can be met. `within_part` limits it to the share of its
    /// connection.
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
            // Take more than needed, so that not every chunk asks again.
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
        // The body keeps its memory until the bytes in it are written.
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

    /// Gives a body the resources chosen by [`place`](Self::place).
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
        // A body that can go to disk does not need a guarantee of memory.
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

    /// The length of the file, rounded up in steps while the final length is unknown.
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
