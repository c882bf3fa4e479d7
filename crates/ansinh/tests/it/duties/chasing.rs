//! Đôn đốc: who is silent, reminding, excusing, whom to call.

use axum::http::StatusCode;
use uuid::Uuid;

use super::{deed, people, send_report};
use crate::on_both;
use crate::payments::fixture::{SON_KIM, pay, values};
use crate::support::{TestApp, units_day};

/// A commune of another district.
fn elsewhere(t: &TestApp) -> String {
    t.app.areas.communes_of("440", units_day())[0].code.clone()
}

async fn a_district_sees_who_is_silent_and_reminds(t: TestApp) {
    let ids = people(&t, SON_KIM, 2).await;
    people(&t, "18199", 1).await;
    let other = elsewhere(&t);
    people(&t, &other, 1).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..1]).await;
    t.set_local("2020-05-15T17:31");
    let mut chief = t.sign_in("h439").await;
    let board = chief.get("/don-doc").await.page();
    assert!(board.contains("2 xã chưa báo cáo chi trả hôm nay"), "{board}");
    assert!(
        board.contains("Ghi dở, chưa gửi báo cáo") && board.contains("Chưa cập nhật"),
        "{board}"
    );
    assert!(!board.contains(&format!("/don-doc/{other}")), "another district's commune");
    let batch = values(&board, "ma")[0].clone();
    let fields = [("ma", batch.as_str()), ("tat_ca", "1"), ("loi_nhan", "gửi trước 18 giờ")];
    chief.post("/don-doc/nhac", &fields).await.goes_to();
    chief.post("/don-doc/nhac", &fields).await.goes_to();
    assert_eq!(
        t.number("SELECT COUNT(*) FROM duty_reminders").await,
        2,
        "pressed twice, sent once"
    );
    let board = chief.get("/don-doc").await.page();
    assert!(board.contains("đã nhắc 17 giờ 31"), "{board}");
    let mut clerk = t.sign_in("x18196").await;
    let home = clerk.get("/viec").await.page();
    let words = "Huyện Hương Sơn nhắc lúc 17 giờ 31: gửi báo cáo chi trả ngày 15/5/2020. “gửi trước 18 giờ”";
    assert!(home.contains(words), "{home}");
    send_report(&mut clerk, "2020-05-15", &[("ly_do", "quên")]).await.goes_to();
    let home = clerk.get("/viec").await.page();
    assert!(!home.contains("nhắc lúc 17 giờ 31"), "what is done is not asked for: {home}");
    let second = Uuid::from_u128(3).to_string();
    let none = [("ma", second.as_str()), ("chon", SON_KIM)];
    chief.post("/don-doc/nhac", &none).await.goes_to();
    assert!(chief.get("/don-doc").await.page().contains("không cần nhắc"));
    let forged = [("ma", batch.as_str()), ("chon", other.as_str())];
    assert_eq!(chief.post("/don-doc/nhac", &forged).await.status, StatusCode::NOT_FOUND);
    assert_eq!(chief.get(&format!("/don-doc/{other}")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(chief.get("/don-doc?huyen=440").await.status, StatusCode::NOT_FOUND);
    for address in ["/don-doc/18199", "/don-doc/18199/lich-su.csv"] {
        assert_eq!(clerk.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
}
on_both!(a_district_sees_who_is_silent_and_reminds);

async fn days_of_silence_are_counted_and_rise_to_the_province(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    people(&t, "18199", 1).await;
    t.set_local("2020-05-18T10:00");
    let mut diligent = t.sign_in("x18199").await;
    send_report(&mut diligent, "2020-05-18", &[]).await.goes_to();
    t.set_local("2020-05-19T17:30");
    let mut chief = t.sign_in("h439").await;
    let board = chief.get("/don-doc").await.page();
    assert!(board.contains("3 ngày liền, từ 15/5/2020"), "{board}");
    let mut province = t.sign_in("tinh42").await;
    let board = province.get("/don-doc").await.page();
    assert!(board.contains("2 xã chưa báo cáo chi trả hôm nay"), "{board}");
    assert!(board.contains("1 xã không gửi báo cáo từ 3 ngày làm việc liền"), "{board}");
    assert!(board.contains("href=\"/don-doc/18196\""), "{board}");
    assert!(!board.contains("href=\"/don-doc/18199\""), "one day is the district's matter");
    let batch = Uuid::from_u128(4).to_string();
    let fields = [("ma", batch.as_str()), ("tat_ca", "1")];
    province.post("/don-doc/nhac", &fields).await.goes_to();
    let reminded = "SELECT COUNT(*) FROM duty_reminders WHERE commune_code = '18196'";
    assert_eq!(t.number(reminded).await, 1, "all that the board names, and nobody else");
    assert_eq!(t.number("SELECT COUNT(*) FROM duty_reminders").await, 1);
    let district = province.get("/don-doc?huyen=439").await.page();
    assert!(district.contains("href=\"/don-doc/18199\""), "{district}");
    for bad in [
        "/don-doc?huyen=999",
        "/don-doc?huyen=%00",
        "/don-doc?huyen=18196",
        "/don-doc/x",
        "/don-doc/%00",
    ] {
        assert_eq!(province.get(bad).await.status, StatusCode::NOT_FOUND, "{bad}");
    }
}
on_both!(days_of_silence_are_counted_and_rise_to_the_province);

async fn a_day_is_let_off_with_a_reason_and_the_excuse_can_be_taken_back(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    t.set_local("2020-05-18T09:00");
    let mut chief = t.sign_in("h439").await;
    for (day, reason, says) in [
        ("15/5/2020", "", "Ghi lý do miễn"),
        ("16/5/2020", "lũ", "ngày nghỉ"),
        ("15/5/2010", "lũ", "quá 60 ngày"),
        ("\0", "lũ", "không đọc được"),
    ] {
        let fields = [("mien_ngay", day), ("mien_ly_do", reason)];
        let answer = deed(&mut chief, SON_KIM, "mien", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{says}");
        assert!(answer.body.contains(says), "{says}: {}", answer.body);
    }
    let fields = [("mien_ngay", "15/5/2020"), ("mien_ly_do", "=mất điện cả xã")];
    deed(&mut chief, SON_KIM, "mien", &fields).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let home = clerk.get("/viec").await.page();
    assert!(!home.contains("Gửi báo cáo ngày 15/5/2020"), "{home}");
    let file = clerk.get("/don-doc/18196/lich-su.csv").await;
    assert!(file.content_type.starts_with("text/csv"));
    assert!(
        file.body.contains("Được miễn") && file.body.contains("mất điện cả xã"),
        "{}",
        file.body
    );
    assert!(!file.body.contains(",=mất"), "no cell becomes a formula: {}", file.body);
    let again = deed(&mut chief, SON_KIM, "mien", &fields).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.body.contains("đã được Huyện Hương Sơn miễn lúc 9 giờ 00"), "{}", again.body);
    let page = chief.get("/don-doc/18196").await.page();
    let id = values(&page, "mien")[0].clone();
    deed(&mut chief, SON_KIM, "bo-mien", &[("mien", &id), ("bo_ly_do", "")]).await.goes_to();
    assert!(chief.get("/don-doc/18196").await.page().contains("Ghi lý do bỏ miễn"));
    let fields = [("mien", id.as_str()), ("bo_ly_do", "xã có điện cả ngày")];
    deed(&mut chief, SON_KIM, "bo-mien", &fields).await.goes_to();
    let twice = deed(&mut chief, SON_KIM, "bo-mien", &fields).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    let page = chief.get("/don-doc/18196").await.page();
    assert!(
        page.contains("xã có điện cả ngày"),
        "what was taken back stays in the history: {page}"
    );
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("Gửi báo cáo ngày 15/5/2020"), "owed again: {home}");
    for username in ["x18196", "tinh42"] {
        let mut officer = t.sign_in(username).await;
        officer.get("/viec").await.page();
        let fields = [("mien_ngay", "18/5/2020"), ("mien_ly_do", "lũ")];
        let answer = officer.post("/don-doc/18196/mien", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{username}");
    }
}
on_both!(a_day_is_let_off_with_a_reason_and_the_excuse_can_be_taken_back);

async fn of_two_officers_excusing_at_the_same_instant_one_is_told_who_was_first(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    t.set_local("2020-05-29T09:00");
    let mut here = t.sign_in("h439").await;
    let mut there = t.sign_in("h439").await;
    for client in [&mut here, &mut there] {
        client.get("/don-doc/18196").await.page();
    }
    for day in ["18/5/2020", "19/5/2020", "20/5/2020", "21/5/2020", "22/5/2020", "25/5/2020"] {
        let fields = [("mien_ngay", day), ("mien_ly_do", "lũ")];
        let (one, other) = tokio::join!(
            here.post("/don-doc/18196/mien", &fields),
            there.post("/don-doc/18196/mien", &fields)
        );
        let mut statuses = [one.status, other.status];
        statuses.sort();
        assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::UNPROCESSABLE_ENTITY], "{day}");
        let told = if one.status == StatusCode::SEE_OTHER { other } else { one };
        assert!(
            told.body.contains("đã được Huyện Hương Sơn miễn lúc 9 giờ 00: lũ"),
            "{}",
            told.body
        );
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM duty_excuses").await, 6);
}
on_both!(of_two_officers_excusing_at_the_same_instant_one_is_told_who_was_first);

async fn whom_to_call_is_kept_by_the_unit_or_above_and_nobody_overwrites_unseen(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    let mut clerk = t.sign_in("x18196").await;
    let mut chief = t.sign_in("h439").await;
    let fields = [("ban", "0"), ("ten", "Phan Thị Lệ"), ("dien_thoai", "0239 387 0101")];
    deed(&mut clerk, SON_KIM, "lien-he", &fields).await.goes_to();
    let board = chief.get("/don-doc").await.page();
    assert!(board.contains("Phan Thị Lệ") && board.contains("tel:02393870101"), "{board}");
    let stale = [("ban", "0"), ("ten", "Trần Văn Hòa"), ("dien_thoai", "0912345678")];
    let answer = deed(&mut chief, SON_KIM, "lien-he", &stale).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("Người khác vừa sửa") && answer.body.contains("Trần Văn Hòa"));
    let seen = [("ban", "1"), stale[1], stale[2]];
    deed(&mut chief, SON_KIM, "lien-he", &seen).await.goes_to();
    assert!(chief.get("/don-doc").await.page().contains("Trần Văn Hòa"));
    for (name, phone) in [("", "0912345678"), ("A", "113"), ("A", "\0"), ("A", "-1")] {
        let fields = [("ban", "2"), ("ten", name), ("dien_thoai", phone)];
        let answer = deed(&mut clerk, SON_KIM, "lien-he", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {phone}");
    }
    let detail = "SELECT COUNT(*) FROM audit_entries WHERE detail LIKE '%0912345678%'";
    assert_eq!(t.number(detail).await, 0, "no telephone in the record");
    let mut neighbour = t.sign_in("x18199").await;
    neighbour.get("/viec").await.page();
    let answer = neighbour.post("/don-doc/18196/lien-he", &seen).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
}
on_both!(whom_to_call_is_kept_by_the_unit_or_above_and_nobody_overwrites_unseen);

async fn the_board_of_an_empty_district_is_calm(t: TestApp) {
    let board = t.sign_in("h440").await.get("/don-doc").await.page();
    assert!(board.contains("Không xã nào phải báo cáo chi trả hôm nay"), "{board}");
    t.set_local("2020-05-16T09:00");
    let board = t.sign_in("h439").await.get("/don-doc").await.page();
    assert!(board.contains("Hôm nay là ngày nghỉ"), "{board}");
    let home = t.sign_in("x18196").await.get("/don-doc").await.goes_to();
    assert_eq!(home, "/don-doc/18196");
}
on_both!(the_board_of_an_empty_district_is_calm);
