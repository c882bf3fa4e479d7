//! News and corrections: who writes, who publishes, what the public reads.

mod hostile;
mod life;
mod rebuttal;

use uuid::Uuid;

use crate::identity::people::{add, first_sign_in, password_on};
use crate::payments::fixture::values;
use crate::support::{Answer, Client, TestApp};

/// Appoints an account for the year 2020.
pub async fn appoint(t: &TestApp, username: &str, role: &str) -> Answer {
    appoint_until(t, username, role, "31/12/2020").await
}

pub async fn appoint_until(t: &TestApp, username: &str, role: &str, until: &str) -> Answer {
    let mut province = t.sign_in("tinh42").await;
    let page = province.get("/bien-tap/ban").await.page();
    let id = values(&page, "ma")[0].clone();
    let fields = [
        ("ma", id.as_str()),
        ("tai_khoan", username),
        ("vai_tro", role),
        ("tu_ngay", "1/5/2020"),
        ("den_ngay", until),
        ("so_qd", "15/QĐ-UBND"),
        ("ngay_qd", "28/4/2020"),
    ];
    province.post("/bien-tap/ban", &fields).await
}

/// A named officer under the province's account, signed in.
pub async fn officer(t: &TestApp, name: &str, username: &str) -> Client {
    let mut unit = t.sign_in("tinh42").await;
    let slip = add(&mut unit, "can-bo", name, username).await.page();
    first_sign_in(t, username, &password_on(&slip)).await
}

/// A board of a head (`h439`), an editor (`h449`) and a contributor (`x18196`), signed in.
pub async fn board(t: &TestApp) -> (Client, Client, Client) {
    for (name, role) in [("h439", "head"), ("h449", "editor"), ("x18196", "contributor")] {
        appoint(t, name, role).await.goes_to();
    }
    (t.sign_in("h439").await, t.sign_in("h449").await, t.sign_in("x18196").await)
}

/// Begins an article; returns its address.
pub async fn begin(writer: &mut Client, kind: &str, title: &str) -> String {
    let page = writer.get("/bien-tap/moi").await.page();
    let id = values(&page, "ma")[0].clone();
    let fields = [("ma", id.as_str()), ("loai", kind), ("tieu_de", title)];
    writer.post("/bien-tap/moi", &fields).await.goes_to()
}

/// Sends the form of an article's text: `what` is luu, trinh, xem.
pub async fn save(
    writer: &mut Client,
    address: &str,
    what: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = writer.get(address).await.page();
    let version = values(&page, "phien_ban")[0].clone();
    let mut all = vec![("phien_ban", version.as_str()), ("viec", what)];
    all.extend_from_slice(fields);
    writer.post(address, &all).await
}

/// An ordinary text.
pub fn text<'a>(title: &'a str, body: &'a str) -> [(&'a str, &'a str); 3] {
    [("tieu_de", title), ("tom_tat", "Tóm tắt của bài"), ("noi_dung", body)]
}

/// Does a deed with the version of the page as it stands.
pub async fn act(
    officer: &mut Client,
    address: &str,
    deed: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = officer.get(address).await.page();
    let version = values(&page, "phien_ban").first().cloned().unwrap_or_default();
    let mut all = vec![("phien_ban", version.as_str())];
    all.extend_from_slice(fields);
    officer.post(&format!("{address}/lam/{deed}"), &all).await
}

/// A draft of the commune's own account, for the walk over all routes.
pub async fn planted(t: &TestApp) -> Uuid {
    appoint(t, "x18196", "contributor").await.goes_to();
    let mut writer = t.sign_in("x18196").await;
    let address = begin(&mut writer, "news", "Bài để đi qua").await;
    Uuid::parse_str(address.rsplit('/').next().unwrap()).unwrap()
}
