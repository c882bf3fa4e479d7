//! Shapes made ready to be drawn: placed, thinned to what the picture shows, written as paths. The
//! values come later ([`crate::draw`]), so one picture serves many.

use std::collections::HashMap;

use crate::country::{self, in_archipelago, ring};
use crate::draw::LINE;
use crate::frame::{Frame, WIDTH};
use crate::label::{Spot, spot};
use crate::simplify::{Least, Thinned};
use crate::topology::{Topology, dissolve};
use crate::{Point, Shape, bounds};

/// What the picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// The units as large as they fit, and the country beside them.
    Units,
    /// The whole country with its sea.
    Country,
}

/// A unit that shall be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// Code.
    pub code: &'a str,
    /// Name of the unit above, between whose units stronger lines run; empty for none.
    pub group: &'a str,
    /// Its ground.
    pub shape: &'a Shape,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Picture {
    pub(crate) extent: Extent,
    pub(crate) frame: Frame,
    pub(crate) units: Vec<Drawn>,
    /// Lines between groups.
    pub(crate) borders: String,
    /// Where the names of groups stand.
    pub(crate) groups: Vec<(String, Spot)>,
    /// West, south, east, north of the units, for the mark on the country's map.
    pub(crate) home: Option<[i32; 4]>,
}

/// A unit as a path.
#[derive(Debug, Clone)]
pub(crate) struct Drawn {
    pub(crate) code: String,
    pub(crate) path: String,
    /// Room for two lines, and for one.
    pub(crate) spots: [Option<Spot>; 2],
}

/// Points of all borders together, each counted once. 2,600 make 16 KB, packed.
const POINTS_MOST: usize = 2_600;
/// Square units of the picture, which are about pixels.
const LEAST: Least = Least { triangle: 1.2, islet: 3.0, points: POINTS_MOST };

impl Picture {
    /// Makes the picture of some units.
    pub fn of(parts: &[Part<'_>], extent: Extent) -> Self {
        // What lies in the archipelagos is drawn from their list.
        let near: Vec<Shape> = parts.iter().map(|part| near(part.shape)).collect();
        let shapes: Vec<&Shape> = near.iter().collect();
        let home = bounds(near.iter().flat_map(|shape| &shape.rings).flatten());
        let frame = match extent {
            Extent::Country => Frame::fit(country::BOUNDS, 0.0, 0.0, WIDTH),
            Extent::Units => match home {
                Some(home) => Frame::fit(home, 0.0, 0.0, WIDTH),
                None => Frame::flat(),
            },
        };
        let topology = Topology::of(&shapes);
        let thinned = Thinned::of(&topology, |point| frame.place(point), &LEAST);
        let drawn = |(at, part): (usize, &Part<'_>)| {
            let rings: Vec<Vec<Point>> = thinned.rings(at).map(|r| thinned.points(r)).collect();
            (!rings.is_empty()).then(|| drawn(part.code, &rings, &frame))
        };
        let units = parts.iter().enumerate().filter_map(drawn).collect();
        let mut picture =
            Self { extent, frame, units, borders: String::new(), groups: Vec::new(), home };
        picture.group(parts, &near, &thinned, &topology);
        picture
    }

    /// True when there is a path for the unit.
    pub fn shows(&self, code: &str) -> bool {
        self.units.iter().any(|unit| unit.code == code)
    }

    fn group(
        &mut self,
        parts: &[Part<'_>],
        near: &[Shape],
        thinned: &Thinned<'_>,
        topology: &Topology,
    ) {
        if parts.iter().all(|part| part.group.is_empty()) {
            return;
        }
        let mut beside: HashMap<usize, &str> = HashMap::new();
        let mut between = Vec::new();
        for (part, rings) in parts.iter().zip(&topology.shapes) {
            for (arc, _) in rings.iter().flatten() {
                let other = *beside.entry(*arc).or_insert(part.group);
                if other != part.group {
                    between.push(*arc);
                }
            }
        }
        let mut pen = (0, 0);
        for arc in between {
            let points = whole(&thinned.arc((arc, false)), &self.frame);
            ring(&points, &mut self.borders, &mut pen);
            // An open line: its last stroke would lead back to its beginning.
            self.borders.pop();
            pen = points.last().copied().unwrap_or(pen);
        }
        let named = parts.iter().zip(near).map(|(part, shape)| (part.group, shape));
        for (group, shape) in dissolve(&named.collect::<Vec<_>>()) {
            let rings = placed(&shape.rings, &self.frame);
            self.groups.extend(spot(&rings, LINE).map(|spot| (group.to_owned(), spot)));
        }
    }
}

/// The shape without what lies in an archipelago.
fn near(shape: &Shape) -> Shape {
    let rings = shape.rings.iter().filter(|ring| !in_archipelago(ring));
    Shape { rings: rings.cloned().collect() }
}

fn placed(rings: &[Vec<Point>], frame: &Frame) -> Vec<Vec<(f64, f64)>> {
    rings.iter().map(|ring| ring.iter().map(|point| frame.place(*point)).collect()).collect()
}

fn whole(points: &[Point], frame: &Frame) -> Vec<(i32, i32)> {
    let mut points: Vec<(i32, i32)> = points.iter().map(|point| frame.whole(*point)).collect();
    points.dedup();
    points
}

fn drawn(code: &str, rings: &[Vec<Point>], frame: &Frame) -> Drawn {
    let (mut path, mut pen) = (String::new(), (0, 0));
    for line in rings {
        let mut points = whole(line, frame);
        while points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        if points.len() > 2 {
            ring(&points, &mut path, &mut pen);
        }
    }
    // So small that it is less than a point of the picture: a mark of two by two.
    if let (true, Some(&first)) = (path.is_empty(), rings.first().and_then(|ring| ring.first())) {
        let (x, y) = frame.whole(first);
        ring(
            &[(x - 1, y - 1), (x + 1, y - 1), (x + 1, y + 1), (x - 1, y + 1)],
            &mut path,
            &mut pen,
        );
    }
    let placed = placed(rings, frame);
    let spots = [spot(&placed, 2.0 * LINE), spot(&placed, LINE)];
    Drawn { code: code.to_owned(), path, spots }
}
