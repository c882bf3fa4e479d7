//! Đồng Tháp's published sums of 14/5/2020 (domain/relief.md §1.1), reproduced from rows that went
//! the whole way: enlisted, appraised, decided.

use ansinh::database::Sql;
use ansinh::relief::NewEntry;

use super::people::{SON_KIM, decide, put, row};
use crate::on_both;
use crate::support::TestApp;

/// (group, rows, khẩu of each row): 125,970 poor people in 12,597 households of ten.
const GROUPS: [(&str, u32, i32); 3] = [("NCC", 7_528, 1), ("BTXH", 56_373, 1), ("HN", 12_597, 10)];

async fn the_published_sums_of_dong_thap_come_out_of_the_rows(t: TestApp) {
    for (group, count, size) in GROUPS {
        let template = row(&t, SON_KIM, group, "Trần Thị Hường", None, 1);
        let rows = (1..=count)
            .map(|line| NewEntry {
                line,
                id_number: unique(group, line),
                household_size: (size > 1).then_some(size),
                ..template.clone()
            })
            .collect();
        put(&t, "x18196", rows).await.unwrap();
    }
    t.app
        .db
        .run_tx::<_, ansinh::web::Error, _, _>("test.skip", |tx| async move {
            tx.change("UPDATE beneficiary_lists SET state = 'appraised'", vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
    let mut province = t.sign_in("tinh42").await;
    let page = province.get("/quyet-dinh/moi").await.page();
    let lists: Vec<uuid::Uuid> = page
        .split("name=\"danh_sach\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(lists.len(), 3);
    decide(&mut province, &lists, "1502/QĐ-UBND", "15/5/2020").await.goes_to();
    for (group, people, dong) in [
        ("NCC", 7_528, 11_292_000_000),
        ("BTXH", 56_373, 84_559_500_000),
        ("HN", 125_970, 94_477_500_000),
    ] {
        let sum = |column: &str| {
            format!(
                "SELECT CAST(SUM({column}) AS BIGINT) FROM entitlements
                 WHERE state = 'approved' AND group_code = '{group}'"
            )
        };
        assert_eq!(t.number(&sum("people")).await, people, "{group}");
        assert_eq!(t.number(&sum("amount_dong")).await, dong, "{group}");
    }
    let page = province.get("/danh-sach").await.page();
    assert!(page.contains("190.329.000.000") && page.contains("189.871"), "{page}");
}
on_both!(the_published_sums_of_dong_thap_come_out_of_the_rows);

/// A number of its own for every row of every group.
fn unique(group: &str, line: u32) -> Option<String> {
    let place = GROUPS.iter().position(|(code, ..)| *code == group)?;
    Some(format!("042{place}54{line:06}"))
}
