//! Issuing papers, giving tasks, and what units and issuers do with them: each act once by the id of
//! its form, on the task as it was seen, on record in its own transaction.

use chrono::NaiveDate;
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;

use super::rules::{self, Beside, Deed};
use super::store::duties::NewDuty;
use super::store::files::NewFile;
use super::store::steps::{NewStep, STEP_ID, STEP_ORDER};
use super::store::{duties, files, papers, places, steps};
use super::types::{Duty, PaperKind, PaperRow, State};
use crate::areas::tiers_on;
use crate::audit::{self, Act};
use crate::clock::new_id;
use crate::database::{Tx, violates};
use crate::identity::{Actor, Role, sha256_hex};
use crate::newsroom::{attachment, safe_name};
use crate::web::{App, Error};

/// How often an act is tried again because somebody was faster.
const TRIES_MAX: usize = 8;
/// Most departments that one task names.
const DEPARTMENTS_MAX: usize = 40;

/// A paper as it was typed and checked.
#[derive(Debug, Clone)]
pub struct Paper {
    /// Made when the form was made; becomes the paper's id.
    pub act: Uuid,
    /// What it is.
    pub kind: PaperKind,
    /// 15/CT-UBND.
    pub number: String,
    /// Its day.
    pub issued_on: NaiveDate,
    /// Who signed.
    pub signer: String,
    /// Trích yếu.
    pub title: String,
}

/// A file as it was sent.
#[derive(Debug, Clone, Default)]
pub(super) struct Sent {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Looks into a file; `None` when none was sent. The refusal stands at the field.
pub(super) fn inspected(
    sent: &Sent,
    id: Uuid,
    (subject, step): (Uuid, Option<Uuid>),
) -> Result<Option<NewFile>, &'static str> {
    if sent.bytes.is_empty() {
        return Ok(None);
    }
    let (media_type, ending) = attachment(&sent.bytes)?;
    let name = safe_name(&sent.name, ending);
    Ok(Some(NewFile { id, subject, step, name, media_type, content: sent.bytes.clone() }))
}

/// Writes a paper down.
///
/// # Errors
/// [`Error::Refused`] with what to do.
pub async fn issue(app: &App, actor: &Actor, paper: &Paper) -> Result<(), Error> {
    issue_with(app, actor, paper, None).await
}

pub(super) async fn issue_with(
    app: &App,
    actor: &Actor,
    paper: &Paper,
    file: Option<NewFile>,
) -> Result<(), Error> {
    actor.require(&[Role::District, Role::Province], "ghi văn bản chỉ đạo")?;
    if paper.kind != PaperKind::Directive {
        actor.require(&[Role::Province], "lập kế hoạch năm và đợt rà soát")?;
    }
    let now = app.clock.now();
    let key = vietnam::text::fold(&format!("{} {}", paper.number, paper.title));
    let (key, file) = (&key, &file);
    let done = app
        .db
        .run_tx::<_, Error, _, _>("steering.issue", |tx| async move {
            papers::add(&tx, actor, now, paper, key).await?;
            if let Some(file) = file.clone() {
                files::add(&tx, actor.scope.province(), now, file).await?;
            }
            let detail = json!({ "kind": paper.kind.code(), "number": paper.number });
            note(&tx, app, actor, "steering.issue", paper.act, detail).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error)) if violates(&error, papers::PAPER_ID) => {
            // Pressed twice. Another text under the same form is not swallowed.
            let found =
                papers::paper(app.db.read(), &actor.scope, app.clock.today(), paper.act).await?;
            let same = |row: &PaperRow| row.number == paper.number && row.title == paper.title;
            if found.as_ref().is_some_and(same) { Ok(()) } else { Err(moved()) }
        }
        outcome => outcome,
    }
}

/// To whom a task is given.
#[derive(Debug, Clone, Default)]
pub struct Target {
    /// All communes in reach.
    pub communes: bool,
    /// All districts.
    pub districts: bool,
    /// Codes of single communes and districts.
    pub units: Vec<String>,
    /// Departments of the province by name.
    pub departments: Vec<String>,
}

/// A task as it was typed and checked.
#[derive(Debug, Clone)]
pub struct Task {
    /// Made when the form was made; becomes the task's id.
    pub act: Uuid,
    /// Of which paper.
    pub paper: Uuid,
    /// What is to be done.
    pub what: String,
    /// Last day.
    pub due_on: NaiveDate,
    /// Done only with a file as evidence.
    pub proof: bool,
    /// Đồng; 0 outside plans.
    pub planned_dong: i64,
    /// Where that money comes from.
    pub source: String,
    /// To whom.
    pub target: Target,
}

/// Gives a task to units; returns to how many.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn give(app: &App, actor: &Actor, task: &Task) -> Result<usize, Error> {
    let units = units(app, actor, &task.target)?;
    for _ in 0..TRIES_MAX {
        let units = &units;
        let done = app
            .db
            .run_tx::<_, Error, _, _>("steering.give", |tx| async move {
                try_give(&tx, app, actor, task, units).await?;
                Ok((tx, ()))
            })
            .await;
        match done {
            Err(Error::Database(error)) if violates(&error, papers::TASK_ORDER) => {}
            Err(Error::Database(error)) if violates(&error, papers::TASK_ID) => {}
            outcome => return outcome.map(|()| units.len()),
        }
    }
    Err(Error::internal("steering.give", "a paper never came to rest"))
}

async fn try_give(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    task: &Task,
    units: &[NewDuty],
) -> Result<(), Error> {
    let (today, now, province) = (app.clock.today(), app.clock.now(), actor.scope.province());
    let paper = papers::paper(tx, &actor.scope, today, task.paper).await?.ok_or(Error::NotFound)?;
    own_and_in_force(actor, &paper)?;
    let known = papers::tasks(tx, province, paper.id).await?;
    if let Some(same) = known.iter().find(|one| one.id == task.act) {
        return if same.what == task.what && same.due_on == task.due_on {
            Ok(())
        } else {
            Err(moved())
        };
    }
    if task.due_on < today {
        return Err(Error::refused("Hạn hoàn thành đã qua", "Chọn ngày từ hôm nay trở đi."));
    }
    let seq = known.iter().map(|one| one.seq).max().unwrap_or(0) + 1;
    papers::add_task(tx, actor, now, (task, seq)).await?;
    duties::add(tx, province, (paper.id, task.act, task.due_on), units.to_vec()).await?;
    let detail = json!({ "task": task.act, "due_on": task.due_on, "units": units.len() });
    note(tx, app, actor, "steering.give", paper.id, detail).await
}

fn own_and_in_force(actor: &Actor, paper: &PaperRow) -> Result<(), Error> {
    if !rules::is_issuer(actor, &paper.district_code) {
        return Err(Error::refused(
            "Văn bản này do cấp khác ban hành",
            "Muốn giao tiếp cho xã, ghi văn bản của đơn vị mình rồi giao nhiệm vụ theo văn bản đó.",
        ));
    }
    if !paper.withdrawn_why.is_empty() {
        return Err(Error::refused(
            "Văn bản này đã thôi thực hiện",
            "Ghi văn bản mới thay cho văn bản này.",
        ));
    }
    Ok(())
}

/// The units of a target inside the actor's reach, each once.
fn units(app: &App, actor: &Actor, target: &Target) -> Result<Vec<NewDuty>, Error> {
    let tiers = tiers_on(app.clock.today());
    let day = app.catalogue.units_day(tiers, app.clock.today());
    let own = actor.scope.district();
    let districts = app.areas.districts(actor.scope.province(), day);
    let mut chosen: Vec<(String, String)> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    if own.is_empty() {
        for district in &districts {
            known.push(district.code.clone());
            if target.districts || target.units.contains(&district.code) {
                chosen.push((district.code.clone(), String::new()));
            }
        }
    }
    let communes = match own {
        "" => app.areas.communes(actor.scope.province(), day),
        own => app.areas.communes_of(own, day),
    };
    for commune in communes {
        let above = if tiers == 2 { String::new() } else { commune.parent_code };
        known.push(commune.code.clone());
        if target.communes || target.units.contains(&commune.code) {
            chosen.push((above, commune.code));
        }
    }
    if target.units.iter().any(|code| !known.contains(code)) {
        return Err(Error::refused(
            "Có đơn vị được chọn không thuộc quyền giao của anh/chị",
            "Tải lại trang rồi chọn lại đơn vị.",
        ));
    }
    let mut new = Vec::new();
    let mut push = |district, commune, department| -> Result<(), Error> {
        let id = new_id(app.clock.now())?;
        new.push(NewDuty { id, district, commune, tiers, department });
        Ok(())
    };
    for (district, commune) in chosen {
        push(district, commune, String::new())?;
    }
    let mut departments = target.departments.clone();
    departments.dedup();
    if (!own.is_empty() && !departments.is_empty()) || departments.len() > DEPARTMENTS_MAX {
        return Err(Error::refused(
            format!("Chỉ tỉnh giao việc cho sở, ngành; nhiều nhất {DEPARTMENTS_MAX} nơi một lần"),
            "Bỏ bớt tên sở, ngành rồi giao lại.",
        ));
    }
    for department in departments {
        push(String::new(), String::new(), department)?;
    }
    if new.is_empty() {
        return Err(Error::refused("Chưa chọn đơn vị nào", "Chọn đơn vị nhận việc rồi giao lại."));
    }
    Ok(new)
}

/// An act on a task of a unit.
#[derive(Debug, Clone)]
pub struct Order {
    /// Made when the form was made.
    pub act: Uuid,
    /// Which.
    pub duty: Uuid,
    /// As it was seen.
    pub version: i32,
    /// What.
    pub deed: Deed,
    /// In words.
    pub words: String,
    /// The unit says that it has no such place.
    pub nowhere: bool,
}

impl Order {
    fn body(&self) -> String {
        let whole = format!("{:?}|{}|{}|{}", self.deed, self.duty, self.words, self.nowhere);
        sha256_hex(whole.as_bytes())
    }
}

/// Does it. The same order again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn act(app: &App, actor: &Actor, order: &Order) -> Result<(), Error> {
    act_with(app, actor, order, None).await
}

pub(super) async fn act_with(
    app: &App,
    actor: &Actor,
    order: &Order,
    file: Option<NewFile>,
) -> Result<(), Error> {
    let file = &file;
    let done = app
        .db
        .run_tx::<_, Error, _, _>("steering.act", |tx| async move {
            try_act(&tx, app, actor, order, file.clone()).await?;
            Ok((tx, ()))
        })
        .await;
    match done {
        Err(Error::Database(error))
            if violates(&error, STEP_ID) || violates(&error, STEP_ORDER) =>
        {
            let known = steps::step(app.db.read(), actor.scope.province(), order.act).await?;
            let same = known.is_some_and(|step| step.body_sha256 == order.body());
            if same { Ok(()) } else { Err(moved()) }
        }
        outcome => outcome,
    }
}

async fn try_act(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    order: &Order,
    file: Option<NewFile>,
) -> Result<(), Error> {
    let (today, now, province) = (app.clock.today(), app.clock.now(), actor.scope.province());
    let duty = duties::duty(tx, &actor.scope, order.duty).await?.ok_or(Error::NotFound)?;
    let body = order.body();
    if let Some(known) = steps::step(tx, province, order.act).await? {
        return if known.body_sha256 == body { Ok(()) } else { Err(moved()) };
    }
    if duty.steps != order.version {
        return Err(moved());
    }
    let done = steps::steps(tx, province, duty.id).await?;
    let last_report = done.iter().rfind(|step| step.kind == "report");
    let listed = places::of_duty(tx, &actor.scope, duty.id).await?.len();
    let kept = files::of(tx, province, duty.id).await?;
    let beside = Beside {
        today,
        words: &order.words,
        has_file: file.is_some() || !kept.is_empty(),
        places: i64::try_from(listed).unwrap_or(i64::MAX),
        nowhere: order.nowhere,
        own_report: last_report.is_some_and(|step| step.by_account == actor.account_id),
    };
    let change = rules::after(actor, &duty, &order.deed, beside)
        .map_err(|(what, remedy)| Error::refused(what, remedy))?;
    if !duties::advance(tx, province, &duty, &change).await? {
        return Err(moved());
    }
    let words = told(order);
    let step = NewStep {
        id: order.act,
        subject: duty.id,
        seq: duty.steps + 1,
        kind: order.deed.code(),
        words: &words,
        body: &body,
        by: actor.account_id,
        now,
    };
    steps::add(tx, province, vec![step]).await?;
    if let Some(file) = file {
        files::add(tx, province, now, file).await?;
    }
    let detail =
        json!({ "state": change.state.code(), "due_on": change.due_on, "percent": change.percent });
    let action = format!("steering.{}", order.deed.code());
    note(tx, app, actor, &action, duty.id, detail).await
}

/// What the history tells: the words, and what was said by a number or a day.
fn told(order: &Order) -> String {
    let said = match &order.deed {
        Deed::Progress { percent, .. } => format!("{percent} %. "),
        Deed::Ask(day) => format!("Xin đến {}. ", vi_date(*day)),
        Deed::Return(Some(day)) => format!("Hạn mới {}. ", vi_date(*day)),
        Deed::Report { .. } if order.nowhere => "Cả xã không có nơi nào chưa có sóng. ".to_owned(),
        _ => String::new(),
    };
    format!("{said}{}", order.words).trim_end().to_owned()
}

/// Urges all units that are late with a paper, each at most once a day; returns how many.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] when the paper is another's.
pub async fn urge(app: &App, actor: &Actor, paper: Uuid) -> Result<usize, Error> {
    app.db
        .run_tx::<_, Error, _, _>("steering.urge", |tx| async move {
            let urged = try_urge(&tx, app, actor, paper).await?;
            Ok((tx, urged))
        })
        .await
}

async fn try_urge(tx: &Tx, app: &App, actor: &Actor, paper: Uuid) -> Result<usize, Error> {
    let (today, now, province) = (app.clock.today(), app.clock.now(), actor.scope.province());
    let row = papers::paper(tx, &actor.scope, today, paper).await?.ok_or(Error::NotFound)?;
    own_and_in_force(actor, &row)?;
    let mut told = Vec::new();
    for duty in duties::of_paper(tx, &actor.scope, paper).await? {
        let wanted = duty.state().open() && duty.late(today) && duty.urged_on != Some(today);
        // Somebody who acts at this instant needs no urging.
        if wanted && duties::urge(tx, province, &duty, today).await? {
            told.push((new_id(now)?, duty.id, duty.steps + 1));
        }
    }
    let count = told.len();
    if count > 0 {
        let body = sha256_hex(b"urge");
        let steps = told.iter().map(|(id, subject, seq)| NewStep {
            id: *id,
            subject: *subject,
            seq: *seq,
            kind: "urge",
            words: "Đã quá hạn, đề nghị thực hiện và báo cáo ngay.",
            body: &body,
            by: actor.account_id,
            now,
        });
        steps::add(tx, province, steps.collect()).await?;
        note(tx, app, actor, "steering.urge", paper, json!({ "units": count })).await?;
    }
    Ok(count)
}

/// Ends a paper: what is not done need not be done any more.
///
/// # Errors
/// [`Error::NotFound`] outside the scope; [`Error::Refused`] with what to do.
pub async fn withdraw(app: &App, actor: &Actor, paper: Uuid, why: &str) -> Result<(), Error> {
    app.db
        .run_tx::<_, Error, _, _>("steering.withdraw", |tx| async move {
            let (today, province) = (app.clock.today(), actor.scope.province());
            let row =
                papers::paper(&tx, &actor.scope, today, paper).await?.ok_or(Error::NotFound)?;
            own_and_in_force(actor, &row)?;
            if !papers::withdraw(&tx, province, paper, why).await? {
                return Err(moved());
            }
            let ended = duties::withdraw(&tx, province, paper).await?;
            note(&tx, app, actor, "steering.withdraw", paper, json!({ "units": ended })).await?;
            Ok((tx, ()))
        })
        .await
}

/// Somebody was faster, or the form is an old one.
pub(super) fn moved() -> Error {
    Error::refused(
        "Việc này vừa có người khác ghi, hoặc biểu mẫu đã được gửi với nội dung khác",
        "Mở lại trang, xem bước mới nhất rồi làm tiếp. Chưa có gì được ghi.",
    )
}

pub(super) async fn note(
    tx: &Tx,
    app: &App,
    actor: &Actor,
    action: &str,
    subject: Uuid,
    detail: serde_json::Value,
) -> Result<(), Error> {
    let act = Act { action, subject_kind: "steering", subject_id: subject.to_string(), detail };
    audit::record(tx, actor, app.clock.now(), act).await?;
    Ok(())
}

/// A duty that ended may not be written under any more.
pub(super) fn still_open(duty: &Duty) -> Result<(), Error> {
    if duty.state().open() {
        return Ok(());
    }
    let state = match duty.state() {
        State::Withdrawn => "đã thôi thực hiện",
        _ => "đã báo xong",
    };
    Err(Error::refused(
        format!("Đợt rà soát này {state}, danh sách nơi chưa có sóng không sửa được nữa"),
        "Cần sửa thì đề nghị đơn vị ban hành trả lại.",
    ))
}
