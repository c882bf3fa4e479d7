//! Notes, keys, checkpoints and witnesses: known answers and forgeries.

use disclosure::Hash;
use disclosure::checkpoint::{self, Checkpoint, CheckpointError, CosignError, Policy, PolicyError};
use disclosure::key::{KeyError, Role, SignerKey, VerifierKey};
use disclosure::note::{MAX_BYTES, Note, NoteError};
use disclosure::proof::ProofError;
use proptest::prelude::*;

use crate::tree;

const ORIGIN: &str = "nhatky.hatinh.example/chitra";

fn log() -> SignerKey {
    SignerKey::from_seed(ORIGIN, Role::Log, &[1; 32]).unwrap()
}

fn witness(number: u8) -> SignerKey {
    let name = format!("lamchung{number}.example");
    SignerKey::from_seed(&name, Role::Witness, &[100 + number; 32]).unwrap()
}

fn policy(witnesses: u8, quorum: usize) -> Policy {
    let keys = (0..witnesses).map(|number| witness(number).verifier().clone()).collect();
    Policy::new(log().verifier().clone(), keys, quorum).unwrap()
}

/// A checkpoint of `size` leaves under the log's key and those of the first witnesses.
fn published(size: u64, witnesses: u8) -> Note {
    let root = tree(size).root();
    let mut note = Checkpoint::new(ORIGIN, size, root).unwrap().sign(&log());
    for number in 0..witnesses {
        let bytes = note.to_string().into_bytes();
        let time = 1_763_000_000 + u64::from(number);
        let (line, _) =
            checkpoint::cosign(&witness(number), &policy(0, 0), None, &bytes, &[], time).unwrap();
        note.signatures.push(line);
    }
    note
}

fn open(policy: &Policy, text: &str) -> Result<checkpoint::Believed, CheckpointError> {
    policy.open(text.as_bytes())
}

#[test]
fn the_note_of_the_go_package_verifies() {
    let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    let key = VerifierKey::parse(key).unwrap();
    assert_eq!((key.name(), key.id()), ("PeterNeumann", 0xc74f_20a3));
    let text = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n";
    let whole = format!(
        "{text}\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXg\
         KvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    );
    let note = Note::parse(whole.as_bytes()).unwrap();
    assert_eq!(note.text, text);
    assert_eq!(note.signatures[0].verify(&key, text), Ok(None));
    assert!(note.signatures[0].verify(&key, "If you think\n").is_err());
    assert_eq!(note.to_string(), whole);
}

/// The note in `cosigned.txt` was made apart from this crate, from the specifications, with
/// Python's hashlib and OpenSSL's Ed25519 (seeds of 32 bytes 1 and 32 bytes 2).
#[test]
fn a_cosigned_checkpoint_is_the_one_another_program_makes() {
    let whole = include_str!("cosigned.txt");
    let log = "nhatky.example/chitra+ba3dadb6+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c";
    let witness = "mattran.example+b907bee9+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU";
    let keys = [VerifierKey::parse(log).unwrap(), VerifierKey::parse(witness).unwrap()];
    let [log, witness] = keys.clone();
    let policy = Policy::new(log, vec![witness], 1).unwrap();
    let believed = open(&policy, whole).unwrap();
    assert_eq!(believed.checkpoint.root(), Hash::of_leaf(b"mot"));
    assert_eq!(believed.witnesses, [("mattran.example".to_owned(), 1_763_000_000)]);
    let log = SignerKey::from_seed("nhatky.example/chitra", Role::Log, &[1; 32]).unwrap();
    let witness = SignerKey::from_seed("mattran.example", Role::Witness, &[2; 32]).unwrap();
    assert_eq!(keys, [log.verifier().clone(), witness.verifier().clone()]);
    let mut note = believed.checkpoint.sign(&log);
    let alone = Policy::new(log.verifier().clone(), vec![], 0).unwrap();
    let bytes = note.to_string().into_bytes();
    let (line, _) = checkpoint::cosign(&witness, &alone, None, &bytes, &[], 1_763_000_000).unwrap();
    note.signatures.push(line);
    assert_eq!(note.to_string(), whole);
}

#[test]
fn the_key_of_the_go_checksum_database_reads() {
    let text = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8";
    let key = VerifierKey::parse(text).unwrap();
    assert_eq!(key.name(), "sum.golang.org");
    assert_eq!(key.to_string(), text);
}

#[test]
fn keys_that_are_none_are_refused() {
    let good = log().verifier().to_string();
    for (wrong, error) in [
        (good.replace("nhatky", "nhat ky"), KeyError::Name),
        (good.replace("nhatky", "nhat\nky"), KeyError::Name),
        (good.replace("nhatky", "nhat\u{a0}ky"), KeyError::Name),
        (format!("{good}\n"), KeyError::Form),
        (good.replace('+', " "), KeyError::Form),
        (String::new(), KeyError::Form),
        ("a+1+AQ==".to_owned(), KeyError::Form),
        ("a+00000001+".to_owned(), KeyError::Form),
        ("a+00000001+AQ==".to_owned(), KeyError::Form),
        ("a+00000001+AgAA".to_owned(), KeyError::Algorithm(2)),
        ("a+00000001+/wAA".to_owned(), KeyError::Algorithm(255)),
    ] {
        assert_eq!(VerifierKey::parse(&wrong), Err(error), "{wrong}");
    }
    let renamed = good.replace("nhatky", "nhatki");
    assert!(matches!(VerifierKey::parse(&renamed), Err(KeyError::Id { .. })));
    // The neutral point would accept signatures that nobody made.
    let mut neutral = [0; 32];
    neutral[0] = 1;
    assert_eq!(VerifierKey::new("a", Role::Log, &neutral), Err(KeyError::Point));
    for name in ["", "a b", "a+b", "a\nb", "a\u{2028}b", "a\u{7f}b"] {
        assert!(SignerKey::from_seed(name, Role::Log, &[1; 32]).is_err(), "{name:?}");
    }
    assert!(!format!("{:?}", log()).contains("SecretKey"), "a private key is not shown");
}

#[test]
fn a_checkpoint_is_believed_under_enough_witnesses() {
    let text = published(5, 2).to_string();
    let believed = open(&policy(3, 2), &text).unwrap();
    assert_eq!(believed.checkpoint.size(), 5);
    assert_eq!(believed.checkpoint.root(), tree(5).root());
    let names: Vec<_> = believed.witnesses.iter().map(|(name, time)| (&**name, *time)).collect();
    assert_eq!(names, [("lamchung0.example", 1_763_000_000), ("lamchung1.example", 1_763_000_001)]);
    let error = open(&policy(3, 3), &text).unwrap_err();
    assert_eq!(error.to_string(), "có 2 bên làm chứng ký, cần ít nhất 3");
    // Without the second witness's key its line is one that nobody verified.
    assert_eq!(open(&policy(1, 1), &text).unwrap().unknown, 1);
}

#[test]
fn a_witness_that_signs_twice_counts_once() {
    let mut note = published(5, 1);
    let again = note.signatures[1].clone();
    note.signatures.push(again);
    assert_eq!(open(&policy(2, 1), &note.to_string()).unwrap().witnesses.len(), 1);
    assert!(open(&policy(2, 2), &note.to_string()).is_err());
    // A second line of a known key that is wrong is not passed over.
    note.signatures[2].bytes[20] ^= 1;
    let error = open(&policy(2, 1), &note.to_string()).unwrap_err();
    assert_eq!(error, CheckpointError::Note(NoteError::Wrong("lamchung0.example".to_owned())));
}

#[test]
fn a_witness_key_cannot_sign_as_log_nor_count_twice() {
    let same = |name: &str| {
        SignerKey::from_seed(name, Role::Witness, &[100; 32]).unwrap().verifier().clone()
    };
    let log = log().verifier().clone();
    let two = Policy::new(log.clone(), vec![same("a"), same("b")], 2).unwrap_err();
    assert_eq!(two, PolicyError::SameKey("b".to_owned()));
    assert!(matches!(Policy::new(same("a"), vec![], 0), Err(PolicyError::Role(_))));
    assert!(matches!(Policy::new(log.clone(), vec![log.clone()], 1), Err(PolicyError::Role(_))));
    let own = SignerKey::from_seed("w", Role::Witness, &[1; 32]).unwrap().verifier().clone();
    assert!(matches!(Policy::new(log.clone(), vec![own], 1), Err(PolicyError::SameKey(_))));
    assert!(matches!(Policy::new(log, vec![], 1), Err(PolicyError::Quorum { .. })));
}

#[test]
fn the_checkpoint_of_another_log_is_refused() {
    let other = Checkpoint::new("other.example", 5, tree(5).root()).unwrap().sign(&log());
    let error = open(&policy(0, 0), &other.to_string()).unwrap_err();
    assert!(matches!(error, CheckpointError::Origin { .. }));
    let policy = policy(0, 0).with_origin("other.example");
    assert!(open(&policy, &other.to_string()).is_ok());
    let stranger = SignerKey::from_seed(ORIGIN, Role::Log, &[9; 32]).unwrap();
    let forged = Checkpoint::new(ORIGIN, 5, tree(5).root()).unwrap().sign(&stranger);
    assert!(matches!(
        open(&policy, &forged.to_string()).unwrap_err(),
        CheckpointError::Unsigned(_)
    ));
}

#[test]
fn a_witness_signs_only_what_continues_what_it_saw() {
    let (old, new) = (tree(5), tree(9));
    let bytes = published(9, 0).to_string().into_bytes();
    let sign = |seen, proof: &[Hash]| {
        checkpoint::cosign(&witness(0), &policy(0, 0), Some(seen), &bytes, proof, 7)
    };
    let proof = new.consistency(5, 9).unwrap();
    assert!(sign((5, old.root()), &proof).is_ok());
    let rewritten = sign((5, Hash([3; 32])), &proof).unwrap_err();
    assert_eq!(rewritten, CosignError::Proof(ProofError::OldRoot));
    assert!(sign((10, new.root()), &[]).is_err(), "a log does not shrink");
    assert!(sign((9, old.root()), &[]).is_err(), "nor has it two roots at one size");
    let as_log = checkpoint::cosign(&log(), &policy(0, 0), None, &bytes, &[], 7);
    assert!(matches!(as_log, Err(CosignError::Policy(_))));
}

#[test]
fn malformed_checkpoints_are_refused() {
    let root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
    let read = |text: String| Checkpoint::parse(&text).map(|_| ()).unwrap_err();
    for size in [
        "",
        "-1",
        "+1",
        "01",
        "1 ",
        "0x1",
        "1e3",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999999999",
        "１",
    ] {
        assert_eq!(read(format!("a\n{size}\n{root}\n")), CheckpointError::Size, "{size}");
    }
    for wrong in [
        "",
        "47DE",
        &root[..43],
        &root.replace('=', ""),
        &root.replace("FU=", "FV="),
        &root.replace('+', "-"),
        &format!("{root} "),
    ] {
        assert_eq!(read(format!("a\n1\n{wrong}\n")), CheckpointError::Root, "{wrong}");
    }
    assert_eq!(read(format!("a\n1\n{root}")), CheckpointError::Lines);
    assert_eq!(read("a\n1\n".to_owned()), CheckpointError::Lines);
    assert_eq!(read(format!("\n1\n{root}\n")), CheckpointError::Text);
    assert_eq!(read(format!("a\n1\n{root}\n\n")), CheckpointError::Text);
    let first = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    assert_eq!(read(format!("a\n0\n{first}\n")), CheckpointError::EmptyRoot);
    assert!(Checkpoint::parse(&format!("a\n9223372036854775807\n{root}\n")).is_ok());
    let nothing = Hash::of_nothing();
    for origin in ["", "a\nb", "a\rb", "a\0"] {
        assert_eq!(Checkpoint::new(origin, 0, nothing), Err(CheckpointError::Text));
    }
    let head = Checkpoint::new("a", 0, nothing).unwrap();
    assert_eq!(head.with_extension("x\n\n— b AAAA"), Err(CheckpointError::Text));
}

#[test]
fn malformed_notes_are_refused() {
    let read = |text: &str| Note::parse(text.as_bytes()).unwrap_err();
    let line = "— a AAAAAAA=\n";
    assert_eq!(Note::parse(format!("x\n\n{line}").as_bytes()).unwrap().signatures.len(), 1);
    assert_eq!(read(&format!("x\n{line}")), NoteError::NoSignatures);
    assert_eq!(read("x\n\n"), NoteError::NoSignatures);
    assert_eq!(read(&format!("x\n\n{}", line.trim())), NoteError::NoSignatures);
    assert_eq!(read(&format!("x\r\n\n{line}")), NoteError::Control { line: 1 });
    for wrong in [
        "- a AAAAAAA=",
        "—a AAAAAAA=",
        "— a",
        "— a AAAA",
        "— a AAAAAAA",
        "— a AAAAAAB=",
        "—  AAAAAAA=",
        "— a  AAAAAAA=",
        "— a+b AAAAAAA=",
        "— a\u{a0}b AAAAAAA=",
        "— a AAAAAAA= ",
    ] {
        let error = read(&format!("x\n\n{line}{wrong}\n"));
        assert_eq!(error, NoteError::SignatureLine { line: 2 }, "{wrong}");
    }
    assert_eq!(read(&format!("x\n\n{}", line.repeat(101))), NoteError::TooMany);
    assert_eq!(Note::parse(b"x\n\n\xff"), Err(NoteError::Utf8));
    let long = vec![b'x'; MAX_BYTES + 1];
    assert_eq!(Note::parse(&long), Err(NoteError::TooLong(MAX_BYTES + 1)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn checkpoints_read_back(
        origin in "[^\\x00-\\x1f]{1,40}", size in 1u64..1 << 63, root: [u8; 32],
        extensions in proptest::collection::vec("[^\\x00-\\x1f]{1,20}", 0..4),
    ) {
        let head = Checkpoint::new(&origin, size, Hash(root)).unwrap();
        let head = extensions.iter().try_fold(head, |head, line| head.with_extension(line));
        let head = head.unwrap();
        prop_assert_eq!(&Checkpoint::parse(&head.to_string()).unwrap(), &head);
        let note = head.sign(&log());
        let read = Note::parse(note.to_string().as_bytes()).unwrap();
        prop_assert_eq!(&read, &note);
        let believed = policy(0, 0).with_origin(&origin).open(note.to_string().as_bytes());
        prop_assert_eq!(believed.unwrap().checkpoint, head);
    }

    #[test]
    fn keys_read_back(name in "[^\\s+\\x00-\\x1f\\x7f-\\x9f]{1,30}", seed: [u8; 32]) {
        for role in [Role::Log, Role::Witness] {
            let key = SignerKey::from_seed(&name, role, &seed).unwrap();
            let text = key.verifier().to_string();
            prop_assert_eq!(&VerifierKey::parse(&text).unwrap(), key.verifier());
        }
    }

    #[test]
    fn any_bytes_as_checkpoint_are_no_panic(bytes: Vec<u8>, text in "\\PC*(\n\\PC*){0,6}\n") {
        prop_assert!(policy(1, 1).open(&bytes).is_err());
        prop_assert!(policy(1, 1).open(text.as_bytes()).is_err());
    }

    #[test]
    fn a_changed_byte_of_a_checkpoint_is_noticed(place: usize, flip in 1u8..) {
        let mut bytes = published(9, 2).to_string().into_bytes();
        let place = place % bytes.len();
        bytes[place] ^= flip;
        prop_assert!(policy(2, 2).open(&bytes).is_err());
    }
}
