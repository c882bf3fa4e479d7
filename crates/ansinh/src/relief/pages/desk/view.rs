//! The page of one pair: both rows side by side, what speaks for and against, and the choices.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use vietnam::date::vi_date;

use super::super::{dong, id_of};
use super::decide::kept_by_rule;
use super::pair::{Pair, is_mine, load, may_leave};
use super::{commune, deciding_unit, evidence_text, outcome};
use crate::clock::local;
use crate::relief::decide::judge_pair;
use crate::relief::rules::{Resolution, masked};
use crate::relief::store::duplicates::Side;
use crate::relief::types::birth_text;
use crate::relief::way::State;
use crate::web::{Desk, Error, FieldError, Page, html};

/// One column of the comparison.
pub(super) struct Column {
    pub name: String,
    pub group: String,
    pub amount: String,
    pub mine: bool,
    pub keep_allowed: bool,
    pub letter: bool,
}

/// One line of the comparison.
pub(super) struct Line {
    label: &'static str,
    a: String,
    b: String,
    /// The two differ: both are marked.
    differs: bool,
    number: bool,
    /// Class of the mark, and its word; empty where nothing is compared.
    mark: &'static str,
    word: &'static str,
}

/// One reason: `+ 6,1` and what it is.
pub(super) struct Reason {
    pub weight: String,
    pub words: String,
}

#[derive(Template)]
#[template(path = "relief/templates/warning.html")]
pub(super) struct WarningPage {
    page: Page,
    errors: Vec<FieldError>,
    id: String,
    title: String,
    evidence: &'static str,
    certain: bool,
    since: String,
    decides: String,
    due: String,
    late: bool,
    open: bool,
    papers: String,
    outcome: &'static str,
    reason: String,
    a: Column,
    b: Column,
    lines: Vec<Line>,
    reasons: Vec<Reason>,
    likely: String,
    rule: String,
    keeps: &'static str,
    legal: String,
    case: bool,
    case_dong: String,
    at_desk: bool,
    may_differ: bool,
    may_undo: bool,
    typed: String,
    chosen: String,
}

pub(super) async fn page(desk: Desk, Path(id): Path<String>) -> Result<Response, Error> {
    let pair = load(&desk, id_of(&id)?).await?;
    html(&of(&desk, &pair, vec![], "", "").await?)
}

/// The page of a pair, with what was typed and what is wrong with it.
pub(super) async fn of(
    desk: &Desk,
    pair: &Pair,
    errors: Vec<FieldError>,
    chosen: &str,
    typed: &str,
) -> Result<WarningPage, Error> {
    let Pair { warning, first, second } = pair;
    let (resolution, rule, legal) = judge_pair(&desk.app, first, second);
    let keeps = kept_by_rule(resolution);
    let open = warning.state == "open";
    let at_desk = pair.is_at_desk(desk);
    let may = at_desk || pair.by_number();
    let leaves = |side: &Side| may && side.paid_dong == 0;
    let may_leave_first = leaves(first) && may_leave(desk, pair, first).await?.is_ok();
    let may_leave_second = leaves(second) && may_leave(desk, pair, second).await?.is_ok();
    let names = if first.full_name == second.full_name {
        first.full_name.clone()
    } else {
        format!("{} và {}", first.full_name, second.full_name)
    };
    let kind = if warning.kind == "certain" { "Trùng chắc chắn" } else { "Nghi trùng" };
    let may_undo = match warning.state.as_str() {
        "kept_first" => at_desk && may_leave_second,
        "kept_second" => at_desk && may_leave_first,
        "different" => at_desk,
        _ => false,
    };
    Ok(WarningPage {
        page: desk.page("Một cảnh báo trùng", "canh-bao"),
        errors,
        id: warning.id.to_string(),
        title: format!("{kind}: {names}"),
        evidence: evidence_text(&warning.evidence, &warning.kind),
        certain: warning.kind == "certain",
        since: vi_date(local(warning.raised_at).0),
        decides: deciding_unit(desk, warning, first),
        due: warning.due_on.map(vi_date).unwrap_or_default(),
        late: open && warning.due_on.is_some_and(|due| due < desk.app.clock.today()),
        open,
        papers: warning.papers_due_on.map(vi_date).unwrap_or_default(),
        outcome: outcome(warning),
        reason: warning.reason.clone(),
        a: column(desk, first, open && may_leave_second),
        b: column(desk, second, open && may_leave_first),
        lines: lines(desk, first, second),
        reasons: reasons(&warning.reasons),
        likely: warning.score_centi.map(likely).unwrap_or_default(),
        rule,
        keeps,
        legal,
        case: matches!(resolution, Some(Resolution::Case { .. })),
        case_dong: if warning.case_dong > 0 { dong(warning.case_dong) } else { String::new() },
        at_desk,
        may_differ: at_desk && !pair.by_number(),
        may_undo,
        typed: typed.to_owned(),
        chosen: if chosen.is_empty() && warning.kind == "certain" {
            keeps.to_owned()
        } else {
            chosen.to_owned()
        },
    })
}

/// The reasons as the engine wrote them: `weight|words` a line.
pub(super) fn reasons(text: &str) -> Vec<Reason> {
    let split = |line: &str| {
        let (weight, words) = line.split_once('|')?;
        Some(Reason { weight: weight.to_owned(), words: words.to_owned() })
    };
    text.lines().filter_map(split).collect()
}

/// What a score (hundredths of log₂ of the odds) means among a hundred pairs.
fn likely(centi: i32) -> String {
    let odds = (f64::from(centi) / 100.0).exp2();
    let of_hundred = (100.0 * odds / (1.0 + odds)).round().clamp(1.0, 99.0);
    format!("Theo mô hình, trong 100 cặp như thế này khoảng {of_hundred:.0} cặp là một người.")
}

fn column(desk: &Desk, side: &Side, keep_allowed: bool) -> Column {
    let mine = is_mine(desk, side);
    Column {
        name: side.full_name.clone(),
        group: desk.app.catalogue.group_name(&side.programme_code, &side.group_code),
        amount: dong(side.due_dong),
        mine,
        keep_allowed,
        letter: mine && side.state == "listed",
    }
}

/// As much of two rows as the decision needs. What is compared is the whole; of a row outside the
/// scope only the birth year, the masked number and telephone and no hamlet are shown.
fn lines(desk: &Desk, a: &Side, b: &Side) -> Vec<Line> {
    let line = |label, texts: [String; 2], whole: Option<[&str; 2]>| {
        let (differs, mark, word) = match whole {
            Some(["", ""]) => (false, "mien", "Thiếu cả hai"),
            Some(["", _] | [_, ""]) => (false, "mien", "Thiếu một bên"),
            Some([x, y]) if x == y => (false, "that", "Giống"),
            Some(_) => (true, "ko", "Khác"),
            None => (false, "", ""),
        };
        let [a, b] = texts;
        Line { label, a, b, differs, number: false, mark, word }
    };
    let both = |f: &dyn Fn(&Side) -> String| [f(a), f(b)];
    let name = |side: &Side| vietnam::text::tone_key(&side.full_name);
    let births = both(&|side| birth_text(side.birth_year, side.birth_month, side.birth_day));
    let numbers = [a, b].map(|side| side.id_key.clone().unwrap_or_default());
    let hamlets = both(&|side| vietnam::text::fold(&side.hamlet));
    let names = both(&name);
    let phones = [a, b].map(|side| side.phone.clone().unwrap_or_default());
    let mut found = vec![
        line("Họ và tên", both(&|s| s.full_name.clone()), Some([&names[0], &names[1]])),
        line("Ngày, năm sinh", both(&|s| birth(desk, s)), Some([&births[0], &births[1]])),
        line("Giới tính", both(&|s| sex(s).to_owned()), Some([sex(a), sex(b)])),
        line("Số giấy tờ", both(&number), Some([&numbers[0], &numbers[1]])),
        line("Số điện thoại", both(&phone), Some([&phones[0], &phones[1]])),
        line("Thôn, xã", both(&|s| place(desk, s)), Some([&hamlets[0], &hamlets[1]])),
        line("Nguồn", both(&|s| source(desk, s)), None),
        line("Danh sách đang ở bước", both(&|s| step(s).to_owned()), None),
        line("Đã chi", both(&paid), None),
    ];
    if births[0] != births[1] && a.birth_year == b.birth_year && a.birth_year.is_some() {
        found[1].mark = "nua";
        found[1].word = "Cùng năm";
        found[1].differs = false;
    }
    if a.commune_code != b.commune_code {
        found[5].mark = "ko";
        found[5].word = "Khác xã";
        found[5].differs = false;
    }
    found[3].number = true;
    found[4].number = true;
    // Texts that look alike are not marked as different.
    for line in &mut found {
        line.differs &= line.a != line.b;
    }
    found
}

fn birth(desk: &Desk, side: &Side) -> String {
    if is_mine(desk, side) {
        birth_text(side.birth_year, side.birth_month, side.birth_day)
    } else {
        birth_text(side.birth_year, None, None)
    }
}

fn sex(side: &Side) -> &'static str {
    match side.sex.as_deref() {
        Some("M") => "Nam",
        Some("F") => "Nữ",
        _ => "",
    }
}

fn number(side: &Side) -> String {
    side.id_number.as_deref().map_or_else(|| "chưa có".to_owned(), masked)
}

/// `0912***406`.
fn phone(side: &Side) -> String {
    side.phone.as_deref().map_or_else(String::new, |number| {
        let digits: Vec<char> = number.chars().collect();
        let hidden = |at: usize| (4..digits.len().saturating_sub(3)).contains(&at);
        digits.iter().enumerate().map(|(at, c)| if hidden(at) { '*' } else { *c }).collect()
    })
}

fn place(desk: &Desk, side: &Side) -> String {
    let commune = commune(desk, side);
    if is_mine(desk, side) && !side.hamlet.is_empty() {
        format!("{}, {commune}", side.hamlet)
    } else {
        commune
    }
}

fn source(desk: &Desk, side: &Side) -> String {
    match side.source_line {
        Some(line) if is_mine(desk, side) => format!("Tờ “{}”, dòng {line}", side.source_sheet),
        _ => String::new(),
    }
}

fn step(side: &Side) -> &'static str {
    match (side.state.as_str(), State::of(&side.list_state)) {
        ("excluded", _) => "Đã loại",
        ("declined", _) => "Từ chối nhận",
        (_, Some(state)) => state.label(),
        _ => "",
    }
}

fn paid(side: &Side) -> String {
    if side.paid_dong > 0 {
        format!("{} đồng", dong(side.paid_dong))
    } else {
        "chưa".to_owned()
    }
}
