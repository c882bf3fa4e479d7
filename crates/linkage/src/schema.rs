//! What the engine needs to know of a kind of record: its blocking keys and its comparisons.
//!
//! [`crate::people::People`] is the schema of Vietnamese lists; [`crate::fields::Fields`] is one
//! that is put together from columns.

/// Levels of one comparison, 0 (missing) included.
pub const LEVELS_MAX: usize = 32;
/// Comparisons of one schema.
pub const COMPARISONS_MAX: usize = 12;
const LEVEL_BITS: u32 = 5;

/// The levels that two records reach, one for each comparison. Level 0 is "not comparable".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Pattern(pub(crate) u64);

impl Pattern {
    /// The pattern with this level at this comparison; each comparison is set once.
    #[must_use]
    pub fn with(self, comparison: usize, level: u8) -> Self {
        debug_assert!(comparison < COMPARISONS_MAX && usize::from(level) < LEVELS_MAX);
        Self(self.0 | u64::from(level) << (LEVEL_BITS * comparison as u32))
    }

    /// The level at a comparison.
    pub fn level(self, comparison: usize) -> usize {
        (self.0 >> (LEVEL_BITS * comparison as u32)) as usize & (LEVELS_MAX - 1)
    }
}

/// The start of a level that only different people reach.
pub const EXCLUDES: f64 = -30.0;

/// One level of a comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Name in the model file.
    pub name: String,
    /// What a clerk reads when two rows stand at this level; empty when it says nothing.
    pub reason: String,
    /// Where learning starts: the weight (log₂ of the odds) one would guess. Learning replaces it,
    /// but for [`EXCLUDES`], which says that the two are different people whatever else agrees;
    /// from such pairs learning sees what different people may have in common.
    pub start: f64,
}

/// One comparison: its levels from 1 on (0 is "missing" and never counts).
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Name in the model file.
    pub name: String,
    /// Level `n` of a pattern is `levels[n - 1]`.
    pub levels: Vec<Level>,
    /// Whether agreement here alone can bring two records of different people into one block, so
    /// that such pairs deserve a class of their own.
    pub anchors: bool,
}

impl Comparison {
    /// A comparison of levels `(name, reason, start)`.
    pub fn new(name: &str, anchors: bool, levels: &[(&str, &str, f64)]) -> Self {
        let levels = levels
            .iter()
            .map(|&(name, reason, start)| Level {
                name: name.to_owned(),
                reason: reason.to_owned(),
                start,
            })
            .collect();
        Self { name: name.to_owned(), levels, anchors }
    }

    /// Whether this compares numbers that name a person, so that agreement nearly settles it.
    pub fn identifies(&self) -> bool {
        self.levels.iter().any(|level| level.start >= 10.0)
    }
}

/// A kind of record that can be linked.
pub trait Schema: Sync {
    /// The record, normalised.
    type Record: Sync;

    /// The comparisons, in the order of the pattern.
    fn comparisons(&self) -> &[Comparison];

    /// How many blocking rules there are.
    fn rules(&self) -> usize;

    /// How many further rules (numbered on from [`Schema::rules`]) bring pairs of different people
    /// that learning should see, when there are few candidates. They are not scored.
    fn learning_rules(&self) -> usize {
        0
    }

    /// The keys of a record under a rule. Two records that share a key are compared.
    fn keys(&self, rule: usize, record: &Self::Record, keys: &mut Vec<u64>);

    /// A second key that divides a block that grew too large.
    fn refine(&self, record: &Self::Record) -> u64;

    /// The levels of two records; symmetric.
    fn compare(&self, a: &Self::Record, b: &Self::Record) -> Pattern;

    /// Reads a little of a record and gives back anything that depends on it. The engine does this
    /// for some records at once before it compares them, so that the processor waits for memory
    /// once and not for each.
    fn touch(&self, _record: &Self::Record) -> u64 {
        0
    }

    /// A hash of the content, by which samples are drawn without regard to order.
    fn content_key(&self, record: &Self::Record) -> u64;
}
