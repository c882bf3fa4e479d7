//! What a report's address says, and whether the officer may see that place.

use chrono::NaiveDate;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::date::vi_date;

use crate::relief::payments::{Place, parse_day, unit_day};
use crate::relief::reports::types::Filter;
use crate::web::{Desk, Error, FieldError, encode};

/// Filters as they stand in the address.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub(in crate::relief::reports) struct Asked {
    pub huyen: String,
    pub xa: String,
    pub thon: String,
    pub nhom: String,
    pub quyet_dinh: String,
    pub tu: String,
    pub den: String,
    /// Measure of the pivot.
    pub so: String,
    pub tinh_trang: String,
    pub ly_do: String,
    pub sau: String,
    pub so_dong: String,
}

impl Asked {
    /// `path?…` with these filters, some of them replaced (empty: left out). The place in a list
    /// (`sau`) never goes along.
    pub(in crate::relief::reports) fn address(
        &self,
        path: &str,
        changes: &[(&str, &str)],
    ) -> String {
        let mut fields = vec![
            ("huyen", self.huyen.as_str()),
            ("xa", &self.xa),
            ("thon", &self.thon),
            ("nhom", &self.nhom),
            ("quyet-dinh", &self.quyet_dinh),
            ("tu", &self.tu),
            ("den", &self.den),
            ("so", &self.so),
            ("tinh-trang", &self.tinh_trang),
            ("ly-do", &self.ly_do),
            ("so-dong", &self.so_dong),
        ];
        for (name, value) in changes {
            fields.retain(|(known, _)| known != name);
            fields.push((name, value));
        }
        let parts: Vec<String> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }
}

/// How much of the province a report is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::relief::reports) enum Level {
    Province,
    District,
    Commune,
}

/// The place and filter of a report, checked against the officer's scope.
#[derive(Debug, Clone)]
pub(in crate::relief::reports) struct Ground {
    pub level: Level,
    pub name: String,
    pub filter: Filter,
    pub errors: Vec<FieldError>,
    /// The units of this day are meant.
    pub day: NaiveDate,
}

/// Reads the filters of an address.
///
/// # Errors
/// [`Error::NotFound`] for a place that is not, or not the officer's.
pub(in crate::relief::reports) fn ground(desk: &Desk, asked: &Asked) -> Result<Ground, Error> {
    let (app, scope) = (&desk.app, &desk.actor.scope);
    let day = unit_day(app, desk.actor.tiers);
    let pick =
        |asked: &str, own: &str| if asked.is_empty() { own.to_owned() } else { asked.to_owned() };
    let commune = pick(&asked.xa, scope.commune());
    let mut district = pick(&asked.huyen, scope.district());
    let mut name = format!("Tỉnh {}", app.config.province_name);
    let mut level = Level::Province;
    if !commune.is_empty() {
        let unit = app.areas.unit(3, &commune, day).ok_or(Error::NotFound)?;
        let above = app.areas.unit(2, &unit.parent_code, day);
        district = above.map_or_else(String::new, |above| above.code.clone());
        let province = above.map_or(&unit.parent_code, |above| &above.parent_code);
        if !scope.contains(province, &district, &commune) {
            return Err(Error::NotFound);
        }
        (level, name) = (Level::Commune, unit.full_name.clone());
    } else if !district.is_empty() {
        let unit = app.areas.unit(2, &district, day).ok_or(Error::NotFound)?;
        if !scope.contains(&unit.parent_code, &district, "") {
            return Err(Error::NotFound);
        }
        (level, name) = (Level::District, unit.full_name.clone());
    }
    let mut errors = Vec::new();
    let from = read_day(&asked.tu, "tu", &mut errors);
    let to = read_day(&asked.den, "den", &mut errors);
    if let (Some(first), Some(last)) = (from, to)
        && first > last
    {
        let text =
            format!("Từ ngày {} sau đến ngày {}. Đổi lại hai ngày.", vi_date(first), vi_date(last));
        errors.push(FieldError::new("tu", text));
    }
    let filter = Filter {
        place: Place { tiers: desk.actor.tiers, district, commune },
        group: asked.nhom.clone(),
        decision: Uuid::parse_str(&asked.quyet_dinh).ok(),
        from,
        to,
    };
    Ok(Ground { level, name, filter, errors, day })
}

fn read_day(text: &str, field: &str, errors: &mut Vec<FieldError>) -> Option<NaiveDate> {
    if text.trim().is_empty() {
        return None;
    }
    let day = parse_day(text);
    if day.is_none() {
        let message =
            format!("Ngày “{text}” không đọc được nên chưa lọc theo ngày. Ghi như 19/6/2020.");
        errors.push(FieldError::new(field, message));
    }
    day
}
