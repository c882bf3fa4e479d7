//! Adding up and telling what it means: pure.

use std::collections::BTreeMap;

use super::types::{Aside, Cell, Counts, Line};
use crate::relief::payments::{Status, percent};

/// By what a roll-up has its lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    District,
    Commune,
    Group,
}

impl By {
    fn key<'a>(self, district: &'a str, commune: &'a str, group: &'a str) -> &'a str {
        match self {
            Self::District => district,
            Self::Commune => commune,
            Self::Group => group,
        }
    }
}

/// Everything a roll-up is added up from.
#[derive(Debug, Clone, Default)]
pub(super) struct Material {
    pub cells: Vec<Cell>,
    pub declined: Vec<Aside>,
    pub period: Vec<Aside>,
}

impl Material {
    /// The material of one unit.
    pub(super) fn of_unit(&self, by: By, key: &str) -> Self {
        let here = |district: &str, commune: &str| by.key(district, commune, "") == key;
        let aside = |asides: &[Aside]| {
            let kept = asides.iter().filter(|one| here(&one.district_code, &one.commune_code));
            kept.cloned().collect()
        };
        let cells = self.cells.iter().filter(|cell| here(&cell.district_code, &cell.commune_code));
        Self {
            cells: cells.cloned().collect(),
            declined: aside(&self.declined),
            period: aside(&self.period),
        }
    }
}

/// One line a key, in the order of `known` (which are there even when empty), then the others.
pub(super) fn lines(material: &Material, by: By, known: &[(String, String)]) -> Vec<Line> {
    let mut lines: Vec<Line> = known
        .iter()
        .map(|(key, name)| Line { key: key.clone(), name: name.clone(), ..Line::default() })
        .collect();
    let mut places: BTreeMap<String, usize> =
        known.iter().enumerate().map(|(at, (key, _))| (key.clone(), at)).collect();
    let mut line = |lines: &mut Vec<Line>, key: &str| -> usize {
        *places.entry(key.to_owned()).or_insert_with(|| {
            lines.push(Line { key: key.to_owned(), name: key.to_owned(), ..Line::default() });
            lines.len() - 1
        })
    };
    for cell in &material.cells {
        let at =
            line(&mut lines, by.key(&cell.district_code, &cell.commune_code, &cell.group_code));
        lines[at].of_mut(Status::of(&cell.pay_state, &cell.hold)).add(counts(cell));
    }
    for aside in &material.declined {
        let at =
            line(&mut lines, by.key(&aside.district_code, &aside.commune_code, &aside.group_code));
        lines[at].declined.add(aside_counts(aside));
    }
    for aside in &material.period {
        let at =
            line(&mut lines, by.key(&aside.district_code, &aside.commune_code, &aside.group_code));
        lines[at].period.add(aside_counts(aside));
    }
    lines
}

/// Đồng of a paid cell are what was paid, of the others what is to be paid.
fn counts(cell: &Cell) -> Counts {
    let paid = Status::of(&cell.pay_state, &cell.hold) == Status::Paid;
    let dong = if paid { cell.paid } else { cell.amount };
    Counts { items: cell.items, people: cell.people, dong }
}

fn aside_counts(aside: &Aside) -> Counts {
    Counts { items: aside.items, people: aside.people, dong: aside.dong }
}

/// The sum of lines.
pub(super) fn sum(lines: &[Line]) -> Line {
    let mut all = Line::default();
    for line in lines {
        all.add(line);
    }
    all
}

/// Share of the approved entitlements that are paid, in thousandths, truncated.
pub(super) fn thousandths(line: &Line) -> i64 {
    let approved = line.approved().items;
    if approved <= 0 { 0 } else { line.paid.items.max(0) * 1000 / approved }
}

/// The finding in the title.
pub(super) fn finding(place: &str, all: &Line) -> String {
    let approved = all.approved().items;
    match approved {
        0 => format!("{place}: chưa có khoản nào được duyệt"),
        _ if all.paid.items == approved => format!("{place}: đã chi hết số được duyệt"),
        _ => format!("{place}: đã chi {} số được duyệt", percent(all.paid.items, approved)),
    }
}

/// The slowest units in words, for the heading over the chart. Units without anything approved
/// say nothing.
pub(super) fn slowest(lines: &[Line]) -> String {
    let mut known: Vec<&Line> = lines.iter().filter(|line| line.approved().items > 0).collect();
    known.sort_by_key(|line| thousandths(line));
    match known.as_slice() {
        [] => "Chưa có số liệu để so sánh".to_owned(),
        [only] => format!("{} đã chi {}", only.name, share(only)),
        [.., last] if thousandths(known[0]) == thousandths(last) => {
            format!("Các đơn vị chi đều nhau: {}", share(last))
        }
        [first, .., last] => format!(
            "{} chi chậm nhất: {}; {} nhanh nhất: {}",
            first.name,
            share(first),
            last.name,
            share(last)
        ),
    }
}

/// Share paid, in words.
pub(super) fn share(line: &Line) -> String {
    percent(line.paid.items, line.approved().items)
}

/// A measure of the pivot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Measure {
    PaidItems,
    PaidDong,
    ApprovedItems,
    ApprovedDong,
    Open,
    NotPaid,
    Held,
    Declined,
}

impl Measure {
    pub(super) const ALL: [Self; 8] = [
        Self::PaidItems,
        Self::PaidDong,
        Self::ApprovedItems,
        Self::ApprovedDong,
        Self::Open,
        Self::NotPaid,
        Self::Held,
        Self::Declined,
    ];

    pub(super) fn code(self) -> &'static str {
        match self {
            Self::PaidItems => "da-chi",
            Self::PaidDong => "da-chi-dong",
            Self::ApprovedItems => "duyet",
            Self::ApprovedDong => "duyet-dong",
            Self::Open => "chua-chi",
            Self::NotPaid => "khong-chi-duoc",
            Self::Held => "tam-giu",
            Self::Declined => "tu-choi",
        }
    }

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::PaidItems => "Đã chi, khoản",
            Self::PaidDong => "Đã chi, đồng",
            Self::ApprovedItems => "Được duyệt, khoản",
            Self::ApprovedDong => "Được duyệt, đồng",
            Self::Open => "Chưa chi, khoản",
            Self::NotPaid => "Không chi được, khoản",
            Self::Held => "Tạm giữ, khoản",
            Self::Declined => "Từ chối nhận, người",
        }
    }

    pub(super) fn from_code(code: &str) -> Self {
        Self::ALL.into_iter().find(|m| m.code() == code).unwrap_or(Self::PaidItems)
    }

    /// The status whose rows the number counts; `None` for all approved or for those who declined.
    pub(super) fn status(self) -> Option<Status> {
        match self {
            Self::PaidItems | Self::PaidDong => Some(Status::Paid),
            Self::Open => Some(Status::Open),
            Self::NotPaid => Some(Status::NotPaid),
            Self::Held => Some(Status::Held),
            Self::ApprovedItems | Self::ApprovedDong | Self::Declined => None,
        }
    }

    pub(super) fn of(self, line: &Line) -> i64 {
        match self {
            Self::PaidItems => line.paid.items,
            Self::PaidDong => line.paid.dong,
            Self::ApprovedItems => line.approved().items,
            Self::ApprovedDong => line.approved().dong,
            Self::Open => line.open.items,
            Self::NotPaid => line.not_paid.items,
            Self::Held => line.held.items,
            Self::Declined => line.declined.people,
        }
    }
}

/// A horizontal bar of a chart 440 wide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bar {
    pub y: i64,
    pub text_y: i64,
    pub label: String,
    /// Width out of 274, with one decimal.
    pub width: String,
    pub value: String,
}

/// Bars from zero, for parts of `full`. `parts`: label, value, its words.
pub(super) fn bars(parts: impl Iterator<Item = (String, i64, String)>, full: i64) -> Vec<Bar> {
    parts
        .enumerate()
        .map(|(at, (label, value, words))| {
            let y = 8 + 27 * i64::try_from(at).unwrap_or(0);
            let tenths = if full <= 0 {
                0
            } else {
                i64::try_from(i128::from(value.max(0)) * 2740 / i128::from(full)).unwrap_or(0)
            };
            let width = format!("{}.{}", tenths / 10, tenths % 10);
            Bar { y, text_y: y + 14, label, width, value: words }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cell(commune: &str, group: &str, state: &str, hold: &str, items: i64) -> Cell {
        Cell {
            district_code: "439".into(),
            commune_code: commune.into(),
            group_code: group.into(),
            pay_state: state.into(),
            hold: hold.into(),
            items,
            people: items,
            amount: items * 10,
            paid: if state == "paid" { items * 10 } else { 0 },
        }
    }

    #[test]
    fn chu_pah_of_19_june_2020_is_94_4_percent_and_never_94_5() {
        let cells =
            vec![cell("1", "HN", "paid", "", 21_648), cell("1", "HN", "not_paid", "", 1_265)];
        let all = sum(&lines(&Material { cells, ..Material::default() }, By::Commune, &[]));
        assert_eq!(all.approved().items, 22_913);
        assert_eq!(finding("Chư Păh", &all), "Chư Păh: đã chi 94,4 % số được duyệt");
        assert_eq!(thousandths(&all), 944);
    }

    #[test]
    fn what_was_recorded_goes_before_a_hold() {
        let cells = vec![
            cell("1", "HN", "unpaid", "no_id", 1),
            cell("1", "HN", "not_paid", "no_id", 2),
            cell("1", "HN", "paid", "duplicate", 4),
            cell("1", "HN", "unpaid", "", 8),
        ];
        let all = sum(&lines(&Material { cells, ..Material::default() }, By::Group, &[]));
        assert_eq!(
            (all.held.items, all.not_paid.items, all.paid.items, all.open.items),
            (1, 2, 4, 8)
        );
    }

    #[test]
    fn bars_begin_at_zero_and_end_at_full() {
        let parts = [("a".to_owned(), 0, String::new()), ("b".to_owned(), 1000, String::new())];
        let drawn = bars(parts.into_iter(), 1000);
        assert_eq!((drawn[0].width.as_str(), drawn[1].width.as_str()), ("0.0", "274.0"));
        assert_eq!(bars([("a".to_owned(), 5, String::new())].into_iter(), 0)[0].width, "0.0");
    }

    proptest! {
        /// However the cells are cut into lines, the sum is the same.
        #[test]
        fn every_cut_adds_up_to_the_same(raw in proptest::collection::vec((0u8..4, 0u8..4, 0u8..3, 0u8..2, 0i64..1000), 0..60)) {
            let states = ["paid", "unpaid", "not_paid"];
            let cells: Vec<Cell> = raw
                .iter()
                .map(|(c, g, s, h, n)| {
                    cell(&c.to_string(), &g.to_string(), states[usize::from(*s)], ["", "no_id"][usize::from(*h)], *n)
                })
                .collect();
            let wanted: i64 = cells.iter().map(|c| c.items).sum();
            let material = Material { cells, ..Material::default() };
            let known = vec![("9".to_owned(), "chín".to_owned())];
            let sums: Vec<Line> = [By::District, By::Commune, By::Group]
                .into_iter()
                .map(|by| sum(&lines(&material, by, &known)))
                .collect();
            prop_assert_eq!(&sums[0], &sums[1]);
            prop_assert_eq!(&sums[1], &sums[2]);
            prop_assert_eq!(sums[0].approved().items, wanted);
        }
    }
}
