//! Payments: the clerk finds people, records what was handed over, and corrects by counter-entry.
//! Entries are immutable; what an entitlement says always equals its entries.

mod acts;
mod files;
mod pages;
mod proof;
mod reasons;
mod rules;
mod store;
mod types;
mod verify;

pub use acts::record;
pub(in crate::relief) use files::{ClaimRows, claim_columns};
pub use pages::routes;
pub(in crate::relief) use pages::{
    birth_text, id_text, long_day, parse_day, sees_ids, short_name, unit_day,
};
pub(in crate::relief) use proof::split;
pub use reasons::{Reason, ReasonRow, Reasons, remember_reasons};
pub(in crate::relief) use rules::percent;
pub(in crate::relief) use store::{
    ClaimFilter, Place, Where, claims_page, inside, status_condition, totals,
};
pub use store::{
    DayOfMoney, LedgerDifference, MovedMoney, days_of_money, ledger_differences, ledger_size,
    moved_by, moved_money, sum_faults,
};
pub use types::{Channel, Deed, Order, Outcome, Payee};
pub(in crate::relief) use types::{Claim, EntryKind, Status};
pub use verify::{LedgerProof, prove_ledger, source_sums};
