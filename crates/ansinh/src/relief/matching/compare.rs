//! Rows that wait are compared with everything.
//!
//! Keys are written and committed before anybody is looked for. Of two servers that write two rows
//! of one person at the same instant the later looks after both are there, whichever it is.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use linkage::index::Match;
use linkage::{Record, Verdict};
use uuid::Uuid;

use super::engine::Matcher;
use super::rules::{self, Known};
use super::store::{self, Row, Waiting};
use crate::audit;
use crate::relief::duplicates;
use crate::relief::store::duplicates::NewWarning;
use crate::relief::store::judging;
use crate::web::{App, Error};

/// Rows compared at once: the writer is held for some tens of milliseconds.
const AT_ONCE: usize = 500;
/// A key under which more rows stand says little: of those only who shares a second key is looked
/// at, as the batch divides such blocks by commune and year.
const BLOCK_MAX: usize = 80;
/// A key under which more rows than this stand is passed over.
const BLOCK_READ_MAX: usize = 400;
/// Rows that one row is compared with at most: those that share most keys with it.
const CANDIDATES_MAX: usize = 200;
/// Rows of other lists for which a step waits.
const ELSEWHERE_MAX: u64 = 2_000;
/// How long the worker rests when nothing waits.
const REST: Duration = Duration::from_secs(2);

/// Compares the rows of these lists that wait. Returns how many warnings were raised.
///
/// # Errors
/// The engine's.
pub async fn compare_lists(app: &App, lists: &[Uuid]) -> Result<u64, Error> {
    let province = app.config.province.as_str();
    let waiting = store::waiting(app.db.read(), province, Some(lists), 0).await?;
    let mut raised = 0;
    for ids in waiting.chunks(AT_ONCE) {
        raised += compare(app, ids).await?;
    }
    Ok(raised)
}

/// Compares the rows of lists that are about to take a step, and what waits elsewhere as far as an
/// officer can be asked to wait for it: more than that is left to the worker, whose warnings then
/// hold what was granted meanwhile.
///
/// # Errors
/// The engine's.
pub(in crate::relief) async fn compare_before(app: &App, lists: &[Uuid]) -> Result<u64, Error> {
    let province = app.config.province.as_str();
    let waiting = store::waiting(app.db.read(), province, None, ELSEWHERE_MAX + 1).await?;
    if waiting.len() as u64 > ELSEWHERE_MAX {
        compare_lists(app, lists).await
    } else {
        compare_waiting(app).await
    }
}

/// Compares all rows that wait, until none does. Returns how many warnings were raised.
///
/// # Errors
/// The engine's.
pub async fn compare_waiting(app: &App) -> Result<u64, Error> {
    let mut raised = 0;
    loop {
        let province = app.config.province.as_str();
        let ids = store::waiting(app.db.read(), province, None, AT_ONCE as u64).await?;
        if ids.is_empty() {
            return Ok(raised);
        }
        raised += compare(app, &ids).await?;
    }
}

/// The server's worker: compares what waits, until the process ends.
pub async fn keep_comparing(app: App) {
    loop {
        if let Err(error) = compare_waiting(&app).await {
            tracing::error!(error = %error, "rows could not be compared");
        }
        tokio::time::sleep(REST).await;
    }
}

async fn compare(app: &App, waiting: &[Waiting]) -> Result<u64, Error> {
    let ids: &[Uuid] = &waiting.iter().map(|row| row.id).collect::<Vec<_>>();
    let province = app.config.province.as_str();
    let matcher = app.matcher()?;
    let rows = store::rows(app.db.read(), province, ids).await?;
    let records = matcher.records(&rows);
    let keys: Vec<Vec<i64>> = records.iter().map(|record| matcher.keys(record)).collect();
    write_keys(app, &rows, &keys).await?;
    let candidates = candidates(app, &rows, &keys).await?;
    let found = Everybody::read(app, matcher, &rows, &candidates).await?;
    let warnings = found.warnings(app, matcher, &rows, &records, &candidates)?;
    let found_pairs: HashSet<(Uuid, Uuid)> =
        warnings.iter().map(|warning| pair_of(warning.one, warning.other)).collect();
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("relief.compare", |tx| {
            let (warnings, found_pairs) = (warnings.clone(), &found_pairs);
            async move {
                let raised = duplicates::raise(&tx, app, now, province, warnings).await?;
                let freed = judging::close_unmatched(&tx, ids, found_pairs, now).await?;
                for row in freed {
                    judging::release(&tx, province, row).await?;
                }
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
            }
        })
        .await
}

async fn write_keys(app: &App, rows: &[Row], keys: &[Vec<i64>]) -> Result<(), Error> {
    let mut pairs: Vec<(i64, Uuid)> = rows
        .iter()
        .zip(keys)
        .flat_map(|(row, keys)| keys.iter().map(|key| (*key, row.id)))
        .collect();
    // In one order: two servers that write the same keys wait for each other and never deadlock.
    pairs.sort_unstable();
    let pairs = &pairs;
    app.db
        .run_tx::<_, Error, _, _>("relief.match_keys", |tx| async move {
            store::add_keys(&tx, pairs).await?;
            Ok((tx, ()))
        })
        .await
}

/// For each row the others that share a key with it.
async fn candidates(app: &App, rows: &[Row], keys: &[Vec<i64>]) -> Result<Vec<Vec<Uuid>>, Error> {
    let mut distinct: Vec<i64> = keys.iter().flatten().copied().collect();
    distinct.sort_unstable();
    distinct.dedup();
    let holders = store::holders(app.db.read(), &distinct, BLOCK_READ_MAX).await?;
    let of_row = |row: &Row, keys: &Vec<i64>| {
        let mut seen: HashMap<Uuid, (usize, bool)> = HashMap::new();
        for block in keys.iter().filter_map(|key| holders.get(key)) {
            for id in block.iter().filter(|id| **id != row.id) {
                let entry = seen.entry(*id).or_default();
                entry.0 += 1;
                entry.1 |= block.len() <= BLOCK_MAX;
            }
        }
        let near = seen.into_iter().filter(|(_, (shared, small))| *small || *shared > 1);
        let mut near: Vec<(usize, Uuid)> = near.map(|(id, (shared, _))| (shared, id)).collect();
        near.sort_unstable_by(|a, b| b.cmp(a));
        near.truncate(CANDIDATES_MAX);
        near.into_iter().map(|(_, id)| id).collect::<Vec<Uuid>>()
    };
    Ok(rows.iter().zip(keys).map(|(row, keys)| of_row(row, keys)).collect())
}

/// The rows that stand beside those compared, and what is remembered of them.
struct Everybody {
    places: HashMap<Uuid, usize>,
    rows: Vec<Row>,
    records: Vec<Record>,
    prints: Vec<String>,
    known: Known,
}

impl Everybody {
    async fn read(
        app: &App,
        matcher: &Matcher,
        rows: &[Row],
        candidates: &[Vec<Uuid>],
    ) -> Result<Self, Error> {
        let province = app.config.province.as_str();
        let mut ids: HashSet<Uuid> = candidates.iter().flatten().copied().collect();
        ids.extend(rows.iter().map(|row| row.id));
        let mut ids: Vec<Uuid> = ids.into_iter().collect();
        ids.sort_unstable();
        let all = store::rows(app.db.read(), province, &ids).await?;
        let prints: Vec<String> = all.iter().map(rules::fingerprint).collect();
        let told = store::different(app.db.read(), province, &prints).await?;
        Ok(Self {
            places: all.iter().enumerate().map(|(at, row)| (row.id, at)).collect(),
            records: matcher.records(&all),
            known: Known::of(told.into_iter().map(|d| (d.first_print, d.second_print))),
            prints,
            rows: all,
        })
    }

    fn warnings(
        &self,
        app: &App,
        matcher: &Matcher,
        rows: &[Row],
        records: &[Record],
        candidates: &[Vec<Uuid>],
    ) -> Result<Vec<NewWarning>, Error> {
        let (mut warnings, mut seen) = (Vec::new(), HashSet::new());
        for ((row, record), near) in rows.iter().zip(records).zip(candidates) {
            let near: Vec<(Uuid, &Record)> = near
                .iter()
                .filter_map(|id| Some((*id, &self.records[*self.places.get(id)?])))
                .collect();
            let matches = matcher.rank(record, &near);
            for (other, found) in self.asked_about(row, &matches) {
                if self.is_case(app, row, other) && seen.insert(pair_of(row.id, other.id)) {
                    warnings.push(self.warning(app, matcher, row, other, found)?);
                }
            }
        }
        Ok(warnings)
    }

    fn asked_about<'a>(
        &'a self,
        row: &Row,
        matches: &'a [Match<Uuid>],
    ) -> Vec<(&'a Row, &'a Match<Uuid>)> {
        let Some(own) = self.places.get(&row.id) else { return Vec::new() };
        let placed: Vec<(usize, &Match<Uuid>)> =
            matches.iter().filter_map(|m| Some((*self.places.get(&m.id)?, m))).collect();
        let prints: Vec<(String, f64)> =
            placed.iter().map(|(at, m)| (self.prints[*at].clone(), m.weight)).collect();
        let asked = rules::asked_about(&self.prints[*own], &prints, &self.known);
        let both = placed.into_iter().zip(asked);
        both.filter(|(_, asked)| *asked).map(|((at, m), _)| (&self.rows[at], m)).collect()
    }

    /// Rows of one person are raised by their numbers; two policies that do not exclude each other
    /// are no case.
    fn is_case(&self, app: &App, row: &Row, other: &Row) -> bool {
        let group =
            |row: &Row| duplicates::exclusion_group(app, &row.programme_code, &row.group_code);
        row.person_id != other.person_id && group(row) == group(other)
    }

    fn warning(
        &self,
        app: &App,
        matcher: &Matcher,
        row: &Row,
        other: &Row,
        found: &Match<Uuid>,
    ) -> Result<NewWarning, Error> {
        let place = |row: &Row| (row.district_code.clone(), row.commune_code.clone(), row.tiers);
        let (one, two) = (place(row), place(other));
        let desk = rules::desk_of((&one.0, &one.1, one.2), (&two.0, &two.1, two.2));
        Ok(NewWarning {
            id: crate::clock::new_id(app.clock.now())?,
            certain: found.verdict == Verdict::Certain,
            evidence: "matched",
            score_centi: Some(centi(found.weight)),
            reasons: matcher.reasons(found),
            desk_district: desk.0.to_owned(),
            desk_commune: desk.1.to_owned(),
            one: row.id,
            other: other.id,
        })
    }
}

fn pair_of(a: Uuid, b: Uuid) -> (Uuid, Uuid) {
    (a.min(b), a.max(b))
}

/// Hundredths, within what a column of 32 bits holds.
#[expect(clippy::cast_possible_truncation, reason = "clamped to a small range")]
fn centi(weight: f64) -> i32 {
    (weight.clamp(-100.0, 100.0) * 100.0).round() as i32
}
