//! The memory of the clients, and nothing else: which acts were sent, what was answered. Afterwards
//! it is laid beside what the database holds.

use std::collections::HashMap;

/// Đồng of every payment here.
pub const DONG: i64 = 1_500_000;

/// What is known of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Acknowledged as written now.
    Created,
    /// Acknowledged as written before: what was unknown is settled.
    Exists,
    /// Refused: the person had been paid by another act.
    Refused,
    /// No answer came. It may be written, or not.
    Unknown,
}

/// A payment as its client made it.
#[derive(Debug, Clone)]
pub struct Act {
    pub id: String,
    pub claim: String,
    /// Which session sends it.
    pub session: usize,
}

/// All acts of one database with what is known of them.
#[derive(Debug, Default)]
pub struct Memory {
    /// The database itself is killed: the server may not hear that its commit was done, asks again
    /// and finds the act written, so that even a first answer may be `exists`.
    commits_unheard: bool,
    acts: HashMap<String, (Act, Fate)>,
}

/// Counts over many rounds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Payments acknowledged.
    pub acknowledged: usize,
    /// Acts whose answer a cut had swallowed.
    pub unknown: usize,
    /// Of those, found written when they were sent again.
    pub found: usize,
    /// Refusals that named the first payment.
    pub refused: usize,
}

impl Memory {
    /// Of an empty ledger; on PostgreSQL the database itself is killed, too.
    pub fn new(commits_unheard: bool) -> Self {
        Self { commits_unheard, acts: HashMap::new() }
    }

    /// Notes what became of an act.
    ///
    /// # Errors
    /// When the answer contradicts an earlier one.
    pub fn note(&mut self, act: &Act, fate: Fate) -> Result<(), String> {
        let before = self.acts.get(&act.id).map(|(_, fate)| *fate);
        let fine = match (before, fate) {
            (Some(Fate::Created | Fate::Exists), fate) => fate == Fate::Exists,
            (Some(Fate::Refused), fate) => fate == Fate::Refused,
            (Some(Fate::Unknown), _) => true,
            (None, fate) => fate != Fate::Exists || self.commits_unheard,
        };
        if !fine {
            return Err(format!("{act:?} was {before:?} and is now {fate:?}"));
        }
        if !matches!(before, Some(Fate::Created | Fate::Exists)) {
            self.acts.insert(act.id.clone(), (act.clone(), fate));
        }
        Ok(())
    }

    /// Acts nobody knows the end of.
    pub fn unsettled(&self) -> Vec<Act> {
        let open = self.acts.values().filter(|(_, fate)| *fate == Fate::Unknown);
        let mut open: Vec<Act> = open.map(|(act, _)| act.clone()).collect();
        open.sort_by(|one, other| one.id.cmp(&other.id));
        open
    }

    /// Acts that were acknowledged.
    pub fn acknowledged(&self) -> impl Iterator<Item = &Act> {
        let made = |fate: Fate| matches!(fate, Fate::Created | Fate::Exists);
        self.acts.values().filter(move |(_, fate)| made(*fate)).map(|(act, _)| act)
    }

    /// Lays the ledger (act, entitlement, đồng; written without dashes) beside the memory.
    ///
    /// # Errors
    /// What is lost, doubled or of nobody's making.
    pub fn compare(&self, ledger: &[(String, String, i64)]) -> Result<(), String> {
        let mut faults = Vec::new();
        let mut written: HashMap<&str, &(String, String, i64)> = HashMap::new();
        let mut paid: HashMap<&str, &str> = HashMap::new();
        for entry in ledger {
            if written.insert(&entry.0, entry).is_some() {
                faults.push(format!("act {} stands twice in the ledger", entry.0));
            }
            if let Some(first) = paid.insert(&entry.1, &entry.0) {
                faults.push(format!("DOUBLED: {} was paid by {first} and {}", entry.1, entry.0));
            }
        }
        for (act, fate) in self.acts.values() {
            let entry = written.remove(act.id.replace('-', "").as_str());
            let right = entry.is_some_and(|(_, claim, dong)| {
                *claim == act.claim.replace('-', "") && *dong == DONG
            });
            match fate {
                Fate::Created | Fate::Exists if entry.is_none() => {
                    faults.push(format!("LOST: {act:?} was acknowledged and is not there"));
                }
                Fate::Created | Fate::Exists if !right => {
                    faults.push(format!("WRONG: {act:?} became {entry:?}"));
                }
                Fate::Refused if entry.is_some() => {
                    faults.push(format!("{act:?} was refused and is written"));
                }
                Fate::Unknown => faults.push(format!("{act:?} was never settled")),
                _ => {}
            }
        }
        for act in written.keys() {
            faults.push(format!("act {act} is in the ledger and nobody's"));
        }
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn memory(fate: Fate) -> Memory {
        let act = Act { id: "a-1".into(), claim: "c-1".into(), session: 0 };
        let mut memory = Memory::default();
        memory.note(&act, Fate::Unknown).unwrap();
        memory.note(&act, fate).unwrap();
        memory
    }

    fn entry(act: &str, claim: &str, dong: i64) -> (String, String, i64) {
        (act.into(), claim.into(), dong)
    }

    #[test]
    fn what_is_lost_doubled_or_foreign_is_found() {
        let sound = [entry("a1", "c1", DONG)];
        assert_eq!(memory(Fate::Created).compare(&sound), Ok(()));
        assert_eq!(memory(Fate::Exists).compare(&sound), Ok(()));
        assert_eq!(memory(Fate::Refused).compare(&[]), Ok(()));
        let wrong = [
            (Fate::Created, vec![], "LOST"),
            (Fate::Exists, vec![entry("a1", "c1", DONG + 1)], "WRONG"),
            (Fate::Created, vec![entry("a1", "c2", DONG)], "WRONG"),
            (Fate::Created, vec![entry("a1", "c1", DONG), entry("a2", "c1", DONG)], "DOUBLED"),
            (Fate::Created, vec![entry("a1", "c1", DONG), entry("a2", "c2", DONG)], "nobody's"),
            (Fate::Refused, vec![entry("a1", "c1", DONG)], "refused and is written"),
            (Fate::Unknown, vec![], "never settled"),
        ];
        for (fate, ledger, words) in wrong {
            let fault = memory(fate).compare(&ledger).unwrap_err();
            assert!(fault.contains(words), "{fault}");
        }
    }

    #[test]
    fn an_answer_that_takes_back_another_is_found() {
        let act = Act { id: "a-1".into(), claim: "c-1".into(), session: 0 };
        for (first, then) in [
            (Fate::Created, Fate::Created),
            (Fate::Created, Fate::Refused),
            (Fate::Refused, Fate::Created),
        ] {
            let mut memory = memory(first);
            assert!(memory.note(&act, then).is_err(), "{first:?} then {then:?}");
        }
        assert!(Memory::default().note(&act, Fate::Exists).is_err());
    }
}
