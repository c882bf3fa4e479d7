use proptest::prelude::*;

use super::*;

fn share(decision: u128, code: &str, percent: i32) -> SourceShare {
    SourceShare {
        decision_id: Uuid::from_u128(decision),
        code: code.to_owned(),
        name: code.to_uppercase(),
        percent,
    }
}

fn decision(id: u128, day: u32) -> Decision {
    let decided_on = NaiveDate::from_ymd_opt(2020, 5, day).unwrap();
    Decision { id: Uuid::from_u128(id), number: format!("{id}/QĐ-UBND"), decided_on }
}

fn money(amounts: &[(i64, i64)]) -> Money {
    let one = Uuid::from_u128(1);
    let group = |n: usize| format!("G{n}");
    Money {
        allotted: vec![Given {
            programme_code: "NQ42".into(),
            source_code: "tinh".into(),
            source_name: "TINH".into(),
            amount_dong: 1_000,
        }],
        decisions: vec![decision(1, 4), decision(2, 9)],
        shares: HashMap::from([(one, vec![share(1, "trung_uong", 70), share(1, "tinh", 30)])]),
        programmes: (0..amounts.len())
            .map(|n| OfProgramme {
                decision_id: one,
                group_code: group(n),
                programme_code: "NQ42".into(),
            })
            .collect(),
        approved: amounts
            .iter()
            .enumerate()
            .map(|(n, (approved, _))| Approved {
                decision_id: one,
                group_code: group(n),
                amount_dong: *approved,
            })
            .collect(),
        paid: amounts
            .iter()
            .enumerate()
            .map(|(n, (_, paid))| Paid {
                decision_id: one,
                group_code: group(n),
                amount_dong: *paid,
                entries: 1,
            })
            .collect(),
    }
}

fn lines(money: &Money) -> Vec<Line> {
    lay(&Catalogue::load(None).unwrap(), money).lines
}

proptest! {
    #[test]
    fn parts_always_add_up_to_what_the_tables_hold(
        amounts in proptest::collection::vec((0..9_000_000_000_i64, -9_000_000..9_000_000_000_i64), 0..6)
    ) {
        let money = money(&amounts);
        let laid = lay(&Catalogue::load(None).unwrap(), &money);
        let sum = |what: fn(&Line) -> i64| laid.lines.iter().map(what).sum::<i64>();
        prop_assert_eq!(sum(|line| line.approved), amounts.iter().map(|(a, _)| a).sum::<i64>());
        prop_assert_eq!(sum(|line| line.paid), amounts.iter().map(|(_, p)| p).sum::<i64>());
        prop_assert_eq!(sum(|line| line.allotted), 1_000);
        let papers = |what: fn(&Paper) -> i64| laid.papers.iter().map(what).sum::<i64>();
        prop_assert_eq!(papers(|paper| paper.approved), sum(|line| line.approved));
        prop_assert_eq!(papers(|paper| paper.paid), sum(|line| line.paid));
    }
}

#[test]
fn a_decision_without_shares_stands_apart_and_is_not_lost() {
    let mut money = money(&[(100, 40)]);
    money.approved.push(Approved {
        decision_id: Uuid::from_u128(2),
        group_code: "G0".into(),
        amount_dong: 7,
    });
    let lines = lines(&money);
    let unknown = lines.iter().find(|line| line.source.is_empty()).unwrap();
    assert_eq!((unknown.name.as_str(), unknown.approved), (UNKNOWN, 7));
    let tinh = lines.iter().find(|line| line.source == "tinh").unwrap();
    assert_eq!((tinh.allotted, tinh.approved, tinh.paid), (1_000, 30, 12));
    assert_eq!((tinh.left(), tinh.free()), (988, 970));
}

#[test]
fn a_budget_is_short_only_when_it_was_given_something_and_less_than_is_needed() {
    let lines = lines(&money(&[(100, 40)]));
    let short = |programme, parts: &[(&str, &str, i64)]| shortage(&lines, &[programme], parts);
    assert_eq!(short("NQ42", &[("tinh", "Tỉnh", 970)]), vec![]);
    let told = short("NQ42", &[("trung_uong", "TW", 9_999), ("tinh", "Tỉnh", 971)]);
    assert_eq!(told, vec![Short { name: "Tỉnh".into(), free: 970, needed: 971 }]);
    assert_eq!(short("NQ68", &[("tinh", "Tỉnh", 971)]), vec![], "another programme's money");
}
