use super::*;
use crate::identity::Scope;
use uuid::Uuid;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn officer(district: &str, commune: &str) -> Actor {
    let role = match (district, commune) {
        ("", "") => Role::Province,
        (_, "") => Role::District,
        _ => Role::Commune,
    };
    let scope = Scope::of(role, "42", district, commune, 3);
    Actor::without_session(Uuid::nil(), "x", role, scope)
}

fn case(kind: Kind, state: State) -> Case {
    Case {
        id: Uuid::nil(),
        district_code: "439".to_owned(),
        commune_code: "18196".to_owned(),
        tiers: 3,
        desk_district: "439".to_owned(),
        desk_commune: "18196".to_owned(),
        kind: kind.code().to_owned(),
        state: state.code().to_owned(),
        body: String::new(),
        sender_name: String::new(),
        contact: String::new(),
        sender_account: None,
        entry_id: None,
        entitlement_id: None,
        received_at: chrono::DateTime::from_timestamp(1_590_000_000, 0).unwrap(),
        accepted_at: None,
        asked_on: None,
        due_on: day("2020-05-29"),
        accept_days: 10,
        answer_days: 30,
        answer_working: false,
        keep_months: 12,
        version: 1,
    }
}

fn take(actor: &Actor, case: &Case, deed: &Deed) -> Result<Change, (String, String)> {
    after(actor, case, deed, None, (day("2020-05-22"), &WorkingCalendar::builtin()))
}

#[test]
fn a_communes_answer_to_a_complaint_waits_for_the_level_above() {
    let commune = officer("439", "18196");
    let answered = take(&commune, &case(Kind::Complaint, State::Open), &Deed::Answer).unwrap();
    assert_eq!(answered.state, State::Confirming);
    assert_eq!(answered.desk, ("439".to_owned(), String::new()));
    assert!(take(&commune, &case(Kind::Complaint, State::Open), &Deed::Close).is_err());
    let question = take(&commune, &case(Kind::Question, State::Open), &Deed::Answer).unwrap();
    assert_eq!(question.state, State::Answered);
    assert_eq!(question.forget_on, Some(day("2021-05-22")));
    let mut waiting = case(Kind::Complaint, State::Confirming);
    waiting.desk_commune = String::new();
    assert!(take(&commune, &waiting, &Deed::Confirm).is_err());
    let district = officer("439", "");
    assert_eq!(take(&district, &waiting, &Deed::Confirm).unwrap().state, State::Answered);
    let back = take(&district, &waiting, &Deed::Return).unwrap();
    assert_eq!((back.state, back.desk.1.as_str()), (State::Open, "18196"));
}

#[test]
fn in_two_tiers_the_province_confirms() {
    let mut two = case(Kind::Complaint, State::Open);
    (two.tiers, two.district_code, two.desk_district) = (2, String::new(), String::new());
    let scope = Scope::of(Role::Commune, "42", "", "18196", 2);
    let commune = Actor::without_session(Uuid::nil(), "x", Role::Commune, scope);
    let answered = take(&commune, &two, &Deed::Answer).unwrap();
    assert_eq!(answered.desk, (String::new(), String::new()));
    // The commune that bore the code before is another unit.
    assert!(
        take(&officer("", "18196"), &case(Kind::Question, State::Open), &Deed::Answer).is_err()
    );
}

#[test]
fn a_commune_passes_up_only_and_an_office_anywhere_else() {
    let open = case(Kind::Question, State::Open);
    let pass = |d: &str, c: &str| Deed::Pass(d.to_owned(), c.to_owned());
    let commune = officer("439", "18196");
    assert!(take(&commune, &open, &pass("439", "18172")).is_err());
    assert!(take(&commune, &open, &pass("439", "")).is_ok());
    let district = officer("439", "");
    assert!(take(&district, &open, &pass("439", "18172")).is_ok());
    assert!(take(&district, &open, &pass("439", "18196")).is_err(), "it lies there");
}

#[test]
fn nobody_else_answers_and_who_only_reads_does_nothing() {
    let open = case(Kind::Question, State::Open);
    assert!(take(&officer("439", "18172"), &open, &Deed::Answer).is_err());
    assert!(take(&officer("439", ""), &open, &Deed::Answer).is_err());
    let mut reads = officer("439", "18196");
    reads.role = Role::Supervisor;
    assert!(take(&reads, &open, &Deed::Answer).is_err());
    for state in [State::Answered, State::Closed, State::Withdrawn] {
        assert!(
            take(&officer("439", "18196"), &case(Kind::Question, state), &Deed::Answer).is_err()
        );
    }
}

#[test]
fn the_clock_stands_while_the_sender_is_asked_and_begins_again_after_an_answer() {
    let calendar = WorkingCalendar::builtin();
    let mut asked = case(Kind::Question, State::Asked);
    asked.asked_on = Some(day("2020-05-18"));
    let word = after_word(&asked, day("2020-05-22"), &calendar).unwrap();
    // Four days later than Friday 29/5: Tuesday 2/6.
    assert_eq!((word.state, word.due_on), (State::Open, day("2020-06-02")));
    let answered = case(Kind::Question, State::Answered);
    let word = after_word(&answered, day("2020-05-22"), &calendar).unwrap();
    assert_eq!((word.state, word.due_on), (State::Open, day("2020-06-22")), "30 days, then Monday");
    assert_eq!(
        after_word(&case(Kind::Question, State::Closed), day("2020-05-22"), &calendar),
        None
    );
}

#[test]
fn taking_up_is_owed_first_where_the_law_asks_for_it() {
    let calendar = WorkingCalendar::builtin();
    let kind = |accept_days, accept_working| Term {
        code: "personal_data".to_owned(),
        accept_days,
        accept_working,
        answer_days: 10,
        answer_working: false,
        keep_months: 12,
        legal_basis: String::new(),
        confirmed: true,
    };
    // Friday: two working days are Tuesday.
    assert_eq!(first_due(&kind(2, true), day("2020-05-22"), &calendar), day("2020-05-26"));
    assert_eq!(first_due(&kind(0, true), day("2020-05-22"), &calendar), day("2020-06-01"));
}

#[test]
fn a_question_back_to_the_sender_freezes_nothing_for_ever() {
    let waiting = case(Kind::Complaint, State::Asked);
    let (commune, district) = (officer("439", "18196"), officer("439", ""));
    assert!(may(&commune, &waiting, &Deed::Answer), "with what there is");
    let taken = take(&district, &waiting, &Deed::Pass("439".into(), String::new())).unwrap();
    assert_eq!((taken.state, taken.desk), (State::Open, ("439".to_owned(), String::new())));
}

#[test]
fn taking_up_late_gives_no_days_and_what_needs_none_cannot_be_taken_up() {
    let mut late = case(Kind::Complaint, State::Open);
    late.due_on = day("2020-05-08");
    let taken = take(&officer("439", "18196"), &late, &Deed::Accept).unwrap();
    assert_eq!(taken.due_on, day("2020-06-08"), "thirty days from when it was owed, on a Monday");
    let mut remark = case(Kind::Question, State::Open);
    remark.accept_days = 0;
    assert!(!may(&officer("439", "18196"), &remark, &Deed::Accept));
}

#[test]
fn a_lower_level_takes_nothing_off_a_higher_desk() {
    let mut above = case(Kind::Complaint, State::Open);
    (above.desk_district, above.desk_commune) = (String::new(), String::new());
    let down = Deed::Pass("439".into(), "18196".into());
    assert!(!may(&officer("439", ""), &above, &down));
    assert!(may(&officer("", ""), &above, &down));
}
