//! Reading a kept file: heavy work beside the request, progress in the database, rows at the end.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU8, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use lists::{Context, Progress, RateCatalogue, Stage};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;
use vietnam::units::Gazetteer;

use super::store::{self, Job};
use super::types::{Decisions, FileRow, Place, Staged, Summary};
use super::{jobs, rules};
use crate::areas::Areas;
use crate::audit::{self, Act};
use crate::clock::new_id;
use crate::identity::{Actor, Role, Scope};
use crate::web::{App, Error};

/// How often progress is written.
const TELL_EVERY: Duration = Duration::from_millis(300);

/// What a job is about: the file, and for whom the work is done, as she was when she asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payload {
    /// The file.
    pub file_id: Uuid,
    account_id: Uuid,
    #[serde(default)]
    unit_account: Uuid,
    username: String,
    role: String,
    tiers: i16,
    province: String,
    district: String,
    commune: String,
}

impl Payload {
    pub(super) fn new(file_id: Uuid, actor: &Actor) -> Self {
        Self {
            file_id,
            account_id: actor.account_id,
            unit_account: actor.unit_account,
            username: actor.username.clone(),
            role: actor.role.code().to_owned(),
            tiers: actor.tiers,
            province: actor.scope.province().to_owned(),
            district: actor.scope.district().to_owned(),
            commune: actor.scope.commune().to_owned(),
        }
    }

    /// The officer for whom the work is done; without a session.
    pub(super) fn actor(&self) -> Result<Actor, Error> {
        let role = Role::from_code(&self.role)
            .ok_or_else(|| Error::internal("intake.job", "unknown role"))?;
        let scope = Scope::of(role, &self.province, &self.district, &self.commune, self.tiers);
        let mut actor = Actor::without_session(self.account_id, &self.username, role, scope);
        (actor.tiers, actor.unit_account) = (self.tiers, self.unit_account);
        Ok(actor)
    }
}

/// A job to read the file. `claimed`: this request runs it itself.
pub(super) fn job(
    file: Uuid,
    actor: &Actor,
    now: DateTime<Utc>,
    claimed: bool,
) -> Result<Job, Error> {
    let payload = serde_json::to_string(&Payload::new(file, actor))?;
    let attempts = i32::from(claimed);
    Ok(Job { id: new_id(now)?, kind: "intake.read".to_owned(), payload, attempts })
}

/// Runs a claimed reading to its end; failures are noted on the job and tried again later.
///
/// # Errors
/// The engine's, when not even the failure could be noted.
pub(super) async fn run(app: &App, job: &Job) -> Result<(), Error> {
    match read_and_keep(app, job).await {
        Ok(()) => Ok(()),
        Err(error) => jobs::note_failure(app, job, &error).await,
    }
}

async fn read_and_keep(app: &App, job: &Job) -> Result<(), Error> {
    let payload: Payload = serde_json::from_str(&job.payload)?;
    let id = payload.file_id;
    let actor = payload.actor()?;
    let now = app.clock.now();
    let started = app
        .db
        .run_tx::<_, Error, _, _>("intake.start_reading", |tx| async move {
            let started = store::start_reading(&tx, id, now).await?;
            Ok((tx, started))
        })
        .await?;
    let file = store::any_file(app.db.read(), id).await?;
    let content = store::original(app.db.read(), id).await?;
    let (true, Some(file), Some(content)) = (started, file, content) else {
        return jobs::finish(app, job).await;
    };
    let outcome = read_with_progress(app, job, &file, content, &actor).await?;
    keep(app, job, &file, &actor, outcome).await
}

enum Outcome {
    Read(Summary, Vec<Staged>),
    Refused(String),
}

/// How far the reading thread is.
#[derive(Default)]
struct Meter {
    done: AtomicI64,
    total: AtomicI64,
    stage: AtomicU8,
}

impl Meter {
    fn tell(&self, progress: Progress) {
        let whole = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        self.done.store(whole(progress.done), Ordering::Relaxed);
        self.total.store(progress.total.map_or(0, whole), Ordering::Relaxed);
        self.stage.store(u8::from(progress.stage == Stage::Comparing), Ordering::Relaxed);
    }
}

/// Everything the reading thread needs, owned.
struct Task {
    name: String,
    content: Vec<u8>,
    decisions: Decisions,
    committed: HashSet<Place>,
    rates: RateCatalogue,
    as_of: NaiveDate,
    scope: Scope,
    areas: Areas,
}

impl Task {
    async fn new(
        app: &App,
        file: &FileRow,
        content: Vec<u8>,
        actor: &Actor,
    ) -> Result<Self, Error> {
        let programme = app
            .catalogue
            .programme(&file.programme_code)
            .ok_or_else(|| Error::internal("intake.read", "the file's programme is gone"))?;
        Ok(Self {
            name: file.file_name.clone(),
            content,
            decisions: Decisions::parse(&file.overrides)?,
            committed: store::committed_places(app.db.read(), file.id).await?,
            rates: rules::rates(programme),
            as_of: file.unit_date,
            scope: actor.scope.clone(),
            areas: app.areas.clone(),
        })
    }

    fn read(&self, progress: &mut dyn FnMut(Progress)) -> lists::Reading {
        let home = (!self.scope.commune().is_empty()).then(|| self.scope.commune());
        let context = Context {
            catalogue: &self.rates,
            gazetteer: Gazetteer::builtin(),
            as_of: self.as_of,
            province: Some(self.scope.province()),
            home_unit: home,
        };
        lists::read(&self.name, &self.content, &context, &self.decisions.overrides(), progress)
    }

    fn run(&self, meter: &Meter) -> Outcome {
        let reading = self.read(&mut |progress| meter.tell(progress));
        if !reading.readable {
            let code = reading.file_problems.first().copied().unwrap_or("unreadable_corrupt");
            return Outcome::Refused(code.to_owned());
        }
        if reading.sheets.iter().all(|sheet| sheet.irrelevant) {
            return Outcome::Refused("no_list".to_owned());
        }
        let reach = |commune: &str| reaches(&self.areas, &self.scope, commune, self.as_of);
        let (summary, rows) = rules::stage(&reading, &self.decisions, &self.committed, &reach);
        Outcome::Read(summary, rows)
    }
}

/// True when the commune lies inside the scope on that day.
pub(super) fn reaches(areas: &Areas, scope: &Scope, commune: &str, on: NaiveDate) -> bool {
    let (province, district) = seat_of(areas, commune, on);
    scope.contains(&province, &district, commune)
}

/// Province and district of a commune; empty when nobody knows it. With two tiers the district is
/// empty.
pub(super) fn seat_of(areas: &Areas, commune: &str, on: NaiveDate) -> (String, String) {
    let Some(unit) = areas.unit(3, commune, on) else { return Default::default() };
    match areas.unit(2, &unit.parent_code, on) {
        Some(district) => (district.parent_code.clone(), district.code.clone()),
        None => (unit.parent_code.clone(), String::new()),
    }
}

async fn read_with_progress(
    app: &App,
    job: &Job,
    file: &FileRow,
    content: Vec<u8>,
    actor: &Actor,
) -> Result<Outcome, Error> {
    let task = Task::new(app, file, content, actor).await?;
    let meter = Arc::new(Meter::default());
    let held = meter.clone();
    let mut thread = tokio::task::spawn_blocking(move || task.run(&held));
    loop {
        tokio::select! {
            outcome = &mut thread => {
                return outcome.map_err(|error| Error::internal("intake.read", error));
            }
            () = tokio::time::sleep(TELL_EVERY) => {
                let done = meter.done.load(Ordering::Relaxed);
                let total = meter.total.load(Ordering::Relaxed);
                tell(app, job, file.id, done, total).await?;
            }
        }
    }
}

async fn tell(app: &App, job: &Job, id: Uuid, done: i64, total: i64) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("intake.progress", |tx| async move {
            if store::extend(&tx, job, now).await? {
                store::progress(&tx, id, done, total).await?;
            }
            Ok((tx, ()))
        })
        .await
}

/// Rows written in one transaction: between two of them other officers' writes go through.
const ROWS_A_TIME: usize = 2_000;

async fn keep(
    app: &App,
    job: &Job,
    file: &FileRow,
    actor: &Actor,
    outcome: Outcome,
) -> Result<(), Error> {
    match outcome {
        Outcome::Read(summary, rows) => keep_rows(app, job, file, &summary, &rows).await,
        Outcome::Refused(code) => keep_refusal(app, job, file, actor, &code).await,
    }
}

/// Puts the new rows in the place of the former ones, part by part. Nobody sees them before the
/// file is open again, and a worker that has been overtaken stops: the other writes the same.
async fn keep_rows(
    app: &App,
    job: &Job,
    file: &FileRow,
    summary: &Summary,
    rows: &[Staged],
) -> Result<(), Error> {
    let summary = serde_json::to_string(summary)?;
    let parts = rows.len().div_ceil(ROWS_A_TIME).max(1);
    for part in 0..parts {
        let from = part * ROWS_A_TIME;
        let some = &rows[from..rows.len().min(from + ROWS_A_TIME)];
        let (first, last) = (part == 0, part + 1 == parts);
        let now = app.clock.now();
        let going_on = app
            .db
            .run_tx::<_, Error, _, _>("intake.keep_rows", |tx| {
                let summary = &summary;
                async move {
                    let mine = if last {
                        store::finish(&tx, job, now).await?
                    } else {
                        store::extend(&tx, job, now).await?
                    };
                    if mine && first {
                        store::forget_rows(&tx, file.id).await?;
                    }
                    if mine {
                        store::add_rows(&tx, file.id, some).await?;
                    }
                    if mine && last {
                        store::finish_reading(&tx, file.id, summary).await?;
                    }
                    Ok((tx, mine))
                }
            })
            .await?;
        if !going_on {
            return Ok(());
        }
    }
    Ok(())
}

async fn keep_refusal(
    app: &App,
    job: &Job,
    file: &FileRow,
    actor: &Actor,
    code: &str,
) -> Result<(), Error> {
    let now = app.clock.now();
    app.db
        .run_tx::<_, Error, _, _>("intake.keep_refusal", |tx| async move {
            if store::finish(&tx, job, now).await? {
                store::refuse(&tx, file.id, code).await?;
                store::forget_content(&tx, file.id).await?;
                let act = Act {
                    action: "intake.refuse",
                    subject_kind: "file",
                    subject_id: file.id.to_string(),
                    detail: json!({ "code": code, "sha256": file.sha256 }),
                };
                audit::record(&tx, actor, now, act).await?;
            }
            Ok((tx, ()))
        })
        .await
}

/// Reads the file once more, for a download that needs the whole reading.
///
/// # Errors
/// [`Error::NotFound`] when the bytes are gone; the engine's.
pub(super) async fn reading_of(
    app: &App,
    file: &FileRow,
    actor: &Actor,
) -> Result<lists::Reading, Error> {
    let content = store::original(app.db.read(), file.id).await?.ok_or(Error::NotFound)?;
    let task = Task::new(app, file, content, actor).await?;
    tokio::task::spawn_blocking(move || task.read(&mut |_| {}))
        .await
        .map_err(|error| Error::internal("intake.reading_of", error))
}
