//! Confirmed rows become entries of draft lists, all or none.

use std::collections::BTreeSet;

use serde_json::json;
use uuid::Uuid;

use super::jobs;
use super::reading::{self, Payload};
use super::store::{self, Job};
use super::types::{Counts, FileRow, FileState, Staged};
use crate::audit::{self, Act};
use crate::clock::new_id;
use crate::identity::Actor;
use crate::relief::{self, NewEntry, Source};
use crate::web::{App, Error};

/// Fewer rows are written within the request.
const ROWS_AT_ONCE: i64 = 3_000;

/// Fewer rows are compared with all others within the request, too.
const COMPARED_AT_ONCE: usize = 1_000;

/// A file of more rows changes how the database should look for them.
const GROWS_BY: usize = 10_000;

/// What a commit did.
#[derive(Debug, Clone, Default)]
pub struct Committed {
    /// Rows written by this call; 0 when they were in lists already or are written beside it.
    pub rows: usize,
    /// Draft lists that received them.
    pub list_ids: Vec<Uuid>,
    /// The rows are being written beside the request.
    pub queued: bool,
    /// Somebody was faster, or nothing was left to write.
    pub already: bool,
}

/// Writes every row of the file that may be written into draft lists. Doing it twice adds nothing.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] by a rule; the engine's.
pub async fn commit(app: &App, actor: &Actor, file_id: Uuid) -> Result<Committed, Error> {
    let file = store::file(app.db.read(), &actor.scope, file_id).await?.ok_or(Error::NotFound)?;
    commit_version(app, actor, &file, file.version).await
}

/// Like [`commit`], of the version the officer looked at and confirmed.
pub(super) async fn commit_version(
    app: &App,
    actor: &Actor,
    file: &FileRow,
    version: i32,
) -> Result<Committed, Error> {
    super::must_own(actor, file)?;
    let counts = store::counts(app.db.read(), file.id).await?;
    if !file.stage().is_open() || file.version != version || counts.writable == 0 {
        return no_commit(file, version, counts);
    }
    let now = app.clock.now();
    let at_once = counts.writable < ROWS_AT_ONCE;
    let job = Job {
        id: new_id(now)?,
        kind: "intake.commit".to_owned(),
        payload: serde_json::to_string(&Payload::new(file.id, actor))?,
        attempts: i32::from(at_once),
    };
    let started = app
        .db
        .run_tx::<_, Error, _, _>("intake.start_commit", |tx| {
            let job = &job;
            async move {
                let started = store::start_commit(&tx, file.id, version).await?;
                if started {
                    store::queue(&tx, job, now, at_once).await?;
                    let act = Act {
                        action: "intake.confirm",
                        subject_kind: "file",
                        subject_id: file.id.to_string(),
                        detail: json!({ "rows": counts.writable, "version": version }),
                    };
                    audit::record(&tx, actor, now, act).await?;
                }
                Ok((tx, started))
            }
        })
        .await?;
    if !started {
        return Ok(Committed { already: true, ..Committed::default() });
    }
    if !at_once {
        return Ok(Committed { queued: true, ..Committed::default() });
    }
    match run(app, &job).await? {
        Some(Err(refusal)) => Err(refusal),
        Some(Ok(done)) => Ok(done),
        None => Ok(Committed { queued: true, ..Committed::default() }),
    }
}

fn no_commit(file: &FileRow, version: i32, counts: Counts) -> Result<Committed, Error> {
    if file.stage() == FileState::Committing || file.committed_at.is_some() {
        return Ok(Committed { already: true, ..Committed::default() });
    }
    if counts.writable == 0 && file.stage().is_open() {
        return Err(Error::refused(
            "Tệp này chưa có dòng nào ghi được",
            "Sửa các ô ở mục “cần sửa trước khi ghi”, hoặc bỏ tệp và tải lên tệp đã sửa.",
        ));
    }
    let changed = if file.version == version {
        "đang được đọc lại"
    } else {
        "vừa được sửa ở cửa sổ khác"
    };
    Err(Error::refused(
        format!("Chưa ghi: tệp {changed} sau khi anh/chị mở trang xác nhận"),
        "Mở lại trang xem trước, xem số dòng và tổng tiền mới rồi ghi.",
    ))
}

/// Runs a claimed commit to its end. `None`: it failed and is tried again later. The inner error
/// is a rule's refusal, noted on the file; nothing was written.
pub(super) async fn run(app: &App, job: &Job) -> Result<Option<Result<Committed, Error>>, Error> {
    let payload: Payload = serde_json::from_str(&job.payload)?;
    let file = store::any_file(app.db.read(), payload.file_id).await?.ok_or(Error::NotFound)?;
    match write(app, job, &file, &payload.actor()?).await {
        Ok(done) => Ok(Some(Ok(done))),
        Err(Error::Refused { what, remedy }) => {
            let now = app.clock.now();
            let notice = format!("{what}. {remedy}");
            app.db
                .run_tx::<_, Error, _, _>("intake.cancel_commit", |tx| {
                    let notice = &notice;
                    async move {
                        if store::finish(&tx, job, now).await? {
                            store::cancel_commit(&tx, file.id, notice).await?;
                        }
                        Ok((tx, ()))
                    }
                })
                .await?;
            Ok(Some(Err(Error::Refused { what, remedy })))
        }
        Err(error) => {
            jobs::note_failure(app, job, &error).await?;
            Ok(None)
        }
    }
}

async fn write(app: &App, job: &Job, file: &FileRow, actor: &Actor) -> Result<Committed, Error> {
    let now = app.clock.now();
    let rows = store::writable_rows(app.db.read(), file.id).await?;
    let former = store::committed_lists(app.db.read(), file.id).await?;
    let source = Source {
        file_id: file.id,
        programme_code: file.programme_code.clone(),
        unit_date: file.unit_date,
        province_code: file.province_code.clone(),
        tiers: file.tiers,
    };
    let names = sheet_names(file)?;
    let entries: Vec<NewEntry> = rows.iter().map(|row| entry(app, file, &names, row)).collect();
    let amount: i64 = rows.iter().filter_map(|row| row.amount).sum();
    let done = app
        .db
        .run_tx::<_, Error, _, _>("intake.commit", |tx| {
            let (source, entries, former) = (&source, entries.clone(), &former);
            async move {
                if !store::finish(&tx, job, now).await? {
                    return Ok((tx, Committed { already: true, ..Committed::default() }));
                }
                let count = entries.len();
                let enlisted = relief::enlist(&tx, app, actor, now, source, entries).await?;
                store::mark_committed(&tx, file.id, &enlisted.entries).await?;
                let mut lists: BTreeSet<Uuid> = former.iter().copied().collect();
                lists.extend(&enlisted.list_ids);
                let lists = serde_json::to_string(&lists)?;
                if !store::finish_commit(&tx, file.id, &lists, now).await? {
                    return Err(Error::internal(
                        "intake.commit",
                        "the file is not being committed",
                    ));
                }
                let act = Act {
                    action: "intake.commit",
                    subject_kind: "file",
                    subject_id: file.id.to_string(),
                    detail: json!({ "rows": count, "amount_dong": amount,
                        "lists": enlisted.list_ids.len() }),
                };
                audit::record(&tx, actor, now, act).await?;
                let done =
                    Committed { rows: count, list_ids: enlisted.list_ids, ..Committed::default() };
                Ok((tx, done))
            }
        })
        .await?;
    if done.rows > GROWS_BY {
        app.db.grown(&["list_entries", "persons", "person_identifiers", "beneficiary_lists"]).await;
    }
    // A long file's rows wait for the server's worker. So do those that cannot be compared now:
    // they are in, and a fault here must not look as if they were not.
    if done.rows > COMPARED_AT_ONCE {
        return Ok(done);
    }
    if let Err(error) = relief::compare_lists(app, &done.list_ids).await {
        tracing::error!(error = %error, "rows of a file wait to be compared");
    }
    Ok(done)
}

fn sheet_names(file: &FileRow) -> Result<Vec<String>, Error> {
    let summary = super::types::Summary::parse(&file.summary)?;
    Ok(summary.sheets.into_iter().map(|sheet| sheet.name).collect())
}

fn entry(app: &App, file: &FileRow, names: &[String], row: &Staged) -> NewEntry {
    let commune = row.commune.clone().unwrap_or_default();
    let (_, district) = reading::seat_of(&app.areas, &commune, file.unit_date);
    let small = |n: Option<i64>| n.and_then(|n| i32::try_from(n).ok());
    NewEntry {
        commune_code: commune,
        district_code: district,
        group_code: row.group.clone().unwrap_or_default(),
        full_name: row.full_name.clone().unwrap_or_default(),
        birth: row.relief_birth(),
        sex: row.sex.clone(),
        id_number: row.id_number.clone(),
        phone: row.phone.clone(),
        address: row.address.clone().unwrap_or_default(),
        hamlet: row.hamlet.clone(),
        household_head: row.household_head.clone(),
        head_line: row.head_line,
        relation: row.relation.clone(),
        household_size: small(row.household_size),
        months: small(row.months),
        amount_dong: if row.member { None } else { row.amount },
        declined: row.declined,
        note: row.note.clone().unwrap_or_default(),
        note_kind: row.note_kind.clone(),
        raw: json!(row.raw),
        sheet_no: i32::try_from(row.sheet_no).unwrap_or(i32::MAX),
        sheet: names.get(row.sheet_no).cloned().unwrap_or_default(),
        line: row.line,
    }
}
