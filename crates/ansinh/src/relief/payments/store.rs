//! SQL of entitlements as claims to be paid, and of the ledger.

mod claims;
mod kept;
mod ledger;
mod moved;
mod proof;
pub(super) mod reasons;

pub(crate) use claims::{
    ClaimFilter, Counted, Place, Totals, claims_by_id, claims_of_communes, claims_page,
    group_counts, hamlets, inside, status_condition, totals,
};
pub use kept::sum_faults;
pub(super) use ledger::{ENTRY_ID, NewEntry, acts_of, add_entries, ledgers, ledgers_of};
pub use ledger::{LedgerDifference, ledger_differences, ledger_size};
pub use moved::{DayOfMoney, MovedMoney, days_of_money, moved_by, moved_money};
pub(super) use proof::{decided, entry_count, equal_entries, full_ledgers, shares, stated, sums};

use sea_orm::Value;

/// A condition that grows together with the values of its parameters.
#[derive(Debug, Clone)]
pub(crate) struct Where {
    sql: String,
    values: Vec<Value>,
}

impl Where {
    /// Begins with one condition whose parameters are `$1` … in `values`.
    pub(crate) fn new(sql: impl Into<String>, values: Vec<Value>) -> Self {
        Self { sql: sql.into(), values }
    }

    /// Adds a condition; `{}` stands for the parameter.
    pub(crate) fn and(&mut self, condition: &str, value: impl Into<Value>) {
        let place = self.bind(value);
        self.sql.push_str(" AND ");
        self.sql.push_str(&condition.replace("{}", &place));
    }

    /// Adds a condition without a parameter.
    pub(crate) fn and_plain(&mut self, condition: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition);
    }

    /// Binds a value and returns its place, `$n`.
    pub(crate) fn bind(&mut self, value: impl Into<Value>) -> String {
        self.values.push(value.into());
        format!("${}", self.values.len())
    }

    /// Binds many values: `$4, $5, $6`.
    pub(crate) fn bind_all<T: Into<Value>>(&mut self, values: impl Iterator<Item = T>) -> String {
        let places: Vec<String> = values.map(|value| self.bind(value)).collect();
        places.join(", ")
    }

    /// The condition.
    pub(crate) fn sql(&self) -> &str {
        &self.sql
    }

    /// The values, in order.
    pub(crate) fn values(self) -> Vec<Value> {
        self.values
    }
}

#[cfg(test)]
mod tests;
