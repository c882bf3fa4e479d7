//! A chart of bars as SVG, for readers with and without eyes: a title, each bar's words, a scale.

/// One bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Under the first and the last bar.
    pub label: String,
    /// Height; not below zero.
    pub value: i64,
    /// Words of the bar.
    pub told: String,
}

const WIDTH: i64 = 720;
const HEIGHT: i64 = 200;
/// Room above the bars for the scale, below them for the labels.
const TOP: i64 = 34;
const BOTTOM: i64 = 36;

/// Draws bars from left to right; nothing for none. `scale` tells the highest value.
pub fn bars(title: &str, all: &[Bar], scale: impl Fn(i64) -> String) -> String {
    use std::fmt::Write as _;
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return String::new() };
    let most = all.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let count = i64::try_from(all.len()).unwrap_or(1).max(1);
    // Tenths of a unit: sixty bars still have room between them.
    let step = WIDTH * 10 / count;
    let thick = (step * 8 / 10).min(400);
    let base = HEIGHT - BOTTOM;
    let mut svg = format!(
        "<svg class=\"bieu\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\
         <title>{}</title><path class=\"truc\" d=\"M0 {TOP}H{WIDTH}M0 {base}H{WIDTH}\"/>\
         <text x=\"0\" y=\"{}\">{}</text>",
        escaped(title),
        escaped(title),
        TOP - 8,
        escaped(&scale(most))
    );
    for (at, bar) in (0_i64..).zip(all) {
        let height = (i128::from(base - TOP) * 10 * i128::from(bar.value.max(0))
            / i128::from(most))
        .clamp(0, i128::from(base - TOP) * 10);
        // Something that is not nothing is seen.
        let height = if bar.value > 0 { height.max(10) } else { 0 };
        let top = i128::from(base) * 10 - height;
        let _ = write!(
            svg,
            "<rect class=\"f1\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"><title>{}</title></rect>",
            tenths(i128::from(at * step + (step - thick) / 2)),
            tenths(top),
            tenths(i128::from(thick)),
            tenths(height),
            escaped(&bar.told)
        );
    }
    let low = HEIGHT - 9;
    let _ = write!(svg, "<text x=\"0\" y=\"{low}\">{}</text>", escaped(&first.label));
    if count > 1 {
        let label = escaped(&last.label);
        let _ = write!(svg, "<text x=\"{WIDTH}\" y=\"{low}\" text-anchor=\"end\">{label}</text>");
    }
    svg.push_str("</svg>");
    svg
}

fn tenths(value: i128) -> String {
    format!("{}.{}", value / 10, value % 10)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bar(value: i64) -> Bar {
        Bar { label: "1/6/2020".to_owned(), value, told: format!("{value} <đồng>") }
    }

    #[test]
    fn nothing_is_drawn_for_nothing_and_words_are_escaped() {
        assert_eq!(bars("Tiền", &[], |most| most.to_string()), "");
        let one = bars("Tiền \"chi\"", &[bar(7)], |most| most.to_string());
        assert!(one.contains("7 &lt;đồng&gt;") && one.contains("Tiền &quot;chi&quot;"), "{one}");
        assert_eq!(one.matches("<rect").count(), 1);
    }

    proptest! {
        #[test]
        fn every_bar_stays_inside_the_picture(values in proptest::collection::vec(any::<i64>(), 1..80)) {
            let all: Vec<Bar> = values.iter().map(|value| bar(*value)).collect();
            let svg = bars("Tiền", &all, |most| most.to_string());
            for rect in svg.split("<rect ").skip(1) {
                let of = |name: &str| -> f64 {
                    rect.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap()
                        .parse().unwrap()
                };
                let (x, y, width, height) = (of("x"), of("y"), of("width"), of("height"));
                prop_assert!(x >= 0.0 && x + width <= WIDTH as f64, "{rect}");
                prop_assert!(y >= TOP as f64 - 0.1 && y + height <= (HEIGHT - BOTTOM) as f64 + 0.1, "{rect}");
            }
        }
    }
}
