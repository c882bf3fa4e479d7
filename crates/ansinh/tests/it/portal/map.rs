//! The map, and the import of the boundaries it is drawn on.

use std::io::Write as _;
use std::path::Path;

use ansinh::areas::{BoundaryFile, Imported, import_boundaries};
use ansinh::web::Error;
use axum::http::StatusCode;

use super::seed::{Row, day};
use crate::on_both;
use crate::support::{TestApp, shared, units_day};

/// The districts of Hà Tĩnh on 1/6/2020 as squares in a row, the communes of each as strips of it; each
/// border has the same corners on both sides.
fn made_up(t: &TestApp, communes_too: bool) -> String {
    let areas = &t.app.areas;
    let mut features = Vec::new();
    let mut add = |code: &str, west: f64, east: f64, south: f64, north: f64| {
        features.push(format!(
            r#"{{"type":"Feature","id":"{code}","properties":{{}},"geometry":{{"type":"Polygon",
               "coordinates":[[[{west},{south}],[{east},{south}],[{east},{north}],[{west},{north}],[{west},{south}]]]}}}}"#
        ));
    };
    for (at, district) in areas.districts("42", units_day()).iter().enumerate() {
        let west = 105.0 + at as f64 * 0.1;
        if !communes_too {
            add(&district.code, west, west + 0.1, 18.0, 18.5);
            continue;
        }
        let communes = areas.communes_of(&district.code, units_day());
        for (row, commune) in communes.iter().enumerate() {
            let south = 18.0 + row as f64 * 0.01;
            add(&commune.code, west, west + 0.1, south, south + 0.01);
        }
    }
    format!(r#"{{"type":"FeatureCollection","features":[{}]}}"#, features.join(","))
}

async fn import(t: &TestApp, bytes: &[u8]) -> Result<Imported, Error> {
    import_of(t, bytes, "2020-06-01", false).await
}

async fn import_of(t: &TestApp, bytes: &[u8], on: &str, dry_run: bool) -> Result<Imported, Error> {
    let file = BoundaryFile {
        bytes,
        province: "42",
        valid_from: day(on),
        source: "Sở Tài nguyên và Môi trường <thử>",
        licence: "MIT",
        by: "Nguyễn Văn Kỹ",
        now: t.app.clock.now(),
        dry_run,
    };
    import_boundaries(&t.app.db, &t.app.areas, &file).await
}

async fn some_paid(t: &TestApp) {
    let mut list = t.list("BTXH", "approved");
    list.decision = Some(t.decision("1502/QĐ-UBND").await);
    let paid = Row { pay: Some("paid"), people: 3, dong: 4_500_000, ..Row::new("A", None) };
    let waiting = Row { pay: Some("unpaid"), ..Row::new("B", None) };
    t.seed(&list, &[paid, waiting]).await;
}

/// Both archipelagos, and the same numbers beside.
fn whole_picture(page: &str) {
    for shown in [
        "id=\"tien-do-hoang-sa\"",
        "id=\"tien-do-truong-sa\"",
        "<title>Quần đảo Hoàng Sa (Đà Nẵng)</title>",
        "<title>Quần đảo Trường Sa (Khánh Hòa)</title>",
        "class=\"bang xep ",
        "role=\"img\"",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
    assert!(!page.contains("style="), "the page's policy forbids it");
}

async fn without_boundaries_a_schematic_says_that_it_is_one(t: TestApp) {
    some_paid(&t).await;
    let mut visitor = t.visitor();
    let page = visitor.get("/ban-do").await.page();
    whole_picture(&page);
    assert!(page.contains("Toàn tỉnh đã chi cho 75,0 % số người được duyệt"));
    assert!(page.contains("Sơ đồ, không phải bản đồ"));
    assert!(page.contains("đây là sơ đồ: mỗi ô là một huyện"));
    assert_eq!(page.matches("data-u=").count(), 13);
    assert!(page.contains("<title>Huyện Hương Sơn: đã chi 75,0 %</title>"));
    let communes = visitor.get("/ban-do?xem=xa").await.page();
    whole_picture(&communes);
    assert_eq!(communes.matches("data-u=").count(), 216);
    let within = visitor.get("/ban-do?huyen=439&do=tien").await.page();
    whole_picture(&within);
    assert!(within.contains("Huyện Hương Sơn đã chi 4.500.000 đồng"), "{within}");
    assert!(within.contains("<title>Xã Sơn Kim 1: đã chi 4.500.000 đồng</title>"));
    assert!(within.contains("href=\"/cong-khai/18196\""));
    let people = visitor.get("/ban-do?do=nguoi").await.page();
    assert!(people.contains("Toàn tỉnh có 4 người được duyệt"));
}
on_both!(without_boundaries_a_schematic_says_that_it_is_one);

async fn an_imported_set_is_drawn_at_once_for_districts_and_communes(t: TestApp) {
    some_paid(&t).await;
    let mut visitor = t.visitor();
    assert!(visitor.get("/ban-do").await.page().contains("Sơ đồ, không phải"));
    let file = made_up(&t, true);
    let tried = import_of(&t, file.as_bytes(), "2020-06-01", true).await.unwrap();
    assert_eq!((tried.units, tried.already), ([0, 0, 216], false));
    assert_eq!(t.number("SELECT COUNT(*) FROM boundary_sets").await, 0, "a dry run writes nothing");
    assert!(!import(&t, file.as_bytes()).await.unwrap().already);
    assert!(import(&t, file.as_bytes()).await.unwrap().already, "a second time changes nothing");
    assert_eq!(t.number("SELECT COUNT(*) FROM boundary_sets").await, 1);
    assert_eq!(t.number("SELECT COUNT(*) FROM boundary_shapes").await, 216);
    let acts = "SELECT COUNT(*) FROM audit_entries WHERE action = 'boundaries.import'";
    assert_eq!(t.number(acts).await, 1);
    for (address, units) in [("/ban-do", 13), ("/ban-do?xem=xa", 216), ("/ban-do?huyen=439", 25)] {
        let page = visitor.get(address).await.page();
        whole_picture(&page);
        assert!(!page.contains("Sơ đồ"), "{address}");
        assert!(page.contains("Sở Tài nguyên và Môi trường &#60;thử&#62; (MIT)"), "{page}");
        assert_eq!(page.matches("data-u=").count(), units, "{address}");
    }
    // A later file of the same day stands before the first, as far as it goes: it has no communes.
    let file = made_up(&t, false);
    t.pass(chrono::Duration::seconds(2));
    assert_eq!(import(&t, file.as_bytes()).await.unwrap().units, [0, 13, 0]);
    let (districts, communes) = ("SELECT COUNT(*) FROM boundary_shapes WHERE level = 2", 25);
    assert_eq!(t.number(districts).await, 13);
    assert!(!visitor.get("/ban-do").await.page().contains("Sơ đồ"));
    let page = visitor.get("/ban-do?huyen=439").await.page();
    assert!(!page.contains("Sơ đồ") && page.matches("data-u=").count() == communes);
}
on_both!(an_imported_set_is_drawn_at_once_for_districts_and_communes);

async fn a_set_is_not_used_before_its_day_nor_in_another_era(t: TestApp) {
    let file = made_up(&t, true);
    import_of(&t, file.as_bytes(), "2021-07-01", false).await.unwrap();
    assert!(t.visitor().get("/ban-do").await.page().contains("Sơ đồ"));
    t.set_local("2025-08-01T08:00");
    import_of(&t, file.as_bytes(), "2020-01-01", false).await.unwrap();
    let page = t.visitor().get("/ban-do?tu=2025").await.page();
    assert!(page.contains("Sơ đồ") && !page.contains("Huyện"), "69 communes of two tiers");
    assert_eq!(page.matches("data-u=").count(), 69);
    whole_picture(&page);
}
on_both!(a_set_is_not_used_before_its_day_nor_in_another_era);

fn refused(answer: Result<Imported, Error>) -> String {
    answer.unwrap_err().to_string()
}

async fn a_file_that_is_not_the_units_of_its_day_is_refused(t: TestApp) {
    let file = made_up(&t, true);
    let wrong = file.replace("\"18196\"", "\"99999\"");
    let told = refused(import(&t, wrong.as_bytes()).await);
    assert!(told.contains("thiếu Xã Sơn Kim 1 (18196)") && told.contains("99999"), "{told}");
    assert!(told.contains("tỉnh Hà Tĩnh (42) ngày 1/6/2020") || told.contains("Tỉnh Hà Tĩnh (42)"));
    let old = refused(import_of(&t, file.as_bytes(), "2019-11-15", false).await);
    assert!(old.contains("đơn vị nữa"), "262 communes then: {old}");
    let later = refused(import_of(&t, file.as_bytes(), "2025-07-01", false).await);
    assert!(later.contains("không khớp"), "{later}");
    let twice = file.replacen("\"18196\"", "\"18199\"", 1);
    assert!(refused(import(&t, twice.as_bytes()).await).contains("có hai lần"));
    assert!(refused(import(&t, b"PK\x03\x04").await).contains("không phải JSON"));
    let far = file.replace("105,18", "18,105");
    assert!(refused(import(&t, far.as_bytes()).await).contains("kinh độ trước"));
    let none = BoundaryFile {
        bytes: file.as_bytes(),
        province: "42",
        valid_from: units_day(),
        source: " ",
        licence: "MIT",
        by: "A",
        now: t.app.clock.now(),
        dry_run: false,
    };
    let told = refused(import_boundaries(&t.app.db, &t.app.areas, &none).await);
    assert!(told.contains("--source"), "{told}");
    let other = BoundaryFile { source: "A", province: "38", ..none };
    let told = refused(import_boundaries(&t.app.db, &t.app.areas, &other).await);
    assert!(told.contains("Tệp là của Tỉnh Hà Tĩnh (42)"), "{told}");
    assert_eq!(t.number("SELECT COUNT(*) FROM boundary_shapes").await, 0);
}
on_both!(a_file_that_is_not_the_units_of_its_day_is_refused);

async fn clumsy_addresses_are_answered(t: TestApp) {
    let mut visitor = t.visitor();
    for address in ["/ban-do?huyen=999", "/ban-do?huyen=380", "/ban-do?huyen=%3Cb%3E"] {
        assert_eq!(visitor.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
    }
    let page = visitor.get("/ban-do?do=%22%3E%3Cscript%3E&xem=gi&tu=1999").await.page();
    assert!(page.contains("Toàn tỉnh chưa có ai được duyệt") && !page.contains("\"><script>"));
    whole_picture(&page);
    // The districts of three tiers are still there for who comes in 2026.
    t.set_local("2026-08-01T08:00");
    whole_picture(&visitor.get("/ban-do?huyen=439&tu=2020").await.page());
    whole_picture(&visitor.get("/ban-do?huyen=439").await.page());
}
on_both!(clumsy_addresses_are_answered);

async fn the_table_can_be_kept_as_a_file(t: TestApp) {
    some_paid(&t).await;
    let answer = t.visitor().get("/ban-do/tai-ve.csv?huyen=439").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.content_type.starts_with("text/csv"));
    assert!(answer.body.contains("18196") && answer.body.contains("4500000"), "{}", answer.body);
    assert_eq!(answer.body.lines().count(), 26, "a head and 25 communes");
}
on_both!(the_table_can_be_kept_as_a_file);

fn packed(text: &str) -> usize {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packer.write_all(text.as_bytes()).unwrap();
    packer.finish().unwrap().len()
}

fn real(name: &str) -> Option<Vec<u8>> {
    shared(&format!("data/geo/{name}")).map(|file: std::path::PathBuf| bytes(&file))
}

fn bytes(file: &Path) -> Vec<u8> {
    std::fs::read(file).unwrap()
}

async fn the_real_ha_tinh_is_drawn_and_light(t: TestApp) {
    let Some(file) = real("map2020_42.topo.json") else { return };
    some_paid(&t).await;
    assert_eq!(import(&t, &file).await.unwrap().units, [0, 13, 216]);
    let mut visitor = t.visitor();
    let sizes =
        [("/ban-do", 13, 8_000), ("/ban-do?huyen=439", 25, 8_000), ("/ban-do?xem=xa", 216, 30_000)];
    for (address, units, most) in sizes {
        let page = visitor.get(address).await.page();
        whole_picture(&page);
        assert_eq!(page.matches("data-u=").count(), units, "{address}");
        assert!(!page.contains("Chưa có ranh giới"), "{address}");
        eprintln!("{address}: {} bytes, packed {}", page.len(), packed(&page));
        assert!(packed(&page) <= most, "{address}: {} bytes packed", packed(&page));
    }
    assert!(visitor.get("/").await.page().contains("href=\"/ban-do\""));
    let file = real("map2025_42.topo.json").unwrap();
    t.set_local("2025-08-01T08:00");
    assert_eq!(import_of(&t, &file, "2025-07-01", false).await.unwrap().units, [0, 0, 69]);
    let page = visitor.get("/ban-do?tu=2025").await.page();
    assert!(!page.contains("Sơ đồ"));
    assert_eq!(page.matches("data-u=").count(), 69);
}
on_both!(the_real_ha_tinh_is_drawn_and_light);

async fn the_country_without_its_islands_is_refused(t: TestApp) {
    let Some(districts) = real("vn63_districts.topo.json") else { return };
    let imported = import_of(&t, &districts, "2021-07-01", false).await.unwrap();
    assert_eq!((imported.country, imported.units), (true, [0, 705, 0]));
    let text = String::from_utf8(districts).unwrap();
    for (code, name) in [("498", "Huyện Hoàng Sa"), ("576", "Huyện Trường Sa")] {
        let without = text.replace(&format!("\"id\":\"{code}\""), "\"id\":\"001\"");
        assert!(without != text);
        assert!(
            refused(import_of(&t, without.as_bytes(), "2021-07-01", false).await)
                .contains("hai lần")
        );
        let mut file: serde_json::Value = serde_json::from_str(&text).unwrap();
        let units = file["objects"]["districts"]["geometries"].as_array_mut().unwrap();
        units.retain(|unit| unit["id"] != code);
        let told = refused(import_of(&t, file.to_string().as_bytes(), "2021-07-01", false).await);
        assert!(told.contains(&format!("thiếu {name} ({code})")), "{told}");
    }
    // Whole provinces: the islands are ground of Đà Nẵng and Khánh Hòa.
    let provinces = real("vn63_provinces.topo.json").unwrap();
    assert!(import_of(&t, &provinces, "2020-06-01", false).await.unwrap().country);
    let mut file: serde_json::Value = serde_json::from_slice(&provinces).unwrap();
    for unit in file["objects"]["provinces"]["geometries"].as_array_mut().unwrap() {
        if unit["id"] == "48" {
            // The mainland part alone.
            unit["arcs"].as_array_mut().unwrap().truncate(1);
        }
    }
    let told = import_of(&t, file.to_string().as_bytes(), "2020-06-01", false).await;
    assert!(refused(told).contains("không có Quần đảo Hoàng Sa (Đà Nẵng)"));
}
on_both!(the_country_without_its_islands_is_refused);
