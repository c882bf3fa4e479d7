//! Directives, the plan of a year, reviews of coverage, and the report of late units.

mod cover;
mod hostile;

use axum::http::StatusCode;

use crate::feedback::deed;
use crate::on_both;
use crate::payments::fixture::values;
use crate::support::{Answer, Client, TestApp};

/// The smallest file that is a PDF.
pub const PDF: &[u8] = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";

/// Writes a paper down, with a file or with the empty part that browsers send; its address.
pub async fn issue(officer: &mut Client, kind: &str, number: &str, file: Option<&[u8]>) -> String {
    let form = officer.get("/chi-dao/moi").await.page();
    let act = values(&form, "ma")[0].clone();
    let fields = [
        ("ma", act.as_str()),
        ("loai", kind),
        ("so", number),
        ("ngay", "14/5/2020"),
        ("nguoi_ky", "Trần Tiến Hưng"),
        ("trich_yeu", "Về việc hỗ trợ người dân gặp khó khăn"),
    ];
    let name = if file.is_some() { "Chỉ thị 15.pdf" } else { "" };
    officer.upload("/chi-dao/moi", &fields, "tep", name, file.unwrap_or(b"")).await.goes_to();
    format!("/chi-dao/{act}")
}

/// Gives a task.
pub async fn give(officer: &mut Client, paper: &str, fields: &[(&str, &str)]) -> Answer {
    let form = officer.get(&format!("{paper}/giao")).await.page();
    let act = values(&form, "ma")[0].clone();
    let mut all = vec![("ma", act.as_str())];
    all.extend_from_slice(fields);
    officer.post(&format!("{paper}/giao"), &all).await
}

/// The first task that waits for this officer's own unit.
pub async fn first_task(officer: &mut Client) -> String {
    let page = officer.get("/chi-dao").await.page();
    let rest = page.split("href=\"/chi-dao/viec/").nth(1);
    let rest = rest.unwrap_or_else(|| panic!("no task: {page}"));
    format!("/chi-dao/viec/{}", rest.split('"').next().unwrap())
}

/// Calls a task done, with a file or the empty part that browsers send.
pub async fn report(
    officer: &mut Client,
    task: &str,
    fields: &[(&str, &str)],
    file: Option<&[u8]>,
) -> Answer {
    let page = officer.get(task).await.page();
    let (act, version) = (values(&page, "ma")[0].clone(), values(&page, "phien_ban")[0].clone());
    let mut all = vec![("ma", act.as_str()), ("phien_ban", version.as_str())];
    all.extend_from_slice(fields);
    let name = if file.is_some() { "bien-ban.pdf" } else { "" };
    let address = format!("{task}/bao-xong");
    officer.upload(&address, &all, "tep", name, file.unwrap_or(b"")).await
}

const TASK: [(&str, &str); 5] = [
    ("viec", "Lập danh sách hộ nghèo, niêm yết và gửi huyện"),
    ("han", "20/5/2020"),
    ("minh_chung", "1"),
    ("don_vi", "18196"),
    ("don_vi", "439"),
];

async fn a_directive_is_given_done_with_evidence_and_confirmed(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "directive", "15/CT-UBND", Some(PDF)).await;
    let mut all = TASK.to_vec();
    all.push(("so_nganh", "Sở Lao động - Thương binh và Xã hội\n\nSở Tài chính"));
    give(&mut province, &paper, &all).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM steering_duties").await, 4);

    let mut clerk = t.sign_in("x18196").await;
    let today = clerk.get("/viec").await.page();
    assert!(today.contains("Làm 1 việc cấp trên giao"), "{today}");
    let task = first_task(&mut clerk).await;
    // The whole paper can be read by whom it is given to; another's task in it cannot.
    let seen = clerk.get(&paper).await.page();
    assert!(seen.contains("15/CT-UBND") && seen.contains("xã Sơn Kim 1"), "{seen}");
    assert!(!seen.contains("Sở Tài chính"), "{seen}");
    let file = seen.split("/tep/").nth(1).unwrap().split('"').next().unwrap();
    let sent = clerk.get(&format!("{paper}/tep/{file}")).await;
    assert_eq!((sent.bytes.as_slice(), sent.content_type.as_str()), (PDF, "application/pdf"));

    deed(&mut clerk, &task, "lam/nhan", &[]).await.goes_to();
    let progress = [("phan_tram", "60"), ("tien_do", "Còn thôn Trưng và thôn Khe Năm")];
    deed(&mut clerk, &task, "lam/tien-do", &progress).await.goes_to();
    let bare = report(&mut clerk, &task, &[("ket_qua", "Đã gửi danh sách 112 hộ")], None).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(bare.body.contains("cần tệp minh chứng") && bare.body.contains("112 hộ"));
    let done = [("ket_qua", "Đã gửi danh sách 112 hộ")];
    report(&mut clerk, &task, &done, Some(PDF)).await.goes_to();
    assert!(!clerk.get("/viec").await.page().contains("việc cấp trên giao"));

    let today = province.get("/viec").await.page();
    assert!(today.contains("Xác nhận 1 việc đơn vị báo xong"), "{today}");
    let page = province.get(&task).await.page();
    for shown in ["Báo đã xong", "112 hộ", "60 %. Còn thôn Trưng", "bien-ban.pdf", "Đã nhận việc"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    deed(&mut province, &task, "lam/xac-nhan", &[]).await.goes_to();
    let page = province.get(&paper).await.page();
    assert!(page.contains("1<small>/4 việc</small>") && page.contains("Sở Tài chính"), "{page}");
    let table = province.get(&format!("{paper}/tai-ve/tien-do.csv")).await.page();
    assert!(table.contains("xã Sơn Kim 1") && table.contains("Sở Tài chính"), "{table}");
}
on_both!(a_directive_is_given_done_with_evidence_and_confirmed);

async fn the_report_of_late_units_gathers_all_rooms(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "directive", "15/CT-UBND", None).await;
    give(&mut province, &paper, &TASK).await.goes_to();
    let question =
        [("loai", "cau-hoi"), ("xa", "18172"), ("noi_dung", "Bao giờ có tiền, thưa xã?")];
    crate::feedback::ask(&mut t.visitor(), &question).await.page();
    let none = province.get("/don-doc/don-vi-cham").await.page();
    assert!(none.contains("không có đơn vị nào"), "{none}");

    // Monday 25/5: the task ran to Wednesday 20/5, the answer to Friday 22/5.
    t.set_local("2020-05-25T09:00");
    let mut province = t.sign_in("tinh42").await;
    let slow = province.get("/don-doc/don-vi-cham").await.page();
    assert!(slow.contains("3 đơn vị, 3 việc quá hạn"), "{slow}");
    for shown in ["Xã Sơn Kim 1", "Huyện Hương Sơn", "15/CT-UBND", "Trễ 3 ngày", "Câu hỏi"]
    {
        assert!(slow.contains(shown), "{shown}: {slow}");
    }
    let place = |name: &str| slow.find(name).unwrap_or_else(|| panic!("{name}: {slow}"));
    assert!(place("Xã Sơn Kim 1") < place("Câu hỏi"), "the longest first");
    // Each unit at most once a day.
    for _ in 0..2 {
        province.post(&format!("{paper}/nhac"), &[]).await.goes_to();
        assert_eq!(t.number("SELECT COUNT(*) FROM steering_steps").await, 2);
    }
    let table = province.get("/don-doc/don-vi-cham/tep/don-vi-cham.csv").await.page();
    assert!(table.contains("25/05/2020") || table.contains("2020-05-25"), "{table}");

    let mut district = t.sign_in("h439").await;
    assert!(district.get("/don-doc/don-vi-cham").await.page().contains("3 đơn vị"));
    let mut clerk = t.sign_in("x18196").await;
    let own = clerk.get("/don-doc/don-vi-cham").await.page();
    assert!(own.contains("1 đơn vị, 1 việc") && !own.contains("Câu hỏi"), "{own}");
    let mut other = t.sign_in("h446").await;
    assert!(other.get("/don-doc/don-vi-cham").await.page().contains("không có đơn vị nào"));

    let task = first_task(&mut clerk).await;
    assert!(clerk.get(&task).await.page().contains("Nhắc"));
    report(&mut clerk, &task, &[("ket_qua", "Đã gửi")], Some(PDF)).await.goes_to();
    let own = clerk.get("/don-doc/don-vi-cham").await.page();
    assert!(own.contains("không có đơn vị nào"), "whoever reported owes nothing: {own}");
}
on_both!(the_report_of_late_units_gathers_all_rooms);

async fn many_reports_are_confirmed_at_once_each_as_its_row_showed_it(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "directive", "15/CT-UBND", None).await;
    let task = [
        ("viec", "Treo loa ở từng thôn"),
        ("han", "20/5/2020"),
        ("don_vi", "18196"),
        ("don_vi", "18172"),
    ];
    give(&mut province, &paper, &task).await.goes_to();
    for clerk in ["x18196", "x18172"] {
        let mut clerk = t.sign_in(clerk).await;
        let task = first_task(&mut clerk).await;
        report(&mut clerk, &task, &[("ket_qua", "Đã treo 8 loa")], None).await.goes_to();
    }
    let page = province.get("/chi-dao").await.page();
    assert!(page.contains("Đã treo 8 loa"), "what is confirmed is read first: {page}");
    let rows = values(&page, "chon");
    assert_eq!(rows.len(), 2);
    // One of them is sent back by a colleague while the page stands open.
    let first = rows[0].split_once('.').unwrap().0;
    let why = [("tra_lai", "Gửi ảnh chụp các loa")];
    deed(&mut province, &format!("/chi-dao/viec/{first}"), "lam/tra-lai", &why).await.goes_to();
    let marked: Vec<(&str, &str)> = rows.iter().map(|row| ("chon", row.as_str())).collect();
    province.post("/chi-dao/xac-nhan", &marked).await.goes_to();
    let done = "SELECT COUNT(*) FROM steering_duties WHERE state = 'done'";
    assert_eq!(t.number(done).await, 1);
    // Nobody else confirms, whatever she sends.
    let mut stranger = t.sign_in("h446").await;
    stranger.get("/chi-dao").await.page();
    assert_eq!(stranger.post("/chi-dao/xac-nhan", &marked).await.status, StatusCode::NOT_FOUND);
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/chi-dao").await.page();
    let junk = clerk.post("/chi-dao/xac-nhan", &[("chon", "rác")]).await;
    assert_eq!(junk.status, StatusCode::NOT_FOUND);
    assert_eq!(t.number(done).await, 1);
}
on_both!(many_reports_are_confirmed_at_once_each_as_its_row_showed_it);

async fn another_day_is_asked_for_and_the_issuer_answers(t: TestApp) {
    let mut district = t.sign_in("h439").await;
    let paper = issue(&mut district, "directive", "86/UBND-VX", None).await;
    let task = [("viec", "Rà soát hộ cận nghèo"), ("han", "20/5/2020"), ("don_vi", "18196")];
    give(&mut district, &paper, &task).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    let early = [("den_ngay", "20/5/2020"), ("vi_sao", "Mưa to, chưa lên được thôn")];
    let answer = deed(&mut clerk, &task, "lam/xin", &early).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("sau hạn hiện nay 20/5/2020"), "{}", answer.body);
    let later = [("den_ngay", "27/5/2020"), ("vi_sao", "Mưa to, chưa lên được thôn")];
    deed(&mut clerk, &task, "lam/xin", &later).await.goes_to();
    let no = [("khong_lui", "Tỉnh cần số liệu trong tuần")];
    deed(&mut district, &task, "lam/khong-lui", &no).await.goes_to();
    assert!(clerk.get(&task).await.page().contains("Không cho lùi hạn"));
    deed(&mut clerk, &task, "lam/xin", &later).await.goes_to();
    deed(&mut district, &task, "lam/cho-lui", &[]).await.goes_to();
    assert!(clerk.get(&task).await.page().contains("27/5/2020"));
    t.set_local("2020-05-26T09:00");
    let (mut clerk, mut district) = (t.sign_in("x18196").await, t.sign_in("h439").await);
    assert!(clerk.get("/don-doc/don-vi-cham").await.page().contains("không có đơn vị nào"));
    report(&mut clerk, &task, &[("ket_qua", "Đã xong 3 thôn")], None).await.goes_to();
    let more = [("tra_lai", "Còn thiếu thôn Quyết Thắng"), ("han_moi", "29/5/2020")];
    deed(&mut district, &task, "lam/tra-lai", &more).await.goes_to();
    let back = clerk.get(&task).await.page();
    assert!(back.contains("Quyết Thắng") && back.contains("29/5/2020"), "{back}");
}
on_both!(another_day_is_asked_for_and_the_issuer_answers);

async fn a_plan_of_the_year_counts_its_money_by_source(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "plan", "77/KH-UBND", None).await;
    let item = |source: &'static str| {
        [
            ("viec", "Trang bị máy tính cho bộ phận một cửa"),
            ("han", "31/12/2020"),
            ("kinh_phi", "50.000.000"),
            ("nguon", source),
            ("don_vi", "18196"),
        ]
    };
    let without = give(&mut province, &paper, &item("")).await;
    assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(without.body.contains("Ghi nguồn"), "{}", without.body);
    give(&mut province, &paper, &item("Ngân sách tỉnh")).await.goes_to();
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    let over = [("phan_tram", "50"), ("da_chi", "50.000.001"), ("tien_do", "Đã mua máy")];
    let refused = deed(&mut clerk, &task, "lam/tien-do", &over).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("lớn hơn số được giao"), "{}", refused.body);
    let fine = [("phan_tram", "50"), ("da_chi", "20 triệu"), ("tien_do", "Đã mua máy")];
    deed(&mut clerk, &task, "lam/tien-do", &fine).await.goes_to();
    let page = province.get(&paper).await.page();
    for shown in ["Ngân sách tỉnh", "50.000.000", "20.000.000", "30.000.000"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    // Only the province makes plans.
    let mut district = t.sign_in("h439").await;
    assert!(!district.get("/chi-dao/moi").await.page().contains("value=\"plan\""));
}
on_both!(a_plan_of_the_year_counts_its_money_by_source);

async fn a_withdrawn_paper_ends_what_is_not_done(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let paper = issue(&mut province, "directive", "15/CT-UBND", None).await;
    give(
        &mut province,
        &paper,
        &[("viec", "Việc của mọi xã"), ("han", "20/5/2020"), ("tat_ca_xa", "1")],
    )
    .await
    .goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM steering_duties").await, 216);
    let mut clerk = t.sign_in("x18196").await;
    let task = first_task(&mut clerk).await;
    let empty = province.post(&format!("{paper}/thoi"), &[("ly_do", " ")]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let why = [("ly_do", "Thay bằng Chỉ thị 16/CT-UBND")];
    province.post(&format!("{paper}/thoi"), &why).await.goes_to();
    assert!(!clerk.get("/viec").await.page().contains("cấp trên giao"));
    let page = clerk.get(&task).await.page();
    assert!(page.contains("Thôi thực hiện") && !page.contains("/bao-xong"), "{page}");
    assert_eq!(
        province.get(&format!("{paper}/giao")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
}
on_both!(a_withdrawn_paper_ends_what_is_not_done);

async fn papers_are_found_without_diacritics_and_by_what_is_late(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let first = issue(&mut province, "directive", "15/CT-UBND", None).await;
    issue(&mut province, "coverage", "16/KH-UBND", None).await;
    let page = province.get("/chi-dao?q=kho+khan").await.page();
    assert!(page.contains("15/CT-UBND") && page.contains("16/KH-UBND"), "{page}");
    let page = province.get("/chi-dao?q=15%2Fct").await.page();
    assert!(page.contains("15/CT-UBND") && !page.contains("16/KH-UBND"), "{page}");
    assert!(!province.get("/chi-dao?loai=coverage").await.page().contains("15/CT-UBND"));
    give(&mut province, &first, &TASK).await.goes_to();
    t.set_local("2020-05-25T09:00");
    let late = t.sign_in("tinh42").await.get("/chi-dao?tre=co").await.page();
    assert!(late.contains("15/CT-UBND") && !late.contains("16/KH-UBND"), "{late}");
}
on_both!(papers_are_found_without_diacritics_and_by_what_is_late);
