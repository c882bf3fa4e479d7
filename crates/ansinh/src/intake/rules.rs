//! Pure decisions: how a file is named, which rows may be written, how a group is priced.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{Months, NaiveDate};
use lists::{
    DataRow, GroupRule, MonthRule, Per, RateCatalogue, Reading, Row, RowKind, Sex, SheetReading,
    words_of,
};

use super::types::{ColumnFact, Decisions, Mended, Place, SheetFact, Staged, Summary, Trouble};
use super::words;
use crate::relief::{Period, Programme, Unit};

/// The row belongs to a commune the account may not act for.
pub const OUT_OF_SCOPE: &str = "out_of_scope";
/// Nothing says which commune the row belongs to.
pub const UNIT_MISSING: &str = "unit_missing";
/// Nothing says which group the row belongs to.
pub const GROUP_MISSING: &str = "group_missing";
/// Another row of the household must be mended first: the head's amount is for all of them, so a
/// household is written together.
pub const HOUSEHOLD_WAITS: &str = "household_waits";
/// The head is in a list already, with the amount for the whole household.
pub const HOUSEHOLD_DONE: &str = "household_done";

/// A row that must be mended before it can be written.
pub const MUST_FIX: i16 = 3;
/// A row that is written as it is unless the clerk leaves it out.
pub const CHECK: i16 = 2;

/// Longest file name that is kept.
const NAME_CHARS_MAX: usize = 120;

/// A file name without folders, control characters and direction marks, not too long, with its
/// ending.
pub fn clean_file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
            && !matches!(c, '"' | '<' | '>' | '|' | '*' | '?' | ':')
    };
    let plain: String = last.chars().filter(visible).collect();
    let plain = vietnam::text::nfc(&plain);
    let plain = plain.trim().trim_start_matches('.');
    let (stem, ending) = match plain.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.chars().count() <= 8 => {
            (stem, format!(".{ending}"))
        }
        _ => (plain, String::new()),
    };
    let room = NAME_CHARS_MAX - ending.chars().count();
    let stem: String = stem.chars().take(room).collect();
    if stem.trim().is_empty() {
        format!("tep-khong-ten{ending}")
    } else {
        format!("{stem}{ending}")
    }
}

/// The groups of a programme as the reader wants them. Words by which a group is recognised in a
/// list come from the reader's own catalogue; rates, months and names from the programme.
pub fn rates(programme: &Programme) -> RateCatalogue {
    let known = RateCatalogue::resolution_42();
    let group = |group: &crate::relief::PolicyGroup| {
        let most = u32::try_from(group.months_max).unwrap_or(0);
        let template = known.group(&group.code).cloned().or_else(|| words_of(&group.code));
        let months = match template.as_ref().map(|rule| rule.months) {
            Some(MonthRule::Fixed(_)) => MonthRule::Fixed(most),
            _ if group.period == Period::Once => MonthRule::Fixed(1),
            _ => MonthRule::UpTo(most),
        };
        let per = if group.unit == Unit::HouseholdMember { Per::Khau } else { Per::Person };
        let words = template.unwrap_or_else(|| GroupRule {
            code: group.code.clone(),
            name: String::new(),
            monthly: 0,
            months,
            per,
            phrases: Vec::new(),
            cell_phrases: Vec::new(),
            words: Vec::new(),
        });
        GroupRule { name: group.name.clone(), monthly: group.monthly_dong, months, per, ..words }
    };
    // The reader tries groups in its own order, because "hộ cận nghèo" contains "hộ nghèo".
    let mut groups: Vec<GroupRule> = programme.groups.iter().map(group).collect();
    let place = |code: &str| known.groups.iter().position(|rule| rule.code == code);
    groups.sort_by_key(|rule| place(&rule.code).unwrap_or(usize::MAX));
    let most = programme.groups.iter().map(|group| group.months_max);
    let max_months = most.max().and_then(|most| u32::try_from(most).ok());
    let max_months = max_months.unwrap_or(known.max_months);
    let (latest_birth, child_after) = births(programme, &known);
    RateCatalogue {
        legal_basis: programme.legal.join("; "),
        groups,
        max_months,
        latest_birth,
        child_after,
        ..known
    }
}

/// Nobody on a list is born after the first day, who is under 14 on the second needs no identity
/// paper: the reader's own for programmes of its time, later ones count from their own days.
fn births(programme: &Programme, known: &RateCatalogue) -> (NaiveDate, NaiveDate) {
    let from = programme.valid_from;
    if from <= known.latest_birth {
        return (known.latest_birth, known.child_after);
    }
    let child_after = from.checked_sub_months(Months::new(14 * 12));
    (programme.valid_to.unwrap_or(from), child_after.unwrap_or(known.child_after))
}

/// What the actor may write: asked with a commune code.
pub type Reach<'a> = &'a dyn Fn(&str) -> bool;

/// Turns a reading into the facts of the sheets and the rows that wait for the clerk. `committed`
/// are the rows that are in lists already.
pub fn stage(
    reading: &Reading,
    decisions: &Decisions,
    committed: &HashSet<Place>,
    reach: Reach<'_>,
) -> (Summary, Vec<Staged>) {
    let mut rows = Vec::new();
    let mut sheets = Vec::new();
    let numbers: HashMap<Option<&str>, usize> = reading
        .sheets
        .iter()
        .enumerate()
        .map(|(number, sheet)| (sheet.sheet.as_deref(), number))
        .collect();
    for (number, sheet) in reading.sheets.iter().enumerate() {
        let first = rows.len();
        if !sheet.irrelevant {
            stage_sheet(number, sheet, &numbers, decisions, reach, &mut rows);
            households_together(&mut rows[first..], committed);
        }
        sheets.push(sheet_fact(sheet, &rows[first..]));
    }
    let summary = Summary {
        format: reading.format.unwrap_or_default().to_owned(),
        encoding: reading.encoding.clone(),
        dates_1904: reading.date_system == 1904,
        sheets,
    };
    (summary, rows)
}

fn stage_sheet(
    number: usize,
    sheet: &SheetReading,
    numbers: &HashMap<Option<&str>, usize>,
    decisions: &Decisions,
    reach: Reach<'_>,
    rows: &mut Vec<Staged>,
) {
    let mut section_hamlet = String::new();
    let mut head: Option<u32> = None;
    for row in &sheet.rows {
        match row {
            Row::Skip(skip) if skip.kind == RowKind::Section => {
                let text = skip.text.as_deref().unwrap_or_default();
                if let Some(hamlet) = hamlet_of(text) {
                    section_hamlet = hamlet;
                }
            }
            Row::Skip(_) => {}
            Row::Data(data) => {
                let mut staged = staged_row(number, data);
                if staged.hamlet.is_empty() {
                    staged.hamlet.clone_from(&section_hamlet);
                }
                staged.left_out = decisions.left_out.contains(&(number, data.row));
                excuse_duplicates(&mut staged, data, numbers, decisions);
                place_check(&mut staged, reach);
                if data.household_member {
                    staged.head_line = head;
                } else {
                    head = Some(data.row);
                }
                rows.push(staged);
            }
        }
    }
}

/// The rows of a household are written together or not at all: the head's row carries the amount
/// for everybody, and a member that came later would be paid twice.
fn households_together(rows: &mut [Staged], committed: &HashSet<Place>) {
    let mut waiting: HashMap<u32, u32> = HashMap::new();
    for row in rows.iter() {
        let head = row.head_line.unwrap_or(row.line);
        let stops = row.severity() >= MUST_FIX || (row.left_out && row.head_line.is_none());
        if stops && !committed.contains(&(row.sheet_no, row.line)) {
            waiting.entry(head).or_insert(row.line);
        }
    }
    for row in rows {
        let head = row.head_line.unwrap_or(row.line);
        if row.head_line.is_some() && committed.contains(&(row.sheet_no, head)) {
            let mut problem = own(HOUSEHOLD_DONE, row, "household_head");
            problem.detail = Some(format!("chủ hộ ở dòng {head}"));
            row.problems.push(problem);
        } else if let Some(line) = waiting.get(&head).filter(|line| **line != row.line)
            && row.severity() < MUST_FIX
        {
            let mut problem = own(HOUSEHOLD_WAITS, row, "household_head");
            problem.detail = Some(format!("chờ dòng {line}"));
            row.problems.push(problem);
        }
    }
}

fn own(code: &str, staged: &Staged, field: &str) -> Trouble {
    let cell = staged.cells.get(field).or_else(|| staged.cells.get("full_name"));
    Trouble {
        code: code.to_owned(),
        severity: MUST_FIX,
        cells: vec![cell.cloned().unwrap_or_else(|| format!("dòng {}", staged.line))],
        field: None,
        detail: None,
        suggestion: None,
        action: words::advice(code).to_owned(),
    }
}

fn place_check(staged: &mut Staged, reach: Reach<'_>) {
    let has = |code: &str| staged.problems.iter().any(|problem| problem.code == code);
    let mut found = Vec::new();
    match staged.commune.as_deref() {
        None if !has("unit_unknown") => found.push(own(UNIT_MISSING, staged, "unit")),
        Some(commune) if !reach(commune) => {
            let mut problem = own(OUT_OF_SCOPE, staged, "unit");
            problem.detail = Some(commune.to_owned());
            found.push(problem);
        }
        _ => {}
    }
    if staged.group.is_none() && !has("group_unknown") {
        found.push(own(GROUP_MISSING, staged, "group"));
    }
    staged.problems.extend(found);
}

/// A duplicate within the file may be written once the other rows of the set are left out.
fn excuse_duplicates(
    staged: &mut Staged,
    data: &DataRow,
    numbers: &HashMap<Option<&str>, usize>,
    decisions: &Decisions,
) {
    let others: Vec<Place> = data
        .duplicate_rows
        .iter()
        .filter_map(|other| Some((*numbers.get(&other.sheet.as_deref())?, other.row)))
        .filter(|place| *place != (staged.sheet_no, staged.line))
        .collect();
    let named: Vec<String> = data
        .duplicate_rows
        .iter()
        .filter(|other| {
            other.row != staged.line
                || numbers.get(&other.sheet.as_deref()) != Some(&staged.sheet_no)
        })
        .map(|other| match &other.sheet {
            Some(sheet) => format!("dòng {} tờ {sheet}", other.row),
            None => format!("dòng {}", other.row),
        })
        .collect();
    let alone = !others.is_empty() && others.iter().all(|place| decisions.left_out.contains(place));
    for problem in &mut staged.problems {
        if problem.code == "duplicate_in_file" || problem.code == "suspect_duplicate_in_file" {
            if alone {
                problem.severity = 1;
            }
            if problem.detail.is_none() && !named.is_empty() {
                problem.detail = Some(format!("trùng với {}", named.join(", ")));
            }
        }
    }
}

fn staged_row(sheet_no: usize, row: &DataRow) -> Staged {
    let by_name = |map: &BTreeMap<lists::Field, String>| -> BTreeMap<String, String> {
        map.iter().map(|(field, text)| (field.as_str().to_owned(), text.clone())).collect()
    };
    let birth = row.birth.map_or((None, None, None), |birth| {
        let small = |n: Option<u32>| n.and_then(|n| i32::try_from(n).ok());
        (Some(birth.year), small(birth.month), small(birth.day))
    });
    let mut raw: BTreeMap<String, String> =
        row.raw.iter().map(|(field, raw)| (field.as_str().to_owned(), raw.shown())).collect();
    raw.extend(by_name(&row.extra));
    Staged {
        sheet_no,
        line: row.row,
        full_name: row.full_name.clone(),
        birth,
        sex: row.sex.map(|sex| if sex == Sex::Male { "M" } else { "F" }.to_owned()),
        id_number: row.id_number.clone(),
        phone: row.phone.clone(),
        hamlet: row.address.as_deref().and_then(hamlet_of).unwrap_or_default(),
        address: row.address.clone(),
        household_head: row.household_head.clone(),
        head_line: None,
        relation: row.relation.clone(),
        household_size: row.household_size,
        group: row.group.clone(),
        commune: row.unit_code.clone(),
        months: row.months,
        amount: row.amount,
        declined: row.declined,
        note: row.note.clone(),
        note_kind: row.note_kind.and_then(|kind| match serde_json::to_value(kind) {
            Ok(serde_json::Value::String(code)) => Some(code),
            _ => None,
        }),
        member: row.household_member,
        left_out: false,
        repairs: row
            .repairs
            .iter()
            .map(|repair| Mended {
                code: repair.code.as_str().to_owned(),
                cells: repair.cells.clone(),
            })
            .collect(),
        problems: row.problems.iter().map(trouble).collect(),
        raw,
        cells: by_name(&row.cells),
        typed: row.typed.iter().map(|field| field.as_str().to_owned()).collect(),
    }
}

fn trouble(problem: &lists::Problem) -> Trouble {
    Trouble {
        code: problem.code.as_str().to_owned(),
        severity: match problem.severity() {
            lists::Severity::Info => 1,
            lists::Severity::Check => CHECK,
            lists::Severity::MustFix => MUST_FIX,
        },
        cells: problem.cells.clone(),
        field: problem.field.map(|field| field.as_str().to_owned()),
        detail: problem.detail.clone(),
        suggestion: problem.suggestion.clone(),
        action: action(problem),
    }
}

/// What to do about problems of this kind; the single suggestion stands in the field already.
fn action(problem: &lists::Problem) -> String {
    let plain = lists::Problem { suggestion: None, ..problem.clone() };
    let mut text = lists::messages::explain(&plain).action;
    if problem.suggestion.is_some() {
        text.push_str(" Gợi ý đã điền sẵn, chỉ ghi khi anh/chị đánh dấu đúng hoặc gõ lại.");
    }
    text
}

fn sheet_fact(sheet: &SheetReading, rows: &[Staged]) -> SheetFact {
    let mut skipped: BTreeMap<String, u64> = BTreeMap::new();
    for row in &sheet.rows {
        if let Row::Skip(skip) = row
            && let Ok(serde_json::Value::String(kind)) = serde_json::to_value(skip.kind)
        {
            *skipped.entry(kind).or_default() += 1;
        }
    }
    let example = |field: &str| {
        let found =
            rows.iter().take(20).find_map(|row| row.raw.get(field).filter(|t| !t.is_empty()));
        found.map(|text| text.chars().take(60).collect()).unwrap_or_default()
    };
    let column = |column: &lists::Column| {
        let field = column.field.map(|field| field.as_str().to_owned()).unwrap_or_default();
        ColumnFact {
            index: column.index,
            letter: column.col.clone(),
            header: column.header.clone(),
            example: if field.is_empty() { String::new() } else { example(&field) },
            field,
            hidden: column.hidden,
        }
    };
    SheetFact {
        name: sheet.sheet.clone().unwrap_or_default(),
        irrelevant: sheet.irrelevant,
        group: sheet.group.clone(),
        group_found_in: sheet.group_found_in.clone(),
        unit_code: sheet.unit_code.clone(),
        unit_name: sheet.unit.as_ref().map(|unit| unit.name.clone()),
        unit_found_in: sheet.unit.as_ref().map(|unit| unit.found_in.clone()),
        header_rows: sheet.header_rows.clone(),
        first_data_row: sheet.first_data_row,
        last_row: sheet.last_row,
        columns: sheet.columns.iter().map(column).collect(),
        charset: sheet.charset.map(str::to_owned),
        amount_unit: sheet.amount_unit,
        stt_gap_rows: sheet.stt_gap_rows.clone(),
        stated_people: sheet.totals_in_sheet.people,
        stated_amount: sheet.totals_in_sheet.amount,
        stated_row: sheet.totals_in_sheet.row,
        rows: sheet.computed_totals.rows,
        people: sheet.computed_totals.people,
        amount: sheet.computed_totals.amount,
        households: sheet.computed_totals.households,
        problems: sheet.problems.iter().map(trouble).collect(),
        skipped,
    }
}

/// The hamlet that an address or a section heading names, as written: the first part that begins
/// with thôn, xóm, khối, tổ, bản …
pub fn hamlet_of(text: &str) -> Option<String> {
    const WORDS: [&str; 9] =
        ["thon ", "xom ", "khoi ", "to dan pho ", "tdp ", "tdp", "ban ", "khu pho ", "to "];
    text.split([',', ';', '–', '-']).map(str::trim).find_map(|part| {
        let folded = vietnam::text::fold(part);
        let named = WORDS.iter().any(|word| folded.starts_with(word));
        (named && part.chars().count() <= 80).then(|| part.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_file_name_keeps_its_words_and_loses_its_tricks() {
        assert_eq!(clean_file_name("C:\\Users\\a\\DS hộ nghèo.xlsx"), "DS hộ nghèo.xlsx");
        assert_eq!(clean_file_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_file_name("ds\u{202E}xslx.exe\r\nX: y"), "dsxslx.exeX y");
        assert_eq!(clean_file_name(""), "tep-khong-ten");
        assert_eq!(clean_file_name(".xlsx"), "xlsx");
        assert!(clean_file_name(&format!("{}.xlsx", "ế".repeat(500))).ends_with(".xlsx"));
    }

    #[test]
    fn a_hamlet_is_the_part_that_says_so() {
        assert_eq!(hamlet_of("Thôn Bắc Hà, xã Sơn Kim 1").as_deref(), Some("Thôn Bắc Hà"));
        assert_eq!(hamlet_of("Tổ dân phố 3, Cẩm Xuyên").as_deref(), Some("Tổ dân phố 3"));
        assert_eq!(hamlet_of("Số 4 đường Trần Phú"), None);
    }

    #[test]
    fn rates_follow_the_programme_and_words_the_reader() {
        let catalogue = crate::relief::Catalogue::load(None).unwrap();
        let mut programme = catalogue.programme("NQ42").unwrap().clone();
        assert_eq!(rates(&programme).amounts("NCC", None, 1), vec![1_500_000]);
        assert_eq!(rates(&programme).amounts("HN", None, 4), vec![3_000_000]);
        assert_eq!(rates(&programme).groups.len(), 8);
        programme.groups[0].monthly_dong = 600_000;
        let code = programme.groups[0].code.clone();
        assert_eq!(rates(&programme).group(&code).unwrap().monthly, 600_000);
    }

    proptest! {
        #[test]
        fn any_name_becomes_a_plain_one(name in "\\PC*|[\\x00-\\x7f]*") {
            let clean = clean_file_name(&name);
            prop_assert!(!clean.is_empty() && clean.chars().count() <= NAME_CHARS_MAX + 20);
            prop_assert!(!clean.contains(['/', '\\', '\n', '\r', '"']));
        }
    }
}
