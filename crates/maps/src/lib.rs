//! Boundary files in, maps of administrative units out. See the README for the way through.
//!
//! Every picture that leaves this crate shows Hoàng Sa and Trường Sa with their names: they are
//! compiled in and drawn by the function that draws the country's outline ([`country`]).

pub mod country;
mod draw;
mod frame;
mod geojson;
mod label;
mod packed;
mod picture;
mod reading;
mod schematic;
mod simplify;
mod topojson;
mod topology;

pub use draw::{Class, Fill, Map, Unit, draw};
pub use packed::{pack, unpack};
pub use picture::{Extent, Part, Picture};
pub use reading::{Feature, Limits, Problem, read};
pub use schematic::schematic;
pub use simplify::thin;
pub use topology::dissolve;

/// A place: degrees east and north in hundred-thousandths (a metre). Whole numbers, so that the
/// border of two neighbours is the same to the last digit.
pub type Point = (i32, i32);

/// Hundred-thousandths in a degree.
pub const DEGREE: f64 = 100_000.0;

/// The ground of a unit: closed lines (the first point is not repeated at the end), filled by the
/// even-odd rule: a line within another is a hole.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// The lines.
    pub rings: Vec<Vec<Point>>,
}

impl Shape {
    /// West, south, east, north; `None` for an empty shape.
    pub fn bounds(&self) -> Option<[i32; 4]> {
        bounds(self.rings.iter().flatten())
    }
}

fn bounds<'a>(points: impl Iterator<Item = &'a Point>) -> Option<[i32; 4]> {
    points.fold(None, |known, &(x, y)| {
        let [west, south, east, north] = known.unwrap_or([x, y, x, y]);
        Some([west.min(x), south.min(y), east.max(x), north.max(y)])
    })
}

/// Twice the area within a closed line, positive against the clock.
fn doubled_area(ring: &[(f64, f64)]) -> f64 {
    let next = ring.iter().cycle().skip(1);
    ring.iter().zip(next).map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum()
}

/// The point in floating numbers.
fn plain((x, y): Point) -> (f64, f64) {
    (f64::from(x), f64::from(y))
}
