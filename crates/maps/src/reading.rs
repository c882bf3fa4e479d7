//! Reading a boundary file under limits, and checking it.

use std::collections::HashSet;

use serde_json::Value;

use crate::{DEGREE, Point, Shape, doubled_area, geojson, plain, topojson};

/// How much a file may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of the file.
    pub bytes: usize,
    /// Units.
    pub features: usize,
    /// Points of all lines, each counted as often as it is used.
    pub points: usize,
}

impl Default for Limits {
    /// Enough for every commune of the country at fifty metres, or for a province surveyed finely; a
    /// machine of 1 GB reads it.
    fn default() -> Self {
        Self { bytes: 32 << 20, features: 20_000, points: 2_000_000 }
    }
}

/// Why a file is refused: where in the file, and what is wrong there. Shown to whoever imports it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {cause}")]
pub struct Problem {
    /// Where.
    pub place: String,
    /// What.
    pub cause: String,
}

impl Problem {
    pub(crate) fn new(place: impl Into<String>, cause: impl Into<String>) -> Self {
        Self { place: place.into(), cause: cause.into() }
    }
}

/// A unit as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Code of the General Statistics Office.
    pub code: String,
    /// Its ground.
    pub shape: Shape,
}

/// Longitudes and latitudes of Vietnam with its sea.
const WEST_EAST: (f64, f64) = (102.0, 118.0);
const SOUTH_NORTH: (f64, f64) = (6.0, 24.0);

/// What counts the points while a file is read.
pub(crate) struct Meter {
    points: usize,
    limits: Limits,
}

impl Meter {
    /// Takes `more` points into account.
    pub(crate) fn take(&mut self, more: usize, place: &str) -> Result<(), Problem> {
        self.points = self.points.saturating_add(more);
        let most = self.limits.points;
        if self.points > most {
            return Err(Problem::new(
                place,
                format!("tệp có hơn {most} điểm; làm thưa rồi thử lại"),
            ));
        }
        Ok(())
    }
}

/// Reads a GeoJSON `FeatureCollection` or a TopoJSON topology with all its objects, and checks it: codes
/// present and unique, lines closed and around some ground, coordinates within Vietnam.
///
/// The code of a unit is its `id`, or its property `code`, `ma` or `district`.
///
/// # Errors
/// The first thing that is wrong.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Vec<Feature>, Problem> {
    const WHOLE: &str = "Cả tệp";
    if bytes.len() > limits.bytes {
        let (found, most) = (bytes.len() >> 20, limits.bytes >> 20);
        return Err(Problem::new(WHOLE, format!("nặng {found} MB, quá {most} MB")));
    }
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let file: Value = serde_json::from_slice(text).map_err(|error| {
        let place = format!("Dòng {}, cột {}", error.line(), error.column());
        Problem::new(
            place,
            "không phải JSON đúng; mở lại bằng chương trình đã xuất tệp rồi xuất lại",
        )
    })?;
    let mut meter = Meter { points: 0, limits: *limits };
    let kind = file.get("type").and_then(Value::as_str).unwrap_or("");
    let features = match kind {
        "FeatureCollection" => geojson::features(&file, &mut meter)?,
        "Topology" => topojson::features(&file, &mut meter)?,
        _ => {
            let cause = "không phải GeoJSON (FeatureCollection) hay TopoJSON (Topology)";
            return Err(Problem::new(WHOLE, cause));
        }
    };
    if features.is_empty() {
        return Err(Problem::new(WHOLE, "không có đơn vị nào"));
    }
    let mut known = HashSet::new();
    for feature in &features {
        if !known.insert(&feature.code) {
            let place = format!("Đơn vị {}", feature.code);
            return Err(Problem::new(place, "có hai lần trong tệp; gộp lại thành một"));
        }
    }
    Ok(features)
}

/// Refuses more units than the limits allow.
pub(crate) fn few_enough(found: usize, meter: &Meter, place: &str) -> Result<(), Problem> {
    let most = meter.limits.features;
    if found > most {
        return Err(Problem::new(place, format!("có {found} đơn vị, quá {most}")));
    }
    Ok(())
}

/// The code of a unit, and how its place in the file is called.
pub(crate) fn code_of(unit: &Value, place: &str) -> Result<(String, String), Problem> {
    let property = |name| unit.get("properties").and_then(|all| all.get(name));
    let stated =
        unit.get("id").or_else(|| ["code", "ma", "district"].into_iter().find_map(property));
    let code = match stated {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(_)) => {
            let cause = "mã là số nên có thể đã mất số 0 đầu; ghi mã thành chữ, ví dụ \"01234\"";
            return Err(Problem::new(place, cause));
        }
        _ => String::new(),
    };
    let digits = code.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !matches!(code.len(), 2 | 3 | 5) {
        let shown: String = code.chars().take(20).collect();
        let cause = if shown.is_empty() {
            "không có mã đơn vị (id, hay thuộc tính code, ma)".to_owned()
        } else {
            format!("mã “{shown}” không phải mã tỉnh (2 số), huyện (3 số) hay xã (5 số)")
        };
        return Err(Problem::new(place, cause));
    }
    let named = format!("{place} (mã {code})");
    Ok((code, named))
}

/// A place from two numbers of the file.
pub(crate) fn point(east: f64, north: f64, place: &str) -> Result<Point, Problem> {
    let within = |value: f64, (least, most): (f64, f64)| value >= least && value <= most;
    if !within(east, WEST_EAST) || !within(north, SOUTH_NORTH) {
        let cause = format!(
            "tọa độ {east:.4}, {north:.4} nằm ngoài Việt Nam (kinh độ 102–118, vĩ độ 6–24); tệp phải \
             ghi độ theo WGS 84, kinh độ trước"
        );
        return Err(Problem::new(place, cause));
    }
    // Within the bounds above both fit.
    #[expect(clippy::cast_possible_truncation, reason = "checked against the bounds of Vietnam")]
    let whole = |value: f64| (value * DEGREE).round() as i32;
    Ok((whole(east), whole(north)))
}

/// A closed line as the file writes it (the last point is the first) without its repetition.
/// A line that is too small for a metre's grid gives `None`.
pub(crate) fn ring(mut points: Vec<Point>, place: &str) -> Result<Option<Vec<Point>>, Problem> {
    if points.len() < 4 {
        return Err(Problem::new(place, "vòng có ít hơn 4 điểm"));
    }
    if points.first() != points.last() {
        return Err(Problem::new(place, "vòng không khép kín: điểm cuối khác điểm đầu"));
    }
    points.pop();
    points.dedup();
    while points.len() > 1 && points.first() == points.last() {
        points.pop();
    }
    let floating: Vec<(f64, f64)> = points.iter().copied().map(plain).collect();
    Ok((doubled_area(&floating) != 0.0).then_some(points))
}

/// The unit of its lines; one without ground is refused.
pub(crate) fn feature(
    code: String,
    rings: Vec<Vec<Point>>,
    place: &str,
) -> Result<Feature, Problem> {
    if rings.is_empty() {
        return Err(Problem::new(place, "hình rỗng: không có vòng nào bao một vùng đất"));
    }
    Ok(Feature { code, shape: Shape { rings } })
}
