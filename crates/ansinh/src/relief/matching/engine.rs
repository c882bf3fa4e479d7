//! The engine of `linkage` with its model, and rows of lists as it wants them.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use linkage::batch::{Batch, Linked};
use linkage::index::{self, Match};
use linkage::model::{PeopleModel, Weights};
use linkage::people::People;
use linkage::reasons;
use linkage::schema::Schema;
use linkage::{ListHabits, Normaliser, RawRecord, Record};
use uuid::Uuid;

use super::store::Row;

/// Learned from made-up lists with the kinds and shares of slips that `linkage`'s generator makes
/// (200,000 rows, medium); a province learns its own with `ansinh match --model`.
const BUILT_IN: &str = include_str!("model.json");

/// The rule of `People` that compares social insurance numbers, which lists of this room lack.
const INSURANCE_RULE: usize = 1;

/// Judges whether two rows are one person. Cheap to clone.
#[derive(Clone)]
pub struct Matcher(Arc<Learned>);

struct Learned {
    schema: People,
    weights: Weights,
}

impl Matcher {
    /// The model that comes with the program.
    ///
    /// # Errors
    /// What is wrong in it: a fault of the build.
    pub fn built_in() -> Result<Self, String> {
        static KNOWN: OnceLock<Result<Matcher, String>> = OnceLock::new();
        KNOWN.get_or_init(|| Self::of(BUILT_IN)).clone()
    }

    /// The model of a file that `ansinh match --model` wrote, or the built-in one.
    ///
    /// # Errors
    /// A sentence that names the file and what is wrong in it.
    pub fn load(file: Option<&Path>) -> Result<Self, String> {
        let Some(file) = file else { return Self::built_in() };
        let name = file.display();
        let text = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        Self::of(&text).map_err(|error| format!("{name}: {error}"))
    }

    fn of(text: &str) -> Result<Self, String> {
        let mut model = PeopleModel::from_text(text).map_err(|error| error.to_string())?;
        // Rows here name their commune by its code. Learned names would make keys depend on the
        // model, and stored keys must outlive it.
        model.facts.commune_names.clear();
        Ok(Self(Arc::new(Learned { schema: model.schema(), weights: model.weights })))
    }

    /// Rows in the form that is compared, in their order.
    pub(super) fn records(&self, rows: &[Row]) -> Vec<Record> {
        let mut normaliser = Normaliser::new();
        let habits = ListHabits::default();
        rows.iter()
            .map(|row| {
                let (birth, list) = (row.birth(), row.list_id.to_string());
                let raw = RawRecord {
                    name: &row.full_name,
                    birth: &birth,
                    sex: match row.sex.as_deref() {
                        Some("M") => "nam",
                        Some("F") => "nữ",
                        _ => "",
                    },
                    id_number: row.id_number.as_deref().unwrap_or(""),
                    phone: row.phone.as_deref().unwrap_or(""),
                    address: &row.hamlet,
                    commune: &row.commune_code,
                    district: &row.district_code,
                    list: &list,
                    ..RawRecord::default()
                };
                let mut record = normaliser.record(&raw, &habits);
                self.0.schema.settle(&mut record);
                record
            })
            .collect()
    }

    /// The keys under which a row is found by rows that may be the same person.
    pub(super) fn keys(&self, record: &Record) -> Vec<i64> {
        let (mut keys, mut of_rule) = (Vec::with_capacity(16), Vec::with_capacity(8));
        for rule in (0..self.0.schema.rules()).filter(|rule| *rule != INSURANCE_RULE) {
            self.0.schema.keys(rule, record, &mut of_rule);
            keys.extend(of_rule.drain(..).map(u64::cast_signed));
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    /// Who of the candidates may be the person of a record, the most probable first.
    pub(super) fn rank(&self, record: &Record, candidates: &[(Uuid, &Record)]) -> Vec<Match<Uuid>> {
        index::rank(&self.0.schema, &self.0.weights, record, candidates)
    }

    /// Which of many records may be one person. Leaves half of the processors to those who wait for
    /// a page.
    pub(super) fn together(&self, records: &[Record]) -> Linked {
        let batch = Batch::default();
        let batch = Batch { threads: batch.threads.div_ceil(2), ..batch };
        batch.link(&self.0.schema, records, Some(self.0.weights.clone())).1
    }

    /// Why, in a clerk's words: `+6,1 trùng ngày sinh đủ` a line, the strongest first, then what
    /// speaks against.
    pub(super) fn reasons(&self, found: &Match<Uuid>) -> String {
        let reasons = reasons::of_pattern(&self.0.schema, &self.0.weights, found.pattern);
        let mut lines: Vec<String> = reasons
            .into_iter()
            .map(|reason| format!("{}|{}", tenths(reason.weight), reason.words))
            .collect();
        if let Some(words) = reasons::of_others(found.weight, found.alone) {
            lines.push(format!("{}|{words}", tenths(found.weight - found.alone)));
        }
        lines.join("\n")
    }
}

/// `+ 6,1`, `− 0,6`.
fn tenths(weight: f64) -> String {
    let sign = if weight < 0.0 { '−' } else { '+' };
    format!("{sign} {:.1}", weight.abs()).replace('.', ",")
}
