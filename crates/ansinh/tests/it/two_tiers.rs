//! A province of two tiers, as all have been since 1/7/2025: communes directly below it, no
//! districts. The same installation still holds its three tiers of 2020, and every commune code of
//! 2025 had been another commune's, so whatever forgets the era shows here.

use ansinh::areas::Areas;
use ansinh::database::Sql;
use ansinh::identity::{Passwords, create_province_accounts};
use ansinh::relief::Catalogue;
use axum::http::StatusCode;
use chrono::NaiveDate;
use sheets::{FreeCell, FreeSheet, Value, write_xlsx};
use uuid::Uuid;

use crate::duties::deed;
use crate::on_both;
use crate::payments::fixture::{ledger_is_sound, pay, pay_form, send};
use crate::relief::people::{act, bring_to_decision, decide, hidden, put_one};
use crate::support::{Client, Folder, PASSWORD, TestApp};

/// Xã Hương Sơn of 2025 bears the code of Thị trấn Phố Châu of 2020.
const CODE: &str = "18133";
const CLERK: &str = "x18133-2025";
const FIRST: &str = "tinh42-2025";
const SECOND: &str = "tinh42b-2025";

/// A made-up programme for the units since 1/7/2025. Its group has the code of one of 2020.
const PROGRAMME: &str = r#"
code = "HT2025"
name = "Hỗ trợ khẩn cấp sau bão (dữ liệu thử)"
legal = ["Quyết định thử"]
valid_from = "2025-07-01"
units_on = "2025-07-01"

[[group]]
code = "BTXH"
name = "Người yếu thế bị thiệt hại"
monthly_dong = 700000
months_max = 1
unit = "person"
exclusion_group = "HT2025"
legal = "Quyết định thử"

[[group.step]]
role = "commune"
action = "prepare"
days = 5
day_kind = "working"
posting_days = 2

[[group.step]]
role = "province"
action = "appraise"
days = 3
day_kind = "working"

[[group.step]]
role = "province"
action = "approve"
days = 3
day_kind = "working"
"#;

fn catalogue(t: &TestApp) -> Catalogue {
    let name = ansinh::clock::new_id(t.app.clock.now()).unwrap().to_string();
    let folder = Folder(std::env::temp_dir().join("ansinh-tests").join(name));
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("ht2025.toml"), PROGRAMME).unwrap();
    Catalogue::load(Some(&folder.0)).unwrap()
}

/// The accounts of the new era beside those of 2020.
async fn new_accounts(t: &TestApp) {
    let areas = Areas::load(&t.app.db).await.unwrap();
    let day = NaiveDate::from_ymd_opt(2025, 7, 1).unwrap();
    let now = t.app.clock.now();
    let shared = Passwords::Shared(PASSWORD);
    let made = create_province_accounts(&t.app.db, &areas, "42", day, now, shared).await.unwrap();
    assert_eq!(made.len(), 71, "69 communes and two accounts of the province");
    assert!(made.iter().all(|line| line.district.is_empty() && line.role != "district"));
    let again = create_province_accounts(&t.app.db, &areas, "42", day, now, shared).await.unwrap();
    assert!(again.is_empty(), "accounts that exist are left alone");
}

/// A list of 2020 under the same code, then the new era: Monday 2/3/2026.
async fn two_tiers(t: TestApp) -> TestApp {
    put_one(&t, CODE, "BTXH", "Người Của Năm Hai Mươi", Some("042154009999")).await;
    let catalogue = catalogue(&t);
    let t = t.with_catalogue(catalogue);
    new_accounts(&t).await;
    t.set_local("2026-03-02T08:00");
    t
}

/// Three people; the second one's identity number lost a digit.
fn workbook() -> Vec<u8> {
    let text = |row, col, value: &str| FreeCell::new(row, col, Value::Text(value.to_owned()));
    let mut cells = vec![
        text(1, 0, "UBND XÃ HƯƠNG SƠN"),
        text(3, 0, "DANH SÁCH ĐỐI TƯỢNG BẢO TRỢ XÃ HỘI ĐƯỢC HỖ TRỢ"),
    ];
    let titles = ["STT", "Họ và tên", "Ngày sinh", "Số CCCD", "Địa chỉ", "Số tháng", "Số tiền"];
    cells.extend((0..).zip(titles).map(|(col, title)| text(5, col, title)));
    let people = [
        ("Trần Thị Hường", "12/8/1954", "042154003817"),
        ("Phan Văn Lĩnh", "1/2/1949", "04215400495"),
        ("Hồ Thị Mai", "3/9/1960", "042160001234"),
    ];
    for (row, (name, birth, id)) in (6..).zip(people) {
        for (col, value) in (1..).zip([name, birth, id, "Thôn 2, xã Hương Sơn", "1", "700000"])
        {
            cells.push(text(row, col, value));
        }
    }
    write_xlsx(&[FreeSheet { name: "BTXH".to_owned(), cells, ..FreeSheet::default() }]).unwrap()
}

/// Nothing on the page names a district, or the commune that had the code before.
#[track_caller]
fn of_two_tiers(page: &str) {
    for leak in ["huyện", "Huyện", "Phố Châu", "Người Của Năm Hai Mươi", "Đối tượng bảo trợ"]
    {
        assert!(!page.contains(leak), "“{leak}”: {page}");
    }
}

/// Uploads, mends the number, commits; the list.
async fn import(t: &TestApp, clerk: &mut Client) -> Uuid {
    let page = clerk.get("/nhap-lieu").await.page();
    assert!(page.contains("Hỗ trợ khẩn cấp sau bão"), "{page}");
    let at = clerk.upload("/nhap-lieu", &[], "tep", "BTXH.xlsx", &workbook()).await.goes_to();
    let page = clerk.get(&at).await.page();
    assert!(page.contains("<b>3</b> dòng") && page.contains("Xã Hương Sơn"), "{page}");
    of_two_tiers(&page);
    let fields = [("to", "0"), ("s-0-7-id_number", "042149004950")];
    let back = clerk.post(&at, &fields).await.goes_to();
    clerk.get(&back).await.page();
    let confirm = clerk.get(&format!("{at}/ghi")).await.page();
    assert!(confirm.contains("sắp ghi 3 dòng"), "{confirm}");
    let version = hidden(&confirm, "phien_ban");
    let result = clerk.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
    let page = clerk.get(&result).await.page();
    assert!(page.contains("Đã ghi 3 dòng") && page.contains("Người yếu thế"), "{page}");
    let made = "SELECT COUNT(*) FROM beneficiary_lists WHERE tiers = 2 AND district_code = ''
                  AND programme_code = 'HT2025' AND commune_code = '18133'";
    assert_eq!(t.number(made).await, 1);
    let page = clerk.get("/danh-sach").await.page();
    of_two_tiers(&page);
    let id = page.split("/danh-sach/").find_map(|rest| Uuid::parse_str(rest.get(..36)?).ok());
    id.expect("the clerk's list")
}

/// Posts, waits the two working days out, sends.
async fn post_and_send(t: &TestApp, clerk: &mut Client, list: Uuid) {
    let page = clerk.get("/viec").await.page();
    of_two_tiers(&page);
    assert!(page.contains("xã Hương Sơn"), "{page}");
    act(clerk, list, "niem-yet").await.goes_to();
    let page = t.visitor().get("/cong-khai/18133-2025").await.page();
    assert!(page.contains("Trần Thị Hường") && page.contains("đang niêm yết"), "{page}");
    t.set_local("2026-03-05T08:00");
    *clerk = t.sign_in(CLERK).await;
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("gửi tỉnh"), "{page}");
    of_two_tiers(&page);
    act(clerk, list, "gui").await.goes_to();
    let refused = act(clerk, list, "tham-dinh").await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("cấp tỉnh"), "{}", refused.body);
}

/// The province's first account appraises, the second decides.
async fn appraise_and_decide(t: &TestApp, list: Uuid) -> Client {
    let mut old = t.sign_in("h439").await;
    let refused = act(&mut old, list, "tham-dinh").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "no district reaches it");
    let mut first = t.sign_in(FIRST).await;
    let page = first.get("/viec").await.page();
    assert!(page.contains("Không còn cấp huyện: tỉnh thẩm định"), "{page}");
    act(&mut first, list, "tham-dinh").await.goes_to();
    let mut second = t.sign_in(SECOND).await;
    assert!(second.get("/viec").await.page().contains("quyết định"));
    let at = decide(&mut second, &[list], "77/QĐ-UBND", "5/3/2026").await.goes_to();
    let page = second.get(&at).await.page();
    assert!(page.contains("2.100.000") && page.contains("Xã Hương Sơn"), "{page}");
    of_two_tiers(&page);
    second
}

/// The clerk pays all three; every report and the ledger's check agree.
async fn pay_and_report(t: &TestApp, clerk: &mut Client, province: &mut Client) {
    let page = clerk.get("/chi-tra").await.page();
    assert!(page.contains("3 khoản chưa chi, 2.100.000 đồng"), "{page}");
    of_two_tiers(&page);
    let ids = crate::payments::fixture::values(&page, "chon");
    let ids: Vec<Uuid> = ids.iter().map(|id| Uuid::parse_str(id).unwrap()).collect();
    assert!(pay(clerk, &ids[..2]).await.contains("Đã ghi 2 khoản đã chi"));
    for page in [
        "/viec",
        "/bao-cao",
        "/bao-cao/ngay",
        "/bao-cao/quyet-dinh",
        "/bao-cao/doi-tuong",
        "/bao-cao/so-chi",
        "/chi-tra",
        "/danh-sach",
    ] {
        of_two_tiers(&clerk.get(page).await.page());
    }
    let own = clerk.get("/bao-cao").await.page();
    assert!(own.contains("2.100.000") && own.contains("1.400.000"), "{own}");
    let whole = province.get("/bao-cao").await.page();
    assert!(whole.contains("Xã Hương Sơn") && whole.contains("1.400.000"), "{whole}");
    of_two_tiers(&whole);
    let one = province.get("/bao-cao?xa=18133").await.page();
    assert!(one.contains("Xã Hương Sơn") && one.contains("1.400.000"), "{one}");
    let district = province.get("/bao-cao?huyen=439").await;
    assert_eq!(district.status, StatusCode::NOT_FOUND);
    let page = province.get("/viec").await.page();
    assert!(page.contains("Xã Hương Sơn"), "one is not paid yet: {page}");
    ledger_is_sound(t).await;
}

/// Citizens find their commune and themselves.
async fn citizens(t: &TestApp) {
    let posted = "UPDATE beneficiary_lists SET state = 'posted' WHERE tiers = 3";
    assert_eq!(t.app.db.read().change(posted, vec![]).await.unwrap(), 1);
    let mut visitor = t.visitor();
    let page = visitor.get("/").await.page();
    assert!(page.contains("Người yếu thế bị thiệt hại"), "{page}");
    // The person of 2020 stands in a group of the same code; the eras are not added up.
    assert!(page.matches("2.100.000").count() >= 2, "listed and approved of 2025: {page}");
    assert!(page.contains("1.400.000") && !page.contains("Đối tượng bảo trợ"), "{page}");
    let page = visitor.get("/cong-khai").await.page();
    assert!(page.contains("/cong-khai/18133-2025") && !page.contains("huyen="), "{page}");
    assert!(visitor.get("/cong-khai?tu=2020").await.page().contains("huyen=439"));
    let page = visitor.get("/cong-khai?q=huong+son").await.page();
    assert!(page.contains("Xã Hương Sơn"), "{page}");
    for address in ["", "/in", "/tai-ve.csv"] {
        let page = visitor.get(&format!("/cong-khai/18133-2025{address}")).await.page();
        assert!(page.contains("Trần Thị Hường") && page.contains("77/QĐ-UBND"), "{page}");
        assert!(!page.contains("Phố Châu") && !page.contains("Năm Hai Mươi"), "{page}");
    }
    let facts = [("so_giay_to", "042154003817"), ("ngay_sinh", "12/8/1954")];
    visitor.get("/tra-cuu").await.page();
    let page = visitor.post("/tra-cuu/ket-qua", &facts).await.page();
    assert!(page.contains("Đã chi 700.000 đồng") && page.contains("Xã Hương Sơn"), "{page}");
    of_two_tiers(&page);
    let before = visitor.get("/cong-khai/18133").await.page();
    assert!(before.contains("Phố Châu") && !before.contains("Trần Thị Hường"), "{before}");
}

async fn a_province_without_districts_goes_the_whole_way(t: TestApp) {
    let t = two_tiers(t).await;
    let mut clerk = t.sign_in(CLERK).await;
    let list = import(&t, &mut clerk).await;
    let mut before = t.sign_in("x18133").await;
    let hidden = before.get(&format!("/danh-sach/{list}")).await;
    assert_eq!(hidden.status, StatusCode::NOT_FOUND, "the code's commune of 2020 is another");
    post_and_send(&t, &mut clerk, list).await;
    let mut province = appraise_and_decide(&t, list).await;
    pay_and_report(&t, &mut clerk, &mut province).await;
    citizens(&t).await;
}
on_both!(a_province_without_districts_goes_the_whole_way);

async fn the_province_that_prepared_a_list_neither_appraises_nor_decides_it(t: TestApp) {
    let t = two_tiers(t).await;
    let mut first = t.sign_in(FIRST).await;
    let list = import(&t, &mut first).await;
    act(&mut first, list, "niem-yet").await.goes_to();
    t.set_local("2026-03-05T08:00");
    let mut first = t.sign_in(FIRST).await;
    act(&mut first, list, "gui").await.goes_to();
    let own = act(&mut first, list, "tham-dinh").await;
    assert!(own.body.contains("không tự thẩm định"), "{}", own.body);
    let mut second = t.sign_in(SECOND).await;
    act(&mut second, list, "tham-dinh").await.goes_to();
    let own = first.get("/quyet-dinh/moi").await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", own.body);
    decide(&mut second, &[list], "77/QĐ-UBND", "5/3/2026").await.goes_to();
}
on_both!(the_province_that_prepared_a_list_neither_appraises_nor_decides_it);

async fn work_left_from_before_says_so_to_the_province_of_today(t: TestApp) {
    let old = put_one(&t, "18196", "HN", "Trần Thị Hường", Some("042154003817")).await;
    bring_to_decision(&t, "18196", old).await;
    let t = two_tiers(t).await;
    let told = "(đơn vị trước 01/7/2025)";
    let mut today = t.sign_in(FIRST).await;
    let page = today.get("/quyet-dinh/moi").await.page();
    assert!(page.contains("Xã Sơn Kim 1 – Hộ nghèo, đợt 1") && page.contains(told), "{page}");
    let page = today.get("/quyet-dinh").await.page();
    assert!(page.contains("1 danh sách"), "it is still to be done: {page}");
    let mut before = t.sign_in("tinh42").await;
    let page = before.get("/quyet-dinh/moi").await.page();
    assert!(page.contains("Xã Sơn Kim 1") && !page.contains(told), "{page}");
}
on_both!(work_left_from_before_says_so_to_the_province_of_today);

async fn where_there_is_no_district_the_province_opens_a_closed_book_again(t: TestApp) {
    let t = two_tiers(t).await;
    let mut clerk = t.sign_in(CLERK).await;
    let list = import(&t, &mut clerk).await;
    post_and_send(&t, &mut clerk, list).await;
    appraise_and_decide(&t, list).await;
    t.set_local("2026-03-05T17:31");
    let mut clerk = t.sign_in(CLERK).await;
    let page = clerk.get("/chi-tra").await.page();
    let ids = crate::payments::fixture::values(&page, "chon");
    let ids: Vec<Uuid> = ids.iter().map(|id| Uuid::parse_str(id).unwrap()).collect();
    let tokens = pay_form(&mut clerk, &ids[..1]).await;
    let refused = send(&mut clerk, &tokens, &[]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Sổ ngày 5/3/2026 đã khóa"), "{}", refused.body);
    t.set_local("2026-03-06T09:00");
    let fields = [("mo_ngay", "5/3/2026"), ("mo_ly_do", "xã mất điện"), ("den_gio", "10h30")];
    let mut clerk = t.sign_in(CLERK).await;
    clerk.get("/viec").await.page();
    let own = clerk.post(&format!("/don-doc/{CODE}/mo-so"), &fields).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY, "not its own: {}", own.body);
    let mut old = t.sign_in("h439").await;
    deed(&mut old, CODE, "mo-so", &fields).await;
    let two_tiers = "SELECT COUNT(*) FROM day_reopenings WHERE tiers = 2";
    assert_eq!(t.number(two_tiers).await, 0, "but this one is not");
    let mut province = t.sign_in(FIRST).await;
    let before = province.get(&format!("/don-doc/{CODE}")).await.page();
    assert!(before.contains("/mo-so") && before.contains("Xã Hương Sơn"), "{before}");
    of_two_tiers(&before);
    deed(&mut province, CODE, "mo-so", &fields).await.goes_to();
    assert_eq!(t.number(two_tiers).await, 1);
    let home = clerk.get("/viec").await.page();
    assert!(home.contains("đã mở lại sổ ngày 5/3/2026 đến 10 giờ 30"), "{home}");
    of_two_tiers(&home);
    let day = [("ngay", "5/3/2026")];
    let tokens = pay_form(&mut clerk, &ids[..1]).await;
    let page = send(&mut clerk, &tokens, &day).await.page();
    assert!(page.contains("Đã ghi 1 khoản đã chi"), "no reason is asked: {page}");
    let within = "SELECT COUNT(*) FROM late_entries WHERE reopening_id IS NOT NULL AND tiers = 2";
    assert_eq!(t.number(within).await, 1);
    t.set_local("2026-03-06T10:30");
    let mut clerk = t.sign_in(CLERK).await;
    let tokens = pay_form(&mut clerk, &ids[1..2]).await;
    let refused = send(&mut clerk, &tokens, &day).await;
    assert!(refused.body.contains("Sổ ngày 5/3/2026 đã khóa"), "its hour has come");
    ledger_is_sound(&t).await;
}
on_both!(where_there_is_no_district_the_province_opens_a_closed_book_again);

async fn without_a_programme_for_its_units_a_commune_is_told_so(t: TestApp) {
    new_accounts(&t).await;
    t.set_local("2026-03-02T08:00");
    let mut clerk = t.sign_in(CLERK).await;
    clerk.get("/nhap-lieu").await.page();
    let answer = clerk.upload("/nhap-lieu", &[], "tep", "BTXH.xlsx", &workbook()).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains("từ 01/7/2025"), "{}", answer.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM intake_files").await, 0);
    for page in ["/viec", "/danh-sach", "/chi-tra", "/bao-cao"] {
        of_two_tiers(&clerk.get(page).await.page());
    }
}
on_both!(without_a_programme_for_its_units_a_commune_is_told_so);
