//! What is past its day, whichever room it belongs to.

use chrono::NaiveDate;

/// Something a unit owes whose day has passed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdue {
    /// Code of the district, empty where there is none or for the province.
    pub district: String,
    /// Code of the commune, empty for a district or the province.
    pub commune: String,
    /// Tiers of administration in the commune's era.
    pub tiers: i16,
    /// Who at the province (a department, an operator), when it is no unit with a code.
    pub department: String,
    /// Which kind of work, as the screen names it.
    pub kind: &'static str,
    /// What exactly, in one line, without names of citizens.
    pub what: String,
    /// How many of these there are.
    pub works: i64,
    /// The last day on which it was in time: of several the earliest.
    pub due: NaiveDate,
    /// When it was last urged.
    pub urged: Option<NaiveDate>,
    /// Where an officer of the unit does it.
    pub href: String,
}
