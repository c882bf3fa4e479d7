//! Who may do what with a submission, what follows, by when: pure.

use chrono::NaiveDate;
use vietnam::calendar::WorkingCalendar;

use super::types::{Case, Kind, State, Term};
use crate::identity::{Actor, Role};

/// What an officer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Takes it up (thụ lý).
    Accept,
    /// Answers.
    Answer,
    /// Confirms a commune's answer.
    Confirm,
    /// Sends a commune's answer back.
    Return,
    /// Asks the sender for more.
    Ask,
    /// Gives it to another unit: district, commune.
    Pass(String, String),
    /// Ends it.
    Close,
}

impl Deed {
    /// Name of the step.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Answer => "answer",
            Self::Confirm => "confirm",
            Self::Return => "return",
            Self::Ask => "ask",
            Self::Pass(..) => "pass",
            Self::Close => "close",
        }
    }

    /// The deed in a sentence of a refusal.
    fn words(&self) -> &'static str {
        match self {
            Self::Accept => "nhận giải quyết",
            Self::Answer => "trả lời",
            Self::Confirm => "xác nhận trả lời",
            Self::Return => "trả lại",
            Self::Ask => "đề nghị bổ sung",
            Self::Pass(..) => "chuyển",
            Self::Close => "kết thúc",
        }
    }
}

/// What becomes of the submission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// New state.
    pub state: State,
    /// New desk: district, commune.
    pub desk: (String, String),
    /// New deadline.
    pub due_on: NaiveDate,
    /// The clock stands since.
    pub asked_on: Option<NaiveDate>,
    /// It is taken up by this.
    pub accepts: bool,
    /// When name and telephone go.
    pub forget_on: Option<NaiveDate>,
}

fn owned((district, commune): (&str, &str)) -> (String, String) {
    (district.to_owned(), commune.to_owned())
}

/// The unit above a desk; the province has none above it.
pub fn above((district, commune): (&str, &str)) -> (String, String) {
    if commune.is_empty() { owned(("", "")) } else { owned((district, "")) }
}

/// It lies at her own desk.
pub fn at_desk(actor: &Actor, case: &Case) -> bool {
    let own = (actor.scope.district(), actor.scope.commune());
    // A code alone would also be the commune that bore it before 2025.
    own == case.desk() && (own.1.is_empty() || actor.tiers == case.tiers)
}

/// It lies at the desk of a unit under hers.
fn below(actor: &Actor, case: &Case) -> bool {
    match actor.level() {
        Role::District => {
            case.desk_district == actor.scope.district() && !case.desk_commune.is_empty()
        }
        Role::Province => case.desk() != ("", ""),
        Role::Commune | Role::Supervisor => false,
    }
}

/// A complaint about money is not ended by the commune that it is about: its answer is confirmed by
/// the level above.
fn needs_confirming(actor: &Actor, case: &Case) -> bool {
    case.kind() == Kind::Complaint && actor.level() == Role::Commune
}

/// Whether the deed is open to the officer as things stand.
pub fn may(actor: &Actor, case: &Case, deed: &Deed) -> bool {
    let (state, here) = (case.state(), at_desk(actor, case));
    let office = actor.level() != Role::Commune;
    if actor.role == Role::Supervisor {
        return false;
    }
    match deed {
        Deed::Accept => {
            here && state == State::Open && case.accepted_at.is_none() && case.accept_days > 0
        }
        // Who has asked for more and gets no answer may still answer with what there is.
        Deed::Answer => here && matches!(state, State::Open | State::Asked),
        Deed::Ask => here && state == State::Open,
        Deed::Confirm | Deed::Return => here && state == State::Confirming,
        // From above it is taken off a desk, also one that only waits; never off a higher one.
        Deed::Pass(..) => {
            matches!(state, State::Open | State::Asked) && (here || (office && below(actor, case)))
        }
        Deed::Close => {
            here && matches!(state, State::Open | State::Asked | State::Answered)
                && !needs_confirming(actor, case)
        }
    }
}

/// What the deed makes of the submission; the refusal says what and what to do.
pub fn after(
    actor: &Actor,
    case: &Case,
    deed: &Deed,
    answered_by: Option<(String, String)>,
    (today, calendar): (NaiveDate, &WorkingCalendar),
) -> Result<Change, (String, String)> {
    if !may(actor, case, deed) {
        return Err((
            format!("Không {} được lúc này", deed.words()),
            "Việc nằm ở đơn vị khác, hoặc đã được xử lý. Tải lại trang để xem bước hiện nay."
                .to_owned(),
        ));
    }
    let mut change = Change {
        state: case.state(),
        desk: owned(case.desk()),
        due_on: case.due_on,
        asked_on: None,
        accepts: false,
        forget_on: None,
    };
    match deed {
        Deed::Accept => {
            change.accepts = true;
            // Taken up too late, the days to answer count from when it was owed.
            let from = today.min(case.due_on);
            change.due_on = term(from, case.answer_days, case.answer_working, calendar);
        }
        Deed::Answer if needs_confirming(actor, case) => {
            change.accepts = true;
            change.state = State::Confirming;
            change.desk = above(case.desk());
        }
        Deed::Answer | Deed::Confirm => {
            change.accepts = true;
            change.state = State::Answered;
        }
        Deed::Return => {
            change.state = State::Open;
            change.desk = answered_by.unwrap_or_else(|| owned(case.place()));
        }
        Deed::Ask => {
            change.state = State::Asked;
            change.asked_on = Some(today);
        }
        Deed::Pass(district, commune) => {
            let to = (district.as_str(), commune.as_str());
            passable(actor, case, to)?;
            change.desk = owned(to);
            change.state = State::Open;
        }
        Deed::Close => change.state = State::Closed,
    }
    if change.state.ended() {
        change.forget_on = Some(forget_day(today, case.keep_months));
    }
    Ok(change)
}

/// Whether it may be passed to this desk.
fn passable(actor: &Actor, case: &Case, to: (&str, &str)) -> Result<(), (String, String)> {
    if to == case.desk() {
        return Err((
            "Việc đã nằm ở đơn vị này".to_owned(),
            "Chọn đơn vị khác để chuyển.".to_owned(),
        ));
    }
    // A commune may only say that it is not hers to answer.
    if actor.level() == Role::Commune && owned(to) != above(case.desk()) {
        return Err((
            "Xã chỉ chuyển được lên cấp trên trực tiếp".to_owned(),
            "Cấp trên chuyển tiếp đến đơn vị đúng thẩm quyền.".to_owned(),
        ));
    }
    Ok(())
}

/// What the sender's word makes of it: an answered submission opens again, one that waited for her
/// goes on with the days that it stood still.
pub fn after_word(case: &Case, today: NaiveDate, calendar: &WorkingCalendar) -> Option<Change> {
    let mut change = Change {
        state: State::Open,
        desk: owned(case.desk()),
        due_on: case.due_on,
        asked_on: None,
        accepts: false,
        forget_on: None,
    };
    match case.state() {
        State::Open | State::Confirming => change.state = case.state(),
        State::Asked => {
            let stood = case.asked_on.map_or(0, |since| (today - since).num_days().max(0));
            let due = case.due_on + chrono::Duration::days(stood);
            change.due_on = calendar.next_working_day(due);
        }
        State::Answered => {
            change.due_on = term(today, case.answer_days, case.answer_working, calendar);
        }
        State::Closed | State::Withdrawn => return None,
    }
    Some(change)
}

/// The day when name and telephone go.
pub fn forget_day(today: NaiveDate, months: i32) -> NaiveDate {
    let months = chrono::Months::new(u32::try_from(months).unwrap_or(0));
    today.checked_add_months(months).unwrap_or(NaiveDate::MAX)
}

/// The last day of so many days after `from`.
pub fn term(from: NaiveDate, days: i32, working: bool, calendar: &WorkingCalendar) -> NaiveDate {
    let days = u32::try_from(days).unwrap_or(0);
    if working {
        calendar.add_working_days(from, days)
    } else {
        calendar.add_calendar_days(from, days)
    }
}

/// The first deadline of a new submission.
pub fn first_due(kind: &Term, today: NaiveDate, calendar: &WorkingCalendar) -> NaiveDate {
    if kind.accept_days > 0 {
        term(today, kind.accept_days, kind.accept_working, calendar)
    } else {
        term(today, kind.answer_days, kind.answer_working, calendar)
    }
}

/// Shape and words of a state.
pub fn status(case: &Case, today: NaiveDate) -> (&'static str, String) {
    let late = case.due_on < today;
    match case.state() {
        State::Open | State::Confirming if late => ("tre", "Quá hạn".to_owned()),
        State::Open if case.accepted_at.is_some() => ("nua", "Đang giải quyết".to_owned()),
        State::Open => ("cho", "Chờ giải quyết".to_owned()),
        State::Asked => ("mien", "Chờ người gửi bổ sung".to_owned()),
        State::Confirming => ("nua", "Xã đã trả lời, chờ cấp trên xác nhận".to_owned()),
        State::Answered => ("xong", "Đã trả lời".to_owned()),
        State::Closed => ("xong", "Đã kết thúc".to_owned()),
        State::Withdrawn => ("mien", "Người gửi đã rút".to_owned()),
    }
}

#[cfg(test)]
mod tests;
