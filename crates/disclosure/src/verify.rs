//! Checking a published log from its files alone.
//!
//! The head must be signed as the [`Policy`] asks. From its root down, every tile is checked
//! against the hash that the tile above has of it, every entry against its hash in the tile of
//! level 0, and every entry must be a payment's line. So each file that a log of this size has is
//! read, and the first byte that is not what was signed is named with its file and entry. Memory
//! stays small: the hashes of one level of tiles, and the sums.

use std::fmt::Display;

use thiserror::Error;

use crate::checkpoint::{Believed, Checkpoint, CheckpointError, Policy};
use crate::commitment::{self, Private};
use crate::hash::Hash;
use crate::leaf::{LeafError, PaymentLeaf};
use crate::merkle::{Frontier, perfect};
use crate::proof::{self, ProofError};
use crate::reader::{self, ReadError, Reader};
use crate::slip::{self, Slip};
use crate::tile::{self, Content, HEIGHT, Tile, WIDTH};
use crate::totals::Totals;

/// What is wrong with a published log: in which file, at which entry.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// The head is not believed.
    #[error("tệp checkpoint: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// A file is missing or malformed.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The files at the right edge do not give the signed root.
    #[error("giá trị gốc tính từ {} không phải là giá trị gốc đã ký trong checkpoint", paths.join(", "))]
    Root {
        /// The files that the root was computed from.
        paths: Vec<String>,
    },
    /// A tile is not the one that the tile above it has the hash of.
    #[error("tệp {path}: nội dung không khớp với giá trị băm thứ {place} trong tệp {above}")]
    Tile {
        /// The tile that was changed, when the one above is in order.
        path: String,
        /// The tile above.
        above: String,
        /// The hash of it there, from 0.
        place: u64,
    },
    /// An entry has another hash than the tile of level 0 says.
    #[error(
        "tệp {path}: mục {place} (khoản số {number} của nhật ký) không khớp với giá trị băm trong tệp {above}"
    )]
    Entry {
        /// The bundle.
        path: String,
        /// The entry in it, from 0.
        place: u64,
        /// Its number in the log, from 0.
        number: u64,
        /// The tile of level 0.
        above: String,
    },
    /// An entry is what the log signed, but no payment's line.
    #[error(
        "tệp {path}: mục {place} (khoản số {number} của nhật ký) không phải là một dòng chi trả: {error}"
    )]
    Leaf {
        /// The bundle.
        path: String,
        /// The entry in it, from 0.
        place: u64,
        /// Its number in the log, from 0.
        number: u64,
        /// What is wrong with it.
        error: LeafError,
    },
    /// The log does not continue what it said before.
    #[error("nhật ký {new} khoản không tiếp nối checkpoint cũ {old} khoản: {error}")]
    Rewritten {
        /// Leaves then.
        old: u64,
        /// Leaves now.
        new: u64,
        /// What the proof says.
        error: ProofError,
    },
    /// An earlier head is of another log.
    #[error("checkpoint cũ là của nhật ký khác: “{0}”")]
    OtherLog(String),
    /// One payment is not under the signed root.
    #[error("khoản số {number}: {error}")]
    Inclusion {
        /// The leaf's number.
        number: u64,
        /// What the proof says.
        error: ProofError,
    },
    /// The slip is for another log.
    #[error("phiếu này thuộc một nhật ký khác")]
    SlipLog,
    /// The log is not as long yet.
    #[error(
        "phiếu ghi khoản số {number} nhưng nhật ký mới có {size} khoản; hãy thử lại sau giờ chốt sổ"
    )]
    SlipLeaf {
        /// The leaf's number.
        number: u64,
        /// Leaves there are.
        size: u64,
    },
    /// A slip of before its day was published, and no leaf for it.
    #[error(
        "không có khoản nào trong nhật ký ứng với phiếu, họ tên và số giấy tờ đã nhập. Phiếu in trước \
         giờ khóa sổ có trong nhật ký sau khi sổ ngày đó khóa; nếu đã qua giờ khóa, xem lại họ tên và \
         số giấy tờ, gõ đúng như trên phiếu"
    )]
    NotThere,
    /// Name, number, entitlement or salt are not those of the leaf.
    #[error(
        "họ tên, số giấy tờ hoặc mã trên phiếu không đúng với cam kết ở khoản số {number}; hãy gõ đúng như in trên phiếu"
    )]
    Commitment {
        /// The leaf's number.
        number: u64,
    },
}

/// What a log says that was checked as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The head, who co-signed it, and how many signatures nobody could check.
    pub head: Believed,
    /// Files read, with the head.
    pub files: u64,
    /// Sums recomputed from the entries.
    pub totals: Totals,
}

/// Checks all files of a log and adds up its payments.
///
/// # Errors
/// [`VerifyError`] with the first thing that is wrong.
pub fn log<F, E>(fetch: F, policy: &Policy) -> Result<Report, VerifyError>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    log_with(fetch, policy, |_, _| ())
}

/// As [`log`], and hands on every payment with its number as soon as it is checked.
///
/// # Errors
/// [`VerifyError`] with the first thing that is wrong; what was handed on before it is in order.
pub fn log_with<F, E>(
    fetch: F,
    policy: &Policy,
    seen: impl FnMut(u64, &PaymentLeaf),
) -> Result<Report, VerifyError>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    let head = policy.open(&reader::fetch(&fetch, tile::CHECKPOINT)?)?;
    let mut walk = Walk {
        fetch: &fetch,
        size: head.checkpoint.size(),
        files: 1,
        totals: Totals::default(),
        seen,
    };
    walk.everything(&head.checkpoint.root())?;
    let Walk { files, totals, .. } = walk;
    Ok(Report { head, files, totals })
}

/// Whether the log as it is now continues a head that was kept from before.
///
/// # Errors
/// [`VerifyError`] when it was rewritten, or files for the proof are missing or malformed.
pub fn continues<F, E>(fetch: F, old: &Checkpoint, new: &Checkpoint) -> Result<(), VerifyError>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    if old.origin() != new.origin() {
        return Err(VerifyError::OtherLog(old.origin().to_owned()));
    }
    let (from, to) = (old.size(), new.size());
    let proof = if from <= to { Reader::new(fetch, to).consistency(from)? } else { Vec::new() };
    proof::consistency(from, &old.root(), to, &new.root(), &proof)
        .map_err(|error| VerifyError::Rewritten { old: from, new: to, error })
}

/// A payment that was found in the log, with what shows it to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The public facts.
    pub leaf: PaymentLeaf,
    /// The proof of its place under the root of the head.
    pub proof: Vec<Hash>,
    /// The head.
    pub head: Believed,
}

/// Finds a payee's payment: reads the head, one bundle and a few tiles.
///
/// `payee` and `identity` are as printed on the slip.
///
/// # Errors
/// [`VerifyError`] when the payment is not there, is somebody else's, or the log is not in order.
pub fn payment<F, E>(
    fetch: F,
    policy: &Policy,
    slip: &Slip,
    payee: &str,
    identity: &str,
) -> Result<Found, VerifyError>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
{
    if slip.log() != slip::log_id(policy.origin()) {
        return Err(VerifyError::SlipLog);
    }
    let head = policy.open(&reader::fetch(&fetch, tile::CHECKPOINT)?)?;
    let size = head.checkpoint.size();
    let reader = Reader::new(fetch, size);
    let private = Private { payee, identity, entitlement: slip.entitlement() };
    let commitment = commitment::commit(slip.salt(), &private);
    let number = match slip.leaf() {
        Some(number) if number >= size => return Err(VerifyError::SlipLeaf { number, size }),
        Some(number) => number,
        None => reader
            .find(|entry| {
                PaymentLeaf::parse(entry).is_ok_and(|leaf| leaf.commitment == commitment)
            })?
            .ok_or(VerifyError::NotThere)?,
    };
    let entry = reader.entry(number)?;
    let proof = reader.inclusion(number)?;
    let root = head.checkpoint.root();
    proof::inclusion(&Hash::of_leaf(&entry), number, size, &proof, &root)
        .map_err(|error| VerifyError::Inclusion { number, error })?;
    let leaf = PaymentLeaf::parse(&entry).map_err(|error| {
        let path = Tile::holding(Content::Entries, number, size).map(|tile| tile.to_string());
        VerifyError::Leaf { path: path.unwrap_or_default(), place: number % WIDTH, number, error }
    })?;
    if commitment != leaf.commitment {
        return Err(VerifyError::Commitment { number });
    }
    Ok(Found { leaf, proof, head })
}

/// The way through all files, from the root down.
struct Walk<'a, F, S> {
    fetch: &'a F,
    size: u64,
    files: u64,
    totals: Totals,
    seen: S,
}

/// A partial tile at the right edge, or nothing where the level ends with a full one.
type Edge = Option<(Tile, Vec<Hash>)>;

impl<F, E, S> Walk<'_, F, S>
where
    F: Fn(&str) -> Result<Vec<u8>, E>,
    E: Display,
    S: FnMut(u64, &PaymentLeaf),
{
    fn everything(&mut self, root: &Hash) -> Result<(), VerifyError> {
        let levels: Vec<Content> = tile::levels(self.size).collect();
        let mut edges = Vec::with_capacity(levels.len());
        for level in &levels {
            edges.push(self.edge(*level)?);
        }
        if edge_root(&edges) != *root {
            return Err(self.blame(&edges)?);
        }
        // The hashes of the level above, which are in order; every full tile has one there.
        let mut above: Vec<Hash> = Vec::new();
        for (level, edge) in (0..levels.len()).zip(edges).rev() {
            let full = levels[level].count(self.size) / WIDTH;
            let mut here = Vec::new();
            for index in 0..full {
                let tile = Tile { content: levels[level], index, width: WIDTH as u16 };
                let hashes = self.hashes(&tile)?;
                if perfect(&hashes) != above[index as usize] {
                    return Err(mismatch(&tile, self.size));
                }
                if level == 0 {
                    self.bundle(&tile, &hashes)?;
                } else {
                    here.extend(hashes);
                }
            }
            if let Some((tile, hashes)) = edge {
                if level == 0 {
                    self.bundle(&tile, &hashes)?;
                } else {
                    here.extend(hashes);
                }
            }
            above = here;
        }
        Ok(())
    }

    fn hashes(&mut self, tile: &Tile) -> Result<Vec<Hash>, ReadError> {
        let bytes = self.file(tile)?;
        tile.read(&bytes).map_err(|error| ReadError::Tile { path: tile.to_string(), error })
    }

    fn file(&mut self, tile: &Tile) -> Result<Vec<u8>, ReadError> {
        self.files += 1;
        reader::fetch(self.fetch, &tile.to_string())
    }

    fn edge(&mut self, level: Content) -> Result<Edge, ReadError> {
        let last = level.count(self.size).saturating_sub(1);
        let partial = Tile::holding(level, last, self.size).filter(|tile| !tile.is_full());
        partial.map(|tile| Ok((tile, self.hashes(&tile)?))).transpose()
    }

    /// The root is not the signed one. A file at the edge that does not fit what lies below it is
    /// named; when all fit, the log is another than the one that was signed.
    fn blame(&mut self, edges: &[Edge]) -> Result<VerifyError, VerifyError> {
        for (tile, hashes) in edges.iter().flatten() {
            let Content::Hashes(level) = tile.content else { continue };
            let Some(lower) = level.checked_sub(1) else {
                self.bundle(tile, hashes)?;
                continue;
            };
            for (index, hash) in (tile.first()..).zip(hashes) {
                let width = WIDTH as u16;
                let below = Tile { content: Content::Hashes(lower), index, width };
                if perfect(&self.hashes(&below)?) != *hash {
                    return Ok(mismatch(&below, self.size));
                }
            }
        }
        let tiles = edges.iter().flatten();
        Ok(VerifyError::Root { paths: tiles.map(|(tile, _)| tile.to_string()).collect() })
    }

    /// Checks a bundle against its tile of level 0 and reads its lines.
    fn bundle(&mut self, tile: &Tile, hashes: &[Hash]) -> Result<(), VerifyError> {
        let bundle = Tile { content: Content::Entries, ..*tile };
        let bytes = self.file(&bundle)?;
        let path = || bundle.to_string();
        let entries =
            bundle.entries(&bytes).map_err(|error| ReadError::Tile { path: path(), error })?;
        for ((entry, hash), place) in entries.into_iter().zip(hashes).zip(0..) {
            let number = bundle.first() + place;
            if Hash::of_leaf(entry) != *hash {
                let above = tile.to_string();
                return Err(VerifyError::Entry { path: path(), place, number, above });
            }
            let leaf = PaymentLeaf::parse(entry).map_err(|error| VerifyError::Leaf {
                path: path(),
                place,
                number,
                error,
            })?;
            (self.seen)(number, &leaf);
            self.totals.add(leaf);
        }
        Ok(())
    }
}

/// The root over the partial tiles: those of higher levels lie further to the left.
fn edge_root(edges: &[Edge]) -> Hash {
    let mut frontier = Frontier::default();
    for (tile, hashes) in edges.iter().rev().flatten() {
        if let Content::Hashes(level) = tile.content {
            hashes.iter().for_each(|hash| frontier.push(level * HEIGHT, *hash));
        }
    }
    frontier.root()
}

fn mismatch(tile: &Tile, size: u64) -> VerifyError {
    let parent = match tile.content {
        Content::Hashes(level) => Tile::holding(Content::Hashes(level + 1), tile.index, size),
        Content::Entries => None,
    };
    VerifyError::Tile {
        path: tile.to_string(),
        above: parent.map(|tile| tile.to_string()).unwrap_or_default(),
        place: tile.index % WIDTH,
    }
}
