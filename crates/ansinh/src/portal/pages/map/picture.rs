//! The picture of a view: on boundaries where they are imported, else as tiles.

use std::sync::Arc;

use maps::{Extent, Map, Part, Picture, Shape, Unit, dissolve, draw, schematic};

use super::{Asked, Place, View};
use crate::areas::Boundaries;
use crate::portal::measures::{Count, classes};
use crate::portal::memory::Memory;
use crate::web::{App, Error};

/// A picture and what stands under it.
pub(super) struct Drawn {
    pub(super) svg: String,
    pub(super) told: String,
}

pub(super) async fn drawn(
    app: &App,
    memory: &Memory,
    asked: &Asked,
    places: &[Place],
    finding: &str,
    at: &str,
) -> Result<Drawn, Error> {
    let what = if matches!(asked.view, View::Districts) { "huyện" } else { "xã" };
    let counts: Vec<Count> = places.iter().map(|place| place.count).collect();
    let (classes, of) = classes(asked.measure, &counts, what);
    // Names of a whole province's communes would lie one over the other.
    let named = !(matches!(asked.view, View::Communes) && asked.era.tiers == 3);
    let unit = |(place, class): (&Place, usize)| Unit {
        code: place.unit.code.clone(),
        title: format!("{}: {}", place.unit.full_name, asked.measure.told_long(place.count)),
        label: if named { short(&place.unit.full_name, places) } else { String::new() },
        value: asked.measure.told(place.count),
        group: place.above.clone(),
        class,
    };
    let units: Vec<Unit> = places.iter().zip(of).map(unit).collect();
    let counted = format!("Tính lúc {at}.");
    let map =
        Map { id: "tien-do", title: finding, units: &units, classes: &classes, remark: &counted };
    let province = &app.config.province;
    let level = if matches!(asked.view, View::Districts) { 2 } else { 3 };
    let set = app.areas.boundaries(app.db.read(), province, asked.era.date, level).await?;
    let picture = set.as_ref().and_then(|set| picture(memory, asked, places, set));
    let (Some(set), Some(picture)) = (set, picture) else {
        let remark = format!("Sơ đồ, không phải bản đồ: mỗi ô là một {what}. {counted}");
        return Ok(Drawn {
            svg: schematic(&Map { remark: &remark, ..map }),
            told: format!(
                "Tỉnh chưa nhập ranh giới của các {what}, nên đây là sơ đồ: mỗi ô là một {what}, vị \
                 trí của ô không phải vị trí trên đất."
            ),
        });
    };
    let absent: Vec<&str> = places
        .iter()
        .filter(|place| !picture.shows(&place.unit.code))
        .map(|place| place.unit.full_name.as_str())
        .collect();
    let mut told = format!(
        "Ranh giới theo đơn vị ngày {}, chỉ để minh họa. Nguồn: {} ({}).",
        vietnam::date::vi_date(set.valid_from),
        set.source,
        set.licence
    );
    if !absent.is_empty() {
        told.push_str(&format!(
            " Chưa có ranh giới, chỉ xem được trong bảng: {}.",
            absent.join(", ")
        ));
    }
    Ok(Drawn { svg: draw(&map, &picture), told })
}

/// The picture of the view, made once; `None` where the set has no ground for any of its units.
fn picture(
    memory: &Memory,
    asked: &Asked,
    places: &[Place],
    set: &Arc<Boundaries>,
) -> Option<Arc<Picture>> {
    let view = match &asked.view {
        View::Districts => "huyen",
        View::Communes => "xa",
        View::Within(unit) => &unit.code,
    };
    let key = format!("{} {view} {}", set.id, asked.era.date);
    if let Some(known) = memory.picture(&key) {
        return Some(known);
    }
    let united = match asked.view {
        View::Districts => districts(places, set),
        _ => Vec::new(),
    };
    let mut parts: Vec<Part<'_>> = Vec::new();
    for (code, shape) in &united {
        parts.push(Part { code, group: "", shape });
    }
    for place in places.iter().filter(|_| !matches!(asked.view, View::Districts)) {
        let shape = set.shape(3, &place.unit.code);
        let (code, group) = (place.unit.code.as_str(), short_of(&place.above));
        parts.extend(shape.map(|shape| Part { code, group, shape }));
    }
    if parts.is_empty() {
        return None;
    }
    let made = Arc::new(Picture::of(&parts, Extent::Units));
    memory.keep_picture(key, made.clone());
    Some(made)
}

/// Districts as the set has them, else made of their communes. One without communes has its own ground
/// in every set.
fn districts<'a>(places: &'a [Place], set: &Boundaries) -> Vec<(&'a str, Shape)> {
    let mut pieces: Vec<(&str, &Shape)> = Vec::new();
    for place in places {
        let code = place.unit.code.as_str();
        match set.shape(2, code) {
            Some(shape) => pieces.push((code, shape)),
            None => pieces.extend(set.within(code).map(|shape| (code, shape))),
        }
    }
    dissolve(&pieces)
}

/// "Hương Sơn" of "Huyện Hương Sơn"; the whole name where two would be called the same, as the district
/// and the town of Kỳ Anh.
fn short(name: &str, places: &[Place]) -> String {
    let short = short_of(name);
    let same = places.iter().filter(|place| short_of(&place.unit.full_name) == short).count();
    if same > 1 { name.to_owned() } else { short.to_owned() }
}

/// Without the kind of unit; "Phường 1" stays.
fn short_of(name: &str) -> &str {
    let kinds =
        ["Huyện ", "Quận ", "Thị xã ", "Thành phố ", "Xã ", "Phường ", "Thị trấn ", "Đặc khu "];
    let rest = kinds.iter().find_map(|kind| name.strip_prefix(kind));
    rest.filter(|rest| rest.starts_with(char::is_alphabetic)).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::short_of;

    #[test]
    fn names_are_short_and_still_names() {
        assert_eq!(short_of("Huyện Hương Sơn"), "Hương Sơn");
        assert_eq!(short_of("Thị xã Kỳ Anh"), "Kỳ Anh");
        assert_eq!(short_of("Phường 1"), "Phường 1");
        assert_eq!(short_of("Xã Sơn Kim 1"), "Sơn Kim 1");
    }
}
