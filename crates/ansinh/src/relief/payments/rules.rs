//! Decisions about payments: pure, no clock, no database.
//!
//! The ledger of an entitlement is a stack. Paying, not paying and returning put an entry on it; a
//! reversal takes the topmost off again by a counter-entry. What is on top says where the
//! entitlement stands, and the signed amounts add up to what has been paid.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use uuid::Uuid;
use vietnam::date::vi_date;
use vietnam::money::Dong;

use super::reasons::Reason;
use super::types::{Channel, Claim, Deed, EntryKind, LedgerEntry, Order, Outcome, PayState, Payee};
use crate::clock::local;
use crate::identity::sha256_hex;

/// Longest note, name or paper: characters.
pub(super) const TEXT_MAX: usize = 300;

/// What an order changes, once no rule objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub kind: EntryKind,
    /// Signed đồng.
    pub amount: i64,
    /// Where the entitlement stands afterwards.
    pub state: PayState,
    /// Its reason afterwards; empty unless not paid.
    pub reason: String,
}

/// Where an entitlement stands by its entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub paid_dong: i64,
    pub state: PayState,
    pub reason: String,
    /// Index of the entry on top of the stack.
    pub top: Option<usize>,
}

/// Reads the stack. `ledger` is in order of `seq`.
pub(super) fn standing(ledger: &[LedgerEntry]) -> Standing {
    let reversed: HashSet<Uuid> = ledger.iter().filter_map(|entry| entry.reverses_id).collect();
    standing_without(ledger, &reversed)
}

fn standing_without(ledger: &[LedgerEntry], reversed: &HashSet<Uuid>) -> Standing {
    let top = ledger.iter().rposition(|entry| {
        entry.kind != EntryKind::Reversal.code() && !reversed.contains(&entry.id)
    });
    let (state, reason) = match top.map(|at| &ledger[at]) {
        None => (PayState::Unpaid, String::new()),
        Some(entry) if entry.kind == EntryKind::Paid.code() => (PayState::Paid, String::new()),
        Some(entry) => (PayState::NotPaid, entry.reason_code.clone()),
    };
    let paid_dong = ledger.iter().map(|entry| entry.amount_dong).sum();
    Standing { paid_dong, state, reason, top }
}

/// What an order is, for comparing a repeated act with the first: SHA-256 of its canonical text.
pub(super) fn fingerprint(order: &Order) -> String {
    let entitlement = order.entitlement_id.to_string();
    let day = order.business_day.to_string();
    let deed: Vec<String> = match &order.deed {
        Deed::Pay { amount, channel, payee } => {
            let amount = amount.to_string();
            match payee {
                Payee::Person => {
                    vec![amount, channel.code().into(), "self".into(), String::new(), String::new()]
                }
                Payee::Proxy { name, paper, relation, day } => {
                    let mut parts = vec![
                        amount,
                        channel.code().into(),
                        "proxy".into(),
                        name.clone(),
                        paper.clone(),
                    ];
                    // What later forms ask for besides: acts written before keep their fingerprint.
                    if !relation.is_empty() || day.is_some() {
                        parts.push(relation.clone());
                        parts.push(day.map_or_else(String::new, |day| day.to_string()));
                    }
                    parts
                }
            }
        }
        Deed::NotPaid { reason } => vec![reason.code().to_owned()],
        Deed::Return { amount, reason } => vec![amount.to_string(), reason.code().to_owned()],
        Deed::Reverse { entry_id } => vec![entry_id.to_string()],
    };
    let kind = kind_of(&order.deed).code();
    let whole = serde_json::json!([1, entitlement, kind, deed, day, order.note]);
    sha256_hex(whole.to_string().as_bytes())
}

/// The kind of entry that a deed becomes.
pub(super) fn kind_of(deed: &Deed) -> EntryKind {
    match deed {
        Deed::Pay { .. } => EntryKind::Paid,
        Deed::NotPaid { .. } => EntryKind::NotPaid,
        Deed::Return { .. } => EntryKind::Returned,
        Deed::Reverse { .. } => EntryKind::Reversal,
    }
}

/// What an act that was written before answers now: the same order `exists`, for ever; another
/// order under the same id is refused and changes nothing.
pub(super) fn repeated(order: &Order, written: &LedgerEntry) -> Outcome {
    if written.body_sha256 == fingerprint(order) {
        return Outcome::Exists { amount: written.amount_dong };
    }
    refused(
        "Lượt ghi này đã được ghi trước đó với nội dung khác",
        "Chưa có gì thay đổi. Mở sổ chi của người này để xem bút toán đã ghi; nếu sai thì đảo bút toán đó rồi ghi lại.",
    )
}

/// Judges an order against the entitlement and its ledger.
///
/// # Errors
/// The refusal to show: what, and what to do.
pub(super) fn judge(
    order: &Order,
    claim: &Claim,
    ledger: &[LedgerEntry],
    names: &HashMap<Uuid, String>,
    today: NaiveDate,
) -> Result<Change, Outcome> {
    if let Some(objection) = day_objection(order, claim, ledger, today) {
        return Err(refused(objection, "Chọn lại ngày chi rồi ghi lại."));
    }
    let now = standing(ledger);
    match &order.deed {
        Deed::Pay { amount, payee, .. } => {
            judge_pay(claim, ledger, &now, names)?;
            judge_payee(payee)?;
            if *amount != claim.open_dong() || *amount <= 0 {
                return Err(amount_moved(*amount, claim.open_dong()));
            }
            let reason = String::new();
            Ok(Change { kind: EntryKind::Paid, amount: *amount, state: PayState::Paid, reason })
        }
        Deed::NotPaid { reason } => judge_not_paid(reason, &order.note, claim, ledger, &now, names),
        Deed::Return { amount, reason } => {
            if now.state != PayState::Paid {
                return Err(refused(
                    "Khoản này hiện không ở trạng thái đã chi nên không có tiền để hoàn trả",
                    "Xem lại sổ chi của người này.",
                ));
            }
            not_demanded_back(claim)?;
            reason_in_words(reason, &order.note)?;
            if *amount != claim.paid_dong {
                return Err(amount_moved(*amount, claim.paid_dong));
            }
            let (state, reason) = (PayState::NotPaid, reason.code().to_owned());
            Ok(Change { kind: EntryKind::Returned, amount: -claim.paid_dong, state, reason })
        }
        Deed::Reverse { entry_id } => judge_reverse(*entry_id, order, claim, ledger, &now, names),
    }
}

fn judge_pay(
    claim: &Claim,
    ledger: &[LedgerEntry],
    now: &Standing,
    names: &HashMap<Uuid, String>,
) -> Result<(), Outcome> {
    if now.state == PayState::Paid {
        let first = now.top.map_or_else(String::new, |at| in_words(&ledger[at], names));
        return Err(refused(
            format!("{} đã được chi: {first}", claim.full_name),
            "Không chi lần thứ hai. Nếu lần ghi trước là nhầm, mở sổ chi của người này và đảo bút toán đó.",
        ));
    }
    not_open(claim).map_or(Ok(()), Err)
}

/// Why an entitlement that is not yet paid may not be paid now; `None` when it may.
pub(super) fn not_open(claim: &Claim) -> Option<Outcome> {
    if claim.pay_state == PayState::Member.code() {
        return Some(refused(
            "Đây là nhân khẩu trong hộ, tiền chi qua chủ hộ",
            "Tìm tên chủ hộ và ghi chi cho chủ hộ.",
        ));
    }
    if claim.state != "approved" {
        return Some(refused(
            "Khoản này đã bị hủy khỏi quyết định phê duyệt",
            "Không chi. Hỏi cấp tỉnh nếu cho rằng đã hủy nhầm.",
        ));
    }
    match claim.entry_state.as_str() {
        "declined" => {
            return Some(refused(
                "Người này đã tự nguyện từ chối nhận hỗ trợ",
                "Không chi. Nếu người đó đổi ý, xã ghi rút lại việc từ chối ở trang Danh sách trước.",
            ));
        }
        "excluded" => {
            return Some(refused(
                "Dòng của người này đã bị loại khỏi danh sách",
                if claim.tiers == 2 {
                    "Không chi. Hỏi cấp tỉnh là nơi thẩm định danh sách."
                } else {
                    "Không chi. Hỏi cấp huyện là nơi thẩm định danh sách."
                },
            ));
        }
        _ => {}
    }
    hold_words(&claim.hold).map(|(what, remedy)| refused(what, remedy))
}

/// What a hold means and what ends it; `None` when nothing is held.
pub(super) fn hold_words(hold: &str) -> Option<(&'static str, &'static str)> {
    match hold {
        "" => None,
        "no_id" => Some((
            "Tạm giữ: chưa có số CMND/CCCD",
            "Xã bổ sung số giấy tờ ở trang Danh sách thì chi được; không bổ sung được thì ghi “không chi được, thiếu giấy tờ”.",
        )),
        "duplicate" => Some((
            "Tạm giữ: đang xem xét trùng",
            "Nơi thẩm định danh sách xem xét ở trang Cảnh báo trùng; kết luận không trùng thì chi được.",
        )),
        "death" => Some((
            "Tạm giữ: có tin người hưởng đã chết",
            "Chờ cấp quyết định cho ý kiến; chắc chắn đã chết thì ghi “không chi được, đã chết”.",
        )),
        _ => Some(("Tạm giữ để xem xét", "Hỏi nơi thẩm định danh sách về việc tạm giữ này.")),
    }
}

fn judge_payee(payee: &Payee) -> Result<(), Outcome> {
    let Payee::Proxy { name, paper, .. } = payee else { return Ok(()) };
    if name.trim().is_empty() || paper.trim().is_empty() {
        return Err(refused(
            "Người nhận thay phải có họ tên và giấy tờ",
            "Ghi họ tên và giấy ủy quyền, giấy khai sinh hoặc quan hệ chủ hộ của người nhận thay.",
        ));
    }
    Ok(())
}

fn judge_not_paid(
    reason: &Reason,
    note: &str,
    claim: &Claim,
    ledger: &[LedgerEntry],
    now: &Standing,
    names: &HashMap<Uuid, String>,
) -> Result<Change, Outcome> {
    if claim.pay_state == PayState::Member.code() || claim.state != "approved" {
        return not_open(claim).map_or_else(|| Err(amount_moved(0, 0)), Err);
    }
    if now.state == PayState::Paid {
        let first = now.top.map_or_else(String::new, |at| in_words(&ledger[at], names));
        return Err(refused(
            format!("{} đã được chi: {first}", claim.full_name),
            "Nếu tiền đã trở lại, ghi hoàn trả; nếu ghi nhầm, đảo bút toán.",
        ));
    }
    reason_in_words(reason, note)?;
    let same = now.top.map(|at| &ledger[at]).is_some_and(|top| {
        now.state == PayState::NotPaid && top.reason_code == reason.code() && top.note == note
    });
    if same {
        return Err(refused(
            format!("Đã ghi không chi được với lý do này: {}", reason.label()),
            "Không cần ghi lại.",
        ));
    }
    let (kind, state) = (EntryKind::NotPaid, PayState::NotPaid);
    Ok(Change { kind, amount: 0, state, reason: reason.code().to_owned() })
}

fn judge_reverse(
    entry_id: Uuid,
    order: &Order,
    claim: &Claim,
    ledger: &[LedgerEntry],
    now: &Standing,
    names: &HashMap<Uuid, String>,
) -> Result<Change, Outcome> {
    if order.note.trim().is_empty() {
        return Err(refused("Chưa ghi lý do đảo bút toán", "Ghi rõ bút toán sai ở đâu."));
    }
    if let Some(earlier) = ledger.iter().find(|entry| entry.reverses_id == Some(entry_id)) {
        return Err(refused(
            format!("Bút toán này đã được đảo rồi: {}", in_words(earlier, names)),
            "Mỗi bút toán chỉ đảo một lần. Cần ghi lại thì ghi khoản mới.",
        ));
    }
    match now.top.map(|at| &ledger[at]) {
        Some(top) if top.id == entry_id => {
            let mut reversed: HashSet<Uuid> =
                ledger.iter().filter_map(|entry| entry.reverses_id).collect();
            reversed.insert(entry_id);
            let after = standing_without(ledger, &reversed);
            let amount = -top.amount_dong;
            let (state, reason) = (after.state, after.reason);
            if top.kind == EntryKind::Paid.code() {
                not_demanded_back(claim)?;
            }
            if state == PayState::Paid && now.paid_dong + amount != claim.amount_dong {
                return Err(refused(
                    "Mức được duyệt đã đổi từ sau lần chi này, nên không khôi phục lần chi cũ được",
                    "Ghi khoản chi mới theo mức đang được duyệt.",
                ));
            }
            Ok(Change { kind: EntryKind::Reversal, amount, state, reason })
        }
        Some(top) => Err(refused(
            format!("Sau bút toán này còn bút toán khác: {}", in_words(top, names)),
            "Đảo bút toán mới nhất trước.",
        )),
        None => Err(refused("Không còn bút toán nào để đảo", "Xem lại sổ chi của người này.")),
    }
}

/// What is wrong with a change although no rule objected; `None` when the books balance. Checked
/// before every entry, in release too: money is neither made nor lost.
pub(super) fn unsound(claim: &Claim, ledger: &[LedgerEntry], change: &Change) -> Option<String> {
    let before: i64 = ledger.iter().map(|entry| entry.amount_dong).sum();
    let after = before.saturating_add(change.amount);
    let whole = if change.state == PayState::Paid { claim.amount_dong } else { 0 };
    let sound = before == claim.paid_dong
        && after == whole
        && (change.kind == EntryKind::Reversal || change.amount.signum() == change.kind.sign())
        && claim.pay_state != PayState::Member.code();
    (!sound).then(|| {
        format!(
            "entitlement {}: {before} by its entries, {} by itself, {after} afterwards as {}",
            claim.id,
            claim.paid_dong,
            change.state.code()
        )
    })
}

/// Money that is being demanded back comes back there and nowhere else.
fn not_demanded_back(claim: &Claim) -> Result<(), Outcome> {
    if claim.recovering_dong == 0 {
        return Ok(());
    }
    Err(refused(
        format!("Khoản này đã có yêu cầu thu hồi {}", Dong(claim.recovering_dong).with_unit()),
        "Ghi số tiền nộp lại ở trang Thu hồi; khoản đã chi giữ nguyên trong sổ.",
    ))
}

fn reason_in_words(reason: &Reason, note: &str) -> Result<(), Outcome> {
    if reason.needs_note() && note.trim().is_empty() {
        return Err(refused("Chưa ghi rõ lý do khác", "Ghi lý do bằng chữ vào ô ghi chú."));
    }
    Ok(())
}

fn amount_moved(seen: i64, now: i64) -> Outcome {
    refused(
        format!(
            "Số tiền đã đổi từ lúc mở trang: khi đó {}, bây giờ {}",
            Dong(seen).with_unit(),
            Dong(now).with_unit()
        ),
        "Tải lại trang, xem số tiền mới rồi ghi lại.",
    )
}

/// What is wrong with the day of an order, if anything.
fn day_objection(
    order: &Order,
    claim: &Claim,
    ledger: &[LedgerEntry],
    today: NaiveDate,
) -> Option<String> {
    let day = order.business_day;
    if let Some(text) = day_against_today(day, today) {
        return Some(text);
    }
    if day < claim.decided_on {
        return Some(format!(
            "Ngày {} trước ngày của quyết định {} ({})",
            vi_date(day),
            claim.decision_number,
            vi_date(claim.decided_on)
        ));
    }
    let last = ledger.last().map(|entry| entry.business_day).filter(|last| day < *last)?;
    Some(format!("Ngày {} trước bút toán gần nhất của người này ({})", vi_date(day), vi_date(last)))
}

/// What is wrong with a day as such. That a day is over is the duties' matter: `duties::Books`.
pub(super) fn day_against_today(day: NaiveDate, today: NaiveDate) -> Option<String> {
    (day > today).then(|| {
        format!(
            "Ngày {} ở tương lai. Chỉ ghi việc đã làm, đến hôm nay {}.",
            vi_date(day),
            vi_date(today)
        )
    })
}

/// An entry in words, for a refusal that names it: what, how much, when, by whom.
pub(super) fn in_words(entry: &LedgerEntry, names: &HashMap<Uuid, String>) -> String {
    let (day, time) = local(entry.recorded_at);
    let kind = EntryKind::from_code(&entry.kind).map_or("", EntryKind::label).to_lowercase();
    let money = match entry.amount_dong {
        0 => String::new(),
        amount => format!(" {}", Dong(amount.abs()).with_unit()),
    };
    let channel = Channel::from_code(&entry.channel)
        .map_or_else(String::new, |channel| format!(" ({})", channel.label().to_lowercase()));
    let who = names.get(&entry.recorded_by).map_or("", String::as_str);
    format!(
        "{kind}{money}{channel}, ngày chi {}, {who} ghi lúc {} ngày {}",
        vi_date(entry.business_day),
        time.format("%-H giờ %M"),
        vi_date(day)
    )
}

/// An order in words, for giving back what was typed when it was refused.
pub(super) fn ordered(order: &Order) -> String {
    let mut words = match &order.deed {
        Deed::Pay { amount, channel, payee } => {
            let how = channel.label().to_lowercase();
            let proxy = match payee {
                Payee::Proxy { name, paper, .. } => format!(", nhận thay {name} ({paper})"),
                Payee::Person => String::new(),
            };
            format!("đã chi {} ({how}){proxy}", Dong(*amount).with_unit())
        }
        Deed::NotPaid { reason } => format!("không chi được: {}", reason.label().to_lowercase()),
        Deed::Return { amount, .. } => format!("hoàn trả {}", Dong(*amount).with_unit()),
        Deed::Reverse { .. } => "đảo bút toán".to_owned(),
    };
    if !order.note.is_empty() {
        words = format!("{words}, ghi chú “{}”", order.note);
    }
    words
}

fn refused(what: impl Into<String>, remedy: impl Into<String>) -> Outcome {
    Outcome::Refused { what: what.into(), remedy: remedy.into() }
}

/// A percentage with one decimal, truncated: 21.648 of 22.913 is 94,4 %, and only all is 100 %.
pub(crate) fn percent(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0,0 %".to_owned();
    }
    let tenths = i128::from(part.max(0)) * 1000 / i128::from(whole);
    if tenths == 1000 { "100 %".to_owned() } else { format!("{},{} %", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests;
