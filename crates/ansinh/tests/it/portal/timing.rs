//! Whether the time of an answer tells a number that is on a list from one that is not.

use std::time::{Duration, Instant};

use axum::http::StatusCode;

use crate::payments::fixture::{SON_KIM, approved, someone};
use crate::support::{Engine, TestApp};

/// Asked of each kind.
const EACH: usize = 2_000;

/// A CCCD whose masked form few others share: the budget of a form must not answer.
fn number(at: usize, listed: bool) -> String {
    let province = ["042", "040", "038", "044"][at / 1000 * 2 + usize::from(!listed)];
    format!("{province}064{:03}{:03}", at % 997, at % 1000)
}

/// Two-sided p of the Mann–Whitney U test by its normal approximation (samples are large, ties rare).
fn mann_whitney(one: &[Duration], other: &[Duration]) -> f64 {
    let mut all: Vec<(Duration, bool)> = one.iter().map(|time| (*time, true)).collect();
    all.extend(other.iter().map(|time| (*time, false)));
    all.sort_unstable();
    let ranks: f64 =
        (1..).zip(&all).filter(|(_, (_, first))| *first).map(|(at, _)| f64::from(at)).sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    let u = ranks - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    // Abramowitz and Stegun 7.1.26 for the complementary error function.
    let x = z.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let series = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let sum = series.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    sum * (-x * x).exp()
}

#[expect(clippy::disallowed_methods, reason = "a measurement of time")]
async fn measure(engine: Engine) {
    let Some(t) = TestApp::start(engine).await else { return };
    let people: Vec<_> =
        (0..EACH).map(|at| someone(&format!("Hồ Văn {at}"), &number(at, true))).collect();
    approved(&t, SON_KIM, "HN", &people).await;
    let t = t.with(|parts| parts.config.lookups_per_network = 1_000_000);
    let mut visitor = t.visitor().unwatched();
    let (mut wrong_birth, mut nobody, mut bytes) = (Vec::new(), Vec::new(), None);
    for at in 0..EACH {
        for listed in [at % 2 == 0, at % 2 == 1] {
            let asked = number(at, listed);
            let begun = Instant::now();
            let answer = visitor
                .post("/tra-cuu/ket-qua", &[("so_giay_to", &asked), ("ngay_sinh", "1/1/1901")])
                .await;
            let time = begun.elapsed();
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
            assert!(answer.body.contains("Chưa tìm thấy"), "{}", answer.body);
            let first = bytes.get_or_insert(answer.bytes.len());
            assert_eq!(*first, answer.bytes.len(), "one size");
            if listed { wrong_birth.push(time) } else { nobody.push(time) }
        }
    }
    let p = mann_whitney(&wrong_birth, &nobody);
    let median = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[times.len() / 2]
    };
    let (a, b) = (median(&mut wrong_birth), median(&mut nobody));
    eprintln!("{engine:?}: wrong birth {a:?}, nobody {b:?}, Mann-Whitney p = {p:.3}");
    assert!(p > 0.01, "the time tells them apart");
}

mod time_tells_nothing {
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "a measurement"]
    async fn sqlite() {
        super::measure(crate::support::Engine::Sqlite).await;
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    #[ignore = "a measurement"]
    async fn postgres() {
        super::measure(crate::support::Engine::Postgres).await;
    }
}

#[test]
fn the_test_tells_shifted_samples_apart_and_like_ones_not() {
    let sample = |shift: u64| -> Vec<Duration> {
        (0..500u64).map(|n| Duration::from_nanos(n * 7_919 % 1_009 * 2 + shift)).collect()
    };
    assert!(mann_whitney(&sample(0), &sample(1)) > 0.5);
    assert!(mann_whitney(&sample(0), &sample(400)) < 0.001);
}

/// Who tries 10,000 numbers one after the other, with the year of birth that the list shows, learns
/// nobody's row from one network: the budget answers long before.
async fn numbers_one_after_the_other_reveal_nothing(t: TestApp) {
    let people: Vec<_> = (0..20)
        .map(|at| someone(&format!("Hồ Văn {at}"), &format!("042064{:06}", 5_000 + at * 250)))
        .collect();
    approved(&t, SON_KIM, "HN", &people).await;
    let mut visitor = t.visitor().unwatched();
    let (mut found, mut turned_away) = (0, 0);
    for at in 0..10_000 {
        let asked = format!("042064{:06}", 5_001 + at);
        let answer = visitor
            .post("/tra-cuu/ket-qua", &[("so_giay_to", &asked), ("ngay_sinh", "1963")])
            .await;
        found += u32::from(answer.body.contains("Hồ Văn"));
        turned_away += u32::from(answer.status == StatusCode::TOO_MANY_REQUESTS);
    }
    assert_eq!(found, 0);
    assert!(turned_away > 9_900, "{turned_away}");
}
crate::on_both!(numbers_one_after_the_other_reveal_nothing);
