//! Files of tlog-tiles: paths, widths, growth, and trees read back from them.

use std::collections::HashMap;

use disclosure::Hash;
use disclosure::merkle::Tree;
use disclosure::proof;
use disclosure::reader::{ReadError, Reader};
use disclosure::tile::{self, Content, Tile, TileError};
use proptest::prelude::*;

use crate::tree;

type Files = HashMap<String, Vec<u8>>;

fn files(tree: &Tree, old: u64) -> Files {
    tile::files(tree, old, |number| number.to_be_bytes()).map(Result::unwrap).collect()
}

fn fetch(files: &Files) -> impl Fn(&str) -> Result<Vec<u8>, &'static str> {
    |path| files.get(path).cloned().ok_or("không có tệp")
}

#[test]
fn paths_are_those_of_the_specification() {
    let path = |content, index, width| Tile { content, index, width }.to_string();
    assert_eq!(path(Content::Hashes(0), 1_234_067, 256), "tile/0/x001/x234/067");
    assert_eq!(path(Content::Entries, 273, 112), "tile/entries/273.p/112");
    assert_eq!(path(Content::Hashes(2), 0, 1), "tile/2/000.p/1");
    assert_eq!(path(Content::Hashes(1), 1000, 256), "tile/1/x001/000");
}

#[test]
fn other_spellings_of_a_path_are_no_path() {
    for wrong in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/+1/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/001",
        "tile/0/x001/x001",
        "tile/0/x001",
        "tile/0/-01",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/257",
        "tile/0/000.p/01",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/../000",
        "tile/entries/../../etc/passwd",
        "/tile/0/000",
        "tile//000",
        "tile/0/000/",
        "tile/0/000\n",
        "tile/0/000\0",
        "tile\\0\\000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999",
        "tile/entry/000",
        "tile/0/٠٠٠",
        "checkpoint",
    ] {
        assert_eq!(Tile::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn seventy_thousand_leaves_have_the_tiles_of_the_specification() {
    let paths: Vec<String> = tile::changed(0, 70_000).map(|tile| tile.to_string()).collect();
    let count = |start: &str| paths.iter().filter(|path| path.starts_with(start)).count();
    assert_eq!((count("tile/0/"), count("tile/1/"), count("tile/2/")), (274, 2, 1));
    for last in ["tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"] {
        assert!(paths.iter().any(|path| path == last), "{last}");
    }
    assert_eq!(count("tile/entries/"), 274);
    let paths: Vec<String> = tile::changed(0, 256).map(|tile| tile.to_string()).collect();
    assert_eq!(paths, ["tile/entries/000", "tile/0/000", "tile/1/000.p/1"]);
    assert_eq!(tile::changed(0, 0).count(), 0);
    assert_eq!(tile::changed(256, 256).count(), 0);
    // A file less than there are hashes for the largest size that a checkpoint may name.
    assert_eq!(tile::levels(tile::MAX_SIZE).count(), 8);
}

#[test]
fn malformed_files_are_refused_with_their_fault() {
    let hashes = Tile { content: Content::Hashes(0), index: 0, width: 2 };
    assert_eq!(hashes.read(&[0; 63]), Err(TileError::Size { expected: 64, found: 63 }));
    assert_eq!(hashes.read(&[0; 96]), Err(TileError::Size { expected: 64, found: 96 }));
    let bundle = Tile { content: Content::Entries, index: 0, width: 2 };
    assert_eq!(bundle.entries(&[0, 1, 65, 0, 0]), Ok(vec![b"A".as_slice(), b"".as_slice()]));
    assert_eq!(bundle.entries(&[0, 1, 65]), Err(TileError::Truncated { entry: 1 }));
    assert_eq!(bundle.entries(&[0, 2, 65]), Err(TileError::Truncated { entry: 0 }));
    assert_eq!(bundle.entries(&[0, 0, 0, 0, 9]), Err(TileError::Surplus(1)));
    let mut tree = Tree::new();
    tree.push(&[0; 70_000]);
    let error = tile::files(&tree, 0, |_| vec![0; 70_000]).find_map(Result::err);
    assert_eq!(error, Some(TileError::TooLong { entry: 0, found: 70_000 }));
    assert!(!tile::fits(&[0; 65_536]) && tile::fits(&[0; 65_535]));
}

#[test]
fn a_reader_says_which_file_is_missing_or_wrong() {
    let tree = tree(600);
    let mut files = files(&tree, 0);
    let path = "tile/0/001".to_owned();
    let whole = files.insert(path.clone(), vec![0; 8191]).unwrap();
    let error = Reader::new(fetch(&files), 600).inclusion(300).unwrap_err();
    assert_eq!(error.to_string(), "tệp tile/0/001: có 8191 byte, phải có đúng 8192 byte");
    files.remove(&path);
    let error = Reader::new(fetch(&files), 600).inclusion(300).unwrap_err();
    let why = "không có tệp".to_owned();
    assert_eq!(error, ReadError::Fetch { path: path.clone(), why });
    files.insert(path, whole);
    let reader = Reader::new(fetch(&files), 600);
    assert!(matches!(reader.inclusion(600), Err(ReadError::OutOfRange(_))));
    assert!(matches!(reader.entry(600), Err(ReadError::OutOfRange(_))));
    assert!(matches!(reader.consistency(601), Err(ReadError::OutOfRange(_))));
    // A size that only a lie can name does not make the reader work or allocate.
    assert!(Reader::new(fetch(&files), tile::MAX_SIZE).root().is_err());
}

#[test]
fn the_full_file_stands_in_for_a_partial_one_that_was_dropped() {
    let grown = tree(512);
    let mut files = files(&grown, 0);
    // Only of level 1 the full file is still to come.
    files.extend(
        self::files(&tree(300), 0).into_iter().filter(|(path, _)| path == "tile/1/000.p/1"),
    );
    let reader = Reader::new(fetch(&files), 300);
    assert_eq!(reader.root().unwrap(), grown.root_at(300).unwrap());
    assert_eq!(reader.entry(299).unwrap(), 299u64.to_be_bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn paths_read_back(level in 0u8..64, index in 0u64..1 << 50, width in 1u16..=256) {
        for content in [Content::Entries, Content::Hashes(level)] {
            let tile = Tile { content, index, width };
            prop_assert_eq!(Tile::parse(&tile.to_string()), Some(tile));
        }
    }

    #[test]
    fn any_text_as_path_is_no_panic(path in "(tile/)?[x0-9a-z./+-]{0,30}") {
        if let Some(tile) = Tile::parse(&path) {
            prop_assert_eq!(tile.to_string(), path);
        }
    }

    #[test]
    fn a_tree_reads_back_from_its_files(size in 1u64..140_000, leaf: u64, old: u64) {
        let tree = tree(size);
        let files = files(&tree, 0);
        let reader = Reader::new(fetch(&files), size);
        let root = tree.root();
        prop_assert_eq!(reader.root().unwrap(), root);
        let (leaf, old) = (leaf % size, old % (size + 1));
        let entry = reader.entry(leaf).unwrap();
        let proof = reader.inclusion(leaf).unwrap();
        prop_assert!(
            proof::inclusion(&Hash::of_leaf(&entry), leaf, size, &proof, &root).is_ok()
        );
        prop_assert_eq!(reader.consistency(old).unwrap(), tree.consistency(old, size).unwrap());
    }

    #[test]
    fn only_what_grew_is_written_again(old in 0u64..70_000, more in 0u64..2000) {
        let (before, after) = (tree(old), tree(old + more));
        let mut grown = files(&before, 0);
        let written = files(&after, old);
        for (path, bytes) in &written {
            prop_assert_ne!(grown.get(path), Some(bytes), "{} is not new", path);
        }
        grown.extend(written);
        for (path, bytes) in files(&after, 0) {
            prop_assert_eq!(grown.get(&path), Some(&bytes), "{} is missing", path);
        }
    }
}
