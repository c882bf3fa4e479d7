//! Files as provinces have them, clumsy ones, and hostile ones.

use maps::{Limits, pack, read, unpack};
use proptest::prelude::*;

use crate::{board, real};

fn refusal(text: &str) -> String {
    read(text.as_bytes(), &Limits::default()).unwrap_err().to_string()
}

fn polygon(code: &str, ring: &str) -> String {
    format!(
        r#"{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"code":{code}}},
           "geometry":{{"type":"Polygon","coordinates":[{ring}]}}}}]}}"#
    )
}

const SQUARE: &str = "[[105,18],[105.1,18],[105.1,18.1],[105,18.1],[105,18]]";

#[test]
fn a_plain_file_is_read() {
    let units = read(polygon("\"18196\"", SQUARE).as_bytes(), &Limits::default()).unwrap();
    assert_eq!(units[0].code, "18196");
    assert_eq!(units[0].shape.rings[0][2], (10_510_000, 1_810_000));
    let marked = format!("\u{feff}{}", polygon("\"18196\"", SQUARE));
    assert_eq!(read(marked.as_bytes(), &Limits::default()).unwrap(), units, "a mark at the start");
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let of = |code, ring| refusal(&polygon(code, ring));
    assert!(refusal("ranh giới").contains("Dòng 1, cột"));
    assert!(refusal("[]").contains("không phải GeoJSON"));
    assert!(refusal(r#"{"type":"FeatureCollection"}"#).contains("features"));
    assert!(refusal(r#"{"type":"FeatureCollection","features":[]}"#).contains("không có đơn vị"));
    assert!(of("18196", SQUARE).contains("mất số 0 đầu"), "a number instead of a text");
    assert!(of("\"\"", SQUARE).contains("features[0]: không có mã"));
    assert!(of("\"HT-1\"", SQUARE).contains("mã “HT-1” không phải"));
    let open = "[[105,18],[105.1,18],[105.1,18.1],[105,18.1]]";
    assert!(of("\"18196\"", open).contains("features[0] (mã 18196), vòng 1: vòng không khép kín"));
    assert!(of("\"18196\"", "[[105,18],[105,18]]").contains("ít hơn 4 điểm"));
    let turned = "[[18,105],[18,105.1],[18.1,105.1],[18,105]]";
    assert!(of("\"18196\"", turned).contains("kinh độ trước"));
    let flat = "[[105,18],[105.1,18],[105.2,18],[105,18]]";
    assert!(of("\"18196\"", flat).contains("hình rỗng"));
    let word = r#"[[105,18],["a",18],[105.1,18.1],[105,18]]"#;
    assert!(of("\"18196\"", word).contains("điểm 2"));
    let huge = "[[1e308,18],[105.1,18],[105.1,18.1],[1e308,18]]";
    assert!(of("\"18196\"", huge).contains("nằm ngoài Việt Nam"));
    let point = polygon("\"18196\"", SQUARE).replace("Polygon", "Point");
    assert!(refusal(&point).contains("phải là Polygon"));
    let one = polygon("\"18196\"", SQUARE);
    let feature = &one[one.find("{\"type\":\"Feature\",").unwrap()..one.len() - 2];
    let twice = format!(r#"{{"type":"FeatureCollection","features":[{feature},{feature}]}}"#);
    assert!(refusal(&twice).contains("Đơn vị 18196: có hai lần"));
}

#[test]
fn a_topology_is_followed_only_where_it_leads_somewhere() {
    let with = |arcs: &str| {
        format!(
            r#"{{"type":"Topology","transform":{{"scale":[0.1,0.1],"translate":[105,18]}},
               "arcs":[[[0,0],[1,0],[0,1],[-1,0],[0,-1]],[[5,5],[1,0]]],
               "objects":{{"xa":{{"type":"GeometryCollection","geometries":[
               {{"type":"Polygon","id":"18196","arcs":{arcs}}}]}}}}}}"#
        )
    };
    let units = read(with("[[0]]").as_bytes(), &Limits::default()).unwrap();
    assert_eq!(units[0].shape.rings[0].len(), 4);
    assert!(refusal(&with("[[7]]")).contains("arcs[7] không có"));
    assert!(refusal(&with("[[-9223372036854775808]]")).contains("không có"));
    assert!(refusal(&with("[[0.5]]")).contains("không có"));
    assert!(refusal(&with("[[0,1]]")).contains("arcs[1] không nối"));
    assert!(refusal(&with("[0]")).contains("không phải một dãy"));
    let far = with("[[0]]").replace("[1,0],[0,1]", "[1e300,0],[0,1e300]");
    assert!(refusal(&far).contains("nằm ngoài Việt Nam"));
}

#[test]
fn limits_hold_also_where_a_small_file_unfolds() {
    let limits = Limits { bytes: 4_000, features: 2, points: 30 };
    let text = polygon("\"18196\"", SQUARE);
    assert!(read(text.as_bytes(), &limits).is_ok());
    let long = format!("{text}{}", " ".repeat(4_000));
    assert!(read(long.as_bytes(), &limits).unwrap_err().to_string().contains("quá 0 MB"));
    // One arc of five points, walked a hundred times.
    let again = vec!["[0]"; 100].join(",");
    let text = format!(
        r#"{{"type":"Topology","arcs":[[[105,18],[105.1,18],[105.1,18.1],[105,18.1],[105,18]]],
           "objects":{{"xa":{{"type":"Polygon","id":"18196","arcs":[{again}]}}}}}}"#
    );
    assert!(read(text.as_bytes(), &limits).unwrap_err().to_string().contains("hơn 30 điểm"));
    let deep = format!("{}{}", "[".repeat(3_000), "]".repeat(900));
    assert!(read(deep.as_bytes(), &limits).is_err());
}

#[test]
fn the_real_files_of_four_provinces_and_the_country_are_read() {
    let files = [
        ("map2020_42.topo.json", 216 + 13),
        ("map2020_38.topo.json", 559 + 27),
        ("map2020_67.topo.json", 71 + 8),
        ("map2020_75.topo.json", 170 + 11),
        ("map2025_42.topo.json", 69),
        ("map2025_38.topo.json", 166),
        ("map2025_68.topo.json", 124),
        ("map2025_75.topo.json", 95),
        ("vn63_provinces.topo.json", 63),
        ("vn63_districts.topo.json", 705),
        ("vn34_provinces.topo.json", 34),
    ];
    for (name, units) in files {
        let Some(bytes) = real(name) else { continue };
        assert_eq!(read(&bytes, &Limits::default()).unwrap().len(), units, "{name}");
    }
}

proptest! {
    #[test]
    fn nothing_breaks_the_reader(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read(&bytes, &Limits::default());
    }

    /// A true file with a piece of it replaced is read or refused, never worse.
    #[test]
    fn a_damaged_file_is_refused_in_words(
        at in 0usize..400, length in 0usize..12, instead in "[-0-9.e,\\[\\]{}\":a-z]{0,12}",
    ) {
        let text = r#"{"type":"Topology","transform":{"scale":[0.1,0.1],"translate":[105,18]},"arcs":[[[0,0],[1,0],[0,1],[-1,0],[0,-1]],[[1,0],[1,0],[0,1],[-1,0]]],"objects":{"xa":{"type":"GeometryCollection","geometries":[{"type":"Polygon","id":"18196","arcs":[[0]]},{"type":"MultiPolygon","id":"18199","arcs":[[[1,-1]],[[0]]]}]}}}"#;
        let from = at.min(text.len());
        let to = (from + length).min(text.len());
        let damaged = format!("{}{instead}{}", &text[..from], &text[to..]);
        if let Err(problem) = read(damaged.as_bytes(), &Limits::default()) {
            prop_assert!(!problem.place.is_empty() && !problem.cause.is_empty());
        }
    }

    #[test]
    fn what_is_packed_is_unpacked(columns in 1i32..5, rows in 1i32..5) {
        for field in board(columns, rows) {
            prop_assert_eq!(unpack(&pack(&field.shape)), Some(field.shape));
        }
    }

    #[test]
    fn a_table_that_was_tampered_with_breaks_nothing(text in "[-0-9 ;a]{0,60}") {
        let _ = unpack(&text);
        let _ = unpack("2147483647 1 1 1");
    }
}
