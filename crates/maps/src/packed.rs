//! A shape as a line of text for a table: rings apart by `;`, in each the first point and then
//! differences, numbers apart by spaces.

use std::fmt::Write as _;

use crate::{Point, Shape};

/// The shape as text.
pub fn pack(shape: &Shape) -> String {
    let mut text = String::new();
    for (at, ring) in shape.rings.iter().enumerate() {
        if at > 0 {
            text.push(';');
        }
        let (mut x, mut y) = (0, 0);
        for (at, &point) in ring.iter().enumerate() {
            let space = if at > 0 { " " } else { "" };
            let _ = write!(text, "{space}{} {}", point.0 - x, point.1 - y);
            (x, y) = point;
        }
    }
    text
}

/// The shape of a text that [`pack`] wrote; `None` for any other text.
pub fn unpack(text: &str) -> Option<Shape> {
    let mut rings = Vec::new();
    for line in text.split(';') {
        let mut ring: Vec<Point> = Vec::new();
        let mut numbers = line.split(' ').map(str::parse::<i32>);
        let (mut x, mut y) = (0i32, 0i32);
        while let Some(dx) = numbers.next() {
            x = x.checked_add(dx.ok()?)?;
            y = y.checked_add(numbers.next()?.ok()?)?;
            ring.push((x, y));
        }
        rings.push(ring);
    }
    Some(Shape { rings })
}
