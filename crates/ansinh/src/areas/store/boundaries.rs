//! SQL of boundaries.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql, Tx, bulk_insert};

/// A set of boundaries.
#[derive(Debug, Clone, FromQueryResult)]
pub struct BoundarySet {
    /// Id.
    pub id: Uuid,
    /// Empty for the whole country.
    pub province_code: String,
    /// The units of this day, until a later set.
    pub valid_from: NaiveDate,
    /// 3 until 30/6/2025, 2 since.
    pub tiers: i16,
    /// Who made it.
    pub source: String,
    /// On which terms it may be used.
    pub licence: String,
    /// Of the file, in hexadecimal digits.
    pub sha256: String,
    /// Who imported it.
    pub imported_by: String,
    /// When.
    pub imported_at: DateTime<Utc>,
}

const COLUMNS: &str =
    "id, province_code, valid_from, tiers, source, licence, sha256, imported_by, imported_at";

/// One unit's ground.
#[derive(Debug, FromQueryResult)]
pub struct ShapeRow {
    pub level: i16,
    pub code: String,
    pub shape: String,
}

/// The set that holds on a day and has units of a level or below: the province's own before one of the
/// country, the latest day, of one day the latest import.
pub async fn in_force<C: Conn>(
    conn: &C,
    province: &str,
    day: NaiveDate,
    (tiers, level): (i16, i16),
) -> Result<Option<BoundarySet>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM boundary_sets
         WHERE province_code IN ($1, '') AND tiers = $2 AND valid_from <= $3 AND EXISTS (
           SELECT 1 FROM boundary_shapes s WHERE s.set_id = boundary_sets.id AND s.level >= $4)
         ORDER BY CASE WHEN province_code = '' THEN 1 ELSE 0 END, valid_from DESC, id DESC LIMIT 1"
    );
    conn.row(&sql, vec![province.into(), tiers.into(), day.into(), level.into()]).await
}

/// The latest set of a day.
pub async fn newest_of_day<C: Conn>(
    conn: &C,
    province: &str,
    valid_from: NaiveDate,
) -> Result<Option<BoundarySet>, DbErr> {
    let sql = format!(
        "SELECT {COLUMNS} FROM boundary_sets WHERE province_code = $1 AND valid_from = $2
         ORDER BY id DESC LIMIT 1"
    );
    conn.row(&sql, vec![province.into(), valid_from.into()]).await
}

pub async fn shapes<C: Conn>(conn: &C, set: Uuid) -> Result<Vec<ShapeRow>, DbErr> {
    let sql = "SELECT level, code, shape FROM boundary_shapes WHERE set_id = $1";
    conn.rows(sql, vec![set.into()]).await
}

pub async fn insert(tx: &Tx, set: &BoundarySet, shapes: &[ShapeRow]) -> Result<(), DbErr> {
    let row: Vec<Value> = vec![
        set.id.into(),
        set.province_code.clone().into(),
        set.valid_from.into(),
        set.tiers.into(),
        set.source.clone().into(),
        set.licence.clone().into(),
        set.sha256.clone().into(),
        set.imported_by.clone().into(),
        set.imported_at.into(),
    ];
    let columns: Vec<&str> = COLUMNS.split(", ").collect();
    bulk_insert(tx, "boundary_sets", &columns, vec![row], "").await?;
    let shape = |row: &ShapeRow| {
        vec![set.id.into(), row.level.into(), row.code.clone().into(), row.shape.clone().into()]
    };
    let rows = shapes.iter().map(shape).collect();
    bulk_insert(tx, "boundary_shapes", &["set_id", "level", "code", "shape"], rows, "").await?;
    Ok(())
}
