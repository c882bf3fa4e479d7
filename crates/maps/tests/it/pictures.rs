//! Every picture that the crate can make, walked: Hoàng Sa and Trường Sa with their names lie inside.

use std::io::Write as _;

use maps::country::ARCHIPELAGOS;
use maps::{Class, Extent, Feature, Fill, Map, Part, Picture, Unit, draw, schematic};
use proptest::prelude::*;

use crate::{board, real_units};

fn classes() -> Vec<Class> {
    let class = |fill, label: &str| Class { fill, label: label.to_owned() };
    vec![
        class(Fill::Neutral, "Chưa có người được duyệt"),
        class(Fill::Step(0), "Chưa chi: 4 xã"),
        class(Fill::Step(1), "Dưới 50 %: 20 xã"),
        class(Fill::Step(2), "Từ 50 % đến dưới 80 %: 31 xã"),
        class(Fill::Step(3), "Từ 80 % đến dưới 100 %: 100 xã"),
        class(Fill::Step(4), "Đã chi đủ 100 %: 61 xã"),
    ]
}

fn unit(code: &str, at: usize, label: &str) -> Unit {
    Unit {
        code: code.to_owned(),
        title: format!("Xã thứ {at}, huyện Hương Sơn: 94,{} %", at % 10),
        label: label.to_owned(),
        value: "94,5 %".to_owned(),
        group: String::new(),
        class: at % 6,
    }
}

fn picture(features: &[Feature], extent: Extent, group: impl Fn(usize) -> &'static str) -> Picture {
    let parts: Vec<Part<'_>> = features
        .iter()
        .enumerate()
        .map(|(at, f)| Part { code: &f.code, group: group(at), shape: &f.shape })
        .collect();
    Picture::of(&parts, extent)
}

fn map<'a>(units: &'a [Unit], classes: &'a [Class]) -> Map<'a> {
    Map {
        id: "tien-do",
        title: "Đã chi cho 94,5 %",
        units,
        classes,
        remark: "Số liệu lúc 8 giờ 20.",
    }
}

/// Numbers of an attribute or a path, in order.
fn numbers(text: &str) -> Vec<i64> {
    let mut found = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain([' ']) {
        if c == '-' || !c.is_ascii_digit() {
            found.extend(run.parse::<i64>().ok());
            run.clear();
        }
        if c == '-' || c.is_ascii_digit() {
            run.push(c);
        }
    }
    found
}

/// The text from `from` to the next `to`.
fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let rest = &text[text.find(from)? + from.len()..];
    rest.split(to).next()
}

fn shows_both(svg: &str) {
    let view = numbers(between(svg, "viewBox=\"", "\"").unwrap());
    let inside = |x: i64, y: i64| (0..=view[2]).contains(&x) && (0..=view[3]).contains(&y);
    assert_eq!((view[0], view[1], view[2]), (0, 0, 720));
    for all in &ARCHIPELAGOS {
        let id = format!("id=\"tien-do-{}\"", all.id);
        let path = &svg[svg.find(&id).unwrap_or_else(|| panic!("{} is not drawn", all.id))..];
        let (mut at, mut began, mut points) = ((0, 0), (0, 0), 0);
        for line in between(path, " d=\"", "\"").unwrap().split('z').filter(|l| !l.is_empty()) {
            at = began;
            for (number, pair) in numbers(line).chunks(2).enumerate() {
                at = (at.0 + pair[0], at.1 + pair[1]);
                began = if number == 0 { at } else { began };
                points += 1;
                assert!(inside(at.0, at.1), "{} at {at:?} of {view:?}", all.id);
            }
        }
        assert_eq!(points, all.islands.len() * 4, "each island is drawn: {at:?}");
        let words = &svg[svg.find(&format!("id=\"tien-do-{}-ten\"", all.id)).unwrap()..];
        let words = words.split("</text>").next().unwrap();
        let text: String = words[words.find('>').unwrap() + 1..]
            .split('<')
            .map(|piece| piece.split_once('>').map_or("", |(_, text)| text))
            .collect();
        assert_eq!(text, all.label);
        for span in words.split("<tspan ").skip(1) {
            let (x, y) = (
                numbers(between(span, "x=\"", "\"").unwrap()),
                numbers(between(span, "y=\"", "\"").unwrap()),
            );
            let letters = between(span, ">", "<").unwrap().chars().count();
            // A letter is 22 high and half as wide; the widest fonts stay below 0.6.
            let half = i64::try_from(letters * 22 * 6 / 20).unwrap();
            assert!(inside(x[0] - half, y[0] - 22) && inside(x[0] + half, y[0] + 6), "{span}");
        }
    }
    well_formed(svg);
}

/// Every tag is closed in its order and every attribute stands in quotes.
fn well_formed(svg: &str) {
    let mut open = Vec::new();
    for tag in svg.split('<').skip(1) {
        let (tag, text) = tag.split_once('>').unwrap();
        assert!(!text.contains('"') || !text.contains("=\""), "{text}");
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag}");
        let name = tag.trim_end_matches('/').split(' ').next().unwrap();
        if let Some(name) = name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert!(!svg.contains("style=") && !svg.contains("<script"), "the page's policy forbids both");
}

#[test]
fn every_kind_of_picture_shows_both_archipelagos() {
    let classes = classes();
    for units_shown in [0, 1, 13, 60] {
        let fields = board(10, 6);
        let units: Vec<Unit> = fields[..units_shown]
            .iter()
            .enumerate()
            .map(|(at, field)| unit(&field.code, at, "Hương Khê"))
            .collect();
        let map = map(&units, &classes);
        for extent in [Extent::Units, Extent::Country] {
            let group = |at: usize| if at % 10 < 5 { "Huyện Tây" } else { "Huyện Đông" };
            shows_both(&draw(&map, &picture(&fields, extent, group)));
            shows_both(&draw(&map, &picture(&fields, extent, |_| "")));
            shows_both(&draw(&map, &picture(&[], extent, |_| "")));
            shows_both(&draw(
                &Map { classes: &[], remark: "", ..map },
                &picture(&fields, extent, |_| ""),
            ));
        }
        shows_both(&schematic(&map));
        let grouped: Vec<Unit> = units
            .iter()
            .enumerate()
            .map(|(at, unit)| Unit { group: format!("Huyện {}", at % 7), ..unit.clone() })
            .collect();
        shows_both(&schematic(&Map { units: &grouped, ..map }));
    }
}

#[test]
fn every_real_picture_shows_both_archipelagos() {
    let classes = classes();
    let files = [
        ("map2020_42.topo.json", 5),
        ("map2020_42.topo.json", 3),
        ("map2020_38.topo.json", 5),
        ("map2020_67.topo.json", 5),
        ("map2020_75.topo.json", 5),
        ("map2025_42.topo.json", 5),
        ("map2025_68.topo.json", 5),
        ("vn63_provinces.topo.json", 2),
        ("vn63_districts.topo.json", 3),
        ("vn34_provinces.topo.json", 2),
    ];
    for (name, width) in files {
        let Some(features) = real_units(name, width) else { return };
        let units: Vec<Unit> =
            features.iter().enumerate().map(|(at, f)| unit(&f.code, at, "Tên xã")).collect();
        for extent in [Extent::Units, Extent::Country] {
            shows_both(&draw(&map(&units, &classes), &picture(&features, extent, |_| "")));
        }
        // Each alone: Đà Nẵng and Khánh Hòa with their islands, Hoàng Sa and Trường Sa themselves.
        for feature in
            features.iter().filter(|f| ["48", "56", "498", "576", "42"].contains(&&*f.code))
        {
            let one = picture(std::slice::from_ref(feature), Extent::Units, |_| "");
            shows_both(&draw(&map(&units, &classes), &one));
        }
    }
}

#[test]
fn the_islands_are_where_the_files_have_them() {
    let Some(districts) = real_units("vn63_districts.topo.json", 3) else { return };
    for all in &ARCHIPELAGOS {
        let real = districts.iter().find(|unit| unit.code == all.codes[0]).unwrap();
        assert!(maps::country::reaches(&real.shape, all));
        for (name, east, north) in all.islands {
            let near = real.shape.rings.iter().flatten().any(|(x, y)| {
                (x - east * 1_000).abs() < 12_000 && (y - north * 1_000).abs() < 12_000
            });
            assert!(near, "{name}");
        }
    }
}

#[test]
fn an_archipelago_has_a_colour_only_where_a_value_is_reported() {
    let classes = classes();
    let none = draw(&map(&[], &classes), &picture(&[], Extent::Units, |_| ""));
    assert!(none.contains("id=\"tien-do-hoang-sa\" fill=\"#e4e9ee\""));
    let unknown = [Unit { class: 0, ..unit("498", 0, "") }];
    let svg = draw(&map(&unknown, &classes), &picture(&[], Extent::Units, |_| ""));
    assert!(svg.contains("id=\"tien-do-hoang-sa\" fill=\"#e4e9ee\""));
    let known = [Unit { class: 5, ..unit("20333", 0, "") }];
    let svg = draw(&map(&known, &classes), &picture(&[], Extent::Units, |_| ""));
    assert!(svg.contains("id=\"tien-do-hoang-sa\" fill=\"url(#tien-do-k5)\""));
    assert!(svg.contains("id=\"tien-do-truong-sa\" fill=\"#e4e9ee\""));
}

fn packed(text: &str) -> usize {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap().len()
}

#[test]
fn the_map_of_216_communes_is_light() {
    let Some(features) = real_units("map2020_42.topo.json", 5) else { return };
    let units: Vec<Unit> =
        features.iter().enumerate().map(|(at, f)| unit(&f.code, at, "")).collect();
    let svg = draw(&map(&units, &classes()), &picture(&features, Extent::Units, |_| ""));
    assert_eq!(svg.matches("data-u=").count(), 216);
    let bytes = packed(&svg);
    println!("216 communes: {} bytes, packed {bytes}", svg.len());
    assert!(bytes <= 20_000, "{bytes} bytes packed");
    let Some(features) = real_units("map2020_38.topo.json", 5) else { return };
    let units: Vec<Unit> =
        features.iter().enumerate().map(|(at, f)| unit(&f.code, at, "")).collect();
    let svg = draw(&map(&units, &classes()), &picture(&features, Extent::Units, |_| ""));
    println!("559 communes: {} bytes, packed {}", svg.len(), packed(&svg));
}

#[test]
fn each_class_has_its_own_pattern() {
    let classes = classes();
    let svg = schematic(&map(&[], &classes));
    let mut seen = std::collections::HashSet::new();
    for at in 0..classes.len() {
        let of = between(&svg, &format!("<pattern id=\"tien-do-k{at}\""), "</pattern>").unwrap();
        let marks = of.split("<path").nth(2).and_then(|path| between(path, " d=\"", "\""));
        let ground = between(of, "<path fill=\"", "\"").unwrap();
        // Without marks: nothing known is light, all is dark. The others differ in their marks.
        assert!(seen.insert(marks.map_or(ground, |marks| marks).to_owned()), "{of}");
        assert!(svg.contains(&format!("fill=\"url(#tien-do-k{at})\" stroke=\"#14202c\"")));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever units are called, the picture stays well-formed and whole.
    #[test]
    fn names_break_nothing(
        name in "\\PC{0,60}", group in "\\PC{0,40}", columns in 1i32..4, rows in 1i32..4,
        class in 0usize..9,
    ) {
        let fields = board(columns, rows);
        let units: Vec<Unit> = fields.iter().enumerate().map(|(at, field)| Unit {
            code: field.code.clone(), title: name.clone(), label: name.clone(),
            value: name.clone(), group: if at % 2 == 0 { group.clone() } else { String::new() }, class,
        }).collect();
        let classes = classes();
        let map = Map { title: &name, remark: &name, ..map(&units, &classes) };
        shows_both(&draw(&map, &picture(&fields, Extent::Units, |_| "")));
        shows_both(&schematic(&map));
    }
}
