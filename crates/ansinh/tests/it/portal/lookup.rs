//! Looking up one's own result.

use ansinh::database::Sql;
use ansinh::relief::{OwnQuestion, own_results};
use axum::http::StatusCode;
use sea_orm::FromQueryResult;
use vietnam::date::PartialDate;

use super::seed::{Row, day};
use crate::on_both;
use crate::support::{Answer, Client, TestApp};

const NUMBER: &str = "042140000184";

async fn with_a_paid_person(t: &TestApp) {
    let mut list = t.list("BTXH", "approved");
    list.decision = Some(t.decision("1502/QĐ-UBND").await);
    list.posting_ends_on = Some(day("2020-05-15"));
    let row = Row { pay: Some("paid"), ..Row::new("Nguyễn Thị Thắm", Some(NUMBER)) };
    let year_only = Row {
        pay: Some("unpaid"),
        birth: (1951, None, None),
        ..Row::new("Trần Văn Năm", Some("183456789"))
    };
    t.seed(&list, &[row, year_only]).await;
}

async fn ask(client: &mut Client, number: &str, birth: &str) -> Answer {
    client.post("/tra-cuu/ket-qua", &[("so_giay_to", number), ("ngay_sinh", birth)]).await
}

async fn two_facts_show_every_step(t: TestApp) {
    with_a_paid_person(&t).await;
    let mut visitor = t.visitor();
    for number in [NUMBER, "042.140 000-184", "42140000184"] {
        let page = ask(&mut visitor, number, "5/3/1940").await.page();
        for shown in [
            "Đã chi 1.500.000 đồng",
            "Nguyễn Thị Thắm",
            "042******184",
            "Quyết định 1502/QĐ-UBND",
            "Một triệu năm trăm nghìn đồng",
            "Xã Sơn Kim 1",
            "Niêm yết lấy ý kiến",
        ] {
            assert!(page.contains(shown), "{shown} is missing: {page}");
        }
        assert!(!page.contains(NUMBER), "the full number is not shown");
    }
    let year = ask(&mut visitor, "183 456 789", "1951").await.page();
    assert!(year.contains("đang chờ chi") && year.contains("giấy ủy quyền"), "{year}");
}
on_both!(two_facts_show_every_step);

async fn nobody_and_a_wrong_second_fact_get_the_same_bytes(t: TestApp) {
    with_a_paid_person(&t).await;
    let mut visitor = t.visitor();
    let nobody = ask(&mut visitor, "042140000999", "5/3/1940").await;
    assert_eq!(nobody.status, StatusCode::OK);
    assert!(nobody.body.contains("Chưa tìm thấy"));
    for (number, birth) in [(NUMBER, "6/3/1940"), (NUMBER, "1940"), (NUMBER, "1/1/2001")] {
        let wrong = ask(&mut visitor, number, birth).await;
        assert_eq!(wrong.status, nobody.status);
        assert_eq!(wrong.bytes, nobody.bytes, "{birth}");
    }
    assert_eq!(ask(&mut visitor, "183456789", "1952").await.bytes, nobody.bytes);
}
on_both!(nobody_and_a_wrong_second_fact_get_the_same_bytes);

async fn wrong_input_is_told_where_and_kept(t: TestApp) {
    let mut visitor = t.visitor();
    let answer = ask(&mut visitor, "12345", "hôm qua").await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    for shown in ["Có 2 chỗ cần sửa", "có 5 chữ số", "Chưa đọc được ngày sinh", "value=\"12345\""]
    {
        assert!(answer.body.contains(shown), "{shown}: {}", answer.body);
    }
    let hostile = ask(&mut visitor, "\"><script>alert(1)</script>", "<img src=x>").await;
    assert!(!hostile.body.contains("<script>alert") && !hostile.body.contains("<img src"));
    let empty = visitor.post("/tra-cuu/ket-qua", &[]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("Nhập ngày sinh"));
    assert_eq!(visitor.get("/tra-cuu/ket-qua").await.goes_to(), "/tra-cuu");
    let form = visitor.get("/tra-cuu?so_giay_to=042140000184").await.page();
    assert!(!form.contains(NUMBER), "a number in the address is not taken");
}
on_both!(wrong_input_is_told_where_and_kept);

async fn one_number_cannot_be_tried_out(t: TestApp) {
    with_a_paid_person(&t).await;
    let mut visitor = t.visitor();
    // The public list shows 042******184: the six digits between are tried one after the other.
    for n in 0..10 {
        let guess = format!("0421400{n:02}184");
        assert_eq!(ask(&mut visitor, &guess, "6/3/1940").await.status, StatusCode::OK);
    }
    let stopped = ask(&mut visitor, NUMBER, "5/3/1940").await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.body.contains("thử lại ngày mai"), "{}", stopped.body);
    let other = ask(&mut visitor, "183456789", "1951").await;
    assert_eq!(other.status, StatusCode::OK, "another person is not hindered");
    t.pass(chrono::Duration::hours(25));
    ask(&mut visitor, NUMBER, "5/3/1940").await.page();
}
on_both!(one_number_cannot_be_tried_out);

async fn a_network_has_a_budget_and_words_when_it_is_used_up(t: TestApp) {
    with_a_paid_person(&t).await;
    let mut visitor = t.visitor();
    let limit = t.app.config.lookups_per_network;
    for _ in 0..limit {
        assert_eq!(ask(&mut visitor, NUMBER, "5/3/1940").await.status, StatusCode::OK);
    }
    let stopped = ask(&mut visitor, NUMBER, "5/3/1940").await;
    assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(stopped.body.contains("chờ mười phút") && stopped.body.contains("UBND xã"));
    t.pass(chrono::Duration::minutes(10));
    ask(&mut visitor, NUMBER, "5/3/1940").await.page();
}
on_both!(a_network_has_a_budget_and_words_when_it_is_used_up);

async fn the_audit_keeps_the_outcome_and_nothing_typed(t: TestApp) {
    with_a_paid_person(&t).await;
    let mut visitor = t.visitor();
    ask(&mut visitor, NUMBER, "5/3/1940").await.page();
    ask(&mut visitor, "042140000777", "7/7/1947").await.page();
    ask(&mut visitor, "042140000778", "7/7/1947").await.page();
    #[derive(FromQueryResult)]
    struct Entry {
        action: String,
        subject_id: String,
        detail: String,
    }
    let sql = "SELECT action, subject_id, detail FROM audit_entries WHERE action LIKE 'lookup.%'
               ORDER BY id";
    let entries: Vec<Entry> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    let mut actions: Vec<&str> = entries.iter().map(|entry| entry.action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(actions, ["lookup.failed", "lookup.found"], "failures are counted by the minute");
    for entry in &entries {
        let all = format!("{} {}", entry.subject_id, entry.detail);
        assert!(!all.contains("0421400007") && !all.contains("1947") && !all.contains(NUMBER));
    }
    t.pass(chrono::Duration::minutes(2));
    ask(&mut visitor, "042140000779", "7/7/1947").await.page();
    let later: Vec<Entry> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    assert!(later.iter().any(|entry| entry.detail.contains("\"not_found\":2")));
}
on_both!(the_audit_keeps_the_outcome_and_nothing_typed);

fn kept(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

async fn those_who_ask_at_one_moment_each_get_their_own_answer(t: TestApp) {
    let row = |n: usize| {
        let number = kept(format!("0421400{n:05}"));
        Row { pay: Some("paid"), ..Row::new(&format!("Trần Thị Số{n:02}"), Some(number)) }
    };
    let mut list = t.list("BTXH", "approved");
    list.decision = Some(t.decision("1502/QĐ-UBND").await);
    t.seed(&list, &(0..28).map(row).collect::<Vec<_>>()).await;
    let mut asking = Vec::new();
    for n in 0..56 {
        let mut visitor = t.visitor();
        asking.push(tokio::spawn(async move {
            // Every other one has the number of somebody and not her birth date.
            let birth = if n % 2 == 0 { "5/3/1940" } else { "6/3/1940" };
            ask(&mut visitor, &format!("0421400{:05}", n / 2), birth).await.page()
        }));
    }
    for (n, page) in asking.into_iter().enumerate() {
        let page = page.await.unwrap();
        assert_eq!(page.matches("Trần Thị Số").count() > 0, n % 2 == 0, "{n}: {page}");
        let own = format!("Trần Thị Số{:02}", n / 2);
        assert_eq!(page.contains(&own), n % 2 == 0, "{n}: {page}");
        assert!(!page.replace(&own, "").contains("Trần Thị Số"), "{n} sees another: {page}");
    }
    let entries = "SELECT COUNT(*) FROM audit_entries WHERE action = 'lookup.found'";
    let entries = t.number(entries).await;
    assert!((1..=20).contains(&entries), "28 people in {entries} entries");
}
on_both!(those_who_ask_at_one_moment_each_get_their_own_answer);

async fn a_number_that_many_rows_bear_hides_nobody(t: TestApp) {
    let made_up = |n: usize| Row::new(&format!("Dòng thứ {n}"), Some("111111111"));
    let list = t.list("BTXH", "submitted");
    t.seed(&list, &(0..90).map(made_up).collect::<Vec<_>>()).await;
    t.seed(&t.list("NCC", "draft"), &[Row::new("Nguyễn Thị Thắm", Some(NUMBER))]).await;
    let birth = PartialDate { year: 1940, month: Some(3), day: Some(5) };
    let question = |key: &str| OwnQuestion { id_key: key.to_owned(), birth };
    let questions = [question("111111111"), question("42140000184"), question("42140000185")];
    let asked: Vec<&OwnQuestion> = questions.iter().collect();
    let found = own_results(t.app.db.read(), "42", &asked).await.unwrap();
    assert_eq!(found.iter().map(Vec::len).collect::<Vec<_>>(), [20, 1, 0]);
    let elsewhere = own_results(t.app.db.read(), "44", &asked).await.unwrap();
    assert!(elsewhere.iter().all(Vec::is_empty), "another province's portal knows none of them");
}
on_both!(a_number_that_many_rows_bear_hides_nobody);

async fn what_left_the_list_is_told_without_the_reason(t: TestApp) {
    let excluded = Row { state: "excluded", ..Row::new("Bùi Bị Loại", Some(NUMBER)) };
    t.seed(&t.list("HN", "submitted"), &[excluded]).await;
    let page = ask(&mut t.visitor(), NUMBER, "5/3/1940").await.page();
    assert!(page.contains("không còn trong danh sách") && page.contains("hỏi UBND"), "{page}");
    assert!(!page.contains(super::seed::NOTE));
}
on_both!(what_left_the_list_is_told_without_the_reason);
