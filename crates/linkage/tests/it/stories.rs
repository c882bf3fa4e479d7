//! What clerks meet, row by row.

use linkage::reasons::of_pair;
use linkage::schema::Schema;
use linkage::{ListHabits, Normaliser, RawRecord, Verdict};

use crate::properties::model;

fn row<'a>(name: &'a str, birth: &'a str, id_number: &'a str) -> RawRecord<'a> {
    RawRecord {
        name,
        birth,
        id_number,
        address: "Thôn Nam Mỹ",
        commune: "18009",
        district: "042-1",
        list: "HN",
        ..RawRecord::default()
    }
}

/// The verdict on two rows taken alone, and why.
fn judge(a: RawRecord<'_>, b: RawRecord<'_>) -> (Verdict, String) {
    let mut normaliser = Normaliser::new();
    let schema = model().schema();
    let mut read = |raw: RawRecord<'_>| {
        let habits = normaliser.habits([raw].into_iter());
        let mut record = normaliser.record(&raw, &habits);
        schema.settle(&mut record);
        record
    };
    let (a, b) = (read(a), read(b));
    let pattern = schema.compare(&a, &b);
    let weight = model().weights.weight(pattern);
    let verdict = model().weights.thresholds.verdict(weight);
    let pair = linkage::batch::LinkedPair { a: 0, b: 1, weight, alone: weight, pattern, verdict };
    (verdict, of_pair(&schema, &model().weights, &pair))
}

#[test]
fn one_woman_in_an_old_charset_with_a_year_only() {
    let other_list =
        RawRecord { list: "NCC", ..row("Bïi ThÞ H\u{AD}¬ng", "1964", "42164009911") };
    let (verdict, why) = judge(row("Bùi Thị Hương", "19/04/1964", "042164009911"), other_list);
    assert_eq!(verdict, Verdict::Certain, "{why}");
    assert!(why.contains("trùng họ tên") && why.contains("trùng số CCCD"), "{why}");
    assert!(why.contains("ngày sinh một bên chỉ có năm, cùng năm"), "{why}");
}

#[test]
fn twins_are_two_people() {
    let twin = RawRecord { list: "NCC", ..row("Hồ Văn Bảy", "25/05/1982", "042082020274") };
    let (verdict, why) = judge(row("Hồ Văn Ngọc", "25/05/1982", "042082020271"), twin);
    assert_eq!(verdict, Verdict::Unlikely, "{why}");
    assert!(why.contains("cấp liền nhau"), "{why}");
}

#[test]
fn father_and_son_of_one_name_are_two_people() {
    let (verdict, why) = judge(
        row("Nguyễn Văn Thành", "02/03/1958", "042058001177"),
        row("Nguyễn Văn Thành", "14/11/1984", "042084019321"),
    );
    assert_eq!(verdict, Verdict::Unlikely, "{why}");
}

#[test]
fn the_number_of_a_sister_does_not_make_one_person() {
    let sister =
        RawRecord { list: "NCC", ..row("Nguyễn Thị Yến", "03/11/2017", "042309027294") };
    let (verdict, why) = judge(row("Nguyễn Thị Anh", "09/05/2009", "042309027294"), sister);
    assert_ne!(verdict, Verdict::Certain, "{why}");
    assert!(why.contains("số ấy không phải của một bên"), "{why}");
}

#[test]
fn the_place_of_the_tone_mark_is_no_difference() {
    let habits = ListHabits::default();
    let mut normaliser = Normaliser::new();
    let mut name = |written| normaliser.record(&row(written, "", ""), &habits).name;
    assert_eq!(name("Nguyễn Thị Hòa"), name("NGUYỄN THỊ HOÀ"));
    assert_eq!(name("bà Nguyễn Thị Hòa (chết)"), name("Nguyê\u{303}n  Thi\u{323} Hoà *"));
}
