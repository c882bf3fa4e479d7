//! Where a name fits into a shape.

/// Room for a name: its middle, and how wide it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
}

/// Lines on which a place is looked for.
const TRIES: u32 = 24;

/// The widest room of a height within lines that are filled by the even-odd rule.
pub(crate) fn spot(rings: &[Vec<(f64, f64)>], height: f64) -> Option<Spot> {
    let ys = || rings.iter().flatten().map(|point| point.1);
    let (top, bottom) = (ys().fold(f64::MAX, f64::min), ys().fold(f64::MIN, f64::max));
    let free = bottom - top - height;
    if free < 0.0 {
        return None;
    }
    let tries = (0..=TRIES).map(|n| top + height / 2.0 + free * f64::from(n) / f64::from(TRIES));
    let mut best: Option<Spot> = None;
    for y in tries {
        let above = stretches(rings, y - height / 2.0);
        let middle = stretches(rings, y);
        let below = stretches(rings, y + height / 2.0);
        for (a, b, c) in triples(&above, &middle, &below) {
            let (from, to) = (a.0.max(b.0).max(c.0), a.1.min(b.1).min(c.1));
            if best.is_none_or(|best| to - from > best.width) {
                best = Some(Spot { x: f64::midpoint(from, to), y, width: to - from });
            }
        }
    }
    best
}

type Stretch = (f64, f64);

fn triples<'a>(
    above: &'a [Stretch],
    middle: &'a [Stretch],
    below: &'a [Stretch],
) -> impl Iterator<Item = (&'a Stretch, &'a Stretch, &'a Stretch)> {
    let pairs = middle.iter().flat_map(move |m| above.iter().map(move |a| (a, m)));
    pairs.flat_map(move |(a, m)| below.iter().map(move |b| (a, m, b)))
}

/// What of a level line lies inside.
fn stretches(rings: &[Vec<(f64, f64)>], y: f64) -> Vec<Stretch> {
    let mut crossings = Vec::new();
    for ring in rings {
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            if (a.1 > y) != (b.1 > y) {
                crossings.push(a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0));
            }
        }
    }
    crossings.sort_by(f64::total_cmp);
    crossings.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}
