//! Whole logs: checked from their files, with every kind of damage.

use std::collections::HashMap;

use disclosure::checkpoint::{self, Checkpoint, Policy};
use disclosure::commitment::{Private, commit};
use disclosure::key::{Role, SignerKey};
use disclosure::merkle::Tree;
use disclosure::slip::Slip;
use disclosure::tile;
use disclosure::totals::Totals;
use disclosure::verify::{self, VerifyError};
use disclosure::{Hash, note::Note};
use proptest::prelude::*;

use crate::payment;

const ORIGIN: &str = "nhatky.hatinh.example/chitra";

type Files = HashMap<String, Vec<u8>>;

fn log_key() -> SignerKey {
    SignerKey::from_seed(ORIGIN, Role::Log, &[1; 32]).unwrap()
}

fn witness() -> SignerKey {
    SignerKey::from_seed("mattran.example", Role::Witness, &[2; 32]).unwrap()
}

fn policy(quorum: usize) -> Policy {
    let witnesses = vec![witness().verifier().clone()];
    Policy::new(log_key().verifier().clone(), witnesses, quorum).unwrap()
}

fn signed(size: u64, root: Hash) -> Note {
    let mut note = Checkpoint::new(ORIGIN, size, root).unwrap().sign(&log_key());
    let bytes = note.to_string().into_bytes();
    let (line, _) =
        checkpoint::cosign(&witness(), &policy(0), None, &bytes, &[], 1_763_000_000).unwrap();
    note.signatures.push(line);
    note
}

fn publish(entries: &[Vec<u8>]) -> Files {
    let mut tree = Tree::new();
    for entry in entries {
        tree.push(entry);
    }
    let mut files: Files =
        tile::files(&tree, 0, |number| &entries[number as usize]).map(Result::unwrap).collect();
    let note = signed(tree.size(), tree.root()).to_string();
    files.insert(tile::CHECKPOINT.to_owned(), note.into_bytes());
    files
}

fn lines(size: u64) -> Vec<Vec<u8>> {
    (0..size).map(|number| payment(number).encode().unwrap().into_bytes()).collect()
}

fn fetch(files: &Files) -> impl Fn(&str) -> Result<Vec<u8>, &'static str> {
    |path| files.get(path).cloned().ok_or("không có tệp")
}

fn check(files: &Files) -> Result<verify::Report, VerifyError> {
    verify::log(fetch(files), &policy(1))
}

#[test]
fn a_whole_log_gives_the_sums_of_its_payments() {
    for size in [0, 1, 255, 256, 257, 511, 512, 513, 66_000] {
        let files = publish(&lines(size));
        let report = check(&files).unwrap();
        assert_eq!(report.files, files.len() as u64, "{size}: every file is read");
        let leaves: Vec<_> = (0..size).map(payment).collect();
        assert_eq!(report.totals, Totals::of(&leaves), "{size}");
        assert_eq!(report.head.witnesses.len(), 1);
    }
}

#[test]
fn payments_are_handed_on_in_order() {
    let files = publish(&lines(300));
    let mut next = 0;
    verify::log_with(fetch(&files), &policy(1), |number, leaf| {
        assert_eq!((number, leaf), (next, &payment(next)));
        next += 1;
    })
    .unwrap();
    assert_eq!(next, 300);
}

#[test]
fn errors_name_file_and_entry() {
    let files = publish(&lines(600));
    let said = |path: &str, change: &dyn Fn(&mut Vec<u8>)| {
        let mut files = files.clone();
        change(files.get_mut(path).unwrap());
        check(&files).unwrap_err().to_string()
    };
    let last = |bytes: &mut Vec<u8>| *bytes.last_mut().unwrap() ^= 1;
    assert_eq!(
        said("tile/entries/001", &last),
        "tệp tile/entries/001: mục 255 (khoản số 511 của nhật ký) không khớp với giá trị băm \
         trong tệp tile/0/001"
    );
    assert_eq!(
        said("tile/0/001", &last),
        "tệp tile/0/001: nội dung không khớp với giá trị băm thứ 1 trong tệp tile/1/000.p/2"
    );
    assert_eq!(
        said("tile/1/000.p/2", &last),
        "tệp tile/0/001: nội dung không khớp với giá trị băm thứ 1 trong tệp tile/1/000.p/2"
    );
    assert_eq!(
        said("tile/0/002.p/88", &last),
        "tệp tile/entries/002.p/88: mục 87 (khoản số 599 của nhật ký) không khớp với giá trị băm \
         trong tệp tile/0/002.p/88"
    );
    let cut = |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1);
    assert_eq!(
        said("tile/entries/000", &cut),
        "tệp tile/entries/000: bị cắt cụt ở mục 255: thiếu byte"
    );
    assert_eq!(said("tile/0/000", &cut), "tệp tile/0/000: có 8191 byte, phải có đúng 8192 byte");
    assert_eq!(
        said("tile/entries/000", &|bytes| bytes.push(0)),
        "tệp tile/entries/000: thừa 1 byte sau mục cuối cùng"
    );
    let forged = said("checkpoint", &|bytes| bytes[0] ^= 1);
    assert_eq!(
        forged,
        "tệp checkpoint: chữ ký của nhatky.hatinh.example/chitra không đúng với nội dung"
    );
    for path in files.keys() {
        let mut files = files.clone();
        files.remove(path);
        let error = check(&files).unwrap_err().to_string();
        assert_eq!(error, format!("tệp {path}: không đọc được (không có tệp)"));
    }
}

#[test]
fn damage_in_the_upper_tiles_of_a_large_log_is_named() {
    let mut files = publish(&lines(66_000));
    for (path, place, named) in [
        ("tile/2/000.p/1", 0, "tile/1/000"),
        ("tile/1/000", 32 * 9, "tile/1/000"),
        ("tile/1/001.p/1", 0, "tile/0/256"),
        ("tile/0/009", 0, "tile/0/009"),
        ("tile/0/257.p/208", 32 * 9, "tile/entries/257.p/208"),
        ("tile/entries/256", 70, "tile/entries/256"),
    ] {
        files.get_mut(path).unwrap()[place] ^= 1;
        let error = check(&files).unwrap_err().to_string();
        assert!(error.starts_with(&format!("tệp {named}: ")), "{path}: {error}");
        files.get_mut(path).unwrap()[place] ^= 1;
    }
    check(&files).unwrap();
}

#[test]
fn a_root_that_was_signed_over_other_payments_is_found() {
    let mut files = publish(&lines(600));
    let other = publish(&lines(601));
    // A size of the right files, another root: nothing below the root disagrees.
    let note = signed(600, Hash([7; 32])).to_string();
    files.insert(tile::CHECKPOINT.to_owned(), note.into_bytes());
    let error = check(&files).unwrap_err();
    assert!(matches!(error, VerifyError::Root { ref paths } if paths.len() == 2), "{error}");
    // The head of a longer log, and huge sizes: a file that must be there is not.
    files.insert(tile::CHECKPOINT.to_owned(), other[tile::CHECKPOINT].clone());
    assert!(matches!(check(&files), Err(VerifyError::Read(_))));
    for size in [1 << 40, tile::MAX_SIZE] {
        let note = signed(size, Hash([7; 32])).to_string();
        files.insert(tile::CHECKPOINT.to_owned(), note.into_bytes());
        assert!(matches!(check(&files), Err(VerifyError::Read(_))));
    }
}

#[test]
fn a_changed_amount_with_new_hashes_breaks_the_signature_chain() {
    let mut changed = lines(600);
    let mut leaf = payment(300);
    leaf.amount += 1;
    changed[300] = leaf.encode().unwrap().into_bytes();
    // Tiles made anew over the changed payment, under the head that was signed before.
    let mut files = publish(&changed);
    files.insert(tile::CHECKPOINT.to_owned(), publish(&lines(600))[tile::CHECKPOINT].clone());
    assert!(matches!(check(&files), Err(VerifyError::Root { .. })));
}

#[test]
fn what_is_no_payment_is_found_though_it_was_signed() {
    let mut entries = lines(300);
    entries[270] = b"ansinh1|2025-02-30|18009|-|NQ42|HN|1|paid|".to_vec();
    let error = check(&publish(&entries)).unwrap_err().to_string();
    assert_eq!(
        error,
        "tệp tile/entries/001.p/44: mục 14 (khoản số 270 của nhật ký) không phải là một dòng chi \
         trả: phần 2: ngày phải có trong lịch và viết dạng năm-tháng-ngày, ví dụ 2025-11-03"
    );
}

#[test]
fn a_log_that_was_rewritten_does_not_continue() {
    let files = publish(&lines(700));
    let now = check(&files).unwrap().head.checkpoint;
    for size in [0, 1, 256, 300, 699, 700] {
        let then = check(&publish(&lines(size))).unwrap().head.checkpoint;
        verify::continues(fetch(&files), &then, &now).unwrap();
    }
    let mut changed = lines(300);
    changed.swap(3, 4);
    let then = check(&publish(&changed)).unwrap().head.checkpoint;
    let error = verify::continues(fetch(&files), &then, &now).unwrap_err();
    assert!(error.to_string().contains("đã bị sửa sau khi công bố"), "{error}");
    let longer = check(&publish(&lines(701))).unwrap().head.checkpoint;
    assert!(verify::continues(fetch(&files), &longer, &now).is_err());
    let other = Checkpoint::new("other", 0, Hash::of_nothing()).unwrap();
    assert!(matches!(
        verify::continues(fetch(&files), &other, &now),
        Err(VerifyError::OtherLog(_))
    ));
}

#[test]
fn a_payee_finds_her_payment_and_nobody_elses() {
    let (salt, payee, identity) = ([8; 16], "Nguyễn Thị Hòa", "042161007788");
    let mut entries = lines(1000);
    let mut leaf = payment(777);
    leaf.commitment = commit(&salt, &Private { payee, identity, entitlement: "e-17" });
    entries[777] = leaf.encode().unwrap().into_bytes();
    let files = publish(&entries);
    let find = |slip: &Slip, payee, identity| {
        verify::payment(fetch(&files), &policy(1), slip, payee, identity)
    };
    let slip = Slip::new(ORIGIN, Some(777), salt, "e-17").unwrap();
    let found = find(&slip, payee, identity).unwrap();
    assert_eq!(found.leaf, leaf);
    assert_eq!(found.head.checkpoint.size(), 1000);
    let wrong = VerifyError::Commitment { number: 777 };
    assert_eq!(find(&slip, "Nguyễn Thị Hoà", identity), Err(wrong.clone()));
    assert_eq!(find(&slip, payee, "042161007789"), Err(wrong.clone()));
    let other_salt = Slip::new(ORIGIN, Some(777), [9; 16], "e-17").unwrap();
    assert_eq!(find(&other_salt, payee, identity), Err(wrong));
    let neighbour = Slip::new(ORIGIN, Some(778), salt, "e-17").unwrap();
    assert!(find(&neighbour, payee, identity).is_err());
    let later = Slip::new(ORIGIN, Some(1000), salt, "e-17").unwrap();
    let later = find(&later, payee, identity);
    assert_eq!(later, Err(VerifyError::SlipLeaf { number: 1000, size: 1000 }));
    let early = Slip::new(ORIGIN, None, salt, "e-17").unwrap();
    assert_eq!(find(&early, payee, identity).unwrap().leaf, leaf);
    assert_eq!(find(&early, payee, "042161007789"), Err(VerifyError::NotThere));
    let elsewhere = Slip::new("other.example", Some(777), salt, "e-17").unwrap();
    assert_eq!(find(&elsewhere, payee, identity), Err(VerifyError::SlipLog));
    let mut files = files.clone();
    files.get_mut("tile/1/000.p/3").unwrap()[40] ^= 1;
    let error = verify::payment(fetch(&files), &policy(1), &slip, payee, identity).unwrap_err();
    assert!(matches!(error, VerifyError::Inclusion { number: 777, .. }), "{error}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn one_changed_byte_of_any_file_is_noticed(
        size in 1u64..1500, changes in proptest::collection::vec(any::<(usize, usize, u8)>(), 60),
    ) {
        let mut files = publish(&lines(size));
        let mut paths: Vec<String> = files.keys().cloned().collect();
        paths.sort();
        for (file, place, flip) in changes {
            let path = &paths[file % paths.len()];
            let bytes = files.get_mut(path).unwrap();
            let place = place % bytes.len();
            let flip = flip.max(1);
            bytes[place] ^= flip;
            prop_assert!(check(&files).is_err(), "{} byte {} xor {}", path, place, flip);
            files.get_mut(path).unwrap()[place] ^= flip;
        }
        prop_assert!(check(&files).is_ok());
    }
}
