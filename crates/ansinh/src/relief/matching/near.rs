//! Some rows against everything: the database finds by their keys whom they may be.

use std::collections::{HashMap, HashSet};

use linkage::Record;
use linkage::index::Match;
use uuid::Uuid;

use super::cases::{self, Found};
use super::store::{self, Row, Waiting};
use crate::web::{App, Error};

/// A key under which more rows stand says little: of those only who shares a second key is looked
/// at, as the batch divides such blocks by commune and year.
const BLOCK_MAX: usize = 80;
/// A key under which more rows than this stand is passed over.
const BLOCK_READ_MAX: usize = 400;
/// Rows that one row is compared with at most: those that share most keys with it.
const CANDIDATES_MAX: usize = 200;

/// Compares rows that wait and raises the pairs worth asking about. Returns how many were raised.
pub(super) async fn compare(app: &App, waiting: &[Waiting]) -> Result<u64, Error> {
    let (province, begun) = (app.config.province.as_str(), app.clock.now());
    let matcher = app.matcher()?;
    let ids: Vec<Uuid> = waiting.iter().map(|row| row.id).collect();
    let own = store::rows(app.db.read(), province, &ids).await?;
    let records = matcher.records(&own);
    let keys: Vec<Vec<i64>> = records.iter().map(|record| matcher.keys(record)).collect();
    write_keys(app, &own, &keys).await?;
    let candidates = candidates(app, &own, &keys).await?;

    let known: HashSet<Uuid> = own.iter().map(|row| row.id).collect();
    let others: HashSet<Uuid> =
        candidates.iter().flatten().copied().filter(|id| !known.contains(id)).collect();
    let others: Vec<Uuid> = others.into_iter().collect();
    let others = store::rows(app.db.read(), province, &others).await?;
    let others_records = matcher.records(&others);
    let all: HashMap<Uuid, &Record> = own
        .iter()
        .zip(&records)
        .chain(others.iter().zip(&others_records))
        .map(|(row, record)| (row.id, record))
        .collect();
    let matches: HashMap<Uuid, Vec<Match<Uuid>>> = own
        .iter()
        .zip(&records)
        .zip(&candidates)
        .map(|((row, record), near)| {
            let near: Vec<(Uuid, &Record)> =
                near.iter().filter_map(|id| Some((*id, *all.get(id)?))).collect();
            (row.id, matcher.rank(record, &near))
        })
        .collect();
    let named = cases::named(waiting, &matches);
    let rows = own.into_iter().chain(others).filter(|row| named.contains(&row.id)).collect();
    cases::raise(app, waiting, Found { rows, matches: &matches, begun }).await
}

async fn write_keys(app: &App, rows: &[Row], keys: &[Vec<i64>]) -> Result<(), Error> {
    let mut pairs: Vec<(i64, Uuid)> = rows
        .iter()
        .zip(keys)
        .flat_map(|(row, keys)| keys.iter().map(|key| (*key, row.id)))
        .collect();
    // In one order: two servers that write the same keys wait for each other and never deadlock.
    pairs.sort_unstable();
    store::add_keys(app, &pairs).await
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
