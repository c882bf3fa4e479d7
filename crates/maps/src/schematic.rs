//! Units as tiles, where no boundaries are to be had. It does not pretend to be a map: the picture
//! says so, and the country beside it is drawn all the same.

use std::fmt::Write as _;

use crate::draw::{Beside, CHAR, GAP, LINE, Map, Unit, escaped, fill, whole, wide, wrapped};
use crate::frame::{WIDTH, rounded};

/// Large tiles a row, with names in them.
const LARGE: usize = 4;
/// Small tiles a row of a column, and from one to the next.
const SMALL: (usize, f64) = (9, 38.0);
/// Height of a large tile.
const TILE: f64 = 92.0;

/// Draws units as tiles: with their names, or small under the names of their groups when they have
/// some.
pub fn schematic(map: &Map<'_>) -> String {
    let mut body = String::from("<g stroke=\"#14202c\" stroke-width=\".7\">");
    let height = if map.units.iter().all(|unit| unit.group.is_empty()) {
        large(map, &mut body)
    } else {
        small(map, &mut body)
    };
    whole(map, &body, height, Beside { inset: true, home: None })
}

fn tile(map: &Map<'_>, unit: &Unit, [x, y, width, height]: [f64; 4], out: &mut String) {
    let [x, y, width, height] = [x, y, width, height].map(rounded);
    let (code, title, fill) = (escaped(&unit.code), escaped(&unit.title), fill(map, unit.class));
    let _ = write!(
        out,
        "<path data-u=\"{code}\" fill=\"{fill}\" d=\"M{x} {y}h{width}v{height}h-{width}z\"><title>{title}</title></path>"
    );
}

fn large(map: &Map<'_>, out: &mut String) -> f64 {
    let step = WIDTH / 4.0;
    let mut words = String::from("<g text-anchor=\"middle\">");
    let mut bottom: f64 = 0.0;
    for (row, units) in map.units.chunks(LARGE).enumerate() {
        let y = row_at(row, TILE + 8.0) + 2.0;
        for (column, unit) in units.iter().enumerate() {
            let x = row_at(column, step) + 2.0;
            tile(map, unit, [x, y, step - 6.0, TILE], out);
            let mut lines = wrapped(&unit.label, step - 14.0);
            lines.truncate(2);
            let value =
                Some(unit.value.clone()).filter(|v| !v.is_empty() && wide(v) <= step - 14.0);
            lines.extend(value);
            let middle = rounded(x + step / 2.0 - 3.0);
            let mut at = y + TILE / 2.0 - row_at(lines.len(), LINE) / 2.0 + 20.0;
            words.push_str("<text>");
            for line in lines {
                let (y, line) = (rounded(at), escaped(&line));
                let _ = write!(words, "<tspan x=\"{middle}\" y=\"{y}\">{line}</tspan>");
                at += LINE;
            }
            words.push_str("</text>");
        }
        bottom = y + TILE;
    }
    let _ = write!(out, "</g>{words}</g>");
    bottom
}

fn small(map: &Map<'_>, out: &mut String) -> f64 {
    let mut groups: Vec<(&str, Vec<&Unit>)> = Vec::new();
    for unit in map.units {
        match groups.iter_mut().find(|(name, _)| *name == unit.group) {
            Some((_, units)) => units.push(unit),
            None => groups.push((&unit.group, vec![unit])),
        }
    }
    let (a_row, step) = SMALL;
    let mut ends = [0.0f64, 0.0];
    let mut words = String::new();
    for (name, units) in groups {
        let column = usize::from(ends[1] < ends[0]);
        let (left, top) = (row_at(column, WIDTH / 2.0 + GAP / 2.0) + 2.0, ends[column]);
        let mut heading = wrapped(name, WIDTH / 2.0 - GAP - CHAR);
        heading.truncate(1);
        let (x, y) = (rounded(left), rounded(top + 22.0));
        let heading = escaped(&heading.concat());
        let _ = write!(words, "<text x=\"{x}\" y=\"{y}\">{heading}</text>");
        for (at, unit) in units.iter().enumerate() {
            let x = left + row_at(at % a_row, step);
            let y = top + 32.0 + row_at(at / a_row, step);
            tile(map, unit, [x, y, step - 4.0, step - 4.0], out);
        }
        ends[column] = top + 32.0 + row_at(units.len().div_ceil(a_row), step) + 12.0;
    }
    let _ = write!(out, "</g>{words}");
    ends[0].max(ends[1])
}

fn row_at(row: usize, step: f64) -> f64 {
    f64::from(u32::try_from(row).unwrap_or(u32::MAX)) * step
}
