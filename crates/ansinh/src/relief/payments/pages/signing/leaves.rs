//! How a signing list is laid on sheets of paper, and the sums at their feet: pure.

use std::cmp::Ordering;

use vietnam::text::compare_vi;

/// Rows of the first sheet, under the head of the document.
const FIRST: usize = 10;
/// Rows of every other sheet.
const NEXT: usize = 13;
/// Rows of the sheet that also bears the sum in words and the signatures.
const LAST: usize = 6;
/// The same when it is the first as well.
const ONLY: usize = 3;
/// Rows that go over with the signatures: they never stand on a sheet of their own.
const OVER: usize = 3;

/// One sheet of paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Leaf {
    /// 1, 2, 3 …
    pub number: usize,
    /// Index of its first row.
    pub from: usize,
    /// Index behind its last row.
    pub to: usize,
    /// Sum of its rows: đồng.
    pub dong: i64,
    /// Sum of the sheets before it: đồng.
    pub carried: i64,
}

/// Rows of each sheet for `rows` rows; none of them is empty.
fn lengths(rows: usize) -> Vec<usize> {
    let mut all = Vec::new();
    let mut left = rows;
    while left > 0 {
        let room = if all.is_empty() { FIRST } else { NEXT };
        let here = left.min(room);
        all.push(here);
        left -= here;
    }
    let room = if all.len() == 1 { ONLY } else { LAST };
    if let Some(last) = all.last_mut().filter(|last| **last > room) {
        let over = OVER.min(*last - 1);
        *last -= over;
        all.push(over);
    }
    all
}

/// Lays amounts (đồng) on sheets.
pub(super) fn leaves(amounts: &[i64]) -> Vec<Leaf> {
    let (mut from, mut carried) = (0, 0);
    let mut all = Vec::new();
    for (number, length) in (1..).zip(lengths(amounts.len())) {
        let to = from + length;
        let dong = amounts[from..to].iter().sum();
        all.push(Leaf { number, from, to, dong, carried });
        (from, carried) = (to, carried + dong);
    }
    all
}

/// Hamlets as people count them: "Thôn 2" before "Thôn 10", letters in Vietnamese order.
pub(super) fn compare_hamlets(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left.split_whitespace(), right.split_whitespace());
    loop {
        let order = match (a.next(), b.next()) {
            (None, None) => return left.cmp(right),
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                _ => compare_vi(a, b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_signatures_take_rows_with_them() {
        assert_eq!(lengths(0), Vec::<usize>::new());
        assert_eq!(lengths(1), [1]);
        assert_eq!(lengths(3), [3]);
        assert_eq!(lengths(4), [1, 3]);
        assert_eq!(lengths(10), [7, 3]);
        assert_eq!(lengths(11), [10, 1]);
        assert_eq!(lengths(16), [10, 6]);
        assert_eq!(lengths(23), [10, 10, 3]);
        assert_eq!(lengths(36), [10, 13, 10, 3]);
    }

    #[test]
    fn hamlets_stand_as_people_count_them() {
        let mut hamlets = ["Thôn 10", "Xóm Đông", "Thôn 2", "Xóm Dinh", "Thôn Ắng", "Khối 1", ""];
        hamlets.sort_by(|a, b| compare_hamlets(a, b));
        let wanted = ["", "Khối 1", "Thôn 2", "Thôn 10", "Thôn Ắng", "Xóm Dinh", "Xóm Đông"];
        assert_eq!(hamlets, wanted);
    }

    proptest! {
        /// Sheets follow one another without a gap, fit on paper, and add up to the whole.
        #[test]
        fn sheets_hold_every_row_once_and_add_up(amounts in proptest::collection::vec(0i64..9_000_000, 0..4_000)) {
            let all = leaves(&amounts);
            let (mut next, mut sum) = (0, 0);
            for leaf in &all {
                prop_assert_eq!((leaf.from, leaf.carried), (next, sum));
                prop_assert!(leaf.to > leaf.from);
                let room = if leaf.number == 1 { FIRST } else { NEXT };
                prop_assert!(leaf.to - leaf.from <= room);
                (next, sum) = (leaf.to, sum + leaf.dong);
            }
            prop_assert_eq!((next, sum), (amounts.len(), amounts.iter().sum::<i64>()));
            if let Some(last) = all.last() {
                let room = if all.len() == 1 { ONLY } else { LAST };
                prop_assert!(last.to - last.from <= room);
            }
        }
    }
}
