//! What the crate promises, on made-up ground and, where they are present, on real boundaries.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod borders;
mod pictures;
mod reading;

use std::path::PathBuf;

use maps::{Feature, Limits, Point, Shape, read};

/// A file of the project's test data, or `None`, said aloud.
pub fn real(name: &str) -> Option<Vec<u8>> {
    #[expect(clippy::disallowed_methods, reason = "where the test data are")]
    let root = std::env::var("ANSINH_SHARED").map_or_else(
        |_| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let file = root.join("data/geo").join(name);
    let bytes = std::fs::read(&file).ok();
    if bytes.is_none() {
        eprintln!("NOT TESTED: {} is absent; set ANSINH_SHARED", file.display());
    }
    bytes
}

/// The units of a real file with codes of a width.
pub fn real_units(name: &str, width: usize) -> Option<Vec<Feature>> {
    let mut units = read(&real(name)?, &Limits::default()).unwrap();
    units.retain(|unit| unit.code.len() == width);
    Some(units)
}

/// Fields of a chequered board near Hà Tĩnh, with borders that are not straight.
pub fn board(columns: i32, rows: i32) -> Vec<Feature> {
    let corner = |x: i32, y: i32| -> Point {
        let shake = (x * 7 + y * 13) % 5 * 400;
        (10_550_000 + x * 10_000 + shake, 1_820_000 + y * 10_000 - shake)
    };
    let field = |x: i32, y: i32| {
        let mut ring = Vec::new();
        let corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        for (at, from) in corners.iter().enumerate() {
            let to = corners[(at + 1) % 4];
            ring.push(corner(from.0, from.1));
            // The same from either side: halfway, moved by the sum of both ends.
            let (a, b) = (corner(from.0, from.1), corner(to.0, to.1));
            let bend = ((from.0 + to.0) * 3 + (from.1 + to.1) * 5) % 7 * 150;
            ring.push((i32::midpoint(a.0, b.0) + bend, i32::midpoint(a.1, b.1) + bend));
        }
        let code = format!("{:05}", 18_000 + y * columns + x);
        Feature { code, shape: Shape { rings: vec![ring] } }
    };
    (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y))).map(|(x, y)| field(x, y)).collect()
}

/// Twice the area of a shape by the even-odd rule, as long as holes run the other way round or the
/// shape has none.
pub fn area(shape: &Shape) -> i64 {
    let of = |ring: &Vec<Point>| {
        let next = ring.iter().cycle().skip(1);
        let wide = |p: &Point| (i64::from(p.0), i64::from(p.1));
        ring.iter()
            .zip(next)
            .map(|(a, b)| (wide(a), wide(b)))
            .map(|(a, b)| a.0 * b.1 - b.0 * a.1)
            .sum::<i64>()
    };
    shape.rings.iter().map(of).sum()
}
