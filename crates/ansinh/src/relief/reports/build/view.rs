//! The builder's page and its file.

use askama::Template;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use sheets::ColumnKind;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::choices::{Dim, Stage, Unit};
use super::rules::Plan;
use super::{AskedTable, Asking, Grid, PATH, address, asking, build, grid};
use crate::areas::in_sentence;
use crate::relief::reports::files::file_name;
use crate::relief::reports::pages::{Asked, Level, known_groups};
use crate::web::export::{Format, Note, Ready, Sheet, Value, column, export};
use crate::web::{Desk, Error, FieldError, Page, html};

#[derive(Debug, Clone)]
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

#[derive(Debug, Clone)]
struct LineView {
    name: String,
    cells: Vec<String>,
}

#[derive(Debug, Clone)]
struct Link {
    label: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "relief/reports/templates/build.html")]
struct BuildPage {
    page: Page,
    errors: Vec<FieldError>,
    lines_by: Vec<Choice>,
    columns_by: Vec<Choice>,
    stages: Vec<Choice>,
    units: Vec<Choice>,
    districts: Vec<Choice>,
    communes: Vec<Choice>,
    groups: Vec<Choice>,
    decisions: Vec<Choice>,
    from: String,
    to: String,
    /// Whether there is a table, and what it says.
    built: bool,
    caption: String,
    head: &'static str,
    heads: Vec<String>,
    lines: Vec<LineView>,
    sum: Vec<String>,
    crossed: bool,
    notes: Vec<&'static str>,
    usual: Vec<Link>,
    back: String,
    xlsx: String,
    csv: String,
}

fn choice(value: &str, label: impl Into<String>, chosen: bool) -> Choice {
    Choice { value: value.to_owned(), label: label.into(), chosen }
}

fn dims(chosen: Option<Dim>) -> Vec<Choice> {
    Dim::ALL.into_iter().map(|d| choice(d.code(), d.label(), chosen == Some(d))).collect()
}

/// The districts and communes of the officer's area; empty where there is nothing to choose.
fn places(desk: &Desk, asking: &Asking) -> (Vec<Choice>, Vec<Choice>) {
    let (areas, scope, at) = (&desk.app.areas, &desk.actor.scope, &asking.at);
    let place = &at.filter.place;
    let list = |units: Vec<crate::areas::UnitRow>, all: &str, chosen: &str| {
        let mut choices = vec![choice("", all, chosen.is_empty())];
        choices.extend(units.iter().map(|u| choice(&u.code, &u.full_name, u.code == chosen)));
        if units.is_empty() { vec![] } else { choices }
    };
    if !scope.commune().is_empty() {
        return (vec![], vec![]);
    }
    let districts = if scope.district().is_empty() {
        list(areas.districts(scope.province(), at.day), "Cả tỉnh", &place.district)
    } else {
        vec![]
    };
    let communes = match place.district.as_str() {
        "" if districts.is_empty() => {
            list(areas.communes_of(scope.province(), at.day), "Cả tỉnh", &place.commune)
        }
        "" => vec![],
        district => list(areas.communes_of(district, at.day), "Cả huyện", &place.commune),
    };
    (districts, communes)
}

/// Tables that are often asked for, in this place.
fn usual(asking: &Asking) -> Vec<Link> {
    let units = match asking.at.level {
        Level::Province => Dim::District,
        Level::District => Dim::Commune,
        Level::Commune => Dim::Group,
    };
    let plan = |line, column, stage, unit| Plan { line, column, stage, unit };
    let known = [
        ("Tiến độ", plan(units, None, None, Unit::Items)),
        ("Số tiền theo nhóm", plan(Dim::Group, None, None, Unit::Dong)),
        ("Đã chi từng ngày", plan(Dim::Day, None, Some(Stage::Paid), Unit::Dong)),
        (
            "Đã chi theo nhóm và hình thức",
            plan(Dim::Group, Some(Dim::Channel), Some(Stage::Paid), Unit::Items),
        ),
        (
            "Vì sao không chi được",
            plan(Dim::Reason, Some(Dim::Group), Some(Stage::NotPaid), Unit::Items),
        ),
        ("Theo nguồn kinh phí", plan(Dim::Source, None, None, Unit::Dong)),
    ];
    known
        .into_iter()
        .map(|(label, plan)| Link { label, href: address(PATH, &asking.asked, &plan) })
        .collect()
}

/// What must be known to read the table.
fn notes(asking: &Asking) -> Vec<&'static str> {
    let (plan, filter) = (&asking.plan, &asking.at.filter);
    let mut notes = Vec::new();
    if plan.has(Dim::is_time) || filter.from.is_some() || filter.to.is_some() {
        notes.push(
            "Ngày của một số liệu là ngày việc đó xảy ra: ngày lập danh sách, thẩm định, ký quyết \
             định, chi tiền (trừ khoản trở lại trong kỳ), ghi không chi được, từ chối, yêu cầu nộp \
             lại, nộp lại. “Chưa chi” và “Tạm giữ” tính từ ngày ký quyết định.",
        );
    }
    if plan.has(|dim| dim == Dim::Source) {
        notes.push(if plan.splits() {
            "Số tiền chia theo tỷ lệ nguồn ghi kèm từng quyết định, đến từng đồng, như báo cáo \
             nguồn kinh phí."
        } else {
            "Một khoản chi từ nhiều nguồn không chia lẻ được: khoản và người đứng theo cách góp \
             nguồn của quyết định. Đếm bằng đồng để xem từng nguồn."
        });
    }
    let counted = plan.measures().contains(&(Stage::Repaid, Unit::Items));
    if counted {
        notes.push("“Đã nộp lại” đếm số lần nộp, vì một người có thể nộp nhiều lần.");
    }
    notes
}

/// "Đã chi (khoản) theo nhóm đối tượng và hình thức chi, từ 1/6/2020 đến 19/6/2020".
fn caption(asking: &Asking) -> String {
    let (plan, filter) = (&asking.plan, &asking.at.filter);
    let what = plan.stage.map_or("Các số liệu", Stage::label);
    let unit = match (plan.stage, plan.measures().as_slice()) {
        (Some(_), [_, _, ..]) => String::new(),
        _ => format!(" ({})", plan.unit.label()),
    };
    let by = plan.line.label().to_lowercase();
    let across =
        plan.column.map_or_else(String::new, |dim| format!(" và {}", dim.label().to_lowercase()));
    let from = filter.from.map_or_else(String::new, |day| format!(", từ {}", vi_date(day)));
    let to = filter.to.map_or_else(String::new, |day| format!(", đến {}", vi_date(day)));
    format!("{}: {}{unit} theo {by}{across}{from}{to}", asking.at.name, in_sentence(what))
}

/// `GET /bao-cao/tu-lap`.
pub(in crate::relief::reports) async fn show(
    desk: Desk,
    Query(asked): Query<Asked>,
    Query(wanted): Query<AskedTable>,
) -> Result<Response, Error> {
    let mut asking = asking(&desk, asked, &wanted).await?;
    let mut made = None;
    if asking.errors.is_empty() {
        match build(&desk, &asking).await? {
            Ok(table) => made = Some(grid(&asking.plan, &table)),
            Err(error) => asking.errors.push(error),
        }
    }
    let wrong = !asking.errors.is_empty();
    let mut response = html(&page(&desk, &asking, made))?;
    if wrong {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn page(desk: &Desk, asking: &Asking, made: Option<Grid>) -> BuildPage {
    let (asked, plan) = (&asking.asked, &asking.plan);
    let title = format!("Tự lập báo cáo: {}", in_sentence(&asking.at.name));
    let built = made.as_ref().is_some_and(|grid| !grid.lines.is_empty());
    let grid = made.unwrap_or(Grid { heads: vec![], lines: vec![], sum: vec![] });
    let words = |numbers: &[i64]| numbers.iter().map(|n| Dong(*n).to_string()).collect();
    let (districts, communes) = places(desk, asking);
    let mut groups = vec![choice("", "Tất cả", asked.nhom.is_empty())];
    groups.extend(
        known_groups(desk).into_iter().map(|(code, name)| choice(&code, name, code == asked.nhom)),
    );
    let mut decisions = vec![choice("", "Tất cả", asked.quyet_dinh.is_empty())];
    decisions.extend(asking.decisions.iter().map(|one| {
        let label = format!("{} ngày {}", one.number, vi_date(one.decided_on));
        choice(&one.id.to_string(), label, one.id.to_string() == asked.quyet_dinh)
    }));
    let mut columns_by = vec![choice("", "Các số liệu", plan.column.is_none())];
    columns_by.extend(dims(plan.column));
    let mut stages = vec![choice("", "Tất cả", plan.stage.is_none())];
    stages
        .extend(Stage::ALL.into_iter().map(|s| choice(s.code(), s.label(), plan.stage == Some(s))));
    BuildPage {
        page: desk.page(title, "bao-cao"),
        errors: asking.errors.clone(),
        lines_by: dims(Some(plan.line)),
        columns_by,
        stages,
        units: Unit::ALL
            .into_iter()
            .map(|unit| choice(unit.code(), unit.label(), plan.unit == unit))
            .collect(),
        districts,
        communes,
        groups,
        decisions,
        from: asked.tu.clone(),
        to: asked.den.clone(),
        built,
        caption: caption(asking),
        head: plan.line.label(),
        heads: grid.heads,
        lines: grid
            .lines
            .iter()
            .map(|(name, cells)| LineView { name: name.clone(), cells: words(cells) })
            .collect(),
        sum: words(&grid.sum),
        crossed: plan.column.is_some(),
        notes: notes(asking),
        usual: usual(asking),
        back: asked.address("/bao-cao", &[("so", "")]),
        xlsx: address("/bao-cao/tu-lap/tep/tu-lap.xlsx", asked, plan),
        csv: address("/bao-cao/tu-lap/tep/tu-lap.csv", asked, plan),
    }
}

/// `GET /bao-cao/tu-lap/tep/{name}`: the same table, its sum line last.
pub(in crate::relief::reports) async fn file(
    desk: Desk,
    Path(name): Path<String>,
    Query(asked): Query<Asked>,
    Query(wanted): Query<AskedTable>,
) -> Result<Response, Error> {
    let format = Format::of(&name, "tu-lap")?;
    let asking = asking(&desk, asked, &wanted).await?;
    let refused = |error: &FieldError| {
        Error::refused(
            format!("Chưa lập được tệp. {}", error.message.trim_end_matches('.')),
            "Quay lại trang Tự lập báo cáo, chọn lại rồi tải.",
        )
    };
    if let Some(error) = asking.errors.first() {
        return Err(refused(error));
    }
    let table = build(&desk, &asking).await?.map_err(|error| refused(&error))?;
    let grid = grid(&asking.plan, &table);
    let mut columns = vec![column(asking.plan.line.label(), 34.0, ColumnKind::Text)];
    columns.extend(grid.heads.iter().map(|head| column(head, 16.0, ColumnKind::Money)));
    let row = |name: String, numbers: Vec<i64>| {
        std::iter::once(Value::Text(name)).chain(numbers.into_iter().map(Value::Whole)).collect()
    };
    let mut rows: Vec<Vec<Value>> =
        grid.lines.into_iter().map(|(name, numbers)| row(name, numbers)).collect();
    rows.push(row("Cộng".to_owned(), grid.sum));
    let sheet = Sheet { file: file_name(&desk, &asking.at, "tu-lap"), tab: "Báo cáo", columns };
    let note = Note { table: "bao-cao/tu-lap", filter: address("", &asking.asked, &asking.plan) };
    export(&desk, sheet, format, note, Ready(rows)).await
}
