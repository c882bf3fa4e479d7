//! What was learned, as a file that a person can read.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::mixture::{CLASSES_MAX, Class, Table};
use crate::people::{People, PeopleFacts};
use crate::schema::{Comparison, Pattern, Schema};

/// Weights (log₂ of the odds) from which a pair is called something.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Thresholds {
    /// From here on the two are one person; it may stop a payment.
    pub certain: f64,
    /// From here on a person should look.
    pub suspected: f64,
}

impl Default for Thresholds {
    /// Odds of 32 to 1 for certain (at every level of noise tried, at least 99 of 100 pairs from
    /// there on were one person), even odds for suspected.
    fn default() -> Self {
        Self { certain: 5.0, suspected: 0.0 }
    }
}

/// What a pair is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Too weak to show.
    Unlikely,
    /// A person should look.
    Suspected,
    /// One person.
    Certain,
}

impl Verdict {
    /// The word in files: `certain`, `suspected`, `unlikely`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unlikely => "unlikely",
            Self::Suspected => "suspected",
            Self::Certain => "certain",
        }
    }
}

impl Thresholds {
    /// The verdict of a weight.
    pub fn verdict(&self, weight: f64) -> Verdict {
        if weight >= self.certain {
            Verdict::Certain
        } else if weight >= self.suspected {
            Verdict::Suspected
        } else {
            Verdict::Unlikely
        }
    }
}

/// The learned weights of a schema's comparisons.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    classes: Vec<Class>,
    table: Table,
    levels: Vec<Vec<f64>>,
    /// Where the verdicts begin.
    pub thresholds: Thresholds,
}

impl Weights {
    pub(crate) fn new(classes: Vec<Class>, thresholds: Thresholds) -> Self {
        let table = Table::new(&classes);
        let comparisons = classes.first().map_or(&[][..], |class| &class.levels);
        let levels = comparisons
            .iter()
            .enumerate()
            .map(|(at, levels)| (0..levels.len()).map(|l| mean_weight(&classes, at, l)).collect())
            .collect();
        Self { classes, table, levels, thresholds }
    }

    /// Log₂ of the odds that two records of this pattern are one person, the pair taken alone.
    pub fn weight(&self, pattern: Pattern) -> f64 {
        self.table.weight(pattern)
    }

    /// How much one level of one comparison speaks for one person (log₂ of the ratio of its
    /// probabilities, the classes weighed by their shares).
    pub fn level_weight(&self, comparison: usize, level: usize) -> f64 {
        let known = |place: usize| self.levels.get(comparison)?.get(place).copied();
        level.checked_sub(1).and_then(known).unwrap_or(0.0)
    }
}

fn mean_weight(classes: &[Class], comparison: usize, place: usize) -> f64 {
    let mean = |same: bool| {
        let classes = || classes.iter().filter(|class| class.same == same);
        let sum: f64 = classes().map(|class| class.share * class.levels[comparison][place]).sum();
        sum / classes().map(|class| class.share).sum::<f64>().max(1e-12)
    };
    (mean(true).max(1e-12) / mean(false).max(1e-12)).log2()
}

/// The probability that belongs to a weight.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// A model: the facts of its schema and the weights, written as JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct Model<F> {
    /// What the schema learned from the rows.
    pub facts: F,
    /// The weights of the comparisons.
    pub weights: Weights,
}

/// The model of Vietnamese lists.
pub type PeopleModel = Model<PeopleFacts>;

/// Why a model file cannot be used.
#[derive(Debug, Error)]
pub enum ModelError {
    /// Not JSON, or not of this shape.
    #[error("the model file cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Made for other comparisons than this version has.
    #[error("the model file is for other comparisons: {0}")]
    Mismatch(String),
    /// A number in it can be none: a share or a probability that is not above 0 and at most 1, a
    /// threshold for certain below the one for suspected, or classes of one kind only.
    #[error("the model file is wrong: {0}")]
    Wrong(String),
}

#[derive(Serialize, Deserialize)]
struct File<F> {
    version: u32,
    thresholds: Thresholds,
    classes: Vec<FileClass>,
    comparisons: Vec<FileComparison>,
    facts: F,
}

#[derive(Serialize, Deserialize)]
struct FileClass {
    same_person: bool,
    share: f64,
}

#[derive(Serialize, Deserialize)]
struct FileComparison {
    name: String,
    levels: Vec<FileLevel>,
}

#[derive(Serialize, Deserialize)]
struct FileLevel {
    name: String,
    /// How much the level speaks for one person; for the reader, not read back.
    weight: f64,
    /// By class.
    probabilities: Vec<f64>,
}

const VERSION: u32 = 1;

impl<F> File<F> {
    /// Whether the numbers can be what they are called; a file may have been edited by hand.
    fn check(&self) -> Result<(), ModelError> {
        let wrong = |what: String| Err(ModelError::Wrong(what));
        let possible = |share: f64| share > 0.0 && share <= 1.0;
        for same in [true, false] {
            if !self.classes.iter().any(|class| class.same_person == same) {
                return wrong(format!("no class has same_person {same}"));
            }
        }
        if let Some(class) = self.classes.iter().find(|class| !possible(class.share)) {
            return wrong(format!("share {} of a class", class.share));
        }
        for comparison in &self.comparisons {
            for level in &comparison.levels {
                if let Some(value) = level.probabilities.iter().find(|value| !possible(**value)) {
                    return wrong(format!("{} {}: {value}", comparison.name, level.name));
                }
            }
        }
        let Thresholds { certain, suspected } = self.thresholds;
        if certain < suspected {
            return wrong(format!("certain {certain} lies below suspected {suspected}"));
        }
        Ok(())
    }
}

impl<F: Serialize + DeserializeOwned + Clone> Model<F> {
    /// The model as JSON text, for the comparisons of its schema.
    ///
    /// # Errors
    /// [`ModelError::Unreadable`] when the facts cannot be written as JSON.
    pub fn to_json(&self, comparisons: &[Comparison]) -> Result<String, ModelError> {
        let file = File {
            version: VERSION,
            thresholds: self.weights.thresholds,
            classes: self
                .weights
                .classes
                .iter()
                .map(|class| FileClass { same_person: class.same, share: class.share })
                .collect(),
            comparisons: comparisons
                .iter()
                .enumerate()
                .map(|(at, comparison)| self.file_comparison(at, comparison))
                .collect(),
            facts: self.facts.clone(),
        };
        Ok(serde_json::to_string_pretty(&file)?)
    }

    fn file_comparison(&self, at: usize, comparison: &Comparison) -> FileComparison {
        let level = |place: usize, name: &str| FileLevel {
            name: name.to_owned(),
            weight: (self.weights.level_weight(at, place + 1) * 100.0).round() / 100.0,
            probabilities: self
                .weights
                .classes
                .iter()
                .filter_map(|class| class.levels.get(at)?.get(place).copied())
                .collect(),
        };
        let levels = comparison.levels.iter().enumerate();
        FileComparison {
            name: comparison.name.clone(),
            levels: levels.map(|(place, known)| level(place, &known.name)).collect(),
        }
    }

    /// Reads a model that [`Model::to_json`] wrote for the same comparisons.
    ///
    /// # Errors
    /// [`ModelError`] says what does not fit.
    pub fn from_json(text: &str, comparisons: &[Comparison]) -> Result<Self, ModelError> {
        let file: File<F> = serde_json::from_str(text)?;
        if file.version != VERSION {
            return Err(ModelError::Mismatch(format!("version {}", file.version)));
        }
        let named = |known: &Comparison, found: &FileComparison| {
            known.name == found.name
                && known.levels.len() == found.levels.len()
                && known.levels.iter().zip(&found.levels).all(|(a, b)| a.name == b.name)
                && found.levels.iter().all(|level| level.probabilities.len() == file.classes.len())
        };
        if file.classes.len() > CLASSES_MAX {
            return Err(ModelError::Mismatch(format!("{} classes", file.classes.len())));
        }
        if comparisons.len() != file.comparisons.len() {
            return Err(ModelError::Mismatch(format!("{} of them", file.comparisons.len())));
        }
        for (known, found) in comparisons.iter().zip(&file.comparisons) {
            if !named(known, found) {
                return Err(ModelError::Mismatch(found.name.clone()));
            }
        }
        file.check()?;
        let class = |at: usize| Class {
            same: file.classes[at].same_person,
            share: file.classes[at].share,
            levels: file
                .comparisons
                .iter()
                .map(|found| found.levels.iter().map(|level| level.probabilities[at]).collect())
                .collect(),
        };
        let classes = (0..file.classes.len()).map(class).collect();
        let weights = Weights::new(classes, file.thresholds);
        Ok(Self { facts: file.facts, weights })
    }
}

impl PeopleModel {
    /// The schema that belongs to the model.
    pub fn schema(&self) -> People {
        People::new(self.facts.clone())
    }

    /// The model as JSON text.
    ///
    /// # Errors
    /// As [`Model::to_json`].
    pub fn to_text(&self) -> Result<String, ModelError> {
        self.to_json(People::new(PeopleFacts::default()).comparisons())
    }

    /// Reads a model that [`Model::to_text`] wrote.
    ///
    /// # Errors
    /// As [`Model::from_json`].
    pub fn from_text(text: &str) -> Result<Self, ModelError> {
        Self::from_json(text, People::new(PeopleFacts::default()).comparisons())
    }
}
