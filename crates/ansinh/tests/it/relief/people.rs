//! Rows and lists for the stories of this room.

use ansinh::identity::Actor;
use ansinh::relief::{Birth, Enlisted, NewEntry, Source, enlist};
use ansinh::web::Error;
use uuid::Uuid;

use crate::support::{Answer, Client, TestApp, units_day};

/// Xã Sơn Kim 1 and Xã Sơn Tây, huyện Hương Sơn; a commune of another district.
pub const SON_KIM: &str = "18196";

/// The officer of an account, as enlisting meets her.
pub async fn officer(t: &TestApp, username: &str) -> Actor {
    ansinh::identity::act_as(&t.app.db, username).await.unwrap().unwrap()
}

/// District of a commune of Hà Tĩnh in 2020.
pub fn district_of(t: &TestApp, commune: &str) -> String {
    t.app.areas.unit(3, commune, units_day()).unwrap().parent_code.clone()
}

/// A row of a person.
pub fn row(
    t: &TestApp,
    commune: &str,
    group: &str,
    name: &str,
    id: Option<&str>,
    line: u32,
) -> NewEntry {
    NewEntry {
        commune_code: commune.to_owned(),
        district_code: district_of(t, commune),
        group_code: group.to_owned(),
        full_name: name.to_owned(),
        birth: Birth { year: Some(1954), month: Some(8), day: Some(12) },
        sex: Some("F".to_owned()),
        id_number: id.map(str::to_owned),
        hamlet: "Nam Hà".to_owned(),
        raw: serde_json::json!({ "Họ và tên": name }),
        sheet: "Tờ 1".to_owned(),
        line,
        ..NewEntry::default()
    }
}

/// A new file's worth of rows of NQ42 in Hà Tĩnh.
pub fn source(t: &TestApp) -> Source {
    Source {
        file_id: ansinh::clock::new_id(t.app.clock.now()).unwrap(),
        programme_code: "NQ42".to_owned(),
        unit_date: units_day(),
        province_code: "42".to_owned(),
        tiers: 3,
    }
}

/// Enlists rows as this account would after confirming an import.
pub async fn put(t: &TestApp, username: &str, rows: Vec<NewEntry>) -> Result<Enlisted, Error> {
    put_from(t, username, source(t), rows).await
}

/// As [`put`], from a file of another programme or day.
pub async fn put_from(
    t: &TestApp,
    username: &str,
    source: Source,
    rows: Vec<NewEntry>,
) -> Result<Enlisted, Error> {
    let actor = officer(t, username).await;
    // Ids grow with the clock: a later file's rows come later.
    t.pass(chrono::Duration::seconds(1));
    let now = t.app.clock.now();
    let (app, actor, source, rows) = (&t.app, &actor, &source, &rows);
    t.app
        .db
        .run_tx::<_, Error, _, _>("test.enlist", |tx| async move {
            let done = enlist(&tx, app, actor, now, source, rows.clone()).await?;
            Ok((tx, done))
        })
        .await
}

/// One person of a commune enlisted by its clerk; the list.
pub async fn put_one(
    t: &TestApp,
    commune: &str,
    group: &str,
    name: &str,
    id: Option<&str>,
) -> Uuid {
    let rows = vec![row(t, commune, group, name, id, 1)];
    put(t, &format!("x{commune}"), rows).await.unwrap().list_ids[0]
}

/// Posts, waits out the niêm yết, sends and appraises a list; it then waits for a decision.
pub async fn bring_to_decision(t: &TestApp, commune: &str, list: Uuid) {
    let mut clerk = t.sign_in(&format!("x{commune}")).await;
    act(&mut clerk, list, "niem-yet").await.goes_to();
    t.pass(chrono::Duration::days(6));
    let mut clerk = t.sign_in(&format!("x{commune}")).await;
    act(&mut clerk, list, "gui").await.goes_to();
    let mut district = t.sign_in(&format!("h{}", district_of(t, commune))).await;
    act(&mut district, list, "tham-dinh").await.goes_to();
}

/// Opens the confirmation page of an act and confirms it.
pub async fn act(client: &mut Client, list: Uuid, slug: &str) -> Answer {
    let address = format!("/danh-sach/{list}/lam/{slug}");
    let page = client.get(&address).await;
    if page.status != axum::http::StatusCode::OK {
        return page;
    }
    let version = hidden(&page.body, "phien_ban");
    client.post(&address, &[("phien_ban", &version)]).await
}

/// The value of a hidden field.
pub fn hidden(page: &str, name: &str) -> String {
    let start = format!("name=\"{name}\" value=\"");
    let rest = page.split(&start).nth(1).unwrap_or_else(|| panic!("no field {name} in {page}"));
    rest.split('"').next().unwrap().to_owned()
}

/// Fills the decision's form for these lists and returns the page to check.
pub async fn review(client: &mut Client, lists: &[Uuid], number: &str, on: &str) -> Answer {
    client.get("/quyet-dinh/moi").await.page();
    let ids: Vec<String> = lists.iter().map(Uuid::to_string).collect();
    let mut fields =
        vec![("so", number), ("ngay", on), ("nguoi_ky", "Trần Tiến Hưng"), ("chuc_vu", "Chủ tịch")];
    fields.extend(ids.iter().map(|id| ("danh_sach", id.as_str())));
    client.post("/quyet-dinh/xem", &fields).await
}

/// The fields of the checked page, ready to send.
pub fn confirmed(page: &str) -> Vec<(String, String)> {
    let form = page.split("action=\"/quyet-dinh\"").nth(1).expect("a form to confirm");
    let mut fields = Vec::new();
    for part in form.split("<input type=\"hidden\" name=\"").skip(1) {
        let (name, rest) = part.split_once("\" value=\"").unwrap();
        fields.push((name.to_owned(), rest.split('"').next().unwrap().to_owned()));
    }
    fields.retain(|(name, _)| name != "csrf");
    fields
}

/// Records a decision over lists; the answer to the last form.
pub async fn decide(client: &mut Client, lists: &[Uuid], number: &str, on: &str) -> Answer {
    let page = review(client, lists, number, on).await.page();
    let fields = confirmed(&page);
    let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    client.post("/quyet-dinh", &fields).await
}
