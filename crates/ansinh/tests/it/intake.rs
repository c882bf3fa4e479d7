//! A file becomes rows of draft lists: upload, refusals, preview, corrections, commit.

mod made;

use ansinh::intake::{read_now, receive, running, work_once};
use axum::http::StatusCode;
use chrono::Duration;

use crate::on_both;
use crate::support::{Answer, Client, TestApp, encode, shared};

const VNTIME: &str = "06_Son_Kim_1_VnTime.xlsx";

/// Bytes of a workbook of the project's test set; `None`, said loudly, without the set.
fn workbook(name: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(shared(&format!("data/workbooks/dev/{name}"))?).unwrap())
}

async fn upload(client: &mut Client, name: &str, bytes: &[u8]) -> Answer {
    client.get("/nhap-lieu").await.page();
    client.upload("/nhap-lieu", &[], "tep", name, bytes).await
}

/// Nothing of an upload is left but the line in the audit record.
async fn nothing_left(t: &TestApp) {
    for table in ["intake_files", "intake_originals", "intake_rows", "intake_findings"] {
        let count = t.number(&format!("SELECT COUNT(*) FROM {table}")).await;
        assert_eq!(count, 0, "{table}");
    }
    let waiting = "SELECT COUNT(*) FROM jobs WHERE finished_at IS NULL";
    assert_eq!(t.number(waiting).await, 0);
}

async fn a_vntime_workbook_becomes_draft_lists(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    let page = clerk.get(&format!("{at}?to=2")).await.page();
    assert!(page.contains("<b>265</b> dòng"), "{page}");
    assert!(page.contains("Còn <b>14</b> dòng anh/chị cần sửa"), "{page}");
    // B31: the file lost its "ư"; the text as typed, as decoded, and the suggestion stand there.
    assert!(page.contains("NguyÔn H÷u Trêng") && page.contains("<mark>Trờng</mark>"), "{page}");
    assert!(page.contains("name=\"s-2-31-full_name\""), "{page}");

    let fields = [
        ("to", "2"),
        ("s-2-31-full_name", "Nguyễn Hữu Trường"),
        ("dung-2-31-full_name", "1"),
        ("s-2-37-full_name", "Trần Bảo Hương"),
        ("s-2-43-full_name", "Hồ Phương Linh"),
    ];
    let back = clerk.post(&at, &fields).await.goes_to();
    let page = clerk.get(&back).await.page();
    assert!(page.contains("Còn <b>12</b> dòng anh/chị cần sửa"), "{page}");
    assert!(page.contains("Đã lưu 2 ô"), "an untouched suggestion is not taken over: {page}");

    let confirm = clerk.get(&format!("{at}/ghi")).await.page();
    assert!(confirm.contains("Anh/chị sắp ghi 253 dòng"), "{confirm}");
    let version = hidden(&confirm, "phien_ban");
    let result = clerk.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
    let page = clerk.get(&result).await.page();
    assert!(page.contains("Đã ghi 253 dòng"), "{page}");
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 253);
    let lists = "SELECT COUNT(*) FROM beneficiary_lists WHERE state = 'draft'";
    assert_eq!(t.number(lists).await, 5);
    let corrected = "SELECT COUNT(*) FROM list_entries WHERE full_name = 'Trần Bảo Hương'
                       AND source_sheet = 'HN' AND source_line = 37";
    assert_eq!(t.number(corrected).await, 1, "every row knows its file, sheet and line");

    // The others wait on the same page and are committed later.
    let page = clerk.get(&format!("{at}?to=2")).await.page();
    assert!(page.contains("Hồ Phương Linh") && !page.contains("s-2-31-full_name"), "{page}");
    let fields =
        [("to", "2"), ("s-2-43-full_name", "Hồ Phương Linh"), ("dung-2-43-full_name", "1")];
    clerk.post(&at, &fields).await.goes_to();
    let confirm = clerk.get(&format!("{at}/ghi")).await.page();
    assert!(confirm.contains("sắp ghi 1 dòng"), "{confirm}");
    let version = hidden(&confirm, "phien_ban");
    clerk.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 254);
    assert_eq!(t.number(lists).await, 5);
    let seen = "SELECT COUNT(*) FROM audit_entries WHERE action = 'id_number.view'";
    assert!(t.number(seen).await >= 3);
}
on_both!(a_vntime_workbook_becomes_draft_lists);

/// The value of a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no field {name}: {page}"));
    rest.split('"').next().unwrap().to_owned()
}

async fn every_workbook_of_the_test_set_opens_for_its_unit(t: TestApp) {
    let files = [
        ("01_Cam_Binh_NQ42.xlsx", "x18685"),
        ("02_DS_ho_tro_Cam_Due.xlsx", "x18715"),
        ("03_Thach_Dai_theo_thon.xlsx", "x18643"),
        ("04_Tong_hop_Dong_Loc.xlsx", "x18484"),
        ("05_Danh sách hộ nghèo, cận nghèo - xã Thanh Bình Thịnh.xlsx", "x18274"),
        ("07_Viet_Tien_VNI.xlsx", "x18601"),
        ("08_ds_tran_phu.xls", "x18070"),
        ("09_Thien_Cam.ods", "x18676"),
        ("10_Tung_Loc_LDTD.csv", "x18445"),
        ("11_Tung_Loc_HN_1258.csv", "x18445"),
        ("13_Lao_dong_Thach_Dai.xlsx", "x18643"),
        ("14_export_Viet_Tien.xls", "x18601"),
        ("15_Tung_Loc_mac.xlsx", "x18445"),
        ("16_Tran_Phu_HKD_khong_co.xlsx", "x18070"),
    ];
    for (name, account) in files {
        let Some(bytes) = workbook(name) else { return };
        let mut clerk = t.sign_in(account).await;
        let at = upload(&mut clerk, name, &bytes).await.goes_to();
        let page = clerk.get(&at).await.page();
        assert!(page.contains("Đọc được"), "{name}: {page}");
        for (part, _) in page.match_indices(&format!("{at}?to=")) {
            let tab = page[part..].split('"').next().unwrap().replace("&amp;", "&");
            clerk.get(&tab.replace("&#38;", "&")).await.page();
        }
        for download in ["goc", "dong-loi.xlsx", "doi-chieu.csv"] {
            let answer = clerk.get(&format!("{at}/{download}")).await;
            assert_eq!(answer.status, StatusCode::OK, "{name} {download}");
            if download == "goc" {
                assert!(answer.bytes == bytes, "{name}: the original is kept byte for byte");
            }
        }
        let confirm = clerk.get(&format!("{at}/ghi")).await;
        if confirm.status == StatusCode::OK {
            let version = hidden(&confirm.body, "phien_ban");
            clerk.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
            clerk.get(&format!("{at}/ket-qua")).await.page();
        } else {
            assert!(name.starts_with("16_"), "{name} has rows to commit");
        }
    }
    let lost = "SELECT COUNT(*) FROM intake_rows WHERE severity < 3 AND left_out = FALSE
                  AND committed_entry_id IS NULL";
    assert_eq!(t.number(lost).await, 0);
}
on_both!(every_workbook_of_the_test_set_opens_for_its_unit);

async fn the_same_file_again_adds_nothing(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut clerk = t.sign_in("x18196").await;
    let first = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    t.pass(Duration::minutes(3));
    let again = upload(&mut clerk, "tên khác.xlsx", &bytes).await.goes_to();
    assert_eq!(first, again);
    let page = clerk.get(&again).await.page();
    assert!(page.contains("đã được tải lên lúc 8 giờ 00") && page.contains("không ghi thêm gì"));
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_files").await, 1);
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_rows").await, 265);
}
on_both!(the_same_file_again_adds_nothing);

async fn two_uploads_of_one_file_at_once_keep_one(t: TestApp) {
    let Some(bytes) = workbook("09_Thien_Cam.ods") else { return };
    let actor = actor(&t, "x18676").await;
    let two = || receive(&t.app, &actor, "", "ds.ods", bytes.clone());
    let (one, other) = tokio::join!(two(), two());
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!(one.file_id, other.file_id);
    assert!(one.already != other.already);
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_files").await, 1);
}
on_both!(two_uploads_of_one_file_at_once_keep_one);

async fn a_file_that_is_no_list_is_refused_in_words_and_leaves_nothing(t: TestApp) {
    let mut clerk = t.sign_in("x18601").await;
    let mut files: Vec<(&str, Vec<u8>, &str)> = vec![
        ("trong.xlsx", Vec::new(), "Tệp trống"),
        ("macro.xlsm", made::with_macro(), "macro"),
        ("bom.xlsx", made::zip_bomb(), "Tệp quá lớn"),
        ("quyet-dinh.pdf", b"%PDF-1.7\n1 0 obj\n".to_vec(), "văn bản PDF"),
        ("anh.xlsx", b"\x89PNG\r\n\x1a\n0000".to_vec(), "tệp ảnh"),
        (
            "thu.csv",
            "Kính gửi anh chị,\nXã chưa có danh sách.\n".into(),
            "Không tìm thấy danh sách",
        ),
        ("cut.xlsx", b"PK\x03\x04 cut off in the middle".to_vec(), "hỏng"),
    ];
    for (name, told) in
        [("17_Viet_Tien_mat_khau.xlsx", "mật khẩu"), ("18_Viet_Tien_loi.xlsx", "hỏng")]
    {
        files.extend(workbook(name).map(|bytes| (name, bytes, told)));
    }
    let count = files.len();
    for (name, bytes, told) in files {
        let answer = upload(&mut clerk, name, &bytes).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}: {}", answer.body);
        assert!(answer.body.contains(told), "{name}: {}", answer.body);
        assert!(answer.body.contains("href=\"#tep\""), "the summary links to the field");
        nothing_left(&t).await;
    }
    let noted = "SELECT COUNT(*) FROM audit_entries WHERE action = 'intake.refuse'";
    assert_eq!(t.number(noted).await, i64::try_from(count).unwrap());
}
on_both!(a_file_that_is_no_list_is_refused_in_words_and_leaves_nothing);

async fn a_million_blank_rows_cost_nothing(t: TestApp) {
    let mut text = String::from("STT,Họ và tên,Ngày sinh,Số CMND,Số tiền\n");
    text.push_str("1,Nguyễn Văn An,01/02/1960,183456789,1500000\n");
    text.push_str(&"\n".repeat(1_000_000));
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, "NCC Sơn Kim 1.csv", text.as_bytes()).await.goes_to();
    assert!(clerk.get(&at).await.page().contains("<b>1</b> dòng"));
}
on_both!(a_million_blank_rows_cost_nothing);

async fn an_upload_without_token_file_or_form_is_refused(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    clerk.get("/nhap-lieu").await.page();
    let right = clerk.csrf.clone();
    clerk.csrf = "0".repeat(64);
    let forged = clerk.upload("/nhap-lieu", &[], "tep", "a.csv", b"x").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    clerk.csrf.clone_from(&right);
    let missing = clerk.upload("/nhap-lieu", &[], "khac", "a.csv", b"x").await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body.contains("Chưa chọn tệp"), "{}", missing.body);
    clerk.csrf.clone_from(&right);
    let form = clerk.post("/nhap-lieu", &[("tep", "x")]).await;
    assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", form.body);
    let large = vec![b'a'; 20 * 1024 * 1024 + 1];
    clerk.csrf.clone_from(&right);
    let large = clerk.upload("/nhap-lieu", &[], "tep", "a.csv", &large).await;
    assert!(large.body.contains("20 MB"), "{}", large.body);
    assert!(t.visitor().get("/nhap-lieu").await.goes_to().starts_with("/dang-nhap"));
    nothing_left(&t).await;
}
on_both!(an_upload_without_token_file_or_form_is_refused);

async fn twenty_thousand_rows_are_read_beside_the_request(t: TestApp) {
    let Some(bytes) = workbook("12_Tong_hop_huyen_Cam_Xuyen.xlsx") else { return };
    let mut officer = t.sign_in("h446").await;
    let at = upload(&mut officer, "Tổng hợp huyện.xlsx", &bytes).await.goes_to();
    let page = officer.get(&at).await.page();
    assert!(page.contains("Đang đọc") && page.contains("data-refresh"), "{page}");
    let actor = actor(&t, "h446").await;
    assert_eq!(running(&t.app, &actor.scope).await.unwrap().len(), 1);
    // A reload, another browser: the work is found again.
    let mut elsewhere = t.sign_in("h446").await;
    assert!(elsewhere.get("/nhap-lieu").await.page().contains("Việc đang chạy"));
    assert_eq!(work_once(&t.app).await.unwrap(), 1);
    let page = elsewhere.get(&at).await.page();
    assert!(page.contains("<b>20.000</b> dòng"), "{page}");
    assert!(page.len() < 250_000, "the page is bounded: {}", page.len());
    // Problems of one kind, page by page.
    let alone = elsewhere.get(&format!("{at}?to=0&ma=id_missing&sau=0")).await.page();
    let rows = alone.matches("name=\"ghi-0-").count() + alone.matches("name=\"s-0-").count();
    assert!(rows >= 50, "{rows}: {alone}");
    let after = alone.split("ma=id_missing&#38;sau=").nth(1).expect("more rows are linked");
    let after = after.split('"').next().unwrap();
    let second = elsewhere.get(&format!("{at}?to=0&ma=id_missing&sau={after}")).await.page();
    assert!(second.contains("Chưa có số giấy tờ") && second != alone, "{second}");

    let confirm = elsewhere.get(&format!("{at}/ghi")).await.page();
    let version = hidden(&confirm, "phien_ban");
    let busy = elsewhere.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
    assert_eq!(busy, at, "a long commit runs beside the request too");
    assert!(elsewhere.get(&at).await.page().contains("Đang ghi"));
    assert_eq!(work_once(&t.app).await.unwrap(), 1);
    let written = t.number("SELECT COUNT(*) FROM list_entries").await;
    assert!(written > 18_000, "{written} rows were written");
    let outside = "SELECT COUNT(*) FROM list_entries WHERE district_code <> '446'";
    assert_eq!(t.number(outside).await, 0);
    elsewhere.get(&format!("{at}/ket-qua")).await.page();
}
on_both!(twenty_thousand_rows_are_read_beside_the_request);

async fn a_reading_whose_worker_is_lost_is_taken_up_again(t: TestApp) {
    let Some(bytes) = workbook("12_Tong_hop_huyen_Cam_Xuyen.xlsx") else { return };
    let actor = actor(&t, "h446").await;
    let received = receive(&t.app, &actor, "", "ds.xlsx", bytes).await.unwrap();
    assert!(received.queued);
    let lost = "UPDATE jobs SET attempts = 1, leased_until = $1";
    let until = t.app.clock.now() + Duration::seconds(60);
    use ansinh::database::Sql;
    t.app.db.read().change(lost, vec![until.into()]).await.unwrap();
    assert_eq!(work_once(&t.app).await.unwrap(), 0, "the other worker may still be alive");
    t.pass(Duration::seconds(61));
    assert!(read_now(&t.app, &actor, received.file_id).await.unwrap());
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_rows").await, 20_000);
}
on_both!(a_reading_whose_worker_is_lost_is_taken_up_again);

async fn a_row_of_another_commune_is_never_written(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    // Xã Sơn Kim 1's file in the hands of the neighbour.
    let mut clerk = t.sign_in("x18199").await;
    let at = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    let page = clerk.get(&at).await.page();
    assert!(page.contains("ngoài phạm vi của anh/chị"), "{page}");
    assert!(page.contains("chưa có dòng nào ghi được"), "{page}");
    let refused = clerk.post(&format!("{at}/ghi"), &[("phien_ban", "1")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let settings = [("to", "0"), ("don_vi", "18196")];
    let outside = clerk.post(&format!("{at}/to"), &settings).await;
    assert_eq!(outside.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", outside.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 0);
    // Another unit does not even see the file; the district sees it and may not change it.
    let mut other = t.sign_in("x18070").await;
    assert_eq!(other.get(&at).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get(&format!("{at}/goc")).await.status, StatusCode::NOT_FOUND);
    let mut district = t.sign_in("h439").await;
    district.get(&at).await.page();
    let change = district.post(&at, &[("to", "0")]).await;
    assert_eq!(change.status, StatusCode::UNPROCESSABLE_ENTITY);
}
on_both!(a_row_of_another_commune_is_never_written);

async fn two_commits_at_once_write_once(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    let confirm = clerk.get(&format!("{at}/ghi")).await.page();
    let version = hidden(&confirm, "phien_ban");
    let mut twin = t.sign_in("x18196").await;
    twin.get(&at).await.page();
    let (to, fields) = (format!("{at}/ghi"), [("phien_ban", version.as_str())]);
    let (one, other) = tokio::join!(clerk.post(&to, &fields), twin.post(&to, &fields));
    for answer in [one, other] {
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    }
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 251);
    let later = clerk.post(&to, &fields).await.goes_to();
    assert!(clerk.get(&later).await.page().contains("không ghi thêm gì"));
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 251);
    let commits = "SELECT COUNT(*) FROM audit_entries WHERE action = 'intake.commit'";
    assert_eq!(t.number(commits).await, 1);
}
on_both!(two_commits_at_once_write_once);

async fn hostile_corrections_are_kept_as_text_or_refused(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    let script = "<script>alert(1)</script>";
    let fields =
        [("to", "2"), ("s-2-31-full_name", script), ("s-2-37-full_name", "=cmd|'/c calc'!A1")];
    let back = clerk.post(&at, &fields).await.goes_to();
    let page = clerk.get(&back).await.page();
    assert!(!page.contains(script), "the page is escaped");
    let csv = clerk.get(&format!("{at}/doi-chieu.csv")).await;
    assert!(csv.body.lines().all(|line| !line.contains(",=") && !line.starts_with('=')));

    let long = "ă".repeat(10_000);
    let fields =
        [("to", "2"), ("s-2-43-full_name", long.as_str()), ("s-2-75-full_name", "Trương A")];
    let refused = clerk.post(&at, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("dài 10.000 ký tự"), "{}", refused.body);
    assert!(refused.body.contains("value=\"Trương A\""), "what was typed is not lost");
    assert!(refused.body.contains("href=\"#s-2-43-full_name\""));
    let strange =
        [("to", "99"), ("s-9-9-full_name", "x"), ("s-2-31-sign", "x"), ("hien", "de-0-x")];
    assert_eq!(clerk.post(&at, &strange).await.status, StatusCode::SEE_OTHER);
    assert_eq!(clerk.get("/nhap-lieu/khong-phai-ma").await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        clerk.get(&format!("{at}?to=77&ma={}", encode("' OR 1=1"))).await.status,
        StatusCode::OK
    );
}
on_both!(hostile_corrections_are_kept_as_text_or_refused);

async fn a_row_left_for_later_stays_behind_and_a_file_can_be_thrown_away(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    let page = clerk.get(&format!("{at}?to=2")).await.page();
    assert!(page.contains("name=\"ghi-2-41\" value=\"1\" checked"), "{page}");
    // The box of E41 is shown and not ticked.
    let back = clerk.post(&at, &[("to", "2"), ("hien", "ghi-2-41")]).await.goes_to();
    let page = clerk.get(&back).await.page();
    assert!(page.contains("Anh/chị sắp ghi <b>250</b> dòng"), "{page}");
    let gone = clerk.post(&format!("{at}/bo"), &[]).await.goes_to();
    assert_eq!(gone, "/nhap-lieu");
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_rows").await, 0);
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_originals").await, 0);
    assert_eq!(clerk.get(&at).await.status, StatusCode::GONE);
    let again = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    assert_ne!(again, at, "a file thrown away may come again");
}
on_both!(a_row_left_for_later_stays_behind_and_a_file_can_be_thrown_away);

async fn the_meaning_of_a_column_can_be_changed_and_changed_back(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, VNTIME, &bytes).await.goes_to();
    clerk.get(&at).await.page();
    let ignore = [("to", "2"), ("cot-4", "bo"), ("nhom", "HCN")];
    clerk.post(&format!("{at}/to"), &ignore).await.goes_to();
    let page = clerk.get(&format!("{at}?to=2")).await.page();
    assert!(page.contains("Hộ cận nghèo") && page.contains("cột số giấy tờ"), "{page}");
    let unknown = clerk.post(&format!("{at}/to"), &[("to", "2"), ("nhom", "KHAC")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    clerk.get(&at).await.page();
    clerk.post(&format!("{at}/to"), &[("to", "2"), ("cot-4", ""), ("nhom", "")]).await.goes_to();
    let page = clerk.get(&format!("{at}?to=2")).await.page();
    assert!(page.contains("Còn <b>14</b> dòng anh/chị cần sửa"), "{page}");
}
on_both!(the_meaning_of_a_column_can_be_changed_and_changed_back);

const HOUSEHOLDS: &str = "DANH SÁCH HỘ NGHÈO XÃ SƠN KIM 1
STT,Họ và tên chủ hộ và thành viên,Ngày sinh,Số CMND,Quan hệ với chủ hộ,Số khẩu,Số tiền
1,Nguyễn Văn An,01/02/1960,183456789,Chủ hộ,3,2250000
,Trần Thị Bình,03/04/1962,183456790,Vợ,,
,Nguyễn Văn Cường,31/02/1990,183456791,Con,,
2,Lê Thị Dung,05/06/1955,183456792,Chủ hộ,1,750000
";

async fn a_household_is_written_together_and_its_members_know_their_head(t: TestApp) {
    let mut clerk = t.sign_in("x18196").await;
    let at = upload(&mut clerk, "HN Sơn Kim 1.csv", HOUSEHOLDS.as_bytes()).await.goes_to();
    let page = clerk.get(&at).await.page();
    assert!(page.contains("Cùng hộ với một dòng phải sửa"), "{page}");
    assert!(page.contains("Anh/chị sắp ghi <b>1</b> dòng"), "{page}");
    let fields = [("to", "0"), ("s-0-5-birth", "28/02/1990")];
    let back = clerk.post(&at, &fields).await.goes_to();
    let page = clerk.get(&back).await.page();
    assert!(
        page.contains("Anh/chị sắp ghi <b>4</b> dòng, tổng <b class=\"so\">3.000.000"),
        "{page}"
    );
    let confirm = clerk.get(&format!("{at}/ghi")).await.page();
    let version = hidden(&confirm, "phien_ban");
    clerk.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
    let members = "SELECT COUNT(*) FROM list_entries m JOIN list_entries h ON h.id = m.household_of
                   WHERE h.source_line = 3 AND m.amount_dong IS NULL";
    assert_eq!(t.number(members).await, 2);
}
on_both!(a_household_is_written_together_and_its_members_know_their_head);

async fn corrections_of_two_windows_are_both_kept(t: TestApp) {
    let Some(bytes) = workbook(VNTIME) else { return };
    let mut one = t.sign_in("x18196").await;
    let at = upload(&mut one, VNTIME, &bytes).await.goes_to();
    let mut other = t.sign_in("x18196").await;
    one.get(&at).await.page();
    other.get(&at).await.page();
    let (first, second) = (
        [("to", "2"), ("s-2-31-full_name", "Nguyễn Hữu Trương")],
        [("to", "2"), ("s-2-37-full_name", "Trần Bảo Hương")],
    );
    let (a, b) = tokio::join!(one.post(&at, &first), other.post(&at, &second));
    assert_eq!(
        (a.status, b.status),
        (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER),
        "{}{}",
        a.body,
        b.body
    );
    assert!(one.get(&at).await.page().contains("Còn <b>12</b> dòng anh/chị cần sửa"));
    // What was confirmed in a window that is out of date is not what would be written.
    let stale = other.post(&format!("{at}/ghi"), &[("phien_ban", "1")]).await;
    assert_eq!(stale.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(stale.body.contains("vừa được sửa ở cửa sổ khác"), "{}", stale.body);
}
on_both!(corrections_of_two_windows_are_both_kept);

async fn a_reading_that_fails_for_good_says_so_and_can_be_asked_for_again(t: TestApp) {
    use ansinh::database::Sql;
    let Some(bytes) = workbook("12_Tong_hop_huyen_Cam_Xuyen.xlsx") else { return };
    let mut officer = t.sign_in("h446").await;
    let at = upload(&mut officer, "ds.xlsx", &bytes).await.goes_to();
    let db = t.app.db.read();
    // A file of a programme that the configuration has lost.
    db.change("UPDATE intake_files SET programme_code = 'KHAC'", vec![]).await.unwrap();
    for _ in 0..4 {
        work_once(&t.app).await.unwrap();
        t.pass(Duration::minutes(5));
    }
    let page = officer.get(&at).await.page();
    assert!(page.contains("Máy chủ gặp lỗi khi đọc tệp này"), "{page}");
    assert!(officer.get("/nhap-lieu").await.page().contains("đọc không thành"));
    db.change("UPDATE intake_files SET programme_code = 'NQ42'", vec![]).await.unwrap();
    officer.post(&format!("{at}/doc-lai"), &[]).await.goes_to();
    assert_eq!(work_once(&t.app).await.unwrap(), 1);
    assert!(officer.get(&at).await.page().contains("<b>20.000</b> dòng"));
}
on_both!(a_reading_that_fails_for_good_says_so_and_can_be_asked_for_again);

/// The actor of an account, as a request would have it.
async fn actor(t: &TestApp, username: &str) -> ansinh::identity::Actor {
    ansinh::identity::act_as(&t.app.db, username).await.unwrap().unwrap()
}
