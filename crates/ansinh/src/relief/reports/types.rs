//! What reports count.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::relief::payments::{Place, Status};

/// What a report is limited to.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    pub place: Place,
    pub group: String,
    pub decision: Option<Uuid>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// A number of entitlements, of people (khẩu), and đồng.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub items: i64,
    pub people: i64,
    pub dong: i64,
}

impl Counts {
    pub(super) fn add(&mut self, other: Self) {
        self.items += other.items;
        self.people += other.people;
        self.dong += other.dong;
    }
}

/// Entitlements of one unit, group and state.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Cell {
    pub district_code: String,
    pub commune_code: String,
    pub group_code: String,
    pub pay_state: String,
    pub hold: String,
    pub items: i64,
    pub people: i64,
    pub amount: i64,
    pub paid: i64,
}

/// Entitlements of one decision and state.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct DecisionCell {
    pub decision_id: Uuid,
    pub pay_state: String,
    pub hold: String,
    pub items: i64,
    pub people: i64,
    pub amount: i64,
    pub paid: i64,
}

/// People of one unit and group who declined, or entries of a period.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Aside {
    pub district_code: String,
    pub commune_code: String,
    pub group_code: String,
    pub items: i64,
    pub people: i64,
    pub dong: i64,
}

/// What entries add up to.
#[derive(Debug, Clone, Copy, Default, FromQueryResult)]
pub(super) struct Net {
    pub items: i64,
    pub dong: i64,
}

/// The entries of a day: money out, and money back (returned or reversed).
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Day {
    pub business_day: NaiveDate,
    pub out_items: i64,
    pub out_dong: i64,
    pub back_items: i64,
    pub back_dong: i64,
}

/// Entitlements not paid for one reason.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct ReasonCount {
    pub reason_code: String,
    pub items: i64,
    pub dong: i64,
}

/// A decision to choose.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct DecisionName {
    pub id: Uuid,
    pub number: String,
    pub decided_on: NaiveDate,
}

/// An entry of the ledger with whose it is.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct BookEntry {
    pub id: Uuid,
    pub entitlement_id: Uuid,
    pub kind: String,
    pub amount_dong: i64,
    pub channel: String,
    pub proxy_name: String,
    pub reason_code: String,
    pub note: String,
    pub business_day: NaiveDate,
    pub commune_code: String,
    pub group_code: String,
    pub recorded_at: DateTime<Utc>,
    pub full_name: String,
    pub hamlet: String,
    pub programme_code: String,
    pub decision_number: String,
}

/// One line of a roll-up: a unit, a group, a decision, or the sum of all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// Code of the unit or group, id of the decision; empty for the sum.
    pub key: String,
    pub name: String,
    pub paid: Counts,
    pub open: Counts,
    pub not_paid: Counts,
    pub held: Counts,
    pub declined: Counts,
    /// Net entries of the period.
    pub period: Counts,
}

impl Line {
    /// The counts of a status.
    pub(super) fn of(&self, status: Status) -> Counts {
        match status {
            Status::Paid => self.paid,
            Status::Open => self.open,
            Status::NotPaid => self.not_paid,
            Status::Held => self.held,
        }
    }

    /// The counts of a status, to be added to.
    pub(super) fn of_mut(&mut self, status: Status) -> &mut Counts {
        match status {
            Status::Paid => &mut self.paid,
            Status::Open => &mut self.open,
            Status::NotPaid => &mut self.not_paid,
            Status::Held => &mut self.held,
        }
    }

    /// Everything approved: the four statuses together.
    pub(super) fn approved(&self) -> Counts {
        let mut all = Counts::default();
        for status in Status::ALL {
            all.add(self.of(status));
        }
        all
    }

    /// Adds another line's numbers.
    pub(super) fn add(&mut self, other: &Self) {
        for status in Status::ALL {
            self.of_mut(status).add(other.of(status));
        }
        self.declined.add(other.declined);
        self.period.add(other.period);
    }
}
