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

fn duty(state: State) -> Duty {
    Duty {
        id: Uuid::nil(),
        paper_id: Uuid::nil(),
        task_id: Uuid::nil(),
        district_code: "439".to_owned(),
        commune_code: "18196".to_owned(),
        tiers: 3,
        department: String::new(),
        state: state.code().to_owned(),
        due_on: day("2020-05-25"),
        wanted_on: None,
        percent: 0,
        spent_dong: 0,
        reported_on: None,
        urged_on: None,
        steps: 0,
        issuer: String::new(),
        kind: "directive".to_owned(),
        number: "15/CT-UBND".to_owned(),
        what: "Lập danh sách".to_owned(),
        proof: false,
        planned_dong: 50_000_000,
        source: String::new(),
    }
}

const TODAY: &str = "2020-05-22";

fn beside() -> Beside<'static> {
    Beside {
        today: day(TODAY),
        words: "Đã làm",
        has_file: false,
        places: 0,
        nowhere: false,
        own_report: false,
    }
}

fn take(actor: &Actor, duty: &Duty, deed: &Deed) -> Result<Change, Refusal> {
    after(actor, duty, deed, beside())
}

#[test]
fn the_unit_does_it_and_the_issuer_confirms_it() {
    let (commune, province) = (officer("439", "18196"), officer("", ""));
    let report = Deed::Report { spent: 0 };
    let done = take(&commune, &duty(State::Taken), &report).unwrap();
    assert_eq!((done.state, done.percent), (State::Reported, 100));
    assert_eq!(done.reported_on, Some(day(TODAY)));
    assert!(take(&province, &duty(State::Taken), &report).is_err());
    assert_eq!(take(&province, &duty(State::Reported), &Deed::Accept).unwrap().state, State::Done);
    assert!(take(&commune, &duty(State::Reported), &Deed::Accept).is_err());
    // The district has no part in what the province gave a commune.
    assert!(take(&officer("439", ""), &duty(State::Reported), &Deed::Accept).is_err());
    assert!(take(&officer("439", "18172"), &duty(State::New), &Deed::Take).is_err());
}

#[test]
fn nobody_confirms_a_report_of_ones_own() {
    // The province gave its own department a task: one account may stand on both sides.
    let mut own = duty(State::Reported);
    (own.district_code, own.commune_code) = (String::new(), String::new());
    let province = officer("", "");
    assert!(take(&province, &own, &Deed::Accept).is_ok());
    assert!(
        after(&province, &own, &Deed::Accept, Beside { own_report: true, ..beside() }).is_err()
    );
}

#[test]
fn another_day_is_asked_for_and_given_by_the_issuer_alone() {
    let (commune, province) = (officer("439", "18196"), officer("", ""));
    assert!(take(&commune, &duty(State::Taken), &Deed::Ask(day("2020-05-25"))).is_err());
    let asked = take(&commune, &duty(State::Taken), &Deed::Ask(day("2020-05-30"))).unwrap();
    assert_eq!((asked.due_on, asked.wanted_on), (day("2020-05-25"), Some(day("2020-05-30"))));
    let mut wanted = duty(State::Taken);
    wanted.wanted_on = asked.wanted_on;
    assert!(take(&commune, &wanted, &Deed::Grant).is_err());
    let given = take(&province, &wanted, &Deed::Grant).unwrap();
    assert_eq!((given.due_on, given.wanted_on), (day("2020-05-30"), None));
    let kept = take(&province, &wanted, &Deed::Refuse).unwrap();
    assert_eq!((kept.due_on, kept.wanted_on), (day("2020-05-25"), None));
}

#[test]
fn evidence_places_and_money_are_looked_at_before_it_is_done() {
    let commune = officer("439", "18196");
    let report =
        |duty: &Duty, spent, beside| after(&commune, duty, &Deed::Report { spent }, beside);
    let mut wants = duty(State::Taken);
    wants.proof = true;
    assert!(report(&wants, 0, beside()).unwrap_err().0.contains("minh chứng"));
    assert!(report(&wants, 0, Beside { has_file: true, ..beside() }).is_ok());
    let mut review = duty(State::Taken);
    review.kind = "coverage".to_owned();
    assert!(report(&review, 0, beside()).is_err());
    assert!(report(&review, 0, Beside { places: 2, ..beside() }).is_ok());
    assert!(report(&review, 0, Beside { nowhere: true, ..beside() }).is_ok());
    assert!(report(&review, 0, Beside { places: 2, nowhere: true, ..beside() }).is_err());
    assert!(report(&duty(State::Taken), 50_000_000, beside()).is_ok());
    assert!(report(&duty(State::Taken), 50_000_001, beside()).is_err());
    assert!(report(&duty(State::Taken), -1, beside()).is_err());
    assert!(report(&duty(State::Taken), 0, Beside { words: "", ..beside() }).is_err());
}

#[test]
fn a_task_is_late_by_the_day_on_which_the_unit_called_it_done() {
    let at = |state, due: &str, reported: Option<&str>| {
        let mut one = duty(state);
        one.due_on = day(due);
        one.reported_on = reported.map(day);
        one.late(day(TODAY))
    };
    assert!(!at(State::New, TODAY, None));
    assert!(at(State::Taken, "2020-05-21", None));
    // The issuer's slowness is not the unit's.
    assert!(!at(State::Reported, "2020-05-21", Some("2020-05-21")));
    assert!(at(State::Done, "2020-05-20", Some("2020-05-21")));
    assert!(!at(State::Withdrawn, "2020-05-20", None));
}

#[test]
fn sent_back_it_runs_again_to_the_old_day_or_a_new_one() {
    let province = officer("", "");
    let mut reported = duty(State::Reported);
    reported.reported_on = Some(day("2020-05-21"));
    let back = take(&province, &reported, &Deed::Return(None)).unwrap();
    assert_eq!(
        (back.state, back.due_on, back.reported_on),
        (State::Taken, day("2020-05-25"), None)
    );
    let later = take(&province, &reported, &Deed::Return(Some(day("2020-06-01")))).unwrap();
    assert_eq!(later.due_on, day("2020-06-01"));
    assert!(take(&province, &reported, &Deed::Return(Some(day("2020-05-21")))).is_err());
}

#[test]
fn a_place_goes_from_the_commune_to_the_operator_and_back() {
    let place = |state: &str| Place {
        id: Uuid::nil(),
        duty_id: Uuid::nil(),
        district_code: "439".to_owned(),
        commune_code: "18196".to_owned(),
        tiers: 3,
        hamlet: "Thôn 5".to_owned(),
        households: 10,
        people: 40,
        lack: "none".to_owned(),
        has_now: String::new(),
        proposal: String::new(),
        state: state.to_owned(),
        operator: String::new(),
        due_on: None,
        steps: 0,
    };
    let (commune, district, province) =
        (officer("439", "18196"), officer("439", ""), officer("", ""));
    let send = PlaceDeed::Send("Viettel".to_owned(), day("2020-12-31"));
    assert!(may_place(&commune, &place("proposed"), &PlaceDeed::Drop));
    assert!(!may_place(&commune, &place("confirmed"), &PlaceDeed::Drop));
    assert!(may_place(&district, &place("proposed"), &PlaceDeed::Confirm));
    assert!(!may_place(&commune, &place("proposed"), &PlaceDeed::Confirm));
    assert!(!may_place(&officer("440", ""), &place("proposed"), &PlaceDeed::Confirm));
    assert!(!may_place(&district, &place("confirmed"), &send));
    assert!(may_place(&province, &place("confirmed"), &send));
    assert!(!may_place(&province, &place("sent"), &send));
    assert!(may_place(&province, &place("refused"), &send));
    assert!(may_place(&district, &place("sent"), &PlaceDeed::Done));
}
