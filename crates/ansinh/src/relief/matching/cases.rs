//! What was found becomes warnings: of the rows that may be one person those are asked about that
//! nobody has told apart and whose policies exclude each other.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use linkage::Verdict;
use linkage::index::Match;
use uuid::Uuid;

use super::rules::{self, Known};
use super::store::{self, Row, Waiting};
use crate::audit;
use crate::clock::new_id;
use crate::relief::duplicates;
use crate::relief::store::duplicates::{NewWarning, pair_of};
use crate::relief::store::judging;
use crate::web::{App, Error};

/// Whom the rows that were compared may be, and all rows that this names ([`named`]).
pub(super) struct Found<'a> {
    pub rows: Vec<Row>,
    /// When the comparison began, before it read a row.
    pub begun: DateTime<Utc>,
    /// By row; of others than those that wait it may hold more.
    pub matches: &'a HashMap<Uuid, Vec<Match<Uuid>>>,
}

/// The rows that may be one person with another, and those others.
pub(super) fn named(
    waiting: &[Waiting],
    matches: &HashMap<Uuid, Vec<Match<Uuid>>>,
) -> HashSet<Uuid> {
    waiting
        .iter()
        .filter_map(|row| Some((row.id, matches.get(&row.id).filter(|found| !found.is_empty())?)))
        .flat_map(|(id, found)| found.iter().map(|m| m.id).chain([id]))
        .collect()
}

/// Raises what was found about the rows that waited and closes what is no longer so. Returns how
/// many warnings were raised.
pub(super) async fn raise(app: &App, waiting: &[Waiting], found: Found<'_>) -> Result<u64, Error> {
    let begun = found.begun;
    let warnings = &Everybody::read(app, found).await?.warnings(app, waiting)?;
    let pairs: &HashSet<(Uuid, Uuid)> =
        &warnings.iter().map(|warning| pair_of(warning.one, warning.other)).collect();
    let ids: &[Uuid] = &waiting.iter().map(|row| row.id).collect::<Vec<_>>();
    let (province, now) = (app.config.province.as_str(), app.clock.now());
    app.db
        .run_tx::<_, Error, _, _>("relief.compare", |tx| async move {
            let raised = duplicates::raise(&tx, app, now, province, warnings).await?;
            let freed = judging::close_unmatched(&tx, ids, pairs, begun, now).await?;
            judging::release(&tx, province, &freed).await?;
            store::compared(&tx, waiting).await?;
            if raised > 0 {
                let act = audit::Act {
                    action: "duplicate.raise",
                    subject_kind: "province",
                    subject_id: province.to_owned(),
                    detail: serde_json::json!({ "pairs": raised, "rows": ids.len() }),
                };
                audit::record_unsigned(&tx, None, province, now, act).await?;
            }
            Ok((tx, raised))
        })
        .await
}

/// The rows that were compared and found, and what is remembered of them.
struct Everybody<'a> {
    matches: &'a HashMap<Uuid, Vec<Match<Uuid>>>,
    places: HashMap<Uuid, usize>,
    rows: Vec<Row>,
    prints: Vec<String>,
    known: Known,
}

impl<'a> Everybody<'a> {
    async fn read(app: &App, found: Found<'a>) -> Result<Self, Error> {
        let prints: Vec<String> = found.rows.iter().map(rules::fingerprint).collect();
        let province = app.config.province.as_str();
        let told = store::different(app.db.read(), province, &prints).await?;
        Ok(Self {
            matches: found.matches,
            places: found.rows.iter().enumerate().map(|(at, row)| (row.id, at)).collect(),
            known: Known::of(told.into_iter().map(|d| (d.first_print, d.second_print))),
            prints,
            rows: found.rows,
        })
    }

    fn warnings(&self, app: &App, waiting: &[Waiting]) -> Result<Vec<NewWarning>, Error> {
        let (mut warnings, mut seen) = (Vec::new(), HashSet::new());
        for row in waiting {
            let (Some(matches), Some(own)) = (self.matches.get(&row.id), self.places.get(&row.id))
            else {
                continue;
            };
            let row = &self.rows[*own];
            for (other, found) in self.asked_about(*own, matches) {
                if is_case(app, row, other) && seen.insert(pair_of(row.id, other.id)) {
                    warnings.push(warning(app, row, other, found)?);
                }
            }
        }
        Ok(warnings)
    }

    fn asked_about<'m>(
        &self,
        own: usize,
        matches: &'m [Match<Uuid>],
    ) -> Vec<(&Row, &'m Match<Uuid>)> {
        let placed: Vec<(usize, &Match<Uuid>)> =
            matches.iter().filter_map(|m| Some((*self.places.get(&m.id)?, m))).collect();
        let prints: Vec<(&str, f64)> =
            placed.iter().map(|(at, m)| (self.prints[*at].as_str(), m.weight)).collect();
        let asked = rules::asked_about(&self.prints[own], &prints, &self.known);
        let both = placed.into_iter().zip(asked);
        both.filter(|(_, asked)| *asked).map(|((at, m), _)| (&self.rows[at], m)).collect()
    }
}

/// Rows of one person are raised by their numbers; two policies that do not exclude each other are
/// no case.
fn is_case(app: &App, row: &Row, other: &Row) -> bool {
    let group = |row: &Row| duplicates::exclusion_group(app, &row.programme_code, &row.group_code);
    row.person_id != other.person_id && group(row) == group(other)
}

fn warning(app: &App, row: &Row, other: &Row, found: &Match<Uuid>) -> Result<NewWarning, Error> {
    let desk = rules::desk_of(row.place(), other.place());
    Ok(NewWarning {
        id: new_id(app.clock.now())?,
        certain: found.verdict == Verdict::Certain,
        evidence: "matched",
        score_centi: Some(centi(found.weight)),
        reasons: app.matcher()?.reasons(found),
        desk_district: desk.0.to_owned(),
        desk_commune: desk.1.to_owned(),
        one: row.id,
        other: other.id,
    })
}

/// Hundredths, within what a column of 32 bits holds.
#[expect(clippy::cast_possible_truncation, reason = "clamped to a small range")]
fn centi(weight: f64) -> i32 {
    (weight.clamp(-100.0, 100.0) * 100.0).round() as i32
}
