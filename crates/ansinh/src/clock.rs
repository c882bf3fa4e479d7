//! Time and identifiers as parameters, so that every test can choose them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use uuid::Uuid;

/// Where the present instant comes from.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Microseconds added to the source; moved only by the demo.
    ahead: Arc<AtomicI64>,
}

impl std::fmt::Debug for Clock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}

impl Clock {
    /// The machine's clock.
    #[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
    pub fn system() -> Self {
        Self::from_fn(Utc::now)
    }

    /// A clock that runs on from `start`, for the demo and for training.
    pub fn starting_at(start: DateTime<Utc>) -> Self {
        let system = Self::system();
        let shift = start - system.now();
        Self::from_fn(move || system.now() + shift)
    }

    /// A clock under the caller's control.
    pub fn from_fn(f: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(f), ahead: Arc::new(AtomicI64::new(0)) }
    }

    /// Moves this clock and all its copies on by `time`; for the demo and for training.
    pub fn skip(&self, time: Duration) {
        self.ahead.fetch_add(time.num_microseconds().unwrap_or(0), Ordering::Relaxed);
    }

    /// The present instant, UTC, cut to microseconds (PostgreSQL keeps no more).
    pub fn now(&self) -> DateTime<Utc> {
        let ahead = Duration::microseconds(self.ahead.load(Ordering::Relaxed));
        let now = (self.source)() + ahead;
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }

    /// The present day in Asia/Ho_Chi_Minh.
    pub fn today(&self) -> NaiveDate {
        local(self.now()).0
    }
}

/// "9 giờ 05 ngày 15/5/2020", in Asia/Ho_Chi_Minh.
pub fn moment(at: DateTime<Utc>) -> String {
    let (day, time) = local(at);
    format!("{} ngày {}", time.format("%-H giờ %M"), vietnam::date::vi_date(day))
}

/// Day and time in Asia/Ho_Chi_Minh: UTC+7 without daylight saving since 13/6/1975.
pub fn local(instant: DateTime<Utc>) -> (NaiveDate, NaiveTime) {
    let shifted = instant.naive_utc() + Duration::hours(7);
    (shifted.date(), shifted.time())
}

/// The instant at which a day begins in Asia/Ho_Chi_Minh.
pub fn day_begins(day: NaiveDate) -> DateTime<Utc> {
    (day.and_time(NaiveTime::MIN) - Duration::hours(7)).and_utc()
}

/// Fills a fixed array from the operating system's generator.
///
/// # Errors
/// When the operating system gives no randomness; nothing secret may be made then.
pub fn random_bytes<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A fresh UUIDv7 (RFC 9562 §5.7) for the given instant.
///
/// # Errors
/// See [`random_bytes`].
pub fn new_id(now: DateTime<Utc>) -> Result<Uuid, getrandom::Error> {
    let millis = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let random = random_bytes::<10>()?;
    Ok(uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}
