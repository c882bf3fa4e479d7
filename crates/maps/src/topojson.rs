//! TopoJSON: lines that neighbours share, as differences on a grid or as degrees.

use serde_json::Value;

use crate::Point;
use crate::reading::{Feature, Meter, Problem, code_of, feature, few_enough, point, ring};

/// Stated scale and origin of the grid.
struct Grid {
    scale: (f64, f64),
    origin: (f64, f64),
}

pub(crate) fn features(file: &Value, meter: &mut Meter) -> Result<Vec<Feature>, Problem> {
    let arcs = arcs(file, meter)?;
    let Some(objects) = file.get("objects").and_then(Value::as_object) else {
        return Err(Problem::new("objects", "không có"));
    };
    let mut features = Vec::new();
    for (name, object) in objects {
        let name: String = name.chars().take(40).collect();
        let kind = object.get("type").and_then(Value::as_str);
        let units = match object.get("geometries").and_then(Value::as_array) {
            Some(units) if kind == Some("GeometryCollection") => units.as_slice(),
            _ => std::slice::from_ref(object),
        };
        few_enough(features.len().saturating_add(units.len()), meter, &format!("objects.{name}"))?;
        for (at, unit) in units.iter().enumerate() {
            let place = format!("objects.{name}[{at}]");
            features.push(one(unit, &place, &arcs, meter)?);
        }
    }
    Ok(features)
}

fn grid(file: &Value) -> Result<Option<Grid>, Problem> {
    let Some(transform) = file.get("transform") else { return Ok(None) };
    let pair = |name: &str| {
        let list = transform.get(name);
        let number = |at: usize| list.and_then(|l| l.get(at)).and_then(Value::as_f64);
        number(0)
            .zip(number(1))
            .ok_or_else(|| Problem::new(format!("transform.{name}"), "không phải cặp số"))
    };
    Ok(Some(Grid { scale: pair("scale")?, origin: pair("translate")? }))
}

fn arcs(file: &Value, meter: &mut Meter) -> Result<Vec<Vec<Point>>, Problem> {
    let grid = grid(file)?;
    let Some(list) = file.get("arcs").and_then(Value::as_array) else {
        return Err(Problem::new("arcs", "không phải một dãy"));
    };
    let mut arcs = Vec::with_capacity(list.len());
    for (at, line) in list.iter().enumerate() {
        let place = format!("arcs[{at}]");
        let Some(positions) = line.as_array() else {
            return Err(Problem::new(place, "không phải một dãy"));
        };
        meter.take(positions.len(), &place)?;
        let (mut x, mut y) = (0.0, 0.0);
        let mut points = Vec::with_capacity(positions.len());
        for position in positions {
            let number = |n| position.get(n).and_then(Value::as_f64);
            let (Some(east), Some(north)) = (number(0), number(1)) else {
                return Err(Problem::new(place, "có điểm không phải cặp số"));
            };
            points.push(match &grid {
                Some(Grid { scale, origin }) => {
                    (x, y) = (x + east, y + north);
                    point(x * scale.0 + origin.0, y * scale.1 + origin.1, &place)?
                }
                None => point(east, north, &place)?,
            });
        }
        arcs.push(points);
    }
    Ok(arcs)
}

fn one(
    unit: &Value,
    place: &str,
    arcs: &[Vec<Point>],
    meter: &mut Meter,
) -> Result<Feature, Problem> {
    let (code, place) = code_of(unit, place)?;
    let lines = unit.get("arcs").and_then(Value::as_array);
    let kind = unit.get("type").and_then(Value::as_str).unwrap_or("");
    let (Some(lines), "Polygon" | "MultiPolygon") = (lines, kind) else {
        return Err(Problem::new(place, "hình phải là Polygon hay MultiPolygon"));
    };
    let parts: Vec<&Value> = if kind == "Polygon" {
        lines.iter().collect()
    } else {
        let inner = |part: &'_ Value| part.as_array().is_some();
        if !lines.iter().all(inner) {
            return Err(Problem::new(place, "arcs không phải dãy của các dãy"));
        }
        lines.iter().filter_map(Value::as_array).flatten().collect()
    };
    let mut rings = Vec::new();
    for (at, line) in parts.into_iter().enumerate() {
        let place = format!("{place}, vòng {}", at + 1);
        rings.extend(ring(joined(line, arcs, &place, meter)?, &place)?);
    }
    feature(code, rings, &place)
}

/// The points of a closed line that is made of arcs; a negative number is one walked backwards.
fn joined(
    line: &Value,
    arcs: &[Vec<Point>],
    place: &str,
    meter: &mut Meter,
) -> Result<Vec<Point>, Problem> {
    let Some(numbers) = line.as_array() else {
        return Err(Problem::new(place, "không phải một dãy số của arcs"));
    };
    let mut points: Vec<Point> = Vec::new();
    for number in numbers {
        let wanted = number.as_i64();
        let forward = wanted.is_some_and(|n| n >= 0);
        let index = wanted.and_then(|n| usize::try_from(if n >= 0 { n } else { !n }).ok());
        let Some(arc) = index.and_then(|index| arcs.get(index)) else {
            return Err(Problem::new(place, format!("chỉ đến arcs[{number}] không có")));
        };
        meter.take(arc.len(), place)?;
        let begins = if forward { arc.first() } else { arc.last() };
        if points.last().is_some_and(|last| Some(last) != begins) {
            return Err(Problem::new(place, format!("arcs[{number}] không nối vào đoạn trước")));
        }
        points.pop();
        if forward {
            points.extend(arc);
        } else {
            points.extend(arc.iter().rev());
        }
    }
    Ok(points)
}
