//! Fewer points (Visvalingam and Whyatt 1993): the point whose triangle with its neighbours is least
//! goes first. Arcs are thinned, not rings, so two neighbours keep one border; and nobody's ground
//! vanishes.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::topology::{Step, Topology};
use crate::{Point, Shape, doubled_area, plain};

/// What may go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Least {
    /// Points whose triangle is smaller, in the unit of the projection.
    pub(crate) triangle: f64,
    /// Islets that are smaller and nobody's only ground.
    pub(crate) islet: f64,
    /// Most points of all arcs, each counted once: beyond it more go.
    pub(crate) points: usize,
}

/// A triangle of some fifty metres a side: a district's map on a large screen shows no less.
const TRIANGLE: f64 = 2_500.0;
/// Islets below some two hectares.
const ISLET: f64 = 20_000.0;

/// Shapes with no more points than a picture of a district can show, on borders that stay common.
pub fn thin(shapes: &[&Shape]) -> Vec<Shape> {
    let topology = Topology::of(shapes);
    let least = Least { triangle: TRIANGLE, islet: ISLET, points: usize::MAX };
    let thinned = Thinned::of(&topology, plain, &least);
    let rings = |of: usize| thinned.rings(of).map(|ring| thinned.points(ring)).collect();
    (0..shapes.len()).map(|of| Shape { rings: rings(of) }).collect()
}

/// A topology with some of its points left out.
pub(crate) struct Thinned<'a> {
    topology: &'a Topology,
    /// For each arc, which points stay.
    stays: Vec<Vec<bool>>,
    /// Rings that stay, by shape.
    rings: Vec<Vec<usize>>,
}

impl<'a> Thinned<'a> {
    pub(crate) fn of(
        topology: &'a Topology,
        project: impl Fn(Point) -> (f64, f64),
        least: &Least,
    ) -> Self {
        let lines: Vec<Vec<(f64, f64)>> =
            topology.arcs.iter().map(|arc| arc.iter().map(|p| project(*p)).collect()).collect();
        let weights: Vec<Vec<f64>> = lines.iter().map(|line| weights(line)).collect();
        let mut inner: Vec<f64> =
            weights.iter().flatten().copied().filter(|weight| weight.is_finite()).collect();
        inner.sort_by(|a, b| b.total_cmp(a));
        let threshold = inner.get(least.points).copied().unwrap_or(0.0).max(least.triangle);
        let stays =
            weights.iter().map(|arc| arc.iter().map(|weight| *weight > threshold).collect());
        let mut thinned = Self { topology, stays: stays.collect(), rings: Vec::new() };
        let uses = topology.uses();
        for rings in &topology.shapes {
            let areas: Vec<f64> = rings.iter().map(|ring| area(ring, &lines)).collect();
            let main = (0..rings.len()).max_by(|a, b| areas[*a].total_cmp(&areas[*b]));
            if let Some(main) = main {
                thinned.keep(&rings[main], &weights);
            }
            let islet = |at: usize| {
                areas[at] < least.islet && rings[at].iter().all(|(arc, _)| uses[*arc] == 1)
            };
            let stay = (0..rings.len()).filter(|at| Some(*at) == main || !islet(*at));
            thinned.rings.push(stay.collect());
        }
        thinned
    }

    /// Puts points back until the ring has three: the weightiest that were left out.
    fn keep(&mut self, ring: &[Step], weights: &[Vec<f64>]) {
        while self.points(ring).len() < 3 {
            let left_out = ring.iter().flat_map(|(arc, _)| {
                let points = self.stays[*arc].iter().enumerate();
                points.filter(|(_, stays)| !**stays).map(|(at, _)| (*arc, at))
            });
            let heaviest = left_out.max_by(|a, b| weights[a.0][a.1].total_cmp(&weights[b.0][b.1]));
            let Some((arc, at)) = heaviest else { return };
            self.stays[arc][at] = true;
        }
    }

    /// The rings of a shape that stay. One that has collapsed to a line is gone on both its sides.
    pub(crate) fn rings(&self, shape: usize) -> impl Iterator<Item = &'a [Step]> {
        let (rings, stay) = (&self.topology.shapes[shape], &self.rings[shape]);
        let stay: Vec<usize> =
            stay.iter().copied().filter(|at| self.points(&rings[*at]).len() >= 3).collect();
        stay.into_iter().map(|at| rings[at].as_slice())
    }

    /// The points of a ring that stay, the first not repeated.
    pub(crate) fn points(&self, ring: &[Step]) -> Vec<Point> {
        let mut points = Vec::new();
        for step in ring {
            points.extend(self.arc(*step));
            points.pop();
        }
        points
    }

    /// The points of an arc that stay, with both its ends.
    pub(crate) fn arc(&self, (arc, backwards): Step) -> Vec<Point> {
        let all = self.topology.arcs[arc].iter().zip(&self.stays[arc]);
        let stay = all.filter(|(_, stays)| **stays).map(|(point, _)| *point);
        if backwards { stay.rev().collect() } else { stay.collect() }
    }
}

fn area(ring: &[Step], lines: &[Vec<(f64, f64)>]) -> f64 {
    let mut points = Vec::new();
    for (arc, backwards) in ring {
        let line = &lines[*arc];
        if *backwards {
            points.extend(line.iter().rev())
        } else {
            points.extend(line)
        }
        points.pop();
    }
    doubled_area(&points).abs() / 2.0
}

/// When each point goes: the area of its triangle at that moment, never less than of one before.
/// The ends never go.
fn weights(line: &[(f64, f64)]) -> Vec<f64> {
    let mut weights = vec![f64::INFINITY; line.len()];
    let mut before: Vec<usize> = (0..line.len()).map(|at| at.saturating_sub(1)).collect();
    let mut after: Vec<usize> = (0..line.len()).map(|at| at + 1).collect();
    let triangle =
        |a: usize, b: usize, c: usize| doubled_area(&[line[a], line[b], line[c]]).abs() / 2.0;
    let mut waiting = BinaryHeap::new();
    let mut current: Vec<f64> = (0..line.len())
        .map(|at| if is_inner(at, line) { triangle(at - 1, at, at + 1) } else { f64::INFINITY })
        .collect();
    let inner = current.iter().enumerate().filter(|(at, _)| is_inner(*at, line));
    waiting.extend(inner.map(|(at, weight)| Reverse((Weight(*weight), at))));
    let mut so_far: f64 = 0.0;
    while let Some(Reverse((Weight(weight), at))) = waiting.pop() {
        if weights[at].is_finite() || weight.total_cmp(&current[at]).is_ne() {
            continue;
        }
        so_far = so_far.max(weight);
        weights[at] = so_far;
        let (left, right) = (before[at], after[at]);
        (after[left], before[right]) = (right, left);
        for beside in [left, right] {
            if is_inner(beside, line) {
                current[beside] = triangle(before[beside], beside, after[beside]);
                waiting.push(Reverse((Weight(current[beside]), beside)));
            }
        }
    }
    weights
}

fn is_inner(at: usize, line: &[(f64, f64)]) -> bool {
    at > 0 && at + 1 < line.len()
}

/// A number that can be put in order.
struct Weight(f64);

impl PartialEq for Weight {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Weight {}
impl PartialOrd for Weight {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Weight {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}
