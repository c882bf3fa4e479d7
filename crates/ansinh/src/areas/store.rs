//! SQL of units and calendar.

pub(super) mod boundaries;

use chrono::NaiveDate;
use sea_orm::{DbErr, FromQueryResult, Value};
use vietnam::calendar::{CalendarDay, DayKind, WorkingCalendar};
use vietnam::units::{Gazetteer, LinkKind, LinkMethod, UnitLevel};

use crate::database::{Conn, Database, Sql, Tx, bulk_insert};
use crate::web::Error;

/// One version of a unit.
#[derive(Debug, Clone, FromQueryResult)]
pub struct UnitRow {
    /// Code of the General Statistics Office.
    pub code: String,
    /// 1 tỉnh, 2 huyện, 3 xã.
    pub level: i16,
    /// First day of this version; 1900-01-01 = before the records begin.
    pub valid_from: NaiveDate,
    /// First day it no longer holds.
    pub valid_to: Option<NaiveDate>,
    /// Code of the unit above; empty for a province.
    pub parent_code: String,
    /// "Xã Sơn Kim 1".
    pub full_name: String,
}

impl UnitRow {
    /// True when this version holds on `date`.
    pub fn holds_on(&self, date: NaiveDate) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|end| date < end)
    }
}

/// The day that stands for "before the records begin".
const BEGINNING: NaiveDate = match NaiveDate::from_ymd_opt(1900, 1, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

pub(super) async fn seed_when_empty(db: &Database) -> Result<(), Error> {
    if db.read().number("SELECT COUNT(*) FROM units", vec![]).await? > 0 {
        return Ok(());
    }
    db.run_tx::<_, Error, _, _>("areas.seed", |tx| async move {
        seed_units(&tx).await?;
        seed_links(&tx).await?;
        seed_calendar(&tx).await?;
        Ok((tx, ()))
    })
    .await
}

async fn seed_units(tx: &Tx) -> Result<(), DbErr> {
    let rows = Gazetteer::builtin()
        .units()
        .iter()
        .map(|unit| {
            let level: i16 = match unit.level {
                UnitLevel::Province => 1,
                UnitLevel::District => 2,
                UnitLevel::Commune => 3,
            };
            vec![
                unit.code.into(),
                level.into(),
                unit.valid_from.unwrap_or(BEGINNING).into(),
                unit.valid_to.into(),
                unit.parent.unwrap_or("").into(),
                unit.full_name.into(),
            ]
        })
        .collect();
    let columns = ["code", "level", "valid_from", "valid_to", "parent_code", "full_name"];
    bulk_insert(tx, "units", &columns, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

async fn seed_links(tx: &Tx) -> Result<(), DbErr> {
    let rows: Vec<Vec<Value>> = Gazetteer::builtin()
        .links()
        .iter()
        .map(|link| {
            vec![
                link.old_code.into(),
                link.new_code.into(),
                link.new_on.into(),
                kind_code(link.kind).into(),
                link.area_share.map(f64::from).into(),
                method_code(link.method).into(),
            ]
        })
        .collect();
    let columns = ["old_code", "new_code", "effective_on", "kind", "area_share", "method"];
    bulk_insert(tx, "unit_links", &columns, rows, "ON CONFLICT DO NOTHING").await?;
    Ok(())
}

async fn seed_calendar(tx: &Tx) -> Result<(), DbErr> {
    let rows = WorkingCalendar::builtin()
        .days()
        .map(|day| {
            vec![
                day.date.into(),
                day_code(day.kind).into(),
                day.name.clone().into(),
                day.basis.clone().into(),
                day.provisional.into(),
            ]
        })
        .collect();
    let columns = ["day", "kind", "name", "legal_basis", "provisional"];
    bulk_insert(tx, "calendar_days", &columns, rows, "").await?;
    Ok(())
}

pub(super) async fn units<C: Conn>(conn: &C) -> Result<Vec<UnitRow>, DbErr> {
    conn.rows("SELECT code, level, valid_from, valid_to, parent_code, full_name FROM units", vec![])
        .await
}

pub(super) async fn calendar<C: Conn>(conn: &C) -> Result<WorkingCalendar, DbErr> {
    #[derive(FromQueryResult)]
    struct Row {
        day: NaiveDate,
        kind: String,
        name: String,
        legal_basis: String,
        provisional: bool,
    }
    let rows: Vec<Row> = conn
        .rows("SELECT day, kind, name, legal_basis, provisional FROM calendar_days", vec![])
        .await?;
    let days = rows.into_iter().filter_map(|row| {
        Some(CalendarDay {
            date: row.day,
            kind: DAY_KINDS.into_iter().find(|kind| day_code(*kind) == row.kind)?,
            name: row.name,
            basis: row.legal_basis,
            provisional: row.provisional,
        })
    });
    Ok(WorkingCalendar::from_days(days))
}

const DAY_KINDS: [DayKind; 4] =
    [DayKind::Holiday, DayKind::Compensation, DayKind::SwapOff, DayKind::WorkdayMakeup];

fn day_code(kind: DayKind) -> &'static str {
    match kind {
        DayKind::Holiday => "holiday",
        DayKind::Compensation => "compensation",
        DayKind::SwapOff => "swap_off",
        DayKind::WorkdayMakeup => "workday_makeup",
    }
}

fn kind_code(kind: LinkKind) -> &'static str {
    match kind {
        LinkKind::Full => "full",
        LinkKind::Partial => "partial",
    }
}

fn method_code(method: LinkMethod) -> &'static str {
    match method {
        LinkMethod::Resolution => "resolution",
        LinkMethod::StatisticsRecord => "statistics_record",
        LinkMethod::Overlay => "overlay",
        LinkMethod::IslandDistrict => "island_district",
        LinkMethod::ProvinceMerger => "province_merger",
        LinkMethod::Suspect => "suspect",
    }
}
