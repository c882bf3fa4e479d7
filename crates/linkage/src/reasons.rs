//! Why two rows are thought to be one person, in words a clerk understands.

use crate::batch::LinkedPair;
use crate::hash::{QuickMap, mix};
use crate::model::Weights;
use crate::schema::{Pattern, Schema};

/// One reason: what the two rows have in common or not, and how much it says.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Vietnamese words.
    pub words: String,
    /// How much it speaks for one person (negative: against).
    pub weight: f64,
}

/// The reasons of a pattern, the strongest for one person first, then the strongest against.
pub fn of_pattern<S: Schema>(schema: &S, weights: &Weights, pattern: Pattern) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = schema
        .comparisons()
        .iter()
        .enumerate()
        .filter_map(|(at, comparison)| {
            let level = pattern.level(at);
            let known = comparison.levels.get(level.checked_sub(1)?)?;
            (!known.reason.is_empty()).then(|| Reason {
                words: known.reason.clone(),
                weight: weights.level_weight(at, level),
            })
        })
        .collect();
    reasons.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    reasons
}

/// Reasons of many pairs: those of one pattern are put into words once.
pub struct Reasons<'a, S: Schema> {
    schema: &'a S,
    weights: &'a Weights,
    known: QuickMap<u64, String>,
}

impl<'a, S: Schema> Reasons<'a, S> {
    /// Reasons by a schema and its weights.
    pub fn new(schema: &'a S, weights: &'a Weights) -> Self {
        Self { schema, weights, known: QuickMap::default() }
    }

    /// As [`of_pair`].
    pub fn of_pair(&mut self, pair: &LinkedPair) -> &str {
        let key = mix(pair.pattern.0, (moved(pair) + 2) as u64);
        self.known.entry(key).or_insert_with(|| of_pair(self.schema, self.weights, pair))
    }
}

/// Whether third records raised (1) or lowered (-1) the weight by much.
fn moved(pair: &LinkedPair) -> i8 {
    i8::from(pair.weight - pair.alone > 1.0) - i8::from(pair.alone - pair.weight > 1.0)
}

/// The reasons of a pair in one line: for `·` for, and after `nhưng` what speaks against. A third
/// record that changed the weight is named too.
pub fn of_pair<S: Schema>(schema: &S, weights: &Weights, pair: &LinkedPair) -> String {
    let reasons = of_pattern(schema, weights, pair.pattern);
    let side = |for_one: bool| {
        let words = reasons.iter().filter(|reason| (reason.weight >= 0.0) == for_one);
        words.map(|reason| reason.words.as_str()).collect::<Vec<_>>()
    };
    let (mut speaking, against) = (side(true), side(false));
    if moved(pair) > 0 {
        speaking.push("cùng khớp với một dòng thứ ba");
    }
    let mut line = speaking.join("; ");
    let mut against = against.join("; ");
    if moved(pair) < 0 {
        if !against.is_empty() {
            against.push_str("; ");
        }
        against.push_str("một dòng khác khớp hơn");
    }
    if !against.is_empty() {
        if !line.is_empty() {
            line.push_str("; ");
        }
        line.push_str("nhưng ");
        line.push_str(&against);
    }
    line
}
