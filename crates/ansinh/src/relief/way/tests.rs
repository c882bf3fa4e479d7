//! The state machine.

use super::*;

const CLERK: Uuid = Uuid::from_u128(1);
const DISTRICT: Uuid = Uuid::from_u128(2);
const PROVINCE: Uuid = Uuid::from_u128(3);

fn who(account: Uuid) -> Who {
    let role = match account {
        CLERK => Role::Commune,
        DISTRICT => Role::District,
        _ => Role::Province,
    };
    Who { account, unit: account, role }
}

fn list(state: State) -> Standing {
    Standing {
        state,
        version: 7,
        prepared_by: (CLERK, Role::Commune),
        has_district: true,
        district_decides: false,
        posting_days: 2,
        posting_ends_on: None,
        listed: 3,
        payer: None,
        steps: vec![],
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn can(act: Act, list: &Standing, account: Uuid) -> bool {
    check(act, list, who(account), day("2020-05-20")).is_ok()
}

#[test]
fn each_act_belongs_to_one_level_and_one_state() {
    use Act::{Appraise, Approve, Post, Return, Submit};
    let rights = [
        (Post, State::Draft, CLERK),
        (Submit, State::Posted, CLERK),
        (Appraise, State::Submitted, DISTRICT),
        (Return, State::Submitted, DISTRICT),
        (Return, State::Appraised, PROVINCE),
        (Approve, State::Appraised, PROVINCE),
    ];
    for act in [Post, Submit, Appraise, Return, Approve] {
        for state in State::ALL {
            for account in [CLERK, DISTRICT, PROVINCE] {
                let right = rights.contains(&(act, state, account));
                assert_eq!(can(act, &list(state), account), right, "{act:?} {state:?} {account}");
            }
        }
    }
}

#[test]
fn where_there_is_no_district_the_province_appraises() {
    let list = Standing { has_district: false, ..list(State::Submitted) };
    assert!(can(Act::Appraise, &list, PROVINCE));
    assert!(!can(Act::Appraise, &list, DISTRICT));
}

#[test]
fn delegation_moves_the_decision_to_the_district() {
    let list = Standing { district_decides: true, ..list(State::Appraised) };
    assert!(can(Act::Approve, &list, DISTRICT));
    assert!(!can(Act::Approve, &list, PROVINCE));
}

#[test]
fn who_prepared_a_list_never_judges_it() {
    for (account, role) in [(DISTRICT, Role::District), (PROVINCE, Role::Province)] {
        for state in [State::Submitted, State::Appraised] {
            let list = Standing { prepared_by: (account, role), ..list(state) };
            for act in [Act::Appraise, Act::Return, Act::Approve] {
                assert!(!can(act, &list, account), "{act:?} {state:?} {role:?}");
            }
        }
    }
    let by_district =
        Standing { prepared_by: (DISTRICT, Role::District), ..list(State::Submitted) };
    assert!(can(Act::Appraise, &by_district, PROVINCE), "somebody can");
}

#[test]
fn a_posting_ends_after_its_last_day() {
    let list = Standing { posting_ends_on: Some(day("2020-05-19")), ..list(State::Posted) };
    let on = |text| check(Act::Submit, &list, who(CLERK), day(text));
    assert!(on("2020-05-19").unwrap_err().text.contains("hết ngày 19/5/2020"));
    assert_eq!(on("2020-05-20"), Ok(State::Submitted));
}

#[test]
fn without_posting_days_a_draft_is_sent_at_once() {
    let list = Standing { posting_days: 0, ..list(State::Draft) };
    assert!(can(Act::Submit, &list, CLERK) && !can(Act::Post, &list, CLERK));
}

#[test]
fn an_empty_list_goes_nowhere() {
    for (act, state, account) in [
        (Act::Post, State::Draft, CLERK),
        (Act::Submit, State::Posted, CLERK),
        (Act::Appraise, State::Submitted, DISTRICT),
    ] {
        assert!(!can(act, &Standing { listed: 0, ..list(state) }, account));
    }
}

fn taken(action: &str, from: &str, by: Uuid, list_version: i32) -> Taken {
    Taken { action: action.to_owned(), from: from.to_owned(), by, due_on: None, list_version }
}

#[test]
fn the_last_standing_step_is_undone_by_its_own_officer() {
    let steps = vec![
        taken("create", "draft", CLERK, 1),
        taken("post", "draft", CLERK, 5),
        taken("submit", "posted", CLERK, 6),
        taken("undo_submit", "submitted", CLERK, 7),
    ];
    let list = Standing { steps, ..list(State::Posted) };
    assert_eq!(check(Act::Undo, &list, who(CLERK), day("2020-05-20")), Ok(State::Draft));
    assert!(!can(Act::Undo, &list, DISTRICT));
}

#[test]
fn a_step_is_not_undone_once_the_next_has_touched_the_list() {
    let steps = vec![taken("post", "draft", CLERK, 5), taken("submit", "posted", CLERK, 6)];
    let list = Standing { steps, ..list(State::Submitted) };
    let refused = check(Act::Undo, &list, who(CLERK), day("2020-05-20")).unwrap_err();
    assert!(refused.text.contains("đã bắt đầu xử lý"), "{refused:?}");
}

#[test]
fn a_decision_is_not_undone_from_the_list() {
    let steps = vec![taken("approve", "appraised", PROVINCE, 7)];
    let list = Standing { steps, ..list(State::Approved) };
    let refused = check(Act::Undo, &list, who(PROVINCE), day("2020-05-20")).unwrap_err();
    assert!(refused.legal.contains("hủy quyết định"), "{refused:?}");
}

#[test]
fn names_of_states_and_acts_lead_back_to_themselves() {
    for state in State::ALL {
        assert_eq!(State::of(state.code()), Some(state));
    }
    for act in Act::ALL {
        assert_eq!(Act::of_slug(act.slug()), Some(act));
    }
}

#[test]
fn what_somebody_else_pays_takes_no_step() {
    let acts = Act::ALL.into_iter().chain([Act::Approve]);
    for (act, state) in acts.flat_map(|act| State::ALL.map(|state| (act, state))) {
        let list =
            Standing { payer: Some("Cơ quan bảo hiểm xã hội".to_owned()), ..list(state) };
        for account in [CLERK, DISTRICT, PROVINCE] {
            let no = check(act, &list, who(account), day("2021-11-01")).unwrap_err();
            assert!(
                no.text.contains("chỉ để đối chiếu, Cơ quan bảo hiểm xã hội chi trả"),
                "{no:?}"
            );
        }
    }
}
