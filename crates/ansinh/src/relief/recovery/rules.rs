//! Decisions about recovery: pure.

use chrono::NaiveDate;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::store::{Entry, Recovery};
use crate::identity::{Actor, Role};

/// Longest text of a field: characters.
pub(super) const TEXT_MAX: usize = 300;

/// What an officer wants written under a demand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Money came back.
    Part {
        /// Đồng.
        amount: i64,
        /// Receipt or paper.
        paper: String,
    },
    /// The rest is not asked for any more.
    Waive {
        /// Đồng.
        amount: i64,
        /// By which text.
        basis: String,
    },
    /// The last entry was a mistake.
    Reverse {
        /// That entry.
        entry: uuid::Uuid,
    },
}

impl Deed {
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Part { .. } => "part",
            Self::Waive { .. } => "waiver",
            Self::Reverse { .. } => "reversal",
        }
    }
}

/// Name of a kind on the screen.
pub(super) fn kind_label(kind: &str) -> &'static str {
    match kind {
        "part" => "Đã nộp lại",
        "waiver" => "Miễn thu hồi",
        _ => "Bút toán đảo",
    }
}

/// What an entry adds to what came back and to what was waived: đồng.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub returned: i64,
    pub waived: i64,
}

/// Judges a deed; the refusal says what and what to do.
pub(super) fn judge(
    actor: &Actor,
    recovery: &Recovery,
    entries: &[Entry],
    deed: &Deed,
) -> Result<Change, (String, String)> {
    let open = recovery.open_dong();
    let size = |amount: i64| {
        if amount > 0 && amount <= open {
            return Ok(());
        }
        Err((
            format!(
                "Số tiền phải lớn hơn 0 và không quá số còn phải thu {}",
                Dong(open).with_unit()
            ),
            "Xem lại số đã nộp ở bảng dưới rồi ghi lại.".to_owned(),
        ))
    };
    match deed {
        Deed::Part { amount, .. } => {
            size(*amount)?;
            Ok(Change { returned: *amount, waived: 0 })
        }
        Deed::Waive { amount, basis } => {
            if actor.account_id == recovery.demanded_by {
                return Err((
                    "Người ra yêu cầu thu hồi không tự miễn thu hồi được".to_owned(),
                    "Tài khoản khác của huyện hoặc tỉnh ghi việc miễn này.".to_owned(),
                ));
            }
            if basis.is_empty() {
                return Err((
                    "Chưa ghi căn cứ pháp lý của việc miễn".to_owned(),
                    "Ghi số, ngày văn bản cho miễn thu hồi.".to_owned(),
                ));
            }
            size(*amount)?;
            Ok(Change { returned: 0, waived: *amount })
        }
        Deed::Reverse { entry } => judge_reverse(actor, entries, *entry),
    }
}

fn judge_reverse(
    actor: &Actor,
    entries: &[Entry],
    wanted: uuid::Uuid,
) -> Result<Change, (String, String)> {
    let live = |entry: &&Entry| {
        entry.kind != "reversal" && !entries.iter().any(|one| one.reverses_id == Some(entry.id))
    };
    let Some(top) = entries.iter().rfind(live).filter(|top| top.id == wanted) else {
        return Err((
            "Chỉ đảo được bút toán mới nhất còn hiệu lực, và mỗi bút toán một lần".to_owned(),
            "Tải lại trang để xem bút toán nào là mới nhất.".to_owned(),
        ));
    };
    let own = (top.kind == "part") == (actor.role == Role::Commune);
    if !own {
        return Err((
            "Bút toán này do cấp khác ghi".to_owned(),
            "Xã đảo khoản đã nộp; huyện, tỉnh đảo việc miễn.".to_owned(),
        ));
    }
    if top.kind == "part" {
        Ok(Change { returned: -top.amount_dong, waived: 0 })
    } else {
        Ok(Change { returned: 0, waived: -top.amount_dong })
    }
}

/// What is wrong with the day of an entry.
pub(super) fn day_objection(
    day: NaiveDate,
    recovery: &Recovery,
    entries: &[Entry],
    today: NaiveDate,
) -> Option<String> {
    if day > today {
        return Some(format!("Ngày {} ở tương lai. Chỉ ghi việc đã làm.", vi_date(day)));
    }
    if day < recovery.demanded_on {
        return Some(format!("Ngày {} trước ngày yêu cầu thu hồi.", vi_date(day)));
    }
    let last = entries.last().map(|entry| entry.business_day).filter(|last| day < *last)?;
    Some(format!("Ngày {} trước bút toán gần nhất ({}).", vi_date(day), vi_date(last)))
}

/// Where a demand stands: shape and word.
pub(super) fn status(recovery: &Recovery, today: NaiveDate) -> (&'static str, String) {
    match recovery.open_dong() {
        0 if recovery.waived_dong > 0 => ("mien", "Đã khép, có miễn".to_owned()),
        0 => ("xong", "Đã thu đủ".to_owned()),
        _ if recovery.due_on < today => ("tre", "Quá hạn".to_owned()),
        _ if recovery.returned_dong > 0 => ("nua", "Đang nộp".to_owned()),
        _ => ("cho", "Chưa nộp".to_owned()),
    }
}
