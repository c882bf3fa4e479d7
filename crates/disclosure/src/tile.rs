//! The files of C2SP tlog-tiles: which there are for a tree, their paths and their bytes.

use std::fmt;

use thiserror::Error;

use crate::hash::{Hash, LENGTH};
use crate::merkle::{Hashes, Tree};

/// Hashes or entries in a full file.
pub const WIDTH: u64 = 256;
/// Heights of the tree in one tile.
pub const HEIGHT: u8 = 8;
/// More leaves than that no log has: the size is a positive `i64` for every other implementation.
pub const MAX_SIZE: u64 = i64::MAX as u64;
/// Where the signed tree head is.
pub const CHECKPOINT: &str = "checkpoint";

/// What a file under `tile/` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    /// Hashes of subtrees of height 8 · level.
    Hashes(u8),
    /// The entries themselves.
    Entries,
}

/// One file under `tile/`: full with 256 hashes or entries, or partial at the right edge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tile {
    /// What it holds.
    pub content: Content,
    /// Its number from the left.
    pub index: u64,
    /// 1 to 256.
    pub width: u16,
}

/// Why bytes are no such file, or an entry fits in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum TileError {
    /// Not as many bytes as the hashes take.
    #[error("có {found} byte, phải có đúng {expected} byte")]
    Size {
        /// Bytes that the width asks for.
        expected: usize,
        /// Bytes there are.
        found: usize,
    },
    /// The entries end before the file should.
    #[error("bị cắt cụt ở mục {entry}: thiếu byte")]
    Truncated {
        /// The entry that is not whole, from 0.
        entry: usize,
    },
    /// Bytes after the last entry.
    #[error("thừa {0} byte sau mục cuối cùng")]
    Surplus(usize),
    /// An entry of more than 65,535 bytes.
    #[error("mục {entry} dài {found} byte, tối đa 65.535")]
    TooLong {
        /// The entry's number in the log.
        entry: u64,
        /// Bytes it has.
        found: usize,
    },
}

impl Tile {
    /// The full tile or bundle that holds subtree or entry number `place` of this level, cut to
    /// what there is in a tree of `size` leaves. Nothing when the tree does not reach there.
    #[must_use]
    pub fn holding(content: Content, place: u64, size: u64) -> Option<Self> {
        let count = content.count(size);
        if place >= count {
            return None;
        }
        let index = place / WIDTH;
        let width = (count - index * WIDTH).min(WIDTH) as u16;
        Some(Self { content, index, width })
    }

    /// Whether all 256 places are filled.
    #[must_use]
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == WIDTH
    }

    /// The same place, filled.
    #[must_use]
    pub fn full(&self) -> Self {
        Self { width: WIDTH as u16, ..*self }
    }

    /// The number of its first hash or entry in its level.
    #[must_use]
    pub fn first(&self) -> u64 {
        self.index * WIDTH
    }

    /// Reads `tile/<L>/<N>[.p/<W>]`; only the one spelling that the specification allows.
    #[must_use]
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let content = if level == "entries" {
            Content::Entries
        } else {
            Content::Hashes(level.parse().ok().filter(|level| *level < 64)?)
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, width.parse().ok()?),
            None => (rest, WIDTH as u16),
        };
        let mut index: u64 = 0;
        for element in number.split('/') {
            let digits: u64 = element.strip_prefix('x').unwrap_or(element).parse().ok()?;
            index = index.checked_mul(1000)?.checked_add(digits)?;
        }
        let tile = Self { content, index, width };
        // Signs, zeros in front, missing or surplus `x`: all that is not written back the same.
        let right = (1..=WIDTH as u16).contains(&width) && index <= MAX_SIZE / WIDTH;
        (right && tile.to_string() == path).then_some(tile)
    }

    /// The hashes in a tile's bytes.
    ///
    /// # Errors
    /// [`TileError::Size`] when there are not exactly as many as its width.
    pub fn read(&self, bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
        let expected = usize::from(self.width) * LENGTH;
        if bytes.len() != expected {
            return Err(TileError::Size { expected, found: bytes.len() });
        }
        let (hashes, _) = bytes.as_chunks::<LENGTH>();
        Ok(hashes.iter().copied().map(Hash).collect())
    }

    /// The entries in a bundle's bytes.
    ///
    /// # Errors
    /// [`TileError`] when there are not exactly as many as its width.
    pub fn entries<'a>(&self, mut bytes: &'a [u8]) -> Result<Vec<&'a [u8]>, TileError> {
        let mut entries = Vec::with_capacity(usize::from(self.width));
        for entry in 0..usize::from(self.width) {
            let parts = bytes.split_first_chunk::<2>().and_then(|(length, rest)| {
                rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))
            });
            let Some((this, rest)) = parts else {
                return Err(TileError::Truncated { entry });
            };
            entries.push(this);
            bytes = rest;
        }
        if !bytes.is_empty() {
            return Err(TileError::Surplus(bytes.len()));
        }
        Ok(entries)
    }
}

impl Content {
    /// How many hashes or entries of this level a tree of `size` leaves has.
    #[must_use]
    pub fn count(self, size: u64) -> u64 {
        match self {
            Self::Entries => size,
            Self::Hashes(level) => {
                size.checked_shr(u32::from(level) * u32::from(HEIGHT)).unwrap_or(0)
            }
        }
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.content {
            Content::Hashes(level) => write!(f, "tile/{level}/")?,
            Content::Entries => f.write_str("tile/entries/")?,
        }
        let mut parts = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            parts.push(rest % 1000);
            rest /= 1000;
        }
        for part in parts.iter().skip(1).rev() {
            write!(f, "x{part:03}/")?;
        }
        write!(f, "{:03}", parts[0])?;
        if self.is_full() { Ok(()) } else { write!(f, ".p/{}", self.width) }
    }
}

/// The levels of tiles that a tree of `size` leaves has, from 0.
pub fn levels(size: u64) -> impl DoubleEndedIterator<Item = Content> {
    (0..8).map(Content::Hashes).filter(move |level| level.count(size) > 0)
}

/// The files to write when the tree grows from `old` to `new` leaves: every one that is new or
/// has become wider. With `old` 0 these are all the files of a tree.
pub fn changed(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    std::iter::once(Content::Entries).chain(levels(new)).flat_map(move |content| {
        let (before, after) = (content.count(old), content.count(new));
        let tiles = if before < after { before / WIDTH..after.div_ceil(WIDTH) } else { 0..0 };
        tiles.filter_map(move |index| Tile::holding(content, index * WIDTH, new))
    })
}

/// A file's path and its bytes.
pub type File = (String, Vec<u8>);

/// The files that [`changed`] names, made one at a time. `entry` gives the bytes of the entry with
/// this number; it is asked for those of the changed bundles only, from `old / 256 · 256`.
///
/// # Errors
/// An item is [`TileError::TooLong`] when an entry has more bytes than a bundle can hold. Ask
/// [`fits`] before an entry goes into the tree.
pub fn files<'a, E: AsRef<[u8]>>(
    tree: &'a Tree,
    old: u64,
    mut entry: impl FnMut(u64) -> E + 'a,
) -> impl Iterator<Item = Result<File, TileError>> + 'a {
    changed(old, tree.size()).map(move |tile| {
        let places = tile.first()..tile.first() + u64::from(tile.width);
        let mut bytes = Vec::new();
        match tile.content {
            Content::Hashes(level) => {
                for place in places {
                    let Ok(hash) = tree.subtree(level * HEIGHT, place);
                    bytes.extend_from_slice(&hash.0);
                }
            }
            Content::Entries => {
                for place in places {
                    let entry = entry(place);
                    let entry = entry.as_ref();
                    let length = u16::try_from(entry.len())
                        .map_err(|_| TileError::TooLong { entry: place, found: entry.len() })?;
                    bytes.extend_from_slice(&length.to_be_bytes());
                    bytes.extend_from_slice(entry);
                }
            }
        }
        Ok((tile.to_string(), bytes))
    })
}

/// Whether a bundle can hold the entry.
#[must_use]
pub fn fits(entry: &[u8]) -> bool {
    u16::try_from(entry.len()).is_ok()
}
