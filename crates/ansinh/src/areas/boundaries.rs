//! Boundaries for maps: importing a file, and the ground of the units of a day.

mod rules;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use maps::{Limits, Shape};
use serde_json::json;
use uuid::Uuid;

use super::store::boundaries::{self as store, BoundarySet, ShapeRow};
use super::{Areas, tiers_on};
use crate::audit::{self, Act};
use crate::clock::new_id;
use crate::database::{Conn, Database};
use crate::identity::sha256_hex;
use crate::web::Error;

/// The ground of a province's units as one set has it.
#[derive(Debug)]
pub struct Boundaries {
    /// Tells sets apart: what is made of it can be kept under it.
    pub id: Uuid,
    /// Who made it, and on which terms: stands under the map.
    pub source: String,
    /// On which terms it may be used.
    pub licence: String,
    /// The day whose units it shows.
    pub valid_from: NaiveDate,
    shapes: HashMap<(i16, String), Shape>,
    communes_of: HashMap<String, Vec<String>>,
}

impl Boundaries {
    /// The ground of a unit.
    pub fn shape(&self, level: i16, code: &str) -> Option<&Shape> {
        self.shapes.get(&(level, code.to_owned()))
    }

    /// The ground of the communes of a district.
    pub fn within<'a>(&'a self, district: &'a str) -> impl Iterator<Item = &'a Shape> {
        self.communes_of.get(district).into_iter().flatten().filter_map(|c| self.shape(3, c))
    }
}

/// Sets that have been read, the latest last: a server shows the units of one day or two.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<Vec<(String, Arc<Boundaries>)>>);

const KEPT: usize = 4;

impl Known {
    fn find(&self, id: Uuid, province: &str) -> Option<Arc<Boundaries>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = known.iter().find(|(of, set)| of == province && set.id == id);
        found.map(|(_, set)| set.clone())
    }

    fn keep(&self, province: &str, set: Arc<Boundaries>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.remove(0);
        }
        known.push((province.to_owned(), set));
    }
}

impl Areas {
    /// The boundaries of a province's units on a day, for a map of a level (1 tỉnh, 2 huyện, 3 xã): a set
    /// with units of that level, or smaller ones that make it up. `None` where none are imported. Read
    /// once: a set does not change, and an import makes a new one, which the next question finds.
    ///
    /// # Errors
    /// The engine's.
    pub async fn boundaries<C: Conn>(
        &self,
        conn: &C,
        province: &str,
        day: NaiveDate,
        level: i16,
    ) -> Result<Option<Arc<Boundaries>>, Error> {
        let set = store::in_force(conn, province, day, (tiers_on(day), level)).await?;
        let Some(set) = set else { return Ok(None) };
        if let Some(known) = self.0.boundaries.find(set.id, province) {
            return Ok(Some(known));
        }
        let mut shapes = HashMap::new();
        let mut communes_of: HashMap<String, Vec<String>> = HashMap::new();
        for row in store::shapes(conn, set.id).await? {
            if rules::province_of(self, row.level, &row.code, day).as_deref() != Some(province) {
                continue;
            }
            let broken =
                || format!("shape {} {} of {} is not a shape", row.level, row.code, set.id);
            let shape = maps::unpack(&row.shape)
                .ok_or_else(|| Error::internal("areas.boundaries", broken()))?;
            if let Some(unit) = self.unit(3, &row.code, day).filter(|_| row.level == 3) {
                communes_of.entry(unit.parent_code.clone()).or_default().push(row.code.clone());
            }
            shapes.insert((row.level, row.code), shape);
        }
        let BoundarySet { id, source, licence, valid_from, .. } = set;
        let read = Arc::new(Boundaries { id, source, licence, valid_from, shapes, communes_of });
        self.0.boundaries.keep(province, read.clone());
        Ok(Some(read))
    }
}

/// A file to be imported, and what is known of it.
#[derive(Debug, Clone)]
pub struct BoundaryFile<'a> {
    /// GeoJSON or TopoJSON.
    pub bytes: &'a [u8],
    /// The province of this installation.
    pub province: &'a str,
    /// The units of this day.
    pub valid_from: NaiveDate,
    /// Who made it.
    pub source: &'a str,
    /// On which terms it may be used.
    pub licence: &'a str,
    /// Who imports it.
    pub by: &'a str,
    /// The instant.
    pub now: DateTime<Utc>,
    /// Check only.
    pub dry_run: bool,
}

/// What an import came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The whole country, not one province.
    pub country: bool,
    /// Provinces, districts and communes.
    pub units: [usize; 3],
    /// Points in the file, and points kept.
    pub points: (usize, usize),
    /// The same file stood there already; nothing was written.
    pub already: bool,
}

/// Reads, checks, thins and writes the boundaries of a file.
///
/// # Errors
/// [`Error::Refused`] with what is wrong and what to do; the engine's.
pub async fn import_boundaries(
    db: &Database,
    areas: &Areas,
    file: &BoundaryFile<'_>,
) -> Result<Imported, Error> {
    rules::described(file)?;
    let features = maps::read(file.bytes, &Limits::default()).map_err(|problem| {
        Error::refused(problem.to_string(), "Không nhập gì cả. Sửa tệp rồi chạy lại.")
    })?;
    let country = rules::matched(areas, &features, file.province, file.valid_from)?;
    let before: Vec<&Shape> = features.iter().map(|feature| &feature.shape).collect();
    let shapes = maps::thin(&before);
    let units = [1, 2, 3].map(|level| features.iter().filter(|f| rules::level(f) == level).count());
    let points = (points(before.into_iter()), points(shapes.iter()));
    let province = if country { "" } else { file.province };
    let sha256 = sha256_hex(file.bytes);
    let known = store::newest_of_day(db.read(), province, file.valid_from).await?;
    let already = known.is_some_and(|known| known.sha256 == sha256);
    if !already && !file.dry_run {
        let row = |(feature, shape): (&maps::Feature, &Shape)| ShapeRow {
            level: rules::level(feature),
            code: feature.code.clone(),
            shape: maps::pack(shape),
        };
        let rows = features.iter().zip(&shapes).map(row).collect();
        write(db, file, province, sha256, rows).await?;
    }
    Ok(Imported { country, units, points, already })
}

fn points<'a>(shapes: impl Iterator<Item = &'a Shape>) -> usize {
    shapes.flat_map(|shape| &shape.rings).map(Vec::len).sum()
}

async fn write(
    db: &Database,
    file: &BoundaryFile<'_>,
    province: &str,
    sha256: String,
    rows: Vec<ShapeRow>,
) -> Result<(), Error> {
    let set = BoundarySet {
        id: new_id(file.now)?,
        province_code: province.to_owned(),
        valid_from: file.valid_from,
        tiers: tiers_on(file.valid_from),
        source: file.source.trim().to_owned(),
        licence: file.licence.trim().to_owned(),
        sha256,
        imported_by: file.by.trim().to_owned(),
        imported_at: file.now,
    };
    let (set, rows, own) = (Arc::new(set), Arc::new(rows), file.province.to_owned());
    db.run_tx::<_, Error, _, _>("areas.boundaries", |tx| {
        let (set, rows, own) = (set.clone(), rows.clone(), own.clone());
        async move {
            store::insert(&tx, &set, &rows).await?;
            let act = Act {
                action: "boundaries.import",
                subject_kind: "boundaries",
                subject_id: set.id.to_string(),
                detail: json!({
                    "valid_from": set.valid_from, "units": rows.len(), "sha256": set.sha256,
                    "country": set.province_code.is_empty(), "source": set.source,
                    "licence": set.licence, "by": set.imported_by,
                }),
            };
            audit::record_unsigned(&tx, None, &own, set.imported_at, act).await?;
            Ok((tx, ()))
        }
    })
    .await
}
