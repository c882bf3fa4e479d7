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
    form: fn(String) -> String,
    known: QuickMap<u64, String>,
}

impl<'a, S: Schema> Reasons<'a, S> {
    /// Reasons by a schema and its weights, in the form in which the caller wants a line.
    pub fn new(schema: &'a S, weights: &'a Weights, form: fn(String) -> String) -> Self {
        Self { schema, weights, form, known: QuickMap::default() }
    }

    /// As [`of_pair`], in the form asked for.
    pub fn of_pair(&mut self, pair: &LinkedPair) -> &str {
        let key = mix(pair.pattern.0, (moved(pair.weight, pair.alone) + 2) as u64);
        self.known
            .entry(key)
            .or_insert_with(|| (self.form)(of_pair(self.schema, self.weights, pair)))
    }
}

/// Whether third records raised (1) or lowered (-1) the weight by much.
fn moved(weight: f64, alone: f64) -> i8 {
    i8::from(weight - alone > 1.0) - i8::from(alone - weight > 1.0)
}

/// What third records did to a weight that the pair alone would not have, in words; none when it
/// was little.
pub fn of_others(weight: f64, alone: f64) -> Option<&'static str> {
    match moved(weight, alone) {
        1 => Some("cùng khớp với một dòng thứ ba"),
        -1 => Some("một dòng khác khớp hơn"),
        _ => None,
    }
}

/// The reasons of a pair in one line: for `·` for, and after `nhưng` what speaks against. A third
/// record that changed the weight is named too.
pub fn of_pair<S: Schema>(schema: &S, weights: &Weights, pair: &LinkedPair) -> String {
    let reasons = of_pattern(schema, weights, pair.pattern);
    let side = |for_one: bool| {
        let words = reasons.iter().filter(|reason| (reason.weight >= 0.0) == for_one);
        words.map(|reason| reason.words.as_str()).collect::<Vec<_>>()
    };
    let (mut speaking, mut against) = (side(true), side(false));
    if let Some(words) = of_others(pair.weight, pair.alone) {
        let side = if pair.weight > pair.alone { &mut speaking } else { &mut against };
        side.push(words);
    }
    let mut line = speaking.join("; ");
    let against = against.join("; ");
    if !against.is_empty() {
        if !line.is_empty() {
            line.push_str("; ");
        }
        line.push_str("nhưng ");
        line.push_str(&against);
    }
    line
}
