//! The kinds of duties, read once at start, and how the settings become a dated version of them.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};

use super::types::Kind;
use super::{engine, store};
use crate::clock::local;
use crate::config::Config;
use crate::database::Database;
use crate::web::Error;

/// The daily payment update of a commune; its deadline closes the book of the day (Hà Tĩnh,
/// document 004).
pub const PAYMENT_DAY: &str = "payment_day";

/// All versions of all kinds. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Kinds(Arc<HashMap<String, Vec<Kind>>>);

impl Kinds {
    /// Brings the settings `day_closes` and `escalate_after` into the table and reads it. A setting
    /// that differs from the rule in force holds from tomorrow on: days that began under a rule are
    /// judged by it. Before the first act of all it simply replaces the rule.
    ///
    /// # Errors
    /// The engine's.
    pub async fn load(db: &Database, config: &Config, now: DateTime<Utc>) -> Result<Self, Error> {
        let kinds = store::kinds(db.read()).await?;
        let last = kinds.iter().find(|kind| kind.code == PAYMENT_DAY && kind.valid_to.is_none());
        let kinds = match last {
            Some(last) if differs(last, config) => {
                adopt(db, last, config, local(now).0).await?;
                store::kinds(db.read()).await?
            }
            _ => kinds,
        };
        let mut by_code: HashMap<String, Vec<Kind>> = HashMap::new();
        for kind in kinds {
            by_code.entry(kind.code.clone()).or_default().push(kind);
        }
        Ok(Self(Arc::new(by_code)))
    }

    /// The versions of a kind, oldest first; none for an unknown code.
    pub fn versions(&self, code: &str) -> &[Kind] {
        self.0.get(code).map_or(&[], Vec::as_slice)
    }

    /// The version of the payment update in force on `day`.
    pub fn payment_day(&self, day: NaiveDate) -> Option<&Kind> {
        engine::in_force(self.versions(PAYMENT_DAY), day)
    }

    /// Minutes after midnight at which the book of `day` closes. Every day's book closes, days off
    /// too; only working days owe a report.
    pub fn closing_minute(&self, day: NaiveDate) -> u32 {
        /// When the table was emptied by hand: the hour of document 004.
        const HALF_PAST_FIVE: u32 = 17 * 60 + 30;
        self.payment_day(day).map_or(HALF_PAST_FIVE, |kind| kind.due_minute)
    }

    /// The instant from which the book of `day` is closed.
    pub fn closes_at(&self, day: NaiveDate) -> DateTime<Utc> {
        engine::instant(day, self.closing_minute(day))
    }
}

fn differs(kind: &Kind, config: &Config) -> bool {
    kind.due_minute != config.day_closes || kind.escalate_after != config.escalate_after
}

async fn adopt(db: &Database, last: &Kind, config: &Config, today: NaiveDate) -> Result<(), Error> {
    let Some(tomorrow) = today.succ_opt() else { return Ok(()) };
    let mut wanted = last.clone();
    wanted.due_minute = config.day_closes;
    wanted.escalate_after = config.escalate_after;
    db.run_tx::<_, Error, _, _>("duties.adopt", |tx| {
        let mut wanted = wanted.clone();
        async move {
            let begun = wanted.valid_from <= today;
            if begun && store::anything_judged(&tx).await? {
                if store::end_kind(&tx, last, tomorrow).await? {
                    wanted.valid_from = tomorrow;
                    store::add_kind(&tx, &wanted).await?;
                }
            } else {
                store::replace_kind(&tx, &wanted).await?;
            }
            Ok((tx, ()))
        }
    })
    .await
}
