//! Who may do what to an article, and what follows: pure. Members, states and instants are parameters.

use chrono::NaiveDate;

use super::types::{BoardRole, Kind, State};

/// Most characters of a title, a summary, a text, a note.
pub(super) const TITLE_MAX: usize = 200;
pub(super) const SUMMARY_MAX: usize = 400;
pub(super) const BODY_MAX: usize = 30_000;
pub(super) const NOTE_MAX: usize = 500;

/// A refusal in two sentences: what cannot be done, and what to do.
pub(super) type Refusal = (&'static str, &'static str);

/// Something done to an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deed {
    /// Text, fields or files are changed.
    Write,
    /// The edition is laid before the head of the board.
    Submit,
    /// It is taken back to be written on.
    Recall,
    /// It goes back with a reason.
    Return,
    /// The responsible agency confirms it.
    Confirm,
    /// The responsible agency finds it wrong.
    Object,
    /// It is public now, or from an hour on.
    Publish,
    /// It was to be public at an hour that has not come.
    Unschedule,
    /// A later edition is begun.
    Replace,
    /// An edition is given up.
    Discard,
    /// The article is taken down.
    Withdraw,
    /// It is put up again.
    Restore,
}

impl Deed {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Write,
        Self::Submit,
        Self::Recall,
        Self::Return,
        Self::Confirm,
        Self::Object,
        Self::Publish,
        Self::Unschedule,
        Self::Replace,
        Self::Discard,
        Self::Withdraw,
        Self::Restore,
    ];

    /// Name in an address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Write => "ghi",
            Self::Submit => "trinh",
            Self::Recall => "rut",
            Self::Return => "tra-lai",
            Self::Confirm => "xac-nhan",
            Self::Object => "khong-xac-nhan",
            Self::Publish => "dang",
            Self::Unschedule => "huy-hen",
            Self::Replace => "sua-moi",
            Self::Discard => "bo",
            Self::Withdraw => "go",
            Self::Restore => "dang-lai",
        }
    }

    /// The deed of an address.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.slug() == slug)
    }

    /// Name in the record of steps and, after `news.`, in the audit.
    pub fn code(self) -> &'static str {
        match self {
            Self::Write => "write",
            Self::Submit => "submit",
            Self::Recall => "recall",
            Self::Return => "return",
            Self::Confirm => "confirm",
            Self::Object => "object",
            Self::Publish => "publish",
            Self::Unschedule => "unschedule",
            Self::Replace => "replace",
            Self::Discard => "discard",
            Self::Withdraw => "withdraw",
            Self::Restore => "restore",
        }
    }

    /// What the deed is called once it is done.
    pub fn done(self) -> &'static str {
        match self {
            Self::Write => "Viết, sửa",
            Self::Submit => "Trình duyệt",
            Self::Recall => "Rút về để sửa",
            Self::Return => "Trả lại",
            Self::Confirm => "Thẩm định: xác nhận đúng",
            Self::Object => "Thẩm định: không xác nhận",
            Self::Publish => "Duyệt đăng",
            Self::Unschedule => "Hủy hẹn giờ",
            Self::Replace => "Bắt đầu bản sửa",
            Self::Discard => "Bỏ bản đang soạn",
            Self::Withdraw => "Gỡ bài",
            Self::Restore => "Đăng lại bài đã gỡ",
        }
    }

    /// True when the deed says why.
    pub fn needs_reason(self) -> bool {
        matches!(
            self,
            Self::Return
                | Self::Object
                | Self::Unschedule
                | Self::Discard
                | Self::Withdraw
                | Self::Restore
        )
    }
}

/// Who acts, seen from the edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat {
    /// On the board in force today; `None`: not a member.
    pub role: Option<BoardRole>,
    /// She began this edition.
    pub author: bool,
    /// She wrote in this edition at any time.
    pub wrote: bool,
    /// She was named to review it.
    pub reviewer: bool,
}

/// What the edition's review is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Review {
    /// Nobody was asked.
    None,
    /// The agency has not answered.
    Waiting,
    /// The agency confirmed this text.
    Confirmed,
}

/// Where an article stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub kind: Kind,
    /// State of the newest edition.
    pub state: State,
    /// The newest edition is approved and its hour has not come.
    pub scheduled: bool,
    /// Some edition is public.
    pub public: bool,
    /// It has been taken down.
    pub withdrawn: bool,
    /// The newest edition's.
    pub review: Review,
    /// A paper or a link stands behind the facts.
    pub sourced: bool,
}

/// Whether a term runs on a day; the last day counts.
pub(super) fn in_force(from_on: NaiveDate, until_on: NaiveDate, today: NaiveDate) -> bool {
    from_on <= today && today <= until_on
}

/// Judges a deed: the state the newest edition comes to, or why not.
///
/// [`Deed::Replace`] answers the state of the new edition.
pub(super) fn judge(seat: Seat, now: Standing, deed: Deed) -> Result<State, Refusal> {
    seated(seat, deed)?;
    let fits = match deed {
        Deed::Write | Deed::Submit | Deed::Discard => {
            matches!(now.state, State::Draft | State::Returned)
        }
        Deed::Recall | Deed::Return | Deed::Confirm | Deed::Object | Deed::Publish => {
            now.state == State::Submitted
        }
        Deed::Unschedule => now.scheduled,
        Deed::Replace => now.public && !now.scheduled && !now.withdrawn && !live(now.state),
        Deed::Withdraw => now.public && !now.withdrawn,
        Deed::Restore => now.withdrawn,
    };
    if !fits {
        return Err((
            "Bài không còn ở bước này",
            "Có người vừa làm trước anh/chị. Xem lại tình trạng của bài ở trên trang.",
        ));
    }
    Ok(match deed {
        Deed::Write => now.state,
        Deed::Submit | Deed::Unschedule => State::Submitted,
        Deed::Recall | Deed::Replace => State::Draft,
        Deed::Return | Deed::Object => State::Returned,
        Deed::Confirm => confirmed(seat, now)?,
        Deed::Publish => published(seat, now)?,
        Deed::Discard => State::Discarded,
        Deed::Withdraw | Deed::Restore => now.state,
    })
}

fn live(state: State) -> bool {
    matches!(state, State::Draft | State::Submitted | State::Returned)
}

/// Whether her place on the board, or being asked to review, allows the deed at all.
fn seated(seat: Seat, deed: Deed) -> Result<(), Refusal> {
    if matches!(deed, Deed::Confirm | Deed::Object) {
        return if seat.reviewer {
            Ok(())
        } else {
            Err((
                "Anh/chị không phải người được mời thẩm định bài này",
                "Người được ghi ở mục Thẩm định làm việc này.",
            ))
        };
    }
    let Some(role) = seat.role else {
        return Err((
            "Anh/chị không ở trong Ban Biên tập hôm nay",
            "UBND tỉnh lập Ban Biên tập và ghi nhiệm kỳ. Hỏi người giữ tài khoản tỉnh.",
        ));
    };
    let own = role != BoardRole::Contributor || seat.author;
    let allowed = match deed {
        Deed::Write | Deed::Submit | Deed::Recall | Deed::Discard => own,
        Deed::Return => role.publishes() || role == BoardRole::Secretary,
        Deed::Replace => role != BoardRole::Contributor,
        Deed::Publish | Deed::Unschedule | Deed::Withdraw | Deed::Restore => role.publishes(),
        Deed::Confirm | Deed::Object => false,
    };
    match (allowed, deed) {
        (true, _) => Ok(()),
        (false, Deed::Publish | Deed::Unschedule | Deed::Withdraw | Deed::Restore) => Err((
            "Chỉ trưởng ban, phó trưởng ban đang trong nhiệm kỳ duyệt, đăng, gỡ bài",
            "Trình bài để trưởng ban hoặc phó trưởng ban làm việc này.",
        )),
        (false, _) => Err((
            "Cộng tác viên chỉ viết và trình bài của mình",
            "Biên tập viên, thư ký hoặc trưởng ban làm việc này.",
        )),
    }
}

/// Who reviews has not written; the database says the same (`news_editions_reviewer`).
fn confirmed(seat: Seat, now: Standing) -> Result<State, Refusal> {
    if seat.wrote || seat.author {
        return Err((
            "Người viết bài không tự thẩm định bài của mình",
            "Rút bài về và mời người khác của cơ quan chuyên môn thẩm định.",
        ));
    }
    if now.review == Review::Confirmed {
        return Err(("Bài này đã được thẩm định", "Không phải làm gì thêm."));
    }
    Ok(State::Submitted)
}

/// Who publishes has neither reviewed nor written; of the writer the database says the same (`news_editions_four_eyes`).
fn published(seat: Seat, now: Standing) -> Result<State, Refusal> {
    if seat.author || seat.wrote {
        return Err((
            "Người viết bài không tự duyệt đăng bài của mình",
            "Trưởng ban hoặc phó trưởng ban khác, chưa sửa bài này, duyệt đăng.",
        ));
    }
    if seat.reviewer && now.review == Review::Confirmed {
        return Err((
            "Người thẩm định bài không tự duyệt đăng bài đó",
            "Trưởng ban hoặc phó trưởng ban khác duyệt đăng.",
        ));
    }
    if now.review == Review::Waiting {
        return Err((
            "Cơ quan chuyên môn chưa thẩm định bài này",
            "Chờ người được mời thẩm định xác nhận, hoặc rút bài về để đổi người thẩm định.",
        ));
    }
    if now.kind == Kind::Rebuttal && now.review == Review::None && !now.sourced {
        return Err((
            "Bài kiểm chứng chưa có căn cứ",
            "Trả lại để ghi văn bản làm căn cứ, hoặc mời cơ quan chuyên môn thẩm định.",
        ));
    }
    if now.withdrawn {
        return Err(("Bài này đã gỡ", "Đăng lại bài trước, rồi mới duyệt bản sửa."));
    }
    Ok(State::Approved)
}

#[cfg(test)]
mod tests;
