//! The report builder (`/bao-cao/tu-lap`): any dimension by any stage of the way, alone or crossed
//! with a second one. The sums are those of the plain reports: they are added up from the same rows.

mod choices;
mod facts;
mod labels;
mod rules;
mod view;

use serde::Deserialize;

use self::choices::{Dim, Stage, Unit};
use self::facts::{facts, shares};
use self::labels::Names;
use self::rules::{Numbers, Plan, Table, TooLarge, table};
use super::pages::{Asked, Ground, Level, ground, known_groups};
use super::store;
use super::types::DecisionName;
use crate::web::{Desk, Error, FieldError, encode};

pub(super) use view::{file, show};

/// The page's own address.
const PATH: &str = "/bao-cao/tu-lap";

/// What the address says beside the filters.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct AskedTable {
    hang: String,
    cot: String,
    so: String,
    tinh: String,
}

/// What was typed, short enough for a sentence.
fn short(typed: &str) -> String {
    let mut text: String = typed.chars().take(40).collect();
    if text.len() < typed.len() {
        text.push('…');
    }
    text
}

/// A choice of a list: none when empty, wrong when unknown.
fn chosen<T>(
    typed: &str,
    field: &'static str,
    what: &str,
    known: impl Fn(&str) -> Option<T>,
    errors: &mut Vec<FieldError>,
) -> Option<T> {
    let typed = typed.trim();
    let found = known(typed);
    if found.is_none() && !typed.is_empty() {
        let text = format!("{what}: không có “{}”. Chọn một mục trong danh sách.", short(typed));
        errors.push(FieldError::new(field, text));
    }
    found
}

impl AskedTable {
    /// The plan of an address; what is wrong in it is told at its field.
    fn plan(&self, level: Level, errors: &mut Vec<FieldError>) -> Plan {
        let usual = match level {
            Level::Province => Dim::District,
            Level::District => Dim::Commune,
            Level::Commune => Dim::Group,
        };
        let line = chosen(&self.hang, "hang", "Hàng", Dim::from_code, errors).unwrap_or(usual);
        let column = chosen(&self.cot, "cot", "Cột", Dim::from_code, errors);
        if column == Some(line) {
            let text = format!(
                "Hàng và cột đều là “{}”. Chọn chiều khác cho cột, hoặc để cột là “Các số liệu”.",
                line.label()
            );
            errors.push(FieldError::new("cot", text));
        }
        let stage = chosen(&self.so, "so", "Số liệu", Stage::from_code, errors);
        let unit = chosen(&self.tinh, "tinh", "Đếm bằng", Unit::from_code, errors);
        let unit = unit.unwrap_or(Unit::Items);
        // A crossed table shows one number in each cell.
        let stage = stage.or_else(|| column.map(|_| Stage::Paid));
        let plan = Plan { line, column: column.filter(|dim| *dim != line), stage, unit };
        if plan.measures().iter().any(|(stage, unit)| !stage.has(*unit)) {
            let text = "“Đã nộp lại” không đếm theo người, vì một người có thể nộp nhiều lần. \
                        Chọn khoản hoặc đồng.";
            errors.push(FieldError::new("tinh", text));
        }
        plan
    }
}

/// What a page or a file is made from.
struct Asking {
    asked: Asked,
    at: Ground,
    plan: Plan,
    decisions: Vec<DecisionName>,
    errors: Vec<FieldError>,
}

/// Reads the address.
///
/// # Errors
/// [`Error::NotFound`] for another's place.
async fn asking(desk: &Desk, mut asked: Asked, wanted: &AskedTable) -> Result<Asking, Error> {
    // Another district was chosen while the commune of the former one still stood in the form.
    if !asked.xa.is_empty() && !asked.huyen.is_empty() {
        let day = crate::relief::payments::unit_day(&desk.app, desk.actor.tiers);
        let unit = desk.app.areas.unit(3, &asked.xa, day).ok_or(Error::NotFound)?;
        if unit.parent_code != asked.huyen {
            asked.xa = String::new();
        }
    }
    let at = ground(desk, &asked)?;
    let mut errors = Vec::new();
    let plan = wanted.plan(at.level, &mut errors);
    let groups = known_groups(desk);
    let group = |typed: &str| groups.iter().any(|(code, _)| code == typed).then_some(());
    chosen(&asked.nhom, "nhom", "Nhóm", group, &mut errors);
    let decisions = store::decisions(desk.app.db.read(), &desk.actor.scope).await?;
    let decision =
        |typed: &str| decisions.iter().find(|one| one.id.to_string() == typed).map(|_| ());
    chosen(&asked.quyet_dinh, "quyet-dinh", "Quyết định", decision, &mut errors);
    errors.extend(at.errors.iter().cloned());
    Ok(Asking { asked, at, plan, decisions, errors })
}

/// The address of this table somewhere.
fn address(path: &str, asked: &Asked, plan: &Plan) -> String {
    let base =
        asked.address(path, &[("so", ""), ("so-dong", ""), ("tinh-trang", ""), ("ly-do", "")]);
    let joint = if base.contains('?') { '&' } else { '?' };
    let mut text = format!("{base}{joint}hang={}", encode(plan.line.code()));
    for (name, code) in [
        ("cot", plan.column.map_or("", Dim::code)),
        ("so", plan.stage.map_or("", Stage::code)),
        ("tinh", plan.unit.code()),
    ] {
        if !code.is_empty() {
            text.push_str(&format!("&{name}={code}"));
        }
    }
    text
}

/// Reads and lays out.
///
/// # Errors
/// A sentence at a field when the table would be too large; the engine's.
async fn build(desk: &Desk, asking: &Asking) -> Result<Result<Table, FieldError>, Error> {
    let (at, plan) = (&asking.at, &asking.plan);
    let facts = facts(desk, &at.filter, plan).await?;
    let shares = shares(desk, plan).await?;
    let names = Names::new(desk, at);
    let table = table(plan, &facts, &shares, |dim, key| names.label(dim, key));
    Ok(table.map_err(|TooLarge { lines, columns }| {
        let text = format!(
            "Bảng này có {lines} hàng và {columns} cột, quá lớn để đọc. Chọn chiều khác cho cột, hoặc \
             lọc theo huyện, nhóm hay ngày.",
        );
        FieldError::new("cot", text)
    }))
}

/// A table as heads, lines and the sum line; the last column of a crossed one is its sum.
struct Grid {
    heads: Vec<String>,
    lines: Vec<(String, Vec<i64>)>,
    sum: Vec<i64>,
}

fn grid(plan: &Plan, table: &Table) -> Grid {
    let measures = plan.measures();
    let (Some(_), [(stage, unit), ..]) = (plan.column, measures.as_slice()) else {
        let row = |numbers: &Numbers| measures.iter().map(|(s, u)| numbers.of(*s, *u)).collect();
        let head = |(stage, unit): &(Stage, Unit)| match plan.stage {
            Some(_) => format!("{}, {}", stage.label(), unit.label()),
            None => stage.label().to_owned(),
        };
        let lines = table.lines.iter().cloned().zip(table.line_sums.iter().map(row)).collect();
        return Grid { heads: measures.iter().map(head).collect(), lines, sum: row(&table.sum) };
    };
    let mut heads = table.columns.clone();
    heads.push("Cộng".to_owned());
    let row = |cells: &[Numbers], sum: &Numbers| {
        cells.iter().chain(std::iter::once(sum)).map(|n| n.of(*stage, *unit)).collect::<Vec<i64>>()
    };
    let sums = table.cells.iter().zip(&table.line_sums).map(|(cells, sum)| row(cells, sum));
    let lines = table.lines.iter().cloned().zip(sums).collect();
    Grid { heads, lines, sum: row(&table.column_sums, &table.sum) }
}
