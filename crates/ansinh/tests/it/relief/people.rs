//! Rows and lists for the stories of this room.

use ansinh::database::Sql;
use ansinh::identity::{Actor, Role, Scope};
use ansinh::relief::{Birth, Enlisted, NewEntry, Source, enlist};
use ansinh::web::Error;
use sea_orm::FromQueryResult;
use uuid::Uuid;

use crate::support::{TestApp, units_day};

/// Xã Sơn Kim 1 and Xã Sơn Tây, huyện Hương Sơn; a commune of another district.
pub const SON_KIM: &str = "18196";

#[derive(FromQueryResult)]
struct Account {
    id: Uuid,
    role: String,
    tiers: i16,
    province_code: String,
    district_code: String,
    commune_code: String,
    display_name: String,
}

/// The officer of an account, as enlisting meets her.
pub async fn officer(t: &TestApp, username: &str) -> Actor {
    let row: Account = t
        .app
        .db
        .read()
        .row(
            "SELECT id, role, tiers, province_code, district_code, commune_code, display_name
             FROM accounts WHERE username = $1",
            vec![username.into()],
        )
        .await
        .unwrap()
        .unwrap_or_else(|| panic!("no account {username}"));
    let (province, district, commune) = (row.province_code, row.district_code, row.commune_code);
    let role = Role::from_code(&row.role).unwrap();
    let scope = match role {
        Role::Commune => Scope::Commune { province, district, commune, tiers: row.tiers },
        Role::District => Scope::District { province, district },
        Role::Province => Scope::Province { province },
    };
    Actor {
        account_id: row.id,
        username: username.to_owned(),
        display_name: row.display_name,
        role,
        scope,
        tiers: row.tiers,
        csrf: String::new(),
        session: String::new(),
        must_change_password: false,
    }
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
    let actor = officer(t, username).await;
    let source = source(t);
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
