//! The picture with its values: patterns, names, legend, and the country.

use std::fmt::Write as _;

use crate::country::{self, ARCHIPELAGOS, Base};
use crate::frame::{Frame, WIDTH, rounded};
use crate::label::Spot;
use crate::picture::{Drawn, Extent, Picture};

/// Height of letters: 11 px on a telephone.
pub(crate) const FONT: f64 = 22.0;
/// From line to line.
pub(crate) const LINE: f64 = 26.0;
/// Width of a letter, rather too much.
pub(crate) const CHAR: f64 = 11.6;
/// Left and width of the country beside a province.
const INSET: (f64, f64) = (408.0, 306.0);
/// Space between the parts of a picture.
pub(crate) const GAP: f64 = 16.0;

/// How a class of values looks. Each differs in its pattern, not only in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Nothing is known.
    Neutral,
    /// From little (0) to all (4).
    Step(u8),
    /// The legal scale of epidemic levels: 1 green, 2 yellow, 3 orange, 4 red.
    Level(u8),
}

impl Fill {
    /// Ground, marks, and the colour of the marks.
    fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Neutral => ("#e4e9ee", "", ""),
            Self::Step(0) => ("#fff", "M2 2h2M8 8h2", "#465362"),
            Self::Step(1) => ("#eef3fa", "M0 12L12 0", "#6f93c9"),
            Self::Step(2) => ("#c3d3ea", "M0 3h12M0 9h12", "#0b3d91"),
            Self::Step(3) => ("#6f93c9", "M0 0L12 12M0 12L12 0", "#fff"),
            Self::Step(_) => ("#0b3d91", "", ""),
            Self::Level(0 | 1) => ("#9fd6b5", "M2 2h2M8 8h2", "#14202c"),
            Self::Level(2) => ("#ffe99a", "M0 12L12 0", "#14202c"),
            Self::Level(3) => ("#f5a65b", "M0 3h12M0 9h12", "#14202c"),
            Self::Level(_) => ("#d9534f", "M0 0L12 12M0 12L12 0", "#fff"),
        }
    }
}

/// A class of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// How it looks.
    pub fill: Fill,
    /// What it means, in words.
    pub label: String,
}

/// A unit with its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Code; the path carries it as `data-u`.
    pub code: String,
    /// Name and value in words, for `<title>`.
    pub title: String,
    /// Name where it is written into the picture; empty: never.
    pub label: String,
    /// Value where it is written into the picture; empty: the name stands alone.
    pub value: String,
    /// Name of the unit above, for the schematic; empty for none.
    pub group: String,
    /// Place among the classes.
    pub class: usize,
}

/// What a picture says.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// Id of the picture within its page.
    pub id: &'a str,
    /// What it shows, in a sentence.
    pub title: &'a str,
    /// Units with values.
    pub units: &'a [Unit],
    /// Classes, as the legend lists them.
    pub classes: &'a [Class],
    /// A sentence under the legend.
    pub remark: &'a str,
}

/// Draws units on their ground. A unit that the picture has no path for is left out of it: the page's
/// table has it.
pub fn draw(map: &Map<'_>, picture: &Picture) -> String {
    let mut body = String::new();
    let height = picture.frame.height;
    let country = picture.extent == Extent::Country;
    if country {
        let frame = picture.frame;
        country::base(&Base { id: map.id, frame, fills: fills(map) }, &mut body);
    }
    body.push_str("<g stroke=\"#14202c\" stroke-width=\".7\" stroke-linejoin=\"round\" fill-rule=\"evenodd\">");
    for class in 0..map.classes.len() {
        let of_class = map.units.iter().filter(|unit| unit.class == class);
        let mut paths = String::new();
        for unit in of_class {
            let drawn = picture.units.iter().find(|drawn| drawn.code == unit.code);
            let Some(Drawn { path, .. }) = drawn else { continue };
            let (code, title) = (escaped(&unit.code), escaped(&unit.title));
            let _ =
                write!(paths, "<path data-u=\"{code}\" d=\"{path}\"><title>{title}</title></path>");
        }
        if !paths.is_empty() {
            let _ = write!(body, "<g fill=\"{}\">{paths}</g>", fill(map, class));
        }
    }
    body.push_str("</g>");
    if !picture.borders.is_empty() {
        let lines = &picture.borders;
        let _ = write!(
            body,
            "<path fill=\"none\" stroke=\"#14202c\" stroke-width=\"2\" d=\"{lines}\"/>"
        );
    }
    body.push_str("<g text-anchor=\"middle\">");
    names(map, picture, &mut body);
    body.push_str("</g>");
    whole(map, &body, height, Beside { inset: !country, home: picture.home })
}

fn names(map: &Map<'_>, picture: &Picture, out: &mut String) {
    for unit in map.units.iter().filter(|unit| !unit.label.is_empty()) {
        let Some(drawn) = picture.units.iter().find(|drawn| drawn.code == unit.code) else {
            continue;
        };
        let [two, one] = drawn.spots;
        let longest = wide(&unit.label).max(wide(&unit.value));
        if let Some(spot) = two.filter(|spot| longest <= spot.width && !unit.value.is_empty()) {
            let (x, y) = (rounded(spot.x), rounded(spot.y - 4.0));
            let (below, value) = (y + rounded(LINE), escaped(&unit.value));
            let _ = write!(
                out,
                "<text><tspan x=\"{x}\" y=\"{y}\">{}</tspan><tspan x=\"{x}\" y=\"{below}\">{value}</tspan></text>",
                escaped(&unit.label)
            );
            continue;
        }
        let word = if unit.value.is_empty() { &unit.label } else { &unit.value };
        written(word, one, out);
    }
    for (group, spot) in &picture.groups {
        written(group, Some(*spot), out);
    }
}

/// A word where it fits.
fn written(word: &str, spot: Option<Spot>, out: &mut String) {
    if let Some(spot) = spot.filter(|spot| wide(word) <= spot.width) {
        let (x, y) = (rounded(spot.x), rounded(spot.y + FONT / 3.0));
        let _ = write!(out, "<text x=\"{x}\" y=\"{y}\">{}</text>", escaped(word));
    }
}

/// What stands beside the legend.
pub(crate) struct Beside {
    /// Whether the country is drawn there.
    pub(crate) inset: bool,
    /// Which part of it the picture shows.
    pub(crate) home: Option<[i32; 4]>,
}

/// The picture around its body: patterns, legend, and the country beside it.
pub(crate) fn whole(map: &Map<'_>, body: &str, height: f64, beside: Beside) -> String {
    let mut foot = String::new();
    let top = if height > 0.0 { height + GAP } else { 0.0 };
    let legend_room = if beside.inset { INSET.0 - GAP } else { WIDTH };
    let mut bottom = legend(map, top, legend_room, &mut foot);
    if beside.inset {
        bottom = bottom.max(inset(map, top, beside.home, &mut foot));
    }
    let (id, title) = (escaped(map.id), escaped(map.title));
    let patterns = patterns(map);
    format!(
        "<svg class=\"ban-do\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{id}-ten\" \
         font-size=\"{FONT}\" xmlns=\"http://www.w3.org/2000/svg\"><title id=\"{id}-ten\">{title}</title>\
         <defs>{patterns}</defs>{body}{foot}</svg>",
        rounded(WIDTH),
        rounded(bottom.ceil())
    )
}

fn inset(map: &Map<'_>, top: f64, home: Option<[i32; 4]>, out: &mut String) -> f64 {
    let frame = Frame::fit(country::BOUNDS, INSET.0, top, INSET.1);
    let (x, y) = (rounded(INSET.0), rounded(top));
    let (width, height) = (rounded(frame.width), rounded(frame.height));
    let _ = write!(
        out,
        "<path fill=\"#fff\" stroke=\"#8793a0\" d=\"M{x} {y}h{width}v{height}h-{width}z\"/>"
    );
    country::base(&Base { id: map.id, frame, fills: fills(map) }, out);
    if let Some([west, south, east, north]) = home {
        let ((left, top), (right, bottom)) =
            (frame.place((west, north)), frame.place((east, south)));
        let (x, y) = (rounded(left - 2.0), rounded(top - 2.0));
        let (width, height) = (rounded(right - left + 4.0), rounded(bottom - top + 4.0));
        let _ = write!(
            out,
            "<path fill=\"none\" stroke=\"#0b3d91\" stroke-width=\"3\" d=\"M{x} {y}h{width}v{height}h-{width}z\"/>"
        );
    }
    top + frame.height + 2.0
}

/// Swatches with words, and the remark. Returns where it ends.
fn legend(map: &Map<'_>, top: f64, room: f64, out: &mut String) -> f64 {
    let mut y = top + 4.0;
    for (at, class) in map.classes.iter().enumerate() {
        let (box_top, fill) = (rounded(y), fill(map, at));
        let _ =
            write!(out, "<path fill=\"{fill}\" stroke=\"#14202c\" d=\"M2 {box_top}h40v26H2z\"/>");
        y = text(&class.label, 54.0, y + 20.0, room - 54.0, out) + 12.0;
    }
    if !map.remark.is_empty() {
        y = text(map.remark, 2.0, y + 24.0, room - 2.0, out) + 8.0;
    }
    y
}

/// Words in lines of a width, the first on `y`. Returns the foot of the last.
fn text(words: &str, x: f64, y: f64, room: f64, out: &mut String) -> f64 {
    let lines = wrapped(words, room);
    let (left, mut at) = (rounded(x), y);
    out.push_str("<text>");
    for line in &lines {
        let _ = write!(out, "<tspan x=\"{left}\" y=\"{}\">{}</tspan>", rounded(at), escaped(line));
        at += LINE;
    }
    out.push_str("</text>");
    at - LINE + 8.0
}

/// Words in lines no wider than `room`; a word that is wider alone is cut short.
pub(crate) fn wrapped(words: &str, room: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words.split_whitespace() {
        let mut word = word.to_owned();
        while wide(&word) > room && word.chars().count() > 2 {
            word.pop();
            word.pop();
            word.push('…');
        }
        match lines.last_mut() {
            Some(line) if wide(line) + CHAR + wide(&word) <= room => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// Width of a text, rather too much.
pub(crate) fn wide(text: &str) -> f64 {
    text.chars().fold(0.0, |width, _| width + CHAR)
}

pub(crate) fn fill(map: &Map<'_>, class: usize) -> String {
    match map.classes.get(class) {
        Some(_) => format!("url(#{}-k{class})", escaped(map.id)),
        None => Fill::Neutral.look().0.to_owned(),
    }
}

/// An archipelago has the colour of a value only where one was reported for it.
fn fills(map: &Map<'_>) -> [String; 2] {
    let of = |at: usize| {
        let codes = ARCHIPELAGOS[at].codes;
        let unit = map.units.iter().find(|unit| codes.contains(&unit.code.as_str()));
        let known = unit.filter(|unit| {
            map.classes.get(unit.class).is_some_and(|class| class.fill != Fill::Neutral)
        });
        known.map_or_else(|| Fill::Neutral.look().0.to_owned(), |unit| fill(map, unit.class))
    };
    [of(0), of(1)]
}

fn patterns(map: &Map<'_>) -> String {
    let mut out = String::new();
    let id = escaped(map.id);
    for (at, class) in map.classes.iter().enumerate() {
        let (ground, marks, colour) = class.fill.look();
        let _ = write!(
            out,
            "<pattern id=\"{id}-k{at}\" width=\"12\" height=\"12\" patternUnits=\"userSpaceOnUse\">\
             <path fill=\"{ground}\" d=\"M0 0h12v12H0z\"/>"
        );
        if !marks.is_empty() {
            let _ = write!(
                out,
                "<path fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.4\" d=\"{marks}\"/>"
            );
        }
        out.push_str("</pattern>");
    }
    out
}

/// The text between tags or within a quoted attribute.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
