//! Making the accounts of a whole province at once, with a sheet to hand over.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::rules::{hash_password, one_time_password, password_matches};
use super::store;
use super::types::{Account, Actor, Kind, Role};
use crate::areas::Areas;
use crate::audit::{self, Act};
use crate::clock::{new_id, random_bytes};
use crate::database::Database;
use crate::web::Error;

/// One line of the hand-over sheet: the only place where a one-time password is ever written.
#[derive(Debug, Clone, Serialize)]
pub struct HandOver {
    /// `commune`, `district` or `province`.
    pub role: String,
    /// District's name, for sorting and cutting the sheet.
    pub district: String,
    /// Unit's name.
    pub unit: String,
    /// Unit's code; empty for the second province account.
    pub code: String,
    /// Name to sign in with.
    pub username: String,
    /// To be changed at the first sign-in.
    pub one_time_password: String,
}

/// Which passwords new accounts get.
#[derive(Debug, Clone, Copy)]
pub enum Passwords<'a> {
    /// A one-time password each, to be changed at the first sign-in.
    OneTime,
    /// One password for all, not to be changed: demo and training with made-up data only.
    Shared(&'a str),
}

fn hash(password: &str) -> Result<String, Error> {
    hash_password(password, &random_bytes::<16>()?)
        .map_err(|error| Error::internal("hashing a password", error))
}

/// Makes one account a commune, one a district, and two for the province (document 004 of the
/// mission; two, because who records a decision must not be who appraised where there is no
/// district). Units of `date` decide between three tiers and two. Accounts that exist are left
/// alone; where an account of the three tiers has the name of a new one of the two, the new one is
/// called `x18133-2025`, as the public page of its commune. Returns the new ones with their one-time passwords.
///
/// # Errors
/// [`Error::Refused`] when the province has no units on that date; the engine's.
pub async fn create_province_accounts(
    db: &Database,
    areas: &Areas,
    province: &str,
    date: NaiveDate,
    now: DateTime<Utc>,
    passwords: Passwords<'_>,
) -> Result<Vec<HandOver>, Error> {
    let existing = store::usernames(db.read(), province).await?;
    let mut wanted = wanted_accounts(areas, province, date)?;
    for (account, line) in &mut wanted {
        let taken = existing.get(&account.username);
        if account.tiers == 2 && taken.is_some_and(|tiers| *tiers != account.tiers) {
            // The commune codes of 2025 are codes of other communes of before: both keep theirs.
            account.username.push_str("-2025");
            line.username.clone_from(&account.username);
        }
    }
    wanted.retain(|line| !existing.contains_key(&line.0.username));
    let mut accounts = Vec::new();
    let mut sheet = Vec::new();
    let shared = match passwords {
        Passwords::Shared(password) => Some((password.to_owned(), hash(password)?)),
        Passwords::OneTime => None,
    };
    for (mut account, mut line) in wanted {
        let (password, hashed) = match &shared {
            Some(pair) => pair.clone(),
            None => {
                let password = one_time_password(&random_bytes::<12>()?);
                let hashed = hash(&password)?;
                (password, hashed)
            }
        };
        account.id = new_id(now)?;
        account.must_change_password = shared.is_none();
        account.password_hash = hashed;
        line.one_time_password = password;
        accounts.push(account);
        sheet.push(line);
    }
    db.run_tx::<_, Error, _, _>("identity.create_accounts", |tx| {
        let accounts = &accounts;
        async move {
            store::insert_accounts(&tx, accounts, now).await?;
            let count = serde_json::json!({ "count": accounts.len() });
            let act = machine_act("accounts.create", province, count);
            audit::record_unsigned(&tx, None, province, now, act).await?;
            Ok((tx, ()))
        }
    })
    .await?;
    Ok(sheet)
}

fn wanted_accounts(
    areas: &Areas,
    province: &str,
    date: NaiveDate,
) -> Result<Vec<(Account, HandOver)>, Error> {
    let Some(name) = areas.province_name(province, date) else {
        return Err(Error::refused(
            format!("Không có tỉnh mã {province} vào ngày {}", vietnam::date::vi_date(date)),
            "Kiểm tra lại mã tỉnh và ngày của danh mục đơn vị hành chính.".to_owned(),
        ));
    };
    let mut lines = vec![
        line(Role::Province, 3, province, "", "", name, "", format!("tinh{province}")),
        line(Role::Province, 3, province, "", "", name, "", format!("tinh{province}b")),
    ];
    let districts = areas.districts(province, date);
    let tiers = if districts.is_empty() { 2 } else { 3 };
    for district in &districts {
        let username = format!("h{}", district.code);
        let (code, full) = (district.code.as_str(), district.full_name.as_str());
        lines.push(line(Role::District, tiers, province, code, "", full, full, username));
    }
    for commune in areas.communes(province, date) {
        let district = districts.iter().find(|d| d.code == commune.parent_code);
        let district_code = district.map_or("", |d| d.code.as_str());
        let district_name = district.map_or("", |d| d.full_name.as_str());
        let username = format!("x{}", commune.code);
        lines.push(line(
            Role::Commune,
            tiers,
            province,
            district_code,
            &commune.code,
            &commune.full_name,
            district_name,
            username,
        ));
    }
    for (account, _) in &mut lines {
        account.tiers = tiers;
    }
    Ok(lines)
}

#[expect(clippy::too_many_arguments, reason = "one flat row of a table")]
fn line(
    role: Role,
    tiers: i16,
    province: &str,
    district: &str,
    commune: &str,
    unit: &str,
    district_name: &str,
    username: String,
) -> (Account, HandOver) {
    let code = [commune, district, province].into_iter().find(|code| !code.is_empty());
    let account = Account {
        id: Uuid::nil(),
        username: username.clone(),
        display_name: unit.to_owned(),
        role: role.code().to_owned(),
        tiers,
        province_code: province.to_owned(),
        district_code: district.to_owned(),
        commune_code: commune.to_owned(),
        password_hash: String::new(),
        must_change_password: true,
        failed_attempts: 0,
        locked_until: None,
        disabled_at: None,
        kind: Kind::Unit.code().to_owned(),
        unit_account_id: None,
        person_name: String::new(),
        manages_only: false,
        totp_confirmed_at: None,
    };
    let hand_over = HandOver {
        role: role.code().to_owned(),
        district: district_name.to_owned(),
        unit: unit.to_owned(),
        code: code.unwrap_or("").to_owned(),
        username,
        one_time_password: String::new(),
    };
    (account, hand_over)
}

/// The officer of an account, without a session: for the demo and the benchmark, which act in her
/// place with made-up data.
///
/// # Errors
/// The engine's.
pub async fn act_as(db: &Database, username: &str) -> Result<Option<Actor>, Error> {
    let account = store::account_by_name(db.read(), username).await?;
    Ok(account.and_then(|account| Actor::of(&account, String::new(), String::new())))
}

/// True when the province has no accounts yet, or its own account opens with the demo's password.
///
/// # Errors
/// The engine's.
pub async fn demo_or_empty(db: &Database, province: &str, password: &str) -> Result<bool, Error> {
    if store::usernames(db.read(), province).await?.is_empty() {
        return Ok(true);
    }
    let account = store::account_by_name(db.read(), &format!("tinh{province}")).await?;
    Ok(account.is_some_and(|account| password_matches(password, &account.password_hash)))
}

/// Lets every open session live on from `now`, after the demo has skipped a night.
///
/// # Errors
/// The engine's.
pub async fn keep_sessions(db: &Database, now: DateTime<Utc>) -> Result<(), Error> {
    db.run_tx::<_, Error, _, _>("identity.keep_sessions", |tx| async move {
        store::keep_sessions(&tx, now).await?;
        Ok((tx, ()))
    })
    .await
}

/// Gives an account a new one-time password and ends its sessions.
///
/// # Errors
/// [`Error::Refused`] when there is no such account; the engine's.
pub async fn reset_password(
    db: &Database,
    username: &str,
    now: DateTime<Utc>,
) -> Result<String, Error> {
    let Some(account) = store::account_by_name(db.read(), username).await? else {
        return Err(Error::refused(
            format!("Không có tài khoản {username}"),
            "Tên tài khoản xã là x + mã xã, huyện là h + mã huyện, tỉnh là tinh + mã tỉnh; thêm -2025 \
             nếu tên đó đã có từ trước 01/7/2025."
                .to_owned(),
        ));
    };
    let password = one_time_password(&random_bytes::<12>()?);
    let hash = hash(&password)?;
    db.run_tx::<_, Error, _, _>("identity.reset_password", |tx| {
        let (hash, account) = (&hash, &account);
        async move {
            store::set_password(&tx, account.id, hash, true).await?;
            store::revoke_sessions(&tx, account.id, "", now).await?;
            let act = machine_act("account.reset", &account.username, serde_json::Value::Null);
            audit::record_unsigned(&tx, None, &account.province_code, now, act).await?;
            Ok((tx, ()))
        }
    })
    .await?;
    Ok(password)
}

/// Takes the second factor off an account whose telephone is lost, and ends its sessions.
///
/// # Errors
/// [`Error::Refused`] when there is no such account or no second factor; the engine's.
pub async fn reset_code(db: &Database, username: &str, now: DateTime<Utc>) -> Result<(), Error> {
    let account = store::account_by_name(db.read(), username).await?;
    let missing = || {
        Error::refused(
            format!("Tài khoản {username} không có mã xác thực"),
            "Kiểm tra lại tên tài khoản, ví dụ tinh42.",
        )
    };
    let account = account.ok_or_else(missing)?;
    db.run_tx::<_, Error, _, _>("identity.reset_code", |tx| {
        let account = &account;
        async move {
            if !store::second_factor::forget(&tx, account.id).await? {
                return Err(missing());
            }
            store::revoke_sessions(&tx, account.id, "", now).await?;
            let act = machine_act("account.code_off", &account.username, serde_json::Value::Null);
            audit::record_unsigned(&tx, None, &account.province_code, now, act).await?;
            Ok((tx, ()))
        }
    })
    .await
}

fn machine_act<'a>(action: &'a str, subject: &str, detail: serde_json::Value) -> Act<'a> {
    Act { action, subject_kind: "account", subject_id: subject.to_owned(), detail }
}

#[derive(askama::Template)]
#[template(path = "identity/templates/hand_over.html")]
struct HandOverSheet<'a> {
    lines: &'a [HandOver],
    made_on: String,
    address: &'a str,
}

/// The sheet to print: a slip a unit, to be cut and handed over in a closed envelope.
///
/// # Errors
/// When the template cannot be written.
pub fn hand_over_sheet(
    lines: &[HandOver],
    made_on: NaiveDate,
    address: &str,
) -> Result<String, Error> {
    let sheet = HandOverSheet { lines, made_on: vietnam::date::vi_date(made_on), address };
    askama::Template::render(&sheet).map_err(|error| Error::internal("hand-over sheet", error))
}
