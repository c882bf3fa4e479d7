//! Reads one person: every field of the row, in the order the checks need.

use std::collections::BTreeMap;

use sheets::{Cell, Row, Value, cell_name};
use vietnam::charset::Legacy;

use crate::grid::{self, number_text, whole};
use crate::group::{self, NoteKind, Scope};
use crate::layout::{self, Layout};
use crate::places::Places;
use crate::values::{Given, Source, address, amount, birth, id, months, name, phone, sex};
use crate::{DataRow, Field, Overrides, Problem, ProblemCode, Raw, RepairCode, Sex};

/// What stands for all rows below it.
#[derive(Debug, Default, Clone)]
pub(crate) struct Running {
    /// Group of the section.
    pub(crate) group: Option<String>,
    /// Commune of the section.
    pub(crate) unit_code: Option<String>,
    /// Name of the last head of a household.
    head: Option<String>,
    /// Communes already looked up, by their text.
    units: BTreeMap<String, Option<String>>,
    /// Groups already looked up, by their text.
    groups: BTreeMap<String, Vec<String>>,
}

/// Reads the persons of one sheet.
pub(crate) struct Reader<'a> {
    pub(crate) layout: &'a Layout<'a>,
    pub(crate) places: &'a Places<'a>,
    pub(crate) overrides: &'a Overrides,
    pub(crate) sheet_index: usize,
    /// District of the sheet, where communes of its column are looked for.
    pub(crate) district: Option<String>,
}

impl Reader<'_> {
    /// Reads one person.
    pub(crate) fn read(&self, row: &Row, running: &mut Running) -> DataRow {
        let mut out = DataRow { row: row.number, ..DataRow::default() };
        self.text_repairs(row, &mut out);
        self.raw_values(row, &mut out);
        self.person(row, &mut out);
        self.note(row, &mut out);
        self.household(row, running, &mut out);
        self.group(row, running, &mut out);
        self.unit(row, running, &mut out);
        if let Some(source) = self.source(row, Field::Address, &mut out) {
            address::read(&mut out, self.places, &source);
        }
        self.money(row, &mut out);
        self.identity(row, &mut out);
        self.extra(row, &mut out);
        if row.hidden {
            let cell = cell_name(row.number, 0);
            out.problem(Problem::at(ProblemCode::HiddenRow, None, cell));
        }
        out
    }

    /// Repairs of the text itself, for every text cell of the row that is not typed over.
    fn text_repairs(&self, row: &Row, out: &mut DataRow) {
        for cell in &row.cells {
            let Value::Text(raw) = &cell.value else { continue };
            if raw.is_ascii() || self.typed_column(row.number, cell.col) {
                continue;
            }
            let decoded = self.layout.grid.decode(cell);
            let at = cell_name(row.number, cell.col);
            if decoded.composed {
                out.repaired(RepairCode::Nfc, &at);
            }
            if decoded.eth {
                out.repaired(RepairCode::EthToD, &at);
            }
            match decoded.legacy {
                Some(Legacy::Tcvn3 | Legacy::Tcvn3Capitals) => out.repaired(RepairCode::Tcvn3, &at),
                Some(Legacy::Vni) => out.repaired(RepairCode::Vni, &at),
                Some(Legacy::Vps) => out.repaired(RepairCode::Vps, &at),
                None => {}
            }
        }
    }

    fn typed_column(&self, row: u32, col: u32) -> bool {
        self.layout.columns.iter().any(|column| {
            column.index == col
                && column.field.is_some_and(|field| {
                    self.overrides.values.contains_key(&(self.sheet_index, row, field))
                })
        })
    }

    fn raw_values(&self, row: &Row, out: &mut DataRow) {
        for column in self.layout.columns {
            let Some(field) = column
                .field
                .filter(|field| !matches!(field, Field::Stt | Field::Other | Field::Signature))
            else {
                continue;
            };
            let cell = layout::at(row, column.index).filter(|cell| !grid::is_blank(&cell.value));
            if let Some(cell) = cell {
                out.raw.insert(field, self.raw(cell));
                out.cells.insert(field, cell_name(row.number, column.index));
            } else {
                out.cells.entry(field).or_insert_with(|| cell_name(row.number, column.index));
            }
        }
    }

    fn raw(&self, cell: &Cell) -> Raw {
        match &cell.value {
            Value::Number(n) if cell.date_format => {
                vietnam::date::from_serial(*n, self.layout.from_1904)
                    .map_or(Raw::Number(*n), |date| Raw::Text(date.format("%Y-%m-%d").to_string()))
            }
            Value::Number(n) => whole(*n).map_or(Raw::Number(*n), Raw::Whole),
            Value::Text(text) | Value::Error(text) => Raw::Text(text.clone()),
            Value::Bool(b) => Raw::Text(b.to_string()),
        }
    }

    /// The source of a field: typed text, or the first of its cells that shows something. `None`
    /// when the sheet has no such column and nothing was typed.
    fn source(&self, row: &Row, field: Field, out: &mut DataRow) -> Option<Source> {
        let found = self.layout.cell(row, field);
        let typed = self.overrides.values.get(&(self.sheet_index, row.number, field));
        if !self.layout.has(field) && typed.is_none() {
            return None;
        }
        let name = found.map_or_else(
            || self.layout.cell_name(row.number, field),
            |(column, _)| cell_name(row.number, column.index),
        );
        if let Some(text) = typed {
            if !out.typed.contains(&field) {
                out.typed.push(field);
            }
            let numeric = found.is_some_and(|(_, cell)| matches!(cell.value, Value::Number(_)));
            let given = if vietnam::text::clean(text).is_empty() {
                Given::Blank
            } else {
                Given::Text(vietnam::text::nfc(text))
            };
            let loose = numeric || self.layout.untyped;
            return Some(Source { cell: name, given, typed: true, loose, legacy: None });
        }
        Some(match found {
            Some((_, cell)) => self.cell_source(cell, name),
            None => Source::blank(name),
        })
    }

    fn cell_source(&self, cell: &Cell, name: String) -> Source {
        let given = match &cell.value {
            Value::Number(value) => Given::Number { value: *value, date: cell.date_format },
            Value::Error(text) => Given::Error(text.clone()),
            Value::Bool(b) => Given::Text(b.to_string()),
            Value::Text(_) => Given::Text(self.layout.grid.decode(cell).text),
        };
        let loose = self.layout.untyped || matches!(cell.value, Value::Number(_));
        let legacy = self.layout.grid.legacy_of(cell);
        Source { cell: name, given, typed: false, loose, legacy }
    }

    fn person(&self, row: &Row, out: &mut DataRow) {
        let split = self.layout.has(Field::NameLast)
            && !self.overrides.values.contains_key(&(
                self.sheet_index,
                row.number,
                Field::FullName,
            ));
        let fields: &[Field] =
            if split { &[Field::NameLast, Field::NameGiven] } else { &[Field::FullName] };
        let sources: Vec<Source> =
            fields.iter().filter_map(|&field| self.source(row, field, out)).collect();
        let cell =
            sources.first().map_or_else(|| cell_name(row.number, 0), |source| source.cell.clone());
        name::read(out, &sources, &cell);

        let marks: Vec<(Source, Option<Sex>)> = self
            .layout
            .columns_of(Field::Sex)
            .map(|column| {
                let name = cell_name(row.number, column.index);
                let source = layout::at(row, column.index).map_or_else(
                    || Source::blank(name.clone()),
                    |cell| self.cell_source(cell, name.clone()),
                );
                (source, column.sex)
            })
            .collect();
        if self.overrides.values.contains_key(&(self.sheet_index, row.number, Field::Sex)) {
            if let Some(source) = self.source(row, Field::Sex, out) {
                let column = marks.first().and_then(|(_, sex)| *sex);
                sex::read(out, &[(source, column)]);
            }
        } else {
            sex::read(out, &marks);
        }
        if out.sex.is_none() {
            out.sex = self.layout.cell(row, Field::Birth).and_then(|(column, _)| column.sex);
        }
        if let Some(source) = self.source(row, Field::Birth, out) {
            birth::read(out, self.layout, &source);
        }
        if let Some(source) = self.source(row, Field::Phone, out) {
            phone::read(out, &source);
        }
    }

    fn note(&self, row: &Row, out: &mut DataRow) {
        out.note = self.source(row, Field::Note, out).and_then(|source| source.filled());
        out.note_kind = out.note.as_deref().and_then(group::note_kind);
        out.declined = out.note_kind == Some(NoteKind::Declined);
    }

    fn household(&self, row: &Row, running: &mut Running, out: &mut DataRow) {
        out.relation = self.source(row, Field::Relation, out).and_then(|source| source.filled());
        out.household_size =
            self.source(row, Field::HouseholdSize, out).and_then(|source| size(&source));
        if let Some(source) = self.source(row, Field::HouseholdHead, out) {
            out.household_head = name::other(out, &source);
        }
        let head = match out.relation.as_deref() {
            Some(relation) => layout::is_head(relation),
            None => out.household_size.is_some() || !self.layout.text(row, Field::Stt).is_empty(),
        };
        if self.layout.members {
            let amount = self.layout.cell(row, Field::Amount).is_some();
            out.household_member =
                !head && out.household_size.is_none() && running.head.is_some() && !amount
                    || out.relation.is_some() && !head && out.household_size.is_none();
        }
        if head {
            running.head.clone_from(&out.full_name);
        }
        let tells_members = self.layout.has(Field::Relation) || out.household_member;
        if !self.layout.has(Field::HouseholdHead) && tells_members {
            out.household_head.clone_from(if head { &out.full_name } else { &running.head });
        }
    }

    fn group(&self, row: &Row, running: &mut Running, out: &mut DataRow) {
        let fallback = running.group.clone().or_else(|| self.layout.group.clone());
        let source = self.merged_source(row, Field::Group, out);
        let Some(source) = source else {
            out.group = fallback;
            if out.group.is_none() {
                let cell = cell_name(row.number, 0);
                out.problem(Problem::at(ProblemCode::GroupUnknown, Some(Field::Group), cell));
            }
            return;
        };
        let Some(text) = source.filled() else {
            out.group = fallback;
            if out.group.is_none() {
                out.problem(source.problem(ProblemCode::GroupUnknown, Field::Group));
            }
            return;
        };
        let found = running
            .groups
            .entry(text.clone())
            .or_insert_with(|| group::named(self.layout.context.catalogue, &text, Scope::Cell));
        match found.as_slice() {
            [only] => out.group = Some(only.clone()),
            _ => {
                let detail = format!("ghi “{text}”");
                out.problem(source.problem(ProblemCode::GroupUnknown, Field::Group).detail(detail));
            }
        }
    }

    /// The source of a field whose cell may be merged over several rows.
    fn merged_source(&self, row: &Row, field: Field, out: &mut DataRow) -> Option<Source> {
        let source = self.source(row, field, out)?;
        if source.given != Given::Blank || source.typed {
            return Some(source);
        }
        let column = self.layout.columns_of(field).next()?;
        let anchor = self
            .layout
            .grid
            .merged(row.number, column.index)
            .filter(|&(r1, c1, ..)| {
                r1 < row.number && c1 == column.index && r1 >= self.layout.header.first_data_row
            })
            .and_then(|(r1, c1, ..)| layout::at(self.layout.grid.row(r1)?, c1));
        Some(match anchor {
            Some(cell) => self.cell_source(cell, source.cell),
            None => source,
        })
    }

    fn unit(&self, row: &Row, running: &mut Running, out: &mut DataRow) {
        let fallback = running.unit_code.clone().or_else(|| self.layout.unit_code.clone());
        let source = self.merged_source(row, Field::Unit, out);
        let Some(source) = source else {
            out.unit_code = fallback;
            return;
        };
        let Some(text) = source.filled() else {
            // A commune's own list may leave the column empty; a district's may not.
            out.unit_code = fallback.filter(|code| code.len() == 5);
            if out.unit_code.is_none() {
                out.problem(source.problem(ProblemCode::UnitUnknown, Field::Unit));
            }
            return;
        };
        let found = match running.units.get(&text) {
            Some(known) => known.clone(),
            None => {
                let found = self.find_unit(row, &text);
                running.units.insert(text.clone(), found.clone());
                found
            }
        };
        if found.is_none() {
            let detail = format!("ghi “{text}”");
            out.problem(source.problem(ProblemCode::UnitUnknown, Field::Unit).detail(detail));
        }
        out.unit_code = found;
    }

    fn find_unit(&self, row: &Row, text: &str) -> Option<String> {
        if text.len() == 5 && self.places.by_code(text).is_some() {
            return Some(text.to_owned());
        }
        let named = self.layout.text(row, Field::District);
        let mut near: Vec<String> = self.district.iter().cloned().collect();
        for source in [format!("huyện {named}"), named, text.to_owned()] {
            let districts = self.places.mentions(&source);
            for mention in districts.iter().filter(|m| m.kind == crate::places::Kind::District) {
                near.extend(
                    mention
                        .found
                        .first()
                        .and_then(|&at| self.places.units.get(at))
                        .map(|p| p.code.to_owned()),
                );
            }
        }
        let near: Vec<&str> = near.iter().map(String::as_str).collect();
        self.places
            .choose(&self.places.exact(text), &near)
            .map(|place| place.code.to_owned())
            .or_else(|| {
                self.places
                    .elsewhere(text, self.district.as_deref())
                    .map(|unit| unit.code.to_owned())
            })
    }

    fn money(&self, row: &Row, out: &mut DataRow) {
        let most = self.layout.context.catalogue.max_months;
        if let Some(source) = self.source(row, Field::Months, out) {
            months::read(out, &source, most);
        }
        let Some(source) = self.source(row, Field::Amount, out) else {
            if !out.declined && !out.household_member && amount::is_priced(out, self.layout) {
                let cell = cell_name(row.number, 0);
                out.problem(Problem::at(ProblemCode::AmountMissing, Some(Field::Amount), cell));
            }
            return;
        };
        let amount = amount::read(out, self.layout, &source);
        out.declined |= amount == amount::Amount::Declined;
        amount::check(out, self.layout, &source, amount);
    }

    fn identity(&self, row: &Row, out: &mut DataRow) {
        match self.source(row, Field::IdNumber, out) {
            Some(source) => id::read(out, self.layout, &source),
            None => id::missing(out, self.layout, cell_name(row.number, 0)),
        }
    }

    fn extra(&self, row: &Row, out: &mut DataRow) {
        let fields = [
            Field::Job,
            Field::Business,
            Field::TaxCode,
            Field::Employer,
            Field::SocialInsurance,
            Field::IdDate,
            Field::IdPlace,
            Field::FromDate,
            Field::BankAccount,
            Field::Rate,
            Field::District,
        ];
        for field in fields {
            if let Some((_, cell)) = self.layout.cell(row, field) {
                let shown = match self.raw(cell) {
                    Raw::Text(_) if !cell.date_format => self.layout.grid.heading(cell),
                    Raw::Number(n) => number_text(n),
                    raw => raw.shown(),
                };
                out.extra.insert(field, shown);
            }
        }
    }
}

/// A number of persons: `3`, `3 khẩu`.
fn size(source: &Source) -> Option<i64> {
    match &source.given {
        Given::Number { value, .. } => whole(*value),
        Given::Text(_) => {
            let folded = vietnam::text::fold(&source.clean());
            folded.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()
        }
        _ => None,
    }
    .filter(|size| (1..=50).contains(size))
}
