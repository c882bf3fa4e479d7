//! The book of a day closes, and is opened again in the open.

use axum::http::StatusCode;
use chrono::Duration;

use super::{deed, people};
use crate::on_both;
use crate::payments::fixture::{SON_KIM, ledger_is_sound, not_paid, pay_form, send};
use crate::support::TestApp;

async fn what_comes_after_closing_is_taken_with_a_reason_and_marked_late(t: TestApp) {
    let ids = people(&t, SON_KIM, 3).await;
    t.set_local("2020-05-15T17:29");
    t.pass(Duration::seconds(59));
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids[..1]).await;
    send(&mut clerk, &tokens, &[]).await.page();
    let tokens = pay_form(&mut clerk, &ids[1..2]).await;
    t.pass(Duration::seconds(1));
    let refused = send(&mut clerk, &tokens, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = "Sổ ngày 15/5/2020 đã khóa lúc 17 giờ 30: ghi rõ vì sao ghi muộn.";
    assert!(refused.body.contains(words), "{}", refused.body);
    let refused = not_paid(&mut clerk, &ids[2..], "away", "  ").await;
    assert!(refused.body.contains(words), "{}", refused.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 1);
    let reason = [("ghi_chu", "bưu điện báo muộn")];
    let page = send(&mut clerk, &tokens, &reason).await.page();
    assert!(page.contains("Đã ghi 1 khoản đã chi"), "{page}");
    let page = send(&mut clerk, &tokens, &reason).await.page();
    assert!(page.contains("đã ghi từ trước"), "the same act is answered for ever: {page}");
    not_paid(&mut clerk, &ids[2..], "away", "trưởng thôn báo tối").await.page();
    assert_eq!(t.number("SELECT COUNT(*) FROM late_entries WHERE reopening_id IS NULL").await, 2);
    let page = t.sign_in("h439").await.get("/don-doc/18196").await.page();
    assert!(page.contains("bưu điện báo muộn") && page.contains("Ghi trễ"), "{page}");
    t.set_local("2020-05-18T08:00");
    let mut clerk = t.sign_in("x18196").await;
    pay_form(&mut clerk, &ids[2..]).await;
    ledger_is_sound(&t).await;
}
on_both!(what_comes_after_closing_is_taken_with_a_reason_and_marked_late);

async fn midnight_opens_a_new_book_and_leaves_the_old_one_closed(t: TestApp) {
    let ids = people(&t, SON_KIM, 2).await;
    t.set_local("2020-05-18T23:59");
    t.pass(Duration::seconds(59));
    let mut clerk = t.sign_in("x18196").await;
    let tokens = pay_form(&mut clerk, &ids[..1]).await;
    assert_eq!(send(&mut clerk, &tokens, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    t.pass(Duration::seconds(1));
    let day = [("ngay", "19/5/2020")];
    let page = send(&mut clerk, &tokens, &day).await.page();
    assert!(page.contains("Đã ghi 1 khoản đã chi"), "a new day's book is open: {page}");
    let tokens = pay_form(&mut clerk, &ids[1..]).await;
    let day = [("ngay", "18/5/2020")];
    let refused = send(&mut clerk, &tokens, &day).await;
    assert!(refused.body.contains("Sổ ngày 18/5/2020 đã khóa"), "{}", refused.body);
    // A clock that is set back by two hours is midnight's other side again, and changes no mark.
    t.pass(Duration::hours(-2));
    let refused = send(&mut clerk, &tokens, &day).await;
    assert!(refused.body.contains("Sổ ngày 18/5/2020 đã khóa"), "{}", refused.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM late_entries").await, 0);
}
on_both!(midnight_opens_a_new_book_and_leaves_the_old_one_closed);

async fn a_district_opens_a_book_again_in_the_open_until_its_hour(t: TestApp) {
    let ids = people(&t, SON_KIM, 4).await;
    t.set_local("2020-05-18T09:00");
    let mut chief = t.sign_in("h439").await;
    let fields =
        [("mo_ngay", "15/5/2020"), ("mo_ly_do", "xã mất mạng chiều thứ Sáu"), ("den_gio", "9h30")];
    deed(&mut chief, SON_KIM, "mo-so", &fields).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("Huyện Hương Sơn đã mở lại sổ ngày 15/5/2020 đến 9 giờ 30"), "{home}");
    assert!(home.contains("xã mất mạng chiều thứ Sáu"), "{home}");
    let day = [("ngay", "15/5/2020")];
    let tokens = pay_form(&mut clerk, &ids[..1]).await;
    let page = send(&mut clerk, &tokens, &day).await.page();
    assert!(page.contains("Đã ghi 1 khoản đã chi"), "no reason is asked: {page}");
    assert_eq!(
        t.number("SELECT COUNT(*) FROM late_entries WHERE reopening_id IS NOT NULL").await,
        1
    );
    let mut province = t.sign_in("tinh42").await;
    let board = province.get("/don-doc").await.page();
    assert!(board.contains("sổ ngày 15/5/2020 mở lại đến 9 giờ 30"), "{board}");
    let page = province.get("/don-doc/18196").await.page();
    assert!(page.contains("Ghi khi mở lại sổ") && page.contains("đang mở"), "{page}");

    let again = deed(&mut chief, SON_KIM, "mo-so", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("đã được Huyện Hương Sơn mở lại lúc 9 giờ 00, đến 9 giờ 30"));
    let page = chief.get("/don-doc/18196").await.page();
    let id = crate::payments::fixture::values(&page, "lan_mo")[0].clone();
    deed(&mut chief, SON_KIM, "khoa-so", &[("lan_mo", &id)]).await.goes_to();
    let twice = deed(&mut chief, SON_KIM, "khoa-so", &[("lan_mo", &id)]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let tokens = pay_form(&mut clerk, &ids[1..2]).await;
    let refused = send(&mut clerk, &tokens, &day).await;
    assert!(refused.body.contains("Sổ ngày 15/5/2020 đã khóa"), "{}", refused.body);

    deed(&mut chief, SON_KIM, "mo-so", &fields).await.goes_to();
    send(&mut clerk, &tokens, &day).await.page();
    t.set_local("2020-05-18T09:30");
    let tokens = pay_form(&mut clerk, &ids[2..3]).await;
    let refused = send(&mut clerk, &tokens, &day).await;
    assert!(refused.body.contains("Sổ ngày 15/5/2020 đã khóa"), "its hour has come");
    let later = [fields[0], fields[1], ("den_gio", "10 giờ")];
    deed(&mut chief, SON_KIM, "mo-so", &later).await.goes_to();
    let page = chief.get("/don-doc/18196").await.page();
    assert!(page.contains("Huyện Hương Sơn khóa lại lúc 9 giờ 00"), "{page}");
    assert!(page.contains("tự khóa lúc 9 giờ 30") && page.contains("đang mở"), "{page}");
    ledger_is_sound(&t).await;
}
on_both!(a_district_opens_a_book_again_in_the_open_until_its_hour);

async fn only_the_level_above_opens_a_book_and_only_a_closed_one(t: TestApp) {
    t.set_local("2020-05-18T09:00");
    let good = [("mo_ngay", "15/5/2020"), ("mo_ly_do", "mất mạng"), ("den_gio", "11:00")];
    for (username, status) in [
        ("x18196", StatusCode::UNPROCESSABLE_ENTITY),
        ("tinh42", StatusCode::UNPROCESSABLE_ENTITY),
        ("h440", StatusCode::NOT_FOUND),
    ] {
        let mut officer = t.sign_in(username).await;
        officer.get("/viec").await.page();
        let answer = officer.post("/don-doc/18196/mo-so", &good).await;
        assert_eq!(answer.status, status, "{username}: {}", answer.body);
    }
    let mut chief = t.sign_in("h439").await;
    let long = "x".repeat(5_000);
    for (day, reason, hour, until, says) in [
        ("18/5/2020", "mất mạng", "18:00", "", "chưa khóa"),
        ("15/5/2020", "mất mạng", "8:59", "", "đã qua"),
        ("15/5/2020", "mất mạng", "11:00", "30/5/2020", "nhiều nhất 7 ngày"),
        ("15/5/2020", "", "11:00", "", "Ghi lý do mở lại sổ"),
        ("15/5/2020", &long, "11:00", "", "Lý do dài quá 300 ký tự"),
        ("15/5/2020", "mất mạng", "25:00", "", "Ghi giờ sổ tự khóa lại"),
        ("mai", "mất mạng", "11:00", "\0", "Ngày không đọc được"),
    ] {
        let fields =
            [("mo_ngay", day), ("mo_ly_do", reason), ("den_gio", hour), ("den_ngay", until)];
        let answer = deed(&mut chief, SON_KIM, "mo-so", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(answer.body.contains(says), "{says}: {}", answer.body);
        assert!(answer.body.contains("Có 1 chỗ cần sửa") || answer.body.contains("Có 2 chỗ"));
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM day_reopenings").await, 0);
    let answer = deed(&mut chief, SON_KIM, "khoa-so", &[("lan_mo", "x")]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
}
on_both!(only_the_level_above_opens_a_book_and_only_a_closed_one);

async fn of_two_officers_opening_at_the_same_instant_one_is_told_who_was_first(t: TestApp) {
    t.set_local("2020-05-29T09:00");
    let mut here = t.sign_in("h439").await;
    let mut there = t.sign_in("h439").await;
    for client in [&mut here, &mut there] {
        client.get("/don-doc/18196").await.page();
    }
    let days: Vec<String> = (4..24).map(|day| format!("{day}/5/2020")).collect();
    for day in &days {
        let fields = [("mo_ngay", day.as_str()), ("mo_ly_do", "mất mạng"), ("den_gio", "11:00")];
        let (one, other) = tokio::join!(
            here.post("/don-doc/18196/mo-so", &fields),
            there.post("/don-doc/18196/mo-so", &fields)
        );
        let refused: Vec<_> = [one, other]
            .into_iter()
            .filter(|answer| answer.status == StatusCode::UNPROCESSABLE_ENTITY)
            .collect();
        assert_eq!(refused.len(), 1, "{day}");
        assert!(refused[0].body.contains("đã được Huyện Hương Sơn mở lại lúc 9 giờ 00"), "{day}");
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM day_reopenings").await, 20);
}
on_both!(of_two_officers_opening_at_the_same_instant_one_is_told_who_was_first);

async fn an_entry_and_the_closing_of_its_book_at_the_same_instant_leave_no_unmarked_entry(
    t: TestApp,
) {
    let ids = people(&t, SON_KIM, 12).await;
    t.set_local("2020-05-18T09:00");
    let mut chief = t.sign_in("h439").await;
    let mut clerk = t.sign_in("x18196").await;
    for id in &ids {
        let fields = [("mo_ngay", "15/5/2020"), ("mo_ly_do", "mất mạng"), ("den_gio", "11:00")];
        deed(&mut chief, SON_KIM, "mo-so", &fields).await.goes_to();
        let page = chief.get("/don-doc/18196").await.page();
        let opening = crate::payments::fixture::values(&page, "lan_mo")[0].clone();
        let tokens = pay_form(&mut clerk, &[*id]).await;
        let fields = [("lan_mo", opening.as_str())];
        let (_, closed) = tokio::join!(
            send(&mut clerk, &tokens, &[("ngay", "15/5/2020")]),
            chief.post("/don-doc/18196/khoa-so", &fields)
        );
        closed.goes_to();
    }
    let entries = t.number("SELECT COUNT(*) FROM payment_entries").await;
    let marked = t.number("SELECT COUNT(*) FROM late_entries WHERE reopening_id IS NOT NULL").await;
    assert_eq!(entries, marked, "every entry for the closed day knows by which opening");
}
on_both!(an_entry_and_the_closing_of_its_book_at_the_same_instant_leave_no_unmarked_entry);
