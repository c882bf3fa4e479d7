//! The daily report.

use std::collections::HashMap;

use ansinh::config::Config;
use ansinh::database::Sql;
use ansinh::duties::{Became, Fulfilment, Kinds, Unit, fulfil, standing};
use ansinh::identity::act_as;
use ansinh::web::Error;
use axum::http::StatusCode;
use chrono::{Duration, NaiveDate};
use uuid::Uuid;

use super::{people, send_report};
use crate::on_both;
use crate::payments::fixture::{SON_KIM, pay, reverse, values};
use crate::support::TestApp;

async fn a_day_without_payments_is_reported_with_one_press(t: TestApp) {
    let ids = people(&t, SON_KIM, 2).await;
    t.pass(Duration::minutes(5));
    let mut clerk = t.sign_in("x18196").await;
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("Gửi: 0 khoản chi hôm nay"), "{home}");
    let act = values(&home, "ma")[0].clone();
    let press = [("ma", act.as_str()), ("ngay", "2020-05-15"), ("khong", "1")];
    assert_eq!(clerk.post("/viec/bao-cao", &press).await.goes_to(), "/viec");
    let home = clerk.get("/viec").await.page();
    assert!(
        home.contains("Đã gửi báo cáo ngày 15/5/2020 lúc 8 giờ 05 (đúng hạn): 0 khoản"),
        "{home}"
    );
    assert!(!home.contains("Gửi: 0 khoản chi hôm nay"), "{home}");
    assert_eq!(clerk.post("/viec/bao-cao", &press).await.goes_to(), "/viec");
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("đã gửi lúc 8 giờ 05, không gửi thêm"), "{home}");
    assert_eq!(t.number("SELECT COUNT(*) FROM duty_acts").await, 1);

    pay(&mut clerk, &ids[..1]).await;
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("Gửi lại báo cáo ngày 15/5/2020"), "{home}");
    let again = Uuid::from_u128(9).to_string();
    let press = [("ma", again.as_str()), ("ngay", "2020-05-15"), ("khong", "1")];
    let refused = clerk.post("/viec/bao-cao", &press).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("đã có 1 bút toán"), "{}", refused.body);
    let page = clerk.get("/viec/bao-cao").await.page();
    assert!(page.contains("1.500.000") && page.contains("Còn phải chi: <b>1 khoản"), "{page}");
    t.pass(Duration::minutes(1));
    send_report(&mut clerk, "2020-05-15", &[]).await.goes_to();
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("1 khoản đã chi, 1.500.000 đồng"), "{home}");
    assert!(!home.contains("Gửi lại báo cáo ngày"), "{home}");
    let page = clerk.get("/viec/bao-cao").await.page();
    assert!(page.contains("Bản đã gửi khớp với sổ") && page.contains("0 khoản"), "{page}");
}
on_both!(a_day_without_payments_is_reported_with_one_press);

async fn half_past_five_is_the_first_late_second(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    people(&t, "18199", 1).await;
    t.set_local("2020-05-15T17:29");
    t.pass(Duration::seconds(59));
    let mut early = t.sign_in("x18196").await;
    send_report(&mut early, "2020-05-15", &[]).await.goes_to();
    let mut late = t.sign_in("x18199").await;
    let page = late.get("/viec/bao-cao").await.page();
    assert!(!page.contains("name=\"ly_do\""), "{page}");
    let act = values(&page, "ma")[0].clone();
    t.pass(Duration::seconds(1));
    let mut fields = vec![("ma", act.as_str()), ("ngay", "2020-05-15")];
    let refused = late.post("/viec/bao-cao", &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Hạn gửi báo cáo ngày 15/5/2020 là 17 giờ 30: ghi rõ vì sao"));
    assert_eq!(values(&refused.body, "ma")[0], act, "the act id stays");
    fields.push(("ly_do", "mất điện cả xã"));
    late.post("/viec/bao-cao", &fields).await.goes_to();
    let mut chief = t.sign_in("h439").await;
    let board = chief.get("/don-doc").await.page();
    assert!(board.contains("Mọi xã đã báo cáo chi trả hôm nay"), "{board}");
    assert!(board.contains("Trễ, 17 giờ 30"), "{board}");
    let page = chief.get("/don-doc/18199").await.page();
    assert!(page.contains("mất điện cả xã"), "{page}");
    assert!(chief.get("/don-doc/18196").await.page().contains("Đúng hạn"));
}
on_both!(half_past_five_is_the_first_late_second);

async fn missed_days_wait_on_the_home_page_and_are_sent_late_with_a_reason(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    t.set_local("2020-05-19T09:00");
    let mut clerk = t.sign_in("x18196").await;
    let home = clerk.get("/viec").await.page();
    for day in ["15/5/2020", "18/5/2020", "19/5/2020"] {
        assert!(home.contains(&format!("Gửi báo cáo ngày {day}")), "{day}: {home}");
    }
    assert!(!home.contains("Gửi báo cáo ngày 16/5/2020"), "a Saturday is not owed");
    let refused = send_report(&mut clerk, "2020-05-18", &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    send_report(&mut clerk, "2020-05-18", &[("ly_do", "cán bộ đi tập huấn")]).await.goes_to();
    let own = clerk.get("/don-doc").await.goes_to();
    let page = clerk.get(&own).await.page();
    assert!(page.contains("0 đúng hạn, 1 trễ, 1 không gửi"), "{page}");
    assert!(page.contains("cán bộ đi tập huấn"), "{page}");
}
on_both!(missed_days_wait_on_the_home_page_and_are_sent_late_with_a_reason);

async fn a_commune_that_has_settled_everything_owes_no_more_until_something_is_undone(t: TestApp) {
    let ids = people(&t, SON_KIM, 1).await;
    t.pass(Duration::minutes(5));
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids).await;
    send_report(&mut clerk, "2020-05-15", &[]).await.goes_to();
    t.set_local("2020-05-19T09:00");
    let mut clerk = t.sign_in("x18196").await;
    let home = clerk.get("/viec").await.page();
    assert!(!home.contains("Gửi báo cáo ngày") && !home.contains("0 khoản chi"), "{home}");
    reverse(&mut clerk, ids[0], "ghi nhầm người").await.goes_to();
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("Gửi báo cáo ngày 19/5/2020"), "it owes again: {home}");
    assert!(!home.contains("Gửi báo cáo ngày 18/5/2020"), "but not for yesterday: {home}");
}
on_both!(a_commune_that_has_settled_everything_owes_no_more_until_something_is_undone);

async fn a_changed_closing_hour_holds_from_tomorrow_once_anything_was_judged(t: TestApp) {
    let db = &t.app.db;
    let config = |day_closes| Config { day_closes, ..Config::default() };
    let now = t.app.clock.now();
    let day = |d| NaiveDate::from_ymd_opt(2020, 5, d).unwrap();
    let kinds = Kinds::load(db, &config(960), now).await.unwrap();
    assert_eq!(kinds.closing_minute(day(14)), 960, "nothing was judged yet: it simply holds");
    Kinds::load(db, &Config::default(), now).await.unwrap();
    people(&t, SON_KIM, 1).await;
    let mut clerk = t.sign_in("x18196").await;
    send_report(&mut clerk, "2020-05-15", &[]).await.goes_to();
    let kinds = Kinds::load(db, &config(960), now).await.unwrap();
    assert_eq!((kinds.closing_minute(day(15)), kinds.closing_minute(day(16))), (1050, 960));
    let kinds = Kinds::load(db, &config(990), now).await.unwrap();
    assert_eq!((kinds.closing_minute(day(15)), kinds.closing_minute(day(16))), (1050, 990));
    assert_eq!(
        t.number("SELECT COUNT(*) FROM duty_kinds").await,
        2,
        "a version not begun is replaced"
    );
}
on_both!(a_changed_closing_hour_holds_from_tomorrow_once_anything_was_judged);

async fn another_room_brings_its_own_kind_of_duty(t: TestApp) {
    let weekly =
        "INSERT INTO duty_kinds (code, valid_from, name, period, owed_by, working_days_only,
        due_minute, escalate_after, legal_basis)
      VALUES ('bulletin', '2020-01-01', 'Bản tin tuần', 'week', 'commune', TRUE, 960, 2, 'thử')";
    t.app.db.read().change(weekly, vec![]).await.unwrap();
    let t = t.with_kinds().await;
    let app = &t.app;
    let clerk = act_as(&app.db, "x18196").await.unwrap().unwrap();
    let (unit, kinds) = (Unit::of(&clerk), &app.duties);
    assert_eq!(kinds.versions("bulletin").len(), 1);
    let day = |m, d| NaiveDate::from_ymd_opt(2020, m, d).unwrap();
    let starts = HashMap::from([(unit.clone(), vec![app.clock.now() - Duration::days(12)])]);
    let act = Fulfilment {
        id: Uuid::from_u128(77),
        unit: unit.clone(),
        period: day(5, 4),
        due_at: kinds.closes_at(day(5, 11)),
        acted_by: clerk.account_id,
        acted_at: app.clock.now() - Duration::days(7),
        reason: String::new(),
        ends_duty: false,
        resumed_at: None,
        detail: "{}".to_owned(),
    };
    app.db
        .run_tx::<_, Error, _, _>("test.fulfil", |tx| {
            let (act, clerk) = (&act, &clerk);
            async move {
                fulfil(&tx, clerk, "bulletin", act).await?;
                Ok((tx, ()))
            }
        })
        .await
        .unwrap();
    let span = (day(4, 27), day(5, 15));
    let days = standing(app, &clerk.scope, "bulletin", &starts, span).await.unwrap();
    let became: Vec<Option<Became>> = days[&unit].iter().map(|day| day.became).collect();
    // The week of 27/4 ends on Monday 4/5, that of 4/5 on Monday 11/5; this week is still open.
    assert_eq!(
        became,
        [Some(Became::Missed), Some(Became::Done(act.acted_at)), Some(Became::Open)]
    );
    let district = act_as(&app.db, "h440").await.unwrap().unwrap();
    let none = HashMap::new();
    let other = standing(app, &district.scope, "bulletin", &none, span).await.unwrap();
    assert!(other.is_empty(), "another district's acts are not there");
}
on_both!(another_room_brings_its_own_kind_of_duty);

async fn clumsy_and_hostile_reports_are_refused_in_words(t: TestApp) {
    people(&t, SON_KIM, 1).await;
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/viec").await.page();
    let act = Uuid::from_u128(5).to_string();
    let long = "dài ".repeat(3_000);
    for (day, act, reason) in [
        ("16/5/2020", act.as_str(), ""),
        ("2019-05-15", act.as_str(), "x"),
        ("31/2/2020", act.as_str(), ""),
        ("-1", act.as_str(), ""),
        ("\0", act.as_str(), ""),
        ("99999999-01-01", act.as_str(), ""),
        ("2020-05-15", "không phải mã", ""),
        ("2020-05-15", "", ""),
        ("2020-05-15", act.as_str(), long.as_str()),
    ] {
        let fields = [("ma", act), ("ngay", day), ("ly_do", reason)];
        let answer = clerk.post("/viec/bao-cao", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{day} {act}: {}", answer.body);
    }
    for address in
        ["/viec/bao-cao?ngay=%00", "/viec/bao-cao?ngay=mai", "/viec/bao-cao?ngay=1/1/2000"]
    {
        assert!(clerk.get(address).await.status.is_client_error(), "{address}");
    }
    let mut stranger = t.visitor();
    stranger.csrf = "x".to_owned();
    assert!(stranger.post("/viec/bao-cao", &[]).await.goes_to().starts_with("/dang-nhap"));
    let mut chief = t.sign_in("h439").await;
    chief.get("/viec").await.page();
    let fields = [("ma", act.as_str()), ("ngay", "2020-05-15")];
    let answer = chief.post("/viec/bao-cao", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "a district reports nothing");
    assert_eq!(t.number("SELECT COUNT(*) FROM duty_acts").await, 0);
}
on_both!(clumsy_and_hostile_reports_are_refused_in_words);
