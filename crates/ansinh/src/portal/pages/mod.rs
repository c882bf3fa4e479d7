//! The public pages.

pub mod communes;
pub mod home;
pub mod lookup;
pub mod policy;
pub mod published;

use chrono::NaiveDate;

use crate::areas::UnitRow;
use crate::relief::CommuneKey;
use crate::web::App;

/// The day on which two tiers began (Nghị quyết 203/2025/QH15): commune codes start anew.
const TWO_TIERS_FROM: NaiveDate = match NaiveDate::from_ymd_opt(2025, 7, 1) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

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

/// The units meant by lists of three tiers: those of the first programme.
fn units_day(app: &App) -> NaiveDate {
    let programme = app.catalogue.programmes().first();
    programme.map_or_else(|| app.clock.today(), |programme| programme.units_on)
}

/// The commune of an address, when this province has it.
fn place(app: &App, slug: &str) -> Option<Place> {
    let (code, tiers) = match slug.split_once('-') {
        Some((code, "2025")) => (code, 2),
        Some(_) => return None,
        None => (slug, 3),
    };
    let date = if tiers == 2 { app.clock.today().max(TWO_TIERS_FROM) } else { units_day(app) };
    let commune = app.areas.unit(3, code, date)?.clone();
    let district = app.areas.unit(2, &commune.parent_code, date).filter(|_| tiers == 3);
    let province = district.map_or(&commune.parent_code, |district| &district.parent_code);
    if *province != app.config.province {
        return None;
    }
    let key = CommuneKey { province: province.clone(), commune: commune.code.clone(), tiers };
    let district_name = district.map_or_else(String::new, |district| district.full_name.clone());
    Some(Place { key, commune, district_name })
}
