//! Certain duplicates: two live rows of one person within an exclusion group.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::matching::desk_of;
use super::store::duplicates::{self as store, Again, LivePair, NewWarning};
use super::store::judging;
use crate::clock::new_id;
use crate::database::Conn;
use crate::web::{App, Error};

/// Raises the pairs of a list's rows with live rows of the whole province that were not raised
/// before. Returns how many.
///
/// # Errors
/// The engine's.
pub(super) async fn raise_of_list<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    list_id: Uuid,
) -> Result<u64, Error> {
    write(conn, app, now, store::pairs_of_list(conn, list_id).await?, Again::Keep).await
}

/// Raises the pairs among the rows of these persons that were not raised before: for persons who
/// have just got a row. Asking for whole lists instead would read a province again with every file.
///
/// # Errors
/// The engine's.
pub(super) async fn raise_of_persons<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    persons: &[Uuid],
) -> Result<u64, Error> {
    write(conn, app, now, store::pairs_of_persons(conn, persons).await?, Again::Keep).await
}

/// Raises the pairs of a person whose rows have changed, also those judged before. Returns how
/// many were written or opened again.
///
/// # Errors
/// The engine's.
pub(super) async fn raise_of_person<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    person: Uuid,
    of: Option<Uuid>,
) -> Result<u64, Error> {
    let mut pairs = store::pairs_of_persons(conn, &[person]).await?;
    pairs.retain(|pair| of.is_none_or(|of| pair.one == of || pair.other == of));
    write(conn, app, now, pairs, Again::Reopen).await
}

async fn write<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    pairs: Vec<LivePair>,
    again: Again,
) -> Result<u64, Error> {
    let mut seen: HashSet<(Uuid, Uuid)> = HashSet::new();
    let mut new = Vec::new();
    let mut province = String::new();
    for pair in pairs {
        let same = exclusion_group(app, &pair.one_programme, &pair.one_group)
            == exclusion_group(app, &pair.other_programme, &pair.other_group);
        if same
            && pair.one_province == pair.other_province
            && seen.insert(store::pair_of(pair.one, pair.other))
        {
            let desk = desk_of(
                (&pair.one_district, &pair.one_commune, pair.one_tiers),
                (&pair.other_district, &pair.other_commune, pair.other_tiers),
            );
            new.push(NewWarning {
                id: new_id(now)?,
                certain: true,
                evidence: evidence(&pair),
                score_centi: None,
                reasons: String::new(),
                desk_district: desk.0.to_owned(),
                desk_commune: desk.1.to_owned(),
                one: pair.one,
                other: pair.other,
            });
            province = pair.one_province;
        }
    }
    raise_and_hold(conn, app, now, &province, &new, again).await
}

/// Raises pairs that the engine found. Returns how many were written.
///
/// # Errors
/// The engine's.
pub(super) async fn raise<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    province: &str,
    new: &[NewWarning],
) -> Result<u64, Error> {
    raise_and_hold(conn, app, now, province, new, Again::Keep).await
}

/// Holds what two certain ones were granted and have not been paid until somebody has decided.
async fn raise_and_hold<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    province: &str,
    new: &[NewWarning],
    again: Again,
) -> Result<u64, Error> {
    let written = store::raise(conn, province, new, again, due_on(app), now).await?;
    let certain = new.iter().filter(|warning| warning.certain);
    let rows: Vec<Uuid> = certain.flat_map(|warning| [warning.one, warning.other]).collect();
    judging::hold(conn, province, &rows).await?;
    Ok(written)
}

/// The last day on which a pair raised today should be decided (configuration).
pub(super) fn due_on(app: &App) -> NaiveDate {
    app.areas.calendar().add_working_days(app.clock.today(), app.config.duplicate_days)
}

/// The exclusion group of a policy group; its own code when the programme is unknown.
pub(super) fn exclusion_group(app: &App, programme: &str, group: &str) -> String {
    let known = app.catalogue.programme(programme).and_then(|p| p.group(group));
    known.map_or_else(|| group.to_owned(), |g| g.exclusion_group.clone())
}

fn evidence(pair: &LivePair) -> &'static str {
    if pair.one_number == pair.other_number {
        "same_id"
    } else if pair.one_key == pair.other_key {
        "lost_zero"
    } else {
        "linked_ids"
    }
}
