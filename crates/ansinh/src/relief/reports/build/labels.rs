//! Keys of a table in words.

use chrono::{Datelike, Days, NaiveDate};
use vietnam::date::vi_date;

use super::choices::Dim;
use super::rules::{Label, Rank};
use crate::relief::payments::{Channel, Status};
use crate::relief::reports::pages::{Ground, Level, known_groups};
use crate::relief::way::State;
use crate::web::Desk;

/// What names are looked up in.
pub(super) struct Names<'a> {
    desk: &'a Desk,
    at: &'a Ground,
    groups: Vec<(String, String)>,
}

impl<'a> Names<'a> {
    pub fn new(desk: &'a Desk, at: &'a Ground) -> Self {
        Self { desk, at, groups: known_groups(desk) }
    }

    /// A key of a dimension in words, with its place.
    pub fn label(&self, dim: Dim, key: &str) -> Label {
        let areas = &self.desk.app.areas;
        match dim {
            Dim::Province => last(format!("Tỉnh {}", self.desk.app.config.province_name)),
            Dim::District if key.is_empty() => last("Không có cấp huyện"),
            Dim::District => by_code(key, areas.district_name(key, self.at.day)),
            Dim::Commune => by_code(key, self.commune(key)),
            Dim::Group => {
                let place = self.groups.iter().position(|(code, _)| code == key);
                place.map_or_else(|| named(key), |at| placed(at, &self.groups[at].1))
            }
            Dim::Programme => {
                let known = self.desk.app.catalogue.programme(key);
                known.map_or_else(|| named(key), |programme| named(&programme.name))
            }
            Dim::Decision => decision(key),
            Dim::Day | Dim::Week | Dim::Month => time(dim, key),
            Dim::Status => status(key),
            Dim::Channel => {
                let place = Channel::ALL.into_iter().position(|one| one.code() == key);
                match (place, Channel::from_code(key)) {
                    (Some(at), Some(channel)) => placed(at, channel.label()),
                    _ => last("Chưa chi"),
                }
            }
            Dim::Reason => {
                let reasons = self.desk.app.catalogue.reasons();
                match reasons.known().position(|one| one.code() == key) {
                    Some(at) => placed(at, reasons.label(key)),
                    None if key.is_empty() => last("Không có lý do"),
                    None => named(key),
                }
            }
            Dim::Source if key.is_empty() => last("Chưa có quyết định"),
            Dim::Source if key == "?" => last("Chưa xác định nguồn"),
            Dim::Source => named(key),
        }
    }

    /// The commune, with its district where several districts are shown.
    fn commune(&self, code: &str) -> String {
        let areas = &self.desk.app.areas;
        let name = areas.commune_name(code, self.at.day);
        let unit = areas.unit(3, code, self.at.day);
        let above = unit.map(|unit| areas.district_name(&unit.parent_code, self.at.day));
        match above {
            Some(above) if self.at.level == Level::Province && !above.is_empty() => {
                format!("{name} ({above})")
            }
            _ => name,
        }
    }
}

fn placed(at: usize, text: impl Into<String>) -> Label {
    Label { rank: Rank::Number(i64::try_from(at).unwrap_or(i64::MAX)), text: text.into() }
}

fn by_code(key: &str, text: String) -> Label {
    Label { rank: Rank::Code(key.to_owned()), text }
}

fn named(text: &str) -> Label {
    Label { rank: Rank::Name(text.to_owned()), text: text.to_owned() }
}

fn last(text: impl Into<String>) -> Label {
    Label { rank: Rank::Last, text: text.into() }
}

/// "1502/QĐ-UBND ngày 18/5/2020", the oldest first.
fn decision(key: &str) -> Label {
    let mut parts = key.splitn(3, '|');
    let (_, day, number) = (parts.next(), parts.next(), parts.next());
    match (day, number) {
        (Some(day), Some(number)) => {
            let on = parsed(day).map_or_else(|| day.to_owned(), vi_date);
            Label {
                rank: Rank::Code(format!("{day}|{number}")),
                text: format!("{number} ngày {on}"),
            }
        }
        _ => last("Chưa có quyết định"),
    }
}

fn parsed(day: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()
}

/// A day, a week from its Monday, a month.
pub(super) fn time(dim: Dim, key: &str) -> Label {
    let first = if dim == Dim::Month { parsed(&format!("{key}-01")) } else { parsed(key) };
    let Some(first) = first else { return last("Không rõ ngày") };
    let text = match dim {
        Dim::Week => format!("{} – {}", vi_date(first), vi_date(first + Days::new(6))),
        Dim::Month => format!("Tháng {}/{}", first.month(), first.year()),
        _ => vi_date(first),
    };
    by_code(key, text)
}

/// A list's state before the decision, the standing after it, and what is beside the way.
fn status(key: &str) -> Label {
    let list = State::ALL.into_iter().position(|state| state.code() == key);
    if let (Some(at), Some(state)) = (list, State::of(key)) {
        return placed(at, state.label());
    }
    let after = Status::ALL.into_iter().position(|status| status.code() == key);
    if let (Some(at), Some(status)) = (after, Status::from_code(key)) {
        return placed(10 + at, status.label());
    }
    match key {
        "declined" => placed(20, "Từ chối nhận"),
        "owed" => placed(21, "Còn phải nộp lại"),
        "settled" => placed(22, "Đã nộp lại hoặc miễn"),
        _ => last("Không rõ"),
    }
}
