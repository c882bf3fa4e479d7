//! Why somebody was not paid: a list of the programme's configuration (`[[reason]]`), with the six of
//! Chư Păh (relief.md §4) and "other" as they are shipped. What was once configured keeps its label
//! for ever: entries of the ledger hold the code alone.

use std::sync::Arc;

use serde::Deserialize;

use super::store::reasons as store;
use crate::database::Database;
use crate::relief::Catalogue;
use crate::web::Error;

/// A reason as it is configured.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonRow {
    /// Name in the database and in addresses: small letters, digits, `_`. Never used for another one.
    pub code: String,
    /// Name on the screen.
    pub label: String,
    /// The clerk must say more in words.
    #[serde(default)]
    pub note: bool,
    /// Offered to clerks; false: only old entries have it.
    #[serde(default = "yes")]
    pub offered: bool,
}

fn yes() -> bool {
    true
}

/// Why somebody was not paid, or why money came back.
#[derive(Debug, Clone)]
pub struct Reason(Arc<ReasonRow>);

impl PartialEq for Reason {
    fn eq(&self, other: &Self) -> bool {
        self.code() == other.code()
    }
}

impl Eq for Reason {}

impl Reason {
    /// A shipped reason by its code, for proofs and made-up data; officers choose from [`Reasons`].
    pub fn from_code(code: &str) -> Option<Self> {
        SHIPPED.iter().find(|(known, ..)| *known == code).map(shipped)
    }

    /// Name in the database and in addresses.
    pub fn code(&self) -> &str {
        &self.0.code
    }

    /// Name on the screen.
    pub fn label(&self) -> &str {
        &self.0.label
    }

    /// A clerk may choose it.
    pub fn offered(&self) -> bool {
        self.0.offered
    }

    /// The clerk must say more in words.
    pub fn needs_note(&self) -> bool {
        self.0.note
    }
}

/// Codes, labels, and which need words, as shipped.
const SHIPPED: [(&str, &str, bool); 7] = [
    ("dead", "Đã chết", false),
    ("away", "Đi vắng, chuyển đi hoặc đang chấp hành án", false),
    ("no_papers", "Thiếu giấy tờ", false),
    ("not_in_book", "Không có trong sổ hộ khẩu hoặc sai tên", false),
    ("duplicate", "Trùng hoặc đã hưởng ở nhóm khác", false),
    ("split", "Đã tách hộ", false),
    ("other", "Lý do khác", true),
];

/// Longest code.
const CODE_MAX: usize = 40;

/// The reasons of all programmes, and those that were configured before.
#[derive(Debug, Clone)]
pub struct Reasons(Arc<Vec<Reason>>);

impl Reasons {
    /// Those that were configured, each code once; the shipped ones when none are.
    ///
    /// # Errors
    /// A sentence that says what is wrong with a reason.
    pub fn new<'a>(configured: impl Iterator<Item = &'a ReasonRow>) -> Result<Self, String> {
        let mut found: Vec<Reason> = Vec::new();
        for row in configured {
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            let sound =
                !row.code.is_empty() && row.code.len() <= CODE_MAX && row.code.chars().all(plain);
            if !sound || row.label.trim().is_empty() {
                return Err(format!(
                    "[[reason]] {:?}: the code has small letters, digits and _, the label some words",
                    row.code
                ));
            }
            if found.iter().all(|known| known.code() != row.code) {
                found.push(Reason(Arc::new(row.clone())));
            }
        }
        if found.iter().all(|reason| !reason.0.offered) {
            // Nothing to choose from: the shipped ones, also where the file has the same code.
            found.retain(|known| SHIPPED.iter().all(|(code, ..)| *code != known.code()));
            found.extend(SHIPPED.iter().map(shipped));
        }
        Ok(Self(Arc::new(found)))
    }

    /// With reasons of before, known by code and label; those that are configured win.
    fn with_old(&self, old: Vec<(String, String)>) -> Self {
        let mut all = (*self.0).clone();
        // Shipped labels serve a database that was never started with its reasons.
        let shipped =
            SHIPPED.iter().map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned()));
        for (code, label) in old.into_iter().chain(shipped) {
            if all.iter().all(|known| known.code() != code) {
                all.push(Reason(Arc::new(ReasonRow { code, label, note: false, offered: false })));
            }
        }
        Self(Arc::new(all))
    }

    /// Those that a clerk may choose, in the order of the configuration and of the reports.
    pub fn offered(&self) -> impl Iterator<Item = &Reason> {
        self.0.iter().filter(|reason| reason.0.offered)
    }

    /// Those that entries may have: the offered ones first.
    pub fn known(&self) -> impl Iterator<Item = &Reason> {
        self.offered().chain(self.0.iter().filter(|reason| !reason.0.offered))
    }

    /// The offered reason of a code, as a form sends it.
    pub fn chosen(&self, code: &str) -> Option<Reason> {
        self.offered().find(|reason| reason.code() == code).cloned()
    }

    /// What an entry's code is called; the code itself when nobody knows it, nothing for none.
    pub fn label<'a>(&'a self, code: &'a str) -> &'a str {
        self.0.iter().find(|reason| reason.code() == code).map_or(code, Reason::label)
    }
}

fn shipped((code, label, note): &(&str, &str, bool)) -> Reason {
    let row = ReasonRow {
        code: (*code).to_owned(),
        label: (*label).to_owned(),
        note: *note,
        offered: true,
    };
    Reason(Arc::new(row))
}

/// Remembers the labels of the catalogue's reasons, and gives the catalogue those of before.
///
/// # Errors
/// The engine's.
pub async fn remember_reasons(db: &Database, catalogue: Catalogue) -> Result<Catalogue, Error> {
    let rows: Vec<(String, String)> = catalogue
        .reasons()
        .known()
        .map(|reason| (reason.code().to_owned(), reason.label().to_owned()))
        .collect();
    let rows = &rows;
    let all = db
        .run_tx::<_, Error, _, _>("relief.remember_reasons", |tx| async move {
            store::keep(&tx, rows).await?;
            let all = store::all(&tx).await?;
            Ok((tx, all))
        })
        .await?;
    let reasons = catalogue.reasons().with_old(all);
    Ok(catalogue.with_reasons(reasons))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(code: &str, offered: bool) -> ReasonRow {
        ReasonRow { code: code.to_owned(), label: format!("Nhãn {code}"), note: false, offered }
    }

    #[test]
    fn without_configuration_the_six_and_other_are_offered() {
        let reasons = Reasons::new(std::iter::empty()).unwrap();
        let codes: Vec<&str> = reasons.offered().map(Reason::code).collect();
        let six = ["dead", "away", "no_papers", "not_in_book", "duplicate", "split", "other"];
        assert_eq!(codes, six);
        assert!(reasons.chosen("other").unwrap().needs_note());
    }

    #[test]
    fn what_is_not_offered_any_more_keeps_its_label() {
        let rows = [row("flood", true), row("old", false), row("flood", false)];
        let reasons = Reasons::new(rows.iter()).unwrap();
        let reasons = reasons.with_old(vec![("gone".to_owned(), "Lý do cũ".to_owned())]);
        assert_eq!(reasons.offered().map(Reason::code).collect::<Vec<_>>(), ["flood"]);
        assert!(reasons.chosen("old").is_none() && reasons.chosen("gone").is_none());
        let labels = ["flood", "old", "gone", "dead", "never", ""].map(|code| reasons.label(code));
        assert_eq!(labels, ["Nhãn flood", "Nhãn old", "Lý do cũ", "Đã chết", "never", ""]);
    }

    #[test]
    fn where_nothing_is_offered_the_shipped_ones_are_and_no_code_stands_twice() {
        let rows = [row("duplicate", false), row("old", false)];
        let reasons = Reasons::new(rows.iter()).unwrap();
        assert_eq!(reasons.offered().count(), 7);
        let mut codes: Vec<&str> = reasons.known().map(Reason::code).collect();
        codes.sort_unstable();
        let all = codes.len();
        codes.dedup();
        assert_eq!((codes.len(), all), (8, 8));
    }

    #[test]
    fn a_code_that_could_not_stand_in_an_address_is_refused_by_name() {
        for code in ["", "Chết", "a b", "x&y", &"a".repeat(41)] {
            let told = Reasons::new([row(code, true)].iter()).unwrap_err();
            assert!(told.contains("[[reason]]"), "{told}");
        }
    }
}
