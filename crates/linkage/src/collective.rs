//! Evidence from third records, and clusters.
//!
//! Pairs judged alone contradict each other: A is B, B is C, but A is not C; or a row with a year
//! only fits two people who cannot both be it. So the records that hang together by pairs that are
//! not absurd are judged as a whole: every way to divide them into people gets a weight, and the
//! odds of a pair are those of all divisions in which the two are one person.
//!
//! The weight of a group is that of the best way to join it two parts at a time, where joining
//! two parts counts the *mean* of the weights between them: rows of one person repeat each other,
//! so their voices are one voice and not many. A conflict inside a group counts the same way, so a
//! chain of good links does not drag two different people together.

use crate::hash::QuickMap;

/// Records judged as a whole at most; larger heaps are cut at their weakest links.
pub(crate) const GROUP_MAX: usize = 8;
/// Pairs below this weight do not bring records into one heap.
pub(crate) const LINK_MIN: f64 = -4.0;
/// How much one pair may say.
pub(crate) const VOICE_MAX: f64 = 24.0;

/// A pair of records with its weight.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Link {
    pub a: u32,
    pub b: u32,
    pub weight: f64,
}

/// Records that hang together, by place.
pub(crate) type Heap = Vec<u32>;

/// Divides `count` records into heaps of at most [`GROUP_MAX`] that hang together by links.
/// Records without a link are in none. A heap too large loses its weakest links and is tried
/// again.
pub(crate) fn heaps(links: &[Link], count: usize) -> Vec<Heap> {
    let mut found = Vec::new();
    let mut sets = Sets::new(count);
    let kept: Vec<Link> = links.iter().copied().filter(|link| link.weight > LINK_MIN).collect();
    let mut todo = vec![kept];
    while let Some(links) = todo.pop() {
        let mut rows: Vec<u32> = links.iter().flat_map(|link| [link.a, link.b]).collect();
        rows.sort_unstable();
        rows.dedup();
        sets.reset(&rows);
        for link in &links {
            sets.join(link.a, link.b);
        }
        let mut placed: Vec<(u32, u32)> = rows.iter().map(|&row| (sets.root(row), row)).collect();
        placed.sort_unstable();
        let mut large: QuickMap<u32, Vec<Link>> = QuickMap::default();
        for heap in placed.chunk_by(|a, b| a.0 == b.0) {
            if heap.len() <= GROUP_MAX {
                found.push(heap.iter().map(|&(_, row)| row).collect());
            } else {
                large.insert(heap[0].0, Vec::new());
            }
        }
        if large.is_empty() {
            continue;
        }
        for link in links {
            if let Some(links) = large.get_mut(&sets.root(link.a)) {
                links.push(link);
            }
        }
        todo.extend(large.into_values().map(without_weakest));
    }
    found
}

/// The links without the weakest tenth (at least all of the weakest weight).
fn without_weakest(mut links: Vec<Link>) -> Vec<Link> {
    links.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight));
    let last = links[(links.len() * 9 / 10).min(links.len() - 1)].weight;
    links.retain(|link| link.weight > last);
    links
}

/// Disjoint sets.
pub(crate) struct Sets(Vec<u32>);

impl Sets {
    pub fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    /// Makes each of the rows a set of its own again.
    fn reset(&mut self, rows: &[u32]) {
        for &row in rows {
            self.0[row as usize] = row;
        }
    }

    pub fn root(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            self.0[at as usize] = self.0[self.0[at as usize] as usize];
            at = self.0[at as usize];
        }
        at
    }

    pub fn join(&mut self, a: u32, b: u32) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a.max(b) as usize] = a.min(b);
    }
}

/// The pairs of a heap's places, in the order (0,1), (0,2), (1,2), (0,3) ….
pub(crate) fn triangle(size: usize) -> impl Iterator<Item = (usize, usize)> {
    (1..size).flat_map(|b| (0..b).map(move |a| (a, b)))
}

/// What a heap comes to.
pub(crate) struct Judged {
    /// The weight of each pair with the others' evidence, in the order of [`triangle`].
    pub weights: Vec<f64>,
    /// The most probable division: each record's group.
    pub groups: Vec<u8>,
}

/// Judges a heap; `weight` gives the weight of the records at two places, taken alone.
pub(crate) fn judge(size: usize, weight: impl Fn(usize, usize) -> f64) -> Judged {
    let mut alone = [[0.0f64; GROUP_MAX]; GROUP_MAX];
    for (a, b) in triangle(size) {
        let voice = weight(a, b).clamp(-VOICE_MAX, VOICE_MAX);
        alone[a][b] = voice;
        alone[b][a] = voice;
    }
    let all = (1usize << size) - 1;
    let joint = group_weights(size, &alone);
    // Sum and best over all divisions of each subset; the group of the lowest record first.
    let mut sum = vec![1.0f64; all + 1];
    let mut best = vec![(0.0f64, 0usize); all + 1];
    for set in 1..=all {
        let lowest = set & set.wrapping_neg();
        let rest = set ^ lowest;
        let (mut total, mut top) = (0.0, (f64::NEG_INFINITY, 0));
        let mut part = rest;
        loop {
            let group = part | lowest;
            total += joint[group].exp2() * sum[set ^ group];
            let value = joint[group] + best[set ^ group].0;
            if value > top.0 {
                top = (value, group);
            }
            if part == 0 {
                break;
            }
            part = (part - 1) & rest;
        }
        sum[set] = total;
        best[set] = top;
    }
    let weights = triangle(size)
        .map(|(a, b)| pair_weight(all, 1 << a | 1 << b, &joint, &sum, alone[a][b]))
        .collect();
    Judged { weights, groups: groups_of(size, all, &best) }
}

/// The weight of every subset as one person.
fn group_weights(size: usize, alone: &[[f64; GROUP_MAX]; GROUP_MAX]) -> Vec<f64> {
    let all = (1usize << size) - 1;
    let mut joint = vec![0.0f64; all + 1];
    for set in 1..=all {
        let lowest = set & set.wrapping_neg();
        let rest = set ^ lowest;
        if rest == 0 {
            continue;
        }
        let mut top = f64::NEG_INFINITY;
        let mut part = (rest - 1) & rest;
        loop {
            let (left, right) = (part | lowest, rest ^ part);
            let value = joint[left] + joint[right] + mean_between(left, right, alone);
            top = top.max(value);
            if part == 0 {
                break;
            }
            part = (part - 1) & rest;
        }
        joint[set] = top;
    }
    joint
}

fn mean_between(left: usize, right: usize, alone: &[[f64; GROUP_MAX]; GROUP_MAX]) -> f64 {
    let members = |set: usize| (0..GROUP_MAX).filter(move |at| set >> at & 1 == 1);
    let sum: f64 = members(left).map(|a| members(right).map(|b| alone[a][b]).sum::<f64>()).sum();
    sum / f64::from(left.count_ones() * right.count_ones())
}

/// Log₂ of the odds that the two records of `pair` are in one group.
fn pair_weight(all: usize, pair: usize, joint: &[f64], sum: &[f64], alone: f64) -> f64 {
    let rest = all ^ pair;
    let mut together = 0.0;
    let mut part = rest;
    loop {
        let group = part | pair;
        together += joint[group].exp2() * sum[all ^ group];
        if part == 0 {
            break;
        }
        part = (part - 1) & rest;
    }
    let apart = sum[all] - together;
    if apart < sum[all] * 1e-9 {
        // Beyond what the subtraction can tell: surely one person; the pair's own weight ranks.
        return alone.max(30.0);
    }
    (together.max(1e-300) / apart).log2()
}

fn groups_of(size: usize, all: usize, best: &[(f64, usize)]) -> Vec<u8> {
    let mut groups = vec![0u8; size];
    let (mut set, mut number) = (all, 0u8);
    while set != 0 {
        let group = best[set].1;
        for (at, place) in groups.iter_mut().enumerate() {
            if group >> at & 1 == 1 {
                *place = number;
            }
        }
        number += 1;
        set ^= group;
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::{Link, heaps, judge};

    fn of(weights: &[(usize, usize, f64)]) -> impl Fn(usize, usize) -> f64 {
        move |a, b| {
            let found = weights.iter().find(|(x, y, _)| (*x, *y) == (a, b) || (*x, *y) == (b, a));
            found.map_or(0.0, |(_, _, weight)| *weight)
        }
    }

    #[test]
    fn two_records_keep_their_weight() {
        let judged = judge(2, |_, _| 3.0);
        assert!((judged.weights[0] - 3.0).abs() < 1e-9);
        assert_eq!(judged.groups, [0, 0]);
    }

    #[test]
    fn a_third_record_carries_a_weak_pair() {
        let judged = judge(3, of(&[(0, 1, 9.0), (1, 2, 9.0), (0, 2, -1.0)]));
        assert!(judged.weights[1] > 2.0, "{:?}", judged.weights);
        assert_eq!(judged.groups, [0, 0, 0]);
    }

    #[test]
    fn one_row_is_not_two_people() {
        // A year-only row fits two people who exclude each other.
        let judged = judge(3, of(&[(0, 1, 4.0), (0, 2, 4.0), (1, 2, -12.0)]));
        assert!(judged.weights[0] < 1.0 && judged.weights[1] < 1.0, "{:?}", judged.weights);
        assert!(judged.weights[2] < -2.0);
    }

    #[test]
    fn heaps_stay_small() {
        let links: Vec<Link> =
            (0..40u32).map(|a| Link { a, b: a + 1, weight: f64::from(a % 5) }).collect();
        let heaps = heaps(&links, 41);
        assert!(heaps.iter().all(|heap| heap.len() <= super::GROUP_MAX));
    }
}
