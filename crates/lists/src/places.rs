//! Finds communes and districts in headings, file names, sheet names, addresses and cells.
//!
//! The register is `vietnam::units`; this index only knows the units of one day and province, so
//! that a name without its kind ("Cẩm Duệ", "ds_tran_phu") can be trusted. Districts named beside
//! a commune choose among namesakes (`geography.md` §1).

use std::collections::HashMap;

use vietnam::text;
use vietnam::units::{Unit, UnitLevel};

use crate::Context;

/// Most words of a unit's name.
const MAX_WORDS: usize = 5;

/// The kind written before a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Commune(&'static str),
    District,
    Province,
}

/// A unit of the day.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) parent: Option<&'static str>,
    tone: String,
    kind: String,
}

/// One name found in a text.
#[derive(Debug, Clone)]
pub(crate) struct Mention {
    pub(crate) kind: Kind,
    /// Units of that name; empty when the kind is written but no such unit is known.
    pub(crate) found: Vec<usize>,
    /// The name as written, without its kind.
    pub(crate) written: String,
}

/// Index of communes and districts by their name without marks.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    context: Context<'a>,
    pub(crate) units: Vec<Place>,
    communes: HashMap<String, Vec<usize>>,
    districts: HashMap<String, Vec<usize>>,
}

/// A word with its keys.
struct Word {
    written: String,
    fold: String,
    /// A comma, dash or bracket stands before it.
    broken: bool,
}

impl<'a> Places<'a> {
    /// The units of the context's day, of its province when one is given.
    pub(crate) fn new(context: Context<'a>) -> Self {
        let mut places = Self {
            context,
            units: Vec::new(),
            communes: HashMap::new(),
            districts: HashMap::new(),
        };
        let (gazetteer, day) = (context.gazetteer, context.as_of);
        match context.province {
            Some(province) => {
                for unit in gazetteer.children(UnitLevel::Province, province, day) {
                    places.add(unit);
                    for below in gazetteer.children(unit.level, unit.code, day) {
                        places.add(below);
                    }
                }
            }
            None => {
                for unit in gazetteer.units_on(day).filter(|unit| unit.level != UnitLevel::Province)
                {
                    places.add(unit);
                }
            }
        }
        places
    }

    fn add(&mut self, unit: &Unit) {
        let bare = unit.bare_name();
        let kind = unit.full_name.strip_suffix(bare).unwrap_or("").trim();
        let index =
            if unit.level == UnitLevel::Commune { &mut self.communes } else { &mut self.districts };
        index.entry(key(bare)).or_default().push(self.units.len());
        self.units.push(Place {
            code: unit.code,
            name: unit.full_name,
            parent: unit.parent,
            tone: text::tone_key(bare),
            kind: text::fold(kind),
        });
    }

    /// The unit with this code.
    pub(crate) fn by_code(&self, code: &str) -> Option<&Place> {
        self.units.iter().find(|place| place.code == code)
    }

    /// The district of a commune, or the district itself.
    pub(crate) fn district_of(&self, place: &Place) -> Option<&Place> {
        if place.code.len() == 3 { self.by_code(place.code) } else { self.by_code(place.parent?) }
    }

    /// Every unit named with its kind: "UBND xã Cẩm Bình, huyện Cẩm Xuyên".
    pub(crate) fn mentions(&self, text: &str) -> Vec<Mention> {
        let words = words(text);
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < words.len() {
            let Some((kind, length)) = kind_at(&words, at) else {
                at += 1;
                continue;
            };
            let start = at + length;
            at = start;
            let index = match kind {
                Kind::Commune(_) => &self.communes,
                Kind::District => &self.districts,
                Kind::Province => continue,
            };
            match longest(index, &words, start) {
                Some((taken, found)) => {
                    let written = join(&words[start..start + taken]);
                    let found = self.narrow(&found, kind, &written);
                    mentions.push(Mention { kind, found, written });
                    at = start + taken;
                }
                None if matches!(kind, Kind::Commune(_)) => {
                    let written = capitalised(&words, start);
                    if !written.is_empty() {
                        mentions.push(Mention { kind, found: Vec::new(), written });
                    }
                }
                None => {}
            }
        }
        mentions
    }

    /// The communes whose name is the whole text, with or without its kind: a cell of a commune
    /// column, the name of a sheet.
    pub(crate) fn exact(&self, text: &str) -> Vec<usize> {
        let first = text.split([',', ';', '(']).next().unwrap_or("");
        let first = first.split(" - ").next().unwrap_or(first);
        let mut words = words(first);
        if words.first().is_some_and(|word| word.fold == "ubnd") {
            words.remove(0);
        }
        let kind = kind_at(&words, 0);
        let start = kind.map_or(0, |(_, length)| length);
        let rest = words.get(start..).unwrap_or(&[]);
        let Some(found) = self.communes.get(&key(&join(rest))) else { return Vec::new() };
        match kind {
            Some((kind @ Kind::Commune(_), _)) => self.narrow(found, kind, &join(rest)),
            None => self.narrow(found, Kind::Commune(""), &join(rest)),
            Some(_) => Vec::new(),
        }
    }

    /// The communes named anywhere in a text without needing their kind, longest names first
    /// come: for file names.
    pub(crate) fn anywhere(&self, text: &str) -> Vec<usize> {
        let words = words(text);
        let mut at = 0;
        let mut found = Vec::new();
        while at < words.len() {
            if let Some((Kind::District, length)) = kind_at(&words, at) {
                // "huyen_Cam_Xuyen" is no commune.
                let skipped =
                    longest(&self.districts, &words, at + length).map_or(0, |(taken, _)| taken);
                at += length + skipped;
                continue;
            }
            match longest(&self.communes, &words, at).filter(|(taken, _)| *taken > 1) {
                Some((taken, places)) => {
                    let written = join(&words[at..at + taken]);
                    found.extend(self.narrow(&places, Kind::Commune(""), &written));
                    at += taken;
                }
                None => at += 1,
            }
        }
        found
    }

    /// Chooses among namesakes by the districts that stand near; more than one left means unknown.
    pub(crate) fn choose(&self, found: &[usize], districts: &[&str]) -> Option<&Place> {
        let mut places = found.iter().filter_map(|&at| self.units.get(at));
        if let [only] = found {
            return self.units.get(*only);
        }
        let mut near =
            places.by_ref().filter(|place| place.parent.is_some_and(|p| districts.contains(&p)));
        match (near.next(), near.next()) {
            (Some(place), None) => Some(place),
            _ => None,
        }
    }

    /// The unit of a text by the national register, when this index does not know it.
    pub(crate) fn elsewhere(&self, text: &str, district: Option<&str>) -> Option<&'a Unit> {
        let parent = district.or(self.context.province);
        let found = self.context.gazetteer.find_by_name(text, parent, self.context.as_of);
        match found.as_slice() {
            [unit] if unit.level == UnitLevel::Commune => Some(unit),
            _ => None,
        }
    }

    /// Prefers the right tone marks, then the right kind; a wrong kind is forgiven when nothing
    /// fits, because lists still call a phường of today a xã.
    fn narrow(&self, found: &[usize], kind: Kind, written: &str) -> Vec<usize> {
        let mut left: Vec<usize> = found.to_vec();
        if !written.is_ascii() {
            let tone = text::tone_key(written);
            keep_if_any(&mut left, |&at| {
                self.units.get(at).is_some_and(|place| place.tone == tone)
            });
        }
        if let Kind::Commune(kind) = kind
            && !kind.is_empty()
        {
            keep_if_any(&mut left, |&at| {
                self.units.get(at).is_some_and(|place| place.kind == kind)
            });
        }
        left
    }
}

fn keep_if_any<F: Fn(&usize) -> bool>(places: &mut Vec<usize>, fits: F) {
    if places.iter().any(&fits) {
        places.retain(fits);
    }
}

/// The key of a name: without marks, i for y, numbers without leading zeros.
fn key(name: &str) -> String {
    let folded = text::fold(name).replace('y', "i");
    let words: Vec<&str> = folded
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            if word.bytes().all(|b| b.is_ascii_digit()) {
                word.trim_start_matches('0')
            } else {
                word
            }
        })
        .collect();
    words.join(" ")
}

fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut broken = false;
    let mut current = String::new();
    for c in text.chars().chain(Some(' ')) {
        if c.is_alphanumeric() || ('\u{300}'..='\u{36F}').contains(&c) {
            current.push(c);
            continue;
        }
        if !current.is_empty() {
            let fold = text::fold(&current);
            words.push(Word { written: std::mem::take(&mut current), fold, broken });
            broken = false;
        }
        broken |= matches!(c, ',' | ';' | '(' | ')' | ':' | '/');
    }
    words
}

fn join(words: &[Word]) -> String {
    let written: Vec<&str> = words.iter().map(|word| word.written.as_str()).collect();
    written.join(" ")
}

/// The kind of unit written at a word, and how many words it takes.
fn kind_at(words: &[Word], at: usize) -> Option<(Kind, usize)> {
    let fold = |offset: usize| words.get(at + offset).map_or("", |word| word.fold.as_str());
    Some(match (fold(0), fold(1)) {
        ("thi", "tran") => (Kind::Commune("thi tran"), 2),
        ("thi", "xa") | ("thanh", "pho") => (Kind::District, 2),
        ("xa", _) | ("x", _) => (Kind::Commune("xa"), 1),
        ("phuong", _) | ("p", _) => (Kind::Commune("phuong"), 1),
        ("tt", _) => (Kind::Commune("thi tran"), 1),
        ("huyen", _) | ("h", _) | ("quan", _) | ("tx", _) | ("tp", _) => (Kind::District, 1),
        ("tinh", _) => (Kind::Province, 1),
        _ => return None,
    })
}

/// The longest name of the index that starts at a word.
fn longest(
    index: &HashMap<String, Vec<usize>>,
    words: &[Word],
    start: usize,
) -> Option<(usize, Vec<usize>)> {
    (1..=MAX_WORDS).rev().find_map(|taken| {
        let slice = words.get(start..start + taken)?;
        if slice.iter().skip(1).any(|word| word.broken) {
            return None;
        }
        index.get(&key(&join(slice))).map(|found| (taken, found.clone()))
    })
}

/// The capitalised words at a place, up to a comma: the name of a unit that is not known.
fn capitalised(words: &[Word], start: usize) -> String {
    let kind =
        start.checked_sub(1).and_then(|at| words.get(at)).map_or("", |word| word.written.as_str());
    // "BẢO TRỢ XÃ HỘI": in a text of capitals a capital says nothing; "x" and "p" say too little.
    if kind.chars().all(char::is_uppercase) || kind.chars().count() < 2 {
        return String::new();
    }
    let taken = words
        .iter()
        .skip(start)
        .enumerate()
        .take_while(|(at, word)| {
            (*at == 0 || !word.broken)
                && word.written.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit())
        })
        .count();
    words.get(start..start + taken.min(MAX_WORDS)).map_or_else(String::new, join)
}

/// Whether two written names are one name.
pub(crate) fn same_name(written: &str, place: &Place) -> bool {
    text::tone_key(written) == place.tone || key(written) == text::fold(&place.tone_free())
}

impl Place {
    fn tone_free(&self) -> String {
        key(self.name.strip_prefix(&*self.kind_written()).unwrap_or(self.name))
    }

    fn kind_written(&self) -> String {
        let taken = self.kind.split(' ').count();
        let mut end = 0;
        for word in self.name.split(' ').take(taken) {
            end += word.len() + 1;
        }
        self.name.get(..end).unwrap_or("").to_owned()
    }
}
