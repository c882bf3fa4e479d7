use proptest::prelude::*;

use super::*;
use crate::clock::local;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn kind(period: Period, working_days_only: bool, due_minute: u32) -> Kind {
    Kind {
        code: "k".to_owned(),
        name: "k".to_owned(),
        period,
        by_communes: true,
        working_days_only,
        due_minute,
        escalate_after: 3,
        valid_from: day(1900, 1, 1),
        valid_to: None,
        legal_basis: String::new(),
    }
}

fn daily() -> Vec<Kind> {
    vec![kind(Period::Day, true, 1050)]
}

fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

#[test]
fn a_working_day_ends_at_half_past_five_in_viet_nam() {
    let calendar = WorkingCalendar::builtin();
    let slot = slot(&daily(), &calendar, day(2020, 6, 19)).unwrap();
    assert_eq!(slot.due_at, at("2020-06-19T17:30:00+07:00"));
    assert_eq!(slot.due_at, at("2020-06-19T10:30:00Z"));
}

#[test]
fn holidays_and_weekends_are_not_owed_and_a_saturday_made_up_is() {
    let calendar = WorkingCalendar::builtin();
    let owed = |day| slot(&daily(), &calendar, day).is_some();
    assert!(!owed(day(2020, 4, 30)) && !owed(day(2020, 5, 1)), "30/4, 1/5");
    assert!(!owed(day(2020, 6, 20)) && !owed(day(2020, 6, 21)), "weekend");
    let made_up: Vec<NaiveDate> = calendar
        .days()
        .filter(|day| day.kind == vietnam::calendar::DayKind::WorkdayMakeup)
        .map(|day| day.date)
        .collect();
    assert!(!made_up.is_empty());
    for saturday in made_up {
        assert!(owed(saturday), "{saturday} is worked");
    }
    let every_day = [kind(Period::Day, false, 960)];
    assert!(slot(&every_day, &calendar, day(2020, 5, 1)).is_some());
}

#[test]
fn weeks_and_months_end_on_the_next_working_day() {
    let calendar = WorkingCalendar::builtin();
    let week = [kind(Period::Week, true, 1020)];
    assert!(slot(&week, &calendar, day(2020, 6, 16)).is_none(), "a Tuesday begins no week");
    let monday = slot(&week, &calendar, day(2020, 6, 15)).unwrap();
    assert_eq!(local(monday.due_at).0, day(2020, 6, 22), "Sunday 21/6 moves to Monday");
    let month = [kind(Period::Month, true, 1020)];
    let may = slot(&month, &calendar, day(2020, 5, 1)).unwrap();
    assert_eq!(local(may.due_at).0, day(2020, 6, 1), "31/5/2020 was a Sunday");
}

#[test]
fn the_boundary_is_sharp_to_the_microsecond() {
    let slot = Slot { start: day(2020, 6, 19), due_at: at("2020-06-19T17:30:00+07:00") };
    let microsecond = Duration::microseconds(1);
    let before = slot.due_at - microsecond;
    assert_eq!(became(&slot, Some(before), false, slot.due_at), Became::Done(before));
    assert_eq!(became(&slot, Some(slot.due_at), false, slot.due_at), Became::Late(slot.due_at));
    assert_eq!(became(&slot, None, false, before), Became::Open);
    assert_eq!(became(&slot, None, false, slot.due_at), Became::Missed);
    assert_eq!(became(&slot, None, true, slot.due_at), Became::Excused);
    assert_eq!(became(&slot, Some(slot.due_at), true, slot.due_at), Became::Excused);
    assert_eq!(became(&slot, Some(before), true, slot.due_at), Became::Done(before));
}

#[test]
fn a_later_version_of_the_rule_leaves_earlier_days_alone() {
    let calendar = WorkingCalendar::builtin();
    let mut old = kind(Period::Day, true, 1050);
    old.valid_to = Some(day(2020, 6, 10));
    let mut new = kind(Period::Day, true, 960);
    new.valid_from = day(2020, 6, 10);
    let versions = [old, new];
    let due = |day| local(slot(&versions, &calendar, day).unwrap().due_at).1.to_string();
    assert_eq!(due(day(2020, 6, 9)), "17:30:00");
    assert_eq!(due(day(2020, 6, 10)), "16:00:00");
}

#[test]
fn a_unit_owes_from_its_decision_until_nothing_is_left() {
    let calendar = WorkingCalendar::builtin();
    let turn = |text, owes| Turn { at: at(text), owes };
    let known = Known {
        turns: vec![
            turn("2020-06-10T16:00:00+07:00", true),
            turn("2020-06-12T16:10:00+07:00", false),
            turn("2020-06-17T09:00:00+07:00", true),
        ],
        acts: vec![(day(2020, 6, 12), at("2020-06-12T16:10:00+07:00"))],
        excused: vec![day(2020, 6, 18)],
    };
    let now = at("2020-06-19T08:00:00+07:00");
    let slots = slots(&daily(), &calendar, day(2020, 6, 8), day(2020, 6, 19));
    let became: Vec<String> = known
        .days(&slots, now)
        .iter()
        .map(|day| day.became.map_or("-".to_owned(), |b| format!("{b:?}")))
        .map(|text| text.split('(').next().unwrap().to_owned())
        .collect();
    // 8 9 10 11 12 | 15 16 17 18 19
    assert_eq!(
        became,
        ["-", "-", "Missed", "Missed", "Done", "-", "-", "Missed", "Excused", "Open"]
    );
    assert_eq!(silence(&known.days(&slots, now)), (1, Some(day(2020, 6, 17))));
}

fn any_instant() -> impl Strategy<Value = DateTime<Utc>> {
    // The spring of 2020, to the microsecond.
    (1_585_000_000_000_000_i64..1_594_000_000_000_000)
        .prop_map(|micros| DateTime::from_timestamp_micros(micros).unwrap())
}

proptest! {
    #[test]
    fn every_working_day_is_one_slot_and_no_other_day_is(offset in 0u64..2900, minute in 1u32..=1440) {
        let calendar = WorkingCalendar::builtin();
        let date = day(2020, 1, 1) + Days::new(offset);
        let versions = [kind(Period::Day, true, minute)];
        let found = slot(&versions, &calendar, date);
        prop_assert_eq!(found.is_some(), calendar.is_working_day(date));
        if let Some(slot) = found {
            let midnight = instant(date, 0);
            prop_assert_eq!(slot.due_at - midnight, Duration::minutes(i64::from(minute)));
            prop_assert_eq!(local(slot.due_at - Duration::microseconds(1)).0, date);
        }
    }

    #[test]
    fn a_period_is_exactly_one_thing_and_only_time_turns_open_into_missed(
        acted in proptest::option::of(any_instant()), excused: bool,
        now in any_instant(), later in any_instant(), offset in 0u64..90,
    ) {
        let slot = Slot { start: day(2020, 4, 1) + Days::new(offset),
            due_at: instant(day(2020, 4, 1) + Days::new(offset), 1050) };
        let (now, later) = (now.min(later), now.max(later));
        let (first, second) = (became(&slot, acted, excused, now), became(&slot, acted, excused, later));
        if first != second {
            prop_assert_eq!((first, second), (Became::Open, Became::Missed));
        }
        match first {
            Became::Done(at) => prop_assert!(at < slot.due_at),
            Became::Late(at) => prop_assert!(at >= slot.due_at && !excused),
            Became::Open => prop_assert!(now < slot.due_at && acted.is_none() && !excused),
            Became::Missed => prop_assert!(now >= slot.due_at && acted.is_none() && !excused),
            Became::Excused => prop_assert!(excused && acted.is_none_or(|at| at >= slot.due_at)),
        }
    }

    #[test]
    fn a_clock_set_back_changes_no_act_that_is_written(
        acted in any_instant(), back in 0i64..7200, offset in 0u64..90,
    ) {
        let slot = Slot { start: day(2020, 4, 1) + Days::new(offset),
            due_at: instant(day(2020, 4, 1) + Days::new(offset), 1050) };
        let seen = became(&slot, Some(acted), false, acted);
        prop_assert_eq!(seen, became(&slot, Some(acted), false, acted - Duration::seconds(back)));
    }

    #[test]
    fn an_excuse_or_an_act_never_lengthens_the_silence(
        acts in proptest::collection::vec((0usize..20, any_instant()), 0..8),
        excused in proptest::collection::vec(0usize..20, 0..4), extra in 0usize..20,
    ) {
        let calendar = WorkingCalendar::builtin();
        let slots: Vec<Slot> = slots(&daily(), &calendar, day(2020, 5, 4), day(2020, 5, 29));
        let key = |at: usize| slots[at % slots.len()].start;
        let known = Known {
            turns: vec![Turn { at: instant(day(2020, 5, 1), 0), owes: true }],
            acts: acts.iter().map(|(at, when)| (key(*at), *when)).collect(),
            excused: excused.iter().map(|at| key(*at)).collect(),
        };
        let now = instant(day(2020, 5, 30), 0);
        let (before, _) = silence(&known.days(&slots, now));
        let mut milder = known.clone();
        milder.excused.push(key(extra));
        let (after, _) = silence(&milder.days(&slots, now));
        // An excuse in place of a late act may join two silences; in place of a missed day, never.
        let had_act = known.acts.iter().any(|(period, _)| *period == key(extra));
        prop_assert!(had_act || after <= before);
        let mut acted = known;
        acted.acts.push((key(extra), instant(key(extra), 1049)));
        let (after, _) = silence(&acted.days(&slots, now));
        prop_assert!(after <= before);
    }
}
