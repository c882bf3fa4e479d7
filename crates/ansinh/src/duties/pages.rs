//! Pages of duties: Việc hôm nay, the report of a day, Đôn đốc and a unit's own page.

mod board;
mod deeds;
mod report;
mod slow;
mod today;
mod unit;

use axum::Router;
use axum::routing::{get, post};
use chrono::{NaiveDate, Timelike};

use super::rules::{Moment, Names, clock_words};
use super::types::Unit;
use crate::areas::in_sentence;
use crate::clock::local;
use crate::identity::{Actor, Role, Scope};
use crate::relief::WaitingList;
use crate::web::{App, Desk, Error, FieldError, Fields};

/// Routes of this room.
pub(super) fn routes() -> Router<App> {
    Router::new()
        .route("/viec", get(today::today))
        .route("/viec/bao-cao", get(report::form).post(report::send))
        .route("/don-doc", get(board::show))
        .route("/don-doc/nhac", post(deeds::remind))
        .route("/don-doc/don-vi-cham", get(slow::show))
        .route("/don-doc/don-vi-cham/tep/{name}", get(slow::table))
        .route("/don-doc/{commune}", get(unit::show))
        .route("/don-doc/{commune}/lich-su.csv", get(unit::csv))
        .route("/don-doc/{commune}/mien", post(deeds::excuse))
        .route("/don-doc/{commune}/bo-mien", post(deeds::revoke))
        .route("/don-doc/{commune}/mo-so", post(deeds::reopen))
        .route("/don-doc/{commune}/khoa-so", post(deeds::close_again))
        .route("/don-doc/{commune}/lien-he", post(deeds::contact))
}

/// Longest reason, name or reminder: characters.
const TEXT_MAX: usize = 300;

/// The present moment and today's closing.
fn moment(app: &App) -> Moment {
    let (day, time) = local(app.clock.now());
    Moment {
        day,
        minute: i64::from(time.hour() * 60 + time.minute()),
        closes: i64::from(app.duties.closing_minute(day)),
    }
}

/// The day whose units an account means: those of the programmes for the three tiers that ended on
/// 30/6/2025, today's for the two since.
fn units_on(app: &App, tiers: i16) -> NaiveDate {
    match app.catalogue.programmes().first() {
        Some(programme) if tiers == 3 => programme.units_on,
        _ => app.clock.today(),
    }
}

/// The commune of an address, when it lies inside the officer's scope.
fn commune_of(desk: &Desk, code: &str) -> Result<Unit, Error> {
    let actor = &desk.actor;
    let day = units_on(&desk.app, actor.tiers);
    let found = desk.app.areas.unit(3, code, day).ok_or(Error::NotFound)?;
    let district = if actor.tiers == 2 { "" } else { found.parent_code.as_str() };
    let province = match desk.app.areas.unit(2, district, day) {
        Some(above) if actor.tiers != 2 => above.parent_code.as_str(),
        _ => found.parent_code.as_str(),
    };
    if !actor.scope.contains(province, district, code) {
        return Err(Error::NotFound);
    }
    Ok(Unit {
        province: province.to_owned(),
        district: district.to_owned(),
        commune: code.to_owned(),
        tiers: actor.tiers,
    })
}

/// A time of day as people type it: "18:00", "18h", "18h30", "18 giờ 30", "18.30". In minutes.
fn read_hour(text: &str) -> Option<u32> {
    let text = text.trim().to_lowercase().replace("phút", "").replace("giờ", ":");
    let text = text.replace(['h', '.'], ":");
    let (hours, minutes) = match text.split_once(':') {
        Some((hours, minutes)) => (hours.trim().to_owned(), minutes.trim().to_owned()),
        None => (text.trim().to_owned(), String::new()),
    };
    let digits = |part: &str| part.len() <= 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if hours.is_empty() || !digits(&hours) || !digits(&minutes) {
        return None;
    }
    let hours: u32 = hours.parse().ok()?;
    let minutes: u32 = if minutes.is_empty() { 0 } else { minutes.parse().ok()? };
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

/// A reason that must be given, or what is wrong with it.
fn read_reason(fields: &Fields, field: &str, missing: &str) -> Result<String, FieldError> {
    let reason = fields.get(field);
    if reason.is_empty() {
        return Err(FieldError::new(field, missing));
    }
    if reason.chars().count() > TEXT_MAX {
        let text = format!("Lý do dài quá {TEXT_MAX} ký tự. Hãy rút gọn.");
        return Err(FieldError::new(field, text));
    }
    Ok(reason.to_owned())
}

/// "17 giờ 30" of today's closing.
fn hour_of(at: Moment) -> String {
    clock_words(u32::try_from(at.closes).unwrap_or(0))
}

/// Names from the tables of units and programmes.
struct InAreas<'a> {
    app: &'a App,
    day: NaiveDate,
}

impl InAreas<'_> {
    /// The day whose units a commune of today's rows belongs to.
    fn units_day(&self, district: &str) -> NaiveDate {
        let tiers = if district.is_empty() { 2 } else { 3 };
        self.app.catalogue.units_day(tiers, self.day)
    }

    /// "Xã Sơn Kim 1" of a commune that owes today.
    fn commune_now(&self, district: &str, commune: &str) -> String {
        self.app.areas.commune_name(commune, self.units_day(district))
    }
}

impl Names for InAreas<'_> {
    fn list(&self, list: &WaitingList) -> String {
        let group = self.app.catalogue.group_name(&list.programme_code, &list.group_code);
        format!("{group}, đợt {}", list.round)
    }

    fn commune(&self, list: &WaitingList) -> String {
        in_sentence(&self.app.areas.commune_name(&list.commune_code, list.unit_date))
    }

    fn district(&self, code: &str) -> String {
        match self.app.areas.district_name(code, self.units_day(code)) {
            name if name.is_empty() => "các xã".to_owned(),
            name => in_sentence(&name),
        }
    }
}

/// District and province remind; who only reads does not.
fn may_remind(actor: &Actor) -> bool {
    matches!(actor.role, Role::District | Role::Province)
}

/// True for an officer of one commune.
fn in_commune(desk: &Desk) -> bool {
    matches!(desk.actor.scope, Scope::Commune { .. })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hours_are_read_as_people_write_them() {
        for (text, minutes) in [
            ("18:00", 1080),
            ("18h", 1080),
            ("18h30", 1110),
            ("18 giờ 30", 1110),
            ("18 giờ 30 phút", 1110),
            ("8.05", 485),
            ("18", 1080),
        ] {
            assert_eq!(read_hour(text), Some(minutes), "{text}");
        }
        for wrong in ["", "24:00", "18:60", "tối", "-1", "18:00:00", "1800", "１８"] {
            assert_eq!(read_hour(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC*") {
            let _ = (crate::web::read_day(&text), read_hour(&text));
        }
    }
}
