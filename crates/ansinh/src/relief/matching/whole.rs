//! Many rows against everything: all rows are read into memory once and compared there, as
//! `ansinh match` compares a file. A row costs a few microseconds, where the database would be asked
//! for its neighbours in some hundred.
//!
//! The order is that of the one-by-one comparison: keys first, committed, and only then everything
//! is read. A row that comes later is compared itself and finds the keys.

use std::collections::{HashMap, HashSet};

use linkage::batch::Linked;
use linkage::index::Match;
use linkage::{Record, Verdict};
use uuid::Uuid;

use super::cases::{self, Found};
use super::store::{self, Waiting};
use crate::web::{App, Error};

/// Rows read at once.
const PAGE: usize = 10_000;
/// Rows whose warnings are written at once.
const AT_ONCE: usize = 2_000;
/// Keys written in one transaction: those who want to write wait some tens of milliseconds.
const KEYS_AT_ONCE: usize = 32_000;

/// No limit, as both engines take one.
const ALL: usize = i64::MAX as usize;
/// What has grown when so many rows wait.
const GROWN: [&str; 4] =
    ["list_entries", "beneficiary_lists", "match_waiting", "duplicate_warnings"];

/// Compares all rows that wait with all rows. Returns how many warnings were raised.
pub(super) async fn compare(app: &App) -> Result<u64, Error> {
    let (province, begun) = (app.config.province.as_str(), app.clock.now());
    app.db.grown(&GROWN).await;
    let waiting = store::waiting(app.db.read(), province, ALL).await?;
    write_keys(app, &waiting).await?;
    app.db.grown(&["match_keys"]).await;
    let (ids, records) = everybody(app).await?;
    let fresh: HashSet<Uuid> = waiting.iter().map(|row| row.id).collect();
    let matcher = app.matcher()?.clone();
    let together = move || by_row(&ids, &matcher.together(&records), &fresh);
    let matches = tokio::task::spawn_blocking(together)
        .await
        .map_err(|panic| Error::internal("relief.compare", panic))?;
    let mut raised = 0;
    for some in waiting.chunks(AT_ONCE) {
        let named: Vec<Uuid> = cases::named(some, &matches).into_iter().collect();
        let rows = store::rows(app.db.read(), province, &named).await?;
        raised += cases::raise(app, some, Found { rows, matches: &matches, begun }).await?;
    }
    app.db.grown(&["match_waiting", "duplicate_warnings"]).await;
    Ok(raised)
}

async fn write_keys(app: &App, waiting: &[Waiting]) -> Result<(), Error> {
    let (province, matcher) = (app.config.province.as_str(), app.matcher()?);
    let mut keys: Vec<(i64, Uuid)> = Vec::with_capacity(waiting.len() * 16);
    for some in waiting.chunks(PAGE) {
        let ids: Vec<Uuid> = some.iter().map(|row| row.id).collect();
        let rows = store::rows(app.db.read(), province, &ids).await?;
        for (row, record) in rows.iter().zip(matcher.records(&rows)) {
            keys.extend(matcher.keys(&record).into_iter().map(|key| (key, row.id)));
        }
    }
    // In order the pages of the table are written one after the other, and each once.
    keys.sort_unstable();
    for some in keys.chunks(KEYS_AT_ONCE) {
        store::add_keys(app, some).await?;
    }
    Ok(())
}

/// All rows that are proposed, as the engine compares them.
async fn everybody(app: &App) -> Result<(Vec<Uuid>, Vec<Record>), Error> {
    let (province, matcher) = (app.config.province.as_str(), app.matcher()?);
    let (mut ids, mut records) = (Vec::new(), Vec::new());
    let mut after = Uuid::nil();
    loop {
        let rows = store::page(app.db.read(), province, after, PAGE).await?;
        let Some(last) = rows.last() else { return Ok((ids, records)) };
        after = last.id;
        ids.extend(rows.iter().map(|row| row.id));
        records.extend(matcher.records(&rows));
    }
}

/// Whom each of the rows that waited may be, the most probable first.
fn by_row(ids: &[Uuid], linked: &Linked, fresh: &HashSet<Uuid>) -> HashMap<Uuid, Vec<Match<Uuid>>> {
    let mut matches: HashMap<Uuid, Vec<Match<Uuid>>> = HashMap::new();
    for pair in linked.pairs.iter().filter(|pair| pair.verdict != Verdict::Unlikely) {
        let (a, b) = (ids[pair.a as usize], ids[pair.b as usize]);
        for (own, other) in [(a, b), (b, a)].into_iter().filter(|(own, _)| fresh.contains(own)) {
            let found = Match {
                id: other,
                weight: pair.weight,
                alone: pair.alone,
                pattern: pair.pattern,
                verdict: pair.verdict,
            };
            matches.entry(own).or_default().push(found);
        }
    }
    for found in matches.values_mut() {
        found.sort_unstable_by(|a, b| b.weight.total_cmp(&a.weight).then(a.id.cmp(&b.id)));
    }
    matches
}
