//! Officers' desks: who sees what, passing on, publishing.

use axum::http::StatusCode;

use super::{QUESTION, ask, code_of, deed, first_of, track};
use crate::on_both;
use crate::support::TestApp;

async fn a_desk_sees_its_own_and_a_district_its_area(t: TestApp) {
    ask(&mut t.visitor(), &QUESTION).await.page();
    let mut clerk = t.sign_in("x18196").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    for (name, sees) in [("x18172", false), ("h446", false), ("h439", true), ("tinh42", true)] {
        let mut officer = t.sign_in(name).await;
        let page = officer.get(&address).await;
        assert_eq!(page.status == StatusCode::OK, sees, "{name}");
        for filter in
            ["", "?loc=khu-vuc", "?loc=qua-han", "?loc=da-tra-loi", "?loc=khu-vuc&loai=cau-hoi"]
        {
            let list = officer.get(&format!("/y-kien{filter}")).await.page();
            let here = sees && filter.contains("khu-vuc");
            assert_eq!(list.contains(&address), here, "{name} {filter}: {list}");
        }
        let answer = [
            ("ma", "0190c6a0-0000-7000-8000-000000000001"),
            ("phien_ban", "1"),
            ("tra_loi", "Chen ngang"),
        ];
        let answer = officer.post(&format!("{address}/tra-loi"), &answer).await;
        assert!(answer.status.is_client_error(), "{name} answers at another's desk");
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_steps").await, 0);
}
on_both!(a_desk_sees_its_own_and_a_district_its_area);

async fn a_case_is_passed_up_and_down_with_a_reason(t: TestApp) {
    let mut citizen = t.visitor();
    let code = code_of(&ask(&mut citizen, &QUESTION).await.page());
    let mut clerk = t.sign_in("x18196").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    let nowhere =
        deed(&mut clerk, &address, "chuyen", &[("ly_do_chuyen", "không phải việc xã")]).await;
    assert!(nowhere.body.contains("Chọn đơn vị nhận việc"), "{}", nowhere.body);
    assert!(nowhere.body.contains("không phải việc xã"), "typed words stay");
    let beside = [("don_vi", "439:18172"), ("ly_do_chuyen", "đẩy sang xã bên")];
    let beside = deed(&mut clerk, &address, "chuyen", &beside).await;
    assert_eq!(beside.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", beside.body);
    let up = [("don_vi", "439:"), ("ly_do_chuyen", "Việc của huyện")];
    deed(&mut clerk, &address, "chuyen", &up).await.goes_to();
    let mut district = t.sign_in("h439").await;
    let down = [("don_vi", "439:18172"), ("ly_do_chuyen", "Hộ này nay ở Sơn Tây")];
    deed(&mut district, &address, "chuyen", &down).await.goes_to();
    let mut other = t.sign_in("x18172").await;
    assert!(other.get("/y-kien").await.page().contains(&address));
    deed(&mut other, &address, "tra-loi", &[("tra_loi", "Mời ông bà đến xã nhận.")])
        .await
        .goes_to();
    let told = track(&mut citizen, &code).await.page();
    assert!(told.contains("Hộ này nay ở Sơn Tây") && told.contains("Mời ông bà đến xã"), "{told}");
    // Who was late with an act is told that it moved.
    let stale = [
        ("ma", "0190c6a0-0000-7000-8000-000000000002"),
        ("phien_ban", "1"),
        ("don_vi", ":"),
        ("ly_do_chuyen", "chậm"),
    ];
    let stale = district.post(&format!("{address}/chuyen"), &stale).await;
    assert!(stale.body.contains("vừa có người khác xử lý"), "{}", stale.body);
}
on_both!(a_case_is_passed_up_and_down_with_a_reason);

async fn a_late_case_is_counted_where_units_are_chased(t: TestApp) {
    ask(&mut t.visitor(), &QUESTION).await.page();
    t.set_local("2020-05-25T08:00");
    let mut clerk = t.sign_in("x18196").await;
    let inbox = clerk.get("/y-kien?loc=qua-han").await.page();
    assert!(inbox.contains("Quá hạn") && inbox.contains("1 quá hạn"), "{inbox}");
    assert!(clerk.get("/viec").await.page().contains("1 phiếu đã quá hạn"));
    let mut district = t.sign_in("h439").await;
    let board = district.get("/don-doc").await.page();
    assert!(board.contains("1 ý kiến, khiếu nại quá hạn trả lời"), "{board}");
    let mut far = t.sign_in("h446").await;
    assert!(!far.get("/don-doc").await.page().contains("quá hạn trả lời"));
}
on_both!(a_late_case_is_counted_where_units_are_chased);

async fn an_answer_for_everybody_is_written_anew_and_can_be_taken_back(t: TestApp) {
    let mut citizen = t.visitor();
    ask(&mut citizen, &QUESTION).await.page();
    let mut clerk = t.sign_in("x18196").await;
    let mut district = t.sign_in("h439").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    let publish = format!("{address}/dang");
    let form = |question: &'static str, act: &'static str| {
        [
            ("ma", act),
            ("cau_hoi", question),
            ("tra_loi", "Hộ nghèo nhận tại nhà văn hóa thôn, mang theo CMND."),
            ("doi_tuong", "moi-nguoi"),
        ]
    };
    let (one, two) =
        ("0190c6a0-0000-7000-8000-000000000003", "0190c6a0-0000-7000-8000-000000000004");
    district.get(&publish).await.page();
    let early = district.post(&publish, &form("Bao giờ hộ nghèo nhận tiền?", one)).await;
    assert!(early.body.contains("chưa có trả lời"), "{}", early.body);
    deed(&mut clerk, &address, "tra-loi", &[("tra_loi", "Thứ Tư 20/5 ạ.")]).await.goes_to();
    let commune = clerk.get(&publish).await;
    assert!(commune.status.is_client_error(), "a commune publishes nothing");
    let warned =
        district.post(&publish, &form("Bà Thắm 0912345678 hỏi bao giờ có tiền?", one)).await;
    for told in ["giống số điện thoại", "có tên “Bà Thắm”", "vẫn đăng"] {
        assert!(warned.body.contains(told), "{told}: {}", warned.body);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_published").await, 0);
    district.post(&publish, &form("Bao giờ hộ nghèo nhận tiền?", one)).await.goes_to();
    let again = district.post(&publish, &form("Bao giờ hộ nghèo nhận tiền?", two)).await;
    assert!(again.body.contains("đã được đăng"), "{}", again.body);
    for query in ["", "?q=ho+ngheo", "?q=H%E1%BB%99+ngh%C3%A8o", "?q=nhan+tien+van+hoa"] {
        let list = citizen.get(&format!("/hoi-dap{query}")).await.page();
        assert!(list.contains("Bao giờ hộ nghèo nhận tiền?"), "{query}: {list}");
        assert!(!list.contains("Bà Thắm"), "{list}");
    }
    for query in ["?q=%25", "?q=_____", "?q=%5C", "?q=khong-co", "?q=ho+ngheo&sau=khong-phai-ma"] {
        let list = citizen.get(&format!("/hoi-dap{query}")).await.page();
        assert_eq!(list.contains("Bao giờ hộ nghèo nhận"), query.contains("sau="), "{query}");
    }
    deed(&mut district, &address, "go", &[]).await.goes_to();
    assert!(!citizen.get("/hoi-dap").await.page().contains("Bao giờ hộ nghèo nhận tiền?"));
    district.post(&publish, &form("Khi nào hộ nghèo nhận tiền?", two)).await.goes_to();
    assert!(citizen.get("/hoi-dap").await.page().contains("Khi nào hộ nghèo"));
}
on_both!(an_answer_for_everybody_is_written_anew_and_can_be_taken_back);

async fn every_page_of_many_is_reached_once(t: TestApp) {
    let mut citizen = t.visitor();
    for n in 0..53 {
        let words = format!("Câu hỏi thứ {n} của bà con trong xã");
        ask(&mut citizen, &[("loai", "cau-hoi"), ("xa", "18196"), ("noi_dung", &words)])
            .await
            .page();
    }
    let mut clerk = t.sign_in("x18196").await;
    let first = clerk.get("/y-kien").await.page();
    let next = first.split("rel=\"next\"").next().unwrap().rsplit("href=\"").next().unwrap();
    let next = next.split('"').next().unwrap().replace("&amp;", "&").replace("&#38;", "&");
    let second = clerk.get(&next).await.page();
    let count = |page: &str| page.matches("Câu hỏi thứ").count();
    assert_eq!((count(&first), count(&second)), (50, 3), "{next}");
    assert!(first.contains("53 phiếu chờ"), "{first}");
}
on_both!(every_page_of_many_is_reached_once);
