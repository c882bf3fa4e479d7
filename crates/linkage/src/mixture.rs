//! Weights without labels: a mixture of latent classes over comparison patterns, learned by
//! expectation–maximisation.
//!
//! Fellegi and Sunter's two classes (the same person, different people) assume that comparisons
//! are independent within each class. Candidate pairs of different people are not like that: they
//! met because a name, a telephone or a birthday agrees, and each kind has its own look. So there
//! is one class of different people for each comparison that can bring pairs together, one for
//! the rest, and two of the same person (clean rows, damaged rows). The weight of a pair is the
//! logarithm of the odds between the two groups of classes.

use crate::parallel;
use crate::schema::{COMPARISONS_MAX, Comparison, EXCLUDES, LEVELS_MAX, Pattern};

/// Rounds of learning at most.
const ROUNDS_MAX: usize = 200;
/// Learning stops when the share of the same person moves less than this.
const SHARE_MOVE_MIN: f64 = 1e-6;
/// Classes of the same person.
const SAME_CLASSES: usize = 2;
/// Pseudo-observations that each class takes from the whole, so that no level is impossible.
const PRIOR_PAIRS: f64 = 2.0;

/// See [`tie`].
const TIE_PAIRS: f64 = 500.0;
/// See [`tie`]: rows of one person have one number, however clean or damaged they are.
const TIE_PAIRS_SAME: f64 = 1e6;

/// Comparisons that have classes of their own.
const ANCHORS_MAX: usize = 6;
/// Classes at most: of the same person, and near and far for each anchor and for the rest.
pub(crate) const CLASSES_MAX: usize = SAME_CLASSES + 2 * (ANCHORS_MAX + 1);

/// A number for each class.
type Shares = [f64; CLASSES_MAX];

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

/// Learns the classes from the patterns of candidate pairs. The result does not depend on the
/// number of threads.
pub(crate) fn learn(comparisons: &[Comparison], counts: &Counts, threads: usize) -> Vec<Class> {
    let anchors: Vec<usize> =
        (0..comparisons.len()).filter(|&at| comparisons[at].anchors).take(ANCHORS_MAX).collect();
    let pooled = pooled_levels(comparisons, counts);
    let learning = Learning { comparisons, counts, pooled, threads };
    let classes = SAME_CLASSES + anchors.len() + 1;
    let guess = |pattern: Pattern, shares: &mut Shares| {
        first_guess(comparisons, &anchors, pattern, shares);
    };
    let whole = learning.settle(learning.maximise(classes, guess));
    let table = Table::new(&whole);
    let halves = |pattern: Pattern, shares: &mut Shares| {
        table.expect(pattern, shares);
        learning.exclude(pattern, shares);
        split(comparisons, pattern, classes, shares);
    };
    let mut model = learning.settle(learning.maximise(2 * classes - SAME_CLASSES, halves));
    round(&mut model);
    model
}

/// The classes in the form in which a pattern is looked up: for each comparison and level the
/// probabilities of all classes side by side, 1 for a missing level.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Table {
    levels: Vec<Shares>,
    shares: Shares,
    comparisons: usize,
    same: Shares,
}

impl Table {
    pub fn new(classes: &[Class]) -> Self {
        let comparisons = classes.first().map_or(0, |class| class.levels.len());
        let mut levels = vec![[1.0; CLASSES_MAX]; comparisons * LEVELS_MAX];
        let (mut shares, mut same) = ([0.0; CLASSES_MAX], [0.0; CLASSES_MAX]);
        for (lane, class) in classes.iter().enumerate().take(CLASSES_MAX) {
            shares[lane] = class.share;
            same[lane] = f64::from(u8::from(class.same));
            for (at, probabilities) in class.levels.iter().enumerate() {
                for (place, &probability) in probabilities.iter().enumerate() {
                    levels[at * LEVELS_MAX + place + 1][lane] = probability;
                }
            }
        }
        Self { levels, shares, comparisons, same }
    }

    fn joint(&self, pattern: Pattern) -> Shares {
        let mut joint = self.shares;
        for at in 0..self.comparisons {
            let factors = &self.levels[at * LEVELS_MAX + pattern.level(at)];
            for (joint, factor) in joint.iter_mut().zip(factors) {
                *joint *= factor;
            }
        }
        joint
    }

    fn expect(&self, pattern: Pattern, shares: &mut Shares) {
        *shares = self.joint(pattern);
        let sum = shares.iter().sum::<f64>().max(1e-300);
        for share in shares {
            *share /= sum;
        }
    }

    /// Log₂ of the odds that two records are one person.
    pub fn weight(&self, pattern: Pattern) -> f64 {
        let joint = self.joint(pattern);
        let same: f64 = joint.iter().zip(&self.same).map(|(joint, same)| joint * same).sum();
        let different: f64 =
            joint.iter().zip(&self.same).map(|(joint, same)| joint * (1.0 - same)).sum();
        (same.max(1e-300) / different.max(1e-300)).log2()
    }
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
    shares: &mut Shares,
) {
    let starts = |at: usize| start(comparisons, pattern, at);
    let total: f64 = (0..comparisons.len()).map(starts).sum::<f64>() - 9.0;
    let same = 1.0 / (1.0 + (-total).exp2());
    let damaged = (0..comparisons.len()).any(|at| starts(at) < 0.0);
    *shares = [0.0; CLASSES_MAX];
    shares[usize::from(damaged)] = same * 0.8;
    shares[usize::from(!damaged)] = same * 0.2;
    let strongest = anchors
        .iter()
        .enumerate()
        .map(|(place, &at)| (place, starts(at)))
        .filter(|&(_, start)| start > 0.0)
        .max_by(|a, b| a.1.total_cmp(&b.1));
    let class = strongest.map_or(anchors.len(), |(place, _)| place);
    for share in &mut shares[SAME_CLASSES..SAME_CLASSES + anchors.len() + 1] {
        *share = (1.0 - same) * 0.1 / (anchors.len() + 1) as f64;
    }
    shares[SAME_CLASSES + class] += (1.0 - same) * 0.9;
}

/// Divides each class of different people into near and far: household and neighbours against
/// people who share only what brought them together.
fn split(comparisons: &[Comparison], pattern: Pattern, classes: usize, shares: &mut Shares) {
    let others: f64 = (0..comparisons.len())
        .filter(|&at| !comparisons[at].anchors)
        .map(|at| start(comparisons, pattern, at))
        .sum();
    let near = 1.0 / (1.0 + (2.0 - others).exp2());
    for at in SAME_CLASSES..classes {
        let whole = shares[at];
        shares[at] = whole * near;
        shares[at + classes - SAME_CLASSES] = whole * (1.0 - near);
    }
}

fn start(comparisons: &[Comparison], pattern: Pattern, at: usize) -> f64 {
    match pattern.level(at) {
        0 => 0.0,
        level => comparisons[at].levels[level - 1].start,
    }
}

/// Pairs by class, comparison and level.
type Totals = [[[f64; LEVELS_MAX]; COMPARISONS_MAX]; CLASSES_MAX];

struct Learning<'a> {
    comparisons: &'a [Comparison],
    counts: &'a Counts,
    pooled: Vec<Vec<f64>>,
    threads: usize,
}

impl Learning<'_> {
    /// Expects and maximises until the share of the same person rests.
    fn settle(&self, mut model: Vec<Class>) -> Vec<Class> {
        let mut last = 0.0;
        for _ in 0..ROUNDS_MAX {
            let table = Table::new(&model);
            let expect = |pattern: Pattern, shares: &mut Shares| {
                table.expect(pattern, shares);
                self.exclude(pattern, shares);
            };
            model = self.maximise(model.len(), expect);
            let same: f64 = model.iter().filter(|class| class.same).map(|class| class.share).sum();
            if (same - last).abs() < SHARE_MOVE_MIN {
                break;
            }
            last = same;
        }
        model
    }

    /// Takes a pair with an excluding level out of the classes of the same person.
    fn exclude(&self, pattern: Pattern, shares: &mut Shares) {
        let excludes = |at: usize| start(self.comparisons, pattern, at) <= EXCLUDES;
        if (0..self.comparisons.len()).any(excludes) {
            shares[..SAME_CLASSES].fill(0.0);
            let sum = shares.iter().sum::<f64>().max(1e-300);
            shares.iter_mut().for_each(|share| *share /= sum);
        }
    }

    /// The classes that fit the shares of each pattern best.
    fn maximise(
        &self,
        classes: usize,
        shares_of: impl Fn(Pattern, &mut Shares) + Sync,
    ) -> Vec<Class> {
        let (mut totals, sums) = self.totals(classes, shares_of);
        tie(self.comparisons, &mut totals[..classes]);
        let pairs: f64 = self.counts.iter().map(|(_, count)| count).sum::<f64>().max(1.0);
        let class = |class: usize| Class {
            same: class < SAME_CLASSES,
            share: (sums[class] + 0.5) / (pairs + 0.5 * classes as f64),
            levels: self
                .pooled
                .iter()
                .zip(&totals[class])
                .map(|(pooled, total)| smooth(pooled, total))
                .collect(),
        };
        (0..classes).map(class).collect()
    }

    /// Sums in parts of fixed size, so that rounding is the same for any number of threads.
    fn totals(
        &self,
        classes: usize,
        shares_of: impl Fn(Pattern, &mut Shares) + Sync,
    ) -> (Box<Totals>, Shares) {
        const PARTS: usize = 8;
        let step = self.counts.len().div_ceil(PARTS).max(1);
        let parts: Vec<&[(Pattern, f64)]> = self.counts.chunks(step).collect();
        let summed = parallel::concat(parts.len(), self.threads, |range| {
            let part = |part: &&[(Pattern, f64)]| {
                let mut totals = Box::new([[[0.0; LEVELS_MAX]; COMPARISONS_MAX]; CLASSES_MAX]);
                let (mut sums, mut shares) = ([0.0; CLASSES_MAX], [0.0; CLASSES_MAX]);
                for &(pattern, count) in *part {
                    shares_of(pattern, &mut shares);
                    for class in 0..classes {
                        let share = shares[class] * count;
                        sums[class] += share;
                        for at in 0..self.comparisons.len() {
                            totals[class][at][pattern.level(at)] += share;
                        }
                    }
                }
                (totals, sums)
            };
            parts[range].iter().map(part).collect()
        });
        let mut all = Box::new([[[0.0; LEVELS_MAX]; COMPARISONS_MAX]; CLASSES_MAX]);
        let mut all_sums = [0.0; CLASSES_MAX];
        for (totals, sums) in summed {
            for (all, sum) in all_sums.iter_mut().zip(sums) {
                *all += sum;
            }
            let flat = all.as_flattened_mut().as_flattened_mut();
            for (all, sum) in flat.iter_mut().zip(totals.as_flattened().as_flattened()) {
                *all += sum;
            }
        }
        (all, all_sums)
    }
}

fn smooth(pooled: &[f64], total: &[f64; LEVELS_MAX]) -> Vec<f64> {
    let sum: f64 = total[1..=pooled.len()].iter().sum::<f64>() + PRIOR_PAIRS;
    let smooth = |(count, &pooled): (&f64, &f64)| (count + PRIOR_PAIRS * pooled) / sum;
    total[1..].iter().zip(pooled).map(smooth).collect()
}

/// What pairs of one kind (one person, different people) look like at a number that names a
/// person, given to each class of that kind as so many pairs more. Without it a small class of
/// different people gathers true pairs and explains their equal numbers away, and one of the same
/// person gathers strangers whose numbers differ.
fn tie(comparisons: &[Comparison], totals: &mut [[[f64; LEVELS_MAX]; COMPARISONS_MAX]]) {
    let (same, different) = totals.split_at_mut(SAME_CLASSES);
    for at in (0..comparisons.len()).filter(|&at| comparisons[at].identifies()) {
        for (kind, pairs) in [(&mut *same, TIE_PAIRS_SAME), (&mut *different, TIE_PAIRS)] {
            let mut shared = [0.0; LEVELS_MAX];
            for total in kind.iter() {
                for (shared, count) in shared.iter_mut().zip(&total[at]) {
                    *shared += count;
                }
            }
            let sum = shared[1..].iter().sum::<f64>().max(1.0);
            for total in kind {
                for (count, shared) in total[at].iter_mut().zip(&shared) {
                    *count += shared / sum * pairs;
                }
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
