//! One stable hash. Blocking keys may be stored in a database, so the value of a key must be the
//! same in every version, on every machine and in every process.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Mixes two words into one (the finaliser of splitmix64 over a multiply-rotate step).
pub(crate) const fn mix(seed: u64, value: u64) -> u64 {
    let mut z = (seed.rotate_left(23) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// Hash of a text, never 0 for a text that is not empty, and 0 for the empty one.
pub(crate) fn text(text: &str) -> u64 {
    if text.is_empty() {
        return 0;
    }
    let mut state = text.len() as u64;
    for chunk in text.as_bytes().chunks(8) {
        let mut word = [0u8; 8];
        word[..chunk.len()].copy_from_slice(chunk);
        state = mix(state, u64::from_le_bytes(word));
    }
    state.max(1)
}

/// Half of the bits of [`text`], again never 0 for a text that is not empty.
pub(crate) fn text32(value: &str) -> u32 {
    let whole = text(value);
    if whole == 0 { 0 } else { ((whole >> 32) as u32).max(1) }
}

/// A hasher for keys inside one process: quick, and without a random seed so that nothing depends
/// on the run.
#[derive(Default, Clone)]
pub(crate) struct QuickHasher(u64);

impl Hasher for QuickHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = mix(self.0, u64::from_le_bytes(word));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.0 = self.0.rotate_left(8) ^ u64::from(value);
    }

    fn write_u32(&mut self, value: u32) {
        self.0 = mix(self.0, u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = mix(self.0, value);
    }
}

/// A map with [`QuickHasher`].
pub(crate) type QuickMap<K, V> = HashMap<K, V, BuildHasherDefault<QuickHasher>>;
