//! A file comes in: looked at, refused or kept with its hash, and read.

use serde_json::json;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::refusals::{FILE_BYTES_MAX, Refusal, of_read_error, refusal};
use super::store;
use super::types::{FileRow, FileState};
use super::{reading, rules};
use crate::audit::{self, Act};
use crate::clock::new_id;
use crate::database::violates;
use crate::identity::{Actor, Role, sha256_hex};
use crate::relief::Programme;
use crate::web::{App, Error};

/// Files with fewer rows are read within the request; longer ones beside it, with progress.
const ROWS_AT_ONCE: usize = 3_000;

/// Files opened at the same time: each may unpack to 300 MB.
static OPENING: Semaphore = Semaphore::const_new(2);

/// What became of an uploaded file.
#[derive(Debug, Clone)]
pub struct Received {
    /// The kept file.
    pub file_id: Uuid,
    /// The same bytes were here already: nothing was added.
    pub already: bool,
    /// When they first came.
    pub uploaded_at: chrono::DateTime<chrono::Utc>,
    /// It is read beside the request.
    pub queued: bool,
}

/// Takes a file for the actor's unit, for the programme of the code `chosen` (the current one when
/// empty). A short file has been read when this returns.
///
/// # Errors
/// [`Error::Refused`] in words for the clerk when the file is no readable list; nothing of it is
/// kept but a line in the audit record. The engine's.
pub async fn receive(
    app: &App,
    actor: &Actor,
    chosen: &str,
    file_name: &str,
    bytes: Vec<u8>,
) -> Result<Received, Error> {
    let programmes = programmes(app, actor);
    let current = programmes.first().copied().ok_or_else(|| no_programme(actor))?;
    let asked = programmes.iter().copied().find(|programme| programme.code == chosen);
    let programme = match asked {
        Some(programme) => programme,
        None if chosen.is_empty() => current,
        None => return Err(not_brought(&programmes)),
    };
    let name = rules::clean_file_name(file_name);
    let sha256 = sha256_hex(&bytes);
    if let Some(known) = store::live_twin(app.db.read(), &actor.scope, &sha256).await? {
        return Ok(already(&known));
    }
    let size = bytes.len();
    let (rows, bytes) = match look(bytes).await? {
        Ok(seen) => seen,
        Err(why) => return Err(refused(app, actor, &sha256, size, why).await?),
    };
    let at_once = rows < ROWS_AT_ONCE;
    let (file, job) = match keep(app, actor, programme, &name, &sha256, &bytes, at_once).await? {
        Kept::New(file, job) => (file, job),
        Kept::Known(known) => return Ok(already(&known)),
    };
    let received =
        Received { file_id: file.id, already: false, uploaded_at: file.uploaded_at, queued: true };
    if !at_once {
        return Ok(received);
    }
    drop(bytes);
    reading::run(app, &job).await?;
    let read = store::any_file(app.db.read(), file.id).await?.ok_or(Error::NotFound)?;
    if read.stage() == FileState::Refused {
        app.db
            .run_tx::<_, Error, _, _>("intake.forget", |tx| async move {
                store::forget_file(&tx, file.id).await?;
                Ok((tx, ()))
            })
            .await?;
        return Err(refusal(&read.refusal_code, "").into());
    }
    Ok(Received { queued: read.stage().is_busy(), ..received })
}

fn already(known: &FileRow) -> Received {
    Received {
        file_id: known.id,
        already: true,
        uploaded_at: known.uploaded_at,
        queued: known.stage().is_busy(),
    }
}

/// Opens the file without keeping anything: the number of its rows, or why it is refused.
async fn look(bytes: Vec<u8>) -> Result<Result<(usize, Vec<u8>), Refusal>, Error> {
    if bytes.len() > FILE_BYTES_MAX {
        return Ok(Err(refusal("unreadable_too_large", "")));
    }
    let _turn = OPENING.acquire().await.map_err(|error| Error::internal("intake.look", error))?;
    tokio::task::spawn_blocking(move || {
        let workbook = sheets::read(&bytes, &sheets::Limits::default());
        match workbook {
            Ok(book) => Ok((book.sheets.iter().map(|sheet| sheet.rows.len()).sum(), bytes)),
            Err(error) => Err(of_read_error(&error)),
        }
    })
    .await
    .map_err(|error| Error::internal("intake.look", error))
}

/// The programmes whose lists the actor may bring today, the current one first; none when no
/// programme means units of her era, or none has her own unit.
pub(super) fn programmes<'a>(app: &'a App, actor: &Actor) -> Vec<&'a Programme> {
    let scope = &actor.scope;
    let known = |day| match actor.level() {
        Role::Commune => app.areas.unit(3, scope.commune(), day),
        Role::District => app.areas.unit(2, scope.district(), day),
        Role::Province | Role::Supervisor => app.areas.unit(1, scope.province(), day),
    };
    let mut found = app.catalogue.brought(actor.tiers, app.clock.today());
    found.retain(|programme| known(programme.units_on).is_some());
    found
}

/// A programme was asked for whose lists are not taken today.
fn not_brought(programmes: &[&Programme]) -> Error {
    let names: Vec<&str> = programmes.iter().map(|programme| programme.name.as_str()).collect();
    Error::refused(
        "Hôm nay không nhận danh sách của chương trình đã chọn",
        format!("Chọn lại chương trình: {}.", names.join("; ")),
    )
}

/// What is said when there is none.
fn no_programme(actor: &Actor) -> Error {
    let era = if actor.tiers == 2 { "từ 01/7/2025" } else { "đến hết 30/6/2025" };
    Error::refused(
        format!(
            "Chưa có chương trình hỗ trợ nào lập theo đơn vị hành chính {era}, nên chưa nhận được \
             danh sách của {}",
            actor.display_name
        ),
        "Đề nghị tỉnh (người quản trị) đặt tệp chương trình có ngày đơn vị hành chính đúng thời kỳ \
         của đơn vị, rồi gửi lại tệp.",
    )
}

enum Kept {
    New(FileRow, store::Job),
    Known(FileRow),
}

async fn keep(
    app: &App,
    actor: &Actor,
    programme: &Programme,
    name: &str,
    sha256: &str,
    bytes: &[u8],
    at_once: bool,
) -> Result<Kept, Error> {
    let now = app.clock.now();
    let id = new_id(now)?;
    let file = FileRow {
        id,
        province_code: actor.scope.province().to_owned(),
        district_code: actor.scope.district().to_owned(),
        commune_code: actor.scope.commune().to_owned(),
        tiers: actor.tiers,
        sha256: sha256.to_owned(),
        file_name: name.to_owned(),
        size_bytes: i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        programme_code: programme.code.clone(),
        unit_date: programme.units_on,
        state: "queued".to_owned(),
        version: 1,
        refusal_code: String::new(),
        notice: String::new(),
        progress_done: 0,
        progress_total: 0,
        summary: String::new(),
        overrides: String::new(),
        uploaded_at: now,
        started_at: None,
        committed_at: None,
    };
    let job = reading::job(id, actor, now, at_once)?;
    let outcome = app
        .db
        .run_tx::<_, Error, _, _>("intake.keep", |tx| {
            let (file, job) = (&file, &job);
            async move {
                store::insert_file(&tx, file, bytes, actor.account_id).await?;
                store::queue(&tx, job, now, at_once).await?;
                let act = Act {
                    action: "intake.upload",
                    subject_kind: "file",
                    subject_id: file.id.to_string(),
                    detail: json!({ "sha256": sha256, "bytes": file.size_bytes }),
                };
                audit::record(&tx, actor, now, act).await?;
                Ok((tx, ()))
            }
        })
        .await;
    match outcome {
        Ok(()) => Ok(Kept::New(file, job)),
        Err(Error::Database(error)) if violates(&error, store::ONCE) => {
            // Two uploads of the same bytes at once: the index let one in.
            let twin = store::live_twin(app.db.read(), &actor.scope, sha256).await?;
            twin.map(Kept::Known).ok_or(Error::Database(error))
        }
        Err(error) => Err(error),
    }
}

/// Notes a refusal without content and gives it back as the answer.
async fn refused(
    app: &App,
    actor: &Actor,
    sha256: &str,
    size: usize,
    why: Refusal,
) -> Result<Error, Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("intake.refuse", |tx| {
            let code = why.code.clone();
            async move {
                let act = Act {
                    action: "intake.refuse",
                    subject_kind: "file",
                    subject_id: String::new(),
                    detail: json!({ "code": code, "sha256": sha256, "bytes": size }),
                };
                audit::record(&tx, actor, now, act).await?;
                Ok((tx, ()))
            }
        })
        .await?;
    Ok(why.into())
}
