//! Questions, complaints and help.

mod desk;
mod help;
mod hostile;
mod payment;

use ansinh::feedback::forget_senders;
use axum::http::StatusCode;

use crate::on_both;
use crate::payments::fixture::values;
use crate::support::{Answer, Client, TestApp};

/// Sends a form with these fields, as a browser does that opened it before.
pub async fn ask(client: &mut Client, fields: &[(&str, &str)]) -> Answer {
    let form = client.get("/hoi-dap/gui").await.page();
    let secret = values(&form, "phieu")[0].clone();
    let mut all = vec![("phieu", secret.as_str())];
    all.extend_from_slice(fields);
    client.post("/hoi-dap/gui", &all).await
}

/// The code on the page that says it was received.
pub fn code_of(page: &str) -> String {
    let rest = page.split("<span class=\"ma nw\">").nth(1);
    rest.unwrap_or_else(|| panic!("no code: {page}")).split('<').next().unwrap().to_owned()
}

/// What the holder of a code sees.
pub async fn track(client: &mut Client, code: &str) -> Answer {
    client.post("/hoi-dap/theo-doi", &[("ma_tra_cuu", code)]).await
}

/// The address of the newest submission of an officer's inbox.
pub async fn first_of(officer: &mut Client, inbox: &str) -> String {
    let page = officer.get(inbox).await.page();
    let link = page.split("href=\"/y-kien/").skip(1).find(|rest| rest.as_bytes()[8] == b'-');
    let link = link.unwrap_or_else(|| panic!("nothing in {inbox}: {page}"));
    format!("/y-kien/{}", link.split('"').next().unwrap())
}

/// Does one act of an officer on the page as it stands.
pub async fn deed(
    officer: &mut Client,
    address: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = officer.get(address).await.page();
    let first = |name: &str| {
        values(&page, name).first().cloned().unwrap_or_else(|| uuid::Uuid::nil().to_string())
    };
    let (made, version) = (first("ma"), first("phien_ban"));
    let mut all = vec![("ma", made.as_str()), ("phien_ban", version.as_str())];
    all.extend_from_slice(fields);
    officer.post(&format!("{address}/{act}"), &all).await
}

const QUESTION: [(&str, &str); 5] = [
    ("loai", "cau-hoi"),
    ("xa", "18196"),
    ("noi_dung", "Bao giờ hộ nghèo thôn tôi được nhận tiền?"),
    ("ten", "Bà Thắm"),
    ("dien_thoai", "0912 345 678"),
];

async fn a_question_is_answered_and_its_code_shows_the_answer(t: TestApp) {
    let mut citizen = t.visitor();
    let sent = ask(&mut citizen, &QUESTION).await.page();
    let code = code_of(&sent);
    // Friday 15/5: five working days are Friday 22/5.
    assert!(sent.contains("22/5/2020") && sent.contains("UBND xã Sơn Kim 1"), "{sent}");
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_cases").await, 1);
    let mut clerk = t.sign_in("x18196").await;
    let today = clerk.get("/viec").await.page();
    assert!(today.contains("Trả lời 1 câu hỏi, phản ánh, khiếu nại"), "{today}");
    let address = first_of(&mut clerk, "/y-kien").await;
    let page = clerk.get(&address).await.page();
    assert!(page.contains("091****678") && !page.contains("0912345678"), "{page}");
    let full = deed(&mut clerk, &address, "xem-du", &[]).await.page();
    assert!(full.contains("0912345678"), "{full}");
    let seen = "SELECT COUNT(*) FROM audit_entries WHERE action = 'feedback.view'";
    assert_eq!(t.number(seen).await, 1);
    let answer = [("tra_loi", "Thứ Tư 20/5 tại nhà văn hóa thôn, bà mang theo CMND.")];
    deed(&mut clerk, &address, "tra-loi", &answer).await.goes_to();
    let own = track(&mut citizen, &code).await.page();
    for shown in ["Đã có trả lời", "nhà văn hóa thôn", "UBND xã Sơn Kim 1"] {
        assert!(own.contains(shown), "{shown}: {own}");
    }
    assert!(!own.contains("0912345678"), "the page of a code shows no telephone");
    let empty = clerk.get("/viec").await.page();
    assert!(!empty.contains("câu hỏi, phản ánh, khiếu nại"), "{empty}");
    let done = clerk.get("/y-kien?loc=da-tra-loi").await.page();
    assert!(done.contains("Bao giờ hộ nghèo"), "{done}");
}
on_both!(a_question_is_answered_and_its_code_shows_the_answer);

async fn publishing_and_a_citizens_word_at_one_instant_are_two_steps(t: TestApp) {
    for round in 0..6 {
        let mut citizen = t.visitor();
        let code = code_of(&ask(&mut citizen, &QUESTION).await.page());
        let mut clerk = t.sign_in("x18196").await;
        let address = first_of(&mut clerk, "/y-kien").await;
        deed(&mut clerk, &address, "tra-loi", &[("tra_loi", "Thứ Tư tại nhà văn hóa.")])
            .await
            .goes_to();
        let mut district = t.sign_in("h439").await;
        let form = district.get(&format!("{address}/dang")).await.page();
        let act = values(&form, "ma")[0].clone();
        let text = [
            ("ma", act.as_str()),
            ("doi_tuong", "moi-nguoi"),
            ("van_dang", "1"),
            ("cau_hoi", "Hộ nghèo nhận tiền ở đâu?"),
            ("tra_loi", "Tại nhà văn hóa thôn."),
        ];
        let seen = track(&mut citizen, &code).await.page();
        let own = values(&seen, "ma")[0].clone();
        let word = [
            ("ma_tra_cuu", code.as_str()),
            ("ma", own.as_str()),
            ("loi", "Cảm ơn xã, tôi hỏi thêm."),
        ];
        let publish = format!("{address}/dang");
        let (one, two) = tokio::join!(
            district.post(&publish, &text),
            citizen.post("/hoi-dap/theo-doi/them", &word)
        );
        for answer in [&one, &two] {
            assert!(!answer.status.is_server_error(), "round {round}: {}", answer.body);
        }
    }
    assert!(t.number("SELECT COUNT(*) FROM feedback_published").await > 0);
    assert!(t.number("SELECT COUNT(*) FROM feedback_steps WHERE kind = 'word'").await > 0);
}
on_both!(publishing_and_a_citizens_word_at_one_instant_are_two_steps);

async fn a_code_is_read_as_old_people_type_it_and_a_wrong_one_is_told(t: TestApp) {
    let mut citizen = t.visitor();
    let code = code_of(&ask(&mut citizen, &QUESTION).await.page());
    let typed = format!("  {} ", code.to_lowercase().replace('-', " . "));
    assert!(track(&mut citizen, &typed).await.page().contains("Bao giờ hộ nghèo"));
    let alike = code.replace('6', "G").replace('9', "q").replace('N', "M").replace('Y', "V");
    assert!(track(&mut citizen, &alike).await.page().contains("Bao giờ hộ nghèo"));
    let mut wrong: Vec<char> = code.chars().collect();
    wrong[2] = if wrong[2] == 'A' { 'C' } else { 'A' };
    let wrong: String = wrong.into_iter().collect();
    for (typed, told) in [(wrong.as_str(), "Mã sai"), ("", "Nhập mã"), ("O0I1", "ký tự không dùng")]
    {
        let answer = track(&mut citizen, typed).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.body.contains(told), "{told}: {}", answer.body);
    }
    assert_eq!(citizen.get("/hoi-dap/theo-doi/them").await.goes_to(), "/hoi-dap/theo-doi");
}
on_both!(a_code_is_read_as_old_people_type_it_and_a_wrong_one_is_told);

async fn an_empty_form_is_told_at_its_fields_and_nothing_typed_is_lost(t: TestApp) {
    let mut citizen = t.visitor();
    let empty = ask(&mut citizen, &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    for told in ["Có 3 chỗ cần sửa", "Chọn ông/bà muốn gửi điều gì", "Chọn xã", "Viết rõ điều"]
    {
        assert!(empty.body.contains(told), "{told}: {}", empty.body);
    }
    let half = [
        ("loai", "phan-anh"),
        ("xa", "99999"),
        ("noi_dung", "Danh sách sót nhà ông Bảy ở xóm trên"),
        ("ten", "Ông Bảy"),
        ("dien_thoai", "12345"),
    ];
    let answer = ask(&mut citizen, &half).await;
    for kept in
        ["sót nhà ông Bảy", "value=\"Ông Bảy\"", "value=\"12345\"", "thiếu hoặc thừa", "Chọn xã"]
    {
        assert!(answer.body.contains(kept), "{kept}: {}", answer.body);
    }
    assert!(answer.body.contains("value=\"phan-anh\" checked"), "{}", answer.body);
    // Mended and sent again, the same form is taken.
    let secret = values(&answer.body, "phieu")[0].clone();
    let mended = [
        ("phieu", secret.as_str()),
        ("loai", "phan-anh"),
        ("xa", "tinh"),
        ("noi_dung", "Danh sách sót nhà ông Bảy ở xóm trên"),
    ];
    let sent = citizen.post("/hoi-dap/gui", &mended).await.page();
    assert!(sent.contains("UBND tỉnh Hà Tĩnh"), "{sent}");
    assert_eq!(t.number("SELECT COUNT(*) FROM feedback_cases").await, 1);
}
on_both!(an_empty_form_is_told_at_its_fields_and_nothing_typed_is_lost);

async fn who_was_asked_writes_more_and_the_clock_goes_on(t: TestApp) {
    let mut citizen = t.visitor();
    let code = code_of(&ask(&mut citizen, &QUESTION).await.page());
    let mut clerk = t.sign_in("x18196").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    deed(&mut clerk, &address, "hoi-them", &[("hoi_them", "Nhà bà ở thôn nào?")]).await.goes_to();
    let asked = clerk.get(&address).await.page();
    assert!(asked.contains("Thời hạn tạm dừng"), "{asked}");
    t.set_local("2020-05-20T08:00");
    let page = track(&mut citizen, &code).await.page();
    assert!(page.contains("Nhà bà ở thôn nào?") && page.contains("Thời hạn tạm dừng"), "{page}");
    let act = values(&page, "ma")[0].clone();
    let word = [("ma_tra_cuu", code.as_str()), ("ma", &act), ("loi", "Thôn Bắc Hà")];
    let told = citizen.post("/hoi-dap/theo-doi/them", &word).await.page();
    // Five days stood still: from Friday 22/5 to Wednesday 27/5.
    assert!(told.contains("Thôn Bắc Hà") && told.contains("27/5/2020"), "{told}");
    // A second press writes nothing more.
    citizen.post("/hoi-dap/theo-doi/them", &word).await.page();
    let words = "SELECT COUNT(*) FROM feedback_steps WHERE kind = 'word'";
    assert_eq!(t.number(words).await, 1);
    let empty = [("ma_tra_cuu", code.as_str()), ("ma", &act), ("loi", " ")];
    let empty = citizen.post("/hoi-dap/theo-doi/them", &empty).await;
    assert!(empty.body.contains("Viết điều muốn nói thêm"), "{}", empty.body);
    let page = track(&mut citizen, &code).await.page();
    let act = values(&page, "ma")[0].clone();
    let back = [("ma_tra_cuu", code.as_str()), ("ma", act.as_str())];
    let gone = citizen.post("/hoi-dap/theo-doi/rut", &back).await.page();
    assert!(gone.contains("Ông/bà đã rút phiếu này"), "{gone}");
    // Her own session ended meanwhile.
    let mut clerk = t.sign_in("x18196").await;
    assert!(clerk.get("/y-kien").await.page().contains("Không có phiếu nào ở đây"));
    let late = [
        ("ma_tra_cuu", code.as_str()),
        ("ma", "0190c6a0-0000-7000-8000-000000000001"),
        ("loi", "nữa"),
    ];
    let late = citizen.post("/hoi-dap/theo-doi/them", &late).await;
    assert!(late.body.contains("đã kết thúc"), "{}", late.body);
}
on_both!(who_was_asked_writes_more_and_the_clock_goes_on);

async fn name_and_telephone_go_when_their_months_are_over(t: TestApp) {
    let mut citizen = t.visitor();
    let mut fields = QUESTION;
    fields[2].1 = "Gọi tôi số 0912 345 678 khi có tiền nhé";
    let code = code_of(&ask(&mut citizen, &fields).await.page());
    let mut clerk = t.sign_in("x18196").await;
    let address = first_of(&mut clerk, "/y-kien").await;
    let answer = [("tra_loi", "Xã sẽ báo qua loa truyền thanh thôn.")];
    deed(&mut clerk, &address, "tra-loi", &answer).await.goes_to();
    t.set_local("2021-05-14T08:00");
    assert_eq!(forget_senders(&t.app).await.unwrap(), 0, "not a day too soon");
    t.set_local("2021-05-15T08:00");
    assert_eq!(forget_senders(&t.app).await.unwrap(), 1);
    assert_eq!(forget_senders(&t.app).await.unwrap(), 0);
    let left = "SELECT COUNT(*) FROM feedback_cases WHERE contact <> '' OR sender_name <> ''
      OR body LIKE '%345%'";
    assert_eq!(t.number(left).await, 0);
    let own = track(&mut citizen, &code).await.page();
    assert!(own.contains("loa truyền thanh"), "the answer stays: {own}");
    let noted = "SELECT COUNT(*) FROM audit_entries WHERE action = 'feedback.forget'";
    assert_eq!(t.number(noted).await, 1);
}
on_both!(name_and_telephone_go_when_their_months_are_over);
