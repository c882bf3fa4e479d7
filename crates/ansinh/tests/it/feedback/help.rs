//! The help desk for units, and the days that each kind has.

use super::{QUESTION, ask, deed, first_of};
use crate::on_both;
use crate::payments::fixture::values;
use crate::support::TestApp;

async fn a_unit_asks_above_and_the_answer_helps_all(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let form = clerk.get("/y-kien/hoi-cap-tren").await.page();
    assert!(form.contains("UBND huyện Hương Sơn"), "{form}");
    let act = values(&form, "ma")[0].clone();
    let short = clerk.post("/y-kien/hoi-cap-tren", &[("ma", &act), ("noi_dung", "?")]).await;
    assert!(short.body.contains("Viết rõ điều vướng mắc"), "{}", short.body);
    let fields = [("ma", act.as_str()), ("noi_dung", "Người chết sau khi duyệt thì chi cho ai?")];
    let address = clerk.post("/y-kien/hoi-cap-tren", &fields).await.goes_to();
    assert_eq!(
        clerk.post("/y-kien/hoi-cap-tren", &fields).await.goes_to(),
        address,
        "pressed twice"
    );
    let mut district = t.sign_in("h439").await;
    assert!(district.get("/viec").await.page().contains("Trả lời 1 câu hỏi"));
    let up = [("don_vi", ":"), ("ly_do_chuyen", "Cần Sở hướng dẫn")];
    deed(&mut district, &address, "chuyen", &up).await.goes_to();
    let mut province = t.sign_in("tinh42").await;
    assert_eq!(first_of(&mut province, "/y-kien?loai=tro-giup").await, address);
    let answer = [("tra_loi", "Dừng chi, ghi lý do đã chết, chờ hướng dẫn về người thừa kế.")];
    deed(&mut province, &address, "tra-loi", &answer).await.goes_to();
    assert!(clerk.get(&address).await.page().contains("chờ hướng dẫn về người thừa kế"));
    let publish = format!("{address}/dang");
    let form = province.get(&publish).await.page();
    assert!(form.contains("value=\"can-bo\" checked"), "help is for officers first: {form}");
    let fields = [
        ("ma", "0190c6a0-0000-7000-8000-000000000005"),
        ("cau_hoi", "Người hưởng chết sau khi được duyệt thì chi cho ai?"),
        ("tra_loi", "Dừng chi, ghi lý do."),
        ("doi_tuong", "can-bo"),
    ];
    province.post(&publish, &fields).await.goes_to();
    let mut other = t.sign_in("x18172").await;
    assert!(
        other.get("/tro-giup?q=nguoi+huong+chet").await.page().contains("Dừng chi, ghi lý do.")
    );
    assert!(!t.visitor().get("/hoi-dap").await.page().contains("Dừng chi"), "not for everybody");
    assert!(province.get("/y-kien/hoi-cap-tren").await.status.is_client_error());
    // The asker may come back to it; nobody else writes in her name.
    let more =
        deed(&mut clerk, &address, "them", &[("loi", "Người thừa kế là con thì sao?")]).await;
    more.goes_to();
    assert!(province.get("/y-kien").await.page().contains(&address), "open again");
    let stranger = deed(&mut district, &address, "them", &[("loi", "chen vào")]).await;
    assert!(stranger.status.is_client_error(), "{}", stranger.body);
}
on_both!(a_unit_asks_above_and_the_answer_helps_all);

async fn the_province_sets_days_for_what_comes_tomorrow(t: TestApp) {
    let mut citizen = t.visitor();
    let mut province = t.sign_in("tinh42").await;
    province.get("/y-kien/thoi-han").await.page();
    let wrong = [("loai", "cau-hoi"), ("nhan", "-1"), ("tra_loi", "ba"), ("giu", "6")];
    let wrong = province.post("/y-kien/thoi-han", &wrong).await;
    for told in
        ["Có 3 chỗ cần sửa", "từ 0 đến 60", "từ 1 đến 90", "văn bản làm căn cứ", "value=\"ba\""]
    {
        assert!(wrong.body.contains(told), "{told}: {}", wrong.body);
    }
    let fields = |days: &'static str| {
        [
            ("loai", "cau-hoi"),
            ("nhan", "0"),
            ("tra_loi", days),
            ("giu", "6"),
            ("can_cu", "Quyết định 12/QĐ-UBND ngày 14/5/2020"),
        ]
    };
    // Twice on one day: the second stands.
    for days in ["4", "3"] {
        province.post("/y-kien/thoi-han", &fields(days)).await.goes_to();
    }
    let today = ask(&mut citizen, &QUESTION).await.page();
    assert!(today.contains("22/5/2020"), "today's rule: {today}");
    t.set_local("2020-05-18T08:00");
    let later = ask(&mut citizen, &QUESTION).await.page();
    assert!(later.contains("21/5/2020"), "three working days after Monday: {later}");
    let mut clerk = t.sign_in("x18196").await;
    let shown = clerk.get("/y-kien/thoi-han").await.page();
    assert!(shown.contains("12/QĐ-UBND") && !shown.contains("name=\"tra_loi\""), "{shown}");
    let denied = clerk.post("/y-kien/thoi-han", &fields("1")).await;
    assert!(denied.status.is_client_error(), "{}", denied.body);
    // What was to begin in 2026 still does.
    let data =
        [("loai", "du-lieu"), ("nhan", "1"), ("tra_loi", "9"), ("giu", "6"), ("can_cu", "x")];
    let mut province = t.sign_in("tinh42").await;
    province.get("/y-kien/thoi-han").await.page();
    province.post("/y-kien/thoi-han", &data).await.goes_to();
    t.set_local("2026-01-05T08:00");
    let mut clerk = t.sign_in("x18196").await;
    assert!(clerk.get("/y-kien/thoi-han").await.page().contains("356/2025"));
}
on_both!(the_province_sets_days_for_what_comes_tomorrow);

async fn each_kind_has_its_days_and_says_what_they_rest_on(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let now = clerk.get("/y-kien/thoi-han").await.page();
    assert!(now.contains("Luật Khiếu nại 2011") && now.contains("cần xác nhận"), "{now}");
    assert!(!now.contains("356/2025"), "{now}");
    t.set_local("2026-01-05T08:00");
    let mut clerk = t.sign_in("x18196").await;
    let later = clerk.get("/y-kien/thoi-han").await.page();
    assert!(later.contains("356/2025") && later.contains("2 ngày làm việc"), "{later}");
}
on_both!(each_kind_has_its_days_and_says_what_they_rest_on);
