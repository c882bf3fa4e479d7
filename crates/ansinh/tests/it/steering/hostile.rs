//! Strangers, clumsy hands and two at once.

use axum::http::StatusCode;
use uuid::Uuid;

use super::{PDF, TASK, first_task, give, issue, report};
use crate::feedback::deed;
use crate::identity::people::supervisor;
use crate::on_both;
use crate::payments::fixture::values;
use crate::support::TestApp;

async fn only_those_concerned_see_and_act(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "directive", "15/CT-UBND", None).await;
    give(
        &mut province,
        &paper,
        &[("viec", "Lập danh sách"), ("han", "20/5/2020"), ("don_vi", "18196")],
    )
    .await
    .goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    // A commune issues nothing.
    let told = clerk.get("/chi-dao/moi").await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(told.body.contains("ghi văn bản chỉ đạo"), "{}", told.body);
    let mut stranger = t.sign_in("x18172").await;
    for path in [&paper, &task, &format!("{paper}/tai-ve/tien-do.csv")] {
        assert_eq!(stranger.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert!(!stranger.get("/chi-dao").await.page().contains("15/CT-UBND"));
    // The district above sees how far its commune is, and cannot answer for it.
    let mut district = t.sign_in("h439").await;
    assert!(district.get(&task).await.page().contains("xã Sơn Kim 1"));
    assert_eq!(
        deed(&mut district, &task, "lam/nhan", &[]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(
        district.get(&format!("{paper}/giao")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    // A district gives to its own communes only.
    let own = issue(&mut district, "directive", "86/UBND-VX", None).await;
    for unit in ["18406", "446", "99999", "' OR 1=1 --"] {
        let fields = [("viec", "Lập danh sách"), ("han", "20/5/2020"), ("don_vi", unit)];
        let answer = give(&mut district, &own, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{unit}");
        assert!(answer.body.contains("không thuộc quyền giao"), "{unit}: {}", answer.body);
    }
    let fields = [("viec", "Lập danh sách"), ("han", "20/5/2020"), ("so_nganh", "Sở Y tế")];
    assert!(give(&mut district, &own, &fields).await.body.contains("Chỉ tỉnh giao"));
    // Who supervises reads.
    let mut watcher = supervisor(&t, "x18196", "gs.xa").await;
    assert!(watcher.get(&task).await.page().contains("15/CT-UBND"));
    let told = deed(&mut watcher, &task, "lam/nhan", &[]).await;
    assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(t.number("SELECT COUNT(*) FROM steering_steps").await, 0);
}
on_both!(only_those_concerned_see_and_act);

async fn the_same_form_twice_is_once_and_an_old_page_is_told(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let form = province.get("/chi-dao/moi").await.page();
    let act = values(&form, "ma")[0].clone();
    let paper = |number: &'static str| {
        [
            ("ma", act.clone()),
            ("loai", "directive".to_owned()),
            ("so", number.to_owned()),
            ("ngay", "14/5/2020".to_owned()),
            ("nguoi_ky", "Trần Tiến Hưng".to_owned()),
            ("trich_yeu", "Hỗ trợ người dân".to_owned()),
        ]
    };
    for (number, status) in [
        ("15/CT-UBND", StatusCode::SEE_OTHER),
        ("15/CT-UBND", StatusCode::SEE_OTHER),
        ("16/CT-UBND", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let fields = paper(number);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(a, b)| (*a, b.as_str())).collect();
        let answer = province.upload("/chi-dao/moi", &fields, "tep", "", b"").await;
        assert_eq!(answer.status, status, "{number}: {}", answer.body);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM steering_papers").await, 1);
    let paper = format!("/chi-dao/{act}");
    give(&mut province, &paper, &TASK).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    let page = clerk.get(&task).await.page();
    let (made, version) = (values(&page, "ma")[0].clone(), values(&page, "phien_ban")[0].clone());
    let take = [("ma", made.as_str()), ("phien_ban", version.as_str())];
    clerk.post(&format!("{task}/lam/nhan"), &take).await.goes_to();
    clerk.post(&format!("{task}/lam/nhan"), &take).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM steering_steps").await, 1);
    // A colleague's page is as old.
    let other = Uuid::from_u128(7).to_string();
    let late = [
        ("ma", other.as_str()),
        ("phien_ban", version.as_str()),
        ("phan_tram", "50"),
        ("tien_do", "Một nửa"),
    ];
    let answer = clerk.post(&format!("{task}/lam/tien-do"), &late).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("vừa có người khác ghi") && answer.body.contains("Một nửa"));
    // Sent again as the page now stands, it is written.
    let now = values(&answer.body, "phien_ban")[0].clone();
    let again = [late[0], ("phien_ban", now.as_str()), late[2], late[3]];
    clerk.post(&format!("{task}/lam/tien-do"), &again).await.goes_to();
}
on_both!(the_same_form_twice_is_once_and_an_old_page_is_told);

async fn wrong_forms_and_files_are_told_in_words(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let long = "x".repeat(201);
    for (field, typed, told) in [
        ("so", "", "Ghi số, ký hiệu"),
        ("ngay", "16/5/2020", "đến hôm nay"),
        ("ngay", "hôm qua", "Ngày không đọc được"),
        ("nguoi_ky", "", "Ghi họ tên"),
        ("trich_yeu", long.as_str(), "nhiều nhất là 200"),
    ] {
        let form = province.get("/chi-dao/moi").await.page();
        let act = values(&form, "ma")[0].clone();
        let mut fields = vec![
            ("ma", act.as_str()),
            ("loai", "directive"),
            ("so", "15/CT-UBND"),
            ("ngay", "14/5/2020"),
            ("nguoi_ky", "Trần Tiến Hưng"),
            ("trich_yeu", "Hỗ trợ người dân"),
        ];
        for pair in &mut fields {
            if pair.0 == field {
                pair.1 = typed;
            }
        }
        let answer = province.upload("/chi-dao/moi", &fields, "tep", "", b"").await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert!(answer.body.contains(told), "{field}: {}", answer.body);
    }
    let paper = issue(&mut province, "directive", "15/CT-UBND", None).await;
    for (fields, told) in [
        (vec![("viec", "Lập danh sách"), ("han", "20/5/2020")], "Chưa chọn đơn vị"),
        (vec![("viec", "Lập danh sách"), ("han", "14/5/2020"), ("tat_ca_xa", "1")], "đã qua"),
        (vec![("viec", ""), ("han", "20/5/2020"), ("tat_ca_xa", "1")], "Ghi việc phải làm"),
    ] {
        let answer = give(&mut province, &paper, &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    give(&mut province, &paper, &TASK).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    for bytes in [&b"MZ\x90\x00 a program"[..], b"<html><script>alert(1)</script>", b"PK\x03\x04"] {
        let answer = report(&mut clerk, &task, &[("ket_qua", "Đã gửi")], Some(bytes)).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains("PDF"), "{}", answer.body);
    }
    for (path, status) in [
        ("/chi-dao/khong-co", StatusCode::NOT_FOUND),
        ("/chi-dao/viec/khong-co", StatusCode::NOT_FOUND),
        ("/phu-song/noi/khong-co", StatusCode::NOT_FOUND),
        ("/phu-song?sau=khong-co&trang_thai=%27", StatusCode::OK),
        ("/chi-dao?sau=khong-co&loai=%27&q=%25_", StatusCode::OK),
        ("/phu-song/tep/khong.csv", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(province.get(path).await.status, status, "{path}");
    }
    let unknown = deed(&mut clerk, &task, "lam/xoa", &[]).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    // The file before the token: nothing of it is read.
    let mut stale = t.sign_in("x18196").await;
    stale.csrf = "sai".to_owned();
    let answer = stale.upload(&format!("{task}/bao-xong"), &[], "tep", "a.pdf", PDF).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM steering_files").await, 0);
}
on_both!(wrong_forms_and_files_are_told_in_words);
