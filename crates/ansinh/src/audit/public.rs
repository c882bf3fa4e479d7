//! What the public looked at, packed: a row's look-ups stand in the drawer that its id names.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use super::store::access::Place;
use super::{About, Act, Done};
use crate::identity::Scope;

/// A moment's look-ups become at most so many entries; a row's access list reads its part of them, 16
/// bytes a look-up and its entry's own.
const DRAWERS: u8 = 8;

/// What the entries are about.
const KIND: &str = "lookups";

fn drawer(row: Uuid) -> u8 {
    // The end of a UUIDv7 is random.
    row.as_bytes()[15] % DRAWERS
}

/// Where the look-ups of a row are kept.
pub(super) fn place(row: Uuid) -> Place {
    Place::Subject { kind: KIND, id: drawer(row).to_string() }
}

pub(super) fn drawers<'a>(scope: &'a Scope, now: DateTime<Utc>, rows: &[Uuid]) -> Vec<Done<'a>> {
    let mut drawers: BTreeMap<u8, Vec<About>> = BTreeMap::new();
    for row in rows {
        let about = About { commune_code: String::new(), entry: *row };
        drawers.entry(drawer(*row)).or_default().push(about);
    }
    let done = |(drawer, about): (u8, Vec<About>)| Done {
        account: None,
        scope,
        now,
        act: Act {
            action: "lookup.found",
            subject_kind: KIND,
            subject_id: drawer.to_string(),
            detail: json!({ "rows": about.len() }),
        },
        about,
    };
    drawers.into_iter().map(done).collect()
}
