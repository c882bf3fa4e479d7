//! Weights without labels: a mixture of latent classes over comparison patterns, learned by
//! expectation–maximisation.
//!
//! Fellegi and Sunter's two classes (the same person, different people) assume that comparisons
//! are independent within each class. Candidate pairs of different people are not like that: they
//! met because a name, a telephone or a birthday agrees, and each kind has its own look. So there
//! is one class of different people for each comparison that can bring pairs together, one for
//! the rest, and two of the same person (clean rows, damaged rows). The weight of a pair is the
//! logarithm of the odds between the two groups of classes.

use crate::schema::{COMPARISONS_MAX, Comparison, LEVELS_MAX, Pattern};

/// Rounds of learning at most.
const ROUNDS_MAX: usize = 60;
/// Learning stops when the share of the same person moves less than this.
const SHARE_MOVE_MIN: f64 = 1e-5;
/// Classes of the same person.
const SAME_CLASSES: usize = 2;
/// Pseudo-observations that each class takes from the whole, so that no level is impossible.
const PRIOR_PAIRS: f64 = 2.0;

/// See [`tie`].
const TIE_PAIRS: f64 = 500.0;

/// One latent class.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Class {
    /// Whether pairs of this class are one person.
    pub same: bool,
    /// Share of the candidate pairs.
    pub share: f64,
    /// Probability of each level (1 on) among the pairs that can be compared.
    pub levels: Vec<Vec<f64>>,
}

/// How often a pattern occurs.
pub(crate) type Counts = Vec<(Pattern, f64)>;

/// Learns the classes from the patterns of candidate pairs.
pub(crate) fn learn(comparisons: &[Comparison], counts: &Counts, _threads: usize) -> Vec<Class> {
    let anchors: Vec<usize> =
        (0..comparisons.len()).filter(|&at| comparisons[at].anchors).collect();
    let classes = SAME_CLASSES + anchors.len() + 1;
    let pooled = pooled_levels(comparisons, counts);
    let mut shares: Vec<Vec<f64>> = counts
        .iter()
        .map(|&(pattern, _)| first_guess(comparisons, &anchors, pattern, classes))
        .collect();
    settle(comparisons, counts, &mut shares, &pooled, classes);
    for (share, &(pattern, _)) in shares.iter_mut().zip(counts) {
        split(comparisons, pattern, share);
    }
    let mut model = settle(comparisons, counts, &mut shares, &pooled, 2 * classes - SAME_CLASSES);
    round(&mut model);
    model
}

/// Expects and maximises until the share of the same person rests.
fn settle(
    comparisons: &[Comparison],
    counts: &Counts,
    shares: &mut [Vec<f64>],
    pooled: &[Vec<f64>],
    classes: usize,
) -> Vec<Class> {
    let mut model = maximise(comparisons, counts, shares, pooled, classes);
    let mut last = 0.0;
    for _ in 0..ROUNDS_MAX {
        for (share, &(pattern, _)) in shares.iter_mut().zip(counts) {
            expect(&model, pattern, share);
        }
        model = maximise(comparisons, counts, shares, pooled, classes);
        let same: f64 = model.iter().filter(|class| class.same).map(|class| class.share).sum();
        if (same - last).abs() < SHARE_MOVE_MIN {
            break;
        }
        last = same;
    }
    model
}

/// Divides each class of different people into near and far: household and neighbours against
/// people who share only what brought them together.
fn split(comparisons: &[Comparison], pattern: Pattern, shares: &mut Vec<f64>) {
    let others: f64 = (0..comparisons.len())
        .filter(|&at| !comparisons[at].anchors)
        .map(|at| start(comparisons, pattern, at))
        .sum();
    let near = 1.0 / (1.0 + (2.0 - others).exp2());
    for at in SAME_CLASSES..shares.len() {
        let whole = shares[at];
        shares[at] = whole * near;
        shares.push(whole * (1.0 - near));
    }
}

fn start(comparisons: &[Comparison], pattern: Pattern, at: usize) -> f64 {
    match pattern.level(at) {
        0 => 0.0,
        level => comparisons[at].levels[level - 1].start,
    }
}

/// Log₂ of the odds that two records are one person, by the classes.
pub(crate) fn weight(classes: &[Class], pattern: Pattern) -> f64 {
    let (mut same, mut different) = (0.0, 0.0);
    for class in classes {
        let joint = class.share * likelihood(class, pattern);
        if class.same {
            same += joint;
        } else {
            different += joint;
        }
    }
    (same.max(1e-300) / different.max(1e-300)).log2()
}

fn likelihood(class: &Class, pattern: Pattern) -> f64 {
    let mut product = 1.0;
    for (at, levels) in class.levels.iter().enumerate() {
        let level = pattern.level(at);
        if level > 0 {
            product *= levels[level - 1];
        }
    }
    product
}

/// The share of each level over all pairs, smoothed.
fn pooled_levels(comparisons: &[Comparison], counts: &Counts) -> Vec<Vec<f64>> {
    let mut totals = vec![[0.0f64; LEVELS_MAX]; comparisons.len()];
    for &(pattern, count) in counts {
        for (at, total) in totals.iter_mut().enumerate() {
            total[pattern.level(at)] += count;
        }
    }
    comparisons
        .iter()
        .zip(totals)
        .map(|(comparison, total)| {
            let levels = &total[1..=comparison.levels.len()];
            let sum: f64 = levels.iter().sum::<f64>() + levels.len() as f64;
            levels.iter().map(|count| (count + 1.0) / sum).collect()
        })
        .collect()
}

/// Where learning starts: the guessed weights decide between same and different; different pairs
/// go to the class of the comparison that agrees most.
fn first_guess(
    comparisons: &[Comparison],
    anchors: &[usize],
    pattern: Pattern,
    classes: usize,
) -> Vec<f64> {
    let starts: Vec<f64> =
        (0..comparisons.len()).map(|at| start(comparisons, pattern, at)).collect();
    let total: f64 = starts.iter().sum::<f64>() - 9.0;
    let same = 1.0 / (1.0 + (-total).exp2());
    let damaged = starts.iter().any(|&start| start < 0.0);
    let mut shares = vec![0.0; classes];
    shares[usize::from(damaged)] = same * 0.8;
    shares[usize::from(!damaged)] = same * 0.2;
    let strongest = anchors
        .iter()
        .enumerate()
        .map(|(place, &at)| (place, starts[at]))
        .filter(|&(_, start)| start > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let class = strongest.map_or(anchors.len(), |(place, _)| place);
    for share in &mut shares[SAME_CLASSES..] {
        *share = (1.0 - same) * 0.1 / (anchors.len() + 1) as f64;
    }
    shares[SAME_CLASSES + class] += (1.0 - same) * 0.9;
    shares
}

fn expect(model: &[Class], pattern: Pattern, shares: &mut [f64]) {
    let mut sum = 1e-300;
    for (share, class) in shares.iter_mut().zip(model) {
        *share = class.share * likelihood(class, pattern);
        sum += *share;
    }
    for share in shares {
        *share /= sum;
    }
}

fn maximise(
    comparisons: &[Comparison],
    counts: &Counts,
    shares: &[Vec<f64>],
    pooled: &[Vec<f64>],
    classes: usize,
) -> Vec<Class> {
    let pairs: f64 = counts.iter().map(|(_, count)| count).sum::<f64>().max(1.0);
    let mut totals = vec![[[0.0f64; LEVELS_MAX]; COMPARISONS_MAX]; classes];
    let mut sums = vec![0.0; classes];
    for (share, &(pattern, count)) in shares.iter().zip(counts) {
        for (class, total) in totals.iter_mut().enumerate() {
            let part = share[class] * count;
            sums[class] += part;
            for (at, total) in total.iter_mut().enumerate().take(comparisons.len()) {
                total[pattern.level(at)] += part;
            }
        }
    }
    tie(comparisons, &mut totals);
    let class = |(class, total): (usize, &[[f64; LEVELS_MAX]; COMPARISONS_MAX])| Class {
        same: class < SAME_CLASSES,
        share: (sums[class] + 0.5) / (pairs + 0.5 * classes as f64),
        levels: pooled
            .iter()
            .zip(total)
            .map(|(pooled, total)| {
                let sum: f64 = total[1..=pooled.len()].iter().sum::<f64>() + PRIOR_PAIRS;
                let smooth = |(count, &pooled): (&f64, &f64)| (count + PRIOR_PAIRS * pooled) / sum;
                total[1..].iter().zip(pooled).map(smooth).collect()
            })
            .collect(),
    };
    totals.iter().enumerate().map(class).collect()
}

/// What different people look like at a number that names a person, as [`TIE_PAIRS`] pairs that
/// each of their classes is given. A small class that gathers true pairs would otherwise explain
/// their equal numbers away.
fn tie(comparisons: &[Comparison], totals: &mut [[[f64; LEVELS_MAX]; COMPARISONS_MAX]]) {
    for at in (0..comparisons.len()).filter(|&at| comparisons[at].identifies()) {
        let mut shared = [0.0; LEVELS_MAX];
        for total in &totals[SAME_CLASSES..] {
            for (shared, count) in shared.iter_mut().zip(&total[at]) {
                *shared += count;
            }
        }
        let sum = shared[1..].iter().sum::<f64>().max(1.0);
        for total in &mut totals[SAME_CLASSES..] {
            for (count, shared) in total[at].iter_mut().zip(&shared) {
                *count += shared / sum * TIE_PAIRS;
            }
        }
    }
}

/// Nine decimals: what the model file shows is exactly what is used.
fn round(model: &mut [Class]) {
    let short = |value: f64| ((value * 1e9).round() / 1e9).max(1e-9);
    for class in model {
        class.share = short(class.share);
        for level in class.levels.iter_mut().flatten() {
            *level = short(*level);
        }
    }
}
