//! Enlisting, and the lists' pages.

use super::people::{SON_KIM, put, put_one, row};
use crate::on_both;
use crate::support::TestApp;
use axum::http::StatusCode;

async fn confirmed_rows_become_one_draft_list_a_group(t: TestApp) {
    let rows = vec![
        row(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817"), 4),
        row(&t, SON_KIM, "NCC", "Phan Văn Lĩnh", None, 5),
        row(&t, SON_KIM, "BTXH", "Đặng Thị Ánh", Some("183204517"), 6),
    ];
    let done = put(&t, "x18196", rows).await.unwrap();
    assert_eq!(done.list_ids.len(), 2);
    assert_eq!(done.entries.len(), 3);
    assert_eq!(done.duplicates, 0);
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get("/danh-sach").await.page();
    assert!(page.contains("Người có công") && page.contains("3.000.000"), "{page}");
    let list = done.list_ids.iter().find(|_| true).unwrap();
    let page = clerk.get(&format!("/danh-sach/{list}")).await.page();
    assert!(page.contains("Đang lập"), "{page}");
    assert!(!page.contains("042154003817"), "full numbers only on the row's own page");
    let other = put(&t, "x18196", vec![row(&t, SON_KIM, "NCC", "Lê Thị Năm", None, 9)]).await;
    assert_eq!(other.unwrap().list_ids.len(), 1);
    assert_eq!(t.number("SELECT COUNT(*) FROM beneficiary_lists").await, 2);
}
on_both!(confirmed_rows_become_one_draft_list_a_group);

async fn a_row_of_another_commune_is_refused_and_nothing_is_written(t: TestApp) {
    let rows = vec![row(&t, "18199", "NCC", "Trần Thị Hường", None, 4)];
    let refused = put(&t, "x18196", rows).await.unwrap_err().to_string();
    assert!(refused.contains("dòng 4") && refused.contains("không thuộc"), "{refused}");
    assert_eq!(t.number("SELECT COUNT(*) FROM list_entries").await, 0);
}
on_both!(a_row_of_another_commune_is_refused_and_nothing_is_written);

async fn the_same_number_also_with_a_lost_zero_is_a_certain_duplicate(t: TestApp) {
    put_one(&t, "18199", "HN", "Trần Thị Hường", Some("042154003817")).await;
    let rows = vec![
        row(&t, SON_KIM, "NCC", "Trần Thị Hường", Some("042154003817"), 4),
        row(&t, SON_KIM, "BTXH", "Tran Thi Huong", Some("42154003817"), 5),
    ];
    let done = put(&t, "x18196", rows).await.unwrap();
    assert_eq!(done.duplicates, 3, "each with each");
    let zero = "SELECT COUNT(*) FROM duplicate_warnings WHERE evidence = 'lost_zero'";
    assert_eq!(t.number(zero).await, 2);
    assert_eq!(t.number("SELECT COUNT(*) FROM persons").await, 1);
}
on_both!(the_same_number_also_with_a_lost_zero_is_a_certain_duplicate);

async fn another_communes_list_looks_like_no_list(t: TestApp) {
    let list = put_one(&t, SON_KIM, "NCC", "Trần Thị Hường", None).await;
    let mut other = t.sign_in("x18199").await;
    let answer = other.get(&format!("/danh-sach/{list}")).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(other.get("/danh-sach/khong-phai-ma").await.status, StatusCode::NOT_FOUND);
    assert!(!other.get("/danh-sach").await.page().contains(&list.to_string()));
}
on_both!(another_communes_list_looks_like_no_list);

async fn searching_forgives_marks_and_order(t: TestApp) {
    let rows = vec![
        row(&t, SON_KIM, "NCC", "Trần Thị Hường", None, 4),
        row(&t, SON_KIM, "NCC", "Đặng Văn Ánh", None, 5),
    ];
    let list = put(&t, "x18196", rows).await.unwrap().list_ids[0];
    let mut clerk = t.sign_in("x18196").await;
    let page = clerk.get(&format!("/danh-sach/{list}?q=huong+tran")).await.page();
    assert!(page.contains("Trần Thị Hường") && !page.contains("Đặng Văn Ánh"), "{page}");
    let page = clerk.get(&format!("/danh-sach/{list}?q=%25_%27")).await.page();
    assert!(!page.contains("Trần Thị Hường"), "wildcards are letters");
}
on_both!(searching_forgives_marks_and_order);
