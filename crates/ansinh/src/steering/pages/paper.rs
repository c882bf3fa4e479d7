//! `/chi-dao/{id}`: a paper, its tasks, and how far each unit is.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use chrono::NaiveDate;
use sheets::ColumnKind;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::list::{DutyLine, issuer};
use super::{id_of, read_text, sent_file, unit_of};
use crate::steering::acts;
use crate::steering::rules;
use crate::steering::store::{duties, files, papers};
use crate::steering::types::{Duty, PaperKind, PaperRow, State, TaskRow};
use crate::web::export::{Format, Note, Ready, Sheet, Value, column, export};
use crate::web::{Desk, Error, FieldError, Page, SignedForm, html, redirect_with, unprocessable};

/// Units of a task that stand open on the page; more are folded.
const OPEN_MAX: usize = 12;

struct TaskView {
    seq: i32,
    what: String,
    due: String,
    proof: bool,
    /// "120/216 đơn vị đã xong, 12 quá hạn".
    counts: String,
    planned: String,
    units: Vec<UnitLine>,
    open: bool,
}

struct UnitLine {
    duty: DutyLine,
    planned: String,
    spent: String,
}

/// Money of one source.
struct SourceLine {
    source: String,
    planned: String,
    spent: String,
    left: String,
}

struct FileLine {
    id: String,
    name: String,
}

#[derive(Template)]
#[template(path = "steering/templates/paper.html")]
struct PaperPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    heading: String,
    kind: &'static str,
    issuer: String,
    day: String,
    signer: String,
    ended: String,
    files: Vec<FileLine>,
    done: i64,
    duties: i64,
    late: i64,
    tasks: Vec<TaskView>,
    plan: bool,
    sources: Vec<SourceLine>,
    may_give: bool,
    may_urge: bool,
    why: String,
}

/// The paper of an address, inside the scope.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<PaperRow, Error> {
    let (id, today) = (id_of(id)?, desk.app.clock.today());
    let row = papers::paper(desk.app.db.read(), &desk.actor.scope, today, id).await?;
    row.ok_or(Error::NotFound)
}

/// `GET /chi-dao/{id}`
pub(super) async fn show(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let row = find(&desk, &id).await?;
    html(&page(&desk, &row, String::new(), vec![]).await?)
}

async fn page(
    desk: &Desk,
    row: &PaperRow,
    why: String,
    errors: Vec<FieldError>,
) -> Result<PaperPage, Error> {
    let (app, conn, scope) = (&desk.app, desk.app.db.read(), &desk.actor.scope);
    let (today, province) = (app.clock.today(), desk.actor.scope.province());
    let tasks = papers::tasks(conn, province, row.id).await?;
    let found = duties::of_paper(conn, scope, row.id).await?;
    let kept = files::of(conn, province, row.id).await?;
    let own = rules::is_issuer(&desk.actor, &row.district_code) && row.withdrawn_why.is_empty();
    let plan = PaperKind::from_code(&row.kind) == PaperKind::Plan;
    let of_task = |task: &TaskRow| found.iter().filter(|duty| duty.task_id == task.id).collect();
    let heading = format!("{}: {}", row.number, row.title);
    let urgeable = found
        .iter()
        .any(|duty| duty.state().open() && duty.late(today) && duty.urged_on != Some(today));
    Ok(PaperPage {
        page: desk.page(&row.number, "chi-dao"),
        errors,
        id: row.id.to_string(),
        heading,
        kind: PaperKind::from_code(&row.kind).label(),
        issuer: issuer(app, &row.district_code),
        day: vi_date(row.issued_on),
        signer: row.signer.clone(),
        ended: row.withdrawn_why.clone(),
        files: kept
            .into_iter()
            .map(|file| FileLine { id: file.id.to_string(), name: file.name })
            .collect(),
        done: row.done,
        duties: row.duties,
        late: row.late,
        tasks: tasks.iter().map(|task| task_view(desk, task, of_task(task), today)).collect(),
        plan,
        sources: if plan { sources(&found) } else { vec![] },
        may_give: own,
        may_urge: own && urgeable,
        why,
    })
}

fn task_view(desk: &Desk, task: &TaskRow, mut units: Vec<&Duty>, today: NaiveDate) -> TaskView {
    // What needs somebody's eye first; the order of units stays inside each.
    units.sort_by_key(|duty| match duty.state() {
        State::New | State::Taken if duty.late(today) => 0,
        State::Reported => 1,
        State::New | State::Taken => 2,
        State::Done | State::Withdrawn => 3,
    });
    let done = units.iter().filter(|duty| duty.state() == State::Done).count();
    let late = units.iter().filter(|duty| duty.state().open() && duty.late(today)).count();
    let mut counts = format!("{done}/{} đơn vị đã xong", units.len());
    if late > 0 {
        counts.push_str(&format!(", {late} quá hạn"));
    }
    let line = |duty: &&Duty| UnitLine {
        duty: DutyLine::of(&desk.app, duty, today),
        planned: Dong(duty.planned_dong).to_string(),
        spent: Dong(duty.spent_dong).to_string(),
    };
    TaskView {
        seq: task.seq,
        what: task.what.clone(),
        due: vi_date(task.due_on),
        proof: task.proof,
        counts,
        planned: match task.planned_dong {
            0 => String::new(),
            dong => format!("{} mỗi đơn vị, nguồn {}", Dong(dong).with_unit(), task.source),
        },
        open: units.len() <= OPEN_MAX,
        units: units.iter().map(line).collect(),
    }
}

/// Planned and spent by source; what was withdrawn is no longer planned beyond what was spent.
fn sources(found: &[Duty]) -> Vec<SourceLine> {
    let mut sums: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
    for duty in found {
        let sum = sums.entry(duty.source.as_str()).or_default();
        let planned = match duty.state() {
            State::Withdrawn => duty.spent_dong,
            _ => duty.planned_dong,
        };
        sum.0 = sum.0.saturating_add(planned);
        sum.1 = sum.1.saturating_add(duty.spent_dong);
    }
    sums.retain(|_, (planned, _)| *planned > 0);
    let line = |source: String, (planned, spent): (i64, i64)| SourceLine {
        source,
        planned: Dong(planned).to_string(),
        spent: Dong(spent).to_string(),
        left: Dong(planned - spent).to_string(),
    };
    let all = sums.values().fold((0_i64, 0_i64), |sum, one| {
        (sum.0.saturating_add(one.0), sum.1.saturating_add(one.1))
    });
    let mut lines: Vec<SourceLine> =
        sums.iter().map(|(source, sum)| line((*source).to_owned(), *sum)).collect();
    if !lines.is_empty() {
        lines.push(line("Cộng".to_owned(), all));
    }
    lines
}

/// `GET /chi-dao/{id}/tep/{tep}`
pub(super) async fn file(
    desk: Desk,
    Path((id, tep)): Path<(String, String)>,
) -> Result<Response, Error> {
    let row = find(&desk, &id).await?;
    let province = desk.actor.scope.province();
    let found = files::content(desk.app.db.read(), province, row.id, id_of(&tep)?).await?;
    Ok(sent_file(found.ok_or(Error::NotFound)?))
}

/// `POST /chi-dao/{id}/nhac`
pub(super) async fn urge(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let id = id_of(&id)?;
    let count = acts::urge(&form.desk.app, &form.desk.actor, id).await?;
    let to = format!("/chi-dao/{id}");
    Ok(match count {
        0 => redirect_with(&to, "canh", "Không còn đơn vị quá hạn nào chưa được nhắc hôm nay."),
        count => redirect_with(&to, "xong", &format!("Đã nhắc {count} đơn vị quá hạn.")),
    })
}

/// `POST /chi-dao/{id}/thoi`
pub(super) async fn withdraw(Path(id): Path<String>, form: SignedForm) -> Result<Response, Error> {
    let row = find(&form.desk, &id).await?;
    let mut errors = Vec::new();
    let missing = "Ghi vì sao thôi thực hiện; các đơn vị đọc được.";
    let why = read_text(&form.fields, "ly_do", (3, missing), &mut errors);
    if !errors.is_empty() {
        return unprocessable(&page(&form.desk, &row, why, errors).await?);
    }
    acts::withdraw(&form.desk.app, &form.desk.actor, row.id, &why).await?;
    let told = "Văn bản đã thôi thực hiện; các việc chưa xong không phải làm nữa.";
    Ok(redirect_with(&format!("/chi-dao/{}", row.id), "xong", told))
}

/// `GET /chi-dao/{id}/tai-ve/tien-do.xlsx`
pub(super) async fn table(
    desk: Desk,
    Path((id, name)): Path<(String, String)>,
) -> Result<Response, Error> {
    use ColumnKind::{Date, Money, Number, Text};
    let format = Format::of(&name, "tien-do")?;
    let row = find(&desk, &id).await?;
    let (app, today) = (&desk.app, desk.app.clock.today());
    let found = duties::of_paper(app.db.read(), &desk.actor.scope, row.id).await?;
    let sheet = Sheet {
        file: format!("tien-do-{}", vietnam::date::vi_date(today).replace('/', "-")),
        tab: "Tiến độ",
        columns: vec![
            column("Nhiệm vụ", 44.0, Text),
            column("Đơn vị", 26.0, Text),
            column("Hạn", 12.0, Date),
            column("Tình trạng", 22.0, Text),
            column("Tiến độ (%)", 10.0, Number),
            column("Ngày báo xong", 13.0, Date),
            column("Nguồn kinh phí", 22.0, Text),
            column("Kinh phí giao (đồng)", 17.0, Money),
            column("Đã chi (đồng)", 17.0, Money),
        ],
    };
    let line = |duty: &Duty| {
        vec![
            Value::text(&duty.what),
            Value::text(unit_of(app, duty)),
            Value::Day(duty.due_on),
            Value::text(rules::status(duty, today).1),
            Value::Whole(duty.percent.into()),
            Value::day(duty.reported_on),
            Value::text(&duty.source),
            Value::Whole(duty.planned_dong),
            Value::Whole(duty.spent_dong),
        ]
    };
    let rows: Vec<Vec<Value>> = found.iter().map(line).collect();
    let note = Note { table: "chi-dao", filter: row.id.to_string() };
    export(&desk, sheet, format, note, Ready(rows)).await
}

/// The id of a paper as a task's form names it.
pub(super) fn href(id: Uuid) -> String {
    format!("/chi-dao/{id}")
}
