//! Proof of a ledger: recomputing from its entries alone what an entitlement says. Pure, and written
//! apart from the rules that judge orders, so that one finds the other's mistakes.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromQueryResult;
use serde_json::json;
use uuid::Uuid;
use vietnam::date::vi_date;

use crate::identity::sha256_hex;

/// An entry with everything that is sealed.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct FullEntry {
    pub id: Uuid,
    pub entitlement_id: Uuid,
    pub seq: i32,
    pub kind: String,
    pub amount_dong: i64,
    pub channel: String,
    pub payee: String,
    pub proxy_name: String,
    pub proxy_paper: String,
    pub proxy_relation: String,
    pub proxy_day: Option<NaiveDate>,
    pub reason_code: String,
    pub note: String,
    pub reverses_id: Option<Uuid>,
    pub business_day: NaiveDate,
    pub district_code: String,
    pub commune_code: String,
    pub tiers: i16,
    pub group_code: String,
    pub decision_id: Uuid,
    pub recorded_by: Uuid,
    pub recorded_at: DateTime<Utc>,
    pub body_sha256: String,
    pub chain_sha256: String,
}

impl FullEntry {
    /// The seal of this entry after the one with the seal `previous`.
    pub fn seal(&self, previous: &str) -> String {
        let whole = json!([
            1,
            previous,
            [self.id.to_string(), self.entitlement_id.to_string(), self.decision_id.to_string()],
            [self.seq, i32::from(self.tiers)],
            [&self.kind, &self.channel, &self.payee, &self.reason_code, &self.note],
            self.amount_dong,
            [&self.proxy_name, &self.proxy_paper, &self.proxy_relation],
            self.proxy_day.map(|day| day.to_string()),
            self.reverses_id.map(|id| id.to_string()),
            self.business_day.to_string(),
            [&self.district_code, &self.commune_code, &self.group_code],
            [self.recorded_by.to_string(), self.recorded_at.timestamp_micros().to_string()],
            &self.body_sha256,
        ]);
        sha256_hex(whole.to_string().as_bytes())
    }
}

/// What an entitlement says of itself.
#[derive(Debug, Clone, FromQueryResult)]
pub(super) struct Stated {
    pub id: Uuid,
    pub decision_id: Uuid,
    pub district_code: String,
    pub commune_code: String,
    pub tiers: i16,
    pub group_code: String,
    pub amount_dong: i64,
    pub paid_dong: i64,
    pub recovering_dong: i64,
    pub pay_state: String,
    pub reason_code: String,
    pub entries: i32,
    pub last_day: Option<NaiveDate>,
}

/// What is wrong with an entitlement and its entries (in order of `seq`), in words. Also how many
/// entries carry no seal because they are older than sealing.
pub(super) fn faults(stated: &Stated, entries: &[FullEntry]) -> (Vec<String>, usize) {
    let mut faults = Vec::new();
    let unsealed = chain_faults(entries, &mut faults);
    let (stack, sum) = replay(stated, entries, &mut faults);
    let top = stack.last().map(|at| &entries[*at]);
    let (state, reason) = match top {
        None if stated.pay_state == "member" => ("member", ""),
        None => ("unpaid", ""),
        Some(top) if top.kind == "paid" => ("paid", ""),
        Some(top) => ("not_paid", top.reason_code.as_str()),
    };
    let mut differs = |what: &str, says: &dyn std::fmt::Display, is: &dyn std::fmt::Display| {
        faults.push(format!("{what}: khoản ghi {says}, tính từ bút toán {is}"));
    };
    if stated.paid_dong != sum {
        differs("số đã chi", &stated.paid_dong, &sum);
    }
    if stated.pay_state != state {
        differs("trạng thái", &stated.pay_state, &state);
    }
    if stated.reason_code != reason {
        differs("lý do", &stated.reason_code, &reason);
    }
    if i64::from(stated.entries) != i64::try_from(entries.len()).unwrap_or(i64::MAX) {
        differs("số bút toán", &stated.entries, &entries.len());
    }
    let last = entries.last().map(|entry| entry.business_day);
    if stated.last_day != last {
        let text = |day: Option<NaiveDate>| day.map_or_else(|| "–".to_owned(), vi_date);
        differs("ngày cuối", &text(stated.last_day), &text(last));
    }
    if state == "paid" && sum != stated.amount_dong {
        faults.push(format!("đã chi {sum} đồng, được duyệt {} đồng", stated.amount_dong));
    }
    if stated.recovering_dong < 0 || stated.recovering_dong > sum {
        faults.push(format!("đang thu hồi {} đồng trên {sum} đồng đã chi", stated.recovering_dong));
    }
    (faults, unsealed)
}

/// Seals, numbers and order. Once sealing has begun within an entitlement it does not end.
fn chain_faults(entries: &[FullEntry], faults: &mut Vec<String>) -> usize {
    let (mut previous, mut unsealed) = ("", 0);
    for (at, entry) in entries.iter().enumerate() {
        if usize::try_from(entry.seq) != Ok(at + 1) {
            faults.push(format!("bút toán thứ {} mang số {}", at + 1, entry.seq));
        }
        if at > 0 && entry.business_day < entries[at - 1].business_day {
            faults.push(format!("bút toán {} có ngày trước bút toán liền trước", entry.seq));
        }
        if entry.chain_sha256.is_empty() && previous.is_empty() {
            unsealed += 1;
        } else if entry.chain_sha256 != entry.seal(previous) {
            faults.push(format!("bút toán {} không còn như lúc ghi (sai mã niêm)", entry.seq));
        }
        previous = &entry.chain_sha256;
    }
    unsealed
}

/// Puts the entries on a stack one by one: places of those that are in force, and the sum.
fn replay(stated: &Stated, entries: &[FullEntry], faults: &mut Vec<String>) -> (Vec<usize>, i64) {
    let mut stack: Vec<usize> = Vec::new();
    let mut sum = 0_i64;
    for (at, entry) in entries.iter().enumerate() {
        let mut wrong = |text: &str| faults.push(format!("bút toán {}: {text}", entry.seq));
        let paid = stack.last().is_some_and(|top| entries[*top].kind == "paid");
        match entry.kind.as_str() {
            "reversal" => match stack.pop() {
                Some(top) if Some(entries[top].id) == entry.reverses_id => {
                    if entry.amount_dong != -entries[top].amount_dong {
                        wrong("số tiền đảo khác bút toán bị đảo");
                    }
                }
                _ => wrong("đảo một bút toán không ở trên cùng"),
            },
            kind => {
                match kind {
                    "paid" if paid => wrong("chi lần thứ hai"),
                    "not_paid" if paid => wrong("ghi không chi được khi đã chi"),
                    "returned" if !paid => wrong("hoàn trả khi chưa chi"),
                    "returned" if entry.amount_dong != -sum => wrong("hoàn trả không đủ số đã chi"),
                    "paid" | "not_paid" | "returned" => {}
                    _ => wrong("loại lạ"),
                }
                stack.push(at);
            }
        }
        match sum.checked_add(entry.amount_dong) {
            Some(next) if next >= 0 => sum = next,
            _ => wrong("tổng sau bút toán này là số âm hoặc quá lớn"),
        }
        let place = (&entry.district_code, &entry.commune_code, entry.tiers, &entry.group_code);
        let own = (&stated.district_code, &stated.commune_code, stated.tiers, &stated.group_code);
        if place != own || entry.decision_id != stated.decision_id {
            wrong("đơn vị, nhóm hoặc quyết định khác với khoản được duyệt");
        }
    }
    (stack, sum)
}

/// A budget's part of a decision.
#[derive(Debug, Clone, PartialEq, Eq, FromQueryResult)]
pub(super) struct Share {
    pub decision_id: Uuid,
    pub code: String,
    pub name: String,
    pub percent: i32,
}

/// Splits a sum (đồng, also negative) by shares in percent that add up to 100: whole đồng, the rest
/// to the largest remainders, the earlier share first. The parts always add up to the sum.
pub(in crate::relief) fn split(amount: i64, percents: &[i32]) -> Vec<i64> {
    let sign = amount.signum();
    let whole = i128::from(amount.unsigned_abs());
    let raw: Vec<i128> = percents.iter().map(|percent| whole * i128::from(*percent)).collect();
    let mut parts: Vec<i128> = raw.iter().map(|part| part / 100).collect();
    let mut rest = whole - parts.iter().sum::<i128>();
    let mut order: Vec<usize> = (0..percents.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(raw[*at] % 100));
    for at in order {
        if rest > 0 {
            parts[at] += 1;
            rest -= 1;
        }
    }
    parts.into_iter().map(|part| sign * i64::try_from(part).unwrap_or(i64::MAX)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entry(seq: i32, kind: &str, amount: i64, previous: &str) -> FullEntry {
        let day = NaiveDate::from_ymd_opt(2020, 6, 19).unwrap();
        let mut entry = FullEntry {
            id: Uuid::from_u128(seq as u128),
            entitlement_id: Uuid::from_u128(900),
            seq,
            kind: kind.into(),
            amount_dong: amount,
            channel: "cash".into(),
            payee: "self".into(),
            proxy_name: String::new(),
            proxy_paper: String::new(),
            proxy_relation: String::new(),
            proxy_day: None,
            reason_code: if amount < 0 { "away".into() } else { String::new() },
            note: String::new(),
            reverses_id: None,
            business_day: day,
            district_code: "439".into(),
            commune_code: "18196".into(),
            tiers: 3,
            group_code: "NCC".into(),
            decision_id: Uuid::from_u128(2),
            recorded_by: Uuid::from_u128(3),
            recorded_at: DateTime::UNIX_EPOCH,
            body_sha256: "b".into(),
            chain_sha256: String::new(),
        };
        entry.chain_sha256 = entry.seal(previous);
        entry
    }

    fn paid_and_returned() -> (Stated, Vec<FullEntry>) {
        let first = entry(1, "paid", 1_500_000, "");
        let second = entry(2, "returned", -1_500_000, &first.chain_sha256);
        let stated = Stated {
            id: first.entitlement_id,
            decision_id: first.decision_id,
            district_code: "439".into(),
            commune_code: "18196".into(),
            tiers: 3,
            group_code: "NCC".into(),
            amount_dong: 1_500_000,
            paid_dong: 0,
            recovering_dong: 0,
            pay_state: "not_paid".into(),
            reason_code: "away".into(),
            entries: 2,
            last_day: Some(first.business_day),
        };
        (stated, vec![first, second])
    }

    #[test]
    fn a_sound_ledger_has_no_fault_and_any_altered_field_is_found() {
        let (stated, entries) = paid_and_returned();
        assert_eq!(faults(&stated, &entries), (vec![], 0));
        let alterations: [fn(&mut FullEntry); 8] = [
            |e| e.note = "khác".into(),
            |e| e.channel = "bank".into(),
            |e| e.recorded_by = Uuid::from_u128(4),
            |e| e.recorded_at += chrono::Duration::microseconds(1),
            |e| e.business_day = e.business_day.pred_opt().unwrap(),
            |e| e.proxy_name = "Ai đó".into(),
            |e| e.id = Uuid::from_u128(77),
            |e| e.chain_sha256 = String::new(),
        ];
        for (n, alter) in alterations.iter().enumerate() {
            let mut forged = entries.clone();
            alter(&mut forged[0]);
            assert!(!faults(&stated, &forged).0.is_empty(), "alteration {n}");
        }
        let mut short = entries.clone();
        short.remove(0);
        assert!(!faults(&stated, &short).0.is_empty(), "a removed entry");
    }

    #[test]
    fn entries_older_than_sealing_are_counted_not_blamed() {
        let (stated, mut entries) = paid_and_returned();
        entries[0].chain_sha256 = String::new();
        entries[1].chain_sha256 = entries[1].seal("");
        assert_eq!(faults(&stated, &entries), (vec![], 1));
    }

    proptest! {
        #[test]
        fn parts_add_up_to_the_sum(amount in -1_000_000_000_000_000..1_000_000_000_000_000_i64, a in 0..=100_i32, b in 0..=100_i32) {
            let b = b.min(100 - a);
            let parts = split(amount, &[a, b, 100 - a - b]);
            prop_assert_eq!(parts.iter().sum::<i64>(), amount);
            prop_assert!(parts.iter().all(|part| part.signum() * amount.signum() >= 0));
        }
    }
}
