//! Puts a reading together: file, sheets, rows, totals, duplicates.

use sheets::{DateSystem, Format, Limits, Row as SheetRow, Sheet, Value, Workbook, cell_name};

use crate::group::{self, Scope};
use crate::header::{self, Header};
use crate::layout::{self, Layout};
use crate::places::Places;
use crate::row_kind::{Class, Walk, stt_number};
use crate::rows::{Reader, Running};
use crate::totals::{self, Stated};
use crate::values::{Given, Source, amount};
use crate::{
    Context, Field, Overrides, Problem, ProblemCode, Progress, Reading, Row, RowKind, SheetReading,
    SkipRow, Stage, UnitFound, columns, duplicates, grid::Grid, unit,
};

/// Rows between two calls of the progress function.
const PROGRESS_STEP: u64 = 1_000;

/// Reads a file. Never fails: what cannot be opened is a [`Reading`] that says so.
///
/// A pure function of its arguments; call it again with more [`Overrides`] after a correction.
pub fn read(
    file_name: &str,
    bytes: &[u8],
    context: &Context<'_>,
    overrides: &Overrides,
    progress: &mut dyn FnMut(Progress),
) -> Reading {
    let opened = sheets::read_with_progress(bytes, &Limits::default(), &mut |done| {
        progress(Progress { stage: Stage::Opening, done, total: None });
    });
    match opened {
        Ok(workbook) => read_workbook(file_name, &workbook, context, overrides, progress),
        Err(error) => Reading { file_problems: vec![error.code()], ..blank(file_name) },
    }
}

fn blank(file_name: &str) -> Reading {
    Reading {
        file: file_name.to_owned(),
        format: None,
        encoding: None,
        separator: None,
        readable: false,
        file_problems: Vec::new(),
        date_system: 1900,
        unit: None,
        sheets: Vec::new(),
    }
}

/// Reads an opened workbook.
pub(crate) fn read_workbook(
    file_name: &str,
    workbook: &Workbook,
    context: &Context<'_>,
    overrides: &Overrides,
    progress: &mut dyn FnMut(Progress),
) -> Reading {
    let places = Places::new(*context);
    let total: u64 = workbook.sheets.iter().map(|sheet| sheet.rows.len() as u64).sum();
    let mut meter = Meter { done: 0, total, progress };
    let mut prepared: Vec<Prepared<'_>> = workbook
        .sheets
        .iter()
        .enumerate()
        .map(|(index, sheet)| prepare(file_name, sheet, index, &places, overrides))
        .collect();
    lend_unit(&mut prepared);
    let mut sheets: Vec<SheetReading> = prepared
        .iter()
        .enumerate()
        .map(|(index, prepared)| {
            let file = FileFacts { name: file_name, workbook, context, places: &places, overrides };
            read_sheet(&file, prepared, index, &mut meter)
        })
        .collect();
    (meter.progress)(Progress { stage: Stage::Comparing, done: 0, total: Some(total) });
    duplicates::mark(&mut sheets);
    (meter.progress)(Progress { stage: Stage::Done, done: total, total: Some(total) });
    Reading {
        format: Some(format_name(workbook.format)),
        encoding: workbook.encoding.clone(),
        separator: workbook.separator,
        readable: true,
        date_system: if workbook.date_system == DateSystem::Excel1904 { 1904 } else { 1900 },
        unit: unit::of_file(&places, sheets.iter().filter_map(|sheet| sheet.unit.as_ref())),
        sheets,
        ..blank(file_name)
    }
}

struct Meter<'p> {
    done: u64,
    total: u64,
    progress: &'p mut dyn FnMut(Progress),
}

impl Meter<'_> {
    fn step(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(PROGRESS_STEP) {
            (self.progress)(Progress {
                stage: Stage::Reading,
                done: self.done,
                total: Some(self.total),
            });
        }
    }
}

struct FileFacts<'a> {
    name: &'a str,
    workbook: &'a Workbook,
    context: &'a Context<'a>,
    places: &'a Places<'a>,
    overrides: &'a Overrides,
}

/// A sheet whose table is found but not read yet.
struct Prepared<'a> {
    grid: Grid<'a>,
    table: Option<(Header, Vec<crate::Column>)>,
    unit: Option<UnitFound>,
}

fn prepare<'a>(
    file_name: &str,
    sheet: &'a Sheet,
    index: usize,
    places: &Places<'_>,
    overrides: &Overrides,
) -> Prepared<'a> {
    let grid = Grid::new(sheet);
    let table = header::find(&grid).map(|header| {
        let columns = columns::assign(&grid, &header, index, overrides);
        (header, columns)
    });
    let unit = match (&table, overrides.units.get(&index)) {
        (Some(_), Some(code)) => places
            .by_code(code)
            .map(|place| unit::found(places, place, "người nhập chọn".to_owned())),
        (Some((header, columns)), None) => {
            let has_unit_column = columns.iter().any(|column| column.field == Some(Field::Unit));
            unit::of_sheet(places, &grid, Some(header), file_name, has_unit_column)
        }
        (None, _) => None,
    };
    Prepared { grid, table, unit }
}

/// A sheet that does not say its unit belongs to that of the others, when they agree.
fn lend_unit(prepared: &mut [Prepared<'_>]) {
    let mut known = prepared.iter().filter_map(|sheet| sheet.unit.clone());
    let Some(first) = known.next() else { return };
    if !known.all(|unit| unit.code == first.code) {
        return;
    }
    for sheet in prepared.iter_mut().filter(|sheet| sheet.table.is_some() && sheet.unit.is_none()) {
        sheet.unit = Some(UnitFound {
            found_in: format!("tờ khác, {}", first.found_in),
            ..first.clone()
        });
    }
}

fn read_sheet(
    file: &FileFacts<'_>,
    prepared: &Prepared<'_>,
    index: usize,
    meter: &mut Meter<'_>,
) -> SheetReading {
    let grid = &prepared.grid;
    let mut out = SheetReading {
        sheet: grid.sheet.name.clone(),
        hidden: grid.sheet.hidden,
        last_row: grid.last_row(),
        charset: grid.charset(),
        amount_unit: 1,
        ..SheetReading::default()
    };
    let Some((header, columns)) = &prepared.table else {
        out.irrelevant = true;
        out.problems.push(Problem::at(ProblemCode::NoTable, None, cell_name(1, 0)));
        return out;
    };
    out.header_row = header.rows.first().copied();
    out.header_rows.clone_from(&header.rows);
    out.first_data_row = Some(header.first_data_row);
    out.columns.clone_from(columns);
    out.hidden_columns =
        columns.iter().filter(|column| column.hidden).map(|column| column.col.clone()).collect();
    out.unit.clone_from(&prepared.unit);
    out.unit_code = prepared.unit.as_ref().map(|unit| unit.code.clone());
    out.amount_unit = layout::amount_unit(grid, header, columns);
    let (group, found_in) = sheet_group(file, grid, header, index);
    out.group_found_in = found_in;
    let layout = Layout {
        grid,
        context: file.context,
        header,
        columns,
        headings: layout::headings(header),
        untyped: layout::is_untyped(file.workbook.format),
        from_1904: layout::is_1904(file.workbook.date_system),
        amount_unit: out.amount_unit,
        group,
        unit_code: out.unit_code.clone(),
        members: layout::has_members(grid, columns, header),
    };
    let stated = read_rows(file, &layout, index, &mut out, meter);
    finish(&layout, &mut out, &stated);
    out
}

/// The group a sheet is for: the clerk's choice, the title, the name of the tab, the file name.
fn sheet_group(
    file: &FileFacts<'_>,
    grid: &Grid<'_>,
    header: &Header,
    index: usize,
) -> (Option<String>, Option<String>) {
    if let Some(code) = file.overrides.groups.get(&index) {
        return (Some(code.clone()), Some("người nhập chọn".to_owned()));
    }
    let catalogue = file.context.catalogue;
    let first = header.rows.first().copied().unwrap_or(0);
    let tab = grid
        .sheet
        .name
        .as_deref()
        .map(|name| group::named(catalogue, name, Scope::Title))
        .unwrap_or_default();
    for row in grid.rows().iter().take_while(|row| row.number < first) {
        for (col, text) in grid.texts(row) {
            let found = group::named(catalogue, &text, Scope::Title);
            let place = format!("ô {}", cell_name(row.number, col));
            match found.as_slice() {
                [] => {}
                [only] => return (Some(only.clone()), Some(place)),
                // "Hộ nghèo, hộ cận nghèo": the tab may say which of them.
                several => {
                    return match tab.as_slice() {
                        [only] if several.contains(only) => {
                            (Some(only.clone()), Some("tên tờ".to_owned()))
                        }
                        _ => (None, None),
                    };
                }
            }
        }
    }
    if let [only] = tab.as_slice() {
        return (Some(only.clone()), Some("tên tờ".to_owned()));
    }
    let name = vietnam::text::nfc(file.name);
    match group::named(catalogue, &name, Scope::Title).as_slice() {
        [only] if tab.is_empty() => (Some(only.clone()), Some("tên tệp".to_owned())),
        _ => (None, None),
    }
}

fn read_rows(
    file: &FileFacts<'_>,
    layout: &Layout<'_>,
    index: usize,
    out: &mut SheetReading,
    meter: &mut Meter<'_>,
) -> Vec<Stated> {
    let reader = Reader {
        layout,
        places: file.places,
        overrides: file.overrides,
        sheet_index: index,
        district: out.unit.as_ref().and_then(|unit| unit.district_code.clone()),
    };
    let mut walk = Walk::default();
    let mut running = Running::default();
    let mut stated = Vec::new();
    let mut last_stt: Option<i64> = None;
    let from = layout.grid.rows().partition_point(|row| row.number < layout.header.first_data_row);
    let mut rows = layout.grid.rows().iter().skip(from).peekable();
    for number in layout.header.first_data_row..=out.last_row {
        let Some(row) = rows.next_if(|row| row.number == number) else {
            out.rows.push(skipped(number, RowKind::Blank, None, None));
            continue;
        };
        meter.step();
        match walk.classify(layout, row) {
            Class::Person => {
                note_gap(layout, row, &mut last_stt, out);
                out.rows.push(Row::Data(Box::new(reader.read(row, &mut running))));
            }
            Class::Skip(kind) => {
                let line = stated_line(layout, row);
                let amount = matches!(kind, RowKind::Total | RowKind::Subtotal | RowKind::Section)
                    .then_some(line.amount)
                    .flatten();
                let text = (!line.text.is_empty()).then(|| line.text.clone());
                if kind == RowKind::Section {
                    // "I" may stand in a cell of its own before the heading.
                    let texts: Vec<String> =
                        layout.grid.texts(row).into_iter().map(|(_, text)| text).collect();
                    start_section(file, &mut running, &texts.join(" "));
                    last_stt = None;
                }
                out.rows.push(skipped(number, kind, text, amount));
                if matches!(kind, RowKind::Total | RowKind::CountLine) {
                    stated.push(line);
                }
            }
        }
    }
    stated
}

fn skipped(row: u32, kind: RowKind, text: Option<String>, amount: Option<i64>) -> Row {
    Row::Skip(SkipRow { row, skip: true, kind, text, amount })
}

fn note_gap(layout: &Layout<'_>, row: &SheetRow, last: &mut Option<i64>, out: &mut SheetReading) {
    if let Some(number) = stt_number(layout, row) {
        if last.is_some_and(|last| number > last + 1) {
            out.stt_gap_rows.push(row.number);
        }
        *last = Some(number);
    }
}

/// A heading gives group or commune to the rows below it.
fn start_section(file: &FileFacts<'_>, running: &mut Running, text: &str) {
    let found = group::named(file.context.catalogue, text, Scope::Cell);
    if let [only] = found.as_slice() {
        running.group = Some(only.clone());
    }
    let commune = file.places.mentions(text).into_iter().find(|mention| {
        matches!(mention.kind, crate::places::Kind::Commune(_)) && mention.found.len() == 1
    });
    if let Some(place) = commune.and_then(|mention| file.places.units.get(*mention.found.first()?))
    {
        running.unit_code = Some(place.code.to_owned());
    }
}

/// The numbers a line of a list states.
fn stated_line(layout: &Layout<'_>, row: &SheetRow) -> Stated {
    let texts = layout.grid.texts(row);
    let lettered = |least: usize| {
        texts.iter().find(|(_, text)| text.chars().filter(|c| c.is_alphabetic()).count() > least)
    };
    let (col, text) = lettered(3).or(lettered(0)).or(texts.first()).cloned().unwrap_or_default();
    let column = layout.columns_of(Field::Amount).next();
    let cell = column.and_then(|column| layout::at(row, column.index));
    let mut line = Stated {
        row: row.number,
        text,
        text_cell: cell_name(row.number, col),
        amount_cell: cell_name(row.number, column.map_or(0, |column| column.index)),
        ..Stated::default()
    };
    if let Some(cell) = cell {
        let given = match &cell.value {
            Value::Number(value) => Given::Number { value: *value, date: false },
            Value::Error(text) => Given::Error(text.clone()),
            Value::Text(text) => Given::Text(text.clone()),
            Value::Bool(_) => Given::Blank,
        };
        let source = Source { given, ..Source::blank(line.amount_cell.clone()) };
        match amount::plain(layout, &source) {
            amount::Amount::Dong(dong) => line.amount = Some(dong),
            amount::Amount::Error => line.error = true,
            _ => {}
        }
    }
    line.size = layout.cell(row, Field::HouseholdSize).and_then(|(_, cell)| match &cell.value {
        Value::Number(n) => crate::grid::whole(*n),
        _ => layout.grid.heading(cell).parse().ok(),
    });
    line
}

fn finish(layout: &Layout<'_>, out: &mut SheetReading, stated: &[Stated]) {
    out.computed_totals = totals::compute(&out.rows, layout.has(Field::HouseholdSize));
    totals::settle(out, stated);
    let mut groups: Vec<Option<&str>> =
        out.rows.iter().filter_map(Row::data).map(|row| row.group.as_deref()).collect();
    groups.dedup();
    out.group = match groups.as_slice() {
        [] => layout.group.clone(),
        [only] => only.map(str::to_owned),
        _ => None,
    };
    let head = cell_name(out.header_row.unwrap_or(1), 0);
    if out.computed_totals.rows == 0 {
        out.problems.push(Problem::at(ProblemCode::EmptyList, None, head.clone()));
    } else if !layout.has(Field::IdNumber) {
        out.problems.push(Problem::at(
            ProblemCode::IdColumnMissing,
            Some(Field::IdNumber),
            head.clone(),
        ));
    }
    if out.unit.is_none() && !layout.has(Field::Unit) {
        let mut problem = Problem::at(ProblemCode::UnitUnknown, Some(Field::Unit), head);
        problem.suggestion = layout.context.home_unit.map(str::to_owned);
        out.problems.push(problem);
    }
}

fn format_name(format: Format) -> &'static str {
    match format {
        Format::Xlsx => "xlsx",
        Format::Xls => "xls",
        Format::Ods => "ods",
        Format::Csv => "csv",
        Format::Html => "html",
    }
}
