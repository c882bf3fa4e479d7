//! Why somebody was not paid is configuration; what was once used keeps its label.

use ansinh::relief::{Catalogue, remember_reasons};

use super::fixture::*;
use crate::on_both;
use crate::support::{Folder, TestApp};

/// The programme as shipped, with other reasons.
async fn with_reasons(t: TestApp, reasons: &str) -> TestApp {
    let shipped = include_str!("../../../src/relief/programmes/nq42.toml");
    let (before, rest) = shipped.split_once("[[reason]]").unwrap();
    let after = rest.rsplit_once("[[reason]]").unwrap().1.split_once("# Ghi chú").unwrap().1;
    let text = format!("{before}{reasons}\n# Ghi chú{after}");
    let name = ansinh::clock::new_id(t.app.clock.now()).unwrap().to_string();
    let folder = Folder(std::env::temp_dir().join("ansinh-tests").join(name));
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.0.join("nq42.toml"), text).unwrap();
    let catalogue = Catalogue::load(Some(&folder.0)).unwrap();
    let catalogue = remember_reasons(&t.app.db, catalogue).await.unwrap();
    t.with_catalogue(catalogue)
}

const FLOOD: &str = "[[reason]]\ncode = \"flood\"\nlabel = \"Đường ngập, chưa vào được thôn\"\n
[[reason]]\ncode = \"sick\"\nlabel = \"Đang nằm viện\"\nnote = true\n";
const LATER: &str = "[[reason]]\ncode = \"sick\"\nlabel = \"Đang điều trị\"\n";

async fn a_reason_that_leaves_the_configuration_keeps_its_label_on_old_entries(t: TestApp) {
    let people = [someone("Hồ Một", "042064000123"), someone("Hồ Hai", "042064000124")];
    let ids = approved(&t, SON_KIM, "NCC", &people).await;
    let t = with_reasons(t, FLOOD).await;
    let mut clerk = t.sign_in("x18196").await;
    let refused = not_paid(&mut clerk, &ids[..1], "dead", "").await;
    assert!(refused.body.contains("Chọn lý do không chi được"), "not offered here");
    assert!(refused.body.contains("Đường ngập") && !refused.body.contains("Đã tách hộ"));
    let refused = not_paid(&mut clerk, &ids[1..], "sick", " ").await;
    assert!(refused.body.contains("Đang nằm viện: ghi rõ bằng chữ"), "{}", refused.body);
    not_paid(&mut clerk, &ids[..1], "flood", "").await.page();
    not_paid(&mut clerk, &ids[1..], "sick", "bệnh viện tỉnh").await.page();
    let t = with_reasons(t, LATER).await;
    let mut clerk = t.sign_in("x18196").await;
    for path in [
        format!("/chi-tra/{}", ids[0]),
        "/bao-cao".to_owned(),
        "/bao-cao/hang-ngay".to_owned(),
        "/bao-cao/doi-tuong".to_owned(),
        "/bao-cao/so-chi".to_owned(),
        "/bao-cao/tep/doi-tuong.csv".to_owned(),
        "/bao-cao/tep/so-chi.csv".to_owned(),
    ] {
        let page = clerk.get(&path).await.page();
        assert!(page.contains("Đường ngập, chưa vào được thôn"), "{path}: {page}");
        assert!(!page.contains("Đang nằm viện"), "{path}: its new label is used");
    }
    let again = not_paid(&mut clerk, &ids[..1], "flood", "").await;
    assert!(again.body.contains("Chọn lý do không chi được"), "not offered any more");
    ledger_is_sound(&t).await;
}
on_both!(a_reason_that_leaves_the_configuration_keeps_its_label_on_old_entries);
