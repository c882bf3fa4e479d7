//! Two sessions press the button at the same instant.

use super::fixture::*;
use crate::on_both;
use crate::support::TestApp;

async fn of_two_payments_at_the_same_instant_one_is_refused_and_names_the_other(t: TestApp) {
    let people: Vec<Someone> = (0..20).map(|n| someone(&format!("Hồ Thị {n}"), "")).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut here = t.sign_in("x18196").await;
    let mut there = t.sign_in("x18196").await;
    for id in &ids {
        let first = pay_form(&mut here, &[*id]).await;
        let second = pay_form(&mut there, &[*id]).await;
        let (one, other) =
            tokio::join!(send(&mut here, &first, &[]), send(&mut there, &second, &[]));
        let pages = [one.page(), other.page()];
        let paid = pages.iter().filter(|page| page.contains("Đã ghi 1 khoản đã chi")).count();
        assert_eq!(paid, 1, "{pages:?}");
        let refused = pages.iter().find(|page| page.contains("đã được chi")).unwrap();
        assert!(refused.contains("1.500.000 đồng (tiền mặt), ngày chi 15/5/2020"), "{refused}");
    }
    assert_eq!(
        t.number("SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements").await,
        20 * 1_500_000
    );
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 20);
    ledger_is_sound(&t).await;
}
on_both!(of_two_payments_at_the_same_instant_one_is_refused_and_names_the_other);

async fn the_same_form_sent_twice_at_the_same_instant_writes_once(t: TestApp) {
    let people: Vec<Someone> = (0..10).map(|n| someone(&format!("Hồ Thị {n}"), "")).collect();
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let mut here = t.sign_in("x18196").await;
    let mut there = t.sign_in("x18196").await;
    there.get("/doi-mat-khau").await.page();
    for id in &ids {
        let form = pay_form(&mut here, &[*id]).await;
        let (one, other) = tokio::join!(send(&mut here, &form, &[]), send(&mut there, &form, &[]));
        let pages = [one.page(), other.page()];
        assert_eq!(pages.iter().filter(|page| page.contains("Đã ghi 1 khoản")).count(), 1);
        assert_eq!(pages.iter().filter(|page| page.contains("đã ghi từ trước")).count(), 1);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 10);
    ledger_is_sound(&t).await;
}
on_both!(the_same_form_sent_twice_at_the_same_instant_writes_once);
