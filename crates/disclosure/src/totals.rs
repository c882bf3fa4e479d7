//! Sums of a day, recomputed from the leaves.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::leaf::{Code, Kind, PaymentLeaf};

/// What one sum is of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Key {
    /// The day.
    pub day: NaiveDate,
    /// The commune.
    pub commune: Code,
    /// The programme.
    pub programme: Code,
    /// The group of the policy.
    pub group: Code,
}

/// How many entries and how much money. Sums are wider than amounts: no log overflows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    /// Entries of money paid.
    pub paid: u64,
    /// Counter-entries.
    pub reversed: u64,
    /// Entries of money given back.
    pub returned: u64,
    /// Counter-entries to returns.
    pub restored: u64,
    /// Đồng paid, with what counter-entries to returns restore.
    pub out: i128,
    /// Đồng that counter-entries and returns take back; negative.
    pub back: i128,
}

impl Total {
    /// What remains paid.
    #[must_use]
    pub fn balance(&self) -> i128 {
        self.out + self.back
    }

    /// Adds one entry.
    pub fn add(&mut self, kind: Kind, amount: i64) {
        let (count, sum) = match kind {
            Kind::Paid => (&mut self.paid, &mut self.out),
            Kind::Reversed => (&mut self.reversed, &mut self.back),
            Kind::Returned => (&mut self.returned, &mut self.back),
            Kind::Restored => (&mut self.restored, &mut self.out),
        };
        *count += 1;
        *sum += i128::from(amount);
    }

    fn merge(&mut self, other: &Self) {
        self.paid += other.paid;
        self.reversed += other.reversed;
        self.returned += other.returned;
        self.restored += other.restored;
        self.out += other.out;
        self.back += other.back;
    }
}

/// Sums per day, commune, programme and group.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals(BTreeMap<Key, Total>);

impl Totals {
    /// The sums of these leaves.
    pub fn of<'a>(leaves: impl IntoIterator<Item = &'a PaymentLeaf>) -> Self {
        let mut totals = Self::default();
        for leaf in leaves {
            totals.add(leaf.clone());
        }
        totals
    }

    /// Adds one leaf.
    pub fn add(&mut self, leaf: PaymentLeaf) {
        let PaymentLeaf { day, commune, programme, group, kind, amount, .. } = leaf;
        self.0.entry(Key { day, commune, programme, group }).or_default().add(kind, amount);
    }

    /// All sums, by day, commune, programme and group.
    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Total)> {
        self.0.iter()
    }

    /// One sum; empty when there was no such payment.
    #[must_use]
    pub fn get(&self, key: &Key) -> Total {
        self.0.get(key).copied().unwrap_or_default()
    }

    /// The sum over all whose key is wanted: of a day, a commune, everything.
    pub fn sum(&self, mut wanted: impl FnMut(&Key) -> bool) -> Total {
        let mut sum = Total::default();
        for (_, total) in self.0.iter().filter(|(key, _)| wanted(key)) {
            sum.merge(total);
        }
        sum
    }
}
