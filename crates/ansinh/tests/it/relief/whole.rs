//! Many rows at once are compared in memory, and come to what they come to one by one.

use std::collections::BTreeSet;

use ansinh::database::Sql;
use ansinh::demo::{Dice, Person};
use ansinh::relief::{Birth, NewEntry, compare_lists, compare_waiting};
use ansinh::web::Error;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use super::people::{put, row};
use crate::on_both;
use crate::support::{TestApp, units_day};

/// More than are compared one by one.
const PEOPLE: usize = 5_100;
/// Of them so many stand in a second list, of another group and sometimes another commune, with
/// their year of birth only and no number.
const TWICE: usize = 60;

#[derive(FromQueryResult)]
struct Pair {
    first_entry_id: Uuid,
    second_entry_id: Uuid,
    kind: String,
}

fn rows(t: &TestApp) -> Vec<NewEntry> {
    let communes = t.app.areas.communes("42", units_day());
    let mut dice = Dice::new(2021);
    let mut rows = Vec::with_capacity(PEOPLE + TWICE);
    for line in 1..=PEOPLE {
        let person = Person::made_up(&mut dice);
        let commune = &communes[dice.below(communes.len())].code;
        let (day, month, year) = person.birth;
        let part = |n: u32| i32::try_from(n).ok();
        let own = NewEntry {
            birth: Birth { year: Some(year), month: part(month), day: part(day) },
            sex: Some(if person.woman { "F" } else { "M" }.to_owned()),
            id_number: Some(person.id_number.clone()).filter(|number| !number.is_empty()),
            hamlet: format!("Thôn {}", line % 9 + 1),
            phone: Some(format!("09{:08}", line * 7_919 % 99_999_989)),
            ..row(t, commune, "NCC", &person.name, None, line as u32)
        };
        if line <= TWICE {
            rows.push(NewEntry {
                group_code: "BTXH".to_owned(),
                birth: Birth { year: Some(year), month: None, day: None },
                id_number: None,
                line: (PEOPLE + line) as u32,
                ..own.clone()
            });
        }
        rows.push(own);
    }
    rows
}

async fn pairs(t: &TestApp) -> BTreeSet<(Uuid, Uuid, String)> {
    let sql = "SELECT first_entry_id, second_entry_id, kind FROM duplicate_warnings
               WHERE state = 'open' AND evidence = 'matched'";
    let found: Vec<Pair> = t.app.db.read().rows(sql, vec![]).await.unwrap();
    found.into_iter().map(|p| (p.first_entry_id, p.second_entry_id, p.kind)).collect()
}

async fn many_rows_are_compared_in_memory_and_come_to_the_same_pairs(t: TestApp) {
    let lists = put(&t, "tinh42", rows(&t)).await.unwrap().list_ids;
    let waiting = "SELECT COUNT(*) FROM match_waiting";
    assert!(t.number(waiting).await > PEOPLE as i64);
    let raised = compare_waiting(&t.app).await.unwrap();
    assert_eq!(t.number(waiting).await, 0);
    let together = pairs(&t).await;
    assert_eq!(raised as usize, together.len());
    let twice = "SELECT COUNT(*) FROM duplicate_warnings w
        JOIN list_entries a ON a.id = w.first_entry_id JOIN list_entries b ON b.id = w.second_entry_id
        WHERE a.full_name = b.full_name AND a.phone = b.phone AND a.group_code <> b.group_code";
    assert_eq!(t.number(twice).await, TWICE as i64, "everybody who stands twice is asked about");

    t.app
        .db
        .run_tx::<_, Error, _, _>("test.again", |tx| async move {
            tx.change("DELETE FROM duplicate_warnings", vec![]).await?;
            tx.change("DELETE FROM match_keys", vec![]).await?;
            let sql = "INSERT INTO match_waiting (entry_id, list_id, province_code)
                         SELECT id, list_id, province_code FROM list_entries";
            tx.change(sql, vec![]).await?;
            Ok((tx, ()))
        })
        .await
        .unwrap();
    compare_lists(&t.app, &lists).await.unwrap();
    let alone = pairs(&t).await;
    let differ = together.symmetric_difference(&alone).count();
    // Three rows that fit each other are judged from all sides together, and from one side alone.
    assert!(differ * 50 <= together.len(), "{differ} of {}", together.len());
}
on_both!(many_rows_are_compared_in_memory_and_come_to_the_same_pairs);
