//! One worksheet part, streamed.

use std::sync::Arc;

use super::strings::{self, Shared};
use super::{Context, Entry};
use crate::coords::{parse_cell, parse_range};
use crate::limits::{SheetBuilder, Tally};
use crate::package::Package;
use crate::serial::iso_serial;
use crate::xml::{self, Event, Tag, Xml, is_true};
use crate::{Cell, ReadError, Sheet, Value};

/// Last row a sheet can have (ECMA-376 part 1, 18.3.1.73; Excel's own bound).
const MAX_ROW: u32 = 1_048_576;

/// `t` of a cell (ST_CellType, 18.18.11).
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Number,
    Shared,
    Text,
    Inline,
    Bool,
    Error,
    Date,
}

/// Attributes of `<c>`.
struct Head {
    col: u32,
    style: usize,
    kind: Kind,
}

/// What stands between `<c>` and `</c>`, reused from cell to cell.
#[derive(Default)]
struct Body {
    value: String,
    inline: Shared,
    formula: bool,
}

/// Reads one sheet part.
pub(super) fn read(
    package: &mut Package,
    path: &str,
    entry: Entry,
    context: &Context,
    tally: &mut Tally,
) -> Result<Sheet, ReadError> {
    let mut xml = package
        .xml(path, tally)?
        .ok_or_else(|| ReadError::corrupt(format!("the part {path} is missing")))?;
    let mut builder = SheetBuilder::new(Some(entry.name), entry.hidden);
    loop {
        let event = xml.next()?;
        let closed = matches!(event, Event::Empty(_));
        match event {
            Event::Eof => break,
            Event::Start(e) | Event::Empty(e) => match e.name {
                "sheetData" if !closed => rows(&mut xml, &mut builder, context, tally)?,
                "col" => column(&e, &mut builder, tally),
                "mergeCell" => {
                    if let Some(range) = e.attr("ref").and_then(|r| parse_range(&r)) {
                        builder.merge(range);
                    }
                }
                // Extensions reuse the names of the cells for other things.
                "extLst" | "conditionalFormatting" | "dataValidations" if !closed => xml.skip()?,
                _ => {}
            },
            _ => {}
        }
    }
    xml.close(tally);
    Ok(builder.finish())
}

fn column(start: &Tag<'_>, builder: &mut SheetBuilder, tally: &Tally) {
    if let (Some(min), Some(max)) = (start.number("min"), start.number("max"))
        && start.attr("hidden").is_some_and(|v| is_true(&v))
        && min > 0
    {
        builder.hide_columns(min - 1, max.saturating_sub(1), tally.limits);
    }
}

/// The content of `<sheetData>`, to its end.
fn rows(
    xml: &mut Xml,
    builder: &mut SheetBuilder,
    context: &Context,
    tally: &mut Tally,
) -> Result<(), ReadError> {
    let mut number = 0u32;
    let mut next_col = 0u32;
    let mut body = Body::default();
    loop {
        match xml.next()? {
            Event::Start(e) => match e.name {
                "c" => {
                    let head = cell_head(&e, next_col)?;
                    next_col = head.col.saturating_add(1);
                    cell_body(xml, &mut body, tally)?;
                    if let Some(cell) = make_cell(&head, &mut body, context) {
                        builder.push(cell, tally)?;
                    }
                }
                "row" => {
                    let hidden = row_head(&e, &mut number)?;
                    next_col = 0;
                    builder.start_row(number, hidden);
                }
                _ => xml.skip()?,
            },
            Event::Empty(e) => match e.name {
                "c" => next_col = cell_head(&e, next_col)?.col.saturating_add(1),
                "row" => {
                    row_head(&e, &mut number)?;
                }
                _ => {}
            },
            Event::End(e) => match e {
                "row" => builder.end_row(tally)?,
                "sheetData" => return Ok(()),
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Moves `number` to the row of this tag (the next one when it does not say); tells if hidden.
fn row_head(start: &Tag<'_>, number: &mut u32) -> Result<bool, ReadError> {
    let mut hidden = false;
    let mut stated = None;
    for (key, value) in start.attrs() {
        match key {
            "r" => stated = value.parse::<u32>().ok(),
            "hidden" => hidden = is_true(value),
            _ => {}
        }
    }
    *number = stated.unwrap_or(*number + 1);
    if *number == 0 || *number > MAX_ROW {
        return Err(ReadError::corrupt(format!("row number {number} is out of range")));
    }
    Ok(hidden)
}

#[inline]
fn cell_head(start: &Tag<'_>, next_col: u32) -> Result<Head, ReadError> {
    let mut head = Head { col: next_col, style: 0, kind: Kind::Number };
    for (key, value) in start.attrs() {
        match key {
            "r" => {
                head.col = parse_cell(value)
                    .ok_or_else(|| ReadError::corrupt(format!("cell name {value:?}")))?
                    .0;
            }
            "s" => head.style = value.parse().unwrap_or(0),
            "t" => {
                head.kind = match value {
                    "s" => Kind::Shared,
                    "str" => Kind::Text,
                    "inlineStr" => Kind::Inline,
                    "b" => Kind::Bool,
                    "e" => Kind::Error,
                    "d" => Kind::Date,
                    _ => Kind::Number,
                };
            }
            _ => {}
        }
    }
    Ok(head)
}

/// Reads to `</c>`.
#[inline]
fn cell_body(xml: &mut Xml, body: &mut Body, tally: &Tally) -> Result<(), ReadError> {
    body.value.clear();
    body.inline.text.clear();
    body.inline.font = None;
    body.formula = false;
    let mut in_value = false;
    loop {
        match xml.next()? {
            Event::Start(e) => match e.name {
                "v" => in_value = true,
                "is" => strings::read_item(xml, &mut body.inline, tally)?,
                "f" => {
                    body.formula = true;
                    xml.skip()?;
                }
                _ => xml.skip()?,
            },
            Event::Empty(e) if e.name == "f" => body.formula = true,
            Event::Text(text) if in_value => xml::push_text(text, &mut body.value),
            Event::CData(text) if in_value => body.value.push_str(text),
            Event::End(e) => match e {
                "c" => return Ok(()),
                _ => in_value = false,
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// The cell, or `None` when nothing is stored in it.
#[inline]
fn make_cell(head: &Head, body: &mut Body, context: &Context) -> Option<Cell> {
    let style = context.styles.get(head.style);
    let mut font: Option<&Arc<str>> = None;
    let mut date_format = style.is_some_and(|s| s.date);
    let raw = body.value.as_str();
    let value = match head.kind {
        Kind::Inline => {
            font = body.inline.font.as_ref();
            // Some writers put an inline string into <v>.
            let text = if body.inline.text.is_empty() { raw } else { &body.inline.text };
            Value::Text(text.to_owned())
        }
        Kind::Shared => match raw.trim().parse::<usize>().ok().and_then(|i| context.strings.get(i))
        {
            Some(shared) => {
                font = shared.font.as_ref();
                Value::Text(shared.text.clone())
            }
            None => return None,
        },
        Kind::Text if raw.contains("_x") => Value::Text(strings::unescape_x(raw)),
        Kind::Text => Value::Text(raw.to_owned()),
        Kind::Bool => Value::Bool(is_true(raw.trim())),
        Kind::Error => Value::Error(raw.to_owned()),
        Kind::Date => match iso_serial(raw, context.date_system) {
            Some(serial) => {
                date_format = true;
                Value::Number(serial)
            }
            None => Value::Text(raw.to_owned()),
        },
        Kind::Number => number(raw),
    };
    let stored = match &value {
        Value::Text(text) | Value::Error(text) => !text.is_empty(),
        Value::Bool(_) => !raw.is_empty(),
        Value::Number(_) => true,
    };
    let font = font.or(style.and_then(|s| s.font.as_ref())).cloned();
    stored.then_some(Cell { col: head.col, value, font, date_format, formula: body.formula })
}

/// A number as stored; what is no finite number stays text.
fn number(raw: &str) -> Value {
    match raw.trim_ascii().parse::<f64>() {
        Ok(number) if number.is_finite() => Value::Number(number),
        _ => Value::Text(raw.to_owned()),
    }
}
