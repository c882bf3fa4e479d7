//! Money by budget: what was given, approved, paid and left; the files of the finance department; what
//! everybody sees of it.

use ansinh::database::Sql;
use axum::http::StatusCode;

use crate::identity::people::supervisor;
use crate::on_both;
use crate::payments::fixture::{approved, someone, values};
use crate::relief::people::officer;
use crate::support::{Answer, Client, TestApp};

const HERE: &str = "/bao-cao/nguon-kinh-phi";

/// Writes an allotment down.
async fn allot(officer: &mut Client, fields: &[(&str, &str)]) -> Answer {
    let form = officer.get(&format!("{HERE}/giao")).await.page();
    let act = values(&form, "ma")[0].clone();
    let mut all = vec![("ma", act.as_str()), ("so", "2101/QĐ-BTC"), ("ngay", "12/5/2020")];
    all.extend_from_slice(fields);
    officer.post(&format!("{HERE}/giao"), &all).await
}

/// Four people of one group, 1.500.000 đồng each, approved half and half; one is paid.
async fn one_paid(t: &TestApp) {
    let people: Vec<_> = (0..4)
        .map(|n| someone(&format!("Trần Thị Duyệt {n}"), &format!("04215400{n}517")))
        .collect();
    approved(t, "18196", "NCC", &people).await;
    for (position, code, name) in
        [(1, "trung_uong", "Ngân sách trung ương"), (2, "tinh", "Ngân sách tỉnh")]
    {
        let sql = format!(
            "INSERT INTO decision_sources (decision_id, position, code, name, percent)
             SELECT id, {position}, '{code}', '{name}', 50 FROM decisions"
        );
        t.app.db.read().change(&sql, vec![]).await.unwrap();
    }
    let clerk = officer(t, "x18196").await;
    ansinh::relief::pay_some(&t.app, &clerk, 2).await.unwrap();
}

async fn what_is_given_approved_and_paid_stands_side_by_side(t: TestApp) {
    one_paid(&t).await;
    let mut province = t.sign_in("tinh42").await;
    let bare = province.get(HERE).await.page();
    assert!(bare.contains("Chưa ghi số được giao") && bare.contains("3.000.000"), "{bare}");
    let central = [("nguon", "NQ42:trung_uong"), ("so_tien", "2,5 triệu")];
    allot(&mut province, &central).await.goes_to();
    let own = [("nguon", "NQ42:tinh"), ("so_tien", "5.000.000"), ("ghi_chu", "Dự phòng 2020")];
    allot(&mut province, &own).await.goes_to();
    allot(&mut province, &[("nguon", "NQ42:tinh"), ("chieu", "giam"), ("so_tien", "1.000.000")])
        .await
        .goes_to();
    // 4 × 1.500.000 approved half and half; one paid.
    let page = province.get(HERE).await.page();
    for shown in [
        "đã chi 1.500.000 đồng trong 6.500.000 được giao",
        "Đã duyệt vượt số được giao 500.000 đồng",
        "Dự phòng 2020",
        "-1.000.000",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let file = province.get(&format!("{HERE}/tep/nguon-kinh-phi.csv")).await.page();
    let tinh: Vec<&str> = file
        .lines()
        .find(|line| line.contains("Ngân sách tỉnh"))
        .unwrap()
        .split(',')
        .map(|cell| cell.trim_matches('"'))
        .collect();
    assert_eq!(tinh[2..], ["4000000", "3000000", "750000", "1000000", "3250000"], "{file}");
    let papers = province.get(&format!("{HERE}/tep/theo-quyet-dinh.csv")).await.page();
    assert!(papers.contains("QĐ-UBND") && papers.contains("750000"), "{papers}");
    let given = province.get(&format!("{HERE}/tep/giao-du-toan.csv")).await.page();
    assert_eq!(given.lines().filter(|line| line.contains("2101/QĐ-BTC")).count(), 3, "{given}");

    // Everybody sees the sums, and the same ones.
    let public = t.visitor().get("/tien-do").await.page();
    for shown in ["Ngân sách tỉnh", "4.000.000", "750.000", "Được giao"] {
        assert!(public.contains(shown), "{shown}: {public}");
    }
    let open = t.visitor().get("/api/v1/nguon-kinh-phi.csv").await.page();
    assert!(open.contains("4000000,3000000,750000"), "{open}");
}
on_both!(what_is_given_approved_and_paid_stands_side_by_side);

async fn a_wrong_line_is_reversed_once_and_nothing_goes_below_zero(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    let over = [("nguon", "NQ42:tinh"), ("chieu", "giam"), ("so_tien", "1")];
    let refused = allot(&mut province, &over).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.body.contains("chỉ mới giao 0 đồng"), "{}", refused.body);
    allot(&mut province, &[("nguon", "NQ42:tinh"), ("so_tien", "5.000.000")]).await.goes_to();
    let page = province.get(HERE).await.page();
    let rest = page.split(&format!("action=\"{HERE}/giao/")).nth(1).unwrap();
    let address = format!("{HERE}/giao/{}", rest.split('"').next().unwrap());
    let act = values(&page, "ma")[0].clone();
    let bare = province.post(&address, &[("ma", &act), ("ly_do", "")]).await;
    assert_eq!(bare.status, StatusCode::UNPROCESSABLE_ENTITY);
    let why = [("ma", act.as_str()), ("ly_do", "Ghi nhầm nguồn")];
    for _ in 0..2 {
        province.post(&address, &why).await.goes_to();
    }
    let other = uuid::Uuid::from_u128(9).to_string();
    let twice = province.post(&address, &[("ma", &other), ("ly_do", "Ghi nhầm nguồn")]).await;
    assert_eq!(twice.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(twice.body.contains("đã được ghi đảo"), "{}", twice.body);
    let sum = "SELECT CAST(SUM(amount_dong) AS BIGINT) FROM budget_allotments";
    assert_eq!(
        (t.number(sum).await, t.number("SELECT COUNT(*) FROM budget_allotments").await),
        (0, 2)
    );
    assert!(province.get(HERE).await.page().contains("Ghi nhầm nguồn"));
}
on_both!(a_wrong_line_is_reversed_once_and_nothing_goes_below_zero);

async fn the_form_says_what_is_wrong_and_only_the_province_writes(t: TestApp) {
    let mut province = t.sign_in("tinh42").await;
    for (field, typed, told) in [
        ("nguon", "NQ42:vàng", "Chọn chương trình và nguồn"),
        ("nguon", "", "Chọn chương trình và nguồn"),
        ("so", "", "Ghi số văn bản"),
        ("ngay", "16/5/2020", "không sau hôm nay"),
        ("so_tien", "0", "lớn hơn 0"),
        ("so_tien", "-5", "lớn hơn 0"),
        ("so_tien", "năm tỷ", "lớn hơn 0"),
        ("so_tien", "999999999999999999999", "lớn hơn 0"),
    ] {
        let mut fields = vec![("nguon", "NQ42:tinh"), ("so_tien", "5.000.000")];
        fields.retain(|(name, _)| *name != field);
        fields.insert(0, (field, typed));
        let form = province.get(&format!("{HERE}/giao")).await.page();
        let act = values(&form, "ma")[0].clone();
        fields.extend([("ma", act.as_str()), ("so", "2101/QĐ-BTC"), ("ngay", "12/5/2020")]);
        let answer = province.post(&format!("{HERE}/giao"), &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={typed}");
        assert!(answer.body.contains(told), "{field}={typed}: {}", answer.body);
    }
    for who in ["h439", "x18196"] {
        let mut client = t.sign_in(who).await;
        let told = client.get(&format!("{HERE}/giao")).await;
        assert_eq!(told.status, StatusCode::UNPROCESSABLE_ENTITY, "{who}");
        assert!(!client.get(HERE).await.page().contains("Được giao"), "{who} is given nothing");
    }
    let mut watcher = supervisor(&t, "tinh42", "gs.tinh").await;
    assert!(!watcher.get(HERE).await.page().contains("Ghi số kinh phí được giao"));
    assert_eq!(t.number("SELECT COUNT(*) FROM budget_allotments").await, 0);
}
on_both!(the_form_says_what_is_wrong_and_only_the_province_writes);

async fn progress_is_drawn_by_day_once_the_book_is_closed(t: TestApp) {
    one_paid(&t).await;
    let today = t.visitor().get("/tien-do").await.page();
    assert!(today.contains("Chưa có ngày nào đã khóa sổ"), "the book of today is open: {today}");
    t.set_local("2020-05-16T08:00");
    let page = t.visitor().get("/tien-do").await.page();
    for shown in ["<svg class=\"bieu\"", "15/5/2020: 1.500.000 đồng", "Người có công"] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    let other = t.visitor().get("/tien-do?nhom=HN").await.page();
    assert!(!other.contains("15/5/2020: "), "another group: {other}");
    let junk = t.visitor().get("/tien-do?nhom=%27%3Cb%3E").await.page();
    assert!(junk.contains("Tiến độ hỗ trợ") && !junk.contains("<b>\""), "{junk}");
}
on_both!(progress_is_drawn_by_day_once_the_book_is_closed);
