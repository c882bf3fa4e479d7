//! GeoJSON (RFC 7946): a `FeatureCollection` of `Polygon` and `MultiPolygon`.

use serde_json::Value;

use crate::Point;
use crate::reading::{Feature, Meter, Problem, code_of, feature, few_enough, point, ring};

pub(crate) fn features(file: &Value, meter: &mut Meter) -> Result<Vec<Feature>, Problem> {
    let Some(list) = file.get("features").and_then(Value::as_array) else {
        return Err(Problem::new("features", "không phải một dãy"));
    };
    few_enough(list.len(), meter, "features")?;
    list.iter().enumerate().map(|(at, unit)| one(unit, at, meter)).collect()
}

fn one(unit: &Value, at: usize, meter: &mut Meter) -> Result<Feature, Problem> {
    let (code, place) = code_of(unit, &format!("features[{at}]"))?;
    let geometry = unit.get("geometry").unwrap_or(&Value::Null);
    let coordinates = geometry.get("coordinates").and_then(Value::as_array);
    let kind = geometry.get("type").and_then(Value::as_str).unwrap_or("");
    let (Some(coordinates), "Polygon" | "MultiPolygon") = (coordinates, kind) else {
        return Err(Problem::new(place, "hình phải là Polygon hay MultiPolygon"));
    };
    let mut rings = Vec::new();
    if kind == "Polygon" {
        polygon(coordinates, &place, meter, &mut rings)?;
    } else {
        for (part, polygons) in coordinates.iter().enumerate() {
            let place = format!("{place}, phần {}", part + 1);
            polygon(array(polygons, &place)?, &place, meter, &mut rings)?;
        }
    }
    feature(code, rings, &place)
}

fn polygon(
    lines: &[Value],
    place: &str,
    meter: &mut Meter,
    rings: &mut Vec<Vec<Point>>,
) -> Result<(), Problem> {
    for (at, line) in lines.iter().enumerate() {
        let place = format!("{place}, vòng {}", at + 1);
        let positions = array(line, &place)?;
        meter.take(positions.len(), &place)?;
        let mut points = Vec::with_capacity(positions.len());
        for (at, position) in positions.iter().enumerate() {
            let number = |n| position.get(n).and_then(Value::as_f64);
            let (Some(east), Some(north)) = (number(0), number(1)) else {
                let place = format!("{place}, điểm {}", at + 1);
                return Err(Problem::new(place, "không phải cặp số kinh độ, vĩ độ"));
            };
            points.push(point(east, north, &place)?);
        }
        rings.extend(ring(points, &place)?);
    }
    Ok(())
}

fn array<'a>(value: &'a Value, place: &str) -> Result<&'a [Value], Problem> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| Problem::new(place, "không phải một dãy"))
}
