//! The rules that domain/relief.md §10 asks for, and what must hold for every input.

use proptest::prelude::*;

use super::*;
use crate::relief::programmes::Catalogue;

fn programme() -> Programme {
    Catalogue::load(None).unwrap().programme("NQ42").unwrap().clone()
}

fn facts(pairs: &[(&str, &str)]) -> Facts {
    pairs.iter().map(|(fact, day)| ((*fact).to_owned(), day.parse().unwrap())).collect()
}

fn allowed(group: &str, pairs: &[(&str, &str)]) -> bool {
    let programme = programme();
    eligibility(&programme, programme.group(group).unwrap(), &facts(pairs)).is_ok()
}

#[test]
fn a_suspension_starts_by_the_first_of_june_and_lasts_a_calendar_month() {
    let on = |from, to| allowed("TAMHOAN", &[("suspended_from", from), ("suspended_to", to)]);
    assert!(!on("2020-06-02", "2020-07-31"), "starts too late");
    assert!(!on("2020-03-31", "2020-06-30"), "starts too early");
    assert!(on("2020-06-01", "2020-06-30"), "30 days of June are a month");
    assert!(!on("2020-06-01", "2020-06-29"));
    assert!(on("2020-05-01", "2020-05-31"));
    assert!(!on("2020-05-01", "2020-05-30"), "30 days of May are not");
    assert!(!on("2020-05-01", "2020-04-01"), "ends before it starts");
    assert!(allowed("TAMHOAN", &[("suspended_from", "2020-04-15")]), "the end is not known yet");
}

#[test]
fn a_province_may_count_the_month_in_days() {
    let mut programme = programme();
    let at = programme.groups.iter().position(|g| g.code == "TAMHOAN").unwrap();
    for rule in &mut programme.groups[at].rules {
        if rule.min_months.is_some() {
            (rule.min_months, rule.min_days) = (None, Some(30));
        }
    }
    let group = &programme.groups[at];
    let span = |to| facts(&[("suspended_from", "2020-05-01"), ("suspended_to", to)]);
    assert!(eligibility(&programme, group, &span("2020-05-30")).is_ok());
    assert!(eligibility(&programme, group, &span("2020-05-29")).is_err());
}

#[test]
fn cut_off_days_are_the_last_good_days() {
    assert!(allowed("BTXH", &[("decision_on", "2020-04-30")]));
    assert!(!allowed("BTXH", &[("decision_on", "2020-05-01")]));
    assert!(allowed("HN", &[("listed_on", "2019-12-31")]));
    assert!(!allowed("HN", &[("listed_on", "2020-01-02")]));
    assert!(!allowed("HCN", &[("listed_on", "2020-01-02")]));
    assert!(!allowed("LDTD", &[("job_lost_on", "2020-07-01")]));
    assert!(!allowed("CHAMDUT", &[("contract_ended_on", "2020-06-16")]));
}

#[test]
fn the_dead_before_april_2020_are_not_eligible_in_any_group() {
    for group in &programme().groups {
        assert!(!allowed(&group.code, &[("died_on", "2020-03-31")]), "{}", group.code);
        assert!(allowed(&group.code, &[("died_on", "2020-04-01")]), "{}", group.code);
    }
}

#[test]
fn a_refusal_names_its_article() {
    let programme = programme();
    let group = programme.group("BTXH").unwrap();
    let no = eligibility(&programme, group, &facts(&[("decision_on", "2020-05-01")])).unwrap_err();
    assert!(no.text.contains("sau tháng 4/2020") && no.legal.contains("NQ 42/NQ-CP"), "{no:?}");
}

fn claim(group: &str, paid_dong: i64) -> Claim {
    let programme = programme();
    let monthly_dong = programme.group(group).unwrap().monthly_dong;
    Claim { monthly_dong, order: programme.order(group), paid_dong }
}

#[test]
fn the_highest_monthly_rate_is_kept_and_ties_go_by_the_order_of_groups() {
    let kept = |groups: &[&str]| {
        let claims: Vec<Claim> = groups.iter().map(|group| claim(group, 0)).collect();
        match resolve_exclusion(&claims) {
            Some(Resolution::Keep(at)) => groups[at].to_owned(),
            other => format!("{other:?}"),
        }
    };
    assert_eq!(kept(&["HN", "NCC"]), "NCC");
    assert_eq!(kept(&["BTXH", "NCC"]), "NCC");
    assert_eq!(kept(&["NCC", "TAMHOAN", "LDTD"]), "TAMHOAN");
    assert_eq!(kept(&["HKD", "LDTD", "CHAMDUT"]), "CHAMDUT");
    assert_eq!(resolve_exclusion(&[claim("HN", 0), claim("HN", 0)]), Some(Resolution::Keep(0)));
    assert_eq!(resolve_exclusion(&[]), None);
}

#[test]
fn a_lower_row_already_paid_opens_a_case() {
    let case = resolve_exclusion(&[claim("HN", 750_000), claim("NCC", 0)]);
    assert_eq!(case, Some(Resolution::Case { paid: 0, higher: 1 }));
    let higher_paid = resolve_exclusion(&[claim("HN", 0), claim("NCC", 1_500_000)]);
    assert_eq!(higher_paid, Some(Resolution::Keep(1)));
    let tie = resolve_exclusion(&[claim("NCC", 0), claim("BTXH", 1_500_000)]);
    assert_eq!(tie, Some(Resolution::Keep(1)), "equal rates: what is paid stays");
}

#[test]
fn amounts_follow_rate_months_and_people() {
    let programme = programme();
    let due = |group: &str, months, people| {
        amount_due(programme.group(group).unwrap(), months, people).ok()
    };
    assert_eq!(due("NCC", 3, 7_528), Some(11_292_000_000));
    assert_eq!(due("BTXH", 3, 56_373), Some(84_559_500_000));
    assert_eq!(due("HN", 3, 125_970), Some(94_477_500_000));
    assert_eq!(due("TAMHOAN", 2, 1), Some(3_600_000));
    assert_eq!(due("NCC", 4, 1), None);
    assert_eq!(due("NCC", 0, 1), None);
    assert_eq!(due("NCC", 3, -1), None);
    assert_eq!(due("NCC", 3, i64::MAX), None);
}

fn counted(group: &str, row: &Row<'_>) -> Counted {
    let programme = programme();
    Counted::of(&programme, programme.group(group).unwrap(), row)
}

#[test]
fn rows_of_a_household_add_up_to_its_people_whoever_leaves() {
    let head = Row { household_size: Some(5), followers: 4, ..Row::default() };
    let head = counted("HN", &Row { amount_dong: Some(3_750_000), ..head });
    let member = counted("HN", &Row { is_member: true, ..Row::default() });
    assert_eq!((head.people, head.due_dong, head.problem), (1, 750_000, ""));
    assert_eq!(head.due_dong + 3 * member.due_dong + 1_500_000, 4_500_000);
    let alone = counted("HN", &Row { household_size: Some(5), ..Row::default() });
    assert_eq!((alone.people, alone.due_dong), (5, 3_750_000));
    let crowded = Row { household_size: Some(2), followers: 4, ..Row::default() };
    assert_eq!(counted("HN", &crowded).problem, "household");
}

#[test]
fn a_row_says_its_most_important_problem() {
    let wrong = Row { amount_dong: Some(1_800_000), ..Row::default() };
    assert_eq!(counted("NCC", &wrong).problem, "amount");
    assert_eq!(counted("NCC", &Row { note_kind: Some("dead"), ..wrong.clone() }).problem, "remark");
    assert_eq!(counted("NCC", &Row { note_kind: Some("declined"), ..wrong }).problem, "declined");
    assert_eq!(counted("LDTD", &Row { months: Some(9), ..Row::default() }).problem, "months");
    let away = Row { needs: "absence_elsewhere", ..Row::default() };
    assert_eq!(counted("LDTD", &away).problem, "paper");
    assert_eq!(counted("LDTD", &Row { needs_evidence: "Giấy số 12", ..away }).problem, "");
    let unknown = Row { note_kind: Some("moved_house_number"), ..Row::default() };
    assert_eq!(counted("NCC", &unknown).problem, "", "remarks nobody configured do not block");
}

#[test]
fn temporary_residents_are_told_by_the_remark() {
    let programme = programme();
    let group = programme.group("LDTD").unwrap();
    assert_eq!(needed_paper(group, "Tạm trú tại thôn 3", ""), "absence_elsewhere");
    assert_eq!(needed_paper(group, "", "Thôn 3"), "");
    assert_eq!(needed_paper(programme.group("NCC").unwrap(), "tạm trú", ""), "");
}

#[test]
fn deadlines_count_working_days_over_the_holidays() {
    let calendar = WorkingCalendar::builtin();
    let programme = programme();
    let group = programme.group("LDTD").unwrap();
    let day = |text: &str| text.parse::<NaiveDate>().unwrap();
    // Thursday 30/4 and Friday 1/5/2020 were holidays.
    assert_eq!(posting_ends(&calendar, group, day("2020-04-29")), day("2020-05-05"));
    let step = group.step("appraise").unwrap();
    assert_eq!(step_due(&calendar, step, day("2020-05-15")), day("2020-05-19"));
    let tax = programme.group("HKD").unwrap().step("prepare").unwrap();
    assert_eq!(step_due(&calendar, tax, day("2020-05-12")), day("2020-05-18"), "Sunday moves on");
}

#[test]
fn names_sort_by_given_name_in_vietnamese_order() {
    let mut names = [
        "Trần Thị Ánh",
        "Lê Văn Bảo",
        "Đặng Văn An",
        "Võ Thị Anh",
        "Lê Thị Ân",
        "Y Bíh Niê",
        "Phan Thị Đào",
        "Phan Thị Dung",
        "An",
    ];
    names.sort_by_key(|name| name_keys(name).1);
    assert_eq!(
        names,
        [
            "An",
            "Đặng Văn An",
            "Võ Thị Anh",
            "Trần Thị Ánh",
            "Lê Thị Ân",
            "Lê Văn Bảo",
            "Phan Thị Dung",
            "Phan Thị Đào",
            "Y Bíh Niê"
        ]
    );
}

#[test]
fn a_number_is_masked_whatever_its_length() {
    assert_eq!(masked("042154003817"), "042******817");
    assert_eq!(masked("183204517"), "183***517");
    assert_eq!(masked("1832"), "****");
    assert_eq!(masked(""), "");
}

#[test]
fn resolution_68_pays_once_by_the_day_and_by_the_child() {
    let catalogue = Catalogue::load(None).unwrap();
    let programme = catalogue.programme("NQ68").unwrap();
    let due = |group: &str, count| amount_due(programme.group(group).unwrap(), count, 1).ok();
    assert_eq!(due("TAMHOAN68T", 1), Some(3_710_000));
    assert_eq!(due("TAMHOAN68T", 2), None, "once is once");
    assert_eq!(due("ANF0-68", 45), Some(3_600_000));
    assert_eq!(due("ANF0-68", 46), None);
    assert_eq!(due("ANF1-68", 21), Some(1_680_000));
    assert_eq!(due("TREEM68", 3), Some(3_000_000));
    let silent = |group: &str| {
        let row = Row::default();
        let count = Counted::of(programme, programme.group(group).unwrap(), &row);
        (count.due_dong, count.problem)
    };
    assert_eq!(silent("HKD68"), (3_000_000, ""));
    assert_eq!(silent("TREEM68"), (1_000_000, ""), "a row is a child");
    assert_eq!(silent("ANF0-68"), (0, "months"), "days are never guessed");
    let outer = amount_due(programme.group("ANF0-68").unwrap(), 45, i64::MAX);
    assert!(outer.unwrap_err().text.contains("Số người"));
}

#[test]
fn decision_28_pays_by_bands_of_months() {
    let catalogue = Catalogue::load(None).unwrap();
    let group = catalogue.programme("NQ116").unwrap().group("BHTN116").unwrap();
    let due = |months| amount_due(group, months, 1).ok();
    for (months, dong) in [
        (1, 1_800_000),
        (11, 1_800_000),
        (12, 2_100_000),
        (59, 2_100_000),
        (60, 2_400_000),
        (83, 2_400_000),
        (84, 2_650_000),
        (107, 2_650_000),
        (108, 2_900_000),
        (131, 2_900_000),
        (132, 3_300_000),
        (600, 3_300_000),
    ] {
        assert_eq!(due(months), Some(dong), "{months}");
    }
    assert_eq!((due(0), due(601)), (None, None));
}

#[test]
fn the_programme_of_a_day_is_one_that_is_decided_here() {
    let catalogue = Catalogue::load(None).unwrap();
    let on = |day: &str| catalogue.current(3, day.parse().unwrap()).unwrap().code.clone();
    for (day, code) in [
        ("2020-03-01", "NQ42"),
        ("2020-05-20", "NQ42"),
        ("2021-03-01", "NQ42"),
        ("2021-07-01", "NQ68"),
        ("2021-11-01", "NQ68"),
        ("2026-03-02", "NQ42"),
    ] {
        assert_eq!(on(day), code, "{day}");
    }
    let brought = |day: &str| -> Vec<String> {
        let found = catalogue.brought(3, day.parse().unwrap());
        found.into_iter().map(|programme| programme.code.clone()).collect()
    };
    assert_eq!(brought("2020-05-20"), ["NQ42"]);
    assert_eq!(brought("2021-08-02"), ["NQ68"]);
    assert_eq!(brought("2021-11-01"), ["NQ68", "NQ116"]);
    assert!(catalogue.current(2, "2026-03-02".parse().unwrap()).is_none());
}

proptest! {
    #[test]
    fn exactly_one_row_is_kept_and_it_is_never_lower_than_an_unpaid_one(
        rates in proptest::collection::vec((0usize..8, prop_oneof![Just(0i64), Just(250_000i64)]), 1..6)
    ) {
        let programme = programme();
        let claims: Vec<Claim> = rates.iter().map(|(group, paid)| Claim {
            monthly_dong: programme.groups[*group].monthly_dong, order: *group, paid_dong: *paid,
        }).collect();
        match resolve_exclusion(&claims) {
            Some(Resolution::Keep(kept)) => {
                let most = claims.iter().map(|c| c.monthly_dong).max().unwrap();
                prop_assert!(claims[kept].monthly_dong == most);
            }
            Some(Resolution::Case { paid, higher }) => {
                prop_assert!(claims[paid].paid_dong > 0 && claims[higher].paid_dong == 0);
                prop_assert!(claims[higher].monthly_dong > claims[paid].monthly_dong);
            }
            None => prop_assert!(false, "claims were given"),
        }
    }

    #[test]
    fn the_rows_of_any_household_add_up(size in proptest::option::of(1i32..20), members in 0i32..20) {
        let (head, contradictory) = head_share(size, members);
        prop_assert!(head >= 1);
        if let (Some(size), false) = (size, contradictory) {
            prop_assert_eq!(head + members, size);
        }
    }

    #[test]
    fn keys_hold_only_small_letters_and_never_panic(name in "\\PC{0,60}") {
        let (_, sort) = name_keys(&name);
        prop_assert!(sort.bytes().all(|b| b.is_ascii_lowercase()));
    }

    #[test]
    fn a_lost_zero_changes_no_key(number in "0[0-9]{11}") {
        prop_assert_eq!(id_key(&number), id_key(number.trim_start_matches('0')));
    }
}
