//! RFC 6962 hashing and proofs: the vectors of Certificate Transparency, and properties.

use disclosure::Hash;
use disclosure::merkle::Tree;
use disclosure::proof::{self, ProofError};
use proptest::prelude::*;

use crate::{hash, tree};

/// The eight entries that the implementations of RFC 6962 are tested with.
const ENTRIES: [&[u8]; 8] = [
    b"",
    &[0x00],
    &[0x10],
    &[0x20, 0x21],
    &[0x30, 0x31],
    &[0x40, 0x41, 0x42, 0x43],
    &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    &[
        0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e,
        0x6f,
    ],
];

/// Roots of the first none to eight entries.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn known() -> Tree {
    let mut tree = Tree::new();
    for entry in ENTRIES {
        tree.push(entry);
    }
    tree
}

#[test]
fn roots_are_the_known_ones() {
    let mut growing = Tree::new();
    let full = known();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(growing.root(), hash(root), "{size}");
        assert_eq!(full.root_at(size as u64).unwrap(), hash(root), "{size}");
        if let Some(entry) = ENTRIES.get(size) {
            assert_eq!(growing.push(entry), size as u64);
        }
    }
    assert_eq!(full.root_at(9).unwrap_err().asked, 9);
    assert!(hash(ROOTS[1]).groups().starts_with("6e340b9c ffb37a98 "));
}

#[test]
fn proofs_are_the_known_ones() {
    let tree = known();
    let first = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    assert_eq!(tree.inclusion(0, 8).unwrap(), first.map(hash));
    let sixth = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(tree.inclusion(5, 8).unwrap(), sixth.map(hash));
    let six_to_eight = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    assert_eq!(tree.consistency(6, 8).unwrap(), six_to_eight.map(hash));
    let two_to_five = [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ];
    assert_eq!(tree.consistency(2, 5).unwrap(), two_to_five.map(hash));
}

#[test]
fn every_proof_of_every_small_size_verifies() {
    let tree = tree(70);
    for new in 0..=70 {
        let root = tree.root_at(new).unwrap();
        for old in 0..=new {
            let old_root = tree.root_at(old).unwrap();
            let proof = tree.consistency(old, new).unwrap();
            proof::consistency(old, &old_root, new, &root, &proof).unwrap();
        }
        for leaf in 0..new {
            let proof = tree.inclusion(leaf, new).unwrap();
            let hash = Hash::of_leaf(&leaf.to_be_bytes());
            proof::inclusion(&hash, leaf, new, &proof, &root).unwrap();
        }
    }
}

#[test]
fn questions_beyond_the_tree_are_refused() {
    let tree = tree(5);
    let nothing = Hash::of_nothing();
    assert!(tree.inclusion(5, 5).is_err());
    assert!(tree.inclusion(0, 6).is_err());
    assert!(tree.consistency(3, 6).is_err());
    assert!(tree.consistency(4, 3).is_err());
    let huge = u64::MAX;
    assert!(proof::inclusion(&nothing, huge, huge, &[], &nothing).is_err());
    assert!(proof::inclusion(&nothing, huge - 1, huge, &[nothing; 64], &nothing).is_err());
    assert!(proof::inclusion(&nothing, 0, huge, &vec![nothing; 9999], &nothing).is_err());
    assert!(proof::consistency(1, &nothing, huge, &nothing, &[nothing; 64]).is_err());
    let rewritten = proof::consistency(0, &tree.root(), 5, &tree.root(), &[]);
    assert_eq!(rewritten, Err(ProofError::OldRoot));
}

/// Every way a proof can differ in one place: a bit, a hash less, a hash more.
fn altered(proof: &[Hash], place: usize, bit: u8) -> Vec<Vec<Hash>> {
    let mut ways = vec![[proof, &[Hash([7; 32])]].concat(), [&[Hash([7; 32])], proof].concat()];
    if !proof.is_empty() {
        let place = place % proof.len();
        let mut flipped = proof.to_vec();
        flipped[place].0[usize::from(bit) / 8] ^= 1 << (bit % 8);
        let mut shorter = proof.to_vec();
        shorter.remove(place);
        ways.extend([flipped, shorter]);
    }
    ways
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn inclusion_holds_and_its_alterations_do_not(
        size in 1u64..3000, leaf: u64, place: usize, bit: u8,
    ) {
        let tree = tree(size);
        let (leaf, root) = (leaf % size, tree.root());
        let hash = Hash::of_leaf(&leaf.to_be_bytes());
        let proof = tree.inclusion(leaf, size).unwrap();
        prop_assert_eq!(proof::inclusion(&hash, leaf, size, &proof, &root), Ok(()));
        for wrong in altered(&proof, place, bit) {
            prop_assert!(proof::inclusion(&hash, leaf, size, &wrong, &root).is_err());
        }
        let other = Hash::of_leaf(b"other");
        prop_assert!(proof::inclusion(&other, leaf, size, &proof, &root).is_err());
        prop_assert!(proof::inclusion(&hash, leaf, size, &proof, &other).is_err());
        // Another number has another path.
        let near = leaf ^ 1;
        prop_assert!(near >= size || proof::inclusion(&hash, near, size, &proof, &root).is_err());
    }

    #[test]
    fn consistency_holds_and_its_alterations_do_not(
        size in 1u64..3000, old: u64, place: usize, bit: u8,
    ) {
        let tree = tree(size);
        let (old, root) = (old % (size + 1), tree.root());
        let old_root = tree.root_at(old).unwrap();
        let proof = tree.consistency(old, size).unwrap();
        prop_assert_eq!(proof::consistency(old, &old_root, size, &root, &proof), Ok(()));
        for wrong in altered(&proof, place, bit) {
            prop_assert!(proof::consistency(old, &old_root, size, &root, &wrong).is_err());
        }
        let other = Hash::of_leaf(b"other");
        prop_assert!(proof::consistency(old, &other, size, &root, &proof).is_err());
        // From no leaves everything follows, so the new root is not looked at.
        prop_assert!(old == 0 || proof::consistency(old, &old_root, size, &other, &proof).is_err());
    }

    #[test]
    fn growth_keeps_every_earlier_root(size in 1u64..600, more in 0u64..600) {
        let before = tree(size);
        let after = tree(size + more);
        prop_assert_eq!(before.root(), after.root_at(size).unwrap());
        let proof = after.consistency(size, size + more).unwrap();
        let (old, new) = (before.root(), after.root());
        prop_assert_eq!(proof::consistency(size, &old, size + more, &new, &proof), Ok(()));
    }
}
