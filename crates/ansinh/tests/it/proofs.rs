//! The proofs that money is neither lost nor paid twice, each in two sizes: short in every run of the
//! tests, whole by `cargo xtask prove` (`ANSINH_PROVE=whole`). A failure is repeated with the seed it
//! printed, in `ANSINH_PROVE_SEED`.

mod chu_pah;
mod ledger;
pub mod payable;
mod same_instant;

use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "how large the proofs are to be")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// How many rounds or cases: `short` in an ordinary run of the tests, `whole` when proving.
pub fn size(short: usize, whole: usize) -> usize {
    if variable("ANSINH_PROVE").is_some_and(|value| value == "whole") { whole } else { short }
}

/// The seed of everything random in a proof.
pub fn seed() -> u64 {
    variable("ANSINH_PROVE_SEED").map_or(20_200_619, |text| text.parse().expect("a seed"))
}

/// Random numbers that a seed repeats (splitmix64).
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of one part of a proof.
    pub fn new(seed: u64, part: u64) -> Self {
        let mut dice = Self(seed ^ part.wrapping_mul(0xA076_1D64_78BD_642F));
        dice.roll();
        dice
    }

    /// The next number.
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    /// One of these.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// True in `percent` of a hundred cases.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// Another order (Fisher–Yates).
    pub fn shuffle<T>(&mut self, all: &mut [T]) {
        for at in (1..all.len()).rev() {
            all.swap(at, self.below(at + 1));
        }
    }
}

/// One line a proof, which `cargo xtask prove` shows.
#[expect(clippy::print_stdout, reason = "the result of a proof")]
pub fn told(what: &str, begun: Instant) {
    println!("PROVED {what} in {:.1} s, seed {}", begun.elapsed().as_secs_f64(), seed());
}

/// The engine's name in such a line.
pub fn engine(t: &crate::support::TestApp) -> &'static str {
    match t.app.db.engine() {
        sea_orm::DbBackend::Sqlite => "SQLite",
        _ => "PostgreSQL",
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a proof took")]
pub fn now() -> Instant {
    Instant::now()
}
