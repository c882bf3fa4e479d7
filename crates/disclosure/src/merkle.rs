//! The Merkle tree of RFC 6962 §2.1 and RFC 9162 §2.1: built leaf by leaf, with its root and
//! proofs for any size it ever had.
//!
//! All that proofs need is the hash of a perfect subtree ([`Hashes`]). A [`Tree`] has them in
//! memory, a [`Reader`](crate::reader::Reader) takes them from tiles.

use std::convert::Infallible;

use thiserror::Error;

use crate::hash::Hash;

/// Where the hashes of perfect subtrees come from.
pub trait Hashes {
    /// Why a hash could not be had.
    type Error;

    /// The hash of the leaves from `index · 2^height` up to `(index + 1) · 2^height`.
    ///
    /// # Errors
    /// Whatever the source says when it does not have the hash.
    fn subtree(&self, height: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// A question about more leaves than there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("cây có {size} lá, không có {asked}")]
pub struct OutOfRange {
    /// Leaves there are.
    pub size: u64,
    /// What was asked for: a size, or the number of a leaf.
    pub asked: u64,
}

/// A tree in memory: the hashes of all perfect subtrees, 64 bytes a leaf.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// `heights[h][i]` is the subtree of height `h` with the number `i`.
    heights: Vec<Vec<Hash>>,
}

impl Tree {
    /// The tree without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.heights.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Adds an entry and gives its number.
    pub fn push(&mut self, entry: &[u8]) -> u64 {
        self.push_hash(Hash::of_leaf(entry))
    }

    /// Adds an entry by its leaf hash, as tiles of level 0 have it.
    pub fn push_hash(&mut self, leaf: Hash) -> u64 {
        let number = self.size();
        let mut height = 0;
        let mut hash = leaf;
        loop {
            if self.heights.len() == height {
                self.heights.push(Vec::new());
            }
            let row = &mut self.heights[height];
            row.push(hash);
            if row.len() % 2 == 1 {
                return number;
            }
            hash = Hash::of_node(&row[row.len() - 2], &row[row.len() - 1]);
            height += 1;
        }
    }

    /// The root of all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        let Ok(root) = root(self, self.size());
        root
    }

    /// The root when the tree had `size` leaves.
    ///
    /// # Errors
    /// [`OutOfRange`] when it never had as many.
    pub fn root_at(&self, size: u64) -> Result<Hash, OutOfRange> {
        self.has(size)?;
        let Ok(root) = root(self, size);
        Ok(root)
    }

    /// The proof that the leaf with this number is in the tree of `size` leaves.
    ///
    /// # Errors
    /// [`OutOfRange`] when there is no such leaf or size.
    pub fn inclusion(&self, leaf: u64, size: u64) -> Result<Vec<Hash>, OutOfRange> {
        self.has(size)?;
        if leaf >= size {
            return Err(OutOfRange { size, asked: leaf });
        }
        let Ok(proof) = inclusion(self, leaf, size);
        Ok(proof)
    }

    /// The proof that the tree of `old` leaves is the beginning of the tree of `new` leaves.
    ///
    /// # Errors
    /// [`OutOfRange`] when there never were `new` leaves or `old` is more than `new`.
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, OutOfRange> {
        self.has(new)?;
        if old > new {
            return Err(OutOfRange { size: new, asked: old });
        }
        let Ok(proof) = consistency(self, old, new);
        Ok(proof)
    }

    fn has(&self, size: u64) -> Result<(), OutOfRange> {
        if size > self.size() {
            return Err(OutOfRange { size: self.size(), asked: size });
        }
        Ok(())
    }
}

impl Hashes for Tree {
    type Error = Infallible;

    fn subtree(&self, height: u8, index: u64) -> Result<Hash, Infallible> {
        // Sizes are checked before proofs are made, so the place is always there.
        Ok(self.heights[usize::from(height)][index as usize])
    }
}

/// The root of the first `size` leaves.
///
/// # Errors
/// Those of the source.
pub fn root<H: Hashes>(hashes: &H, size: u64) -> Result<Hash, H::Error> {
    if size == 0 {
        return Ok(Hash::of_nothing());
    }
    range(hashes, 0, size)
}

/// `PATH(leaf, D[0:size])` of RFC 9162 §2.1.3.1. The caller makes sure that `leaf < size`.
///
/// # Errors
/// Those of the source.
pub fn inclusion<H: Hashes>(hashes: &H, leaf: u64, size: u64) -> Result<Vec<Hash>, H::Error> {
    let (mut start, mut end) = (0, size);
    let mut path = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if leaf < middle {
            path.push(range(hashes, middle, end)?);
            end = middle;
        } else {
            path.push(range(hashes, start, middle)?);
            start = middle;
        }
    }
    path.reverse();
    Ok(path)
}

/// `PROOF(old, D[0:new])` of RFC 9162 §2.1.4.1; empty for no leaves and for equal sizes. The caller
/// makes sure that `old <= new`.
///
/// # Errors
/// Those of the source.
pub fn consistency<H: Hashes>(hashes: &H, old: u64, new: u64) -> Result<Vec<Hash>, H::Error> {
    let mut proof = Vec::new();
    if old == 0 || old == new {
        return Ok(proof);
    }
    let (mut start, mut end) = (0, new);
    // The old tree ends inside D[start:end] until a subtree ends exactly where it does.
    while old != end {
        let middle = start + split(end - start);
        if old <= middle {
            proof.push(range(hashes, middle, end)?);
            end = middle;
        } else {
            proof.push(range(hashes, start, middle)?);
            start = middle;
        }
    }
    // The verifier has the old root already when the subtree is the whole old tree.
    if start > 0 {
        proof.push(range(hashes, start, end)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The hash over `D[start:end]`, which is a node of the tree or its right edge.
fn range<H: Hashes>(hashes: &H, start: u64, end: u64) -> Result<Hash, H::Error> {
    let width = end - start;
    if width.is_power_of_two() {
        return hashes.subtree(width.trailing_zeros() as u8, start / width);
    }
    let middle = start + split(width);
    Ok(Hash::of_node(&range(hashes, start, middle)?, &range(hashes, middle, end)?))
}

/// The largest power of two smaller than `width`, which is at least 2.
fn split(width: u64) -> u64 {
    1 << (u64::BITS - 1 - (width - 1).leading_zeros())
}

/// The root of leaves that arrive from the left as perfect subtrees; remembers one hash a height.
#[derive(Debug, Default)]
pub(crate) struct Frontier {
    /// Height and hash, heights falling.
    stack: Vec<(u8, Hash)>,
}

impl Frontier {
    /// Adds the next perfect subtree; it is no higher than those before it.
    pub(crate) fn push(&mut self, mut height: u8, mut hash: Hash) {
        while let Some((top, left)) = self.stack.last().copied()
            && top == height
        {
            self.stack.pop();
            hash = Hash::of_node(&left, &hash);
            height += 1;
        }
        self.stack.push((height, hash));
    }

    pub(crate) fn root(mut self) -> Hash {
        let Some((_, mut root)) = self.stack.pop() else {
            return Hash::of_nothing();
        };
        while let Some((_, left)) = self.stack.pop() {
            root = Hash::of_node(&left, &root);
        }
        root
    }
}

/// The root of the perfect tree over these hashes, a power of two of them.
pub(crate) fn perfect(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::default();
    for hash in hashes {
        frontier.push(0, *hash);
    }
    frontier.root()
}
