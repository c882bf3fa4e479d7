//! Administrative units with their history, and the working-day calendar.
//!
//! A unit is `(code, valid_from)`: the three tiers of 2020 and the two tiers since 01/7/2025 live
//! side by side, and a record keeps the units of its own date. The tables are data that the
//! province may correct; they are read once at start.

mod boundaries;
mod store;

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use vietnam::calendar::WorkingCalendar;

pub use boundaries::{Boundaries, BoundaryFile, Imported, import_boundaries};
pub use store::UnitRow;

use crate::database::Database;
use crate::web::Error;

/// The day on which two tiers began (Nghị quyết 203/2025/QH15): the districts ended, and commune
/// codes were given anew.
pub const TWO_TIERS_FROM: NaiveDate = match NaiveDate::from_ymd_opt(2025, 7, 1) {
    Some(day) => day,
    None => NaiveDate::MAX,
};

/// Tiers of administration under the commune's province on a day: 3 until 30/6/2025, 2 since.
pub fn tiers_on(day: NaiveDate) -> i16 {
    if day < TWO_TIERS_FROM { 3 } else { 2 }
}

/// A unit's full name inside a sentence: "xã Sơn Kim 1", not "Xã Sơn Kim 1" (Nghị định 30/2020,
/// phụ lục II: the kind of unit is a common noun there).
pub fn in_sentence(full_name: &str) -> String {
    let mut letters = full_name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Units and calendar as they stand in the database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Areas(Arc<Tables>);

#[derive(Debug)]
struct Tables {
    by_code: HashMap<(i16, String), Vec<UnitRow>>,
    by_parent: HashMap<(i16, String), Vec<UnitRow>>,
    calendar: WorkingCalendar,
    boundaries: boundaries::Known,
}

impl Areas {
    /// Fills empty tables from the built-in gazetteer and calendar, then reads them.
    ///
    /// # Errors
    /// The engine's.
    pub async fn load(db: &Database) -> Result<Self, Error> {
        store::seed_when_empty(db).await?;
        let units = store::units(db.read()).await?;
        let calendar = store::calendar(db.read()).await?;
        let mut by_code: HashMap<(i16, String), Vec<UnitRow>> = HashMap::new();
        let mut by_parent: HashMap<(i16, String), Vec<UnitRow>> = HashMap::new();
        for unit in units {
            by_parent.entry((unit.level, unit.parent_code.clone())).or_default().push(unit.clone());
            by_code.entry((unit.level, unit.code.clone())).or_default().push(unit);
        }
        let boundaries = boundaries::Known::default();
        Ok(Self(Arc::new(Tables { by_code, by_parent, calendar, boundaries })))
    }

    /// The working-day calendar.
    pub fn calendar(&self) -> &WorkingCalendar {
        &self.0.calendar
    }

    /// The version of a unit in force on `date`. Levels: 1 tỉnh, 2 huyện, 3 xã.
    pub fn unit(&self, level: i16, code: &str, date: NaiveDate) -> Option<&UnitRow> {
        self.0.by_code.get(&(level, code.to_owned()))?.iter().find(|unit| unit.holds_on(date))
    }

    /// All units of a level in the country on `date`, in no order.
    fn of_level(&self, level: i16, date: NaiveDate) -> impl Iterator<Item = &UnitRow> {
        let of_level = self.0.by_code.iter().filter(move |((at, _), _)| *at == level);
        of_level.filter_map(move |(_, versions)| versions.iter().find(|unit| unit.holds_on(date)))
    }

    /// Full name of a commune on `date`; its code when nobody knows it.
    pub fn commune_name(&self, code: &str, date: NaiveDate) -> String {
        self.unit(3, code, date).map_or_else(|| format!("xã {code}"), |u| u.full_name.clone())
    }

    /// Full name of a district on `date`; empty for the empty code of a two-tier province.
    pub fn district_name(&self, code: &str, date: NaiveDate) -> String {
        self.unit(2, code, date).map_or_else(String::new, |u| u.full_name.clone())
    }

    /// Full name of a province on `date`.
    pub fn province_name(&self, code: &str, date: NaiveDate) -> Option<&str> {
        self.unit(1, code, date).map(|unit| unit.full_name.as_str())
    }

    /// Districts of a province on `date`, in code order; none since 01/7/2025.
    pub fn districts(&self, province: &str, date: NaiveDate) -> Vec<UnitRow> {
        self.children(2, province, date)
    }

    /// Communes under a district (or, with two tiers, under a province) on `date`, in code order.
    pub fn communes_of(&self, parent: &str, date: NaiveDate) -> Vec<UnitRow> {
        self.children(3, parent, date)
    }

    /// All communes of a province on `date`, district by district.
    pub fn communes(&self, province: &str, date: NaiveDate) -> Vec<UnitRow> {
        let districts = self.districts(province, date);
        if districts.is_empty() {
            return self.communes_of(province, date);
        }
        districts.iter().flat_map(|district| self.communes_of(&district.code, date)).collect()
    }

    fn children(&self, level: i16, parent: &str, date: NaiveDate) -> Vec<UnitRow> {
        let mut found: Vec<UnitRow> = self
            .0
            .by_parent
            .get(&(level, parent.to_owned()))
            .map(|units| units.iter().filter(|unit| unit.holds_on(date)).cloned().collect())
            .unwrap_or_default();
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }
}
