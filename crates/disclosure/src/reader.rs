//! A tree as its published tiles tell it, fetched when needed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Display;
use std::rc::Rc;

use thiserror::Error;

use crate::hash::Hash;
use crate::merkle::{self, Hashes, OutOfRange};
use crate::tile::{Content, HEIGHT, Tile, TileError, WIDTH};

/// Why a tree could not be read from tiles.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ReadError {
    /// The file could not be had.
    #[error("tệp {path}: không đọc được ({why})")]
    Fetch {
        /// Which file.
        path: String,
        /// What the closure said.
        why: String,
    },
    /// The file is no tile of its width.
    #[error("tệp {path}: {error}")]
    Tile {
        /// Which file.
        path: String,
        /// What is wrong with it.
        error: TileError,
    },
    /// The tree does not reach that far.
    #[error(transparent)]
    OutOfRange(#[from] OutOfRange),
}

/// Fetches a file that must be there.
pub(crate) fn fetch<F, E>(fetch: &F, path: &str) -> Result<Vec<u8>, ReadError>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    fetch(path).map_err(|error| ReadError::Fetch { path: path.to_owned(), why: error.to_string() })
}

/// The tree of `size` leaves behind a closure that fetches a path. Tiles are kept once read.
///
/// What it gives is what the files say: only a proof checked against a signed root makes it true.
pub struct Reader<F> {
    fetch: F,
    size: u64,
    tiles: RefCell<HashMap<Tile, Rc<[Hash]>>>,
}

impl<F, E> Reader<F>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    /// Reads nothing yet.
    pub fn new(fetch: F, size: u64) -> Self {
        Self { fetch, size, tiles: RefCell::default() }
    }

    /// The root as the tiles have it.
    ///
    /// # Errors
    /// [`ReadError`] when a file is missing or malformed.
    pub fn root(&self) -> Result<Hash, ReadError> {
        merkle::root(self, self.size)
    }

    /// The proof that the leaf with this number is in the tree.
    ///
    /// # Errors
    /// [`ReadError`] when there is no such leaf, or a file is missing or malformed.
    pub fn inclusion(&self, leaf: u64) -> Result<Vec<Hash>, ReadError> {
        if leaf >= self.size {
            return Err(OutOfRange { size: self.size, asked: leaf }.into());
        }
        merkle::inclusion(self, leaf, self.size)
    }

    /// The proof that the tree begins with the tree of `old` leaves.
    ///
    /// # Errors
    /// [`ReadError`] when `old` is more than there are, or a file is missing or malformed.
    pub fn consistency(&self, old: u64) -> Result<Vec<Hash>, ReadError> {
        if old > self.size {
            return Err(OutOfRange { size: self.size, asked: old }.into());
        }
        merkle::consistency(self, old, self.size)
    }

    /// The bytes of the entry with this number.
    ///
    /// # Errors
    /// [`ReadError`] when there is no such entry, or its file is missing or malformed.
    pub fn entry(&self, number: u64) -> Result<Vec<u8>, ReadError> {
        let bundle = self.holding(Content::Entries, number)?;
        let (bundle, bytes) = self.file(bundle)?;
        let entries = bundle
            .entries(&bytes)
            .map_err(|error| ReadError::Tile { path: bundle.to_string(), error })?;
        Ok(entries[(number % WIDTH) as usize].to_vec())
    }

    /// The number of the first entry that is wanted.
    ///
    /// # Errors
    /// [`ReadError`] when a file before it is missing or malformed.
    pub fn find(&self, wanted: impl Fn(&[u8]) -> bool) -> Result<Option<u64>, ReadError> {
        for first in (0..self.size).step_by(WIDTH as usize) {
            let (bundle, bytes) = self.file(self.holding(Content::Entries, first)?)?;
            let entries = bundle
                .entries(&bytes)
                .map_err(|error| ReadError::Tile { path: bundle.to_string(), error })?;
            // A full bundle that stands for a partial one holds more than was signed.
            let places = (first..self.size).zip(entries);
            if let Some((number, _)) = places.into_iter().find(|(_, entry)| wanted(entry)) {
                return Ok(Some(number));
            }
        }
        Ok(None)
    }

    fn holding(&self, content: Content, place: u64) -> Result<Tile, ReadError> {
        Tile::holding(content, place, self.size)
            .ok_or_else(|| OutOfRange { size: self.size, asked: place }.into())
    }

    /// A log may drop a partial file once the full one is there; then that is read instead.
    fn file(&self, tile: Tile) -> Result<(Tile, Vec<u8>), ReadError> {
        match fetch(&self.fetch, &tile.to_string()) {
            Err(missing) if !tile.is_full() => {
                let full = tile.full();
                (self.fetch)(&full.to_string()).map(|bytes| (full, bytes)).map_err(|_| missing)
            }
            fetched => fetched.map(|bytes| (tile, bytes)),
        }
    }

    fn tile(&self, tile: Tile) -> Result<Rc<[Hash]>, ReadError> {
        if let Some(known) = self.tiles.borrow().get(&tile) {
            return Ok(Rc::clone(known));
        }
        let (found, bytes) = self.file(tile)?;
        let hashes: Rc<[Hash]> = found
            .read(&bytes)
            .map_err(|error| ReadError::Tile { path: found.to_string(), error })?
            .into();
        self.tiles.borrow_mut().insert(tile, Rc::clone(&hashes));
        Ok(hashes)
    }
}

impl<F, E> Hashes for Reader<F>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    type Error = ReadError;

    fn subtree(&self, height: u8, index: u64) -> Result<Hash, ReadError> {
        // A subtree between two levels of tiles is hashed from the level below it.
        let above = height % HEIGHT;
        let first = index << above;
        let tile = self.holding(Content::Hashes(height / HEIGHT), first)?;
        let hashes = self.tile(tile)?;
        let from = (first % WIDTH) as usize;
        let found = hashes.get(from..from + (1 << above));
        found
            .map(merkle::perfect)
            .ok_or_else(|| OutOfRange { size: self.size, asked: first }.into())
    }
}
