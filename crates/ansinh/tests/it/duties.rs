//! What communes owe every day, the book that closes, and chasing.

mod chasing;
mod closed_day;
mod reports;

use crate::payments::fixture::{Someone, approved, someone, values};
use crate::support::{Answer, Client, TestApp};

/// Sends the report of a day from its page; `more` are fields such as the reason.
pub async fn send_report(clerk: &mut Client, day: &str, more: &[(&str, &str)]) -> Answer {
    let page = clerk.get(&format!("/viec/bao-cao?ngay={day}")).await.page();
    let act = values(&page, "ma")[0].clone();
    let mut fields = vec![("ma", act.as_str()), ("ngay", day)];
    fields.extend_from_slice(more);
    clerk.post("/viec/bao-cao", &fields).await
}

/// People with 1.500.000 đồng each to come.
pub async fn people(t: &TestApp, commune: &str, count: usize) -> Vec<uuid::Uuid> {
    let people: Vec<Someone> = (0..count)
        .map(|n| someone(&format!("Hồ Thị {n}"), &format!("18{commune}{n:02}")))
        .collect();
    approved(t, commune, "NCC", &people).await
}

/// Opens the commune's page and posts one of its forms.
pub async fn deed(
    client: &mut Client,
    commune: &str,
    name: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = format!("/don-doc/{commune}");
    client.get(&page).await.page();
    client.post(&format!("{page}/{name}"), fields).await
}
