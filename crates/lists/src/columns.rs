//! Decides what every column means: by its headings first, by its values where they do not say,
//! by the clerk over both.

use sheets::column_letters;

use crate::grid::Grid;
use crate::header::{Header, HeaderColumn};
use crate::label::Label;
use crate::profile::Profile;
use crate::terms::{self, Meaning, Strength};
use crate::{Column, ColumnChoice, Field, Overrides, Sex};

/// A column while it is being decided.
#[derive(Debug)]
struct Candidate {
    column: Column,
    strength: Strength,
    profile: Profile,
    label: Label,
}

/// The columns of a table.
pub(crate) fn assign(
    grid: &Grid<'_>,
    header: &Header,
    sheet_index: usize,
    overrides: &Overrides,
) -> Vec<Column> {
    let mut candidates: Vec<Candidate> =
        header.columns.iter().map(|column| candidate(grid, header, column)).collect();
    split_name(&mut candidates);
    check_by_values(&mut candidates);
    settle(&mut candidates);
    fill_by_values(&mut candidates);
    settle_birth_sex(&mut candidates);
    let mut columns: Vec<Column> =
        candidates.into_iter().map(|candidate| candidate.column).collect();
    choose(&mut columns, sheet_index, overrides);
    columns.retain(|column| column.field.is_some() || !column.header.is_empty());
    columns
}

fn candidate(grid: &Grid<'_>, header: &Header, heading: &HeaderColumn) -> Candidate {
    let profile = Profile::of(grid, heading.col, header.first_data_row);
    let (meaning, sex) = meaning(heading, &profile);
    let column = Column {
        index: heading.col,
        col: column_letters(heading.col),
        header: shown(heading),
        field: meaning.map(|m| m.field),
        sex,
        hidden: grid.sheet.hidden_columns.contains(&heading.col),
    };
    let strength = meaning.map_or(Strength::Weak, |m| m.strength);
    Candidate { column, strength, profile, label: Label::of(&heading.text()) }
}

/// The leaf alone where it says everything, else with its bands.
fn shown(heading: &HeaderColumn) -> String {
    let leaf = heading.leaf();
    let enough = terms::classify(&Label::of(leaf)).is_some_and(|m| m.strength == Strength::Strong);
    if enough && terms::sex_heading(leaf).is_none() { leaf.to_owned() } else { heading.text() }
}

/// The leaf decides, in the light of the bands over it.
fn meaning(heading: &HeaderColumn, profile: &Profile) -> (Option<Meaning>, Option<Sex>) {
    let strong = |field: Field| Some(Meaning { field, strength: Strength::Strong });
    let leaf = Label::of(heading.leaf());
    let band = heading.parts.len().checked_sub(2).and_then(|at| {
        heading.parts[..=at].iter().rev().find_map(|part| terms::classify(&Label::of(part)))
    });
    if let Some(sex) = terms::sex_heading(heading.leaf()) {
        let dates = profile.mostly(profile.dates);
        return match band.map(|band| band.field) {
            Some(Field::Birth) => (strong(Field::Birth), Some(sex)),
            // Without a band the values tell marks from years of birth.
            _ if dates => (strong(Field::Birth), Some(sex)),
            _ => (strong(Field::Sex), Some(sex)),
        };
    }
    let own = terms::classify(&leaf);
    let whole = terms::classify(&Label::of(&specific(heading))).filter(|whole| {
        !matches!(whole.field, Field::Group | Field::Note | Field::Job) || own.is_some()
    });
    if let Some(band) = band
        && band.field == Field::FullName
        && leaf.is_any(&["ten"])
    {
        return (strong(Field::NameGiven), None);
    }
    if let Some(band) = band
        && own.is_none()
        && leaf.is_any(&["so", "so giay", "so the"])
    {
        return (Some(band), None);
    }
    let found = match own {
        Some(own) if own.strength == Strength::Strong => Some(own),
        Some(own) => whole.filter(|whole| whole.field == own.field).or(Some(own)),
        None => whole,
    };
    let sex = found
        .filter(|found| found.field == Field::Birth)
        .and_then(|_| terms::sex_at_end(heading.leaf()));
    (found, sex)
}

/// The headings without bands that only say what follows ("Thông tin đối tượng").
fn specific(heading: &HeaderColumn) -> String {
    let generic = |part: &&String| {
        !Label::of(part).has_any(&["thong tin", "noi dung", "chi tiet", "che do", "phan"])
    };
    let (leaf, bands) = heading.parts.split_last().map_or(("", &[][..]), |(l, b)| (l.as_str(), b));
    let mut parts: Vec<&str> = bands.iter().filter(generic).map(String::as_str).collect();
    parts.push(leaf);
    parts.join(" / ")
}

/// Family name and given name in two columns: under "Họ đệm | Tên", or under one heading that
/// is merged over both.
fn split_name(candidates: &mut [Candidate]) {
    let last = candidates.iter().position(|c| c.column.field == Some(Field::NameLast));
    if let Some(last) = last {
        let given = candidates.iter().enumerate().position(|(at, c)| {
            at > last && at <= last + 2 && c.label.words().last() == Some("ten")
        });
        match given {
            Some(given) => candidates[given].column.field = Some(Field::NameGiven),
            None => candidates[last].column.field = Some(Field::FullName),
        }
        return;
    }
    let pair = candidates.windows(2).position(|pair| {
        pair[0].column.field == Some(Field::FullName)
            && pair[1].column.field == Some(Field::FullName)
            && pair[0].column.header == pair[1].column.header
            && pair[1].profile.mostly(pair[1].profile.words)
    });
    if let Some(at) = pair {
        candidates[at].column.field = Some(Field::NameLast);
        candidates[at + 1].column.field = Some(Field::NameGiven);
    }
}

/// Headings with two readings, and headings that the values contradict.
fn check_by_values(candidates: &mut [Candidate]) {
    for candidate in candidates.iter_mut() {
        let profile = candidate.profile;
        if profile.filled < 3 {
            continue;
        }
        match candidate.column.field {
            // "ĐT" is điện thoại or đối tượng.
            Some(Field::Phone)
                if candidate.strength == Strength::Weak && profile.mostly(profile.words) =>
            {
                candidate.column.field = Some(Field::Group);
            }
            // "Tháng" over dates or "Tổng" over nothing but counts.
            Some(Field::Months) if profile.mostly(profile.dates) => {
                candidate.column.field = Some(Field::Other);
            }
            Some(Field::Unit)
                if candidate.strength == Strength::Weak && !profile.mostly(profile.words) =>
            {
                candidate.column.field = None;
            }
            Some(Field::Sex) if profile.mostly(profile.dates) => {
                candidate.column.field = Some(Field::Birth);
            }
            Some(Field::Amount)
                if candidate.strength == Strength::Weak && profile.mostly(profile.words) =>
            {
                candidate.column.field = None;
            }
            _ => {}
        }
    }
}

/// Only one column may carry a field that has one value.
fn settle(candidates: &mut [Candidate]) {
    let has_name = candidates.iter().any(|c| {
        matches!(c.column.field, Some(Field::FullName | Field::NameLast))
            && c.strength == Strength::Strong
    });
    if !has_name
        && let Some(head) =
            candidates.iter_mut().find(|c| c.column.field == Some(Field::HouseholdHead))
    {
        // A list of heads only: "Họ tên chủ hộ" is the person.
        head.column.field = Some(Field::FullName);
    }
    keep_one(candidates, Field::FullName, |c| {
        (
            c.strength,
            i32::from(c.profile.mostly(c.profile.names)),
            -(c.label.words().count() as i32),
        )
    });
    settle_amount(candidates);
    keep_one(candidates, Field::HouseholdSize, |c| {
        (c.strength, i32::from(c.label.has("ho tro")), i32::from(c.label.has("khau")))
    });
    keep_one(candidates, Field::IdNumber, |c| {
        (c.strength, i32::from(c.profile.mostly(c.profile.ids)), c.profile.ids as i32)
    });
    keep_one(candidates, Field::Months, |c| {
        (c.strength, i32::from(c.profile.mostly(c.profile.small)), c.profile.filled as i32)
    });
    keep_one(candidates, Field::Address, |c| (c.strength, c.profile.filled as i32, 0));
    keep_one(candidates, Field::Unit, |c| (c.strength, c.profile.filled as i32, 0));
    keep_one(candidates, Field::Group, |c| {
        (c.strength, i32::from(c.label.has("doi tuong")), c.profile.filled as i32)
    });
    keep_one(candidates, Field::Phone, |c| (c.strength, c.profile.phones as i32, 0));
    for field in [
        Field::Stt,
        Field::Note,
        Field::Relation,
        Field::HouseholdHead,
        Field::NameLast,
        Field::NameGiven,
    ] {
        keep_one(candidates, field, |c| (c.strength, 0, 0));
    }
}

/// Keeps the best column of a field (the first of equals); the others are not read.
fn keep_one<F>(candidates: &mut [Candidate], field: Field, rank: F)
where
    F: Fn(&Candidate) -> (Strength, i32, i32),
{
    let of_field = |c: &Candidate| c.column.field == Some(field);
    let Some(best) = candidates.iter().filter(|c| of_field(c)).map(&rank).max() else { return };
    let mut found = false;
    for candidate in candidates.iter_mut().filter(|c| c.column.field == Some(field)) {
        if !found && rank(candidate) == best {
            found = true;
        } else {
            candidate.column.field = Some(Field::Other);
        }
    }
}

/// "Thành tiền" before "Số tiền" before "Mức hỗ trợ"; what is left over is a rate.
fn settle_amount(candidates: &mut [Candidate]) {
    let rank = |c: &Candidate| {
        let sum = c.label.has_any(&[
            "thanh tien",
            "tong so tien",
            "tong tien",
            "tong kinh phi",
            "thuc nhan",
        ]);
        (c.strength, i32::from(sum), c.column.index as i32)
    };
    let of_amount = |c: &Candidate| c.column.field == Some(Field::Amount);
    let Some(best) = candidates.iter().filter(|c| of_amount(c)).map(rank).max() else {
        // Only a column per month: then that is the amount paid.
        let rates = candidates.iter().filter(|c| c.column.field == Some(Field::Rate)).count();
        if rates == 1
            && let Some(rate) = candidates.iter_mut().find(|c| c.column.field == Some(Field::Rate))
        {
            rate.column.field = Some(Field::Amount);
        }
        return;
    };
    for candidate in candidates.iter_mut().filter(|c| c.column.field == Some(Field::Amount)) {
        if rank(candidate) != best {
            candidate.column.field = Some(Field::Rate);
        }
    }
}

/// Fields without a heading of their own, by what the values are.
fn fill_by_values(candidates: &mut [Candidate]) {
    let missing = |candidates: &[Candidate], field: Field| {
        !candidates.iter().any(|c| c.column.field == Some(field))
    };
    let named = [Field::FullName, Field::NameLast].iter().any(|&field| !missing(candidates, field));
    if !named {
        take(candidates, Field::FullName, |p| p.mostly(p.names));
    }
    if missing(candidates, Field::IdNumber) {
        take(candidates, Field::IdNumber, |p| p.mostly(p.ids) && !p.mostly(p.phones));
    }
    if missing(candidates, Field::Birth) {
        take(candidates, Field::Birth, |p| p.mostly(p.dates));
    }
    if missing(candidates, Field::Address) {
        take(candidates, Field::Address, |p| p.mostly(p.hamlets));
    }
    let births_tell =
        candidates.iter().any(|c| c.column.field == Some(Field::Birth) && c.column.sex.is_some());
    if missing(candidates, Field::Sex) && !births_tell {
        take(candidates, Field::Sex, |p| p.mostly(p.sexes));
    }
    if missing(candidates, Field::Amount) {
        take(candidates, Field::Amount, |p| p.mostly(p.amounts));
    }
    if missing(candidates, Field::Phone) {
        take(candidates, Field::Phone, |p| p.mostly(p.phones) && !p.mostly(p.ids));
    }
}

fn take<F: Fn(&Profile) -> bool>(candidates: &mut [Candidate], field: Field, fits: F) {
    let found = candidates
        .iter_mut()
        .find(|c| c.column.field.is_none() && c.profile.filled >= 3 && fits(&c.profile));
    if let Some(found) = found {
        found.column.field = Some(field);
    }
}

/// Birth under Nam | Nữ needs both columns; several birth columns without a sex keep the first.
fn settle_birth_sex(candidates: &mut [Candidate]) {
    let births = |c: &&mut Candidate| c.column.field == Some(Field::Birth);
    let count = candidates.iter().filter(|c| c.column.field == Some(Field::Birth)).count();
    let with_sex = candidates
        .iter()
        .filter(|c| c.column.field == Some(Field::Birth) && c.column.sex.is_some())
        .count();
    if count > 1 && with_sex > 0 {
        for candidate in candidates.iter_mut().filter(births).filter(|c| c.column.sex.is_none()) {
            candidate.column.field = Some(Field::Other);
        }
    } else if count > 1 {
        for candidate in candidates.iter_mut().filter(births).skip(1) {
            candidate.column.field = Some(Field::Other);
        }
    } else if count == 1 && with_sex == 1 {
        // One column with a sex in its heading says nothing about the others.
        let has_sex = candidates.iter().any(|c| c.column.field == Some(Field::Sex));
        for candidate in candidates.iter_mut().filter(births).filter(|_| has_sex) {
            candidate.column.sex = None;
        }
    }
}

/// The clerk's choice.
fn choose(columns: &mut Vec<Column>, sheet_index: usize, overrides: &Overrides) {
    for (&(sheet, index), choice) in &overrides.columns {
        if sheet != sheet_index {
            continue;
        }
        let field = match choice {
            ColumnChoice::Field(field) => Some(*field),
            ColumnChoice::Ignore => Some(Field::Other),
        };
        if let Some(field) = field.filter(|&field| field != Field::Other && field != Field::Birth) {
            for column in columns.iter_mut().filter(|column| column.field == Some(field)) {
                column.field = Some(Field::Other);
            }
        }
        match columns.iter_mut().find(|column| column.index == index) {
            Some(column) => column.field = field,
            None if index < 500 => columns.push(Column {
                index,
                col: column_letters(index),
                header: String::new(),
                field,
                sex: None,
                hidden: false,
            }),
            None => {}
        }
    }
    columns.sort_by_key(|column| column.index);
}
