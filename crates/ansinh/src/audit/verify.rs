//! Recomputing the chain: what was altered, removed, inserted or moved, and where.

use std::collections::BTreeMap;
use std::fmt;

use chrono::NaiveDate;
use sea_orm::DbErr;

use super::chain::{self, GENESIS, Head, Sealed};
use super::seal::{fixed, seal};
use super::store;
use crate::database::{Conn, Database};

/// Entries read at once.
const PAGE: i64 = 4_000;

/// Faults that are told; more are only counted.
const TOLD_MAX: usize = 100;

/// Faults whose origin is looked for: each search reads the whole table.
const TRACED_MAX: usize = 5;

/// Something wrong with the chain. Display is for the operator and names the seq.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// Content or hash of this entry is not what was sealed.
    Altered {
        /// Its number.
        seq: i64,
    },
    /// This entry was sealed under another number.
    Moved {
        /// The number it carries.
        seq: i64,
        /// The number it was sealed under.
        sealed_as: i64,
    },
    /// The entry holds together, but is not the one its follower was sealed upon.
    Replaced {
        /// Its number.
        seq: i64,
    },
    /// No entries with these numbers.
    Removed {
        /// First missing number.
        from: i64,
        /// Last missing number.
        to: i64,
    },
    /// A number that no sealer gave.
    Inserted {
        /// The number.
        seq: i64,
    },
    /// The head kept for this day is not in the chain.
    DayHead {
        /// The day.
        day: NaiveDate,
        /// Where the head should be.
        seq: i64,
    },
    /// The head that was printed or stored elsewhere is not in the chain.
    Printed {
        /// Where it should be.
        seq: i64,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Altered { seq } => write!(f, "seq {seq}: altered after it was sealed"),
            Self::Moved { seq, sealed_as } => {
                write!(f, "seq {seq}: moved, it was sealed as seq {sealed_as}")
            }
            Self::Replaced { seq } => {
                write!(f, "seq {seq}: replaced, its follower was sealed upon another entry")
            }
            Self::Removed { from, to } if from == to => write!(f, "seq {from}: removed"),
            Self::Removed { from, to } => write!(f, "seq {from} to {to}: removed"),
            Self::Inserted { seq } => write!(f, "seq {seq}: inserted, no sealer gave this number"),
            Self::DayHead { day, seq } => {
                write!(f, "seq {seq}: the head kept for {day} is not in the chain")
            }
            Self::Printed { seq } => {
                write!(f, "seq {seq}: the printed head is not in the chain: it was rewritten")
            }
        }
    }
}

/// What verifying found.
#[derive(Debug, Clone)]
pub struct Verified {
    /// Entries recomputed.
    pub entries: i64,
    /// Entries committed since, not sealed yet.
    pub unsealed: i64,
    /// End of the chain.
    pub head: Head,
    /// The first hundred faults, in order; empty when the chain is whole.
    pub faults: Vec<Fault>,
    /// All faults.
    pub fault_count: usize,
}

/// Seals what waits, then recomputes the whole chain. `printed` are heads kept outside (on paper,
/// with the district, in a backup's manifest) that must lie in it.
///
/// # Errors
/// The engine's.
pub async fn verify(db: &Database, printed: &[Head]) -> Result<Verified, DbErr> {
    seal(db).await?;
    verify_sealed(db.read(), printed).await
}

/// Recomputes the chain as it is, without sealing first.
///
/// # Errors
/// The engine's.
pub async fn verify_sealed<C: Conn>(conn: &C, printed: &[Head]) -> Result<Verified, DbErr> {
    let mut walk = Walk::new(store::heads(conn).await?, printed);
    loop {
        let page = store::sealed(conn, walk.last.seq, walk.top, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for row in &page {
            walk.step(conn, row).await?;
        }
    }
    if walk.last.seq < walk.top {
        walk.note(Fault::Removed { from: walk.last.seq + 1, to: walk.top });
    }
    for seq in store::strays(conn).await? {
        walk.note(Fault::Inserted { seq });
    }
    walk.heads_not_met();
    Ok(Verified {
        entries: walk.entries,
        unsealed: store::unsealed_count(conn).await?,
        head: walk.last,
        faults: walk.faults,
        fault_count: walk.fault_count,
    })
}

/// A head that the chain must pass through.
enum Mark {
    Day(NaiveDate, Head),
    Printed(Head),
}

struct Walk {
    /// Last number that was given when the walk began.
    top: i64,
    last: Head,
    /// The last entry was already reported.
    last_faulty: bool,
    /// Hash before the present entry is known.
    linked: bool,
    entries: i64,
    traced: usize,
    faults: Vec<Fault>,
    fault_count: usize,
    marks: BTreeMap<i64, Vec<Mark>>,
}

impl Walk {
    fn new(heads: Vec<(NaiveDate, Head)>, printed: &[Head]) -> Self {
        let top = heads.iter().map(|(_, head)| head.seq).max().unwrap_or(0);
        let mut marks: BTreeMap<i64, Vec<Mark>> = BTreeMap::new();
        for (day, head) in heads {
            marks.entry(head.seq).or_default().push(Mark::Day(day, head));
        }
        for head in printed.iter().filter(|head| **head != Head::EMPTY) {
            marks.entry(head.seq).or_default().push(Mark::Printed(*head));
        }
        Self {
            top,
            last: Head::EMPTY,
            last_faulty: false,
            linked: true,
            entries: 0,
            traced: 0,
            faults: Vec::new(),
            fault_count: 0,
            marks,
        }
    }

    fn note(&mut self, fault: Fault) {
        if matches!(fault, Fault::Removed { .. }) {
            self.linked = false;
        }
        self.fault_count += 1;
        if self.faults.len() < TOLD_MAX {
            self.faults.push(fault);
        }
    }

    async fn step<C: Conn>(&mut self, conn: &C, row: &Sealed) -> Result<(), DbErr> {
        if row.seq > self.last.seq + 1 {
            self.note(Fault::Removed { from: self.last.seq + 1, to: row.seq - 1 });
        }
        let sound = chain::hash(&row.prev_hash, row.seq, &row.entry)[..] == row.hash[..];
        if sound {
            let linked = !self.linked || row.prev_hash[..] == self.last.hash[..];
            if !linked && !self.last_faulty {
                // The first entry has nobody before it: then it is itself not the one.
                self.note(Fault::Replaced { seq: self.last.seq.max(1) });
            }
        } else {
            let fault = self.explain(conn, row).await?;
            self.note(fault);
        }
        self.last = Head { seq: row.seq, hash: fixed(&row.hash) };
        (self.last_faulty, self.linked) = (!sound, true);
        self.entries += 1;
        for mark in self.marks.remove(&row.seq).unwrap_or_default() {
            self.meet(&mark);
        }
        Ok(())
    }

    /// Why an entry does not fit its hash.
    async fn explain<C: Conn>(&mut self, conn: &C, row: &Sealed) -> Result<Fault, DbErr> {
        let altered = Fault::Altered { seq: row.seq };
        if self.traced >= TRACED_MAX {
            return Ok(altered);
        }
        self.traced += 1;
        let before = if row.prev_hash == GENESIS {
            Some(0)
        } else {
            store::seq_of(conn, &row.prev_hash).await?
        };
        // Hashes may have been moved along or left behind: both neighbours are tried.
        for sealed_as in before.into_iter().flat_map(|seq| [seq + 1, seq]) {
            let hash = chain::hash(&row.prev_hash, sealed_as, &row.entry);
            if sealed_as != row.seq && hash[..] == row.hash[..] {
                return Ok(Fault::Moved { seq: row.seq, sealed_as });
            }
        }
        Ok(altered)
    }

    fn meet(&mut self, mark: &Mark) {
        match mark {
            Mark::Day(day, head) if *head != self.last => {
                self.note(Fault::DayHead { day: *day, seq: head.seq });
            }
            Mark::Printed(head) if *head != self.last => {
                self.note(Fault::Printed { seq: head.seq });
            }
            _ => {}
        }
    }

    fn heads_not_met(&mut self) {
        for mark in std::mem::take(&mut self.marks).into_values().flatten() {
            let fault = match mark {
                Mark::Day(day, head) => Fault::DayHead { day, seq: head.seq },
                Mark::Printed(head) => Fault::Printed { seq: head.seq },
            };
            self.note(fault);
        }
    }
}
