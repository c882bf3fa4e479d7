use proptest::prelude::*;

use super::*;

fn fact(stage: Stage, items: i64, each: i64) -> Fact {
    Fact {
        stage,
        district: "439".into(),
        commune: "18196".into(),
        group: "HN".into(),
        programme: "NQ42".into(),
        decision: "|2020-05-18|1502/QĐ-UBND".into(),
        day: NaiveDate::from_ymd_opt(2020, 6, 19),
        status: "da-chi".into(),
        channel: "cash".into(),
        reason: String::new(),
        each,
        items,
        people: items * 2,
        dong: items * each,
    }
}

fn shares() -> HashMap<String, Shares> {
    let known = |parts: &[(&str, i32)]| -> Shares {
        parts.iter().map(|(name, percent)| ((*name).to_owned(), *percent)).collect()
    };
    HashMap::from([
        ("|2020-05-18|1502/QĐ-UBND".to_owned(), known(&[("Trung ương", 70), ("Tỉnh", 30)])),
        ("|2020-05-19|2/QĐ-UBND".to_owned(), known(&[("Tỉnh", 100)])),
        ("|2020-05-20|3/QĐ-UBND".to_owned(), known(&[("Tỉnh", 40)])),
    ])
}

fn plain(dim: Dim, key: &str) -> Label {
    Label { rank: Rank::Code(key.to_owned()), text: format!("{dim:?} {key}") }
}

fn plan(line: Dim, column: Option<Dim>, stage: Option<Stage>, unit: Unit) -> Plan {
    Plan { line, column, stage, unit }
}

#[test]
fn a_week_begins_on_monday_and_a_month_on_its_first() {
    let facts = [fact(Stage::Paid, 1, 10)];
    let lines = |dim| {
        table(&plan(dim, None, None, Unit::Items), &facts, &shares(), plain)
            .unwrap()
            .lines
            .join("; ")
    };
    assert_eq!(lines(Dim::Day), "Day 2020-06-19");
    assert_eq!(lines(Dim::Week), "Week 2020-06-15");
    assert_eq!(lines(Dim::Month), "Month 2020-06");
}

#[test]
fn money_is_split_row_by_row_and_items_stand_under_their_mix() {
    // 7 payments of 1.500.001 đồng: 70 % is 1.050.000,7 of each, rounded for each and then summed.
    let facts = [fact(Stage::Paid, 7, 1_500_001)];
    let split = plan(Dim::Source, None, Some(Stage::Paid), Unit::Dong);
    let of = |table: &Table, at: usize, unit| table.line_sums[at].of(Stage::Paid, unit);
    let by_budget = table(&split, &facts, &shares(), plain).unwrap();
    assert_eq!(by_budget.lines, ["Source Trung ương", "Source Tỉnh"]);
    assert_eq!(of(&by_budget, 0, Unit::Dong), 7 * 1_050_001);
    assert_eq!(of(&by_budget, 1, Unit::Dong), 7 * 450_000);
    let whole = plan(Dim::Source, None, Some(Stage::Paid), Unit::Items);
    let by_mix = table(&whole, &facts, &shares(), plain).unwrap();
    assert_eq!(by_mix.lines, ["Source 70 % Trung ương, 30 % Tỉnh"]);
    assert_eq!(of(&by_mix, 0, Unit::Items), 7);
}

#[test]
fn what_came_back_is_never_counted_in_people() {
    let all = plan(Dim::Group, None, None, Unit::People).measures();
    assert!(all.iter().all(|(stage, _)| *stage != Stage::Repaid) && all.len() == 9);
    let one = plan(Dim::Group, None, Some(Stage::Repaid), Unit::Items).measures();
    assert_eq!(one, [(Stage::Repaid, Unit::Items), (Stage::Repaid, Unit::Dong)]);
}

fn any_fact() -> impl Strategy<Value = Fact> {
    let decisions =
        ["", "|2020-05-18|1502/QĐ-UBND", "|2020-05-19|2/QĐ-UBND", "|2020-05-20|3/QĐ-UBND", "|x|y"];
    (
        0usize..10,
        (0u8..3, 0u8..4, 0u8..3, 0usize..5),
        proptest::option::of(0u64..60),
        (0u8..3, 0u8..3, 0u8..3),
        (-5i64..50, 1i64..5_000_000),
    )
        .prop_map(
            move |(stage, (district, commune, group, decision), day, (s, c, r), (n, each))| Fact {
                district: district.to_string(),
                commune: commune.to_string(),
                group: group.to_string(),
                programme: (group / 2).to_string(),
                decision: decisions[decision].to_owned(),
                day: day
                    .and_then(|days| Some(NaiveDate::from_ymd_opt(2020, 5, 1)? + Days::new(days))),
                status: s.to_string(),
                channel: c.to_string(),
                reason: r.to_string(),
                ..fact(Stage::ALL[stage], n, each)
            },
        )
}

proptest! {
    /// Whatever the lines and columns are, the grand total is that of the rows, and every line and
    /// column adds up to it.
    #[test]
    fn every_combination_adds_up_to_the_same(facts in proptest::collection::vec(any_fact(), 0..40)) {
        let shares = shares();
        for unit in Unit::ALL {
            for line in Dim::ALL {
                for column in std::iter::once(None).chain(Dim::ALL.map(Some)) {
                    if column == Some(line) {
                        continue;
                    }
                    let made = table(&plan(line, column, None, unit), &facts, &shares, plain).unwrap();
                    for stage in Stage::ALL {
                        let wanted: i64 = facts
                            .iter()
                            .filter(|fact| fact.stage == stage)
                            .map(|fact| [fact.items, fact.people, fact.dong][unit.at()])
                            .sum();
                        let sum = |of: &[Numbers]| of.iter().map(|n| n.of(stage, unit)).sum::<i64>();
                        prop_assert_eq!(made.sum.of(stage, unit), wanted, "{:?} {:?}", line, column);
                        prop_assert_eq!(sum(&made.line_sums), wanted);
                        prop_assert_eq!(sum(&made.column_sums), wanted);
                        for (cells, whole) in made.cells.iter().zip(&made.line_sums) {
                            prop_assert_eq!(sum(cells), whole.of(stage, unit));
                        }
                    }
                }
            }
        }
    }
}
