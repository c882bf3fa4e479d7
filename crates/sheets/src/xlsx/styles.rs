//! styles.xml: which font and which kind of number format a cell's style index means.

use std::collections::HashMap;
use std::sync::Arc;

use crate::ReadError;
use crate::limits::{MAX_NAMED, Tally};
use crate::number_format::is_date;
use crate::package::Package;
use crate::xml::Event;

/// What a cell takes from its style.
#[derive(Clone)]
pub(super) struct Style {
    pub(super) font: Option<Arc<str>>,
    pub(super) date: bool,
}

/// Where in styles.xml we are.
#[derive(PartialEq)]
enum In {
    Other,
    Fonts,
    CellXfs,
}

/// Cell styles by index; none when the part is missing.
pub(super) fn read(
    package: &mut Package,
    path: &str,
    tally: &mut Tally,
) -> Result<Vec<Style>, ReadError> {
    let Some(mut xml) = package.xml(path, tally)? else { return Ok(Vec::new()) };
    let mut fonts: Vec<Option<Arc<str>>> = Vec::new();
    let mut formats: HashMap<u32, String> = HashMap::new();
    let mut styles = Vec::new();
    let mut place = In::Other;
    loop {
        let event = xml.next()?;
        let closed = matches!(event, Event::Empty(_));
        match event {
            Event::Eof => break,
            Event::Start(e) | Event::Empty(e) => match e.name {
                "fonts" if !closed => place = In::Fonts,
                "cellXfs" if !closed => place = In::CellXfs,
                "font" if place == In::Fonts && fonts.len() < MAX_NAMED => fonts.push(None),
                "name" if place == In::Fonts => {
                    if let (Some(last), Some(name)) = (fonts.last_mut(), e.attr("val")) {
                        *last = Some(Arc::from(name));
                    }
                }
                "numFmt" if formats.len() < MAX_NAMED => {
                    if let (Some(id), Some(code)) = (e.number("numFmtId"), e.attr("formatCode")) {
                        formats.insert(id, code);
                    }
                }
                "xf" if place == In::CellXfs && styles.len() < MAX_NAMED => {
                    let font = e.number("fontId").unwrap_or(0) as usize;
                    let format = e.number("numFmtId").unwrap_or(0);
                    styles.push((font, format));
                }
                _ => {}
            },
            Event::End("fonts" | "cellXfs") => {
                place = In::Other;
            }
            _ => {}
        }
    }
    xml.close(tally);
    let style = |(font, format): (usize, u32)| Style {
        font: fonts.get(font).cloned().flatten(),
        date: is_date(format, formats.get(&format).map(String::as_str)),
    };
    Ok(styles.into_iter().map(style).collect())
}
