//! Properties that hold for any rows.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use linkage::batch::{Batch, Linked};
use linkage::index::Index;
use linkage::schema::Schema;
use linkage::{ListHabits, Normaliser, PeopleModel, RawRecord};
use proptest::prelude::*;

use crate::lists::ListRow;
use crate::{made_up, raw};

fn rows() -> &'static [ListRow] {
    static ROWS: OnceLock<Vec<ListRow>> = OnceLock::new();
    ROWS.get_or_init(|| made_up(1200, "medium", 3))
}

pub fn model() -> &'static PeopleModel {
    static MODEL: OnceLock<PeopleModel> = OnceLock::new();
    MODEL.get_or_init(|| {
        let raws: Vec<RawRecord<'_>> = rows().iter().map(raw).collect();
        Batch::default().people(&raws, None).0
    })
}

/// Pairs by the rows' own numbers, weights to eight decimals.
fn named(linked: &Linked, name: impl Fn(u32) -> usize) -> BTreeMap<(usize, usize), i64> {
    linked
        .pairs
        .iter()
        .map(|pair| {
            let (a, b) = (name(pair.a), name(pair.b));
            ((a.min(b), a.max(b)), (pair.weight * 1e8).round() as i64)
        })
        .collect()
}

#[test]
fn neither_order_nor_threads_change_the_pairs() {
    let raws: Vec<RawRecord<'_>> = rows().iter().map(raw).collect();
    let (first, in_order) = Batch { threads: 1, ..Batch::default() }.people(&raws, None);
    // 7 has no common divisor with the number of rows, so this is an order of all rows.
    let order: Vec<usize> = (0..raws.len()).map(|at| (at * 7 + 5) % raws.len()).collect();
    let shuffled: Vec<RawRecord<'_>> = order.iter().map(|&at| raws[at]).collect();
    let (second, mixed) = Batch { threads: 3, ..Batch::default() }.people(&shuffled, None);
    assert!(in_order.pairs.len() > 200);
    assert_eq!(first, second, "the model");
    assert_eq!(named(&in_order, |at| at as usize), named(&mixed, |at| order[at as usize]));
    let sizes = |linked: &Linked| linked.clusters.iter().map(Vec::len).sum::<usize>();
    assert_eq!(sizes(&in_order), sizes(&mixed));
}

#[test]
fn an_unrelated_row_changes_no_other_pair() {
    let raws: Vec<RawRecord<'_>> = rows().iter().map(raw).collect();
    let batch = Batch::default();
    let (_, before) = batch.people(&raws, Some(model().clone()));
    let mut more = raws;
    more.push(RawRecord {
        name: "Tôn Nữ Hạ Uyên Phương",
        birth: "29/02/1924",
        id_number: "079124990001",
        commune: "99999",
        district: "079-1",
        ..RawRecord::default()
    });
    let (_, after) = batch.people(&more, Some(model().clone()));
    assert_eq!(before, after);
}

#[test]
fn a_model_is_the_same_after_writing_and_reading() {
    let text = model().to_text().unwrap();
    assert_eq!(&PeopleModel::from_text(&text).unwrap(), model());
    assert!(text.contains("\"missing_middle\""));
    assert!(PeopleModel::from_text("{}").is_err());
    let other = text.replace("\"missing_middle\"", "\"another\"");
    assert!(PeopleModel::from_text(&other).is_err());
}

#[test]
fn a_model_with_impossible_numbers_is_refused() {
    let text = model().to_text().unwrap();
    let edited = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        PeopleModel::from_text(&text.replacen(from, to, 1)).map_err(|error| error.to_string())
    };
    assert!(edited("\"suspected\": 0.0", "\"suspected\": 2.5").is_ok());
    let refused = |from: &str, to: &str| edited(from, to).unwrap_err();
    assert!(refused("\"suspected\": 0.0", "\"suspected\": 7.0").contains("below suspected 7"));
    assert!(refused("\"share\": 0.", "\"share\": -0.").contains("share -0."));
    assert!(refused("\"share\": 0.", "\"share\": 3.").contains("share 3."));
    let no_class = text.replace("\"same_person\": true", "\"same_person\": false");
    assert!(PeopleModel::from_text(&no_class).is_err());
    let probability = text.split("\"probabilities\": [").nth(1).unwrap();
    let first = probability.split(',').next().unwrap().trim();
    assert!(refused(first, "0.0").contains(": 0"));
}

#[test]
fn few_rows_empty_rows_and_many_equal_rows_are_linked_without_harm() {
    let empty = RawRecord::default();
    let woman = raw(&rows()[0]);
    for rows in
        [vec![], vec![empty], vec![woman], vec![empty; 200], vec![woman; 2], vec![woman; 200]]
    {
        for known in [None, Some(model().clone())] {
            let (learned, linked) = Batch::default().people(&rows, known);
            assert!(linked.pairs.iter().all(|pair| pair.weight.is_finite()));
            let text = learned.to_text().unwrap();
            assert_eq!(PeopleModel::from_text(&text).unwrap(), learned, "{} rows", rows.len());
        }
    }
}

#[test]
fn a_person_of_twelve_lists_is_one_cluster() {
    let mut all: Vec<RawRecord<'_>> = rows().iter().map(raw).collect();
    let months: Vec<String> = (1..=12).map(|month| format!("tháng {month}")).collect();
    let births = ["1961", "12/03/1961", "12/03/1961", "12/3/1961", "03/12/1961", "12/03/1961"];
    let first = all.len() as u32;
    let wanted: Vec<Vec<u32>> =
        (0..2).map(|person| (first + 12 * person..first + 12 * (person + 1)).collect()).collect();
    for mixed in [false, true] {
        // One always written the same way, the other now and then in another.
        all.extend(months.iter().enumerate().map(|(month, list)| RawRecord {
            name: if mixed { "Biện Thị Thắm" } else { "Trần Khắc Lượng" },
            birth: births[if mixed { month % births.len() } else { 0 }],
            id_number: match (mixed, month % 4) {
                (true, 3) => "",
                (true, _) => "042161007788",
                _ => "042061003344",
            },
            address: "Thôn Nam Mỹ",
            commune: "18009",
            district: "042-430",
            list,
            ..RawRecord::default()
        }));
    }
    let (_, linked) = Batch::default().people(&all, Some(model().clone()));
    for person in wanted {
        assert!(
            linked.clusters.contains(&person),
            "{person:?}: {:?}",
            linked
                .clusters
                .iter()
                .filter(|c| c.iter().any(|r| person.contains(r)))
                .collect::<Vec<_>>()
        );
    }
    let mut seen: Vec<u32> = linked.clusters.iter().flatten().copied().collect();
    seen.sort_unstable();
    assert!(seen.windows(2).all(|pair| pair[0] != pair[1]), "a row in two clusters");
}

#[test]
fn the_index_finds_what_the_batch_finds() {
    let raws: Vec<RawRecord<'_>> = rows().iter().map(raw).collect();
    let batch = Batch::default();
    let (model, linked) = batch.people(&raws, Some(model().clone()));
    let schema = model.schema();
    let mut records = batch.normalise(&raws);
    for record in &mut records {
        schema.settle(record);
    }
    let (early, late) = records.split_at(800);
    let mut index =
        Index::build(schema, model.weights.clone(), (0u64..).zip(early.iter().copied()));
    for (id, record) in (800u64..).zip(late) {
        index.insert(id, *record);
    }
    assert_eq!(index.len(), records.len());
    let mut asked = 0;
    for pair in linked.pairs.iter().filter(|pair| pair.alone > 1.0 && pair.weight > 1.0) {
        let found = index.find(&records[pair.a as usize], Some(u64::from(pair.a)));
        let Some(same) = found.iter().find(|found| found.id == u64::from(pair.b)) else {
            // Two candidates that exclude each other may weigh differently from one side.
            assert!(found.len() > 1 || pair.weight < 4.0, "{pair:?} {found:?}");
            continue;
        };
        assert!((same.alone - pair.alone).abs() < 1e-9, "{pair:?} {same:?}");
        asked += 1;
    }
    assert!(asked > 200, "{asked}");
    assert!(index.remove(3) && !index.remove(3));
    let found = index.find(&records[3], None);
    assert!(found.iter().all(|found| found.id != 3));
    index.compact();
    assert_eq!(index.find(&records[3], None), found);
}

/// Text as lists have it, and worse.
fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,24}",
        "[0-9 ./-]{0,14}",
        "[A-ZĐÂĂa-zđâăêôơưáàảãạ ?.]{0,30}",
        "(Thôn|Xóm|TDP|ấp)? ?[0-9A-Za-zĐđ ]{0,12}(, ?(xã|P\\.)? ?[A-Za-z ]{0,10})?",
        ".{0,16}",
    ]
}

proptest! {
    #[test]
    fn any_row_can_be_read_and_normalising_is_idempotent(
        fields in proptest::collection::vec(any_text(), 10)
    ) {
        let raw = RawRecord {
            name: &fields[0],
            birth: &fields[1],
            sex: &fields[2],
            id_number: &fields[3],
            insurance_number: &fields[4],
            phone: &fields[5],
            address: &fields[6],
            commune: &fields[7],
            district: &fields[8],
            list: &fields[9],
        };
        let mut normaliser = Normaliser::new();
        let habits = normaliser.habits([raw; 5].into_iter());
        normaliser.record(&raw, &habits);
        let plain = ListHabits::default();
        let once = normaliser.normalise(&raw, &habits);
        prop_assert_eq!(&normaliser.normalise(&once.as_raw(), &plain), &once);
        let direct = normaliser.record(&raw, &plain);
        let through = normaliser.normalise(&raw, &plain);
        prop_assert_eq!(normaliser.record(&through.as_raw(), &plain), direct);
    }

    #[test]
    fn a_score_is_symmetric(a in 0..1200usize, b in 0..1200usize) {
        let mut normaliser = Normaliser::new();
        let habits = ListHabits::default();
        let (x, y) = (
            normaliser.record(&raw(&rows()[a]), &habits),
            normaliser.record(&raw(&rows()[b]), &habits),
        );
        let schema = model().schema();
        let there = schema.compare(&x, &y);
        prop_assert_eq!(there, schema.compare(&y, &x));
        prop_assert!(model().weights.weight(there).is_finite());
    }
}
