//! The signing list (danh sách ký nhận): who waits for money, in the form in which they sign, as a
//! page to print and as a workbook. Each sheet of paper has its sum and what it carries over.

mod leaves;
mod sheet;

use std::collections::HashMap;

use askama::Template;
use axum::extract::Query;
use axum::response::Response;
use serde::Deserialize;
use uuid::Uuid;
use vietnam::money::Dong;
use vietnam::text::capitalized;

use self::leaves::{compare_hamlets, leaves};
use super::paper::{Head, content, decisions, head, made};
use super::{Row, note_claims_seen};
use crate::identity::Role;
use crate::relief::payments::store::{ClaimFilter, Place, claims_page, shares};
use crate::relief::payments::types::{Claim, Status};
use crate::web::export::READ_ROWS;
use crate::web::{Desk, Error, Page, encode, html};

pub(super) use sheet::file;

/// Rows of one signing list; a commune has some thousands.
const ROWS_MAX: usize = 20_000;

/// Which signing list.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    thon: String,
    nhom: String,
}

impl Asked {
    fn address(&self, path: &str) -> String {
        let fields = [("thon", &self.thon), ("nhom", &self.nhom)];
        let parts: Vec<String> = fields
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect();
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }
}

/// Everything that stands on the paper, read at one moment.
struct Paper {
    head: Head,
    place: String,
    claims: Vec<Claim>,
    /// Names of the budgets of a decision.
    budgets: HashMap<Uuid, String>,
    sum: i64,
}

impl Paper {
    fn budget(&self, claim: &Claim) -> &str {
        self.budgets.get(&claim.decision_id).map_or("Ngân sách", String::as_str)
    }

    fn amounts(&self) -> Vec<i64> {
        self.claims.iter().map(Claim::open_dong).collect()
    }
}

/// Reads a signing list whole, by hamlet and name.
///
/// # Errors
/// A refusal above the commune, and for a list of more than 20.000 rows.
async fn paper(desk: &Desk, asked: &Asked, subject: &'static str) -> Result<Paper, Error> {
    let (app, actor) = (&desk.app, &desk.actor);
    actor.require(&[Role::Commune], "in danh sách ký nhận")?;
    let commune = actor.scope.commune().to_owned();
    let filter = ClaimFilter {
        place: Place { tiers: actor.tiers, district: String::new(), commune },
        hamlet: (!asked.thon.is_empty()).then(|| asked.thon.clone()),
        group: asked.nhom.clone(),
        status: Some(Status::Open),
        ..ClaimFilter::default()
    };
    let snapshot = app.db.snapshot().await?;
    let mut claims: Vec<Claim> = Vec::new();
    loop {
        let after = claims.last().map(|claim| claim.id);
        let page = claims_page(&snapshot, &actor.scope, &filter, after, READ_ROWS).await?;
        let more = page.len() as u64 == READ_ROWS;
        claims.extend(page);
        if claims.len() > ROWS_MAX {
            return Err(Error::refused(
                format!("Danh sách ký nhận này có hơn {} khoản", Dong(ROWS_MAX as i64)),
                "Chọn từng thôn hoặc từng nhóm ở trang Chi trả, rồi in từng danh sách.",
            ));
        }
        if !more {
            break;
        }
    }
    by_hamlet(&mut claims);
    let mut budgets: HashMap<Uuid, Vec<String>> = HashMap::new();
    for share in shares(&snapshot, &actor.scope).await? {
        budgets.entry(share.decision_id).or_default().push(share.name);
    }
    snapshot.rollback().await?;
    note_claims_seen(app, actor, subject, &claims).await?;
    let head = head(desk);
    let place = match asked.thon.as_str() {
        "" => head.commune.clone(),
        hamlet => format!("{hamlet}, {}", head.commune),
    };
    let sum = claims.iter().map(Claim::open_dong).sum();
    let budgets = budgets.into_iter().map(|(id, names)| (id, short_budgets(&names))).collect();
    Ok(Paper { head, place, claims, budgets, sum })
}

/// They come by name in Vietnamese order (`list_entries.sort_key`) and keep it within a hamlet.
fn by_hamlet(claims: &mut [Claim]) {
    let mut hamlets: Vec<&str> = claims.iter().map(|claim| claim.hamlet.as_str()).collect();
    hamlets.sort_unstable();
    hamlets.dedup();
    hamlets.sort_by(|a, b| compare_hamlets(a, b));
    let places: HashMap<String, usize> =
        hamlets.into_iter().enumerate().map(|(at, name)| (name.to_owned(), at)).collect();
    claims.sort_by_key(|claim| places.get(&claim.hamlet).copied());
}

/// "Trung ương, tỉnh": the column is narrow.
fn short_budgets(names: &[String]) -> String {
    let short: Vec<&str> =
        names.iter().map(|name| name.strip_prefix("Ngân sách ").unwrap_or(name)).collect();
    capitalized(&short.join(", "))
}

/// A row of the list.
#[derive(Debug, Clone)]
struct Signed {
    number: usize,
    row: Row,
    content: String,
    budget: String,
}

/// A sheet of paper.
#[derive(Debug, Clone)]
struct LeafView {
    number: usize,
    rows: Vec<Signed>,
    dong: String,
    /// Rows and đồng of the sheets before; empty on the first.
    carried: Option<(String, String)>,
    last: bool,
}

#[derive(Template)]
#[template(path = "relief/payments/templates/signing_list.html")]
struct SigningPage {
    page: Page,
    head: Head,
    place: String,
    decisions: String,
    leaves: Vec<LeafView>,
    items: String,
    sum: String,
    sum_words: String,
    xlsx: String,
    back: String,
    made: String,
}

/// `GET /chi-tra/ky-nhan`.
pub(super) async fn show(desk: Desk, Query(asked): Query<Asked>) -> Result<Response, Error> {
    let paper = paper(&desk, &asked, "chi-tra/ky-nhan").await?;
    let all = leaves(&paper.amounts());
    let count = all.len();
    let signed = |at: usize| {
        let claim = &paper.claims[at];
        Signed {
            number: at + 1,
            row: Row::new(&desk.app, &desk.actor, claim),
            content: content(&desk.app, claim),
            budget: paper.budget(claim).to_owned(),
        }
    };
    let view = SigningPage {
        page: desk.page(format!("Danh sách ký nhận {}", paper.place), "chi-tra"),
        leaves: all
            .iter()
            .map(|leaf| LeafView {
                number: leaf.number,
                rows: (leaf.from..leaf.to).map(signed).collect(),
                dong: Dong(leaf.dong).to_string(),
                carried: (leaf.from > 0)
                    .then(|| (leaf.from.to_string(), Dong(leaf.carried).to_string())),
                last: leaf.number == count,
            })
            .collect(),
        decisions: decisions(&paper.claims),
        items: Dong(i64::try_from(paper.claims.len()).unwrap_or(i64::MAX)).to_string(),
        sum: Dong(paper.sum).to_string(),
        sum_words: Dong(paper.sum).in_words(),
        xlsx: asked.address("/chi-tra/ky-nhan/tep"),
        back: asked.address("/chi-tra"),
        made: made(&desk),
        place: paper.place,
        head: paper.head,
    };
    html(&view)
}
