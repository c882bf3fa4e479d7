use std::collections::BTreeSet;

use super::*;

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

fn in_2020() -> NaiveDate {
    date(2020, 6, 1)
}

fn in_2025() -> NaiveDate {
    date(2025, 7, 1)
}

fn counts(on: NaiveDate) -> [usize; 3] {
    [UnitLevel::Province, UnitLevel::District, UnitLevel::Commune]
        .map(|level| Gazetteer::builtin().units_on(on).filter(|unit| unit.level == level).count())
}

/// Codes with names of the first hit, the usual single answer.
fn found(text: &str, parent: Option<&str>, on: NaiveDate) -> Vec<&'static str> {
    Gazetteer::builtin().find_by_name(text, parent, on).iter().map(|unit| unit.full_name).collect()
}

#[test]
fn counts_of_the_states() {
    assert_eq!(counts(in_2020()), [63, 707, 10_614]);
    assert_eq!(counts(date(2021, 7, 1)), [63, 705, 10_603]);
    assert_eq!(counts(date(2025, 3, 1)), [63, 696, 10_047]);
    assert_eq!(counts(date(2025, 6, 30)), [63, 696, 10_047]);
    assert_eq!(counts(in_2025()), [34, 0, 3321]);
}

#[test]
fn every_unit_has_its_parent_and_no_two_share_a_code_on_a_day() {
    let gazetteer = Gazetteer::builtin();
    assert_eq!(gazetteer.units().len(), include_str!("../../data/units.tsv").lines().count());
    for on in [in_2020(), date(2022, 1, 1), date(2025, 3, 1), in_2025()] {
        let mut codes = BTreeSet::new();
        for unit in gazetteer.units_on(on) {
            assert!(codes.insert(unit.code), "{unit:?}");
            let rooted = unit.parent.is_none() || gazetteer.parent(unit, on).is_some();
            assert!(rooted, "{unit:?} on {on}");
            assert!(address::kind_of(unit.full_name).is_some(), "{unit:?}");
        }
    }
}

#[test]
fn a_code_means_another_commune_after_the_reform() {
    let gazetteer = Gazetteer::builtin();
    let name = |on| gazetteer.get(UnitLevel::Commune, "00004", on).map(|unit| unit.full_name);
    assert_eq!(name(in_2020()), Some("Phường Trúc Bạch"));
    assert_eq!(name(in_2025()), Some("Phường Ba Đình"));
    assert_eq!(gazetteer.get(UnitLevel::District, "00004", in_2020()), None);
    let hatinh = |on| gazetteer.get(UnitLevel::Province, "42", on);
    assert!(hatinh(in_2020()).is_some());
    assert_eq!(hatinh(in_2020()), hatinh(in_2025()));
}

#[test]
fn children_and_the_islands_without_commune() {
    let gazetteer = Gazetteer::builtin();
    let children = |level, code, on| gazetteer.children(level, code, on).len();
    assert_eq!(children(UnitLevel::Province, "42", in_2020()), 13);
    assert_eq!(children(UnitLevel::Province, "42", in_2025()), 69);
    assert_eq!(children(UnitLevel::Province, "68", in_2025()), 124);
    let childless: Vec<_> = gazetteer
        .units_on(in_2020())
        .filter(|unit| unit.level == UnitLevel::District)
        .filter(|unit| children(UnitLevel::District, unit.code, in_2020()) == 0)
        .map(|unit| unit.code)
        .collect();
    assert_eq!(childless, ["318", "471", "498", "536", "755"]);
}

#[test]
fn links_lead_from_living_units_to_living_units() {
    let gazetteer = Gazetteer::builtin();
    assert_eq!(gazetteer.links().len(), include_str!("../../data/links.tsv").lines().count());
    let mut reached = BTreeSet::new();
    let mut left = BTreeSet::new();
    for link in gazetteer.links() {
        let new = gazetteer.get(link.new_level, link.new_code, link.new_on);
        assert!(new.is_some(), "{link:?}");
        if link.new_on == in_2025() {
            assert!(
                gazetteer.get(link.old_level, link.old_code, link.old_on).is_some(),
                "{link:?}"
            );
            reached.insert(link.new_code);
            left.insert(link.old_code);
        }
    }
    assert_eq!(reached.iter().filter(|code| code.len() == 5).count(), 3321);
    let missing: Vec<_> = gazetteer
        .units_on(in_2020())
        .filter(|unit| unit.level == UnitLevel::Commune && !left.contains(unit.code))
        .map(|unit| unit.code)
        .collect();
    assert_eq!(missing, ["03991"]);
    let split = gazetteer.links_from("00007");
    assert!(split.len() > 1 && split.iter().all(|link| link.kind == LinkKind::Partial));
    assert_eq!(gazetteer.links_from("67").first().map(|link| link.new_code), Some("68"));
    assert!(gazetteer.links_from("42").is_empty());
}

#[test]
fn communes_are_found_as_people_write_them() {
    for (text, name) in [
        ("UBND xã Sơn Kim 1", "Xã Sơn Kim 1"),
        ("ỦY BAN NHÂN DÂN XÃ SƠN KIM 1", "Xã Sơn Kim 1"),
        ("XÃ CẨM BÌNH", "Xã Cẩm Bình"),
        ("Xa Cam Binh", "Xã Cẩm Bình"),
        ("xa cam binh huyen cam xuyen tinh ha tinh", "Xã Cẩm Bình"),
        ("TT Đồng Lộc", "Thị trấn Đồng Lộc"),
        ("TT. Đồng Lộc", "Thị trấn Đồng Lộc"),
        ("P. Trần Phú", "Phường Trần Phú"),
        ("P.Trần Phú, TP.Hà Tĩnh", "Phường Trần Phú"),
        ("X. Thạch Đài, H. Thạch Hà", "Xã Thạch Đài"),
        ("Thôn Bình Minh, xã Thạch Đài, huyện Thạch Hà, tỉnh Hà Tĩnh", "Xã Thạch Đài"),
        ("Thôn 3 xã Sơn Kim 1 huyện Hương Sơn", "Xã Sơn Kim 1"),
        ("Thạch Đài, Thạch Hà, Hà Tĩnh", "Xã Thạch Đài"),
        ("Thạch Đài - Thạch Hà - Hà Tĩnh", "Xã Thạch Đài"),
        ("DANH SÁCH HỘ NGHÈO XÃ CẨM BÌNH NĂM 2020", "Xã Cẩm Bình"),
        ("Khối phố 2, phường Hà Huy Tập, thành phố Hà Tĩnh", "Phường Hà Huy Tập"),
        ("xã Cẩm Bi\u{300}nh", "Xã Cẩm Bình"),
        ("phường Cẩm Bình", "Xã Cẩm Bình"),
        ("Huyện Cẩm Xuyên", "Huyện Cẩm Xuyên"),
        ("Tỉnh Hà Tĩnh", "Tỉnh Hà Tĩnh"),
        ("TX Kỳ Anh", "Thị xã Kỳ Anh"),
        ("TX Kì Anh", "Thị xã Kỳ Anh"),
        ("Phòng Lao động - Thương binh và Xã hội huyện Cẩm Xuyên", "Huyện Cẩm Xuyên"),
    ] {
        assert_eq!(found(text, Some("42"), in_2020()), [name], "{text}");
    }
}

#[test]
fn the_district_chooses_among_namesakes() {
    let on = in_2020();
    assert!(found("xã Cẩm Bình", None, on).len() <= 3);
    assert!(found("phường Hà Huy Tập", None, on).len() > 1);
    let gazetteer = Gazetteer::builtin();
    let place = "Phường Hà Huy Tập, TP Vinh";
    let units = gazetteer.find_by_name(place, None, on);
    assert_eq!(units.len(), 1);
    assert_eq!(gazetteer.parent(units[0], on).map(|unit| unit.full_name), Some("Thành phố Vinh"));
    assert_eq!(found(place, Some("42"), on), ["Phường Hà Huy Tập"], "limited to the parent");
    assert_eq!(found("Bà Rịa - Vũng Tàu", None, on), ["Tỉnh Bà Rịa - Vũng Tàu"]);
    assert_eq!(found("P1, Q. Gò Vấp", None, on), ["Phường 01"]);
    assert_eq!(found("Phường 01, quận Gò Vấp, TP Hồ Chí Minh", None, on), ["Phường 01"]);
}

#[test]
fn what_is_not_there_is_not_found() {
    let on = in_2020();
    for text in
        ["", "xã Không Có, huyện Cẩm Xuyên", "123", "Thôn Bình Minh", "xã", "Xã hội", ",,;-"]
    {
        assert_eq!(found(text, Some("42"), on), [""; 0], "{text}");
    }
    assert_eq!(found("xã Cẩm Bình", Some("75"), on), [""; 0]);
    assert_eq!(found("Huyện Cẩm Xuyên", None, in_2025()), [""; 0]);
    assert_eq!(found("xã Cẩm Bình, Hà Tĩnh", None, in_2025()), ["Xã Cẩm Bình"]);
}

#[test]
fn tones_come_before_guesses() {
    let on = in_2020();
    assert_eq!(found("xã Cẩm Vĩnh", Some("42"), on), ["Xã Cẩm Vĩnh"]);
    assert_eq!(found("xã Cẩm Vinh", Some("42"), on), ["Xã Cẩm Vĩnh"]);
    let ninh = found("Xã Hoà Ninh", None, on);
    assert!(!ninh.is_empty() && ninh.iter().all(|name| crate::text::fold(name) == "xa hoa ninh"));
    assert_eq!(found("huyện Ia H'Drai", None, on), found("Huyện Ia H’ Drai", None, on));
}

#[test]
fn a_bare_name_is_told_from_a_written_commune() {
    let gazetteer = Gazetteer::builtin();
    let only = |text: &str| {
        let found = gazetteer.match_name(text, Some("42"), in_2020());
        assert_eq!(found.len(), 1, "{text}");
        found[0]
    };
    assert!(!only("Xuân Hải").kind_written, "also the name of hamlets elsewhere");
    let written = only("Thôn Bắc Mỹ, xã Xuân Hải, huyện Nghi Xuân");
    assert!(written.kind_written && written.same_kind && written.same_tones);
    assert_eq!(written.context, 1);
    assert_eq!(only("xã Xuân Hải, huyện Thạch Hà").context, -1, "another district");
    assert!(!only("xa Xuan Hai").same_tones);
}

/// The communes that their own full address, written in some way, does not lead back to.
fn lost(on: NaiveDate, most: usize, write: impl Fn(&str) -> String) -> Vec<String> {
    let gazetteer = Gazetteer::builtin();
    let mut lost = Vec::new();
    for unit in gazetteer.units_on(on).filter(|unit| unit.level == UnitLevel::Commune) {
        let above: Vec<_> = gazetteer.ancestors(unit, on).map(|up| up.full_name).collect();
        let written = write(&format!("{}, {}", unit.full_name, above.join(", ")));
        let hits = gazetteer.find_by_name(&written, None, on);
        if !hits.contains(&unit) || hits.len() > most {
            lost.push(written);
        }
    }
    lost
}

#[test]
fn every_commune_is_found_by_its_full_address() {
    assert_eq!(lost(in_2020(), 1, str::to_owned), [""; 0]);
    assert_eq!(lost(in_2025(), 1, str::to_owned), [""; 0]);
    assert_eq!(lost(in_2020(), 1, str::to_uppercase), [""; 0]);
}

#[test]
fn nearly_every_commune_is_found_without_commas_or_marks() {
    assert_eq!(lost(in_2020(), 1, |text| text.replace(',', "")), [""; 0]);
    // Without marks up to three communes of a district have the same name.
    assert_eq!(lost(in_2020(), 3, crate::text::fold), [""; 0]);
    let short = lost(in_2020(), 1, |text| {
        let short = [("Xã ", "X. "), ("Phường ", "P."), ("Thị trấn ", "TT "), ("Huyện ", "H.")];
        short.iter().fold(text.to_owned(), |text, (long, short)| text.replace(long, short))
    });
    assert_eq!(short, ["P.P.Đúc, Thành phố Huế, Tỉnh Thừa Thiên Huế"], "Phường Phường Đúc");
}

#[test]
fn shared_registers_agree() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/geo");
    for (file, on) in [
        ("units_2020.csv", in_2020()),
        ("units_2021.csv", date(2021, 7, 1)),
        ("units_2025_03.csv", date(2025, 3, 1)),
        ("units_2025.csv", in_2025()),
    ] {
        let Ok(csv) = std::fs::read_to_string(root.join(file)) else {
            eprintln!("SKIPPED: no {file} at {}", root.display());
            continue;
        };
        for line in csv.lines().skip(1) {
            let fields: Vec<&str> = line.split(',').collect();
            let level = UnitLevel::of_code(fields[0]).expect("a code");
            let unit = Gazetteer::builtin().get(level, fields[0], on).expect(line);
            assert_eq!(unit.parent.unwrap_or(""), fields[1], "{line}");
            let (ours, theirs) = (unit.full_name, fields[5]);
            assert_eq!(crate::text::tone_key(ours), crate::text::tone_key(theirs), "{line}");
        }
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 256, failure_persistence: None, ..Default::default() })]

    #[test]
    fn searching_never_panics(text in ".{0,40}", like in "(xã |p\\.|tt |huyện |t\\.| - |, |cẩm |bình |1 ){0,8}") {
        found(&text, None, in_2020());
        found(&like, Some("42"), in_2025());
    }
}
