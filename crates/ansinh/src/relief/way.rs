//! The way of a list, as one state machine: draft → posted → submitted → appraised → approved.
//!
//! Each step names who may take it, what it needs, and how it is undone. Pure: the caller brings
//! the day, the steps taken so far and the actor.

use chrono::NaiveDate;
use uuid::Uuid;

use super::rules::Refusal;
use crate::identity::Role;

/// Where a list stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Đang lập.
    Draft,
    /// Đang niêm yết.
    Posted,
    /// Đã gửi, chờ thẩm định.
    Submitted,
    /// Đã thẩm định, chờ quyết định.
    Appraised,
    /// Đã có quyết định.
    Approved,
}

impl State {
    /// All states in order.
    pub const ALL: [Self; 5] =
        [Self::Draft, Self::Posted, Self::Submitted, Self::Appraised, Self::Approved];

    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Posted => "posted",
            Self::Submitted => "submitted",
            Self::Appraised => "appraised",
            Self::Approved => "approved",
        }
    }

    /// The state of a name in the database.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }

    /// Words on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Draft => "Đang lập",
            Self::Posted => "Đang niêm yết",
            Self::Submitted => "Chờ thẩm định",
            Self::Appraised => "Chờ quyết định",
            Self::Approved => "Đã duyệt",
        }
    }

    /// Class of the status mark.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Draft => "cho",
            Self::Posted | Self::Submitted => "nua",
            Self::Appraised => "that",
            Self::Approved => "xong",
        }
    }
}

/// What can be done to a list. The decision itself is recorded for many lists at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Niêm yết.
    Post,
    /// End the posting and send it up.
    Submit,
    /// Thẩm định xong.
    Appraise,
    /// Trả lại, with a reason.
    Return,
    /// Cover it with a decision.
    Approve,
    /// Take back the last step.
    Undo,
}

impl Act {
    /// Acts that have a page of their own, in the order of the way.
    pub const ALL: [Self; 5] = [Self::Post, Self::Submit, Self::Appraise, Self::Return, Self::Undo];

    /// Name in the steps table.
    pub fn code(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Submit => "submit",
            Self::Appraise => "appraise",
            Self::Return => "return",
            Self::Approve => "approve",
            Self::Undo => "undo",
        }
    }

    /// Last part of the address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Post => "niem-yet",
            Self::Submit => "gui",
            Self::Appraise => "tham-dinh",
            Self::Return => "tra-lai",
            Self::Approve => "quyet-dinh",
            Self::Undo => "hoan-tac",
        }
    }

    /// The act of an address.
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.slug() == slug)
    }

    /// What the button says; `higher` is who comes next.
    pub fn label(self, higher: &str) -> String {
        match self {
            Self::Post => "Niêm yết danh sách".to_owned(),
            Self::Submit => format!("Kết thúc niêm yết, gửi {higher}"),
            Self::Appraise => "Thẩm định xong danh sách".to_owned(),
            Self::Return => "Trả lại để lập lại".to_owned(),
            Self::Approve => "Ghi quyết định phê duyệt".to_owned(),
            Self::Undo => "Hoàn tác bước vừa rồi".to_owned(),
        }
    }

    /// Whether a reason must be given.
    pub fn needs_reason(self) -> bool {
        self == Self::Return
    }
}

/// A step as recorded.
#[derive(Debug, Clone)]
pub struct Taken {
    /// `create`, an [`Act::code`], or `undo_` and one.
    pub action: String,
    /// State before.
    pub from: String,
    /// Who.
    pub by: Uuid,
    /// When it had been due.
    pub due_on: Option<NaiveDate>,
    /// Version of the list after it.
    pub list_version: i32,
}

/// What the machine must know of a list.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Where it stands.
    pub state: State,
    /// Version now.
    pub version: i32,
    /// Unit account of who prepared it, and as what.
    pub prepared_by: (Uuid, Role),
    /// Its commune belongs to a district.
    pub has_district: bool,
    /// The district decides (ủy quyền).
    pub district_decides: bool,
    /// Days of niêm yết.
    pub posting_days: u32,
    /// Last day of niêm yết.
    pub posting_ends_on: Option<NaiveDate>,
    /// Rows that are neither excluded nor declined.
    pub listed: i64,
    /// Who pays it, when that is not the UBND: the list is only compared.
    pub payer: Option<String>,
    /// Steps so far, oldest first.
    pub steps: Vec<Taken>,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub struct Who {
    /// Account.
    pub account: Uuid,
    /// Account of her unit: for "who prepares does not approve" all its officers are one.
    pub unit: Uuid,
    /// Level. That the list lies in the scope has been checked by the store.
    pub role: Role,
}

fn no(text: impl Into<String>, remedy: impl Into<String>) -> Refusal {
    Refusal { text: text.into(), legal: remedy.into() }
}

/// The step that an undo would take back: steps push, undoes pop.
pub fn undoable(steps: &[Taken]) -> Option<&Taken> {
    let mut standing: Vec<&Taken> = Vec::new();
    for step in steps {
        if step.action.starts_with("undo_") {
            standing.pop();
        } else if step.action != "create" {
            standing.push(step);
        }
    }
    standing.pop()
}

/// The state an act leads to. The `legal` of a refusal says what to do and who can.
///
/// # Errors
/// Why not.
pub fn check(act: Act, list: &Standing, who: Who, today: NaiveDate) -> Result<State, Refusal> {
    if let Some(payer) = &list.payer {
        return Err(only_compared(payer));
    }
    let wrong_state = || {
        no(
            format!("Danh sách đang ở bước “{}” nên không làm được việc này", list.state.label()),
            "Tải lại trang danh sách để xem bước hiện tại.",
        )
    };
    match (act, list.state) {
        (Act::Post, State::Draft) if list.posting_days > 0 => {
            preparer_level(list, who, "niêm yết")?;
            some_rows(list).map(|()| State::Posted)
        }
        (Act::Submit, State::Draft) if list.posting_days == 0 => {
            preparer_level(list, who, "gửi")?;
            some_rows(list).map(|()| State::Submitted)
        }
        (Act::Submit, State::Posted) => {
            preparer_level(list, who, "gửi")?;
            posting_over(list, today)?;
            some_rows(list).map(|()| State::Submitted)
        }
        (Act::Appraise, State::Submitted) => {
            appraiser(list, who)?;
            some_rows(list).map(|()| State::Appraised)
        }
        (Act::Return, State::Submitted) => appraiser(list, who).map(|()| State::Draft),
        (Act::Return, State::Appraised) => decider(list, who).map(|()| State::Draft),
        (Act::Approve, State::Appraised) => decider(list, who).map(|()| State::Approved),
        (Act::Undo, _) if who.role == Role::Supervisor => {
            Err(no("Tài khoản này chỉ xem", "Cán bộ đã làm bước vừa rồi mới hoàn tác được."))
        }
        (Act::Undo, _) => undo(list, who),
        _ => Err(wrong_state()),
    }
}

/// A list of a programme that somebody else pays takes no step here.
fn only_compared(payer: &str) -> Refusal {
    no(
        format!("Danh sách này chỉ để đối chiếu, {payer} chi trả"),
        format!(
            "Không niêm yết, gửi, thẩm định, quyết định hay chi ở đây. Sai sót thì báo {payer}; ai đứng ở \
             hai chương trình thì xem trang Đối chiếu giữa các chương trình."
        ),
    )
}

fn some_rows(list: &Standing) -> Result<(), Refusal> {
    if list.listed > 0 {
        return Ok(());
    }
    Err(no(
        "Danh sách không còn dòng nào đề nghị hỗ trợ",
        "Nhập thêm dòng, hoặc đưa lại một dòng đã loại, rồi làm tiếp.",
    ))
}

fn posting_over(list: &Standing, today: NaiveDate) -> Result<(), Refusal> {
    let Some(end) = list.posting_ends_on else { return Ok(()) };
    if today > end {
        return Ok(());
    }
    let last = vietnam::date::vi_date(end);
    Err(no(
        format!("Danh sách còn niêm yết đến hết ngày {last}"),
        format!(
            "Phải niêm yết đủ {} ngày làm việc theo quy trình của nhóm. Gửi được từ ngày sau {last}.",
            list.posting_days
        ),
    ))
}

fn preparer_level(list: &Standing, who: Who, deed: &str) -> Result<(), Refusal> {
    let own = who.role != Role::Supervisor && who.unit == list.prepared_by.0;
    if who.role == Role::Commune || own {
        return Ok(());
    }
    Err(no(
        format!("Tài khoản này không {deed} danh sách được"),
        "Việc này do UBND xã của danh sách, hoặc nơi đã lập danh sách, làm.",
    ))
}

fn not_preparer(list: &Standing, who: Who, deed: &str, right: Role) -> Result<(), Refusal> {
    if who.unit != list.prepared_by.0 {
        return Ok(());
    }
    Err(no(
        format!("Nơi lập danh sách không tự {deed} được"),
        format!(
            "Người lập và người duyệt phải là hai tài khoản khác nhau. Việc này do tài khoản cấp {} \
             khác làm.",
            right.label()
        ),
    ))
}

/// The district; the province where there is none, or where the district itself prepared the list.
fn appraiser(list: &Standing, who: Who) -> Result<(), Refusal> {
    let by_province = !list.has_district || list.prepared_by.1 == Role::District;
    let right = if by_province { Role::Province } else { Role::District };
    not_preparer(list, who, "thẩm định", right)?;
    if who.role == right {
        return Ok(());
    }
    Err(no(
        "Tài khoản này không thẩm định danh sách được",
        format!("Việc này do tài khoản cấp {} làm.", right.label()),
    ))
}

fn decider(list: &Standing, who: Who) -> Result<(), Refusal> {
    let right =
        if list.district_decides && list.has_district { Role::District } else { Role::Province };
    not_preparer(list, who, "phê duyệt", right)?;
    if who.role == right {
        return Ok(());
    }
    Err(no(
        "Tài khoản này không quyết định danh sách được",
        format!("Việc này do tài khoản cấp {} làm.", right.label()),
    ))
}

fn undo(list: &Standing, who: Who) -> Result<State, Refusal> {
    let nothing = || no("Không có bước nào để hoàn tác", "Tải lại trang danh sách.");
    let step = undoable(&list.steps).ok_or_else(nothing)?;
    if step.action == "approve" {
        return Err(no(
            "Danh sách đã có quyết định phê duyệt",
            "Chỉ hủy quyết định mới đưa danh sách về bước trước; nơi ra quyết định làm việc này.",
        ));
    }
    if step.by != who.account {
        return Err(no(
            "Chỉ người đã làm bước vừa rồi mới hoàn tác được",
            "Liên hệ nơi đã làm bước đó, hoặc trả lại danh sách kèm lý do.",
        ));
    }
    let untouched = list.steps.last().is_none_or(|last| last.list_version == list.version);
    if step.action != "post" && !untouched {
        return Err(no(
            "Nơi nhận đã bắt đầu xử lý danh sách này",
            "Đề nghị nơi nhận trả lại danh sách kèm lý do.",
        ));
    }
    State::of(&step.from).ok_or_else(nothing)
}

/// Whether this officer may change rows (exclude, correct) at the list's present step: whoever has
/// the list in hand.
///
/// # Errors
/// Why not.
pub fn may_change_rows(list: &Standing, who: Who) -> Result<(), Refusal> {
    match list.state {
        State::Draft | State::Posted => preparer_level(list, who, "sửa dòng của"),
        State::Submitted => appraiser(list, who),
        State::Appraised | State::Approved => decider(list, who),
    }
}

/// Whether this officer stands above the unit that has the list in hand. The desk that decides about
/// two rows of several units takes one out wherever its list lies below it.
pub fn above_holder(list: &Standing, who: Who) -> bool {
    let rank = |role: Role| match role {
        Role::Commune => Some(0),
        Role::District => Some(1),
        Role::Province => Some(2),
        Role::Supervisor => None,
    };
    let by_district = list.has_district && list.prepared_by.1 != Role::District;
    let holder = match list.state {
        State::Draft | State::Posted => list.prepared_by.1,
        State::Submitted if by_district => Role::District,
        State::Submitted => Role::Province,
        State::Appraised | State::Approved if list.district_decides && list.has_district => {
            Role::District
        }
        State::Appraised | State::Approved => Role::Province,
    };
    rank(who.role) > rank(holder)
}

/// Whether this officer may open another round from the rows a decision left out.
///
/// # Errors
/// Why not.
pub fn may_add_round(list: &Standing, who: Who) -> Result<(), Refusal> {
    if let Some(payer) = &list.payer {
        return Err(only_compared(payer));
    }
    preparer_level(list, who, "lập đợt bổ sung từ")
}

/// Whether this officer may record what a person brings (a paper, a refusal): the commune of the
/// person at any step, and whoever has the list in hand.
///
/// # Errors
/// Why not.
pub fn may_record(list: &Standing, who: Who) -> Result<(), Refusal> {
    if who.role == Role::Commune { Ok(()) } else { may_change_rows(list, who) }
}

/// The acts this officer may take now; the first is the main button.
pub fn open_acts(list: &Standing, who: Who, today: NaiveDate) -> Vec<Act> {
    Act::ALL.into_iter().filter(|act| check(*act, list, who, today).is_ok()).collect()
}

#[cfg(test)]
mod tests;
