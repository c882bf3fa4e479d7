//! What has been sent and asked, counted in memory: against filling the desks and trying codes out.

use chrono::Duration;

use crate::portal::Budget;

/// Counters of a running server.
#[derive(Debug)]
pub(super) struct Memory {
    /// Submissions and words by network.
    pub sent: Budget,
    /// Codes that nobody has, by network; what is found costs nothing.
    pub codes: Budget,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            sent: Budget::new(16_384, Duration::minutes(10)),
            codes: Budget::new(16_384, Duration::minutes(10)),
        }
    }
}
