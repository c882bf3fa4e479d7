//! Several programmes side by side: Resolution 68 with what stacks, Resolution 116 that is only
//! compared, and who stands in two of them.

use ansinh::relief::{NewEntry, Source};
use axum::http::StatusCode;
use chrono::NaiveDate;
use sheets::{FreeCell, FreeSheet, Value, write_xlsx};
use uuid::Uuid;

use crate::on_both;
use crate::payments::fixture::{ledger_is_sound, pay, values};
use crate::relief::people::{
    SON_KIM, act, bring_to_decision, decide, hidden, put_from, put_one, review, row,
};
use crate::support::{Client, TestApp};

const ID: &str = "042154003817";
const NAME: &str = "Trần Thị Hường";

/// Enlists rows of a programme of 2021 as the commune's clerk; the list of the first.
async fn put(t: &TestApp, programme: &str, rows: Vec<NewEntry>) -> Uuid {
    let clerk = format!("x{}", rows[0].commune_code);
    let source = Source {
        file_id: ansinh::clock::new_id(t.app.clock.now()).unwrap(),
        programme_code: programme.to_owned(),
        unit_date: NaiveDate::from_ymd_opt(2021, 7, 1).unwrap(),
        province_code: "42".to_owned(),
        tiers: 3,
    };
    put_from(t, &clerk, source, rows).await.unwrap().list_ids[0]
}

async fn put_68(t: &TestApp, group: &str, months: Option<i32>) -> Uuid {
    let row = NewEntry { months, ..row(t, SON_KIM, group, NAME, Some(ID), 1) };
    put(t, "NQ68", vec![row]).await
}

/// Sends a list without niêm yết and appraises it.
async fn appraised(t: &TestApp, list: Uuid) {
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "gui").await.goes_to();
    let mut district = t.sign_in("h439").await;
    act(&mut district, list, "tham-dinh").await.goes_to();
}

async fn a_worker_is_paid_the_main_policy_and_the_supplement_that_rests_on_it(t: TestApp) {
    t.set_local("2021-08-02T08:00");
    let child = put_68(&t, "TREEM68", Some(2)).await;
    let main = put_68(&t, "TAMHOAN68T", None).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM duplicate_warnings").await, 0, "they stack");
    appraised(&t, child).await;
    appraised(&t, main).await;
    let mut province = t.sign_in("tinh42").await;
    let alone = review(&mut province, &[child], "68/QĐ-UBND", "2/8/2021").await;
    assert!(alone.body.contains("chỉ chi thêm cho người được duyệt một trong"), "{}", alone.body);
    let at = decide(&mut province, &[child, main], "68/QĐ-UBND", "2/8/2021").await.goes_to();
    let page = province.get(&at).await.page();
    assert!(page.contains("5.710.000"), "2 × 1.000.000 + 3.710.000: {page}");
    let mut clerk = t.sign_in("x18196").await;
    let ids = values(&clerk.get("/chi-tra").await.page(), "chon");
    let ids: Vec<Uuid> = ids.iter().map(|id| Uuid::parse_str(id).unwrap()).collect();
    let mut told = String::new();
    for id in &ids {
        told.push_str(&clerk.get(&format!("/chi-tra/{id}")).await.page());
    }
    assert!(told.contains("2 trẻ em × 1.000.000 đồng = 2.000.000 đồng"), "{told}");
    assert!(told.contains("một lần 3.710.000 đồng = 3.710.000 đồng"), "{told}");
    assert!(pay(&mut clerk, &ids).await.contains("Đã ghi 2 khoản đã chi"));
    assert_eq!(
        t.number("SELECT CAST(SUM(paid_dong) AS BIGINT) FROM entitlements").await,
        5_710_000
    );
    ledger_is_sound(&t).await;
    let mut visitor = t.visitor();
    visitor.get("/tra-cuu").await.page();
    let facts = [("so_giay_to", ID), ("ngay_sinh", "12/8/1954")];
    let page = visitor.post("/tra-cuu/ket-qua", &facts).await.page();
    assert!(page.contains("3.710.000 đồng, một lần"), "{page}");
    assert!(page.contains("1.000.000 đồng × 2 trẻ em"), "{page}");
}
on_both!(a_worker_is_paid_the_main_policy_and_the_supplement_that_rests_on_it);

async fn a_decision_that_a_supplement_rests_on_is_not_revoked_before_it(t: TestApp) {
    t.set_local("2021-08-02T08:00");
    let main = put_68(&t, "NGUNGVIEC68", None).await;
    let child = put_68(&t, "MANGTHAI68", None).await;
    appraised(&t, main).await;
    appraised(&t, child).await;
    let mut province = t.sign_in("tinh42").await;
    let first = decide(&mut province, &[main], "68/QĐ-UBND", "2/8/2021").await.goes_to();
    let second = decide(&mut province, &[child], "69/QĐ-UBND", "2/8/2021").await.goes_to();
    let mut revoke = async |at: &str| {
        province.get(at).await.page();
        province.post(&format!("{at}/huy"), &[("ly_do", "ghi nhầm danh sách")]).await
    };
    let refused = revoke(&first).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.contains("69/QĐ-UBND ngày 2/8/2021"), "{}", refused.body);
    revoke(&second).await.goes_to();
    revoke(&first).await.goes_to();
}
on_both!(a_decision_that_a_supplement_rests_on_is_not_revoked_before_it);

async fn two_main_policies_of_resolution_68_are_a_duplicate(t: TestApp) {
    t.set_local("2021-08-02T08:00");
    put_68(&t, "TAMHOAN68N", None).await;
    let ended = put_68(&t, "CHAMDUT68", None).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM duplicate_warnings").await, 1);
    appraised(&t, ended).await;
    let mut province = t.sign_in("tinh42").await;
    let refused = review(&mut province, &[ended], "68/QĐ-UBND", "2/8/2021").await;
    assert!(refused.body.contains("Trùng chắc chắn"), "{}", refused.body);
    let page = province.get("/canh-bao").await.page();
    let lines = page.split("<tbody>").nth(1).unwrap();
    let id = lines.split("href=\"/canh-bao/").nth(1).unwrap().split('"').next().unwrap();
    let page = province.get(&format!("/canh-bao/{id}")).await.page();
    assert!(page.contains("3.710.000 đồng một người, một lần"), "{page}");
    assert!(page.contains("Nghị quyết 68/NQ-CP mục I.2.c"), "{page}");
}
on_both!(two_main_policies_of_resolution_68_are_a_duplicate);

async fn somebody_in_two_programmes_gets_both_and_is_shown_to_those_above(t: TestApp) {
    let poor = put_one(&t, SON_KIM, "HN", NAME, Some(ID)).await;
    bring_to_decision(&t, SON_KIM, poor).await;
    let mut province = t.sign_in("tinh42").await;
    assert!(compared(&mut province).await.contains("Chưa có ai"));
    decide(&mut province, &[poor], "42/QĐ-UBND", "21/5/2020").await.goes_to();
    t.set_local("2021-08-02T08:00");
    let row = NewEntry { ..row(&t, "18199", "LDTD68", NAME, Some(ID), 1) };
    let free = put(&t, "NQ68", vec![row]).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM duplicate_warnings").await, 0);
    bring_to_decision(&t, "18199", free).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[free], "68/QĐ-UBND", "8/8/2021").await.goes_to();
    for who in ["tinh42", "h439"] {
        let page = compared(&mut t.sign_in(who).await).await;
        assert!(page.contains(NAME) && page.contains("042******817"), "{who}: {page}");
        assert!(page.contains("Được hưởng cả hai") && !page.contains(ID), "{who}: {page}");
        assert!(page.contains("750.000") && page.contains("1.500.000"), "{who}: {page}");
        assert!(page.contains("Xã Sơn Kim 1, Huyện Hương Sơn: Đã duyệt, chưa chi"), "{page}");
    }
    assert!(compared(&mut t.sign_in("h436").await).await.contains("Chưa có ai"));
    assert!(compared(&mut t.sign_in("x18196").await).await.contains(NAME), "her own row");
    assert!(compared(&mut t.sign_in("x18172").await).await.contains("Chưa có ai"));
    assert!(province.get("/danh-sach").await.page().contains("href=\"/danh-sach/doi-chieu\""));
    let file = province.get("/danh-sach/doi-chieu/tep/doi-chieu.csv?cap=NQ42.NQ68").await.page();
    assert!(file.contains("042******817") && file.contains("Được hưởng cả hai"), "{file}");
    let none = province.get("/danh-sach/doi-chieu?cap=NQ116.NQ68").await.page();
    assert!(none.contains("Không có ai ở cặp"), "{none}");
}
on_both!(somebody_in_two_programmes_gets_both_and_is_shown_to_those_above);

async fn compared(client: &mut Client) -> String {
    client.get("/danh-sach/doi-chieu").await.page()
}

/// Three people as the social insurance lists them; the last one declines.
fn insurance_list() -> Vec<u8> {
    let text = |row, col, value: &str| FreeCell::new(row, col, Value::Text(value.to_owned()));
    let mut cells = vec![
        text(1, 0, "UBND XÃ SƠN KIM 1"),
        text(2, 0, "DANH SÁCH NGƯỜI LAO ĐỘNG ĐƯỢC HỖ TRỢ TỪ QUỸ BẢO HIỂM THẤT NGHIỆP"),
    ];
    let titles = [
        "STT",
        "Họ và tên",
        "CMND/CCCD",
        "Số điện thoại",
        "Thời gian đóng BHTN chưa hưởng (tổng số tháng)",
        "Địa chỉ",
        "Ghi chú",
    ];
    cells.extend((0..).zip(titles).map(|(col, title)| text(4, col, title)));
    let people = [
        (NAME, ID, "11", ""),
        ("Phan Văn Lĩnh", "042149004950", "132", ""),
        ("Hồ Thị Mai", "042160001234", "60", "Không nhận hỗ trợ"),
    ];
    for (row, (name, id, months, note)) in (5..).zip(people) {
        let place = "Thôn 2, xã Sơn Kim 1";
        for (col, value) in (1..).zip([name, id, "0912345678", months, place, note]) {
            cells.push(text(row, col, value));
        }
        cells.push(FreeCell::new(row, 0, Value::Text((row - 4).to_string())));
    }
    write_xlsx(&[FreeSheet { name: "BHTN".to_owned(), cells, ..FreeSheet::default() }]).unwrap()
}

/// Uploads the list of the social insurance for the chosen programme and commits it.
async fn import(t: &TestApp, clerk: &mut Client) -> Uuid {
    let page = clerk.get("/nhap-lieu").await.page();
    assert!(page.contains("chỉ đối chiếu, Cơ quan bảo hiểm xã hội chi trả"), "{page}");
    let chosen = [("chuong_trinh", "NQ116")];
    let file = insurance_list();
    let at = clerk.upload("/nhap-lieu", &chosen, "tep", "bhtn.xlsx", &file).await.goes_to();
    let page = clerk.get(&at).await.page();
    assert!(page.contains("<b>3</b> dòng"), "{page}");
    let confirm = clerk.get(&format!("{at}/ghi")).await;
    assert_eq!(confirm.status, StatusCode::OK, "{page}");
    let confirm = confirm.page();
    assert!(confirm.contains("sắp ghi 3 dòng"), "{confirm}");
    let version = hidden(&confirm, "phien_ban");
    clerk.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(*) FROM beneficiary_lists").await, 2);
    let page = clerk.get("/danh-sach").await.page();
    let compared = page.split("<tr>").find(|line| line.contains("Chỉ đối chiếu")).unwrap();
    let id = compared.split("/danh-sach/").nth(1).unwrap();
    Uuid::parse_str(&id[..36]).unwrap()
}

async fn a_list_of_the_social_insurance_is_compared_and_nothing_else(t: TestApp) {
    t.set_local("2021-11-01T08:00");
    put_68(&t, "LDTD68", None).await;
    let mut clerk = t.sign_in("x18196").await;
    let list = import(&t, &mut clerk).await;
    let sum = "SELECT CAST(SUM(due_dong) AS BIGINT) FROM list_entries
               WHERE group_code = 'BHTN116'";
    assert_eq!(t.number(sum).await, 1_800_000 + 3_300_000 + 2_400_000, "by bands of months");
    let declines = "SELECT COUNT(*) FROM list_entries WHERE problem = 'declined'";
    assert_eq!(t.number(declines).await, 1, "Không nhận hỗ trợ");
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Chỉ đối chiếu: Cơ quan bảo hiểm xã hội chi trả"), "{page}");
    assert!(!page.contains("/lam/"), "no act is offered: {page}");
    let told = "chỉ để đối chiếu, Cơ quan bảo hiểm xã hội chi trả";
    for who in ["x18196", "h439", "tinh42"] {
        let mut officer = t.sign_in(who).await;
        officer.get("/doi-mat-khau").await.page();
        for slug in ["niem-yet", "gui", "tham-dinh", "tra-lai", "hoan-tac"] {
            let at = format!("/danh-sach/{list}/lam/{slug}");
            let seen = officer.get(&at).await;
            assert!(seen.body.contains(told), "{who} {slug}: {}", seen.body);
            let done = officer.post(&at, &[("phien_ban", "1"), ("ly_do", "làm lại")]).await;
            assert!(done.body.contains(told), "{who} {slug}: {}", done.body);
        }
    }
    let mut province = t.sign_in("tinh42").await;
    province.get("/quyet-dinh").await.page();
    let id = list.to_string();
    let fields = [
        ("danh_sach", id.as_str()),
        ("so", "116/QĐ-UBND"),
        ("ngay", "1/11/2021"),
        ("nguoi_ky", "Trần Tiến Hưng"),
        ("chuc_vu", "Chủ tịch"),
    ];
    let refused = province.post("/quyet-dinh/xem", &fields).await;
    assert!(refused.status.is_client_error(), "{}", refused.body);
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements").await, 0);
    let page = compared(&mut province).await;
    assert!(page.contains("Chỉ đối chiếu, Cơ quan bảo hiểm xã hội chi trả"), "{page}");
    assert!(page.contains("1.800.000") && page.contains("Được hưởng cả hai"), "{page}");
    assert!(!clerk.get("/viec").await.page().contains("Bảo hiểm thất nghiệp"));
}
on_both!(a_list_of_the_social_insurance_is_compared_and_nothing_else);

async fn the_programme_of_the_day_is_shown_and_taken(t: TestApp) {
    let mut visitor = t.visitor();
    let policies = async |visitor: &mut Client, address: &str| visitor.get(address).await.page();
    for address in ["/", "/chinh-sach"] {
        let page = policies(&mut visitor, address).await;
        assert!(page.contains("Hộ nghèo") && !page.contains("NQ 68"), "{address}: {page}");
        assert!(page.contains("chỉ được nhận một khoản, là khoản cao nhất"), "{address}: {page}");
    }
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/nhap-lieu").await.page();
    assert!(page.contains("Nghị quyết 42") && !page.contains("name=\"chuong_trinh\""), "{page}");
    let early = [("chuong_trinh", "NQ116")];
    let refused = clerk.upload("/nhap-lieu", &early, "tep", "bhtn.xlsx", &insurance_list()).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("không nhận danh sách của chương trình đã chọn"));
    t.set_local("2021-11-01T08:00");
    let home = policies(&mut visitor, "/").await;
    assert!(home.contains("Nghị quyết 68/NQ-CP") && !home.contains("Hộ cận nghèo"), "{home}");
    assert!(home.contains("80.000 đồng một người một ngày, nhiều nhất 45 ngày"), "{home}");
    assert!(home.contains("từ 1.800.000 đến 3.300.000 đồng một người, một lần"), "{home}");
    let food = policies(&mut visitor, "/chinh-sach/ANF0-68").await;
    assert!(food.contains("nhiều nhất 3.600.000 đồng một người"), "{food}");
    assert!(food.contains("<mark>cần xác nhận</mark>"), "{food}");
    let insured = policies(&mut visitor, "/chinh-sach/BHTN116").await;
    assert!(insured.contains("Cơ quan bảo hiểm xã hội lập danh sách và chi trả"), "{insured}");
    assert!(policies(&mut visitor, "/chinh-sach").await.contains("Hộ cận nghèo"));
}
on_both!(the_programme_of_the_day_is_shown_and_taken);

async fn addresses_made_up_for_the_comparison_find_nothing(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let base = "/danh-sach/doi-chieu";
    for address in [
        "?cap=NQ42",
        "?cap=NQ42.",
        "?cap=NQ42.KHAC",
        "?cap=%27%3BDROP.TABLE",
        "?cap=%00.%00",
        "?sau=1",
        "?sau=1.2",
        "?sau=00000000-0000-0000-0000-000000000000",
        "?sau=%F0%9F%98%80.%00",
        "/tep/doi-chieu.exe",
        "/tep/danh-sach.csv",
        "/tep/doi-chieu.csv?cap=x",
    ] {
        let answer = province.get(&format!("{base}{address}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{address}: {}", answer.body);
    }
    let nil = Uuid::nil();
    for address in [format!("?sau={nil}.{nil}"), "?so-dong=-1".to_owned(), "?x=y".to_owned()] {
        province.get(&format!("{base}{address}")).await.page();
    }
    let posted = province.post(base, &[]).await;
    assert!(posted.status.is_client_error(), "{}", posted.status);
}
on_both!(addresses_made_up_for_the_comparison_find_nothing);
