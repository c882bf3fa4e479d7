//! CMND and CCCD of one person, proved by the card's QR or a certificate: linked and unlinked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::duplicates;
use super::rules;
use super::store::duplicates::{self as pairs, Side};
use super::store::links::{self as store, LinkRow};
use super::store::{entitlements, judging, people};
use super::types::EntryRow;
use crate::audit;
use crate::clock::new_id;
use crate::database::{Tx, violates};
use crate::identity::Actor;
use crate::web::{App, Error};

/// What a link moved, for undoing.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Moved {
    /// Rows that became the kept person's.
    entries: Vec<Uuid>,
    /// Numbers that became the kept person's.
    keys: Vec<String>,
}

impl Moved {
    /// Makes the rows and numbers of one person another's.
    async fn of(tx: &Tx, from: Uuid, to: Uuid) -> Result<Self, Error> {
        Ok(Self {
            entries: store::move_entries(tx, from, to).await?,
            keys: store::move_numbers(tx, from, to).await?,
        })
    }
}

/// Links the number of a row with another number of the same person. Rows under the other number
/// become this person's, and certain duplicates are raised. Returns how many were.
pub(super) async fn link(
    app: &App,
    actor: &Actor,
    row: &EntryRow,
    other: &str,
    evidence: &str,
) -> Result<u64, Error> {
    let Some(own) = row.id_number.as_deref() else {
        return Err(Error::refused(
            "Dòng này chưa có số giấy tờ để nối",
            "Ghi số giấy tờ đã kiểm tra của dòng trước, rồi nối số thứ hai.",
        ));
    };
    let (first, second) = (rules::id_key(own), rules::id_key(other));
    if first == second {
        return Err(Error::refused(
            "Hai số là một",
            "Ghi số còn lại của người này: CMND cũ hoặc CCCD mới.",
        ));
    }
    let (first, second) = (&first, &second);
    let done = app
        .db
        .run_tx::<_, Error, _, _>("relief.link", |tx| async move {
            let raised = write(&tx, app, actor, row, (first, second, other), evidence).await?;
            Ok((tx, raised))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, entitlements::ONE_A_PERSON) => {
            Err(Error::refused(
                "Cả hai số đã có một khoản được duyệt nên chưa nối được",
                "UBND tỉnh loại một trong hai dòng đã duyệt (khoản chưa chi) trước, rồi nối lại.",
            ))
        }
        other => other,
    }
}

async fn write(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    row: &EntryRow,
    (first, second, other): (&str, &str, &str),
    evidence: &str,
) -> Result<u64, Error> {
    let now = app.clock.now();
    let keys = [first.to_owned(), second.to_owned()];
    let known = people::persons_of_keys(tx, &keys).await?;
    let moving = known.get(second).copied();
    if moving == Some(row.person_id) {
        return Err(Error::refused("Hai số này đã được nối rồi", "Không cần làm gì thêm."));
    }
    let moved = if let Some(moving) = moving {
        Moved::of(tx, moving, row.person_id).await?
    } else {
        let number = [(second.to_owned(), other.to_owned(), row.person_id)];
        people::add_identifiers(tx, &number, now).await?;
        Moved::default()
    };
    let link = store::NewLink {
        id: new_id(now)?,
        province_code: &row.province_code,
        first_key: first,
        second_key: second,
        kept: row.person_id,
        moved: moving.unwrap_or(row.person_id),
        moved_json: serde_json::to_string(&moved)?,
        evidence,
        by: actor.account_id,
    };
    store::add(tx, &link, now).await?;
    let raised = duplicates::raise_of_person(tx, app, now, row.person_id, None).await?;
    let act = audit::Act {
        action: "person.link",
        subject_kind: "entry",
        subject_id: row.id.to_string(),
        detail: serde_json::json!({
            "link": link.id, "evidence": evidence, "rows_moved": moved.entries.len(),
        }),
    };
    audit::record(tx, actor, now, act).await?;
    Ok(raised)
}

/// Makes two persons one by the decision of the desk: rows and numbers of the second become the
/// first's. Returns the link, by which [`part`] undoes it.
pub(super) async fn join(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    (kept, moved): (&Side, &Side),
    evidence: &str,
) -> Result<Uuid, Error> {
    let all = Moved::of(tx, moved.person_id, kept.person_id).await?;
    let link = store::NewLink {
        id: new_id(now)?,
        province_code: &kept.province_code,
        first_key: kept.id_key.as_deref().unwrap_or(""),
        second_key: moved.id_key.as_deref().unwrap_or(""),
        kept: kept.person_id,
        moved: moved.person_id,
        moved_json: serde_json::to_string(&all)?,
        evidence,
        by: actor.account_id,
    };
    store::add(tx, &link, now).await?;
    Ok(link.id)
}

/// Takes a link back: rows and numbers return to their person, warnings that rested on it close.
/// Payments stay with the rows on which they were recorded.
pub(super) async fn part(
    tx: &Tx,
    actor: &Actor,
    now: DateTime<Utc>,
    link: &LinkRow,
) -> Result<(), Error> {
    if store::moved_on(tx, link).await? {
        return Err(Error::refused(
            "Người này đã được nối tiếp với một người khác",
            "Hoàn tác kết luận sau trước, rồi hoàn tác kết luận này.",
        ));
    }
    if !store::undo(tx, link.id, actor.account_id, now).await? {
        return Err(Error::refused("Đã gỡ liên kết này rồi", "Không cần làm gì thêm."));
    }
    let moved: Moved = serde_json::from_str(&link.moved_entries)?;
    let (to, keys) = if link.moved_person_id == link.kept_person_id {
        let person = new_id(now)?;
        people::add_persons(tx, &[person], now).await?;
        (person, vec![link.second_key.clone()])
    } else {
        (link.moved_person_id, moved.keys)
    };
    store::split(tx, &keys, link.kept_person_id, to).await?;
    store::split_rows(tx, &moved.entries, link.kept_person_id, to).await?;
    for other in pairs::rows_of_person(tx, to).await? {
        let reason = "Đã gỡ liên kết hai số giấy tờ";
        judging::close_not_same(tx, other, actor.account_id, reason, now).await?;
    }
    Ok(())
}

/// Takes a link of two numbers back.
pub(super) async fn undo(
    app: &App,
    actor: &Actor,
    row: &EntryRow,
    link: &LinkRow,
) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("relief.unlink", |tx| async move {
            part(&tx, actor, now, link).await?;
            let act = audit::Act {
                action: "person.unlink",
                subject_kind: "entry",
                subject_id: row.id.to_string(),
                detail: serde_json::json!({ "link": link.id }),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}
