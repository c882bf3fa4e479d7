//! Who is the same person: warned of at import, decided at the desk, remembered, taken back.

use ansinh::relief::{Birth, NewEntry, compare_waiting};
use axum::http::StatusCode;
use chrono::Duration;
use uuid::Uuid;

use super::people::{SON_KIM, act, bring_to_decision, decide, hidden, put, row};
use crate::on_both;
use crate::payments::fixture;
use crate::support::{Client, TestApp};

/// Xã Sơn Tây, of the same district.
const SON_TAY: &str = "18172";

/// A list as a clerk of Sơn Tây keeps it in .VnTime: the woman of Sơn Kim 1 with her year only.
const TCVN3_LIST: &str = "\
DANH SÁCH HỘ NGHÈO ĐỀ NGHỊ HỖ TRỢ,,,,,,,,,
XÃ SƠN TÂY - HUYỆN HƯƠNG SƠN,,,,,,,,,
STT,Họ và tên,Năm sinh,Giới tính,Số CMND/CCCD,Địa chỉ,Số điện thoại,Số khẩu,Số tháng,Số tiền
1,TrÇn ThÞ H\u{ad}êng,1954,Nữ,,Nam Hà,0912345406,1,3,750000
2,NguyÔn V¨n Hïng,1960,Nam,183204518,Nam Hà,,1,3,750000
3,Ph¹m ThÞ Lan,1971,Nữ,183204519,Nam Hà,,1,3,750000
4,§Æng V¨n Qu©n,1948,Nam,183204520,Nam Hà,,1,3,750000
";

async fn open(t: &TestApp) -> i64 {
    t.number("SELECT COUNT(*) FROM duplicate_warnings WHERE state = 'open'").await
}

/// The address of the first warning of a shelf.
async fn first_warning(client: &mut Client, shelf: &str) -> String {
    let page = client.get(&format!("/canh-bao?loc={shelf}")).await.page();
    let body = page.split("<tbody>").nth(1).unwrap_or_else(|| panic!("none: {page}"));
    let id = body.split("href=\"/canh-bao/").nth(1).unwrap().split('"').next().unwrap();
    format!("/canh-bao/{id}")
}

/// A person's row as the stories need it.
fn someone(t: &TestApp, commune: &str, group: &str, name: &str, line: u32) -> NewEntry {
    NewEntry {
        phone: Some("0912345406".to_owned()),
        household_size: (group == "HN").then_some(1),
        ..row(t, commune, group, name, None, line)
    }
}

/// Puts rows as an import does, and compares them as it does.
async fn import(t: &TestApp, username: &str, rows: Vec<NewEntry>) -> Vec<Uuid> {
    let lists = put(t, username, rows).await.unwrap().list_ids;
    ansinh::relief::compare_lists(&t.app, &lists).await.unwrap();
    lists
}

async fn upload_and_commit(t: &TestApp, client: &mut Client, text: &str) -> String {
    client.get("/nhap-lieu").await.page();
    let name = "ho-ngheo.csv";
    let at = client.upload("/nhap-lieu", &[], "tep", name, text.as_bytes()).await.goes_to();
    let _ = ansinh::intake::work_once(&t.app).await.unwrap();
    let confirm = client.get(&format!("{at}/ghi")).await.page();
    let version = hidden(&confirm, "phien_ban");
    client.post(&format!("{at}/ghi"), &[("phien_ban", &version)]).await.goes_to()
}

async fn one_woman_in_two_groups_is_warned_of_decided_once_and_paid_the_higher(t: TestApp) {
    let mut veteran = row(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817"), 1);
    veteran.phone = Some("0912345406".to_owned());
    let list = import(&t, "x18196", vec![veteran]).await[0];
    assert_eq!(open(&t).await, 0);
    t.pass(Duration::seconds(1));

    let mut poor_clerk = t.sign_in("x18172").await;
    upload_and_commit(&t, &mut poor_clerk, TCVN3_LIST).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 5);
    assert_eq!(open(&t).await, 1, "warned of at import");
    let at = first_warning(&mut poor_clerk, "").await;
    let page = poor_clerk.get(&at).await.page();
    assert!(page.contains("UBND Huyện Hương Sơn kết luận"), "who must decide: {page}");
    assert!(!page.contains("12/8/1954") && !page.contains("0912345406"), "not hers to see: {page}");
    assert!(page.contains("0912***406"), "{page}");
    let theirs = poor_clerk.post(&at, &[("giu", "hai"), ("can_cu", "không phải")]).await;
    assert!(theirs.body.contains("ngoài quyền"), "{}", theirs.body);
    let id = at.rsplit('/').next().unwrap().to_owned();
    let choice = format!("giu-{id}");
    let many = poor_clerk.post("/canh-bao/loat", &[("cap", &id), (&choice, "hai")]).await;
    assert_eq!(many.status, StatusCode::NOT_FOUND, "nor by the page of many");
    poor_clerk.get(&at).await.page();
    let keep = poor_clerk.post(&at, &[("giu", "A")]).await;
    assert!(
        keep.body.contains("ngoài quyền"),
        "a suspicion is the desk's to decide: {}",
        keep.body
    );

    let mut district = t.sign_in("h439").await;
    let today = district.get("/viec").await.page();
    assert!(today.contains("1 cảnh báo trùng chưa xử lý"), "a duty with a deadline: {today}");
    let page = district.get(&at).await.page();
    assert!(page.contains("Trần Thị Hường") && page.contains("12/8/1954"), "{page}");
    assert!(page.contains("Quy tắc giữ dòng A") || page.contains("quy tắc giữ dòng A"), "{page}");
    assert!(page.contains("1.500.000 đồng") && page.contains("750.000 đồng"), "{page}");
    district.post(&at, &[("giu", "A")]).await.goes_to();
    assert_eq!(open(&t).await, 0);
    assert_eq!(t.number("SELECT COUNT(DISTINCT person_id) FROM list_entries").await, 4);

    let poor = Uuid::parse_str(&one_list(&mut poor_clerk).await).unwrap();
    for (commune, list) in [(SON_KIM, list), (SON_TAY, poor)] {
        bring_to_decision(&t, commune, list).await;
    }
    let mut province = t.sign_in("tinh42").await;
    let on = vietnam::date::vi_date(t.app.clock.today());
    decide(&mut province, &[list, poor], "1502/QĐ-UBND", &on).await.goes_to();
    let hers = "SELECT COUNT(*) FROM entitlements en JOIN list_entries e ON e.id = en.entry_id
                 WHERE e.full_name = 'Trần Thị Hường' AND en.state = 'approved'";
    assert_eq!(t.number(hers).await, 1, "paid once");
    let sum = "SELECT CAST(SUM(en.amount_dong) AS BIGINT) FROM entitlements en JOIN list_entries e
                 ON e.id = en.entry_id WHERE e.full_name = 'Trần Thị Hường'
                 AND en.state = 'approved'";
    assert_eq!(t.number(sum).await, 1_500_000, "the higher");
    pay_all(&t, "x18196").await;
    pay_all(&t, "x18172").await;
    let paid = sum.replace("amount_dong", "paid_dong");
    assert_eq!(t.number(&paid).await, 1_500_000, "the higher is in her hands, and nothing else");
    fixture::ledger_is_sound(&t).await;
    let mut visitor = t.visitor();
    let mut shown = 0;
    for commune in [SON_KIM, SON_TAY] {
        let page = visitor.get(&format!("/cong-khai/{commune}")).await.page();
        shown += page.matches("Trần Thị Hường").count();
    }
    assert_eq!(shown, 1, "the public list shows one");
}
on_both!(one_woman_in_two_groups_is_warned_of_decided_once_and_paid_the_higher);

/// Pays whatever a clerk is asked to pay.
async fn pay_all(t: &TestApp, username: &str) {
    let mut clerk = t.sign_in(username).await;
    let ids = fixture::values(&clerk.get("/chi-tra").await.page(), "chon");
    let ids: Vec<Uuid> = ids.iter().map(|id| id.parse().unwrap()).collect();
    fixture::pay(&mut clerk, &ids).await;
}

/// The only list of an officer's page of lists.
async fn one_list(client: &mut Client) -> String {
    let page = client.get("/danh-sach").await.page();
    let body = page.split("<tbody>").nth(1).unwrap_or_else(|| panic!("no list: {page}"));
    body.split("href=\"/danh-sach/").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

async fn father_and_son_told_apart_once_are_not_asked_about_after_a_new_import(t: TestApp) {
    let of = |group: &str, birth: Birth| NewEntry {
        sex: Some("M".to_owned()),
        birth,
        ..someone(&t, SON_KIM, group, "Nguyễn Văn Đậu", 1)
    };
    let father = Birth { year: Some(1954), month: Some(8), day: Some(12) };
    import(&t, "x18196", vec![of("NCC", father)]).await;
    // The son's list has no date of birth at all.
    import(&t, "x18196", vec![of("HN", Birth::default())]).await;
    let mut clerk = t.sign_in("x18196").await;
    let at = first_warning(&mut clerk, "don-vi-quyet").await;
    clerk.get(&at).await.page();
    let silent = clerk.post(&at, &[("giu", "hai")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(silent.body.contains("Ghi căn cứ"), "{}", silent.body);
    let fields = [("giu", "hai"), ("can_cu", "Cha và con, đã xem sổ hộ khẩu ngày 15/5")];
    clerk.post(&at, &fields).await.goes_to();
    assert_eq!(open(&t).await, 0);
    let page = clerk.get(&at).await.page();
    assert!(page.contains("Không phải một người") && page.contains("sổ hộ khẩu"), "{page}");

    // The son's list comes again as a new round: his old row he meets, his father he does not.
    t.pass(Duration::days(1));
    import(&t, "x18196", vec![of("BTXH", Birth::default())]).await;
    let with_father = "SELECT COUNT(*) FROM duplicate_warnings w JOIN list_entries a
        ON a.id = w.first_entry_id JOIN list_entries b ON b.id = w.second_entry_id
        WHERE w.state = 'open' AND (a.birth_year = 1954 OR b.birth_year = 1954)";
    assert_eq!(t.number(with_father).await, 0);
    assert_eq!(open(&t).await, 1, "with his own former row he is asked about");
}
on_both!(father_and_son_told_apart_once_are_not_asked_about_after_a_new_import);

async fn a_wrong_link_is_undone_after_payments_and_the_ledger_stays_whole(t: TestApp) {
    let veteran = vec![someone(&t, SON_KIM, "NCC", "Trần Thị Hường", 1)];
    let first = import(&t, "x18196", veteran).await[0];
    let second =
        import(&t, "x18172", vec![someone(&t, SON_TAY, "HN", "Trần Thị Hường", 1)]).await[0];
    let mut district = t.sign_in("h439").await;
    let at = first_warning(&mut district, "").await;
    district.get(&at).await.page();
    district.post(&at, &[("giu", "A")]).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(DISTINCT person_id) FROM list_entries").await, 1);
    bring_to_decision(&t, SON_KIM, first).await;
    let mut province = t.sign_in("tinh42").await;
    let on = vietnam::date::vi_date(t.app.clock.today());
    decide(&mut province, &[first], "1502/QĐ-UBND", &on).await.goes_to();
    use ansinh::database::Sql;
    // She has brought her papers: the first row may be paid.
    t.app
        .db
        .run_tx::<_, ansinh::web::Error, _, _>("test.papers", |tx| async move {
            tx.change("UPDATE entitlements SET hold = '' WHERE hold = 'no_id'", vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
    let claim = claims(&t).await;
    let mut clerk = t.sign_in("x18196").await;
    fixture::pay(&mut clerk, &claim).await;
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 1);

    // It was her neighbour all along.
    let mut district = t.sign_in("h439").await;
    let page = district.get(&at).await.page();
    let undo = format!("{at}/hoan-tac");
    assert!(page.contains(&undo), "{page}");
    let silent = district.post(&undo, &[("ly_do", "")]).await;
    assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
    district.post(&undo, &[("ly_do", "Hai bà trùng tên, đã xem sổ hộ khẩu")]).await.goes_to();
    assert_eq!(t.number("SELECT COUNT(DISTINCT person_id) FROM list_entries").await, 2);
    let listed = "SELECT COUNT(*) FROM list_entries WHERE state = 'listed'";
    assert_eq!(t.number(listed).await, 2, "the row that left is back");
    assert_eq!(open(&t).await, 1, "and the question is open again");
    assert_eq!(t.number("SELECT COUNT(*) FROM payment_entries").await, 1, "what is paid is paid");
    fixture::ledger_is_sound(&t).await;
    let fields = [("giu", "hai"), ("can_cu", "Hai bà trùng tên, đã xem sổ hộ khẩu")];
    district.get(&at).await.page();
    district.post(&at, &fields).await.goes_to();
    bring_to_decision(&t, SON_TAY, second).await;
    let mut province = t.sign_in("tinh42").await;
    let on = vietnam::date::vi_date(t.app.clock.today());
    decide(&mut province, &[second], "1503/QĐ-UBND", &on).await.goes_to();
    let approved = "SELECT COUNT(*) FROM entitlements WHERE state = 'approved'";
    assert_eq!(t.number(approved).await, 2, "both are granted theirs");
    fixture::ledger_is_sound(&t).await;
}
on_both!(a_wrong_link_is_undone_after_payments_and_the_ledger_stays_whole);

/// Entitlements that can be paid.
async fn claims(t: &TestApp) -> Vec<Uuid> {
    use ansinh::database::Sql;
    #[derive(sea_orm::FromQueryResult)]
    struct Id {
        id: Uuid,
    }
    let sql = "SELECT id FROM entitlements WHERE state = 'approved' ORDER BY id";
    let rows: Vec<Id> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    rows.into_iter().map(|row| row.id).collect()
}

async fn papers_hold_both_and_the_letter_names_only_its_reader(t: TestApp) {
    let mut other = someone(&t, SON_KIM, "HN", "Trần Thị Hương", 1);
    other.address = "Nam Hà".to_owned();
    import(&t, "x18196", vec![someone(&t, SON_KIM, "NCC", "Trần Thị Hường", 1)]).await;
    import(&t, "x18196", vec![other]).await;
    let mut clerk = t.sign_in("x18196").await;
    let at = first_warning(&mut clerk, "don-vi-quyet").await;
    let early = clerk.get(&format!("{at}/giay-moi?dong=A")).await;
    assert!(early.body.contains("chưa có yêu cầu giấy tờ"), "{}", early.body);
    clerk.get(&at).await.page();
    clerk.post(&at, &[("giu", "giay")]).await.goes_to();
    assert_eq!(open(&t).await, 1, "asked for papers, not decided");
    let letter = clerk.get(&format!("{at}/giay-moi?dong=A")).await.page();
    assert!(letter.contains("Trần Thị Hường") && !letter.contains("Trần Thị Hương"), "{letter}");
    let page = clerk.get("/canh-bao?loc=cho-giay-to").await.page();
    assert!(page.contains("Chờ giấy tờ (1)"), "{page}");
    let page = clerk.get("/canh-bao/thong-ke").await.page();
    assert!(page.contains("Xã Sơn Kim 1, Huyện Hương Sơn"), "{page}");
    let mut far = t.sign_in("h436").await;
    assert_eq!(far.get(&format!("{at}/giay-moi")).await.status, StatusCode::NOT_FOUND);
}
on_both!(papers_hold_both_and_the_letter_names_only_its_reader);

async fn many_pairs_are_decided_on_one_page_and_a_refusal_keeps_back_no_other(t: TestApp) {
    let names = ["Phan Thị Lài", "Đậu Văn Biện", "Lê Thị Mỹ Dung"];
    let rows = |group: &str| {
        let of = |(at, name): (usize, &&str)| {
            let mut row = someone(&t, SON_KIM, group, name, u32::try_from(at).unwrap() + 1);
            let month = i32::try_from(at).unwrap() + 2;
            row.birth = Birth { year: Some(1940 + 11 * month), month: Some(month), day: Some(5) };
            row.phone = Some(["0912345406", "0387112299", "0978650031"][at].to_owned());
            row.hamlet = ["Nam Hà", "Kim Bình", "Trung Thịnh"][at].to_owned();
            row
        };
        names.iter().enumerate().map(of).collect::<Vec<_>>()
    };
    import(&t, "x18196", rows("NCC")).await;
    import(&t, "x18196", rows("HN")).await;
    assert_eq!(open(&t).await, 3);
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/canh-bao/loat").await.page();
    let ids = fixture::values(&page, "cap");
    assert_eq!(ids.len(), 3, "{page}");
    let fields = |choices: [&str; 3]| {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (id, choice) in ids.iter().zip(choices) {
            fields.push(("cap".to_owned(), id.clone()));
            fields.push((format!("giu-{id}"), choice.to_owned()));
        }
        fields
    };
    let send = fields(["A", "hai", ""]);
    let send: Vec<(&str, &str)> = send.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let half = clerk.post("/canh-bao/loat", &send).await;
    assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        half.body.contains("Đã ghi 1 cặp") && half.body.contains("Ghi căn cứ"),
        "{}",
        half.body
    );
    assert_eq!(open(&t).await, 2, "the one that could be decided is");
    let mut send = fields(["", "hai", ""]);
    send.push(("can_cu".to_owned(), "đã hỏi trưởng thôn ngày 15/5".to_owned()));
    let send: Vec<(&str, &str)> = send.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    clerk.post("/canh-bao/loat", &send).await.goes_to();
    assert_eq!(open(&t).await, 1);
    let nothing = clerk.post("/canh-bao/loat", &[("cap", "x")]).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
}
on_both!(many_pairs_are_decided_on_one_page_and_a_refusal_keeps_back_no_other);

/// Changes the poor woman's row as a correction does.
async fn change(t: &TestApp, columns: &'static str) {
    use ansinh::database::Sql;
    t.app
        .db
        .run_tx::<_, ansinh::web::Error, _, _>("test.correct", |tx| async move {
            let sql = format!("UPDATE list_entries SET {columns} WHERE group_code = 'HN'");
            tx.change(&sql, vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
}

async fn a_corrected_row_closes_its_warning_and_what_waits_is_compared_by_the_worker(t: TestApp) {
    put(&t, "x18196", vec![someone(&t, SON_KIM, "NCC", "Trần Thị Hường", 1)]).await.unwrap();
    put(&t, "x18196", vec![someone(&t, SON_KIM, "HN", "Trần Thị Hường", 1)]).await.unwrap();
    assert_eq!(open(&t).await, 0, "nobody has compared them");
    let waiting = "SELECT COUNT(*) FROM match_waiting";
    assert_eq!(t.number(waiting).await, 2);
    // Two servers on one database compare at the same time.
    let beside = t.beside();
    let (one, two) = tokio::join!(compare_waiting(&t.app), compare_waiting(&beside.app));
    one.unwrap();
    two.unwrap();
    assert_eq!((open(&t).await, t.number(waiting).await), (1, 0));
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/canh-bao").await.page();
    assert!(page.contains("Kết luận lần lượt 1 cặp"), "{page}");
    change(
        &t,
        "full_name = 'Đậu Văn Biện', birth_year = 1988, birth_month = 1, birth_day = 3, sex = 'M',
         phone = NULL, hamlet = 'Kim Bình'",
    )
    .await;
    compare_waiting(&t.app).await.unwrap();
    assert_eq!(open(&t).await, 0, "they are alike no more");
    change(
        &t,
        "full_name = 'Trần Thị Hường', birth_year = 1954, birth_month = 8, birth_day = 12,
         sex = 'F', phone = '0912345406', hamlet = 'Nam Hà'",
    )
    .await;
    compare_waiting(&t.app).await.unwrap();
    assert_eq!(open(&t).await, 1, "the correction was the mistake: nobody had decided");
}
on_both!(a_corrected_row_closes_its_warning_and_what_waits_is_compared_by_the_worker);

async fn undoing_opens_every_pair_that_the_leaver_had_closed(t: TestApp) {
    for (commune, group) in [(SON_KIM, "NCC"), (SON_TAY, "HN"), (SON_TAY, "BTXH")] {
        let row = someone(&t, commune, group, "Trần Thị Hường", 1);
        import(&t, &format!("x{commune}"), vec![row]).await;
    }
    let before = open(&t).await;
    assert!(before >= 2, "{before} pairs");
    let mut district = t.sign_in("h439").await;
    let at = first_warning(&mut district, "").await;
    let page = district.get(&at).await.page();
    let keeps = if page.contains("quy tắc giữ dòng A") || page.contains("Quy tắc giữ dòng A")
    {
        "A"
    } else {
        "B"
    };
    district.post(&at, &[("giu", keeps)]).await.goes_to();
    assert!(open(&t).await < before);
    district.get(&at).await.page();
    let undo = format!("{at}/hoan-tac");
    district.post(&undo, &[("ly_do", "nhầm cặp, xem lại")]).await.goes_to();
    assert_eq!(open(&t).await, before, "as it was");
}
on_both!(undoing_opens_every_pair_that_the_leaver_had_closed);

async fn a_change_made_while_rows_are_compared_waits_on(t: TestApp) {
    use ansinh::database::Sql;
    put(&t, "x18196", vec![someone(&t, SON_KIM, "NCC", "Trần Thị Hường", 1)]).await.unwrap();
    let stamp = "SELECT CAST(MAX(stamp) AS BIGINT) FROM match_waiting";
    assert_eq!(t.number(stamp).await, 0);
    t.app
        .db
        .run_tx::<_, ansinh::web::Error, _, _>("test.change", |tx| async move {
            tx.change("UPDATE list_entries SET hamlet = 'Kim Bình'", vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
    assert_eq!(t.number(stamp).await, 1, "who read it before does not take its mark away");
    compare_waiting(&t.app).await.unwrap();
    assert_eq!(t.number("SELECT COUNT(*) FROM match_waiting").await, 0);
}
on_both!(a_change_made_while_rows_are_compared_waits_on);

async fn a_list_is_compared_before_it_takes_a_step(t: TestApp) {
    let mine = vec![someone(&t, SON_KIM, "NCC", "Trần Thị Hường", 1)];
    put(&t, "x18196", mine).await.unwrap();
    let list = put(&t, "x18196", vec![someone(&t, SON_KIM, "HN", "Trần Thị Hường", 1)])
        .await
        .unwrap()
        .list_ids[0];
    let mut clerk = t.sign_in("x18196").await;
    act(&mut clerk, list, "niem-yet").await.goes_to();
    assert_eq!(open(&t).await, 1);
}
on_both!(a_list_is_compared_before_it_takes_a_step);
