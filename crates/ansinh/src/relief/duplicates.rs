//! Certain duplicates: two live rows of one person within an exclusion group.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::store::duplicates::{self as store, Again, LiveRow, NewWarning};
use crate::clock::new_id;
use crate::database::Conn;
use crate::web::{App, Error};

/// Raises every pair of live rows of these persons, in all communes of the province. With `of`,
/// only pairs that touch one of these rows. Returns how many pairs were written or opened again.
///
/// # Errors
/// The engine's.
pub(super) async fn raise<C: Conn>(
    conn: &C,
    app: &App,
    now: DateTime<Utc>,
    province: &str,
    persons: &[Uuid],
    of: Option<&[Uuid]>,
    again: Again,
) -> Result<u64, Error> {
    let distinct: HashSet<Uuid> = persons.iter().copied().collect();
    let distinct: Vec<Uuid> = distinct.into_iter().collect();
    let live = store::live_rows(conn, province, &distinct).await?;
    let of: Option<HashSet<Uuid>> = of.map(|ids| ids.iter().copied().collect());
    let mut by_person: HashMap<(Uuid, String), Vec<&LiveRow>> = HashMap::new();
    for row in &live {
        let group = exclusion_group(app, &row.programme_code, &row.group_code);
        by_person.entry((row.person_id, group)).or_default().push(row);
    }
    let mut pairs = Vec::new();
    for rows in by_person.values().filter(|rows| rows.len() > 1) {
        for (at, one) in rows.iter().enumerate() {
            for other in &rows[at + 1..] {
                let touched = |id: &Uuid| of.as_ref().is_none_or(|of| of.contains(id));
                if touched(&one.id) || touched(&other.id) {
                    let evidence = evidence(one, other);
                    pairs.push(NewWarning {
                        id: new_id(now)?,
                        evidence,
                        one: one.id,
                        other: other.id,
                    });
                }
            }
        }
    }
    Ok(store::raise(conn, province, &pairs, again, now).await?)
}

/// The exclusion group of a policy group; its own code when the programme is unknown.
pub(super) fn exclusion_group(app: &App, programme: &str, group: &str) -> String {
    let known = app.catalogue.programme(programme).and_then(|p| p.group(group));
    known.map_or_else(|| group.to_owned(), |g| g.exclusion_group.clone())
}

fn evidence(one: &LiveRow, other: &LiveRow) -> &'static str {
    if one.id_number == other.id_number {
        "same_id"
    } else if one.id_key == other.id_key {
        "lost_zero"
    } else {
        "linked_ids"
    }
}
