//! How often something may happen in a stretch of time, counted in memory of fixed size.
//!
//! Nothing that was typed is kept: a key becomes a place in a table by a hash with a secret of
//! this process. Two keys may share a place, which costs them part of their budget; an attacker
//! cannot push a key out.

use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;

use chrono::{DateTime, Duration, Utc};

/// A table of counters.
#[derive(Debug)]
pub struct Budget {
    places: Mutex<Vec<Place>>,
    secret: RandomState,
    window: Duration,
}

#[derive(Debug, Clone, Copy, Default)]
struct Place {
    /// Seconds since 1970 at which the present stretch began.
    since: i64,
    used: u32,
}

impl Budget {
    /// A table of `places` counters over stretches of `window`.
    pub fn new(places: usize, window: Duration) -> Self {
        let places = Mutex::new(vec![Place::default(); places.max(1)]);
        Self { places, secret: RandomState::new(), window }
    }

    /// Takes one of `limit` for `key`; false when nothing is left in this stretch.
    pub fn take(&self, key: &str, limit: u32, now: DateTime<Utc>) -> bool {
        self.at(key, |place| {
            let age = now.timestamp() - place.since;
            if age < 0 || age >= self.window.num_seconds() {
                *place = Place { since: now.timestamp(), used: 0 };
            }
            let free = place.used < limit;
            place.used += u32::from(free);
            free
        })
    }

    /// Gives one back that turned out not to count.
    pub fn give_back(&self, key: &str) {
        self.at(key, |place| place.used = place.used.saturating_sub(1));
    }

    fn at<T>(&self, key: &str, f: impl FnOnce(&mut Place) -> T) -> T {
        let mut places = self.places.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = places.len() as u64;
        // The remainder is smaller than the table.
        let at = usize::try_from(self.secret.hash_one(key) % count).unwrap_or(0);
        f(&mut places[at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_590_000_000 + second, 0).unwrap()
    }

    #[test]
    fn a_budget_is_used_up_given_back_and_renewed() {
        let budget = Budget::new(1024, Duration::minutes(10));
        assert!((0..3).all(|_| budget.take("a", 3, at(0))));
        assert!(!budget.take("a", 3, at(599)));
        budget.give_back("a");
        assert!(budget.take("a", 3, at(599)));
        assert!(!budget.take("a", 3, at(599)));
        assert!(budget.take("a", 3, at(600)), "a new stretch");
    }

    #[test]
    fn many_keys_do_not_push_one_out() {
        let budget = Budget::new(4096, Duration::minutes(10));
        assert!(budget.take("target", 1, at(0)));
        for n in 0..100_000 {
            budget.take(&n.to_string(), 1, at(1));
        }
        assert!(!budget.take("target", 1, at(2)));
    }
}
