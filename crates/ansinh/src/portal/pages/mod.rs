//! The public pages.

pub mod communes;
pub mod frames;
pub mod home;
pub mod lookup;
pub mod map;
pub mod news;
pub mod policy;
pub mod progress;
pub mod published;
pub mod search;
pub mod spread;

use chrono::{Months, NaiveDate};

use crate::areas::{UnitRow, tiers_on};
use crate::relief::CommuneKey;
use crate::web::{App, Fields};

/// A commune in an address: `18196` is the one of the programme's units, `18196-2025` the one
/// that bears the code since 01/7/2025.
struct Place {
    key: CommuneKey,
    commune: UnitRow,
    district_name: String,
}

impl Place {
    /// Part of the address.
    fn slug(&self) -> String {
        slug(&self.key.commune, self.key.tiers)
    }
}

fn slug(commune: &str, tiers: i16) -> String {
    if tiers == 2 { format!("{commune}-2025") } else { commune.to_owned() }
}

/// The day whose units lists of an era mean.
fn units_day(app: &App, tiers: i16) -> NaiveDate {
    app.catalogue.units_day(tiers, app.clock.today())
}

/// True when visitors look for communes of the two tiers first: today has no districts, and there
/// is a programme for the communes of today.
fn two_tiers(app: &App) -> bool {
    let today = app.clock.today();
    tiers_on(today) == 2 && app.catalogue.current(2, today).is_some()
}

/// Names under decisions of before this day have been taken down.
fn shown_since(app: &App) -> NaiveDate {
    let today = app.clock.today();
    today.checked_sub_months(Months::new(app.config.list_months)).unwrap_or(today)
}

/// Which units a page is about.
struct Era {
    tiers: i16,
    date: NaiveDate,
}

/// The era of an address: `tu` is 2025 or 2020; without it that of today, or that of a district.
fn era(app: &App, fields: &Fields) -> Era {
    let tiers = match fields.get("tu") {
        "2025" => 2,
        "2020" => 3,
        _ if two_tiers(app) && fields.get("huyen").is_empty() => 2,
        _ => 3,
    };
    Era { tiers, date: units_day(app, tiers) }
}

/// The commune of an address, when this province has it.
fn place(app: &App, slug: &str) -> Option<Place> {
    let (code, tiers) = match slug.split_once('-') {
        Some((code, "2025")) => (code, 2),
        Some(_) => return None,
        None => (slug, 3),
    };
    let date = units_day(app, tiers);
    let commune = app.areas.unit(3, code, date)?.clone();
    let district = app.areas.unit(2, &commune.parent_code, date).filter(|_| tiers == 3);
    let province = district.map_or(&commune.parent_code, |district| &district.parent_code);
    if *province != app.config.province {
        return None;
    }
    let key = CommuneKey {
        province: province.clone(),
        commune: commune.code.clone(),
        tiers,
        since: shown_since(app),
    };
    let district_name = district.map_or_else(String::new, |district| district.full_name.clone());
    Some(Place { key, commune, district_name })
}
