//! What the portal keeps in memory: the province's totals of the last minute, how many look-ups were
//! made, and the pictures of maps.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Duration, Utc};
use maps::Picture;
use tokio::sync::Mutex as Turn;

use super::budget::Budget;
use crate::newsroom::{FrontPage, front_page};
use crate::relief::{Progress, public_progress};
use crate::web::{App, Error};

/// Totals may be this old; pages that show them may be cached as long.
pub const TOTALS_SECONDS: i64 = 60;

/// Some 50 KB each.
const PICTURES_MOST: usize = 64;

/// See the module.
#[derive(Debug)]
pub struct Memory {
    totals: Mutex<Option<Totals>>,
    turn: Turn<()>,
    tally: Mutex<Tally>,
    pictures: Mutex<HashMap<String, Arc<Picture>>>,
    /// Look-ups by network.
    pub networks: Budget,
    /// Failed look-ups by the first digits of the number: against trying numbers one by one.
    pub prefixes: Budget,
    /// Failed look-ups by the masked form of the number: the public lists show six of its digits
    /// and the year of birth, so the rest could be tried out.
    pub forms: Budget,
}

/// Totals and when they were counted.
#[derive(Debug, Clone)]
pub struct Totals {
    /// Counted at.
    pub at: DateTime<Utc>,
    /// The numbers.
    pub progress: Arc<Progress>,
    /// The newest rebuttals and news.
    pub front: Arc<FrontPage>,
}

/// Look-ups that found nobody and that were turned away, since the last entry in the audit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// No such person, or the second fact did not fit: never told apart.
    pub not_found: u64,
    /// The budget was used up.
    pub turned_away: u64,
    written_at: Option<DateTime<Utc>>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            totals: Mutex::new(None),
            turn: Turn::new(()),
            tally: Mutex::new(Tally::default()),
            pictures: Mutex::default(),
            networks: Budget::new(16_384, Duration::minutes(10)),
            prefixes: Budget::new(16_384, Duration::minutes(10)),
            forms: Budget::new(65_536, Duration::hours(24)),
        }
    }
}

impl Memory {
    /// The totals, counted at most once a minute and by one request at a time; the others are
    /// given the previous ones.
    ///
    /// # Errors
    /// The engine's.
    pub async fn totals(&self, app: &App) -> Result<Totals, Error> {
        let now = app.clock.now();
        let known = self.known();
        if let Some(totals) = known.as_ref().filter(|known| known.fresh(now)) {
            return Ok(totals.clone());
        }
        let _turn = match (self.turn.try_lock(), known) {
            (Ok(turn), _) => turn,
            (Err(_), Some(old)) => return Ok(old),
            (Err(_), None) => self.turn.lock().await,
        };
        if let Some(totals) = self.known().filter(|known| known.fresh(now)) {
            return Ok(totals);
        }
        let progress = Arc::new(public_progress(app.db.read(), &app.config.province).await?);
        let front = Arc::new(front_page(app).await?);
        let totals = Totals { at: now, progress, front };
        *self.totals.lock().unwrap_or_else(PoisonError::into_inner) = Some(totals.clone());
        Ok(totals)
    }

    /// A picture that was made before; it holds no values.
    pub fn picture(&self, key: &str) -> Option<Arc<Picture>> {
        self.pictures.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a picture. A province has some thirty views: more are those of sets that were replaced.
    pub fn keep_picture(&self, key: String, picture: Arc<Picture>) {
        let mut pictures = self.pictures.lock().unwrap_or_else(PoisonError::into_inner);
        if pictures.len() >= PICTURES_MOST {
            pictures.clear();
        }
        pictures.insert(key, picture);
    }

    fn known(&self) -> Option<Totals> {
        self.totals.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Counts a look-up that showed nothing. Returns what to write to the audit: at most once a
    /// minute, so that strangers cannot keep the database writing.
    pub fn count(&self, turned_away: bool, now: DateTime<Utc>) -> Option<Tally> {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        tally.not_found += u64::from(!turned_away);
        tally.turned_away += u64::from(turned_away);
        let due = tally.written_at.is_none_or(|at| now - at >= Duration::minutes(1));
        due.then(|| {
            let sum = *tally;
            *tally = Tally { written_at: Some(now), ..Tally::default() };
            sum
        })
    }
}

impl Totals {
    fn fresh(&self, now: DateTime<Utc>) -> bool {
        let age = now - self.at;
        age >= Duration::zero() && age < Duration::seconds(TOTALS_SECONDS)
    }
}
