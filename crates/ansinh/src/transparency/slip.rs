//! What ties a line to its payee, and what stands on her slip.

use disclosure::commitment::{self, Salt};
use disclosure::slip::Slip;
use serde_json::json;
use uuid::Uuid;
use vietnam::text::nfc;

use super::{keys, store};
use crate::audit::{self, Act};
use crate::clock::random_bytes;
use crate::identity::Actor;
use crate::relief::{MovedMoney, moved_by};
use crate::web::{App, Error};

/// What the payee knows, as it is hashed.
#[derive(Debug, Clone)]
pub struct Private {
    payee: String,
    identity: String,
    entitlement: String,
}

/// A name in capitals, composed, with single spaces, and a number without leading zeros: so that she
/// may type them as she writes them.
pub fn private(name: &str, number: &str, entitlement: Uuid) -> Private {
    let words: Vec<String> = name.split_whitespace().map(|word| nfc(word).to_uppercase()).collect();
    let digits: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    Private {
        payee: words.join(" "),
        identity: digits.trim_start_matches('0').to_owned(),
        entitlement: entitlement.to_string(),
    }
}

impl Private {
    /// As the commitment takes them.
    pub fn fields(&self) -> commitment::Private<'_> {
        commitment::Private {
            payee: &self.payee,
            identity: &self.identity,
            entitlement: &self.entitlement,
        }
    }
}

/// A salt for each, of which those that are known already are thrown away.
pub(super) fn fresh_salts(moved: &[MovedMoney]) -> Result<Vec<(Uuid, Salt)>, Error> {
    moved.iter().map(|entry| Ok((entry.entry_id, random_bytes::<16>()?))).collect()
}

/// The text of the QR code on the slip of an entry; nothing for one that moved no money. It goes to
/// the payee alone, so that printing it is recorded. Before the day is published it has no number yet and is found by its content.
///
/// # Errors
/// The engine's.
pub async fn slip_of(app: &App, actor: &Actor, entry: Uuid) -> Result<Option<String>, Error> {
    let (conn, province) = (app.db.read(), app.config.province.as_str());
    let Some(moved) = moved_by(conn, province, entry).await? else { return Ok(None) };
    let fresh = fresh_salts(std::slice::from_ref(&moved))?;
    let (fresh, now) = (fresh.as_slice(), app.clock.now());
    let salts = app
        .db
        .run_tx::<_, Error, _, _>("transparency.slip", |tx| async move {
            let salts = store::salts(&tx, province, fresh).await?;
            let act = Act {
                action: "log.slip",
                subject_kind: "payment",
                subject_id: entry.to_string(),
                detail: json!({}),
            };
            audit::record(&tx, actor, now, act).await?;
            Ok((tx, salts))
        })
        .await?;
    let Some(salt) = salts.get(&entry) else { return Ok(None) };
    let number = store::number_of_entry(conn, province, entry).await?;
    let origin = keys::origin(conn, &app.config).await?;
    let number = number.and_then(|number| u64::try_from(number).ok());
    let slip = Slip::new(&origin, number, *salt, &moved.entitlement_id.to_string())
        .map_err(|error| Error::internal("transparency.slip", error))?;
    Ok(Some(slip.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn name_and_number_may_be_typed_as_people_write_them() {
        let listed = private("Nguyễn Thị Hòa", "42161007788", Uuid::nil());
        let typed = private("  nguyễn  thi\u{323} hòa ", "042 161 007 788", Uuid::nil());
        assert_eq!(listed.fields(), typed.fields());
        let other = private("Nguyễn Thị Hoà", "42161007788", Uuid::nil());
        assert_ne!(listed.fields(), other.fields());
        assert_eq!(private("Y Bíh Niê", "", Uuid::nil()).payee, "Y BÍH NIÊ");
    }
}
