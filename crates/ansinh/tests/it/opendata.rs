//! Open data: what a journalist's program reads, and that no person stands in it.

use ansinh::transparency::publish_closed;
use ansinh::web::{Access, RULES};
use axum::http::StatusCode;
use serde_json::Value;

use crate::on_both;
use crate::payments::fixture::*;
use crate::support::{Client, TestApp};

const TABLES: [&str; 5] =
    ["tien-do-theo-xa", "chi-theo-ngay", "quyet-dinh", "nguon-kinh-phi", "ma-goc-so-chi"];

async fn json(visitor: &mut Client, path: &str) -> Value {
    let answer = visitor.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).unwrap()
}

/// Three people paid, one of them taken back, the day closed and published.
async fn ground(t: &TestApp) {
    let people = [
        someone("Hồ Thanh Bình", "042064001233"),
        someone("Lê Thị Hà", "042161007788"),
        someone("=HYPERLINK(1)", "042161007799"),
    ];
    let ids = approved(t, SON_KIM, "HN", &people).await;
    let mut clerk = t.sign_in("x18196").await;
    pay(&mut clerk, &ids[..2]).await;
    reverse(&mut clerk, ids[1], "ghi nhầm").await.goes_to();
    t.set_local("2020-05-15T17:31");
    publish_closed(&t.app).await.unwrap().unwrap();
}

async fn the_tables_say_what_the_ledger_says(t: TestApp) {
    let mut early = t.visitor();
    let days = json(&mut early, "/api/v1/chi-theo-ngay.json").await;
    assert_eq!(days["du_lieu"].as_array().unwrap().len(), 0);
    ground(&t).await;
    let mut visitor = t.visitor();
    let days = json(&mut visitor, "/api/v1/chi-theo-ngay.json").await;
    let row = &days["du_lieu"][0];
    assert_eq!(row["ngay"], "2020-05-15");
    assert_eq!((&row["ma_xa"], &row["xa"]), (&"18196".into(), &"Xã Sơn Kim 1".into()));
    assert_eq!((&row["khoan_chi"], &row["dong_chi"]), (&2.into(), &3_000_000.into()));
    assert_eq!((&row["khoan_dao_tra"], &row["dong_dao_tra"]), (&1.into(), &1_500_000.into()));
    let communes = json(&mut visitor, "/api/v1/tien-do-theo-xa.json").await;
    let row = &communes["du_lieu"][0];
    assert_eq!(
        (&row["dong_duoc_duyet"], &row["dong_da_chi"]),
        (&4_500_000.into(), &1_500_000.into())
    );
    let heads = json(&mut visitor, "/api/v1/ma-goc-so-chi.json").await;
    let root = heads["du_lieu"][0]["ma_goc"].as_str().unwrap().to_owned();
    let checkpoint = visitor.get("/so-chi/checkpoint").await.page();
    assert_eq!(checkpoint.lines().nth(1), Some("3"));
    assert_eq!(root.len(), 64);
    for table in TABLES {
        let csv = visitor.get(&format!("/api/v1/{table}.csv")).await.page();
        let rows = json(&mut visitor, &format!("/api/v1/{table}.json")).await;
        let schema = json(&mut visitor, &format!("/api/v1/{table}.schema.json")).await;
        let fields: Vec<&str> = schema["fields"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["name"].as_str().unwrap())
            .collect();
        assert_eq!(csv.trim_start_matches('\u{feff}').lines().next(), Some(&*fields.join(",")));
        assert_eq!(csv.lines().count() - 1, rows["du_lieu"].as_array().unwrap().len(), "{table}");
        for told in ["Hồ Thanh Bình", "042064001233", "Lê Thị", "HYPERLINK", "185113376"] {
            assert!(!csv.contains(told) && !rows.to_string().contains(told), "{told} in {table}");
        }
    }
}
on_both!(the_tables_say_what_the_ledger_says);

async fn what_a_program_holds_is_not_sent_again(t: TestApp) {
    ground(&t).await;
    let mut visitor = t.visitor();
    let first = visitor.open("/api/v1/quyet-dinh.csv").await;
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    assert_eq!(first.headers()["access-control-allow-origin"], "*");
    assert!(first.headers()["cache-control"].to_str().unwrap().contains("max-age=60"));
    for held in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}"), "*".to_owned()] {
        let again = visitor.open_with("/api/v1/quyet-dinh.csv", "if-none-match", &held).await;
        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{held}");
    }
    let other = visitor.open_with("/api/v1/quyet-dinh.csv", "if-none-match", "\"x\"").await;
    assert_eq!(other.status(), StatusCode::OK);
    let json = visitor.open("/api/v1/quyet-dinh.json").await;
    assert_ne!(json.headers()["etag"].to_str().unwrap(), tag, "another file, another tag");
}
on_both!(what_a_program_holds_is_not_sent_again);

async fn the_catalogue_and_the_description_name_every_address(t: TestApp) {
    let mut visitor = t.visitor();
    let catalogue = json(&mut visitor, "/api/v1/danh-muc.jsonld").await;
    let sets = catalogue["dcat:dataset"].as_array().unwrap();
    assert_eq!(sets.len(), TABLES.len());
    for set in sets {
        assert!(set["dct:license"]["@id"].as_str().unwrap().starts_with("https://"));
        for file in set["dcat:distribution"].as_array().unwrap() {
            let address = file["dcat:downloadURL"]["@id"].as_str().unwrap();
            let answer = visitor.get(address).await;
            assert_eq!(answer.status, StatusCode::OK, "{address}");
            let size = file["dcat:byteSize"].as_u64().unwrap();
            assert_eq!(answer.bytes.len() as u64, size, "{address}");
        }
    }
    let api = json(&mut visitor, "/api/openapi.json").await;
    assert_eq!(api["openapi"], "3.1.0");
    let paths = api["paths"].as_object().unwrap();
    for rule in RULES.iter().filter(|rule| rule.get == Some(Access::Public)) {
        let path = rule.path.replace("{*", "{");
        assert!(path == "/api/v1/{file}" || paths.contains_key(&path), "{path} is not described");
    }
    let page = visitor.get("/du-lieu-mo").await.page();
    for table in TABLES {
        assert!(page.contains(&format!("/api/v1/{table}.csv")), "{table}");
    }
}
on_both!(the_catalogue_and_the_description_name_every_address);

async fn files_that_are_not_there_are_not_found(t: TestApp) {
    let mut visitor = t.visitor();
    for file in ["", "quyet-dinh", "quyet-dinh.xlsx", "accounts.csv", ".csv", "..%2fx.csv", "a.b.c"]
    {
        let answer = visitor.get(&format!("/api/v1/{file}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{file}");
    }
}
on_both!(files_that_are_not_there_are_not_found);
