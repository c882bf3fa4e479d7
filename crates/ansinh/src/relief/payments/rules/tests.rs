//! The stack of entries, percentages, fingerprints.

use chrono::NaiveDate;
use proptest::prelude::*;

use super::super::reasons::Reasons;
use super::*;
use crate::relief::payments::types::Channel;

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2020, 6, 19).unwrap()
}

fn claim(paid: i64, state: PayState) -> Claim {
    Claim {
        id: Uuid::from_u128(1),
        province_code: "42".into(),
        district_code: "439".into(),
        commune_code: "18196".into(),
        tiers: 3,
        group_code: "NCC".into(),
        programme_code: "NQ42".into(),
        decision_id: Uuid::from_u128(2),
        decision_number: "1502/QĐ-UBND".into(),
        decided_on: NaiveDate::from_ymd_opt(2020, 5, 18).unwrap(),
        monthly_dong: 500_000,
        months: 3,
        people: 1,
        amount_dong: 1_500_000,
        paid_dong: paid,
        pay_state: state.code().into(),
        reason_code: String::new(),
        entries: 0,
        recovering_dong: 0,
        state: "approved".into(),
        hold: String::new(),
        entry_state: "listed".into(),
        last_day: None,
        full_name: "Hồ Thanh Bình".into(),
        birth_year: Some(1964),
        id_number: None,
        entry_id: Uuid::nil(),
        hamlet: String::new(),
        address: String::new(),
        household_head: None,
    }
}

fn entry(order: &Order, change: &Change, seq: i32) -> LedgerEntry {
    LedgerEntry {
        id: order.act_id,
        entitlement_id: order.entitlement_id,
        seq,
        kind: change.kind.code().into(),
        amount_dong: change.amount,
        channel: String::new(),
        payee: String::new(),
        proxy_name: String::new(),
        proxy_paper: String::new(),
        proxy_relation: String::new(),
        proxy_day: None,
        reason_code: match &order.deed {
            Deed::NotPaid { reason } | Deed::Return { reason, .. } => reason.code().into(),
            _ => String::new(),
        },
        note: order.note.clone(),
        reverses_id: match order.deed {
            Deed::Reverse { entry_id } => Some(entry_id),
            _ => None,
        },
        business_day: order.business_day,
        recorded_by: Uuid::nil(),
        recorded_at: chrono::DateTime::UNIX_EPOCH,
        body_sha256: fingerprint(order),
        chain_sha256: String::new(),
    }
}

fn order(act: u128, deed: Deed) -> Order {
    Order {
        act_id: Uuid::from_u128(act),
        entitlement_id: Uuid::from_u128(1),
        deed,
        business_day: day(),
        note: "ghi chú".into(),
    }
}

fn pay(amount: i64) -> Deed {
    Deed::Pay { amount, channel: Channel::Cash, payee: Payee::Person }
}

#[test]
fn percentages_are_truncated_and_only_all_is_a_hundred() {
    assert_eq!(percent(21_648, 22_913), "94,4 %");
    assert_eq!(percent(9_999, 10_000), "99,9 %");
    assert_eq!(percent(10_000, 10_000), "100 %");
    assert_eq!(percent(0, 0), "0,0 %");
    assert_eq!(percent(1, 3), "33,3 %");
    assert_eq!(percent(i64::MAX - 1, i64::MAX), "99,9 %");
}

fn reasons() -> Vec<Reason> {
    Reasons::new(std::iter::empty()).unwrap().offered().cloned().collect()
}

#[test]
fn every_word_of_an_order_is_in_its_fingerprint() {
    let first = order(1, pay(1_500_000));
    let proxy =
        Payee::Proxy { name: "A".into(), paper: "B".into(), relation: String::new(), day: None };
    let others = [
        order(1, pay(1_500_001)),
        order(1, Deed::Pay { amount: 1_500_000, channel: Channel::Bank, payee: Payee::Person }),
        order(1, Deed::Pay { amount: 1_500_000, channel: Channel::Cash, payee: proxy }),
        order(1, Deed::NotPaid { reason: reasons()[0].clone() }),
        order(1, Deed::Return { amount: 1_500_000, reason: reasons()[0].clone() }),
        order(1, Deed::Reverse { entry_id: Uuid::nil() }),
        Order { note: String::new(), ..first.clone() },
        Order { business_day: day().pred_opt().unwrap(), ..first.clone() },
        Order { entitlement_id: Uuid::from_u128(9), ..first.clone() },
    ];
    for other in others {
        assert_ne!(fingerprint(&other), fingerprint(&first), "{other:?}");
    }
    // The id names the act; it is not part of what is ordered.
    assert_eq!(
        fingerprint(&Order { act_id: Uuid::from_u128(5), ..first.clone() }),
        fingerprint(&first)
    );
}

#[test]
fn a_member_of_a_household_is_paid_through_the_head() {
    let member = claim(0, PayState::Member);
    let refusal = judge(&order(1, pay(1_500_000)), &member, &[], &HashMap::new(), day());
    let Err(Outcome::Refused { what, .. }) = refusal else { panic!("{refusal:?}") };
    assert!(what.contains("chi qua chủ hộ"), "{what}");
}

proptest! {
    /// Whatever is ordered in whatever order: the paid sum stays 0 or the whole amount, the state is
    /// what the topmost entry says, and an accepted order is a step of the stack.
    #[test]
    fn random_orders_keep_the_stack(acts in proptest::collection::vec((0u8..5, 0usize..7, 0usize..6), 0..40)) {
        let mut ledger: Vec<LedgerEntry> = Vec::new();
        let mut stack: Vec<PayState> = Vec::new();
        for (at, (kind, reason, target)) in acts.into_iter().enumerate() {
            let now = standing(&ledger);
            let reason = reasons()[reason].clone();
            let deed = match kind {
                0 | 1 => pay(1_500_000),
                2 => Deed::NotPaid { reason },
                3 => Deed::Return { amount: 1_500_000, reason },
                _ => Deed::Reverse {
                    entry_id: ledger.iter().rev().nth(target).map_or(Uuid::nil(), |e| e.id),
                },
            };
            let order = order(at as u128 + 10, deed);
            let claim = claim(now.paid_dong, now.state);
            let Ok(change) = judge(&order, &claim, &ledger, &HashMap::new(), day()) else { continue };
            match change.kind {
                EntryKind::Paid => stack.push(PayState::Paid),
                EntryKind::NotPaid | EntryKind::Returned => stack.push(PayState::NotPaid),
                EntryKind::Reversal => { stack.pop(); }
            }
            ledger.push(entry(&order, &change, at as i32 + 1));
            let after = standing(&ledger);
            prop_assert_eq!(after.state, change.state);
            prop_assert_eq!(&after.reason, &change.reason);
            prop_assert_eq!(after.state, stack.last().copied().unwrap_or(PayState::Unpaid));
            let expected = if after.state == PayState::Paid { 1_500_000 } else { 0 };
            prop_assert_eq!(after.paid_dong, expected);
        }
    }
}
