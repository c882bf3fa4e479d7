//! A stranger with the published files, the key and nothing else.

use disclosure::checkpoint::Checkpoint;
use disclosure::key::{Role, SignerKey};
use disclosure::merkle::Tree;

use super::*;

/// A published log in a folder of one test, removed at its end.
struct Published {
    folder: PathBuf,
    key: SignerKey,
    root: String,
}

impl Published {
    fn new(name: &str, payments: u32) -> Self {
        let folder =
            std::env::temp_dir().join(format!("ansinh-disclosure-{name}-{}", std::process::id()));
        let line = |n: u32| {
            let commitment = Hash::of_leaf(&n.to_be_bytes());
            let commune = if n.is_multiple_of(2) { "18196" } else { "18172" };
            format!("ansinh1|2020-06-19|{commune}|439|NQ42|NCC|{}|paid|{commitment}", 1_500_000 + n)
        };
        let mut tree = Tree::new();
        for n in 0..payments {
            tree.push(line(n).as_bytes());
        }
        let key = SignerKey::from_seed("so.hatinh.example", Role::Log, &[42; 32]).unwrap();
        let head = Checkpoint::new("so.hatinh.example", tree.size(), tree.root()).unwrap();
        let mut files: Vec<(String, Vec<u8>)> =
            tile::files(&tree, 0, |n| line(u32::try_from(n).unwrap()))
                .map(Result::unwrap)
                .collect();
        files.push((tile::CHECKPOINT.to_owned(), head.sign(&key).to_string().into_bytes()));
        for (path, bytes) in files {
            let at = folder.join(path);
            fs::create_dir_all(at.parent().unwrap()).unwrap();
            fs::write(at, bytes).unwrap();
        }
        Self { folder, key, root: tree.root().groups() }
    }

    fn command(&self) -> Verify {
        let log = Log {
            place: self.folder.to_string_lossy().into_owned(),
            key: self.key.verifier().to_string(),
            witnesses: vec![],
            signed_by: None,
        };
        Verify { log, root: None, totals: None }
    }

    fn refused(&self, command: Verify) -> String {
        run(&Disclosure::Verify(command)).unwrap_err().to_string()
    }
}

impl Drop for Published {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn the_days_totals_are_recomputed_from_the_files_alone() {
    let log = Published::new("totals", 300);
    let out = log.folder.with_extension("csv");
    let root = Some(log.root.replace(' ', "").to_uppercase());
    let command = Verify { totals: Some(out.clone()), root, ..log.command() };
    run(&Disclosure::Verify(command)).unwrap();
    let totals = fs::read_to_string(&out).unwrap();
    fs::remove_file(&out).unwrap();
    let even: i64 = (0..300).filter(|n| n % 2 == 0).map(|n| 1_500_000 + n).sum();
    let line = format!("2020-06-19,18196,NQ42,NCC,150,0,0,0,{even},0");
    assert!(totals.lines().any(|found| found == line), "{line} in {totals}");
    assert_eq!(totals.lines().count(), 3);
}

#[test]
fn a_changed_amount_is_found_and_the_file_named() {
    let log = Published::new("changed", 300);
    let bundle = log.folder.join("tile/entries/000");
    let mut bytes = fs::read(&bundle).unwrap();
    let at = bytes.windows(7).position(|seven| seven == b"1500100").unwrap();
    bytes[at] = b'9';
    fs::write(&bundle, bytes).unwrap();
    let told = log.refused(log.command());
    assert!(told.contains("KHÔNG KHỚP") && told.contains("tile/entries/000"), "{told}");
    fs::remove_file(&bundle).unwrap();
    let told = log.refused(log.command());
    assert!(told.contains("tile/entries/000"), "a file that is missing: {told}");
}

#[test]
fn another_key_a_missing_witness_and_another_printed_root_are_refused() {
    let log = Published::new("keys", 3);
    let other = SignerKey::from_seed("so.hatinh.example", Role::Log, &[7; 32]).unwrap();
    let with = |key: &str, witnesses: Vec<String>| {
        let place = log.folder.to_string_lossy().into_owned();
        let log = Log { place, key: key.to_owned(), witnesses, signed_by: None };
        Verify { log, root: None, totals: None }
    };
    let told = log.refused(with(&other.verifier().to_string(), vec![]));
    assert!(told.contains("KHÔNG KHỚP"), "{told}");
    let told = log.refused(with("chìa khóa", vec![]));
    assert!(told.contains("khóa “chìa khóa”"), "{told}");
    let press = SignerKey::from_seed("bao.example", Role::Witness, &[9; 32]).unwrap();
    let witnesses = vec![press.verifier().to_string()];
    let told = log.refused(with(&log.command().log.key, witnesses));
    assert!(told.contains("KHÔNG KHỚP"), "the newspaper has not signed: {told}");
    let told = log.refused(Verify { root: Some("00 11".to_owned()), ..log.command() });
    assert!(told.contains("khác gốc đã in 00 11"), "{told}");
}

#[test]
fn a_file_that_is_no_part_of_the_log_is_named() {
    let log = Published::new("stray", 3);
    fs::write(log.folder.join("tile/entries/999"), b"?").unwrap();
    assert_eq!(strays(&log.folder, 3), ["tile/entries/999"]);
}
