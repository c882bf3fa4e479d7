//! Neighbours keep one border, and nobody's ground vanishes.

use std::collections::HashSet;

use maps::{Point, Shape, dissolve, thin};
use proptest::prelude::*;

use crate::{area, board, real_units};

/// Each stretch of border, with its direction taken away.
fn stretches(shape: &Shape) -> impl Iterator<Item = (Point, Point)> {
    shape.rings.iter().flat_map(|ring| {
        let next = ring.iter().cycle().skip(1);
        ring.iter().zip(next).map(|(a, b)| (*a.min(b), *a.max(b)))
    })
}

/// Stretches that only one shape has: the coast, as long as nothing has opened inside.
fn outer(shapes: &[Shape]) -> HashSet<(Point, Point)> {
    let mut once = HashSet::new();
    for stretch in shapes.iter().flat_map(stretches) {
        if !once.insert(stretch) {
            once.remove(&stretch);
        }
    }
    once
}

#[test]
fn a_thinned_province_has_no_gap_and_no_overlap() {
    for (name, width, of) in [("map2020_42.topo.json", 5, 216), ("map2025_42.topo.json", 5, 69)] {
        let Some(units) = real_units(name, width) else { return };
        let before: Vec<&Shape> = units.iter().map(|unit| &unit.shape).collect();
        let after = thin(&before);
        assert_eq!(after.len(), of);
        assert!(after.iter().all(|shape| area(shape) != 0), "nobody vanishes");
        let points = |shapes: &[Shape]| -> usize {
            shapes.iter().flat_map(|shape| &shape.rings).map(Vec::len).sum()
        };
        let all: Vec<Shape> = before.iter().map(|shape| (*shape).clone()).collect();
        assert!(points(&after) < points(&all), "{} of {}", points(&after), points(&all));
        // What lies inside is a border of two, exactly: the outer line is that of the union.
        let named: Vec<(&str, &Shape)> = after.iter().map(|shape| ("tỉnh", shape)).collect();
        let union = dissolve(&named);
        assert_eq!(outer(&after), stretches(&union[0].1).collect::<HashSet<_>>(), "{name}");
    }
}

#[test]
fn communes_dissolve_into_their_districts() {
    let (Some(communes), Some(districts)) =
        (real_units("map2020_42.topo.json", 5), real_units("map2020_42.topo.json", 3))
    else {
        return;
    };
    assert_eq!((communes.len(), districts.len()), (216, 13));
    let all: Vec<(&str, &Shape)> = communes.iter().map(|unit| ("42", &unit.shape)).collect();
    let whole: Vec<(&str, &Shape)> = districts.iter().map(|unit| ("42", &unit.shape)).collect();
    let (a, b) = (area(&dissolve(&all)[0].1).abs(), area(&dissolve(&whole)[0].1).abs());
    assert!(a.abs_diff(b) * 100 < a.unsigned_abs(), "the same province: {a} and {b}");
}

#[test]
fn an_islet_that_is_a_units_only_ground_stays() {
    let islet = |at: i32| Shape { rings: vec![vec![(at, 0), (at + 9, 0), (at + 9, 9), (at, 9)]] };
    let mut of_two = islet(1_000);
    of_two.rings.push(vec![(5_000, 0), (9_000, 0), (9_000, 9_000)]);
    let shapes = [islet(0), of_two];
    let thinned = thin(&shapes.iter().collect::<Vec<_>>());
    assert!(thinned[0].rings[0].len() >= 3, "{thinned:?}");
    assert_eq!(thinned[1].rings.len(), 1, "beside a mainland it may go");
}

proptest! {
    #[test]
    fn thinning_moves_no_ground_between_the_inside_and_nowhere(columns in 1i32..7, rows in 1i32..7) {
        let fields = board(columns, rows);
        let shapes: Vec<&Shape> = fields.iter().map(|field| &field.shape).collect();
        let thinned = thin(&shapes);
        let named: Vec<(&str, &Shape)> = thinned.iter().map(|shape| ("a", shape)).collect();
        let union = dissolve(&named);
        prop_assert_eq!(union[0].1.rings.len(), 1, "no hole has opened");
        prop_assert_eq!(thinned.iter().map(area).sum::<i64>(), area(&union[0].1).abs());
    }
}
