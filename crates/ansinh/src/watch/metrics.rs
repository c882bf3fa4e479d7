//! Counters of this process, in the text format of Prometheus. Labels hold route patterns, names of
//! transactions and classes of answers: never an address as asked, never anybody's data.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Upper bounds of the buckets, seconds.
const BOUNDS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

#[derive(Default)]
struct Latency {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

#[derive(Default)]
struct Counters {
    /// (route, class such as `2xx`).
    requests: BTreeMap<(String, &'static str), Latency>,
    /// (transactions, tries above the first) by name.
    transactions: BTreeMap<&'static str, (u64, u64)>,
}

static COUNTERS: Mutex<Counters> =
    Mutex::new(Counters { requests: BTreeMap::new(), transactions: BTreeMap::new() });

fn counters() -> MutexGuard<'static, Counters> {
    // A count is never half written.
    COUNTERS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request was answered.
pub(super) fn request(route: &str, status: u16, took: Duration) {
    let class = match status {
        0..400 => "ok",
        400..500 => "refused",
        _ => "failed",
    };
    let mut counters = counters();
    let latency = counters.requests.entry((route.to_owned(), class)).or_default();
    let seconds = took.as_secs_f64();
    latency.count += 1;
    latency.sum += seconds;
    for (bucket, bound) in latency.buckets.iter_mut().zip(BOUNDS) {
        *bucket += u64::from(seconds <= bound);
    }
}

/// A transaction came to its end after so many tries.
pub fn transaction(name: &'static str, tries: u32) {
    let mut counters = counters();
    let (count, again) = counters.transactions.entry(name).or_default();
    *count += 1;
    *again += u64::from(tries.saturating_sub(1));
}

/// What is measured only when asked.
pub(super) struct Gauges {
    /// (name, what it is, value).
    pub values: Vec<(&'static str, &'static str, i64)>,
}

/// The whole page (Prometheus exposition format 0.0.4).
pub(super) fn render(gauges: &Gauges) -> String {
    let mut out = String::new();
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(out, "# TYPE ansinh_build_info gauge");
    let _ = writeln!(out, "ansinh_build_info{{version=\"{version}\"}} 1");
    for (name, help, value) in &gauges.values {
        let _ = writeln!(out, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    }
    let counters = counters();
    let _ = writeln!(out, "# TYPE ansinh_transactions_total counter");
    for (name, (count, _)) in &counters.transactions {
        let _ = writeln!(out, "ansinh_transactions_total{{name=\"{name}\"}} {count}");
    }
    let _ = writeln!(out, "# TYPE ansinh_transaction_retries_total counter");
    for (name, (_, again)) in &counters.transactions {
        let _ = writeln!(out, "ansinh_transaction_retries_total{{name=\"{name}\"}} {again}");
    }
    let _ = writeln!(out, "# TYPE ansinh_request_seconds histogram");
    for ((route, class), latency) in &counters.requests {
        let labels = format!("route=\"{route}\",class=\"{class}\"");
        for (bound, bucket) in BOUNDS.iter().zip(latency.buckets) {
            let _ =
                writeln!(out, "ansinh_request_seconds_bucket{{{labels},le=\"{bound}\"}} {bucket}");
        }
        let Latency { count, sum, .. } = latency;
        let _ = writeln!(out, "ansinh_request_seconds_bucket{{{labels},le=\"+Inf\"}} {count}");
        let _ = writeln!(out, "ansinh_request_seconds_sum{{{labels}}} {sum:.6}");
        let _ = writeln!(out, "ansinh_request_seconds_count{{{labels}}} {count}");
    }
    out
}
