//! The page of a file: progress, refusal, or the preview of a sheet.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::view::{self, ProblemGroup, RepairGroup, Shown};
use super::{file_of, refreshing, unit_name};
use crate::audit::{self, Act};
use crate::intake::refusals::refusal;
use crate::intake::store::{self, CodeCount, Wanted};
use crate::intake::types::{
    ColumnFact, Counts, Decisions, FileRow, FileState, SheetFact, Summary, Trouble,
};
use crate::intake::{must_own, words};
use crate::web::{Desk, Error, FieldError, Fields, PAGE_SIZE, Page, html};

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

/// A choice of a select box.
pub(super) struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A column with its choices.
pub(super) struct ColumnView {
    fact: ColumnFact,
    meaning: String,
    choices: Vec<Choice>,
}

/// Facts and choices of the open sheet.
pub(super) struct SheetView {
    number: usize,
    heading: String,
    facts: Vec<(String, String, bool)>,
    total: Option<(String, String, bool)>,
    columns: Vec<ColumnView>,
    groups: Vec<Choice>,
    units: Vec<Choice>,
    problems: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "intake/templates/preview.html")]
pub(super) struct PreviewPage {
    page: Page,
    id: String,
    name: String,
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
    open_rows: String,
    problems: Vec<ProblemGroup>,
    infos: Vec<ProblemGroup>,
    repairs: Vec<RepairGroup>,
    errors: Vec<FieldError>,
    own: bool,
    part: Part,
    committed: String,
    notice: String,
    waiting: String,
    version: i32,
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
        name: file.file_name.clone(),
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
        open_rows: words::count(i64::try_from(fact.rows).unwrap_or(0)),
        problems,
        infos,
        repairs,
        own,
        part: Part { to: Some(open), ..part.clone() },
        committed: file.committed_at.map(words::moment).unwrap_or_default(),
        notice: file.notice.clone(),
        waiting: words::count(waiting),
        version: file.version,
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
        let name = if sheet.name.is_empty() { file.file_name.clone() } else { sheet.name.clone() };
        tabs.push(Tab {
            href: format!("/nhap-lieu/{}?to={number}", file.id),
            name,
            told: format!("{} dòng, {} chỗ cần xem", words::count(counts.rows), words::count(cells)),
            open: number == open,
        });
    }
    Ok(tabs)
}

fn sheet_view(
    desk: &Desk,
    file: &FileRow,
    number: usize,
    fact: &SheetFact,
    decisions: &Decisions,
) -> SheetView {
    let group_name = |code: &str| desk.app.catalogue.group_name(&file.programme_code, code);
    let group = fact.group.as_deref().map(group_name);
    let heading = format!(
        "{}{}, {} dòng",
        if fact.name.is_empty() { "Danh sách".to_owned() } else { format!("Tờ “{}”", fact.name) },
        group.as_ref().map(|name| format!(": {name}")).unwrap_or_default(),
        words::count(i64::try_from(fact.rows).unwrap_or(0))
    );
    SheetView {
        number,
        heading,
        facts: facts(fact, group.as_deref()),
        total: total(fact),
        columns: fact.columns.iter().map(|c| column_view(number, c, decisions)).collect(),
        groups: group_choices(desk, file, number, group, decisions),
        units: unit_choices(desk, file, number, fact, decisions),
        problems: fact.problems.iter().map(sheet_problem).collect(),
    }
}

fn sheet_problem(problem: &Trouble) -> (String, String) {
    let place = problem.cells.first().map(|cell| format!(" (ô {cell})")).unwrap_or_default();
    let detail = problem.detail.as_ref().map(|text| format!("{text}. ")).unwrap_or_default();
    (
        format!("{}{place}", words::title(&problem.code)),
        format!("{detail}{}", words::advice(&problem.code)),
    )
}

/// (what, value, missing).
fn facts(fact: &SheetFact, group: Option<&str>) -> Vec<(String, String, bool)> {
    let found = |value: Option<&str>, place: Option<&String>| match (value, place) {
        (Some(value), Some(place)) => (format!("{value} ({place})"), false),
        (Some(value), None) => (value.to_owned(), false),
        _ => ("chưa nhận ra, chọn bên dưới".to_owned(), true),
    };
    let unit = match (&fact.unit_name, &fact.unit_code) {
        (Some(name), Some(code)) => Some(format!("{name}, mã {code}")),
        (None, Some(code)) => Some(format!("mã {code}")),
        _ => None,
    };
    let (unit, no_unit) = found(unit.as_deref(), fact.unit_found_in.as_ref());
    let (group, no_group) = match group {
        None if fact.columns.iter().any(|c| c.field == "group") => ("theo từng dòng".to_owned(), false),
        group => found(group, fact.group_found_in.as_ref()),
    };
    let rows: Vec<String> = fact.header_rows.iter().map(u32::to_string).collect();
    let first = fact.first_data_row.map(|row| row.to_string()).unwrap_or_default();
    let mut facts = vec![
        ("Đơn vị".to_owned(), unit, no_unit),
        ("Nhóm".to_owned(), group, no_group),
        (
            "Dòng tiêu đề".to_owned(),
            format!("dòng {}; dữ liệu từ dòng {first} đến {}", rows.join(", "), fact.last_row),
            rows.is_empty(),
        ),
    ];
    if let Some(charset) = &fact.charset {
        facts.push(("Phông chữ".to_owned(), format!("{charset}, đã đổi sang Unicode"), false));
    }
    if fact.amount_unit != 1 && fact.amount_unit != 0 {
        let unit = format!("nghìn đồng, đã nhân {}", words::count(fact.amount_unit));
        facts.push(("Đơn vị tính".to_owned(), unit, false));
    }
    if let Some(households) = fact.households {
        let households = i64::try_from(households).unwrap_or(0);
        let told = format!("{} hộ, {} khẩu", words::count(households), words::count(fact.people));
        facts.push(("Hộ, khẩu".to_owned(), told, false));
    }
    if !fact.stt_gap_rows.is_empty() {
        let rows: Vec<String> = fact.stt_gap_rows.iter().take(10).map(u32::to_string).collect();
        facts.push(("Số thứ tự nhảy".to_owned(), format!("ở dòng {}", rows.join(", ")), false));
    }
    let hidden: Vec<&str> =
        fact.columns.iter().filter(|c| c.hidden).map(|c| c.letter.as_str()).collect();
    if !hidden.is_empty() {
        facts.push(("Cột ẩn".to_owned(), format!("{}, vẫn đọc", hidden.join(", ")), false));
    }
    facts
}

/// (place, value, agrees).
fn total(fact: &SheetFact) -> Option<(String, String, bool)> {
    let row = fact.stated_row.map(|row| format!("dòng {row}: ")).unwrap_or_default();
    let stated = fact.stated_amount?;
    if stated == fact.amount {
        let told = format!("khớp với cộng {} dòng", words::count(i64::try_from(fact.rows).unwrap_or(0)));
        return Some((format!("{row}{}", words::dong(stated)), told, true));
    }
    let off = (stated - fact.amount).abs();
    let told = format!("lệch {}: cộng các dòng được {}", words::dong(off), words::dong(fact.amount));
    Some((format!("{row}{}", words::dong(stated)), told, false))
}

fn column_view(sheet: usize, column: &ColumnFact, decisions: &Decisions) -> ColumnView {
    let chosen = decisions
        .columns
        .iter()
        .find(|(s, c, _)| (*s, *c) == (sheet, column.index))
        .map(|(_, _, field)| if field.is_empty() { "bo" } else { field.as_str() });
    let meaning = if column.field.is_empty() || column.field == "other" {
        "không đọc".to_owned()
    } else {
        words::field(&column.field).to_owned()
    };
    let mut choices = vec![
        Choice { value: String::new(), label: "Theo tệp".to_owned(), chosen: chosen.is_none() },
        Choice { value: "bo".into(), label: "Không đọc cột này".into(), chosen: chosen == Some("bo") },
    ];
    choices.extend(words::COLUMN_FIELDS.iter().map(|field| Choice {
        value: field.as_str().to_owned(),
        label: words::field(field.as_str()).to_owned(),
        chosen: chosen == Some(field.as_str()),
    }));
    ColumnView { fact: column.clone(), meaning, choices }
}

fn group_choices(
    desk: &Desk,
    file: &FileRow,
    sheet: usize,
    found: Option<String>,
    decisions: &Decisions,
) -> Vec<Choice> {
    let chosen = decisions.groups.get(&sheet);
    let told = found.unwrap_or_else(|| "theo từng dòng".to_owned());
    let mut choices = vec![Choice {
        value: String::new(),
        label: format!("Theo tệp ({told})"),
        chosen: chosen.is_none(),
    }];
    let groups = desk.app.catalogue.programme(&file.programme_code);
    choices.extend(groups.iter().flat_map(|p| &p.groups).map(|group| Choice {
        value: group.code.clone(),
        label: group.name.clone(),
        chosen: chosen == Some(&group.code),
    }));
    choices
}

fn unit_choices(
    desk: &Desk,
    file: &FileRow,
    sheet: usize,
    fact: &SheetFact,
    decisions: &Decisions,
) -> Vec<Choice> {
    let chosen = decisions.units.get(&sheet);
    let told = fact.unit_name.clone().unwrap_or_else(|| "theo từng dòng".to_owned());
    let mut choices = vec![Choice {
        value: String::new(),
        label: format!("Theo tệp ({told})"),
        chosen: chosen.is_none(),
    }];
    choices.extend(communes_within(desk, file).into_iter().map(|unit| Choice {
        chosen: chosen == Some(&unit.code),
        value: unit.code,
        label: unit.full_name,
    }));
    choices
}

/// Communes for which the actor may write.
pub(super) fn communes_within(desk: &Desk, file: &FileRow) -> Vec<crate::areas::UnitRow> {
    let (areas, scope) = (&desk.app.areas, &desk.actor.scope);
    if !scope.commune().is_empty() {
        return areas.unit(3, scope.commune(), file.unit_date).cloned().into_iter().collect();
    }
    if scope.district().is_empty() {
        areas.communes(scope.province(), file.unit_date)
    } else {
        areas.communes_of(scope.district(), file.unit_date)
    }
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

    async fn rows(
        &self,
        code: &str,
        open_only: bool,
    ) -> Result<(Vec<crate::intake::types::Staged>, Option<String>), Error> {
        let after = if self.part.ma == code { self.part.sau } else { 0 };
        let wanted =
            Wanted { sheet: self.open, code, after, open_only, limit: PAGE_SIZE + 1 };
        let mut rows =
            store::rows_with_code(self.desk.app.db.read(), self.file.id, wanted).await?;
        let size = usize::try_from(PAGE_SIZE).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|last| {
            format!("/nhap-lieu/{}?to={}&ma={code}&sau={}", self.file.id, self.open, last.line)
        });
        Ok((rows, next))
    }

    async fn problem_groups(
        &self,
        shower: &view::Desk<'_>,
        info: bool,
        shown: &mut Shown,
    ) -> Result<Vec<ProblemGroup>, Error> {
        let wanted = |code: &str| {
            !words::is_repair(code) && (severity_of(code) == 1) == info
        };
        let mut groups = Vec::new();
        for count in self.codes(wanted).into_iter().filter(|count| count.open > 0) {
            let (rows, more) = self.rows(&count.code, true).await?;
            let rows = rows.iter().map(|row| shower.problem_row(row, &count.code, shown)).collect();
            groups.push(ProblemGroup {
                title: words::title(&count.code),
                advice: words::advice(&count.code),
                count: format!("{} dòng", words::count(count.open)),
                code: count.code.clone(),
                info,
                rows,
                more,
            });
        }
        Ok(groups)
    }

    async fn repair_groups(&self) -> Result<Vec<RepairGroup>, Error> {
        let mut groups = Vec::new();
        for count in self.codes(words::is_repair) {
            let (rows, more) = self.rows(&count.code, false).await?;
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
