//! What the public map can show, its classes, and the sentence that heads it: pure decisions.

use maps::{Class, Fill};
use vietnam::money::Dong;

use super::show;
use crate::areas::in_sentence;

/// A number of each unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Paid among approved.
    Share,
    /// People approved.
    People,
    /// Đồng paid.
    Money,
}

/// Each measure in the order of the page: its word in the address, and on the screen.
pub const MEASURES: [(Measure, &str, &str); 3] = [
    (Measure::Share, "ti-le", "Tỷ lệ đã chi"),
    (Measure::People, "nguoi", "Số người được duyệt"),
    (Measure::Money, "tien", "Số tiền đã chi"),
];

/// People and money of a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// People approved.
    pub people: i64,
    /// People paid.
    pub paid: i64,
    /// Đồng paid.
    pub paid_dong: i64,
}

impl Count {
    /// Takes another in.
    pub fn add(&mut self, other: Self) {
        self.people += other.people;
        self.paid += other.paid;
        self.paid_dong += other.paid_dong;
    }
}

impl Measure {
    /// The measure of an address; the share for anything else.
    pub fn of(word: &str) -> Self {
        MEASURES.iter().find(|(_, known, _)| *known == word).map_or(Self::Share, |(m, ..)| *m)
    }

    /// Its word in an address.
    pub fn word(self) -> &'static str {
        MEASURES.iter().find(|(known, ..)| *known == self).map_or("", |(_, word, _)| word)
    }

    /// The value in words, short enough to stand within a unit; nothing where nobody is approved.
    pub fn told(self, count: Count) -> String {
        match (self, count.people, count.paid_dong) {
            (_, ..=0, _) => String::new(),
            (Self::Share, people, _) => show::percent(count.paid, people),
            (Self::People, people, _) => show::number(people),
            (Self::Money, _, 0) => "chưa chi".to_owned(),
            (Self::Money, _, dong) => rounded_money(dong),
        }
    }

    /// What a unit's path tells: "94,5 %", "1.234 người được duyệt", "đã chi 1.500.000 đồng".
    pub fn told_long(self, count: Count) -> String {
        match (self, count.people) {
            (_, 0) => "chưa có ai được duyệt".to_owned(),
            (Self::Share, _) => format!("đã chi {}", show::percent(count.paid, count.people)),
            (Self::People, people) => format!("{} người được duyệt", show::number(people)),
            (Self::Money, _) => format!("đã chi {}", show::money(count.paid_dong)),
        }
    }

    fn value(self, count: Count) -> i64 {
        match self {
            // Tenths of a percent, cut as they are shown.
            Self::Share if count.people > 0 => count.paid.max(0) * 1000 / count.people,
            Self::Share => 0,
            Self::People => count.people,
            Self::Money => count.paid_dong,
        }
    }
}

/// Billions and millions with one digit, for the little room within a unit.
fn rounded_money(dong: i64) -> String {
    const MILLION: i64 = 1_000_000;
    let (unit, word) =
        if dong >= 1_000 * MILLION { (1_000 * MILLION, "tỷ") } else { (MILLION, "triệu") };
    let tenths = dong / (unit / 10);
    match tenths % 10 {
        0 => format!("{} {word}", Dong(tenths / 10)),
        tenth => format!("{},{tenth} {word}", Dong(tenths / 10)),
    }
}

/// Classes with how many of `what` (huyện, xã) each has, and each unit's place among them. Classes that
/// nobody is in are left out of a scale that follows the numbers, never out of that of the shares.
pub fn classes(measure: Measure, counts: &[Count], what: &str) -> (Vec<Class>, Vec<usize>) {
    let (labels, of): (Vec<(Fill, String)>, Vec<usize>) = match measure {
        Measure::Share => {
            (share_labels(), counts.iter().map(|count| share_class(*count)).collect())
        }
        _ => scaled(measure, counts),
    };
    let class = |(at, (fill, label)): (usize, (Fill, String))| {
        let units = of.iter().filter(|class| **class == at).count();
        Class { fill, label: format!("{label}: {units} {what}") }
    };
    (labels.into_iter().enumerate().map(class).collect(), of)
}

fn nobody() -> (Fill, String) {
    (Fill::Neutral, "Chưa có ai được duyệt".to_owned())
}

fn share_labels() -> Vec<(Fill, String)> {
    let words = ["Chưa chi", "Dưới 50 %", "50 % đến dưới 80 %", "80 % đến dưới 100 %", "Đủ 100 %"];
    let steps = (0u8..).zip(words).map(|(step, word)| (Fill::Step(step), word.to_owned()));
    steps.chain([nobody()]).collect()
}

fn share_class(count: Count) -> usize {
    match (count.people, count.paid, Measure::Share.value(count)) {
        (..=0, ..) => 5,
        (_, ..=0, _) => 0,
        (people, paid, _) if paid >= people => 4,
        (.., ..500) => 1,
        (.., ..800) => 2,
        _ => 3,
    }
}

/// Four equal steps up to the greatest value, of a round width.
fn scaled(measure: Measure, counts: &[Count]) -> (Vec<(Fill, String)>, Vec<usize>) {
    let most = counts.iter().map(|count| measure.value(*count)).max().unwrap_or(0);
    let width = round_width(most);
    let name = |n: i64| match measure {
        Measure::Money => rounded_money(n * width),
        _ => format!("{} người", show::number(n * width)),
    };
    let mut labels = vec![(Fill::Step(0), "Chưa chi".to_owned())];
    labels.push((Fill::Step(1), format!("Dưới {}", name(1))));
    labels.push((Fill::Step(2), format!("Từ {} đến dưới {}", name(1), name(2))));
    labels.push((Fill::Step(3), format!("Từ {} đến dưới {}", name(2), name(3))));
    labels.push((Fill::Step(4), format!("Từ {} trở lên", name(3))));
    labels.push(nobody());
    let class = |count: &Count| match measure.value(*count) {
        _ if count.people <= 0 => 5,
        ..=0 => 0,
        value => usize::try_from(value / width + 1).unwrap_or(4).min(4),
    };
    let mut of: Vec<usize> = counts.iter().map(class).collect();
    // Approved people are never none of the approved.
    let used: Vec<usize> = (0..labels.len()).filter(|at| of.contains(at)).collect();
    for class in &mut of {
        *class = used.iter().position(|at| at == class).unwrap_or(0);
    }
    let labels = labels.into_iter().enumerate().filter(|(at, _)| used.contains(at));
    (labels.map(|(_, label)| label).collect(), of)
}

/// The least of 1, 2, 5, 10, 20 … of which four reach `most`.
fn round_width(most: i64) -> i64 {
    let mut ten = 1i64;
    loop {
        for width in [ten, ten.saturating_mul(2), ten.saturating_mul(5)] {
            if width.saturating_mul(4) >= most {
                return width;
            }
        }
        ten = ten.saturating_mul(10);
    }
}

/// The sentence that heads the map. `whole` begins it: "Toàn tỉnh", "Huyện Hương Sơn".
pub fn finding(measure: Measure, whole: &str, sum: Count, units: &[(&str, Count)]) -> String {
    if sum.people == 0 {
        return format!("{whole} chưa có ai được duyệt");
    }
    let known = || units.iter().filter(|(_, count)| count.people > 0);
    let value = |unit: &&(&str, Count)| measure.value(unit.1);
    let (least, most) = (known().min_by_key(value), known().max_by_key(value));
    let differ = least.map(|unit| value(&unit)) != most.map(|unit| value(&unit));
    let told = |unit: Option<&(&str, Count)>, word: &str| match unit {
        Some((name, count)) if differ => {
            format!("; {word} là {}: {}", in_sentence(name), measure.told(*count))
        }
        _ => String::new(),
    };
    match measure {
        Measure::Share => {
            let share = show::percent(sum.paid, sum.people);
            format!("{whole} đã chi cho {share} số người được duyệt{}", told(least, "thấp nhất"))
        }
        Measure::People => {
            let people = show::number(sum.people);
            format!("{whole} có {people} người được duyệt{}", told(most, "nhiều nhất"))
        }
        Measure::Money => {
            let money = show::money(sum.paid_dong);
            format!("{whole} đã chi {money}{}", told(most, "nhiều nhất"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn count(people: i64, paid: i64) -> Count {
        Count { people, paid, paid_dong: paid * 1_500_000 }
    }

    #[test]
    fn shares_fall_into_their_classes_to_the_last_person() {
        let counts =
            [count(0, 0), count(10, 0), count(1000, 499), count(2, 1), count(10, 8), count(9, 9)];
        let (classes, of) = classes(Measure::Share, &counts, "xã");
        assert_eq!(of, [5, 0, 1, 2, 3, 4]);
        assert_eq!(classes[4].label, "Đủ 100 %: 1 xã");
        let almost = [count(100_000, 99_999)];
        assert_eq!(super::classes(Measure::Share, &almost, "xã").1, [3], "not all is not all");
    }

    #[test]
    fn a_scale_is_round_and_says_only_what_it_uses() {
        let counts = [count(0, 0), count(120, 0), count(730, 700)];
        let (people, of) = classes(Measure::People, &counts, "huyện");
        let labels: Vec<&str> = people.iter().map(|class| class.label.as_str()).collect();
        assert_eq!(
            labels,
            [
                "Dưới 200 người: 1 huyện",
                "Từ 600 người trở lên: 1 huyện",
                "Chưa có ai được duyệt: 1 huyện"
            ]
        );
        assert_eq!(of, [2, 0, 1]);
        let (money, of) = classes(Measure::Money, &counts, "huyện");
        assert_eq!(money[0].label, "Chưa chi: 1 huyện");
        assert_eq!(money[1].label, "Từ 1 tỷ đến dưới 1,5 tỷ: 1 huyện");
        assert_eq!(of, [2, 0, 1]);
    }

    #[test]
    fn the_heading_states_the_finding() {
        let units = [("Huyện Hương Sơn", count(10, 9)), ("Huyện Vũ Quang", count(10, 3))];
        let sum = count(20, 12);
        assert_eq!(
            finding(Measure::Share, "Toàn tỉnh", sum, &units),
            "Toàn tỉnh đã chi cho 60,0 % số người được duyệt; thấp nhất là huyện Vũ Quang: 30,0 %"
        );
        assert_eq!(
            finding(Measure::Money, "Toàn tỉnh", sum, &units),
            "Toàn tỉnh đã chi 18.000.000 đồng; nhiều nhất là huyện Hương Sơn: 13,5 triệu"
        );
        let none = finding(Measure::People, "Toàn tỉnh", count(0, 0), &[]);
        assert_eq!(none, "Toàn tỉnh chưa có ai được duyệt");
        let one = finding(Measure::People, "Toàn tỉnh", count(10, 9), &units[..1]);
        assert_eq!(one, "Toàn tỉnh có 10 người được duyệt", "nothing to compare with");
    }

    proptest! {
        #[test]
        fn every_unit_has_a_class(
            numbers in proptest::collection::vec((0i64..2_000_000, 0i64..2_000_000), 0..40),
            which in 0usize..3,
        ) {
            let counts: Vec<Count> =
                numbers.into_iter().map(|(people, paid)| count(people, paid.min(people))).collect();
            let (classes, of) = classes(MEASURES[which].0, &counts, "xã");
            prop_assert_eq!(of.len(), counts.len());
            prop_assert!(of.iter().all(|class| *class < classes.len()));
            prop_assert!(classes.iter().all(|class| !class.label.is_empty()));
        }
    }
}
