//! The right edge of a log: what it takes to append entries without reading those that stand.

use crate::hash::{Hash, LENGTH};
use crate::merkle::{Frontier, perfect};
use crate::tile::{Content, HEIGHT, Tile, TileError, WIDTH};

/// A log at its right edge: for each level the hashes of the tile that is not full yet.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    size: u64,
    open: Vec<Vec<Hash>>,
    full: Vec<(Tile, Vec<Hash>)>,
}

/// The partial tiles of a log of `size` leaves, lowest level first.
fn partial(size: u64) -> impl Iterator<Item = Option<Tile>> {
    crate::tile::levels(size).map(move |level| {
        let last = level.count(size).checked_sub(1)?;
        Tile::holding(level, last, size).filter(|tile| !tile.is_full())
    })
}

impl Edge {
    /// The files that [`Edge::read`] asks for.
    pub fn files(size: u64) -> impl Iterator<Item = Tile> {
        partial(size).flatten()
    }

    /// The edge of a log of `size` leaves; `bytes` gives a file's content.
    ///
    /// # Errors
    /// [`TileError`] when one has not as many hashes as its width says.
    pub fn read(size: u64, mut bytes: impl FnMut(&Tile) -> Vec<u8>) -> Result<Self, TileError> {
        let open = partial(size)
            .map(|tile| tile.map_or_else(|| Ok(Vec::new()), |tile| tile.read(&bytes(&tile))))
            .collect::<Result<_, _>>()?;
        Ok(Self { size, open, full: Vec::new() })
    }

    /// How many leaves there are.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends an entry; returns its number.
    pub fn push(&mut self, entry: &[u8]) -> u64 {
        let number = self.size;
        self.size += 1;
        let mut hash = Hash::of_leaf(entry);
        for level in 0..8 {
            if self.open.len() == level {
                self.open.push(Vec::new());
            }
            self.open[level].push(hash);
            if self.open[level].len() < WIDTH as usize {
                break;
            }
            let hashes = std::mem::take(&mut self.open[level]);
            hash = perfect(&hashes);
            let last = (self.size >> (level * usize::from(HEIGHT))) - 1;
            let content = Content::Hashes(level as u8);
            self.full.push((Tile { content, index: last / WIDTH, width: WIDTH as u16 }, hashes));
        }
        number
    }

    /// The root over all leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        let mut frontier = Frontier::default();
        for (level, hashes) in self.open.iter().enumerate().rev() {
            hashes.iter().for_each(|hash| frontier.push(level as u8 * HEIGHT, *hash));
        }
        frontier.root()
    }

    /// The tiles to write: those that became full, and those at the edge as they are now.
    pub fn written(self) -> impl Iterator<Item = (Tile, Vec<u8>)> {
        let edge = partial(self.size).zip(self.open);
        let edge = edge.filter_map(|(tile, hashes)| tile.map(|tile| (tile, hashes)));
        self.full.into_iter().chain(edge).map(|(tile, hashes)| {
            let mut bytes = Vec::with_capacity(hashes.len() * LENGTH);
            hashes.iter().for_each(|hash| bytes.extend_from_slice(&hash.0));
            (tile, bytes)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;
    use crate::merkle::Tree;
    use crate::tile;

    fn line(number: u64) -> Vec<u8> {
        format!("line {number}").into_bytes()
    }

    /// The place of a tile whatever its width: that is how an appending log keeps them.
    fn kept(tile: &Tile) -> (Content, u64) {
        (tile.content, tile.index)
    }

    fn grown(steps: &[u64]) -> (HashMap<(Content, u64), Vec<u8>>, Hash) {
        let (mut size, mut root) = (0, Hash::of_nothing());
        let mut files: HashMap<(Content, u64), Vec<u8>> = HashMap::new();
        for step in steps {
            let bytes = |tile: &Tile| -> Vec<u8> { files[&kept(tile)].clone() };
            let mut edge = Edge::read(size, bytes).unwrap();
            (0..*step).for_each(|_| {
                let number = edge.size();
                edge.push(&line(number));
            });
            (size, root) = (edge.size(), edge.root());
            files.extend(edge.written().map(|(tile, bytes)| (kept(&tile), bytes)));
        }
        (files, root)
    }

    fn like_the_tree(steps: &[u64]) {
        let mut tree = Tree::new();
        (0..steps.iter().sum()).for_each(|number| {
            tree.push(&line(number));
        });
        let (files, root) = grown(steps);
        assert_eq!(root, tree.root(), "{steps:?}");
        for file in tile::files(&tree, 0, line) {
            let (path, bytes) = file.unwrap();
            let tile = Tile::parse(&path).unwrap();
            if tile.content != Content::Entries {
                assert_eq!(files[&kept(&tile)], bytes, "{path} after {steps:?}");
            }
        }
    }

    #[test]
    fn what_is_appended_in_parts_is_the_whole_tree() {
        for steps in [
            &[0][..],
            &[1],
            &[255, 1],
            &[256],
            &[1, 255, 1],
            &[65_536, 1],
            &[65_535, 2, 300],
            &[70_000],
        ] {
            like_the_tree(steps);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn in_any_parts(steps in proptest::collection::vec(0u64..900, 1..6)) {
            like_the_tree(&steps);
        }
    }
}
