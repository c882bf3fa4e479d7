//! From degrees to the picture: equirectangular, narrowed by the cosine of the middle latitude, which
//! is true enough for a province (and for a country 17 degrees long as others draw it).

use crate::{DEGREE, Point};

/// Width of every picture.
pub(crate) const WIDTH: f64 = 720.0;
/// A province that is long and narrow grows no higher.
const HEIGHT_MOST: f64 = 900.0;
/// Room around, for the width of lines.
const MARGIN: f64 = 4.0;

/// Where a piece of the earth lies in a picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    west: f64,
    north: f64,
    along: f64,
    down: f64,
    /// Left and top of the frame within the picture.
    pub(crate) left: f64,
    pub(crate) top: f64,
    /// Width and height that it takes.
    pub(crate) width: f64,
    pub(crate) height: f64,
}

impl Frame {
    /// The bounds (west, south, east, north) as large as `width` allows, at (`left`, `top`).
    pub(crate) fn fit(bounds: [i32; 4], left: f64, top: f64, width: f64) -> Self {
        let [west, south, east, north] = bounds.map(f64::from);
        let middle = ((south + north) / 2.0 / DEGREE).to_radians().cos();
        let wide = ((east - west) * middle).max(1.0);
        let high = (north - south).max(1.0);
        let scale = ((width - 2.0 * MARGIN) / wide).min((HEIGHT_MOST - 2.0 * MARGIN) / high);
        let beside = (width - wide * scale) / 2.0;
        Self {
            west,
            north,
            along: middle * scale,
            down: scale,
            left: left + beside,
            top: top + MARGIN,
            width,
            height: (high * scale + 2.0 * MARGIN).ceil(),
        }
    }

    /// Of nothing: a picture that has only its legend and the country.
    pub(crate) fn flat() -> Self {
        Self { height: 0.0, ..Self::fit([0; 4], 0.0, 0.0, WIDTH) }
    }

    /// A place in the picture.
    pub(crate) fn place(&self, point: Point) -> (f64, f64) {
        let x = (f64::from(point.0) - self.west) * self.along + self.left;
        let y = (self.north - f64::from(point.1)) * self.down + self.top;
        (x, y)
    }

    /// A place in whole numbers.
    pub(crate) fn whole(&self, point: Point) -> (i32, i32) {
        let (x, y) = self.place(point);
        (rounded(x), rounded(y))
    }
}

/// The nearest whole number; pictures are a thousand wide.
#[expect(clippy::cast_possible_truncation, reason = "kept within the bounds of i32")]
pub(crate) fn rounded(value: f64) -> i32 {
    value.round().clamp(-1e6, 1e6) as i32
}
