//! `/bao-cao/nguon-kinh-phi`: money by budget and by decision, for the finance department (R15).

mod files;
mod give;

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::rules::Line;
use super::store::{self, Row};
use super::{Budgets, Paper, budgets};
use crate::clock::{moment, new_id};
use crate::identity::{Role, Scope, account_names};
use crate::web::{App, Desk, Error, Page, html};

/// Routes of this room.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/bao-cao/nguon-kinh-phi", get(show))
        .route("/bao-cao/nguon-kinh-phi/tep/{name}", get(files::table))
        .route("/bao-cao/nguon-kinh-phi/giao", get(give::form).post(give::send))
        .route("/bao-cao/nguon-kinh-phi/giao/{id}/dao", post(give::reverse))
}

/// Decisions and allotments on the page; the files have all.
const SHOWN_MAX: usize = 100;

struct LineView {
    name: String,
    allotted: String,
    approved: String,
    paid: String,
    left: String,
    /// Mark and words of what needs an eye; empty when all is well.
    mark: &'static str,
    note: String,
}

/// A programme with its budgets, the sum last.
struct Programme {
    name: String,
    lines: Vec<LineView>,
}

struct PaperView {
    number: String,
    on: String,
    name: String,
    percent: i32,
    approved: String,
    paid: String,
    left: String,
}

struct GivenView {
    id: String,
    act: String,
    number: String,
    on: String,
    programme: String,
    source: String,
    amount: String,
    note: String,
    who: String,
    /// May be reversed: it is neither a reversal nor reversed.
    open: bool,
}

#[derive(Template)]
#[template(path = "relief/budgets/templates/money.html")]
struct MoneyPage {
    page: Page,
    heading: String,
    whole: bool,
    may_give: bool,
    programmes: Vec<Programme>,
    papers: Vec<PaperView>,
    papers_more: usize,
    given: Vec<GivenView>,
    given_more: bool,
}

fn programme_name(app: &App, code: &str) -> String {
    app.catalogue
        .programme(code)
        .map_or_else(|| "Chưa rõ chương trình".to_owned(), |one| one.name.clone())
}

/// `GET /bao-cao/nguon-kinh-phi`
async fn show(desk: Desk) -> Result<Response, Error> {
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let whole = matches!(scope, Scope::Province { .. });
    let Budgets { lines, papers } = budgets(&app.db, &app.catalogue, scope).await?;
    let (paid, allotted): (i64, i64) =
        lines.iter().fold((0, 0), |sum, line| (sum.0 + line.paid, sum.1 + line.allotted));
    let paid = Dong(paid).with_unit();
    let heading = match allotted {
        0 => format!("Kinh phí theo nguồn: đã chi {paid}"),
        given => format!("Kinh phí theo nguồn: đã chi {paid} trong {} được giao", Dong(given)),
    };
    let (given, given_more) = if whole { given(&desk).await? } else { (vec![], false) };
    html(&MoneyPage {
        page: desk.page("Kinh phí theo nguồn", "bao-cao"),
        heading,
        whole,
        may_give: desk.actor.role == Role::Province,
        programmes: programmes(app, &lines, whole),
        papers_more: papers.len().saturating_sub(SHOWN_MAX),
        papers: papers.iter().take(SHOWN_MAX).map(paper_view).collect(),
        given,
        given_more,
    })
}

fn programmes(app: &App, lines: &[Line], whole: bool) -> Vec<Programme> {
    let mut codes: Vec<&str> = lines.iter().map(|line| line.programme.as_str()).collect();
    codes.dedup();
    let one = |code: &str| {
        let own: Vec<&Line> = lines.iter().filter(|line| line.programme == code).collect();
        let mut views: Vec<LineView> = own.iter().map(|line| line_view(line, whole)).collect();
        let sum = |what: fn(&Line) -> i64| own.iter().map(|line| what(line)).sum::<i64>();
        views.push(LineView {
            name: "Cộng".to_owned(),
            allotted: Dong(sum(|line| line.allotted)).to_string(),
            approved: Dong(sum(|line| line.approved)).to_string(),
            paid: Dong(sum(|line| line.paid)).to_string(),
            left: Dong(sum(Line::left)).to_string(),
            mark: "",
            note: String::new(),
        });
        Programme { name: programme_name(app, code), lines: views }
    };
    codes.into_iter().map(one).collect()
}

fn line_view(line: &Line, whole: bool) -> LineView {
    let short = |what: &str, dong: i64| format!("{what} {}", Dong(-dong).with_unit());
    let (mark, note) = match line {
        _ if !whole => ("", String::new()),
        line if line.allotted == 0 => ("cho", "Chưa ghi số được giao".to_owned()),
        line if line.left() < 0 => ("tre", short("Đã chi vượt số được giao", line.left())),
        line if line.free() < 0 => ("canh", short("Đã duyệt vượt số được giao", line.free())),
        _ => ("", String::new()),
    };
    LineView {
        name: line.name.clone(),
        allotted: Dong(line.allotted).to_string(),
        approved: Dong(line.approved).to_string(),
        paid: Dong(line.paid).to_string(),
        left: Dong(line.left()).to_string(),
        mark,
        note,
    }
}

fn paper_view(paper: &Paper) -> PaperView {
    PaperView {
        number: paper.number.clone(),
        on: vi_date(paper.decided_on),
        name: paper.name.clone(),
        percent: paper.percent,
        approved: Dong(paper.approved).to_string(),
        paid: Dong(paper.paid).to_string(),
        left: Dong(paper.approved - paper.paid).to_string(),
    }
}

/// The newest allotments, and whether there are more.
async fn given(desk: &Desk) -> Result<(Vec<GivenView>, bool), Error> {
    let conn = desk.app.db.read();
    let limit = SHOWN_MAX as u64 + 1;
    let mut rows = store::rows(conn, &desk.actor.scope, i32::MAX, limit).await?;
    let more = rows.len() > SHOWN_MAX;
    rows.truncate(SHOWN_MAX);
    let who: Vec<uuid::Uuid> = rows.iter().map(|row| row.added_by).collect();
    let names = account_names(conn, &who).await?;
    let undone = |row: &Row| rows.iter().any(|other| other.reverses_id == Some(row.id));
    let mut views = Vec::with_capacity(rows.len());
    for row in &rows {
        let name = names.get(&row.added_by).map_or("", |(name, _)| name.as_str());
        views.push(GivenView {
            id: row.id.to_string(),
            act: new_id(desk.app.clock.now())?.to_string(),
            number: row.number.clone(),
            on: vi_date(row.decided_on),
            programme: programme_name(&desk.app, &row.programme_code),
            source: row.source_name.clone(),
            amount: Dong(row.amount_dong).to_string(),
            note: row.note.clone(),
            who: format!("{name}, {}", moment(row.added_at)),
            open: row.reverses_id.is_none() && !undone(row),
        });
    }
    Ok((views, more))
}
