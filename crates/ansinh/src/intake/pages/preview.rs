//! The page of a file: progress, refusal, or the preview of a sheet.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::sheet::{SheetView, sheet_view};
use super::view::{self, ProblemGroup, RepairGroup, Shown};
use super::{file_of, refreshing, unit_name};
use crate::audit::{self, Act};
use crate::intake::refusals::refusal;
use crate::intake::store::{self, CodeCount, Wanted};
use crate::intake::types::{Counts, Decisions, FileRow, FileState, SheetFact, Staged, Summary};
use crate::intake::{must_own, words};
use crate::web::{Desk, Error, FieldError, Fields, PAGE_SIZE, Page, html};

/// Rows of a kind on a page that shows all kinds of a long file; all of them are a link away.
const FEW: u64 = 5;

/// Rows with problems from which a sheet counts as long.
const LONG: i64 = 150;

/// Which part of the preview is wanted.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Part {
    /// 0-based sheet.
    pub to: Option<usize>,
    /// Only this repair or problem.
    #[serde(default)]
    pub ma: String,
    /// Lines after this one.
    #[serde(default)]
    pub sau: u32,
}

pub(super) async fn show(
    desk: Desk,
    Path(id): Path<String>,
    Query(part): Query<Part>,
) -> Result<Response, Error> {
    let file = file_of(&desk, &id).await?;
    match file.stage() {
        FileState::Queued | FileState::Reading | FileState::Committing => busy(&desk, &file).await,
        FileState::Refused | FileState::Discarded => gone(&desk, &file),
        FileState::Ready | FileState::Committed => {
            html(&preview(&desk, &file, &part, None, vec![]).await?)
        }
    }
}

#[derive(Template)]
#[template(path = "intake/templates/busy.html")]
struct BusyPage {
    page: Page,
    id: String,
    name: String,
    deed: &'static str,
    told: String,
    percent: Option<i64>,
    failed: bool,
    own: bool,
}

async fn busy(desk: &Desk, file: &FileRow) -> Result<Response, Error> {
    let failed = store::has_failed(desk.app.db.read(), file.id).await?;
    let running = crate::intake::running_of(&desk.app, file);
    let line = super::running_line(&running);
    let view = BusyPage {
        page: desk.page(format!("{}: đang xử lý", file.file_name), "nhap-lieu"),
        id: file.id.to_string(),
        name: file.file_name.clone(),
        deed: if file.stage() == FileState::Committing { "Đang ghi" } else { "Đang đọc" },
        told: line.told,
        percent: line.percent,
        failed,
        own: must_own(&desk.actor, file).is_ok(),
    };
    let response = html(&view)?;
    Ok(if failed { response } else { refreshing(response, "2") })
}

#[derive(Template)]
#[template(path = "intake/templates/gone.html")]
struct GonePage {
    page: Page,
    what: String,
    remedy: String,
}

fn gone(desk: &Desk, file: &FileRow) -> Result<Response, Error> {
    let (what, remedy) = if file.stage() == FileState::Discarded {
        let what = "Tệp này đã bỏ, không còn gì trong hệ thống".to_owned();
        (what, "Muốn nhập lại, tải tệp lên lần nữa.".to_owned())
    } else {
        let why = refusal(&file.refusal_code, "");
        (why.what, why.remedy)
    };
    let page = desk.page(&file.file_name, "nhap-lieu");
    let mut response = html(&GonePage { page, what, remedy })?;
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}

/// A tab.
pub(super) struct Tab {
    href: String,
    name: String,
    told: String,
    open: bool,
}

#[derive(Template)]
#[template(path = "intake/templates/preview.html")]
pub(super) struct PreviewPage {
    page: Page,
    id: String,
    unit: String,
    uploaded: String,
    size: String,
    sheet_count: usize,
    unread: Vec<String>,
    decoded: Vec<String>,
    counts: Counts,
    must_fix_told: String,
    repaired_told: String,
    tabs: Vec<Tab>,
    sheet: SheetView,
    problems: Vec<ProblemGroup>,
    infos: Vec<ProblemGroup>,
    repairs: Vec<RepairGroup>,
    errors: Vec<FieldError>,
    own: bool,
    part: Part,
    committed: String,
    notice: String,
    waiting: String,
}

impl PreviewPage {
    fn count(&self, number: &i64) -> String {
        words::count(*number)
    }

    fn dong(&self, amount: &i64) -> String {
        words::dong(*amount)
    }
}

/// The preview of a file; `posted` and `errors` when what was typed could not be kept.
pub(super) async fn preview(
    desk: &Desk,
    file: &FileRow,
    part: &Part,
    posted: Option<&Fields>,
    errors: Vec<FieldError>,
) -> Result<PreviewPage, Error> {
    let conn = desk.app.db.read();
    let summary = Summary::parse(&file.summary)?;
    let decisions = Decisions::parse(&file.overrides)?;
    let codes = store::code_counts(conn, file.id).await?;
    let counts = store::counts(conn, file.id).await?;
    let open = open_sheet(&summary, part);
    let own = must_own(&desk.actor, file).is_ok();
    let rows = Rows { desk, file, part, open, codes: &codes };
    let shower = view::Desk { decisions: &decisions, posted, errors: &errors, open: own };
    let mut shown = Shown::default();
    let problems = rows.problem_groups(&shower, false, &mut shown).await?;
    let infos = rows.problem_groups(&shower, true, &mut shown).await?;
    let repairs = rows.repair_groups().await?;
    note_sight(desk, file).await?;
    let waiting = counts.waiting();
    let empty = SheetFact::default();
    let fact = summary.sheets.get(open).unwrap_or(&empty);
    Ok(PreviewPage {
        page: desk.page(format!("Xem trước: {}", file.file_name), "nhap-lieu"),
        id: file.id.to_string(),
        unit: unit_name(&desk.app, file),
        uploaded: words::moment(file.uploaded_at),
        size: words::size(file.size_bytes),
        sheet_count: summary.sheets.len(),
        unread: summary.sheets.iter().filter(|s| s.irrelevant).map(|s| s.name.clone()).collect(),
        decoded: charsets(&summary),
        must_fix_told: told(&codes, |code| severity_of(code) == 3, |c| c.open),
        repaired_told: told(&codes, words::is_repair, |c| c.rows),
        tabs: tabs(desk, file, &summary, &codes, open).await?,
        sheet: sheet_view(desk, file, open, fact, &decisions),
        problems,
        infos,
        repairs,
        own,
        part: Part { to: Some(open), ..part.clone() },
        committed: file.committed_at.map(words::moment).unwrap_or_default(),
        notice: file.notice.clone(),
        waiting: words::count(waiting),
        counts,
        errors,
    })
}

/// The page shows full identity numbers: that somebody saw them is kept.
async fn note_sight(desk: &Desk, file: &FileRow) -> Result<(), Error> {
    let now = desk.app.clock.now();
    desk.app
        .db
        .run_tx::<_, Error, _, _>("intake.sight", |tx| async move {
            let act = Act {
                action: "id_number.view",
                subject_kind: "file",
                subject_id: file.id.to_string(),
                detail: json!({ "page": "intake.preview" }),
            };
            audit::record(&tx, &desk.actor, now, act).await?;
            Ok((tx, ()))
        })
        .await
}

fn open_sheet(summary: &Summary, part: &Part) -> usize {
    let read = |number: &usize| summary.sheets.get(*number).is_some_and(|s| !s.irrelevant);
    part.to
        .filter(read)
        .or_else(|| summary.sheets.iter().position(|sheet| !sheet.irrelevant))
        .unwrap_or(0)
}

fn charsets(summary: &Summary) -> Vec<String> {
    let mut found: Vec<String> =
        summary.sheets.iter().filter_map(|sheet| sheet.charset.clone()).collect();
    found.sort();
    found.dedup();
    found
}

/// Severity of a code of the reader; our own codes must be mended.
fn severity_of(code: &str) -> i16 {
    if words::is_repair(code) {
        return 0;
    }
    match lists::ProblemCode::parse(code).map(lists::ProblemCode::severity) {
        Some(lists::Severity::Info) => 1,
        Some(lists::Severity::Check) => 2,
        _ => 3,
    }
}

/// "13 họ tên mất chữ, 1 số tháng sai": the three most frequent codes.
fn told(
    codes: &[CodeCount],
    wanted: impl Fn(&str) -> bool,
    number: impl Fn(&CodeCount) -> i64,
) -> String {
    let mut sums: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
    for count in codes.iter().filter(|count| wanted(&count.code)) {
        *sums.entry(&count.code).or_default() += number(count);
    }
    let mut sums: Vec<(&str, i64)> = sums.into_iter().filter(|(_, n)| *n > 0).collect();
    sums.sort_by_key(|(code, n)| (-*n, *code));
    let parts: Vec<String> = sums
        .iter()
        .take(3)
        .map(|(code, n)| format!("{} {}", words::count(*n), lower_first(&words::title(code))))
        .collect();
    parts.join(", ")
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    let second_is_capital = text.chars().nth(1).is_some_and(char::is_uppercase);
    match chars.next() {
        Some(first) if !second_is_capital => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}

/// The group when no other sheet has the same one, else the name on the tab.
fn tab_name(desk: &Desk, file: &FileRow, summary: &Summary, sheet: &SheetFact) -> String {
    let alike = summary.sheets.iter().filter(|other| other.group == sheet.group).count();
    match &sheet.group {
        Some(group) if alike == 1 => desk.app.catalogue.group_name(&file.programme_code, group),
        _ if sheet.name.is_empty() => file.file_name.clone(),
        _ => sheet.name.clone(),
    }
}

async fn tabs(
    desk: &Desk,
    file: &FileRow,
    summary: &Summary,
    codes: &[CodeCount],
    open: usize,
) -> Result<Vec<Tab>, Error> {
    let mut tabs = Vec::new();
    for (number, sheet) in summary.sheets.iter().enumerate().filter(|(_, s)| !s.irrelevant) {
        let counts = store::sheet_counts(desk.app.db.read(), file.id, number).await?;
        let cells: i64 = codes
            .iter()
            .filter(|c| usize::try_from(c.sheet_no) == Ok(number) && severity_of(&c.code) >= 2)
            .map(|c| c.open)
            .sum();
        let name = tab_name(desk, file, summary, sheet);
        tabs.push(Tab {
            href: format!("/nhap-lieu/{}?to={number}", file.id),
            name,
            told: format!(
                "{} dòng, {} chỗ cần xem",
                words::count(counts.rows),
                words::count(cells)
            ),
            open: number == open,
        });
    }
    Ok(tabs)
}

/// The rows of the open sheet, group by group.
struct Rows<'a> {
    desk: &'a Desk,
    file: &'a FileRow,
    part: &'a Part,
    open: usize,
    codes: &'a [CodeCount],
}

impl Rows<'_> {
    /// Codes of the open sheet that are to be shown, the gravest first.
    fn codes(&self, wanted: impl Fn(&str) -> bool) -> Vec<&CodeCount> {
        let mut codes: Vec<&CodeCount> = self
            .codes
            .iter()
            .filter(|c| usize::try_from(c.sheet_no) == Ok(self.open) && wanted(&c.code))
            .filter(|c| self.part.ma.is_empty() || c.code == self.part.ma)
            .collect();
        codes.sort_by_key(|c| (-severity_of(&c.code), -c.open, c.code.clone()));
        codes
    }

    /// Rows of a code: a page of them when the code is wanted alone, else the first `few`.
    async fn rows(
        &self,
        code: &str,
        open_only: bool,
        few: u64,
    ) -> Result<(Vec<Staged>, Option<String>), Error> {
        let alone = self.part.ma == code;
        let (after, size) = if alone { (self.part.sau, PAGE_SIZE) } else { (0, few) };
        let wanted = Wanted { sheet: self.open, code, after, open_only, limit: size + 1 };
        let mut rows = store::rows_with_code(self.desk.app.db.read(), self.file.id, wanted).await?;
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let from = if alone { rows.last().map_or(0, |last| last.line) } else { 0 };
        let to = format!("/nhap-lieu/{}?to={}&ma={code}&sau={from}", self.file.id, self.open);
        Ok((rows, more.then_some(to)))
    }

    async fn problem_groups(
        &self,
        shower: &view::Desk<'_>,
        info: bool,
        shown: &mut Shown,
    ) -> Result<Vec<ProblemGroup>, Error> {
        let wanted = |code: &str| !words::is_repair(code) && (severity_of(code) == 1) == info;
        let mut groups = Vec::new();
        let codes: Vec<&CodeCount> =
            self.codes(wanted).into_iter().filter(|count| count.open > 0).collect();
        let total: i64 = codes.iter().map(|count| count.open).sum();
        let few = if total > LONG || info { FEW } else { PAGE_SIZE };
        for count in codes {
            let (rows, more) = self.rows(&count.code, true, few).await?;
            let first = rows.first().and_then(|row| row.problem(&count.code));
            let advice = first.map(|problem| problem.action.clone()).unwrap_or_default();
            let rows = rows.iter().map(|row| shower.problem_row(row, &count.code, shown)).collect();
            groups.push(ProblemGroup {
                title: words::title(&count.code),
                advice,
                count: format!("{} dòng", words::count(count.open)),
                code: count.code.clone(),
                rows,
                more,
            });
        }
        Ok(groups)
    }

    async fn repair_groups(&self) -> Result<Vec<RepairGroup>, Error> {
        let mut groups = Vec::new();
        for count in self.codes(words::is_repair) {
            let (rows, more) = self.rows(&count.code, false, FEW).await?;
            groups.push(RepairGroup {
                title: words::title(&count.code),
                count: format!("{} dòng", words::count(count.rows)),
                rows: rows.iter().flat_map(|row| view::repair_rows(row, &count.code)).collect(),
                code: count.code.clone(),
                more,
            });
        }
        Ok(groups)
    }
}
