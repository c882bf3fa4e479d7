//! The duplicates desk, and numbers that belong to one person.

use axum::http::StatusCode;
use uuid::Uuid;

use super::people::{SON_KIM, act, bring_to_decision, decide, put, put_one, row};
use crate::on_both;
use crate::support::{Client, TestApp};

/// The address of the only open warning.
async fn warning(client: &mut Client) -> String {
    let page = client.get("/canh-bao").await.page();
    let body = page.split("<tbody>").nth(1).unwrap_or_else(|| panic!("none: {page}"));
    let rest = body.split("href=\"/canh-bao/").nth(1).unwrap();
    format!("/canh-bao/{}", rest.split('"').next().unwrap())
}

/// The entry of a list by part of its row in the page.
async fn entry(client: &mut Client, list: Uuid, name: &str) -> String {
    let page = client.get(&format!("/danh-sach/{list}")).await.page();
    let before = page.split(&format!("\">{name}</a>")).next().unwrap();
    let id = before.rsplit("/danh-sach/dong/").next().unwrap();
    format!("/danh-sach/dong/{id}")
}

async fn the_pair_is_shown_with_only_what_the_decision_needs_and_the_loser_leaves(t: TestApp) {
    let poor = put_one(&t, "18199", "HN", "Trần Thị Hương", Some("042154003817")).await;
    put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    let mut clerk = t.sign_in("x18196").await;
    let at = warning(&mut clerk).await;
    let page = clerk.get(&at).await.page();
    assert!(page.contains("<mark class=\"khac\">Trần Thị Hương</mark>"), "{page}");
    assert!(!page.contains("042154003817") && page.contains("042******817"), "{page}");
    assert_eq!(page.matches("12/8/1954").count(), 1, "the other's birth year only");
    assert!(page.contains("500.000 đồng một tháng") && page.contains("mục I"), "{page}");
    assert!(page.contains("Quy tắc giữ dòng B"), "the veteran's row came second: {page}");
    let theirs = clerk.post(&at, &[("giu", "B")]).await;
    assert_eq!(theirs.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(theirs.body.contains("không thuộc quyền"), "{}", theirs.body);
    let mut owner = t.sign_in("x18199").await;
    let again = owner.get(&at).await.page();
    assert!(again.contains("theo quy tắc"), "{again}");
    owner.post(&at, &[("giu", "B")]).await.goes_to();
    let page = owner.get(&format!("/danh-sach/{poor}?loc=da-loai")).await.page();
    assert!(page.contains("đã giữ ở nhóm Người có công"), "{page}");
    owner.get(&at).await.page();
    let twice = owner.post(&at, &[("giu", "B")]).await;
    assert!(twice.body.contains("đã được xử lý"), "{}", twice.body);
    let mut far = t.sign_in("h436").await;
    assert_eq!(far.get(&at).await.status, StatusCode::NOT_FOUND);
}
on_both!(the_pair_is_shown_with_only_what_the_decision_needs_and_the_loser_leaves);

async fn keeping_the_lower_row_needs_a_reason_and_taking_it_back_opens_the_pair_again(t: TestApp) {
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    let mut clerk = t.sign_in("x18196").await;
    let at = warning(&mut clerk).await;
    clerk.get(&at).await.page();
    let silent = clerk.post(&at, &[("giu", "A")]).await;
    assert!(silent.body.contains("Ghi căn cứ"), "{}", silent.body);
    let unsure = clerk.post(&at, &[]).await;
    assert!(unsure.body.contains("Chọn giữ dòng A hay dòng B"), "{}", unsure.body);
    let fields = [("giu", "A"), ("can_cu", "Bà tự nguyện chọn hưởng theo hộ")];
    clerk.post(&at, &fields).await.goes_to();
    assert_eq!(open(&t).await, 0);
    let row = entry(&mut clerk, list, "Trần Thị Hường").await;
    clerk.get(&format!("{row}/dua-lai")).await.page();
    clerk.post(&format!("{row}/dua-lai"), &[]).await.goes_to();
    assert_eq!(open(&t).await, 1);
}
on_both!(keeping_the_lower_row_needs_a_reason_and_taking_it_back_opens_the_pair_again);

async fn a_row_leaves_by_the_desk_only_from_the_hands_that_hold_its_list(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let fields = [("giu", "B"), ("can_cu", "Bà tự nguyện chọn hưởng theo hộ")];
    let kept = "SELECT COUNT(*) FROM list_entries WHERE state = 'listed'";
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "niem-yet").await.goes_to();
    t.pass(chrono::Duration::days(6));
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "gui").await.goes_to();
    let at = warning(&mut clerk).await;
    let page = clerk.get(&at).await.page();
    assert!(!page.contains("name=\"giu\""), "nothing to choose: {page}");
    let refused = clerk.post(&at, &fields).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("Chờ thẩm định"), "{}", refused.body);
    assert!(refused.body.contains("cấp huyện"), "who can: {}", refused.body);
    let mut district = t.sign_in("h439").await;
    assert!(district.get(&at).await.page().contains("value=\"B\""));
    act(&mut district, list, "tham-dinh").await.goes_to();
    for client in [&mut clerk, &mut district] {
        client.get(&at).await.page();
        let refused = client.post(&at, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("cấp tỉnh"), "{}", refused.body);
    }
    assert_eq!(t.number(kept).await, 2);
    let mut province = t.sign_in("tinh42").await;
    province.get(&at).await.page();
    province.post(&at, &fields).await.goes_to();
    assert_eq!(t.number(kept).await, 1);
}
on_both!(a_row_leaves_by_the_desk_only_from_the_hands_that_hold_its_list);

async fn open(t: &TestApp) -> i64 {
    t.number("SELECT COUNT(*) FROM duplicate_warnings WHERE state = 'open'").await
}

async fn an_old_and_a_new_number_are_linked_by_proof_and_unlinked(t: TestApp) {
    let old = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("183204517")).await;
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817")).await;
    assert_eq!(open(&t).await, 0, "name and birth date alone prove nothing");
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, old, "Trần Thị Hường").await;
    let at = row.replace("/danh-sach/dong/", "/canh-bao/lien-ket/");
    clerk.get(&at).await.page();
    let clumsy = clerk.post(&at, &[("so", "04215400381"), ("can_cu", "QR")]).await;
    assert_eq!(clumsy.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(clumsy.body.contains("có 11 chữ số") && clumsy.body.contains("Ghi căn cứ"));
    let fields = [("so", "042 154 003 817"), ("can_cu", "mã QR trên thẻ CCCD")];
    clerk.post(&at, &fields).await.goes_to();
    assert_eq!(open(&t).await, 1);
    let evidence = "SELECT COUNT(*) FROM duplicate_warnings WHERE evidence = 'linked_ids'";
    assert_eq!(t.number(evidence).await, 1);
    let same = clerk.post(&at, &fields).await;
    assert!(same.body.contains("đã được nối rồi"), "{}", same.body);
    let page = clerk.get(&at).await.page();
    assert!(page.contains("183***517") && page.contains("Gỡ liên kết"), "{page}");
    let undo = page.split(&format!("action=\"{at}/")).nth(1).unwrap();
    let undo = format!("{at}/{}", undo.split('"').next().unwrap());
    clerk.post(&undo, &[]).await.goes_to();
    assert_eq!(open(&t).await, 0);
    let persons = "SELECT COUNT(DISTINCT person_id) FROM list_entries";
    assert_eq!(t.number(persons).await, 2);
}
on_both!(an_old_and_a_new_number_are_linked_by_proof_and_unlinked);

async fn a_link_made_before_the_second_row_comes_finds_it_when_it_comes(t: TestApp) {
    let old = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("183204517")).await;
    let mut clerk = t.sign_in("x18196").await;
    let row = entry(&mut clerk, old, "Trần Thị Hường").await;
    let at = row.replace("/danh-sach/dong/", "/canh-bao/lien-ket/");
    clerk.get(&at).await.page();
    let fields = [("so", "042154003817"), ("can_cu", "mã QR trên thẻ CCCD")];
    clerk.post(&at, &fields).await.goes_to();
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("42154003817")).await;
    assert_eq!(open(&t).await, 1);
}
on_both!(a_link_made_before_the_second_row_comes_finds_it_when_it_comes);

async fn a_lower_row_already_paid_becomes_a_case_and_is_never_changed_by_the_machine(t: TestApp) {
    let mut poor = row(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817"), 1);
    poor.household_size = Some(1);
    let list = put(&t, "x18199", vec![poor]).await.unwrap().list_ids[0];
    bring_to_decision(&t, "18199", list).await;
    let mut province = t.sign_in("tinh42").await;
    decide(&mut province, &[list], "1502/QĐ-UBND", "21/5/2020").await.goes_to();
    use ansinh::database::Sql;
    t.app
        .db
        .run_tx::<_, ansinh::web::Error, _, _>("test.pay", |tx| async move {
            let sql = "UPDATE entitlements SET paid_dong = amount_dong, pay_state = 'paid'";
            tx.change(sql, vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
    put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817")).await;
    let at = warning(&mut province).await;
    let page = province.get(&at).await.page();
    assert!(page.contains("Hồ sơ chênh lệch") && page.contains("Máy không tự chi thêm"), "{page}");
    let take = province.post(&at, &[("giu", "B"), ("can_cu", "mức cao hơn")]).await;
    assert!(take.body.contains("đã chi tiền"), "{}", take.body);
    let fields = [("giu", "A"), ("can_cu", "đã chi mức hộ nghèo")];
    let mut elsewhere = t.sign_in("x18199").await;
    elsewhere.get(&at).await.page();
    let theirs = elsewhere.post(&at, &fields).await;
    assert!(theirs.body.contains("không thuộc quyền"), "{}", theirs.body);
    province.get(&at).await.page();
    province.post(&at, &fields).await.goes_to();
    let case = province.get("/canh-bao?loc=chenh-lech").await.page();
    assert!(case.contains("còn chênh lệch"), "the difference waits for people: {case}");
    assert!(province.get(&at).await.page().contains("750.000 đồng so với khoản đã chi"));
    assert_eq!(t.number("SELECT COUNT(*) FROM entitlements WHERE state = 'approved'").await, 1);
}
on_both!(a_lower_row_already_paid_becomes_a_case_and_is_never_changed_by_the_machine);
