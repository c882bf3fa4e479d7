//! The help desk for units, and the days that each kind has.

use super::{deed, first_of};
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
