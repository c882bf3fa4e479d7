//! Lines that neighbours share: found once, so that whatever is done to a border is done to both
//! sides.

use std::collections::{HashMap, HashSet};

use crate::{Point, Shape};

/// A piece of a ring: which arc, and whether it is walked backwards.
pub(crate) type Step = (usize, bool);

/// Shapes cut into arcs at the points where the neighbour changes.
pub(crate) struct Topology {
    /// From junction to junction; a closed line without one begins and ends at its least point.
    pub(crate) arcs: Vec<Vec<Point>>,
    /// For each shape its rings as steps.
    pub(crate) shapes: Vec<Vec<Vec<Step>>>,
}

impl Topology {
    pub(crate) fn of(shapes: &[&Shape]) -> Self {
        let junctions = junctions(shapes);
        let mut known: HashMap<Vec<Point>, usize> = HashMap::new();
        let mut arcs = Vec::new();
        let mut step = |arc: Vec<Point>| -> Step {
            let back: Vec<Point> = arc.iter().rev().copied().collect();
            let (arc, backwards) = if back < arc { (back, true) } else { (arc, false) };
            let number = *known.entry(arc).or_insert_with_key(|arc| {
                arcs.push(arc.clone());
                arcs.len() - 1
            });
            (number, backwards)
        };
        let rings = |shape: &&Shape| {
            let cut = shape.rings.iter().map(|ring| cut(ring, &junctions));
            cut.map(|pieces| pieces.into_iter().map(&mut step).collect()).collect()
        };
        let shapes = shapes.iter().map(rings).collect();
        Self { arcs, shapes }
    }

    /// How many rings walk along each arc.
    pub(crate) fn uses(&self) -> Vec<usize> {
        let mut uses = vec![0; self.arcs.len()];
        for (arc, _) in self.shapes.iter().flatten().flatten() {
            uses[*arc] += 1;
        }
        uses
    }
}

/// Points at which two rings (or a ring with itself) part.
fn junctions(shapes: &[&Shape]) -> HashSet<Point> {
    let mut between: HashMap<Point, (Point, Point)> = HashMap::new();
    let mut found = HashSet::new();
    for ring in shapes.iter().flat_map(|shape| &shape.rings) {
        for (at, &here) in ring.iter().enumerate() {
            let before = ring[(at + ring.len() - 1) % ring.len()];
            let after = ring[(at + 1) % ring.len()];
            let pair = (before.min(after), before.max(after));
            if *between.entry(here).or_insert(pair) != pair {
                found.insert(here);
            }
        }
    }
    found
}

/// A ring cut at the junctions, each piece with both its ends.
fn cut(ring: &[Point], junctions: &HashSet<Point>) -> Vec<Vec<Point>> {
    let begins = ring.iter().position(|point| junctions.contains(point));
    let least = || ring.iter().enumerate().min_by_key(|(_, point)| **point).map(|(at, _)| at);
    let Some(first) = begins.or_else(least) else { return Vec::new() };
    let mut pieces = Vec::new();
    let mut piece = vec![ring[first]];
    for &point in ring[first + 1..].iter().chain(&ring[..=first]) {
        piece.push(point);
        if junctions.contains(&point) {
            pieces.push(std::mem::replace(&mut piece, vec![point]));
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// Unites shapes that have the same `group`: the borders between them vanish. In order of the groups'
/// first shapes.
pub fn dissolve<'a>(shapes: &[(&'a str, &Shape)]) -> Vec<(&'a str, Shape)> {
    let bare: Vec<&Shape> = shapes.iter().map(|(_, shape)| *shape).collect();
    let topology = Topology::of(&bare);
    let mut groups: Vec<(&str, Vec<Step>)> = Vec::new();
    for ((group, _), rings) in shapes.iter().zip(&topology.shapes) {
        let steps = rings.iter().flatten().copied();
        match groups.iter_mut().find(|(known, _)| known == group) {
            Some((_, all)) => all.extend(steps),
            None => groups.push((group, steps.collect())),
        }
    }
    let outline = |(group, steps): (&'a str, Vec<Step>)| (group, outline(&topology, &steps));
    groups.into_iter().map(outline).collect()
}

/// The lines along which only one shape of a group lies, joined to rings.
fn outline(topology: &Topology, steps: &[Step]) -> Shape {
    let mut uses: HashMap<usize, usize> = HashMap::new();
    for (arc, _) in steps {
        *uses.entry(*arc).or_default() += 1;
    }
    let mut ways: HashMap<Point, Vec<usize>> = HashMap::new();
    let mut lines: Vec<Option<Vec<Point>>> = Vec::new();
    for (arc, _) in steps.iter().filter(|(arc, _)| uses.get(arc) == Some(&1)) {
        let line = topology.arcs[*arc].clone();
        for end in [line.first(), line.last()].into_iter().flatten() {
            ways.entry(*end).or_default().push(lines.len());
        }
        lines.push(Some(line));
    }
    let mut rings = Vec::new();
    for start in 0..lines.len() {
        let Some(mut ring) = lines[start].take() else { continue };
        while let Some(&end) = ring.last().filter(|end| ring.first() != Some(end)) {
            let next = ways.get(&end).and_then(|ways| ways.iter().find(|at| lines[**at].is_some()));
            let Some(mut line) = next.and_then(|at| lines[*at].take()) else { break };
            if line.first() != Some(&end) {
                line.reverse();
            }
            ring.extend(line.into_iter().skip(1));
        }
        ring.pop();
        if ring.len() > 2 {
            rings.push(ring);
        }
    }
    Shape { rings }
}
