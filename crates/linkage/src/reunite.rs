//! Clusters of people who stand in more rows than are judged as a whole.
//!
//! A heap too large loses its weakest links, and where all links are equally strong (a woman in the
//! lists of twelve months) that leaves nothing of it. So the clusters that sure links lead between
//! are joined afterwards, by the same mean of weights, two at a time and the surest first.

use crate::batch::LinkedPair;
use crate::collective::{Heap, Sets, VOICE_MAX, triangle};
use crate::hash::QuickMap;
use crate::model::{Verdict, Weights};
use crate::schema::Schema;

/// Rows that are looked at together at most; nobody is in more, and what hangs together by more is
/// a mistake of the lists.
const ROWS_MAX: usize = 64;
/// In no heap.
const NONE: u32 = u32::MAX;

/// The clusters, with those joined between which sure links were cut.
pub(crate) fn reunite<S: Schema>(
    schema: &S,
    records: &[S::Record],
    weights: &Weights,
    (pairs, heaps): (&[LinkedPair], &[Heap]),
    clusters: Vec<Vec<u32>>,
) -> Vec<Vec<u32>> {
    let mut heap_of = vec![NONE; records.len()];
    for (number, heap) in (0..NONE).zip(heaps) {
        heap.iter().for_each(|&row| heap_of[row as usize] = number);
    }
    let cut: Vec<(u32, u32)> = pairs
        .iter()
        .filter(|pair| pair.verdict == Verdict::Certain)
        .map(|pair| (pair.a, pair.b))
        .filter(|&(a, b)| {
            let (a, b) = (heap_of[a as usize], heap_of[b as usize]);
            a != b || a == NONE
        })
        .collect();
    if cut.is_empty() {
        return clusters;
    }
    let mut sets = Sets::new(records.len());
    for pair in clusters.iter().flat_map(|cluster| cluster.windows(2)) {
        sets.join(pair[0], pair[1]);
    }
    cut.iter().for_each(|&(a, b)| sets.join(a, b));
    let mut parts: QuickMap<u32, Vec<Vec<u32>>> = QuickMap::default();
    let mut singles: Vec<u32> = cut.iter().flat_map(|&(a, b)| [a, b]).collect();
    for &row in &singles {
        parts.entry(sets.root(row)).or_default();
    }
    let (mut done, mut placed) = (Vec::with_capacity(clusters.len()), Vec::new());
    for cluster in clusters {
        match parts.get_mut(&sets.root(cluster[0])) {
            Some(groups) => {
                placed.extend_from_slice(&cluster);
                groups.push(cluster);
            }
            None => done.push(cluster),
        }
    }
    placed.sort_unstable();
    singles.sort_unstable();
    singles.dedup();
    singles.retain(|row| placed.binary_search(row).is_err());
    for row in singles {
        parts.entry(sets.root(row)).or_default().push(vec![row]);
    }
    let joined = parts.into_values().flat_map(|groups| join(schema, records, weights, groups));
    done.extend(joined.filter(|group| group.len() > 1));
    done
}

/// Joins groups two at a time, those with the highest mean weight between them first, as long as
/// it speaks for one person.
fn join<S: Schema>(
    schema: &S,
    records: &[S::Record],
    weights: &Weights,
    groups: Vec<Vec<u32>>,
) -> Vec<Vec<u32>> {
    // By content, so that the order of the input does not decide between equals.
    let place = |row: u32| (schema.content_key(&records[row as usize]), row);
    let mut rows: Vec<u32> = groups.iter().flatten().copied().collect();
    if rows.len() > ROWS_MAX {
        return groups;
    }
    rows.sort_unstable_by_key(|&row| place(row));
    let mut between = vec![[0.0f64; ROWS_MAX]; rows.len()];
    for (a, b) in triangle(rows.len()) {
        let pattern = schema.compare(&records[rows[a] as usize], &records[rows[b] as usize]);
        let weight = weights.weight(pattern).clamp(-VOICE_MAX, VOICE_MAX);
        (between[a][b], between[b][a]) = (weight, weight);
    }
    let mut parts: Vec<Vec<usize>> = groups
        .iter()
        .map(|group| (0..rows.len()).filter(|&at| group.contains(&rows[at])).collect())
        .collect();
    parts.sort_unstable();
    let mean = |x: &[usize], y: &[usize]| {
        let sum: f64 = x.iter().map(|&a| y.iter().map(|&b| between[a][b]).sum::<f64>()).sum();
        sum / (x.len() * y.len()) as f64
    };
    loop {
        let mut best = (0.0, None);
        for (a, b) in triangle(parts.len()) {
            let value = mean(&parts[a], &parts[b]);
            if value > best.0 {
                best = (value, Some((a, b)));
            }
        }
        let Some((a, b)) = best.1 else { break };
        let moved = parts.swap_remove(b);
        parts[a].extend(moved);
        parts[a].sort_unstable();
        parts.sort_unstable();
    }
    let of_rows = |part: Vec<usize>| {
        let mut group: Vec<u32> = part.into_iter().map(|at| rows[at]).collect();
        group.sort_unstable();
        group
    };
    parts.into_iter().map(of_rows).collect()
}
