//! Checking proofs as RFC 9162 §2.1.3.2 and §2.1.4.2 say.

use thiserror::Error;

use crate::hash::Hash;

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ProofError {
    /// The leaf's number is not below the size, or the old size is above the new one.
    #[error("số thứ tự {asked} không nằm trong cây {size} lá")]
    OutOfRange {
        /// The leaf's number, or the old size.
        asked: u64,
        /// Leaves in the tree.
        size: u64,
    },
    /// Too few or too many hashes.
    #[error("bằng chứng có {0} giá trị băm, sai số lượng với cỡ cây này")]
    Length(usize),
    /// The proof leads to another root.
    #[error("bằng chứng không dẫn tới giá trị gốc đã ký")]
    Root,
    /// The proof leads to another old root: the log was rewritten.
    #[error("bằng chứng không dẫn tới giá trị gốc cũ: nhật ký đã bị sửa sau khi công bố")]
    OldRoot,
}

/// Whether the leaf with this hash and number is in the tree of `size` leaves with this root.
///
/// # Errors
/// [`ProofError`] when it is not shown to be.
pub fn inclusion(
    leaf: &Hash,
    number: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), ProofError> {
    if number >= size {
        return Err(ProofError::OutOfRange { asked: number, size });
    }
    let (mut node, mut last) = (number, size - 1);
    let mut hash = *leaf;
    for step in proof {
        if last == 0 {
            return Err(ProofError::Length(proof.len()));
        }
        if node & 1 == 1 || node == last {
            hash = Hash::of_node(step, &hash);
            skip(&mut node, &mut last);
        } else {
            hash = Hash::of_node(&hash, step);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return Err(ProofError::Length(proof.len()));
    }
    if hash == *root { Ok(()) } else { Err(ProofError::Root) }
}

/// Whether the tree of `new` leaves begins with the tree of `old` leaves.
///
/// Every tree begins with the tree without leaves, and with itself; both need an empty proof.
///
/// # Errors
/// [`ProofError`] when it is not shown to.
pub fn consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old > new {
        return Err(ProofError::OutOfRange { asked: old, size: new });
    }
    if old == 0 || old == new {
        let expected = if old == 0 { Hash::of_nothing() } else { *new_root };
        return match (proof.len(), expected == *old_root) {
            (0, true) => Ok(()),
            (0, false) => Err(ProofError::OldRoot),
            (length, _) => Err(ProofError::Length(length)),
        };
    }
    let first = if old.is_power_of_two() { Some(old_root) } else { None };
    let mut steps = first.into_iter().chain(proof);
    let Some(seed) = steps.next() else {
        return Err(ProofError::Length(0));
    };
    let (mut node, mut last) = (old - 1, new - 1);
    while node & 1 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut from_old, mut from_new) = (*seed, *seed);
    for step in steps {
        if last == 0 {
            return Err(ProofError::Length(proof.len()));
        }
        if node & 1 == 1 || node == last {
            from_old = Hash::of_node(step, &from_old);
            from_new = Hash::of_node(step, &from_new);
            skip(&mut node, &mut last);
        } else {
            from_new = Hash::of_node(&from_new, step);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        Err(ProofError::Length(proof.len()))
    } else if from_old != *old_root {
        Err(ProofError::OldRoot)
    } else if from_new != *new_root {
        Err(ProofError::Root)
    } else {
        Ok(())
    }
}

/// Right shifts over the levels at which the node has no sibling.
fn skip(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}
