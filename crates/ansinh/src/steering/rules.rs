//! Who may do what with a task or a place, and what follows: pure.

use chrono::NaiveDate;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::types::{Duty, PaperKind, Place, State};
use crate::identity::{Actor, Role};

/// Longest text of a field: characters.
pub(super) const TEXT_MAX: usize = 2000;
/// Most that one task may cost: đồng, a hundred thousand million.
pub(super) const DONG_MAX: i64 = 100_000_000_000_000;

/// What somebody does with a task of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// The unit has read it.
    Take,
    /// How far it is.
    Progress {
        /// 0 to 99.
        percent: i32,
        /// Spent in all so far: đồng.
        spent: i64,
    },
    /// The unit calls it done.
    Report {
        /// Spent in all: đồng.
        spent: i64,
    },
    /// The unit asks for another day.
    Ask(NaiveDate),
    /// The issuer gives that day.
    Grant,
    /// The issuer does not give it.
    Refuse,
    /// The issuer confirms that it is done.
    Accept,
    /// The issuer sends it back, by a new day if one is given.
    Return(Option<NaiveDate>),
}

impl Deed {
    /// Name of the step.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Progress { .. } => "progress",
            Self::Report { .. } => "report",
            Self::Ask(_) => "ask",
            Self::Grant => "grant",
            Self::Refuse => "refuse",
            Self::Accept => "accept",
            Self::Return(_) => "return",
        }
    }

    /// Must be said why, or what was done.
    pub(super) fn needs_words(&self) -> bool {
        !matches!(self, Self::Take | Self::Accept | Self::Grant)
    }
}

/// A step in the words of the screen.
pub(super) fn step_label(kind: &str) -> &'static str {
    match kind {
        "take" => "Đã nhận việc",
        "progress" => "Báo tiến độ",
        "report" => "Báo đã xong",
        "ask" => "Xin lùi hạn",
        "grant" => "Cho lùi hạn",
        "refuse" => "Không cho lùi hạn",
        "accept" => "Xác nhận đã xong",
        "return" => "Trả lại",
        "urge" => "Nhắc",
        "withdraw" => "Thôi thực hiện",
        "confirm" => "Huyện, tỉnh xác nhận",
        "send" => "Gửi nhà mạng",
        "done" => "Đã có sóng",
        "no" => "Nhà mạng chưa làm được",
        _ => "Ghi nơi này",
    }
}

/// The unit that has to do it.
pub(super) fn is_unit(actor: &Actor, duty: &Duty) -> bool {
    let own = (actor.scope.district(), actor.scope.commune());
    actor.role != Role::Supervisor
        && own == (duty.district_code.as_str(), duty.commune_code.as_str())
        // A code alone would also be the commune that bore it before 2025.
        && (duty.commune_code.is_empty() || actor.tiers == duty.tiers)
}

/// Who issued the paper.
pub(super) fn is_issuer(actor: &Actor, issuer: &str) -> bool {
    match actor.role {
        Role::Province => issuer.is_empty(),
        Role::District => issuer == actor.scope.district(),
        Role::Commune | Role::Supervisor => false,
    }
}

/// What is open to this officer.
pub(super) fn may(actor: &Actor, duty: &Duty, deed: &Deed) -> bool {
    let (unit, issuer) = (is_unit(actor, duty), is_issuer(actor, &duty.issuer));
    let state = duty.state();
    match deed {
        Deed::Take => unit && state == State::New,
        Deed::Progress { .. } | Deed::Report { .. } => unit && state.open(),
        Deed::Ask(_) => unit && state.open() && duty.wanted_on.is_none(),
        Deed::Grant | Deed::Refuse => issuer && state.open() && duty.wanted_on.is_some(),
        Deed::Accept | Deed::Return(_) => issuer && state == State::Reported,
    }
}

/// What a deed makes of the task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub state: State,
    pub due_on: NaiveDate,
    pub wanted_on: Option<NaiveDate>,
    pub percent: i32,
    pub spent_dong: i64,
    pub reported_on: Option<NaiveDate>,
}

/// What stands beside the task when it is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside<'a> {
    pub today: NaiveDate,
    pub words: &'a str,
    /// A file came with the form, or with an earlier step.
    pub has_file: bool,
    /// Places that the unit has written down in a review.
    pub places: i64,
    /// The unit says that there is no such place.
    pub nowhere: bool,
    /// Who looks at the report is who wrote it.
    pub own_report: bool,
}

type Refusal = (String, String);

fn no(what: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    (what.into(), remedy.into())
}

/// Judges a deed; the refusal says what and what to do.
pub(super) fn after(
    actor: &Actor,
    duty: &Duty,
    deed: &Deed,
    beside: Beside<'_>,
) -> Result<Change, Refusal> {
    if !may(actor, duty, deed) {
        return Err(no(
            "Nhiệm vụ này không còn ở bước đó, hoặc việc này của đơn vị khác",
            "Mở lại nhiệm vụ, xem bước mới nhất rồi làm tiếp.",
        ));
    }
    if deed.needs_words() && beside.words.is_empty() {
        return Err(no("Chưa ghi nội dung", "Viết vài dòng: đã làm gì, vướng gì, vì sao."));
    }
    let mut change = Change {
        state: duty.state(),
        due_on: duty.due_on,
        wanted_on: duty.wanted_on,
        percent: duty.percent,
        spent_dong: duty.spent_dong,
        reported_on: duty.reported_on,
    };
    match deed {
        Deed::Take => change.state = State::Taken,
        Deed::Progress { percent, spent } => {
            if !(0..100).contains(percent) {
                let remedy = "Đã xong thì dùng mục “Báo đã xong”.";
                return Err(no("Tiến độ ghi từ 0 đến 99 phần trăm", remedy));
            }
            money(duty, *spent)?;
            (change.state, change.percent, change.spent_dong) = (State::Taken, *percent, *spent);
        }
        Deed::Report { spent } => {
            report(duty, beside)?;
            money(duty, *spent)?;
            change.state = State::Reported;
            change.percent = 100;
            change.spent_dong = *spent;
            change.wanted_on = None;
            change.reported_on = Some(beside.today);
        }
        Deed::Ask(day) => {
            asked(duty, *day, beside.today)?;
            change.wanted_on = Some(*day);
        }
        Deed::Grant => {
            change.due_on = duty.wanted_on.unwrap_or(duty.due_on);
            change.wanted_on = None;
        }
        Deed::Refuse => change.wanted_on = None,
        Deed::Accept if beside.own_report => {
            return Err(no(
                "Anh/chị đã báo xong việc này nên không tự xác nhận được",
                "Nhờ một cán bộ khác của đơn vị ban hành xem và xác nhận.",
            ));
        }
        Deed::Accept => change.state = State::Done,
        Deed::Return(day) => {
            if day.is_some_and(|day| day < beside.today) {
                return Err(no("Hạn mới đã qua", "Chọn ngày từ hôm nay trở đi, hoặc bỏ trống."));
            }
            change.state = State::Taken;
            change.percent = 99;
            change.reported_on = None;
            change.due_on = day.unwrap_or(duty.due_on);
        }
    }
    Ok(change)
}

fn asked(duty: &Duty, day: NaiveDate, today: NaiveDate) -> Result<(), Refusal> {
    if day > duty.due_on && day >= today {
        return Ok(());
    }
    Err(no(
        format!("Ngày xin lùi phải sau hạn hiện nay {}", vi_date(duty.due_on)),
        "Chọn một ngày sau hạn hiện nay, từ hôm nay trở đi.",
    ))
}

fn report(duty: &Duty, beside: Beside<'_>) -> Result<(), Refusal> {
    if duty.proof && !beside.has_file {
        return Err(no(
            "Nhiệm vụ này cần tệp minh chứng",
            "Chọn tệp PDF, Word hoặc Excel rồi gửi lại.",
        ));
    }
    if duty.kind() != PaperKind::Coverage {
        return Ok(());
    }
    match (beside.places, beside.nowhere) {
        (0, false) => Err(no(
            "Chưa ghi nơi nào",
            "Ghi từng nơi chưa có sóng, hoặc đánh dấu “Cả xã không có nơi nào như vậy”.",
        )),
        (1.., true) => Err(no(
            format!("Đã ghi {} nơi mà lại đánh dấu không có nơi nào", beside.places),
            "Bỏ dấu, hoặc bỏ các nơi đã ghi nhầm.",
        )),
        _ => Ok(()),
    }
}

fn money(duty: &Duty, spent: i64) -> Result<(), Refusal> {
    if spent < 0 {
        return Err(no("Số tiền đã chi không thể âm", "Ghi tổng số đã chi đến nay."));
    }
    if spent > duty.planned_dong {
        let planned = Dong(duty.planned_dong).with_unit();
        return Err(no(
            format!("Số đã chi lớn hơn số được giao {planned}"),
            "Kiểm tra lại số tiền. Kế hoạch có điều chỉnh thì đơn vị ban hành giao nhiệm vụ bổ sung.",
        ));
    }
    Ok(())
}

/// Mark and words of a task's state.
pub(super) fn status(duty: &Duty, today: NaiveDate) -> (&'static str, String) {
    let late = duty.late(today);
    match duty.state() {
        State::New if late => ("tre", "Quá hạn, chưa nhận".to_owned()),
        State::Taken if late => ("tre", format!("Quá hạn, {} %", duty.percent)),
        State::New => ("cho", "Chưa nhận".to_owned()),
        State::Taken => ("nua", format!("Đang làm, {} %", duty.percent)),
        State::Reported => ("cho", "Chờ xác nhận".to_owned()),
        State::Done if late => ("xong", "Xong, trễ hạn".to_owned()),
        State::Done => ("xong", "Xong".to_owned()),
        State::Withdrawn => ("mien", "Thôi thực hiện".to_owned()),
    }
}

/// What is done about a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PlaceDeed {
    /// The commune takes it off its list.
    Drop,
    /// The level above confirms it.
    Confirm,
    /// It goes to an operator, by a day.
    Send(String, NaiveDate),
    /// There is a signal now.
    Done,
    /// The operator will not.
    No,
}

impl PlaceDeed {
    /// Name of the step.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Drop => "drop",
            Self::Confirm => "confirm",
            Self::Send(..) => "send",
            Self::Done => "done",
            Self::No => "no",
        }
    }
}

/// What is open to this officer. A commune takes back only what nobody has looked at.
pub(super) fn may_place(actor: &Actor, place: &Place, deed: &PlaceDeed) -> bool {
    let above = match actor.role {
        Role::Province => true,
        Role::District => place.district_code == actor.scope.district(),
        Role::Commune | Role::Supervisor => false,
    };
    let state = place.state.as_str();
    match deed {
        PlaceDeed::Drop => {
            actor.role == Role::Commune
                && place.commune_code == actor.scope.commune()
                && state == "proposed"
        }
        PlaceDeed::Confirm => above && state == "proposed",
        // A refused one may go to another operator.
        PlaceDeed::Send(..) => {
            actor.role == Role::Province && matches!(state, "confirmed" | "refused")
        }
        PlaceDeed::Done => above && matches!(state, "confirmed" | "sent" | "refused"),
        PlaceDeed::No => actor.role == Role::Province && state == "sent",
    }
}

/// Mark and words of a place's state.
pub(super) fn place_status(place: &Place, today: NaiveDate) -> (&'static str, String) {
    match (place.state.as_str(), place.due_on) {
        ("proposed", _) => ("cho", "Chờ xác nhận".to_owned()),
        ("confirmed", _) => ("nua", "Đã xác nhận".to_owned()),
        ("sent", Some(due)) if due < today => {
            ("tre", format!("{}: quá hạn {}", place.operator, vi_date(due)))
        }
        ("sent", Some(due)) => ("nua", format!("{}: hạn {}", place.operator, vi_date(due))),
        ("done", _) => ("xong", "Đã có sóng".to_owned()),
        _ => ("ko", format!("{} chưa làm được", place.operator)),
    }
}

#[cfg(test)]
mod tests;
